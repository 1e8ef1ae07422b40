//! Whether credentials, clock, project, endpoints and permissions are in order: only reads, and of each no more than one
//! object.

use super::cbr;
use super::client::{Arguments, Client, Operation};
use super::endpoint::Service;
use super::permissions::ONLY_FOR;
use crate::cloud::error::{Error, ErrorKind, readable};
use crate::cloud::http::Method;
use crate::model::report::{Finding, Outcome};

/// A clock that is off by less needs no word.
const CLOCK_FINE: u64 = 60;

/// A clock that is off by more is refused. Source: API Gateway, "AK/SK authentication": 15 minutes.
const CLOCK_REFUSED: u64 = 15 * 60;

/// Looks at everything that calls to these actions depend on, in the region.
///
/// After credentials that cannot be had nothing else is looked at: all of it would fail for the same reason.
pub async fn examine(client: &Client, region: &str, actions: &[&str]) -> Vec<Finding> {
    let credentials = match client.source(region).await {
        Ok(source) => Outcome::Fine(source),
        Err(error) => Outcome::Wrong(told(&error)),
    };
    let is_lost = matches!(credentials, Outcome::Wrong(_));
    let mut findings = vec![Finding::new("credentials", credentials)];
    if is_lost {
        return findings;
    }
    findings.push(Finding::new("identity", identity(client, region).await));
    let project = client.project(region).await;
    findings.push(Finding::new("clock", clock(client)));
    let is_lost = project.is_err();
    findings.push(Finding::new("project", outcome(project.map(|id| readable(&id)))));
    if is_lost {
        return findings;
    }
    let answer = cbr::list_policies(client, region).await.map(drop);
    findings.push(Finding::new("endpoint", endpoint(client, region, &answer)));
    let mut seen = std::collections::BTreeSet::new();
    for action in actions.iter().filter(|action| seen.insert(**action)) {
        findings.push(Finding::new(action, permission(client, region, action).await));
    }
    findings
}

fn outcome(answer: Result<String, Error>) -> Outcome {
    match answer {
        Ok(text) => Outcome::Fine(text),
        Err(error) => Outcome::Wrong(told(&error)),
    }
}

