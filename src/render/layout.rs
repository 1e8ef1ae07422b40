//! The columns of a block: four for each level, three for the sign, and `!` in the first one on lines of loss.

use super::theme::{Label, Text};

/// What happens to the thing that a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It comes into being.
    Added,
    /// It gets another value.
    Changed,
    /// It goes away.
    Removed,
    /// It stays.
    Same,
}

impl Sign {
    /// What happens from `before` to `after`, where the two are known to be equal or not.
    pub fn of<T>(before: Option<&T>, after: Option<&T>, is_same: impl Fn(&T, &T) -> bool) -> Self {
        match (before, after) {
            (None, Some(_)) => Self::Added,
            (Some(_), None) => Self::Removed,
            (Some(before), Some(after)) if !is_same(before, after) => Self::Changed,
            (Some(_), Some(_)) | (None, None) => Self::Same,
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Changed => "~",
            Self::Removed => "-",
            Self::Same => " ",
        }
    }

    fn label(self) -> Label {
        match self {
            Self::Added => Label::Added,
            Self::Changed => Label::Changed,
            Self::Removed => Label::Removed,
            Self::Same => Label::Plain,
        }
    }
}

/// A text whose lines begin with their sign in its column.
#[derive(Debug)]
pub struct Page<'a> {
    /// What is being written.
    pub text: &'a mut Text,
    /// The lines that begin now are lines of loss.
    pub is_loss: bool,
}

impl Page<'_> {
    /// Begins a line: the margin of its level, its sign, a space.
    pub fn begin(&mut self, level: usize, sign: Sign) {
        let margin = 4 * level + 2;
        self.margin(margin);
        self.text.push(sign.label(), sign.symbol());
        self.text.plain(" ");
    }

    /// Begins the first line of an object, with a sign of three columns.
    pub fn begin_with(&mut self, sign: &str, label: Label) {
        let symbol = sign.trim_start();
        self.margin(sign.len() - symbol.len());
        self.text.push(label, symbol);
        self.text.plain(" ");
    }

    fn margin(&mut self, columns: usize) {
        if self.is_loss && columns > 0 {
            self.text.push(Label::Risky, "!");
            self.blanks(columns - 1);
        } else {
            self.blanks(columns);
        }
    }

    fn blanks(&mut self, columns: usize) {
        const BLANKS: &str = "                                ";
        match BLANKS.get(..columns) {
            Some(blanks) => self.text.plain(blanks),
            None => self.text.plain(&" ".repeat(columns)),
        }
    }

    /// A line that says how much is not shown: `# (2 unchanged attributes hidden)`.
    pub fn hidden(&mut self, level: usize, number: usize, noun: &str) {
        if number > 0 {
            let plural = if number == 1 { "" } else { "s" };
            self.begin(level, Sign::Same);
            self.text.line(Label::Muted, &format!("# ({number} unchanged {noun}{plural} hidden)"));
        }
    }
}
