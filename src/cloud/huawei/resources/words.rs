//! Values as configurations have them: reading them, making them, and the rules for names and tags.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::model::types::Type;
use crate::model::value::{Object, Value};

/// A text that is known and not empty.
pub fn text<'a>(values: &'a Object, name: &str) -> Option<&'a str> {
    values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A whole number that is known.
pub fn number(values: &Object, name: &str) -> Option<i64> {
    values.get(name).and_then(Value::as_i64)
}

/// A truth value that is known.
pub fn flag(values: &Object, name: &str) -> Option<bool> {
    values.get(name).and_then(Value::as_bool)
}

/// The elements of a list or set that is known; none of anything else.
pub fn elements<'a>(values: &'a Object, name: &str) -> &'a [Value] {
    values.get(name).and_then(Value::as_slice).unwrap_or_default()
}

/// A text, or `null`.
pub fn optional_text(text: Option<&String>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Null(Type::String), Value::string)
}

/// A whole number, or `null`.
pub fn optional_number(number: Option<i64>) -> Value {
    number.map_or(Value::Null(Type::Number), Value::from)
}

/// A truth value, or `null`.
pub fn optional_flag(flag: Option<bool>) -> Value {
    flag.map_or(Value::Null(Type::Bool), Value::from)
}

/// A set of texts.
pub fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::set(Type::String, items.into_iter().map(Value::string))
}

/// Whether a value is not given, or empty.
pub fn is_empty(value: Option<&Value>) -> bool {
    value.is_none_or(|value| {
        value.is_null()
            || value.as_slice().is_some_and(<[Value]>::is_empty)
            || value.as_object().is_some_and(Object::is_empty)
    })
}

/// Values by name.
pub fn object<const N: usize>(values: [(&str, Value); N]) -> Object {
    values.into_iter().map(|(name, value)| (Arc::from(name), value)).collect()
}

/// Whether a character is one of the common Chinese, Japanese and Korean ones that the service takes in names.
///
/// Source: CBR API v3, "Creating a Vault", `name`.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fa5}' | '\u{f900}'..='\u{fa2d}')
}

/// The rule for names of vaults and policies.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_name(value: &Value) -> Result<(), String> {
    let Some(name) = value.as_str() else { return Ok(()) };
    let length = name.chars().count();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || is_cjk(c);
    if let Some(stranger) = name.chars().find(|c| !is_allowed(*c)) {
        return Err(format!(
            "A name has letters, digits, underscores and hyphens, and this one has {stranger:?}."
        ));
    }
    if (1..=64).contains(&length) {
        Ok(())
    } else {
        Err(format!("A name has 1 to 64 characters, and this one has {length}."))
    }
}

/// The rule for the description.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_description(value: &Value) -> Result<(), String> {
    let Some(text) = value.as_str() else { return Ok(()) };
    let length = text.chars().count();
    if length > 255 {
        return Err(format!("A description has at most 255 characters, and this one has {length}."));
    }
    if text.contains(['<', '>']) { Err("A description holds neither < nor >.".to_owned()) } else { Ok(()) }
}

/// The rule for the key of a tag.
///
/// Source: Getting Started, table 3-1; CBR API v3, "Managing Vault Tags".
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_tag_key(key: &str) -> Result<(), String> {
    check_tag_text("key", key, 1..=36, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || is_cjk(c))
}

/// The rule for the value of a tag; the service takes a point in it too.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_tag_value(value: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.' || is_cjk(c);
    check_tag_text("value", value, 0..=43, is_allowed)
}

fn check_tag_text(
    what: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    is_allowed: impl Fn(char) -> bool,
) -> Result<(), String> {
    let length = text.chars().count();
    if let Some(stranger) = text.chars().find(|c| !is_allowed(*c)) {
        return Err(format!(
            "The {what} of a tag has letters, digits, underscores and hyphens, and {text:?} has {stranger:?}."
        ));
    }
    if lengths.contains(&length) {
        Ok(())
    } else {
        let (least, most) = (lengths.start(), lengths.end());
        Err(format!("The {what} of a tag has {least} to {most} characters, and {text:?} has {length}."))
    }
}

/// An instant as the service writes it: with a zone, or in UTC without one.
///
/// Source: CBR API v3: `2019-05-23T12:51:10.071232`, `2019-05-08T09:31:21.840+00:00`, and with `Z`.
pub fn instant(text: &str) -> Option<i64> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_second());
    }
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_letters_digits_underscores_and_hyphens() {
        let check = |name: &str, expected: Option<&str>| {
            let found = check_name(&Value::string(name)).err();
            assert_eq!(found.is_some(), expected.is_some(), "{name}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{name}");
        };
        check("vault-f61e", None);
        check("备份_1", None);
        check(&"a".repeat(64), None);
        check(&"a".repeat(65), Some("and this one has 65"));
        check("", Some("and this one has 0"));
        check("a b", Some("' '"));
        check("a.b", Some("'.'"));
    }

    #[test]
    fn tags_have_bounds() {
        let check = |key: &str, value: &str, expected: bool| {
            assert_eq!(
                check_tag_key(key).is_ok() && check_tag_value(value).is_ok(),
                expected,
                "{key}={value}"
            );
        };
        check("Key_0001", "Value_0001", true);
        check("k", "", true);
        check("k", "1.2", true);
        check("", "v", false);
        check(&"k".repeat(37), "v", false);
        check("k", &"v".repeat(44), false);
        check("a=b", "v", false);
        check("k", "a,b", false);
        check("a.b", "v", false);
    }

    #[test]
    fn instants_come_with_and_without_a_zone() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(instant(text), expected, "{text}");
        check("1970-01-02T00:00:00Z", Some(86_400));
        check("1970-01-02T00:00:00.071232", Some(86_400));
        check("1970-01-02T08:00:00.840+08:00", Some(86_400));
        check("soon", None);
    }
}
