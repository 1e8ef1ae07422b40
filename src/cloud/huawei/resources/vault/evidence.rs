//! What would be lost with a vault, or with some of what it protects.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cloud::error::Error;
use crate::cloud::huawei::cbr;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::words;
use crate::model::live::{Extent, Stake};
use crate::model::risk::Evidence;
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// Up to so many vaults are asked for their backups one by one; for more, those of the project are listed.
const FEW: usize = 5;

const MIB: u64 = 1024 * 1024;

/// The backups of vaults, by vault.
///
/// # Errors
///
/// When a listing fails or does not hold still.
pub async fn backups(
    client: &Client,
    region: &str,
    vaults: &[&str],
) -> Result<BTreeMap<String, Vec<wire::Backup>>, Error> {
    let mut found: BTreeMap<String, Vec<wire::Backup>> = BTreeMap::new();
    let all = if vaults.len() > FEW {
        cbr::find_backups(client, region, &[]).await?
    } else {
        let mut all = Vec::new();
        for vault in vaults {
            all.extend(cbr::list_backups(client, region, vault).await?);
        }
        all
    };
    for backup in all {
        found.entry(backup.vault_id.clone().unwrap_or_default()).or_default().push(backup);
    }
    Ok(found)
}

/// What would be lost, by vault.
///
/// # Errors
///
/// When a listing fails or does not hold still.
pub async fn evidence(
    client: &Client,
    region: &str,
    stakes: &[Stake],
) -> Result<BTreeMap<Arc<str>, Evidence>, Error> {
    let ids: Vec<&str> = stakes.iter().map(|stake| &*stake.object.id).collect();
    let backups = backups(client, region, &ids).await?;
    let of = |stake: &Stake| {
        let own = backups.get(&*stake.object.id).map(Vec::as_slice).unwrap_or_default();
        (stake.object.id.clone(), weigh(stake, own))
    };
    Ok(stakes.iter().map(of).collect())
}

/// Whether what belongs to a resource is lost.
fn is_lost(extent: &Extent, resource: &str) -> bool {
    match extent {
        Extent::AllBut(stays) => !stays.contains(resource),
        Extent::Members(lost) => lost.contains(resource),
    }
}

fn weigh(stake: &Stake, backups: &[wire::Backup]) -> Evidence {
    let lost: Vec<&wire::Backup> = backups
        .iter()
        .filter(|backup| is_lost(&stake.extent, backup.resource_id.as_deref().unwrap_or_default()))
        .collect();
    Evidence { bytes: Some(size(&stake.object.values, &stake.extent)), ..of_backups(&lost) }
}

/// What these backups say of themselves; their size is not among it.
pub fn of_backups(lost: &[&wire::Backup]) -> Evidence {
    let made = || lost.iter().filter_map(|backup| words::instant(backup.created_at.as_deref()?));
    let copies = lost.iter().flat_map(|backup| &backup.replication_records);
    Evidence {
        recovery_points: lost.len() as u64,
        newest: made().max(),
        oldest: made().min(),
        bytes: None,
        other_copies: copies.filter(|copy| copy.status.as_deref() == Some("success")).count() as u64,
    }
}

/// What the backups take up, as the vault says of each resource.
fn size(values: &Object, extent: &Extent) -> u64 {
    let associated = words::elements(values, "associated").iter().filter_map(Value::as_object);
    let lost = associated.filter(|resource| is_lost(extent, words::text(resource, "id").unwrap_or_default()));
    let mib = lost.filter_map(|resource| words::number(resource, "backup_size"));
    mib.filter_map(|mib| u64::try_from(mib).ok())
        .fold(0, |total, mib| total.saturating_add(mib.saturating_mul(MIB)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::huawei::resources::vault::shape::{Policies, from_wire};

    #[test]
    fn what_goes_elsewhere_is_not_lost() {
        let vault: wire::Vault = serde_json::from_value(json!({
            "id": "v", "name": "v", "billing": { "object_type": "server" },
            "resources": [{ "id": "a", "backup_size": 10 }, { "id": "b", "backup_size": 20 }]
        }))
        .expect("the shape decodes");
        let object = from_wire(&vault, "r", &Policies::new()).expect("it has an id");
        let backups: Vec<wire::Backup> = serde_json::from_value(json!([
            { "id": "1", "resource_id": "a", "created_at": "1970-01-02T00:00:00.000000" },
            { "id": "2", "resource_id": "b", "created_at": "1970-01-03T00:00:00.000000",
              "replication_records": [{ "status": "success" }, { "status": "fail" }] },
            { "id": "3", "resource_id": "gone", "created_at": "1970-01-04T00:00:00.000000" }
        ]))
        .expect("the shape decodes");
        let check = |extent: Extent, points: u64, days: (i64, i64), mib: u64, copies: u64| {
            let stake = Stake { object: object.clone(), extent, after: None };
            let expected = Evidence {
                recovery_points: points,
                oldest: Some(days.0 * 86_400),
                newest: Some(days.1 * 86_400),
                bytes: Some(mib * MIB),
                other_copies: copies,
            };
            assert_eq!(weigh(&stake, &backups), expected);
        };
        check(Extent::AllBut([].into()), 3, (1, 3), 30, 1);
        check(Extent::AllBut(["b".into()].into()), 2, (1, 3), 10, 0);
        check(Extent::Members(["b".into()].into()), 1, (2, 2), 20, 1);
    }
}
