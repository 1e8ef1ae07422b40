//! What a configuration says of itself: conditions, checks, imports, ephemeral values.

use super::{Case, address, codes, one};
use crate::model::diagnostic::{Code, Severity};
use crate::model::value::Value;

fn found(text: &str) -> Vec<(Severity, Code)> {
    Case::of(text).run().1.iter().map(|problem| (problem.severity, problem.code)).collect()
}

fn with_lifecycle(lines: &str) -> String {
    format!("resource \"t_backup\" \"a\" {{\n  server = \"s\"\n  lifecycle {{\n{lines}\n  }}\n}}\n")
}

#[test]
fn a_postcondition_sees_the_object_itself() {
    let check = |condition: &str, expected: &[Code]| {
        let lines = format!(
            "    postcondition {{\n      condition = {condition}\n      error_message = \"no\"\n    }}"
        );
        assert_eq!(codes(&with_lifecycle(&lines)), expected, "{condition}");
    };
    check("self.server == \"s\"", &[]);
    check("self.server == \"t\"", &[Code::ConditionFailed]);
    check("self.id == \"\"", &[]);
    check("self.sever == \"\"", &[Code::InvalidOperation]);
    check("t_backup.a.server == \"s\"", &[Code::DependencyCycle]);
    assert_eq!(codes(&one("self.id")), [Code::InvalidReference]);
}

#[test]
fn a_postcondition_of_an_object_that_exists_is_checked_against_it() {
    let lines =
        "    postcondition {\n      condition = self.id == \"other\"\n      error_message = \"no\"\n    }";
    let mut case = Case::of(&with_lifecycle(lines));
    let object = [("server".into(), Value::string("s")), ("id".into(), Value::string("b-1"))].into();
    case.known.objects.insert(address("t_backup.a"), object);
    assert_eq!(case.run().1.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::ConditionFailed]);
}

#[test]
fn an_output_has_preconditions() {
    let text = |condition: &str| {
        format!(
            "output \"o\" {{\n  value = 1\n  precondition {{\n    condition = {condition}\n    error_message = \"no\"\n  }}\n}}\n"
        )
    };
    assert_eq!(codes(&text("path.root == \".\"")), []);
    assert_eq!(codes(&text("path.root == \"x\"")), [Code::ConditionFailed]);
    assert_eq!(codes(&text("path.root")), [Code::InvalidType]);
    assert_eq!(codes(&text("true")), [Code::InvalidReference]);
}

#[test]
fn what_fails_in_a_check_is_a_warning() {
    let assert = |condition: &str| {
        format!("  assert {{\n    condition = {condition}\n    error_message = \"no\"\n  }}\n")
    };
    let check = |body: &str, expected: &[(Severity, Code)]| {
        assert_eq!(found(&format!("check \"c\" {{\n{body}}}\n")), expected, "{body}");
    };
    check(&assert("path.root == \".\""), &[]);
    check(&assert("path.root == \"x\""), &[(Severity::Warning, Code::ConditionFailed)]);
    check(&assert("1 == 1"), &[(Severity::Error, Code::InvalidReference)]);
    check(&assert("var.x"), &[(Severity::Error, Code::UnknownReference)]);
    check("", &[(Severity::Error, Code::MissingBlock)]);
    let data = "  data \"t_servers\" \"x\" {\n  }\n";
    check(&format!("{data}{}", assert("data.t_servers.x.id != \"\"")), &[]);
    let outside = format!(
        "check \"c\" {{\n{data}{}}}\noutput \"o\" {{\n  value = data.t_servers.x.id\n}}\n",
        assert("path.root == \".\"")
    );
    assert_eq!(found(&outside), [(Severity::Error, Code::InvalidReference)]);
}

#[test]
fn an_import_names_a_declared_instance_and_an_id() {
    let import = |to: &str, more: &str| format!("import {{\n  to = {to}\n{more}\n}}\n{}", one("\"s\""));
    let desired = Case::of(&import("t_backup.a", "  id = \"b-${1 + 1}\"")).good();
    assert_eq!((desired.imports[0].to.to_string().as_str(), &*desired.imports[0].id), ("t_backup.a", "b-2"));
    let check = |to: &str, more: &str, expected: &[Code]| {
        assert_eq!(codes(&import(to, more)), expected, "{to} {more}");
    };
    check("t_backup.b", "  id = \"x\"", &[Code::UnknownReference]);
    check("t_backup.a[0]", "  id = \"x\"", &[Code::UnknownReference]);
    check("t_backup.a", "", &[Code::MissingArgument]);
    check("t_backup.a", "  id = \"\"", &[Code::InvalidType]);
    check("t_backup.a", "  id = t_backup.a.id", &[Code::UnknownValue]);
    check("data.t_servers.x", "  id = \"x\"", &[Code::InvalidReference]);
    check("\"t_backup.a\"", "  id = \"x\"", &[Code::InvalidReference]);
    let twice =
        format!("import {{\n  to = t_backup.a\n  id = \"y\"\n}}\n{}", import("t_backup.a", "  id = \"x\""));
    assert_eq!(codes(&twice), [Code::Conflict]);
}

