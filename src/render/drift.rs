//! What somebody changed in the clouds since the last apply, kept apart from what this plan will do.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{self, Row, given};
use super::change::described;
use super::layout::{Page, Sign};
use super::theme::{Label, RenderOptions, Text};
use super::{escape, words};
use crate::model::plan::{Drift, Plan};
use crate::model::schema::Schemas;
use crate::model::value::Object;

/// Writes the note, its blocks and the rule below them; nothing where nothing drifted.
pub fn note(text: &mut Text, plan: &Plan, schemas: &Schemas, options: &RenderOptions) {
    if plan.drift.is_empty() {
        return;
    }
    text.newline();
    text.push(Label::Info, "Note:");
    text.line(Label::Bold, " Objects have changed outside of backform");
    text.newline();
    text.lines([
        "backform detected the following changes made outside of backform since the",
        "last \"backform apply\" which may have affected this plan:",
    ]);
    for drift in &plan.drift {
        text.newline();
        block(text, drift, schemas);
    }
    text.newline();
    text.newline();
    text.lines([
        "Unless you have made equivalent changes to your configuration, or ignored the",
        "relevant attributes using ignore_changes, the following plan may include",
        "actions to undo or respond to these changes.",
    ]);
    text.newline();
    rule(text, options);
}

/// How many objects drifted, for views that do not show what.
pub fn count(text: &mut Text, plan: &Plan) {
    if !plan.drift.is_empty() {
        text.newline();
        text.push(Label::Info, "Note:");
        let number = words::count(plan.drift.len(), "object");
        text.line(Label::Bold, &format!(" {number} changed outside of backform; --view full shows how"));
    }
}

/// A line across the page.
pub fn rule(text: &mut Text, options: &RenderOptions) {
    text.line(Label::Muted, &"\u{2500}".repeat(options.width.clamp(40, words::PROSE_WIDTH) - 1));
}

fn block(text: &mut Text, drift: &Drift, schemas: &Schemas) {
    let (sign, sentence) = match drift.after {
        Some(_) => (Sign::Changed, "has changed"),
        None => (Sign::Removed, "has been deleted"),
    };
    text.line(Label::Bold, &format!("  # {} {sentence}", drift.address));
    let mut page = Page { text, is_loss: false };
    page.begin(0, sign);
    let block = &drift.address.block;
    page.text.plain(&format!("resource {} {} {{", escape::quoted(&block.kind), escape::quoted(&block.name)));
    page.text.newline();
    body::rows(&mut page, &rows(drift, schemas), 0);
    page.begin(0, Sign::Same);
    page.text.line(Label::Plain, "}");
}

fn rows<'a>(drift: &'a Drift, schemas: &Schemas) -> Vec<Row<'a>> {
    let schema = schemas.resource(drift.address.kind());
    let changed: BTreeMap<&str, _> =
        drift.attributes.iter().map(|attribute| (&*attribute.name, attribute)).collect();
    let names: BTreeSet<&str> = drift
        .before
        .keys()
        .chain(drift.after.iter().flat_map(Object::keys))
        .chain(drift.attributes.iter().map(|attribute| &attribute.name))
        .map(|name| &**name)
        .collect();
    let row = |name: &'a str| {
        let before = given(drift.before.get(name));
        let row = match (&drift.after, changed.get(name)) {
            (None, _) => Row::new(name, before, None),
            (Some(_), None) => Row::new(name, before, before),
            (Some(_), Some(change)) => {
                Row::new(name, given(change.before.as_ref()), given(change.after.as_ref()))
            }
        };
        described(row, schema, &[])
    };
    names.into_iter().map(row).collect()
}
