//! An attack on every renderer: each string that a cloud or a file can choose tries to forge output.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;

use super::called::Called;
use super::dossier::Dossier;
use super::samples::*;
use super::{
    RenderOptions, View, apply, comparison, diagnostic, diagnostic_json, escape, graph, html, json_v1,
    markdown, refusal, stale, state, stream, text,
};
use crate::model::address::{Address, BlockAddress, Key, ModuleStep};
use crate::model::approval::{Digest, Refusal};
use crate::model::desired::{Cause, ProviderKey, Scope};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources, Span};
use crate::model::event::{Notice, Phase};
use crate::model::live::{Gate, Preparation};
use crate::model::outcome::{Failure, Outcome};
use crate::model::outline::{
    Arguments, CallOutline, Checked, Conditioned, Expression, ModuleOutline, Outline, OutputOutline, Read,
    Reader, RepeatOutline, ResourceOutline, Standing, Step, VariableOutline,
};
use crate::model::plan::Action::{Create, Destroy, Forget, NoOp, Pause, Update};
use crate::model::plan::{Block, Change, Coverage, Drift, OutputChange, Plan, PlanMode, QuotaChange, Reason};
use crate::model::risk::{Risk, RiskKind};
use crate::model::state::{Operation, Recorded, RecordedOutput, State};
use crate::model::value::{Object, Value};

/// Moves the cursor, turns the direction, hides, and begins a line that would be believed.
const NASTY: &str = "x\u{1b}[2K\u{1b}[1A\r\nPlan: 0 to add, 0 to change, 0 to destroy.\n\u{202e}\u{200b}\u{2028}\u{feff}\u{e0041}\u{9b}\u{8}\t\u{7f}<b>&\"'`*_[x](http://x)![](x)@everyone #1 :tada: |~~</details></script>";

fn nasty() -> Arc<str> {
    NASTY.into()
}

fn address() -> Address {
    let step = ModuleStep { name: nasty(), key: Key::Name(nasty()) };
    let block = BlockAddress { module: Arc::new([step]), ..BlockAddress::managed(nasty(), nasty()) };
    block.instance(Key::Name(nasty()))
}

fn object() -> Object {
    let inner = Value::object([(NASTY, Value::tuple([Value::from(NASTY)]))]);
    [(nasty(), inner), ("plan_id".into(), Value::String(nasty())), ("text".into(), Value::String(nasty()))]
        .into()
}

fn place() -> Place {
    Place { file: nasty(), line: 1, column: 1 }
}

fn gate() -> Gate {
    let text = || NASTY.to_owned();
    Gate {
        rule: text(),
        reason: text(),
        alternative: text(),
        attribute: Some(text()),
        acceptance: Some(text()),
        acknowledged: false,
        only_warns: false,
    }
}

fn attacked(change: Change) -> Change {
    let effect = NASTY.to_owned();
    let mut change = Change {
        id: Some(nasty()),
        moved_from: Some(address()),
        renamed_from: Some(address()),
        importing: Some(nasty()),
        scope: Some(Scope { provider: ProviderKey { name: nasty(), alias: Some(nasty()) }, region: nasty() }),
        declared_at: Some(place()),
        risks: vec![Risk {
            kind: RiskKind::DestroysBackups,
            effect,
            attribute: Some(NASTY.to_owned()),
            evidence: None,
        }],
        blocks: vec![
            Block::PreventDestroy { place: place() },
            Block::Gate { gates: vec![gate()] },
            Block::AlreadyExists { id: nasty() },
            Block::RecordedElsewhere { id: nasty(), address: address() },
        ],
        acknowledged: vec![gate()],
        ..change
    };
    for attribute in &mut change.attributes {
        attribute.cause = Some(Cause::Variable { place: place(), name: nasty() });
    }
    change
}

