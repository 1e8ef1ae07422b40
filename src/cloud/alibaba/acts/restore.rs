//! `alicloud_hbr_restore_job`: files out of a recovery point, to a directory of a server of the same region.
//!
//! Source of the rules: the vendor's Essential Edition skill, "Parameter Confirmation & Validation" and "File Restore".

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join3;
use serde_json::json;

use super::job;
use super::restore_once::{options, seconds};
use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::hbr::none_unless_open;
use crate::cloud::error::Error;
use crate::cloud::follow::{Seen, follow};
use crate::cloud::host::utc;
use crate::model::act::{Asked, Conflict, Draft, Drafted, Objection, Origin, Ran, RestoreWish, Watch, What};
use crate::model::desired::Scope;
use crate::model::risk::{Risk, RiskKind};
use crate::model::schema::{Attribute, Home, Kind, Presence, Rule, Schema, align_nothing, check_nothing};
use crate::model::value::{Object, Value};
use crate::wire::alibaba::ecs::{DescribeInstancesRequest, Instance};
use crate::wire::alibaba::hbr::{BackupClient, CreateRestoreJobRequest, RestoreJob, Snapshot};

/// The act's name.
pub const NAME: &str = "alicloud_hbr_restore_job";

/// What a client says of itself that works. Source: HBR API 2017-09-08, `DescribeBackupClients`, `Status`.
const WORKS: &str = "ACTIVATED";

/// The most that the service takes of a list of paths, as JSON. Source: HBR API 2017-09-08, `CreateRestoreJob`, `Include`.
const INCLUDE_LIMIT: usize = 255;

const SKIP: &str = "SKIP_THE_FILE";
const OVERWRITE: &str = "OVERWRITE_EXISTING";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "instance_id",
        Kind::String,
        Presence::Required,
        "The ECS instance that the files are from.",
    ),
    Attribute::new("region", Kind::String, Presence::Required, "The region of both instances."),
    Attribute::new("vault_id", Kind::String, Presence::Required, "The vault of the recovery point."),
    Attribute::new("snapshot_id", Kind::String, Presence::Required, "The recovery point."),
    Attribute::new(
        "snapshot_hash",
        Kind::String,
        Presence::Required,
        "Its hash, which the service wants too.",
    ),
    Attribute::new("completed_at", Kind::String, Presence::Required, "When its backup ended, UTC."),
    Attribute::new(
        "include",
        Kind::List(&Kind::String),
        Presence::Optional,
        "Files and directories to restore; everything where left out.",
    ),
    Attribute::new("target_instance_id", Kind::String, Presence::Required, "Where the files go."),
    Attribute::new(
        "target_path",
        Kind::String,
        Presence::Required,
        "The directory they go to; it must exist.",
    ),
    Attribute::new(
        "conflict_policy",
        Kind::String,
        Presence::Required,
        "What happens to files that are there already: SKIP_THE_FILE or OVERWRITE_EXISTING.",
    )
    .rules(&[Rule::OneOf(&[SKIP, OVERWRITE])]),
];

/// The act.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "alicloud",
    home: Home::Cloud,
    id: "restore_id",
    identity: None,
    attributes: ATTRIBUTES,
    protection: None,
    align: align_nothing,
    check: check_nothing,
    doc: "Restores files of an ECS instance out of a recovery point of the Essential Edition.",
    ..Schema::PLAIN
};

/// What is to be restored, once every argument has a value of the right form.
struct Order {
    /// Whose files.
    source: String,
    from: Origin,
    include: Vec<String>,
    target: String,
    path: String,
    conflict: Conflict,
}

impl Order {
    fn of(asked: &Asked) -> Result<Self, Vec<Objection>> {
        match asked {
            Asked::Wish(wish) => match &wish.what {
                What::Restore(restore) => Self::of_wish(wish.server(), restore),
                What::Backup(_) => Err(vec![Objection("a backup is no restore".to_owned())]),
            },
            Asked::Again(values) => Self::of_values(values),
        }
    }