/// An error with all its causes.
fn told(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// Whose key it is: this needs no permission, so what fails here is key, clock or endpoint.
async fn identity(client: &Client, region: &str) -> Outcome {
    let name = match client.caller(region).await {
        Ok(caller) => Ok(readable(&caller.principal_urn.or(caller.account_id).unwrap_or_default())),
        // STS is not in every region's reach, and IAM knows the account too.
        Err(error) if matches!(error.kind(), ErrorKind::Transport | ErrorKind::NotFound) => {
            client.domain(region).await.map(|domain| format!("account {}", readable(&domain)))
        }
        Err(error) => Err(error),
    };
    outcome(name)
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

/// Whether the region's endpoint of Cloud Backup and Recovery answers at all, whatever it says.
fn endpoint(client: &Client, region: &str, answer: &Result<(), Error>) -> Outcome {
    match answer {
        Err(error) if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Garbled) => {
            Outcome::Wrong(told(error))
        }
        // Source: API Gateway, "Error Codes": there is no such API where the call went.
        Err(error) if error.code() == Some("APIGW.0101") => Outcome::Wrong(told(error)),
        Ok(()) | Err(_) => {
            outcome(client.host_of(Service::Cbr, region).map(|host| format!("{host} answers")))
        }
    }
}

/// Whether an action is allowed, by doing it where it only reads.
async fn permission(client: &Client, region: &str, action: &str) -> Outcome {
    let Some(result) = tried(client, region, action).await else {
        return Outcome::Unknown("it writes, so it is not tried".to_owned());
    };
    match result {
        Ok(()) => Outcome::Fine("allowed".to_owned()),
        Err(error) => match error.kind() {
            ErrorKind::Permission => missing(action, &error),
            // IAM is asked before the service looks at anything else.
            ErrorKind::Invalid | ErrorKind::NotFound => Outcome::Fine("allowed".to_owned()),
            _ => Outcome::Unknown(told(&error)),
        },
    }
}

/// What it means that an action is not allowed.
fn missing(action: &str, error: &Error) -> Outcome {
    match ONLY_FOR.iter().find(|(known, _)| *known == action) {
        Some((_, what)) => Outcome::Doubtful(format!("needed for {what} alone: {}", told(error))),
        None => Outcome::Wrong(told(error)),
    }
}

/// The action done in its least form; `None` where it would write.
async fn tried(client: &Client, region: &str, action: &str) -> Option<Result<(), Error>> {
    /// No object has this id.
    const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
    let (service, name, path): (Service, &'static str, &[&str]) = match action {
        "bss:order:view" => return Some(order(client, region).await),
        "cbr:backups:checkAgent" => {
            return Some(cbr::check_agents(client, region, &[NOBODY.to_owned()]).await.map(drop));
        }
        "cbr:agents:list" => (Service::Cbr, "ListAgent", &["agents"]),
        "cbr:backups:get" => (Service::Cbr, "ShowBackup", &["backups", NOBODY]),
        "cbr:backups:list" => (Service::Cbr, "ListBackups", &["backups"]),
        "cbr:policies:list" => (Service::Cbr, "ListPolicies", &["policies"]),
        "cbr:tasks:get" => (Service::Cbr, "ShowOpLog", &["operation-logs", NOBODY]),
        "cbr:tasks:list" => (Service::Cbr, "ListOpLogs", &["operation-logs"]),
        "cbr:vaults:get" => (Service::Cbr, "ShowVault", &["vaults", NOBODY]),
        "cbr:vaults:list" => (Service::Cbr, "ListVault", &["vaults"]),
        "cbr:vaults:listProtectables" => {
            (Service::Cbr, "ListProtectable", &["protectables", "server", "instances"])
        }
        "ecs:cloudServers:list" => (Service::Ecs, "ListServersDetails", &["cloudservers", "detail"]),
        "evs:volumes:list" => (Service::Evs, "ListVolumes", &["cloudvolumes", "detail"]),
        "sfsturbo:shares:getAllShares" => {
            (Service::SfsTurbo, "ListShares", &["sfs-turbo", "shares", "detail"])
        }
        "workspace:desktops:list" => (Service::Workspace, "ListDesktopsDetail", &["desktops", "detail"]),
        _ => return None,
    };
    let arguments = Arguments::at(path).query("limit", &1);
    let version = match service {
        Service::Cbr => "v3",
        Service::Ecs | Service::SfsTurbo => "v1",
        _ => "v2",
    };
    let operation = Operation::write(service, name, Method::Get);
    let answer: Result<serde_json::Value, Error> = client.call(operation, region, version, arguments).await;
    Some(answer.map(drop))
}

/// An order that nobody has placed; looking for it is enough.
async fn order(client: &Client, region: &str) -> Result<(), Error> {
    super::bss::show_order(client, region, "CS0000000000000").await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::permissions::NEEDS;
    use super::*;
    use crate::cloud::http::fake::{FakeServer, answer, json};
    use crate::cloud::huawei::client::fake::client;
    use crate::cloud::permissions::Stage;

    #[tokio::test]
    async fn every_read_of_the_table_is_tried_and_no_write() {
        for need in NEEDS {
            let body = format!(
                r#"{{"error_code":"X.0403","error_msg":"Policy doesn't allow {} to be performed."}}"#,
                need.action
            );
            let server = FakeServer::in_order(vec![json(403, &body)]);
            let outcome = permission(&client(&server), "cn-north-4", need.action).await;
            if need.stage == Stage::Plan {
                assert_eq!(server.requests().len(), 1, "{}", need.action);
                let is_optional = ONLY_FOR.iter().any(|(action, _)| *action == need.action);
                let says = |text: &str| text.contains(need.action);
                assert!(
                    match &outcome {
                        Outcome::Wrong(text) => !is_optional && says(text),
                        Outcome::Doubtful(text) => is_optional && says(text),
                        _ => false,
                    },
                    "{outcome:?}"
                );
            } else {
                let requests = server.requests();
                assert!(matches!(outcome, Outcome::Unknown(_)) && requests.is_empty(), "{}", need.action);
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_there_was_allowed_to_be_looked_for() {
        let server =
            FakeServer::in_order(vec![json(404, r#"{"error_code":"BackupService.6105","error_msg":"no"}"#)]);
        let outcome = permission(&client(&server), "cn-north-4", "cbr:vaults:get").await;
        assert_eq!(outcome, Outcome::Fine("allowed".to_owned()));
    }

    #[tokio::test]
    async fn the_clock_is_held_against_the_date_of_an_answer() {
        let check = async |date: &str, expected: &str| {
            let headers = format!("date: Fri, 02 Jan 2026 {date} GMT\r\n");
            let server = FakeServer::in_order(vec![answer(200, &headers, r#"{"policies":[]}"#)]);
            let client = client(&server);
            cbr::list_policies(&client, "cn-north-4").await.expect("an answer");
            let outcome = format!("{:?}", clock(&client));
            assert!(outcome.contains(expected), "{outcome}");
        };
        check("03:04:05", "Fine(\"it agrees").await;
        check("02:59:05", "Doubtful(\"this machine's clock is 300 s ahead of the service's; at 15 minutes")
            .await;
        check(
            "04:04:05",
            "Doubtful(\"this machine's clock is 3600 s behind the service's, which calls correct",
        )
        .await;
    }

    #[tokio::test]
    async fn an_endpoint_without_the_api_is_the_wrong_one() {
        let check = async |status: u16, body: &str, expected: &str| {
            let server = FakeServer::in_order(vec![json(status, body)]);
            let client = client(&server);
            let answer = cbr::list_policies(&client, "cn-north-4").await.map(drop);
            let outcome = format!("{:?}", endpoint(&client, "cn-north-4", &answer));
            assert!(outcome.starts_with(expected), "{outcome}");
        };
        check(200, r#"{"policies":[]}"#, "Fine(\"cbr.cn-north-4.myhuaweicloud.com answers").await;
        check(403, r#"{"error_code":"X","error_msg":"no"}"#, "Fine(").await;
        check(404, r#"{"error_code":"APIGW.0101","error_msg":"no"}"#, "Wrong(").await;
    }
}