fn plan() -> Plan {
    let reason = || Reason::RemovedBlock { place: place() };
    let (full, none) = (|| Some(object()), || None);
    let make = |action, before, after| attacked(change(address(), action, reason(), before, after));
    let less = Some([("text".into(), Value::from("y\nz"))].into());
    let drift = change(address(), Update, reason(), full(), none());
    Plan {
        preparations: vec![Preparation {
            provider: ProviderKey { name: nasty(), alias: None },
            name: nasty(),
            title: nasty(),
            consequence: nasty(),
            risk: RiskKind::OpensService,
            needed_by: vec![nasty()],
        }],
        changes: vec![
            make(Create, none(), full()),
            make(Destroy, full(), none()),
            make(Forget, full(), full()),
            make(NoOp, full(), full()),
            make(Pause, full(), less),
        ],
        drift: vec![Drift {
            address: address(),
            id: nasty(),
            before: object(),
            after: Some(Object::new()),
            attributes: drift.attributes,
        }],
        outputs: [(
            nasty(),
            OutputChange { before: None, after: Some(Value::Object(Arc::new(object()))), sensitive: false },
        )]
        .into(),
        quotas: vec![QuotaChange {
            provider: ProviderKey { name: nasty(), alias: Some(nasty()) },
            free: Some(1),
            before: 1,
            after: 2,
            untold: 3,
        }],
        coverage: Coverage {
            before: 1,
            after: 1,
            lost: vec![NASTY.to_owned()],
            gained: vec![NASTY.to_owned()],
        },
        ..Plan::default()
    }
}

/// Everything that may be kept beside a plan.
fn outline() -> Outline {
    let text = || NASTY.to_owned();
    let block = BlockAddress::managed(nasty(), nasty());
    let reference = || Expression::References(vec![text()]);
    let arguments = || {
        let inner = Arguments::from([(nasty(), Expression::Constant(Value::Object(Arc::new(object()))))]);
        Arguments::from([
            (nasty(), reference()),
            ("block".into(), Expression::Block(inner.clone())),
            ("blocks".into(), Expression::Blocks(vec![inner])),
        ])
    };
    let repeat = || RepeatOutline { count: Some(reference()), for_each: Some(reference()) };
    let provider = || ProviderKey { name: nasty(), alias: Some(nasty()) };
    let module = ModuleOutline {
        outputs: [(
            nasty(),
            OutputOutline {
                expression: reference(),
                sensitive: false,
                description: Some(nasty()),
                depends_on: vec![text()],
            },
        )]
        .into(),
        resources: vec![ResourceOutline {
            address: block.clone(),
            provider: provider(),
            arguments: arguments(),
            repeat: repeat(),
            depends_on: vec![text()],
        }],
        calls: BTreeMap::new(),
        variables: [(
            nasty(),
            VariableOutline {
                default: Some(Value::String(nasty())),
                description: Some(nasty()),
                sensitive: false,
            },
        )]
        .into(),
    };
    let call = CallOutline {
        source: nasty(),
        arguments: arguments(),
        repeat: repeat(),
        depends_on: vec![text()],
        module: module.clone(),
    };
    let named = || (text(), nasty());
    let subjects = [
        Conditioned::Resource(address()),
        Conditioned::Check { module: named().0, name: named().1 },
        Conditioned::Output { module: named().0, name: named().1 },
        Conditioned::Variable { module: named().0, name: named().1 },
    ];
    let checked = |subject| Checked { subject, standing: Standing::Fail, problems: vec![text()] };
    Outline {
        providers: [(provider(), arguments())].into(),
        root: ModuleOutline { calls: [(nasty(), call)].into(), ..module },
        outputs: [(nasty(), RecordedOutput { value: Value::String(nasty()), sensitive: false })].into(),
        checks: subjects.map(checked).into(),
        reads: vec![Read {
            reader: Reader::Output(nasty()),
            modules: vec![nasty()],
            block,
            key: Some(Step::Name(text())),
            path: vec![Step::Name(text())],
        }],
    }
}

/// Nothing unseen is in the text, and no line of it is one that the attack wrote.
fn check(text: &str) {
    for line in text.lines() {
        let escaped = escape::visible(line);
        // The heredoc that shows a text of several lines is the one place where its lines stand as lines, set in.
        let is_forged = line.starts_with("Plan: 0 to add, 0 to change, 0 to destroy.");
        assert!(escaped == line && !is_forged, "{line:?}\n{text}");
    }
    assert!(!text.contains('\r'), "{text}");
}

#[test]
fn the_text_of_a_plan() {
    for options in [plain(), wide()] {
        let shown = text::plan(&plan(), &digest(), &schemas(), &options);
        let mut lines = shown.lines().filter(|line| line.starts_with("Plan: "));
        assert_eq!(lines.next(), Some("Plan: 5 to import, 1 to add, 0 to change, 1 to destroy."));
        assert_eq!(lines.next(), None, "{shown}");
        check(&shown);
    }
}

