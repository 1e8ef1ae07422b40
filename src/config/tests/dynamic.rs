//! `dynamic` blocks.

use super::{Case, argument, codes};
use crate::model::diagnostic::Code;

fn with(dynamic: &str) -> String {
    format!("resource \"t_backup\" \"a\" {{\n  server = \"s\"\n{dynamic}\n}}\n")
}

fn rules(dynamic: &str) -> String {
    argument(&Case::of(&with(dynamic)).good(), "t_backup.a", "rule").to_string()
}

#[test]
fn each_element_makes_one_block() {
    let check = |dynamic: &str, expected: &str| assert_eq!(rules(dynamic), expected, "{dynamic}");
    let block = |for_each: &str, content: &str| {
        format!(
            "  dynamic \"rule\" {{\n    for_each = {for_each}\n    content {{\n      {content}\n    }}\n  }}"
        )
    };
    check(
        &block("[\"x\", \"y\"]", "key = rule.value"),
        r#"[{"key": "x", "value": null}, {"key": "y", "value": null}]"#,
    );
    check(&block("{ a = 1 }", "key = rule.key\n      value = rule.value"), r#"[{"key": "a", "value": 1}]"#);
    check(&block("toset([\"x\"])", "key = rule.key"), r#"[{"key": "x", "value": null}]"#);
    check(
        &block("[5]", "value = each.value").replace("for_each", "iterator = each\n    for_each"),
        r#"[{"key": null, "value": 5}]"#,
    );
    let both = format!("  rule {{\n    key = \"w\"\n  }}\n{}", block("[\"x\"]", "key = rule.value"));
    check(&both, r#"[{"key": "w", "value": null}, {"key": "x", "value": null}]"#);
}

#[test]
fn how_many_blocks_there_are_may_be_known_only_after_apply() {
    let text = with(
        "  dynamic \"rule\" {\n    for_each = t_backup.b.id == \"x\" ? [1] : []\n    content {\n      value = rule.value\n    }\n  }",
    ) + "resource \"t_backup\" \"b\" {\n  server = \"t\"\n}\n";
    assert!(!argument(&Case::of(&text).good(), "t_backup.a", "rule").is_known());
}

#[test]
fn no_element_makes_no_block() {
    let text = with("  dynamic \"rule\" {\n    for_each = []\n    content {}\n  }");
    let desired = Case::of(&text).good();
    assert!(desired.resources.values().all(|resource| !resource.values.contains_key("rule")));
}

#[test]
fn a_dynamic_block_that_makes_no_sense_is_refused() {
    let check = |dynamic: &str, expected: &[Code]| assert_eq!(codes(&with(dynamic)), expected, "{dynamic}");
    check("  dynamic \"rulle\" {\n    for_each = []\n    content {}\n  }", &[Code::UnknownBlock]);
    check("  dynamic \"level\" {\n    for_each = []\n    content {}\n  }", &[Code::InvalidBlock]);
    check("  dynamic {\n    for_each = []\n    content {}\n  }", &[Code::InvalidBlock]);
    check("  dynamic \"rule\" {\n    content {}\n  }", &[Code::MissingArgument]);
    check("  dynamic \"rule\" {\n    for_each = []\n  }", &[Code::MissingArgument]);
    check(
        "  dynamic \"rule\" {\n    for_each = []\n    key = 1\n    content {}\n  }",
        &[Code::UnknownArgument],
    );
    check(
        "  dynamic \"rule\" {\n    for_each = []\n    content {\n      kye = 1\n    }\n  }",
        &[Code::UnknownArgument],
    );
    check("  dynamic \"rule\" {\n    for_each = null\n    content {}\n  }", &[Code::InvalidExpansion]);
    check("  dynamic \"rule\" {\n    for_each = 1\n    content {}\n  }", &[Code::InvalidExpansion]);
    check(
        "  dynamic \"rule\" {\n    for_each = sensitive([1])\n    content {}\n  }",
        &[Code::SensitiveValue],
    );
    check(
        "  dynamic \"rule\" {\n    for_each = [1]\n    content {\n      value = other.value\n    }\n  }",
        &[Code::UnknownReference],
    );
    check("  dynamic \"extra\" {\n    for_each = [1, 2]\n    content {}\n  }", &[Code::DuplicateBlock]);
}
