//! Where tokens stand: how far lines are indented, where spaces are, what is aligned below each other.
//!
//! The rules are those of Terraform's formatter, as its answers show them. It sees lines and tokens and nothing of their
//! meaning: a line's indentation follows from brackets alone, and an `=` is aligned with the one above it wherever the
//! rest of its line closes what it opens.

use std::ops::Range;

use super::piece::{Piece, Pieces};
use crate::lang::token::Kind;

/// Spaces of one step of indentation.
const STEP: usize = 2;

/// The text with every space between its tokens decided anew. It must be one that can be read.
pub(super) fn laid_out(text: &str) -> String {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut margin = Margin::default();
    let mut group = Group::default();
    let mut pieces = Pieces::new(text, start, text.len());
    for piece in &mut pieces {
        group.pieces.push(piece);
        if piece.ends_line() && group.end_line(&mut margin) {
            group.write(&mut out);
        }
    }
    group.end_line(&mut margin);
    group.write(&mut out);
    // Nobody decides on the space between the last token and the end; a byte-order mark without any token counts as such.
    write_spaces(&mut out, text.len() - pieces.end());
    out
}

fn write_spaces(out: &mut String, number: usize) {
    out.extend(std::iter::repeat_n(' ', number));
}

/// How far lines are indented.
#[derive(Default)]
struct Margin {
    /// For each step, how many brackets are still open of those that its line opened.
    steps: Vec<usize>,
}

impl Margin {
    /// Spaces before a line after which so many more brackets are open, and from now on.
    ///
    /// A line is one step, however many brackets it opens. One that closes brackets stands itself where the step began.
    fn before(&mut self, bracket_change: isize) -> usize {
        let mut closed = bracket_change.min(0).unsigned_abs();
        while closed > 0
            && let Some(open) = self.steps.last_mut()
        {
            let here = closed.min(*open);
            closed -= here;
            *open -= here;
            if *open == 0 {
                self.steps.pop();
            }
        }
        let spaces = STEP * self.steps.len();
        if bracket_change > 0 {
            self.steps.push(bracket_change.unsigned_abs());
        }
        spaces
    }
}

/// A line in up to three cells, as positions in the pieces of its group.
struct Line {
    start: usize,
    /// Where `=` and what it sets begin; the comment's beginning where there is none.
    assignment: usize,
    /// Where the comment at the line's end begins; the line's end where there is none.
    comment: usize,
    end: usize,
}

impl Line {
    /// Cuts the pieces from `start` to their end.
    fn cut(pieces: &[Piece], start: usize) -> Self {
        let end = pieces.len();
        let has_comment = end - start > 1 && pieces.last().is_some_and(|last| last.kind == Kind::Comment);
        let comment = if has_comment { end - 1 } else { end };
        let equal = pieces[start..comment].iter().skip(1).position(|piece| piece.kind == Kind::Equal);
        let assignment = equal
            .map(|offset| start + 1 + offset)
            .filter(|equal| bracket_change(&pieces[*equal..comment]) == 0)
            .unwrap_or(comment);
        Self { start, assignment, comment, end }
    }

    fn lead(&self) -> Range<usize> {
        self.start..self.assignment
    }

    fn assignment(&self) -> Range<usize> {
        self.assignment..self.comment
    }

    fn comment(&self) -> Range<usize> {
        self.comment..self.end
    }
}

fn bracket_change(pieces: &[Piece]) -> isize {
    pieces.iter().map(Piece::bracket_change).sum()
}

/// Lines that may have to be aligned with each other.
#[derive(Default)]
struct Group<'a> {
    pieces: Vec<Piece<'a>>,
    lines: Vec<Line>,
}

