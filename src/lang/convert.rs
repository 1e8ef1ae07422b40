//! Values of one type made into values of another, by Terraform's rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::unify::unify;
use crate::model::number::{Number, NumberError};
use crate::model::types::{AttributeConstraint, Type, TypeConstraint};
use crate::model::value::{Marks, Object, PathStep, Refinement, Unknown, Value};

/// Why a value cannot have a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(path))]
pub struct ConvertError {
    /// Where in the value, as `.name[0]`; empty for the whole.
    pub path: String,
    /// What is wrong there: `string required`, a fragment that stands after a colon.
    pub reason: String,
}

fn place(path: &str) -> String {
    match path.strip_prefix('.') {
        _ if path.is_empty() => String::new(),
        Some(name) if !name.contains(['.', '[']) => format!("attribute \"{name}\": "),
        _ => format!("element {path}: "),
    }
}

impl ConvertError {
    fn new(reason: impl Into<String>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }

    fn required(ty: &Type) -> Self {
        Self::new(requirement(ty))
    }

    fn inside(self, step: &PathStep) -> Self {
        Self { path: format!("{step}{}", self.path), ..self }
    }
}

/// `string required`, `a number is required`, as Terraform says it.
pub(super) fn requirement(ty: &Type) -> String {
    match ty {
        Type::String => "string required".to_owned(),
        Type::Number => "a number is required".to_owned(),
        Type::Bool => "a bool is required".to_owned(),
        Type::Object(_) => "object required".to_owned(),
        Type::Tuple(_) => "tuple required".to_owned(),
        other => format!("{} required", other.friendly_name()),
    }
}

/// The value as one of the type; its marks stay, and what is unknown becomes unknown of that type.
///
/// # Errors
///
/// Names the part that cannot have its type.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    match (value, to) {
        (_, Type::Any) => Ok(value.clone()),
        // What `type` gives is to be looked at, and nothing else.
        (Value::Marked(marked), _) if marked.marks.contains(Marks::TYPE_NAME) => {
            Err(ConvertError::required(to))
        }
        (Value::Marked(marked), _) => Ok(convert(&marked.value, to)?.with_marks(marked.marks)),
        (Value::Null(_), _) => null(value, to),
        (Value::Unknown(unknown), _) => convert_unknown(unknown, to),
        (_, Type::Bool | Type::Number | Type::String) => primitive(value, to),
        (_, Type::List(element)) => list(value, element),
        (_, Type::Set(element)) => set(value, element),
        (_, Type::Map(element)) => map(value, element),
        (_, Type::Tuple(types)) => tuple(value, types, to),
        (_, Type::Object(types)) => object(value, types, to),
    }
}

/// Whether values of one type can be converted to another; a particular value may still refuse.
pub(super) fn can_convert(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Any)
        | (Type::Any, _)
        | (Type::Bool, Type::Bool | Type::String)
        | (Type::Number, Type::Number | Type::String)
        | (Type::String, Type::Bool | Type::Number | Type::String) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => can_convert(from, to),
        (Type::Tuple(items), Type::List(to) | Type::Set(to)) => can_convert_all(items.iter(), to, false),
        (Type::Object(attributes), Type::Map(to)) => can_convert_all(attributes.values(), to, true),
        (Type::Map(from), Type::Object(attributes)) => attributes.values().all(|to| can_convert(from, to)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| can_convert(from, to))
        }
        (Type::Object(from), Type::Object(to)) => {
            to.iter().all(|(name, to)| from.get(name).is_some_and(|from| can_convert(from, to)))
        }
        _ => false,
    }
}

fn can_convert_all<'a>(types: impl Iterator<Item = &'a Type> + Clone, to: &Type, is_map: bool) -> bool {
    if *to == Type::Any {
        let all: Vec<Type> = types.cloned().collect();
        return all.is_empty() || in_one_collection(&all, is_map).is_some();
    }
    types.clone().all(|ty| can_convert(ty, to))
}