    /// What has no default is asked for: where to, and what becomes of files that are there already.
    fn of_wish(server: &str, wish: &RestoreWish) -> Result<Self, Vec<Objection>> {
        let mut missing = Vec::new();
        if wish.path.is_none() {
            missing.push("say with `--to-path` into which directory; it must exist on the server");
        }
        if wish.conflict.is_none() {
            missing.push(
                "say with `--conflict skip` or `--conflict overwrite` what happens to files that are there already",
            );
        }
        if !wish.disks.is_empty() || wish.stays_off {
            missing.push("the Essential Edition restores files and leaves disks and power alone; leave `--disk` and `--no-power-on` out");
        }
        let order = Self {
            source: server.to_owned(),
            from: wish.from.clone(),
            include: wish.include.clone(),
            target: wish.target.clone().unwrap_or_else(|| server.to_owned()),
            path: wish.path.clone().unwrap_or_else(|| "/".to_owned()),
            conflict: wish.conflict.unwrap_or(Conflict::Skip),
        };
        order.checked(missing.into_iter().map(|words| Objection(words.to_owned())).collect())
    }

    fn of_values(values: &Object) -> Result<Self, Vec<Objection>> {
        let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let include = values.get("include").and_then(Value::as_slice).unwrap_or_default();
        let conflict =
            if text("conflict_policy") == OVERWRITE { Conflict::Overwrite } else { Conflict::Skip };
        let order = Self {
            source: text("instance_id"),
            from: Origin::Id(text("snapshot_id")),
            include: include.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            target: text("target_instance_id"),
            path: text("target_path"),
            conflict,
        };
        order.checked(Vec::new())
    }

    /// The order, where nothing is missing and each of its texts has the form that the vendor's table of parameters
    /// asks for.
    fn checked(self, mut objections: Vec<Objection>) -> Result<Self, Vec<Objection>> {
        objections.extend(id("INSTANCE_ID", &self.source));
        if self.target != self.source {
            objections.extend(id("INSTANCE_ID", &self.target));
        }
        if let Origin::Id(snapshot) = &self.from {
            objections.extend(id("SNAPSHOT_ID", snapshot));
        }
        objections.extend(path("TARGET_PATH", &self.path));
        objections.extend(self.include.iter().filter_map(|include| path("SOURCE_PATH", include)));
        let length = json!(self.include).to_string().chars().count();
        if length > INCLUDE_LIMIT {
            objections.push(Objection(format!(
                "the paths to restore come to {length} characters of JSON, and the service takes {INCLUDE_LIMIT}; name fewer, or a directory above them, or restore in several steps"
            )));
        }
        if objections.is_empty() { Ok(self) } else { Err(objections) }
    }
}

/// What is wrong with an id. Source: the table's `^[a-zA-Z0-9-]+$`.
fn id(parameter: &str, text: &str) -> Option<Objection> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let words = || format!("{parameter} must be letters, digits and hyphens, and `{text}` is not");
    (!fits).then(|| Objection(words()))
}

/// What is wrong with a path. Source: the table's `^[a-zA-Z0-9/_.-]+$`. A path that begins nowhere would be looked for
/// wherever the backup client runs.
fn path(parameter: &str, text: &str) -> Option<Objection> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte);
    let is_good = text.starts_with('/') && text.bytes().all(fits);
    let words = || {
        format!(
            "{parameter} must begin with `/` and be letters, digits and `/`, `_`, `.`, `-`, and `{text}` is not; the vendor takes no other paths"
        )
    };
    (!is_good).then(|| Objection(words()))
}

/// The restores that are asked for, with what live facts say of them.
///
/// # Errors
///
/// When a listing fails.
pub async fn draft(client: &Client, scope: &Scope, asked: &[Asked]) -> Result<Vec<Drafted>, Error> {
    let orders: Vec<Result<Order, Vec<Objection>>> = asked.iter().map(Order::of).collect();
    let facts = Facts::read(client, scope, orders.iter().flatten()).await?;
    Ok(orders
        .into_iter()
        .map(|order| order.and_then(|order| facts.draft(&order, scope).map_err(|why| vec![why])))
        .collect())
}

