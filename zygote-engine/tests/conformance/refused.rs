//! What is refused, with the message that its case in the transformation's tests gives.

use std::fs;
use std::path::Path;

/// A construct that is refused.
pub struct Refused {
    pub construct: &'static str,
    /// A part of the message, without what stands in every message.
    pub message: &'static str,
    /// The file in `transform/tests/data/error`, without its extension.
    case: &'static str,
}

const fn refused(construct: &'static str, message: &'static str, case: &'static str) -> Refused {
    Refused { construct, message, case }
}

/// By the order of the table.
pub const REFUSED: &[Refused] = &[
    refused("`unsafe` blocks", "`unsafe` is not supported", "unsafe_block"),
    refused("`unsafe fn`", "`unsafe` is not supported", "unsafe_function"),
    refused("`async fn`", "`async` is not supported", "async_function"),
    refused("`.await`", "`async` is not supported", "awaiting"),
    refused("raw pointers", "this expression is not supported", "operator"),
    refused(
        "writes to statics",
        "an assignment to this expression is not supported",
        "constant_target",
    ),
    refused("macros other than those that read", "this macro is not supported", "other_macro"),
    refused(
        "assignments inside a macro",
        "an assignment inside a macro is not supported",
        "assignment_in_macro",
    ),
    refused("`&mut` inside a macro", "`&mut` inside a macro is not supported", "borrow_in_macro"),
    refused(
        "`return` inside a macro",
        "leaving from inside a macro is not supported",
        "return_in_macro",
    ),
    refused(
        "`#[cfg(..)]` on a statement",
        "`cfg` on a statement is not supported",
        "cfg_on_statement",
    ),
    refused(
        "guards that change a variable",
        "a guard that does more than read is not supported",
        "changing_guard",
    ),
    refused(
        "references made to refer to something else",
        "a reference that is made to refer to something else is not supported",
        "alias_reassigned",
    ),
    refused(
        "references chosen in a branch",
        "a reference as the value of a branch or block is not supported",
        "branch_of_references",
    ),
    refused(
        "functions chosen in a branch",
        "a call of this variable is not supported",
        "function_in_branch",
    ),
    refused(
        "iterators bound to a name",
        "an iterator as a value is not supported",
        "iterator_as_value",
    ),
    refused(
        "references to items, kept after a chain",
        "keeping references to items is not supported",
        "keeping_last_reference",
    ),
];

#[test]
fn each_message_has_a_case() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("transform/tests");
    for refused in REFUSED {
        let case = refused.case;
        assert!(tests.join("data/error").join(case).with_extension("rs").exists(), "{case}");
        let given = fs::read_to_string(tests.join(format!("snapshots/error.{case}.snap")));
        let given = given.expect("a case has a snapshot");
        assert!(
            given.contains(refused.message),
            "{case} does not say `{}`:\n{given}",
            refused.message
        );
    }
}
