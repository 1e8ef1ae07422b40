//! The service as a whole: opening it, its regions, its vaults, what it protects.
//!
//! Source: HBR API 2017-09-08, `OpenHbrService`, `DescribeRegions`, `DescribeVaults`, `GetBasicStatistics`.

use serde::Serialize;

use super::error::ApiError;
use super::gateway::Call;
use super::hbr_clients::pairs_match;
use super::hbr_plans::{ECS_FILE, PAGE_MAX};
use super::instance::Instance;
use super::objects::{OpenAgain, Vault};
use super::params::Page;
use super::region::Region;
use super::regions::REGIONS;
use crate::emulator::clock::Time;

/// `OpenHbrService`. It cannot be undone.
pub fn open(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    if call.account.service_opened && call.open_again == OpenAgain::Refused {
        // Source: the Terraform provider, which takes this code for success.
        let message = "The service has been activated already.";
        return Err(ApiError::new(400, "ORDER.OPEND", message));
    }
    call.account.service_opened = true;
    let order_id = format!("{:015}", call.ids.next_number());
    // Answered without HBR's envelope.
    call.answer(Opened { order_id })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Opened {
    order_id: String,
}

/// `DescribeRegions`.
pub fn describe_regions(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let region = REGIONS.iter().map(|(region_id, local_name)| RegionName { region_id, local_name }).collect();
    call.hbr_answer(RegionListing { regions: RegionList { region } })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionListing {
    regions: RegionList,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionList {
    region: Vec<RegionName>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionName {
    region_id: &'static str,
    local_name: &'static str,
}

/// `DescribeVaults`. The vaults of the Essential Edition are not among them.
pub fn describe_vaults(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    let page = Page::of(&call.params, PAGE_MAX)?;
    call.params.boolean("Replication")?;
    let tags = call.params.pairs("Tag");
    let wanted = |name: &str, found: &str| call.params.filled(name).is_none_or(|wanted| wanted == found);
    let fulfils = |vault: &&Vault| {
        wanted("VaultId", &vault.id)
            && wanted("VaultName", &vault.name)
            && wanted("VaultType", &vault.kind)
            && wanted("VaultRegionId", &call.region_id)
            && wanted("VaultOwnerId", &call.account.id)
            && wanted("ResourceGroupId", &vault.resource_group)
            && wanted("Status", "CREATED")
            && call.params.boolean("Replication").is_ok_and(|replicas| replicas != Some(true))
            && pairs_match(&vault.tags, &tags)
    };
    let all: Vec<&Vault> = call.region().vaults.iter().filter(fulfils).collect();
    let total_count = all.len();
    let vault = page.cut(all.into_iter()).into_iter().map(|vault| ShownVault {
        vault_id: &vault.id,
        vault_name: &vault.name,
        vault_type: &vault.kind,
        vault_region_id: &call.region_id,
        status: "CREATED",
        created_time: vault.created.unix(),
        description: "",
        charge_type: "FREE",
        encrypt_type: "HBR_PRIVATE",
        redundancy_type: "LRS",
        resource_group_id: &vault.resource_group,
        replication: false,
        retention: 730,
        snapshot_count: points_in(call, &vault.id),
        storage_size: 0,
        backup_plan_statistics: PlanStatistics { ecs_file: plans_in(call, &vault.id) },
        source_types: SourceTypes { source_type: [ECS_FILE] },
        tags: TagList { tag: vault.tags.iter().map(|(key, value)| Tag { key, value }).collect() },
    });
    let vaults = VaultList { vault: vault.collect() };
    call.hbr_answer(VaultListing { page_number: page.number, page_size: page.size, total_count, vaults })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VaultListing<'a> {
    page_number: usize,
    page_size: usize,
    total_count: usize,
    vaults: VaultList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VaultList<'a> {
    vault: Vec<ShownVault<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownVault<'a> {
    vault_id: &'a str,
    vault_name: &'a str,
    vault_type: &'a str,
    vault_region_id: &'a str,
    status: &'static str,
    created_time: i64,
    description: &'static str,
    charge_type: &'static str,
    encrypt_type: &'static str,
    redundancy_type: &'static str,
    resource_group_id: &'a str,
    replication: bool,
    retention: u32,
    snapshot_count: usize,
    storage_size: u64,
    backup_plan_statistics: PlanStatistics,
    source_types: SourceTypes,
    tags: TagList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PlanStatistics {
    ecs_file: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SourceTypes {
    source_type: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TagList<'a> {
    tag: Vec<Tag<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: &'a str,
    value: &'a str,
}

/// How many plans back up to a vault.
fn plans_in(call: &Call, vault: &str) -> usize {
    call.region().standard.plans.iter().filter(|plan| plan.vault == vault).count()
}

/// How many recovery points a vault holds, those of deleted plans among them.
fn points_in(call: &Call, vault: &str) -> usize {
    let region = call.region();
    let plans = region.standard.plans.iter().filter(|plan| plan.vault == vault);
    let of_plans: usize = plans.map(|plan| plan.points(call.now).count()).sum();
    of_plans + region.kept_points.iter().filter(|kept| kept.vault == vault && kept.expires > call.now).count()
}

/// `GetBasicStatistics`: instances that have backups, and the size of their disks, over all regions.
pub fn statistics(call: &mut Call) -> Result<Vec<u8>, ApiError> {
    call.params.required("SourceType")?;
    call.params.one_of("SourceType", &[ECS_FILE])?;
    let per_region: Vec<RegionStatistics> = call
        .account
        .regions
        .iter()
        .map(|(region_id, region)| RegionStatistics { region_id, sums: sums(region, call.now) })
        .filter(|statistics| statistics.sums.protected_resource_count > 0)
        .collect();
    let elsewhere = call.account.elsewhere;
    let start = Sums { protected_data_size: elsewhere.bytes, protected_resource_count: elsewhere.servers };
    let whole = per_region.iter().map(|region| region.sums).fold(start, Sums::and);
    call.hbr_answer(Overview {
        source_type: ECS_FILE,
        global_statistics: whole,
        region_statistics: per_region,
    })
}

/// What has backups in a region, and the size of its disks.
pub fn sums(region: &Region, now: Time) -> Sums {
    let protected = region.basic.plans.iter().filter(|plan| plan.points(now).next().is_some());
    let sizes = protected.map(|plan| region.instances.get(&plan.instance).map_or(0, Instance::disk_bytes));
    sizes.map(Sums::of_one).fold(Sums::default(), Sums::and)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Overview<'a> {
    source_type: &'static str,
    global_statistics: Sums,
    // Not wrapped a second time, unlike the listings.
    region_statistics: Vec<RegionStatistics<'a>>,
}

#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sums {
    /// Bytes.
    pub protected_data_size: u64,
    /// Instances.
    pub protected_resource_count: u64,
}

impl Sums {
    fn of_one(size: u64) -> Sums {
        Sums { protected_data_size: size, protected_resource_count: 1 }
    }

    fn and(self, other: Sums) -> Sums {
        Sums {
            protected_data_size: self.protected_data_size.saturating_add(other.protected_data_size),
            protected_resource_count: self.protected_resource_count + other.protected_resource_count,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionStatistics<'a> {
    region_id: &'a str,
    #[serde(flatten)]
    sums: Sums,
}
