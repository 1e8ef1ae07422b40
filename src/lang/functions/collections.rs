//! Functions that take a list, a set, a map or an object alike.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all entries of the table have one signature, and most can refuse"
)]

use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::lang::convert::convert;
use crate::lang::operate::equal;
use crate::lang::unify::unify;
use crate::model::types::Type;
use crate::model::value::Value;
use unicode_segmentation::UnicodeSegmentation;

const BOOLS: &[Parameter] = &[Parameter::new("list", Kind::List(&Kind::Bool)).unknown()];
const LIST_AND_VALUE: &[Parameter] = &[Parameter::any("list"), Parameter::any("value").known_deep()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("alltrue", BOOLS, Kind::Bool, |args| every(args, false)),
    Function::new("anytrue", BOOLS, Kind::Bool, |args| every(args, true)),
    Function::new("coalesce", &[], Kind::Any, coalesce)
        .rest(Parameter::any("vals").null().unknown().marked()),
    Function::new("coalescelist", &[], Kind::Any, coalescelist).rest(Parameter::any("vals").null().unknown()),
    Function::new("contains", LIST_AND_VALUE, Kind::Bool, contains),
    Function::new("index", LIST_AND_VALUE, Kind::Number, index),
    Function::new("length", &[Parameter::any("value").unknown().marked()], Kind::Number, length),
    Function::new("one", &[Parameter::any("list")], Kind::Any, one),
];

/// `alltrue` looks for a false, `anytrue` for a true; what is found decides.
fn every(args: &Args, wanted: bool) -> Outcome {
    let mut is_known = args.value(0).is_known();
    for item in args.items(0) {
        match item {
            Value::Bool(value) if *value == wanted => return Ok(Value::Bool(wanted)),
            Value::Bool(_) => {}
            Value::Null(_) if wanted => {}
            Value::Null(_) => return Ok(Value::Bool(false)),
            _ => is_known = false,
        }
    }
    if is_known { Ok(Value::Bool(!wanted)) } else { Ok(Value::unknown_not_null(Type::Bool)) }
}

/// The first argument that is neither null nor empty text.
fn coalesce(args: &Args) -> Outcome {
    let types: Vec<Type> = args
        .values
        .iter()
        .filter(|value| !(value.is_null() && value.type_of() == Type::Any))
        .map(Value::type_of)
        .collect();
    let ty = match unify(&types) {
        Some(ty) => ty,
        None if types.is_empty() => Type::Any,
        None => return Err("all arguments must have the same type".into()),
    };
    for value in &args.values {
        let value = convert(value, &ty)?;
        match value.unmarked() {
            Value::Unknown(_) => return Ok(Value::unknown(ty).with_marks(value.marks())),
            Value::Null(_) => {}
            Value::String(text) if text.is_empty() => {}
            _ => return Ok(value),
        }
    }
    Err("no non-null, non-empty-string arguments".into())
}

/// The first argument that has elements.
fn coalescelist(args: &Args) -> Outcome {
    if args.len() == 0 {
        return Err("at least one argument is required".into());
    }
    let is_list = |value: &Value| matches!(value.type_of(), Type::List(_) | Type::Tuple(_) | Type::Any);
    for (index, value) in args.values.iter().enumerate() {
        if !is_list(value) || *value == Value::null() {
            return Err(Failure::at(index, "coalescelist arguments must be lists or tuples"));
        }
    }
    for value in &args.values {
        if !value.is_known() {
            return Ok(Value::unknown(Type::Any));
        }
        if value.parts().next().is_some() {
            return Ok(value.clone());
        }
    }
    Err("no non-null arguments".into())
}

fn sequence<'a>(args: &'a Args, message: &str) -> Result<&'a [Value], Failure> {
    match args.value(0) {
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => Ok(args.items(0)),
        _ => Err(Failure::at(0, message)),
    }
}

fn contains(args: &Args) -> Outcome {
    let items = sequence(args, "argument must be list, tuple, or set")?;
    let mut is_known = true;
    for item in items {
        // Values of different types are never the same.
        match equal(item, args.value(1)) {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => is_known = false,
        }
    }
    Ok(if is_known { Value::Bool(false) } else { Value::unknown_not_null(Type::Bool) })
}

fn index(args: &Args) -> Outcome {
    if let Value::Set(_) = args.value(0) {
        return Err(Failure::at(0, "argument must be a list or tuple"));
    }
    let items = sequence(args, "argument must be a list or tuple")?;
    if items.is_empty() {
        return Err("cannot search an empty list".into());
    }
    for (position, item) in items.iter().enumerate() {
        match equal(item, args.value(1)) {
            Some(true) => return Ok(position.into()),
            Some(false) => {}
            None => return Ok(Value::unknown_not_null(Type::Number)),
        }
    }
    Err("item not found".into())
}

fn length(args: &Args) -> Outcome {
    let (value, marks) = args.value(0).unmark();
    let length = match &value {
        Value::String(text) => Value::from(text.graphemes(true).count()),
        Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_) => {
            Value::from(value.parts().count())
        }
        Value::Set(set) if value.is_wholly_known() || set.items.len() < 2 => Value::from(set.items.len()),
        Value::Set(_) => Value::unknown_not_null(Type::Number),
        Value::Unknown(unknown) => match &unknown.ty {
            Type::Tuple(items) => Value::from(items.len()),
            Type::Object(attributes) => Value::from(attributes.len()),
            Type::Bool | Type::Number => return Err(refused_length()),
            _ => Value::unknown_not_null(Type::Number),
        },
        _ => return Err(refused_length()),
    };
    Ok(length.with_marks(marks))
}

fn refused_length() -> Failure {
    Failure::at(0, "argument must be a string, a collection type, or a structural type")
}

/// The only element, or null where there is none.
fn one(args: &Args) -> Outcome {
    let value = args.value(0);
    if !matches!(value, Value::List(_) | Value::Set(_) | Value::Tuple(_)) {
        return Err(Failure::at(0, "must be a list, set, or tuple value with either zero or one elements"));
    }
    match args.items(0) {
        [] => Ok(Value::null_of(value.type_of().element().cloned().unwrap_or_default())),
        [only] => Ok(only.clone()),
        _ => Err(Failure::at(0, "must be a list, set, or tuple value with either zero or one elements")),
    }
}
