//! Backups that are made at once: begun once, whatever becomes of the answer, and looked at until they have ended.

use std::collections::BTreeSet;
use std::time::Duration;

use super::cbr;
use super::client::Client;
use super::reports::error_of;
use crate::cloud::error::Error;
use crate::cloud::follow::Seen;
use crate::model::act::Ending;
use crate::wire::huawei::cbr::{Checkpoint, NewCheckpoint, OperationLog, SkippedResource};

/// Runs of a vault that are looked through for those of one checkpoint: four times what a vault can hold, on one page.
const RUNS: u64 = 1000;

/// Begins a checkpoint, and answers its id. After a lost answer, a checkpoint of the vault that is newer than the call is
/// taken for its own. Where there is none, nothing is repeated, since a second backup takes the room of the first.
///
/// # Errors
///
/// When the cloud refuses, or nobody can tell whether it has begun.
pub async fn begin(client: &Client, region: &str, checkpoint: NewCheckpoint) -> Result<String, Error> {
    let vault = checkpoint.vault_id.clone().unwrap_or_default();
    let ids = |logs: Vec<OperationLog>| logs.into_iter().filter_map(|log| log.checkpoint_id);
    let before: BTreeSet<String> = ids(runs(client, region, &vault).await?).collect();
    let failure = match cbr::create_checkpoint(client, region, checkpoint).await {
        Ok(made) => match made.and_then(|made| made.id).filter(|id| !id.is_empty()) {
            Some(id) => return Ok(id),
            None => Error::Unfinished {
                what: format!("a backup of the vault {vault} was accepted, and the cloud does not name it"),
            },
        },
        Err(error) if error.may_have_happened() => error,
        Err(error) => return Err(error),
    };
    client.sleep(cbr::pause(u32::MAX)).await;
    let mut after = ids(runs(client, region, &vault).await?);
    after.find(|id| !before.contains(id)).ok_or(failure)
}

/// The latest backup runs of a vault, newest first.
async fn runs(client: &Client, region: &str, vault: &str) -> Result<Vec<OperationLog>, Error> {
    let filters = [("operation_type", "backup"), ("vault_id", vault)];
    cbr::latest_operation_logs(client, region, &filters, RUNS, 0).await
}

/// How far a checkpoint is; `None` while the cloud does not show it.
///
/// # Errors
///
/// When it cannot be looked at.
pub async fn look(client: &Client, region: &str, id: &str) -> Result<Option<Seen>, Error> {
    let Some(checkpoint) = cbr::show_checkpoint(client, region, id).await? else { return Ok(None) };
    let status = checkpoint.status.clone().unwrap_or_default();
    let vault = checkpoint.vault.clone().unwrap_or_default();
    // Source: CBR API v3, "Querying a Restore Point", `status`.
    let ended = match status.as_str() {
        "available" | "error" => {
            let logs = runs(client, region, &vault.id.clone().unwrap_or_default()).await?;
            let own = logs.iter().filter(|log| log.checkpoint_id.as_deref() == Some(id));
            let mut missing: Vec<String> = vault.skipped_resources.iter().map(skipped).collect();
            missing.extend(own.filter_map(unwell));
            ending(&status, &missing)
        }
        "deleting" | "deleted" | "error-deleting" => Ending::Failed("somebody deleted it".to_owned()),
        _ => return Ok(Some(Seen::Working { status, done: done(&checkpoint) })),
    };
    Ok(Some(Seen::Ended(ended)))
}

/// Waits until a checkpoint has ended, and says how; `None` when it had not within so long.
///
/// # Errors
///
/// When it cannot be looked at.
pub async fn until_ended(
    client: &Client,
    region: &str,
    id: &str,
    patience: Duration,
) -> Result<Option<Ending>, Error> {
    let ended = async || {
        Ok(match look(client, region, id).await? {
            Some(Seen::Ended(ending)) => Some(ending),
            Some(Seen::Working { .. }) | None => None,
        })
    };
    cbr::watch(client, patience, ended).await
}

fn ending(status: &str, missing: &[String]) -> Ending {
    match (status, missing) {
        ("error", []) => Ending::Failed("the cloud does not say why".to_owned()),
        ("error", why) => Ending::Failed(why.join("; ")),
        (_, []) => Ending::Done,
        (_, what) => Ending::Partial(what.join("; ")),
    }
}

/// How many of the resources are through, in hundredths of a per cent.
fn done(checkpoint: &Checkpoint) -> Option<u64> {
    let resources = &checkpoint.vault.as_ref()?.resources;
    // Source: CBR API v3, "Querying a Restore Point", `resources.protect_status`.
    let through =
        resources.iter().filter(|resource| resource.protect_status.as_deref() != Some("protecting")).count();
    let share = (through * 10_000).checked_div(resources.len())?;
    u64::try_from(share).ok()
}

