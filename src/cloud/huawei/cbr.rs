//! Cloud Backup and Recovery, API v3: one function per action, and listings that are read to their end.

use std::collections::BTreeSet;
use std::time::Duration;

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::cloud::http::Method;
use crate::cloud::retry::Repeat;
use crate::wire::huawei::{Tag, cbr as wire};

const VERSION: &str = "v3";

/// Records on a page, the most that the vendor gives. Source: CBR API v3, "Querying the Vault List", `limit`.
const PAGE: u64 = 1000;

const PAGES: Step = Step::ByOffset(PAGE);

/// How often something is looked at that takes time, at most.
const POLL: Duration = Duration::from_secs(5);

/// The pause before the next look, after so many: short at first, since most of what takes time takes little.
pub(super) fn pause(looks: u32) -> Duration {
    const FIRST: Duration = Duration::from_millis(200);
    FIRST.saturating_mul(1 << looks.min(10)).min(POLL)
}

const fn read(action: &'static str, must_answer: &'static str) -> Operation {
    Operation::read(Service::Cbr, action, must_answer)
}

const fn write(action: &'static str, method: Method) -> Operation {
    Operation::write(Service::Cbr, action, method)
}

/// `ListVault`, `GET /v3/{project_id}/vaults`: all vaults with all that they protect.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn list_vaults(client: &Client, region: &str) -> Result<Vec<wire::Vault>, Error> {
    let operation = read("ListVault", "vaults");
    let page = async |place: Place| {
        let arguments = Arguments::at(&["vaults"]).query("limit", &PAGE).query("offset", &place.offset);
        let answer: wire::VaultsAnswer = client.call(operation, region, VERSION, arguments).await?;
        Ok(Page::new(answer.vaults, answer.count))
    };
    paging::all(client, region, operation, PAGES, |vault| vault.id.as_deref(), page).await
}

/// `ListBackups`, `GET /v3/{project_id}/backups`: all backups of a vault.
///
/// # Errors
///
/// When a page cannot be had.
pub async fn list_backups(client: &Client, region: &str, vault: &str) -> Result<Vec<wire::Backup>, Error> {
    find_backups(client, region, &[("vault_id", vault)]).await
}

/// `ListBackups`, `GET /v3/{project_id}/backups`: all backups of the project that these filters let through.
///
/// # Errors
///
/// When a page cannot be had, or the listing does not hold still.
pub async fn find_backups(
    client: &Client,
    region: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<wire::Backup>, Error> {
    let operation = read("ListBackups", "backups");
    let page = async |place: Place| {
        let arguments = filtered(&["backups"], filters);
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.offset);
        let answer: wire::BackupsAnswer = client.call(operation, region, VERSION, arguments).await?;
        Ok(Page::new(answer.backups, answer.count))
    };
    paging::all(client, region, operation, PAGES, |backup| backup.id.as_deref(), page).await
}

/// Up to so many resources are asked for their backups one by one; for more, those of the project are listed.
const FEW: usize = 5;

/// `ListBackups` for each of these resources, or once for all of the project: then others' backups are among them.
///
/// # Errors
///
/// When a page cannot be had, or the listing does not hold still.
pub async fn backups_of(
    client: &Client,
    region: &str,
    resources: &BTreeSet<&str>,
) -> Result<Vec<wire::Backup>, Error> {
    if resources.len() > FEW {
        return find_backups(client, region, &[]).await;
    }
    let mut found = Vec::new();
    for resource in resources {
        found.extend(find_backups(client, region, &[("resource_id", resource)]).await?);
    }
    Ok(found)
}

/// A path with these parameters in the query.
fn filtered(path: &[&str], filters: &[(&str, &str)]) -> Arguments {
    filters.iter().fold(Arguments::at(path), |arguments, (name, value)| arguments.query(name, value))
}

/// `ShowBackup`, `GET /v3/{project_id}/backups/{backup_id}`; `None` where there is no such backup.
///
/// # Errors
///
/// When it cannot be had.
pub async fn show_backup(client: &Client, region: &str, id: &str) -> Result<Option<wire::Backup>, Error> {
    let arguments = Arguments::at(&["backups", id]);
    let answer: Result<wire::BackupAnswer, Error> =
        client.call(read("ShowBackup", "backup"), region, VERSION, arguments).await;
    present(answer.map(|answer| answer.backup))
}

