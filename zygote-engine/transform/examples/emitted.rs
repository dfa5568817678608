//! What is emitted for the functions of a file:
//! `cargo run -q -p zygote-engine-transform --example emitted -- FILE [NAME]`.
//!
//! Printed is the expansion of each function, `impl` block and trait with `#[differentiable]`, or of
//! those of which the name is a part of their first line, as it comes to the compiler.

use quote::ToTokens;
use std::process::ExitCode;
use zygote_engine_transform::{Known, Options, expand};

/// The attributes of an item that may be differentiable.
fn attributes(item: &mut syn::Item) -> Option<&mut Vec<syn::Attribute>> {
    match item {
        syn::Item::Fn(f) => Some(&mut f.attrs),
        syn::Item::Impl(i) => Some(&mut i.attrs),
        syn::Item::Trait(t) => Some(&mut t.attrs),
        _ => None,
    }
}

/// What stands in the parentheses of the item's `#[differentiable]`, which is taken away.
fn options(item: &mut syn::Item) -> Option<syn::Result<Options>> {
    let attributes = attributes(item)?;
    let at = attributes.iter().position(|a| a.path().is_ident("differentiable"))?;
    Some(match attributes.remove(at).meta {
        syn::Meta::List(list) => list.parse_args(),
        _ => Ok(Options::default()),
    })
}

/// What the item is called by: the function's name, the block's head.
fn head(item: &syn::Item) -> String {
    match item {
        syn::Item::Fn(f) => f.sig.ident.to_string(),
        syn::Item::Impl(i) => {
            let of_trait = i.trait_.as_ref().map(|(path, _)| path.to_token_stream());
            format!("{} {}", of_trait.unwrap_or_default(), i.self_ty.to_token_stream())
        }
        syn::Item::Trait(t) => t.ident.to_string(),
        _ => String::new(),
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: emitted FILE [NAME]");
        return ExitCode::FAILURE;
    };
    let wanted = arguments.next().unwrap_or_default();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path} can't be read: {error}");
            return ExitCode::FAILURE;
        }
    };
    let file = match syn::parse_file(&text) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("{path} is not Rust: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut known = Known::new();
    for mut item in file.items {
        let name = head(&item);
        let Some(options) = options(&mut item) else { continue };
        known.add(&item, options.as_ref().is_ok_and(|options| options.dynamic));
        if !name.contains(&wanted) {
            continue;
        }
        let emitted = match options {
            Ok(options) => expand(&item, &Options { known: known.clone(), ..options }),
            Err(error) => error.to_compile_error(),
        };
        match syn::parse2(emitted.clone()) {
            Ok(file) => println!("// {name}\n{}", prettyplease::unparse(&file)),
            Err(_) => println!("// {name}, which is not Rust\n{emitted}"),
        }
    }
    ExitCode::SUCCESS
}
