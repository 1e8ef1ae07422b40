//! Fleets: worlds of any size, the same every time, for benchmarks and for trying out scale.

use super::alibaba::account::{Account, Role};
use super::alibaba::instance::{Disk, Instance};
use super::alibaba::region::Region;
use super::huawei;
use super::huawei::estate::{Desktop, Server, Share};
use super::huawei::project::Project;
use super::world::World;

/// The region that a fleet's servers are in.
const REGION: &str = "cn-hangzhou";

/// The project of Huawei Cloud that a fleet is in, and its region.
const PROJECT: &str = "0123456789abcdef0123456789abcdef";
const PROJECT_REGION: &str = "cn-north-4";

/// How many volumes, file systems and desktops a fleet has besides.
const FEW: u32 = 5;

/// The size of the system disk.
const SYSTEM_GIB: u32 = 40;

/// The size of the data disk that every third server has.
const DATA_GIB: u32 = 100;

impl World {
    /// So many eligible servers in each cloud, with disks, nothing protected yet, the services open.
    pub fn fleet(size: u32) -> World {
        let mut region = Region::default();
        for number in 1..=size {
            region.instances.insert(server(number));
        }
        let mut account = Account::default();
        account.roles.insert(Role { name: "backform".to_owned(), policy: None });
        account.regions.insert(REGION.to_owned(), region);
        let mut world = World::default();
        world.alibaba.accounts.push(account);
        world.huawei.accounts.push(huawei_account(size));
        world
    }
}

fn huawei_account(size: u32) -> huawei::account::Account {
    let mut project = Project::new(PROJECT, PROJECT_REGION);
    for number in 1..=size {
        project.servers.insert(huawei_server(number));
    }
    for number in 1..=FEW {
        let mut volume = huawei::estate::Disk::of_size(DATA_GIB);
        volume.id = huawei_id(2, number);
        volume.name = Some(format!("volume-{number:06}"));
        project.volumes.insert(volume);
        project.shares.insert(Share::new(huawei_id(3, number), format!("share-{number:06}"), 500));
        project.desktops.insert(Desktop::new(huawei_id(4, number), format!("desktop-{number:06}")));
    }
    let mut account = huawei::account::Account::default();
    account.projects.insert(project);
    account
}

/// Ids of this cloud are UUIDs; the first digits say what kind of thing it is, the last ones which.
fn huawei_id(kind: u32, number: u32) -> String {
    format!("f1ee7000-0000-4000-800{kind}-f{number:011}")
}

fn huawei_server(number: u32) -> Server {
    let mut server = Server::new(huawei_id(1, number));
    server.name = Some(format!("fleet-{number:06}"));
    server.disks = vec![huawei_disk(5, number, SYSTEM_GIB)];
    if number.is_multiple_of(3) {
        server.disks.push(huawei_disk(6, number, DATA_GIB));
    }
    server
}

fn huawei_disk(kind: u32, number: u32, size_gib: u32) -> huawei::estate::Disk {
    huawei::estate::Disk { id: huawei_id(kind, number), ..huawei::estate::Disk::of_size(size_gib) }
}

fn server(number: u32) -> Instance {
    let mut server = Instance::new(format!("i-fleet-{number:06}"));
    server.name = Some(format!("fleet-{number:06}"));
    server.disks.push(Disk::of_size(SYSTEM_GIB));
    if number.is_multiple_of(3) {
        server.disks.push(Disk::of_size(DATA_GIB));
    }
    server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_always_the_same() {
        let fleet = World::fleet(10);
        assert_eq!(fleet.to_json(), World::fleet(10).to_json());
        let servers = &fleet.alibaba.accounts[0].regions[REGION].instances;
        assert_eq!(servers.len(), 10);
        assert_eq!(servers.at(0).map(|server| server.id.as_str()), Some("i-fleet-000001"));
        assert!(servers.iter().all(|server| server.client_obstacle().is_none()));
        assert!(fleet.alibaba.accounts[0].service_opened);
        let project = fleet.huawei.accounts[0].projects.get(PROJECT).unwrap();
        assert_eq!(project.servers.len(), 10);
        assert_eq!(project.servers.at(2).map(|server| server.disks.len()), Some(2));
        assert_eq!([project.volumes.len(), project.shares.len(), project.desktops.len()], [5, 5, 5]);
    }

    #[test]
    fn a_fleet_can_be_written_and_read_again() {
        let text = World::fleet(7).to_json();
        assert_eq!(World::parse(&text).unwrap().to_json(), text);
    }
}
