//! One step: what is sent, what is read back, and what follows for the state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cloud::{Cloud, Error, ErrorKind};
use crate::model::act::{Ending, Ran, Watch};
use crate::model::address::{Address, Key};
use crate::model::desired::Scope;
use crate::model::diagnostic::chain;
use crate::model::event::Event;
use crate::model::live::LiveObject;
use crate::model::outcome::Tally;
use crate::model::plan::{Action, Change, Move, Part, Plan, ReplaceOrder};
use crate::model::schema::{Presence, Schema, Schemas};
use crate::model::state::{OpenIntent, Operation, Recorded, State};
use crate::model::value::{Object, Value};

use super::wait::Target;
use super::{Work, ledger};

/// Which operation a step is.
pub fn of(action: Action, part: Part) -> Operation {
    match (action, part) {
        (Action::Create | Action::Replace(_), Part::Make) => Operation::Create,
        (Action::Destroy | Action::Forget | Action::Replace(_), Part::Remove) => Operation::Delete,
        (Action::Run, _) => Operation::Run,
        _ => Operation::Update,
    }
}

/// Counts a finished step. A replacement counts when its second half is done.
pub fn count(tally: &mut Tally, change: &Change, part: Part) {
    let is_whole = !matches!(change.action, Action::Replace(_)) || part == Part::Make;
    tally.imported += usize::from(change.importing.is_some() && is_whole);
    let counter = match (change.action, part) {
        (Action::Create, _) => &mut tally.added,
        (Action::Update, _) => &mut tally.changed,
        (Action::Destroy, _) => &mut tally.destroyed,
        (Action::Pause, _) => &mut tally.paused,
        (Action::Resume, _) => &mut tally.resumed,
        (Action::Forget, _) => &mut tally.forgotten,
        (Action::Run, _) => &mut tally.run,
        (Action::Replace(ReplaceOrder::CreateFirst), Part::Remove)
        | (Action::Replace(ReplaceOrder::DestroyFirst), Part::Make) => &mut tally.replaced,
        (Action::Replace(_) | Action::NoOp | Action::Read, _) => return,
    };
    *counter += 1;
}

/// Whether an argument is still unknown that the configuration, and not the cloud, gives.
pub fn needs_resolving(change: &Change, schemas: &Schemas) -> bool {
    let Some(after) = &change.after else { return false };
    let schema = schemas.resource(change.address.kind());
    let by_cloud = |name: &str| {
        let presence = schema.and_then(|schema| schema.attribute(name)).map(|attribute| attribute.presence);
        matches!(presence, Some(Presence::Chosen | Presence::Computed | Presence::Observed))
    };
    // An unknown value of an attribute that may be left out can come from either side; asking again is harmless.
    let chosen = |name: &str| {
        schema.and_then(|s| s.attribute(name)).is_some_and(|a| a.presence == Presence::Chosen)
            && change.attributes.iter().any(|a| &*a.name == name && a.cause.is_some())
    };
    after.iter().any(|(name, value)| !value.is_wholly_known() && (!by_cloud(name) || chosen(name)))
}

/// Whether values that are known now agree with what was planned and approved.
///
/// # Errors
///
/// Names the first attribute that differs.
pub fn agrees(change: &Change, values: &Object) -> Result<(), String> {
    let Some(after) = &change.after else { return Ok(()) };
    for (name, planned) in after {
        let Some(value) = values.get(name) else { continue };
        if !value.is_wholly_known() {
            return Err(format!("`{name}` is still not known"));
        }
        let same = planned.unmark_deep().0 == value.unmark_deep().0;
        if planned.is_wholly_known() && !same {
            return Err(format!("`{name}` is no longer what was approved; plan again"));
        }
    }
    Ok(())
}

/// Why a step failed.
pub struct Failed {
    /// As the user reads it.
    pub text: String,
    /// The cloud's kind of error, where it was one.
    pub kind: Option<ErrorKind>,
    /// It may have taken effect.
    pub unknown: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { text: chain(&error), kind: Some(error.kind()), unknown: error.may_have_happened() }
    }
}

impl Failed {
    fn because(text: String) -> Self {
        Self { text, kind: None, unknown: false }
    }

    /// The failure of a read that followed a write: the write stands.
    fn after_write(error: &Error) -> Self {
        let text = format!("it was sent, and the object could not be read back: {}", chain(error));
        Self { text, kind: Some(error.kind()), unknown: true }
    }
}

