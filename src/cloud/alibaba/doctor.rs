//! Whether credentials, clock, endpoints, service and permissions are in order: only reads, and of each no more than one
//! object.

use std::collections::BTreeSet;

use super::client::Client;
use super::provider::Alibaba;
use crate::cloud::error::{Error, ErrorKind};
use crate::model::report::{Finding, Outcome};
use crate::wire::alibaba::ecs::{
    DescribeCloudAssistantStatusRequest, DescribeDisksRequest, DescribeImagesRequest,
    DescribeInstancesRequest,
};
use crate::wire::alibaba::hbr::{
    DescribeBackupClientsRequest, DescribeBackupJobs2Request, DescribeBackupPlansRequest,
    DescribeRestoreJobs2Request, SearchHistoricalSnapshotsRequest,
};

/// A clock that is off by less needs no word.
const CLOCK_FINE: u64 = 60;

/// A clock that is off by more is refused. Source: the gateway's common error codes, `InvalidTimeStamp.Expired`.
const CLOCK_REFUSED: u64 = 15 * 60;

/// Looks at everything that calls to these actions depend on, in the region.
///
/// After credentials that cannot be had nothing else is looked at: all of it would fail for the same reason.
pub async fn examine(provider: &Alibaba, region: &str, actions: &[&str]) -> Vec<Finding> {
    let client = provider.client();
    let credentials = credentials(client, region).await;
    let is_lost = matches!(credentials.outcome, Outcome::Wrong(_));
    let mut findings = vec![credentials];
    if is_lost {
        return findings;
    }
    findings.push(identity(client, region).await);
    findings.push(Finding::new("clock", clock(client)));
    let answer = plans(client, region).await;
    findings.push(endpoint(client, region, &answer));
    findings.push(Finding::new("service", service(&answer)));
    let mut seen = BTreeSet::new();
    for action in actions.iter().filter(|action| seen.insert(**action)) {
        findings.push(Finding::new(action, permission(client, region, action).await));
    }
    findings
}

/// An error with all its causes.
fn told(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// Which place gave the key.
async fn credentials(client: &Client, region: &str) -> Finding {
    let outcome = match client.source(region).await {
        Ok(source) => Outcome::Fine(source),
        Err(error) => Outcome::Wrong(told(&error)),
    };
    Finding::new("credentials", outcome)
}

/// Whose key it is: this needs no permission, so what fails here is key, clock or endpoint.
async fn identity(client: &Client, region: &str) -> Finding {
    let outcome = match client.get_caller_identity(region).await {
        Ok(identity) => {
            let arn = identity.arn.or(identity.account_id).unwrap_or_default();
            Outcome::Fine(crate::cloud::error::readable(&arn))
        }
        Err(error) => Outcome::Wrong(told(&error)),
    };
    Finding::new("identity", outcome)
}

/// This machine's clock against the date of the last answer.
fn clock(client: &Client) -> Outcome {
    let Some(seconds) = client.clock_difference() else {
        return Outcome::Unknown("no answer has told the service's time".to_owned());
    };
    let side = if seconds > 0 { "behind" } else { "ahead of" };
    let off = format!("this machine's clock is {} s {side} the service's", seconds.unsigned_abs());
    match seconds.unsigned_abs() {
        0..=CLOCK_FINE => Outcome::Fine("it agrees with the service's".to_owned()),
        CLOCK_REFUSED.. => Outcome::Doubtful(format!(
            "{off}, which calls correct for themselves and other programs do not: set it right"
        )),
        _ => Outcome::Doubtful(format!("{off}; at 15 minutes calls are refused: set it right")),
    }
}

/// Whether the region's endpoint of Cloud Backup answers at all, whatever it says.
fn endpoint(client: &Client, region: &str, answer: &Result<(), Error>) -> Finding {
    let outcome = match answer {
        Err(error) if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Garbled) => {
            Outcome::Wrong(told(error))
        }
        Ok(()) | Err(_) => match client.backup_host(region) {
            Ok(host) => Outcome::Fine(format!("{host} answers")),
            Err(error) => Outcome::Wrong(told(&error)),
        },
    };
    Finding::new("endpoint", outcome)
}

/// Whether Cloud Backup is open for the account.
fn service(answer: &Result<(), Error>) -> Outcome {
    match answer {
        Ok(()) => Outcome::Fine("Cloud Backup is open for the account".to_owned()),
        Err(error) => match error.kind() {
            ErrorKind::NotActivated => Outcome::Doubtful(
                "Cloud Backup is not open for the account yet: a plan has a step that opens it".to_owned(),
            ),
            ErrorKind::Permission => {
                Outcome::Unknown("it cannot be seen without hbr:DescribeBackupPlans".to_owned())
            }
            _ => Outcome::Wrong(told(error)),
        },
    }
}

async fn plans(client: &Client, region: &str) -> Result<(), Error> {
    let request = DescribeBackupPlansRequest { page_size: Some(1), ..Default::default() };
    client.describe_backup_plans(region, &request).await.map(drop)
}

/// Whether an action is allowed, by doing it where it only reads.
async fn permission(client: &Client, region: &str, action: &str) -> Outcome {
    let Some(result) = tried(client, region, action).await else {
        return Outcome::Unknown("it writes, so it is not tried".to_owned());
    };
    match result {
        Ok(()) => Outcome::Fine("allowed".to_owned()),
        Err(error) => match error.kind() {
            ErrorKind::Permission => Outcome::Wrong(told(&error)),
            // RAM is asked before the service looks at anything else.
            ErrorKind::Invalid | ErrorKind::NotActivated | ErrorKind::NotFound => {
                Outcome::Fine("allowed".to_owned())
            }
            _ => Outcome::Unknown(told(&error)),
        },
    }
}

