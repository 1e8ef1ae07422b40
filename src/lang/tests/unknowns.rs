//! Values that are known after apply, and sensitive ones, on their way through expressions.

use super::{prints, value_of};
use crate::model::value::Marks;

#[test]
fn what_is_known_stays_known_beside_what_is_not() {
    prints(&[
        ("[1, text]", "[\n  1,\n  (known after apply),\n]"),
        ("{a = text, b = 2}.b", "2"),
        ("length([text])", "1"),
        ("keys({a = text})", "[\n  \"a\",\n]"),
        ("element([text, \"b\"], 1)", "\"b\""),
        ("lookup({a = text, b = 1}, \"b\")", "1"),
        ("merge({a = 1}, {b = text}).a", "1"),
        ("concat([1], [text])[0]", "1"),
        ("contains([\"a\", text], \"a\")", "true"),
        ("index([\"a\", text], \"a\")", "0"),
        ("alltrue([false, text == \"a\"])", "false"),
        ("anytrue([true, text == \"a\"])", "true"),
        ("coalesce(\"a\", text)", "\"a\""),
        ("[1, text] == [2, \"a\"]", "false"),
        ("text == null", "false"),
        ("true ? 1 : text", "\"1\""),
        ("startswith(\"ab-${text}\", \"ab\")", "true"),
        ("startswith(\"ab-${text}\", \"xb\")", "false"),
        ("\"ab-${text}\" == \"xy\"", "false"),
        ("can(anything.x)", "(known after apply)"),
        ("can([1, anything][0])", "true"),
        ("try([1, anything][0], 2)", "1"),
        ("type(try(tostring(anything), 1))", "dynamic"),
        ("setunion([text], [\"b\"])", "toset([\n  \"b\",\n  (known after apply),\n])"),
    ]);
}

#[test]
fn one_operand_can_decide_alone() {
    prints(&[
        ("false && text == \"a\"", "false"),
        ("text == \"a\" && false", "false"),
        ("true || text == \"a\"", "true"),
        ("true && text == \"a\"", "(known after apply)"),
    ]);
}

#[test]
fn what_depends_on_the_unknown_is_unknown() {
    for expression in [
        "text",
        "upper(text)",
        "\"a-${text}\"",
        "text == \"a\"",
        "anything == null",
        "length(text)",
        "length(list)",
        "{(text) = 1}",
        "[for x in list : x]",
        "{for x in [text] : x => 1}",
        "[for x in [text, \"b\"] : x if x == \"b\"]",
        "text == \"a\" ? 1 : 2",
        "jsonencode({a = text})",
        "join(\",\", [\"a\", text])",
        "list[*]",
        "anything.a[0].b",
        "lookup({a = 1}, text, 2)",
        "try(anything.foo, 1)",
        "contains([\"a\", text], \"b\")",
        "\"%{ if text == \"a\" }x%{ endif }\"",
        "1 + length(text)",
        "!(text == \"a\")",
        "max(list...)",
        "timestamp()",
        "uuid()",
    ] {
        assert!(!value_of(expression).unwrap().is_known(), "{expression}");
    }
}

#[test]
fn marks_unite_on_results_and_stay_with_elements() {
    let check = |expression: &str, whole: bool, inside: bool| {
        let value = value_of(expression).unwrap();
        assert_eq!(value.is_sensitive(), whole, "{expression}");
        assert_eq!(value.marks_deep().contains(Marks::SENSITIVE), inside, "{expression}");
    };
    check("known.secret", true, true);
    check("known.text", false, false);
    check("[known.secret]", false, true);
    check("[known.secret, 1][1]", false, false);
    check("\"a${known.secret}\"", true, true);
    check("{(known.secret) = 1}", true, true);
    check("upper(known.secret)", true, true);
    check("length([known.secret])", false, false);
    check("[known.secret] == [1]", true, true);
    check("known.secret == \"a\" ? 1 : 2", true, true);
    check("[for x in [known.secret] : 1]", false, false);
    check("{for x in [known.secret] : x => 1}", true, true);
    check("[for x in [1] : x if known.secret == \"a\"]", true, true);
    check("toset([known.secret])", true, true);
    check("nonsensitive(known.secret)", false, false);
    check("[sensitive([1])][0]", true, true);
    check("sensitive([1])[*]", true, true);
    check("merge({a = known.secret}, {b = 1})", false, true);
    check("templatestring(known.text, {x = known.secret})", false, false);
}

#[test]
fn an_error_hides_what_is_sensitive() {
    let problem = value_of("1 + known.secret").unwrap_err();
    assert_eq!(problem.values, [("known.secret".to_owned(), "is a (sensitive value)".to_owned())]);
    let problem = value_of("1 + known.text").unwrap_err();
    assert_eq!(problem.values, [("known.text".to_owned(), "is \"x\"".to_owned())]);
    for expression in [
        "tonumber(known.secret)",
        "[1][known.secret]",
        "lookup({}, known.secret)",
        "regex(known.secret, \"z\")",
    ] {
        let problem = value_of(expression).unwrap_err();
        let words = format!("{problem:?}");
        assert!(!words.contains("\"y\"") && !words.contains("\\\"y\\\""), "{words}");
    }
}
