//! Text under composition: words with labels that say what they are, not how they look.
//!
//! Only [`Text::finish`] turns labels into colour, so the plain text and the coloured one are the same text.
//! Everything that is pushed is made visible (see [`escape`]), and the one way to begin a new line
//! is [`Text::newline`]: nothing that a cloud or a file says can forge a line of output.

use console::Style;

use super::escape;
use super::view::View;
use super::words;

/// How a rendering is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether labels become ANSI colours.
    pub color: bool,
    /// Whether only ASCII characters are written, for terminals and tools that garble others.
    pub ascii: bool,
    /// Columns of the terminal, or of the page that stands in for one.
    pub width: usize,
    /// How much of a plan.
    pub view: View,
}

impl Default for RenderOptions {
    /// Plain, 80 columns: what a pipe gets.
    fn default() -> Self {
        Self { color: false, ascii: false, width: 80, view: View::Full }
    }
}

impl RenderOptions {
    /// Whether there is room for the cause of a change at the line's end.
    pub fn is_wide(&self) -> bool {
        self.width >= 120
    }

    /// Columns for prose: no more than is good to read, and some even on the narrowest terminal.
    pub fn prose_width(&self) -> usize {
        self.width.clamp(40, words::PROSE_WIDTH)
    }
}

/// What a run of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Comes into being.
    Added,
    /// Must be seen when skimming: addresses, counts.
    Bold,
    /// Gets another value.
    Changed,
    /// A place or fact that explains something.
    Info,
    /// Needs no attention.
    Muted,
    /// Nothing special.
    Plain,
    /// Goes away.
    Removed,
    /// A loss, or something that cannot be undone.
    Risky,
}

impl Label {
    fn style(self) -> Style {
        let style = Style::new().force_styling(true);
        match self {
            Self::Added => style.green(),
            Self::Bold => style.bold(),
            Self::Changed => style.yellow(),
            Self::Info => style.cyan(),
            Self::Muted => style.black().bright(),
            Self::Plain => style,
            Self::Removed => style.red(),
            Self::Risky => style.red().bold(),
        }
    }
}

/// Labelled text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    buffer: String,
    /// Where each run begins in the buffer; a run never spans lines, since `newline` begins one.
    runs: Vec<(usize, Label)>,
}

impl Text {
    /// Adds text to the line.
    pub fn push(&mut self, label: Label, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.runs.last().is_none_or(|(_, last)| *last != label) {
            self.runs.push((self.buffer.len(), label));
        }
        self.buffer.push_str(&escape::visible(text));
    }

    /// Adds text without label to the line.
    pub fn plain(&mut self, text: &str) {
        self.push(Label::Plain, text);
    }

    /// Ends the line.
    pub fn newline(&mut self) {
        self.runs.push((self.buffer.len(), Label::Plain));
        self.buffer.push('\n');
    }

    /// Adds text, and ends the line.
    pub fn line(&mut self, label: Label, text: &str) {
        self.push(label, text);
        self.newline();
    }

    /// Adds several lines without label.
    pub fn lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        lines.into_iter().for_each(|line| self.line(Label::Plain, line));
    }

    /// Adds prose in lines of at most `width` columns, each behind `prefix`.
    pub fn prose(&mut self, label: Label, prefix: &str, text: &str, width: usize) {
        // Escaped before it is measured, so that what is long on screen is long here.
        let room = width.saturating_sub(words::width(prefix)).max(20);
        for line in words::wrap(&escape::visible(text), room) {
            self.line(label, &format!("{prefix}{line}"));
        }
    }

    /// Adds another text.
    pub fn append(&mut self, other: &Self) {
        let start = self.buffer.len();
        self.runs.extend(other.runs.iter().map(|(offset, label)| (start + offset, *label)));
        self.buffer.push_str(&other.buffer);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The pieces with their labels, in order; every character in them is visible, but for the line feeds.
    pub fn runs(&self) -> impl Iterator<Item = (Label, &str)> {
        let ends = self.runs.iter().skip(1).map(|(start, _)| *start).chain([self.buffer.len()]);
        self.runs.iter().zip(ends).map(|((start, label), end)| (*label, &self.buffer[*start..end]))
    }

    /// The finished text, with colours where they are wanted.
    pub fn finish(self, options: &RenderOptions) -> String {
        let finished = if options.color { self.colored() } else { self.buffer };
        if options.ascii { escape::ascii(&finished) } else { finished }
    }

    fn colored(&self) -> String {
        let mut colored = String::with_capacity(self.buffer.len() * 2);
        for (label, run) in self.runs() {
            match label {
                Label::Plain => colored.push_str(run),
                label => colored.push_str(&label.style().apply_to(run).to_string()),
            }
        }
        colored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Text {
        let mut text = Text::default();
        text.push(Label::Bold, "  # a.b");
        text.plain(" will be ");
        text.line(Label::Risky, "destroyed");
        text.line(Label::Added, "+ x");
        text
    }

    #[test]
    fn colour_adds_escape_sequences_and_changes_no_text() {
        let plain = sample().finish(&RenderOptions::default());
        let colored = sample().finish(&RenderOptions { color: true, ..RenderOptions::default() });
        assert_eq!(plain, "  # a.b will be destroyed\n+ x\n");
        assert_eq!(console::strip_ansi_codes(&colored), plain);
        assert_eq!(
            colored,
            "\u{1b}[1m  # a.b\u{1b}[0m will be \u{1b}[31m\u{1b}[1mdestroyed\u{1b}[0m\n\u{1b}[32m+ x\u{1b}[0m\n"
        );
    }

    #[test]
    fn on_request_everything_is_ascii() {
        let shown = |ascii: bool| {
            let mut text = Text::default();
            text.push(Label::Bold, "\u{2500}\u{2500} 杭州 \u{1f600}");
            text.finish(&RenderOptions { ascii, color: true, ..RenderOptions::default() })
        };
        assert_eq!(shown(true), "\u{1b}[1m-- \\u676d\\u5dde \\U0001f600\u{1b}[0m");
        assert_eq!(shown(false), "\u{1b}[1m\u{2500}\u{2500} 杭州 \u{1f600}\u{1b}[0m");
    }

    #[test]
    fn no_pushed_text_begins_a_line_or_sends_a_control_character() {
        let mut text = Text::default();
        text.push(Label::Plain, "a\nPlan: 0 to add\u{1b}[1A\u{202e}");
        assert_eq!(text.finish(&RenderOptions::default()), r"a\nPlan: 0 to add\u001b[1A\u202e");
    }

    #[test]
    fn an_appended_text_keeps_its_labels() {
        let mut text = sample();
        text.append(&sample());
        let colored = text.finish(&RenderOptions { color: true, ..RenderOptions::default() });
        let once = sample().finish(&RenderOptions { color: true, ..RenderOptions::default() });
        assert_eq!(colored, once.repeat(2));
    }

    #[test]
    fn prose_is_wrapped_behind_its_prefix() {
        let mut text = Text::default();
        text.prose(Label::Plain, "!  ", "all backups of the server are deleted at once", 30);
        assert_eq!(
            text.finish(&RenderOptions::default()),
            "!  all backups of the server\n!  are deleted at once\n"
        );
    }
}
