//! Single values beside each other: on one line, as `jsonencode(...)`, or as a heredoc with its lines compared.

use super::diff::{At, end, null_suffix, sign, tail, value};
use super::escape;
use super::layout::{Page, Sign};
use super::sequence::{Edit, edits};
use super::theme::Label;
use super::value::{from_json_text, is_same, word};
use crate::model::value::Value;

/// Writes texts, numbers, truth values and null.
pub fn scalar(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let texts = (before.map(|value| value.as_str()), after.map(|value| value.as_str()));
    if let (Some(Some(_)) | None, Some(Some(_)) | None) = texts {
        let (old, new) = (texts.0.flatten(), texts.1.flatten());
        if !at.in_json && json(page, old, new, at) {
            return;
        }
        if [old, new].into_iter().flatten().any(|text| text.contains('\n')) {
            return heredoc(page, old, new, at);
        }
    }
    one_line(page, before, after, at);
}

fn one_line(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    match (before, after) {
        (Some(old), Some(new)) if !is_same(old, new) => {
            literal(page, old);
            page.text.push(Label::Changed, " -> ");
            literal(page, new);
        }
        (old, new) => new.or(old).into_iter().for_each(|value| literal(page, value)),
    }
    end(page, after.is_none(), at);
}

fn literal(page: &mut Page<'_>, value: &Value) {
    match value.as_str() {
        Some(text) => page.text.plain(&escape::quoted(text)),
        None if value.is_null() => page.text.push(Label::Muted, "null"),
        None => page.text.plain(&word(value)),
    }
}

/// Shows texts of JSON by what they stand for; `false` where they are none, or stand for the same and yet differ.
fn json(page: &mut Page<'_>, before: Option<&str>, after: Option<&str>, at: &At) -> bool {
    let (old, new) = (before.map(from_json_text), after.map(from_json_text));
    let (Some(Some(_)) | None, Some(Some(_)) | None) = (&old, &new) else { return false };
    let (old, new) = (old.flatten(), new.flatten());
    let sign = sign(old.as_ref(), new.as_ref());
    if sign == Sign::Same && before != after {
        return false;
    }
    let inner = At { in_json: true, ..at.inside() };
    page.text.plain("jsonencode(");
    if [&old, &new].into_iter().flatten().all(|value| value.parts().next().is_none()) {
        value(page, old.as_ref(), new.as_ref(), &inner);
        page.text.plain(")");
    } else {
        page.text.newline();
        // As in Terraform, only a change in place is marked here: the key's own line tells the rest.
        page.begin(at.level + 1, if sign == Sign::Changed { sign } else { Sign::Same });
        value(page, old.as_ref(), new.as_ref(), &inner);
        page.text.newline();
        page.begin(at.level, Sign::Same);
        page.text.plain(")");
    }
    end(page, after.is_none(), at);
    true
}

/// Shows texts of several lines, line by line.
fn heredoc(page: &mut Page<'_>, before: Option<&str>, after: Option<&str>, at: &At) {
    page.text.plain("<<-EOT");
    tail(page, at);
    page.text.newline();
    match (before, after) {
        (Some(before), Some(after)) if before != after => line_diff(page, before, after, at.level + 1),
        _ => {
            for line in lines(before.or(after).unwrap_or_default()) {
                text_line(page, at.level + 1, Sign::Same, line);
            }
        }
    }
    page.begin(at.level, Sign::Same);
    page.text.plain("EOT");
    null_suffix(page, after.is_none(), at);
}

/// The lines of a text, without an empty one after the last line feed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.strip_suffix('\n').unwrap_or(text).split('\n')
}

fn line_diff(page: &mut Page<'_>, before: &str, after: &str, level: usize) {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before).collect(), lines(after).collect());
    for edit in edits(&old, &new) {
        match edit {
            Edit::Add(j) => text_line(page, level, Sign::Added, new[j]),
            Edit::Keep(i, _) => text_line(page, level, Sign::Same, old[i]),
            Edit::Remove(i) => text_line(page, level, Sign::Removed, old[i]),
        }
    }
    // A heredoc ends in a line feed, so only words can say that one text does and the other does not.
    let sign = match (before.ends_with('\n'), after.ends_with('\n')) {
        (true, false) => Sign::Removed,
        (false, true) => Sign::Added,
        (true, true) | (false, false) => return,
    };
    page.begin(level, sign);
    page.text.line(Label::Muted, "# (line feed at the end)");
}

/// One line of a text; blanks at the end of a changed line are spelt out, since nobody sees them.
fn text_line(page: &mut Page<'_>, level: usize, sign: Sign, line: &str) {
    page.begin(level, sign);
    let kept = if sign == Sign::Same { line } else { line.trim_end_matches(' ') };
    page.text.plain(kept);
    page.text.push(Label::Muted, &"\\u0020".repeat(line.len() - kept.len()));
    page.text.newline();
}
