//! What a `macro_rules!` handed on as one expression: `2.0 * $e` with `x + 1.0` for `$e`.
//!
//! The compiler marks it by a group without delimiters, which it passes over in what a procedural macro
//! gives, so that there have to be parentheses.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Expr;

/// The same tokens with parentheses around each such expression that is more than an operand.
pub fn with_parentheses(tokens: TokenStream) -> TokenStream {
    let one = |t| match t {
        TokenTree::Group(g) => {
            let inner = with_parentheses(g.stream());
            let is_fragment = g.delimiter() == Delimiter::None;
            let delimiter = match is_fragment && binds_weakly(&inner) {
                true => Delimiter::Parenthesis,
                false => g.delimiter(),
            };
            let mut group = Group::new(delimiter, inner);
            group.set_span(g.span());
            TokenTree::Group(group)
        }
        other => other,
    };
    tokens.into_iter().map(one).collect()
}

/// Whether tokens are an expression that an operator or a method beside it would take apart. (Types and
/// patterns that look like one may stand in parentheses; an attribute, `doc = ".."`, looks like an
/// assignment, which has no value that an operator could take.)
fn binds_weakly(tokens: &TokenStream) -> bool {
    // Most are one name or literal.
    if tokens.clone().into_iter().nth(1).is_none() {
        return false;
    }
    matches!(
        syn::parse2(tokens.clone()),
        Ok(Expr::Binary(_)
            | Expr::Unary(_)
            | Expr::Cast(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Closure(_)
            | Expr::Break(_)
            | Expr::Return(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Let(_)
            | Expr::Struct(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn fragment(text: &str) -> TokenStream {
        let tokens = text.parse().expect("the text is made of tokens");
        let mut group = Group::new(Delimiter::None, tokens);
        group.set_span(Span::call_site());
        TokenTree::Group(group).into()
    }

    fn shown(text: &str) -> String {
        let mut tokens: TokenStream = "2.0 *".parse().expect("these are tokens");
        tokens.extend(fragment(text));
        let block = TokenTree::Group(Group::new(Delimiter::Brace, tokens));
        with_parentheses(block.into()).to_string().replace(' ', "")
    }

    #[test]
    fn what_an_operator_would_take_apart_has_parentheses() {
        for weak in ["x+1.0", "-x", "xasf64", "0..n", "&x", "|x|x", "ifa{b}else{c}", "P{x:1}"] {
            let spaced = weak.replace("as", " as ").replace("ifa", "if a ");
            assert_eq!(shown(&spaced), format!("{{2.0*({weak})}}"));
        }
    }

    #[test]
    fn operands_types_and_patterns_stay() {
        for strong in
            ["x", "1.0", "f(x)", "x.sin()", "v[0]", "(x+1.0)", "Vec<f64>", "Some(x)", "doc=1"]
        {
            assert_eq!(shown(strong), format!("{{2.0*{strong}}}"));
        }
    }
}
