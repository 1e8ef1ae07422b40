//! After an apply: waits until the protection that was made stands, and says each step on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use super::args::Stage;
use super::context::Context;
use super::exit::Exit;
use super::managed;
use super::session::Session;
use crate::cloud;
use crate::model::desired::Scope;
use crate::model::plan::{Action, Plan};
use crate::model::report::{Condition, Depth, Health, ServerStatus};
use crate::render::escape::visible;

/// Seconds between two looks; the last one is for all further looks.
const PAUSES: [u64; 4] = [1, 1, 3, 10];

/// Minutes after which nobody waits any longer. Source: the vendor's Essential Edition skill, "Verify Activation Status":
/// a few minutes until ready. The first backup comes within a day.
fn patience(stage: Stage) -> Duration {
    let minutes = match stage {
        Stage::Ready => 60,
        Stage::BackedUp => 26 * 60,
    };
    Duration::from_secs(minutes * 60)
}

/// Where the protection of a server is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Something is still to be installed.
    Preparing,
    /// The next backup can begin.
    Ready,
    /// The first backup is at work.
    BackingUp,
    /// There is a recovery point.
    BackedUp,
    /// It will not come about by itself; why.
    Stuck(String),
}

impl Step {
    fn of(status: &ServerStatus) -> Self {
        let agent = status.agent.as_ref();
        match status.health {
            Health::Normal => Self::BackedUp,
            Health::BackingUp => Self::BackingUp,
            Health::Preparing => match agent.map(|agent| agent.condition) {
                Some(Condition::Works) => Self::Ready,
                Some(Condition::Broken) => {
                    let word = agent.map(|agent| agent.status.as_str()).unwrap_or_default();
                    Self::Stuck(format!("the backup client is {word}"))
                }
                Some(Condition::Waits) | None => Self::Preparing,
            },
            Health::Abnormal | Health::Canceled => {
                let error = status.latest_job.as_ref().and_then(|job| job.error.clone());
                Self::Stuck(error.unwrap_or_else(|| format!("its backup is {}", status.health.word())))
            }
            Health::Paused | Health::NotActivated | Health::Unknown => {
                Self::Stuck(format!("it is {}", status.health.word()))
            }
        }
    }

    fn is_enough(&self, stage: Stage) -> bool {
        match self {
            Self::Preparing => false,
            Self::Ready | Self::BackingUp => stage == Stage::Ready,
            Self::BackedUp | Self::Stuck(_) => true,
        }
    }

    fn words(&self, status: &ServerStatus) -> String {
        match self {
            Self::Preparing => "Preparing".to_owned(),
            Self::Ready => match status.starts_at {
                Some(second) => {
                    format!(
                        "Ready; its first backup starts at {:02}:{:02} UTC",
                        second / 3600,
                        second / 60 % 60
                    )
                }
                None => "Ready".to_owned(),
            },
            Self::BackingUp => "Backing up".to_owned(),
            Self::BackedUp => "Backed up".to_owned(),
            Self::Stuck(why) => format!("Stuck: {why}"),
        }
    }
}

/// Waits until the servers that this plan protects are as far as wanted. Ctrl-C ends the waiting, and nothing else.
pub async fn until(context: &Context, session: &Session, plan: &Plan, stage: Stage) -> Exit {
    let places = protected(session, plan);
    if places.is_empty() {
        return Exit::Success;
    }
    context.print("\nWaiting for the protection to stand; Ctrl-C ends the waiting and changes nothing.\n");
    let watched = watch(context, session, places, stage);
    tokio::select! {
        exit = watched => exit,
        _ = tokio::signal::ctrl_c() => gave_up(context, "nobody waits any more"),
        () = tokio::time::sleep(patience(stage)) => gave_up(context, "it took too long"),
    }
}

fn gave_up(context: &Context, why: &str) -> Exit {
    context.tell(&format!("error: the apply is complete, and not all of its protection stands yet: {why}\n"));
    Exit::Error
}

