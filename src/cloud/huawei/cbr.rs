//! Cloud Backup and Recovery, API v3: one function per action, and listings that are read to their end.

use std::collections::BTreeSet;
use std::time::Duration;

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use crate::cloud::error::Error;
use crate::cloud::http::Method;
use crate::cloud::retry::Repeat;
use crate::wire::huawei::{Tag, cbr as wire};

const VERSION: &str = "v3";

/// Records on a page, the most that the vendor gives. Source: CBR API v3, "Querying the Vault List", `limit`.
const PAGE: u64 = 1000;

/// How often a listing is begun anew that changes while it is read.
const LISTINGS: u32 = 3;

/// How often something is looked at that takes time.
const POLL: Duration = Duration::from_secs(5);

const fn read(action: &'static str, must_answer: &'static str) -> Operation {
    Operation::read(Service::Cbr, action, must_answer)
}

const fn write(action: &'static str, method: Method) -> Operation {
    Operation::write(Service::Cbr, action, method)
}

/// One page of a listing, and how many records there are altogether.
type Page<T> = (Vec<T>, u64);

/// Reads a listing page by page. Offsets shift where objects are deleted meanwhile: a listing whose count changes, or
/// whose pages do not hold as many different objects as it announces, is read again.
async fn all<T, F>(
    client: &Client,
    region: &str,
    operation: Operation,
    id: fn(&T) -> Option<&str>,
    page: impl Fn(u64) -> F,
) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let (mut announced, mut found) = (0, 0);
    for _ in 0..LISTINGS {
        let (mut records, mut seen) = (Vec::new(), BTreeSet::new());
        let mut offset = 0;
        let is_whole = loop {
            let (new, count) = page(offset).await?;
            let is_steady = offset == 0 || count == announced;
            announced = count;
            let is_last = new.is_empty();
            offset += u64::try_from(new.len()).unwrap_or(u64::MAX);
            records.extend(
                new.into_iter().filter(|record| id(record).is_some_and(|id| seen.insert(id.to_owned()))),
            );
            found = u64::try_from(records.len()).unwrap_or(u64::MAX);
            if !is_steady || is_last || offset >= count {
                break is_steady && found == count;
            }
        };
        if is_whole {
            return Ok(records);
        }
    }
    let call = client.name(operation, region)?;
    Err(Error::ListingChanged { call, announced, found })
}

/// `ListVault`, `GET /v3/{project_id}/vaults`: all vaults with all that they protect.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn list_vaults(client: &Client, region: &str) -> Result<Vec<wire::Vault>, Error> {
    let operation = read("ListVault", "vaults");
    let page = async |offset| {
        let arguments = Arguments::at(&["vaults"]).query("limit", &PAGE).query("offset", &offset);
        let answer: wire::VaultsAnswer = client.call(operation, region, VERSION, arguments).await?;
        let count = answer.count.and_then(|count| u64::try_from(count).ok());
        Ok((answer.vaults, count.unwrap_or(0)))
    };
    all(client, region, operation, |vault| vault.id.as_deref(), page).await
}

/// `ListBackups`, `GET /v3/{project_id}/backups`: all backups of a vault.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn list_backups(client: &Client, region: &str, vault: &str) -> Result<Vec<wire::Backup>, Error> {
    let operation = read("ListBackups", "backups");
    let page = async |offset| {
        let arguments = Arguments::at(&["backups"]).query("vault_id", &vault);
        let arguments = arguments.query("limit", &PAGE).query("offset", &offset);
        let answer: wire::BackupsAnswer = client.call(operation, region, VERSION, arguments).await?;
        let count = answer.count.and_then(|count| u64::try_from(count).ok());
        Ok((answer.backups, count.unwrap_or(0)))
    };
    all(client, region, operation, |backup| backup.id.as_deref(), page).await
}

/// `ListPolicies`, `GET /v3/{project_id}/policies`: all policies with the vaults they are set on, which is one page.
///
/// # Errors
///
/// When it cannot be had.
pub async fn list_policies(client: &Client, region: &str) -> Result<Vec<wire::Policy>, Error> {
    let operation = read("ListPolicies", "policies");
    let answer: wire::PoliciesAnswer =
        client.call(operation, region, VERSION, Arguments::at(&["policies"])).await?;
    Ok(answer.policies)
}

