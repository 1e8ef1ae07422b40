//! Values as a reader sees them: what kind of thing each is, whether two look the same, and texts that hold JSON.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::model::number::Number;
use crate::model::value::{Object, Value};

use super::escape;

/// A value by the way it is shown.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// Never shown.
    Hidden,
    /// A map: keys in quotation marks.
    Map(&'a Object),
    /// An object: keys as names.
    Object(&'a Object),
    /// A list or tuple.
    Sequence(&'a [Value]),
    /// A set.
    Set(&'a [Value]),
    /// A text.
    Text(&'a str),
    /// Known after apply.
    Unknown,
    /// One word: a number, a truth value, null.
    Word(&'a Value),
}

impl<'a> From<&'a Value> for Shape<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null(_) | Value::Bool(_) | Value::Number(_) => Self::Word(value),
            Value::String(text) => Self::Text(text),
            Value::List(list) => Self::Sequence(&list.items),
            Value::Tuple(items) => Self::Sequence(items),
            Value::Set(set) => Self::Set(&set.items),
            Value::Map(map) => Self::Map(&map.items),
            Value::Object(object) => Self::Object(object),
            Value::Unknown(_) => Self::Unknown,
            // Whatever the mark is, a plan is kept and sent around: no marked value is for it.
            Value::Marked(_) => Self::Hidden,
        }
    }
}

impl Shape<'_> {
    /// Whether the two are shown side by side, part by part.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Hidden, Self::Hidden)
            | (Self::Map(_) | Self::Object(_), Self::Map(_) | Self::Object(_))
            | (Self::Sequence(_), Self::Sequence(_))
            | (Self::Set(_), Self::Set(_))
            | (Self::Text(_), Self::Text(_))
            | (Self::Unknown, Self::Unknown)
            | (Self::Word(_), Self::Word(_)) => true,
            // `"was-set" -> null` and the like stand on one line as well as two words do.
            (Self::Word(value), Self::Text(text)) | (Self::Text(text), Self::Word(value)) => {
                value.is_null() && !text.contains('\n')
            }
            _ => false,
        }
    }
}

/// A number, truth value or null as it is written in HCL.
pub fn word(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        _ => "null".to_owned(),
    }
}

/// Whether nothing would change from one to the other. Types of elements and marks do not count: neither reaches a cloud.
pub fn is_same(left: &Value, right: &Value) -> bool {
    left == right || key(left) == key(right)
}

/// A text that two values share exactly if they are the same. It shows secrets: never print it.
pub fn key(value: &Value) -> String {
    let mut key = String::new();
    write_key(value, &mut key);
    key
}

fn write_key(value: &Value, key: &mut String) {
    match Shape::from(value.unmarked()) {
        Shape::Hidden | Shape::Unknown => key.push('?'),
        Shape::Word(value) => key.push_str(&word(value)),
        Shape::Text(text) => key.push_str(&escape::quoted(text)),
        Shape::Sequence(items) | Shape::Set(items) => {
            key.push('[');
            for item in items {
                write_key(item, key);
                key.push(',');
            }
            key.push(']');
        }
        Shape::Map(object) | Shape::Object(object) => {
            key.push('{');
            for (name, value) in object {
                write!(key, "{}=", escape::quoted(name)).expect("writing to a String cannot fail");
                write_key(value, key);
                key.push(',');
            }
            key.push('}');
        }
    }
}

/// A key as it stands before `=` in an object: bare where HCL takes it so.
pub fn attribute_name(name: &str) -> String {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let is_bare = starts_well && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { name.to_owned() } else { escape::quoted(name) }
}

/// The value that a text of JSON stands for, if it is an object or array and nothing of it would go unseen:
/// a key that is given twice or a number with more digits than can be kept makes it an ordinary text.
pub fn from_json_text(text: &str) -> Option<Value> {
    let looks_so = text.trim_start().starts_with(['{', '[']);
    let unique = looks_so.then(|| serde_json::from_str::<Unique>(text).ok()).flatten()?;
    unique.is_true_to(text).then_some(unique.value)
}

/// A JSON value without a repeated key, and the numbers in it that went through a 64-bit float.
struct Unique {
    value: Value,
    floats: Vec<String>,
}

impl Unique {
    fn is_true_to(&self, text: &str) -> bool {
        self.floats.iter().all(|float| text.contains(float))
    }

    fn plain(value: Value) -> Self {
        Self { value, floats: Vec::new() }
    }
}

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> serde::de::Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON without repeated keys")
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique::plain(Value::null()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
        Ok(Unique::plain(Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Unique, E> {
        Ok(Unique::plain(Value::from(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Unique, E> {
        Number::parse(&value.to_string()).map(|number| Unique::plain(Value::from(number))).map_err(E::custom)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Unique, E> {
        let written = value.to_string();
        let number = Number::parse(&written).map_err(E::custom)?;
        Ok(Unique { value: Value::from(number), floats: vec![written] })
    }

    fn visit_str<E>(self, value: &str) -> Result<Unique, E> {
        // Not `Value::string`: composing the text could hide a difference.
        Ok(Unique::plain(Value::String(value.into())))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        let mut values = Vec::new();
        let mut floats = Vec::new();
        while let Some(item) = items.next_element::<Unique>()? {
            values.push(item.value);
            floats.extend(item.floats);
        }
        Ok(Unique { value: Value::tuple(values), floats })
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut object = Object::new();
        let mut floats = Vec::new();
        while let Some((name, member)) = members.next_entry::<String, Unique>()? {
            floats.extend(member.floats);
            if object.insert(name.into(), member.value).is_some() {
                return Err(serde::de::Error::custom("a key is given twice"));
            }
        }
        Ok(Unique { value: Value::Object(Arc::new(object)), floats })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Type;

    #[test]
    fn sameness_ignores_marks_and_element_types() {
        let check = |left: Value, right: Value, expected: bool| {
            assert_eq!(is_same(&left, &right), expected, "{left:?} {right:?}");
        };
        check(Value::string("a"), Value::string("a").sensitive(), true);
        check(Value::null(), Value::null_of(Type::String), true);
        check(Value::list(Type::Any, [Value::from(1i64)]), Value::tuple([Value::from(1i64)]), true);
        check(Value::string("1"), Value::from(1i64), false);
        check(Value::string("a").sensitive(), Value::string("b").sensitive(), false);
        check(
            Value::tuple([Value::string("a,b")]),
            Value::tuple([Value::string("a"), Value::string("b")]),
            false,
        );
    }

    #[test]
    fn json_is_taken_for_json_only_where_all_of_it_can_be_shown() {
        let check =
            |text: &str, expected: bool| assert_eq!(from_json_text(text).is_some(), expected, "{text}");
        check(r#"{"a": [1, 0.5, -3, null, true, "x"]}"#, true);
        check(" [1]", true);
        check("[]", true);
        check("text", false);
        check("17", false);
        check("{not json}", false);
        check(r#"{"a": 1, "a": 2}"#, false);
        check("[12345678901234567890123]", false);
        check("[0.12345678901234567890123]", false);
        check(&"[".repeat(10_000), false);
    }

    #[test]
    fn names_are_quoted_where_hcl_needs_it() {
        let check = |name: &str, expected: &str| assert_eq!(attribute_name(name), expected);
        check("a_b-1", "a_b-1");
        check("a.b", r#""a.b""#);
        check("", r#""""#);
        check("1a", r#""1a""#);
        check("x\u{202e}", r#""x\u202e""#);
    }
}
