//! Text to tokens: strings, templates, heredocs and comments are told apart here and nowhere else.
//!
//! Nothing is decoded. A token is a byte range with a kind, and what cannot be a token is one of kind
//! [`Kind::Invalid`], so that the parser can say what is wrong with it where it matters.

/// What a range of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Identifier,
    Number,
    /// `"`
    OpenQuote,
    /// `"`
    CloseQuote,
    /// Where a line ends inside of quotes.
    BrokenQuote,
    /// `<<EOT` or `<<-EOT`, with the line's end.
    OpenHeredoc,
    /// The marker, with the space around it.
    CloseHeredoc,
    /// A piece of a template without anything to evaluate; in a heredoc never more than a line.
    Text,
    /// `${` or `${~`
    Interpolation,
    /// `%{` or `%{~`
    Directive,
    /// `}` or `~}`
    EndSequence,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    Equal,
    EqualEqual,
    NotEqual,
    Bang,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    And,
    Or,
    Question,
    Colon,
    DoubleColon,
    Comma,
    Dot,
    Ellipsis,
    Arrow,
    Newline,
    /// `# ...` or `// ...` up to its line's end and without it, or `/* ... */`.
    Comment,
    /// A comment without an end.
    BrokenComment,
    Invalid,
    End,
}

/// A byte range of the text with its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// What the next byte belongs to.
#[derive(Clone, Debug)]
enum Mode {
    /// Expressions and bodies; what is open in there.
    Code { open: Open },
    /// An interpolation or directive; what is open in there.
    Sequence { open: Open },
    /// Between quotes.
    Quoted,
    /// In a heredoc; `line_start` while the next byte is a line's first.
    Heredoc { marker: (usize, usize), line_start: bool },
    /// A whole text that is a template.
    Template,
}

/// What is open, the innermost last, and how much of each kind: what closes nothing is told from the numbers, so that any
/// text takes linear time.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    kinds: Vec<Kind>,
    numbers: [usize; 6],
}

impl Open {
    /// The number of a kind's things that are open. Both kinds of sequences end alike, and count as one.
    fn number(&mut self, kind: Kind) -> &mut usize {
        let place = match kind {
            Kind::OpenBrace => 0,
            Kind::OpenBracket => 1,
            Kind::OpenParen => 2,
            Kind::OpenQuote => 3,
            Kind::OpenHeredoc => 4,
            _ => 5,
        };
        &mut self.numbers[place]
    }

    /// Opens something.
    pub fn push(&mut self, kind: Kind) {
        self.kinds.push(kind);
        *self.number(kind) += 1;
    }

    /// Closes the innermost of this kind, if there is one, and what was forgotten inside of it.
    pub fn close(&mut self, kind: Kind) {
        let outer = self.number(kind).checked_sub(1);
        while let (Some(outer), Some(last)) = (outer, self.kinds.pop()) {
            *self.number(last) -= 1;
            if *self.number(kind) == outer {
                return;
            }
        }
    }

    /// Whether a brace is open.
    pub fn has_brace(&self) -> bool {
        self.numbers[0] > 0
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

/// Gives the tokens of a text one by one.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    modes: Vec<Mode>,
}

impl<'a> Lexer<'a> {
    /// Reads `text` from `start` up to `end` as code.
    pub fn code(text: &'a str, start: usize, end: usize) -> Self {
        Self { text, at: start, end, modes: vec![Mode::Code { open: Open::default() }] }
    }

    /// Reads all of `text` as a template.
    pub fn template(text: &'a str) -> Self {
        Self { text, at: 0, end: text.len(), modes: vec![Mode::Template] }
    }

    /// Whether no bracket, string, heredoc or sequence is open.
    pub fn is_outermost(&self) -> bool {
        matches!(self.modes.as_slice(), [Mode::Code { open }] if open.is_empty())
    }

    /// The next token that is no comment; [`Kind::End`] for ever at the end.
    pub fn next(&mut self) -> Token {
        loop {
            let token = self.next_or_comment();
            if token.kind != Kind::Comment {
                return token;
            }
        }
    }

