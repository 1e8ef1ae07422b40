//! Functions on lists and tuples.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all entries of the table have one signature, and most can refuse"
)]

use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::lang::convert::convert;
use crate::lang::operate::equal;
use crate::lang::unify::unify;
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

const ANY_LIST: Kind = Kind::List(&Kind::Any);
const STRINGS: Kind = Kind::List(&Kind::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "chunklist",
        &[Parameter::new("list", ANY_LIST).marked(), Parameter::number("size").marked()],
        Kind::List(&ANY_LIST),
        chunklist,
    ),
    Function::new("compact", &[Parameter::new("list", STRINGS).known_deep()], STRINGS, compact),
    Function::new("concat", &[], Kind::Any, concat).rest(Parameter::any("seqs").unknown().marked()),
    Function::new("distinct", &[Parameter::new("list", ANY_LIST).known_deep()], ANY_LIST, distinct),
    Function::new(
        "element",
        &[Parameter::any("list").unknown().marked(), Parameter::number("index")],
        Kind::Any,
        element,
    ),
    Function::new("flatten", &[Parameter::any("list").unknown().marked()], Kind::Any, flatten),
    Function::new(
        "matchkeys",
        &[
            Parameter::new("values", ANY_LIST),
            Parameter::new("keys", ANY_LIST).known_deep(),
            Parameter::new("searchset", ANY_LIST).known_deep(),
        ],
        ANY_LIST,
        matchkeys,
    ),
    Function::new("reverse", &[Parameter::any("list").marked()], Kind::Any, reverse),
    Function::new(
        "slice",
        &[
            Parameter::any("list").unknown().marked(),
            Parameter::number("start_index").unknown(),
            Parameter::number("end_index").unknown(),
        ],
        Kind::Any,
        slice,
    ),
    Function::new("sort", &[Parameter::new("list", STRINGS)], STRINGS, sort),
];

fn element_type(list: &Value) -> Type {
    list.type_of().element().cloned().unwrap_or_default()
}

fn chunklist(args: &Args) -> Outcome {
    let (list, marks) = args.value(0).unmark();
    let marks = marks.union(args.value(1).marks());
    let size = args.integer(1)?;
    let size = usize::try_from(size).map_err(|_| Failure::at(1, "the size argument must be positive"))?;
    let items = list.as_slice().unwrap_or_default();
    let element = element_type(&list);
    let chunk = |items: &[Value]| Value::list(element.clone(), items.iter().cloned());
    let chunks: Vec<Value> = match size {
        _ if items.is_empty() => Vec::new(),
        0 => vec![chunk(items)],
        size => items.chunks(size).map(chunk).collect(),
    };
    Ok(Value::list(Type::list(element.clone()), chunks).with_marks(marks))
}

fn compact(args: &Args) -> Outcome {
    let is_text = |item: &&Value| item.as_str().is_some_and(|text| !text.is_empty());
    Ok(Value::list(Type::String, args.items(0).iter().filter(is_text).cloned()))
}

fn concat(args: &Args) -> Outcome {
    if args.len() == 0 {
        return Err("at least one argument is required".into());
    }
    let marks = args.values.iter().map(Value::marks).fold(Marks::NONE, Marks::union);
    let types: Vec<Type> = args.values.iter().map(Value::type_of).collect();
    for (index, ty) in types.iter().enumerate() {
        if !matches!(ty, Type::List(_) | Type::Tuple(_) | Type::Any) {
            let message = format!("all arguments must be lists or tuples; got {}", ty.friendly_name());
            return Err(Failure::at(index, message));
        }
    }
    let all_lists = types.iter().all(|ty| matches!(ty, Type::List(_)));
    let common = if all_lists { unify(&types) } else { None };
    let is_known = args.values.iter().all(Value::is_known);
    let result = match common {
        Some(ty) if !is_known => Value::unknown_not_null(ty),
        Some(Type::List(element)) => {
            let items: Vec<Value> = args
                .values
                .iter()
                .flat_map(|list| list.as_slice().unwrap_or_default())
                .map(|item| convert(item, &element))
                .collect::<Result<_, _>>()?;
            Value::list(*element, items)
        }
        _ if !is_known => Value::unknown(Type::Any),
        _ => Value::tuple(args.values.iter().flat_map(|list| list.as_slice().unwrap_or_default()).cloned()),
    };
    Ok(result.with_marks(marks))
}

