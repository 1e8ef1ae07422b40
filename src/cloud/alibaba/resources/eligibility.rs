//! Whether the Essential Edition is the right product: the vendor's tables of scenarios that it is not recommended
//! for and of its limits, put to what the engineer declares and to what the instance is.
//!
//! Source: the vendor's Essential Edition skill, "Not-Recommended Scenarios & Alternatives" and "Usage Limitations".

use crate::model::live::Gate;
use crate::model::value::{Object, Value};

/// The one sentence that lets a plan pass its gates, as the vendor words it.
pub(super) const ACKNOWLEDGEMENT: &str =
    "I understand the risks and still want to use ECS File Backup Essential Edition";

/// Kinds of data that are files and nothing but files.
pub(super) const FILE_KINDS: [&str; 10] = [
    "application",
    "blog",
    "code",
    "configuration",
    "development",
    "files",
    "logs",
    "media",
    "test",
    "website",
];

/// Kinds of data that a running database holds open.
pub(super) const DATABASE_KINDS: [&str; 10] = [
    "database",
    "mariadb",
    "mongodb",
    "mysql",
    "oracle",
    "postgresql",
    "rds",
    "redis",
    "sqlite",
    "sqlserver",
];

/// What an engineer may say that the data needs.
pub(super) const NEEDS: [&str; 9] = [
    "cross-account",
    "cross-region",
    "custom-policy",
    "database",
    "files",
    "kms",
    "network-storage",
    "no-client",
    "whole-machine",
];

/// Data above this many GiB is too much for priority L0.
const L0_GIB: u64 = 600;

/// Data above this many GiB may not be backed up within a day.
const MOST_GIB: u64 = 2048;

/// Memory below this many MiB is too little.
const LEAST_MEMORY_MIB: i64 = 512;

/// vCPUs below this are too few.
const LEAST_CPUS: i64 = 1;

/// What is known of the instance, read just now.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself, and none excludes another")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// vCPUs.
    pub cpus: Option<i64>,
    /// MiB.
    pub memory_mib: Option<i64>,
    /// On the network type that came before VPC.
    pub classic_network: bool,
    /// The system has 32 bits.
    pub is_32_bit: bool,
    /// Whether it runs; what does not run answers nothing.
    pub is_running: bool,
    /// Whether Cloud Assistant answers on it.
    pub has_assistant: bool,
    /// Capacity of all its disks.
    pub disks_gib: u64,
}

/// What the reading of live facts brought for one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// Its id is known after apply only.
    NotKnownYet,
    /// The region has no such instance.
    Missing,
    /// These are its facts.
    Known(Facts),
}

/// Every rule that the object breaks, declared ones first.
pub(super) fn gates(values: &Object, server: &Server) -> Vec<Gate> {
    let acknowledged = values.get("acknowledge_risk").and_then(Value::as_str) == Some(ACKNOWLEDGEMENT);
    let mut gates = declared(values);
    match server {
        Server::NotKnownYet => gates.extend(size(values, None)),
        Server::Missing => {}
        Server::Known(facts) => {
            gates.extend(size(values, Some(facts)));
            gates.extend(live(facts));
        }
    }
    for gate in &mut gates {
        gate.acknowledged = acknowledged;
    }
    if *server == Server::Missing {
        // Nobody can accept the risk of a server that does not exist: creating its plan could only fail.
        gates.push(missing(values));
    }
    gates
}

/// A gate in words.
fn gate(rule: &str, reason: impl Into<String>, alternative: &str, attribute: &str) -> Gate {
    Gate {
        rule: rule.to_owned(),
        reason: reason.into(),
        alternative: alternative.to_owned(),
        attribute: Some(attribute.to_owned()),
        acceptance: Some(format!("acknowledge_risk = \"{ACKNOWLEDGEMENT}\"")),
        acknowledged: false,
        only_warns: false,
    }
}

