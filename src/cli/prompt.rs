//! The prompt of `console` on a terminal: history, completion, expressions of several lines.

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use crate::lang;

/// Asks for expressions. What was typed is remembered as long as the run lasts, and never written down: it may hold
/// secrets.
pub struct Prompt(Editor<Words, MemHistory>);

/// What somebody did at the prompt.
pub enum Typed {
    /// An expression or a command, with all its lines.
    Text(String),
    /// Ctrl-C, or the end of input: there will be no more.
    End,
}

impl Prompt {
    /// A prompt that completes these words.
    ///
    /// # Errors
    ///
    /// Where the terminal cannot be used.
    pub fn new(words: Vec<String>) -> Result<Self, ReadlineError> {
        let config = Config::builder().completion_type(CompletionType::List).build();
        let mut editor = Editor::with_history(config, MemHistory::new())?;
        editor.set_helper(Some(Words(words)));
        Ok(Self(editor))
    }

    /// The next thing that is typed.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone.
    pub fn ask(&mut self) -> Result<Typed, ReadlineError> {
        match self.0.readline("> ") {
            Ok(text) => {
                self.0.add_history_entry(text.as_str())?;
                Ok(Typed::Text(text))
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(Typed::End),
            Err(error) => Err(error),
        }
    }
}

/// The words that can be completed, sorted.
struct Words(Vec<String>);

impl Helper for Words {}

impl Highlighter for Words {}

impl Hinter for Words {
    type Hint = String;
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> Result<(usize, Vec<String>), ReadlineError> {
        Ok(completed(&self.0, line, at))
    }
}

impl Validator for Words {
    fn validate(&self, typed: &mut ValidationContext) -> Result<ValidationResult, ReadlineError> {
        let goes_on = goes_on(typed.input());
        Ok(if goes_on { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Whether a further line belongs to this: something is open, and no blank line says that this was all.
fn goes_on(text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    !last.trim().is_empty() && lang::is_unfinished(text)
}

/// Where the word at the cursor begins, and what it could become. A step of a name is completed at a time.
fn completed(words: &[String], line: &str, at: usize) -> (usize, Vec<String>) {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = &line[..at];
    let start = before
        .rfind(|c| !is_part(c))
        .map_or(0, |place| place + before[place..].chars().next().map_or(0, char::len_utf8));
    let word = &before[start..];
    let mut found: Vec<String> = Vec::new();
    for candidate in words.iter().filter(|candidate| candidate.starts_with(word)) {
        let end = candidate[word.len()..].find('.').map_or(candidate.len(), |dot| word.len() + dot + 1);
        let candidate = &candidate[..end];
        if found.last().is_none_or(|last| last != candidate) {
            found.push(candidate.to_owned());
        }
    }
    (start, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_completed_step_by_step() {
        let words: Vec<String> =
            ["local.a", "max(", "min(", "t.one.id", "t.two.id", "var.x"].map(str::to_owned).into();
        let check = |line: &str, start: usize, expected: &[&str]| {
            assert_eq!(
                completed(&words, line, line.len()),
                (start, expected.iter().map(|w| (*w).to_owned()).collect())
            );
        };
        check("m", 0, &["max(", "min("]);
        check("1 + l", 4, &["local."]);
        check("[local.", 1, &["local.a"]);
        check("é(t.", 3, &["t.one.", "t.two."]);
        check("t.one.", 0, &["t.one.id"]);
        check("nosuch", 0, &[]);
    }

    #[test]
    fn what_is_open_goes_on_until_a_blank_line() {
        let check = |text: &str, expected: bool| assert_eq!(goes_on(text), expected, "{text:?}");
        check("1 + 1", false);
        check("[", true);
        check("[\n1,", true);
        check("[\n1,\n]", false);
        check("{a = \"${", true);
        check("<<EOT", true);
        check("<<EOT\nx\nEOT", false);
        check("upper(\n", false);
        check("upper(\n\"a\"\n  ", false);
        check("", false);
    }
}
