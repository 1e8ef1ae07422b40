//! Whatever is read returns: no panic, no overflow of the stack, no endless loop.

use proptest::prelude::*;

use super::value_of;
use crate::lang::{Reading, parse_body, parse_json_body, parse_template, print};
use crate::model::diagnostic::{Code, Diagnostics, FileId};
use crate::model::value::Value;

fn code_of(expression: &str) -> Option<Code> {
    value_of(expression).err().map(|problem| problem.code)
}

#[test]
fn deep_nesting_is_an_error_with_a_place() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a=", "}"), ("-", ""), ("!", ""), ("f(", ")"), ("\"${", "}\"")]
    {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(code_of(&text), Some(Code::LimitExceeded), "{open}");
    }
    let text = format!("1{}", "[*]".repeat(100_000));
    assert_eq!(code_of(&text), Some(Code::LimitExceeded));
    let text = "true ? 1 : ".repeat(100_000) + "2";
    assert_eq!(code_of(&text), Some(Code::LimitExceeded));
    let text = format!("\"{}\"", "%{ if true }".repeat(10_000));
    assert_eq!(code_of(&text), Some(Code::LimitExceeded));
    let text = format!("jsondecode(\"{}\")", "[".repeat(100_000));
    assert_eq!(code_of(&text), Some(Code::FunctionCall));
    let text = format!("yamldecode(\"{}\")", "[".repeat(10_000));
    assert_eq!(code_of(&text), Some(Code::FunctionCall));
    let text = format!("yamldecode(\"{}\")", "- ".repeat(10_000));
    assert_eq!(code_of(&text), Some(Code::FunctionCall));
}

#[test]
fn nested_blocks_have_a_limit_too() {
    let text = "a {\n".repeat(50_000) + &"}\n".repeat(50_000);
    let (_, problems) = parse_body(FileId(0), &text);
    assert!(problems.iter().any(|problem| problem.code == Code::LimitExceeded));
}

#[test]
fn moderate_nesting_works() {
    for (open, inner, close) in [
        ("[", "1", "]"),
        ("{a = ", "1", "}"),
        ("upper(", "\"a\"", ")"),
        ("try(", "1", ")"),
        ("[for x in [1] : ", "x", "]"),
        ("{for x in [1] : x => ", "x", "}"),
        ("(1 + ", "1", ")"),
        ("!", "true", ""),
        ("merge({}, ", "{}", ")"),
    ] {
        let text = format!("{}{inner}{}", open.repeat(90), close.repeat(90));
        assert_eq!(code_of(&text), None, "{open}");
    }
    for (open, inner, close) in
        [("true ? (", "1", ") : 2"), ("\"a${", "1", "}\""), ("\"%{ if true }${", "1", "}%{ endif }\"")]
    {
        let text = format!("{}{inner}{}", open.repeat(45), close.repeat(45));
        assert_eq!(code_of(&text), None, "{open}");
    }
}

#[test]
fn long_chains_are_no_deep_trees() {
    for operator in ["+", "&&", "=="] {
        let operand = if operator == "+" { "1" } else { "true" };
        let text = vec![operand; 50_000].join(operator);
        assert_eq!(code_of(&text), None, "{operator}");
    }
    let text = format!("anything{}", ".a".repeat(50_000));
    assert_eq!(code_of(&text), None);
    let text = format!("anything{}", "[text]".repeat(50_000));
    assert_eq!(code_of(&text), None);
}

#[test]
fn short_texts_cannot_ask_for_much() {
    for expression in [
        "1e999999999",
        "format(\"%999999999d\", 1)",
        "indent(999999999, \"a\\nb\")",
        "range(0, 1e30)",
        "setproduct(range(1000), range(1000), range(1000))",
        "regex(\"(a{1000}){1000}\", \"a\")",
        "yamldecode(\"a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\")",
    ] {
        assert!(value_of(expression).is_err(), "{expression}");
    }
}

/// Pieces from which texts are made that come near to the language.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b1", " ", "\n", "\r\n", "=", "{", "}", "[", "]", "(", ")", "\"", "${", "%{", "~}", "}",
        "<<E\n", "E\n", "<<-E\n", ",", ".", ":", "?", "*", "[*]", ".*", "...", "=>", "for ", " in ", " if ",
        "endif", "else", "endfor", "1", "0.5", "1e9", "-", "+", "/", "%", "&&", "||", "!", "==", "<", "#",
        "//", "/*", "*/", "null", "true", "upper(", "try(", "\\n", "\\u00e9", "$${", "%%{", "\u{e9}",
        "\u{feff}", "'", "$", "\\",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Texts of the signs that mean something in JSON, and of some that do not.
fn json_pieces() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"a\"",
        "\"b\"",
        "\"//\"",
        "\"${1 +\"",
        "\"\\u00e9\"",
        "\"\\ud83d",
        "\"",
        "\\",
        "1",
        "-0.5e3",
        "01",
        "true",
        "null",
        "nul",
        "é",
        "\n",
        " ",
        "#",
        "=",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..60).prop_map(|words| words.concat())
}

/// Values without what the printed form does not escape: the signs that begin a template, and lines.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::null()),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zé\"\\\\ ]{0,8}".prop_map(Value::string),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::tuple),
            prop::collection::btree_map("[a-zé \"]{0,4}", inner, 0..5).prop_map(Value::object),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_return(text in pieces()) {
        let (body, problems) = parse_body(FileId(0), &text);
        for problem in &problems {
            let span = problem.span.expect("a problem of the text has a place");
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
        }
        let names: std::collections::BTreeSet<_> = body.attributes.iter().map(|attribute| &attribute.name).collect();
        prop_assert_eq!(names.len(), body.attributes.len());
        let _ = value_of(&text);
        let _ = parse_template(FileId(0), &text);
    }

    #[test]
    fn any_bytes_return(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = parse_body(FileId(0), &text);
        let _ = value_of(&text);
        let _ = parse_template(FileId(0), &text);
    }

    #[test]
    fn any_json_returns(text in json_pieces()) {
        let (mut body, problems) = parse_json_body(FileId(0), &text);
        for problem in &problems {
            let span = problem.span.expect("a problem of the text has a place");
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
        }
        let mut more = Diagnostics::default();
        body.read_blocks("a", &["name"], &mut more);
        body.read_argument("b", Reading::Code, &mut more);
        body.read_rest(Reading::Template, &mut more);
    }

    #[test]
    fn what_is_printed_reads_back(value in values()) {
        let shown = print(&value);
        let read = value_of(&shown).expect("a printed value is an expression");
        prop_assert_eq!(print(&read), shown);
    }

    #[test]
    fn broken_items_do_not_hide_the_next(text in pieces()) {
        let file = format!("x {{\n{text}\n\nresource \"a\" \"b\" {{\n  c = 1\n}}\n");
        let _ = parse_body(FileId(0), &file);
    }
}
