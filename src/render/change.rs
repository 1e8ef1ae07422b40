//! One change as a block: what will happen, why, what it costs, what stands in its way, and the attributes.

use std::collections::BTreeMap;

use super::body::{self, Row, given};
use super::layout::{Page, Sign};
use super::symbols::symbol;
use super::theme::{Label, RenderOptions, Text};
use super::{escape, words};
use crate::model::address::{Address, Key, Mode};
use crate::model::desired::Cause;
use crate::model::diagnostic::Place;
use crate::model::live::Gate;
use crate::model::plan::{Action, AttributeChange, Block, Change, Move, Reason};
use crate::model::risk::{Risk, Tier};
use crate::model::schema::{Schema, Schemas};
use crate::model::value::{Object, Value};

/// Writes the block of a change.
pub fn block(text: &mut Text, change: &Change, schemas: &Schemas, options: &RenderOptions) {
    header(text, change);
    notes(text, change, options);
    let is_loss = loses_object(change);
    let symbol = symbol(change.action);
    let mut page = Page { text, is_loss };
    page.begin_with(symbol.sign, symbol.label);
    let block = &change.address.block;
    let word = match (change.action, block.mode) {
        (Action::Run, _) => "act",
        (_, Mode::Data) => "data",
        (_, Mode::Managed) => "resource",
    };
    page.text.plain(&format!("{word} {} {} {{", escape::quoted(&block.kind), escape::quoted(&block.name)));
    page.text.newline();
    body::rows(&mut page, &rows(change, schemas, options), 0);
    page.begin(0, Sign::Same);
    page.text.plain("}");
    page.text.newline();
}

/// The comment line that names the object and what will happen to it.
pub fn header(text: &mut Text, change: &Change) {
    if let (Action::NoOp, Some(from)) = (change.action, &change.moved_from) {
        return text.line(Label::Bold, &format!("  # {from} has moved to {}", change.address));
    }
    if change.action == Action::NoOp && change.importing.is_some() {
        return text.line(Label::Bold, &format!("  # {} will be imported", change.address));
    }
    text.push(Label::Bold, &format!("  # {}", change.address));
    let sentence = sentence(change);
    let is_grave =
        matches!(change.action, Action::Destroy | Action::Replace(_) | Action::Pause | Action::Forget);
    text.push(if is_grave { Label::Risky } else { Label::Bold }, &format!(" {sentence}"));
    text.newline();
}

/// What will happen, behind the address.
pub fn sentence(change: &Change) -> &'static str {
    match (change.action, &change.reason) {
        (Action::Replace(_), Reason::Requested) => "will be replaced, as requested",
        (Action::Replace(_), Reason::Triggered { .. }) => {
            "will be replaced due to changes in replace_triggered_by"
        }
        (action, _) => symbol(action).sentence,
    }
}

fn notes(text: &mut Text, change: &Change, options: &RenderOptions) {
    let moved = change.moved_from.as_ref().filter(|_| change.action != Action::NoOp);
    let moved = moved.map(|from| format!("moved from {from}"));
    let imported = change.importing.as_ref().map(|id| format!("imported from {}", escape::quoted(id)));
    for reason in [moved, imported, why(change), stays(change).map(str::to_owned)].into_iter().flatten() {
        text.line(Label::Muted, &format!("  # ({reason})"));
    }
    for words in change.moves.iter().filter(|one| one.is_migration()).map(|one| migration(one, change)) {
        text.prose(Label::Info, "  # ", &words, options.prose_width());
    }
    for advice in &change.advice {
        text.prose(Label::Info, "  # ", &format!("Warning: {advice}"), options.prose_width());
    }
    let loud = |text: &mut Text, words: &str| text.prose(Label::Risky, "! # ", words, options.prose_width());
    for risk in &change.risks {
        loud(text, &risk_words(risk));
        if let Some(words) = at_stake(risk) {
            loud(text, &format!("at stake: {words}"));
        }
    }
    for words in change.blocks.iter().flat_map(|block| blocked(change, block)) {
        loud(text, &format!("BLOCKED: {words}"));
    }
    if let Some(line) = acceptance(change) {
        text.line(Label::Muted, "  # (to go on against the vendor's advice, write in this block:");
        text.line(Label::Muted, &format!("  #   {})", escape::visible(line)));
    }
    if let Some(from) = &change.renamed_from {
        text.line(Label::Info, &format!("  # {from} goes and is the same; if only the name changed, add:"));
        for line in moved_block(from, &change.address) {
            text.line(Label::Info, &format!("  #   {line}"));
        }
    }
    for gate in &change.acknowledged {
        loud(text, &format!("RISK ACKNOWLEDGED: {}", gate_words(gate)));
    }
}

/// What is moved from one object to another, seen from either.
fn migration(one: &Move, change: &Change) -> String {
    let member = escape::visible(&one.member);
    if one.to == change.address {
        format!("{member} is migrated here from {} with its backups", one.from)
    } else {
        format!("{member} is migrated to {} with its backups", one.to)
    }
}

