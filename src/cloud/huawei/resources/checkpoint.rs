//! `huaweicloud_cbr_checkpoint`: a backup that was made once, and is kept as code.
//!
//! The service lists no checkpoints; they are what backups by hand have in common. What the backups of one were called and
//! how they were made stays with whoever asked for them: a backup that somebody renames is no reason to make another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::{timeouts, vault, words};
use crate::cloud::error::Error;
use crate::cloud::huawei::acts::backup::unfit;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::{cbr, checkpoint};
use crate::model::act::Ending;
use crate::model::address::Address;
use crate::model::live::{Candidate, Gate, Intent, LiveObject, Stake};
use crate::model::risk::Evidence;
use crate::model::schema::{Attribute, Kind, OnChange, Presence, Protection, Rule, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr as wire;

/// The type's name.
pub const NAME: &str = "huaweicloud_cbr_checkpoint";

/// The attribute that says what is backed up.
const BACKUPS: &str = "backups";

const BACKUP: Kind = Kind::Object(&[("type", Kind::String), ("resource_id", Kind::String)]);

const MADE: Kind = Kind::Object(&[
    ("id", Kind::String),
    ("name", Kind::String),
    ("protected_at", Kind::String),
    ("resource_id", Kind::String),
    ("resource_size", Kind::Number),
    ("status", Kind::String),
    ("type", Kind::String),
    ("updated_at", Kind::String),
]);

/// Source: CBR API v3, "Creating a Restore Point", `resource_details.type`.
const TYPES: [&str; 6] = [
    "OS::Cinder::Volume",
    "OS::Ironic::BareMetalServer",
    "OS::Native::Server",
    "OS::Nova::Server",
    "OS::Sfs::Turbo",
    "OS::Workspace::DesktopV2",
];

/// Source: CBR API v3, "Creating a Restore Point", `resource_details`.
const MOST_RESOURCES: usize = 256;

/// How long a checkpoint is waited for, and how long its backups may take to go.
/// Source: terraform-provider-huaweicloud, `huaweicloud_cbr_checkpoint`, "Timeouts".
const MADE_WITHIN: Duration = Duration::from_secs(30 * 60);
const GONE_WITHIN: Duration = Duration::from_secs(20 * 60);

/// Source of names and meanings: terraform-provider-huaweicloud, `huaweicloud_cbr_checkpoint`. What was made stands in a
/// list of its own, for `backups` is what was asked for.
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("vault_id", Kind::String, Presence::Required, "The vault.").replaces(),
    Attribute::new(
        "name",
        Kind::String,
        Presence::Declared,
        "The name; the backups of several resources get -0001 and so on at its end.",
    )
    .replaces_when(was_given)
    .rules(&[Rule::Check(words::check_name)]),
    Attribute::new(
        BACKUPS,
        Kind::Set(&BACKUP),
        Presence::Required,
        "What of the vault is backed up, a resource in each block.",
    )
    .as_block()
    .replaces()
    .rules(&[Rule::Check(check_backups)]),
    Attribute::new("description", Kind::String, Presence::Declared, "What people say of it.")
        .replaces_when(was_given)
        .rules(&[Rule::Check(words::check_description)]),
    Attribute {
        on_change: OnChange::Judged(becomes_another),
        ..Attribute::new(
            "incremental",
            Kind::Bool,
            Presence::Declared,
            "Whether it holds only what has changed; a full backup where left out, as with Terraform's provider.",
        )
    },
    Attribute::new("region", Kind::String, Presence::Chosen, "The region; the provider's where left out.")
        .replaces(),
    Attribute::new(
        timeouts::NAME,
        timeouts::BLOCK,
        Presence::Declared,
        "How long it is waited for: create, 30 minutes, and delete, 20 minutes.",
    )
    .as_block()
    .rules(&[Rule::Check(timeouts::check)]),
    Attribute::new("id", Kind::String, Presence::Computed, "The id."),
    Attribute::new("created_at", Kind::String, Presence::Computed, "When it was begun."),
    Attribute::new(
        "status",
        Kind::String,
        Presence::Observed,
        "The worst state of its backups, in the cloud's word.",
    ),
    Attribute::new("made", Kind::List(&MADE), Presence::Observed, "The backups that there are, by resource."),
];