/// The type that elements of these types have once they are in one collection.
///
/// A null or unknown value of no type beside one that has parts stays what it is: a list of both has no one type. In a
/// map it takes the type of the others, where they all have the same.
fn in_one_collection(types: &[Type], is_map: bool) -> Option<Type> {
    let common = unify(types)?;
    if !common.has_any() || types.windows(2).all(|pair| pair[0] == pair[1]) {
        return Some(common);
    }
    let mut firm = types.iter().filter(|ty| **ty != Type::Any);
    let first = firm.next()?;
    (is_map && common == Type::Any && firm.all(|ty| ty == first)).then(|| first.clone())
}

fn null(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    let from = value.type_of();
    if can_convert(&from, to) { Ok(Value::null_of(settled(&from, to))) } else { Err(mismatch(&from, to)) }
}

/// `to` with its open parts taken from `from`, so far as they say anything.
fn settled(from: &Type, to: &Type) -> Type {
    match (from, to) {
        (_, Type::Any) => from.clone(),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Type::list(settled(from, to)),
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(settled(from, to)),
        (Type::Map(from), Type::Map(to)) => Type::map(settled(from, to)),
        (Type::Tuple(items), Type::List(to)) if **to == Type::Any => {
            Type::list(in_one_collection(items, false).unwrap_or_default())
        }
        (Type::Tuple(items), Type::Set(to)) if **to == Type::Any => {
            Type::set(in_one_collection(items, false).unwrap_or_default())
        }
        (Type::Object(attributes), Type::Map(to)) if **to == Type::Any => {
            let all: Vec<Type> = attributes.values().cloned().collect();
            Type::map(in_one_collection(&all, true).unwrap_or_default())
        }
        (Type::Object(from), Type::Object(to)) => {
            let attribute = |(name, to): (&Arc<str>, &Type)| {
                (name.clone(), from.get(name).map_or_else(|| to.clone(), |from| settled(from, to)))
            };
            Type::Object(to.iter().map(attribute).collect())
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            Type::Tuple(from.iter().zip(to).map(|(from, to)| settled(from, to)).collect())
        }
        _ => to.clone(),
    }
}

fn convert_unknown(unknown: &Unknown, to: &Type) -> Result<Value, ConvertError> {
    if unknown.ty == Type::Any {
        return Ok(Value::unknown(to.clone()));
    }
    if !can_convert(&unknown.ty, to) {
        return Err(mismatch(&unknown.ty, to));
    }
    let ty = settled(&unknown.ty, to);
    let refinement = if ty == unknown.ty {
        unknown.refinement.clone()
    } else {
        Refinement { not_null: unknown.refinement.not_null, ..Refinement::default() }
    };
    Ok(Value::refined(ty, refinement))
}

/// Says what is missing for the one type to become the other.
fn mismatch(from: &Type, to: &Type) -> ConvertError {
    match (from, to) {
        (Type::Object(from), Type::Object(to)) => {
            if let Some(error) = missing_attributes(to.keys(), |name| from.contains_key(name)) {
                return error;
            }
            let wrong = to.iter().find_map(|(name, to)| {
                let from = from.get(name).filter(|from| !can_convert(from, to))?;
                Some(mismatch(from, to).inside(&PathStep::Attribute(name.clone())))
            });
            wrong.unwrap_or_else(|| ConvertError::new("object required"))
        }
        _ => ConvertError::required(to),
    }
}

fn missing_attributes<'a>(
    names: impl Iterator<Item = &'a Arc<str>>,
    exists: impl Fn(&str) -> bool,
) -> Option<ConvertError> {
    let missing: Vec<String> = names.filter(|name| !exists(name)).map(|name| format!("\"{name}\"")).collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(ConvertError::new(format!("attribute {one} is required"))),
        [init @ .., last] => {
            Some(ConvertError::new(format!("attributes {} and {last} are required", init.join(", "))))
        }
    }
}