/// The block that says that an object has a new name, line by line.
pub fn moved_block(from: &Address, to: &Address) -> [String; 4] {
    ["moved {".to_owned(), format!("  from = {from}"), format!("  to   = {to}"), "}".to_owned()]
}

/// Whether the object itself goes, with something that no apply brings back.
fn loses_object(change: &Change) -> bool {
    change.action == Action::Destroy && change.tier() == Tier::Irreversible
}

/// Why, where it is not plain from the action itself.
fn why(change: &Change) -> Option<String> {
    let key = &change.address.key;
    match &change.reason {
        Reason::NotInConfig => Some(format!("because {} is not in configuration", change.address.block)),
        Reason::KeyNotInForEach => Some(format!("because key {key} is not in for_each map")),
        Reason::IndexOutOfCount => Some(format!("because index {key} is out of range for count")),
        Reason::WrongRepetition => Some(match key {
            Key::None => "because resource uses count or for_each".to_owned(),
            Key::Index(_) => "because resource does not use count".to_owned(),
            Key::Name(_) => "because resource does not use for_each".to_owned(),
        }),
        Reason::RemovedBlock { place } => Some(format!("because of the removed block at {}", at(place))),
        Reason::GoneFromCloud => Some("because it is in the state, but no longer in the cloud".to_owned()),
        Reason::LeftOver => Some("left over from a replacement that was not finished".to_owned()),
        Reason::Triggered { by } => Some(format!("because {by} changes")),
        Reason::ArgumentsUnknown => Some("config refers to values not yet known".to_owned()),
        Reason::Same
        | Reason::NotInState
        | Reason::AttributesDiffer
        | Reason::CannotUpdate { .. }
        | Reason::Requested
        | Reason::DestroyMode
        | Reason::Asked => None,
    }
}

/// What is left in the cloud, for actions whose name does not say it.
fn stays(change: &Change) -> Option<&'static str> {
    let is_removal = change.reason.is_removal();
    match change.action {
        Action::Pause if is_removal => Some("paused and not destroyed: its backups stay, as on_removal says"),
        Action::Forget => Some("the object stays in the cloud, and backform no longer manages it"),
        Action::Create
        | Action::Destroy
        | Action::NoOp
        | Action::Pause
        | Action::Read
        | Action::Replace(_)
        | Action::Resume
        | Action::Run
        | Action::Update => None,
    }
}

/// What a risk means, with the weight of its tier in front.
pub fn risk_words(risk: &Risk) -> String {
    let weight = match risk.tier() {
        Tier::Irreversible => "IRREVERSIBLE",
        Tier::Reduces => "RISK",
        Tier::Reversible => "NOTE",
    };
    format!("{weight}: this {}", risk.effect)
}

/// What would be lost; for irreversible risks always something, so that silence is never taken for safety.
pub fn at_stake(risk: &Risk) -> Option<String> {
    match (&risk.evidence, risk.tier()) {
        (Some(evidence), _) => Some(words::evidence(evidence)),
        (None, Tier::Irreversible) => Some("not known; it could not be read from the cloud".to_owned()),
        (None, Tier::Reversible | Tier::Reduces) => None,
    }
}

/// The line that accepts every rule that stands in the way; `None` where something else does too, or nothing.
pub fn acceptance(change: &Change) -> Option<&str> {
    let gates: Option<Vec<&[Gate]>> = change.blocks.iter().map(gates_of).collect();
    let lines: Option<Vec<&str>> =
        gates?.into_iter().flatten().map(|gate| gate.acceptance.as_deref()).collect();
    lines?.first().copied()
}

fn gates_of(block: &Block) -> Option<&[Gate]> {
    match block {
        Block::Gate { gates } => Some(gates),
        Block::PreventDestroy { .. } | Block::AlreadyExists { .. } | Block::RecordedElsewhere { .. } => None,
    }
}

/// What stands in the way, and what to do about it.
pub fn blocked(change: &Change, block: &Block) -> Vec<String> {
    match block {
        Block::PreventDestroy { place } => vec![format!("prevent_destroy, at {}", at(place))],
        Block::Gate { gates } => gates.iter().map(|gate| standing(change, gate)).collect(),
        Block::AlreadyExists { id } => {
            vec![format!("the object {id}, which the cloud has already and which is not under management")]
        }
        Block::RecordedElsewhere { id, address } => {
            vec![format!("the object {id}, which the state has already at {address}")]
        }
    }
}