/// A word as the tables have it: lower case, hyphens.
pub(super) fn word(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The declared kind of data.
fn kind(values: &Object) -> Option<String> {
    values.get("workload")?.attribute("kind")?.as_str().map(word)
}

/// Whether something is declared as needed.
fn needs(values: &Object, need: &str) -> bool {
    let declared = values.get("workload").and_then(|workload| workload.attribute("needs"));
    let declared = declared.as_ref().and_then(Value::as_slice).unwrap_or_default();
    declared.iter().filter_map(Value::as_str).any(|text| word(text) == need)
}

/// What the engineer says of the data.
fn declared(values: &Object) -> Vec<Gate> {
    let is_database = kind(values).is_some_and(|kind| DATABASE_KINDS.contains(&kind.as_str()));
    let standard = "Use the ECS File Backup Standard Edition of Cloud Backup.";
    let rules = [
        (
            is_database || needs(values, "database"),
            "database backup",
            "A running database keeps its files locked, so a backup of the files may be inconsistent.",
            "Use the database backup of Cloud Backup; for RDS, its own backups.",
        ),
        (
            needs(values, "no-client"),
            "no backup client on the server",
            "The backup client is installed on the instance and uses its CPU and memory.",
            "Use ECS snapshots; they do not recover single files.",
        ),
        (
            needs(values, "whole-machine"),
            "whole-machine recovery",
            "The Essential Edition recovers files and cannot recover a whole machine.",
            "Use ECS snapshots.",
        ),
        (
            needs(values, "cross-region"),
            "cross-region backup",
            "The Essential Edition keeps backups in the region of the instance only.",
            standard,
        ),
        (
            needs(values, "cross-account"),
            "cross-account backup",
            "The Essential Edition keeps backups in the account of the instance only.",
            standard,
        ),
        (
            needs(values, "kms"),
            "KMS encryption",
            "The Essential Edition does not encrypt backups with a key of KMS.",
            standard,
        ),
        (
            needs(values, "custom-policy"),
            "custom backup policy",
            "The Essential Edition backs up once a day and keeps backups for 30 days; neither can be changed.",
            standard,
        ),
        (
            needs(values, "network-storage"),
            "network storage",
            "The Essential Edition backs up block storage only; NAS, OSS and other mounts are left out.",
            "Use the NAS or OSS backup of Cloud Backup.",
        ),
    ];
    let broken = rules.into_iter().filter(|(applies, ..)| *applies);
    broken.map(|(_, rule, reason, alternative)| gate(rule, reason, alternative, "workload")).collect()
}

/// How much data there is: what is declared, or else the capacity of the disks, which it cannot exceed.
fn size(values: &Object, facts: Option<&Facts>) -> Option<Gate> {
    let declared = values.get("workload").and_then(|workload| workload.attribute("size_gib"));
    let declared = declared.as_ref().and_then(Value::as_number).map(crate::model::number::Number::to_f64);
    let (gib, what) = match (declared, facts) {
        (Some(gib), _) => (gib, "workload.size_gib declares"),
        #[expect(clippy::cast_precision_loss, reason = "no disk has 2^53 GiB")]
        (None, Some(facts)) => (facts.disks_gib as f64, "the disks of the instance hold up to"),
        (None, None) => return None,
    };
    let is_l0 = values.get("priority").and_then(Value::as_str) != Some("L1");
    if gib > as_f64(MOST_GIB) {
        let reason =
            format!("A daily backup of more than 2 TB may not end within 24 hours; {what} {gib} GiB.");
        let alternative = "Use the ECS File Backup Standard Edition, or ask Cloud Backup's support.";
        return Some(gate("data volume above 2 TB", reason, alternative, "workload"));
    }
    (is_l0 && gib > as_f64(L0_GIB)).then(|| {
        let reason = format!("Priority L0 is for data of less than 600 GB; {what} {gib} GiB.");
        gate(
            "data volume above 600 GB at L0",
            reason,
            "Set priority to L1, which is for up to 2 TB.",
            "priority",
        )
    })
}

/// A limit of the tables as the number that it is compared with.
#[expect(clippy::cast_precision_loss, reason = "the limits are small")]
const fn as_f64(gib: u64) -> f64 {
    gib as f64
}

/// What the instance is.
fn live(facts: &Facts) -> Vec<Gate> {
    let mut gates = Vec::new();
    let too_small = facts.cpus.is_some_and(|cpus| cpus < LEAST_CPUS)
        || facts.memory_mib.is_some_and(|memory| memory < LEAST_MEMORY_MIB);
    if too_small {
        let number = |value: Option<i64>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
        let reason = format!(
            "The instance has {} vCPU and {} MiB of memory; a backup needs 1 vCPU and 512 MiB to perform well.",
            number(facts.cpus),
            number(facts.memory_mib)
        );
        let alternative = "Use ECS snapshots, or a larger instance type.";
        gates.push(gate("instance below 1 vCPU or 512 MiB", reason, alternative, "instance_id"));
    }
    if facts.is_32_bit {
        let reason = "The instance runs a 32-bit system, for which there is no backup client.";
        gates.push(gate("32-bit system", reason, "Use ECS snapshots, or a 64-bit system.", "instance_id"));
    }
    if facts.classic_network {
        let reason = "The instance is on the classic network, which the backup client does not work on.";
        let alternative = "Move the instance to a VPC, or use ECS snapshots.";
        gates.push(gate("classic network", reason, alternative, "instance_id"));
    }
    if !facts.has_assistant {
        let (reason, alternative) = if facts.is_running {
            (
                "Cloud Assistant does not answer on the instance, and it installs the backup client.",
                "Install or start the Cloud Assistant agent.",
            )
        } else {
            (
                "Cloud Assistant installs the backup client, and it does not answer: the instance is not running.",
                "Start the instance.",
            )
        };
        gates.push(gate("Cloud Assistant absent", reason, alternative, "instance_id"));
    }
    gates
}

/// There is no such instance.
fn missing(values: &Object) -> Gate {
    let id = values.get("instance_id").and_then(Value::as_str).unwrap_or_default();
    let reason = format!("There is no instance {id} in this region, or these credentials cannot see it.");
    Gate {
        acceptance: None,
        ..gate("instance missing", reason, "Check instance_id and region.", "instance_id")
    }
}

/// Whether a system has 32 bits, as its names tell; `None` when they do not.
///
/// Source: ECS API 2014-05-26, `DescribeInstances`, `OSNameEn` (`CentOS  7.9 64 bit`) and `OSName` (`64位`); spaces vary.
pub(super) fn is_32_bit(names: &[Option<&str>]) -> Option<bool> {
    let says = |bits: &str| {
        names.iter().flatten().any(|name| {
            let name = name.to_lowercase().replace([' ', '-'], "");
            name.contains(&format!("{bits}bit")) || name.contains(&format!("{bits}位"))
        })
    };
    match (says("32"), says("64")) {
        (true, false) => Some(true),
        (_, true) => Some(false),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Type;

    fn good() -> Facts {
        Facts {
            cpus: Some(2),
            memory_mib: Some(4096),
            is_running: true,
            has_assistant: true,
            disks_gib: 40,
            ..Facts::default()
        }
    }

    fn values(workload: &[(&'static str, Value)], others: &[(&'static str, Value)]) -> Object {
        let mut values: Object = others.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        if !workload.is_empty() {
            values.insert("workload".into(), Value::object(workload.iter().cloned()));
        }
        values
    }

    fn need(need: &str) -> (&'static str, Value) {
        ("needs", Value::set(Type::String, [Value::string(need)]))
    }

    fn check(values: &Object, facts: Facts, expected: &[&str]) {
        let gates = gates(values, &Server::Known(facts));
        let rules: Vec<&str> = gates.iter().map(|gate| gate.rule.as_str()).collect();
        assert_eq!(rules, expected, "{values:?}");
    }

    #[test]
    fn a_plain_server_passes() {
        check(&values(&[], &[]), good(), &[]);
        check(&values(&[("kind", Value::string("website"))], &[]), good(), &[]);
    }

    #[test]
    fn declared_needs_are_put_to_the_vendors_table() {
        for (text, rule) in [
            ("database", "database backup"),
            ("whole-machine", "whole-machine recovery"),
            ("Whole Machine", "whole-machine recovery"),
            ("cross_region", "cross-region backup"),
            ("cross-account", "cross-account backup"),
            ("KMS", "KMS encryption"),
            ("custom-policy", "custom backup policy"),
            ("network-storage", "network storage"),
            ("no-client", "no backup client on the server"),
        ] {
            check(&values(&[need(text)], &[]), good(), &[rule]);
        }
        for kind in DATABASE_KINDS {
            check(&values(&[("kind", Value::string(kind))], &[]), good(), &["database backup"]);
        }
    }

    #[test]
    fn size_is_what_is_declared_or_else_what_the_disks_hold() {
        let l1 = ("priority", Value::string("L1"));
        let declared = |gib: i64| [("size_gib", Value::from(gib))];
        let disks = |gib: u64| Facts { disks_gib: gib, ..good() };
        check(&values(&[], &[]), disks(600), &[]);
        check(&values(&[], &[]), disks(601), &["data volume above 600 GB at L0"]);
        check(&values(&[], std::slice::from_ref(&l1)), disks(601), &[]);
        check(&values(&[], std::slice::from_ref(&l1)), disks(2049), &["data volume above 2 TB"]);
        check(&values(&declared(601), &[]), disks(40), &["data volume above 600 GB at L0"]);
        check(&values(&declared(100), &[]), disks(3000), &[]);
        check(&values(&declared(3000), &[l1]), disks(40), &["data volume above 2 TB"]);
    }

    #[test]
    fn live_facts_are_put_to_the_vendors_limits() {
        let none = values(&[], &[]);
        check(&none, Facts { cpus: Some(0), ..good() }, &["instance below 1 vCPU or 512 MiB"]);
        check(&none, Facts { memory_mib: Some(511), ..good() }, &["instance below 1 vCPU or 512 MiB"]);
        check(&none, Facts { memory_mib: Some(512), cpus: Some(1), ..good() }, &[]);
        check(&none, Facts { is_32_bit: true, ..good() }, &["32-bit system"]);
        check(&none, Facts { classic_network: true, ..good() }, &["classic network"]);
        check(&none, Facts { has_assistant: false, ..good() }, &["Cloud Assistant absent"]);
    }

    #[test]
    fn a_missing_server_is_a_gate_that_nobody_can_acknowledge() {
        let values = values(
            &[need("kms")],
            &[("instance_id", Value::string("i-1")), ("acknowledge_risk", Value::string(ACKNOWLEDGEMENT))],
        );
        let gates = gates(&values, &Server::Missing);
        let shown: Vec<(&str, bool)> =
            gates.iter().map(|gate| (gate.rule.as_str(), gate.acknowledged)).collect();
        assert_eq!(shown, [("KMS encryption", true), ("instance missing", false)]);
    }

    #[test]
    fn only_the_exact_sentence_acknowledges() {
        let check = |text: &str, expected: bool| {
            let values = values(&[need("kms")], &[("acknowledge_risk", Value::string(text))]);
            assert_eq!(gates(&values, &Server::NotKnownYet)[0].acknowledged, expected, "{text}");
        };
        check(ACKNOWLEDGEMENT, true);
        check("OK", false);
        check("yes", false);
        check(&ACKNOWLEDGEMENT.to_lowercase(), false);
        check(&format!("{ACKNOWLEDGEMENT}."), false);
    }

    #[test]
    fn bits_are_read_from_the_systems_names() {
        let check = |names: &[Option<&str>], expected: Option<bool>| {
            assert_eq!(is_32_bit(names), expected, "{names:?}");
        };
        check(&[Some("CentOS  7.9 64 bit"), None], Some(false));
        check(&[Some("Windows Server 2008 32bit"), None], Some(true));
        check(&[None, Some("CentOS 6.10 32位")], Some(true));
        check(&[Some("CentOS 6.10 32-bit")], Some(true));
        check(&[Some("Alibaba Cloud Linux 3")], None);
        check(&[None, None], None);
    }
}
