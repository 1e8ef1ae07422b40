//! What is wrong with the user's text, with its place in it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// One source file of a run: an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range of one source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range is in.
    pub file: FileId,
    /// First byte, from 0.
    pub start: u32,
    /// One past the last byte; equal to `start` for a place between two bytes.
    pub end: u32,
}

impl Span {
    /// A range from `start` up to, and without, `end`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: narrow(start), end: narrow(end) }
    }

    /// Whether some byte is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.file == other.file && self.start < other.end && other.start < self.end
    }

    /// The smallest range that covers both; `self` where they are in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place in the user's text that outlives the run: plans and their files keep these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file's name, as in [`Source::name`].
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The name and the text of one source.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user should read it: relative to the working directory, `/` between the parts.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// Byte offsets at which the lines begin, found once.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect()
        })
    }

    /// Line and column of a byte offset, both from 1; columns count characters.
    fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts().partition_point(|start| *start <= offset);
        let start = self.line_starts()[line - 1];
        (line, self.text[start..offset].chars().count() + 1)
    }
}

/// All texts of a run, so that a [`Span`] can be shown.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files are ever read"));
        self.files.push(Source { name: name.into(), text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// The source behind an id that [`Self::add`] returned.
    pub fn file(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All sources with their ids, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// Where the range begins.
    pub fn place(&self, span: Span) -> Place {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        match self.file(span.file) {
            Some(source) => {
                let (line, column) = source.line_column(span.start as usize);
                Place { file: source.name.clone(), line: narrow(line), column: narrow(column) }
            }
            None => Place { file: "".into(), line: 1, column: 1 },
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run cannot give what was asked for.
    Error,
    /// The run goes on, and somebody should know.
    Warning,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident => $text:literal,)+) => {
        /// A stable name for each kind of problem; the README's reference lists them all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// Every code, in the order of this list.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The kebab-case name that users and scripts see.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// One sentence on what the code stands for.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+),)+ }
            }
        }
    };
}

codes! {
    /// An argument of a block is given twice.
    DuplicateArgument => "duplicate-argument",
    /// Two blocks have the same name.
    DuplicateBlock => "duplicate-block",
    /// Blocks depend on each other in a circle.
    DependencyCycle => "dependency-cycle",
    /// Two objects of the configuration claim the same thing in the cloud.
    Conflict => "conflict",
    /// A server is not eligible for the product that should protect it.
    NotEligible => "not-eligible",
    /// A function was called with arguments that it refuses.
    FunctionCall => "function-call",
    /// An argument has a value that is not allowed.
    InvalidArgument => "invalid-argument",
    /// A block has labels or a place that it may not have.
    InvalidBlock => "invalid-block",
    /// `count` or `for_each` has a value that cannot expand a block.
    InvalidExpansion => "invalid-expansion",
    /// An operator, index, template or `for` met a value that it cannot work with.
    InvalidOperation => "invalid-operation",
    /// A reference has a form that means nothing.
    InvalidReference => "invalid-reference",
    /// A value has the wrong type.
    InvalidType => "invalid-type",
    /// A condition that the configuration itself states does not hold.
    ConditionFailed => "condition-failed",
    /// Something is nested, long or large beyond what is accepted.
    LimitExceeded => "limit-exceeded",
    /// A required argument is missing.
    MissingArgument => "missing-argument",
    /// A required block is missing.
    MissingBlock => "missing-block",
    /// A variable has no value.
    MissingVariable => "missing-variable",
    /// A change is blocked by `prevent_destroy`.
    PreventDestroy => "prevent-destroy",
    /// A secret would be shown where it must not be.
    SensitiveValue => "sensitive-value",
    /// The text is not HCL.
    Syntax => "syntax",
    /// An argument is not known.
    UnknownArgument => "unknown-argument",
    /// A block is not known.
    UnknownBlock => "unknown-block",
    /// A function is not known.
    UnknownFunction => "unknown-function",
    /// A reference leads to nothing.
    UnknownReference => "unknown-reference",
    /// A value is needed now and will be known only after apply.
    UnknownValue => "unknown-value",
    /// Only what was declared could be checked, not what is.
    Unchecked => "unchecked",
    /// A file cannot be read.
    Unreadable => "unreadable",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One problem, with everything that helps to solve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name.
    pub code: Code,
    /// A lower-case sentence without the user's own names, so that one problem always reads the same.
    pub summary: String,
    /// What is wrong, why it matters, what to do; full sentences. May be empty.
    pub detail: String,
    /// The smallest wrong piece of the source.
    pub span: Option<Span>,
    /// Further places, each with a few words on what they have to do with it.
    pub related: Vec<(Span, String)>,
    /// The values involved: the expression, and what is said of its value (`is 3`, `is a string`).
    pub values: Vec<(String, String)>,
    /// Suggestions, each a sentence.
    pub hints: Vec<String>,
    /// The address of the resource instance that was being evaluated, as text.
    pub address: Option<String>,
}

