//! Functions on maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Args, Failure, Function, Kind, Outcome, Parameter, key, strings};
use crate::lang::convert::convert;
use crate::model::types::Type;
use crate::model::value::{Marks, Object, Value};

const STRING_LISTS: Kind = Kind::Map(&Kind::List(&Kind::String));

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("keys", &[Parameter::any("inputMap").unknown().marked()], Kind::Any, keys),
    Function::new(
        "lookup",
        &[Parameter::any("inputMap").marked(), Parameter::string("key").marked()],
        Kind::Any,
        lookup,
    )
    .rest(Parameter::any("default").null().unknown().marked()),
    Function::new("merge", &[], Kind::Any, merge).rest(Parameter::any("maps").null().unknown().marked()),
    Function::new(
        "transpose",
        &[Parameter::new("values", STRING_LISTS).known_deep()],
        STRING_LISTS,
        transpose,
    ),
    Function::new("values", &[Parameter::any("mapping").marked()], Kind::Any, values),
    Function::new(
        "zipmap",
        &[Parameter::new("keys", Kind::List(&Kind::String)).marked(), Parameter::any("values").marked()],
        Kind::Any,
        zipmap,
    ),
];

fn names(object: &Object) -> impl Iterator<Item = Value> {
    object.keys().map(|name| Value::String(name.clone()))
}

fn keys(args: &Args) -> Outcome {
    let (value, marks) = args.value(0).unmark();
    let keys = match &value {
        Value::Map(map) => Value::list(Type::String, names(&map.items)),
        Value::Object(object) => Value::tuple(names(object)),
        Value::Unknown(unknown) => match &unknown.ty {
            Type::Object(attributes) => {
                Value::tuple(attributes.keys().map(|name| Value::String(name.clone())))
            }
            Type::Map(_) => Value::unknown_not_null(Type::list(Type::String)),
            Type::Any => Value::unknown(Type::Any),
            _ => return Err(Failure::at(0, "must have map or object type")),
        },
        _ => return Err(Failure::at(0, "must have map or object type")),
    };
    Ok(keys.with_marks(marks))
}

fn values(args: &Args) -> Outcome {
    let (value, marks) = args.value(0).unmark();
    let values = match &value {
        Value::Map(map) => Value::list(map.element.clone(), map.items.values().cloned()),
        Value::Object(object) => Value::tuple(object.values().cloned()),
        _ => return Err(Failure::at(0, "values() requires a map as the first argument")),
    };
    Ok(values.with_marks(marks))
}

fn lookup(args: &Args) -> Outcome {
    if args.len() > 3 {
        return Err(format!("lookup() takes two or three arguments, got {}", args.len()).into());
    }
    let (map, marks) = args.value(0).unmark();
    let marks = marks.union(args.value(1).marks());
    let default = args.values.get(2).map(|default| default_of(&map, default)).transpose()?;
    let found = match &map {
        Value::Map(map) => map.items.get(args.text(1)).cloned(),
        Value::Object(object) => object.get(args.text(1)).cloned(),
        _ => return Err(Failure::at(0, "lookup() requires a map as the first argument")),
    };
    let value = match (found, default) {
        (Some(found), _) => found,
        (None, Some(default)) => default,
        (None, None) => {
            let name = if marks.contains(Marks::SENSITIVE) {
                "the given key".to_owned()
            } else {
                format!("{:?}", args.text(1))
            };
            return Err(format!("lookup failed to find {name}").into());
        }
    };
    Ok(value.with_marks(marks))
}

/// The default as an element of the map, even where the map has one.
fn default_of(map: &Value, default: &Value) -> Outcome {
    let Value::Map(map) = map else { return Ok(default.clone()) };
    convert(default, &map.element)
        .map_err(|_| Failure::at(2, "the default value must have the same type as the map elements"))
}

fn merge(args: &Args) -> Outcome {
    let mut marks = Marks::NONE;
    let mut merged = Object::new();
    let mut is_known = true;
    for (index, value) in args.values.iter().enumerate() {
        marks = marks.union(value.marks());
        match (value.unmarked(), value.type_of()) {
            (Value::Map(map), _) => {
                merged.extend(map.items.iter().map(|(key, item)| (key.clone(), item.clone())));
            }
            (Value::Object(object), _) => {
                merged.extend(object.iter().map(|(key, item)| (key.clone(), item.clone())));
            }
            (Value::Null(_), Type::Any | Type::Map(_) | Type::Object(_)) => {}
            (Value::Unknown(_), Type::Any | Type::Map(_) | Type::Object(_)) => is_known = false,
            (_, other) => {
                let message = format!("arguments must be maps or objects, got {:?}", other.friendly_name());
                return Err(Failure::at(index, message));
            }
        }
    }
    let types: Vec<Type> = args.values.iter().map(Value::type_of).collect();
    let all_same = types.windows(2).all(|pair| pair[0] == pair[1]);
    let result = match types.into_iter().next() {
        Some(ty) if all_same && !is_known => Value::unknown(ty),
        _ if !is_known => Value::unknown(Type::Any),
        Some(Type::Map(element)) if all_same => Value::map(*element, merged),
        _ => Value::Object(Arc::new(merged)),
    };
    Ok(result.with_marks(marks))
}

/// Lists of names by key become lists of keys by name.
fn transpose(args: &Args) -> Outcome {
    let mut turned: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (outer, list) in args.value(0).as_object().into_iter().flatten() {
        for item in list.as_slice().ok_or("input must not contain a null list")? {
            let name = item.as_str().ok_or("input must not contain null list elements")?;
            turned.entry(name).or_default().push(outer);
        }
    }
    let lists = turned.into_iter().map(|(name, outers)| (key(name), strings(outers)));
    Ok(Value::map(Type::list(Type::String), lists))
}

fn zipmap(args: &Args) -> Outcome {
    let (keys, key_marks) = args.value(0).unmark();
    let (values, value_marks) = args.value(1).unmark();
    let marks = key_marks.union(value_marks);
    if !matches!(values, Value::List(_) | Value::Tuple(_)) {
        return Err(Failure::at(1, "values argument must be a list or tuple value"));
    }
    let (names, items) = (keys.as_slice().unwrap_or_default(), values.as_slice().unwrap_or_default());
    if names.iter().any(|name| !name.is_known()) {
        return Ok(Value::unknown(Type::Any).with_marks(marks));
    }
    if names.len() != items.len() {
        return Err(format!(
            "number of keys ({}) does not match number of values ({})",
            names.len(),
            items.len()
        )
        .into());
    }
    let mut object = Object::new();
    let mut marks = marks;
    for (name, item) in names.iter().zip(items) {
        let (name, own) = name.unmark();
        marks = marks.union(own);
        match name {
            Value::String(name) => {
                object.insert(name, item.clone());
            }
            Value::Null(_) => return Err(Failure::at(0, "keys must not be null")),
            _ => return Ok(Value::unknown(Type::Any).with_marks(marks)),
        }
    }
    let result = match &values {
        Value::List(sequence) => Value::map(sequence.element.clone(), object),
        _ => Value::Object(Arc::new(object)),
    };
    Ok(result.with_marks(marks))
}
