//! The table of constructs, `docs/CONSTRUCTS.md`, made from the programs and the list of what is
//! refused.

use crate::check::Program;
use crate::refused::REFUSED;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// The headings of the table, with the programs under each.
const TOPICS: &[(&str, &[Program])] = &[
    ("Scalars, tuples, arrays, recursion", crate::scalars::PROGRAMS),
    ("Control flow", crate::control::PROGRAMS),
    ("Loops", crate::loops::PROGRAMS),
    ("Items of loops", crate::items::PROGRAMS),
    ("Chains of iterators", crate::iterators::PROGRAMS),
    ("Iterators without a sequence, chains that end early", crate::iteration_more::PROGRAMS),
    ("Chains bound to a name, left early", crate::iteration_bound::PROGRAMS),
    ("Iterators advanced by hand", crate::iteration_by_hand::PROGRAMS),
    ("Iterators looked at before they are advanced", crate::iteration_peeked::PROGRAMS),
    ("Iterators that are lent", crate::iteration_lent::PROGRAMS),
    ("Searches in chains, chains that make several lists", crate::iteration_found::PROGRAMS),
    ("Closures with a state in chains", crate::iteration_state::PROGRAMS),
    ("`collect` into what the source does not name", crate::collected::PROGRAMS),
    (
        "Iterators that functions give, ranges as values, own iterators",
        crate::iteration_given::PROGRAMS,
    ),
    ("Iterators of one's own, by their types", crate::iteration_own::PROGRAMS),
    ("Concatenations of chains that drop or add items", crate::chained::PROGRAMS),
    ("Chains over what chains are collected into", crate::chained_on::PROGRAMS),
    ("Zips of chains that drop or add items", crate::zipped::PROGRAMS),
    ("Slices in pieces", crate::pieces::PROGRAMS),
    ("Comparators", crate::comparators::PROGRAMS),
    ("Constants beside what varies in loops", crate::iteration_beside::PROGRAMS),
    ("References to parts", crate::borrows::PROGRAMS),
    ("Structs that hold references", crate::holders::PROGRAMS),
    ("Constant fields that are references, read without a word", crate::lent_fields::PROGRAMS),
    ("Constant fields that are references, handed on", crate::lent_on::PROGRAMS),
    ("Recursion over structs that hold references", crate::recursive_lent::PROGRAMS),
    ("Structs that hold references, and change", crate::referring::PROGRAMS),
    ("Structs that hold references, as values", crate::holding_references::PROGRAMS),
    (
        "Traits and generic functions of structs that hold references",
        crate::borrowing_traits::PROGRAMS,
    ),
    ("Parsers by recursive descent", crate::parsers::PROGRAMS),
    ("Patterns on what own methods lend", crate::looked_at::PROGRAMS),
    ("Functions that give structs which hold references", crate::makers::PROGRAMS),
    ("References while they are used", crate::lent::PROGRAMS),
    ("References that functions give", crate::getters::PROGRAMS),
    ("Values of references that are lent", crate::lent_values::PROGRAMS),
    ("References to write to that methods give", crate::lent_to_write::PROGRAMS),
    ("Several parts and closures in one call", crate::parts::PROGRAMS),
    ("Fields of a struct, one changed beside the other", crate::fields_beside::PROGRAMS),
    ("Tuples of references", crate::tuples::PROGRAMS),
    ("Two parts of one value in a loop", crate::sides::PROGRAMS),
    ("Sums in inner loops", crate::sums::PROGRAMS),
    ("`Vec` and arrays", crate::collections::PROGRAMS),
    ("Elements dropped, replaced and copied", crate::sifted::PROGRAMS),
    ("`VecDeque`", crate::deques::PROGRAMS),
    ("Maps: loops and chains", crate::maps::PROGRAMS),
    ("Maps: entries", crate::entries::PROGRAMS),
    ("Maps: fields, keys of texts and items", crate::map_fields::PROGRAMS),
    ("What is evaluated once", crate::once::PROGRAMS),
    ("Items and parts that are cloned", crate::clones::PROGRAMS),
    ("Structs", crate::structs::PROGRAMS),
    ("Lists and trees", crate::lists::PROGRAMS),
    ("Methods of one's own with names of sequences' methods", crate::own_methods::PROGRAMS),
    ("Methods", crate::methods::PROGRAMS),
    ("Methods that give the value itself", crate::builders::PROGRAMS),
    ("Operators of own types", crate::operators::PROGRAMS),
    ("`Deref` of own types", crate::dereferencing::PROGRAMS),
    ("Indices by keys", crate::keys::PROGRAMS),
    ("Enums", crate::enums::PROGRAMS),
    ("Patterns", crate::patterns::PROGRAMS),
    ("Alternatives inside of patterns", crate::alternatives::PROGRAMS),
    ("Patterns of what references refer to", crate::referents::PROGRAMS),
    ("`Option` and `Result`", crate::options::PROGRAMS),
    ("Errors of one's own", crate::errors::PROGRAMS),
    ("References to what is in an `Option`", crate::payloads::PROGRAMS),
    ("Values of branches that leave or never return", crate::left::PROGRAMS),
    ("References that branches choose, guards", crate::chosen::PROGRAMS),
    ("Values changed where they are made", crate::in_place::PROGRAMS),
    ("Circles of functions and types", crate::circles::PROGRAMS),
    ("Closures", crate::closures::PROGRAMS),
    ("Closures that values hold", crate::stored::PROGRAMS),
    ("Closures that are left early", crate::leaving::PROGRAMS),
    ("Functions as arguments", crate::named_functions::PROGRAMS),
    ("Closures that change what they are given", crate::changing::PROGRAMS),
    ("Functions that give closures", crate::curried::PROGRAMS),
    ("Sets and heaps", crate::sets::PROGRAMS),
    ("Heaps of what varies", crate::heaps::PROGRAMS),
    ("Constants whose types are no `Tangent`", crate::unvaried::PROGRAMS),
    ("Arguments that are constant at the call", crate::constant_calls::PROGRAMS),
    ("Lists of what is constant at the call", crate::constant_lists::PROGRAMS),
    ("Ranges that methods give", crate::ranges::PROGRAMS),
    ("Methods that give closures", crate::curried_methods::PROGRAMS),
    ("Closures that functions give, handed on", crate::curried_arguments::PROGRAMS),
    ("`fn` pointers", crate::pointers::PROGRAMS),
    ("`fn` pointers that are handed on", crate::pointers_handed_on::PROGRAMS),
    ("`impl Trait`", crate::opaque::PROGRAMS),
    ("Generics", crate::generics::PROGRAMS),
    ("Generics by operators", crate::operator_bounds::PROGRAMS),
    ("Operators of supertraits", crate::promised::PROGRAMS),
    ("Generics by `num_traits`", crate::num_traits::PROGRAMS),
    ("Associated types, generic recursion", crate::associated::PROGRAMS),
    ("Traits", crate::traits::PROGRAMS),
    ("Traits in combination", crate::bounds::PROGRAMS),
    ("Traits of generic types", crate::impls::PROGRAMS),
    ("Traits with values of `Self`", crate::selfs::PROGRAMS),
    ("Collections of one's own", crate::collections_of_ones_own::PROGRAMS),
    ("Traits for slices and other types of the language", crate::extensions::PROGRAMS),
    ("Trait objects", crate::objects::PROGRAMS),
    ("Trait objects made inside", crate::dynamic::PROGRAMS),
    ("Combinations", crate::mixed::PROGRAMS),
    ("Functions behind pointers, nested objects", crate::boxes::PROGRAMS),
    ("Chains and loops in combination", crate::flows::PROGRAMS),
    ("States that change", crate::states::PROGRAMS),
    ("Texts", crate::texts::PROGRAMS),
    ("Conversions, forms of operators", crate::conversions::PROGRAMS),
    ("Constants that change", crate::generators::PROGRAMS),
    ("Constants that are carried along", crate::carried::PROGRAMS),
    ("The standard library", crate::library::PROGRAMS),
    ("Algorithms", crate::algorithms::PROGRAMS),
    ("Modules and items", crate::modules::PROGRAMS),
    ("Complex numbers", crate::complex::PROGRAMS),
    ("Directives", crate::directives::PROGRAMS),
    ("Rules of methods, written by hand", crate::rules_by_hand::PROGRAMS),
    ("Assertions about calls that change something", crate::asserted::PROGRAMS),
    ("What the macros give", crate::macros::PROGRAMS),
    ("What the tests of Zygote.jl differentiate", crate::zygote::PROGRAMS),
];

