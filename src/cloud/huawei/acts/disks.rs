//! Which disk of a server's backup goes to which disk of a server.

use std::collections::BTreeMap;

use crate::cloud::huawei::resources::facts::{DiskFacts, Facts};
use crate::model::act::Objection;
use crate::wire::huawei::cbr::Backup;

/// A disk of a backup, and the disk that it is written over.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The backup of the disk.
    pub part: &'a Backup,
    /// The disk.
    pub disk: &'a DiskFacts,
}

/// One pair for each disk of the backup: as it was said, or else to the disk that it is from, or else from system disk to
/// system disk. Or everything that stands against that.
pub fn pairs<'a>(
    backup: &'a Backup,
    said: &[(String, String)],
    server: &str,
    target: &'a Facts,
) -> Result<Vec<Pair<'a>>, Vec<Objection>> {
    let mut against: Vec<Objection> = strangers(backup, said, server, target);
    if backup.children.is_empty() {
        against.push(Objection(format!(
            "the cloud names no disks of the backup {}, and a restore must name each; choose another backup",
            id_of(backup)
        )));
    }
    let mut found: BTreeMap<&str, Pair<'a>> = BTreeMap::new();
    for part in &backup.children {
        match own_disk(part, said, target) {
            Some(disk) => {
                against.extend(obstacle(part, disk));
                if found.insert(&disk.id, Pair { part, disk }).is_some() {
                    against.push(Objection(format!(
                        "two disks of the backup would go to {}; say for each with `--disk FROM=TO` where it goes",
                        disk.id
                    )));
                }
            }
            None => against.push(homeless(part, server, target)),
        }
    }
    if against.is_empty() { Ok(found.into_values().collect()) } else { Err(against) }
}

fn id_of(backup: &Backup) -> &str {
    backup.id.as_deref().unwrap_or_default()
}

/// The disk that a part of a backup is of.
fn source_of(part: &Backup) -> &str {
    part.resource_id.as_deref().unwrap_or_default()
}

/// Names in `--disk` that mean nothing. A disk of the backup is named by its own id or by its backup's.
fn strangers(backup: &Backup, said: &[(String, String)], server: &str, target: &Facts) -> Vec<Objection> {
    let is_part = |id: &str| backup.children.iter().any(|part| id_of(part) == id || source_of(part) == id);
    let is_disk = |id: &str| target.disks.iter().any(|disk| disk.id == id);
    let mut against = Vec::new();
    for (from, to) in said {
        if !is_part(from) {
            let parts = list(backup.children.iter().map(source_of));
            against.push(Objection(format!(
                "{from} is no disk of the backup {}, which has {parts}",
                id_of(backup)
            )));
        }
        if !is_disk(to) {
            let disks = list(target.disks.iter().map(|disk| disk.id.as_str()));
            against.push(Objection(format!("{to} is not attached to {server}, which has {disks}")));
        }
    }
    against
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() { "none".to_owned() } else { names }
}

fn own_disk<'a>(part: &Backup, said: &[(String, String)], target: &'a Facts) -> Option<&'a DiskFacts> {
    let named = |id: &str| target.disks.iter().find(|disk| disk.id == id);
    let is_it = |from: &&(String, String)| from.0 == id_of(part) || from.0 == source_of(part);
    if let Some((_, to)) = said.iter().find(is_it) {
        return named(to);
    }
    let system = || target.disks.iter().find(|disk| disk.system).filter(|_| is_system(part));
    named(source_of(part)).or_else(system)
}

/// Source: CBR API v3, "Querying a Backup", `extend_info.bootable` and `system_disk`.
fn is_system(part: &Backup) -> bool {
    part.extend_info
        .as_ref()
        .is_some_and(|info| info.bootable == Some(true) || info.system_disk == Some(true))
}

fn gib(part: &Backup) -> u64 {
    part.resource_size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}

