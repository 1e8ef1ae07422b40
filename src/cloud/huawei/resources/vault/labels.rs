//! Tags of a vault, and the tags by which resources are associated with it automatically.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::huawei::resources::words;
use crate::model::schema::Kind;
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::huawei::Tag;

/// The block `bind_rule`: one key with several values, which a map cannot say.
pub const BIND_RULE: Kind = Kind::Object(&[("key", Kind::String), ("values", Kind::Set(&Kind::String))]);

/// Source: CBR API v3, "Managing Vault Tags".
const MOST_TAGS: usize = 10;

/// Source: Getting Started, step "Configure automatic resource association": at most 5 tags.
const MOST_RULES: usize = 5;

/// The tags that a vault has or should have.
pub fn tags(values: &Object) -> BTreeMap<String, String> {
    map(values.get("tags"))
}

fn map(value: Option<&Value>) -> BTreeMap<String, String> {
    let entries = value.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned()))).collect()
}

/// The rules of automatic association, from the map and from the blocks together.
pub fn rules(values: &Object) -> BTreeSet<Tag> {
    let mut found: BTreeSet<Tag> =
        map(values.get("bind_rules")).into_iter().map(|(key, value)| Tag { key, value }).collect();
    for block in words::elements(values, "bind_rule") {
        let Some(fields) = block.as_object() else { continue };
        let key = words::text(fields, "key").unwrap_or_default();
        let values = words::elements(fields, "values").iter().filter_map(Value::as_str);
        found.extend(values.map(|value| Tag { key: key.to_owned(), value: value.to_owned() }));
    }
    found
}

/// Tags as the wire has them, in the two forms that configurations have for rules: a map as long as every key has one
/// value, blocks otherwise.
pub fn rules_from_wire(tags: &[Tag]) -> [(&'static str, Value); 2] {
    let mut by_key: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for tag in tags {
        by_key.entry(&tag.key).or_default().insert(&tag.value);
    }
    let (none_of_map, none_of_blocks) =
        (Value::Null(Type::map(Type::String)), Value::Null(Type::set(BIND_RULE.to_type())));
    if by_key.is_empty() {
        return [("bind_rules", none_of_map), ("bind_rule", none_of_blocks)];
    }
    if by_key.values().all(|values| values.len() == 1) {
        let pairs = tags.iter().map(|tag| (tag.key.as_str(), Value::string(&tag.value)));
        return [("bind_rules", Value::map(Type::String, pairs)), ("bind_rule", none_of_blocks)];
    }
    let block = |(key, values): (&str, BTreeSet<&str>)| {
        Value::object([("key", Value::string(key)), ("values", words::texts(values))])
    };
    let blocks = Value::set(BIND_RULE.to_type(), by_key.into_iter().map(block));
    [("bind_rules", none_of_map), ("bind_rule", blocks)]
}

/// Tags as configurations have them.
pub fn tags_from_wire(tags: &[Tag]) -> Value {
    if tags.is_empty() {
        return Value::Null(Type::map(Type::String));
    }
    Value::map(Type::String, tags.iter().map(|tag| (tag.key.as_str(), Value::string(&tag.value))))
}

/// Says live tags and rules in the words of what is desired where both mean the same.
pub fn align(desired: &Object, live: &mut Object) {
    if tags(desired) == tags(live) {
        take(desired, live, "tags");
    }
    if rules(desired) == rules(live) {
        take(desired, live, "bind_rules");
        take(desired, live, "bind_rule");
    }
}

fn take(desired: &Object, live: &mut Object, name: &str) {
    match desired.get_key_value(name) {
        Some((name, value)) if value.is_wholly_known() => live.insert(name.clone(), value.clone()),
        Some(_) => None,
        None => live.remove(name),
    };
}

/// The rules for tags of the vault.
///
/// # Errors
///
/// The rule that they break, with what was found.
pub fn check_tags(value: &Value) -> Result<(), String> {
    let tags = map(Some(value));
    if tags.len() > MOST_TAGS {
        return Err(format!("A vault has at most {MOST_TAGS} tags, and this one has {}.", tags.len()));
    }
    tags.iter().try_for_each(|(key, value)| {
        words::check_tag_key(key)?;
        words::check_tag_value(value)
    })
}

/// The rules for automatic association, map and blocks together.
pub fn check_rules(values: &Object) -> Vec<(&'static str, String)> {
    let rules = rules(values);
    let place = if words::is_empty(values.get("bind_rule")) { "bind_rules" } else { "bind_rule" };
    let mut problems = Vec::new();
    if rules.len() > MOST_RULES {
        let found = rules.len();
        problems.push((
            place,
            format!("Automatic association goes by at most {MOST_RULES} tags, and these are {found}."),
        ));
    }
    for rule in &rules {
        let checked = words::check_tag_key(&rule.key).and_then(|()| words::check_tag_value(&rule.value));
        problems.extend(checked.err().map(|problem| (place, problem)));
    }
    problems
}

/// What must be taken away and what must be added for the one set of tags to become the other: a key that only changes
/// its value is added, which overwrites it.
pub fn difference(now: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> (Vec<Tag>, Vec<Tag>) {
    let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
    let gone = now.iter().filter(|(key, _)| !wanted.contains_key(*key)).map(tag).collect();
    let new = wanted.iter().filter(|(key, value)| now.get(*key) != Some(*value)).map(tag).collect();
    (gone, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.to_owned(), value: value.to_owned() }
    }

    fn read(tags: &[Tag]) -> Object {
        words::object(rules_from_wire(tags))
    }

    #[test]
    fn rules_are_a_map_as_long_as_a_map_can_say_them() {
        let check = |tags: &[Tag], as_map: bool| {
            let values = read(tags);
            assert_eq!(rules(&values), tags.iter().cloned().collect());
            assert_eq!(values["bind_rules"].is_null(), !as_map);
        };
        check(&[tag("env", "prod")], true);
        check(&[tag("env", "prod"), tag("team", "a")], true);
        check(&[tag("env", "prod"), tag("env", "test")], false);
        assert!(rules(&read(&[])).is_empty());
    }

    #[test]
    fn blocks_and_map_can_say_the_same() {
        let block = Value::object([("key", Value::string("env")), ("values", words::texts(["prod"]))]);
        let wanted = words::object([("bind_rule", Value::set(BIND_RULE.to_type(), [block]))]);
        let mut live = read(&[tag("env", "prod")]);
        align(&wanted, &mut live);
        assert_eq!(live, wanted);
        let mut other = read(&[tag("env", "test")]);
        align(&wanted, &mut other);
        assert_ne!(other, wanted);
    }

    #[test]
    fn numbers_of_tags_and_rules_are_limited() {
        let check = |count: usize, is_tag: bool, expected: bool| {
            let pairs = (0..count).map(|number| (format!("k{number}"), Value::string("v")));
            let value = Value::map(Type::String, pairs);
            let fits = if is_tag {
                check_tags(&value).is_ok()
            } else {
                check_rules(&words::object([("bind_rules", value)])).is_empty()
            };
            assert_eq!(fits, expected, "{count}");
        };
        check(10, true, true);
        check(11, true, false);
        check(5, false, true);
        check(6, false, false);
    }

    #[test]
    fn only_the_difference_is_sent() {
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let (gone, new) = difference(
            &map(&[("a", "1"), ("b", "2"), ("c", "3")]),
            &map(&[("a", "1"), ("b", "9"), ("d", "4")]),
        );
        assert_eq!((gone, new), (vec![tag("c", "3")], vec![tag("b", "9"), tag("d", "4")]));
    }
}
