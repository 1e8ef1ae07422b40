//! Problems with the user's text: the line, what is wrong in it underlined, and how to mend it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::theme::{Label, RenderOptions, Text};
use super::{escape, words};
use crate::model::diagnostic::{Diagnostic, Diagnostics, Severity, Source, Sources, Span};

/// Bytes of a line that are shown on either side of the problem: nobody reads more of a line, and a file may be one.
const LINE_MARGIN: usize = 300;

/// All problems as text, in the order of the list, and how many there are where there are several.
pub fn diagnostics(list: &Diagnostics, sources: &Sources, options: &RenderOptions) -> String {
    let mut all: Vec<String> = list.iter().map(|diagnostic| one(diagnostic, sources, options)).collect();
    if list.len() > 1 {
        let mut text = Text::default();
        text.line(Label::Bold, &counted(list));
        all.push(text.finish(options));
    }
    all.join("\n")
}

/// `2 errors, 1 warning`.
fn counted(list: &Diagnostics) -> String {
    let (errors, warnings) = counts(list);
    let some = |number: usize, noun: &str| (number > 0).then(|| words::count(number, noun));
    [some(errors, "error"), some(warnings, "warning")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// How many errors and how many warnings.
pub fn counts(list: &Diagnostics) -> (usize, usize) {
    let errors = list.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    (errors, list.len() - errors)
}

fn one(diagnostic: &Diagnostic, sources: &Sources, options: &RenderOptions) -> String {
    let shown = report(diagnostic, sources, options);
    let mut text = Text::default();
    if let Some(address) = &diagnostic.address {
        text.line(Label::Muted, &format!("in {address}"));
    }
    for (expression, statement) in &diagnostic.values {
        text.line(Label::Muted, &format!("where {expression} {statement}"));
    }
    for (index, paragraph) in diagnostic.detail.lines().enumerate() {
        // A detail may quote a value with line feeds: set in, no line of it passes for the start of a problem.
        let margin = if index == 0 { "" } else { "  " };
        text.prose(Label::Plain, margin, paragraph, options.prose_width());
    }
    for hint in &diagnostic.hints {
        text.push(Label::Info, "hint:");
        text.line(Label::Plain, &format!(" {hint}"));
    }
    shown + &text.finish(options)
}

/// The title, the excerpt below it, and each related place with its own title.
fn report(diagnostic: &Diagnostic, sources: &Sources, options: &RenderOptions) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let summary = escape::visible(&diagnostic.summary);
    let title = level.clone().primary_title(summary).id(diagnostic.code.as_str());
    let mut shown = drawn(Group::with_title(title), options);
    if let Some(excerpt) = diagnostic.span.and_then(|span| Excerpt::of(span, sources)) {
        shown += &excerpt.below(level, options);
    }
    for (span, words) in &diagnostic.related {
        if let Some(excerpt) = Excerpt::of(*span, sources) {
            shown += &drawn(Group::with_title(Level::NOTE.secondary_title(escape::visible(words))), options);
            shown += &excerpt.below(Level::NOTE, options);
        }
    }
    shown
}

fn drawn(group: Group<'_>, options: &RenderOptions) -> String {
    let renderer = if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    renderer.term_width(options.width.max(40)).render(&[group]) + "\n"
}

/// The piece of a line that is shown for a problem, made visible, and where in it the problem is.
struct Excerpt {
    file: String,
    line: usize,
    column: usize,
    text: String,
    start: usize,
    end: usize,
}

impl Excerpt {
    fn of(span: Span, sources: &Sources) -> Option<Self> {
        let source = sources.file(span.file)?;
        let place = sources.place(span);
        let line = Line::of(span, source);
        let [before, problem, after] = line.parts().map(visible_source);
        Some(Self {
            file: escape::visible(&place.file).into_owned(),
            line: place.line as usize,
            column: place.column as usize,
            start: before.len(),
            end: before.len() + problem.len(),
            text: before + &problem + &after,
        })
    }

    /// Where it is, and the line with the problem underlined.
    ///
    /// The place is written here and not by the library, which would count columns in the text as it is shown.
    fn below(&self, level: Level<'_>, options: &RenderOptions) -> String {
        let mut place = Text::default();
        place.push(Label::Info, &format!("{}--> ", " ".repeat(self.line.to_string().len())));
        place.line(Label::Plain, &format!("{}:{}:{}", self.file, self.line, self.column));
        let annotation = AnnotationKind::Primary.span(self.start..self.end);
        let snippet = Snippet::source(&self.text).line_start(self.line).annotation(annotation);
        place.finish(options) + &drawn(Group::with_level(level).element(snippet), options)
    }
}

/// The line on which a range begins, cut to what is near it.
pub(super) struct Line<'a> {
    /// Its text, without the line feed.
    pub text: &'a str,
    /// Where in it the range begins.
    pub start: usize,
    /// Where the range, or the line, ends.
    pub end: usize,
}