    /// The next token, be it a comment; [`Kind::End`] for ever at the end.
    pub fn next_or_comment(&mut self) -> Token {
        match self.modes.last() {
            Some(Mode::Quoted) => self.quoted(),
            Some(Mode::Heredoc { marker, line_start }) => {
                let (marker, line_start) = (*marker, *line_start);
                self.heredoc(marker, line_start)
            }
            Some(Mode::Template) => self.template_text(),
            Some(Mode::Code { .. } | Mode::Sequence { .. }) | None => self.code_token(),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token {
        let start = self.at;
        self.at += length;
        Token { kind, start, end: self.at }
    }

    fn code_token(&mut self) -> Token {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if let Some(comment) = self.comment() {
            return comment;
        }
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return self.token(Kind::End, 0) };
        if is_identifier_start(first) {
            let length = rest.find(|c| !is_identifier_part(c)).unwrap_or(rest.len());
            return self.token(Kind::Identifier, length);
        }
        if first.is_ascii_digit() {
            return self.token(Kind::Number, number_length(rest));
        }
        if let Some(length) = heredoc_intro(rest) {
            return self.open_heredoc(length);
        }
        if let Some(kind) = self.closing_sequence(rest) {
            return kind;
        }
        let (kind, length) = punctuation(rest).unwrap_or((Kind::Invalid, first.len_utf8()));
        self.track(kind);
        self.token(kind, length)
    }

    fn comment(&mut self) -> Option<Token> {
        let rest = self.rest();
        if rest.starts_with('#') || rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            return Some(self.token(Kind::Comment, length));
        }
        let comment = rest.strip_prefix("/*")?;
        Some(match comment.find("*/") {
            Some(length) => self.token(Kind::Comment, length + 4),
            None => self.token(Kind::BrokenComment, rest.len()),
        })
    }

    /// `}` or `~}` where it ends an interpolation or directive.
    fn closing_sequence(&mut self, rest: &str) -> Option<Token> {
        let Some(Mode::Sequence { open }) = self.modes.last() else { return None };
        let length = match rest.as_bytes() {
            [b'~', b'}', ..] => 2,
            [b'}', ..] => 1,
            _ => return None,
        };
        if open.has_brace() {
            return None;
        }
        self.modes.pop();
        Some(self.token(Kind::EndSequence, length))
    }

    /// Notes what a token opens or closes.
    fn track(&mut self, kind: Kind) {
        if kind == Kind::OpenQuote {
            self.modes.push(Mode::Quoted);
            return;
        }
        let Some(Mode::Code { open } | Mode::Sequence { open }) = self.modes.last_mut() else { return };
        match kind {
            Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParen => open.push(kind),
            Kind::CloseBrace => open.close(Kind::OpenBrace),
            Kind::CloseBracket => open.close(Kind::OpenBracket),
            Kind::CloseParen => open.close(Kind::OpenParen),
            _ => {}
        }
    }

    fn open_heredoc(&mut self, marker_end: usize) -> Token {
        let rest = self.rest();
        let marker_start = if rest.starts_with("<<-") { 3 } else { 2 };
        let marker = (self.at + marker_start, self.at + marker_end);
        self.modes.push(Mode::Heredoc { marker, line_start: true });
        let newline = rest[marker_end..].find('\n').map_or(0, |place| place + 1);
        self.token(Kind::OpenHeredoc, marker_end + newline)
    }

    fn quoted(&mut self) -> Token {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes.first() {
            Some(b'"') => {
                self.modes.pop();
                return self.token(Kind::CloseQuote, 1);
            }
            None | Some(b'\n' | b'\r') => {
                self.modes.pop();
                return self.token(Kind::BrokenQuote, 0);
            }
            Some(_) => {}
        }
        if let Some(token) = self.sequence_start() {
            return token;
        }
        let mut length = 0;
        while let Some(&byte) = bytes.get(length) {
            match byte {
                b'"' | b'\n' | b'\r' => break,
                b'\\' if !matches!(bytes.get(length + 1), None | Some(b'\n' | b'\r')) => length += 2,
                b'$' | b'%' if starts_sequence(&bytes[length..]) => break,
                _ => length += escaped_marker(&bytes[length..]),
            }
        }
        // The byte after a backslash may begin a longer character.
        let mut end = length.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        self.token(Kind::Text, end)
    }

    /// `${` or `%{`, with `~`.
    fn sequence_start(&mut self) -> Option<Token> {
        let rest = self.rest().as_bytes();
        if !starts_sequence(rest) {
            return None;
        }
        let kind = if rest[0] == b'$' { Kind::Interpolation } else { Kind::Directive };
        let length = if rest.get(2) == Some(&b'~') { 3 } else { 2 };
        self.modes.push(Mode::Sequence { open: Open::default() });
        Some(self.token(kind, length))
    }