/// What was left out, and why: the service answers that all is well even then.
fn skipped(resource: &SkippedResource) -> String {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let id = text(&resource.id).unwrap_or_else(|| "a resource".to_owned());
    match text(&resource.reason).or_else(|| text(&resource.code)) {
        Some(why) => format!("{id} was skipped: {}", why.trim_end_matches('.')),
        None => format!("{id} was skipped, and the cloud does not say why"),
    }
}

/// What a run says against its backup.
fn unwell(log: &OperationLog) -> Option<String> {
    let resource = log.extra_info.as_ref().and_then(|info| info.resource.as_ref()?.id.clone());
    let why = error_of(log)?;
    Some(format!("{}: {}", resource.unwrap_or_else(|| "a resource".to_owned()), why.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::{Value, json};

    use super::*;
    use crate::cloud::http::fake::{FakeServer, cut, json as answer};
    use crate::cloud::huawei::client::fake::client;

    /// Which checkpoint a call is taken for, where the answer is lost or empty, and how many were asked for.
    async fn begun(reply: &'static str, shows_new: bool) -> (Option<String>, usize) {
        let creates = AtomicUsize::new(0);
        let server = FakeServer::deciding(move |_, request| {
            if request.starts_with("POST") {
                creates.fetch_add(1, Ordering::SeqCst);
                return if reply == "lost" { cut("{") } else { answer(200, reply) };
            }
            let newer = shows_new && creates.load(Ordering::SeqCst) > 0;
            let logs: Vec<Value> = ["c-new", "c-old"][usize::from(!newer)..]
                .iter()
                .map(|id| json!({ "id": id, "checkpoint_id": id }))
                .collect();
            answer(200, &json!({ "operation_logs": logs, "count": logs.len() }).to_string())
        });
        let wanted = NewCheckpoint { vault_id: Some("v".to_owned()), parameters: None };
        let id = begin(&client(&server), "cn-north-4", wanted).await.ok();
        (id, server.requests().iter().filter(|request| request.starts_with("POST")).count())
    }

    #[tokio::test]
    async fn a_backup_is_begun_once() {
        let own = r#"{"checkpoint": {"id": "c-answered", "status": "protecting"}}"#;
        assert_eq!(begun(own, true).await, (Some("c-answered".to_owned()), 1));
        assert_eq!(begun("lost", true).await, (Some("c-new".to_owned()), 1));
        assert_eq!(begun("lost", false).await, (None, 1));
        assert_eq!(begun("{}", true).await, (Some("c-new".to_owned()), 1));
    }

    #[tokio::test]
    async fn a_checkpoint_has_ended_when_its_word_says_so_and_says_what_is_missing() {
        let check = async |status: &str, skipped: Value, log: Value, expected: Seen| {
            let checkpoint = json!({ "id": "c", "status": status, "vault": { "id": "v", "resources": [
                { "id": "a", "protect_status": "available" }, { "id": "b", "protect_status": "protecting" }],
                "skipped_resources": skipped } });
            let logs = json!([log, { "id": "other", "checkpoint_id": "other", "error_info": { "message": "not ours" } }]);
            let body = json!({ "checkpoint": checkpoint, "operation_logs": logs, "count": 2 }).to_string();
            let server = FakeServer::deciding(move |_, _| answer(200, &body));
            let found = look(&client(&server), "cn-north-4", "c").await.expect("an answer");
            assert_eq!(found, Some(expected), "{status}");
        };
        let (none, well) = (json!([]), json!({ "checkpoint_id": "c" }));
        let failed = json!({ "checkpoint_id": "c", "error_info": { "code": "6114", "message": "The vault is full." },
            "extra_info": { "resource": { "id": "a" } } });
        let skip = json!([{ "id": "b", "code": "2002", "reason": "It is being backed up." }]);
        let working = Seen::Working { status: "protecting".to_owned(), done: Some(5000) };
        check("protecting", none.clone(), well.clone(), working).await;
        check("available", none.clone(), well.clone(), Seen::Ended(Ending::Done)).await;
        let ended = |ending: fn(String) -> Ending, why: &str| Seen::Ended(ending(why.to_owned()));
        let expected = ended(Ending::Partial, "b was skipped: It is being backed up");
        check("available", skip, well.clone(), expected).await;
        check("available", none.clone(), failed.clone(), ended(Ending::Partial, "a: The vault is full"))
            .await;
        check("error", none.clone(), failed, ended(Ending::Failed, "a: The vault is full")).await;
        check("error", none.clone(), well.clone(), ended(Ending::Failed, "the cloud does not say why")).await;
        check("deleted", none, well, ended(Ending::Failed, "somebody deleted it")).await;
    }
}
