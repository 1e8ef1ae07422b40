//! Which IAM permissions it takes, and the least policy that grants them.
//!
//! One table for all types and commands: what a permission is for stands beside it, and a test holds it against the
//! calls that the client has.
//!
//! Source: CBR API reference, "Permissions Policies and Supported Actions"; those of ECS, EVS, SFS Turbo, Workspace and
//! of the billing service. The names are those of policies of version 1.1.

use serde_json::{Value, json};

use super::provider;
use super::resources::{backups, checkpoint, instances, policies, policy, vault, vaults, volumes};
use crate::cloud::permissions::{BACKUP, BACKUPS, COVERAGE, Need, QUOTA, RESTORE, STATUS};

/// The provider whose table this is.
pub const PROVIDER: &str = provider::NAME;

const CHECKPOINT: &str = checkpoint::NAME;
const VAULT: &str = vault::NAME;
const POLICY: &str = policy::NAME;
const BACKUPS_DATA: &str = backups::NAME;
const INSTANCES: &str = instances::NAME;
const POLICIES: &str = policies::NAME;
const VAULTS: &str = vaults::NAME;
const VOLUMES: &str = volumes::NAME;

const fn read(action: &'static str, users: &'static [&'static str]) -> Need {
    Need::read(action, users)
}

const fn write(action: &'static str, users: &'static [&'static str]) -> Need {
    Need::write(action, users)
}

/// Every permission that a call of ours needs. Those that nobody uses are for calls that no type and no command makes by
/// itself.
pub const NEEDS: &[Need] = &[
    read("bss:order:view", &[VAULT]),
    write("bss:order:pay", &[VAULT]),
    write("bss:order:update", &[]),
    write("bss:renewal:update", &[VAULT]),
    write("bss:unsubscribe:update", &[VAULT]),
    read("cbr:agents:list", &[]),
    read("cbr:backups:checkAgent", &[STATUS, VAULT]),
    write("cbr:backups:delete", &[CHECKPOINT]),
    read("cbr:backups:get", &[]),
    read("cbr:backups:list", &[BACKUPS, BACKUPS_DATA, CHECKPOINT, RESTORE, VAULT]),
    write("cbr:backups:restore", &[RESTORE]),
    write("cbr:policies:create", &[POLICY]),
    write("cbr:policies:delete", &[POLICY]),
    read("cbr:policies:list", &[COVERAGE, POLICIES, POLICY, STATUS, VAULT, VAULTS]),
    write("cbr:policies:update", &[POLICY]),
    read("cbr:tasks:get", &[RESTORE]),
    read("cbr:tasks:list", &[BACKUP, CHECKPOINT, COVERAGE, RESTORE, STATUS]),
    write("cbr:vaults:addResources", &[VAULT]),
    write("cbr:vaults:associatePolicy", &[VAULT]),
    write("cbr:vaults:backup", &[BACKUP, CHECKPOINT]),
    write("cbr:vaults:bulkCreateOrDeleteTags", &[VAULT]),
    write("cbr:vaults:create", &[VAULT]),
    write("cbr:vaults:delete", &[VAULT]),
    write("cbr:vaults:dissociatePolicy", &[VAULT]),
    read("cbr:vaults:get", &[BACKUP, CHECKPOINT, VAULT]),
    read(
        "cbr:vaults:list",
        &[BACKUP, BACKUPS, CHECKPOINT, COVERAGE, POLICY, QUOTA, RESTORE, STATUS, VAULT, VAULTS],
    ),
    read("cbr:vaults:listProtectables", &[]),
    write("cbr:vaults:migrateResources", &[VAULT]),
    write("cbr:vaults:removeResources", &[VAULT]),
    write("cbr:vaults:update", &[VAULT]),
    read("ecs:cloudServers:list", &[COVERAGE, INSTANCES, RESTORE, VAULT]),
    write("eps:resources:add", &[VAULT]),
    read("evs:volumes:list", &[COVERAGE, INSTANCES, RESTORE, VAULT, VOLUMES]),
    read("sfsturbo:shares:getAllShares", &[COVERAGE, VAULT]),
    read("workspace:desktops:list", &[COVERAGE, RESTORE, VAULT]),
];

/// What some permissions are for that not every vault needs; whoever has no such vaults can do without.
pub const ONLY_FOR: [(&str, &str); 4] = [
    ("bss:order:view", "vaults that are paid in advance"),
    ("cbr:backups:checkAgent", "vaults whose backups are consistent for applications"),
    ("sfsturbo:shares:getAllShares", "vaults of file systems"),
    ("workspace:desktops:list", "vaults of desktops"),
];

/// A policy of version 1.1 that allows these actions.
///
/// Source: IAM user guide, "Policy Syntax".
pub fn policy(actions: &[&str]) -> Value {
    json!({ "Version": "1.1", "Statement": [{ "Effect": "Allow", "Action": actions }] })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::cloud::permissions::{Stage, actions};

    /// The permission that each action of the client needs; none where every identity may.
    const ACTIONS: &[(&str, &str)] = &[
        ("AddVaultResource", "cbr:vaults:addResources"),
        ("AssociateVaultPolicy", "cbr:vaults:associatePolicy"),
        ("AutoRenewalResources", "bss:renewal:update"),
        ("BatchCreateAndDeleteVaultTags", "cbr:vaults:bulkCreateOrDeleteTags"),
        ("CancelAutoRenewalResources", "bss:renewal:update"),
        ("CancelCustomerOrder", "bss:order:update"),
        ("CancelResourcesSubscription", "bss:unsubscribe:update"),
        ("ChangeOrder", "cbr:vaults:update"),
        ("CheckAgent", "cbr:backups:checkAgent"),
        ("CreateCheckpoint", "cbr:vaults:backup"),
        ("CreatePolicy", "cbr:policies:create"),
        ("CreateVault", "cbr:vaults:create"),
        ("DeleteBackup", "cbr:backups:delete"),
        ("DeletePolicy", "cbr:policies:delete"),
        ("DeleteVault", "cbr:vaults:delete"),
        ("DisassociateVaultPolicy", "cbr:vaults:dissociatePolicy"),
        ("ListAgent", "cbr:agents:list"),
        ("ListBackups", "cbr:backups:list"),
        ("ListCustomerOrders", "bss:order:view"),
        ("ListDesktopsDetail", "workspace:desktops:list"),
        ("ListOpLogs", "cbr:tasks:list"),
        ("ListPayPerUseCustomerResources", "bss:order:view"),
        ("ListPolicies", "cbr:policies:list"),
        ("ListProtectable", "cbr:vaults:listProtectables"),
        ("ListServersDetails", "ecs:cloudServers:list"),
        ("ListShares", "sfsturbo:shares:getAllShares"),
        ("ListVault", "cbr:vaults:list"),
        ("ListVolumes", "evs:volumes:list"),
        ("MigrateResource", "eps:resources:add"),
        ("MigrateVaultResource", "cbr:vaults:migrateResources"),
        ("PayOrders", "bss:order:pay"),
        ("RemoveVaultResource", "cbr:vaults:removeResources"),
        ("RestoreBackup", "cbr:backups:restore"),
        ("ShowBackup", "cbr:backups:get"),
        ("ShowCheckpoint", "cbr:vaults:get"),
        ("ShowCustomerOrderDetails", "bss:order:view"),
        ("ShowOpLog", "cbr:tasks:get"),
        ("ShowVault", "cbr:vaults:get"),
        ("UpdatePolicy", "cbr:policies:update"),
        ("UpdateVault", "cbr:vaults:update"),
    ];

    /// The actions that the client has calls for, as its own code spells them.
    fn calls() -> BTreeSet<&'static str> {
        let sources = [
            include_str!("bss.rs"),
            include_str!("cbr.rs"),
            include_str!("ecs.rs"),
            include_str!("eps.rs"),
            include_str!("evs.rs"),
            include_str!("sfs_turbo.rs"),
            include_str!("workspace.rs"),
        ];
        let mut calls = BTreeSet::new();
        for text in sources {
            let code = text.split("#[cfg(test)]").next().expect("a text has a first piece");
            for start in ["read(\"", "write(\"", "write(\n        \"", "Operation::create(Service::Cbr, \""] {
                calls.extend(code.split(start).skip(1).filter_map(|rest| rest.split('"').next()));
            }
            for service in ["Bss", "Cbr", "Ecs", "Eps", "Evs", "SfsTurbo", "Workspace"] {
                let start = format!("(Service::{service}, \"");
                calls.extend(code.split(&start).skip(1).filter_map(|rest| rest.split('"').next()));
            }
        }
        calls
    }

    #[test]
    fn every_call_has_its_line_and_every_line_its_call() {
        let known: BTreeMap<&str, &str> = ACTIONS.iter().copied().collect();
        assert_eq!(known.keys().copied().collect::<BTreeSet<_>>(), calls());
        let told: BTreeSet<&str> = NEEDS.iter().map(|need| need.action).collect();
        assert_eq!(told, known.values().copied().collect());
        assert_eq!(told.len(), NEEDS.len());
    }

    #[test]
    fn a_policy_holds_what_is_used_and_nothing_else() {
        let check = |users: &[&str], stage: Stage, expected: &[&str]| {
            assert_eq!(
                actions(NEEDS, &users.iter().copied().collect(), stage),
                expected,
                "{users:?} {stage:?}"
            );
        };
        check(&[], Stage::Apply, &[]);
        check(&[VOLUMES], Stage::Apply, &["evs:volumes:list"]);
        check(&[QUOTA], Stage::Plan, &["cbr:vaults:list"]);
        check(&[POLICY], Stage::Plan, &["cbr:policies:list", "cbr:vaults:list"]);
        check(
            &[POLICY],
            Stage::Apply,
            &[
                "cbr:policies:create",
                "cbr:policies:delete",
                "cbr:policies:list",
                "cbr:policies:update",
                "cbr:vaults:list",
            ],
        );
        check(
            &[BACKUP],
            Stage::Apply,
            &["cbr:tasks:list", "cbr:vaults:backup", "cbr:vaults:get", "cbr:vaults:list"],
        );
        check(
            &[RESTORE],
            Stage::Apply,
            &[
                "cbr:backups:list",
                "cbr:backups:restore",
                "cbr:tasks:get",
                "cbr:tasks:list",
                "cbr:vaults:list",
                "ecs:cloudServers:list",
                "evs:volumes:list",
                "workspace:desktops:list",
            ],
        );
        assert_eq!(
            policy(&["cbr:vaults:list"]).to_string(),
            r#"{"Statement":[{"Action":["cbr:vaults:list"],"Effect":"Allow"}],"Version":"1.1"}"#
        );
    }
}