/// `DeleteBackup`, `DELETE /v3/{project_id}/backups/{backup_id}`. One that is gone already is as it should be.
///
/// # Errors
///
/// When it is refused.
pub async fn delete_backup(client: &Client, region: &str, id: &str) -> Result<(), Error> {
    let arguments = Arguments::at(&["backups", id]);
    let answer: Result<(), Error> =
        client.call(write("DeleteBackup", Method::Delete), region, VERSION, arguments).await;
    present(answer.map(Some)).map(|_| ())
}

/// `RestoreBackup`, `POST /v3/{project_id}/backups/{backup_id}/restore`: the target's data of today is overwritten, and a
/// server is shut down for it. The operation log of the restore, where the answer names it.
///
/// Source: CBR API v3 has no body for this answer; terraform-provider-huaweicloud reads `job_id` of it.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn restore_backup(
    client: &Client,
    region: &str,
    id: &str,
    restore: wire::Restore,
) -> Result<Option<String>, Error> {
    let arguments = Arguments::at(&["backups", id, "restore"]).body(&wire::RestoreRequest { restore });
    let operation = Operation::create(Service::Cbr, "RestoreBackup");
    let answer: Option<wire::RestoreAnswer> = client.call(operation, region, VERSION, arguments).await?;
    Ok(answer.and_then(|answer| answer.job_id))
}

/// `ListOpLogs`, `GET /v3/{project_id}/operation-logs`: the operations of about the last 30 days that these filters let
/// through.
///
/// # Errors
///
/// When a page cannot be had, or the listing does not hold still.
pub async fn list_operation_logs(
    client: &Client,
    region: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<wire::OperationLog>, Error> {
    let operation = read("ListOpLogs", "operation_logs");
    let page = async |place: Place| {
        let arguments = filtered(&["operation-logs"], filters);
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.offset);
        let answer: wire::OperationLogsAnswer = client.call(operation, region, VERSION, arguments).await?;
        Ok(Page::new(answer.operation_logs, answer.count))
    };
    paging::all(client, region, operation, PAGES, |log| log.id.as_deref(), page).await
}

/// `ListOpLogs` again: of the latest operations that these filters let through, one page of at most so many.
///
/// # Errors
///
/// When it cannot be had.
pub async fn latest_operation_logs(
    client: &Client,
    region: &str,
    filters: &[(&str, &str)],
    most: u64,
    offset: u64,
) -> Result<Vec<wire::OperationLog>, Error> {
    let arguments = filtered(&["operation-logs"], filters);
    let arguments = arguments.query("limit", &most.min(PAGE)).query("offset", &offset);
    let answer: wire::OperationLogsAnswer =
        client.call(read("ListOpLogs", "operation_logs"), region, VERSION, arguments).await?;
    Ok(answer.operation_logs)
}

/// `ShowOpLog`, `GET /v3/{project_id}/operation-logs/{operation_log_id}`; `None` where there is no such log.
///
/// # Errors
///
/// When it cannot be had.
pub async fn show_operation_log(
    client: &Client,
    region: &str,
    id: &str,
) -> Result<Option<wire::OperationLog>, Error> {
    let arguments = Arguments::at(&["operation-logs", id]);
    let answer: Result<wire::OperationLogAnswer, Error> =
        client.call(read("ShowOpLog", "operation_log"), region, VERSION, arguments).await;
    present(answer.map(|answer| answer.operation_log))
}

/// Resources that can be asked for at once. Source: CBR API v3, "Querying Protectable Resources", `limit`.
const PROTECTABLES: u64 = 50;

