//! Desktops, Workspace API v2.

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::wire::huawei::compute::{Desktop, DesktopsAnswer};

const VERSION: &str = "v2";

/// Desktops on a page, the most that the vendor gives.
/// Source: Workspace API v2, "Querying the Desktop Details List", `limit`.
const PAGE: u64 = 500;

const LIST: Operation = Operation::read(Service::Workspace, "ListDesktopsDetail", "desktops");

/// `ListDesktopsDetail`, `GET /v2/{project_id}/desktops/detail`: all desktops.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn list_desktops(client: &Client, region: &str) -> Result<Vec<Desktop>, Error> {
    let page = async |place: Place| {
        let arguments = Arguments::at(&["desktops", "detail"]);
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.offset);
        let answer: DesktopsAnswer = client.call(LIST, region, VERSION, arguments).await?;
        Ok(Page::new(answer.desktops, answer.total_count))
    };
    paging::all(client, region, LIST, Step::ByOffset(PAGE), |desktop| desktop.desktop_id.as_deref(), page)
        .await
}
