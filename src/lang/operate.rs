//! Operators, and the ways from a value to a part of it.

use crate::lang::convert::convert;
use crate::lang::expr::Operator;
use crate::model::types::Type;
use crate::model::value::{Marks, Refinement, Unknown, Value};

/// What stops an operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The left operand, and what is wrong with it.
    Left(String),
    /// The right operand, and what is wrong with it.
    Right(String),
    /// Both together.
    Both(String),
}

/// The value of `left operator right`.
pub(super) fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    let (left, left_marks) = left.unmark_deep();
    let (right, right_marks) = right.unmark_deep();
    let result = match operator {
        Operator::Equal => equality(equal(&left, &right)),
        Operator::NotEqual => equality(equal(&left, &right).map(|same| !same)),
        Operator::And | Operator::Or => logical(operator, &left, &right)?,
        _ => numeric(operator, &left, &right)?,
    };
    Ok(result.with_marks(left_marks.union(right_marks)))
}

fn equality(result: Option<bool>) -> Value {
    result.map_or_else(|| Value::unknown_not_null(Type::Bool), Value::Bool)
}

/// Whether two unmarked values are equal; `None` where that is not known.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown(_), Value::Unknown(_)) => None,
        (Value::Unknown(unknown), known) | (known, Value::Unknown(unknown)) => {
            equal_to_unknown(known, unknown)
        }
        (Value::Null(_), Value::Null(_)) => Some(true),
        (Value::Null(_), _) | (_, Value::Null(_)) => Some(false),
        _ => equal_known(left, right),
    }
}

/// Only a type, a prefix or the certainty of not being null can tell something unknown from a known value.
fn equal_to_unknown(known: &Value, unknown: &Unknown) -> Option<bool> {
    if known.is_null() {
        return unknown.refinement.not_null.then_some(false);
    }
    if !unknown.ty.has_any() && !known.type_of().has_any() && known.type_of() != unknown.ty {
        return Some(false);
    }
    let prefix = unknown.refinement.prefix.as_deref()?;
    let differs = known.as_str().is_some_and(|text| !text.starts_with(prefix));
    differs.then_some(false)
}

fn equal_known(left: &Value, right: &Value) -> Option<bool> {
    let (left_type, right_type) = (left.type_of(), right.type_of());
    if left_type.has_any() || right_type.has_any() {
        return equal_parts(left, right);
    }
    if left_type != right_type {
        return Some(false);
    }
    match (left, right) {
        (Value::Set(a), Value::Set(b)) if !left.is_wholly_known() || !right.is_wholly_known() => {
            (a.items.is_empty() != b.items.is_empty()).then_some(false)
        }
        _ => equal_parts(left, right),
    }
}

