//! Collections beside each other: maps and objects by key, lists by their longest common part, sets by element.

use std::collections::BTreeSet;

use super::diff::{At, end, is_identifying, null_suffix, sign, tail, value};
use super::layout::{Page, Sign};
use super::sequence::{Edit, edits};
use super::value::{Shape, attribute_name, key};
use super::{escape, words};
use crate::model::value::{Object, Value};

/// How keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// As names, where HCL takes them so: the attributes of an object.
    Bare,
    /// In quotation marks: the keys of a map.
    Quoted,
}

impl Keys {
    fn written(self, name: &str) -> String {
        match self {
            Self::Bare => attribute_name(name),
            Self::Quoted => escape::quoted(name),
        }
    }
}

/// Writes maps and objects: keys aligned, what stays counted.
pub fn mapping(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At, keys: Keys) {
    let empty = Object::new();
    let old = before.and_then(Value::as_object).unwrap_or(&empty);
    let new = after.and_then(Value::as_object).unwrap_or(&empty);
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    if names.is_empty() {
        page.text.plain("{}");
        return end(page, after.is_none(), at);
    }
    let written: Vec<String> = names.iter().map(|name| keys.written(name)).collect();
    let widest = written.iter().map(|name| words::width(name)).max().unwrap_or(0);
    page.text.plain("{");
    tail(page, at);
    page.text.newline();
    let mut hidden = 0;
    for (name, written) in names.into_iter().zip(written) {
        let (old, new) = (old.get(name), new.get(name));
        let sign = sign(old, new);
        let identifies = keys == Keys::Bare && is_identifying(name);
        if sign == Sign::Same && !at.expand && !identifies {
            hidden += 1;
            continue;
        }
        let null_suffix = keys == Keys::Quoted && at.null_suffix && after.is_some();
        let inner = At { null_suffix, expand: at.expand || identifies, ..at.inside() };
        page.begin(at.level + 1, sign);
        page.text.plain(&format!("{written}{} = ", " ".repeat(widest - words::width(&written))));
        value(page, old, new, &inner);
        // Terraform sets a comma behind the objects of a map, and there only.
        let is_object = matches!(new.or(old).map(Shape::from), Some(Shape::Object(_)));
        page.text.plain(if keys == Keys::Quoted && is_object { "," } else { "" });
        page.text.newline();
    }
    page.hidden(at.level + 1, hidden, if keys == Keys::Bare { "attribute" } else { "element" });
    page.begin(at.level, Sign::Same);
    page.text.plain("}");
    null_suffix(page, after.is_none(), at);
}

/// Both sides of one element of a list, as far as it has them.
pub type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

/// Writes lists and tuples.
pub fn sequence(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let old = before.and_then(Value::as_slice).unwrap_or_default();
    let new = after.and_then(Value::as_slice).unwrap_or_default();
    elements(page, &paired(old, new), after.is_none(), at);
}

/// The elements of two lists side by side; where one object stands in the place of another, the two are compared.
pub fn paired<'a>(old: &'a [Value], new: &'a [Value]) -> Vec<Pair<'a>> {
    let old_keys: Vec<String> = old.iter().map(key).collect();
    let new_keys: Vec<String> = new.iter().map(key).collect();
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    // The first removed element that may still find its counterpart; it only moves on, so this stays linear.
    let mut waiting = 0;
    for edit in edits(&old_keys, &new_keys) {
        match edit {
            Edit::Remove(i) => pairs.push((Some(&old[i]), None)),
            Edit::Keep(i, j) => {
                pairs.push((Some(&old[i]), Some(&new[j])));
                waiting = pairs.len();
            }
            Edit::Add(j) if is_object(&new[j]) => {
                while pairs.get(waiting).is_some_and(|pair| !waits(pair)) {
                    waiting += 1;
                }
                match pairs.get_mut(waiting) {
                    Some(pair) => pair.1 = Some(&new[j]),
                    None => pairs.push((None, Some(&new[j]))),
                }
            }
            Edit::Add(j) => pairs.push((None, Some(&new[j]))),
        }
    }
    pairs
}