/// `ShowVault`, `GET /v3/{project_id}/vaults/{vault_id}`; `None` where there is no such vault.
///
/// # Errors
///
/// When it cannot be had.
pub async fn show_vault(client: &Client, region: &str, id: &str) -> Result<Option<wire::Vault>, Error> {
    let arguments = Arguments::at(&["vaults", id]);
    let answer: Result<wire::VaultAnswer, Error> =
        client.call(read("ShowVault", "vault"), region, VERSION, arguments).await;
    present(answer.map(|answer| answer.vault))
}

/// What is not there is no error.
fn present<T>(answer: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer,
    }
}

/// `CreateVault`, `POST /v3/{project_id}/vaults`. A repetition makes a second vault: nothing but a call that surely had
/// no effect is repeated.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn create_vault(
    client: &Client,
    region: &str,
    vault: wire::NewVault,
) -> Result<wire::CreateVaultAnswer, Error> {
    let body = wire::CreateVaultRequest { vault };
    let arguments = Arguments::at(&["vaults"]).body(&body);
    client.call(Operation::create(Service::Cbr, "CreateVault"), region, VERSION, arguments).await
}

/// `UpdateVault`, `PUT /v3/{project_id}/vaults/{vault_id}`: only what is sent changes.
///
/// # Errors
///
/// When it is refused.
pub async fn update_vault(
    client: &Client,
    region: &str,
    id: &str,
    vault: wire::VaultChange,
) -> Result<Option<wire::Vault>, Error> {
    let body = wire::UpdateVaultRequest { vault };
    let arguments = Arguments::at(&["vaults", id]).body(&body);
    let answer: wire::VaultAnswer =
        client.call(write("UpdateVault", Method::Put), region, VERSION, arguments).await?;
    Ok(answer.vault)
}

/// `DeleteVault`, `DELETE /v3/{project_id}/vaults/{vault_id}`, and with it every backup in it. One that is gone already
/// is as it should be.
///
/// # Errors
///
/// When it is refused.
pub async fn delete_vault(client: &Client, region: &str, id: &str) -> Result<(), Error> {
    let arguments = Arguments::at(&["vaults", id]);
    let answer: Result<(), Error> =
        client.call(write("DeleteVault", Method::Delete), region, VERSION, arguments).await;
    present(answer.map(Some)).map(|_| ())
}

/// `AddVaultResource`, `POST /v3/{project_id}/vaults/{vault_id}/addresources`.
///
/// # Errors
///
/// When it is refused.
pub async fn add_resources(
    client: &Client,
    region: &str,
    id: &str,
    resources: Vec<wire::Resource>,
) -> Result<wire::AddResourcesAnswer, Error> {
    let arguments =
        Arguments::at(&["vaults", id, "addresources"]).body(&wire::AddResourcesRequest { resources });
    client.call(write("AddVaultResource", Method::Post), region, VERSION, arguments).await
}

/// `RemoveVaultResource`, `POST /v3/{project_id}/vaults/{vault_id}/removeresources`: their backups in the vault are
/// deleted, which takes its time.
///
/// # Errors
///
/// When it is refused.
pub async fn remove_resources(
    client: &Client,
    region: &str,
    id: &str,
    resource_ids: Vec<String>,
) -> Result<wire::RemoveResourcesAnswer, Error> {
    let arguments = Arguments::at(&["vaults", id, "removeresources"])
        .body(&wire::RemoveResourcesRequest { resource_ids });
    // A repetition of one that went through is refused, and whoever called looks what is left.
    let operation = Operation { repeat: Repeat::MakesAnother, ..write("RemoveVaultResource", Method::Post) };
    client.call(operation, region, VERSION, arguments).await
}

