//! Types of the language, and the constraints that a variable's `type` states.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::json;

use crate::model::value::Value;

/// The type of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Not known yet, or any at all.
    #[default]
    Any,
    /// `true` or `false`.
    Bool,
    /// A number of any size.
    Number,
    /// Text.
    String,
    /// Values of one type in an order.
    List(Box<Type>),
    /// Distinct values of one type.
    Set(Box<Type>),
    /// Values of one type by name.
    Map(Box<Type>),
    /// Values of a type each in an order.
    Tuple(Vec<Type>),
    /// Values of a type each by name.
    Object(BTreeMap<Arc<str>, Type>),
}

/// What a `type` argument accepts, with the defaults that it states.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TypeConstraint {
    /// Whatever is given; inside a collection, one type for all elements.
    #[default]
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(...)`
    List(Box<TypeConstraint>),
    /// `set(...)`
    Set(Box<TypeConstraint>),
    /// `map(...)`
    Map(Box<TypeConstraint>),
    /// `tuple([...])`
    Tuple(Vec<TypeConstraint>),
    /// `object({...})`
    Object(BTreeMap<Arc<str>, AttributeConstraint>),
}

/// One attribute of an `object({...})` constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeConstraint {
    /// What the attribute accepts.
    pub constraint: TypeConstraint,
    /// Whether it may be left out: `optional(...)`.
    pub optional: bool,
    /// What it is where it is left out or null; null without a default.
    pub default: Option<Value>,
}

impl Type {
    /// `list(element)`
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// Whether it is bool, number or string.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// Whether it is a list, set or map.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// Whether any part of it is not known.
    pub fn has_any(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_any(),
            Self::Tuple(elements) => elements.iter().any(Self::has_any),
            Self::Object(attributes) => attributes.values().any(Self::has_any),
        }
    }

    /// The element type of a collection.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            Self::Any | Self::Bool | Self::Number | Self::String | Self::Tuple(_) | Self::Object(_) => None,
        }
    }

    /// As messages call it: `list of string`, `object`.
    pub fn friendly_name(&self) -> String {
        match self {
            Self::Any => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list of {}", element.element_name()),
            Self::Set(element) => format!("set of {}", element.element_name()),
            Self::Map(element) => format!("map of {}", element.element_name()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }

    fn element_name(&self) -> String {
        if *self == Self::Any { "any single type".to_owned() } else { self.friendly_name() }
    }

    /// With its article, for sentences: `a string`, `an object`.
    pub fn with_article(&self) -> String {
        match self {
            Self::Any => "a value of any type".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            _ => format!("a {}", self.friendly_name()),
        }
    }

    /// The JSON form that Terraform's state and plan files use: `"string"`, `["list","string"]`.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Any => json!("dynamic"),
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.to_string(), ty.to_json())).collect();
                json!(["object", attributes])
            }
        }
    }

    /// Reads what [`Self::to_json`] writes.
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        if let Some(name) = json.as_str() {
            return match name {
                "dynamic" => Some(Self::Any),
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                _ => None,
            };
        }
        let [kind, inner] = json.as_array()?.as_slice() else { return None };
        match kind.as_str()? {
            "list" => Self::from_json(inner).map(Self::list),
            "set" => Self::from_json(inner).map(Self::set),
            "map" => Self::from_json(inner).map(Self::map),
            "tuple" => inner.as_array()?.iter().map(Self::from_json).collect::<Option<_>>().map(Self::Tuple),
            "object" => inner
                .as_object()?
                .iter()
                .map(|(name, ty)| Some((Arc::from(name.as_str()), Self::from_json(ty)?)))
                .collect::<Option<_>>()
                .map(Self::Object),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                let elements: Vec<String> = elements.iter().map(ToString::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
            Self::Object(attributes) => {
                let attributes: Vec<String> =
                    attributes.iter().map(|(name, ty)| format!("{name}={ty}")).collect();
                write!(f, "object({{{}}})", attributes.join(", "))
            }
        }
    }
}

impl TypeConstraint {
    /// The type that values have after they were accepted; `any` stays open.
    pub fn to_type(&self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(element) => Type::list(element.to_type()),
            Self::Set(element) => Type::set(element.to_type()),
            Self::Map(element) => Type::map(element.to_type()),
            Self::Tuple(elements) => Type::Tuple(elements.iter().map(Self::to_type).collect()),
            Self::Object(attributes) => Type::Object(
                attributes
                    .iter()
                    .map(|(name, attribute)| (name.clone(), attribute.constraint.to_type()))
                    .collect(),
            ),
        }
    }
}

impl From<&Type> for TypeConstraint {
    fn from(ty: &Type) -> Self {
        let boxed = |element: &Type| Box::new(Self::from(element));
        match ty {
            Type::Any => Self::Any,
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::List(element) => Self::List(boxed(element)),
            Type::Set(element) => Self::Set(boxed(element)),
            Type::Map(element) => Self::Map(boxed(element)),
            Type::Tuple(elements) => Self::Tuple(elements.iter().map(Self::from).collect()),
            Type::Object(attributes) => Self::Object(
                attributes
                    .iter()
                    .map(|(name, ty)| {
                        let constraint = Self::from(ty);
                        (name.clone(), AttributeConstraint { constraint, optional: false, default: None })
                    })
                    .collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Type {
        let attributes =
            [("a", Type::list(Type::String)), ("b", Type::Tuple(vec![Type::Number, Type::Bool]))];
        Type::map(Type::Object(attributes.map(|(name, ty)| (Arc::from(name), ty)).into()))
    }

    #[test]
    fn a_type_is_written_as_users_write_it() {
        assert_eq!(sample().to_string(), "map(object({a=list(string), b=tuple([number, bool])}))");
    }

    #[test]
    fn messages_name_the_kind_only() {
        let check = |ty: Type, expected: &str| assert_eq!(ty.friendly_name(), expected);
        check(Type::list(Type::Any), "list of any single type");
        check(Type::set(Type::String), "set of string");
        check(sample(), "map of object");
    }

    #[test]
    fn json_of_a_type_is_read_back() {
        assert_eq!(Type::from_json(&sample().to_json()), Some(sample()));
        assert_eq!(Type::from_json(&json!(["list"])), None);
        assert_eq!(Type::from_json(&json!("text")), None);
    }
}
