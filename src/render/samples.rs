//! Plans built by hand, for the tests of this module.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Dossier, RenderOptions};
use crate::model::address::{Address, BlockAddress, Key};
use crate::model::approval::Digest;
use crate::model::desired::{Cause, ProviderKey};
use crate::model::diagnostic::Place;
use crate::model::live::{Gate, Preparation};
use crate::model::outline::Outline;
use crate::model::plan::{Action, AttributeChange, Change, Plan, Reason};
use crate::model::risk::{Evidence, Risk, RiskKind};
use crate::model::schema::{
    Attribute, Home, Kind, Presence, Protection, Schema, Schemas, align_nothing, check_nothing,
};
use crate::model::types::Type;
use crate::model::value::{Object, Value};

pub const KIND: &str = "alicloud_ecs_file_backup";

static SCHEMA: Schema = Schema {
    name: KIND,
    provider: "alicloud",
    home: Home::Cloud,
    id: "plan_id",
    identity: Some("instance_id"),
    attributes: &[
        Attribute::new("instance_id", Kind::String, Presence::Required, "").replaces(),
        Attribute::new("priority", Kind::String, Presence::Optional, ""),
        Attribute::new("paused", Kind::Bool, Presence::Optional, ""),
        Attribute::new("keep_latest_snapshot", Kind::Bool, Presence::Optional, ""),
        Attribute::new("workload", Kind::Object(&[("kind", Kind::String)]), Presence::Declared, "")
            .as_block(),
        Attribute::new("plan_id", Kind::String, Presence::Computed, ""),
    ],
    protection: Some(Protection {
        paused: Some("paused"),
        servers: "instance_id",
        destroy_effect: "permanently deletes all backups of the server",
        has_quota: false,
        backup: None,
        restore: None,
    }),
    align: align_nothing,
    check: check_nothing,
    doc: "",
    ..Schema::PLAIN
};

pub fn schemas() -> Schemas {
    Schemas { resources: BTreeMap::from([(KIND, &SCHEMA)]), ..Schemas::default() }
}

