//! What the data sources have in common: arguments that filter, and records that become values.

use serde_json::Value as Json;

use crate::model::desired::Scope;
use crate::model::number::Number;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};

/// `region`, of every data source.
pub(super) const REGION: Attribute =
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out.");

/// `id`, of every data source.
pub(super) const ID: Attribute =
    Attribute::new("id", Kind::String, Presence::Computed, "Stands for the whole reading: the region.");

/// A data source of this provider.
pub(super) const fn source(
    name: &'static str,
    attributes: &'static [Attribute],
    doc: &'static str,
) -> Schema {
    Schema { name, provider: "huaweicloud", attributes, doc, ..Schema::PLAIN }
}

/// An argument that is a text.
pub(super) const fn text_argument(name: &'static str, doc: &'static str) -> Attribute {
    Attribute::new(name, Kind::String, Presence::Optional, doc)
}

/// The argument of that name as text; an empty one restricts nothing, as in Terraform.
pub(super) fn text<'a>(arguments: &'a Object, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The arguments of those names that the cloud filters by, each with the name that the cloud gives it.
pub(super) fn filters<'a>(
    arguments: &'a Object,
    names: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'a str)> {
    names.iter().filter_map(|(ours, theirs)| Some((*theirs, text(arguments, ours)?))).collect()
}

/// Whether a record's value is what the argument asks for; without one, any is.
pub(super) fn admits(arguments: &Object, name: &str, value: Option<&str>) -> bool {
    text(arguments, name).is_none_or(|wanted| value == Some(wanted))
}

/// Whether all tags that the argument `tags` asks for are there, with their values.
pub(super) fn admits_tags(arguments: &Object, tags: &std::collections::BTreeMap<String, String>) -> bool {
    let wanted = arguments.get("tags").and_then(Value::as_object);
    wanted.is_none_or(|wanted| {
        wanted.iter().all(|(key, value)| tags.get(&**key).map(String::as_str) == value.as_str())
    })
}

/// Arguments and results as one object with every attribute of the schema.
pub(super) fn reading(
    attributes: &[Attribute],
    arguments: &Object,
    scope: &Scope,
    results: (&'static str, Vec<Json>),
) -> Object {
    let (name, records) = results;
    let value = |attribute: &Attribute| match attribute.name {
        "id" | "region" => Value::string(&*scope.region),
        of if of == name => value_of(attribute.kind, &Json::Array(records.clone())),
        of => {
            let given = arguments.get(of).cloned();
            given.unwrap_or_else(|| Value::null_of(attribute.kind.to_type()))
        }
    };
    attributes.iter().map(|attribute| (attribute.name.into(), value(attribute))).collect()
}

/// A record as a value of this kind. What is missing is what Terraform's provider makes of it: an empty text, zero,
/// `false`, nothing in a list; what is `null` we cannot tell.
fn value_of(kind: Kind, json: &Json) -> Value {
    if json.is_null() {
        return Value::null_of(kind.to_type());
    }
    match kind {
        Kind::Any | Kind::String => Value::string(json.as_str().unwrap_or_default()),
        Kind::Bool => Value::from(json.as_bool().unwrap_or(false)),
        Kind::Number => json
            .as_number()
            .and_then(|number| Number::parse(&number.to_string()).ok())
            .map_or_else(|| Value::from(0_i64), Value::from),
        Kind::List(element) | Kind::Set(element) => {
            let items = json.as_array().into_iter().flatten();
            Value::list(element.to_type(), items.map(|item| value_of(*element, item)))
        }
        Kind::Map(element) => {
            let entries = json.as_object().into_iter().flatten();
            Value::map(
                element.to_type(),
                entries.map(|(key, value)| (key.as_str(), value_of(*element, value))),
            )
        }
        Kind::Object(fields) => {
            let missing = Json::Bool(false);
            let field = |(name, kind): &(&'static str, Kind)| {
                (*name, value_of(*kind, json.get(*name).unwrap_or(&missing)))
            };
            Value::object(fields.iter().map(field))
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::model::desired::ProviderKey;
    use crate::model::schema::Schema;

    /// The scope of tests.
    pub(in super::super) fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("huaweicloud"), region: "cn-north-4".into() }
    }

    /// A server that always answers this.
    pub(in super::super) fn answering(body: &Json) -> FakeServer {
        FakeServer::in_order(vec![answer(200, &body.to_string())])
    }

    /// Arguments by name.
    pub(in super::super) fn arguments(pairs: &[(&str, Value)]) -> Object {
        pairs.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()
    }

    /// Every attribute of the schema is there, and of its type.
    pub(in super::super) fn is_whole(schema: &Schema, reading: &Object) {
        for attribute in schema.attributes {
            assert_eq!(reading[attribute.name].type_of(), attribute.kind.to_type(), "{}", attribute.name);
        }
    }

    /// The ids in a list of results.
    pub(in super::super) fn ids(reading: &Object, list: &str) -> Vec<String> {
        let records = reading[list].as_slice().expect("a list").iter();
        records.filter_map(|record| Some(record.attribute("id")?.as_str()?.to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::types::Type;

    #[test]
    fn what_is_missing_is_empty_and_what_is_null_is_not_known() {
        const KIND: Kind = Kind::Object(&[
            ("flag", Kind::Bool),
            ("list", Kind::List(&Kind::String)),
            ("map", Kind::Map(&Kind::String)),
            ("number", Kind::Number),
            ("text", Kind::String),
        ]);
        let check = |json: Json, expected: &[(&str, Value)]| {
            let value = value_of(KIND, &json);
            for (name, expected) in expected {
                assert_eq!(value.attribute(name).as_ref(), Some(expected), "{json} {name}");
            }
            assert_eq!(value.type_of(), KIND.to_type());
        };
        let text = Value::string("");
        check(json!({}), &[("flag", false.into()), ("number", 0_i64.into()), ("text", text)]);
        check(json!({ "text": null }), &[("text", Value::null_of(Type::String))]);
        check(json!({ "number": 1.5 }), &[("number", Number::parse("1.5").expect("a number").into())]);
        check(json!({ "flag": true, "text": "t" }), &[("flag", true.into()), ("text", Value::string("t"))]);
    }
}
