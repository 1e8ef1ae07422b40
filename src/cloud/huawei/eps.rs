//! Enterprise Project Management: where a vault belongs in the company.

use serde_json::json;

use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use crate::cloud::error::Error;
use crate::cloud::http::Method;

/// `MigrateResource`, `POST /v1.0/enterprise-projects/{enterprise_project_id}/resources-migrate`: puts something into an
/// enterprise project. One that is there already stays there.
///
/// Source: EPS API v1.0, "Migrating Resources".
///
/// # Errors
///
/// When it is refused.
pub async fn migrate(
    client: &Client,
    region: &str,
    enterprise_project: &str,
    kind: &str,
    id: &str,
) -> Result<(), Error> {
    let project = client.project(region).await?;
    let body = json!({
        "project_id": &*project,
        "resource_id": id,
        "resource_type": kind,
        "region_id": region,
    });
    let path = ["v1.0", "enterprise-projects", enterprise_project, "resources-migrate"];
    let arguments = Arguments::at(&path).body(&body);
    let operation = Operation::write(Service::Eps, "MigrateResource", Method::Post);
    client.of_account(operation, region, arguments).await
}
