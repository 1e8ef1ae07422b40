//! The services, their hosts, and which request is which operation.
//!
//! A host of the vendor names service and region. Where clients are given one address for all services, the path alone
//! tells them apart: no two of them share a form.
//! Source: the vendor's Python SDKs 3.1.219 (`resource_path` of each operation); "Regions and Endpoints".

use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::text::percent_decode;
use super::{
    bss, cbr_agents, cbr_backups, cbr_checkpoints, cbr_policies, cbr_queries, cbr_resources, cbr_tags,
    cbr_vaults,
};
use super::{compute, iam, images, organization};
use crate::emulator::request::Request;

/// Carries an operation out.
pub type Run = fn(&mut Call) -> Result<Answer, ApiError>;

/// An operation that is imitated.
#[derive(Clone, Copy)]
pub struct Operation {
    /// The vendor's name, as its SDKs have it.
    pub name: &'static str,
    /// The first part of its host.
    pub service: &'static str,
    method: &'static str,
    /// Its path, with what it names in braces.
    path: &'static str,
    /// The permission it needs.
    pub action: Option<&'static str>,
    /// Whether it can change the world.
    pub writes: bool,
    /// Whether it may be called by anyone.
    pub is_open: bool,
    /// Carries it out.
    pub run: Run,
}

