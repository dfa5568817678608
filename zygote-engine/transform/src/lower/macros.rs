//! Macros that only read and print: they stay as they are, with placeholders for the variables.

use super::{Lower, Named};
use crate::error::{Result, unsupported};
use crate::ir::{Op, Operand, Place, Stmt};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::parse::Parser;
use syn::spanned::Spanned;

/// The macros that only read and print.
const KEPT: [&str; 15] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "print",
    "println",
    "eprint",
    "eprintln",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "dbg",
];

/// Whether a macro only reads and prints.
pub(super) fn is_kept(path: &syn::Path) -> bool {
    KEPT.iter().any(|n| path.is_ident(n))
}

/// Whether a macro only reads, and prints nothing.
pub fn only_asserts(path: &syn::Path) -> bool {
    let prints = ["print", "println", "eprint", "eprintln", "dbg"];
    is_kept(path) && !prints.iter().any(|n| path.is_ident(n))
}

/// Whether nothing comes after a macro.
pub(super) fn never_returns(path: &syn::Path) -> bool {
    ["panic", "unreachable", "todo", "unimplemented"].iter().any(|n| path.is_ident(n))
}

impl Lower {
    /// A macro that only reads, kept with placeholders for the variables.
    pub(super) fn kept_macro(&mut self, mac: &syn::Macro, out: &mut Vec<Stmt>) -> Result<()> {
        if !is_kept(&mac.path) {
            return unsupported(&mac.path, "this macro", "write out what it does");
        }
        if mac.path.is_ident("dbg") {
            self.debugged(mac, out)?;
            return Ok(());
        }
        let path = &mac.path;
        let mut tokens = self.renamed(mac.tokens.clone())?;
        if is_condition_alone(mac) {
            // The names in the message are the user's.
            let condition = &mac.tokens;
            tokens.extend(quote!(, "assertion failed: {}", ::core::stringify!(#condition)));
        }
        out.push(Stmt::Macro(quote_spanned!(path.span()=> #path!(#tokens))));
        Ok(())
    }

    /// `dbg!(value, ..)`: prints as it does, and gives the values.
    pub(super) fn debugged(&mut self, mac: &syn::Macro, out: &mut Vec<Stmt>) -> Result<Op> {
        let span = mac.path.span();
        let values = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated
            .parse2(mac.tokens.clone())?;
        if values.is_empty() {
            out.push(Stmt::Macro(mac.to_token_stream()));
            return Ok(Op::Use(Operand::Const(quote!(()))));
        }
        let mut given = vec![];
        for value in &values {
            let operand = self.operand(value, out)?;
            let operand = match operand {
                Operand::Place(p, mode) if p.path.is_empty() => Operand::Place(p, mode),
                other => {
                    let ty = self.ty(&other);
                    self.temp(value.span(), ty, Op::Use(other), out)
                }
            };
            let shown = match &operand {
                Operand::Place(p, _) => super::placeholder(p.root, value.span()),
                _ => unreachable!("an intermediate value is a place"),
            };
            out.push(Stmt::Macro(quote_spanned! {span=>
                ::std::eprintln!(
                    "[{}:{}:{}] {} = {:#?}",
                    ::core::file!(), ::core::line!(), ::core::column!(),
                    ::core::stringify!(#value), &#shown
                )
            }));
            given.push(operand);
        }
        Ok(match <[Operand; 1]>::try_from(given) {
            Ok([one]) => Op::Use(one),
            Err(several) => Op::Tuple(several),
        })
    }

    /// A list macro of what varies, `array![a, b]`: a call of its rule, which is that of a function
    /// `array_macro` of the list, `array_macro([a, b])`. Rows that end in `;` are lists of their own.
    pub(super) fn list_macro(
        &mut self,
        mac: &syn::Macro,
        out: &mut Vec<Stmt>,
    ) -> Result<Option<Op>> {
        let (Some(name), syn::MacroDelimiter::Bracket(_)) =
            (mac.path.segments.last(), &mac.delimiter)
        else {
            return Ok(None);
        };
        let (span, tokens) = (name.ident.span(), self.renamed(mac.tokens.clone())?);
        let rows: Vec<_> = mac.tokens.clone().into_iter().collect();
        let is_end = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == ';');
        let mut lists: Vec<Expr> = vec![];
        for row in rows.split(is_end).filter(|row| !row.is_empty()) {
            let row: TokenStream = row.iter().cloned().collect();
            let Ok(list) = syn::parse2(quote_spanned!(span=> [#row])) else { return Ok(None) };
            lists.push(list);
        }
        let list = match &lists[..] {
            [list] if !rows.iter().any(is_end) => list.clone(),
            [] => return Ok(None),
            lists => syn::parse_quote_spanned!(span=> [#(#lists),*]),
        };
        let rule = quote::format_ident!("{}_macro", name.ident, span = span);
        // What has an effect runs once.
        let once = self.pure(&list, super::pure::Calls::Forbidden).is_none();
        let never = once.then(|| quote!(let _ = ||));
        let value = self.operand(&syn::parse_quote_spanned!(span=> #rule(#list)), out)?;
        if let Operand::Place(p, _) = &value {
            // The rule is that of a macro that gives such a value.
            let (path, shown) = (&mac.path, super::placeholder(p.root, span));
            out.push(Stmt::Macro(quote_spanned!(span=>
                #never ::zygote_engine::__private::of_the_macro(&#shown, || #path![#tokens])
            )));
        }
        Ok(Some(Op::Use(value)))
    }

    /// A macro of what is constant: its value is, too. One of ranges gives what carries no derivative,
    /// the compiler checks.
    pub(super) fn constant_macro(
        &self,
        mac: &syn::Macro,
    ) -> Result<Option<(TokenStream, Vec<Place>)>> {
        let of_language = ["vec", "format", "matches"].iter().any(|n| mac.path.is_ident(n));
        if of_language || is_kept(&mac.path) {
            return Ok(None);
        }
        let tokens = self.renamed(mac.tokens.clone())?;
        let reads: Vec<_> = super::placeholders(&tokens).into_iter().map(Place::var).collect();
        let constant = self.all_constant(&reads);
        if !constant && !has_range(&tokens) {
            return Ok(None);
        }
        let path = &mac.path;
        let tokens = match mac.delimiter {
            syn::MacroDelimiter::Bracket(_) => quote_spanned!(path.span()=> #path![#tokens]),
            _ => quote_spanned!(path.span()=> #path!(#tokens)),
        };
        if constant {
            return Ok(Some((tokens, reads)));
        }
        let span = path.span();
        let private = quote_spanned!(span=> ::zygote_engine::__private);
        Ok(Some((quote_spanned!(span=> #private::without_derivative(#tokens)), reads)))
    }

    pub(super) fn renamed(&self, tokens: TokenStream) -> Result<TokenStream> {
        let mut out: Vec<TokenTree> = vec![];
        let mut before = ' ';
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (k, t) in tokens.iter().enumerate() {
            let was = before;
            before = match t {
                TokenTree::Punct(p) => p.as_char(),
                _ => ' ',
            };
            out.push(match t {
                TokenTree::Ident(i) if ["return", "break", "continue"].iter().any(|w| i == w) => {
                    return unsupported(i, "leaving from inside a macro", "leave in a statement");
                }
                TokenTree::Punct(p)
                    if p.as_char() == '='
                        && was != '.'
                        && is_plain_assignment(&tokens, k)
                        && !is_binding(&tokens[..k]) =>
                {
                    return unsupported(
                        p,
                        "an assignment inside a macro",
                        "assign in a statement of its own",
                    );
                }
                TokenTree::Ident(i) if i == "mut" && !is_binding(&tokens[..k]) => {
                    return unsupported(i, "`&mut` inside a macro", "call it in a statement");
                }
                TokenTree::Ident(i) if was != '.' => match self.lookup(i) {
                    Some(v) => {
                        let name = super::placeholder(v, i.span());
                        let part = match tokens.get(k + 1) {
                            Some(TokenTree::Punct(_)) => {
                                is_dot(&tokens[k + 1]) && !tokens.get(k + 2).is_some_and(is_dot)
                            }
                            Some(TokenTree::Group(g)) => {
                                g.delimiter() == proc_macro2::Delimiter::Bracket
                            }
                            _ => false,
                        };
                        // A method called through a shared reference can't change the variable.
                        let span = i.span();
                        let tokens = match part {
                            true => quote_spanned!(span=> (&#name)),
                            false => quote!(#name),
                        };
                        out.extend(tokens);
                        continue;
                    }
                    None => t.clone(),
                },
                TokenTree::Group(g) => {
                    let mut new = proc_macro2::Group::new(g.delimiter(), self.renamed(g.stream())?);
                    new.set_span(g.span());
                    TokenTree::Group(new)
                }
                TokenTree::Literal(l) => TokenTree::Literal(self.captures(l)),
                TokenTree::Ident(_) | TokenTree::Punct(_) => t.clone(),
            });
        }
        Ok(out.into_iter().collect())
    }

    /// A format string with the names of captured variables as they are emitted.
    fn captures(&self, literal: &proc_macro2::Literal) -> proc_macro2::Literal {
        let Ok(text) = syn::parse2::<syn::LitStr>(TokenTree::from(literal.clone()).into()) else {
            return literal.clone();
        };
        let mut new = text.value();
        for name in self.scopes.iter().flat_map(|s| s.keys()) {
            let Some(Named::Var(v)) = self.scopes.iter().rev().find_map(|s| s.get(name)) else {
                continue;
            };
            let emitted = self.func.var(*v).name.to_string();
            if emitted != *name {
                new = new.replace(&format!("{{{name}}}"), &format!("{{{emitted}}}"));
                new = new.replace(&format!("{{{name}:"), &format!("{{{emitted}:"));
            }
        }
        let mut new = proc_macro2::Literal::string(&new);
        new.set_span(literal.span());
        new
    }
}

/// Whether there is a range among the tokens of a macro.
fn has_range(tokens: &TokenStream) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    tokens.windows(2).any(|pair| pair.iter().all(is_dot))
}

fn is_dot(t: &TokenTree) -> bool {
    matches!(t, TokenTree::Punct(p) if p.as_char() == '.')
}

/// Whether an assertion has no message of its own.
fn is_condition_alone(mac: &syn::Macro) -> bool {
    let asserts = ["assert", "debug_assert"].iter().any(|name| mac.path.is_ident(name));
    let arguments = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated
        .parse2(mac.tokens.clone());
    asserts && arguments.is_ok_and(|all| all.len() == 1 && !all.trailing_punct())
}

/// Whether tokens end in a `let` whose value follows.
fn is_binding(tokens: &[TokenTree]) -> bool {
    let ends = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if ";=".contains(p.as_char()));
    let statement = tokens.rsplit(ends).next().unwrap_or_default();
    statement.iter().any(|t| matches!(t, TokenTree::Ident(i) if i == "let"))
}

/// Whether the `=` at `k` assigns a variable, rather than compare or name an argument.
fn is_plain_assignment(tokens: &[TokenTree], k: usize) -> bool {
    let punct = |k: usize| match tokens.get(k) {
        Some(TokenTree::Punct(p)) => p.as_char(),
        _ => ' ',
    };
    let before = if k == 0 { ' ' } else { punct(k - 1) };
    let compares = punct(k + 1) == '=' || "=!<>".contains(before) || punct(k + 1) == '>';
    // `name = value` after a comma is a named argument of a format string.
    let named = k >= 2 && punct(k - 2) == ',';
    !compares && !named
}
