//! Crates with rules of functions of other crates: of two rules of one function a call is an error that names
//! both, and where no call sees both, the check of rules does.

use crate::generated::{self, write};
use std::fs;
use std::process::{Command, Output};

const SHAPES: &str = "pub fn area(a: f64, b: f64) -> f64 {\n    a * b\n}\n";

const RULES: &str = "#[chainrules_core::rrule(shapes::area)]\n\
    fn area(a: f64, b: f64) -> f64 {\n    (a * b, |dy| Grad { a: dy * b, b: dy * a })\n}\n";

const CALL: &str = "use chainrules::prelude::*;\n\
    use one::*;\n\
    use other::*;\n\
    use zygote_engine::prelude::*;\n\
    #[differentiable]\n\
    pub fn double(x: f64) -> f64 {\n    shapes::area(2.0, x)\n}\n";

const ALONE: &str = "use chainrules::prelude::*;\n\
    use one::*;\n\
    use zygote_engine::prelude::*;\n\
    #[differentiable]\n\
    fn double(x: f64) -> f64 {\n    shapes::area(2.0, x)\n}\n\
    fn main() {\n    assert_eq!(gradient!(double, 3.0), 2.0);\n    assert_eq!(gradient!(|x: f64| shapes::area(x, x), 3.0), 6.0);\n}\n";

const BY_NAME: &str = "use chainrules::prelude::*;\n\
    use one::*;\n\
    use zygote_engine::prelude::*;\n\
    pub fn by_its_path() {\n    gradient!(shapes::area, 2.0, 3.0);\n}\n\
    pub fn by_its_name() {\n    use shapes::area;\n    gradient!(area, 2.0, 3.0);\n}\n";

const CHECKED: &str = "use one as _;\nuse other as _;\n\
    fn main() {\n    rule_testing::assert_crate(\"one\");\n}\n";

/// The crates: a name, what it depends on, its file and what that says.
const CRATES: [(&str, &[&str], &str, &str); 7] = [
    ("shapes", &[], "lib", SHAPES),
    ("one", &["chainrules-core", "shapes"], "lib", RULES),
    ("other", &["chainrules-core", "shapes"], "lib", RULES),
    ("call", &["chainrules", "one", "other", "shapes", "zygote-engine"], "lib", CALL),
    ("alone", &["chainrules", "one", "shapes", "zygote-engine"], "main", ALONE),
    ("by_name", &["chainrules", "one", "shapes", "zygote-engine"], "lib", BY_NAME),
    ("checked", &["one", "other", "rule-testing"], "main", CHECKED),
];

fn cargo(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(arguments)
        .args(["--quiet", "--offline"])
        .current_dir(generated::folder("two-crates"))
        .env("CARGO_TARGET_DIR", generated::target())
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

fn written() -> anyhow::Result<()> {
    let (root, folder) = (generated::root(), generated::folder("two-crates"));
    let members: Vec<_> = CRATES.iter().map(|(name, ..)| format!("\"{name}\"")).collect();
    fs::create_dir_all(&folder)?;
    let profiles = generated::PROFILES;
    let members = members.join(", ");
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n{profiles}");
    write(&folder.join("Cargo.toml"), &workspace)?;
    if !folder.join("Cargo.lock").exists() {
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    }
    for (name, dependencies, file, text) in CRATES {
        let source = folder.join(name).join("src");
        fs::create_dir_all(&source)?;
        let dependencies = dependencies.iter().map(|dependency| {
            let of_these = CRATES.iter().any(|(name, ..)| name == dependency);
            let place = if of_these { &folder } else { root };
            format!("{dependency} = {{ path = \"{}\" }}\n", place.join(dependency).display())
        });
        let dependencies: String = dependencies.collect();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}"
        );
        write(&folder.join(name).join("Cargo.toml"), &manifest)?;
        write(&source.join(format!("{file}.rs")), text)?;
    }
    Ok(())
}

/// The error is at the function's name, and says what to write.
#[test]
fn a_rule_of_a_third_crate_is_called_in_a_closure() {
    written().expect("the crates can be written");
    let (output, said) = cargo(&["check", "--package", "by_name"]);
    assert!(!output.status.success(), "`gradient!` of the name compiles");
    let expected =
        ["by_name/src/lib.rs:5:23", "by_name/src/lib.rs:9:15", "gradient!(|x| f(x), ..)"];
    for part in expected {
        assert!(said.contains(part), "no `{part}` in\n{said}");
    }
    assert_eq!(said.matches("error[").count(), 2, "{said}");
}

#[test]
fn two_rules_of_one_function_are_an_error() {
    written().expect("the crates can be written");

    let (output, said) = cargo(&["run", "--package", "alone"]);
    assert!(output.status.success(), "{said}");

    let (output, said) = cargo(&["check", "--package", "call"]);
    assert!(!output.status.success(), "two rules in scope compile");
    let expected = ["E0034", "call/src/lib.rs:7", "the_rule_of_area", "one::", "other::"];
    for part in expected {
        assert!(said.contains(part), "no `{part}` in\n{said}");
    }

    let (output, said) = cargo(&["run", "--package", "checked"]);
    assert!(!output.status.success(), "two rules pass the check");
    let expected = "two rules of one function:\none::shapes::area and other::shapes::area";
    assert!(said.contains(expected), "{said}");
}
