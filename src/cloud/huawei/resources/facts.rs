//! Live facts about what vaults protect: servers, disks, file systems, desktops. In bulk: a handful of calls for
//! whatever number of them.

use std::collections::BTreeMap;

use crate::cloud::error::Error;
use crate::cloud::huawei::client::Client;
use crate::cloud::huawei::{cbr, ecs, evs, sfs_turbo, workspace};
use crate::wire::huawei::Tag;
use crate::wire::huawei::compute::{Desktop, Server, Share, Volume};

/// What a vault can protect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protected {
    /// A Workspace desktop.
    Desktop,
    /// An EVS disk.
    Disk,
    /// An ECS server.
    Server,
    /// An SFS Turbo file system.
    Share,
}

impl Protected {
    /// As CBR spells it. Source: CBR API v3, "Creating a Vault", `resources.type`.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Desktop => "OS::Workspace::DesktopV2",
            Self::Disk => "OS::Cinder::Volume",
            Self::Server => "OS::Nova::Server",
            Self::Share => "OS::Sfs::Turbo",
        }
    }

    /// What vaults of this type protect; `None` where they protect nothing that a service of its own lists.
    ///
    /// Source: CBR API v3, "Creating a Vault", `billing.object_type`.
    pub fn of_vault(object_type: &str) -> Option<Self> {
        match object_type {
            "disk" => Some(Self::Disk),
            "server" => Some(Self::Server),
            "turbo" => Some(Self::Share),
            "workspace" => Some(Self::Desktop),
            _ => None,
        }
    }

    /// Whether something in this state can be associated.
    ///
    /// Source: CBR "Getting Started", "Associating Resources with a Vault": servers that run or are stopped, disks that
    /// are available or in use, file systems that are available, desktops that run or are stopped.
    fn is_ready(self, status: &str) -> bool {
        match self {
            Self::Desktop => matches!(status, "ACTIVE" | "SHUTOFF" | "HIBERNATED"),
            Self::Server => matches!(status, "ACTIVE" | "SHUTOFF"),
            Self::Disk => matches!(status, "available" | "in-use"),
            Self::Share => status == "200",
        }
    }
}

/// What is known of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which sort it is.
    pub kind: Protected,
    /// The name.
    pub name: String,
    /// The state, as its own service spells it.
    pub status: String,
    /// Whether that state lets it be associated and backed up.
    pub is_ready: bool,
    /// What is under way with it, if anything is.
    pub task: Option<String>,
    /// The zone.
    pub zone: Option<String>,
    /// Its enterprise project.
    pub enterprise_project: Option<String>,
    /// Tags; a tag without value has an empty one. Those that the system set are left out.
    pub tags: BTreeMap<String, String>,
    /// Its disks, or itself where it is one; a file system has none.
    pub disks: Vec<DiskFacts>,
    /// Capacity in GB: of all its disks together.
    pub size_gib: u64,
    /// `Linux` or `Windows`, of a server.
    pub system: Option<String>,
}

/// What is known of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskFacts {
    /// The id.
    pub id: String,
    /// Capacity in GB.
    pub size_gib: u64,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Whether several servers can hold it.
    pub shared: bool,
    /// Whether it is the one that the server starts from.
    pub system: bool,
}

/// The facts about those of these resources that exist, by id.
///
/// # Errors
///
/// When a listing fails or does not hold still.
pub async fn by_id(
    client: &Client,
    region: &str,
    kind: Protected,
    ids: &[String],
) -> Result<BTreeMap<String, Facts>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    match kind {
        Protected::Server => {
            let servers = ecs::servers_by_id(client, region, ids).await?;
            let attached: Vec<String> = servers
                .iter()
                .flat_map(|server| &server.volumes_attached)
                .filter_map(|volume| volume.id.clone())
                .collect();
            Ok(of_servers(&servers, &evs::volumes_by_id(client, region, &attached).await?))
        }
        Protected::Disk => Ok(of_volumes(&evs::volumes_by_id(client, region, ids).await?)),
        Protected::Desktop | Protected::Share => {
            let mut facts = all(client, region, kind).await?;
            facts.retain(|id, _| ids.contains(id));
            Ok(facts)
        }
    }
}

/// The facts about all resources of that sort, by id.
///
/// # Errors
///
/// When a listing fails or does not hold still.
pub async fn all(client: &Client, region: &str, kind: Protected) -> Result<BTreeMap<String, Facts>, Error> {
    Ok(match kind {
        Protected::Desktop => keyed(&workspace::list_desktops(client, region).await?, of_desktop),
        Protected::Disk => of_volumes(&evs::list_volumes(client, region, &[]).await?),
        Protected::Server => {
            let servers = ecs::list_servers(client, region, &[]).await?;
            of_servers(&servers, &evs::list_volumes(client, region, &[]).await?)
        }
        Protected::Share => keyed(&sfs_turbo::list_shares(client, region).await?, of_share),
    })
}