/// The servers that the plan protects or protects again, by place.
fn protected(session: &Session, plan: &Plan) -> BTreeMap<Scope, Vec<String>> {
    let mut places: BTreeMap<Scope, Vec<String>> = BTreeMap::new();
    let begins = |action: Action| matches!(action, Action::Create | Action::Replace(_) | Action::Resume);
    for change in plan.effects().filter(|change| begins(change.action)) {
        let (Some(after), Some(scope)) = (&change.after, &change.scope) else { continue };
        let servers = managed::servers(&session.schemas, &change.address, after);
        if !servers.is_empty() {
            places.entry(scope.clone()).or_default().extend(servers);
        }
    }
    places
}

async fn watch(
    context: &Context,
    session: &Session,
    mut open: BTreeMap<Scope, Vec<String>>,
    stage: Stage,
) -> Exit {
    let (mut seen, mut exit): (BTreeMap<String, Step>, Exit) = (BTreeMap::new(), Exit::Success);
    for look in 0.. {
        for (scope, servers) in &mut open {
            let statuses = match statuses(session, scope, servers).await {
                Ok(statuses) => statuses,
                // The next look may work; patience ends in any case.
                Err(error) => {
                    context.tell(&format!("warning: {}\n", visible(&error.to_string())));
                    continue;
                }
            };
            for status in &statuses {
                let step = Step::of(status);
                if seen.get(&status.server) != Some(&step) {
                    context.print(&visible(&format!("{}: {}", status.server, step.words(status))));
                    context.print("\n");
                }
                if matches!(step, Step::Stuck(_)) {
                    exit = Exit::Error;
                }
                seen.insert(status.server.clone(), step);
            }
            servers.retain(|server| !seen.get(server).is_some_and(|step| step.is_enough(stage)));
        }
        open.retain(|_, servers| !servers.is_empty());
        if open.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(PAUSES[look.min(PAUSES.len() - 1)])).await;
    }
    exit
}

async fn statuses(
    session: &Session,
    scope: &Scope,
    servers: &[String],
) -> Result<Vec<ServerStatus>, cloud::Error> {
    match session.clouds.find(&scope.provider) {
        Some(cloud) => cloud.statuses(&scope.region, Some(servers), Depth::WithAgents).await,
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::{Agent, Job};

    fn status(health: Health, condition: Option<Condition>) -> ServerStatus {
        let agent = condition.map(|condition| Agent {
            status: "INSTALL_FAILED".to_owned(),
            condition,
            ..Agent::default()
        });
        ServerStatus {
            health,
            agent,
            starts_at: Some(9000),
            latest_job: Some(Job { error: Some("DISK_FULL".to_owned()), ..Job::default() }),
            ..ServerStatus::not_activated("i-1")
        }
    }

    #[test]
    fn protection_comes_about_step_by_step() {
        let check = |health, condition, words: &str, enough: [bool; 2]| {
            let status = status(health, condition);
            let step = Step::of(&status);
            let found = [Stage::Ready, Stage::BackedUp].map(|stage| step.is_enough(stage));
            assert_eq!((step.words(&status).as_str(), found), (words, enough));
        };
        check(Health::Preparing, None, "Preparing", [false, false]);
        check(Health::Preparing, Some(Condition::Waits), "Preparing", [false, false]);
        let ready = "Ready; its first backup starts at 02:30 UTC";
        check(Health::Preparing, Some(Condition::Works), ready, [true, false]);
        check(Health::BackingUp, Some(Condition::Works), "Backing up", [true, false]);
        check(Health::Normal, None, "Backed up", [true, true]);
        let failed = "Stuck: the backup client is INSTALL_FAILED";
        check(Health::Preparing, Some(Condition::Broken), failed, [true, true]);
        check(Health::Abnormal, None, "Stuck: DISK_FULL", [true, true]);
        check(Health::Paused, None, "Stuck: it is paused", [true, true]);
    }
}