/// How a step ended.
pub struct End {
    /// The object as it was read back.
    pub object: Option<LiveObject>,
    /// The result of a data source.
    pub read: Option<Value>,
    /// `None` where all went well.
    pub error: Option<Failed>,
    /// The arguments that were sent.
    values: Object,
}

impl End {
    /// A step that could not even begin.
    pub fn refused(text: String) -> Self {
        Self { object: None, read: None, error: Some(Failed::because(text)), values: Object::new() }
    }

    /// What the state takes from it.
    pub fn events(
        &self,
        change: &Change,
        part: Part,
        operation: Operation,
        schemas: &Schemas,
        state: &State,
    ) -> Vec<Event> {
        let address = change.address.clone();
        let recorded =
            self.object.as_ref().and_then(|object| ledger::recorded(change, object, &self.values, schemas));
        if let Some(error) = &self.error {
            let (error, unknown) = (error.text.clone(), error.unknown);
            // The next run cannot find out what became of an act, and does not repeat it.
            let unknown = unknown && change.action != Action::Run;
            return vec![Event::Failed { address, operation, error, recorded, unknown }];
        }
        match (change.action, part) {
            (Action::Read, _) => Vec::new(),
            (Action::NoOp, _) => renamed(change, state),
            (Action::Forget, _) => vec![Event::Forgotten { address }],
            (Action::Run, _) => vec![Event::Done { address, operation, recorded: None }],
            (Action::Replace(ReplaceOrder::CreateFirst), Part::Make) => {
                // The old object is remembered under a name of its own until it is deleted.
                let old =
                    state.resources.get(&address).map(|old| Recorded { left_over: true, ..old.clone() });
                let kept =
                    old.map(|old| Event::Refreshed { address: left_over(change), recorded: Some(old) });
                kept.into_iter().chain([Event::Done { address, operation, recorded }]).collect()
            }
            (Action::Replace(ReplaceOrder::CreateFirst), Part::Remove) => {
                vec![Event::Done { address: left_over(change), operation, recorded: None }]
            }
            _ => {
                let moved = change.moved_from.clone().map(|address| Event::Forgotten { address });
                moved.into_iter().chain([Event::Done { address, operation, recorded }]).collect()
            }
        }
    }
}

fn renamed(change: &Change, state: &State) -> Vec<Event> {
    let Some(from) = &change.moved_from else { return Vec::new() };
    let recorded = state.resources.get(from).cloned();
    vec![
        Event::Forgotten { address: from.clone() },
        Event::Refreshed { address: change.address.clone(), recorded },
    ]
}

/// Tells this act of this plan from every other.
fn token(plan: &Plan, change: &Change) -> String {
    let token = plan.token.as_deref().unwrap_or_default();
    match plan.changes.iter().position(|other| other.address == change.address) {
        Some(index) if plan.changes.len() > 1 => format!("{token}-{index}"),
        Some(_) | None => token.to_owned(),
    }
}

/// The name under which the state keeps the old half of a replacement.
fn left_over(change: &Change) -> Address {
    let id = change.id.as_deref().unwrap_or("unknown");
    change.address.block.instance(Key::Name(format!("{id} (replaced)").into()))
}

/// One step with everything that it needs.
pub struct Job {
    /// The change.
    change: Change,
    part: Part,
    scope: Option<Scope>,
    /// The arguments to send.
    values: Object,
    schema: Option<&'static Schema>,
    cloud: Option<Arc<dyn Cloud>>,
    /// The object as the plan saw it.
    planned: Option<LiveObject>,
    /// Makes an act repeatable.
    token: String,
}

impl Job {
    /// Collects what the step needs.
    ///
    /// # Errors
    ///
    /// Where its place or provider is not known even now.
    pub fn new(
        change: &Change,
        part: Part,
        scope: Option<Scope>,
        values: Object,
        work: &Work<'_>,
    ) -> Result<Self, String> {
        let local = matches!(change.action, Action::Forget | Action::NoOp);
        let cloud = scope.as_ref().and_then(|scope| work.clouds.find(&scope.provider)).cloned();
        if cloud.is_none() && !local {
            return Err("its region or provider is still not known".to_owned());
        }
        let name = change.moved_from.as_ref().unwrap_or(&change.address);
        let planned = work.live.objects.get(name).or_else(|| work.live.unmanaged.get(name)).cloned();
        let change = Change { scope: scope.clone(), ..change.clone() };
        let schema = work.schemas.resource(change.address.kind());
        let token = token(work.approved.plan(), &change);
        Ok(Self { change, part, scope, values, schema, cloud, planned, token })
    }