/// Source: CBR API v3, errors 2001 and 2013.
fn obstacle(part: &Backup, disk: &DiskFacts) -> Option<Objection> {
    let (from, to) = (source_of(part), &disk.id);
    if disk.system && !is_system(part) {
        let text =
            format!("{from} was a data disk, and its backup cannot be restored to the system disk {to}");
        return Some(Objection(text));
    }
    let (needed, found) = (gib(part), disk.size_gib);
    let too_small = || {
        format!(
            "{to} has {found} GB and the backup of {from} needs {needed}; the target must be as large at least"
        )
    };
    (found < needed).then(|| Objection(too_small()))
}

fn homeless(part: &Backup, server: &str, target: &Facts) -> Objection {
    let (from, size) = (source_of(part), gib(part));
    let disks = list(target.disks.iter().map(|disk| disk.id.as_str()));
    Objection(format!(
        "say with `--disk {from}=TO` to which disk of {server} the backup of {from} ({size} GB) goes; it has {disks}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::huawei::resources::facts::Protected;

    fn disk(id: &str, size_gib: u64, system: bool) -> DiskFacts {
        DiskFacts { id: id.to_owned(), size_gib, encrypted: false, shared: false, system }
    }

    fn target(disks: Vec<DiskFacts>) -> Facts {
        Facts {
            kind: Protected::Server,
            name: "t".to_owned(),
            status: "ACTIVE".to_owned(),
            is_ready: true,
            task: None,
            zone: None,
            enterprise_project: None,
            tags: [].into(),
            size_gib: disks.iter().map(|disk| disk.size_gib).sum(),
            disks,
            system: None,
        }
    }

    /// The pairs as `part>disk`, or what stands against them.
    fn paired(said: &[(&str, &str)], disks: Vec<DiskFacts>) -> String {
        let backup: Backup = serde_json::from_value(json!({ "id": "b", "children": [
            { "id": "b-s", "resource_id": "s", "resource_size": 40, "extend_info": { "bootable": true } },
            { "id": "b-d", "resource_id": "d", "resource_size": 100 }] }))
        .expect("the shape decodes");
        let said: Vec<(String, String)> =
            said.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        match pairs(&backup, &said, "t", &target(disks)) {
            Ok(pairs) => {
                let words = pairs.iter().map(|pair| format!("{}>{}", id_of(pair.part), pair.disk.id));
                words.collect::<Vec<_>>().join(" ")
            }
            Err(against) => against.into_iter().map(|why| why.0).collect::<Vec<_>>().join("; "),
        }
    }

    #[test]
    fn each_disk_goes_where_it_was_said_or_where_it_is_from() {
        let own = || vec![disk("s", 40, true), disk("d", 100, false)];
        let other = || vec![disk("t-s", 40, true), disk("t-d", 200, false), disk("t-e", 100, false)];
        let check = |said: &[(&str, &str)], disks: Vec<DiskFacts>, expected: &str| {
            let found = paired(said, disks);
            assert!(found.contains(expected), "{found}");
        };
        check(&[], own(), "b-d>d b-s>s");
        check(&[("d", "t-e")], other(), "b-d>t-e b-s>t-s");
        check(&[("b-d", "t-d")], other(), "b-d>t-d b-s>t-s");
        check(
            &[],
            other(),
            "say with `--disk d=TO` to which disk of t the backup of d (100 GB) goes; it has t-s, t-d, t-e",
        );
        check(&[("d", "d2")], own(), "d2 is not attached to t, which has s, d");
        check(&[("x", "d")], own(), "x is no disk of the backup b, which has s, d");
        check(&[("s", "d")], own(), "two disks of the backup would go to d");
        check(&[("d", "s"), ("s", "d")], own(), "d was a data disk");
        check(
            &[],
            vec![disk("s", 40, true), disk("d", 99, false)],
            "d has 99 GB and the backup of d needs 100",
        );
    }
}
