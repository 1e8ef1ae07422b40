//! Values as Terraform's console prints them.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::types::Type;
use crate::model::value::{Marks, Object, Value};

/// The value as Terraform's console prints it; what is sensitive is not in it.
pub fn print(value: &Value) -> String {
    if value.marks().contains(Marks::TYPE_NAME)
        && let Some(name) = value.as_str()
    {
        return name.to_owned();
    }
    let mut text = String::new();
    write_value(&mut text, value, 0);
    text
}

fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Marked(marked) if !marked.value.is_known() => out.push_str("(known after apply)"),
        Value::Marked(marked) if marked.marks.contains(Marks::SENSITIVE) => out.push_str("(sensitive value)"),
        Value::Marked(marked) if marked.marks.contains(Marks::EPHEMERAL) => out.push_str("(ephemeral value)"),
        Value::Marked(marked) => write_value(out, &marked.value, indent),
        Value::Unknown(_) => out.push_str("(known after apply)"),
        Value::Null(ty) => out.push_str(&null_of(ty)),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) if text.contains('\n') => write_heredoc(out, text, indent),
        Value::String(text) => write_quoted(out, text),
        Value::Tuple(items) => write_sequence(out, items, indent),
        Value::Object(object) => write_mapping(out, object, indent),
        Value::List(list) => {
            out.push_str("tolist(");
            write_sequence(out, &list.items, indent);
            out.push(')');
        }
        Value::Set(set) => {
            out.push_str("toset(");
            write_sequence(out, &set.items, indent);
            out.push(')');
        }
        Value::Map(map) => {
            out.push_str("tomap(");
            write_mapping(out, &map.items, indent);
            out.push(')');
        }
    }
}

fn null_of(ty: &Type) -> String {
    let element = |element: &Type| element.friendly_name();
    match ty {
        Type::Any => "null".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::List(inner) => format!("tolist(null) /* of {} */", element(inner)),
        Type::Set(inner) => format!("toset(null) /* of {} */", element(inner)),
        Type::Map(inner) => format!("tomap(null) /* of {} */", element(inner)),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly_name()),
    }
}

fn write_line_start(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn write_sequence(out: &mut String, items: &[Value], indent: usize) {
    out.push('[');
    for item in items {
        write_line_start(out, indent + 2);
        write_value(out, item, indent + 2);
        out.push(',');
    }
    if !items.is_empty() {
        write_line_start(out, indent);
    }
    out.push(']');
}

fn write_mapping(out: &mut String, object: &Object, indent: usize) {
    out.push('{');
    for (key, value) in object {
        write_line_start(out, indent + 2);
        write_value(out, &Value::String(key.clone()), indent + 2);
        out.push_str(" = ");
        write_value(out, value, indent + 2);
    }
    if !object.is_empty() {
        write_line_start(out, indent);
    }
    out.push('}');
}

/// Text of several lines, under a marker that is none of them.
fn write_heredoc(out: &mut String, text: &str, indent: usize) {
    let mut marker = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == marker) {
        marker.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&marker);
    for line in text.split('\n') {
        write_line_start(out, indent);
        out.push_str(line);
    }
    write_line_start(out, indent);
    out.push_str(&marker);
}

/// Text in quotes, with Go's escapes for what cannot be seen.
pub(super) fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c => escape(out, c),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, c: char) {
    let code = u32::from(c);
    let written = match code {
        0..=0x1f | 0x7f => write!(out, "\\x{code:02x}"),
        0x80..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    written.expect("writing to a string cannot fail");
}

/// Whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the plain space.
pub(super) fn is_printable(c: char) -> bool {
    static PRINTABLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$").expect("a constant pattern is well formed")
    });
    if c.is_ascii() { (' '..='~').contains(&c) } else { PRINTABLE.is_match(c.encode_utf8(&mut [0; 4])) }
}

/// A type as the console's `type` shows it, over several lines.
pub(super) fn type_text(ty: &Type) -> String {
    let mut text = String::new();
    write_type(&mut text, ty, 0);
    text
}

fn write_type(out: &mut String, ty: &Type, indent: usize) {
    let collection = |out: &mut String, name: &str, element: &Type| {
        out.push_str(name);
        out.push('(');
        if element.is_primitive() || *element == Type::Any {
            write_type(out, element, indent);
        } else {
            write_line_start(out, indent + 4);
            write_type(out, element, indent + 4);
            out.push(',');
            write_line_start(out, indent);
        }
        out.push(')');
    };
    match ty {
        Type::Any => out.push_str("dynamic"),
        Type::Bool => out.push_str("bool"),
        Type::Number => out.push_str("number"),
        Type::String => out.push_str("string"),
        Type::List(element) => collection(out, "list", element),
        Type::Set(element) => collection(out, "set", element),
        Type::Map(element) => collection(out, "map", element),
        Type::Tuple(items) if items.is_empty() => out.push_str("tuple([])"),
        Type::Tuple(items) => {
            out.push_str("tuple([");
            for item in items {
                write_line_start(out, indent + 4);
                write_type(out, item, indent + 4);
                out.push(',');
            }
            write_line_start(out, indent);
            out.push_str("])");
        }
        Type::Object(attributes) if attributes.is_empty() => out.push_str("object({})"),
        Type::Object(attributes) => {
            out.push_str("object({");
            for (name, item) in attributes {
                write_line_start(out, indent + 4);
                out.push_str(name);
                out.push_str(": ");
                write_type(out, item, indent + 4);
                out.push(',');
            }
            write_line_start(out, indent);
            out.push_str("})");
        }
    }
}