    fn heredoc(&mut self, marker: (usize, usize), line_start: bool) -> Token {
        let rest = self.rest();
        if rest.is_empty() {
            return self.token(Kind::End, 0);
        }
        if line_start && let Some(newline) = rest.find('\n') {
            let line = &rest[..newline];
            if line.trim() == &self.text[marker.0..marker.1] {
                self.modes.pop();
                return self.token(Kind::CloseHeredoc, line.strip_suffix('\r').unwrap_or(line).len());
            }
        }
        if let Some(token) = self.sequence_start() {
            self.set_line_start(token, false);
            return token;
        }
        let length = template_text_length(rest.as_bytes());
        let length = match lone_return(&rest[..length]) {
            Some(0) => return self.token(Kind::Invalid, 1),
            Some(place) => place,
            None => length,
        };
        let at_line_start = rest.as_bytes()[length - 1] == b'\n';
        if let Some(Mode::Heredoc { line_start, .. }) = self.modes.last_mut() {
            *line_start = at_line_start;
        }
        self.token(Kind::Text, length)
    }

    /// Notes for the heredoc below the sequence that was just opened where its line stands.
    fn set_line_start(&mut self, opened: Token, value: bool) {
        debug_assert!(matches!(opened.kind, Kind::Interpolation | Kind::Directive));
        let below = self.modes.len().checked_sub(2).and_then(|index| self.modes.get_mut(index));
        if let Some(Mode::Heredoc { line_start, .. }) = below {
            *line_start = value;
        }
    }

    fn template_text(&mut self) -> Token {
        let rest = self.rest();
        if rest.is_empty() {
            return self.token(Kind::End, 0);
        }
        if let Some(token) = self.sequence_start() {
            return token;
        }
        self.token(Kind::Text, template_text_length(rest.as_bytes()))
    }
}

/// Whether `${` or `%{` is next.
fn starts_sequence(bytes: &[u8]) -> bool {
    matches!(bytes, [b'$' | b'%', b'{', ..])
}

/// How far to go on at a byte that ends nothing: over all of `$${` and `%%{`, else over the byte.
fn escaped_marker(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"$${") || bytes.starts_with(b"%%{") { 3 } else { 1 }
}

/// Text up to a sequence, or up to and with the end of its line.
fn template_text_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while length < bytes.len() && !starts_sequence(&bytes[length..]) {
        if bytes[length] == b'\n' {
            return length + 1;
        }
        length += escaped_marker(&bytes[length..]);
    }
    length
}

/// Where a carriage return is that ends no line: as Terraform, we take none.
fn lone_return(line: &str) -> Option<usize> {
    let rest = line.strip_suffix("\r\n").unwrap_or(line);
    rest.find('\r')
}

/// Digits, points and exponents, as far as the last one that is not a point.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut end) = (0, 0);
    loop {
        at += match bytes.get(at) {
            Some(b'0'..=b'9' | b'.') => 1,
            Some(b'e' | b'E') if digit(at + 1) => 2,
            Some(b'e' | b'E') if matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit(at + 2) => 3,
            _ => return end,
        };
        if bytes[at - 1] != b'.' {
            end = at;
        }
    }
}

/// The length of `<<EOT` or `<<-EOT` where a line ends after it.
fn heredoc_intro(text: &str) -> Option<usize> {
    let marker = text.strip_prefix("<<")?;
    let marker = marker.strip_prefix('-').unwrap_or(marker);
    if !marker.chars().next().is_some_and(is_identifier_start) {
        return None;
    }
    let length = marker.find(|c| !is_identifier_part(c)).unwrap_or(marker.len());
    let after = &marker[length..];
    (after.starts_with('\n') || after.starts_with("\r\n")).then(|| text.len() - marker.len() + length)
}

/// The longest sign at the beginning, by its first bytes: most tokens come this way.
fn punctuation(text: &str) -> Option<(Kind, usize)> {
    let bytes = text.as_bytes();
    let second = bytes.get(1).copied();
    let pair = |wanted: u8, double: Kind, single: Option<Kind>| {
        if second == Some(wanted) { Some((double, 2)) } else { single.map(|kind| (kind, 1)) }
    };
    let one = |kind: Kind| Some((kind, 1));
    match bytes.first()? {
        b'\n' => one(Kind::Newline),
        b'\r' => pair(b'\n', Kind::Newline, None),
        b'"' => one(Kind::OpenQuote),
        b'{' => one(Kind::OpenBrace),
        b'}' => one(Kind::CloseBrace),
        b'[' => one(Kind::OpenBracket),
        b']' => one(Kind::CloseBracket),
        b'(' => one(Kind::OpenParen),
        b')' => one(Kind::CloseParen),
        b'=' if second == Some(b'>') => Some((Kind::Arrow, 2)),
        b'=' => pair(b'=', Kind::EqualEqual, Some(Kind::Equal)),
        b'!' => pair(b'=', Kind::NotEqual, Some(Kind::Bang)),
        b'<' => pair(b'=', Kind::LessEqual, Some(Kind::Less)),
        b'>' => pair(b'=', Kind::GreaterEqual, Some(Kind::Greater)),
        b'&' => pair(b'&', Kind::And, None),
        b'|' => pair(b'|', Kind::Or, None),
        b':' => pair(b':', Kind::DoubleColon, Some(Kind::Colon)),
        b'+' => one(Kind::Plus),
        b'-' => one(Kind::Minus),
        b'*' => one(Kind::Star),
        b'/' => one(Kind::Slash),
        b'%' => one(Kind::Percent),
        b'?' => one(Kind::Question),
        b',' => one(Kind::Comma),
        b'.' if bytes.starts_with(b"...") => Some((Kind::Ellipsis, 3)),
        b'.' => one(Kind::Dot),
        _ => None,
    }
}

