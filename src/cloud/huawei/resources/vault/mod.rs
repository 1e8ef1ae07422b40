//! `huaweicloud_cbr_vault`: where backups are kept, and what is backed up into it.
//!
//! A vault is known by its name: two of one name in a region could not be told apart after a lost answer.

mod evidence;
mod gates;
mod labels;
mod order;
mod protected;
mod rules;
mod shape;
mod work;

pub use evidence::{backups, evidence, of_backups};
pub use gates::gates;
pub use shape::{list, read};
pub use work::{create, delete, migrate, update};

use std::time::Duration;

use super::timeouts;
use crate::cloud::huawei::acts;
use crate::model::risk::RiskKind;
use crate::model::schema::{Attribute, Fallback, Kind, Presence, Protection, RiskRule, Rule, Schema, When};

/// The type's name.
pub const NAME: &str = "huaweicloud_cbr_vault";

/// How long a new vault may stay invisible after its create before it is made again. Where the cloud shows new things late,
/// an early look would find nothing.
const APPEARS_WITHIN: Duration = Duration::from_secs(2);

const POLICY: Kind = Kind::Object(&[("id", Kind::String), ("destination_vault_id", Kind::String)]);

const ASSOCIATED: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("type", Kind::String),
    ("size", Kind::Number),
    ("status", Kind::String),
    ("backup_count", Kind::Number),
    ("backup_size", Kind::Number),
]);

const fn text(name: &'static str, presence: Presence, doc: &'static str) -> Attribute {
    Attribute::new(name, Kind::String, presence, doc)
}

const fn flag(name: &'static str, doc: &'static str) -> Attribute {
    Attribute::new(name, Kind::Bool, Presence::Chosen, doc)
}

