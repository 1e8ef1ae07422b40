//! The language against the real tool: expressions, and what it printed for them.

mod collections;
mod conditionals;
mod conversions;
mod diagnostics;
mod edges;
mod encodings;
mod files;
mod formats;
mod heredocs;
mod limits;
mod loops_and_splats;
mod networks_and_times;
mod numbers;
mod operators;
mod paths;
mod strings;
mod syntax;
mod templates;
mod unknowns;

use super::{NoNames, Scope, Step, evaluate, parse_body, parse_expression, print};
use crate::model::diagnostic::{Diagnostic, FileId, Span};
use crate::model::types::Type;
use crate::model::value::Value;

/// A scope with one name for a value that is known, and some for values that are not.
struct Names;

impl Scope for Names {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        match root {
            "known" => Ok((
                Value::object([("text", Value::string("x")), ("secret", Value::string("y").sensitive())]),
                0,
            )),
            "text" => Ok((Value::unknown_not_null(Type::String), 0)),
            "anything" => Ok((Value::unknown(Type::Any), 0)),
            "list" => Ok((Value::unknown(Type::list(Type::String)), 0)),
            _ => NoNames.resolve(root, steps, span),
        }
    }

    fn is_console(&self) -> bool {
        true
    }
}

fn value_of(expression: &str) -> Result<Value, Diagnostic> {
    let expr = parse_expression(FileId(0), expression)
        .map_err(|problems| problems.into_iter().next().expect("a refused text has a problem"))?;
    evaluate(&expr, &Names)
}

/// Every expression prints what stands beside it.
fn prints(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        match value_of(expression) {
            Ok(value) => assert_eq!(print(&value), *expected, "{expression}"),
            Err(problem) => panic!("{expression}: {}: {}", problem.summary, problem.detail),
        }
    }
}

/// Every expression is refused, with a place and a sentence.
fn refuses(cases: &[&str]) {
    for expression in cases {
        match value_of(expression) {
            Ok(value) => panic!("{expression} gave {value:?}"),
            Err(problem) => {
                assert!(problem.span.is_some(), "{expression}: no place");
                assert!(!problem.summary.is_empty() && !problem.detail.is_empty(), "{expression}: no words");
            }
        }
    }
}

/// An argument of this text has this value; line ends of either kind give the same but for themselves.
fn heredoc(text: &str, expected: &str) {
    let file = format!("a = {text}");
    for (file, expected) in
        [(file.clone(), expected.to_owned()), (file.replace('\n', "\r\n"), expected.replace('\n', "\r\n"))]
    {
        let (body, problems) = parse_body(FileId(0), &file);
        assert!(problems.is_empty(), "{file}: {problems:?}");
        let value = evaluate(&body.attributes[0].expr, &Names).unwrap();
        // A line break that the text itself asks for stays what it is.
        if !text.contains("\\n") {
            assert_eq!(value.as_str(), Some(expected.as_str()), "{file:?}");
        }
    }
}
