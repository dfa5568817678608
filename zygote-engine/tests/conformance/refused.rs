//! What is refused. The messages are those that the cases of the transformation's tests give.

use std::fs;
use std::path::{Path, PathBuf};

/// A construct that is refused.
pub struct Refused {
    pub construct: &'static str,
    /// The file in `transform/tests/data/error`, without its extension.
    case: &'static str,
}

/// What the user reads.
pub struct Message {
    pub text: String,
    pub way_out: String,
}

const fn refused(construct: &'static str, case: &'static str) -> Refused {
    Refused { construct, case }
}

/// By the order of the table.
pub const REFUSED: &[Refused] = &[
    // signatures
    refused("`unsafe fn`", "unsafe_function"),
    refused("`async fn`", "async_function"),
    refused(
        "`impl Trait` in results whose type the function does not name",
        "impl_trait_in_result",
    ),
    refused("parameters that are `&mut` of an iterator", "iterator_advanced_by_hand"),
    refused("errors that are no `Clone`: `Result<f64, Box<dyn Error>>`", "error_in_a_box"),
    refused("exclusive references in results", "reference_in_result"),
    refused("leaving a loop over a part that is lent to write to", "leaving_a_loop_over_a_part"),
    refused("references inside the type of a parameter: `&[&f64]`", "reference_in_parameter"),
    refused("exclusive references in a tuple: `(&mut [f64], f64)`", "exclusive_reference_in_tuple"),
    refused(
        "references inside the argument of a function: `impl Fn((&[f64], f64)) -> f64`",
        "reference_in_argument_of_function",
    ),
    refused(
        "parameters that are views to write to: `ArrayViewMut1<f64>`",
        "view_to_write_to_as_parameter",
    ),
    refused("parameters that are raw pointers", "raw_pointer_as_parameter"),
    refused(
        "functions behind pointers inside of parameters: `&[Box<dyn Fn(f64) -> f64>]`",
        "box_of_functions_as_parameter",
    ),
    refused(
        "parameters that are taken by `AsRef`, but for those of texts: `impl AsRef<[f64]>`",
        "parameter_by_as_ref",
    ),
    refused(
        "parameters whose errors have real numbers: `Result<f64, f64>`",
        "number_in_error_of_parameter",
    ),
    refused("`mut` parameters that are references", "mutable_reference_parameter"),
    refused("patterns of `&mut` parameters", "pattern_of_mut_parameter"),
    refused("patterns of parameters that are functions", "pattern_of_function"),
    refused("`self: Box<Self>` and its like", "boxed_self"),
    // the language
    refused("`unsafe` blocks", "unsafe_block"),
    refused("inline assembly", "inline_assembly"),
    refused("raw pointers", "raw_pointer"),
    refused("statics that change", "static_that_changes"),
    refused("writes to statics and results of calls", "assignment_to_call"),
    refused("`.await`", "awaiting"),
    refused("`async` blocks and closures", "async_block"),
    refused("macros other than those that read", "other_macro"),
    refused("assignments inside a macro", "assignment_in_macro"),
    refused("`&mut` inside a macro", "borrow_in_macro"),
    refused("`return` inside a macro", "return_in_macro"),
    refused("`#[cfg(..)]` on a statement", "cfg_on_statement"),
    refused("`#[cfg(..)]` on an expression or an arm", "cfg_on_an_arm"),
    refused("`#[cfg(..)]` in the tokens of a macro", "cfg_in_a_macro"),
    refused("`::<..>` of methods outside of a chain", "turbofish"),
    refused("`::<..>` in the chain of a loop", "turbofish_in_chain"),
    refused("`<T as Trait>::Name { .. }`", "qualified_structure"),
    // control flow
    refused("statements that are never reached", "unreachable_statement"),
    refused("`return` and `break` inside an operand", "return_in_expression"),
    refused("`break` with a value in other places than a `let`", "break_with_value_in_for"),
    refused("labelled blocks that are left from a loop", "break_of_block_in_loop"),
    refused("blocks without a value as operands", "block_without_value"),
    refused("guards that change a variable", "changing_guard"),
    refused("`?` on the right side of `&&` and `||`", "question_in_lazy_condition"),
    refused("`?` where the result is a type alias", "question_in_other_type"),
    refused("errors with a derivative", "error_that_varies"),
    // variables and assignments
    refused("`let [a, b];` without a value", "let_slice_without_value"),
    refused("assignments as values", "assignment_value"),
    refused("indices that the right side of their assignment changes", "index_that_changes"),
    refused("ranges without an end as values", "range_value"),
    // references
    refused("`let mut` of a reference", "reference_reassigned"),
    refused("references made to refer to something else", "alias_reassigned"),
    refused(
        "leaving a function or loop while a view is written to",
        "leaving_while_a_view_is_written_to",
    ),
    refused(
        "a name of a view to write to that another variable has",
        "name_of_a_view_that_is_hidden",
    ),
    refused("views to write to that are exchanged", "view_that_is_exchanged"),
    refused("views to write to that are moved", "view_that_is_moved"),
    refused("views to write to in tuples and calls by themselves", "view_in_a_tuple"),
    refused("views to write to that methods make of others", "view_of_a_view"),
    refused("the same, changed at once", "view_of_a_view_that_is_changed"),
    refused("closures with a name that write to a view", "closure_that_writes_to_a_view"),
    refused("references as parts of values", "assignment_of_reference"),
    refused("references chosen in a branch, but for the value of a `let`", "branch_of_references"),
    // patterns
    refused("`name @ pattern` in a `let`", "at_pattern"),
    refused("`name @ ..` between two ends", "middle_of_slice"),
    refused("`name @ ..` of an array by value", "rest_of_array"),
    refused("parts after `..` in a tuple", "rest_of_tuple"),
    refused("parts after `..` in a variant", "rest_of_variant"),
    refused("`ref` in a `let`", "ref_pattern"),
    refused("`&mut` patterns", "mut_reference_pattern"),
    refused("alternatives that bind names, inside a `let`", "or_pattern_with_names"),
    refused("a guard on an optional pair of references", "arms_of_optional_reference"),
    refused("names of a chain of `let` that `else` uses, too", "chain_of_lets_with_a_name"),
    // closures
    refused("closures as values", "closure_as_value"),
    refused("closures as values, by name", "closure_by_name_as_value"),
    refused("boxes of closures in lists", "closure_in_a_box"),
    refused("parameters that are functions, as values", "function_parameter_as_value"),
    refused(
        "a closure in a field without the types of its parameters",
        "stored_closure_without_types",
    ),
    refused("a closure in a field without parameters", "stored_closure_without_parameters"),
    refused("a closure in a field that changes what it is given", "stored_closure_that_changes"),
    refused("a closure in a field that calls another", "stored_closure_that_calls_one"),
    refused("a closure in a field that hands on another", "stored_closure_that_names_one"),
    refused("a closure in a field that hands on a parameter", "stored_closure_of_a_function"),
    refused(
        "a closure in a field that captures more than eight variables",
        "stored_closure_of_many",
    ),
    refused("closures of another number of arguments", "closure_arguments"),
    refused("`return` and `?` in a loop of a closure that gives a `Result`", "closure_with_return"),
    refused("`?` in closures that do not say what they give", "closure_with_question"),
    refused("items in closures", "item_in_closure"),
    refused("items that hide those of a closure", "item_that_a_closure_means"),
    refused(
        "exclusive references and closures as arguments of `fn` pointers",
        "pointer_with_exclusive",
    ),
    refused("two closures of a call on parts of a variable", "closures_on_one_variable"),
    // loops and chains
    refused("`ref` in the pattern of a loop", "ref_in_item"),
    refused("writes through items of a shared loop", "loop_that_changes_items"),
    refused("`for` over a method of one's own that gives `&mut`", "loop_over_call_mut"),
    refused("`for` over a chain with its end", "loop_over_consumer"),
    refused("closures in other adaptors of a loop", "closure_in_loop_chain"),
    refused("iterators as parts of values", "iterator_as_value"),
    refused("iterators without an end as values of functions", "endless_iterator_as_value"),
    refused("`next` of a chain that drops or adds items", "adapted_iterator_advanced_by_hand"),
    refused("the same in a loop or branch", "iterator_advanced_in_a_loop"),
    refused("`nth`, `find` of such a chain from outside of a loop or branch", "search_in_a_branch"),
    refused("such a chain after a search in it", "iterator_after_a_search"),
    refused("`&mut` of an iterator as an argument", "iterator_that_is_lent"),
    refused("what `peek` gives, other than by `Some(&x)` and `**x`", "what_peek_gives"),
    refused("iterators in macros", "iterator_in_macro"),
    refused(
        "names in an iterator that mean something else later",
        "iterator_with_a_name_that_is_hidden",
    ),
    refused("iterators that change what a closure moves", "source_that_changes_a_capture"),
    refused("`move` of a closure with a state", "move_of_a_closure_with_a_state"),
    refused("adaptors that are not in this table", "other_adaptor"),
    refused("`is_sorted` of a chain that changes something", "order_of_values"),
    refused("chains that change something, as arguments", "chain_that_changes_as_argument"),
    refused("macros defined in a function", "macro_in_function"),
    refused("references in a sequence: `[a, b]` of slices", "references_in_a_sequence"),
    refused("`drain` of a range that is a variable", "drained_range"),
    refused("`split_first` and the like as values", "pair_of_references"),
    refused("references to items, collected", "keeping_references"),
    refused("references to items, kept after a chain", "keeping_last_reference"),
    refused("`rev` after `flat_map` and the like", "reversed_after_filter"),
    refused("`zip` with a chain that drops or adds items and changes something", "zip_with_filter"),
    refused("`zip` of such a chain and `step_by` and the like", "zip_after_filter"),
    refused("`zip` of an iterator that goes on after it", "zip_of_an_iterator_that_goes_on"),
    refused("`rev` of an iterator that goes on after it", "reversed_while_it_goes_on"),
    refused("patterns of two exclusive parts in a closure", "pattern_of_two_exclusive_parts"),
    refused("`zip` after a closure that changes something", "zip_after_a_change"),
    refused("`zip` after a call that changes something", "zip_after_a_change_by_a_call"),
    refused("`rev` of a `zip` with a closure that changes something", "reversed_zip_with_a_change"),
    refused("`rev` of `take` of what changes something", "reversed_part_with_a_change"),
    refused("`skip` of what changes a reference", "skipped_change_by_a_call"),
    refused("`cycle` of other iterators than `iter()`", "cycle_of_a_chain"),
    refused("`try_fold` that does not say what it gives", "fold_of_unknown_type"),
    refused("names for tuples of items that are used as a whole", "name_for_tuple_of_items"),
    refused("`fold`, `scan` with other closures than `|state, item|`", "fold_of_one_parameter"),
    refused(
        "comparisons of `max_by` and its like that change a variable",
        "comparison_that_changes",
    ),
    refused("keys of `max_by_key` and its like that change a variable", "key_that_changes"),
    // directives
    refused("`checkpoint` of what changes variables outside", "checkpoint_that_assigns"),
    refused("`checkpoint` of a parameter that is a function", "checkpoint_of_function_parameter"),
    refused("`checkpoint` of a call that changes its arguments", "checkpoint_of_changing_call"),
    refused("`hook` with other functions than closures", "hook_without_closure"),
];