/// What a request asks for.
pub struct Target {
    /// The operation.
    pub operation: &'static Operation,
    /// What the path names.
    pub params: Vec<(&'static str, String)>,
    /// The region that the host names.
    pub region: Option<String>,
}

impl Target {
    /// What the path names.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

const fn op(
    service: &'static str,
    method: &'static str,
    path: &'static str,
    name: &'static str,
    action: &'static str,
    run: Run,
) -> Operation {
    // GET and the searches that are sent as POST change nothing.
    let writes = !matches!(method.as_bytes(), b"GET");
    let action = if action.is_empty() { None } else { Some(action) };
    Operation { name, service, method, path, action, writes, is_open: false, run }
}

const fn search(operation: Operation) -> Operation {
    Operation { writes: false, ..operation }
}

const fn open(operation: Operation) -> Operation {
    Operation { is_open: true, ..operation }
}

/// The operations that are imitated, by service.
#[rustfmt::skip]
pub static OPERATIONS: [Operation; 104] = [
    op("bss", "GET", "/v2/orders/customer-orders", "ListCustomerOrders", "bss:order:view", bss::list_orders),
    op("bss", "GET", "/v2/orders/customer-orders/details/{order_id}", "ShowCustomerOrderDetails", "bss:order:view", bss::show_order),
    op("bss", "POST", "/v2/orders/subscriptions/resources/autorenew/{resource_id}", "AutoRenewalResources", "bss:renewal:update", bss::auto_renew),
    op("bss", "DELETE", "/v2/orders/subscriptions/resources/autorenew/{resource_id}", "CancelAutoRenewalResources", "bss:renewal:update", bss::cancel_auto_renew),
    op("bss", "POST", "/v2/orders/subscriptions/resources/unsubscribe", "CancelResourcesSubscription", "bss:unsubscribe:update", bss::unsubscribe),
    search(op("bss", "POST", "/v2/orders/suscriptions/resources/query", "ListPayPerUseCustomerResources", "bss:order:view", bss::list_resources)),
    op("bss", "POST", "/v3/orders/customer-orders/pay", "PayOrders", "bss:order:pay", bss::pay),
    op("bss", "POST", "/v2/orders/customer-orders/cancel", "CancelCustomerOrder", "bss:order:update", bss::cancel),
    op("cbr", "GET", "/v3/{project_id}/vaults", "ListVault", "cbr:vaults:list", cbr_vaults::list),
    op("cbr", "POST", "/v3/{project_id}/vaults", "CreateVault", "cbr:vaults:create", cbr_vaults::create),
    op("cbr", "POST", "/v3/{project_id}/vaults/order", "CreatePostPaidVault", "cbr:vaults:create", cbr_vaults::order),
    op("cbr", "GET", "/v3/{project_id}/vaults/summary", "ShowSummary", "cbr:vaults:list", cbr_vaults::summary),
    op("cbr", "GET", "/v3/{project_id}/vaults/external", "ListExternalVault", "cbr:vaults:listExternalVaults", cbr_vaults::list_external),
    op("cbr", "PUT", "/v3/{project_id}/vaults/batch-update", "BatchUpdateVault", "cbr:vaults:update", cbr_vaults::batch_update),
    op("cbr", "POST", "/v3/{project_id}/vaults/change-charge-mode", "ChangeVaultChargeMode", "cbr:vaults:update", cbr_vaults::change_charge_mode),
    op("cbr", "POST", "/v3/{project_id}/orders/change", "ChangeOrder", "cbr:vaults:update", cbr_vaults::change_order),
    op("cbr", "GET", "/v3/{project_id}/vaults/{vault_id}", "ShowVault", "cbr:vaults:get", cbr_vaults::show),
    op("cbr", "PUT", "/v3/{project_id}/vaults/{vault_id}", "UpdateVault", "cbr:vaults:update", cbr_vaults::update),
    op("cbr", "DELETE", "/v3/{project_id}/vaults/{vault_id}", "DeleteVault", "cbr:vaults:delete", cbr_vaults::delete),
    op("cbr", "PUT", "/v3/{project_id}/vaults/{vault_id}/update-backup-expiration-time", "UpdateExpirationTime", "cbr:vaults:update", cbr_vaults::update_expiration),
    op("cbr", "POST", "/v3/{project_id}/vaults/{vault_id}/addresources", "AddVaultResource", "cbr:vaults:addResources", cbr_resources::add),
    op("cbr", "POST", "/v3/{project_id}/vaults/{vault_id}/removeresources", "RemoveVaultResource", "cbr:vaults:removeResources", cbr_resources::remove),
    op("cbr", "POST", "/v3/{project_id}/vaults/{vault_id}/migrateresources", "MigrateVaultResource", "cbr:vaults:migrateResources", cbr_resources::migrate),
    op("cbr", "PUT", "/v3/{project_id}/vaults/{vault_id}/set-resources", "SetVaultResource", "cbr:vaults:update", cbr_resources::set),
    op("cbr", "POST", "/v3/{project_id}/vaults/{vault_id}/associatepolicy", "AssociateVaultPolicy", "cbr:vaults:associatePolicy", cbr_policies::associate),
    op("cbr", "POST", "/v3/{project_id}/vaults/{vault_id}/dissociatepolicy", "DisassociateVaultPolicy", "cbr:vaults:dissociatePolicy", cbr_policies::dissociate),
    op("cbr", "GET", "/v3/{project_id}/vault/tags", "ShowVaultProjectTag", "cbr:vaults:listProjectTags", cbr_tags::of_project),
    search(op("cbr", "POST", "/v3/{project_id}/vault/resource_instances/action", "ShowVaultResourceInstances", "cbr:vaults:listResourceInstances", cbr_tags::find)),
    op("cbr", "GET", "/v3/{project_id}/vault/{vault_id}/tags", "ShowVaultTag", "cbr:vaults:getTags", cbr_tags::show),
    op("cbr", "POST", "/v3/{project_id}/vault/{vault_id}/tags", "CreateVaultTags", "cbr:vaults:setTags", cbr_tags::set),
    op("cbr", "DELETE", "/v3/{project_id}/vault/{vault_id}/tags/{key}", "DeleteVaultTag", "cbr:vaults:deleteTags", cbr_tags::delete),
    op("cbr", "POST", "/v3/{project_id}/vault/{vault_id}/tags/action", "BatchCreateAndDeleteVaultTags", "cbr:vaults:bulkCreateOrDeleteTags", cbr_tags::batch),
    op("cbr", "GET", "/v3/{project_id}/policies", "ListPolicies", "cbr:policies:list", cbr_policies::list),
    op("cbr", "POST", "/v3/{project_id}/policies", "CreatePolicy", "cbr:policies:create", cbr_policies::create),
    op("cbr", "GET", "/v3/{project_id}/policies/{policy_id}", "ShowPolicy", "cbr:policies:get", cbr_policies::show),
    op("cbr", "PUT", "/v3/{project_id}/policies/{policy_id}", "UpdatePolicy", "cbr:policies:update", cbr_policies::update),
    op("cbr", "DELETE", "/v3/{project_id}/policies/{policy_id}", "DeletePolicy", "cbr:policies:delete", cbr_policies::delete),
    op("cbr", "POST", "/v3/{project_id}/checkpoints", "CreateCheckpoint", "cbr:vaults:backup", cbr_checkpoints::create),
    op("cbr", "GET", "/v3/{project_id}/checkpoints/{checkpoint_id}", "ShowCheckpoint", "cbr:vaults:get", cbr_checkpoints::show),
    op("cbr", "POST", "/v3/{project_id}/checkpoints/replicate", "CopyCheckpoint", "cbr:vaults:replicate", cbr_checkpoints::replicate),
    op("cbr", "GET", "/v3/{project_id}/backups", "ListBackups", "cbr:backups:list", cbr_backups::list),
    op("cbr", "GET", "/v3/{project_id}/backups/{backup_id}", "ShowBackup", "cbr:backups:get", cbr_backups::show),
    op("cbr", "PUT", "/v3/{project_id}/backups/{backup_id}", "UpdateBackup", "cbr:backups:update", cbr_backups::update),
    op("cbr", "DELETE", "/v3/{project_id}/backups/{backup_id}", "DeleteBackup", "cbr:backups:delete", cbr_backups::delete),
    op("cbr", "POST", "/v3/{project_id}/backups/{backup_id}/restore", "RestoreBackup", "cbr:backups:restore", cbr_backups::restore),
    op("cbr", "POST", "/v3/{project_id}/backups/{backup_id}/replicate", "CopyBackup", "cbr:backups:replicate", cbr_backups::replicate),
    op("cbr", "GET", "/v3/{project_id}/backups/{backup_id}/metadata", "ShowMetadata", "cbr:backups:getMetadata", cbr_backups::metadata),
    op("cbr", "GET", "/v3/{project_id}/backups/{backup_id}/members", "ShowMembersDetail", "cbr:member:list", cbr_backups::list_members),
    op("cbr", "POST", "/v3/{project_id}/backups/{backup_id}/members", "AddMember", "cbr:member:create", cbr_backups::add_members),
    op("cbr", "GET", "/v3/{project_id}/backups/{backup_id}/members/{member_id}", "ShowMemberDetail", "cbr:member:get", cbr_backups::show_member),
    op("cbr", "PUT", "/v3/{project_id}/backups/{backup_id}/members/{member_id}", "UpdateMemberStatus", "cbr:member:update", cbr_backups::update_member),
    op("cbr", "DELETE", "/v3/{project_id}/backups/{backup_id}/members/{member_id}", "DeleteMember", "cbr:member:delete", cbr_backups::delete_member),
    op("cbr", "GET", "/v3/{project_id}/operation-logs", "ListOpLogs", "cbr:tasks:list", cbr_queries::list_logs),
    op("cbr", "GET", "/v3/{project_id}/operation-logs/{operation_log_id}", "ShowOpLog", "cbr:tasks:get", cbr_queries::show_log),
    op("cbr", "GET", "/v3/{project_id}/protectables/{protectable_type}/instances", "ListProtectable", "cbr:vaults:listProtectables", cbr_queries::list_protectables),
    op("cbr", "GET", "/v3/{project_id}/protectables/{protectable_type}/instances/{instance_id}", "ShowProtectable", "cbr:vaults:getProtectables", cbr_queries::show_protectable),
    search(op("cbr", "POST", "/v3/{project_id}/agent/check", "CheckAgent", "cbr:backups:checkAgent", cbr_queries::check_agent)),
    op("cbr", "GET", "/v3/{project_id}/storage_usage", "ShowStorageUsage", "cbr:backups:list", cbr_queries::storage_usage),
    op("cbr", "GET", "/v3/{project_id}/replication-capabilities", "ShowReplicationCapabilities", "cbr:backups:queryReplicationCapability", cbr_queries::replication_capabilities),
    op("cbr", "GET", "/v3/{project_id}/cbr-features", "ListFeatures", "", cbr_queries::list_features),
    op("cbr", "GET", "/v3/{project_id}/cbr-features/{feature_key}", "ShowFeature", "", cbr_queries::show_feature),
    op("cbr", "GET", "/v3/region-projects", "ListProjects", "", cbr_queries::region_projects),
    op("cbr", "GET", "/v3/migrates", "ShowMigrateStatus", "", cbr_queries::migrate_status),
    op("cbr", "GET", "/v3/{project_id}/organization-policies", "ListOrganizationPolicies", "cbr:policies:list", organization::list),
    op("cbr", "POST", "/v3/{project_id}/organization-policies", "CreateOrganizationPolicy", "cbr:policies:create", organization::create),
    op("cbr", "GET", "/v3/{project_id}/organization-policies/{organization_policy_id}", "ShowOrganizationPolicy", "cbr:policies:get", organization::show),
    op("cbr", "PUT", "/v3/{project_id}/organization-policies/{organization_policy_id}", "UpdateOrganizationPolicy", "cbr:policies:update", organization::update),
    op("cbr", "DELETE", "/v3/{project_id}/organization-policies/{organization_policy_id}", "DeleteOrganizationPolicy", "cbr:policies:delete", organization::delete),
    op("cbr", "GET", "/v3/{project_id}/organization-policies/{organization_policy_id}/policy-detail", "ListOrganizationPolicyDetail", "cbr:policies:get", organization::detail),
    op("cbr", "GET", "/v3/{project_id}/agents", "ListAgent", "cbr:agents:list", cbr_agents::list),
    op("cbr", "POST", "/v3/{project_id}/agents", "RegisterAgent", "cbr:agents:register", cbr_agents::register),
    op("cbr", "GET", "/v3/{project_id}/agents/{agent_id}", "ShowAgent", "cbr:agents:get", cbr_agents::show),
    op("cbr", "PUT", "/v3/{project_id}/agents/{agent_id}", "UpdateAgent", "cbr:agents:update", cbr_agents::update),
    op("cbr", "DELETE", "/v3/{project_id}/agents/{agent_id}", "UnregisterAgent", "cbr:agents:delete", cbr_agents::unregister),
    op("cbr", "POST", "/v3/{project_id}/agents/{agent_id}/add-path", "AddAgentPath", "cbr:agents:addPath", cbr_agents::add_path),
    op("cbr", "POST", "/v3/{project_id}/agents/{agent_id}/remove-path", "RemoveAgentPath", "cbr:agents:removePath", cbr_agents::remove_path),
    op("ecs", "GET", "/v1/{project_id}/cloudservers/detail", "ListServersDetails", "ecs:cloudServers:list", compute::list_servers),
    op("ecs", "GET", "/v1/{project_id}/cloudservers/{server_id}", "ShowServer", "ecs:cloudServers:get", compute::show_server),
    op("eps", "GET", "/v1.0/enterprise-projects", "ListEnterpriseProject", "eps:enterpriseProjects:list", iam::list_enterprise_projects),
    op("eps", "POST", "/v1.0/enterprise-projects/{enterprise_project_id}/resources-migrate", "MigrateResource", "eps:resources:add", iam::migrate_to_enterprise_project),
    search(op("eps", "POST", "/v1.0/enterprise-projects/{enterprise_project_id}/resources/filter", "ShowResourceBindEnterpriseProject", "eps:resources:list", iam::list_enterprise_resources)),
    op("evs", "GET", "/v2/{project_id}/cloudvolumes/detail", "ListVolumes", "evs:volumes:list", compute::list_volumes),
    op("evs", "GET", "/v2/{project_id}/cloudvolumes/{volume_id}", "ShowVolume", "evs:volumes:get", compute::show_volume),
    op("iam", "GET", "/v3/projects", "KeystoneListProjects", "", iam::list_projects),
    op("iam", "GET", "/v3/auth/projects", "KeystoneListAuthProjects", "", iam::list_projects),
    op("iam", "GET", "/v3/auth/catalog", "KeystoneShowCatalog", "", iam::show_catalog),
    op("iam", "GET", "/v3/auth/domains", "KeystoneListAuthDomains", "", iam::list_domains),
    open(op("iam", "POST", "/v3/auth/tokens", "KeystoneCreateUserTokenByPassword", "", iam::create_token)),
    op("iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens", "CreateTemporaryAccessKey", "", iam::create_temporary_key),
    open(op("iam", "POST", "/v3.0/OS-AUTH/id-token/tokens", "CreateTokenByIdToken", "", iam::create_token_by_id_token)),
    op("ims", "POST", "/v1/cloudimages/wholeimages/action", "CreateWholeImage", "ims:wholeImages:create", images::create),
    op("ims", "GET", "/v2/cloudimages", "ListImages", "ims:images:list", images::list),
    op("ims", "DELETE", "/v2/images/{image_id}", "GlanceDeleteImage", "ims:images:delete", images::delete),
    op("ims", "GET", "/v1/{project_id}/jobs/{job_id}", "ShowJob", "", images::show_job),
    open(op("metadata", "PUT", "/meta-data/latest/api/token", "MetadataToken", "", iam::metadata_token)),
    open(op("metadata", "GET", "/openstack/latest/securitykey", "MetadataSecurityKey", "", iam::metadata_key)),
    open(op("metadata", "GET", "/openstack/latest/meta_data.json", "Metadata", "", iam::metadata)),
    op("sfs-turbo", "GET", "/v1/{project_id}/sfs-turbo/shares/detail", "ListShares", "sfsturbo:shares:getAllShares", compute::list_shares),
    op("sfs-turbo", "GET", "/v1/{project_id}/sfs-turbo/shares/{share_id}", "ShowShare", "sfsturbo:shares:getShare", compute::show_share),
    op("sts", "GET", "/v5/caller-identity", "GetCallerIdentity", "", iam::caller_identity),
    op("sts", "POST", "/v5/agencies/assume", "AssumeAgency", "", iam::assume_agency),
    open(op("sts", "POST", "/v5/agencies/assume-with-oidc", "AssumeAgencyWithOidc", "", iam::assume_agency_with_oidc)),
    op("workspace", "GET", "/v2/{project_id}/desktops/detail", "ListDesktopsDetail", "workspace:desktops:list", compute::list_desktops),
    op("workspace", "GET", "/v2/{project_id}/desktops/{desktop_id}", "ShowDesktopDetail", "workspace:desktops:get", compute::show_desktop),
];

/// Operations that the vendor has and the emulator has not, by the form of their paths.
const ABSENT: [(&str, &str); 6] = [
    ("CopyBackup of organisations and ImportBackup", "/v3/{project_id}/backups/sync"),
    ("ImportCheckpoint", "/v3/{project_id}/checkpoints/sync"),
    ("UpdateOrder, which the vendor has retired", "/v3/{project_id}/orders/{order_id}"),
    ("ListDomainProjects", "/v3/domain/{domain_name}/projects"),
    ("ShowDomain", "/v3/domain/{source_project_id}"),
    ("MigrateDomain", "/v3/migrates"),
];

/// What a request asks for.
///
/// # Errors
/// When no service has such an operation, or the emulator has not.
pub fn find(request: &Request) -> Result<Target, ApiError> {
    let (service, region) = host(request.header("host").unwrap_or_default());
    let is_of_service = |known: &str| service.as_ref().is_none_or(|service| service == known);
    let fitting = OPERATIONS.iter().filter_map(|operation| {
        let is_candidate = operation.method == request.method && is_of_service(operation.service);
        let params = if is_candidate { fit(operation.path, &request.path) } else { None };
        params.map(|params| (operation, params))
    });
    // The form that names the least is the most particular one: `/vaults/summary` before `/vaults/{vault_id}`.
    if let Some((operation, params)) = fitting.min_by_key(|(_, params)| params.len()) {
        return Ok(Target { operation, params, region });
    }
    if let Some((name, _)) = ABSENT.iter().find(|(_, path)| fit(path, &request.path).is_some()) {
        return Err(ApiError::not_imitated(name));
    }
    if service
        .as_deref()
        .is_some_and(|service| OPERATIONS.iter().all(|operation| operation.service != service))
    {
        return Err(ApiError::not_imitated(request.header("host").unwrap_or_default()));
    }
    let message =
        format!("The API does not exist or has not been published: {} {}", request.method, request.path);
    Err(ApiError::gateway(404, "0101", message))
}

/// What a path of this form names; `None` if it has another form. A slash at the end does not matter.
fn fit(form: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut params = Vec::new();
    let mut parts = path.trim_end_matches('/').split('/');
    for expected in form.split('/') {
        let part = parts.next()?;
        match expected.strip_prefix('{').and_then(|expected| expected.strip_suffix('}')) {
            Some(name) if !part.is_empty() => params.push((name, percent_decode(part)?)),
            None if part == expected => (),
            _ => return None,
        }
    }
    parts.next().is_none().then_some(params)
}

/// Service and region that a host names; an address names neither, and a global host no region.
fn host(header: &str) -> (Option<String>, Option<String>) {
    let host = header.rsplit_once(':').map_or(header, |(host, _)| host).to_ascii_lowercase();
    let name =
        [".myhuaweicloud.com", ".myhuaweicloud.eu"].iter().find_map(|domain| host.strip_suffix(domain));
    let Some(name) = name else { return (None, None) };
    let (service, region) = match name.split_once('.') {
        Some((service, region)) => (service, Some(region.to_owned())),
        None => (name, None),
    };
    // Source: the international site's endpoint of the billing service.
    let service = if service == "bss-intl" { "bss" } else { service };
    (Some(service.to_owned()), region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, host: &str, path: &str) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: vec![("host".to_owned(), host.to_owned())],
            body: Vec::new(),
        }
    }

