//! File systems, SFS Turbo API v1.

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::paging::{self, Page, Place, Step};
use crate::cloud::error::Error;
use crate::wire::huawei::compute::{Share, SharesAnswer};

const VERSION: &str = "v1";

/// File systems on a page. The vendor's pages say 200 in one place and 1000 in another; both take this.
const PAGE: u64 = 200;

const LIST: Operation = Operation::read(Service::SfsTurbo, "ListShares", "shares");

/// `ListShares`, `GET /v1/{project_id}/sfs-turbo/shares/detail`: all file systems.
///
/// # Errors
///
/// When a page fails, or the listing does not hold still.
pub async fn list_shares(client: &Client, region: &str) -> Result<Vec<Share>, Error> {
    let page = async |place: Place| {
        let arguments = Arguments::at(&["sfs-turbo", "shares", "detail"]);
        let arguments = arguments.query("limit", &PAGE).query("offset", &place.offset);
        let answer: SharesAnswer = client.call(LIST, region, VERSION, arguments).await?;
        Ok(Page::new(answer.shares, answer.count))
    };
    paging::all(client, region, LIST, Step::ByOffset(PAGE), |share| share.id.as_deref(), page).await
}
