//! `resources`: what a vault protects, as a set by id. Servers and desktops stand in a block each, with the disks that are
//! left out; disks and file systems stand together in one block.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cloud::huawei::resources::facts::Protected;
use crate::cloud::huawei::resources::words;
use crate::model::schema::{Kind, Members};
use crate::model::types::Type;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// The attribute.
pub const NAME: &str = "resources";

/// The attribute that names what automatic association has brought in.
pub const BY_ITSELF: &str = "auto_associated";

/// One block.
pub const BLOCK: Kind = Kind::Object(&[
    ("server_id", Kind::String),
    ("excludes", Kind::Set(&Kind::String)),
    ("includes", Kind::Set(&Kind::String)),
]);

/// What moves between vaults.
pub const MEMBERS: Members = Members {
    attribute: NAME,
    by_itself: BY_ITSELF,
    ids,
    without,
    comes_by_itself: |values| words::flag(values, "auto_bind") == Some(true),
    obstacle,
    removal_effect: "permanently deletes all backups in the vault of",
};

/// Which disks of a server are backed up: all, all but some, or some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Those that are left out.
    pub excludes: BTreeSet<String>,
    /// The only ones that are taken; empty takes all.
    pub includes: BTreeSet<String>,
}

/// What is protected, by id.
pub type Choices = BTreeMap<Arc<str>, Choice>;

