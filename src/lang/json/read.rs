//! JSON text to nodes. A mistake costs the property or element that it stands in, and reading goes on behind that.

use std::sync::Arc;

use super::{Kind, Node, Property, Text};
use crate::lang::explain;
use crate::lang::parse::{Failure, MAX_DEPTH, Places};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Span, nearest};
use crate::model::number::{Number, NumberError};

/// The value that all of the text is; `None` where there is none.
pub(super) fn read(file: FileId, text: &str, problems: &mut Diagnostics) -> Option<Node> {
    let mut reader = Reader { file, text, at: 0, depth: 0, has_ended: false, problems };
    let root = match reader.value() {
        Ok(root) => Some(root),
        Err(problem) => {
            reader.problems.push(*problem);
            None
        }
    };
    reader.skip_space();
    if root.is_some() && reader.at < text.len() && !reader.problems.has_errors() {
        let problem = syntax("something follows after the end of the JSON value", reader.rest_of_word())
            .detail("A file holds one value: an object with all blocks in it.");
        reader.problems.push(problem);
    }
    root
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    depth: u16,
    /// Whether the text ended inside of something, which is said once.
    has_ended: bool,
    problems: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The letters and digits at hand, or the one character that is there.
    fn rest_of_word(&self) -> Span {
        let rest = &self.text[self.at..];
        let word = rest.find(|c: char| !is_word_part(c)).unwrap_or(rest.len());
        let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
        self.span(self.at, self.at + length)
    }

    fn text_of(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn value(&mut self) -> Result<Node, Failure> {
        self.skip_space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            _ => self.keyword()?,
        };
        Ok(Node { kind, span: self.span(start, self.at) })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Kind) -> Result<Kind, Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(explain::too_deep(self.span(self.at, self.at + 1)));
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self) -> Kind {
        let mut properties = Vec::new();
        self.items(b'}', &mut |reader| {
            let property = reader.property()?;
            properties.push(property);
            Ok(())
        });
        Kind::Object(properties)
    }

    fn array(&mut self) -> Kind {
        let mut elements = Vec::new();
        self.items(b']', &mut |reader| {
            let element = reader.value()?;
            elements.push(element);
            Ok(())
        });
        Kind::Array(elements)
    }

    /// What stands between brackets, with commas between the items.
    fn items(&mut self, close: u8, read: &mut dyn FnMut(&mut Self) -> Result<(), Failure>) {
        let open = self.at;
        self.at += 1;
        self.skip_space();
        if self.take_if(close) {
            return;
        }
        loop {
            self.skip_space();
            let start = self.at;
            let result = if self.at < self.text.len() { read(self) } else { Ok(()) };
            match result.and_then(|()| self.separator(open, close)) {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) => {
                    self.problems.push(*problem);
                    self.at = start;
                    if !self.skip_item(close) {
                        self.end_inside(open);
                        return;
                    }
                    if self.take_if(close) {
                        return;
                    }
                    self.at += 1;
                }
            }
        }
    }

    /// Takes the comma before the next item, or the bracket after the last one: then there is no next one.
    fn separator(&mut self, open: usize, close: u8) -> Result<bool, Failure> {
        self.skip_space();
        if self.at >= self.text.len() {
            self.end_inside(open);
            return Ok(false);
        }
        if self.take_if(close) {
            return Ok(false);
        }
        let comma = self.at;
        if !self.take_if(b',') {
            return Err(self.missing_comma(open, close));
        }
        self.skip_space();
        if self.take_if(close) {
            let problem = syntax("a comma stands after the last item", self.span(comma, comma + 1))
                .detail("In JSON, commas stand only between items.");
            self.problems.push(problem);
            return Ok(false);
        }
        Ok(true)
    }

    fn missing_comma(&self, open: usize, close: u8) -> Failure {
        let found = self.rest_of_word();
        if let Some(problem) = self.comment() {
            return problem;
        }
        let close = char::from(close);
        let problem = syntax("a comma or a closing bracket is missing", found)
            .detail(format!("`,` or `{close}` is expected before `{}`.", self.text_of(found)))
            .related(self.span(open, open + 1), format!("the `{close}` belongs to this"));
        Box::new(problem)
    }

    /// The text ended before the bracket that closes the one at `open`.
    fn end_inside(&mut self, open: usize) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let end = self.span(self.text.len(), self.text.len());
        let opened = &self.text[open..=open];
        self.problems.push(*explain::unclosed(self.span(open, open + 1), opened, end));
    }

    /// Goes to the comma or bracket behind the item at hand; `false` where the text ends before it.
    fn skip_item(&mut self, close: u8) -> bool {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b',' if open == 0 => return true,
                _ if byte == close && open == 0 => return true,
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                b'"' => {
                    self.skip_string();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        false
    }

    /// Goes behind a string, or to the end of its line where it is not closed.
    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return,
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.text.len());
    }

    fn property(&mut self) -> Result<Property, Failure> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.odd_name());
        }
        let name = self.string()?;
        let name_span = self.span(start, self.at);
        self.skip_space();
        let found = self.rest_of_word();
        if !self.take_if(b':') {
            if let Some(problem) = self.comment() {
                return Err(problem);
            }
            let problem = syntax("a colon is missing after a name", found)
                .detail("In JSON, a name is followed by `:` and its value.")
                .related(name_span, "the name");
            return Err(Box::new(match self.text_of(found) {
                "=" => problem.hint("write `:` in place of `=`"),
                _ => problem,
            }));
        }
        let value = self.value()?;
        Ok(Property { name, name_span, value })
    }

    /// Something stands where a property's name should.
    fn odd_name(&self) -> Failure {
        if let Some(problem) = self.comment() {
            return problem;
        }
        let found = self.rest_of_word();
        let text = self.text_of(found);
        let problem = syntax("a name in quotes is missing", found);
        Box::new(match text {
            "," => problem.detail("There is nothing between this comma and what stands before it."),
            "'" => problem.detail("In JSON, only double quotes begin a text."),
            _ if text.starts_with(is_word_part) => problem
                .detail("In JSON, every name stands in double quotes.")
                .hint(format!("write `\"{text}\"`")),
            _ => problem.detail(format!("A property of an object begins with its name, not with `{text}`.")),
        })
    }

    /// A comment, which JSON does not have.
    fn comment(&self) -> Option<Failure> {
        let rest = &self.text[self.at..];
        let sign = ["//", "/*", "#"].into_iter().find(|sign| rest.starts_with(sign))?;
        let problem = syntax("there are no comments in JSON", self.span(self.at, self.at + sign.len()))
            .hint("write a property `\"//\": \"...\"`, which is read and ignored in every block");
        Some(Box::new(problem.detail("JSON has no sign that begins a comment.")))
    }

    fn keyword(&mut self) -> Result<Kind, Failure> {
        let found = self.rest_of_word();
        let kind = match self.text_of(found) {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => return Err(self.odd_value(found)),
        };
        self.at = found.end as usize;
        Ok(kind)
    }

    fn odd_value(&self, found: Span) -> Failure {
        if let Some(problem) = self.comment() {
            return problem;
        }
        let text = self.text_of(found);
        let problem = syntax("a value is missing", found);
        Box::new(match text {
            "" => problem.detail("The text ends where a value should stand."),
            "," | ":" | "}" | "]" => problem.detail(format!("A value should stand before this `{text}`.")),
            "'" => problem.detail("In JSON, only double quotes begin a text."),
            "+" | "." => problem.detail("In JSON, a number begins with a digit or `-`."),
            _ if text.starts_with(char::is_alphabetic) => problem
                .detail(format!("`{text}` is no JSON value; text stands in double quotes."))
                .suggest(nearest(&text.to_lowercase(), ["true", "false", "null"])),
            _ => problem.detail(format!("No JSON value begins with `{text}`.")),
        })
    }

    fn number(&mut self) -> Result<Number, Failure> {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (digits, span) = (&rest[..length], self.span(self.at, self.at + length));
        if !is_json_number(digits) {
            let problem = syntax("this is not a number", span);
            let detail = format!("`{digits}` is not how JSON writes a number.");
            return Err(Box::new(problem.detail(detail).hint("`0`, `-12`, `1.5` and `2e10` are numbers")));
        }
        let number = Number::parse(digits).map_err(|error| match error {
            NumberError::TooLarge => explain::number_too_large(span),
            NumberError::Syntax | NumberError::Indeterminate => explain::invalid_number(span, digits),
        })?;
        self.at += length;
        Ok(number)
    }

    /// A string, with its quotes.
    fn string(&mut self) -> Result<Text, Failure> {
        let open = self.at;
        self.at += 1;
        let mut decoded = String::new();
        let mut places = Places::beginning_at(self.at);
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ').unwrap_or(rest.len());
            decoded.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text { decoded: Arc::from(decoded), places });
                }
                Some(b'\\') => {
                    decoded.push(self.escape()?);
                    places.go_on(decoded.len(), self.at);
                }
                Some(b'\t') => {
                    let problem = syntax("a tab stands in a string", self.span(self.at, self.at + 1));
                    return Err(Box::new(problem.detail("JSON writes it as `\\t`.")));
                }
                _ => {
                    return Err(explain::unclosed_string(
                        self.span(open, open + 1),
                        self.span(self.at, self.at),
                    ));
                }
            }
        }
    }

    /// The character that an escape stands for.
    fn escape(&mut self) -> Result<char, Failure> {
        let start = self.at;
        let rest = &self.text[start..];
        let second = rest[1..].chars().next();
        let plain = match second {
            Some(c @ ('"' | '\\' | '/')) => Some(c),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            _ => None,
        };
        if let Some(c) = plain {
            self.at += 2;
            return Ok(c);
        }
        let Some(unit) = code_unit(rest) else {
            let length = 1 + second.map_or(0, char::len_utf8);
            let problem = syntax("this escape does not exist", self.span(start, start + length));
            return Err(Box::new(problem.detail(
                "After a backslash, JSON has `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t`, or `u` and four hexadecimal digits.",
            )));
        };
        self.at += 6;
        let low = code_unit(&self.text[self.at..]).filter(|_| (0xd800..0xdc00).contains(&unit));
        let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
        if let Some(c) = pair {
            self.at += 6;
            return Ok(c);
        }
        // Half of a pair stands for nothing; Go's decoder, and so Terraform, puts the replacement character there.
        Ok(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// The number behind `\u` at the beginning of `text`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// `-`, digits without a leading zero, `.` and digits, `e` and digits.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

fn syntax(summary: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, summary).at(span)
}