fn waits((old, new): &Pair<'_>) -> bool {
    new.is_none() && old.is_some_and(is_object)
}

fn is_object(value: &Value) -> bool {
    matches!(value, Value::Object(_))
}

/// The elements of two sets: those that go, those that come, those that stay.
pub fn distinct<'a>(old: &'a [Value], new: &'a [Value]) -> Vec<Pair<'a>> {
    let gone = old.iter().filter(|item| !new.contains(item)).map(|item| (Some(item), None));
    let come = new.iter().filter(|item| !old.contains(item)).map(|item| (None, Some(item)));
    let stays = new.iter().filter(|item| old.contains(item)).map(|item| (Some(item), Some(item)));
    gone.chain(come).chain(stays).collect()
}

/// The elements of a set: whole ones that go, then whole ones that come; order means nothing.
pub fn set(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let keyed = |value: Option<&'_ Value>| -> Vec<(String, Value)> {
        let items = value.and_then(Value::as_slice).unwrap_or_default();
        items.iter().map(|item| (key(item), item.clone())).collect()
    };
    let (old, new) = (keyed(before), keyed(after));
    let old_keys: BTreeSet<&String> = old.iter().map(|(key, _)| key).collect();
    let new_keys: BTreeSet<&String> = new.iter().map(|(key, _)| key).collect();
    let gone = old.iter().filter(|(key, _)| !new_keys.contains(key)).map(|(_, item)| (Some(item), None));
    let come = new.iter().filter(|(key, _)| !old_keys.contains(key)).map(|(_, item)| (None, Some(item)));
    let stays =
        new.iter().filter(|(key, _)| old_keys.contains(key)).map(|(_, item)| (Some(item), Some(item)));
    let changed: Vec<Pair<'_>> = gone.chain(come).collect();
    let stays: Vec<Pair<'_>> = stays.collect();
    // Elements that stay are no context here, unlike in a list: they are shown whole or counted.
    if at.expand {
        return elements(page, &[changed, stays].concat(), after.is_none(), at);
    }
    brackets(page, changed.is_empty() && stays.is_empty(), after.is_none(), at, |page| {
        for pair in &changed {
            element(page, *pair, at);
        }
        page.hidden(at.level + 1, stays.len(), "element");
    });
}

/// The elements of a list, with one that stays on either side of each change.
fn elements(page: &mut Page<'_>, pairs: &[Pair<'_>], is_removed: bool, at: &At) {
    brackets(page, pairs.is_empty(), is_removed, at, |page| {
        let is_changed: Vec<bool> = pairs.iter().map(|(old, new)| sign(*old, *new) != Sign::Same).collect();
        let changed_at = |index: usize| is_changed.get(index).copied().unwrap_or(false);
        let mut hidden = 0;
        for (index, pair) in pairs.iter().enumerate() {
            let is_context = changed_at(index + 1) || (index > 0 && changed_at(index - 1));
            if !at.expand && !is_changed[index] && !is_context {
                hidden += 1;
                continue;
            }
            page.hidden(at.level + 1, std::mem::take(&mut hidden), "element");
            element(page, *pair, at);
        }
        page.hidden(at.level + 1, hidden, "element");
    });
}

fn element(page: &mut Page<'_>, (old, new): Pair<'_>, at: &At) {
    let sign = sign(old, new);
    page.begin(at.level + 1, sign);
    let inner = At { expand: at.expand || sign == Sign::Same, ..at.inside() };
    value(page, old, new, &inner);
    page.text.plain(",");
    page.text.newline();
}

fn brackets(
    page: &mut Page<'_>,
    is_empty: bool,
    is_removed: bool,
    at: &At,
    inner: impl FnOnce(&mut Page<'_>),
) {
    if is_empty {
        page.text.plain("[]");
        return end(page, is_removed, at);
    }
    page.text.plain("[");
    tail(page, at);
    page.text.newline();
    inner(page);
    page.begin(at.level, Sign::Same);
    page.text.plain("]");
    null_suffix(page, is_removed, at);
}