const COMMAND: &str = "UPDATE_CONSTRUCTS=1 cargo test -p zygote-engine --test conformance table";

/// The rows of a topic in order, each with its number of programs.
fn rows(programs: &[Program]) -> Vec<(&'static str, usize)> {
    let mut rows: Vec<(&str, usize)> = Vec::new();
    for program in programs {
        match rows.iter_mut().find(|(row, _)| *row == program.row) {
            Some((_, count)) => *count += 1,
            None => rows.push((program.row, 1)),
        }
    }
    rows
}

/// The text of a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn table() -> String {
    let programs: usize = TOPICS.iter().map(|(_, programs)| programs.len()).sum();
    let mut text = format!(
        "# Constructs\n\n\
         What a differentiable function may be made of. Each construct that is supported is used by\n\
         programs of `zygote-engine/tests/conformance`, {programs} in all, whose values and gradients\n\
         are compared with the functions and their finite differences, or with a closed form. Each\n\
         that is refused is an error at the user's token; the message has a case in\n\
         `zygote-engine/transform/tests/data/error`.\n\n\
         This file is made from the programs by\n\n\
         ```sh\n{COMMAND}\n```\n"
    );
    for (title, programs) in TOPICS {
        write!(text, "\n## {title}\n\n| construct | state | programs |\n| --- | --- | ---: |\n")
            .unwrap();
        for (row, count) in rows(programs) {
            writeln!(text, "| {} | supported | {count} |", cell(row)).unwrap();
        }
    }
    text +=
        "\n## Refused\n\n| construct | state | message | way out |\n| --- | --- | --- | --- |\n";
    for refused in REFUSED {
        let message = refused.message();
        let row = format!(
            "{} | refused | {} | {}",
            cell(refused.construct),
            cell(&message.text),
            cell(&message.way_out)
        );
        writeln!(text, "| {row} |").unwrap();
    }
    text
}

#[test]
fn the_table_is_that_of_the_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CONSTRUCTS.md");
    let table = table();
    if env::var_os("UPDATE_CONSTRUCTS").is_some() {
        fs::write(&path, &table).expect("the table can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == table, "docs/CONSTRUCTS.md is not up to date: run\n{COMMAND}");
}
