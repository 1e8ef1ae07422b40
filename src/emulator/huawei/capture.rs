//! A project of the world, made of what was read of one.

use serde_json::json;

use super::account::{Account, Huawei};
use super::backup::{Backup, DiskBackup, Pending};
use super::backup_policy::{Definition, Operation, Policy};
use super::estate::{Agent, Desktop, Disk, Kind, Server, Share, zero};
use super::project::Project;
use super::vault::{Included, Replication, Resource, Subscription, Tag, Vault};
use crate::emulator::capture::{count, instant, word};
use crate::emulator::clock::Time;
use crate::wire::huawei::capture::Captured;
use crate::wire::huawei::{cbr, compute};

/// Adds a project to its account.
pub fn add(cloud: &mut Huawei, captured: &Captured, now: Time) {
    let mut project = Project::new(&captured.project, &captured.project_name);
    let is_attached = |volume: &&compute::Volume| {
        let mut disks = captured.servers.iter().flat_map(|server| &server.volumes_attached);
        disks.any(|disk| disk.id == volume.id)
    };
    project.servers = captured.servers.iter().filter_map(|found| server(found, captured)).collect();
    project.volumes = captured.volumes.iter().filter(|volume| !is_attached(volume)).map(disk).collect();
    project.shares = captured.shares.iter().filter_map(share).collect();
    project.desktops = captured.desktops.iter().filter_map(desktop).collect();
    project.agents = captured.file_clients.iter().filter_map(agent).collect();
    project.policies = captured.policies.iter().filter_map(policy).collect();
    project.vaults = captured.vaults.iter().filter_map(|found| vault(found, captured, now)).collect();
    project.backups = captured.backups.iter().filter_map(|found| backup(found, captured, now)).collect();
    let known = cloud.accounts.iter().position(|account| account.id == captured.domain);
    let index = known.unwrap_or_else(|| {
        cloud.accounts.push(Account { id: captured.domain.clone(), ..Account::default() });
        cloud.accounts.len() - 1
    });
    cloud.accounts[index].projects.insert(project);
}

fn enterprise_project(id: Option<&String>) -> String {
    id.filter(|id| !id.is_empty()).cloned().unwrap_or_else(zero)
}

fn server(found: &compute::Server, captured: &Captured) -> Option<Server> {
    let id = found.id.clone()?;
    let volume = |attached: &compute::AttachedVolume| {
        let mut volumes = captured.volumes.iter();
        volumes.find(|volume| volume.id == attached.id).map(disk)
    };
    let mut attached: Vec<&compute::AttachedVolume> = found.volumes_attached.iter().collect();
    attached.sort_by_key(|volume| volume.boot_index.as_deref() != Some("0"));
    let mut agents = captured.agents.iter();
    let split = |tag: &String| {
        let (key, value) = tag.split_once('=').unwrap_or((tag, ""));
        (key.to_owned(), value.to_owned())
    };
    Some(Server {
        name: found.name.clone(),
        status: found.status.clone().unwrap_or_default(),
        zone: found.availability_zone.clone(),
        disks: attached.into_iter().filter_map(volume).collect(),
        tags: found.tags.iter().map(split).collect(),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        agent: agents.any(|agent| agent.resource_id.as_ref() == Some(&id) && agent.installed == Some(true)),
        ..Server::new(id)
    })
}

fn disk(found: &compute::Volume) -> Disk {
    // What is usual follows from whether a server has it.
    let status = found.status.clone().filter(|status| status != "in-use" && status != "available");
    Disk {
        id: found.id.clone().unwrap_or_default(),
        name: found.name.clone(),
        status,
        zone: found.availability_zone.clone(),
        encrypted: found.encrypted.unwrap_or_default(),
        shared: found.multiattach.unwrap_or_default(),
        tags: found.tags.clone().unwrap_or_default(),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        ..Disk::of_size(count(found.size))
    }
}

fn share(found: &compute::Share) -> Option<Share> {
    let size =
        found.size.as_deref().and_then(|size| size.split('.').next()?.parse().ok()).unwrap_or_default();
    let usual = Share::new(found.id.clone()?, found.name.clone().unwrap_or_default(), size);
    Some(Share {
        status: found.status.clone().unwrap_or_else(|| usual.status.clone()),
        zone: found.availability_zone.clone(),
        tags: found.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        ..usual
    })
}