#[test]
fn an_import_is_repeated_by_key() {
    let text = "locals {\n  ids = { x = \"b-1\", y = \"b-2\" }\n}\n\
                import {\n  for_each = local.ids\n  to = t_backup.a[each.key]\n  id = each.value\n}\n\
                resource \"t_backup\" \"a\" {\n  for_each = local.ids\n  server = each.key\n}\n";
    let desired = Case::of(text).good();
    let found: Vec<String> =
        desired.imports.iter().map(|import| format!("{} {}", import.to, import.id)).collect();
    assert_eq!(found, [r#"t_backup.a["x"] b-1"#, r#"t_backup.a["y"] b-2"#]);
}

#[test]
fn a_replacement_is_triggered_by_the_instance_of_the_same_key() {
    let text = "resource \"t_backup\" \"a\" {\n  for_each = toset([\"x\", \"y\"])\n  server = each.key\n}\n\
                resource \"t_backup\" \"b\" {\n  for_each = toset([\"x\", \"y\"])\n  server = \"b${each.key}\"\n\
                lifecycle {\n    replace_triggered_by = [t_backup.a[each.key].level]\n  }\n}\n";
    let desired = Case::of(text).good();
    let triggers = &desired.resources[&address(r#"t_backup.b["y"]"#)].lifecycle.replace_triggered_by;
    assert_eq!(triggers.len(), 1);
    assert_eq!(triggers[0].address, address(r#"t_backup.a["y"]"#));
    assert_eq!(triggers[0].attribute.as_deref(), Some("level"));
}

#[test]
fn what_is_ephemeral_is_kept_nowhere() {
    let variable = "variable \"v\" {\n  default = \"x\"\n  ephemeral = true\n}\n";
    let check =
        |text: &str, expected: &[Code]| assert_eq!(codes(&format!("{variable}{text}")), expected, "{text}");
    check("locals {\n  x = \"${var.v}!\"\n}\n", &[]);
    check(&one("var.v"), &[Code::SensitiveValue]);
    check("output \"o\" {\n  value = var.v\n}\n", &[Code::SensitiveValue]);
    check("output \"o\" {\n  value = ephemeralasnull(var.v)\n}\n", &[]);
    check("output \"o\" {\n  value = 1\n  ephemeral = true\n}\n", &[Code::InvalidArgument]);
}

#[test]
fn what_must_be_known_first_is_a_plain_value() {
    let check = |text: &str, expected: &[Code]| assert_eq!(codes(text), expected, "{text}");
    check("variable \"v\" {\n  default = upper(\"x\")\n}\n", &[Code::InvalidReference]);
    check("variable \"v\" {\n  default = null\n  nullable = false\n}\n", &[Code::InvalidArgument]);
    check("variable \"v\" {\n  default = [for x in [1] : x]\n}\n", &[]);
    check("variable \"v\" {\n  default = 1\n  description = \"a ${1 + 1}\"\n}\n", &[]);
    check("variable \"v\" {\n  default = 1\n  description = [1]\n}\n", &[Code::InvalidArgument]);
}

#[test]
fn a_validation_looks_at_its_own_variable() {
    let text = |condition: &str| {
        format!(
            "variable \"w\" {{\n  default = 1\n}}\nvariable \"v\" {{\n  default = 1\n  validation {{\n    condition = {condition}\n    error_message = \"no\"\n  }}\n}}\n"
        )
    };
    assert_eq!(codes(&text("var.v == var.w")), []);
    assert_eq!(codes(&text("var.w == 1")), [Code::InvalidReference]);
    assert_eq!(codes(&text("true")), [Code::InvalidReference]);
}

#[test]
fn a_block_waits_for_whole_blocks() {
    let text = |on: &str| {
        format!(
            "resource \"t_backup\" \"a\" {{\n  server = \"s\"\n  depends_on = [{on}]\n}}\n\
             resource \"t_backup\" \"b\" {{\n  server = \"t\"\n}}\n\
             resource \"t_backup\" \"c\" {{\n  count = 2\n  server = \"u${{count.index}}\"\n}}\n"
        )
    };
    let check = |on: &str, expected: &[(Severity, Code)]| assert_eq!(found(&text(on)), expected, "{on}");
    check("t_backup.b", &[]);
    check("t_backup.c[0]", &[]);
    check("\"t_backup.b\"", &[(Severity::Warning, Code::InvalidReference)]);
    check("t_backup.b.id", &[(Severity::Error, Code::InvalidReference)]);
    check("t_backup.b[0]", &[(Severity::Error, Code::InvalidReference)]);
}

#[test]
fn a_type_belongs_to_one_provider() {
    let text = "provider \"t\" {\n  alias = \"x\"\n  region = \"r\"\n}\nresource \"t_backup\" \"a\" {\n  server = \"s\"\n  provider = PROVIDER\n}\n";
    assert_eq!(codes(&text.replace("PROVIDER", "t.x")), []);
    assert_eq!(codes(&text.replace("PROVIDER", "other")), [Code::InvalidReference]);
}

#[test]
fn what_is_ignored_may_be_a_part() {
    let text = with_lifecycle("    ignore_changes = [level, extra.size, rule[0].key, id]");
    let desired = Case::of(&text).run().0;
    let lifecycle = &desired.resources[&address("t_backup.a")].lifecycle;
    assert!(lifecycle.ignore_changes.contains("level"));
    let parts: Vec<String> = lifecycle
        .ignore_parts
        .iter()
        .map(|(name, keys)| {
            format!("{name} {}", keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(parts, ["extra \"size\"", "rule 0 \"key\""]);
    assert_eq!(found(&text), [(Severity::Warning, Code::InvalidArgument)]);
}
