//! Values in Terraform's plan JSON: the value itself, and beside it which parts of it are unknown or sensitive.
//!
//! In one thing this differs from Terraform on purpose: what is sensitive is `null` here, never in clear. The shape
//! beside it says where.

use serde_json::{Map, Value as Json};

use crate::model::value::{Object, Value};

/// The attributes as far as they are known; unknown ones are left out, sensitive ones are null.
pub fn known_object(object: &Object) -> Json {
    let known = |(name, value): (&std::sync::Arc<str>, &Value)| Some((name.to_string(), known(value)?));
    Json::Object(object.iter().filter_map(known).collect())
}

/// The value, or nothing where it is not known.
pub fn known(value: &Value) -> Option<Json> {
    match value {
        Value::Unknown(_) => None,
        Value::Marked(marked) => marked.value.is_known().then_some(Json::Null),
        Value::Object(object) => Some(known_object(object)),
        Value::Map(map) => Some(known_object(&map.items)),
        // An unknown element keeps its place, so that what follows it keeps its own.
        Value::List(list) | Value::Set(list) => Some(known_items(&list.items)),
        Value::Tuple(items) => Some(known_items(items)),
        Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.to_json()),
    }
}

fn known_items(items: &[Value]) -> Json {
    items.iter().map(|item| known(item).unwrap_or(Json::Null)).collect()
}

/// Where in the attributes something is unknown: `true` at those places, others left out.
pub fn unknown_object(object: &Object) -> Json {
    shape_of_object(object, &|value| !value.is_known())
}

/// Where in the attributes something is sensitive: `true` at those places, others left out.
pub fn sensitive_object(object: &Object) -> Json {
    shape_of_object(object, &|value| matches!(value, Value::Marked(_)))
}

/// Where in a value something is unknown.
pub fn unknown(value: &Value) -> Json {
    shape(value, &|value| !value.is_known())
}

fn shape_of_object(object: &Object, is_meant: &impl Fn(&Value) -> bool) -> Json {
    let mut members = Map::new();
    for (name, value) in object {
        let shape = shape(value, is_meant);
        if shape != Json::Bool(false) {
            members.insert(name.to_string(), shape);
        }
    }
    Json::Object(members)
}

fn shape(value: &Value, is_meant: &impl Fn(&Value) -> bool) -> Json {
    if is_meant(value) {
        return Json::Bool(true);
    }
    match value {
        Value::Object(object) => shape_of_object(object, is_meant),
        Value::Map(map) => shape_of_object(&map.items, is_meant),
        Value::List(list) | Value::Set(list) => list.items.iter().map(|item| shape(item, is_meant)).collect(),
        Value::Tuple(items) => items.iter().map(|item| shape(item, is_meant)).collect(),
        Value::Null(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Unknown(_)
        // What is inside a marked value is nobody's business.
        | Value::Marked(_) => Json::Bool(false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::types::Type;

    fn sample() -> Object {
        let unknown = || Value::unknown(Type::String);
        let pairs: [(&str, Value); 6] = [
            ("id", unknown()),
            ("key", unknown().sensitive()),
            ("list", Value::tuple([Value::from(1i64), unknown(), Value::from("s").sensitive()])),
            (
                "nested",
                Value::object([("a", Value::from("s").sensitive()), ("b", unknown()), ("c", Value::null())]),
            ),
            ("plain", Value::from(true)),
            ("secret", Value::tuple([Value::from("s")]).sensitive()),
        ];
        pairs.into_iter().map(|(name, value)| (name.into(), value)).collect()
    }

    #[test]
    fn known_parts_without_secrets() {
        let expected = json!({
            "list": [1, null, null], "nested": {"a": null, "c": null}, "plain": true, "secret": null,
        });
        assert_eq!(known_object(&sample()), expected);
    }

    #[test]
    fn the_shape_of_what_is_unknown() {
        let expected = json!({"id": true, "key": true, "list": [false, true, false], "nested": {"b": true}});
        assert_eq!(unknown_object(&sample()), expected);
        assert_eq!(unknown(&Value::from(1i64)), json!(false));
        assert_eq!(unknown(&Value::unknown(Type::Any)), json!(true));
    }

    #[test]
    fn the_shape_of_what_is_sensitive() {
        let expected =
            json!({"key": true, "list": [false, false, true], "nested": {"a": true}, "secret": true});
        assert_eq!(sensitive_object(&sample()), expected);
    }
}