/// The action done in its least form; `None` where it would write.
async fn tried(client: &Client, region: &str, action: &str) -> Option<Result<(), Error>> {
    /// No instance has this id, and every operation accepts it as one.
    const NOBODY: &str = "i-doctor00000000000000";
    let nobody = || Some(serde_json::json!([NOBODY]).to_string());
    let one = || Some(1);
    Some(match action {
        "ecs:DescribeCloudAssistantStatus" => {
            let request = DescribeCloudAssistantStatusRequest {
                instance_id: vec![NOBODY.to_owned()],
                ..Default::default()
            };
            client.describe_cloud_assistant_status(region, &request).await.map(drop)
        }
        "ecs:DescribeDisks" => {
            let request = DescribeDisksRequest { instance_id: Some(NOBODY.to_owned()), ..Default::default() };
            client.describe_disks(region, &request).await.map(drop)
        }
        "ecs:DescribeImages" => {
            let request = DescribeImagesRequest { page_size: one(), ..Default::default() };
            client.describe_images(region, &request).await.map(drop)
        }
        "ecs:DescribeInstances" => {
            let request = DescribeInstancesRequest { instance_ids: nobody(), ..Default::default() };
            client.describe_instances(region, &request).await.map(drop)
        }
        "hbr:DescribeBackupClients" => {
            let request = DescribeBackupClientsRequest { instance_ids: nobody(), ..Default::default() };
            client.describe_backup_clients(region, &request).await.map(drop)
        }
        "hbr:DescribeBackupJobs2" => {
            let request = DescribeBackupJobs2Request { page_size: one(), ..Default::default() };
            client.describe_backup_jobs_2(region, &request).await.map(drop)
        }
        "hbr:DescribeBackupPlans" => plans(client, region).await,
        "hbr:DescribeRestoreJobs2" => {
            let request = DescribeRestoreJobs2Request { page_size: one(), ..Default::default() };
            client.describe_restore_jobs_2(region, &request).await.map(drop)
        }
        "hbr:GetBasicStatistics" => client.get_basic_statistics(region).await.map(drop),
        "hbr:SearchHistoricalSnapshots" => {
            let term =
                [serde_json::json!({"field": "instanceId", "value": NOBODY, "operation": "MATCH_TERM"})];
            let query = Some(serde_json::json!(term).to_string());
            let request = SearchHistoricalSnapshotsRequest { query, limit: one(), ..Default::default() };
            client.search_historical_snapshots(region, &request).await.map(drop)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::client::fake::{client, ok};
    use super::super::permissions::NEEDS;
    use super::*;
    use crate::cloud::host::Host as _;
    use crate::cloud::http::fake::{FakeServer, answer, json};
    use crate::cloud::permissions::Stage;

    #[tokio::test]
    async fn every_read_of_the_table_is_tried_and_no_write() {
        for need in NEEDS {
            let server = FakeServer::in_order(vec![json(403, r#"{"Code":"NoPermission","RequestId":"r"}"#)]);
            let outcome = permission(&client(&server).0, "cn-hangzhou", need.action).await;
            let requests = server.requests();
            if need.stage == Stage::Plan {
                let name = need.action.split(':').nth(1).expect("a product and an operation");
                assert!(requests[0].contains(&format!("x-acs-action: {name}\r\n")), "{}", requests[0]);
                let missing = format!("the missing permission is {}", need.action);
                assert!(matches!(&outcome, Outcome::Wrong(text) if text.contains(&missing)), "{outcome:?}");
            } else {
                assert!(matches!(outcome, Outcome::Unknown(_)) && requests.is_empty(), "{}", need.action);
            }
        }
    }

    #[tokio::test]
    async fn the_clock_is_held_against_the_date_of_an_answer() {
        let check = async |seconds: i64, expected: &str| {
            let server = FakeServer::in_order(vec![answer(
                200,
                "date: Fri, 02 Jan 2026 03:04:05 GMT\r\n",
                &ok("\"TotalCount\":0"),
            )]);
            let (client, host) = client(&server);
            // The clock of the tests can only be turned on, so it starts at the service's time or after it.
            host.sleep(Duration::from_secs(seconds.unsigned_abs())).await;
            plans(&client, "cn-hangzhou").await.expect("an answer");
            let outcome = format!("{:?}", clock(&client));
            assert!(outcome.contains(expected), "{outcome}");
        };
        check(0, "Fine(\"it agrees").await;
        check(59, "Fine(\"it agrees").await;
        check(300, "Doubtful(\"this machine's clock is 300 s ahead of the service's; at 15 minutes").await;
        check(1200, "Doubtful(\"this machine's clock is 1200 s ahead of the service's, which calls correct")
            .await;
    }

    #[tokio::test]
    async fn a_service_that_is_not_open_is_no_missing_permission() {
        let body = r#"{"Code":"ServiceNotActivated","RequestId":"r"}"#;
        let server = FakeServer::in_order(vec![json(403, body)]);
        let client = client(&server).0;
        let answer = plans(&client, "cn-hangzhou").await;
        assert!(matches!(service(&answer), Outcome::Doubtful(_)));
        let reached = Outcome::Fine("hbr.cn-hangzhou.aliyuncs.com answers".to_owned());
        assert_eq!(endpoint(&client, "cn-hangzhou", &answer).outcome, reached);
        let allowed = permission(&client, "cn-hangzhou", "hbr:DescribeBackupPlans").await;
        assert_eq!(allowed, Outcome::Fine("allowed".to_owned()));
    }
}
