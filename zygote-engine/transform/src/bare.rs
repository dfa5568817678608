//! Types without the parentheses and groups that a macro leaves around them when it hands one on: a
//! parameter of the type `(&[f64])` is one by reference.

use syn::Type;
use syn::visit_mut::{self, VisitMut};

/// Takes parentheses and groups away, but for those that several bounds need, `&(dyn Read + Send)`.
pub struct BareTypes;

impl VisitMut for BareTypes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let inner = match ty {
            Type::Paren(p) => &p.elem,
            Type::Group(g) => &g.elem,
            _ => return,
        };
        let several = match &**inner {
            Type::TraitObject(object) => object.bounds.len() > 1,
            Type::ImplTrait(of) => of.bounds.len() > 1,
            _ => false,
        };
        *ty = match several {
            true => syn::parse_quote!((#inner)),
            false => (**inner).clone(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_no_parentheses() {
        let parse = |text| syn::parse_str::<syn::ItemFn>(text).expect("it is a function");
        let function = "fn f(x: (&[f64]), y: &(dyn Fn(f64) -> f64 + Sync), z: Option<(f64)>) {}";
        let bare = "fn f(x: &[f64], y: &(dyn Fn(f64) -> f64 + Sync), z: Option<f64>) {}";
        let mut item = parse(function);
        BareTypes.visit_item_fn_mut(&mut item);
        assert_eq!(item, parse(bare));
    }
}
