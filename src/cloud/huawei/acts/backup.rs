//! `huaweicloud_cbr_backup`: a backup of a vault now, or of some of what it protects.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::error::Error;
use crate::cloud::follow::follow;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::resources::words;
use crate::cloud::huawei::{cbr, checkpoint};
use crate::model::act::{Asked, BackupWish, Draft, Drafted, Objection, Ran, Watch, What, Wish};
use crate::model::desired::Scope;
use crate::model::schema::{Attribute, Kind, Presence, Schema};
use crate::model::value::{Object, Value};
use crate::wire::huawei::cbr::{CheckpointParameters, NewCheckpoint, Resource, Vault};

/// The act's name.
pub const NAME: &str = "huaweicloud_cbr_backup";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("vault_id", Kind::String, Presence::Required, "The vault; it makes one backup at a time."),
    Attribute::new(
        "resources",
        Kind::Set(&Kind::String),
        Presence::Required,
        "What of the vault is backed up: ids of servers, disks, file systems or desktops.",
    ),
    Attribute::new(
        "name",
        Kind::String,
        Presence::Optional,
        "The name; several resources get -0001 and so on at its end, and the cloud makes one where left out.",
    ),
    Attribute::new("description", Kind::String, Presence::Optional, "What people say of it."),
    Attribute::new(
        "incremental",
        Kind::Bool,
        Presence::Required,
        "Whether it holds only what has changed; the first backup of a resource is full anyway.",
    ),
    Attribute::new("region", Kind::String, Presence::Required, "The region of the vault."),
];

/// The act.
pub const SCHEMA: Schema = Schema {
    name: NAME,
    provider: "huaweicloud",
    id: "checkpoint_id",
    attributes: ATTRIBUTES,
    doc: "Backs up what a vault of Cloud Backup and Recovery protects, now and besides its policy.",
    ..Schema::PLAIN
};

/// What is to be backed up.
struct Order {
    /// The vault, where it is known.
    vault: Option<String>,
    /// Of it these; everything where none is named.
    resources: BTreeSet<String>,
    how: BackupWish,
}

impl Order {
    fn of(asked: &Asked) -> Self {
        match asked {
            Asked::Wish(wish) => Self::of_wish(wish),
            Asked::Again(values) => Self::of_values(values),
        }
    }

    fn of_wish(wish: &Wish) -> Self {
        let how = match &wish.what {
            What::Backup(how) => how.clone(),
            What::Restore(_) => BackupWish::default(),
        };
        let resources = if wish.whole && wish.object.is_some() {
            BTreeSet::new()
        } else {
            wish.servers.iter().cloned().collect()
        };
        Self { vault: wish.object.as_deref().map(str::to_owned), resources, how }
    }

    fn of_values(values: &Object) -> Self {
        let text = |name: &str| words::text(values, name).map(str::to_owned);
        let resources = words::elements(values, "resources").iter().filter_map(Value::as_str);
        let how = BackupWish {
            name: text("name"),
            description: text("description"),
            full: words::flag(values, "incremental") == Some(false),
        };
        Self { vault: text("vault_id"), resources: resources.map(str::to_owned).collect(), how }
    }

    /// The vault that is meant: the one that is named, or the one that the resources are in. The id of a vault that
    /// nobody manages means all that is in it.
    fn find<'a>(&mut self, vaults: &'a [Vault], region: &str) -> Result<&'a Vault, Objection> {
        let named = |id: &str| vaults.iter().find(|vault| vault.id.as_deref() == Some(id));
        if let Some(id) = &self.vault {
            return named(id).ok_or_else(|| Objection(format!("there is no vault {id} in {region}")));
        }
        let asked: Vec<&str> = self.resources.iter().map(String::as_str).collect();
        if let [only] = asked[..]
            && let Some(vault) = named(only)
        {
            self.resources.clear();
            return Ok(vault);
        }
        let holds = |vault: &&Vault| asked.iter().any(|id| present(vault).any(|resource| is(resource, id)));
        vaults.iter().find(holds).ok_or_else(|| {
            let asked = asked.join(", ");
            Objection(format!(
                "{asked} is in no vault in {region}; write a block for it and apply that first"
            ))
        })
    }
}

fn is(resource: &Resource, id: &str) -> bool {
    resource.id.as_deref() == Some(id)
}

/// What a vault protects. What is being removed is not protected any more.
fn present(vault: &Vault) -> impl Iterator<Item = &Resource> {
    vault.resources.iter().filter(|resource| resource.protect_status.as_deref() != Some("removing"))
}