/// `MigrateVaultResource`, `POST /v3/{project_id}/vaults/{vault_id}/migrateresources`: their backups move along.
///
/// # Errors
///
/// When it is refused.
pub async fn migrate_resources(
    client: &Client,
    region: &str,
    from: &str,
    to: &str,
    resource_ids: Vec<String>,
) -> Result<wire::MigrateResourcesAnswer, Error> {
    let body = wire::MigrateResourcesRequest { destination_vault_id: Some(to.to_owned()), resource_ids };
    let arguments = Arguments::at(&["vaults", from, "migrateresources"]).body(&body);
    let operation = Operation { repeat: Repeat::MakesAnother, ..write("MigrateVaultResource", Method::Post) };
    client.call(operation, region, VERSION, arguments).await
}

/// `CreatePolicy`, `POST /v3/{project_id}/policies`. A repetition makes a second policy.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn create_policy(
    client: &Client,
    region: &str,
    policy: wire::NewPolicy,
) -> Result<Option<wire::Policy>, Error> {
    let arguments = Arguments::at(&["policies"]).body(&wire::PolicyRequest { policy });
    let operation = Operation::create(Service::Cbr, "CreatePolicy");
    let answer: wire::PolicyAnswer = client.call(operation, region, VERSION, arguments).await?;
    Ok(answer.policy)
}

/// `UpdatePolicy`, `PUT /v3/{project_id}/policies/{policy_id}`: a definition that is sent replaces the whole one.
///
/// # Errors
///
/// When it is refused.
pub async fn update_policy(
    client: &Client,
    region: &str,
    id: &str,
    policy: wire::NewPolicy,
) -> Result<Option<wire::Policy>, Error> {
    let arguments = Arguments::at(&["policies", id]).body(&wire::PolicyRequest { policy });
    let operation = write("UpdatePolicy", Method::Put);
    let answer: wire::PolicyAnswer = client.call(operation, region, VERSION, arguments).await?;
    Ok(answer.policy)
}

/// `DeletePolicy`, `DELETE /v3/{project_id}/policies/{policy_id}`: its vaults lose it, and backups stay. One that is gone
/// already is as it should be.
///
/// # Errors
///
/// When it is refused.
pub async fn delete_policy(client: &Client, region: &str, id: &str) -> Result<(), Error> {
    let arguments = Arguments::at(&["policies", id]);
    let operation = write("DeletePolicy", Method::Delete);
    let answer: Result<(), Error> = client.call(operation, region, VERSION, arguments).await;
    present(answer.map(Some)).map(|_| ())
}

/// `AssociateVaultPolicy`, `POST /v3/{project_id}/vaults/{vault_id}/associatepolicy`: a second policy of a kind takes the
/// place of the first.
///
/// # Errors
///
/// When it is refused.
pub async fn associate_policy(
    client: &Client,
    region: &str,
    vault: &str,
    policy: &str,
    destination_vault: Option<&str>,
) -> Result<wire::AssociatePolicyAnswer, Error> {
    let body = wire::AssociatePolicyRequest {
        policy_id: Some(policy.to_owned()),
        destination_vault_id: destination_vault.map(str::to_owned),
    };
    let arguments = Arguments::at(&["vaults", vault, "associatepolicy"]).body(&body);
    client.call(write("AssociateVaultPolicy", Method::Post), region, VERSION, arguments).await
}

/// `DisassociateVaultPolicy`, `POST /v3/{project_id}/vaults/{vault_id}/dissociatepolicy`. One that is not set is as it
/// should be.
///
/// # Errors
///
/// When it is refused.
pub async fn dissociate_policy(
    client: &Client,
    region: &str,
    vault: &str,
    policy: &str,
) -> Result<(), Error> {
    let body = wire::DissociatePolicyRequest { policy_id: Some(policy.to_owned()) };
    let arguments = Arguments::at(&["vaults", vault, "dissociatepolicy"]).body(&body);
    let operation = write("DisassociateVaultPolicy", Method::Post);
    let answer: Result<wire::DissociatePolicyAnswer, Error> =
        client.call(operation, region, VERSION, arguments).await;
    present(answer.map(Some)).map(|_| ())
}

/// What is done with tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagsAction {
    /// They are added; an equal key gets the new value.
    Create,
    /// They are taken away; one that is not there is no error.
    Delete,
}