/// What blocks say, as far as it is known.
pub fn choices(blocks: Option<&Value>) -> Choices {
    let mut found = Choices::new();
    for block in blocks.and_then(Value::as_slice).unwrap_or_default() {
        let Some(fields) = block.as_object() else { continue };
        let texts = |name: &str| {
            words::elements(fields, name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (excludes, includes): (BTreeSet<String>, BTreeSet<String>) =
            (texts("excludes"), texts("includes"));
        match words::text(fields, "server_id") {
            Some(server) => {
                found.insert(server.into(), Choice { excludes, includes });
            }
            None if fields.get("server_id").is_none_or(Value::is_null) => {
                found.extend(includes.iter().map(|id| (Arc::from(id.as_str()), Choice::default())));
            }
            None => {}
        }
    }
    found
}

/// What an object's attributes say is protected.
pub fn of(values: &Object) -> Choices {
    choices(values.get(NAME))
}

fn ids(values: &Object) -> BTreeSet<Arc<str>> {
    of(values).into_keys().collect()
}

/// The same attributes without some of what is protected; what is not known yet stays as it is.
fn without(values: &Object, ids: &BTreeSet<Arc<str>>) -> Object {
    let (Some(blocks), false) = (values.get(NAME), ids.is_empty()) else { return values.clone() };
    let keep = |block: &Value| -> Option<Value> {
        let fields = block.as_object()?;
        match words::text(fields, "server_id") {
            Some(server) => (!ids.contains(server)).then(|| block.clone()),
            None => {
                let listed = words::elements(fields, "includes");
                let left: Vec<Value> = listed
                    .iter()
                    .filter(|id| id.as_str().is_none_or(|id| !ids.contains(id)))
                    .cloned()
                    .collect();
                if left.is_empty() && !listed.is_empty() {
                    return None;
                }
                let mut fields = fields.clone();
                fields.insert("includes".into(), Value::set(Type::String, left));
                Some(Value::object(fields))
            }
        }
    };
    let mut values = values.clone();
    if let Some(blocks) = blocks.as_slice() {
        let left: Vec<Value> = blocks.iter().filter_map(keep).collect();
        values.insert(NAME.into(), Value::set(BLOCK.to_type(), left));
    }
    values
}

/// Why CBR cannot migrate from one vault to another.
///
/// Source: CBR API v3, "Migrating a Resource": vaults of the same kind, neither locked.
fn obstacle(from: &Object, to: &Object) -> Option<String> {
    for (name, what) in [
        ("type", "types"),
        ("protection_type", "protection types"),
        ("consistent_level", "levels of consistency"),
    ] {
        let (old, new) = (words::text(from, name), words::text(to, name));
        if let (Some(old), Some(new)) = (old, new)
            && old != new
        {
            return Some(format!("the two vaults have different {what}, {old} and {new}"));
        }
    }
    if words::flag(from, "locked") == Some(true) {
        return Some("the vault that it leaves is locked".to_owned());
    }
    (words::flag(to, "locked") == Some(true)).then(|| "the vault that it joins is locked".to_owned())
}

/// The blocks that say what a vault protects. What is being removed is on its way out, and its backups are lost already.
pub fn value(kind: Option<Protected>, resources: &[wire::Resource]) -> Value {
    let present = resources.iter().filter(|resource| !is_being_removed(resource));
    let texts = |ids: Vec<&String>| words::texts(ids);
    let blocks: Vec<Value> = match kind {
        Some(Protected::Server | Protected::Desktop) => present
            .filter_map(|resource| {
                let extra = resource.extra_info.clone().unwrap_or_default();
                let included = extra.include_volumes.unwrap_or_default();
                Some(block(
                    Value::string(resource.id.as_ref()?),
                    texts(extra.exclude_volumes.iter().flatten().collect()),
                    texts(included.iter().filter_map(|volume| volume.id.as_ref()).collect()),
                ))
            })
            .collect(),
        Some(Protected::Disk | Protected::Share) => {
            let ids: Vec<&String> = present.filter_map(|resource| resource.id.as_ref()).collect();
            let one = |ids: Vec<&String>| {
                block(Value::Null(Type::String), Value::Null(Type::set(Type::String)), texts(ids))
            };
            if ids.is_empty() { Vec::new() } else { vec![one(ids)] }
        }
        None => Vec::new(),
    };
    Value::set(BLOCK.to_type(), blocks)
}

fn block(server: Value, excludes: Value, includes: Value) -> Value {
    Value::object([("server_id", server), ("excludes", excludes), ("includes", includes)])
}

/// Whether a resource is listed only until its backups are deleted.
pub fn is_being_removed(resource: &wire::Resource) -> bool {
    resource.protect_status.as_deref() == Some("removing")
}

/// One of them as the wire has it.
pub fn to_wire(kind: Protected, id: &str, choice: &Choice) -> wire::Resource {
    let list = |ids: &BTreeSet<String>| ids.iter().cloned().collect::<Vec<_>>();
    let included = |id: &String| wire::IncludedVolume { id: Some(id.clone()), os_version: None };
    let extra = wire::ResourceExtraInfo {
        exclude_volumes: Some(list(&choice.excludes)),
        include_volumes: (!choice.includes.is_empty())
            .then(|| choice.includes.iter().map(included).collect()),
    };
    wire::Resource {
        id: Some(id.to_owned()),
        kind: Some(kind.wire().to_owned()),
        // Source: CBR API v3, "Associating Resources": a choice of disks replaces the one before, an empty one too.
        extra_info: matches!(kind, Protected::Server).then_some(extra),
        ..wire::Resource::default()
    }
}

/// Says live blocks in the words of what is desired where both mean the same, each by itself.
pub fn align(desired: &Object, live: &mut Object) {
    let Some(wanted) = desired.get(NAME).filter(|value| value.is_wholly_known() && !value.is_null()) else {
        return;
    };
    if choices(Some(wanted)) == of(live) {
        live.insert(NAME.into(), wanted.clone());
        return;
    }
    let alone = |block: &Value| choices(Some(&Value::set(BLOCK.to_type(), [block.clone()])));
    let words = wanted.as_slice().unwrap_or_default();
    let same =
        |block: &Value| words.iter().find(|other| alone(other) == alone(block)).unwrap_or(block).clone();
    if let Some(blocks) = live.get(NAME).and_then(Value::as_slice) {
        let blocks: Vec<Value> = blocks.iter().map(same).collect();
        live.insert(NAME.into(), Value::set(BLOCK.to_type(), blocks));
    }
}

/// Whether a change leaves disks out that were backed up before, of something that stays.
pub fn leaves_disks_out(before: Option<&Value>, after: Option<&Value>) -> bool {
    let after = choices(after);
    choices(before).iter().any(|(id, old)| {
        after.get(id).is_some_and(|new| {
            let narrowed = !new.includes.is_empty()
                && (old.includes.is_empty() || !old.includes.is_subset(&new.includes));
            narrowed || !new.excludes.is_subset(&old.excludes)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(id: &str, excludes: &[&str]) -> Value {
        block(Value::string(id), words::texts(excludes), Value::Null(Type::set(Type::String)))
    }

    fn disks(ids: &[&str]) -> Value {
        block(Value::Null(Type::String), Value::Null(Type::set(Type::String)), words::texts(ids))
    }

    fn values(blocks: Vec<Value>) -> Object {
        words::object([(NAME, Value::set(BLOCK.to_type(), blocks))])
    }

    fn set(ids: &[&str]) -> BTreeSet<Arc<str>> {
        ids.iter().map(|id| Arc::from(*id)).collect()
    }

    #[test]
    fn servers_stand_alone_and_disks_together() {
        assert_eq!(ids(&values(vec![server("a", &[]), server("b", &["d"])])), set(&["a", "b"]));
        assert_eq!(ids(&values(vec![disks(&["x", "y"])])), set(&["x", "y"]));
        assert_eq!(ids(&values(vec![disks(&[])])), set(&[]));
        assert_eq!(ids(&Object::new()), set(&[]));
    }

    #[test]
    fn some_are_taken_out_and_the_others_stay() {
        let left = without(&values(vec![server("a", &[]), server("b", &["d"])]), &set(&["a"]));
        assert_eq!(left, values(vec![server("b", &["d"])]));
        let left = without(&values(vec![disks(&["x", "y"])]), &set(&["x"]));
        assert_eq!(left, values(vec![disks(&["y"])]));
        let left = without(&values(vec![disks(&["x"])]), &set(&["x"]));
        assert_eq!(left, values(vec![]));
    }

    #[test]
    fn the_same_in_other_words_is_the_same() {
        let check = |wanted: Vec<Value>, found: Vec<Value>, expected: bool| {
            let (wanted, mut live) = (values(wanted), values(found));
            align(&wanted, &mut live);
            assert_eq!(live == wanted, expected, "{wanted:?}");
        };
        let null = || {
            block(
                Value::string("a"),
                Value::Null(Type::set(Type::String)),
                Value::Null(Type::set(Type::String)),
            )
        };
        check(vec![null()], vec![server("a", &[])], true);
        check(vec![server("a", &["d"])], vec![server("a", &[])], false);
        check(vec![disks(&["x"]), disks(&["y"])], vec![disks(&["x", "y"])], true);
        check(vec![disks(&[])], vec![], true);
    }

    #[test]
    fn what_is_being_removed_is_gone() {
        let resource = |id: &str, status: &str| wire::Resource {
            id: Some(id.to_owned()),
            protect_status: Some(status.to_owned()),
            ..wire::Resource::default()
        };
        let listed = [resource("x", "available"), resource("y", "removing")];
        assert_eq!(value(Some(Protected::Disk), &listed), Value::set(BLOCK.to_type(), [disks(&["x"])]));
    }

    #[test]
    fn leaving_disks_out_is_noticed() {
        let check = |before: Value, after: Value, expected: bool| {
            let set = |block: Value| Value::set(BLOCK.to_type(), [block]);
            assert_eq!(leaves_disks_out(Some(&set(before)), Some(&set(after))), expected);
        };
        check(server("a", &[]), server("a", &["d"]), true);
        check(server("a", &["d"]), server("a", &[]), false);
        check(server("a", &["d"]), server("a", &["e"]), true);
        check(server("a", &[]), server("b", &["d"]), false);
        let only = |ids: &[&str]| block(Value::string("a"), words::texts::<&str>([]), words::texts(ids));
        check(server("a", &[]), only(&["d"]), true);
        check(only(&["d"]), only(&["d", "e"]), false);
        check(only(&["d", "e"]), only(&["d"]), true);
    }

    #[test]
    fn vaults_that_differ_too_much_exchange_nothing() {
        let vault = |kind: &str, level: &str, locked: bool| {
            words::object([
                ("type", Value::string(kind)),
                ("protection_type", Value::string("backup")),
                ("consistent_level", Value::string(level)),
                ("locked", Value::from(locked)),
            ])
        };
        let check = |from: Object, to: Object, expected: Option<&str>| {
            assert_eq!(obstacle(&from, &to).as_deref(), expected);
        };
        let plain = || vault("server", "crash_consistent", false);
        check(plain(), plain(), None);
        check(
            plain(),
            vault("disk", "crash_consistent", false),
            Some("the two vaults have different types, server and disk"),
        );
        check(
            plain(),
            vault("server", "app_consistent", false),
            Some("the two vaults have different levels of consistency, crash_consistent and app_consistent"),
        );
        check(vault("server", "crash_consistent", true), plain(), Some("the vault that it leaves is locked"));
        check(plain(), vault("server", "crash_consistent", true), Some("the vault that it joins is locked"));
    }
}