/// `ListProtectable`, `GET /v3/{project_id}/protectables/{protectable_type}/instances`: whether resources may be
/// associated, and what stands in the way. The service does not count them, and gives 50 a page.
///
/// # Errors
///
/// When a page cannot be had, or the listing does not hold still.
pub async fn list_protectables(
    client: &Client,
    region: &str,
    kind: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<wire::Protectable>, Error> {
    let operation = read("ListProtectable", "instances");
    let page = async |place: Place| {
        let arguments = filtered(&["protectables", kind, "instances"], filters);
        let arguments = arguments.query("limit", &PROTECTABLES).query("offset", &place.offset);
        let answer: wire::ProtectablesAnswer = client.call(operation, region, VERSION, arguments).await?;
        Ok(Page::new(answer.instances, None))
    };
    let step = Step::ByOffset(PROTECTABLES);
    paging::all(client, region, operation, step, |instance| instance.id.as_deref(), page).await
}

/// Servers that can be asked about at once. Source: CBR API v3, "Querying the Agent Status", `agent_status`.
const AGENTS: usize = 256;

/// `CheckAgent`, `POST /v3/{project_id}/agent/check`: whether servers have the agent of application consistency.
///
/// # Errors
///
/// When it cannot be had.
pub async fn check_agents(
    client: &Client,
    region: &str,
    servers: &[String],
) -> Result<Vec<wire::AgentStatus>, Error> {
    let operation = Operation { must_answer: Some("agent_status"), ..write("CheckAgent", Method::Post) };
    let mut found = Vec::new();
    for servers in servers.chunks(AGENTS) {
        let query = |id: &String| wire::AgentQuery {
            resource_id: Some(id.clone()),
            resource_type: Some("OS::Nova::Server".to_owned()),
        };
        let body = wire::CheckAgentRequest { agent_status: servers.iter().map(query).collect() };
        let arguments = Arguments::at(&["agent", "check"]).body(&body);
        let answer: wire::CheckAgentAnswer = client.call(operation, region, VERSION, arguments).await?;
        found.extend(answer.agent_status);
    }
    Ok(found)
}

/// `ListAgent`, `GET /v3/{project_id}/agents`: the clients of file backup.
///
/// # Errors
///
/// When a page cannot be had, or the listing does not hold still.
pub async fn list_file_clients(client: &Client, region: &str) -> Result<Vec<wire::Agent>, Error> {
    let operation = read("ListAgent", "agents");
    let page = async |place: Place| {
        let arguments = Arguments::at(&["agents"]).query("limit", &PAGE).query("offset", &place.offset);
        let answer: wire::AgentsAnswer = client.call(operation, region, VERSION, arguments).await?;
        Ok(Page::new(answer.agents, answer.count))
    };
    paging::all(client, region, operation, PAGES, |agent| agent.agent_id.as_deref(), page).await
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

/// `ChangeOrder`, `POST /v3/{project_id}/orders/change`: orders more capacity for a prepaid vault, which costs money.
///
/// # Errors
///
/// When it is refused, or when it is not known what became of it.
pub async fn change_order(
    client: &Client,
    region: &str,
    request: wire::ChangeOrderRequest,
) -> Result<wire::OrderAnswer, Error> {
    let arguments = Arguments::at(&["orders", "change"]).body(&request);
    client.call(Operation::create(Service::Cbr, "ChangeOrder"), region, VERSION, arguments).await
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

/// Whether a policy is set on a vault: the policy tells, the vault does not.
///
/// Source: CBR API v3, "Querying the Policy List", `associated_vaults`.
pub fn is_set_on(policy: &wire::Policy, vault: &wire::Vault) -> bool {
    vault.id.is_some() && policy.associated_vaults.iter().any(|set| set.vault_id == vault.id)
}

/// Looks every few seconds until there is something to tell; `None` when there was not within so long.
pub(super) async fn watch<T, F>(
    client: &Client,
    patience: Duration,
    look: impl Fn() -> F,
) -> Result<Option<T>, Error>
where
    F: Future<Output = Result<Option<T>, Error>>,
{
    let (mut waited, mut looks) = (Duration::ZERO, 0);
    loop {
        let found = look().await?;
        if found.is_some() || waited >= patience {
            return Ok(found);
        }
        client.sleep(pause(looks)).await;
        waited += pause(looks);
        looks += 1;
    }
}

/// Looks every few seconds until something is as it should be; `false` when it was not within so long.
pub(super) async fn follow<F>(
    client: &Client,
    patience: Duration,
    is_done: impl Fn() -> F,
) -> Result<bool, Error>
where
    F: Future<Output = Result<bool, Error>>,
{
    let look = async || Ok(is_done().await?.then_some(()));
    Ok(watch(client, patience, look).await?.is_some())
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

/// Waits until all of these resources are in a vault; `false` when they were not within so long.
///
/// # Errors
///
/// When the vault cannot be looked at.
pub async fn until_present(
    client: &Client,
    region: &str,
    vault: &str,
    ids: &[String],
    patience: Duration,
) -> Result<bool, Error> {
    let is_done = async || {
        let vault = show_vault(client, region, vault).await?.unwrap_or_default();
        let is_there = |id: &String| vault.resources.iter().any(|resource| resource.id.as_ref() == Some(id));
        Ok(ids.iter().all(is_there))
    };
    follow(client, patience, is_done).await
}