/// Compares part by part: one pair that differs decides, else one that is not known.
fn equal_parts(left: &Value, right: &Value) -> Option<bool> {
    let same_shape = match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => return Some(a == b),
        (Value::Number(a), Value::Number(b)) => return Some(a == b),
        (Value::String(a), Value::String(b)) => return Some(a == b),
        (Value::Object(a), Value::Object(b)) => a.keys().eq(b.keys()),
        (Value::Map(a), Value::Map(b)) => a.items.keys().eq(b.items.keys()),
        (Value::Tuple(a), Value::Tuple(b)) => a.len() == b.len(),
        (Value::List(a), Value::List(b)) | (Value::Set(a), Value::Set(b)) => a.items.len() == b.items.len(),
        _ => false,
    };
    if !same_shape {
        return Some(false);
    }
    let mut result = Some(true);
    for (a, b) in left.parts().zip(right.parts()) {
        match equal(a, b) {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Both operands converted to a type; null is refused.
fn operands(left: &Value, right: &Value, ty: &Type) -> Result<(Value, Value), Refusal> {
    let left = convert(left, ty).map_err(|error| Refusal::Left(error.to_string()))?;
    let right = convert(right, ty).map_err(|error| Refusal::Right(error.to_string()))?;
    if left.is_null() {
        return Err(Refusal::Left("it is null".to_owned()));
    }
    if right.is_null() {
        return Err(Refusal::Right("it is null".to_owned()));
    }
    Ok((left, right))
}

fn logical(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    let (left, right) = operands(left, right, &Type::Bool)?;
    // One operand can decide alone: `false && unknown` is false.
    let decisive = operator == Operator::Or;
    Ok(match (left.as_bool(), right.as_bool()) {
        (Some(value), _) | (_, Some(value)) if value == decisive => Value::Bool(decisive),
        (Some(_), Some(_)) => Value::Bool(!decisive),
        _ => Value::unknown_not_null(Type::Bool),
    })
}

fn numeric(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    let (left, right) = operands(left, right, &Type::Number)?;
    let compares = operator.precedence() == Operator::Less.precedence();
    let (Value::Number(left), Value::Number(right)) = (&left, &right) else {
        return Ok(Value::unknown_not_null(if compares { Type::Bool } else { Type::Number }));
    };
    let result = match operator {
        Operator::Less => return Ok(Value::Bool(left < right)),
        Operator::LessEqual => return Ok(Value::Bool(left <= right)),
        Operator::Greater => return Ok(Value::Bool(left > right)),
        Operator::GreaterEqual => return Ok(Value::Bool(left >= right)),
        Operator::Add => left.add(right),
        Operator::Subtract => left.subtract(right),
        Operator::Multiply => left.multiply(right),
        Operator::Divide => left.divide(right),
        Operator::Remainder => left.remainder(right),
        Operator::Or | Operator::And | Operator::Equal | Operator::NotEqual => {
            unreachable!("these were told apart before")
        }
    };
    result.map(Value::Number).map_err(|error| Refusal::Both(error.to_string()))
}

/// The value of `!operand`.
pub(super) fn not(operand: &Value) -> Result<Value, String> {
    let (value, marks) = operand.unmark_deep();
    let value = convert(&value, &Type::Bool).map_err(|error| error.to_string())?;
    let result = match value {
        Value::Bool(value) => Value::Bool(!value),
        Value::Null(_) => return Err("it is null".to_owned()),
        _ => Value::unknown_not_null(Type::Bool),
    };
    Ok(result.with_marks(marks))
}

/// The value of `-operand`.
pub(super) fn negate(operand: &Value) -> Result<Value, String> {
    let (value, marks) = operand.unmark_deep();
    let value = convert(&value, &Type::Number).map_err(|error| error.to_string())?;
    let result = match value {
        Value::Number(number) => Value::Number(number.negate()),
        Value::Null(_) => return Err("it is null".to_owned()),
        _ => Value::unknown_not_null(Type::Number),
    };
    Ok(result.with_marks(marks))
}

/// The value of `collection[key]`.
///
/// # Errors
///
/// A sentence that says why there is no such element.
pub(super) fn index(collection: &Value, key: &Value) -> Result<Value, String> {
    let (collection, collection_marks) = collection.unmark();
    let (key, key_marks) = key.unmark_deep();
    let marks = collection_marks.union(key_marks);
    if let Value::Null(_) = collection {
        return Err("This value is null, so it does not have any indices.".to_owned());
    }
    if let Value::Null(_) = key {
        return Err("Can't use a null value as an indexing key.".to_owned());
    }
    let element = match collection.type_of() {
        _ if key.type_of() == Type::Any => Value::unknown(Type::Any),
        Type::Any => Value::unknown(Type::Any),
        Type::List(_) | Type::Tuple(_) => at_position(&collection, &key)?,
        Type::Map(_) | Type::Object(_) => at_key(&collection, &key)?,
        Type::Set(_) => {
            return Err("Elements of a set are identified only by their value and don't have any separate index or \
                        key to select with, so it's only possible to perform operations across all elements of the \
                        set."
                .to_owned());
        }
        Type::Bool | Type::Number | Type::String => {
            return Err("This value does not have any indices.".to_owned());
        }
    };
    Ok(element.with_marks(marks))
}

const NO_ELEMENT: &str = "The given key does not identify an element in this collection value";

fn at_position(collection: &Value, key: &Value) -> Result<Value, String> {
    let key = convert(key, &Type::Number).map_err(|error| format!("{NO_ELEMENT}: {error}."))?;
    let Value::Number(number) = key else { return Ok(unknown_element(collection)) };
    if !number.is_whole() {
        return Err(format!(
            "{NO_ELEMENT}: indexing a sequence requires a whole number, but the given index has a fractional part."
        ));
    }
    if number.is_negative() && !number.is_zero() {
        return Err(format!("{NO_ELEMENT}: a negative number is not a valid index for a sequence."));
    }
    let position = number.to_i64().and_then(|position| usize::try_from(position).ok());
    if let Value::Unknown(unknown) = collection {
        return unknown_at(unknown, position);
    }
    let items = collection.as_slice().unwrap_or_default();
    match position.and_then(|position| items.get(position)) {
        Some(item) => Ok(item.clone()),
        None if items.is_empty() => Err(format!("{NO_ELEMENT}: the collection has no elements.")),
        None => Err(format!(
            "{NO_ELEMENT}: the given index is greater than or equal to the length of the collection, which is {}.",
            items.len()
        )),
    }
}

fn unknown_at(unknown: &Unknown, position: Option<usize>) -> Result<Value, String> {
    match &unknown.ty {
        Type::Tuple(types) => match position.and_then(|position| types.get(position)) {
            Some(ty) => Ok(Value::unknown(ty.clone())),
            None => Err(format!("{NO_ELEMENT}: the tuple has {} elements.", types.len())),
        },
        ty => Ok(Value::unknown(ty.element().cloned().unwrap_or_default())),
    }
}

/// Some element of a collection, it is not known which.
fn unknown_element(collection: &Value) -> Value {
    Value::unknown(collection.type_of().element().cloned().unwrap_or_default())
}

fn at_key(collection: &Value, key: &Value) -> Result<Value, String> {
    let by_number = matches!(key, Value::Number(_)) && matches!(collection.type_of(), Type::Object(_));
    let key = convert(key, &Type::String).map_err(|error| format!("{NO_ELEMENT}: {error}."))?;
    let Value::String(key) = key else { return Ok(unknown_element(collection)) };
    if let Value::Unknown(unknown) = collection {
        return match &unknown.ty {
            Type::Object(types) => {
                types.get(&key).map(|ty| Value::unknown(ty.clone())).ok_or_else(|| format!("{NO_ELEMENT}."))
            }
            ty => Ok(Value::unknown(ty.element().cloned().unwrap_or_default())),
        };
    }
    let entries = collection.as_object();
    entries.and_then(|entries| entries.get(&key)).cloned().ok_or_else(|| {
        let advice = " An object only supports looking up attributes by name, not by numeric index.";
        format!("{NO_ELEMENT}.{}", if by_number { advice } else { "" })
    })
}

/// The value of `object.name`.
///
/// # Errors
///
/// A sentence that says why there is no such attribute.
pub(super) fn attribute(object: &Value, name: &str) -> Result<Value, String> {
    let (object, marks) = object.unmark();
    if let Value::Null(_) = object {
        return Err("This value is null, so it does not have any attributes.".to_owned());
    }
    let missing_attribute = || format!("This object does not have an attribute named \"{name}\".");
    let result = match (&object, object.type_of()) {
        (Value::Object(object), _) => object.get(name).cloned().ok_or_else(missing_attribute)?,
        (Value::Map(map), _) => map
            .items
            .get(name)
            .cloned()
            .ok_or_else(|| format!("This map does not have an element with the key \"{name}\"."))?,
        (_, Type::Any) => Value::unknown(Type::Any),
        (_, Type::Object(types)) => Value::unknown(types.get(name).cloned().ok_or_else(missing_attribute)?),
        (_, Type::Map(element)) => Value::unknown(*element),
        (_, ty @ (Type::Bool | Type::Number | Type::String)) => {
            return Err(format!("Can't access attributes on a primitive-typed value ({ty})."));
        }
        (_, Type::List(element) | Type::Set(element)) if matches!(*element, Type::Object(_)) => {
            return Err(format!(
                "Can't access attributes on a list of objects. Did you mean to access attribute \"{name}\" for a \
                 specific element of the list, or across all elements of the list?"
            ));
        }
        (_, Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
            return Err("This value does not have any attributes.".to_owned());
        }
    };
    Ok(result.with_marks(marks))
}

/// What is known of a value that is one of two.
pub(super) fn one_of_two(ty: Type, yes: &Value, no: &Value) -> Value {
    let not_null = yes.is_never_null() && no.is_never_null();
    let prefix = common_prefix(yes, no);
    Value::refined(ty, Refinement { not_null, prefix, ..Refinement::default() })
}

fn common_prefix(yes: &Value, no: &Value) -> Option<std::sync::Arc<str>> {
    let start = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Unknown(unknown) => unknown.refinement.prefix.clone(),
        _ => None,
    };
    let (yes, no) = (start(yes)?, start(no)?);
    let common: String = yes.chars().zip(no.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    (!common.is_empty()).then(|| common.into())
}

/// The marks of all values together.
pub(super) fn united<'a>(values: impl IntoIterator<Item = &'a Value>) -> Marks {
    values.into_iter().map(Value::marks).fold(Marks::NONE, Marks::union)
}
