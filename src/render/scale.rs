//! How long it takes to show a plan of ten thousand changes.
//!
//! `cargo test --release --lib render::scale` prints the figures, and the limit of each view counts. A build without
//! optimization, on a machine that does other things, only shows that nothing grows with the square of the plan.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::dossier::Dossier;
use super::samples::*;
use super::{RenderOptions, View, comparison, graph, html, json_v1, markdown, stream, text};
use crate::model::approval::Digest;
use crate::model::plan::{Change, Plan};

const CHANGES: usize = 10_000;

/// For each view of a plan, from the plan in memory to the finished text.
const LIMIT: Duration = Duration::from_millis(300);

/// Ten thousand objects of one block; `make` gets the key and the server's id.
fn fleet(make: impl Fn(&str, &str) -> Change) -> Plan {
    of((0..CHANGES).map(|number| make(&format!("{number:05}"), &format!("i-{number:05}"))).collect())
}

fn worlds() -> [(&'static str, Plan); 3] {
    [
        ("creates, which fold", fleet(|key, server| create(keyed("fleet", key), server))),
        ("destroys, which never do", fleet(|key, server| destroy(keyed("fleet", key), server))),
        ("replacements", fleet(|key, server| replace(keyed("fleet", key), server, &format!("{server}-b")))),
    ]
}

#[expect(clippy::disallowed_methods, reason = "nothing but the clock says how long something takes")]
fn timed(name: &str, show: impl FnOnce() -> String) {
    let start = Instant::now();
    let shown = show();
    let took = start.elapsed();
    let _gone = writeln!(std::io::stderr(), "{name}: {took:?}, {} bytes", shown.len());
    let limit = if cfg!(debug_assertions) { LIMIT * 100 } else { LIMIT };
    assert!(took < limit, "{name}: {took:?}");
}

#[test]
fn every_view_of_ten_thousand_changes_is_there_at_once() {
    let schemas = schemas();
    for (world, plan) in worlds() {
        let of = |view: View| {
            let options = RenderOptions { view, ..wide() };
            text::plan(&plan, &digest(), &schemas, &options)
        };
        timed(&format!("{world}: text, full"), || of(View::Full));
        timed(&format!("{world}: text, changes"), || of(View::Changes));
        timed(&format!("{world}: text, summary"), || of(View::Summary));
        let dossier = |show: fn(&Dossier<'_>) -> String| of_dossier(&plan, show);
        timed(&format!("{world}: JSON"), || dossier(json_v1::plan));
        timed(&format!("{world}: Markdown"), || dossier(markdown::plan));
        timed(&format!("{world}: HTML"), || dossier(html::plan));
        let events =
            || stream::plan(&plan).iter().map(|line| line.at("2026-11-22T00:00:00.000000Z")).collect();
        timed(&format!("{world}: events"), events);
        timed(&format!("{world}: graph"), || graph::svg(&graph::of_plan(&plan, &schemas)));
        let other = Digest("0".repeat(64));
        let compared = || comparison::compared((&Plan::default(), &other), (&plan, &digest()), &plain());
        timed(&format!("{world}: comparison"), compared);
    }
}