/// What the region has of the servers in question.
struct Facts {
    snapshots: Vec<Snapshot>,
    targets: BTreeMap<String, Instance>,
    clients: Vec<BackupClient>,
}

impl Facts {
    /// Reads recovery points, servers and their backup clients, each in bulk and side by side.
    async fn read(
        client: &Client,
        scope: &Scope,
        orders: impl Iterator<Item = &Order> + Clone,
    ) -> Result<Self, Error> {
        let ids = |of: fn(&Order) -> &String| -> Vec<String> {
            orders.clone().map(of).collect::<BTreeSet<_>>().into_iter().cloned().collect()
        };
        let (sources, targets) = (ids(|order| &order.source), ids(|order| &order.target));
        if sources.is_empty() {
            return Ok(Self { snapshots: Vec::new(), targets: BTreeMap::new(), clients: Vec::new() });
        }
        let request = DescribeInstancesRequest::default();
        let (snapshots, targets, clients) = try_join3(
            none_unless_open(client.list_snapshots(&scope.region, &sources)),
            client.instances_by_id(&scope.region, &targets, &request),
            none_unless_open(client.list_backup_clients(&scope.region, &targets)),
        )
        .await?;
        let targets = targets.into_iter().map(|instance| (instance.instance_id.clone(), instance)).collect();
        Ok(Self { snapshots, targets, clients })
    }

    fn draft(&self, order: &Order, scope: &Scope) -> Result<Draft, Objection> {
        let snapshot = self.snapshot(order)?;
        let mut advice = Vec::new();
        if snapshot.status.as_deref() == Some("PARTIAL_COMPLETE") {
            advice.push("this recovery point is not whole: some files could not be backed up".to_owned());
        }
        advice.extend(self.obstacle(order, scope)?);
        let values = values(order, snapshot, scope)?;
        let completed = values.get("completed_at").and_then(Value::as_str).unwrap_or_default();
        let risks = match order.conflict {
            Conflict::Skip => Vec::new(),
            Conflict::Overwrite => vec![Risk {
                kind: RiskKind::OverwritesFiles,
                effect: format!(
                    "overwrites files below {} on {} with those of {completed}; what they hold now is lost",
                    order.path, order.target
                ),
                attribute: Some("conflict_policy".to_owned()),
                evidence: None,
            }],
        };
        Ok(Draft { target: order.target.as_str().into(), values, risks, gates: Vec::new(), advice })
    }

    /// The recovery point that is meant: whole ones before others, newer ones before older ones.
    fn snapshot(&self, order: &Order) -> Result<&Snapshot, Objection> {
        let own = |snapshot: &&Snapshot| snapshot.instance_id.as_deref() == Some(order.source.as_str());
        let completed = |snapshot: &Snapshot| snapshot.complete_time.map(seconds).unwrap_or_default();
        let usable: Vec<&Snapshot> = self.snapshots.iter().filter(own).filter(|s| is_usable(s)).collect();
        let best = |by: i64| {
            let candidates = usable.iter().filter(|snapshot| completed(snapshot) <= by);
            candidates.max_by_key(|s| (s.status.as_deref() == Some("COMPLETE"), completed(s), &s.snapshot_id))
        };
        let found = match &order.from {
            Origin::Latest => best(i64::MAX),
            Origin::By(time) => best(*time),
            Origin::Id(id) => usable.iter().find(|snapshot| snapshot.snapshot_id == *id),
        };
        found.copied().ok_or_else(|| {
            let which = match &order.from {
                Origin::Latest => "has no recovery point to restore from".to_owned(),
                Origin::By(time) => format!("has no recovery point that was completed by {}", utc(*time)),
                Origin::Id(id) => format!("has no recovery point {id}, or it has expired"),
            };
            Objection(format!(
                "{} {which}; `backups {}` lists those that there are",
                order.source, order.source
            ))
        })
    }