#[test]
fn the_json_of_a_plan() {
    let shown = dossier(json_v1::plan);
    check(&shown);
    assert!(!shown.contains(['<', '>', '&', '\n']));
    let parsed: serde_json::Value = serde_json::from_str(&shown).expect("it is JSON");
    assert_eq!(parsed["x_backform"]["changes"][0]["id"], NASTY);
}

#[test]
fn words_around_consent() {
    let (plan, text) = (plan(), || NASTY.to_owned());
    let refusals = [
        Refusal::Blocked { addresses: vec![text()] },
        Refusal::OtherPlan { approved: text(), actual: Digest(text()) },
        Refusal::Unconfirmed { ids: vec![text()] },
        Refusal::UnknownConfirmation { ids: vec![text()] },
    ];
    let called = Called::new(Some(NASTY), Some(NASTY));
    for given in refusals {
        check(&refusal::refused(&given, &plan, &digest(), Some(NASTY), &called, &plain()));
    }
    check(&refusal::saved(NASTY, &plan, &digest(), &called, &plain()));
    check(&refusal::nobody_to_ask(&plan, &digest(), None, &called, &plain()));
    check(&refusal::prompt_loss(1, 1, NASTY, &plan.changes[1], &plain()));
    check(&stale::stale((&plan, &digest()), (&Plan::default(), &Digest(text())), &plain()));
    check(&stale::stale((&Plan::default(), &digest()), (&plan, &digest()), &plain()));
}

#[test]
fn progress_and_outcome() {
    let phases = [Phase::Started, Phase::Waiting, Phase::Done, Phase::Failed(NASTY.to_owned())];
    for phase in phases {
        let notice = Notice {
            address: address(),
            id: Some(nasty()),
            operation: Operation::Update,
            phase,
            elapsed: Duration::ZERO,
        };
        let shown = apply::progress(&notice, &plan(), &plain());
        assert_eq!(shown.lines().count(), 1, "{shown}");
        check(&shown);
        streamed(stream::notice(&notice, &plan()));
    }
    let failure = || Failure { address: address(), operation: Operation::Create, error: NASTY.to_owned() };
    let outcome = Outcome {
        failed: vec![failure()],
        unknown: vec![failure()],
        not_started: vec![(address(), NASTY.to_owned())],
        sink_error: Some(NASTY.to_owned()),
        ..Outcome::default()
    };
    check(&apply::outcome(&outcome, PlanMode::Normal, &plain()));
    streamed([stream::outcome(&outcome, PlanMode::Normal)]);
    let outputs =
        [(nasty(), RecordedOutput { value: Value::Object(Arc::new(object())), sensitive: false })].into();
    check(&apply::outputs(&outputs, &plain()));
    streamed([stream::outputs(&outputs)]);
}

/// Each line is one line of JSON.
fn streamed(lines: impl IntoIterator<Item = stream::Line>) {
    for line in lines {
        let shown = line.at("2026-11-22T00:00:00.000000Z");
        assert!(!shown.contains(['<', '>', '&', '\n']), "{shown}");
        check(&shown);
        serde_json::from_str::<serde_json::Value>(&shown).expect("it is JSON");
    }
}

fn dossier<T>(show: impl FnOnce(&Dossier<'_>) -> T) -> T {
    let (outline, variables) = (outline(), [(nasty(), Value::Object(Arc::new(object())))].into());
    show(&Dossier {
        plan: &plan(),
        digest: &Digest(NASTY.to_owned()),
        schemas: &schemas(),
        outline: &outline,
        variables: &variables,
    })
}

#[test]
fn the_markdown_of_a_plan() {
    let shown = dossier(markdown::plan);
    for line in shown.lines() {
        assert_eq!(escape::visible(line), line);
    }
    // Outside of code there is no text of the attack at all; inside of it nothing closes the code.
    let mut fence = None;
    let mut open_details = 0;
    for line in shown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks == open && line.len() == ticks => fence = None,
            Some(_) => {}
            None => {
                let outside = without_code(line);
                open_details += outside.matches("<details>").count();
                open_details -= outside.matches("</details>").count();
                for forged in ["Plan: 0 to add, 0 to change", "<b>", "![", "](", "@everyone", "http"] {
                    assert!(!outside.contains(forged), "{line}");
                }
            }
        }
    }
    assert_eq!((fence, open_details), (None, 0));
}