fn primitive(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    match (value, to) {
        (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => Ok(value.clone()),
        (Value::Bool(value), Type::String) => Ok(Value::string(if *value { "true" } else { "false" })),
        (Value::Number(number), Type::String) => Ok(Value::string(number.to_string())),
        (Value::String(text), Type::Number) => text_to_number(text),
        (Value::String(text), Type::Bool) => text_to_bool(text),
        _ => Err(ConvertError::required(to)),
    }
}

fn text_to_number(text: &str) -> Result<Value, ConvertError> {
    Number::parse(text).map(Value::Number).map_err(|error| match error {
        NumberError::TooLarge => ConvertError::new(error.to_string()),
        NumberError::Syntax | NumberError::Indeterminate => ConvertError::new("a number is required"),
    })
}

fn text_to_bool(text: &str) -> Result<Value, ConvertError> {
    match text {
        "true" | "1" => Ok(Value::Bool(true)),
        "false" | "0" => Ok(Value::Bool(false)),
        "True" | "TRUE" => {
            Err(ConvertError::new("a bool is required; to convert from string, use lowercase \"true\""))
        }
        "False" | "FALSE" => {
            Err(ConvertError::new("a bool is required; to convert from string, use lowercase \"false\""))
        }
        _ => Err(ConvertError::new("a bool is required")),
    }
}

/// The elements of a sequence, converted, with the type that they all have.
fn elements(value: &Value, element: &Type, to: &Type) -> Result<(Type, Vec<Value>), ConvertError> {
    let (Value::List(_) | Value::Set(_) | Value::Tuple(_), Some(items)) = (value, value.as_slice()) else {
        return Err(ConvertError::required(to));
    };
    let wanted = element_type(value, element, items.iter(), to)?;
    let converted =
        |(index, item)| convert(item, &wanted).map_err(|error| error.inside(&PathStep::Index(index)));
    let items = items.iter().enumerate().map(converted).collect::<Result<_, _>>()?;
    Ok((wanted, items))
}

/// The element type: the wanted one, or where it is open the one that all elements can have.
fn element_type<'a>(
    value: &Value,
    wanted: &Type,
    items: impl Iterator<Item = &'a Value>,
    to: &Type,
) -> Result<Type, ConvertError> {
    if !wanted.has_any() {
        return Ok(wanted.clone());
    }
    if let Value::List(own) | Value::Set(own) = value {
        return Ok(settled(&own.element, wanted));
    }
    if let Value::Map(own) = value {
        return Ok(settled(&own.element, wanted));
    }
    let types: Vec<Type> = items.map(|item| settled(&item.type_of(), wanted)).collect();
    if types.is_empty() {
        return Ok(wanted.clone());
    }
    let kind = match to {
        Type::Map(_) => "map",
        Type::Set(_) => "set",
        _ => "list",
    };
    let common = in_one_collection(&types, kind == "map");
    common.ok_or_else(|| ConvertError::new(format!("all {kind} elements must have the same type")))
}

fn list(value: &Value, element: &Type) -> Result<Value, ConvertError> {
    let (element, items) = elements(value, element, &Type::list(element.clone()))?;
    Ok(Value::list(element, items))
}

fn set(value: &Value, element: &Type) -> Result<Value, ConvertError> {
    let (element, items) = elements(value, element, &Type::set(element.clone()))?;
    Ok(Value::set(element, items))
}

fn map(value: &Value, element: &Type) -> Result<Value, ConvertError> {
    let to = Type::map(element.clone());
    let (Value::Map(_) | Value::Object(_), Some(entries)) = (value, value.as_object()) else {
        return Err(ConvertError::required(&to));
    };
    let wanted = element_type(value, element, entries.values(), &to)?;
    let converted = |(key, item): (&Arc<str>, &Value)| {
        let item = convert(item, &wanted).map_err(|error| error.inside(&PathStep::Key(key.clone())))?;
        Ok((key.clone(), item))
    };
    let items = entries.iter().map(converted).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::map(wanted, items))
}