fn desktop(found: &compute::Desktop) -> Option<Desktop> {
    let usual = Desktop::new(found.desktop_id.clone()?, found.computer_name.clone().unwrap_or_default());
    let volumes = found.root_volume.iter().chain(&found.data_volumes);
    let disks = volumes.map(|volume| Disk {
        id: volume.volume_id.clone().unwrap_or_default(),
        ..Disk::of_size(count(volume.size))
    });
    Some(Desktop {
        status: found.status.clone().unwrap_or_else(|| usual.status.clone()),
        disks: disks.collect(),
        zone: found.availability_zone.clone(),
        tags: found.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        ..usual
    })
}

/// A client of file backup, without its address and its paths.
fn agent(found: &cbr::Agent) -> Option<Agent> {
    let shape = json!({
        "id": found.agent_id.clone()?,
        "host_name": found.host_name.clone().unwrap_or_default(),
        "status": found.status.clone().unwrap_or_else(|| "normal".to_owned()),
    });
    serde_json::from_value(shape).ok()
}

fn policy(found: &cbr::Policy) -> Option<Policy> {
    let definition = found.operation_definition.clone().unwrap_or_default();
    let trigger = found.trigger.as_ref().and_then(|trigger| trigger.properties.clone()).unwrap_or_default();
    // The vendor writes what does not count as -1.
    let limit = |number: Option<i64>| number.filter(|number| *number >= 0);
    Some(Policy {
        id: found.id.clone()?,
        name: found.name.clone().unwrap_or_default(),
        operation: word(found.operation_type.as_ref()),
        enabled: found.enabled.unwrap_or(true),
        definition: Definition {
            retention_duration_days: limit(definition.retention_duration_days),
            max_backups: limit(definition.max_backups),
            day_backups: definition.day_backups.unwrap_or_default(),
            week_backups: definition.week_backups.unwrap_or_default(),
            month_backups: definition.month_backups.unwrap_or_default(),
            year_backups: definition.year_backups.unwrap_or_default(),
            timezone: definition.timezone,
            full_backup_interval: definition.full_backup_interval,
            destination_region: definition.destination_region,
            destination_project_id: definition.destination_project_id,
            enable_acceleration: definition.enable_acceleration,
            advanced_retention_rules: definition.advanced_retention_rules,
        },
        pattern: trigger.pattern,
        start_window_minutes: trigger.start_window_minutes,
        created: instant(trigger.start_time.as_ref()).unwrap_or_default(),
        owner: found.policy_type.clone().unwrap_or_else(|| "custom".to_owned()),
    })
}

/// The policies that are set on a vault, with what each says of it.
fn set_on<'a>(
    vault: &'a str,
    captured: &'a Captured,
) -> impl Iterator<Item = (&'a cbr::Policy, &'a cbr::AssociatedPolicy)> {
    let all = captured.policies.iter();
    let pairs = all.flat_map(|policy| policy.associated_vaults.iter().map(move |set| (policy, set)));
    pairs.filter(move |(_, set)| set.vault_id.as_deref() == Some(vault))
}