    /// What keeps the target from being restored to: for sure, or perhaps.
    fn obstacle(&self, order: &Order, scope: &Scope) -> Result<Option<String>, Objection> {
        let Some(target) = self.targets.get(&order.target) else {
            return Err(Objection(format!(
                "there is no ECS instance {} in {}; the Essential Edition restores within a region and an account, for others the vendor has the Standard Edition",
                order.target, scope.region
            )));
        };
        if let Some(status) = target.status.as_deref().filter(|status| *status != "Running") {
            return Err(Objection(format!(
                "{} is {status}, and a restore needs it running; start it first",
                order.target
            )));
        }
        let own = |client: &&BackupClient| client.instance_id.as_deref() == Some(order.target.as_str());
        let states: Vec<&str> =
            self.clients.iter().filter(own).filter_map(|client| client.status.as_deref()).collect();
        Ok(match states.as_slice() {
            states if states.contains(&WORKS) => None,
            [] => Some(format!(
                "no backup client is known on {}, so the restore can fail; a server that is backed up has one",
                order.target
            )),
            [status, ..] => {
                Some(format!("the backup client on {} is {status}, so the restore can fail", order.target))
            }
        })
    }
}

fn is_usable(snapshot: &Snapshot) -> bool {
    matches!(snapshot.status.as_deref(), None | Some("COMPLETE" | "PARTIAL_COMPLETE"))
}

fn values(order: &Order, snapshot: &Snapshot, scope: &Scope) -> Result<Object, Objection> {
    let needed = |text: &Option<String>, what: &str| {
        text.clone().filter(|text| !text.is_empty()).ok_or_else(|| {
            Objection(format!(
                "the cloud does not say the {what} of {}, which a restore must name; choose another recovery point",
                snapshot.snapshot_id
            ))
        })
    };
    let completed = snapshot.complete_time.or(snapshot.created_time).map(seconds);
    let conflict = match order.conflict {
        Conflict::Skip => SKIP,
        Conflict::Overwrite => OVERWRITE,
    };
    let mut values: Object = [
        ("completed_at", completed.map(utc).unwrap_or_default()),
        ("conflict_policy", conflict.to_owned()),
        ("instance_id", order.source.clone()),
        ("region", scope.region.to_string()),
        ("snapshot_hash", needed(&snapshot.snapshot_hash, "hash")?),
        ("snapshot_id", snapshot.snapshot_id.clone()),
        ("target_instance_id", order.target.clone()),
        ("target_path", order.path.clone()),
        ("vault_id", needed(&snapshot.vault_id, "vault")?),
    ]
    .into_iter()
    .map(|(name, text)| (name.into(), Value::string(&text)))
    .collect();
    if !order.include.is_empty() {
        let include = order.include.iter().map(Value::string);
        values.insert("include".into(), Value::tuple(include));
    }
    Ok(values)
}

/// Restores once, and follows the job.
///
/// # Errors
///
/// When the cloud refuses, or nobody can tell whether it has begun.
pub async fn run(
    client: &Client,
    scope: &Scope,
    values: &Object,
    token: &str,
    watch: &dyn Watch,
) -> Result<Ran, Error> {
    let region = &*scope.region;
    let id = client.restore_once(region, &request(values, token)).await?;
    let look = |id: String| async move {
        let jobs = client.list_restore_jobs(region, Vec::new()).await?;
        Ok(jobs.into_iter().find(|job| job.restore_id == id).map(seen))
    };
    Ok(follow(id, watch, |pause| client.sleep(pause), look).await)
}

fn request(values: &Object, token: &str) -> CreateRestoreJobRequest {
    let text = |name: &str| values.get(name).and_then(Value::as_str).map(str::to_owned);
    let include = values.get("include").and_then(Value::as_slice);
    CreateRestoreJobRequest {
        vault_id: text("vault_id"),
        snapshot_id: text("snapshot_id"),
        snapshot_hash: text("snapshot_hash"),
        options: text("conflict_policy").map(|policy| options(&policy)),
        include: include
            .map(|paths| json!(paths.iter().filter_map(Value::as_str).collect::<Vec<_>>()).to_string()),
        target_instance_id: text("target_instance_id"),
        target_path: text("target_path"),
        client_token: Some(token.to_owned()),
        ..CreateRestoreJobRequest::default()
    }
}