/// A rule that stands in the way, with the line of the configuration that breaks it.
fn standing(change: &Change, gate: &Gate) -> String {
    let attribute =
        change.attributes.iter().find(|attribute| Some(&*attribute.name) == gate.attribute.as_deref());
    let place = match attribute.and_then(|attribute| attribute.cause.as_ref()) {
        Some(Cause::Config { place, .. } | Cause::Variable { place, .. }) => Some(place),
        Some(Cause::Default | Cause::Drift) | None => change.declared_at.as_ref(),
    };
    let place = place.map(|place| format!(", at {}", at(place))).unwrap_or_default();
    format!("the vendor's rule \"{}\"{place}. {} {}", gate.rule, gate.reason, gate.alternative)
}

/// A vendor's rule, why it matters here, and what the vendor recommends.
pub fn gate_words(gate: &Gate) -> String {
    format!("the vendor's rule \"{}\". {} {}", gate.rule, gate.reason, gate.alternative)
}

/// File and line: what is worth pasting into an editor.
pub fn at(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

/// What a person is told of a cause.
pub fn cause_words(cause: &Cause) -> String {
    match cause {
        Cause::Config { place, .. } => at(place),
        Cause::Variable { place, name } => format!("var.{name}, {}", at(place)),
        Cause::Default => "default".to_owned(),
        Cause::Drift => "changed outside of backform".to_owned(),
    }
}

/// The attributes as rows, by name.
pub fn rows<'a>(change: &'a Change, schemas: &Schemas, options: &RenderOptions) -> Vec<Row<'a>> {
    let schema = match change.address.block.mode {
        Mode::Managed => schemas.planned(change.address.kind()),
        Mode::Data => schemas.data.get(change.address.kind()).copied(),
    };
    let changed: BTreeMap<&str, &AttributeChange> =
        change.attributes.iter().map(|attribute| (&*attribute.name, attribute)).collect();
    let of =
        |object: &'a Option<Object>, name: &str| given(object.as_ref().and_then(|object| object.get(name)));
    let row = |name: &'a str| {
        let row = match change.action {
            Action::Create | Action::Read | Action::Run => {
                let tail = changed.get(name).map(|attribute| tail(attribute, options)).unwrap_or_default();
                Row { tail, ..Row::new(name, None, of(&change.after, name)) }
            }
            Action::Destroy => Row::new(name, of(&change.before, name), None),
            Action::Forget | Action::NoOp => {
                Row::new(name, of(&change.before, name), of(&change.before, name))
            }
            Action::Pause | Action::Replace(_) | Action::Resume | Action::Update => match changed.get(name) {
                Some(attribute) => {
                    let row =
                        Row::new(name, given(attribute.before.as_ref()), given(attribute.after.as_ref()));
                    Row { tail: tail(attribute, options), ..row }
                }
                None => Row::new(name, of(&change.before, name), of(&change.before, name)),
            },
        };
        let row = described(row, schema, &change.risks);
        let is_forcing = changed.get(name).is_some_and(|attribute| attribute.forces_replacement);
        Row { is_loss: row.is_loss || (is_forcing && change.tier() > Tier::Reversible), ..row }
    };
    let objects =
        [&change.before, &change.after].into_iter().flatten().flat_map(Object::keys).map(|name| &**name);
    let attributes = change.attributes.iter().map(|attribute| &*attribute.name);
    let names: std::collections::BTreeSet<&str> = objects.chain(attributes).collect();
    names.into_iter().map(row).collect()
}

/// The row with what schema and risks say of its attribute.
pub fn described<'a>(row: Row<'a>, schema: Option<&Schema>, risks: &[Risk]) -> Row<'a> {
    let names_it = |schema: &Schema| schema.id == row.name || schema.identity == Some(row.name);
    let is_block =
        schema.and_then(|schema| schema.attribute(row.name)).is_some_and(|attribute| attribute.block);
    let is_loss = risks
        .iter()
        .any(|risk| risk.tier() > Tier::Reversible && risk.attribute.as_deref() == Some(row.name));
    Row { identifies: row.identifies || schema.is_some_and(names_it), is_block, is_loss, ..row }
}

/// What is said at the line's end: that it replaces the object, where an unknown value comes from, and, where there is
/// room, what causes the change.
fn tail(attribute: &AttributeChange, options: &RenderOptions) -> String {
    let forces = if attribute.forces_replacement { " # forces replacement" } else { "" };
    let is_unknown = attribute.after.as_ref().is_some_and(|after| !after.is_wholly_known());
    let origin = match &attribute.cause {
        Some(Cause::Config { reads: Some(reads), .. }) if is_unknown => Some(format!("from {reads}")),
        _ => None,
    };
    let cause = attribute.cause.as_ref().filter(|_| options.is_wide()).map(cause_words);
    let said: Vec<String> = origin.into_iter().chain(cause).collect();
    if said.is_empty() { forces.to_owned() } else { format!("{forces} # {}", said.join(", ")) }
}

/// Both values of an attribute that changes, without null.
pub fn sides(attribute: &AttributeChange) -> (Option<&Value>, Option<&Value>) {
    (given(attribute.before.as_ref()), given(attribute.after.as_ref()))
}