/// Source of names and meanings: terraform-provider-huaweicloud, `huaweicloud_cbr_vault`; of the rules and of what can be
/// changed: CBR API v3, "Creating a Vault" and "Modifying a Vault"; Getting Started, "Purchasing a Vault".
const ATTRIBUTES: &[Attribute] = &[
    text("name", Presence::Required, "The name, the only one of its kind in the region.")
        .rules(&[Rule::Check(super::words::check_name)]),
    text("region", Presence::Chosen, "The region; the provider's where left out.").replaces(),
    text("type", Presence::Required, "What it protects: server, disk, turbo, workspace, vmware or file.")
        .replaces()
        .rules(&[Rule::OneOf(&["server", "disk", "turbo", "workspace", "vmware", "file"])]),
    text("protection_type", Presence::Required, "backup, or replication for copies from another region.")
        .replaces()
        .rules(&[Rule::OneOf(&["backup", "replication"])]),
    Attribute::new(
        "size",
        Kind::Number,
        Presence::Required,
        "Capacity in GB. What auto_expand has added is kept.",
    )
    .rules(&[Rule::Check(rules::check_size)]),
    text(
        "cloud_type",
        Presence::Chosen,
        "public, or hybrid for the types vmware and file; chosen by the type.",
    )
    .replaces()
    .rules(&[Rule::OneOf(&["public", "hybrid"])]),
    text(
        "consistent_level",
        Presence::Defaulted(Fallback::String("crash_consistent")),
        "crash_consistent, or app_consistent for servers with databases.",
    )
    .replaces_when(rules::loses_consistency)
    .rules(&[Rule::OneOf(&["crash_consistent", "app_consistent"])]),
    Attribute::new(
        protected::NAME,
        Kind::Set(&protected::BLOCK),
        Presence::Chosen,
        "What is protected: a server or desktop in each block, or disks or file systems in one.",
    )
    .as_block()
    .risks(&[RiskRule {
        when: When::Judged(protected::leaves_disks_out),
        kind: RiskKind::WeakensProtection,
        effect: "leaves disks out of the backups that were in them",
    }]),
    Attribute::new("policy", Kind::Set(&POLICY), Presence::Chosen, "A policy that is set on the vault.")
        .as_block()
        .risks(&[RiskRule {
            when: When::Judged(rules::loses_policies),
            kind: RiskKind::StopsProtection,
            effect: "ends the automatic backups of a policy",
        }]),
    text("policy_id", Presence::Optional, "The backup policy; the block policy says it too."),
    flag("auto_bind", "Whether unprotected resources are associated automatically.").risks(&[RiskRule {
        when: When::Becomes(false),
        kind: RiskKind::WeakensProtection,
        effect: "leaves new resources unprotected",
    }]),
    Attribute::new(
        "bind_rules",
        Kind::Map(&Kind::String),
        Presence::Optional,
        "Tags of the resources to associate automatically, any of which is enough; without any, all are.",
    ),
    Attribute::new(
        "bind_rule",
        Kind::Set(&labels::BIND_RULE),
        Presence::Optional,
        "A key with several values, for automatic association.",
    )
    .as_block(),
    flag("auto_expand", "Whether capacity grows by a quarter when it is used up; not for prepaid vaults."),
    Attribute::new(
        "threshold",
        Kind::Number,
        Presence::Chosen,
        "The share of the capacity, in per cent, at which somebody is told.",
    )
    .rules(&[Rule::Check(rules::check_threshold)]),
    flag("smn_notify", "Whether somebody is told."),
    flag("locked", "Whether backups are locked; a vault cannot be unlocked.")
        .replaces_when(rules::unlocks)
        .risks(&[RiskRule {
            when: When::Becomes(true),
            kind: RiskKind::LocksForever,
            effect: "locks the vault: it can never be unlocked, and nothing can be taken out of it",
        }]),
    flag("is_multi_az", "Whether backups are kept in several zones.").replaces(),
    text("backup_name_prefix", Presence::Chosen, "What the names of automatic backups begin with.")
        .replaces()
        .rules(&[Rule::Check(rules::check_prefix)]),
    text("description", Presence::Chosen, "What people say of it; the service cannot change it.")
        .replaces()
        .rules(&[Rule::Check(super::words::check_description)]),
    text("enterprise_project_id", Presence::Chosen, "The enterprise project; the provider's where left out."),
    Attribute::new("tags", Kind::Map(&Kind::String), Presence::Optional, "Tags of the vault, at most 10.")
        .rules(&[Rule::Check(labels::check_tags)]),
    text("availability_zone", Presence::Optional, "The edge zone that backups are kept in; the region where left out.")
        .replaces()
        .rules(&[Rule::Check(rules::check_zone)]),
    text(
        "charging_mode",
        Presence::Chosen,
        "postPaid, or prePaid for a subscription that is ordered and paid.",
    )
    .replaces()
    .rules(&[Rule::OneOf(&["postPaid", "prePaid"])]),
    Attribute::new(
        "demand_billing",
        Kind::Bool,
        Presence::Declared,
        "Whether a prepaid vault may hold more than was ordered, which is billed by use.",
    )
    .replaces_when(rules::was_given),
    text("period_unit", Presence::Declared, "month or year, of a prepaid vault.")
        .replaces_when(rules::was_given)
        .rules(&[Rule::OneOf(&["month", "year"])]),
    Attribute::new(
        "period",
        Kind::Number,
        Presence::Declared,
        "How many of them: 1 to 9 months or 1 to 5 years.",
    )
    .replaces_when(rules::was_given),
    text(
        "auto_renew",
        Presence::Chosen,
        "Whether a prepaid vault is renewed by itself, \"true\" or \"false\".",
    )
    .rules(&[Rule::OneOf(&["true", "false"])]),
    text(
        "auto_pay",
        Presence::Declared,
        "Whether the order is paid at once, \"true\" or \"false\"; \"true\" where left out.",
    )
    .rules(&[Rule::OneOf(&["true", "false"])]),
    Attribute::new(
        timeouts::NAME,
        timeouts::BLOCK,
        Presence::Declared,
        "How long to wait, as `\"20m\"`: create for an order, update for what is taken out or moved, delete for the end.",
    )
    .as_block()
    .rules(&[Rule::Check(timeouts::check)]),
    text("id", Presence::Computed, "The id."),
    Attribute::new(
        protected::BY_ITSELF,
        Kind::Set(&Kind::String),
        Presence::Computed,
        "What automatic association has brought in; it is left alone.",
    ),
    Attribute::new(
        "allocated",
        Kind::Number,
        Presence::Observed,
        "The size of all that is protected, in GB.",
    ),
    Attribute::new("used", Kind::Number, Presence::Observed, "What backups take up, in GB."),
    text("spec_code", Presence::Observed, "The product that is billed."),
    text("status", Presence::Observed, "The state, in the cloud's words."),
    text("storage", Presence::Observed, "The bucket that holds the backups."),
    Attribute::new(
        "associated",
        Kind::List(&ASSOCIATED),
        Presence::Observed,
        "All that is in the vault, with the number of its backups and their size in MB.",
    ),
];

/// The resource type.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "huaweicloud",
    id: "id",
    identity: Some("name"),
    attributes: ATTRIBUTES,
    protection: Some(Protection {
        paused: None,
        servers: protected::NAME,
        destroy_effect: "permanently deletes the vault with all backups in it",
        has_quota: false,
        backup: Some(acts::backup::NAME),
        restore: Some(acts::restore::NAME),
    }),
    members: Some(protected::MEMBERS),
    align: shape::align,
    check: rules::check,
    costs: rules::costs,
    advice: rules::advice,
    doc: "A vault of Cloud Backup and Recovery: backups of servers, disks, file systems, desktops or machines elsewhere.",
    ..Schema::PLAIN
};
