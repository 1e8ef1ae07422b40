//! Forms of earlier times, written as they are today.
//!
//! - `"${a}"` is `a`, wherever it is the whole value of an argument;
//! - `type = "list"` of a variable is `list(string)`, and `type = list` is `list(any)`;
//! - labels of blocks stand in quotes, without comments between them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::piece::{Piece, Pieces};
use crate::lang::body::{Attribute, Block, Body, Label, parse_items};
use crate::lang::parse::Parser;
use crate::lang::print::is_printable;
use crate::lang::token::{Kind, Lexer};
use crate::model::diagnostic::{Diagnostics, FileId, Span};

/// The text in the forms of today; its layout is not thought of.
///
/// # Errors
///
/// What is wrong with a text that cannot be read.
pub(super) fn in_current_forms(file: FileId, text: &str) -> Result<Cow<'_, str>, Diagnostics> {
    let mut edits = Edits { file, text, list: Vec::new(), arguments: 0 };
    let (_, diagnostics) = parse_items(file, text, |body| edits.take_items(body));
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(edits.applied())
}

/// What is to be written in place of parts of a text.
struct Edits<'a> {
    file: FileId,
    text: &'a str,
    list: Vec<(Range<usize>, String)>,
    /// How many arguments outside of blocks were looked at.
    arguments: usize,
}

impl<'a> Edits<'a> {
    /// Looks at what was read since the last time. Blocks are dropped then; arguments stay, so that one that is given
    /// twice is found.
    fn take_items(&mut self, body: &mut Body) {
        for attribute in body.attributes.get(self.arguments..).unwrap_or_default() {
            self.value(attribute);
        }
        self.arguments = body.attributes.len();
        for block in body.blocks.drain(..) {
            self.block(&block, Place::Outermost);
        }
    }

    fn block(&mut self, block: &Block, place: Place) {
        self.labels(block);
        let is_variable = place == Place::Outermost && block.kind.as_ref() == "variable";
        for attribute in &block.body.attributes {
            if is_variable && attribute.name.as_ref() == "type" {
                self.type_of_variable(attribute);
            } else {
                self.value(attribute);
            }
        }
        for inner in &block.body.blocks {
            self.block(inner, Place::Inside);
        }
    }

    fn labels(&mut self, block: &Block) {
        let Some(last) = block.labels.last() else { return };
        let header = block.kind_span.end as usize..last.span.end as usize;
        let mut written = String::new();
        for label in &block.labels {
            written.push(' ');
            self.write_label(&mut written, label);
        }
        if self.text[header.clone()] != written {
            self.list.push((header, written));
        }
    }

    fn write_label(&self, out: &mut String, label: &Label) {
        let source = &self.text[range_of(label.span)];
        // Terraform takes such a label for several, and leaves it out.
        if source.contains(['$', '%']) {
            out.push_str(source);
        } else {
            write_quoted(out, &label.text);
        }
    }

    fn type_of_variable(&mut self, attribute: &Attribute) {
        let range = range_of(attribute.expr.span());
        let current = match &self.text[range.clone()] {
            "\"string\"" => "string",
            "\"list\"" => "list(string)",
            "\"map\"" => "map(string)",
            "list" => "list(any)",
            "map" => "map(any)",
            "set" => "set(any)",
            _ => return,
        };
        self.list.push((range, current.to_owned()));
    }

    fn value(&mut self, attribute: &Attribute) {
        let range = range_of(attribute.expr.span());
        if let Some(unwrapped) = self.unwrapped(&range) {
            self.list.push((range, unwrapped));
        }
    }

