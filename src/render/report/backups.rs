//! `backform backups`: the recovery points of servers, newest first.

use serde::Serialize;

use super::table::{Cell, table};
use super::{Subject, moment};
use crate::model::report::RecoveryPoint;
use crate::render::RenderOptions;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// One recovery point, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The server's object.
    pub subject: Subject,
    /// The recovery point.
    pub point: RecoveryPoint,
}

/// For people.
pub fn text(rows: &[Row], options: &RenderOptions) -> String {
    let mut text = Text::default();
    if rows.is_empty() {
        text.line(Label::Muted, "There is no recovery point.");
        return text.finish(options);
    }
    let lines: Vec<Vec<Cell>> = rows.iter().map(line).collect();
    let titles = ["ADDRESS", "SERVER", "RECOVERY POINT", "MADE", "EXPIRES", "SIZE", "STATE"];
    table(&mut text, "", &titles, &lines);
    text.newline();
    text.line(Label::Plain, &format!("{}.", words::count(rows.len(), "recovery point")));
    text.finish(options)
}

fn line(row: &Row) -> Vec<Cell> {
    let Row { subject, point } = row;
    let label = if point.status == "COMPLETE" { Label::Plain } else { Label::Changed };
    vec![
        Cell::or_none(subject.address.as_deref()),
        Cell::plain(&point.server),
        Cell::plain(&point.id),
        Cell::plain(moment(point.completed)),
        Cell::plain(moment(point.expires)),
        Cell::or_none(point.bytes.map(words::size)),
        Cell::new(label, &point.status),
    ]
}

/// For programs: with what a restore must name. Times are UNIX seconds.
pub fn json(rows: &[Row]) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        recovery_points: Vec<Point<'a>>,
    }
    #[derive(Serialize)]
    struct Point<'a> {
        #[serde(flatten)]
        subject: super::SubjectJson<'a>,
        server: &'a str,
        id: &'a str,
        status: &'a str,
        completed: Option<i64>,
        expires: Option<i64>,
        bytes: Option<u64>,
        vault: Option<&'a str>,
        hash: Option<&'a str>,
    }
    let points = rows.iter().map(|Row { subject, point }| Point {
        subject: subject.json(),
        server: &point.server,
        id: &point.id,
        status: &point.status,
        completed: point.completed,
        expires: point.expires,
        bytes: point.bytes,
        vault: point.vault.as_deref(),
        hash: point.hash.as_deref(),
    });
    super::json(&Body { recovery_points: points.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let subject = Subject { address: None, provider: "alicloud".into(), region: "cn-hangzhou".into() };
        let point = RecoveryPoint {
            id: "s-1".into(),
            server: "i-1".into(),
            status: "COMPLETE".into(),
            completed: Some(1_795_140_840),
            expires: None,
            bytes: Some(3 << 30),
            vault: Some("v-1".into()),
            hash: None,
        };
        Row { subject, point }
    }

    #[test]
    fn a_recovery_point_is_a_line() {
        assert_eq!(
            text(&[row()], &RenderOptions::default()),
            "ADDRESS  SERVER  RECOVERY POINT  MADE                  EXPIRES  SIZE   STATE\n\
             -        i-1     s-1             2026-11-20 02:14 UTC  -        3 GiB  COMPLETE\n\n1 recovery point.\n"
        );
        assert_eq!(text(&[], &RenderOptions::default()), "There is no recovery point.\n");
    }

    #[test]
    fn programs_get_what_a_restore_must_name() {
        assert_eq!(
            json(&[row()]),
            "{\"format_version\":\"1.0\",\"recovery_points\":[{\"address\":null,\"provider\":\"alicloud\",\"region\":\
             \"cn-hangzhou\",\"server\":\"i-1\",\"id\":\"s-1\",\"status\":\"COMPLETE\",\"completed\":1795140840,\
             \"expires\":null,\"bytes\":3221225472,\"vault\":\"v-1\",\"hash\":null}]}\n"
        );
    }
}
