//! Problems in Terraform's diagnostic JSON, for `validate --json` and for editors and commenters that know it.

use serde::Serialize;

use super::diagnostic::{Line, counts};
use super::json;
use crate::model::diagnostic::{Diagnostic, Diagnostics, Severity, Source, Sources, Span};

#[derive(Serialize)]
struct Validation<'a> {
    format_version: &'static str,
    valid: bool,
    error_count: usize,
    warning_count: usize,
    diagnostics: Vec<Problem<'a>>,
}

/// One problem, in the shape that Terraform's `validate -json` and `plan -json` share.
#[derive(Serialize)]
pub struct Problem<'a> {
    severity: &'static str,
    summary: &'a str,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet<'a>>,
    /// Ours: the stable name. Readers of Terraform's form ignore keys that they do not know.
    code: &'static str,
}

#[derive(Serialize)]
struct Range {
    filename: String,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct Snippet<'a> {
    context: Option<&'a str>,
    code: &'a str,
    start_line: u32,
    highlight_start_offset: usize,
    highlight_end_offset: usize,
    values: Vec<Mention<'a>>,
}

#[derive(Serialize)]
struct Mention<'a> {
    traversal: &'a str,
    statement: &'a str,
}

/// The answer of `validate --json`, on one line.
pub fn validation(list: &Diagnostics, sources: &Sources) -> String {
    let (error_count, warning_count) = counts(list);
    json::line(&Validation {
        format_version: "1.0",
        valid: error_count == 0,
        error_count,
        warning_count,
        diagnostics: list.iter().map(|diagnostic| problem(diagnostic, sources)).collect(),
    })
}

/// One problem as data.
pub fn problem<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Problem<'a> {
    let located = diagnostic.span.and_then(|span| Some((span, sources.file(span.file)?)));
    Problem {
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        summary: &diagnostic.summary,
        detail: detail(diagnostic),
        address: diagnostic.address.as_deref(),
        range: located.map(|(span, source)| range(span, source, sources)),
        snippet: located.map(|(span, source)| snippet(diagnostic, span, source, sources)),
        code: diagnostic.code.as_str(),
    }
}

/// Detail and hints as one text: Terraform's form has no place of its own for hints.
fn detail(diagnostic: &Diagnostic) -> String {
    let hints = diagnostic.hints.iter().map(|hint| format!("hint: {hint}"));
    let detail = Some(diagnostic.detail.clone()).filter(|detail| !detail.is_empty());
    detail.into_iter().chain(hints).collect::<Vec<_>>().join("\n")
}

fn range(span: Span, source: &Source, sources: &Sources) -> Range {
    let position = |offset: u32| {
        let place = sources.place(Span { start: offset, end: offset, ..span });
        Position { line: place.line, column: place.column, byte: offset }
    };
    Range { filename: source.name.to_string(), start: position(span.start), end: position(span.end) }
}

fn snippet<'a>(diagnostic: &'a Diagnostic, span: Span, source: &'a Source, sources: &Sources) -> Snippet<'a> {
    let line = Line::of(span, source);
    let mention = |(traversal, statement): &'a (String, String)| Mention { traversal, statement };
    Snippet {
        context: None,
        code: line.text,
        start_line: sources.place(span).line,
        highlight_start_offset: line.start,
        highlight_end_offset: line.end,
        values: diagnostic.values.iter().map(mention).collect(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::model::diagnostic::Code;

    #[test]
    fn a_problem_in_terraforms_form() {
        let mut sources = Sources::default();
        let file = sources.add("main.hcl", "a = 1\nb = lenght(var.x)\n");
        let error = Diagnostic::error(Code::UnknownFunction, "this function is not known")
            .at(Span::new(file, 10, 16))
            .detail("There is no function `lenght`.")
            .suggest(Some("length"))
            .value("var.x", "is \"<b>\"");
        let mut list = Diagnostics::from(error);
        list.push(Diagnostic::warning(Code::Unchecked, "only declared facts were checked"));
        assert_snapshot!(validation(&list, &sources), @r#"{"format_version":"1.0","valid":false,"error_count":1,"warning_count":1,"diagnostics":[{"severity":"error","summary":"this function is not known","detail":"There is no function `lenght`.\nhint: did you mean `length`?","range":{"filename":"main.hcl","start":{"line":2,"column":5,"byte":10},"end":{"line":2,"column":11,"byte":16}},"snippet":{"context":null,"code":"b = lenght(var.x)","start_line":2,"highlight_start_offset":4,"highlight_end_offset":10,"values":[{"traversal":"var.x","statement":"is \"\u003cb\u003e\""}]},"code":"unknown-function"},{"severity":"warning","summary":"only declared facts were checked","detail":"","code":"unchecked"}]}"#);
    }

    #[test]
    fn nothing_wrong_is_valid() {
        assert_snapshot!(validation(&Diagnostics::default(), &Sources::default()), @r#"{"format_version":"1.0","valid":true,"error_count":0,"warning_count":0,"diagnostics":[]}"#);
    }
}