    /// What is in a string that is one interpolation and nothing else, as it can stand without it.
    fn unwrapped(&self, range: &Range<usize>) -> Option<String> {
        let source = &self.text[range.clone()];
        if !source.starts_with("\"${") || !source.ends_with("}\"") {
            return None;
        }
        let mut pieces = Pieces::new(self.text, range.start, range.end);
        let mut found = Vec::new();
        while let Some(piece) = pieces.next() {
            found.push((piece, pieces.end()));
        }
        let [_, _, inside @ .., (end, _), (close, _)] = found.as_slice() else { return None };
        if end.kind != Kind::EndSequence || close.kind != Kind::CloseQuote || !is_one_sequence(inside) {
            return None;
        }
        let inside = without_outer_newlines(inside);
        let (first, last) = (inside.first()?, inside.last()?);
        let inner = &self.text[first.1 - first.0.text.len()..last.1];
        let in_parentheses = || format!("({inner})");
        let needs_line_end = last.0.ends_line() || last.0.kind == Kind::CloseHeredoc;
        let has_line_end = self.text[range.end..].trim_start_matches([' ', '\t', '\r']).starts_with('\n');
        if is_multi_line(inside) {
            return self.can_stand_alone(in_parentheses());
        }
        if needs_line_end && !has_line_end {
            return self.can_stand_alone(in_parentheses());
        }
        self.can_stand_alone(inner.to_owned()).or_else(|| self.can_stand_alone(in_parentheses()))
    }

    /// The value, if it can be read as that of an argument: line ends mean nothing inside of a sequence, and something
    /// outside.
    fn can_stand_alone(&self, value: String) -> Option<String> {
        if !value.contains('\n') {
            return Some(value);
        }
        let line = value.clone() + "\n";
        let mut names = BTreeSet::new();
        let mut parser = Parser::new(self.file, &line, Lexer::code(&line, 0, line.len()), &mut names);
        let is_whole = parser.expression().is_ok() && parser.finish().is_ok();
        is_whole.then_some(value)
    }

    fn applied(mut self) -> Cow<'a, str> {
        if self.list.is_empty() {
            return Cow::Borrowed(self.text);
        }
        self.list.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (range, current) in self.list {
            out.push_str(&self.text[at..range.start]);
            out.push_str(&current);
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        Cow::Owned(out)
    }
}

/// Where a block stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outermost,
    Inside,
}

fn range_of(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Whether what is between the first `${` and the last `}` of a string is one sequence: strings inside may have their
/// own, but outside of those there is neither text nor another sequence.
fn is_one_sequence(inside: &[(Piece, usize)]) -> bool {
    let mut strings = 0;
    for (piece, _) in inside {
        match piece.kind {
            Kind::OpenQuote => strings += 1,
            Kind::CloseQuote => strings -= 1,
            Kind::Interpolation | Kind::EndSequence if strings == 0 => return false,
            _ => {}
        }
    }
    true
}

fn without_outer_newlines<'p, 'a>(pieces: &'p [(Piece<'a>, usize)]) -> &'p [(Piece<'a>, usize)] {
    let is_something = |(piece, _): &(Piece, usize)| piece.kind != Kind::Newline;
    let start = pieces.iter().position(is_something).unwrap_or(pieces.len());
    let end = pieces.iter().rposition(is_something).map_or(start, |last| last + 1);
    &pieces[start..end]
}

/// Whether it goes over several lines without parentheses at both of its ends.
fn is_multi_line(pieces: &[(Piece, usize)]) -> bool {
    let kind_of = |piece: Option<&(Piece, usize)>| piece.map(|(piece, _)| piece.kind);
    let has_parentheses =
        kind_of(pieces.first()) == Some(Kind::OpenParen) && kind_of(pieces.last()) == Some(Kind::CloseParen);
    !has_parentheses && pieces.iter().any(|(piece, _)| piece.kind == Kind::Newline)
}

/// Writes a label in quotes, with escapes for what is not to be seen.
fn write_quoted(out: &mut String, label: &str) {
    out.push('"');
    for c in label.nfc() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let written =
                    if code < 0x1_0000 { write!(out, "\\u{code:04x}") } else { write!(out, "\\U{code:08x}") };
                written.expect("writing to a string cannot fail");
            }
        }
    }
    out.push('"');
}