    /// What must be on disk before it is sent; nothing for steps that no cloud hears of, or that only read.
    pub fn intent(&self) -> Option<OpenIntent> {
        if matches!(self.change.action, Action::Forget | Action::NoOp | Action::Read) {
            return None;
        }
        let operation = of(self.change.action, self.part);
        let replaced =
            self.change.action == Action::Replace(ReplaceOrder::CreateFirst) && self.part == Part::Remove;
        Some(OpenIntent {
            address: if replaced { left_over(&self.change) } else { self.change.address.clone() },
            scope: self.scope.clone()?,
            operation,
            id: self.change.id.clone().filter(|_| operation != Operation::Create),
            identity: self.identity().map(Arc::from),
        })
    }

    fn identity(&self) -> Option<&str> {
        self.schema?.identity.and_then(|name| self.values.get(name)).and_then(Value::as_str)
    }

    /// Does it.
    pub async fn run(self, watch: &dyn Watch) -> End {
        let result = match (self.change.action, self.part, &self.cloud, &self.scope) {
            (Action::Forget | Action::NoOp, ..) => Ok((None, None)),
            (Action::Read, _, Some(cloud), Some(scope)) => self.read(&**cloud, scope).await,
            (_, _, Some(cloud), Some(scope)) => match of(self.change.action, self.part) {
                Operation::Create => self.create(&**cloud, scope).await,
                Operation::Delete => self.delete(&**cloud, scope).await,
                Operation::Update | Operation::Prepare => self.update(&**cloud, scope).await,
                Operation::Run => self.act(&**cloud, scope, watch).await,
            },
            _ => Err((Failed::because("its region or provider is not known".to_owned()), None)),
        };
        let values = self.values;
        match result {
            Ok((object, read)) => End { object, read, error: None, values },
            Err((error, object)) => End { object, read: None, error: Some(error), values },
        }
    }

    fn kind(&self) -> &str {
        self.change.address.kind()
    }