/// What a job says of itself, with what to do about the failure that people make themselves.
fn seen(job: RestoreJob) -> Seen {
    let error = job.error_message.filter(|error| !error.is_empty());
    let path = job.target_path.unwrap_or_default();
    // Source: the vendor's Essential Edition skill, "File Restore": the directory must exist.
    let explained = |error: String| {
        if error.contains("TARGET_NOT_EXIST") {
            format!("{error}: the directory {path} does not exist on the server; make it, and restore again")
        } else {
            error
        }
    };
    job::seen(job.status, job.progress, error.map(explained).as_deref())
}

#[cfg(test)]
mod tests {
    use super::super::super::client::fake::{client, ok};
    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::model::act::Wish;
    use crate::model::desired::ProviderKey;

    fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() }
    }

    fn wish(change: impl FnOnce(&mut RestoreWish)) -> Asked {
        let mut restore = RestoreWish {
            path: Some("/tmp".to_owned()),
            conflict: Some(Conflict::Skip),
            ..RestoreWish::default()
        };
        change(&mut restore);
        let servers = vec!["i-1".to_owned()];
        Asked::Wish(Wish { servers, whole: false, object: None, what: What::Restore(restore) })
    }

    /// A region with recovery points of i-1, one running server with a client, one without, and one that is stopped.
    fn region() -> FakeServer {
        let snapshot = |id: &str, status: &str, completed: i64| {
            json!({"SnapshotId": id, "SnapshotHash": format!("h-{id}"), "VaultId": "v-1", "InstanceId": "i-1",
                "Status": status, "CompleteTime": completed})
        };
        let snapshots = json!({"Snapshot": [
            snapshot("s-old", "COMPLETE", 1000),
            snapshot("s-whole", "COMPLETE", 2000),
            snapshot("s-part", "PARTIAL_COMPLETE", 3000),
            snapshot("s-failed", "FAILED", 4000),
        ]});
        let server = |id: &str, status: &str| json!({"InstanceId": id, "Status": status});
        let servers = json!({"Instance": [
            server("i-1", "Running"), server("i-bare", "Running"), server("i-off", "Stopped")]});
        let clients = json!([{"ClientId": "c-1", "InstanceId": "i-1", "Status": "ACTIVATED"}]);
        FakeServer::deciding(move |_, request| {
            let members = if request.contains("x-acs-action: SearchHistoricalSnapshots") {
                format!("\"TotalCount\":4,\"Snapshots\":{snapshots}")
            } else if request.contains("x-acs-action: DescribeBackupClients") {
                format!("\"TotalCount\":1,\"Clients\":{clients}")
            } else {
                format!("\"Instances\":{servers}")
            };
            answer(200, &ok(&members))
        })
    }

    /// The recovery point, the risks and the advice; or what stands against it.
    async fn drafted(asked: &Asked) -> Result<(String, usize, Vec<String>), Vec<String>> {
        let server = region();
        let mut drafts =
            draft(&client(&server).0, &scope(), std::slice::from_ref(asked)).await.expect("it answers");
        let draft = drafts.pop().expect("one for each");
        draft.map_err(|why| why.into_iter().map(|objection| objection.0).collect()).map(|draft| {
            let id =
                draft.values.get("snapshot_id").and_then(Value::as_str).expect("it names one").to_owned();
            (id, draft.risks.len(), draft.advice)
        })
    }

    #[tokio::test]
    async fn whole_recovery_points_come_first_and_newer_ones_before_older_ones() {
        let check = async |from: Origin, expected: &str| {
            let found = drafted(&wish(|wish| wish.from = from)).await;
            assert_eq!(found.expect("a draft").0, expected);
        };
        check(Origin::Latest, "s-whole").await;
        check(Origin::By(3500), "s-whole").await;
        check(Origin::By(2000), "s-whole").await;
        check(Origin::By(1999), "s-old").await;
        check(Origin::Id("s-part".to_owned()), "s-part").await;
    }

    #[tokio::test]
    async fn what_stands_against_a_restore_is_said_all_at_once() {
        let check = async |asked: Asked, expected: &[&str]| {
            let objections = drafted(&asked).await.expect_err("something stands against it");
            assert_eq!(objections.len(), expected.len(), "{objections:?}");
            for (objection, expected) in objections.iter().zip(expected) {
                assert!(objection.contains(expected), "{objection}");
            }
        };
        let nothing = |wish: &mut RestoreWish| *wish = RestoreWish::default();
        check(wish(nothing), &["--to-path", "--conflict skip"]).await;
        check(wish(|w| w.from = Origin::By(999)), &["completed by 1970-01-01T00:16:39Z"]).await;
        check(wish(|w| w.from = Origin::Id("s-failed".to_owned())), &["no recovery point s-failed"]).await;
        check(wish(|w| w.from = Origin::Id("s/1".to_owned())), &["SNAPSHOT_ID"]).await;
        check(wish(|w| w.disks = vec![("d-1".to_owned(), "d-2".to_owned())]), &["`--disk`"]).await;
        check(wish(|w| w.stays_off = true), &["`--no-power-on`"]).await;
        check(wish(|w| w.path = Some("tmp".to_owned())), &["TARGET_PATH"]).await;
        check(wish(|w| w.path = Some("/tmp;reboot".to_owned())), &["TARGET_PATH"]).await;
        check(wish(|w| w.include = vec!["/a b".to_owned(), "/c".to_owned()]), &["SOURCE_PATH"]).await;
        check(wish(|w| w.include = vec![format!("/{}", "a".repeat(260))]), &["265 characters"]).await;
        check(wish(|w| w.target = Some("i-none".to_owned())), &["Standard Edition"]).await;
        check(wish(|w| w.target = Some("i-off".to_owned())), &["i-off is Stopped"]).await;
        check(wish(|w| w.target = Some("i_1".to_owned())), &["INSTANCE_ID"]).await;
    }

    #[tokio::test]
    async fn a_restore_says_what_it_risks_and_what_may_go_wrong() {
        let check = async |asked: Asked, risks: usize, advice: &[&str]| {
            let (_, found, said) = drafted(&asked).await.expect("a draft");
            assert_eq!((found, said.len()), (risks, advice.len()), "{said:?}");
            assert!(said.iter().zip(advice).all(|(said, expected)| said.contains(expected)), "{said:?}");
        };
        check(wish(|_| ()), 0, &[]).await;
        check(wish(|w| w.conflict = Some(Conflict::Overwrite)), 1, &[]).await;
        check(wish(|w| w.from = Origin::Id("s-part".to_owned())), 0, &["not whole"]).await;
        check(wish(|w| w.target = Some("i-bare".to_owned())), 0, &["no backup client is known"]).await;
    }

    #[tokio::test]
    async fn what_was_planned_is_planned_again_and_sent_as_it_was_planned() {
        let asked = wish(|wish| wish.include = vec!["/home/a".to_owned()]);
        let server = region();
        let client = client(&server).0;
        let first = draft(&client, &scope(), &[asked]).await.expect("it answers").remove(0).expect("a draft");
        let again = [Asked::Again(first.values.clone())];
        let second = draft(&client, &scope(), &again).await.expect("it answers").remove(0);
        assert_eq!(second.expect("a draft"), first);
        let sent = request(&first.values, "token");
        let texts =
            [&sent.snapshot_id, &sent.snapshot_hash, &sent.vault_id, &sent.include, &sent.client_token];
        let expected = ["s-whole", "h-s-whole", "v-1", "[\"/home/a\"]", "token"];
        assert_eq!(texts.map(|text| text.as_deref().unwrap_or_default()), expected);
    }
}