    #[test]
    fn host_and_path_name_the_operation() {
        let check = |method: &str, host: &str, path: &str, expected: &str| {
            let found = find(&request(method, host, path));
            let found =
                found.map_or_else(|error| error.code.to_string(), |target| target.operation.name.to_owned());
            assert_eq!(found, expected, "{method} {host}{path}");
        };
        let cbr = "cbr.cn-north-4.myhuaweicloud.com";
        check("GET", cbr, "/v3/p/vaults", "ListVault");
        check("GET", cbr, "/v3/p/vaults/", "ListVault");
        check("GET", cbr, "/v3/p/vaults/summary", "ShowSummary");
        check("GET", cbr, "/v3/p/vaults/v-1", "ShowVault");
        check("POST", cbr, "/v3/p/vault/v-1/tags/action", "BatchCreateAndDeleteVaultTags");
        check("DELETE", cbr, "/v3/p/vault/v-1/tags/team%2Fa", "DeleteVaultTag");
        check("PATCH", cbr, "/v3/p/vaults", "APIGW.0101");
        check("GET", cbr, "/v3/p/unicorns", "APIGW.0101");
        check("GET", cbr, "/v3/p/organization-policies", "ListOrganizationPolicies");
        check("POST", cbr, "/v3/p/backups/sync", "Emulator.NotImplemented");
        check("GET", "ecs.cn-north-4.myhuaweicloud.com", "/v3/p/vaults", "APIGW.0101");
        check("GET", "ims.cn-north-4.myhuaweicloud.com", "/v2/cloudimages", "ListImages");
        check("GET", "vpc.cn-north-4.myhuaweicloud.com", "/v1/p/vpcs", "Emulator.NotImplemented");
        check("PUT", "169.254.169.254", "/meta-data/latest/api/token", "MetadataToken");
        check("GET", "iam.myhuaweicloud.com", "/v3/projects", "KeystoneListProjects");
        check("POST", "bss-intl.myhuaweicloud.com", "/v3/orders/customer-orders/pay", "PayOrders");
        check("GET", "127.0.0.1:8080", "/v3/p/vaults", "ListVault");
        check("GET", "127.0.0.1:8080", "/v1/p/cloudservers/detail", "ListServersDetails");
        check("GET", "127.0.0.1:8080", "/v2/p/cloudvolumes/detail", "ListVolumes");
        check("GET", "127.0.0.1:8080", "/v3/projects", "KeystoneListProjects");
        check("GET", "127.0.0.1:8080", "/", "APIGW.0101");
    }

    #[test]
    fn paths_are_taken_apart_before_they_are_decoded() {
        let target = find(&request("DELETE", "127.0.0.1", "/v3/p/vault/v-1/tags/team%2Fa")).ok().unwrap();
        assert_eq!(target.param("key"), Some("team/a"));
        assert_eq!(target.param("project_id"), Some("p"));
    }

    #[test]
    fn no_two_operations_share_a_name_or_a_form() {
        for (place, one) in OPERATIONS.iter().enumerate() {
            for other in &OPERATIONS[place + 1..] {
                assert_ne!(one.name, other.name);
                assert_ne!((one.method, one.path), (other.method, other.path));
            }
        }
    }
}