fn vault(found: &cbr::Vault, captured: &Captured, now: Time) -> Option<Vault> {
    let id = found.id.clone()?;
    let billing = found.billing.clone().unwrap_or_default();
    let tag = |tag: &crate::wire::huawei::Tag| Tag { key: tag.key.clone(), value: tag.value.clone() };
    let bind_rules = found.bind_rules.as_ref().and_then(|rules| rules.tags.as_ref());
    let is_replication =
        |policy: &cbr::Policy| word::<Operation>(policy.operation_type.as_ref()) == Operation::Replication;
    let policy = set_on(&id, captured).find(|(policy, _)| !is_replication(policy));
    let replication = set_on(&id, captured).find(|(policy, _)| is_replication(policy));
    let resources = found.resources.iter().filter_map(|found| resource(found, now));
    Some(Vault {
        name: found.name.clone().unwrap_or_default(),
        description: found.description.clone(),
        object_type: billing.object_type.clone().unwrap_or_else(|| "server".to_owned()),
        protect_type: billing.protect_type.clone().unwrap_or_else(|| "backup".to_owned()),
        cloud_type: billing.cloud_type.clone().unwrap_or_else(|| "public".to_owned()),
        app_consistent: billing.consistent_level.as_deref() == Some("app_consistent"),
        size: count(billing.size),
        is_multi_az: billing.is_multi_az.unwrap_or_default(),
        subscription: subscription(&id, &billing, captured),
        status: billing.status.clone().unwrap_or_else(|| "available".to_owned()),
        resources: resources.collect(),
        auto_bind: found.auto_bind.unwrap_or_default(),
        bind_rules: bind_rules.into_iter().flatten().map(tag).collect(),
        auto_expand: found.auto_expand.unwrap_or_default(),
        threshold: found.threshold.unwrap_or(80),
        smn_notify: found.smn_notify.unwrap_or(true),
        locked: found.locked.unwrap_or_default(),
        tags: found.tags.iter().map(tag).collect(),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        backup_name_prefix: found.backup_name_prefix.clone(),
        demand_billing: found.demand_billing.unwrap_or_default(),
        sys_lock_source_service: found.sys_lock_source_service.clone(),
        availability_zone: found.availability_zone.clone(),
        created: instant(found.created_at.as_ref()).unwrap_or_default(),
        policy: policy.and_then(|(policy, _)| policy.id.clone()),
        replication: replication.and_then(|(policy, set)| {
            Some(Replication {
                policy: policy.id.clone()?,
                destination_vault: set.destination_vault_id.clone().unwrap_or_default(),
                next_run: None,
            })
        }),
        next_run: None,
        deleting: (billing.status.as_deref() == Some("deleting")).then(|| under_way(now)),
        id,
    })
}

/// Something that goes on while the world stands still.
fn under_way(now: Time) -> Pending {
    const AN_HOUR: i64 = 3_600;
    Pending { until: now.plus(AN_HOUR), readings: None }
}

fn resource(found: &cbr::Resource, now: Time) -> Option<Resource> {
    let extra = found.extra_info.clone().unwrap_or_default();
    let included =
        |volume: cbr::IncludedVolume| Some(Included { id: volume.id?, os_version: volume.os_version });
    let usual = Resource::new(found.id.clone()?);
    Some(Resource {
        name: found.name.clone().unwrap_or_default(),
        size: count(found.size),
        auto_protect: found.auto_protect.unwrap_or(usual.auto_protect),
        exclude_volumes: extra.exclude_volumes.unwrap_or_default(),
        include_volumes: extra.include_volumes.unwrap_or_default().into_iter().filter_map(included).collect(),
        removing: (found.protect_status.as_deref() == Some("removing")).then(|| under_way(now)),
        ..usual
    })
}

fn subscription(vault: &str, billing: &cbr::Billing, captured: &Captured) -> Option<Subscription> {
    if billing.charging_mode.as_deref() != Some("pre_paid") {
        return None;
    }
    let bought = captured.bought.iter().find(|bought| bought.resource_id.as_deref() == Some(vault));
    Some(Subscription {
        order: billing.order_id.clone().unwrap_or_default(),
        // Nobody asks for what was once ordered; what counts is when it ends.
        period: "month".to_owned(),
        number: 1,
        // Source: BSS API v2, "Querying Yearly/Monthly Resources", `expire_policy`: 3 is renewal by itself.
        auto_renew: bought.is_some_and(|bought| bought.expire_policy == Some(3)),
        expires: bought.and_then(|bought| instant(bought.expire_time.as_ref())).unwrap_or_default(),
    })
}

