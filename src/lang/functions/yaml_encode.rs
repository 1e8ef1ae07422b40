//! `yamlencode`: the block style, quotes and line lengths of Terraform's writer.

use std::fmt::Write;

use super::{Args, Function, Kind, Outcome, Parameter, text};
use crate::model::value::{Object, Value};

/// Quoted text is broken at the first space behind this column.
const WIDTH: usize = 80;
const STEP: usize = 2;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("yamlencode", &[Parameter::any("value").null().known_deep()], Kind::String, encoded)];

fn encoded(args: &Args) -> Outcome {
    let value = args.value(0);
    let mut writer = Writer { out: String::new(), column: 0 };
    writer.value(value, 0, Place::Root);
    if !writer.out.ends_with('\n') {
        writer.line();
    }
    // A plain word alone could go on: the end of the document is marked.
    if matches!(value, Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        writer.out.push_str("...\n");
    }
    text(writer.out)
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    /// `key:`
    Entry,
    /// `-`
    Item,
}

struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// A new line, unless this one is still empty.
    fn start(&mut self, indent: usize) {
        if self.column > 0 {
            self.line();
        }
        self.put(&" ".repeat(indent));
    }

    fn space(&mut self, place: Place) {
        if place != Place::Root {
            self.put(" ");
        }
    }

    /// Writes a value; `indent` is the column of the line's first sign.
    fn value(&mut self, value: &Value, indent: usize, place: Place) {
        match value {
            Value::Null(_) | Value::Unknown(_) => self.plain("null", place),
            Value::Bool(value) => self.plain(if *value { "true" } else { "false" }, place),
            Value::Number(number) => self.plain(&number.to_string(), place),
            Value::String(text) if is_literal(text) => self.literal(text, indent, place),
            Value::String(text) => {
                self.space(place);
                self.quoted(text, Some(indent + STEP));
            }
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                let items: Vec<&Value> = value.parts().collect();
                self.sequence(&items, indent, place);
            }
            Value::Map(map) => self.mapping(&map.items, indent, place),
            Value::Object(object) => self.mapping(object, indent, place),
            Value::Marked(marked) => self.value(&marked.value, indent, place),
        }
    }

    fn plain(&mut self, text: &str, place: Place) {
        self.space(place);
        self.put(text);
    }

    fn sequence(&mut self, items: &[&Value], indent: usize, place: Place) {
        if items.is_empty() {
            return self.plain("[]", place);
        }
        // Below a key the items stand in the key's own column.
        let column = if place == Place::Item { indent + STEP } else { indent };
        for (index, item) in items.iter().enumerate() {
            if index == 0 && place == Place::Item {
                self.put(" ");
            } else {
                self.start(column);
            }
            self.put("-");
            self.value(item, column, Place::Item);
        }
    }

    fn mapping(&mut self, object: &Object, indent: usize, place: Place) {
        if object.is_empty() {
            return self.plain("{}", place);
        }
        let column = if place == Place::Root { indent } else { indent + STEP };
        for (index, (name, value)) in object.iter().enumerate() {
            if index == 0 && place == Place::Item {
                self.put(" ");
            } else {
                self.start(column);
            }
            self.quoted(name, None);
            self.put(":");
            self.value(value, column, Place::Entry);
        }
    }

    /// Text of several lines as it is, behind `|`.
    fn literal(&mut self, text: &str, indent: usize, place: Place) {
        self.space(place);
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with('\n') {
            self.put("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put("+");
        }
        self.line();
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.put(&" ".repeat(indent + STEP));
                self.put(line);
            }
            self.line();
        }
    }

    /// Text in double quotes; where `indent` is given, long text goes on there on the next line.
    fn quoted(&mut self, text: &str, indent: Option<usize>) {
        self.put("\"");
        let characters: Vec<char> = text.chars().collect();
        let mut after_space = false;
        for (index, &c) in characters.iter().enumerate() {
            if c != ' ' {
                self.put(&escaped(c));
                after_space = false;
                continue;
            }
            let is_inside = index > 0 && index + 1 < characters.len();
            match indent {
                Some(indent) if !after_space && self.column > WIDTH && is_inside => {
                    self.line();
                    self.put(&" ".repeat(indent));
                    if characters[index + 1] == ' ' {
                        self.put("\\");
                    }
                }
                _ => self.put(" "),
            }
            after_space = true;
        }
        self.put("\"");
    }
}

/// Whether text can stand behind `|`: several lines, nothing to escape, no space that nobody would see.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with(' ')
        && !text.contains(" \n")
        && text.chars().all(|c| c == '\n' || is_printable(c))
}

fn is_printable(c: char) -> bool {
    match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' => true,
        _ => false,
    }
}

fn escaped(c: char) -> String {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        c if is_printable(c) => return c.to_string(),
        _ => "",
    };
    let mut text = short.to_owned();
    if text.is_empty() {
        let code = u32::from(c);
        let written = match code {
            0..=0xff => write!(text, "\\x{code:02X}"),
            0x100..=0xffff => write!(text, "\\u{code:04X}"),
            _ => write!(text, "\\U{code:08X}"),
        };
        written.expect("writing to a string cannot fail");
    }
    text
}
