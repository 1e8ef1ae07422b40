//! A region of the world, made of what was read of one.

use super::account::{Account, Elsewhere};
use super::hbr_service::sums;
use super::instance::{Client, Disk, Instance};
use super::objects::Alibaba;
use super::plan_book::{Job, Plan, Priority, RecoveryPoint, hidden_vault, retention};
use super::region::Region;
use super::run::{Run, RunResult};
use crate::emulator::capture::{count, instant, word};
use crate::emulator::clock::Time;
use crate::wire::Captured as AnyPlace;
use crate::wire::alibaba::capture::Captured;
use crate::wire::alibaba::{ecs, hbr};

/// How long an installation is taken to need that was under way. Source: Essential Edition help page: minutes.
const INSTALL_SECONDS: i64 = 180;

/// Adds a region to its account.
pub fn add(cloud: &mut Alibaba, captured: &Captured, now: Time) {
    let account = account(cloud, captured);
    account.service_opened = captured.service_opened;
    let mut region = Region {
        instances: captured.instances.iter().map(|found| instance(found, captured, now)).collect(),
        ..Region::default()
    };
    region.basic.plans = captured.plans.iter().filter_map(|found| plan(found, captured)).collect();
    account.regions.insert(captured.region.clone(), region);
}

fn account<'a>(cloud: &'a mut Alibaba, captured: &Captured) -> &'a mut Account {
    let known = cloud.accounts.iter().position(|account| account.id == captured.account);
    let index = known.unwrap_or_else(|| {
        cloud.accounts.push(Account { id: captured.account.clone(), ..Account::default() });
        cloud.accounts.len() - 1
    });
    &mut cloud.accounts[index]
}

/// What the account protects beyond what the world has of it still counts in its quota.
pub fn settle(cloud: &mut Alibaba, places: &[AnyPlace], now: Time) {
    for account in &mut cloud.accounts {
        let mut own = places.iter().filter_map(|place| match place {
            AnyPlace::Alibaba(captured) if captured.account == account.id => Some(captured),
            AnyPlace::Alibaba(_) | AnyPlace::Huawei(_) => None,
        });
        let Some(statistics) = own.next().map(|captured| &captured.statistics) else { continue };
        let (mut bytes, mut servers): (u64, u64) =
            (count(statistics.protected_data_size), count(statistics.protected_resource_count));
        for region in account.regions.values() {
            let here = sums(region, now);
            bytes = bytes.saturating_sub(here.protected_data_size);
            servers = servers.saturating_sub(here.protected_resource_count);
        }
        account.elsewhere = Elsewhere { bytes, servers };
    }
}

fn instance(found: &ecs::Instance, captured: &Captured, now: Time) -> Instance {
    let id = &found.instance_id;
    let image = captured.images.iter().find(|image| Some(&image.image_id) == found.image_id.as_ref());
    let network = found.vpc_attributes.as_ref();
    let tags = found.tags.iter().flat_map(|tags| &tags.tag);
    let usual = Instance::new(id.clone());
    let answers = |status: &ecs::InstanceCloudAssistantStatus| {
        status.instance_id == *id && status.cloud_assistant_status.as_deref() == Some("true")
    };
    Instance {
        name: found.instance_name.clone(),
        status: word(found.status.as_ref()),
        cpu: count(found.cpu),
        memory_mib: count(found.memory),
        disks: disks(id, &captured.disks),
        network: word(found.instance_network_type.as_ref()),
        os_name: found.os_name_en.clone().or_else(|| found.os_name.clone()).unwrap_or_default(),
        os_type: word(found.os_type.as_ref()),
        architecture: word(image.and_then(|image| image.architecture.as_ref())),
        image: found.image_id.clone().unwrap_or_default(),
        instance_type: found.instance_type.clone().unwrap_or_default(),
        zone: found.zone_id.clone(),
        created: instant(found.creation_time.as_ref()).unwrap_or(usual.created),
        resource_group: found.resource_group_id.clone().unwrap_or_default(),
        vpc: network.and_then(|network| network.vpc_id.clone()).unwrap_or_default(),
        vswitch: network.and_then(|network| network.v_switch_id.clone()).unwrap_or_default(),
        tags: tags.map(|tag| (tag.tag_key.clone(), tag.tag_value.clone().unwrap_or_default())).collect(),
        cloud_assistant: captured.assistants.iter().any(answers),
        client: captured.clients.iter().find_map(|client| installed(client, id, now)),
        ..usual
    }
}