/// The backups that are asked for, with what live facts say of them.
///
/// # Errors
///
/// When the vaults cannot be listed.
pub async fn draft(client: &Client, scope: &Scope, asked: &[Asked]) -> Result<Vec<Drafted>, Error> {
    let vaults = cbr::list_vaults(client, &scope.region).await?;
    let mut orders: Vec<Order> = asked.iter().map(Order::of).collect();
    let found: Vec<Result<&Vault, Objection>> =
        orders.iter_mut().map(|order| order.find(&vaults, &scope.region)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for vault in found.iter().flatten() {
        *counts.entry(id_of(vault)).or_default() += 1;
    }
    let of = |(order, vault): (&Order, Result<&Vault, Objection>)| {
        let vault = vault.map_err(|why| vec![why])?;
        let mut against = obstacles(order, vault);
        if counts.get(id_of(vault)).is_some_and(|count| *count > 1) {
            let id = id_of(vault);
            against.push(Objection(format!(
                "several of these are in the vault {id}, which makes one backup at a time: name the vault, and all of it is backed up at once, or make them one after the other"
            )));
        }
        if against.is_empty() { Ok(drafted(order, vault, scope)) } else { Err(against) }
    };
    Ok(orders.iter().zip(found).map(of).collect())
}

fn id_of(vault: &Vault) -> &str {
    vault.id.as_deref().unwrap_or_default()
}

/// What keeps a vault from being backed up now, all at once.
fn obstacles(order: &Order, vault: &Vault) -> Vec<Objection> {
    let id = id_of(vault);
    let mut against: Vec<Objection> = unfit(vault).into_iter().map(Objection).collect();
    let mut say = |text: String| against.push(Objection(text));
    if present(vault).next().is_none() {
        say(format!("there is nothing in the vault {id} to back up"));
    }
    for stranger in order.resources.iter().filter(|id| !present(vault).any(|resource| is(resource, id))) {
        say(format!("{stranger} is not in the vault {id}"));
    }
    let rules = [
        ("--name", &order.how.name, words::check_name as fn(&Value) -> Result<(), String>),
        ("--description", &order.how.description, words::check_description),
    ];
    for (flag, text, rule) in rules {
        if let Some(Err(why)) = text.as_ref().map(|text| rule(&Value::string(text))) {
            say(format!("`{flag}`: {why}"));
        }
    }
    against
}

/// Why nothing in this vault can be backed up now, whatever is in it.
pub fn unfit(vault: &Vault) -> Vec<String> {
    let id = id_of(vault);
    let billing = vault.billing.clone().unwrap_or_default();
    let mut why = Vec::new();
    match (billing.object_type.as_deref(), billing.protect_type.as_deref()) {
        (_, Some("replication")) => why.push(format!(
            "the vault {id} is for replication, which takes copies from another region and makes no backups"
        )),
        // Source: Getting Started, "Creating a File Backup": on the console, for a client; no public call begins one.
        (Some("file"), _) => why.push(format!(
            "the vault {id} is for files, and the service has no call that backs them up now: use the console, `Backup Clients`, `Perform Backup`"
        )),
        // Source: Getting Started, "Hybrid Cloud Backup": backups come from elsewhere and are synchronised.
        (Some("vmware"), _) => why.push(format!(
            "the vault {id} is for a hybrid cloud, whose backups are made on premises and synchronised"
        )),
        _ => {}
    }
    // Source: CBR API v3, error 6113.
    if let Some(status) = billing.status.as_deref().filter(|status| *status != "available") {
        why.push(format!("the vault {id} is {status}, and a backup needs it to be available"));
    }
    // Source: CBR API v3, error 6114; `billing.size` is in GB, `billing.used` in MB.
    let (size, used) = (billing.size.unwrap_or(0), billing.used.unwrap_or(0));
    if size > 0 && used >= size.saturating_mul(1024) && !grows(vault) {
        why.push(format!("the vault {id} is full, {size} GB; raise its `size` first, or delete backups"));
    }
    why
}

/// Whether a full vault takes more.
fn grows(vault: &Vault) -> bool {
    vault.auto_expand == Some(true) || vault.demand_billing == Some(true)
}

fn drafted(order: &Order, vault: &Vault, scope: &Scope) -> Draft {
    let is_meant = |resource: &&Resource| {
        order.resources.is_empty() || resource.id.as_ref().is_some_and(|id| order.resources.contains(id))
    };
    let meant: Vec<&Resource> = present(vault).filter(is_meant).collect();
    let ids = meant.iter().filter_map(|resource| resource.id.as_deref());
    let mut values = words::object([
        ("vault_id", Value::string(id_of(vault))),
        ("resources", words::texts(ids)),
        ("incremental", Value::from(!order.how.full)),
        ("region", Value::string(&scope.region)),
    ]);
    for (name, text) in [("name", &order.how.name), ("description", &order.how.description)] {
        values.extend(text.as_ref().map(|text| (name.into(), Value::string(text))));
    }
    Draft { target: id_of(vault).into(), values, advice: advice(order, vault, &meant), ..Draft::default() }
}

fn advice(order: &Order, vault: &Vault, meant: &[&Resource]) -> Vec<String> {
    // Source: CBR FAQ: manual backups are kept until they are deleted.
    let mut advice =
        vec!["a backup made by hand stays until somebody deletes it; no policy lets it go".to_owned()];
    for resource in meant {
        if let Some(state @ ("protecting" | "restoring")) = resource.protect_status.as_deref() {
            let id = resource.id.as_deref().unwrap_or_default();
            advice.push(format!("{id} is {state} just now, so the service may refuse or skip it"));
        }
    }
    let billing = vault.billing.clone().unwrap_or_default();
    let free = billing.size.unwrap_or(0).saturating_sub(billing.used.unwrap_or(0) / 1024);
    let most = meant.iter().filter_map(|resource| resource.size).fold(0_i64, i64::saturating_add);
    if order.how.full && most > free && !grows(vault) {
        advice.push(format!(
            "full backups of these can take up to {most} GB, and {free} GB of the vault are free"
        ));
    }
    advice
}

/// Backs up once, and follows it.
///
/// # Errors
///
/// When the cloud refuses, or nobody can tell whether it has begun.
pub async fn run(client: &Client, scope: &Scope, values: &Object, watch: &dyn Watch) -> Result<Ran, Error> {
    let region = &*scope.region;
    let id = checkpoint::begin(client, region, request(values)).await?;
    let look = |id: String| async move { checkpoint::look(client, region, &id).await };
    Ok(follow(id, watch, |pause| client.sleep(pause), look).await)
}

fn request(values: &Object) -> NewCheckpoint {
    let text = |name: &str| words::text(values, name).map(str::to_owned);
    let resources = words::elements(values, "resources").iter().filter_map(Value::as_str);
    let parameters = CheckpointParameters {
        name: text("name"),
        description: text("description"),
        incremental: words::flag(values, "incremental"),
        auto_trigger: Some(false),
        resources: Some(resources.map(str::to_owned).collect()),
        ..CheckpointParameters::default()
    };
    NewCheckpoint { vault_id: text("vault_id"), parameters: Some(parameters) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::cloud::http::fake::{FakeServer, json as answer};
    use crate::cloud::huawei::client::fake::client;
    use crate::model::desired::ProviderKey;

    fn scope() -> Scope {
        Scope { provider: ProviderKey::default_of("huaweicloud"), region: "cn-north-4".into() }
    }

    fn wish(object: Option<&str>, servers: &[&str], whole: bool, how: BackupWish) -> Asked {
        let servers = servers.iter().map(ToString::to_string).collect();
        Asked::Wish(Wish { servers, whole, object: object.map(Into::into), what: What::Backup(how) })
    }

    /// The vault v of servers a and b with this in it besides, and the vault w of c.
    fn vaults(vault: &Json) -> FakeServer {
        let mut own = json!({ "id": "v", "billing": { "object_type": "server", "protect_type": "backup",
            "status": "available", "size": 100, "used": 10_240 },
            "resources": [{ "id": "a", "size": 40 }, { "id": "b", "size": 60 }, { "id": "x", "protect_status": "removing" }] });
        for (name, value) in vault.as_object().expect("an object") {
            match (own.get_mut(name).and_then(Json::as_object_mut), value.as_object()) {
                (Some(own), Some(more)) => own.extend(more.clone()),
                _ => own[name] = value.clone(),
            }
        }
        let other = json!({ "id": "w", "billing": { "status": "available", "size": 9 }, "resources": [{ "id": "c" }] });
        let body = json!({ "vaults": [own, other], "count": 2 }).to_string();
        FakeServer::deciding(move |_, _| answer(200, &body))
    }

    async fn asked(vault: Json, asked: &[Asked]) -> Vec<Result<(String, String), String>> {
        let server = vaults(&vault);
        let drafts = draft(&client(&server), &scope(), asked).await.expect("an answer");
        assert_eq!(server.requests().len(), 1, "one listing, whatever is asked");
        let words = |draft: Drafted| match draft {
            Ok(draft) => {
                let resources = words::elements(&draft.values, "resources").iter().filter_map(Value::as_str);
                Ok((
                    format!("{}: {}", draft.target, resources.collect::<Vec<_>>().join(" ")),
                    draft.advice.join("; "),
                ))
            }
            Err(why) => Err(why.into_iter().map(|why| why.0).collect::<Vec<_>>().join("; ")),
        };
        drafts.into_iter().map(words).collect()
    }

    #[tokio::test]
    async fn a_vault_or_some_of_it_is_backed_up() {
        let check = async |wish: Asked, expected: &str| {
            let found = asked(json!({}), &[wish]).await.remove(0).expect("a draft");
            assert_eq!(found.0, expected);
        };
        let plain = BackupWish::default;
        check(wish(Some("v"), &["a"], true, plain()), "v: a b").await;
        check(wish(Some("v"), &[], true, plain()), "v: a b").await;
        check(wish(Some("v"), &["b"], false, plain()), "v: b").await;
        check(wish(None, &["c"], false, plain()), "w: c").await;
        check(wish(None, &["v"], false, plain()), "v: a b").await;
    }

    #[tokio::test]
    async fn what_stands_against_a_backup_is_said_before_it_is_begun() {
        let check = async |vault: Json, wish: Asked, expected: &str| {
            let found = asked(vault, &[wish]).await.remove(0).expect_err("something stands against it");
            assert!(found.contains(expected), "{found}");
        };
        let plain = || wish(Some("v"), &[], true, BackupWish::default());
        check(json!({}), wish(Some("gone"), &[], true, BackupWish::default()), "no vault gone").await;
        check(json!({}), wish(None, &["z"], false, BackupWish::default()), "z is in no vault").await;
        check(json!({}), wish(Some("v"), &["c"], false, BackupWish::default()), "c is not in the vault v")
            .await;
        check(json!({}), wish(Some("v"), &["x"], false, BackupWish::default()), "x is not in the vault v")
            .await;
        check(json!({ "resources": [] }), plain(), "nothing in the vault").await;
        check(json!({ "billing": { "protect_type": "replication" } }), plain(), "makes no backups").await;
        check(json!({ "billing": { "object_type": "file" } }), plain(), "`Perform Backup`").await;
        check(json!({ "billing": { "object_type": "vmware" } }), plain(), "on premises").await;
        check(json!({ "billing": { "status": "frozen" } }), plain(), "is frozen").await;
        check(json!({ "billing": { "used": 102_400 } }), plain(), "full, 100 GB").await;
        let named = BackupWish { name: Some("a b".to_owned()), ..BackupWish::default() };
        check(json!({}), wish(Some("v"), &[], true, named), "`--name`: A name has letters").await;
        let told = BackupWish { description: Some("<b>".to_owned()), ..BackupWish::default() };
        check(json!({}), wish(Some("v"), &[], true, told), "`--description`: ").await;
        let both = ["a", "b"].map(|id| wish(None, &[id], false, BackupWish::default()));
        let found = asked(json!({}), &both).await;
        assert!(found.iter().all(|one| one.as_ref().is_err_and(|why| why.contains("one backup at a time"))));
    }

    #[tokio::test]
    async fn what_is_unusual_is_told() {
        let check = async |vault: Json, full: bool, expected: &str| {
            let wish = wish(Some("v"), &[], true, BackupWish { full, ..BackupWish::default() });
            let advice = asked(vault, &[wish]).await.remove(0).expect("a draft").1;
            let by_hand = "a backup made by hand stays until somebody deletes it; no policy lets it go";
            assert_eq!(advice, format!("{by_hand}{expected}"));
        };
        let busy = json!({ "resources": [{ "id": "a", "protect_status": "protecting" }] });
        check(busy, false, "; a is protecting just now, so the service may refuse or skip it").await;
        check(json!({}), false, "").await;
        check(
            json!({}),
            true,
            "; full backups of these can take up to 100 GB, and 90 GB of the vault are free",
        )
        .await;
        check(json!({ "auto_expand": true }), true, "").await;
        check(json!({ "billing": { "used": 102_400 }, "auto_expand": true }), false, "").await;
    }

    #[tokio::test]
    async fn what_was_planned_is_planned_again_and_sent_as_it_was_planned() {
        let how = BackupWish { name: Some("n".into()), description: Some("d".into()), full: true };
        let server = vaults(&json!({}));
        let client = client(&server);
        let first = [wish(Some("v"), &["b"], false, how)];
        let first = draft(&client, &scope(), &first).await.expect("an answer").remove(0).expect("a draft");
        let again = [Asked::Again(first.values.clone())];
        let second = draft(&client, &scope(), &again).await.expect("an answer").remove(0);
        assert_eq!(second.expect("a draft"), first);
        let sent = serde_json::to_value(request(&first.values)).expect("it encodes");
        let expected = json!({ "vault_id": "v", "parameters": { "name": "n", "description": "d", "incremental": false,
            "auto_trigger": false, "resources": ["b"] } });
        assert_eq!(sent, expected);
    }
}
