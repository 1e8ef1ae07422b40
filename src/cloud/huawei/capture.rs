//! Reads the part of a project that a configuration touches, in bulk and with the listings of a refresh.

use std::collections::BTreeSet;

use super::client::Client;
use super::resources::facts::Protected;
use super::{bss, cbr, ecs, evs, sfs_turbo, workspace};
use crate::cloud::error::Error;
use crate::wire::huawei::capture::Captured;
use crate::wire::huawei::cbr::Vault;

/// How a vault says that it is paid for in advance. Source: CBR API v3, "Querying a Vault", `billing.charging_mode`.
const PREPAID: &str = "pre_paid";

/// The vaults and policies whose ids or names are among the words that a configuration speaks of, the vaults that
/// protect something of these ids, and everything that a plan reads of what they protect.
///
/// # Errors
///
/// When a call fails, or a listing does not hold still.
pub async fn capture(client: &Client, region: &str, touched: &BTreeSet<String>) -> Result<Captured, Error> {
    let is_named = |text: Option<&String>| text.is_some_and(|text| touched.contains(text));
    let mut vaults = cbr::list_vaults(client, region).await?;
    vaults.retain(|vault| {
        let mut members = vault.resources.iter().map(|resource| resource.id.as_ref());
        is_named(vault.id.as_ref()) || is_named(vault.name.as_ref()) || members.any(is_named)
    });
    let ids: BTreeSet<&str> = vaults.iter().filter_map(|vault| vault.id.as_deref()).collect();
    let mut policies = cbr::list_policies(client, region).await?;
    policies.retain(|policy| {
        let mut set_on = policy.associated_vaults.iter().filter_map(|vault| vault.vault_id.as_deref());
        is_named(policy.id.as_ref()) || is_named(policy.name.as_ref()) || set_on.any(|id| ids.contains(id))
    });
    // One listing of the region costs no more calls than one for each vault.
    let mut backups =
        if vaults.is_empty() { Vec::new() } else { cbr::find_backups(client, region, &[]).await? };
    backups.retain(|backup| backup.vault_id.as_deref().is_some_and(|vault| ids.contains(vault)));
    let prepaid: Vec<String> =
        vaults.iter().filter(|vault| is_prepaid(vault)).filter_map(|vault| vault.id.clone()).collect();
    let captured = Captured {
        domain: client.domain(region).await?.to_string(),
        project: client.project(region).await?.to_string(),
        project_name: client.project_name(region).to_owned(),
        bought: if prepaid.is_empty() {
            Vec::new()
        } else {
            bss::resources_by_id(client, region, &prepaid).await?
        },
        policies,
        backups,
        ..Captured::default()
    };
    protected(client, region, touched, Captured { vaults, ..captured }).await
}

fn is_prepaid(vault: &Vault) -> bool {
    vault.billing.as_ref().is_some_and(|billing| billing.charging_mode.as_deref() == Some(PREPAID))
}

/// Adds what the vaults protect, and what the configuration names of that kind.
async fn protected(
    client: &Client,
    region: &str,
    touched: &BTreeSet<String>,
    mut captured: Captured,
) -> Result<Captured, Error> {
    let members = captured.vaults.iter().flat_map(|vault| &vault.resources);
    let members: BTreeSet<String> = members.filter_map(|resource| resource.id.clone()).collect();
    let is_meant = |id: Option<&String>| id.is_some_and(|id| touched.contains(id) || members.contains(id));
    // What a type protects is asked for only where the configuration has vaults of that type.
    let has = |kind: Protected| {
        let types = captured.vaults.iter().filter_map(|vault| vault.billing.as_ref()?.object_type.as_deref());
        let wanted = |text: &str| Protected::of_vault(text) == Some(kind);
        types.chain(touched.iter().map(String::as_str)).any(wanted)
    };
    captured.servers = ecs::list_servers(client, region, &[]).await?;
    captured.servers.retain(|server| is_meant(server.id.as_ref()));
    let attached = captured.servers.iter().flat_map(|server| &server.volumes_attached);
    let attached: BTreeSet<String> = attached.filter_map(|volume| volume.id.clone()).collect();
    captured.volumes = evs::list_volumes(client, region, &[]).await?;
    captured.volumes.retain(|volume| {
        is_meant(volume.id.as_ref()) || volume.id.as_ref().is_some_and(|id| attached.contains(id))
    });
    if has(Protected::Share) {
        captured.shares = sfs_turbo::list_shares(client, region).await?;
        captured.shares.retain(|share| is_meant(share.id.as_ref()));
    }
    if has(Protected::Desktop) {
        captured.desktops = workspace::list_desktops(client, region).await?;
        captured.desktops.retain(|desktop| is_meant(desktop.desktop_id.as_ref()));
    }
    let servers: Vec<String> = captured.servers.iter().filter_map(|server| server.id.clone()).collect();
    if !servers.is_empty() {
        captured.agents = cbr::check_agents(client, region, &servers).await?;
    }
    let clients = cbr::list_file_clients(client, region);
    let is_file = |vault: &Vault| {
        vault.billing.as_ref().is_some_and(|billing| billing.object_type.as_deref() == Some("file"))
    };
    if captured.vaults.iter().any(is_file) || touched.contains("file") {
        captured.file_clients = clients.await?;
        captured.file_clients.retain(|client| is_meant(client.agent_id.as_ref()));
    }
    Ok(captured)
}