pub fn digest() -> Digest {
    Digest("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned())
}

/// Shows a plan beside which nothing was kept.
pub fn of_dossier<T>(plan: &Plan, show: impl FnOnce(&Dossier<'_>) -> T) -> T {
    let (outline, variables) = (Outline::default(), BTreeMap::new());
    show(&Dossier { plan, digest: &digest(), schemas: &schemas(), outline: &outline, variables: &variables })
}

pub fn plain() -> RenderOptions {
    RenderOptions::default()
}

pub fn wide() -> RenderOptions {
    RenderOptions { width: 140, ..RenderOptions::default() }
}

pub fn place(line: u32) -> Place {
    Place { file: "main.hcl".into(), line, column: 3 }
}

pub fn named(name: &str) -> Address {
    BlockAddress::managed(KIND, name).instance(Key::None)
}

pub fn keyed(name: &str, key: &str) -> Address {
    BlockAddress::managed(KIND, name).instance(Key::Name(key.into()))
}

/// The attributes of an object; `plan_id` is left to the caller.
pub fn values(instance: &str, priority: &str, paused: bool) -> Object {
    let pairs: [(&str, Value); 4] = [
        ("instance_id", Value::string(instance)),
        ("priority", Value::string(priority)),
        ("paused", Value::from(paused)),
        ("keep_latest_snapshot", Value::from(true)),
    ];
    pairs.into_iter().map(|(name, value)| (Arc::from(name), value)).collect()
}

pub fn with(mut object: Object, name: &str, value: Value) -> Object {
    object.insert(name.into(), value);
    object
}

/// An object that is there, under the id `plan-INSTANCE`.
pub fn live(instance: &str, priority: &str, paused: bool) -> Object {
    with(values(instance, priority, paused), "plan_id", Value::string(format!("plan-{instance}")))
}

/// A change between two objects, with the attributes that differ between them.
pub fn change(
    address: Address,
    action: Action,
    reason: Reason,
    before: Option<Object>,
    after: Option<Object>,
) -> Change {
    let empty = Object::new();
    let (old, new) = (before.as_ref().unwrap_or(&empty), after.as_ref().unwrap_or(&empty));
    let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let attributes = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| AttributeChange {
            name: name.clone(),
            before: old.get(name).cloned(),
            after: new.get(name).cloned(),
            forces_replacement: false,
            cause: Some(Cause::Config { place: place(14), reads: None }),
        })
        .collect();
    let id = before.as_ref().and_then(|before| before.get("plan_id")?.as_str().map(Arc::from));
    Change {
        address,
        moved_from: None,
        renamed_from: None,
        importing: None,
        scope: None,
        action,
        reason,
        id,
        before,
        after,
        attributes,
        moves: Vec::new(),
        risks: Vec::new(),
        blocks: Vec::new(),
        acknowledged: Vec::new(),
        advice: Vec::new(),
        declared_at: Some(place(12)),
        depends_on: Vec::new(),
        prevent_destroy: None,
        on_removal: None,
    }
}

pub fn create(address: Address, instance: &str) -> Change {
    let after = with(values(instance, "L0", false), "plan_id", Value::unknown(Type::String));
    change(address, Action::Create, Reason::NotInState, None, Some(after))
}

pub fn update(address: Address, instance: &str) -> Change {
    let (before, after) = (live(instance, "L0", false), live(instance, "L1", false));
    change(address, Action::Update, Reason::AttributesDiffer, Some(before), Some(after))
}

pub fn pause(address: Address, instance: &str) -> Change {
    let (before, after) = (live(instance, "L0", false), live(instance, "L0", true));
    let risk = Risk {
        kind: RiskKind::StopsProtection,
        effect: "stops the daily backups of the server".to_owned(),
        attribute: Some("paused".to_owned()),
        evidence: None,
    };
    let change = change(address, Action::Pause, Reason::NotInConfig, Some(before), Some(after));
    Change { risks: vec![risk], ..change }
}

pub fn resume(address: Address, instance: &str) -> Change {
    let (before, after) = (live(instance, "L0", true), live(instance, "L0", false));
    change(address, Action::Resume, Reason::AttributesDiffer, Some(before), Some(after))
}

pub fn evidence() -> Evidence {
    Evidence {
        recovery_points: 30,
        newest: Some(1_795_140_840),
        oldest: Some(1_792_635_060),
        bytes: Some(212 << 30),
        other_copies: 0,
    }
}

pub fn loss() -> Risk {
    Risk {
        kind: RiskKind::DestroysBackups,
        effect: "permanently deletes all backups of the server".to_owned(),
        attribute: None,
        evidence: Some(evidence()),
    }
}

pub fn destroy(address: Address, instance: &str) -> Change {
    let reason = Reason::RemovedBlock { place: place(30) };
    let change = change(address, Action::Destroy, reason, Some(live(instance, "L0", false)), None);
    Change { risks: vec![loss()], declared_at: None, ..change }
}

pub fn forget(address: Address, instance: &str) -> Change {
    let before = live(instance, "L0", false);
    let reason = Reason::RemovedBlock { place: place(30) };
    let risk = Risk {
        kind: RiskKind::LosesTrack,
        effect: "leaves the object in the cloud without anybody who manages it".to_owned(),
        attribute: None,
        evidence: None,
    };
    Change {
        risks: vec![risk],
        ..change(address, Action::Forget, reason, Some(before.clone()), Some(before))
    }
}

pub fn replace(address: Address, old: &str, new: &str) -> Change {
    let after = with(values(new, "L0", false), "plan_id", Value::unknown(Type::String));
    let order = crate::model::plan::ReplaceOrder::CreateFirst;
    let reason = Reason::CannotUpdate { attributes: vec!["instance_id".to_owned()] };
    let mut change =
        change(address, Action::Replace(order), reason, Some(live(old, "L0", false)), Some(after));
    for attribute in &mut change.attributes {
        attribute.forces_replacement = SCHEMA
            .attribute(&attribute.name)
            .is_some_and(|found| found.is_replaced(attribute.before.as_ref(), attribute.after.as_ref()));
    }
    Change { risks: vec![loss()], ..change }
}

pub fn gate(acknowledged: bool) -> Gate {
    Gate {
        rule: "Data Volume > 2 TB".to_owned(),
        reason: "The server has 2.5 TiB of data, and large volumes make backups slow or fail.".to_owned(),
        alternative: "Use ECS snapshots instead.".to_owned(),
        acceptance: Some("acknowledge_risk = \"I know\"".to_owned()),
        attribute: Some("workload".to_owned()),
        acknowledged,
        only_warns: false,
    }
}

pub fn preparation() -> Preparation {
    Preparation {
        provider: ProviderKey::default_of("alicloud"),
        name: "open-cloud-backup".into(),
        title: "open the Cloud Backup service for the account".into(),
        consequence: "It cannot be closed again.".into(),
        risk: RiskKind::OpensService,
        needed_by: vec![KIND.into()],
    }
}

pub fn of(changes: Vec<Change>) -> Plan {
    Plan { changes, ..Plan::default() }
}