/// The resource type.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "huaweicloud",
    id: "id",
    attributes: ATTRIBUTES,
    protection: Some(Protection {
        paused: None,
        servers: "",
        destroy_effect: "permanently deletes the backups of the checkpoint",
        has_quota: false,
        backup: None,
        restore: None,
    }),
    align,
    check,
    advice: |_| {
        vec!["a backup made by hand stays until somebody deletes it; no policy lets it go".to_owned()]
    },
    doc: "A backup of what a vault of Cloud Backup and Recovery protects, made once and kept.",
    ..Schema::PLAIN
};

/// What was never said, because the object was taken over, says nothing against it.
fn was_given(before: Option<&Value>, _after: Option<&Value>) -> bool {
    before.is_some_and(|value| !value.is_null())
}

/// Left out and `false` are the same.
fn becomes_another(before: Option<&Value>, after: Option<&Value>) -> bool {
    let is_incremental = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    was_given(before, after) && is_incremental(before) != is_incremental(after)
}

fn check_backups(value: &Value) -> Result<(), String> {
    let Some(blocks) = value.as_slice() else { return Ok(()) };
    let mut ids = BTreeSet::new();
    for block in blocks.iter().filter_map(Value::as_object) {
        if let Some(kind) = words::text(block, "type").filter(|kind| !TYPES.contains(kind)) {
            return Err(format!("`type` is one of {}, and {kind:?} is none.", TYPES.join(", ")));
        }
        for needed in ["type", "resource_id"] {
            if block.get(needed).is_none_or(Value::is_null) {
                return Err(format!("A block of `backups` needs `{needed}`."));
            }
        }
        if let Some(id) = words::text(block, "resource_id")
            && !ids.insert(id)
        {
            return Err(format!("{id} stands there twice."));
        }
    }
    if (1..=MOST_RESOURCES).contains(&blocks.len()) {
        Ok(())
    } else {
        Err(format!("A checkpoint is of 1 to {MOST_RESOURCES} resources, and these are {}.", blocks.len()))
    }
}

fn check(values: &Object) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    if values.get("name").is_none_or(Value::is_null) {
        problems.push(("name", "A checkpoint needs a `name`.".to_owned()));
    }
    problems
}

/// Backups that somebody has deleted are no reason to delete the others: what is left of what was asked for is what was
/// asked for.
fn align(desired: &Object, live: &mut Object) {
    let (wanted, found) = (resources(desired), resources(live));
    if !found.is_empty() && found.is_subset(&wanted) {
        live.extend(desired.get_key_value(BACKUPS).map(|(name, value)| (name.clone(), value.clone())));
    }
}

/// The resources that blocks name, with their kinds.
fn resources(values: &Object) -> BTreeSet<(String, String)> {
    let blocks = words::elements(values, BACKUPS).iter().filter_map(Value::as_object);
    let text = |block: &Object, name: &str| words::text(block, name).unwrap_or_default().to_owned();
    blocks.map(|block| (text(block, "resource_id"), text(block, "type"))).collect()
}

/// All checkpoints of a region that were made by hand, out of all its backups.
///
/// # Errors
///
/// When the backups cannot be listed.
pub async fn list(client: &Client, region: &str) -> Result<Vec<LiveObject>, Error> {
    let backups = cbr::find_backups(client, region, &[]).await?;
    Ok(by_checkpoint(backups).into_iter().map(|(id, backups)| from_wire(&id, &backups, region)).collect())
}

/// One checkpoint, by its id.
///
/// # Errors
///
/// When its backups cannot be listed.
pub async fn read(client: &Client, region: &str, id: Option<&str>) -> Result<Option<LiveObject>, Error> {
    let Some(id) = id else { return Ok(None) };
    let own = backups_of(client, region, id).await?;
    Ok((!own.is_empty()).then(|| from_wire(id, &own, region)))
}

