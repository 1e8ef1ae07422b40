//! What is said about broken texts, and where.

use crate::lang::parse_body;
use crate::model::diagnostic::{FileId, Sources};

/// All problems of a text, as `line:column summary`.
fn problems(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("t", text);
    let (_, problems) = parse_body(file, text);
    let place = |problem: &crate::model::diagnostic::Diagnostic| {
        let place = sources.place(problem.span.expect("a problem of the text has a place"));
        format!("{}:{} {}", place.line, place.column, problem.summary)
    };
    problems.iter().map(place).collect()
}

#[test]
fn a_condition_says_where_its_results_differ() {
    let check = |expression: &str, expected: &str| {
        let problem = super::value_of(expression).unwrap_err();
        assert!(problem.detail.contains(expected), "{expression}: {}", problem.detail);
    };
    check("true ? 1 : [1]", ": the first is a number, the second is a tuple.");
    check("true ? [1, {a=[]}] : [1, {a={}}]", "the first is in `[1].a` a tuple, the second is an object.");
    check("true ? {a=1,b=[]} : {a=1,c={}}", "only the first has `b`, only the second has `c`.");
    check("true ? [1,[]] : [1,2,3]", "the first has 2 elements of different types, the second has 3.");
}

#[test]
fn an_open_interpolation_is_the_only_mistake() {
    let text = "locals {\n  a = \"x-${local.b\"\n  b = 2\n}\n";
    let (_, problems) = super::parse_body(FileId(0), text);
    let summaries: Vec<&str> = problems.iter().map(|problem| problem.summary.as_str()).collect();
    assert_eq!(summaries, ["this template interpolation is never closed"]);
}

#[test]
fn a_mistake_is_shown_where_it_began() {
    let check = |text: &str, expected: &str| assert_eq!(problems(text), [expected], "{text}");
    check("a = \"x\nb = 1\n", "1:5 this string is never closed");
    check("a {\n  b = 1\n", "1:3 this brace is never closed");
    check("a = [1, 2\nb = 1\n", "2:1 a comma is missing");
    check("a = [1,\n", "1:5 this bracket is never closed");
    check("a = upper(\"x\"\n", "1:10 this parenthesis is never closed");
    check("a = \"${b\"\n", "1:6 this template interpolation is never closed");
    check("a = \"%{ if b }\"\n", "1:6 this template directive has no end");
    check("a = <<E\nx\n", "1:5 this heredoc is never closed");
    check("a = <<E x\n", "1:5 this is not the beginning of a heredoc");
    check("a = 1 /* x\n", "1:7 this comment is never closed");
    check("a {\n  b = 1,\n}\n", "2:8 a comma between arguments");
    check("a {\n  b = 1 c = 2\n}\n", "2:9 the line of an argument goes on");
    check("a {\n  b: 1\n}\n", "2:4 a colon after an argument's name");
    check("a {\n  b == 1\n}\n", "2:5 a comparison where an argument should be set");
    check("a\n= 1\n", "2:1 the `=` stands on a line of its own");
    check("a \"b\"\n{\n}\n", "2:1 the block's brace stands on a line of its own");
    check("a {\n  b =\n}\n", "2:5 the value of an argument is missing");
    check("a = \u{201c}x\u{201d}\n", "1:5 this character has no meaning here");
    check("a = 'x'\n", "1:5 this character has no meaning here");
    check("a { b = 1, c = 2 }\n", "1:10 more than one argument in a one-line block");
    check("a { b = 1 c = 2 }\n", "1:11 more than one argument in a one-line block");
    check("a { b {} }\n", "1:5 a block inside of a one-line block");
    check("a { b = 1\n}\n", "1:3 an argument on the line of its block's brace");
    check("a {\n  b = 1 }\n", "2:9 the closing brace stands on an argument's line");
    check("a \"x${y}\" {\n}\n", "1:3 a label cannot be evaluated");
    check("a b = 1\n", "1:1 an argument's name is one word");
    check("a \"b\", \"c\" {\n}\n", "1:6 a comma between labels");
    check("\"a\" = 1\n", "1:1 neither an argument nor a block");
    check("a\n", "1:1 neither an argument nor a block");
    check("a.b = 1\n", "1:1 only a single name can be set");
    check("}\n", "1:1 this bracket closes nothing");
    check("a = 1\na = 2\n", "2:1 this argument is set already");
    check("a = b & c\n", "1:7 this operator is not known");
    check("a = b and c\n", "1:7 this operator is not known");
    check("a = {b c = 1}\n", "1:8 a key without a value");
    check("a = [for x in y x]\n", "1:17 the colon of a `for` is missing");
    check("a = [for x of y : x]\n", "1:12 `in` is missing");
    check("a = b ? c\n", "1:10 the second half of a condition is missing");
    check("a = \"\\x\"\n", "1:6 this escape sequence is not known");
    check("a = b.0.1\n", "1:7 two indexes in the old spelling cannot follow each other");
    check("a = 1..2\n", "1:5 this is not a number");
    check("a = b[\n*]\n", "2:1 an expression is missing");
    check("a = 1 +\n", "1:8 an expression is missing");
}

#[test]
fn five_broken_blocks_give_five_errors() {
    let text = "a {\n  b = \n}\nc {\n  d = [1\n}\ne {\n  f = \"x\n}\ng {\n  h: 1\n}\ni \"j\" {\n  k = (1\n";
    assert_eq!(problems(text).len(), 5, "{:#?}", problems(text));
}

#[test]
fn a_missing_brace_does_not_swallow_what_follows() {
    let text = "a {\n  b = 1\n\nc {\n  d = 1\n}\n";
    let (body, _) = parse_body(FileId(0), text);
    assert_eq!(body.blocks.iter().map(|block| block.kind.as_ref()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(problems(text), ["1:3 this brace is never closed"]);
    let inner = "a {\n  b {\n    c = 1\n}\n";
    assert_eq!(problems(inner), ["2:5 this brace is never closed"]);
}

#[test]
fn several_problems_of_one_block_are_all_told() {
    let text = "a {\n  b: 1\n  c = 2\n  d =\n  e = 1,\n}\n";
    let expected = [
        "2:4 a colon after an argument's name",
        "4:5 the value of an argument is missing",
        "5:8 a comma between arguments",
    ];
    assert_eq!(problems(text), expected);
    let (body, _) = parse_body(FileId(0), text);
    assert_eq!(body.blocks[0].body.attributes[0].name.as_ref(), "c");
}

#[test]
fn a_byte_order_mark_and_carriage_returns_mean_nothing() {
    let (body, problems) =
        parse_body(FileId(0), "\u{feff}a = 1\r\nb \"c\" {\r\n  d = {\r\n    e = 1\r\n  }\r\n}\r\n");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(body.attributes.len(), 1);
    assert_eq!(body.blocks[0].labels[0].text.as_ref(), "c");
}