/// Whether an identifier can begin with it.
pub(super) fn is_identifier_start(c: char) -> bool {
    if c.is_ascii() { c == '_' || c.is_ascii_alphabetic() } else { c.is_alphabetic() }
}

/// Whether it can stand inside an identifier.
pub(super) fn is_identifier_part(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c == '-' || c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let mut lexer = Lexer::code(text, 0, text.len());
        let mut found = Vec::new();
        loop {
            let token = lexer.next();
            if token.kind == Kind::End {
                return found;
            }
            found.push((token.kind, &text[token.start..token.end]));
        }
    }

    #[test]
    fn numbers_end_before_what_is_not_theirs() {
        let check = |text: &str, expected: usize| assert_eq!(number_length(text), expected, "{text}");
        check("1.5 ", 3);
        check("1...", 1);
        check("0.b", 1);
        check("0.1.b", 3);
        check("1e5", 3);
        check("1e+5x", 4);
        check("1e", 1);
        check("1..2", 4);
    }

    #[test]
    fn strings_nest_in_templates() {
        let found = kinds(r#""a${b("}")}c""#);
        let shown: Vec<&str> = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(shown, ["\"", "a", "${", "b", "(", "\"", "}", "\"", ")", "}", "c", "\""]);
    }

    #[test]
    fn escapes_do_not_open_anything() {
        let check = |text: &str, expected: &str| {
            let texts: Vec<&str> = kinds(text)
                .into_iter()
                .filter(|(kind, _)| *kind == Kind::Text)
                .map(|(_, text)| text)
                .collect();
            assert_eq!(texts.join("|"), expected, "{text}");
        };
        check(r#""a\"b""#, r#"a\"b"#);
        check(r#""$${a}""#, "$${a}");
        check(r#""$$${a}""#, "$$${a}");
        check(r#""%%{a}""#, "%%{a}");
        check(r#""\é""#, r"\é");
    }

    #[test]
    fn a_heredoc_ends_at_its_marker_alone_on_a_line() {
        use Kind::{
            CloseHeredoc, EndSequence, Identifier, Interpolation, Newline, Number, OpenHeredoc, Text,
        };
        let found = kinds("<<-E\n  a E\n  ${x}\n E\n1");
        let shown: Vec<Kind> = found.iter().map(|(kind, _)| *kind).collect();
        let expected = [
            OpenHeredoc,
            Text,
            Text,
            Interpolation,
            Identifier,
            EndSequence,
            Text,
            CloseHeredoc,
            Newline,
            Number,
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_carriage_return_alone_is_in_no_text() {
        let check = |text: &str, expected: Kind| {
            assert!(kinds(text).iter().any(|(kind, _)| *kind == expected), "{text:?}");
        };
        check("\"a\rb\"", Kind::BrokenQuote);
        check("\"a\\\rb\"", Kind::BrokenQuote);
        check("<<E\na\rb\r\nE\n", Kind::Invalid);
        assert!(kinds("<<E\r\na\r\nE\r\n").iter().all(|(kind, _)| *kind != Kind::Invalid));
    }

    #[test]
    fn comments_are_given_to_who_asks_for_them() {
        let text = "a # b\n/* c\n */ d // e";
        let mut lexer = Lexer::code(text, 0, text.len());
        let mut found = Vec::new();
        loop {
            let token = lexer.next_or_comment();
            if token.kind == Kind::End {
                break;
            }
            found.push(&text[token.start..token.end]);
        }
        assert_eq!(found, ["a", "# b", "\n", "/* c\n */", "d", "// e"]);
    }

    #[test]
    fn comments_are_skipped_and_lines_stay() {
        let shown: Vec<&str> = kinds("a # b\n/* c\n */ d // e").into_iter().map(|(_, text)| text).collect();
        assert_eq!(shown, ["a", "\n", "d"]);
    }
}
