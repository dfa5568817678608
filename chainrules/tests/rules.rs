//! All rules of this crate agree with finite differences.

use chainrules as _;
use rule_testing::{Options, check_all, header};

#[test]
fn all_rules_pass() {
    let reports = check_all(Some("chainrules::"), &Options { cases: 32, seed: 0 });
    assert!(!reports.is_empty(), "no rule is linked");
    let failed = reports.iter().filter_map(|report| Some((report, report.failure.as_ref()?)));
    let text: String = failed.map(|(report, failure)| format!("{report}\n{failure}\n")).collect();
    assert!(text.is_empty(), "\n{}\n{text}", header());
}
