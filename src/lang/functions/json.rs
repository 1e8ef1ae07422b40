//! `jsonencode` and `jsondecode`: numbers keep all their digits, so the reader and the writer are our own.

use std::fmt::Write;

use super::{Args, Failure, Function, Kind, Outcome, Parameter, text};
use crate::model::number::Number;
use crate::model::value::{Object, Value};

/// How deep arrays and objects may be nested.
const MAX_DEPTH: usize = 100;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("jsondecode", &[Parameter::string("str")], Kind::Any, |args| {
        decode(args.text(0)).map_err(|message| Failure::at(0, message))
    }),
    Function::new("jsonencode", &[Parameter::any("val").null().known_deep()], Kind::String, encoded),
];

fn encoded(args: &Args) -> Outcome {
    let mut out = String::new();
    encode(&mut out, args.value(0));
    text(out)
}

/// Writes a known value as Go's encoder does: without spaces, with `<`, `>` and `&` escaped.
pub(super) fn encode(out: &mut String, value: &Value) {
    match value {
        Value::Null(_) | Value::Unknown(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => encode_text(out, text),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            out.push('[');
            for (index, item) in value.parts().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                encode(out, item);
            }
            out.push(']');
        }
        Value::Map(map) => encode_object(out, &map.items),
        Value::Object(object) => encode_object(out, object),
        Value::Marked(marked) => encode(out, &marked.value),
    }
}

fn encode_object(out: &mut String, object: &Object) {
    out.push('{');
    for (index, (name, value)) in object.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        encode_text(out, name);
        out.push(':');
        encode(out, value);
    }
    out.push('}');
}

/// Writes text in quotes.
pub(super) fn encode_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The value that a JSON text stands for: arrays become tuples, objects objects.
///
/// # Errors
///
/// A sentence fragment that says what is wrong with the text.
fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.value()?;
    reader.skip_space();
    if reader.rest.is_empty() { Ok(value) } else { Err("extraneous data after JSON object".to_owned()) }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, expected: char) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.rest.chars().next() {
            None => format!("JSON ends where {wanted} is needed"),
            Some(c) => format!("invalid character {c:?} in JSON where {wanted} is needed"),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        self.skip_space();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::string),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth >= MAX_DEPTH {
            return Err(format!("JSON is nested more than {MAX_DEPTH} levels deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn word(&mut self) -> Result<Value, String> {
        let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::null())];
        for (word, value) in words {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.unexpected("a value"))
    }

    fn array(&mut self) -> Result<Value, String> {
        self.take('[');
        let mut items = Vec::new();
        self.skip_space();
        if self.take(']') {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(']') {
                return Ok(Value::tuple(items));
            }
            if !self.take(',') {
                return Err(self.unexpected("a comma or the end of an array"));
            }
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        self.take('{');
        let mut entries: Vec<(String, Value)> = Vec::new();
        self.skip_space();
        if self.take('}') {
            return Ok(Value::object(entries));
        }
        loop {
            self.skip_space();
            if !self.rest.starts_with('"') {
                return Err(self.unexpected("a name in quotes"));
            }
            let name = self.string()?;
            self.skip_space();
            if !self.take(':') {
                return Err(self.unexpected("a colon"));
            }
            let name = Value::string(name).as_str().unwrap_or_default().to_owned();
            entries.push((name, self.value()?));
            self.skip_space();
            if self.take('}') {
                return Ok(Value::object(entries));
            }
            if !self.take(',') {
                return Err(self.unexpected("a comma or the end of an object"));
            }
        }
    }

    fn number(&mut self) -> Result<Value, String> {
        let end = self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if !is_json_number(digits) {
            return Err(format!("{digits} is not a number in JSON"));
        }
        self.rest = rest;
        Number::parse(digits).map(Value::Number).map_err(|error| format!("{digits} {error}"))
    }

    fn string(&mut self) -> Result<String, String> {
        self.take('"');
        let mut text = String::new();
        loop {
            let end = self.rest.find(|c: char| c == '"' || c == '\\' || c < ' ');
            let Some(end) = end else { return Err("JSON ends inside of a string".to_owned()) };
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end..];
            if self.take('"') {
                return Ok(text);
            }
            if !self.take('\\') {
                return Err(self.unexpected("text without control characters"));
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let Some(c) = self.rest.chars().next() else { return Err("JSON ends inside of a string".to_owned()) };
        self.rest = &self.rest[c.len_utf8()..];
        Ok(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(),
            _ => return Err(format!("\\{c} is not an escape in JSON")),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, String> {
        let high = self.four_digits().ok_or("\\u needs four hexadecimal digits")?;
        if let Some(c) = char::from_u32(high) {
            return Ok(c);
        }
        let before = self.rest;
        if let Some(rest) = self.rest.strip_prefix("\\u") {
            self.rest = rest;
            if let Some(low @ 0xdc00..=0xdfff) = self.four_digits()
                && (0xd800..=0xdbff).contains(&high)
                && let Some(c) = char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            {
                return Ok(c);
            }
            self.rest = before;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits =
            self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Whether the digits have the form that JSON demands: no leading zeros or points, digits after each sign.
fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", "{", "[1", "01", "1.", ".5", "{a:1}", "[1,]", "\"a", "\"\t\"", "nul", "1 2", "\"\\x\"", "+1"]
        {
            assert!(decode(text).is_err(), "{text}");
        }
        assert!(decode(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn what_was_written_is_read_back() {
        for text in [
            "null",
            "[1,0.1,12345678901234567890123]",
            r#"{"a":"\u003c\"\\\n","b":[],"c":{}}"#,
            "\"\u{e9}\u{1f600}\"",
        ] {
            let mut out = String::new();
            encode(&mut out, &decode(text).unwrap());
            assert_eq!(out, text);
        }
    }
}