/// Whether the agent of application consistency is installed on each of these servers, by id; a server that the service
/// says nothing about is left out.
///
/// # Errors
///
/// When the call fails.
pub async fn agents(
    client: &Client,
    region: &str,
    servers: &[String],
) -> Result<BTreeMap<String, bool>, Error> {
    let found = cbr::check_agents(client, region, servers).await?;
    Ok(found.into_iter().filter_map(|agent| Some((agent.resource_id?, agent.installed?))).collect())
}

fn keyed<T>(records: &[T], of: fn(&T) -> Option<(String, Facts)>) -> BTreeMap<String, Facts> {
    records.iter().filter_map(of).collect()
}

fn of_servers(servers: &[Server], volumes: &[Volume]) -> BTreeMap<String, Facts> {
    let volumes: BTreeMap<&str, &Volume> =
        volumes.iter().filter_map(|volume| Some((volume.id.as_deref()?, volume))).collect();
    servers.iter().filter_map(|server| of_server(server, &volumes)).collect()
}

fn of_server(server: &Server, volumes: &BTreeMap<&str, &Volume>) -> Option<(String, Facts)> {
    let disk = |attached: &crate::wire::huawei::compute::AttachedVolume| {
        let id = attached.id.as_deref()?;
        let volume = volumes.get(id).copied();
        let is_system = attached.boot_index.as_deref() == Some("0");
        Some(DiskFacts {
            system: is_system,
            ..volume.and_then(disk_of).unwrap_or_else(|| DiskFacts::unknown(id))
        })
    };
    let facts = Facts {
        zone: server.availability_zone.clone(),
        enterprise_project: server.enterprise_project_id.clone(),
        tags: server_tags(&server.tags),
        system: server.metadata.as_ref().and_then(|metadata| metadata.os_type.clone()),
        task: server.task_state.clone().filter(|task| !task.is_empty()),
        ..Facts::of(Protected::Server, server.name.as_ref(), server.status.as_ref())
    };
    let disks = server.volumes_attached.iter().filter_map(disk).collect();
    Some((server.id.clone()?, facts.with(disks)))
}

fn of_volumes(volumes: &[Volume]) -> BTreeMap<String, Facts> {
    keyed(volumes, |volume| {
        let facts = Facts {
            zone: volume.availability_zone.clone(),
            enterprise_project: volume.enterprise_project_id.clone(),
            tags: without_system(volume.tags.clone().unwrap_or_default()),
            ..Facts::of(Protected::Disk, volume.name.as_ref(), volume.status.as_ref())
        };
        let disk = disk_of(volume)?;
        Some((disk.id.clone(), facts.with(vec![disk])))
    })
}

fn of_share(share: &Share) -> Option<(String, Facts)> {
    let facts = Facts {
        zone: share.availability_zone.clone(),
        enterprise_project: share.enterprise_project_id.clone(),
        tags: listed_tags(&share.tags),
        task: share.sub_status.clone().filter(|task| !task.is_empty()),
        size_gib: share.size.as_deref().map_or(0, whole_gib),
        ..Facts::of(Protected::Share, share.name.as_ref(), share.status.as_ref())
    };
    Some((share.id.clone()?, facts))
}

fn of_desktop(desktop: &Desktop) -> Option<(String, Facts)> {
    let facts = Facts {
        zone: desktop.availability_zone.clone(),
        enterprise_project: desktop.enterprise_project_id.clone(),
        tags: listed_tags(&desktop.tags),
        task: desktop.task_status.clone().filter(|task| !task.is_empty()),
        ..Facts::of(Protected::Desktop, desktop.computer_name.as_ref(), desktop.status.as_ref())
    };
    let disks = desktop.root_volume.iter().map(|root| (root, true));
    let disks = disks.chain(desktop.data_volumes.iter().map(|volume| (volume, false)));
    let disks = disks.filter_map(|(volume, system)| {
        let id = volume.volume_id.as_deref()?;
        Some(DiskFacts { size_gib: gib(volume.size), system, ..DiskFacts::unknown(id) })
    });
    Some((desktop.desktop_id.clone()?, facts.with(disks.collect())))
}

impl Facts {
    fn of(kind: Protected, name: Option<&String>, status: Option<&String>) -> Self {
        let status = status.cloned().unwrap_or_default();
        Self {
            kind,
            name: name.cloned().unwrap_or_default(),
            is_ready: kind.is_ready(&status),
            status,
            task: None,
            zone: None,
            enterprise_project: None,
            tags: BTreeMap::new(),
            disks: Vec::new(),
            size_gib: 0,
            system: None,
        }
    }

    fn with(self, disks: Vec<DiskFacts>) -> Self {
        let size_gib = disks.iter().fold(0_u64, |total, disk| total.saturating_add(disk.size_gib));
        Self { disks, size_gib, ..self }
    }
}

