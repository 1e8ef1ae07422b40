//! `backform coverage`: which servers of the account nothing protects, or nobody manages.

use serde::Serialize;

use super::table::{Cell, table};
use super::{Subject, status};
use crate::model::report::{Cover, Health, Server, Sort};
use crate::render::RenderOptions;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// One server of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it is, and which object protects it.
    pub subject: Subject,
    /// The server.
    pub server: Server,
    /// How its backup is doing.
    pub health: Health,
}

impl Row {
    /// How well it is covered.
    pub fn cover(&self) -> Cover {
        Cover::of(self.health, self.subject.address.is_some())
    }
}

/// How many servers nothing protects.
pub fn unprotected(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.cover().is_unprotected()).count()
}

/// For people: the servers that somebody should look at, worst first, and how many there are in all.
pub fn text(rows: &[Row], options: &RenderOptions) -> String {
    let mut shown: Vec<&Row> = rows.iter().filter(|row| row.cover() != Cover::Covered).collect();
    shown.sort_by_key(|row| row.cover());
    let mut text = Text::default();
    if !shown.is_empty() {
        let lines: Vec<Vec<Cell>> = shown.iter().map(|row| line(row)).collect();
        table(&mut text, "", &["COVERAGE", "SERVER", "NAME", "REGION", "STATUS", "ADDRESS"], &lines);
        text.newline();
    }
    let unprotected = unprotected(rows);
    let unmanaged = shown.len() - unprotected;
    let only_servers = rows.iter().all(|row| row.server.sort == Sort::Server);
    let all = words::count(rows.len(), if only_servers { "server" } else { "resource" });
    let label = if unprotected > 0 { Label::Risky } else { Label::Added };
    text.line(label, &format!("{all}: {unprotected} unprotected, {unmanaged} protected and unmanaged."));
    text.finish(options)
}

fn line(row: &Row) -> Vec<Cell> {
    let cover = row.cover();
    let label = match cover {
        Cover::Missing | Cover::Failing => Label::Risky,
        Cover::Paused | Cover::Unmanaged => Label::Changed,
        Cover::Covered => Label::Added,
    };
    vec![
        Cell::new(label, cover.word()),
        Cell::plain(&row.server.id),
        Cell::or_none(name(&row.server).as_deref()),
        Cell::plain(&row.subject.region),
        status::health(row.health),
        Cell::or_none(row.subject.address.as_deref()),
    ]
}

/// The name, with what it is where that is no server.
fn name(server: &Server) -> Option<String> {
    let sort = (server.sort != Sort::Server).then(|| format!("({})", server.sort.word()));
    let words: Vec<String> = server.name.iter().cloned().chain(sort).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// For programs: every server, covered or not.
pub fn json(rows: &[Row]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        unprotected: usize,
        servers: Vec<ServerJson<'a>>,
    }
    #[derive(Serialize)]
    struct ServerJson<'a> {
        #[serde(flatten)]
        subject: super::SubjectJson<'a>,
        server: &'a str,
        name: Option<&'a str>,
        sort: &'static str,
        status: &'static str,
        coverage: &'static str,
        protected: bool,
    }
    let servers = rows.iter().map(|row| ServerJson {
        subject: row.subject.json(),
        server: &row.server.id,
        name: row.server.name.as_deref(),
        sort: row.server.sort.word(),
        status: row.health.word(),
        coverage: row.cover().word(),
        protected: !row.cover().is_unprotected(),
    });
    super::json(&Body { unprotected: unprotected(rows), servers: servers.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(server: &str, address: Option<&str>, health: Health) -> Row {
        let subject = Subject {
            address: address.map(str::to_owned),
            provider: "alicloud".into(),
            region: "cn-hangzhou".into(),
        };
        let server = Server { id: server.into(), name: None, sort: Sort::Server, parts: Vec::new() };
        Row { subject, server, health }
    }

    #[test]
    fn what_needs_somebody_is_shown_worst_first_and_the_rest_counted() {
        let rows = [
            row("i-1", None, Health::Normal),
            row("i-2", Some("a.b"), Health::Normal),
            row("i-3", None, Health::NotActivated),
        ];
        assert_eq!(
            text(&rows, &RenderOptions::default()),
            "COVERAGE   SERVER  NAME  REGION       STATUS         ADDRESS\n\
             no backup  i-3     -     cn-hangzhou  not-activated  -\n\
             unmanaged  i-1     -     cn-hangzhou  normal         -\n\n\
             3 servers: 1 unprotected, 1 protected and unmanaged.\n"
        );
        assert_eq!(
            text(&rows[1..2], &RenderOptions::default()),
            "1 server: 0 unprotected, 0 protected and unmanaged.\n"
        );
    }

    #[test]
    fn programs_get_every_server() {
        assert_eq!(
            json(&[row("i-2", Some("a.b"), Health::Paused)]),
            "{\"format_version\":\"1.0\",\"unprotected\":1,\"servers\":[{\"address\":\"a.b\",\"provider\":\"alicloud\",\
             \"region\":\"cn-hangzhou\",\"server\":\"i-2\",\"name\":null,\"sort\":\"server\",\"status\":\"paused\",\"coverage\":\"paused\",\
             \"protected\":false}]}\n"
        );
    }
}
