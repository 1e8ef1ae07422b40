//! Functions on sets.

use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::lang::convert::convert;
use crate::lang::unify::unify;
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

const SET: Kind = Kind::Set(&Kind::Any);
const FIRST: &[Parameter] = &[Parameter::new("first_set", SET).known_deep()];
const OTHERS: Parameter = Parameter::new("other_sets", SET).known_deep();
const PAIR: &[Parameter] = &[Parameter::new("a", SET).known_deep(), Parameter::new("b", SET).known_deep()];

const SETS: Parameter = Parameter::any("sets").marked();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("setintersection", FIRST, SET, |args| combined(args, intersection)).rest(OTHERS),
    Function::new("setproduct", &[SETS, SETS], Kind::Any, product).rest(SETS),
    Function::new("setsubtract", PAIR, SET, |args| combined(args, difference)),
    Function::new("setunion", &[Parameter::new("first_set", SET)], SET, |args| combined(args, union))
        .rest(Parameter::new("other_sets", SET)),
];

fn union(left: &[Value], right: &[Value]) -> Vec<Value> {
    left.iter().chain(right).cloned().collect()
}

fn intersection(left: &[Value], right: &[Value]) -> Vec<Value> {
    left.iter().filter(|item| right.contains(item)).cloned().collect()
}

fn difference(left: &[Value], right: &[Value]) -> Vec<Value> {
    left.iter().filter(|item| !right.contains(item)).cloned().collect()
}

/// Sets of one element type, put together two by two.
fn combined(args: &Args, combine: fn(&[Value], &[Value]) -> Vec<Value>) -> Outcome {
    let elements: Vec<Type> = args
        .values
        .iter()
        .filter(|set| !set.as_slice().unwrap_or_default().is_empty() || set.type_of() != Type::set(Type::Any))
        .filter_map(|set| set.type_of().element().cloned())
        .collect();
    let element = if elements.is_empty() {
        Type::Any
    } else {
        unify(&elements).ok_or("given sets must all have compatible element types")?
    };
    let ty = Type::set(element.clone());
    let mut sets = args.values.iter().map(|set| convert(set, &ty));
    let mut result = match sets.next() {
        Some(first) => first?,
        None => return Err("at least one set is required".into()),
    };
    for set in sets {
        let set = set?;
        let items = combine(result.as_slice().unwrap_or_default(), set.as_slice().unwrap_or_default());
        result = Value::set(element.clone(), items);
    }
    Ok(result)
}

/// Every combination of one element of each; a set where any of them is one, else a list.
fn product(args: &Args) -> Outcome {
    if args.len() < 2 {
        return Err("at least two arguments are required".into());
    }
    let mut marks = Marks::NONE;
    let mut any_set = false;
    let mut elements = Vec::new();
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for (index, value) in args.values.iter().enumerate() {
        let (value, own) = value.unmark();
        marks = marks.union(own);
        any_set |= matches!(value, Value::Set(_));
        let Some(items) = value.as_slice() else {
            return Err(Failure::at(index, "a set or a list is required"));
        };
        let element =
            element_of(&value).ok_or_else(|| Failure::at(index, "all elements must be of the same type"))?;
        let items: Vec<Value> = items.iter().map(|item| convert(item, &element)).collect::<Result<_, _>>()?;
        elements.push(element);
        if rows.len().saturating_mul(items.len()) > 1_000_000 {
            return Err("the product has more than a million elements".into());
        }
        let extended = |row: &Vec<Value>| {
            let row = row.clone();
            items
                .iter()
                .map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat())
                .collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(extended).collect();
    }
    let element = Type::Tuple(elements);
    let rows = rows.into_iter().map(Value::tuple);
    let result = if any_set { Value::set(element, rows) } else { Value::list(element, rows) };
    Ok(result.with_marks(marks))
}

fn element_of(value: &Value) -> Option<Type> {
    match value {
        Value::List(sequence) | Value::Set(sequence) => Some(sequence.element.clone()),
        Value::Tuple(items) if items.is_empty() => Some(Type::Any),
        _ => unify(&value.parts().map(Value::type_of).collect::<Vec<_>>()),
    }
}