/// The disks of an instance, the system disk first.
fn disks(instance: &str, all: &[ecs::Disk]) -> Vec<Disk> {
    let is_attached = |disk: &&ecs::Disk| {
        let attachments = disk.attachments.iter().flat_map(|attachments| &attachments.attachment);
        let mut owners = attachments.map(|attachment| attachment.instance_id.as_deref());
        disk.instance_id.as_deref() == Some(instance) || owners.any(|owner| owner == Some(instance))
    };
    let mut own: Vec<&ecs::Disk> = all.iter().filter(is_attached).collect();
    own.sort_by_key(|disk| disk.r#type.as_deref() != Some("system"));
    own.into_iter()
        .map(|disk| {
            let usual = Disk::of_size(count(disk.size));
            Disk {
                id: disk.disk_id.clone(),
                category: disk.category.clone().unwrap_or(usual.category),
                encrypted: disk.encrypted.unwrap_or_default(),
                ..usual
            }
        })
        .collect()
}

fn installed(client: &hbr::BackupClient, instance: &str, now: Time) -> Option<Client> {
    if client.instance_id.as_deref() != Some(instance) {
        return None;
    }
    let created = client.created_time.map_or(now, Time::from_unix);
    let ready = match client.status.as_deref() {
        Some("INSTALL_FAILED") => None,
        Some("INSTALLING" | "REGISTERED") => Some(now.plus(INSTALL_SECONDS)),
        _ => Some(created.min(now)),
    };
    Some(Client { id: client.client_id.clone(), created, ready })
}

fn plan(found: &hbr::BackupPlan, captured: &Captured) -> Option<Plan> {
    let instance = found.instance_id.clone()?;
    let options = found.options.as_deref().unwrap_or_default();
    let options: hbr::PlanOptions = serde_json::from_str(options).unwrap_or_default();
    let created = Time::from_unix(found.created_time.unwrap_or_default());
    let own = |snapshot: &&hbr::Snapshot| snapshot.instance_id.as_deref() == Some(&*instance);
    Some(Plan {
        id: found.plan_id.clone(),
        name: found.plan_name.clone().unwrap_or_default(),
        priority: match options.performance_level.as_deref() {
            Some("L1") => Priority::L1,
            _ => Priority::L0,
        },
        keep_latest: found.keep_latest_snapshots != Some(0),
        paused: found.disabled.unwrap_or_default(),
        schedule: found.schedule.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default(),
        retention_days: found.retention.and_then(|days| days.try_into().ok()).unwrap_or_else(retention),
        vault: found.vault_id.clone().unwrap_or_else(hidden_vault),
        created,
        updated: found.updated_time.map_or(created, Time::from_unix),
        next_run: None,
        jobs: captured
            .jobs
            .iter()
            .filter(|job| job.plan_id.as_ref() == Some(&found.plan_id))
            .map(job)
            .collect(),
        recovery_points: captured.snapshots.iter().filter(own).map(point).collect(),
        instance,
    })
}

fn job(found: &hbr::BackupJob) -> Job {
    let created = Time::from_unix(found.created_time.unwrap_or_default());
    let at = |seconds: Option<i64>| seconds.filter(|seconds| *seconds > 0).map(Time::from_unix);
    let is_over = !matches!(found.status.as_deref(), Some("CREATED" | "RUNNING" | "QUEUED"));
    Job {
        id: found.job_id.clone(),
        run: Run {
            created,
            started: at(found.start_time),
            completed: at(found.complete_time).or(is_over.then_some(created)).filter(|_| is_over),
            result: if is_over { word(found.status.as_ref()) } else { RunResult::default() },
            error: found.error_message.clone().filter(|message| !message.is_empty()),
            bytes: count(found.bytes_total),
        },
    }
}

fn point(found: &hbr::Snapshot) -> RecoveryPoint {
    RecoveryPoint {
        id: found.snapshot_id.clone(),
        created: Time::from_unix(found.start_time.or(found.created_time).unwrap_or_default()),
        completed: found.complete_time.map(Time::from_unix),
        expires: found.expire_time.map(Time::from_unix),
        job: found.job_id.clone().unwrap_or_default(),
        bytes: count(found.bytes_total),
        protected_bytes: count(found.protected_data_size),
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn read<T: DeserializeOwned>(body: Value) -> Vec<T> {
        serde_json::from_value(Value::Array(vec![body])).unwrap()
    }

    /// An instance with a plan, and what is read of them besides.
    fn captured(plan: Value, client: &str, job: Value) -> Captured {
        Captured {
            account: "1".to_owned(),
            region: "cn-hangzhou".to_owned(),
            service_opened: true,
            instances: read(json!({"InstanceId": "i-1", "InstanceName": "web", "Cpu": 2, "Memory": 4096,
                "Status": "Stopped", "InstanceNetworkType": "classic", "ImageId": "m", "OSType": "windows"})),
            disks: [("d-2", "data"), ("d-1", "system")]
                .into_iter()
                .flat_map(|(id, kind)| {
                    read(json!({"DiskId": id, "InstanceId": "i-1", "Type": kind, "Size": 40}))
                })
                .collect(),
            images: read(json!({"ImageId": "m", "Architecture": "i386"})),
            assistants: read(json!({"InstanceId": "i-1", "CloudAssistantStatus": "false"})),
            plans: read(plan),
            clients: read(
                json!({"ClientId": "c-1", "InstanceId": "i-1", "Status": client, "CreatedTime": 100}),
            ),
            jobs: read(job),
            ..Captured::default()
        }
    }

    fn recorded(captured: &Captured) -> Value {
        let mut cloud = Alibaba::default();
        add(&mut cloud, captured, at("2026-11-20T08:00:00Z"));
        serde_json::to_value(&cloud.accounts[0].regions["cn-hangzhou"]).unwrap()
    }

    #[test]
    fn an_instance_is_recorded_as_it_is() {
        let found = recorded(&captured(json!({}), "ACTIVATED", json!({})));
        let instance = &found["instances"][0];
        let shown = ["status", "network", "os_type", "architecture", "cloud_assistant", "cpu"]
            .map(|name| &instance[name]);
        let expected = [
            &json!("Stopped"),
            &json!("classic"),
            &json!("windows"),
            &json!("i386"),
            &json!(false),
            &json!(2),
        ];
        assert_eq!(shown, expected);
        let disks: Vec<&Value> =
            instance["disks"].as_array().unwrap().iter().map(|disk| &disk["id"]).collect();
        assert_eq!(disks, ["d-1", "d-2"]);
    }

    #[test]
    fn clients_and_jobs_are_recorded_where_they_have_got_to() {
        let plan = || {
            json!({"PlanId": "p", "InstanceId": "i-1", "Disabled": true, "KeepLatestSnapshots": 0,
            "Options": "{\"performanceLevel\":\"L1\"}", "Schedule": "I|1760000000|P1D"})
        };
        let job = |status: &str, complete: i64| json!({"JobId": "j", "PlanId": "p", "Status": status, "CreatedTime": 1000, "CompleteTime": complete});
        let check =
            |client: &str, status: &str, complete: i64, ready: &Value, completed: &Value, result: &str| {
                let found = recorded(&captured(plan(), client, job(status, complete)));
                let run = &found["basic"]["plans"][0]["jobs"][0]["run"];
                let shown = (&found["instances"][0]["client"]["ready"], &run["completed"], &run["result"]);
                assert_eq!(shown, (ready, completed, &json!(result)), "{client} {status}");
            };
        let (long_ago, ended) = (json!("1970-01-01T00:01:40Z"), json!("1970-01-01T00:20:00Z"));
        check("ACTIVATED", "COMPLETE", 1200, &long_ago, &ended, "COMPLETE");
        check("INSTALLING", "RUNNING", 0, &json!("2026-11-20T08:03:00Z"), &Value::Null, "COMPLETE");
        check("INSTALL_FAILED", "FAILED", 1200, &Value::Null, &ended, "FAILED");
        let found = recorded(&captured(plan(), "ACTIVATED", json!({})));
        let plan = &found["basic"]["plans"][0];
        let shown = ["priority", "paused", "keep_latest", "schedule"].map(|name| &plan[name]);
        assert_eq!(shown, [&json!("L1"), &json!(true), &json!(false), &json!("I|1760000000|P1D")]);
    }

    #[test]
    fn what_an_account_protects_elsewhere_is_what_the_world_does_not_have() {
        let check = |bytes: i64, servers: i64, expected: (u64, u64)| {
            let mut captured = captured(json!({"PlanId": "p", "InstanceId": "i-1"}), "ACTIVATED", json!({}));
            captured.snapshots = read(
                json!({"SnapshotId": "s", "InstanceId": "i-1", "StartTime": 1_795_000_000, "CompleteTime": 1_795_000_000_i64, "ExpireTime": 1_900_000_000_i64}),
            );
            captured.statistics.protected_data_size = Some(bytes);
            captured.statistics.protected_resource_count = Some(servers);
            let mut cloud = Alibaba::default();
            let now = at("2026-11-20T08:00:00Z");
            add(&mut cloud, &captured, now);
            settle(&mut cloud, &[AnyPlace::Alibaba(Box::new(captured))], now);
            let elsewhere = cloud.accounts[0].elsewhere;
            assert_eq!((elsewhere.bytes, elsewhere.servers), expected);
        };
        check(80 << 30, 1, (0, 0));
        check(100 << 30, 3, (20 << 30, 2));
        check(0, 0, (0, 0));
    }
}