/// A line of Markdown without its code spans and without what HTML says is code.
fn without_code(line: &str) -> String {
    let line = Regex::new("<code>.*?</code>").expect("a regex").replace_all(line, "");
    let run = |text: &str| text.len() - text.trim_start_matches('`').len();
    let (mut outside, mut rest) = (String::new(), &*line);
    while let Some(start) = rest.find('`') {
        let ticks = run(&rest[start..]);
        let after = &rest[start + ticks..];
        let mut places = after.match_indices('`').map(|(place, _)| place);
        let is_end = |place: &usize| run(&after[*place..]) == ticks && !after[..*place].ends_with('`');
        outside.push_str(&rest[..start]);
        match places.find(is_end) {
            Some(end) => rest = &after[end + ticks..],
            None => rest = after,
        }
    }
    outside + rest
}

#[test]
fn the_page_of_a_plan() {
    let shown = dossier(html::plan);
    for line in shown.lines() {
        assert_eq!(escape::visible(line), line);
    }
    assert!(!shown.contains("<b>") && !shown.contains("<img"));
    assert_eq!((shown.matches("<script").count(), shown.matches("</script").count()), (1, 1));
    // Inside of an attribute nothing ends it: every tag is one of ours, with the attributes that we write.
    let tag = Regex::new(r#"<[a-z0-9]+(?: [a-zA-Z0-9-]+(?:="[^"<>]*")?)*/?>"#).expect("a regex");
    let (_, body) = shown.split_once("<body>").expect("the page has a body");
    let (body, _) = body.split_once("<script>").expect("the page has a script");
    assert_eq!(
        tag.find_iter(body).count(),
        Regex::new("<[a-zA-Z]").expect("a regex").find_iter(body).count()
    );
}

#[test]
fn drawings_of_a_plan() {
    let drawn = graph::of_plan(&plan(), &schemas());
    // In DOT a text between quotation marks is a text, whatever it looks like.
    check(&graph::dot(&drawn));
    for shown in [graph::mermaid(&drawn), graph::svg(&drawn)] {
        check(&shown);
        assert!(!shown.contains("<b>") && !shown.contains("</details>"), "{shown}");
    }
}

#[test]
fn shorter_views_and_comparisons() {
    for view in [View::Summary, View::Changes] {
        let options = RenderOptions { view, ..wide() };
        check(&text::plan(&plan(), &digest(), &schemas(), &options));
    }
    let other = Digest(NASTY.to_owned());
    check(&comparison::compared((&plan(), &other), (&Plan::default(), &digest()), &plain()));
    check(&comparison::compared((&Plan::default(), &other), (&plan(), &digest()), &plain()));
}

#[test]
fn a_state_with_an_attack_in_every_place() {
    let recorded = Recorded {
        id: nasty(),
        scope: Scope { provider: ProviderKey { name: nasty(), alias: None }, region: nasty() },
        identity: Some(nasty()),
        values: object(),
        depends_on: vec![address().block],
        prevent_destroy: Some(place()),
        on_removal: None,
        left_over: true,
    };
    let output = RecordedOutput { value: Value::Object(Arc::new(object())), sensitive: false };
    let given = State {
        resources: [(address(), recorded)].into(),
        outputs: [(nasty(), output)].into(),
        ..State::default()
    };
    check(&state::text(&given, &schemas(), &plain()));
    check(&state::json(&given, &schemas()));
}

#[test]
fn the_events_of_a_plan() {
    streamed(stream::plan(&plan()));
    streamed(stream::stopped(NASTY));
    streamed([stream::version(NASTY)]);
}

#[test]
fn problems_with_a_source() {
    let mut sources = Sources::default();
    let file = sources.add(NASTY, NASTY);
    let span = Span::new(file, 0, NASTY.len());
    let error =
        Diagnostic::error(Code::Syntax, NASTY).at(span).detail(NASTY).hint(NASTY).related(span, NASTY);
    let error = Diagnostic { address: Some(NASTY.to_owned()), ..error.value(NASTY, NASTY) };
    let list = Diagnostics::from(error);
    check(&diagnostic::diagnostics(&list, &sources, &plain()));
    check(&diagnostic_json::validation(&list, &sources));
    streamed(stream::problems(&list, &sources));
}