fn backup(found: &cbr::Backup, captured: &Captured, now: Time) -> Option<Backup> {
    let created = instant(found.created_at.as_ref()).unwrap_or(now);
    let updated = instant(found.updated_at.as_ref()).filter(|updated| *updated > created);
    let status = found.status.as_deref().unwrap_or_default();
    let extra = found.extend_info.clone().unwrap_or_default();
    let vault = found.vault_id.clone()?;
    let resource = found.resource_id.clone()?;
    Some(Backup {
        id: found.id.clone()?,
        name: found.name.clone().unwrap_or_default(),
        description: found.description.clone(),
        checkpoint: found.checkpoint_id.clone().unwrap_or_default(),
        kind: kind(found.resource_type.as_ref()),
        resource_name: found.resource_name.clone().unwrap_or_default(),
        size_gib: count(found.resource_size),
        zone: found.resource_az.clone().unwrap_or_default(),
        created,
        making: match status {
            "protecting" | "waiting_protect" => Some(under_way(now)),
            _ => updated.map(|until| Pending { until, readings: None }),
        },
        error: (status == "error").then(|| "the backup failed".to_owned()),
        automatic: extra.auto_trigger.unwrap_or_default(),
        replica: found.image_type.as_deref() == Some("replication"),
        incremental: found.incremental.unwrap_or_default(),
        mib: share_of(found, captured),
        expires: instant(found.expired_at.as_ref()),
        disks: found.children.iter().filter_map(disk_backup).collect(),
        images: extra.os_images_data.into_iter().filter_map(|image| image.image_id).collect(),
        encrypted: extra.encrypted.unwrap_or_default(),
        app_consistent: None,
        deleting: (status == "deleting").then(|| under_way(now)),
        restoring: (status == "restoring").then(|| under_way(now)),
        enterprise_project: enterprise_project(found.enterprise_project_id.as_ref()),
        members: Vec::new(),
        replicas: found
            .replication_records
            .iter()
            .filter_map(|record| serde_json::to_value(record).ok())
            .collect(),
        vault,
        resource,
    })
}

fn kind(text: Option<&String>) -> Kind {
    text.and_then(|text| serde_json::from_value(json!(text)).ok()).unwrap_or(Kind::Server)
}

fn disk_backup(found: &cbr::Backup) -> Option<DiskBackup> {
    Some(DiskBackup {
        id: found.id.clone()?,
        disk: found.resource_id.clone()?,
        size_gib: count(found.resource_size),
        bootable: found.extend_info.as_ref().is_some_and(|extra| extra.bootable == Some(true)),
    })
}