    fn target<'t>(&'t self, scope: &'t Scope, id: Option<&'t str>) -> Target<'t> {
        Target { kind: self.kind(), scope, id, identity: self.identity() }
    }

    async fn read(&self, cloud: &dyn Cloud, scope: &Scope) -> Result<Good, Bad> {
        let values =
            cloud.read_data(self.kind(), scope, &self.values).await.map_err(|e| (Failed::from(e), None))?;
        Ok((None, Some(Value::Object(Arc::new(values)))))
    }

    /// What it came to is said, and nothing of it kept: an act is no object.
    async fn act(&self, cloud: &dyn Cloud, scope: &Scope, watch: &dyn Watch) -> Result<Good, Bad> {
        let ran = cloud.run(self.kind(), scope, &self.values, &self.token, watch).await;
        let Ran { id, ending } = ran.map_err(|error| (Failed::from(error), None))?;
        let object = LiveObject { id: id.clone(), identity: None, values: Object::new() };
        match ending {
            Ending::Done => Ok((Some(object), None)),
            Ending::Partial(why) => Err((Failed::because(format!("{id} was done in part: {why}")), None)),
            Ending::Failed(why) => Err((Failed::because(format!("{id} failed: {why}")), None)),
            Ending::GoesOn(why) => {
                let text = format!("{id} was begun and goes on in the cloud; {why}");
                Err((Failed { text, kind: None, unknown: true }, None))
            }
        }
    }

    async fn create(&self, cloud: &dyn Cloud, scope: &Scope) -> Result<Good, Bad> {
        let values = self.without(&self.values, &self.change.arriving());
        let id = match cloud.create(self.kind(), scope, &values).await {
            Ok(id) => id,
            Err(Error::Incomplete { made, source }) => {
                return Err(self.half_made(cloud, scope, &made, *source).await);
            }
            Err(error) => return Err((Failed::from(error), None)),
        };
        let target = self.target(scope, Some(&id));
        if let Err(error) = self.fetch(cloud, scope, &target).await {
            return Err(self.half_made(cloud, scope, &id, error).await);
        }
        let seen =
            target.until(cloud, |seen| seen.is_some_and(|object| self.differences(object).is_empty())).await;
        match seen {
            Ok(Some(object)) => self.as_planned(object),
            Ok(None) => {
                let text =
                    format!("{id} was created, and the cloud does not show it; the next plan looks again");
                Err((Failed { text, kind: None, unknown: true }, None))
            }
            Err(error) => Err((Failed::after_write(&error), None)),
        }
    }

    /// A create that failed when the object was there already: it is ours, and the next plan completes it.
    async fn half_made(&self, cloud: &dyn Cloud, scope: &Scope, id: &str, error: Error) -> Bad {
        let seen = self.target(scope, Some(id)).look(cloud).await.ok().flatten();
        let failed = Failed::from(error);
        let text = format!("{id} was made, and is not complete: {}", failed.text);
        (Failed { unknown: seen.is_none(), text, ..failed }, seen)
    }

    /// A change that failed, perhaps after the first of its calls: whether the object is another one now is looked at.
    async fn half_changed(
        &self,
        cloud: &dyn Cloud,
        target: &Target<'_>,
        planned: &LiveObject,
        error: Error,
    ) -> Bad {
        let failed = Failed::from(error);
        let seen = target.look(cloud).await.ok().flatten();
        match seen.filter(|object| self.settled(object) != self.settled(planned)) {
            Some(object) => {
                let text = format!("{} was changed in part: {}", object.id, failed.text);
                (Failed { text, ..failed }, Some(object))
            }
            None => (failed, None),
        }
    }

    /// Moves what the plan moves to the object; what else differs then is what came along with it.
    async fn fetch(&self, cloud: &dyn Cloud, scope: &Scope, target: &Target<'_>) -> Result<(), Error> {
        let (Some(to), false) = (target.id, self.change.arriving().is_empty()) else { return Ok(()) };
        let mut by_origin: BTreeMap<&Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
        let own = |one: &&Move| one.is_migration() && one.to == self.change.address;
        for one in self.change.moves.iter().filter(own) {
            by_origin.entry(&one.from_id).or_default().insert(one.member.clone());
        }
        for (from, members) in by_origin {
            cloud.migrate(self.kind(), scope, from, to, &members).await?;
        }
        match target.look(cloud).await? {
            Some(object) if !self.differences(&object).is_empty() => {
                cloud.update(self.kind(), scope, &self.touchable(&object), &self.values).await
            }
            _ => Ok(()),
        }
    }

    async fn update(&self, cloud: &dyn Cloud, scope: &Scope) -> Result<Good, Bad> {
        let Some(planned) = &self.planned else {
            return Err((Failed::because("the object was not read".to_owned()), None));
        };
        let target = self.target(scope, Some(&planned.id));
        self.still_as_planned(cloud, &target, planned).await?;
        let values = self.without(&self.values, &self.change.arriving());
        let changed = match cloud.update(self.kind(), scope, &self.touchable(planned), &values).await {
            Ok(()) => self.fetch(cloud, scope, &target).await,
            failed => failed,
        };
        if let Err(error) = changed {
            return Err(self.half_changed(cloud, &target, planned, error).await);
        }
        let seen =
            target.until(cloud, |seen| seen.is_some_and(|object| self.differences(object).is_empty())).await;
        match seen {
            Ok(Some(object)) => self.as_planned(object),
            Ok(None) => Err((Failed::because("the object vanished while it was changed".to_owned()), None)),
            Err(error) => Err((Failed::after_write(&error), None)),
        }
    }

    async fn delete(&self, cloud: &dyn Cloud, scope: &Scope) -> Result<Good, Bad> {
        let Some(planned) = &self.planned else {
            return Err((Failed::because("the object was not read".to_owned()), None));
        };
        let target =
            Target { kind: self.kind(), scope, id: Some(&planned.id), identity: planned.identity.as_deref() };
        if self.still_as_planned(cloud, &target, planned).await? == Still::Gone {
            return Ok((None, None));
        }
        let doomed = self.with_declared(planned);
        cloud.delete(self.kind(), scope, &doomed).await.map_err(|e| (Failed::from(e), None))?;
        match target.until(cloud, |seen| seen.is_none()).await {
            Ok(None) => Ok((None, None)),
            Ok(Some(_)) => {
                let text = format!(
                    "{} was deleted, and the cloud still shows it; the next plan looks again",
                    planned.id
                );
                Err((Failed { text, kind: None, unknown: true }, None))
            }
            Err(error) => Err((Failed::after_write(&error), None)),
        }
    }

    /// The object with what the user alone can say of it, as the state remembers it.
    fn with_declared(&self, object: &LiveObject) -> LiveObject {
        let is_declared = |name: &str| {
            let found = self.schema.and_then(|schema| schema.attribute(name));
            found.is_some_and(|attribute| attribute.presence == Presence::Declared)
        };
        let remembered = self.change.before.iter().flatten().filter(|(name, _)| is_declared(name));
        let mut object = object.clone();
        object.values.extend(remembered.map(|(name, value)| (name.clone(), value.clone())));
        object
    }

    /// Values without these members.
    fn without(&self, values: &Object, ids: &BTreeSet<Arc<str>>) -> Object {
        match self.schema.and_then(|schema| schema.members) {
            Some(members) if !ids.is_empty() => (members.without)(values, ids),
            _ => values.clone(),
        }
    }

    /// The object without what a change must not take out: what came by itself, and what goes elsewhere with all that
    /// belongs to it.
    fn touchable(&self, object: &LiveObject) -> LiveObject {
        LiveObject { values: self.touched(&object.values), ..object.clone() }
    }

    fn touched(&self, values: &Object) -> Object {
        let mut values = self.without(values, &self.change.leaving());
        if let Some(members) = self.schema.and_then(|schema| schema.members) {
            let nothing = Object::new();
            members.settle(&mut values, &self.values, self.change.before.as_ref().unwrap_or(&nothing));
        }
        values
    }

    /// Reads an object once more right before something irreversible is done to it.
    async fn still_as_planned(
        &self,
        cloud: &dyn Cloud,
        target: &Target<'_>,
        planned: &LiveObject,
    ) -> Result<Still, Bad> {
        let deletes = of(self.change.action, self.part) == Operation::Delete;
        if !deletes && self.change.confirmation().is_none() {
            return Ok(Still::There);
        }
        let seen = target
            .look(cloud)
            .await
            .map_err(|error| (Failed { unknown: false, ..Failed::from(error) }, None))?;
        let refuse = |text: &str| Err((Failed::because(text.to_owned()), None));
        match seen {
            None if deletes => Ok(Still::Gone),
            None => refuse("the object is gone since it was approved"),
            Some(object) if self.settled(&object) != self.settled(planned) || object.id != planned.id => {
                refuse("the object changed since it was approved; plan again")
            }
            Some(object) if deletes && self.still_holds(&object) => {
                refuse("what was to be moved to another object is still in it; plan again")
            }
            Some(_) => Ok(Still::There),
        }
    }

    /// Whether an object still holds something that another one should have by now.
    fn still_holds(&self, object: &LiveObject) -> bool {
        let members = self.schema.and_then(|schema| schema.members);
        members.is_some_and(|members| {
            let leaving = self.change.leaving();
            (members.ids)(&object.values).iter().any(|id| leaving.contains(id))
        })
    }

    /// The attributes that do not change by themselves, nor by other steps of the plan.
    fn settled(&self, object: &LiveObject) -> Object {
        let kept = |name: &str| {
            let found = self.schema.and_then(|schema| schema.attribute(name));
            found.is_some_and(|attribute| attribute.presence != Presence::Observed)
        };
        let deletes = of(self.change.action, self.part) == Operation::Delete;
        let leaving = self.change.leaving();
        let values =
            if deletes { self.without(&object.values, &leaving) } else { self.touched(&object.values) };
        values.into_iter().filter(|(name, _)| kept(name)).collect()
    }

    /// An object that was read back: good where it is as planned.
    fn as_planned(&self, object: LiveObject) -> Result<Good, Bad> {
        let different = self.differences(&object);
        if different.is_empty() {
            return Ok((Some(object), None));
        }
        let text = format!(
            "the cloud accepted it, and the object still differs in {}; the next plan shows how",
            different.join(", ")
        );
        Err((Failed::because(text), Some(object)))
    }

    /// The arguments in which an object differs from what was sent.
    fn differences(&self, object: &LiveObject) -> Vec<String> {
        let Some(schema) = self.schema else { return Vec::new() };
        let mut live = self.touched(&object.values);
        (schema.align)(&self.values, &mut live);
        let differs = |name: &str| {
            let sent = self.values.get(name).filter(|value| value.is_wholly_known() && !value.is_null());
            let seen = live.get(name);
            sent.is_some_and(|sent| seen.map(|seen| seen.unmark_deep().0) != Some(sent.unmark_deep().0))
        };
        let arguments =
            schema.attributes.iter().filter(|a| a.is_argument() && a.presence != Presence::Declared);
        arguments
            .map(|attribute| attribute.name)
            .filter(|name| differs(name))
            .map(|name| format!("`{name}`"))
            .collect()
    }
}

/// The object that was read back, or the result of a data source.
type Good = (Option<LiveObject>, Option<Value>);
/// What went wrong, and the object as far as it was seen.
type Bad = (Failed, Option<LiveObject>);

#[derive(PartialEq, Eq)]
enum Still {
    There,
    Gone,
}
