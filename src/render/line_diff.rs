//! A text beside what its layout became, as a unified diff that `patch` takes.
//!
//! A new layout moves lines sideways and hardly ever adds or removes one. So lines are paired by what is in them without
//! spaces: that takes linear time whatever the texts are, and each line stands beside what became of it, where a general
//! diff would pair any `}` with any other.

use std::fmt::Write as _;

use super::theme::{Label, RenderOptions, Text};

/// Lines around a change that stay as they are.
const CONTEXT: usize = 3;

/// How many lines are looked at ahead to find out what a line became.
const WINDOW: usize = 40;

/// Lines side by side; the left one alone is removed, the right one alone is added.
type Pair<'a> = (Option<&'a str>, Option<&'a str>);

/// The diff from `before` to `after`, byte for byte as `patch` wants it.
pub fn plain(name: &str, before: &str, after: &str) -> String {
    let mut out = String::new();
    for (_, line) in lines(name, before, after) {
        out.push_str(&line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
    out
}

/// The diff from `before` to `after` for somebody who looks at it: in colour, and with everything in it visible.
pub fn shown(name: &str, before: &str, after: &str, options: &RenderOptions) -> String {
    let mut text = Text::default();
    for (label, line) in lines(name, before, after) {
        text.line(label, line.trim_end_matches('\n').trim_end_matches('\r'));
        if !line.ends_with('\n') {
            text.line(Label::Muted, "\\ No newline at end of file");
        }
    }
    text.finish(options)
}

fn lines(name: &str, before: &str, after: &str) -> Vec<(Label, String)> {
    let pairs = pairs(
        &before.split_inclusive('\n').collect::<Vec<_>>(),
        &after.split_inclusive('\n').collect::<Vec<_>>(),
    );
    let mut lines =
        vec![(Label::Bold, format!("--- old/{name}\n")), (Label::Bold, format!("+++ new/{name}\n"))];
    let (mut at, mut places) = (0, (0, 0));
    for hunk in hunks(&pairs) {
        count(&mut places, &pairs[at..hunk.start]);
        let start = places;
        count(&mut places, &pairs[hunk.clone()]);
        at = hunk.end;
        let mut title = "@@ ".to_owned();
        write_range(&mut title, '-', start.0, places.0);
        write_range(&mut title, '+', start.1, places.1);
        lines.push((Label::Info, title + "@@\n"));
        write_hunk(&mut lines, &pairs[hunk]);
    }
    lines
}

fn is_change(pair: &Pair) -> bool {
    pair.0 != pair.1
}

/// Moves on over pairs in both texts.
fn count(places: &mut (usize, usize), pairs: &[Pair]) {
    places.0 += pairs.iter().filter(|pair| pair.0.is_some()).count();
    places.1 += pairs.iter().filter(|pair| pair.1.is_some()).count();
}

/// `-3,7 `: the first line, from 1, and how many; the line before where there are none, and no number where it is one.
fn write_range(out: &mut String, sign: char, start: usize, end: usize) {
    let written = match end - start {
        0 => write!(out, "{sign}{start},0 "),
        1 => write!(out, "{sign}{} ", start + 1),
        number => write!(out, "{sign}{},{number} ", start + 1),
    };
    written.expect("writing to a string cannot fail");
}

/// Changes with the lines around them; those that are near each other are one.
fn hunks(pairs: &[Pair]) -> Vec<std::ops::Range<usize>> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in pairs.iter().enumerate().filter(|(_, pair)| is_change(pair)) {
        let (start, end) = (at.saturating_sub(CONTEXT), (at + 1 + CONTEXT).min(pairs.len()));
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

/// In a row of changes, what was before comes before what is after.
fn write_hunk(lines: &mut Vec<(Label, String)>, pairs: &[Pair]) {
    for row in pairs.chunk_by(|one, next| is_change(one) == is_change(next)) {
        if !is_change(&row[0]) {
            lines.extend(row.iter().filter_map(|pair| pair.0).map(|line| (Label::Plain, format!(" {line}"))));
            continue;
        }
        let before = row.iter().filter_map(|pair| pair.0);
        lines.extend(before.map(|line| (Label::Removed, format!("-{line}"))));
        let after = row.iter().filter_map(|pair| pair.1);
        lines.extend(after.map(|line| (Label::Added, format!("+{line}"))));
    }
}

/// Puts each line beside what it became.
fn pairs<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::with_capacity(before.len().max(after.len()));
    let (mut left, mut right) = (before, after);
    while !left.is_empty() || !right.is_empty() {
        let (removed, added) = apart(left, right);
        pairs.extend(left[..removed].iter().map(|line| (Some(*line), None)));
        pairs.extend(right[..added].iter().map(|line| (None, Some(*line))));
        (left, right) = (&left[removed..], &right[added..]);
        if let ([one, left_rest @ ..], [other, right_rest @ ..]) = (left, right) {
            pairs.push((Some(one), Some(other)));
            (left, right) = (left_rest, right_rest);
        }
    }
    pairs
}

/// How many lines of either side come before the next two that belong together; none where that cannot be told.
fn apart(left: &[&str], right: &[&str]) -> (usize, usize) {
    if left.is_empty() || right.is_empty() {
        return (left.len(), right.len());
    }
    for total in 0..WINDOW {
        for removed in 0..=total {
            let added = total - removed;
            if let (Some(one), Some(other)) = (left.get(removed), right.get(added))
                && has_same_content(one, other)
            {
                return (removed, added);
            }
        }
    }
    (0, 0)
}

fn has_same_content(one: &str, other: &str) -> bool {
    let content = |line: &str| line.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
    one == other || content(one) == content(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(plain("a.hcl", before, after), format!("--- old/a.hcl\n+++ new/a.hcl\n{expected}"));
    }

    #[test]
    fn a_line_stands_beside_what_it_became() {
        check("a=1\n", "a = 1\n", "@@ -1 +1 @@\n-a=1\n+a = 1\n");
        check(
            "a {\nb=1\nc {\n}\n}\n",
            "a {\n  b = 1\n  c {\n  }\n}\n",
            "@@ -1,5 +1,5 @@\n a {\n-b=1\n-c {\n-}\n+  b = 1\n+  c {\n+  }\n }\n",
        );
    }

    #[test]
    fn lines_that_are_more_or_fewer_do_not_confuse_the_others() {
        check(
            "a = \"${\n  b\n}\"\nc=1\n",
            "a = b\nc = 1\n",
            "@@ -1,4 +1,2 @@\n-a = \"${\n-  b\n-}\"\n-c=1\n+a = b\n+c = 1\n",
        );
        check("a\nb\n", "a\nx\nb\n", "@@ -1,2 +1,3 @@\n a\n+x\n b\n");
        check("", "a\n", "@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn changes_that_are_far_apart_are_shown_apart() {
        let text = |first: &str, last: &str| format!("{first}\n1\n2\n3\n4\n5\n6\n7\n{last}\n");
        check(
            &text("a=1", "b=1"),
            &text("a = 1", "b = 1"),
            "@@ -1,4 +1,4 @@\n-a=1\n+a = 1\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b=1\n+b = 1\n",
        );
    }

    #[test]
    fn an_end_without_a_line_end_is_said() {
        check(
            "a=1",
            "a = 1",
            "@@ -1 +1 @@\n-a=1\n\\ No newline at end of file\n+a = 1\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn nothing_is_hidden_from_who_looks_at_it() {
        let options = RenderOptions { color: true, ..RenderOptions::default() };
        let text = shown("a.hcl", "a=\"\u{1b}[2J\"\n", "a = \"\u{1b}[2J\"\n", &options);
        assert!(text.contains("\\u001b[2J") && !text.contains("\u{1b}[2J"), "{text:?}");
    }
}