/// What a backup takes up. The service tells only what all backups of a resource take up together, which its first one
/// gets whole where it cannot be divided.
fn share_of(found: &cbr::Backup, captured: &Captured) -> u64 {
    let vault = captured.vaults.iter().find(|vault| vault.id == found.vault_id);
    let resources = vault.iter().flat_map(|vault| &vault.resources);
    let Some(resource) = resources.into_iter().find(|resource| resource.id == found.resource_id) else {
        return 0;
    };
    let whole: u64 = count(resource.backup_size);
    let same =
        |other: &&cbr::Backup| other.vault_id == found.vault_id && other.resource_id == found.resource_id;
    let together: Vec<&cbr::Backup> = captured.backups.iter().filter(same).collect();
    let each = whole / u64::try_from(together.len()).unwrap_or(1).max(1);
    let rest = whole - each * u64::try_from(together.len()).unwrap_or(1);
    let is_first = together.first().is_some_and(|first| first.id == found.id);
    if is_first { each + rest } else { each }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    /// The project that bodies become, as the world's file has it.
    fn recorded(captured: &Captured) -> Value {
        let mut cloud = Huawei::default();
        add(&mut cloud, captured, at("2026-11-20T08:00:00Z"));
        let project = cloud.accounts.iter().flat_map(|account| account.projects.iter()).next();
        serde_json::to_value(project).unwrap()
    }

    fn read<T: serde::de::DeserializeOwned>(body: Value) -> Vec<T> {
        serde_json::from_value(Value::Array(vec![body])).unwrap()
    }

    #[test]
    fn what_is_under_way_stays_under_way() {
        let vault = |status: &str, resource: &str| Captured {
            vaults: read(json!({"id": "v", "name": "v", "billing": {"status": status, "size": 100},
                "resources": [{"id": "s", "protect_status": resource}]})),
            ..Captured::default()
        };
        let check = |captured: &Captured, pointer: &str, expected: &Value| {
            let found = recorded(captured);
            assert_eq!(found.pointer(pointer).unwrap_or(&Value::Null), expected, "{pointer} {found}");
        };
        check(&vault("available", "available"), "/vaults/0/deleting", &Value::Null);
        check(&vault("deleting", "available"), "/vaults/0/deleting/until", &json!("2026-11-20T09:00:00Z"));
        check(
            &vault("available", "removing"),
            "/vaults/0/resources/0/removing/until",
            &json!("2026-11-20T09:00:00Z"),
        );
        let backup = |status: &str| Captured {
            backups: read(json!({"id": "b", "vault_id": "v", "resource_id": "s", "status": status,
                "created_at": "2026-11-20T06:00:00.000000", "updated_at": "2026-11-20T06:00:03.000000"})),
            ..Captured::default()
        };
        check(&backup("available"), "/backups/0/making/until", &json!("2026-11-20T06:00:03Z"));
        check(&backup("protecting"), "/backups/0/making/until", &json!("2026-11-20T09:00:00Z"));
        check(&backup("error"), "/backups/0/error", &json!("the backup failed"));
        check(&backup("deleting"), "/backups/0/deleting/until", &json!("2026-11-20T09:00:00Z"));
    }

    #[test]
    fn policies_are_set_on_vaults_by_what_they_do() {
        let policy = |id: &str, kind: &str| {
            json!({"id": id, "operation_type": kind,
                "associated_vaults": [{"vault_id": "v", "destination_vault_id": "far"}]})
        };
        let found = recorded(&Captured {
            policies: [policy("p", "backup"), policy("r", "replication")]
                .into_iter()
                .flat_map(read)
                .collect(),
            vaults: read(json!({"id": "v", "billing": {"charging_mode": "pre_paid", "order_id": "o"}})),
            bought: read(
                json!({"resource_id": "v", "expire_policy": 3, "expire_time": "2027-01-01T00:00:00Z"}),
            ),
            ..Captured::default()
        });
        assert_eq!(found["vaults"][0]["policy"], "p");
        assert_eq!(found["vaults"][0]["replication"]["policy"], "r");
        assert_eq!(found["vaults"][0]["replication"]["destination_vault"], "far");
        let subscription = json!({"order": "o", "period": "month", "number": 1, "auto_renew": true, "expires": "2027-01-01T00:00:00Z"});
        assert_eq!(found["vaults"][0]["subscription"], subscription);
    }

    #[test]
    fn what_backups_take_up_adds_up() {
        let backup = |id: &str| json!({"id": id, "vault_id": "v", "resource_id": "s"});
        let found = recorded(&Captured {
            vaults: read(json!({"id": "v", "resources": [{"id": "s", "backup_size": 100}]})),
            backups: ["a", "b", "c"].into_iter().flat_map(|id| read(backup(id))).collect(),
            ..Captured::default()
        });
        let sizes: Vec<u64> =
            found["backups"].as_array().unwrap().iter().filter_map(|one| one["mib"].as_u64()).collect();
        assert_eq!(sizes, [34, 33, 33]);
    }

    #[test]
    fn disks_go_with_their_server_and_the_system_disk_is_first() {
        let volume = |id: &str| json!({"id": id, "size": 10, "status": "in-use"});
        let found = recorded(&Captured {
            servers: read(json!({"id": "s", "OS-EXT-AZ:availability_zone": "z", "tags": ["a=1", "b"],
                "os-extended-volumes:volumes_attached": [
                    {"id": "data", "bootIndex": "-1"}, {"id": "system", "bootIndex": "0"}]})),
            volumes: ["data", "system", "free"].into_iter().flat_map(|id| read(volume(id))).collect(),
            agents: read(json!({"resource_id": "s", "installed": true})),
            ..Captured::default()
        });
        let ids = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids(&found["servers"][0]["disks"]), ["system", "data"]);
        assert_eq!(ids(&found["volumes"]), ["free"]);
        assert_eq!(found["servers"][0]["tags"], json!({"a": "1", "b": ""}));
        assert_eq!(found["servers"][0]["agent"], true);
    }
}
