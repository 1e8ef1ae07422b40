use super::{Reading, parse_json_body};
use crate::lang::body::{Block, Body};
use crate::lang::scope::NoNames;
use crate::lang::{evaluate, print};
use crate::model::diagnostic::{Diagnostics, FileId, Span};

fn body(text: &str) -> Body {
    let (body, problems) = parse_json_body(FileId(0), text);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    body
}

fn summaries(problems: &Diagnostics) -> Vec<&str> {
    problems.iter().map(|problem| problem.summary.as_str()).collect()
}

fn shown(span: Span, text: &str) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// The property `a` of an object around this value, read in this way and evaluated.
fn value(json: &str, reading: Reading) -> String {
    let mut body = body(&format!("{{\"a\": {json}}}"));
    let mut problems = Diagnostics::default();
    body.read_argument("a", reading, &mut problems);
    assert!(problems.is_empty(), "{json}: {problems:?}");
    print(&evaluate(&body.attributes[0].expr, &NoNames).unwrap())
}

#[test]
fn values_are_read_as_they_are_asked_for() {
    let template =
        |json: &str, expected: &str| assert_eq!(value(json, Reading::Template), expected, "{json}");
    template("null", "null");
    template("-1.50e1", "-15");
    template("12345678901234567890.125", "12345678901234567890.125");
    template("[true, {\"k\": []}]", "[\n  true,\n  {\n    \"k\" = []\n  },\n]");
    template(r#""${1 + 2}""#, "3");
    template(r#""a${1 + 2}%{ if true }b%{ endif }""#, "\"a3b\"");
    template(r#""$${x} \\n \n""#, "<<EOT\n${x} \\n \n\nEOT");
    template(r#"{"k${1}": "${upper(\"x\")}"}"#, "{\n  \"k1\" = \"X\"\n}");
    template(r#""\u00e9\ud83d\ude00\ud83d\/\b""#, "\"é😀\u{fffd}/\\b\"");
    let literal = |json: &str, expected: &str| assert_eq!(value(json, Reading::Literal), expected, "{json}");
    literal(r#""${x""#, "\"${x\"");
    literal(r#"{"${x}": ["%{ if"]}"#, "{\n  \"${x}\" = [\n    \"%{ if\",\n  ]\n}");
    let code = |json: &str, expected: &str| assert_eq!(value(json, Reading::Code), expected, "{json}");
    code(r#""1 + 2""#, "3");
    code(r#"["upper(\"x\")", {"k": "true"}]"#, "[\n  \"X\",\n  {\n    \"k\" = true\n  },\n]");
}

#[test]
fn properties_become_blocks() {
    let check = |json: &str, labels: &[&str], expected: &[&str]| {
        let mut body = body(json);
        let mut problems = Diagnostics::default();
        body.read_blocks("b", labels, &mut problems);
        assert!(problems.is_empty(), "{json}: {problems:?}");
        assert_eq!(body.unread().count(), 0, "{json}");
        let shape = |block: &Block| {
            let labels = block.labels.iter().map(|label| label.text.to_string());
            let names = block.body.unread().map(|(name, _)| format!("={name}"));
            labels.chain(names).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(body.blocks.iter().map(shape).collect::<Vec<_>>(), expected, "{json}");
    };
    check(r#"{"b": {"x": 1, "//": "note"}}"#, &[], &["=x"]);
    check(r#"{"b": [{"x": 1}, {"y": 1}, null]}"#, &[], &["=x", "=y", ""]);
    check(r#"{"b": null}"#, &[], &[]);
    check(r#"{"b": {"x": 1}, "b": {"y": 1}}"#, &[], &["=x", "=y"]);
    check(r#"[{"b": {"x": 1}}, {"b": {}}]"#, &[], &["=x", ""]);
    check(
        r#"{"b": {"t": {"m": {"x": 1}, "n": [{"y": 1}, {}]}}}"#,
        &["type", "name"],
        &["t m =x", "t n =y", "t n"],
    );
    check(r#"{"b": [{"t": {"x": 1}}, {"t": [[{"y": 1}, {"z": 1}]]}]}"#, &["name"], &["t =x", "t =y =z"]);
}

#[test]
fn what_cannot_be_blocks_is_said() {
    let check = |json: &str, labels: &[&str], expected: &[&str]| {
        let mut body = body(json);
        let mut problems = Diagnostics::default();
        body.read_blocks("b", labels, &mut problems);
        let found: Vec<_> = problems
            .iter()
            .map(|problem| format!("{} {}", shown(problem.span.unwrap(), json), problem.summary))
            .collect();
        assert_eq!(found, expected, "{json}");
    };
    check(r#"{"b": 1}"#, &[], &["1 a JSON object is needed here"]);
    check(r#"{"b": [{}, "x"]}"#, &[], &["\"x\" a JSON object is needed here"]);
    check(r#"{"b": {}}"#, &["name"], &["{} this block lacks a label"]);
    check(r#"{"b": {"t": true}}"#, &["type", "name"], &["true a JSON object is needed here"]);
}

#[test]
fn every_mistake_is_said_once_and_where_it_is() {
    let check = |json: &str, expected: &[(&str, &str)]| {
        let (_, problems) = parse_json_body(FileId(0), json);
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (shown(problem.span.unwrap(), json), problem.summary.as_str()))
            .collect();
        assert_eq!(found, expected, "{json}");
    };
    check("", &[("", "a value is missing")]);
    check("null", &[("null", "a JSON object is needed here")]);
    check("1", &[("1", "a JSON object is needed here")]);
    check("{} {}", &[("{", "something follows after the end of the JSON value")]);
    check("{\"a\": 1,}", &[(",", "a comma stands after the last item")]);
    check("{\"a\": [1,]}", &[(",", "a comma stands after the last item")]);
    check(
        "{\"a\": 1 \"b\": 2, \"c\" 3}",
        &[("\"", "a comma or a closing bracket is missing"), ("3", "a colon is missing after a name")],
    );
    check("{\"a\" = 1}", &[("=", "a colon is missing after a name")]);
    check("{a: 1}", &[("a", "a name in quotes is missing")]);
    check("{'a': 1}", &[("'", "a name in quotes is missing")]);
    check("{, \"a\": 1}", &[(",", "a name in quotes is missing")]);
    check(
        "{\"a\": True, \"b\": .5, \"c\": 01, \"d\": 1.}",
        &[
            ("True", "a value is missing"),
            (".", "a value is missing"),
            ("01", "this is not a number"),
            ("1.", "this is not a number"),
        ],
    );
    check(
        "{\"a\": \"\\x\", \"b\": \"\\u12\"}",
        &[("\\x", "this escape does not exist"), ("\\u", "this escape does not exist")],
    );
    check("{\"a\": \"x\ty\"}", &[("\t", "a tab stands in a string")]);
    check("{\"a\": \"x\n, \"b\": }", &[("\"", "this string is never closed"), ("}", "a value is missing")]);
    check("{\"a\": [1, {\"b\": 2", &[("{", "this brace is never closed")]);
    check("{\"a\": 1 // x\n}", &[("//", "there are no comments in JSON")]);
    check(
        "{\"a\": {\"a\": {\"x\"}}, \"b\": [1 2]}",
        &[("}", "a colon is missing after a name"), ("2", "a comma or a closing bracket is missing")],
    );
}

#[test]
fn strings_show_their_mistakes_in_the_json_text() {
    let check = |json: &str, reading: Reading, expected: &str| {
        let mut body = body(json);
        let mut problems = Diagnostics::default();
        body.read_rest(reading, &mut problems);
        let problem = problems.iter().next().expect("there is a mistake");
        assert_eq!(shown(problem.span.unwrap(), json), expected, "{json}: {problem:?}");
    };
    check(r#"{"a": "é\n\"\u00e9${1 + }"}"#, Reading::Template, "}");
    check(r#"{"a": "${\"x\" == 1 2}"}"#, Reading::Template, "2");
    check(r#"{"a": "\u0061\u002d\u002d b"}"#, Reading::Code, "b");
    check(r#"{"a": 1, "a": 2}"#, Reading::Template, "\"a\"");
    check(r#"{"a": {"b": 1, "b": 2}}"#, Reading::Template, "\"b\"");
}

#[test]
fn references_in_strings_have_their_places() {
    let json = r#"{"a": "x\n\\${local.first} \u0041 ${local[\"second\"]}"}"#;
    let mut body = body(json);
    body.read_rest(Reading::Template, &mut Diagnostics::default());
    let places: Vec<&str> =
        body.attributes[0].expr.references().iter().map(|traversal| shown(traversal.span, json)).collect();
    assert_eq!(places, ["local.first", r#"local[\"second\"]"#]);
}

#[test]
fn depth_is_limited() {
    let deep = |levels: usize| format!("{{\"a\": {}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(parse_json_body(FileId(0), &deep(90)).1.is_empty());
    for levels in [200, 100_000] {
        let (_, problems) = parse_json_body(FileId(0), &deep(levels));
        assert_eq!(summaries(&problems), ["this is nested too deeply"]);
    }
}

#[test]
fn a_text_of_open_brackets_takes_linear_time() {
    let (_, problems) = parse_json_body(FileId(0), &"{\"a\": [".repeat(50_000));
    assert!(problems.has_errors());
}
