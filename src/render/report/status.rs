//! `backform status`: how each server is backed up, a line each; for one server everything, with its jobs.

use serde::Serialize;

use super::table::{Cell, table};
use super::{Subject, moment};
use crate::model::report::{Agent, Health, Job, ServerStatus};
use crate::render::RenderOptions;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// One server, and how it is backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which server.
    pub subject: Subject,
    /// How it is backed up.
    pub status: ServerStatus,
    /// Its jobs, newest first, where they were asked for.
    pub history: Option<Vec<Job>>,
}

/// For people: a table, or the details of the only server that was asked for.
pub fn text(rows: &[Row], options: &RenderOptions) -> String {
    let mut text = Text::default();
    match rows {
        [] => text.line(Label::Muted, "Nothing is under management here."),
        [Row { history: Some(history), .. }] => details(&mut text, &rows[0], history),
        rows => {
            let titles = ["ADDRESS", "SERVER", "REGION", "STATUS", "STARTS", "LATEST JOB", "AGENT"];
            let lines: Vec<Vec<Cell>> = rows.iter().map(line).collect();
            table(&mut text, "", &titles, &lines);
        }
    }
    text.finish(options)
}

fn line(row: &Row) -> Vec<Cell> {
    let Row { subject, status, history: _ } = row;
    let job = status.latest_job.as_ref();
    vec![
        Cell::or_none(subject.address.as_deref()),
        Cell::plain(&status.server),
        Cell::plain(&subject.region),
        health(status.health),
        Cell::or_none(status.starts_at.map(time_of_day)),
        Cell::or_none(job.map(|job| format!("{} {}", job.status, moment(job.completed.or(job.created))))),
        Cell::or_none(status.agent.as_ref().map(|agent| &*agent.status)),
    ]
}

/// The word for it, as loud as it deserves.
pub fn health(health: Health) -> Cell {
    let label = match health {
        Health::Normal => Label::Added,
        Health::BackingUp | Health::Preparing => Label::Info,
        Health::Paused | Health::Canceled | Health::Unknown => Label::Changed,
        Health::NotActivated | Health::Abnormal => Label::Risky,
    };
    Cell::new(label, health.word())
}

/// `02:30 UTC`.
fn time_of_day(second: u32) -> String {
    format!("{:02}:{:02} UTC", second / 3600, second / 60 % 60)
}

fn details(text: &mut Text, row: &Row, history: &[Job]) {
    let Row { subject, status, history: _ } = row;
    let title = subject.address.as_ref().map_or_else(|| status.server.clone(), Clone::clone);
    text.line(Label::Bold, &title);
    let fact = |name: &str, cell: Cell| vec![Cell::new(Label::Muted, name), cell];
    let facts = [
        fact("server", Cell::plain(&status.server)),
        fact("region", Cell::plain(&subject.region)),
        fact("status", health(status.health)),
        fact("plan", Cell::or_none(status.plan.as_deref())),
        fact("starts", Cell::or_none(status.starts_at.map(|at| format!("daily at {}", time_of_day(at))))),
        fact("agent", Cell::or_none(status.agent.as_ref().map(agent))),
    ];
    table(text, "  ", &[], &facts);
    if let Some(advice) = advice(status) {
        text.newline();
        text.prose(Label::Plain, "", &advice, words::PROSE_WIDTH);
    }
    if !history.is_empty() {
        text.newline();
        let rows: Vec<Vec<Cell>> = history.iter().map(job).collect();
        table(text, "", &["JOB", "TASK", "STATE", "CREATED", "ENDED", "SIZE", "ERROR"], &rows);
    }
}

fn agent(agent: &Agent) -> String {
    let version = agent.version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let seen = agent.last_seen.map(|seen| format!(", last seen {}", words::time(seen))).unwrap_or_default();
    format!("{}{version}{seen}", agent.status)
}

fn job(job: &Job) -> Vec<Cell> {
    let done = job.progress.filter(|progress| job.completed.is_none() && *progress < 10_000);
    let state = done.map_or_else(
        || job.status.clone(),
        |progress| format!("{} {}.{:02} %", job.status, progress / 100, progress % 100),
    );
    vec![
        Cell::plain(&job.id),
        Cell::plain(job.task.word()),
        Cell::plain(state),
        Cell::plain(moment(job.created)),
        Cell::plain(moment(job.completed)),
        Cell::or_none(job.bytes.map(words::size)),
        Cell::or_none(job.error.as_deref()),
    ]
}

/// What to do about a state that needs somebody.
///
/// Source: the vendor's Essential Edition skill, "Status Determination Logic".
fn advice(status: &ServerStatus) -> Option<String> {
    Some(match status.health {
        Health::NotActivated => "No plan backs this server up.".to_owned(),
        Health::Paused => "No backups are made while the plan is paused; recovery points stay.".to_owned(),
        Health::Preparing => {
            "There was no backup job yet: the client is being installed, or the first backup is still to come."
                .to_owned()
        }
        Health::Canceled => "The latest backup was canceled; the next one starts as planned.".to_owned(),
        Health::Abnormal => match &status.agent {
            None => "The latest backup failed, and there is no backup client on the server.".to_owned(),
            Some(agent) => format!(
                "The latest backup failed; its error stands below. The backup client on the server is {}.",
                agent.status.replace('-', " ")
            ),
        },
        Health::Unknown => "The cloud reports a state that this version does not know.".to_owned(),
        Health::Normal | Health::BackingUp => return None,
    })
}