impl DiskFacts {
    /// A disk of which the id alone is known: it went between two listings.
    fn unknown(id: &str) -> Self {
        Self { id: id.to_owned(), size_gib: 0, encrypted: false, shared: false, system: false }
    }
}

fn disk_of(volume: &Volume) -> Option<DiskFacts> {
    Some(DiskFacts {
        id: volume.id.clone()?,
        size_gib: gib(volume.size),
        encrypted: volume.encrypted.unwrap_or(false),
        shared: volume.multiattach.unwrap_or(false),
        // Source: EVS API v2, `bootable`: a text.
        system: volume.bootable.as_deref() == Some("true"),
    })
}

fn gib(size: Option<i64>) -> u64 {
    size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}

/// A capacity as file systems have it, `500.00`, to the next whole GB.
fn whole_gib(text: &str) -> u64 {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let more = u64::from(rest.bytes().any(|digit| digit != b'0'));
    whole.parse::<u64>().map_or(0, |whole| whole.saturating_add(more))
}

/// Tags as ECS writes them: `key=value`, and a tag without value is `key` or `key=`.
pub fn server_tags(tags: &[String]) -> BTreeMap<String, String> {
    let split = |tag: &String| {
        let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
        (key.to_owned(), value.to_owned())
    };
    without_system(tags.iter().map(split).collect())
}

/// Tags as most services write them.
fn listed_tags(tags: &[Tag]) -> BTreeMap<String, String> {
    without_system(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect())
}

/// Without those that the system sets. Source: ECS API v1, `tags`: `__type_baremetal`; Tag Management Service: `_sys_`.
fn without_system(mut tags: BTreeMap<String, String>) -> BTreeMap<String, String> {
    tags.retain(|key, _| !key.starts_with("_sys_") && key != "__type_baremetal");
    tags
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Vec<T> {
        serde_json::from_value(value).expect("the shape decodes")
    }

    #[test]
    fn a_server_is_as_large_as_its_disks_together() {
        let servers = read(
            json!([{ "id": "s", "name": "web", "status": "SHUTOFF", "tags": ["env=prod", "bare", "__type_baremetal"],
            "os-extended-volumes:volumes_attached": [{ "id": "d1", "bootIndex": "0" }, { "id": "d2" }, { "id": "gone" }] }]),
        );
        let volumes = read(
            json!([{ "id": "d1", "size": 40, "bootable": "true" }, { "id": "d2", "size": 100, "encrypted": true },
            { "id": "other", "size": 7 }]),
        );
        let facts = of_servers(&servers, &volumes);
        let facts = &facts["s"];
        let disks: Vec<(&str, u64, bool)> =
            facts.disks.iter().map(|disk| (disk.id.as_str(), disk.size_gib, disk.system)).collect();
        assert_eq!(disks, [("d1", 40, true), ("d2", 100, false), ("gone", 0, false)]);
        assert_eq!((facts.size_gib, facts.is_ready, facts.disks[1].encrypted), (140, true, true));
        let tags: Vec<(&str, &str)> =
            facts.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(tags, [("bare", ""), ("env", "prod")]);
    }

    #[test]
    fn each_sort_has_states_in_which_it_can_be_associated() {
        let check = |kind: Protected, ready: &[&str], others: &[&str]| {
            let is_ready = |status: &&str| kind.is_ready(status);
            assert!(ready.iter().all(is_ready) && !others.iter().any(is_ready), "{kind:?}");
        };
        check(Protected::Server, &["ACTIVE", "SHUTOFF"], &["BUILD", "ERROR", "active", ""]);
        check(Protected::Disk, &["available", "in-use"], &["creating", "error", "AVAILABLE"]);
        check(Protected::Share, &["200"], &["100", "303", "800"]);
        check(Protected::Desktop, &["ACTIVE", "SHUTOFF", "HIBERNATED"], &["ERROR"]);
    }

    #[test]
    fn capacities_of_file_systems_are_texts() {
        let check = |text: &str, expected: u64| assert_eq!(whole_gib(text), expected, "{text}");
        check("500.00", 500);
        check("500", 500);
        check("1228.80", 1229);
        check("", 0);
        check("much", 0);
    }

    #[test]
    fn desktops_have_disks_and_file_systems_have_none() {
        let desktops: Vec<Desktop> = read(
            json!([{ "desktop_id": "d", "computer_name": "pc", "status": "ACTIVE",
            "root_volume": { "volume_id": "r", "size": 80 }, "data_volumes": [{ "volume_id": "e", "size": 20 }] }]),
        );
        let shares: Vec<Share> = read(json!([{ "id": "f", "size": "500.00", "status": "200" }]));
        let desktop = &keyed(&desktops, of_desktop)["d"];
        assert_eq!((desktop.size_gib, desktop.disks.len(), desktop.disks[0].system), (100, 2, true));
        let share = &keyed(&shares, of_share)["f"];
        assert_eq!((share.size_gib, share.disks.len(), share.is_ready), (500, 0, true));
    }
}
