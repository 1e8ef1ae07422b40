//! Servers, ECS API v1.

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::wire::huawei::compute::{Server, ServersAnswer};

const VERSION: &str = "v1";

/// Servers on a page, the most that the vendor gives. Source: ECS API v1, "Querying Details About ECSs", `limit`.
const PAGE: u64 = 1000;

/// Servers that are asked for by id at once, so that the address stays short. The vendor says no number.
const BY_ID: usize = 50;

const LIST: Operation = Operation::read(Service::Ecs, "ListServersDetails", "servers");

/// `ListServersDetails`, `GET /v1/{project_id}/cloudservers/detail`: all servers that these filters let through.
///
/// Here `offset` is the number of a page, from 1.
/// Source: ECS API v1, "Querying Details About ECSs", `offset`.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn list_servers(
    client: &Client,
    region: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<Server>, Error> {
    let page = async |place: Place| {
        let arguments =
            filters.iter().fold(at_detail(), |arguments, (name, value)| arguments.query(name, value));
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.number);
        let answer: ServersAnswer = client.call(LIST, region, VERSION, arguments).await?;
        Ok(Page::new(answer.servers, answer.count))
    };
    paging::all(client, region, LIST, Step::ByNumber(PAGE), |server| server.id.as_deref(), page).await
}

/// The same for those of these servers that exist. Many of them cost the whole listing, which costs no more.
///
/// # Errors
///
/// When a page fails.
pub async fn servers_by_id(client: &Client, region: &str, ids: &[String]) -> Result<Vec<Server>, Error> {
    let mut servers = match ids.len() {
        0 => Vec::new(),
        1..=BY_ID => {
            let arguments = at_detail().query("server_id", &ids.join(","));
            let answer: ServersAnswer = client.call(LIST, region, VERSION, arguments).await?;
            answer.servers
        }
        _ => list_servers(client, region, &[]).await?,
    };
    // Source: ECS API v1: an id that is not found leaves an empty record.
    servers.retain(|server| server.id.as_ref().is_some_and(|id| ids.contains(id)));
    Ok(servers)
}

fn at_detail() -> Arguments {
    Arguments::at(&["cloudservers", "detail"])
}
