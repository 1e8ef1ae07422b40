//! The least that an identity must be allowed to do: one table, and the RAM policies made of it.
//!
//! Source: Alibaba Cloud help, RAM policies of Cloud Backup: an operation is the action `hbr:<operation>`, and its
//! resource must be `*`; ECS API 2014-05-26, the same for the reads that are made here.

use serde_json::{Value, json};

use super::resources::{ecs_file_backup, instances, snapshots};
use crate::cloud::permissions::{BACKUP, BACKUPS, COVERAGE, Need, QUOTA, RESTORE, STATUS};

const FILE_BACKUP: &str = ecs_file_backup::NAME;
const INSTANCES: &str = instances::NAME;
const SNAPSHOTS: &str = snapshots::NAME;

const fn read(action: &'static str, users: &'static [&'static str]) -> Need {
    Need::read(action, users)
}

const fn write(action: &'static str, users: &'static [&'static str]) -> Need {
    Need::write(action, users)
}

/// Every permission that a call of ours needs.
///
/// `ram:CreateServiceLinkedRole` is needed once, by the service itself, which makes its role
/// `AliyunServiceRoleForHbrEcsBackup` in the caller's name when the first server is protected.
/// Source: the vendor's Essential Edition skill, RAM policies.
pub const NEEDS: &[Need] = &[
    read("ecs:DescribeCloudAssistantStatus", &[FILE_BACKUP]),
    read("ecs:DescribeDisks", &[FILE_BACKUP]),
    read("ecs:DescribeImages", &[FILE_BACKUP]),
    read("ecs:DescribeInstances", &[COVERAGE, FILE_BACKUP, INSTANCES, RESTORE]),
    write("hbr:CreateBackupPlan", &[FILE_BACKUP]),
    write("hbr:CreateRestoreJob", &[RESTORE]),
    write("hbr:DeleteBackupPlan", &[FILE_BACKUP]),
    read("hbr:DescribeBackupClients", &[RESTORE, STATUS]),
    read("hbr:DescribeBackupJobs2", &[BACKUP, COVERAGE, STATUS]),
    read("hbr:DescribeBackupPlans", &[BACKUP, BACKUPS, COVERAGE, FILE_BACKUP, RESTORE, SNAPSHOTS, STATUS]),
    read("hbr:DescribeRestoreJobs2", &[RESTORE, STATUS]),
    write("hbr:DisableBackupPlan", &[FILE_BACKUP]),
    write("hbr:EnableBackupPlan", &[FILE_BACKUP]),
    write("hbr:ExecuteBackupPlan", &[BACKUP]),
    read("hbr:GetBasicStatistics", &[FILE_BACKUP, QUOTA]),
    write("hbr:OpenHbrService", &[FILE_BACKUP]),
    read("hbr:SearchHistoricalSnapshots", &[BACKUPS, FILE_BACKUP, RESTORE, SNAPSHOTS]),
    write("hbr:UpdateBackupPlan", &[FILE_BACKUP]),
    write("ram:CreateServiceLinkedRole", &[FILE_BACKUP]),
];

/// Calls that need no permission of the identity that the rest is done with.
///
/// Source: STS API 2015-04-01: every identity may ask who it is; a role is assumed by the identity before it, or by a
/// token.
pub const FREE: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithOIDC", "sts:GetCallerIdentity"];

/// A RAM policy that allows these actions.
pub fn policy(actions: &[&str]) -> Value {
    json!({
        "Version": "1",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cloud::permissions::{Stage, actions};

    /// The actions that the client has calls for, as its own code spells them.
    fn calls() -> BTreeSet<String> {
        let sources = [include_str!("ecs.rs"), include_str!("hbr.rs"), include_str!("sts.rs")];
        let mut calls = BTreeSet::new();
        for piece in sources.iter().flat_map(|text| text.split("Operation::new(Product::").skip(1)) {
            let (product, rest) = piece.split_once(',').expect("a product");
            let product = product.trim_end_matches("Central").to_lowercase();
            let action = rest.split('"').nth(1).expect("an action");
            calls.insert(format!("{product}:{action}"));
        }
        calls
    }

    #[test]
    fn every_call_has_its_line_and_every_line_its_call() {
        let told: BTreeSet<String> =
            NEEDS.iter().map(|need| need.action).chain(FREE).map(str::to_owned).collect();
        let own: BTreeSet<String> = ["ram:CreateServiceLinkedRole".to_owned()].into();
        assert_eq!(told.difference(&own).cloned().collect::<BTreeSet<_>>(), calls());
        assert!(NEEDS.is_sorted_by_key(|need| need.action));
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
        check(&[INSTANCES], Stage::Apply, &["ecs:DescribeInstances"]);
        check(&[QUOTA], Stage::Plan, &["hbr:GetBasicStatistics"]);
        check(&[SNAPSHOTS], Stage::Plan, &["hbr:DescribeBackupPlans", "hbr:SearchHistoricalSnapshots"]);
        check(
            &[FILE_BACKUP],
            Stage::Plan,
            &[
                "ecs:DescribeCloudAssistantStatus",
                "ecs:DescribeDisks",
                "ecs:DescribeImages",
                "ecs:DescribeInstances",
                "hbr:DescribeBackupPlans",
                "hbr:GetBasicStatistics",
                "hbr:SearchHistoricalSnapshots",
            ],
        );
        let document = policy(&actions(NEEDS, &[QUOTA].into(), Stage::Plan));
        assert_eq!(
            document.to_string(),
            r#"{"Statement":[{"Action":["hbr:GetBasicStatistics"],"Effect":"Allow","Resource":"*"}],"Version":"1"}"#
        );
    }
}