impl Group<'_> {
    /// Makes a line of the pieces since the last one. Whether nothing after it can be aligned with anything before it.
    fn end_line(&mut self, margin: &mut Margin) -> bool {
        let start = self.lines.last().map_or(0, |line| line.end);
        let line = Line::cut(&self.pieces, start);
        if !line.lead().is_empty() {
            self.indent(&line, margin);
            put_spaces(&mut self.pieces[line.lead()]);
            put_spaces(&mut self.pieces[line.assignment()]);
        }
        let is_last = line.assignment().is_empty() && line.comment().is_empty();
        self.lines.push(line);
        is_last
    }

    fn indent(&mut self, line: &Line, margin: &mut Margin) {
        let lead = &self.pieces[line.lead()];
        if lead[0].kind == Kind::Newline {
            return;
        }
        // What a heredoc that is not behind `=` has in it does not count, nor does the rest of its line.
        let counted = lead.iter().position(|piece| piece.kind == Kind::OpenHeredoc).unwrap_or(lead.len());
        let change = bracket_change(&lead[..counted]) + bracket_change(&self.pieces[line.assignment()]);
        self.pieces[line.start].spaces = margin.before(change);
    }

    /// Writes all lines and forgets them.
    fn write(&mut self, out: &mut String) {
        // Where a comment stands depends on the spaces before the `=` of its line.
        self.align(Line::assignment);
        self.align(Line::comment);
        for piece in self.pieces.drain(..) {
            write_spaces(out, piece.spaces);
            out.push_str(piece.text);
        }
        self.lines.clear();
    }

    /// Puts the cells of lines below each other that have one, one space behind the longest of what is before them.
    fn align(&mut self, cell: fn(&Line) -> Range<usize>) {
        let has_cell = |line: &Line| !cell(line).is_empty();
        for chain in self.lines.chunk_by(|one, next| has_cell(one) == has_cell(next)) {
            if !has_cell(&chain[0]) {
                continue;
            }
            let before = |line: &Line| self.pieces[line.start..cell(line).start].iter();
            let widths: Vec<usize> =
                chain.iter().map(|line| before(line).map(Piece::columns).sum()).collect();
            let widest = widths.iter().copied().max().unwrap_or(0);
            for (line, width) in chain.iter().zip(widths) {
                self.pieces[cell(line).start].spaces = widest - width + 1;
            }
        }
    }
}

/// Puts one space or none before every piece of a cell but the first.
fn put_spaces(cell: &mut [Piece]) {
    for at in 1..cell.len() {
        let before = at.checked_sub(2).map(|before| cell[before].kind);
        cell[at].spaces = usize::from(has_space_between(before, &cell[at - 1], &cell[at]));
    }
}

/// Whether a space stands between two pieces of a cell, of which the first comes after `before`. The first rule that
/// fits decides.
#[expect(clippy::match_same_arms, reason = "the first rule that fits decides, so they stand in their order")]
fn has_space_between(before: Option<Kind>, left: &Piece, right: &Piece) -> bool {
    use Kind::{
        Bang, CloseBrace, CloseHeredoc, CloseQuote, Comma, Directive, Dot, DoubleColon, Ellipsis,
        EndSequence, Identifier, Interpolation, Minus, Newline, Number, OpenBrace, OpenBracket, OpenHeredoc,
        OpenParen, OpenQuote, Text,
    };
    match (left.kind, right.kind) {
        (_, Newline | Dot | Comma | Ellipsis)
        | (Identifier, OpenParen | DoubleColon)
        | (DoubleColon, Identifier)
        | (Dot, _) => false,
        (Comma, _) => true,
        (Text | OpenQuote | OpenHeredoc, _) | (_, Text | CloseQuote | CloseHeredoc) => false,
        // `for x in [a]`, where `in` is no name of something that is indexed.
        (Identifier, _) if left.text == "in" && before == Some(Identifier) => true,
        (Identifier | Number, OpenBracket) => false,
        (_, OpenBracket) if left.bracket_change() < 0 => false,
        (Bang, _) => false,
        (Minus, _) => before.is_some_and(ends_operand),
        (OpenBrace, right) => right != CloseBrace,
        // An object by itself in a sequence keeps its braces apart from the sequence's own.
        (_, CloseBrace) | (Interpolation | Directive, OpenBrace) | (CloseBrace, EndSequence) => true,
        (EndSequence, Interpolation | Directive) => false,
        _ => left.bracket_change() <= 0 && right.bracket_change() >= 0,
    }
}

/// Whether a minus after it subtracts. Anything else makes it a sign.
fn ends_operand(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::OpenParen
            | Kind::OpenBrace
            | Kind::OpenBracket
            | Kind::Equal
            | Kind::Colon
            | Kind::Comma
            | Kind::Question
            | Kind::Plus
            | Kind::Star
            | Kind::Slash
            | Kind::Percent
            | Kind::Minus
            | Kind::EqualEqual
            | Kind::NotEqual
            | Kind::Greater
            | Kind::GreaterEqual
            | Kind::Less
            | Kind::LessEqual
            | Kind::And
            | Kind::Or
            | Kind::Bang
    )
}