async fn backups_of(client: &Client, region: &str, id: &str) -> Result<Vec<wire::Backup>, Error> {
    let found = cbr::find_backups(client, region, &[("checkpoint_id", id)]).await?;
    Ok(by_checkpoint(found).remove(id).unwrap_or_default())
}

/// Backups by hand that are on no way out, by their checkpoints. Replicas have checkpoints where they come from.
fn by_checkpoint(backups: Vec<wire::Backup>) -> BTreeMap<String, Vec<wire::Backup>> {
    let by_hand = |backup: &wire::Backup| {
        let automatic = backup.extend_info.as_ref().and_then(|info| info.auto_trigger) == Some(true);
        let replica = backup.image_type.as_deref() == Some("replication");
        !automatic && !replica && backup.status.as_deref() != Some("deleting")
    };
    let mut found: BTreeMap<String, Vec<wire::Backup>> = BTreeMap::new();
    for backup in backups.into_iter().filter(by_hand) {
        if let Some(id) = backup.checkpoint_id.clone().filter(|id| !id.is_empty()) {
            found.entry(id).or_default().push(backup);
        }
    }
    found
}

/// What its backups say of a checkpoint.
fn from_wire(id: &str, backups: &[wire::Backup], region: &str) -> LiveObject {
    let mut own: Vec<&wire::Backup> = backups.iter().collect();
    own.sort_by_key(|backup| (&backup.resource_id, &backup.id));
    let first = |of: fn(&wire::Backup) -> Option<&String>| {
        words::optional_text(own.iter().filter_map(|backup| of(backup)).min())
    };
    let asked = |backup: &&wire::Backup| {
        Value::object([
            ("resource_id", words::optional_text(backup.resource_id.as_ref())),
            ("type", words::optional_text(backup.resource_type.as_ref())),
        ])
    };
    let made = |backup: &&wire::Backup| {
        Value::object([
            ("id", words::optional_text(backup.id.as_ref())),
            ("name", words::optional_text(backup.name.as_ref())),
            ("protected_at", words::optional_text(backup.protected_at.as_ref())),
            ("resource_id", words::optional_text(backup.resource_id.as_ref())),
            ("resource_size", words::optional_number(backup.resource_size)),
            ("status", words::optional_text(backup.status.as_ref())),
            ("type", words::optional_text(backup.resource_type.as_ref())),
            ("updated_at", words::optional_text(backup.updated_at.as_ref())),
        ])
    };
    let unwell = own.iter().filter_map(|backup| backup.status.as_ref()).find(|status| *status != "available");
    let values = words::object([
        ("vault_id", first(|backup| backup.vault_id.as_ref())),
        (BACKUPS, Value::set(BACKUP.to_type(), own.iter().map(asked))),
        ("region", Value::string(region)),
        ("id", Value::string(id)),
        ("created_at", first(|backup| backup.created_at.as_ref())),
        ("status", Value::string(unwell.map_or("available", String::as_str))),
        ("made", Value::list(MADE.to_type(), own.iter().map(made))),
    ]);
    LiveObject { id: id.into(), identity: None, values }
}

/// Makes the backups and waits for their end; the checkpoint's id.
///
/// # Errors
///
/// When the cloud refuses; [`Error::Incomplete`] where it was begun and something of it went wrong.
pub async fn create(client: &Client, region: &str, values: &Object) -> Result<Arc<str>, Error> {
    let id: Arc<str> = checkpoint::begin(client, region, wanted(values)).await?.into();
    let patience = timeouts::given(values, timeouts::Work::Create).unwrap_or(MADE_WITHIN);
    let what = match checkpoint::until_ended(client, region, &id, patience).await {
        Ok(Some(Ending::Done)) => return Ok(id),
        Ok(Some(Ending::Partial(why))) => format!("the checkpoint {id} was made in part: {why}"),
        Ok(Some(Ending::Failed(why) | Ending::GoesOn(why))) => format!("the checkpoint {id} failed: {why}"),
        Ok(None) => {
            let source = Box::new(timeouts::unfinished(&format!("the checkpoint {id}"), patience));
            return Err(Error::Incomplete { made: id, source });
        }
        Err(source) => return Err(Error::Incomplete { made: id, source: Box::new(source) }),
    };
    Err(Error::Incomplete { made: id, source: Box::new(Error::Unfinished { what }) })
}

