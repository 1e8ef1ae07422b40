//! Cuts a file into its top-level items, so that what is wrong with one says nothing about the next.

use std::ops::Range;

use crate::lang::token::{Kind, Lexer, is_identifier_part, is_identifier_start};

/// The byte ranges of the top-level items of `text`.
///
/// An item ends with its line where nothing is open. One that leaves something open would swallow the rest of the
/// file; it ends before the next line that looks like the beginning of a block instead.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // Once something was left open, looking for its end again and again would take quadratic time.
    let mut distrusts = false;
    while start < text.len() {
        let natural = natural_end(text, start, distrusts);
        distrusts |= natural.is_none();
        let end = natural.unwrap_or_else(|| next_header(text, start).unwrap_or(text.len()));
        items.push(start..end);
        start = end;
    }
    items
}

/// The end of the first line at which nothing is open; `None` where something stays open.
fn natural_end(text: &str, start: usize, stops_at_headers: bool) -> Option<usize> {
    let mut lexer = Lexer::code(text, start, text.len());
    let mut is_empty = true;
    // To look beyond each of many empty lines would take quadratic time.
    let mut goes_on_at = start;
    loop {
        let token = lexer.next();
        match token.kind {
            Kind::Newline if token.start < goes_on_at => {}
            Kind::Newline if lexer.is_outermost() && !is_empty => match where_it_goes_on(text, token.end) {
                Some(place) => goes_on_at = place,
                None => return Some(token.end),
            },
            Kind::Newline if stops_at_headers && !is_empty && is_header(&text[token.end..]) => return None,
            Kind::Newline => {}
            Kind::End => return lexer.is_outermost().then_some(text.len()),
            Kind::BrokenComment => return None,
            _ => is_empty = false,
        }
    }
}

/// Where the next line has a sign that no item can begin with, so that the mistake of putting a line's end before it can
/// be told.
fn where_it_goes_on(text: &str, start: usize) -> Option<usize> {
    let rest = text[start..].trim_start();
    rest.starts_with(['=', '{']).then(|| text.len() - rest.len())
}

/// Where the next line begins that looks like a block's first, after the line of `start`'s first item.
fn next_header(text: &str, start: usize) -> Option<usize> {
    let first = text[start..].find(|c: char| !c.is_whitespace()).map_or(start, |place| start + place);
    let mut at = first;
    while let Some(newline) = text[at..].find('\n') {
        at += newline + 1;
        if is_header(&text[at..]) {
            return Some(at);
        }
    }
    None
}

/// Whether a line begins with a word in its first column and goes on, over words and labels, to an opening brace.
fn is_header(text: &str) -> bool {
    if !text.starts_with(is_identifier_start) {
        return false;
    }
    let line = &text[..text.find('\n').unwrap_or(text.len())];
    let line = line.trim_end();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.chars().next() {
            Some('{') => return true,
            Some('"') => match rest[1..].find('"') {
                Some(length) => rest = &rest[length + 2..],
                None => return false,
            },
            Some(c) if is_identifier_start(c) => rest = rest.trim_start_matches(is_identifier_part),
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_end_where_nothing_is_open() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = split(text).into_iter().map(|range| text[range].trim()).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("", &[]);
        check("a = 1\nb = 2", &["a = 1", "b = 2"]);
        check("\u{feff}a {\n}\nb {}\n", &["a {\n}", "b {}"]);
        check("# x {\na = \"{\"\nb = <<E\n{\nE\nc {}", &["# x {\na = \"{\"", "b = <<E\n{\nE", "c {}"]);
        check("a {\n x = 1\nb {\n}\nc {\n}\n", &["a {\n x = 1", "b {\n}", "c {\n}"]);
        check("a {\n x = \"${\n}\nb \"c\" {\n}\n", &["a {\n x = \"${\n}", "b \"c\" {\n}"]);
        check("a {\n}}\nb {}\n", &["a {\n}}", "b {}"]);
        check("a = [\nb = 1\nc {}\n", &["a = [\nb = 1", "c {}"]);
    }

    #[test]
    fn many_open_items_take_linear_time() {
        let text = "a {\n".repeat(20_000);
        assert_eq!(split(&text).len(), 20_000);
    }
}
