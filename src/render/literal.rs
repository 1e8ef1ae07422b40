//! A value by itself, as it would be written in HCL and as `terraform output` shows it.

use super::escape;
use super::theme::{Label, Text};
use super::value::word;
use crate::model::value::{Object, Value};

/// Adds the value, up to the end of its last line; parts stand two columns further in than `margin`.
pub fn value(text: &mut Text, value: &Value, margin: usize) {
    match value {
        Value::Marked(_) => text.plain("(sensitive value)"),
        Value::Unknown(_) => text.plain("(known after apply)"),
        Value::Null(_) | Value::Bool(_) | Value::Number(_) => text.plain(&word(value)),
        Value::String(string) => string_literal(text, string, margin),
        Value::Tuple(items) => sequence(text, "", items, margin),
        Value::List(list) => sequence(text, "tolist", &list.items, margin),
        Value::Set(set) => sequence(text, "toset", &set.items, margin),
        Value::Map(map) => members(text, "tomap", &map.items, margin),
        Value::Object(object) => members(text, "", object, margin),
    }
}

/// The call that makes a tuple or object one of the typed collections, around what `inner` writes.
fn converted(text: &mut Text, function: &str, inner: impl FnOnce(&mut Text)) {
    if function.is_empty() {
        return inner(text);
    }
    text.plain(&format!("{function}("));
    inner(text);
    text.plain(")");
}

fn sequence(text: &mut Text, function: &str, items: &[Value], margin: usize) {
    converted(text, function, |text| {
        if items.is_empty() {
            return text.plain("[]");
        }
        text.line(Label::Plain, "[");
        for item in items {
            text.plain(&" ".repeat(margin + 2));
            value(text, item, margin + 2);
            text.line(Label::Plain, ",");
        }
        text.plain(&format!("{}]", " ".repeat(margin)));
    });
}

fn members(text: &mut Text, function: &str, object: &Object, margin: usize) {
    converted(text, function, |text| {
        if object.is_empty() {
            return text.plain("{}");
        }
        text.line(Label::Plain, "{");
        for (name, member) in object {
            text.plain(&format!("{}{} = ", " ".repeat(margin + 2), escape::quoted(name)));
            value(text, member, margin + 2);
            text.newline();
        }
        text.plain(&format!("{}}}", " ".repeat(margin)));
    });
}

fn string_literal(text: &mut Text, string: &str, margin: usize) {
    let Some(lines) = string.strip_suffix('\n').filter(|lines| lines.contains('\n')) else {
        return text.plain(&escape::quoted(string));
    };
    text.line(Label::Plain, "<<-EOT");
    for line in lines.split('\n') {
        text.line(Label::Plain, &format!("{}{line}", " ".repeat(margin + 2)));
    }
    text.plain(&format!("{}EOT", " ".repeat(margin)));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::model::types::Type;
    use crate::render::RenderOptions;

    #[test]
    fn values_are_written_as_hcl() {
        let given = Value::object([
            ("empty", Value::tuple([])),
            ("list", Value::list(Type::String, [Value::from("a\u{202e}")])),
            ("map", Value::map(Type::Bool, [("k", Value::from(true))])),
            ("null", Value::null()),
            ("secret", Value::from("s").sensitive()),
            ("set", Value::set(Type::Number, [Value::from(1i64)])),
            ("short", Value::from("one\ntwo")),
            ("text", Value::from("one\ntwo\n")),
            ("unknown", Value::unknown(Type::String)),
        ]);
        let mut text = Text::default();
        value(&mut text, &given, 0);
        text.newline();
        assert_snapshot!(text.finish(&RenderOptions::default()), @r#"
        {
          "empty" = []
          "list" = tolist([
            "a\u202e",
          ])
          "map" = tomap({
            "k" = true
          })
          "null" = null
          "secret" = (sensitive value)
          "set" = toset([
            1,
          ])
          "short" = "one\ntwo"
          "text" = <<-EOT
            one
            two
          EOT
          "unknown" = (known after apply)
        }
        "#);
    }
}
