//! The state as it becomes, and the record of how: nothing is in the one that is not in the other.

use std::collections::BTreeSet;

use crate::model::address::Address;
use crate::model::event::{Event, EventSink, Notice};
use crate::model::live::{Live, LiveObject};
use crate::model::plan::{Action, Change, Plan, PlanMode};
use crate::model::schema::{Presence, Schemas};
use crate::model::state::{Recorded, State};
use crate::model::value::Object;

/// Writes events through the sink and takes them into the state.
pub struct Ledger<'a> {
    state: State,
    sink: &'a mut dyn EventSink,
    broken: Option<String>,
}

impl<'a> Ledger<'a> {
    /// Begins with a state.
    pub fn new(state: State, sink: &'a mut dyn EventSink) -> Self {
        Self { state, sink, broken: None }
    }

    /// The state with everything that happened.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Makes events durable and takes them in. Says whether that worked; what really happened is taken in either
    /// way, so that the outcome tells the truth even where the disk does not.
    pub fn record(&mut self, events: &[Event]) -> bool {
        if events.is_empty() {
            return self.is_sound();
        }
        if let Err(error) = self.sink.record(events) {
            self.broken.get_or_insert_with(|| error.to_string());
        }
        let intended_only = |event: &Event| matches!(event, Event::Intent(_));
        for event in events.iter().filter(|event| self.broken.is_none() || !intended_only(event)) {
            self.state.take(event);
        }
        self.is_sound()
    }

    /// Whether everything so far could be recorded.
    pub fn is_sound(&self) -> bool {
        self.broken.is_none()
    }

    /// Tells whoever watches.
    pub fn notice(&mut self, notice: &Notice) {
        self.sink.notice(notice);
    }

    /// The final state, and why events could no longer be recorded, if so.
    pub fn close(self) -> (State, Option<String>) {
        (self.state, self.broken)
    }
}

/// What the state keeps of an object, in the words of the configuration.
pub fn recorded(
    change: &Change,
    object: &LiveObject,
    declared: &Object,
    schemas: &Schemas,
) -> Option<Recorded> {
    let schema = schemas.resource(change.address.kind())?;
    let mut values = object.values.clone();
    values.retain(|name, _| {
        schema.attribute(name).is_some_and(super::super::model::schema::Attribute::is_recorded)
    });
    (schema.align)(declared, &mut values);
    if let Some(members) = schema.members {
        let nothing = Object::new();
        members.settle(&mut values, declared, change.before.as_ref().unwrap_or(&nothing));
    }
    for attribute in schema.attributes.iter().filter(|attribute| attribute.presence == Presence::Declared) {
        if let Some(value) = declared.get(attribute.name).filter(|value| value.is_wholly_known()) {
            values.insert(attribute.name.into(), value.clone());
        }
    }
    Some(Recorded {
        id: object.id.clone(),
        scope: change.scope.clone()?,
        identity: object.identity.clone(),
        values,
        depends_on: change.depends_on.clone(),
        prevent_destroy: change.prevent_destroy.clone(),
        on_removal: change.on_removal,
        left_over: false,
    })
}

/// What the state must take over before anything is done: interrupted calls that are found out, objects that are
/// gone or drifted and that the plan leaves as they are, and what the configuration says of removal.
///
/// An interrupted create that will be tried again keeps its intent: until it is, only that tells our object from a
/// stranger's.
pub fn synchronize(plan: &Plan, state: &State, live: &Live, schemas: &Schemas) -> Vec<Event> {
    if plan.mode == PlanMode::Act {
        // Nothing was refreshed for it, so nothing was found out.
        return Vec::new();
    }
    let tried_again: BTreeSet<&Address> =
        plan.changes.iter().filter(|c| makes(c)).map(|c| &c.address).collect();
    let mut open: Vec<&Address> = state.open_intents.iter().map(|intent| &intent.address).collect();
    open.retain(|address| !tried_again.contains(address));
    open.dedup();
    // What was adopted is in the state, and must be in the record before its intent goes.
    let adopted = open.iter().filter_map(|address| state.resources.get_key_value(*address)).map(
        |(address, recorded)| Event::Refreshed { address: address.clone(), recorded: Some(recorded.clone()) },
    );
    let refreshed = plan.changes.iter().filter_map(|change| refreshed(change, state, live, schemas));
    let settled = open.iter().map(|address| Event::Settled { address: (*address).clone() });
    adopted.chain(refreshed).chain(settled).collect()
}

fn makes(change: &Change) -> bool {
    matches!(change.action, Action::Create | Action::Replace(_))
}

fn refreshed(change: &Change, state: &State, live: &Live, schemas: &Schemas) -> Option<Event> {
    let address = change.address.clone();
    let known = state.resources.get(&address);
    if change.importing.is_some() {
        let now = recorded(change, live.objects.get(&address)?, change.before.as_ref()?, schemas)?;
        return Some(Event::Refreshed { address, recorded: Some(now) });
    }
    if change.moved_from.is_some() || change.action != Action::NoOp {
        return None;
    }
    let Some(object) = live.objects.get(&address) else {
        return known.map(|_| Event::Refreshed { address, recorded: None });
    };
    let now = recorded(change, object, change.before.as_ref()?, schemas)?;
    let now = Recorded { left_over: known.is_some_and(|known| known.left_over), ..now };
    (known != Some(&now)).then_some(Event::Refreshed { address, recorded: Some(now) })
}
