//! What of the clouds is imitated, and how well: `backform emulator list`.

/// How well a thing is imitated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Extent {
    /// As the vendor's documents and SDKs have it.
    Faithful,
    /// In outline; the note says what is different.
    Simplified,
    /// Not at all.
    Absent,
}

impl Extent {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Extent::Faithful => "faithful",
            Extent::Simplified => "simplified",
            Extent::Absent => "absent",
        }
    }
}

/// One thing that a cloud has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The cloud and product.
    pub product: &'static str,
    /// The operation or the behaviour.
    pub subject: &'static str,
    /// How well it is imitated.
    pub extent: Extent,
    /// What a caller should know of it.
    pub note: &'static str,
}

/// Everything that is faithful, simplified or known to be absent, by product.
pub fn list() -> Vec<Entry> {
    use Extent::{Absent, Faithful, Simplified};
    let entry = |product, subject, extent, note| Entry { product, subject, extent, note };
    let gateway = |subject, extent, note| entry("alibaba gateway", subject, extent, note);
    let hbr = |subject, extent, note| entry("alibaba hbr", subject, extent, note);
    let ecs = |subject, extent, note| entry("alibaba ecs", subject, extent, note);
    let sts = |subject, extent, note| entry("alibaba sts", subject, extent, note);
    let all = vec![
        gateway(
            "signature V3 (ACS3-HMAC-SHA256)",
            Faithful,
            "checked by the caller's own list of signed headers",
        ),
        gateway("signature V1 (HMAC-SHA1)", Faithful, "answers are JSON whatever Format says"),
        gateway("date and nonce", Faithful, "15 minutes of real time; the world's clock does not matter"),
        gateway("security tokens, inactive and unknown keys", Faithful, ""),
        gateway(
            "RAM policies",
            Simplified,
            "Effect, Action and Resource; a policy with a Condition is refused",
        ),
        gateway(
            "rate limits",
            Simplified,
            "off unless the world says so; a window begins with its first call",
        ),
        gateway("unknown parameters", Faithful, "ignored, as the vendor does"),
        gateway(
            "questions that the vendor's texts leave open",
            Simplified,
            "the likelier reading, unless the world names others in other_readings",
        ),
        gateway("HTTPS-only operations", Absent, "they are answered over plain HTTP"),
        gateway("RSA, SM3 and bearer authentication", Absent, ""),
        hbr("CancelBackupJob", Faithful, ""),
        hbr("CancelRestoreJob", Simplified, "cancelled at once, without CANCELING"),
        hbr(
            "CreateBackupPlan",
            Simplified,
            "source ECS_FILE only; a repetition answers with the plan that is there",
        ),
        hbr("CreateRestoreJob", Simplified, "ECS_FILE only; ClientToken is honoured; files are not imitated"),
        hbr(
            "DeleteBackupPlan",
            Simplified,
            "at once; a running job is ended unless RequireNoRunningJobs is set",
        ),
        hbr(
            "DescribeBackupClients",
            Simplified,
            "installed in 3 minutes, removed at once; client settings are constant",
        ),
        hbr("DescribeBackupJobs2", Simplified, "sizes and speeds are made up from disks and priority"),
        hbr("DescribeBackupPlans", Faithful, "oldest plan first; the vendor states no order"),
        hbr("DescribeRegions", Faithful, ""),
        hbr("DescribeRestoreJobs2", Faithful, ""),
        hbr(
            "DescribeVaults",
            Simplified,
            "vaults of the world, with constant prices and sizes; the Essential Edition's are hidden",
        ),
        hbr("DisableBackupPlan", Faithful, ""),
        hbr("EnableBackupPlan", Faithful, ""),
        hbr("ExecuteBackupPlan", Simplified, "waits for the client and for the job before it"),
        hbr("GetBasicStatistics", Simplified, "the Essential Edition's plans that have a recovery point"),
        hbr(
            "OpenHbrService",
            Faithful,
            "ORDER.OPEND when open already, or success if the world says open_again",
        ),
        hbr("SearchHistoricalSnapshots", Faithful, "InstanceId is insisted on, VaultId is not"),
        hbr(
            "UpdateBackupPlan",
            Simplified,
            "name, schedule, keep-latest, options, and the Standard Edition's retention",
        ),
        hbr(
            "schedules, retention, keep-latest",
            Faithful,
            "daily jobs and 30 days; the newest point outlives them",
        ),
        hbr("bills", Absent, ""),
        hbr(
            "how long things take",
            Simplified,
            "200 times quicker than in the cloud, unless the world names a pace",
        ),
        hbr("policies, containers, databases, replication, NAS, OSS, OTS", Absent, "operations answer 501"),
        ecs("DescribeCloudAssistantStatus", Faithful, ""),
        ecs("DescribeDisks", Simplified, "attached disks only"),
        ecs("DescribeImages", Simplified, "the images of the world's instances"),
        ecs("DescribeInstances", Simplified, "the fields and filters that bear on backup"),
        ecs("DescribeRegions", Simplified, "the regions of Cloud Backup"),
        ecs("everything that changes an instance", Absent, "operations answer 501"),
        sts("AssumeRole", Simplified, "roles of the world; trust and session policies are not imitated"),
        sts("GetCallerIdentity", Faithful, ""),
        sts("AssumeRoleWithOIDC", Simplified, "the world says which token is good; it is not looked into"),
        sts("AssumeRoleWithSAML", Absent, "operations answer 501"),
    ];
    all.into_iter().chain(huawei()).chain([worlds()]).collect()
}

