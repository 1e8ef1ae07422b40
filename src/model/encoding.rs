//! Values as self-describing JSON, for files that only backform reads: nothing of a value is lost but refinements.
//!
//! Plain JSON stands for itself: `null` (of any type), truth values, whole numbers, texts, arrays (tuples) and
//! objects. Everything else is an object with one key that begins with `$`: `$null`, `$number`, `$list`, `$set`,
//! `$map`, `$unknown`, `$marked`, and `$object` where an object of the user has such a key itself.

use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::number::Number;
use super::types::Type;
use super::value::{Marks, Object, Value};

/// Deeper values are refused when they are read: no configuration makes them, and the reader is recursive.
const DEPTH_LIMIT: usize = 100;

fn tagged<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    tag: &str,
    content: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, content)?;
    map.end()
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null(Type::Any) => serializer.serialize_unit(),
            Self::Null(ty) => tagged(serializer, "$null", &ty.to_json()),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => match number.to_i64() {
                Some(whole) => serializer.serialize_i64(whole),
                None => tagged(serializer, "$number", &number.to_string()),
            },
            Self::String(text) => serializer.serialize_str(text),
            Self::List(list) => tagged(serializer, "$list", &(list.element.to_json(), &list.items)),
            Self::Set(set) => tagged(serializer, "$set", &(set.element.to_json(), &set.items)),
            Self::Tuple(items) => items.serialize(serializer),
            Self::Map(map) => tagged(serializer, "$map", &(map.element.to_json(), &map.items)),
            Self::Object(object) if object.keys().any(|name| name.starts_with('$')) => {
                tagged(serializer, "$object", object)
            }
            Self::Object(object) => object.serialize(serializer),
            Self::Unknown(unknown) => tagged(serializer, "$unknown", &unknown.ty.to_json()),
            Self::Marked(marked) => {
                let names = [(Marks::SENSITIVE, "sensitive"), (Marks::EPHEMERAL, "ephemeral")];
                let held: Vec<&str> = names
                    .iter()
                    .filter(|(mark, _)| marked.marks.contains(*mark))
                    .map(|(_, name)| *name)
                    .collect();
                tagged(serializer, "$marked", &(held, &marked.value))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode(Json::deserialize(deserializer)?, DEPTH_LIMIT).map_err(D::Error::custom)
    }
}

fn decode(json: Json, depth: usize) -> Result<Value, String> {
    let depth = depth.checked_sub(1).ok_or("the value is nested too deeply")?;
    match json {
        Json::Null => Ok(Value::null()),
        Json::Bool(value) => Ok(Value::Bool(value)),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Ok(Value::from(whole)),
            None => Err(format!("{number} is not a whole number")),
        },
        Json::String(text) => Ok(Value::string(text)),
        Json::Array(items) => decode_items(items, depth).map(Value::tuple),
        Json::Object(members) => {
            let mut members: Vec<(String, Json)> = members.into_iter().collect();
            match members.pop() {
                Some((tag, content)) if members.is_empty() && tag.starts_with('$') => {
                    decode_tagged(&tag, content, depth)
                }
                last => {
                    decode_members(members.into_iter().chain(last), depth).map(|o| Value::Object(Arc::new(o)))
                }
            }
        }
    }
}

fn decode_items(items: Vec<Json>, depth: usize) -> Result<Vec<Value>, String> {
    items.into_iter().map(|item| decode(item, depth)).collect()
}

fn decode_members(members: impl IntoIterator<Item = (String, Json)>, depth: usize) -> Result<Object, String> {
    members.into_iter().map(|(name, item)| Ok((Arc::from(name), decode(item, depth)?))).collect()
}

fn decode_type(json: &Json) -> Result<Type, String> {
    Type::from_json(json).ok_or_else(|| "a type is not readable".to_owned())
}

fn decode_tagged(tag: &str, content: Json, depth: usize) -> Result<Value, String> {
    let pair = |content: Json| match content {
        Json::Array(parts) => <[Json; 2]>::try_from(parts).map_err(|_| format!("{tag} needs two parts")),
        _ => Err(format!("{tag} needs two parts")),
    };
    let items = |json: Json| match json {
        Json::Array(items) => decode_items(items, depth),
        _ => Err(format!("{tag} needs an array")),
    };
    let members = |json: Json| match json {
        Json::Object(members) => decode_members(members, depth),
        _ => Err(format!("{tag} needs an object")),
    };
    match (tag, content) {
        ("$null", ty) => Ok(Value::Null(decode_type(&ty)?)),
        ("$unknown", ty) => Ok(Value::unknown(decode_type(&ty)?)),
        ("$number", Json::String(text)) => {
            Number::parse(&text).map(Value::Number).map_err(|_| format!("{text} is not a number"))
        }
        ("$object", content) => members(content).map(|object| Value::Object(Arc::new(object))),
        ("$list", content) => {
            let [ty, list] = pair(content)?;
            Ok(Value::list(decode_type(&ty)?, items(list)?))
        }
        ("$set", content) => {
            let [ty, set] = pair(content)?;
            Ok(Value::set(decode_type(&ty)?, items(set)?))
        }
        ("$map", content) => {
            let [ty, map] = pair(content)?;
            Ok(Value::map(decode_type(&ty)?, members(map)?))
        }
        ("$marked", content) => {
            let [names, value] = pair(content)?;
            let names: Vec<String> = serde_json::from_value(names).map_err(|error| error.to_string())?;
            let mut marks = Marks::NONE;
            for name in names {
                marks = marks.union(match name.as_str() {
                    "sensitive" => Marks::SENSITIVE,
                    "ephemeral" => Marks::EPHEMERAL,
                    _ => return Err(format!("{name} is not a mark")),
                });
            }
            Ok(decode(value, depth)?.with_marks(marks))
        }
        _ => Err(format!("{tag} is not known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_back_as_it_was() {
        let check = |value: Value| {
            let text = serde_json::to_string(&value).expect("every value is JSON");
            let back: Value = serde_json::from_str(&text).expect(&text);
            assert_eq!(back, value, "{text}");
        };
        check(Value::null());
        check(Value::Null(Type::String));
        check(Value::from(true));
        check(Value::from(-7_i64));
        check(Value::Number(Number::parse("0.1").expect("a number")));
        check(Value::Number(Number::parse("123456789012345678901234567890").expect("a number")));
        check(Value::string("a \u{202e} b"));
        check(Value::tuple([Value::from(1_i64), Value::string("x")]));
        check(Value::list(Type::String, [Value::string("x")]));
        check(Value::set(Type::Number, [Value::from(2_i64), Value::from(1_i64)]));
        check(Value::map(Type::String, [("k", Value::string("v"))]));
        check(Value::object([("a", Value::null()), ("b", Value::from(false))]));
        check(Value::object([("$list", Value::null())]));
        check(Value::unknown(Type::list(Type::String)));
        check(Value::object([("s", Value::string("secret").sensitive())]));
        check(Value::object(Vec::<(&str, Value)>::new()));
    }

    #[test]
    fn what_is_no_value_is_refused_without_a_crash() {
        let check = |text: &str| assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        check("1.5");
        check(r#"{"$list": 1}"#);
        check(r#"{"$list": ["string"]}"#);
        check(r#"{"$marked": [["loud"], 1]}"#);
        check(r#"{"$nothing": 1}"#);
        check(r#"{"$number": "x"}"#);
        check(&format!("{}1{}", "[".repeat(120), "]".repeat(120)));
    }
}
