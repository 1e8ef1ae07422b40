//! Fleets: worlds of any size, the same every time, for benchmarks and for trying out scale.

use super::alibaba::account::{Account, Role};
use super::alibaba::instance::{Disk, Instance};
use super::alibaba::region::Region;
use super::world::World;

/// The region that a fleet's servers are in.
const REGION: &str = "cn-hangzhou";

/// The size of the system disk.
const SYSTEM_GIB: u32 = 40;

/// The size of the data disk that every third server has.
const DATA_GIB: u32 = 100;

impl World {
    /// So many eligible servers with disks, nothing protected yet, the service open.
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
        world
    }
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
    }

    #[test]
    fn a_fleet_can_be_written_and_read_again() {
        let text = World::fleet(7).to_json();
        assert_eq!(World::parse(&text).unwrap().to_json(), text);
    }
}
