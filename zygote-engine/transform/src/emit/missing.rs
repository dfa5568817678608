//! What the compiler says of a method without a rule.

use super::{Emit, TokenStream};
use proc_macro2::Ident;
use quote::{format_ident, quote_spanned};

/// What a rule is looked up for by method resolution.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    /// A call.
    Call,
    /// A call of what a method gives.
    Closure,
    /// A method that is an argument.
    Argument,
    /// A walk of a loop.
    Walk,
    /// A function.
    Function,
}

impl Emit<'_> {
    /// Says that the rule of a method is looked up.
    pub(super) fn looked_up(&self, asked: Asked, method: &Ident) {
        self.looked_up.borrow_mut().entry((asked, method.to_string())).or_insert(method.clone());
    }

    /// A trait for each rule that is looked up, with a function of the rule's name for types that have
    /// the rule, of which it knows none: method resolution passes it over, and where it finds nothing
    /// else the compiler says what is written here.
    pub(super) fn missing(&self) -> TokenStream {
        let all = self.looked_up.borrow();
        let missing = all.iter().map(|((asked, name), method)| missing(*asked, name, method));
        missing.chain([self.all_hidden()]).collect()
    }
}

fn missing(asked: Asked, name: &str, method: &Ident) -> TokenStream {
    let bare = name.trim_start_matches("r#");
    match asked {
        Asked::Call => {
            let further = format!(
                "of one that gives a closure: call that, `let f = x.{bare}(); f(y)`, or hand on `|y| f(y)`; \
                 of a `#[constant]` field: `constant(&x.field).{bare}()`, and where the method changes \
                 the field, `constant(&mut x.field).{bare}()`"
            );
            without_rule(method, &format_ident!("rrule_{}", bare, span = method.span()), &further)
        }
        Asked::Closure => fallback(
            &format_ident!("ClosureOf_{}", bare, span = method.span()),
            &[format_ident!("closure_rrule_{}", bare, span = method.span())],
            &format!("what `{bare}` of `{{Self}}` gives has no rule here by which it is called"),
            &format!(
                "of your own type: write `#[differentiable]` on the `impl` that has `{bare}`, and end it \
                 with the closure; of an `fn` pointer say the type: `let f: fn(f64) -> f64 = \
                 x.{bare}();`"
            ),
        ),
        Asked::Argument => fallback(
            &format_ident!("ArgumentOf_{}", bare, span = method.span()),
            &["called", "pull_called"]
                .map(|part| format_ident!("{part}_{bare}", span = method.span())),
            &format!("`{bare}` of `{{Self}}` has no rule here by which it can be an argument"),
            &where_to_write(bare, "of one that takes `&mut self`: write a closure that calls it"),
        ),
        Asked::Walk => fallback(
            &format_ident!("LoopOver_{}", bare, span = method.span()),
            &[format_ident!("walk_{}", bare, span = method.span())],
            &format!("a loop over `{bare}` of `{{Self}}` has no rule here"),
            "import the prelude with its rule, `use chainrules::prelude::*;` for the standard \
             library, or write a loop over indices; of a `HashMap` say in the function that it is one, \
             `let map: &HashMap<_, _> = &self.map;`",
        ),
        Asked::Function => one_rule(bare, method),
    }
}

/// Two rules of a function in scope, of two crates, are two methods of one name.
fn one_rule(bare: &str, function: &Ident) -> TokenStream {
    let span = function.span();
    let known = format_ident!("OneRuleOf_{}", bare, span = span);
    let the_rule = format_ident!("the_rule_of_{}", bare, span = span);
    quote_spanned! {span=>
        const _: fn() = || {
            #[allow(non_camel_case_types)]
            trait #known {
                fn #the_rule(&self) {}
            }
            impl #known for &::zygote_engine::__private::TheRule {}
            (&::zygote_engine::__private::TheRule).#the_rule();
        };
    }
}

/// What the compiler says where a method has no such part of a derivative.
pub fn without_rule(method: &Ident, part: &Ident, further: &str) -> TokenStream {
    let rule = format_ident!("RuleOf_{}", method);
    let bare = rule.to_string().split_off("RuleOf_".len());
    let (message, note) =
        (format!("`{bare}` of `{{Self}}` has no rule here"), where_to_write(&bare, further));
    fallback(&rule, std::slice::from_ref(part), &message, &note)
}

/// What to write so that a method has a rule.
fn where_to_write(method: &str, further: &str) -> String {
    format!(
        "of your own type: write `#[differentiable]` on the `impl` that has `{method}`; of another \
         crate's: import the prelude with its rule, `use chainrules::prelude::*;` for the standard \
         library, or write a function with a rule that calls it; {further}"
    )
}

fn fallback(rule: &Ident, parts: &[Ident], message: &str, note: &str) -> TokenStream {
    let (known, fallback) = (format_ident!("Has{}", rule), format_ident!("With{}", rule));
    quote_spanned! {rule.span()=>
        #[diagnostic::on_unimplemented(message = #message, label = "no rule", note = #note)]
        #[allow(non_camel_case_types)]
        trait #known {}
        #[allow(non_camel_case_types, dead_code)]
        trait #fallback {
            #(fn #parts(&self) {})*
        }
        impl<T: #known + ?Sized> #fallback for T {}
    }
}