impl<'a> Line<'a> {
    /// The line of a range; offsets that are in no text, or inside a character, are moved to where they make sense.
    pub fn of(span: Span, source: &'a Source) -> Self {
        let text: &str = &source.text;
        let start = floor(text, span.start as usize);
        let end = floor(text, (span.end as usize).max(start));
        let near = floor(text, start.saturating_sub(LINE_MARGIN));
        let from = text[near..start].rfind('\n').map_or(near, |feed| near + feed + 1);
        let far = floor(text, start.saturating_add(LINE_MARGIN));
        let to = text[start..far].find('\n').map_or(far, |feed| start + feed);
        let line = &text[from..to];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let start = (start - from).min(line.len());
        Self { text: line, start, end: (end - from).clamp(start, line.len()) }
    }

    fn parts(&self) -> [&'a str; 3] {
        [&self.text[..self.start], &self.text[self.start..self.end], &self.text[self.end..]]
    }
}

/// The last place of the text that is not behind `offset` and not inside a character.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Source text made visible; a tab becomes two spaces, as wide as HCL is indented.
fn visible_source(text: &str) -> String {
    text.split('\t').map(escape::visible).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::model::diagnostic::Code;

    fn shown(source: &str, diagnostics: impl Fn(Span) -> Vec<Diagnostic>) -> String {
        shown_with(source, &RenderOptions::default(), diagnostics)
    }

    /// The problem is what stands between `«` and `»`.
    fn shown_with(
        marked: &str,
        options: &RenderOptions,
        diagnostics: impl Fn(Span) -> Vec<Diagnostic>,
    ) -> String {
        let (before, rest) = marked.split_once('«').expect("a beginning");
        let (problem, after) = rest.split_once('»').expect("an end");
        let mut sources = Sources::default();
        let file = sources.add("main.hcl", format!("{before}{problem}{after}"));
        let mut list = Diagnostics::default();
        list.extend(diagnostics(Span::new(file, before.len(), before.len() + problem.len())));
        self::diagnostics(&list, &sources, options)
    }

    fn unknown_argument(span: Span) -> Vec<Diagnostic> {
        let error = Diagnostic::error(Code::UnknownArgument, "this argument is not known")
            .at(span)
            .detail("`retension_days` is not an argument of an `hbr_backup_plan`.")
            .suggest(Some("retention_days"));
        vec![error]
    }

    #[test]
    fn the_line_is_shown_and_the_problem_underlined() {
        assert_snapshot!(shown("a = 1\n\n  «retension_days» = 30\n}\n", unknown_argument), @"
        error[unknown-argument]: this argument is not known
         --> main.hcl:3:3
          |
        3 |   retension_days = 30
          |   ^^^^^^^^^^^^^^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        ");
    }

    #[test]
    fn values_related_places_and_the_count() {
        let problems = |span: Span| {
            let value = Diagnostic::error(Code::InvalidArgument, "this value is not allowed")
                .at(span)
                .value("var.priority", "is \"L2\"")
                .related(Span { start: 0, end: 1, ..span }, "the variable is declared here");
            let value = Diagnostic { address: Some("t.web[\"a\"]".to_owned()), ..value };
            vec![value, Diagnostic::warning(Code::Unchecked, "only declared facts were checked")]
        };
        assert_snapshot!(shown("v = 1\npriority = «var.priority»\n", problems), @r#"
        error[invalid-argument]: this value is not allowed
         --> main.hcl:2:12
          |
        2 | priority = var.priority
          |            ^^^^^^^^^^^^
        note: the variable is declared here
         --> main.hcl:1:1
          |
        1 | v = 1
          | ^
        in t.web["a"]
        where var.priority is "L2"

        warning[unchecked]: only declared facts were checked

        1 error, 1 warning
        "#);
    }

    #[test]
    fn a_range_over_several_lines_is_underlined_on_the_first() {
        assert_snapshot!(shown("x = «{\n  a = 1\n}»\n", unknown_argument), @"
        error[unknown-argument]: this argument is not known
         --> main.hcl:1:5
          |
        1 | x = {
          |     ^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        ");
    }

    #[test]
    fn a_place_between_two_characters_and_the_end_of_the_text() {
        assert_snapshot!(shown("x = «»1", unknown_argument), @"
        error[unknown-argument]: this argument is not known
         --> main.hcl:1:5
          |
        1 | x = 1
          |     ^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        ");
        assert_snapshot!(shown("x = 1\n«»", unknown_argument), @"
        error[unknown-argument]: this argument is not known
         --> main.hcl:2:1
          |
        2 |
          | ^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        ");
    }

    #[test]
    fn nothing_in_a_source_steers_the_terminal() {
        let nasty = "x = \"\u{1b}[2K\u{202e}\"\t«bad\u{feff}»\r\n";
        assert_snapshot!(shown(nasty, unknown_argument), @r#"
        error[unknown-argument]: this argument is not known
         --> main.hcl:1:13
          |
        1 | x = "\u001b[2K\u202e"  bad\ufeff
          |                        ^^^^^^^^^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        "#);
        let words = |span: Span| {
            let nasty = "a\u{1b}[1A\nerror: forged";
            let error = Diagnostic::error(Code::Syntax, nasty).at(span).detail(nasty).hint(nasty);
            vec![
                Diagnostic { address: Some(nasty.to_owned()), ..error.value(nasty, nasty) }
                    .related(span, nasty),
            ]
        };
        assert_snapshot!(shown("«x» = 1\n", words), @r"
        error[syntax]: a\u001b[1A\nerror: forged
         --> main.hcl:1:1
          |
        1 | x = 1
          | ^
        note: a\u001b[1A\nerror: forged
         --> main.hcl:1:1
          |
        1 | x = 1
          | ^
        in a\u001b[1A\nerror: forged
        where a\u001b[1A\nerror: forged a\u001b[1A\nerror: forged
        a\u001b[1A
          error: forged
        hint: a\u001b[1A\nerror: forged
        ");
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut() {
        let long = "y".repeat(1_000_000);
        let text = shown(&format!("{long}«bad»{long}"), unknown_argument);
        assert!(text.len() < 1000, "{}", text.len());
        assert!(text.contains(" --> main.hcl:1:1000001\n"), "{text}");
    }

    #[test]
    fn columns_of_characters_of_two_columns_line_up() {
        assert_snapshot!(shown("n = \"杭州\" «bad»\n", unknown_argument), @r#"
        error[unknown-argument]: this argument is not known
         --> main.hcl:1:10
          |
        1 | n = "杭州" bad
          |            ^^^
        `retension_days` is not an argument of an `hbr_backup_plan`.
        hint: did you mean `retention_days`?
        "#);
    }

    #[test]
    fn colour_changes_no_text() {
        let text = "a = 1\n\n  «retension_days» = 30\n}\n";
        let colored =
            shown_with(text, &RenderOptions { color: true, ..RenderOptions::default() }, unknown_argument);
        assert!(colored.contains("\u{1b}["));
        assert_eq!(console::strip_ansi_codes(&colored), shown(text, unknown_argument));
    }
}