const ENDING: &str = " in a differentiable function yet";

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("transform/tests")
}

/// The messages of a case, in order.
fn messages(case: &str) -> Vec<Message> {
    let snapshot = tests().join(format!("snapshots/error.{case}.snap"));
    let text = fs::read_to_string(&snapshot);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", snapshot.display()));
    let lines: Vec<&str> = text.lines().collect();
    let heads = (0..lines.len()).filter(|i| lines[*i].starts_with("at `"));
    heads
        .map(|i| Message {
            text: lines[i + 1].trim_end_matches(ENDING).to_string(),
            way_out: lines
                .get(i + 2)
                .and_then(|line| line.strip_prefix("help: "))
                .unwrap_or_default()
                .to_string(),
        })
        .collect()
}

impl Refused {
    /// The message at the construct.
    pub fn message(&self) -> Message {
        messages(self.case).into_iter().next().expect("a case has a message")
    }
}

#[test]
fn each_message_has_a_row() {
    let rows: Vec<String> = REFUSED.iter().map(|refused| refused.message().text).collect();
    let cases = fs::read_dir(tests().join("data/error")).expect("the folder of the cases");
    let mut missing = Vec::new();
    for case in cases {
        let path = case.expect("a case").path();
        let case = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        for message in messages(case) {
            if !rows.contains(&message.text) {
                missing.push(format!("{case}: {}", message.text));
            }
        }
    }
    assert!(missing.is_empty(), "messages without a row in `REFUSED`:\n{}", missing.join("\n"));
}

#[test]
fn each_row_has_a_case() {
    for refused in REFUSED {
        let file = tests().join("data/error").join(refused.case).with_extension("rs");
        assert!(file.exists(), "{}", file.display());
    }
}