/// `BatchCreateAndDeleteVaultTags`, `POST /v3/{project_id}/vault/{vault_id}/tags/action`: at most 10 at once.
///
/// # Errors
///
/// When it is refused.
pub async fn tags_action(
    client: &Client,
    region: &str,
    vault: &str,
    action: TagsAction,
    tags: Vec<Tag>,
) -> Result<(), Error> {
    let action = match action {
        TagsAction::Create => "create",
        TagsAction::Delete => "delete",
    };
    let body = wire::TagsActionRequest { action: Some(action.to_owned()), tags };
    let arguments = Arguments::at(&["vault", vault, "tags", "action"]).body(&body);
    client.call(write("BatchCreateAndDeleteVaultTags", Method::Post), region, VERSION, arguments).await
}

/// `CreateCheckpoint`, `POST /v3/{project_id}/checkpoints`: back up now.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn create_checkpoint(
    client: &Client,
    region: &str,
    checkpoint: wire::NewCheckpoint,
) -> Result<Option<wire::Checkpoint>, Error> {
    let body = wire::CreateCheckpointRequest { checkpoint };
    let arguments = Arguments::at(&["checkpoints"]).body(&body);
    let operation = Operation::create(Service::Cbr, "CreateCheckpoint");
    let answer: wire::CheckpointAnswer = client.call(operation, region, VERSION, arguments).await?;
    Ok(answer.checkpoint)
}

/// `ShowCheckpoint`, `GET /v3/{project_id}/checkpoints/{checkpoint_id}`; `None` where there is no such checkpoint.
///
/// # Errors
///
/// When it cannot be had.
pub async fn show_checkpoint(
    client: &Client,
    region: &str,
    id: &str,
) -> Result<Option<wire::Checkpoint>, Error> {
    let operation = read("ShowCheckpoint", "checkpoint");
    let arguments = Arguments::at(&["checkpoints", id]);
    let answer: Result<wire::CheckpointAnswer, Error> =
        client.call(operation, region, VERSION, arguments).await;
    present(answer.map(|answer| answer.checkpoint))
}

/// Looks every few seconds until something is as it should be; `false` when it was not within so long.
async fn follow<F>(client: &Client, patience: Duration, is_done: impl Fn() -> F) -> Result<bool, Error>
where
    F: Future<Output = Result<bool, Error>>,
{
    let mut waited = Duration::ZERO;
    loop {
        if is_done().await? {
            return Ok(true);
        }
        if waited >= patience {
            return Ok(false);
        }
        client.sleep(POLL).await;
        waited += POLL;
    }
}

/// Waits until a vault that is being deleted is gone; `false` when it was not within so long.
///
/// # Errors
///
/// When it cannot be looked at.
pub async fn until_vault_is_gone(
    client: &Client,
    region: &str,
    id: &str,
    patience: Duration,
) -> Result<bool, Error> {
    follow(client, patience, async || Ok(show_vault(client, region, id).await?.is_none())).await
}

/// Waits until resources that are being removed are listed no more; `false` when they were still within so long.
///
/// # Errors
///
/// When the vault cannot be looked at.
pub async fn until_removed(
    client: &Client,
    region: &str,
    vault: &str,
    ids: &[String],
    patience: Duration,
) -> Result<bool, Error> {
    let is_left = |resource: &wire::Resource| resource.id.as_ref().is_some_and(|id| ids.contains(id));
    let is_done = async || {
        let vault = show_vault(client, region, vault).await?;
        Ok(vault.is_none_or(|vault| !vault.resources.iter().any(is_left)))
    };
    follow(client, patience, is_done).await
}

/// Waits until a checkpoint has ended, well or not; `false` when it had not within so long.
///
/// # Errors
///
/// When it cannot be looked at.
pub async fn until_checkpoint_has_ended(
    client: &Client,
    region: &str,
    id: &str,
    patience: Duration,
) -> Result<bool, Error> {
    let is_done = async || {
        let checkpoint = show_checkpoint(client, region, id).await?;
        Ok(checkpoint.is_none_or(|checkpoint| checkpoint.status.as_deref() != Some("protecting")))
    };
    follow(client, patience, is_done).await
}
