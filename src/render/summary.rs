//! What the plan comes to: the counts, the outputs, who is protected, the digest.

use super::body::{self, Row, given};
use super::diff::sign;
use super::layout::{Page, Sign};
use super::symbols::{ORDER, symbol};
use super::theme::{Label, RenderOptions, Text};
use super::value::attribute_name;
use super::words;
use crate::model::approval::Digest;
use crate::model::plan::{Action, Coverage, OutputChange, Plan, QuotaChange};
use crate::model::value::Value;

/// Names of servers that gain protection and are listed; those that lose it are all listed.
const NAMES_LIMIT: usize = 20;

/// `Plan: 1 to add, 0 to change, 0 to destroy.`, and on the next line what that does not count.
pub fn counts(text: &mut Text, plan: &Plan) {
    let number = |action: Action| plan.effects().filter(|change| change.action == action).count();
    text.push(Label::Bold, "Plan:");
    text.line(
        Label::Plain,
        &format!(
            " {}{} to add, {} to change, {} to destroy.",
            to_import(plan),
            number(Action::Create),
            number(Action::Update),
            number(Action::Destroy)
        ),
    );
    let mut besides: Vec<String> = Vec::new();
    for action in ORDER.into_iter().filter(|action| !symbol(*action).besides.is_empty()) {
        add(&mut besides, number(action), symbol(action).besides);
    }
    add(&mut besides, plan.effects().filter(|change| change.moved_from.is_some()).count(), "move");
    add(&mut besides, plan.effects().map(|change| change.arriving().len()).sum(), "migrate");
    if !plan.preparations.is_empty() {
        besides.push(format!("{} to take for an account", words::count(plan.preparations.len(), "step")));
    }
    if !besides.is_empty() {
        text.line(Label::Plain, &format!("Besides: {}.", besides.join(", ")));
    }
    let blocked = plan.blocked().count();
    if blocked > 0 {
        let them =
            if blocked == 1 { "1 of these changes is" } else { &format!("{blocked} of these changes are") };
        text.line(Label::Risky, &format!("! {them} BLOCKED, so apply refuses this plan."));
    }
}

/// How many objects are taken over.
pub fn imports(plan: &Plan) -> usize {
    plan.effects().filter(|change| change.importing.is_some()).count()
}

/// `1 to import, ` in front of the counts, as Terraform has it, where there is something to import.
fn to_import(plan: &Plan) -> String {
    match imports(plan) {
        0 => String::new(),
        count => format!("{count} to import, "),
    }
}

/// `2 to replace`; both orders of a replacement are one number.
fn add(besides: &mut Vec<String>, number: usize, verb: &str) {
    let ending = format!(" to {verb}");
    let same = besides.last_mut().filter(|last| last.ends_with(&ending));
    match (number, same) {
        (0, _) => {}
        (number, Some(last)) => {
            let before: usize = last.trim_end_matches(&ending).parse().unwrap_or(0);
            *last = format!("{}{ending}", before + number);
        }
        (number, None) => besides.push(format!("{number}{ending}")),
    }
}

/// The outputs that change, their names padded to the longest of them.
pub fn outputs(text: &mut Text, plan: &Plan) {
    if plan.outputs.is_empty() {
        return;
    }
    text.newline();
    text.line(Label::Plain, "Changes to Outputs:");
    let widest = plan.outputs.keys().map(|name| words::width(&attribute_name(name))).max().unwrap_or(0);
    for (name, change) in &plan.outputs {
        let (before, after) = shown(change);
        output(text, name, before.as_ref(), after.as_ref(), widest);
    }
}

/// Both values; hidden where the output is declared as sensitive.
fn shown(change: &OutputChange) -> (Option<Value>, Option<Value>) {
    let hidden = |value: Option<&Value>| {
        given(value).cloned().map(|value| if change.sensitive { value.sensitive() } else { value })
    };
    (hidden(change.before.as_ref()), hidden(change.after.as_ref()))
}

fn output(text: &mut Text, name: &str, before: Option<&Value>, after: Option<&Value>, widest: usize) {
    let mut page = Page { text, is_loss: false };
    let row = Row { identifies: sign(before, after) == Sign::Same, ..Row::new(name, before, after) };
    body::attribute_at(&mut page, &row, 0, widest);
}

/// How many servers are protected before and after, and who loses or gains protection.
pub fn coverage(text: &mut Text, coverage: &Coverage, options: &RenderOptions) {
    let Coverage { before, after, lost, gained } = coverage;
    if *before == 0 && *after == 0 {
        return;
    }
    text.newline();
    text.push(Label::Bold, "Servers protected:");
    text.line(Label::Plain, &format!(" {before} now, {after} after apply."));
    let width = options.prose_width();
    if !lost.is_empty() {
        text.prose(Label::Risky, "!   ", &format!("lose protection: {}", lost.join(", ")), width);
    }
    if !gained.is_empty() {
        text.prose(Label::Plain, "    ", &format!("gain protection: {}", listed(gained)), width);
    }
}

/// The first of these names, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_LIMIT).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_LIMIT) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What stays although no block asks for it.
pub fn kept(text: &mut Text, plan: &Plan, options: &RenderOptions) {
    let names: Vec<String> = plan.kept().map(|change| change.address.to_string()).collect();
    if names.is_empty() {
        return;
    }
    text.newline();
    text.push(Label::Bold, "Kept without a block:");
    text.line(Label::Plain, &format!(" {}.", words::count(names.len(), "object")));
    let width = options.prose_width();
    text.prose(Label::Plain, "    ", &listed(&names), width);
    text.prose(Label::Plain, "    ", KEPT_UNTIL, width);
}

/// What becomes of what is kept.
pub const KEPT_UNTIL: &str = "Each stays as it is until a `removed` block says to forget or to destroy it.";

/// What of the accounts' free quotas is used before and after.
pub fn quotas(text: &mut Text, quotas: &[QuotaChange], options: &RenderOptions) {
    for quota in quotas {
        text.newline();
        text.prose(Label::Plain, "", &quota_words(quota), options.prose_width());
    }
}

fn quota_words(quota: &QuotaChange) -> String {
    let QuotaChange { provider, free, before, after, untold } = quota;
    let (now, then) = (words::size(*before), words::size(*after));
    let billed = match after.saturating_sub(free.unwrap_or(0)) {
        0 => "nothing is billed".to_owned(),
        billed => format!("{} will be billed", words::size(billed)),
    };
    let free = free.map(|free| format!("; {} are free in the account, so {billed}", words::size(free)));
    let servers = words::count(usize::try_from(*untold).unwrap_or(usize::MAX), "server");
    let untold = (*untold > 0).then(|| format!("; not counting {servers}, whose size is not known"));
    let (free, untold) = (free.unwrap_or_default(), untold.unwrap_or_default());
    format!("Storage protected by {provider}: {now} now, {then} after apply{free}{untold}.")
}

/// The digest that an approval names.
pub fn digest(text: &mut Text, digest: &Digest) {
    text.newline();
    text.push(Label::Bold, "Plan digest:");
    text.line(Label::Plain, &format!(" {digest}"));
}
