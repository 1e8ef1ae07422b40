//! One type for several values: what both sides of a condition, or all elements of a list, can become.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::convert::can_convert;
use crate::model::types::Type;

/// The type that values of all these types can be converted to; `None` where there is none.
///
/// Follows the rules of Terraform's type system: equal kinds are unified part by part, objects of different
/// attributes become a map and tuples of different lengths a list, and among primitive types text wins.
pub(super) fn unify(types: &[Type]) -> Option<Type> {
    let (first, rest) = types.split_first()?;
    if rest.iter().all(|ty| ty == first) {
        return Some(first.clone());
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|ty| is(ty)).count();
    let unknown = count(|ty| *ty == Type::Any);
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    let sets = count(|ty| matches!(ty, Type::Set(_)));
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let all = |kinds: usize| kinds + unknown == types.len();
    if maps > 0 && all(maps) || lists > 0 && all(lists) || sets > 0 && all(sets) {
        return collections(types, unknown > 0);
    }
    if maps > 0 && all(maps + objects) {
        if let Some(ty) = objects_with_maps(types) {
            return Some(ty);
        }
    } else if lists > 0 && all(lists + tuples) {
        if let Some(ty) = tuples_with_lists(types) {
            return Some(ty);
        }
    } else if objects > 0 && all(objects) {
        return if unknown > 0 { Some(Type::Any) } else { same_objects(types) };
    } else if tuples > 0 && all(tuples) {
        return if unknown > 0 { Some(Type::Any) } else { same_tuples(types) };
    } else if objects > 0 && tuples > 0 {
        return None;
    }
    preferred(types)
}

/// The first type, in the order of preference, that all others can be converted to.
fn preferred(types: &[Type]) -> Option<Type> {
    let mut candidates: Vec<&Type> = types.iter().collect();
    candidates.sort_by_key(|ty| match ty {
        Type::String => 0,
        Type::Any => 2,
        _ => 1,
    });
    candidates
        .into_iter()
        .find(|wanted| types.iter().all(|ty| ty == *wanted || can_convert(ty, wanted)))
        .cloned()
}

fn collections(types: &[Type], has_unknown: bool) -> Option<Type> {
    if has_unknown {
        return Some(Type::Any);
    }
    let elements: Vec<Type> = types.iter().filter_map(Type::element).cloned().collect();
    let element = unify(&elements)?;
    Some(match types.first()? {
        Type::List(_) => Type::list(element),
        Type::Set(_) => Type::set(element),
        _ => Type::map(element),
    })
}

fn same_objects(types: &[Type]) -> Option<Type> {
    let objects: Vec<&BTreeMap<Arc<str>, Type>> = types
        .iter()
        .filter_map(|ty| if let Type::Object(attributes) = ty { Some(attributes) } else { None })
        .collect();
    let first = objects.first()?;
    if objects.iter().any(|object| !object.keys().eq(first.keys())) {
        let all: Vec<Type> = objects.iter().flat_map(|object| object.values().cloned()).collect();
        return as_collection(types, Type::map(unify(&all)?));
    }
    let unified = |name: &Arc<str>| {
        let all: Vec<Type> = objects.iter().filter_map(|object| object.get(name)).cloned().collect();
        Some((name.clone(), unify(&all)?))
    };
    first.keys().map(unified).collect::<Option<_>>().map(Type::Object)
}

fn same_tuples(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> =
        types.iter().filter_map(|ty| if let Type::Tuple(items) = ty { Some(items) } else { None }).collect();
    let first = tuples.first()?;
    if tuples.iter().any(|tuple| tuple.len() != first.len()) {
        let all: Vec<Type> = tuples.iter().flat_map(|tuple| tuple.iter().cloned()).collect();
        let element = unify(&all)?;
        // Something of no type yet beside something with parts: then no list can be promised.
        if element == Type::Any && all.iter().any(|ty| *ty != Type::Any) {
            return None;
        }
        return as_collection(types, Type::list(element));
    }
    let unified = |index: usize| {
        let all: Vec<Type> = tuples.iter().map(|tuple| tuple[index].clone()).collect();
        unify(&all)
    };
    (0..first.len()).map(unified).collect::<Option<_>>().map(Type::Tuple)
}

/// The collection, where all types can become it.
fn as_collection(types: &[Type], collection: Type) -> Option<Type> {
    types.iter().all(|ty| can_convert(ty, &collection)).then_some(collection)
}

/// Objects beside maps are taken for maps.
fn objects_with_maps(types: &[Type]) -> Option<Type> {
    let mut as_maps = Vec::new();
    for ty in types {
        as_maps.push(match ty {
            Type::Object(attributes) => {
                let all: Vec<Type> = attributes.values().cloned().collect();
                if all.is_empty() {
                    continue;
                }
                Type::map(unify(&all)?)
            }
            other => other.clone(),
        });
    }
    unify(&as_maps)
}

/// Tuples beside lists are taken for lists.
fn tuples_with_lists(types: &[Type]) -> Option<Type> {
    let mut as_lists = Vec::new();
    for ty in types {
        as_lists.push(match ty {
            Type::Tuple(items) if items.is_empty() => continue,
            Type::Tuple(items) => {
                let firm: Vec<Type> = items.iter().filter(|ty| **ty != Type::Any).cloned().collect();
                Type::list(if firm.is_empty() { Type::Any } else { unify(&firm)? })
            }
            other => other.clone(),
        });
    }
    unify(&as_lists)
}