fn wanted(values: &Object) -> wire::NewCheckpoint {
    let text = |name: &str| words::text(values, name).map(str::to_owned);
    let resource = |(id, kind): (String, String)| wire::Resource {
        id: Some(id),
        kind: Some(kind),
        ..wire::Resource::default()
    };
    let parameters = wire::CheckpointParameters {
        name: text("name"),
        description: text("description"),
        // Source: terraform-provider-huaweicloud sends `false` where nothing is said; the service's own default is true.
        incremental: Some(words::flag(values, "incremental") == Some(true)),
        auto_trigger: Some(false),
        resource_details: Some(resources(values).into_iter().map(resource).collect()),
        ..wire::CheckpointParameters::default()
    };
    wire::NewCheckpoint { vault_id: text("vault_id"), parameters: Some(parameters) }
}

/// Deletes its backups one by one, as the service has it, and waits until they are gone.
///
/// # Errors
///
/// When one is refused, after the others were asked for, or when they are not gone in time.
pub async fn delete(client: &Client, region: &str, live: &LiveObject) -> Result<(), Error> {
    let mut failure = None;
    for backup in backups_of(client, region, &live.id).await? {
        let Some(id) = backup.id else { continue };
        if let Err(error) = cbr::delete_backup(client, region, &id).await {
            failure.get_or_insert(error);
        }
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let patience = timeouts::given(&live.values, timeouts::Work::Delete).unwrap_or(GONE_WITHIN);
    let is_gone =
        async || Ok(cbr::find_backups(client, region, &[("checkpoint_id", &live.id)]).await?.is_empty());
    if cbr::follow(client, patience, is_gone).await? {
        Ok(())
    } else {
        Err(timeouts::unfinished(&format!("the deletion of the backups of {}", live.id), patience))
    }
}

/// What would be lost with checkpoints.
///
/// # Errors
///
/// When the backups cannot be listed.
pub async fn evidence(
    client: &Client,
    region: &str,
    stakes: &[Stake],
) -> Result<BTreeMap<Arc<str>, Evidence>, Error> {
    let mut found = match stakes {
        [stake] => {
            [(stake.object.id.to_string(), backups_of(client, region, &stake.object.id).await?)].into()
        }
        _ => by_checkpoint(cbr::find_backups(client, region, &[]).await?),
    };
    let weigh = |stake: &Stake| {
        let lost = found.remove(&*stake.object.id).unwrap_or_default();
        let evidence = vault::of_backups(&lost.iter().collect::<Vec<_>>());
        (stake.object.id.clone(), evidence)
    };
    Ok(stakes.iter().map(weigh).collect())
}

/// What keeps a vault that is there already from being backed up. What is in it is not judged: the same plan may put it
/// there.
///
/// # Errors
///
/// When the vaults cannot be listed.
pub async fn gates(
    client: &Client,
    region: &str,
    candidates: &[Candidate],
) -> Result<BTreeMap<Address, Vec<Gate>>, Error> {
    let vaults = cbr::list_vaults(client, region).await?;
    let of = |candidate: &Candidate| {
        let id = words::text(&candidate.values, "vault_id").filter(|_| candidate.intent == Intent::Make)?;
        let reasons = match vaults.iter().find(|vault| vault.id.as_deref() == Some(id)) {
            Some(vault) => unfit(vault),
            None => vec![format!("there is no vault {id} in {region}")],
        };
        Some((candidate.address.clone(), reasons.iter().map(|reason| gate(reason)).collect::<Vec<_>>()))
    };
    Ok(candidates.iter().filter_map(of).filter(|(_, gates)| !gates.is_empty()).collect())
}

fn gate(reason: &str) -> Gate {
    Gate {
        rule: "Vault Cannot Be Backed Up".to_owned(),
        // Each begins with "the" or "there".
        reason: format!("{}.", reason.replacen('t', "T", 1)),
        alternative: "Name a vault that takes backups.".to_owned(),
        attribute: Some("vault_id".to_owned()),
        acceptance: None,
        acknowledged: false,
        only_warns: false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::cloud::huawei::client::fake::client;
    use crate::model::desired::{ProviderKey, Scope};

    fn backup(id: &str, resource: &str) -> Json {
        json!({ "id": id, "checkpoint_id": "c", "vault_id": "v", "resource_id": resource, "status": "available",
            "resource_type": "OS::Nova::Server", "created_at": "1970-01-02T00:00:00.000000",
            "extend_info": { "auto_trigger": false } })
    }

    fn with(mut backup: Json, name: &str, value: Json) -> Json {
        backup[name] = value;
        backup
    }

    fn read_all(backups: Json) -> Vec<wire::Backup> {
        serde_json::from_value(backups).expect("the shape decodes")
    }

    fn block(id: &str) -> Value {
        Value::object([("type", Value::string("OS::Nova::Server")), ("resource_id", Value::string(id))])
    }

    fn wanting(ids: &[&str]) -> Object {
        words::object([(BACKUPS, Value::set(BACKUP.to_type(), ids.iter().map(|id| block(id))))])
    }

    #[test]
    fn what_backups_by_hand_have_in_common_is_a_checkpoint() {
        let check = |backup: Json, expected: usize| {
            assert_eq!(by_checkpoint(read_all(json!([backup]))).len(), expected, "{backup}");
        };
        check(backup("b", "a"), 1);
        check(with(backup("b", "a"), "extend_info", json!({ "auto_trigger": true })), 0);
        check(with(backup("b", "a"), "image_type", json!("replication")), 0);
        check(with(backup("b", "a"), "image_type", json!("backup")), 1);
        check(with(backup("b", "a"), "status", json!("deleting")), 0);
        check(with(backup("b", "a"), "checkpoint_id", json!("")), 0);
    }

    #[test]
    fn the_worst_backup_says_how_a_checkpoint_is() {
        let bad = with(backup("2", "b"), "status", json!("error"));
        let object = from_wire("c", &read_all(json!([backup("1", "a"), bad])), "r");
        assert_eq!(words::text(&object.values, "status"), Some("error"));
        assert_eq!(words::text(&object.values, "vault_id"), Some("v"));
        assert_eq!(words::elements(&object.values, "made").len(), 2);
    }

    #[test]
    fn backups_that_are_gone_are_no_reason_to_make_others() {
        let check = |found: &[&str], asked: &[&str], expected: bool| {
            let (mut live, desired) = (wanting(found), wanting(asked));
            align(&desired, &mut live);
            assert_eq!(live == desired, expected, "{found:?} {asked:?}");
        };
        check(&["a", "b"], &["a", "b"], true);
        check(&["a"], &["a", "b"], true);
        check(&["a", "b"], &["a"], false);
        check(&["c"], &["a"], false);
        check(&[], &["a"], false);
    }

    #[test]
    fn blocks_are_checked_before_anything_is_sent() {
        let check = |blocks: Vec<Value>, expected: Option<&str>| {
            let found = check_backups(&Value::set(BACKUP.to_type(), blocks)).err();
            assert_eq!(found.is_some(), expected.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()));
        };
        let of = |kind: &str, id: &str| {
            Value::object([("type", Value::string(kind)), ("resource_id", Value::string(id))])
        };
        check(vec![block("a"), block("b")], None);
        check(vec![], Some("and these are 0"));
        check((0..257).map(|number| block(&number.to_string())).collect(), Some("and these are 257"));
        check(vec![of("server", "a")], Some("\"server\" is none"));
        check(vec![block("a"), of("OS::Cinder::Volume", "a")], Some("a stands there twice"));
        let half = Value::object([("type", Value::string("OS::Nova::Server"))]);
        check(vec![half], Some("needs `resource_id`"));
        assert_eq!(super::check(&wanting(&["a"])).len(), 1);
    }

    #[test]
    fn only_what_was_said_otherwise_makes_another() {
        let (yes, no) = (Value::from(true), Value::from(false));
        let check = |before: Option<&Value>, after: Option<&Value>, expected: bool| {
            assert_eq!(becomes_another(before, after), expected, "{before:?} {after:?}");
        };
        check(Some(&yes), Some(&no), true);
        check(Some(&no), Some(&yes), true);
        check(Some(&no), None, false);
        check(Some(&yes), None, true);
        check(None, Some(&yes), false);
    }

    /// What is sent, and how it ends where the checkpoint ends with this word.
    async fn created(status: &'static str) -> (Result<Arc<str>, Error>, Json) {
        let checkpoint =
            json!({ "id": "c", "status": status, "vault": { "id": "v", "skipped_resources": [] } });
        let body = json!({ "checkpoint": checkpoint, "operation_logs": [] }).to_string();
        let server = FakeServer::deciding(move |_, _| answer(200, &body));
        let mut values = wanting(&["a"]);
        values.insert("vault_id".into(), Value::string("v"));
        values.insert("name".into(), Value::string("n"));
        let made = create(&client(&server), "cn-north-4", &values).await;
        let sent =
            server.requests().into_iter().find(|request| request.starts_with("POST")).expect("a create");
        let body = sent.split("\r\n\r\n").nth(1).expect("a body");
        (made, serde_json::from_str(body).expect("JSON"))
    }

    #[tokio::test]
    async fn a_checkpoint_is_begun_and_waited_for() {
        let (made, sent) = created("available").await;
        assert_eq!(&*made.expect("an id"), "c");
        let resource = json!({ "id": "a", "type": "OS::Nova::Server" });
        let parameters = json!({ "name": "n", "incremental": false, "auto_trigger": false, "resource_details": [resource] });
        assert_eq!(sent, json!({ "checkpoint": { "vault_id": "v", "parameters": parameters } }));
        let check = async |status: &'static str, expected: &str| {
            let Err(Error::Incomplete { made, source }) = created(status).await.0 else { panic!("{status}") };
            assert_eq!(&*made, "c");
            assert!(source.to_string().contains(expected), "{source}");
        };
        check("error", "the checkpoint c failed: the cloud does not say why").await;
        check("protecting", "the checkpoint c had not ended after 30 minutes").await;
    }

    #[tokio::test]
    async fn a_vault_that_takes_no_backups_stops_the_plan() {
        let vaults = json!({ "vaults": [
            { "id": "v", "billing": { "status": "available", "object_type": "server", "size": 10, "used": 0 } },
            { "id": "w", "billing": { "status": "frozen", "object_type": "file" } }], "count": 2 });
        let body = vaults.to_string();
        let server = FakeServer::deciding(move |_, _| answer(200, &body));
        let client = client(&server);
        let check = async |vault: &str, expected: &[&str]| {
            let address: Address = "huaweicloud_cbr_checkpoint.a".parse().expect("an address");
            let scope = Scope { provider: ProviderKey::default_of("huaweicloud"), region: "r".into() };
            let values = words::object([("vault_id", Value::string(vault))]);
            let candidates = [Candidate::to_be_made(address.clone(), scope, values)];
            let found = gates(&client, "cn-north-4", &candidates).await.expect("an answer");
            let reasons: Vec<&str> = found.values().flatten().map(|gate| gate.reason.as_str()).collect();
            assert_eq!(reasons.len(), expected.len(), "{reasons:?}");
            assert!(
                reasons.iter().zip(expected).all(|(found, expected)| found.contains(expected)),
                "{reasons:?}"
            );
        };
        check("v", &[]).await;
        check("w", &["The vault w is for files", "The vault w is frozen"]).await;
        check("gone", &["There is no vault gone in cn-north-4."]).await;
    }
}