impl Diagnostic {
    /// An error without place.
    pub fn error(code: Code, summary: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            summary: summary.into(),
            detail: String::new(),
            span: None,
            related: Vec::new(),
            values: Vec::new(),
            hints: Vec::new(),
            address: None,
        }
    }

    /// A warning without place.
    pub fn warning(code: Code, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, summary) }
    }

    /// Points at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Points at a place unless a smaller one is known already.
    #[must_use]
    pub fn or_at(mut self, span: Span) -> Self {
        self.span = self.span.or(Some(span));
        self
    }

    /// Says more, in full sentences.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds ``did you mean `x`?`` where there is something to propose.
    #[must_use]
    pub fn suggest(self, proposal: Option<&str>) -> Self {
        match proposal {
            Some(proposal) => self.hint(format!("did you mean `{proposal}`?")),
            None => self,
        }
    }

    /// Points at a further place.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// Adds a value that was involved.
    #[must_use]
    pub fn value(mut self, expression: impl Into<String>, statement: impl Into<String>) -> Self {
        self.values.push((expression.into(), statement.into()));
        self
    }
}

/// All problems of a run, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all problems of another list.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The problems, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Orders by file and place, so that the same texts give the same list, and keeps equal problems once.
    ///
    /// Problems without a place come last, in the order in which they were found.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|diagnostic| (diagnostic.span.is_none(), diagnostic.span));
        self.0.dedup();
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// The candidate that was probably meant: the nearest by edits, if it is near enough to be worth naming.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wanted.chars().count() / 3).max(1) + 1;
    candidates
        .into_iter()
        .map(|candidate| (edits(wanted, candidate), candidate))
        .filter(|(distance, candidate)| *distance < limit.min(candidate.chars().count()) + 1)
        .min()
        .map(|(_, candidate)| candidate)
}

/// An error with everything that caused it, on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Levenshtein's distance, with a swap of neighbours counted as one edit.
fn edits(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(100).collect();
    let right: Vec<char> = right.chars().take(100).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let substituted = rows[i][j] + usize::from(a != b);
            let mut best = substituted.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed_and_a_far_one_is_not() {
        let known = ["instance_id", "priority", "paused", "start_time", "time_zone"];
        let check =
            |wanted: &str, expected: Option<&str>| assert_eq!(nearest(wanted, known), expected, "{wanted}");
        check("instnce_id", Some("instance_id"));
        check("prioirty", Some("priority"));
        check("pause", Some("paused"));
        check("start_tiem", Some("start_time"));
        check("retention", None);
        check("x", None);
    }

    #[test]
    fn columns_count_characters_and_survive_odd_offsets() {
        let mut sources = Sources::default();
        let file = sources.add("main.hcl", "a = \"é\"\nb = 1\n");
        let check = |start: usize, expected: (u32, u32)| {
            let place = sources.place(Span::new(file, start, start));
            assert_eq!((place.line, place.column), expected, "{start}");
        };
        check(0, (1, 1));
        check(6, (1, 6));
        check(7, (1, 7));
        check(9, (2, 1));
        check(999, (3, 1));
    }

    #[test]
    fn codes_are_kebab_case_and_distinct() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} is given twice");
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
        }
    }
}