#[derive(Serialize)]
struct JobJson<'a> {
    id: &'a str,
    task: &'static str,
    status: &'a str,
    created: Option<i64>,
    completed: Option<i64>,
    progress_percent: Option<f64>,
    bytes: Option<u64>,
    error: Option<&'a str>,
}

impl<'a> JobJson<'a> {
    fn of(job: &'a Job) -> Self {
        let hundredths = job.progress.and_then(|progress| u32::try_from(progress).ok());
        Self {
            id: &job.id,
            task: job.task.word(),
            status: &job.status,
            created: job.created,
            completed: job.completed,
            progress_percent: hundredths.map(|hundredths| f64::from(hundredths) / 100.0),
            bytes: job.bytes,
            error: job.error.as_deref(),
        }
    }
}

/// For programs. Times are UNIX seconds.
pub fn json(rows: &[Row]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        servers: Vec<Line<'a>>,
    }
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(flatten)]
        subject: super::SubjectJson<'a>,
        server: &'a str,
        plan: Option<&'a str>,
        status: &'static str,
        starts_at: Option<String>,
        latest_job: Option<JobJson<'a>>,
        agent: Option<AgentJson<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        history: Option<Vec<JobJson<'a>>>,
    }
    #[derive(Serialize)]
    struct AgentJson<'a> {
        status: &'a str,
        version: Option<&'a str>,
        last_seen: Option<i64>,
    }
    let servers = rows.iter().map(|row| Line {
        subject: row.subject.json(),
        server: &row.status.server,
        plan: row.status.plan.as_deref(),
        status: row.status.health.word(),
        starts_at: row.status.starts_at.map(time_of_day),
        latest_job: row.status.latest_job.as_ref().map(JobJson::of),
        agent: row.status.agent.as_ref().map(|agent| AgentJson {
            status: &agent.status,
            version: agent.version.as_deref(),
            last_seen: agent.last_seen,
        }),
        history: row.history.as_ref().map(|jobs| jobs.iter().map(JobJson::of).collect()),
    });
    super::json(&Body { servers: servers.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(health: Health, job: Option<Job>, history: Option<Vec<Job>>) -> Row {
        let subject = Subject {
            address: Some("a.b".into()),
            provider: "alicloud".into(),
            region: "cn-hangzhou".into(),
        };
        let status = ServerStatus {
            health,
            starts_at: Some(9000),
            latest_job: job,
            plan: Some("plan-1".into()),
            ..ServerStatus::not_activated("i-1")
        };
        Row { subject, status, history }
    }

    fn failed() -> Job {
        Job {
            id: "job-1".into(),
            status: "FAILED".into(),
            created: Some(1_795_140_840),
            error: Some("no\nroute".into()),
            ..Job::default()
        }
    }

    #[test]
    fn a_server_is_a_line() {
        let shown = text(&[row(Health::Abnormal, Some(failed()), None)], &RenderOptions::default());
        assert_eq!(
            shown,
            "ADDRESS  SERVER  REGION       STATUS    STARTS     LATEST JOB                   AGENT\n\
             a.b      i-1     cn-hangzhou  abnormal  02:30 UTC  FAILED 2026-11-20 02:14 UTC  -\n"
        );
    }

    #[test]
    fn one_server_is_told_with_its_jobs_and_what_to_do() {
        let running = Job { status: "RUNNING".into(), progress: Some(4205), error: None, ..failed() };
        let rows = [row(Health::Abnormal, None, Some(vec![running, failed()]))];
        let shown = text(&rows, &RenderOptions::default());
        assert!(shown.contains("there is no backup client on the server."), "{shown}");
        assert!(shown.contains("job-1  backup  RUNNING 42.05 %  2026-11-20 02:14 UTC  -"), "{shown}");
        assert!(shown.contains(r"no\nroute"), "{shown}");
    }

    #[test]
    fn programs_get_words_and_unix_seconds() {
        let shown = json(&[row(Health::Paused, Some(failed()), None)]);
        assert_eq!(
            shown,
            "{\"format_version\":\"1.0\",\"servers\":[{\"address\":\"a.b\",\"provider\":\"alicloud\",\"region\":\
             \"cn-hangzhou\",\"server\":\"i-1\",\"plan\":\"plan-1\",\"status\":\"paused\",\"starts_at\":\"02:30 UTC\",\
             \"latest_job\":{\"id\":\"job-1\",\"task\":\"backup\",\"status\":\"FAILED\",\"created\":1795140840,\"completed\":null,\
             \"progress_percent\":null,\"bytes\":null,\"error\":\"no\\nroute\"},\"agent\":null}]}\n"
        );
    }
}