fn tuple(value: &Value, types: &[Type], to: &Type) -> Result<Value, ConvertError> {
    let Value::Tuple(items) = value else { return Err(ConvertError::required(to)) };
    if items.len() != types.len() {
        return Err(ConvertError::new(format!("tuple of length {} required", types.len())));
    }
    let converted = |(index, (item, ty)): (usize, (&Value, &Type))| {
        convert(item, ty).map_err(|error| error.inside(&PathStep::Index(index)))
    };
    items.iter().zip(types).enumerate().map(converted).collect::<Result<Vec<_>, _>>().map(Value::tuple)
}

fn object(value: &Value, types: &BTreeMap<Arc<str>, Type>, to: &Type) -> Result<Value, ConvertError> {
    let (Value::Map(_) | Value::Object(_), Some(entries)) = (value, value.as_object()) else {
        return Err(ConvertError::required(to));
    };
    if let Some(error) = missing_attributes(types.keys(), |name| entries.contains_key(name)) {
        return Err(error);
    }
    let converted = |(name, ty): (&Arc<str>, &Type)| {
        let item = entries.get(name).cloned().unwrap_or_else(Value::null);
        let item = convert(&item, ty).map_err(|error| error.inside(&PathStep::Attribute(name.clone())))?;
        Ok((name.clone(), item))
    };
    types.iter().map(converted).collect::<Result<Vec<_>, _>>().map(Value::object)
}

impl TypeConstraint {
    /// The value with the defaults that are stated for it, converted to the type.
    ///
    /// # Errors
    ///
    /// Names the part that cannot have its type.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        convert(&self.complete(value), &self.to_type())
    }

    /// Whether there is an object in it, which may have defaults.
    fn has_object(&self) -> bool {
        match self {
            Self::Object(_) => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_object(),
            Self::Tuple(elements) => elements.iter().any(Self::has_object),
            Self::Any | Self::Bool | Self::Number | Self::String => false,
        }
    }

    /// Fills in what may be left out.
    fn complete(&self, value: &Value) -> Value {
        if !self.has_object() {
            return value.clone();
        }
        match (self, value) {
            (_, Value::Marked(marked)) => self.complete(&marked.value).with_marks(marked.marks),
            (Self::Object(attributes), Value::Object(entries)) => completed(attributes, entries),
            (Self::Object(attributes), Value::Map(map)) => completed(attributes, &map.items),
            (Self::List(element) | Self::Set(element), Value::List(_) | Value::Set(_) | Value::Tuple(_)) => {
                Value::tuple(value.parts().map(|item| element.complete(item)))
            }
            (Self::Tuple(constraints), Value::Tuple(items)) if constraints.len() == items.len() => {
                Value::tuple(
                    constraints.iter().zip(items.iter()).map(|(constraint, item)| constraint.complete(item)),
                )
            }
            (Self::Map(element), Value::Map(_) | Value::Object(_)) => {
                let entries = value.as_object().into_iter().flatten();
                Value::object(entries.map(|(name, item)| (name.clone(), element.complete(item))))
            }
            _ => value.clone(),
        }
    }
}

fn completed(attributes: &BTreeMap<Arc<str>, AttributeConstraint>, entries: &Object) -> Value {
    let attribute = |(name, attribute): (&Arc<str>, &AttributeConstraint)| {
        let given = entries.get(name);
        let missing = given.is_none_or(|value| value.is_null() && attribute.default.is_some());
        let marks = given.map_or(Marks::NONE, Value::marks);
        let value = if missing {
            if !attribute.optional {
                return None;
            }
            let default = attribute.default.clone();
            default.unwrap_or_else(|| Value::null_of(attribute.constraint.to_type())).with_marks(marks)
        } else {
            given.cloned().unwrap_or_else(Value::null)
        };
        Some((name.clone(), attribute.constraint.complete(&value)))
    };
    Value::object(attributes.iter().filter_map(attribute))
}