fn distinct(args: &Args) -> Outcome {
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for item in args.items(0) {
        // Text and numbers are looked up by their text, so that long lists take linear time.
        let is_new = match item {
            Value::String(text) => seen.insert(text.to_string()),
            Value::Number(number) => seen.insert(number.clone().with_literal_precision().to_string()),
            _ => kept.iter().all(|known| equal(known, item) != Some(true)),
        };
        if is_new {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(element_type(args.value(0)), kept))
}

fn element(args: &Args) -> Outcome {
    let (list, marks) = args.value(0).unmark();
    let index = args.integer(1)?;
    // Terraform counts backwards in a list and breaks down on a tuple; which of both it is can be hard to see.
    if let Type::Tuple(items) = list.type_of()
        && index < 0
        && i64::try_from(items.len()).is_ok_and(|length| length > 0 && index % length != 0)
    {
        return Err(Failure::at(
            1,
            "a tuple has no elements before its first; `tolist(...)` makes it a list",
        ));
    }
    // Beyond either end the list begins anew.
    let wrapped = |length: usize| {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        usize::try_from(index.rem_euclid(length)).unwrap_or_default()
    };
    match &list {
        Value::List(_) | Value::Tuple(_) => {}
        Value::Unknown(unknown) => {
            return match &unknown.ty {
                Type::List(element) => Ok(Value::unknown((**element).clone()).with_marks(marks)),
                Type::Tuple(items) if !items.is_empty() => {
                    Ok(Value::unknown(items[wrapped(items.len())].clone()).with_marks(marks))
                }
                Type::Any => Ok(Value::unknown(Type::Any).with_marks(marks)),
                _ => {
                    Err(Failure::at(0, "cannot read elements from ".to_owned() + &unknown.ty.friendly_name()))
                }
            };
        }
        other => {
            let message = format!("cannot read elements from {}", other.type_of().friendly_name());
            return Err(Failure::at(0, message));
        }
    }
    let items = list.as_slice().unwrap_or_default();
    if items.is_empty() {
        return Err("cannot use element function with an empty list".into());
    }
    Ok(items[wrapped(items.len())].clone().with_marks(marks))
}

fn flatten(args: &Args) -> Outcome {
    fn collect(value: &Value, items: &mut Vec<Value>, marks: &mut Marks) -> bool {
        let (list, own) = value.unmark();
        *marks = marks.union(own);
        let mut is_known = true;
        for item in list.parts() {
            match item.unmarked() {
                Value::List(_) | Value::Set(_) | Value::Tuple(_) => is_known &= collect(item, items, marks),
                Value::Unknown(unknown) if !unknown.ty.is_primitive() && !is_plain(&unknown.ty) => {
                    is_known = false;
                }
                _ => items.push(item.clone()),
            }
        }
        is_known
    }
    fn is_plain(ty: &Type) -> bool {
        matches!(ty, Type::Map(_) | Type::Object(_))
    }
    let (list, marks) = args.value(0).unmark();
    match &list {
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {}
        Value::Unknown(_) => return Ok(Value::unknown(Type::Any).with_marks(marks)),
        _ => return Err(Failure::at(0, "can only flatten lists, sets and tuples")),
    }
    let (mut items, mut marks) = (Vec::new(), marks);
    let is_known = collect(&list, &mut items, &mut marks);
    let result = if is_known { Value::tuple(items) } else { Value::unknown(Type::Any) };
    Ok(result.with_marks(marks))
}

fn matchkeys(args: &Args) -> Outcome {
    let (values, keys, wanted) = (args.items(0), args.items(1), args.items(2));
    if values.len() != keys.len() {
        return Err("length of keys and values should be equal".into());
    }
    let types = [element_type(args.value(1)), element_type(args.value(2))];
    let Some(common) = unify(&types) else {
        return Err("keys and searchset must be of the same type".into());
    };
    let converted =
        |items: &[Value]| items.iter().map(|item| convert(item, &common)).collect::<Result<Vec<_>, _>>();
    let (keys, wanted) = (converted(keys)?, converted(wanted)?);
    let found = |(_, key): &(&Value, &Value)| wanted.iter().any(|item| equal(item, key) == Some(true));
    let kept = values.iter().zip(&keys).filter(found).map(|(value, _)| value.clone());
    Ok(Value::list(element_type(args.value(0)), kept))
}

fn reverse(args: &Args) -> Outcome {
    let (list, marks) = args.value(0).unmark();
    let reversed = list.as_slice().unwrap_or_default().iter().rev().cloned();
    let result = match &list {
        Value::List(_) | Value::Set(_) => Value::list(element_type(&list), reversed),
        Value::Tuple(_) => Value::tuple(reversed),
        other => {
            return Err(Failure::at(
                0,
                format!("can only reverse list or tuple values, not {}", other.type_of().friendly_name()),
            ));
        }
    };
    Ok(result.with_marks(marks))
}

fn slice(args: &Args) -> Outcome {
    let (list, marks) = args.value(0).unmark();
    let ty = list.type_of();
    match &ty {
        Type::List(_) | Type::Tuple(_) | Type::Any => {}
        Type::Set(_) => {
            return Err(Failure::at(
                0,
                "cannot slice a set, because its elements do not have indices; explicitly \
                                       convert to a list if the ordering of the result is not important",
            ));
        }
        _ => return Err(Failure::at(0, "must be a list or tuple value")),
    }
    let length = match &ty {
        Type::Tuple(items) => Some(items.len()),
        _ => list.as_slice().map(<[Value]>::len),
    };
    let start = place(args, 1, "start", length)?;
    let end = place(args, 2, "end", length)?;
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(Failure::at(1, "start index must not be greater than end index"));
    }
    let result = match (&list, start.zip(end), &ty) {
        (Value::List(sequence), Some((start, end)), _) => {
            Value::list(sequence.element.clone(), sequence.items[start..end].iter().cloned())
        }
        (Value::Tuple(items), Some((start, end)), _) => Value::tuple(items[start..end].iter().cloned()),
        (_, Some((start, end)), Type::Tuple(types)) => {
            Value::unknown_not_null(Type::Tuple(types[start..end].to_vec()))
        }
        (_, None, Type::Tuple(_)) => Value::unknown(Type::Any),
        _ => Value::unknown_not_null(ty),
    };
    Ok(result.with_marks(marks))
}

/// An index that is known, or nothing; never beyond a known length.
fn place(args: &Args, index: usize, name: &str, length: Option<usize>) -> Result<Option<usize>, Failure> {
    if !args.value(index).is_known() {
        return Ok(None);
    }
    let place = usize::try_from(args.integer(index)?)
        .map_err(|_| Failure::at(index, format!("{name} index must not be less than zero")))?;
    if length.is_some_and(|length| place > length) {
        let message = format!("{name} index must not be greater than the length of the list");
        return Err(Failure::at(index, message));
    }
    Ok(Some(place))
}

fn sort(args: &Args) -> Outcome {
    let mut items = args.items(0).to_vec();
    if !args.value(0).is_wholly_known() {
        // How many there are is known, and nothing of where each of them comes to stand.
        return Ok(Value::list(Type::String, items.iter().map(|_| Value::unknown(Type::String))));
    }
    if let Some(place) = items.iter().position(Value::is_null) {
        return Err(format!("given list element {place} is null; a null string cannot be sorted").into());
    }
    items.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    Ok(Value::list(Type::String, items))
}