/// What is recorded of real accounts.
fn worlds() -> Entry {
    Entry {
        product: "worlds",
        subject: "what `emulator capture` records",
        extent: Extent::Simplified,
        note: "what plans read; of servers neither addresses nor restores, of Huawei Cloud's neither flavour nor image",
    }
}

/// The same of Huawei Cloud.
fn huawei() -> Vec<Entry> {
    use Extent::{Absent, Faithful, Simplified};
    let entry = |product, subject, extent, note| Entry { product, subject, extent, note };
    let gateway = |subject, extent, note| entry("huawei gateway", subject, extent, note);
    let cbr = |subject, extent, note| entry("huawei cbr", subject, extent, note);
    let other = |subject, extent, note| entry("huawei others", subject, extent, note);
    vec![
        gateway("signature SDK-HMAC-SHA256", Faithful, "checked by the caller's own list of signed headers"),
        gateway(
            "dates, temporary keys, IAM tokens",
            Faithful,
            "real time; the world's clock does not matter",
        ),
        gateway("IAM policies", Simplified, "Effect and Action; a policy with a Condition is refused"),
        gateway("derived keys, SM3 and ECDSA signatures", Absent, ""),
        gateway("rate limits", Absent, "a fault gives the vendor's answer"),
        cbr("vaults: list, show, create, update, delete", Faithful, "all six types, both protection types"),
        cbr(
            "vaults: orders, billing mode, growth",
            Simplified,
            "prices, discounts and expiry are not imitated",
        ),
        cbr("resources: add, remove, migrate, suspend", Faithful, "a removal takes its time and the backups"),
        cbr("resources: bare metal and on-premises servers", Absent, ""),
        cbr("policies: list, show, create, update, delete, set", Faithful, ""),
        cbr("policies: runs, retention with the advanced rules, full backups", Faithful, ""),
        cbr("policies: runs of replication", Simplified, "replicas are there at once, within the account"),
        cbr("automatic association, expansion, locks", Faithful, ""),
        cbr("checkpoints", Faithful, "sizes are made up from capacities"),
        cbr("backups: list, show, rename, delete", Faithful, ""),
        cbr("backups: restore", Simplified, "states, checks and logs; there is no data"),
        cbr("backups: replicate, share", Simplified, "done at once, within the account"),
        cbr("tags, search by tags", Faithful, ""),
        cbr("operation logs, protectables, agents, use, features", Faithful, ""),
        cbr("clients of file backup", Simplified, "registered, listed and removed; they back nothing up"),
        cbr("organization policies", Simplified, "the organisation is the account, and in force at once"),
        cbr("synchronisation, old services", Absent, "operations answer 501"),
        cbr(
            "how long things take",
            Simplified,
            "200 times quicker than in the cloud; where the clock stands still, two readings",
        ),
        other(
            "ECS, EVS, SFS Turbo, Workspace: lists and single objects",
            Simplified,
            "the fields that bear on backup",
        ),
        other(
            "IAM: projects, domains, tokens, temporary keys",
            Simplified,
            "identity providers believe the tokens that the world names",
        ),
        other("STS: caller identity, agencies, OIDC", Simplified, "trust is not imitated"),
        other("metadata of a server: its agency's key, with and without token", Faithful, ""),
        other("BSS: orders, payment, renewal, unsubscription", Simplified, "no prices"),
        other("EPS: enterprise projects", Simplified, "list them, and move a vault"),
        other("IMS: images of servers' backups", Simplified, "made at once; they keep their backups"),
        other("everything else", Absent, "operations answer 501"),
    ]
}
