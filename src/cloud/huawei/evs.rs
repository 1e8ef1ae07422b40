//! Disks, EVS API v2.

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::wire::huawei::compute::{Volume, VolumesAnswer};

const VERSION: &str = "v2";

/// Disks on a page, the most that the vendor gives. Source: EVS API v2, "Querying Details About All Disks", `limit`.
const PAGE: u64 = 1000;

/// Disks that can be asked for by id at once. Source: EVS API v2, "Querying Details About All Disks", `ids`.
const BY_ID: usize = 60;

const LIST: Operation = Operation::read(Service::Evs, "ListVolumes", "volumes");

/// `ListVolumes`, `GET /v2/{project_id}/cloudvolumes/detail`: all disks that these filters let through.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn list_volumes(
    client: &Client,
    region: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<Volume>, Error> {
    let page = async |place: Place| {
        let arguments =
            filters.iter().fold(at_detail(), |arguments, (name, value)| arguments.query(name, value));
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.offset);
        let answer: VolumesAnswer = client.call(LIST, region, VERSION, arguments).await?;
        Ok(Page::new(answer.volumes, answer.count))
    };
    paging::all(client, region, LIST, Step::ByOffset(PAGE), |volume| volume.id.as_deref(), page).await
}

/// The same for those of these disks that exist. Many of them cost the whole listing, which costs no more.
///
/// # Errors
///
/// When a page fails.
pub async fn volumes_by_id(client: &Client, region: &str, ids: &[String]) -> Result<Vec<Volume>, Error> {
    let mut volumes = match ids.len() {
        0 => Vec::new(),
        1..=BY_ID => {
            // Source: EVS API v2, `ids`: this form and no other.
            let quoted: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
            let arguments = at_detail().query("ids", &format!("[{}]", quoted.join(",")));
            let answer: VolumesAnswer = client.call(LIST, region, VERSION, arguments).await?;
            answer.volumes
        }
        _ => list_volumes(client, region, &[]).await?,
    };
    volumes.retain(|volume| volume.id.as_ref().is_some_and(|id| ids.contains(id)));
    Ok(volumes)
}

fn at_detail() -> Arguments {
    Arguments::at(&["cloudvolumes", "detail"])
}
