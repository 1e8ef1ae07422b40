//! The planner's rules, on a type that exists nowhere: what it knows, it knows from the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{PlanOptions, at_stake, check, fingerprint, plan, renames, to_be_checked};
use crate::model::address::{Address, BlockAddress, Key};
use crate::model::desired::{
    Desired, DesiredResource, Import, Lifecycle, Moved, OnRemoval, ProviderKey, Removed, Repetition, Scope,
    Subject,
};
use crate::model::diagnostic::{FileId, Place, Span};
use crate::model::live::{Extent, Gate, Judgement, Live, LiveObject, Preparation};
use crate::model::plan::{Action, Block, Change, Part, Plan, PlanMode, Reason, ReplaceOrder, Step};
use crate::model::risk::{Evidence, RiskKind, Tier};
use crate::model::schema::{
    Attribute, Fallback, Home, Kind, Members, Presence, Protection, RiskRule, Schema, Schemas, When,
    align_nothing, check_nothing,
};
use crate::model::state::{OpenIntent, Operation, Recorded, State};
use crate::model::types::Type;
use crate::model::value::{Object, Value};

const ATTRIBUTES: &[Attribute] =
    &[
        Attribute::new("server", Kind::String, Presence::Required, "").replaces(),
        Attribute::new("days", Kind::Number, Presence::Defaulted(Fallback::Number(30)), "").risks(&[
            RiskRule { when: When::Decreases, kind: RiskKind::ExpiresBackups, effect: "expires backups" },
        ]),
        Attribute::new("paused", Kind::Bool, Presence::Defaulted(Fallback::Bool(false)), "").risks(&[
            RiskRule { when: When::Becomes(true), kind: RiskKind::StopsProtection, effect: "stops backups" },
        ]),
        Attribute::new("hour", Kind::Number, Presence::Chosen, ""),
        Attribute::new("note", Kind::String, Presence::Optional, "").advice("no note was written"),
        Attribute::new("id", Kind::String, Presence::Computed, ""),
        Attribute::new("last_run", Kind::String, Presence::Observed, ""),
    ];

const SCHEMA: Schema = Schema {
    name: "t_backup",
    provider: "t",
    home: Home::Cloud,
    id: "id",
    identity: Some("server"),
    attributes: ATTRIBUTES,
    protection: Some(Protection {
        paused: Some("paused"),
        servers: "server",
        destroy_effect: "deletes backups",
        has_quota: false,
        backup: None,
        restore: None,
    }),
    align: align_nothing,
    check: check_nothing,
    doc: "",
    ..Schema::PLAIN
};

/// A type whose objects hold things that move between them, and get some by themselves where they are open.
const HOLDERS: Schema = Schema {
    name: "t_holder",
    provider: "t",
    attributes: &[
        Attribute::new("name", Kind::String, Presence::Required, ""),
        Attribute::new("sort", Kind::String, Presence::Optional, ""),
        Attribute::new("open", Kind::Bool, Presence::Optional, ""),
        Attribute::new("held", Kind::Set(&Kind::String), Presence::Optional, ""),
        Attribute::new("came", Kind::Set(&Kind::String), Presence::Computed, ""),
        Attribute::new("id", Kind::String, Presence::Computed, ""),
    ],
    protection: Some(Protection {
        paused: None,
        servers: "held",
        destroy_effect: "deletes backups",
        has_quota: false,
        backup: None,
        restore: None,
    }),
    members: Some(Members {
        attribute: "held",
        by_itself: "came",
        ids: |values| names(values.get("held")),
        without: |values, ids| {
            let left = names(values.get("held")).into_iter().filter(|id| !ids.contains(id));
            with(values.clone(), "held", Value::set(Type::String, left.map(Value::string)))
        },
        comes_by_itself: |values| values.get("open").and_then(Value::as_bool) == Some(true),
        obstacle: |from, to| {
            (from.get("sort") != to.get("sort")).then(|| "they are of different sorts".to_owned())
        },
        removal_effect: "deletes backups of",
    }),
    ..Schema::PLAIN
};

fn names(value: Option<&Value>) -> BTreeSet<Arc<str>> {
    value
        .and_then(Value::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .map(Arc::from)
        .collect()
}

fn holder(held: &[&str], others: &[(&str, Value)]) -> Object {
    let values = object(&[("held", Value::set(Type::String, held.iter().map(Value::string)))]);
    others.iter().fold(values, |values, (name, value)| with(values, name, value.clone()))
}

/// The work on these holders: each with what it holds now and what it should hold, if it is there then.
fn exchange(cases: &[(&str, Option<Object>, Option<Object>)]) -> Plan {
    let address = |name: &str| BlockAddress::managed("t_holder", name).instance(Key::None);
    let mut case = Case::default();
    for (name, before, after) in cases {
        if let Some(after) = after {
            case = case.desire(name, after.clone());
            let mut resource =
                case.desired.resources.remove(&self::address(name)).expect("it was desired just now");
            resource.address = address(name);
            case.desired.resources.insert(address(name), resource);
        }
        if let Some(before) = before {
            case = case.record(name, before.clone()).live(name, before.clone());
            let mut recorded =
                case.state.resources.remove(&self::address(name)).expect("it was recorded just now");
            recorded.on_removal = Some(OnRemoval::Destroy);
            case.state.resources.insert(address(name), recorded);
            let live = case.live.objects.remove(&self::address(name)).expect("it was there just now");
            case.live.objects.insert(address(name), live);
        }
    }
    case.plan()
}

/// Everything that goes into a plan, built up step by step.
#[derive(Default)]
struct Case {
    desired: Desired,
    state: State,
    live: Live,
    options: PlanOptions,
}

fn schemas() -> Schemas {
    Schemas { resources: [("t_backup", &SCHEMA), ("t_holder", &HOLDERS)].into(), ..Schemas::default() }
}

fn address(name: &str) -> Address {
    BlockAddress::managed("t_backup", name).instance(Key::None)
}

fn scope() -> Scope {
    Scope { provider: ProviderKey::default_of("t"), region: "r".into() }
}

fn place() -> Place {
    Place { file: "main.hcl".into(), line: 1, column: 1 }
}

fn object(pairs: &[(&str, Value)]) -> Object {
    pairs.iter().map(|(name, value)| (Arc::from(*name), value.clone())).collect()
}

fn arguments(server: &str) -> Object {
    object(&[
        ("server", Value::string(server)),
        ("days", Value::from(30_i64)),
        ("paused", Value::from(false)),
    ])
}

fn with(mut values: Object, name: &str, value: impl Into<Value>) -> Object {
    values.insert(name.into(), value.into());
    values
}

impl Case {
    fn desire(mut self, name: &str, values: Object) -> Self {
        let address = address(name);
        self.desired.blocks.insert(address.block.clone(), Repetition::Single);
        let resource = DesiredResource {
            address: address.clone(),
            scope: Some(scope()),
            provider: ProviderKey::default_of("t"),
            values,
            causes: Arc::default(),
            lifecycle: Arc::default(),
            depends_on: Arc::default(),
            declared_at: place(),
            span: Span::new(FileId(0), 0, 0),
            spans: Arc::default(),
        };
        self.desired.resources.insert(address, resource);
        self
    }

    fn lifecycle(mut self, name: &str, lifecycle: Lifecycle) -> Self {
        let resource = self.desired.resources.get_mut(&address(name)).expect("desired before");
        resource.lifecycle = Arc::new(lifecycle);
        self
    }

    fn depends(mut self, name: &str, on: &str) -> Self {
        let resource = self.desired.resources.get_mut(&address(name)).expect("desired before");
        resource.depends_on = Arc::new(BTreeSet::from([address(on).block]));
        self
    }

    fn record(mut self, name: &str, values: Object) -> Self {
        let recorded = Recorded {
            id: format!("id-{name}").into(),
            scope: scope(),
            identity: values.get("server").and_then(Value::as_str).map(Arc::from),
            values: with(values, "id", Value::string(format!("id-{name}"))),
            depends_on: Vec::new(),
            prevent_destroy: None,
            on_removal: None,
            left_over: false,
        };
        self.state.resources.insert(address(name), recorded);
        self
    }

    fn remember(mut self, name: &str, change: impl Fn(&mut Recorded)) -> Self {
        change(self.state.resources.get_mut(&address(name)).expect("recorded before"));
        self
    }

    fn live(mut self, name: &str, values: Object) -> Self {
        let object = live_object(&format!("id-{name}"), values);
        self.live.objects.insert(address(name), object);
        self
    }

    /// Desired, recorded and live alike.
    fn settled(self, name: &str, values: &Object) -> Self {
        self.desire(name, values.clone()).record(name, values.clone()).live(name, values.clone())
    }

    fn mode(mut self, mode: PlanMode) -> Self {
        self.options.mode = mode;
        self
    }

    fn plan(&self) -> Plan {
        let plan = plan(&schemas(), &self.desired, &self.state, &self.live, &self.options).expect("no cycle");
        let violations = check(&schemas(), &plan, &self.desired, &self.state, &self.live);
        assert_eq!(violations, []);
        plan
    }

    fn change(&self) -> Change {
        let mut plan = self.plan();
        assert_eq!(plan.changes.len(), 1, "one change is expected");
        plan.changes.remove(0)
    }
}

fn live_object(id: &str, values: Object) -> LiveObject {
    LiveObject {
        id: id.into(),
        identity: values.get("server").and_then(Value::as_str).map(Arc::from),
        values: with(values, "id", Value::string(id)),
    }
}

fn risks(change: &Change) -> Vec<RiskKind> {
    change.risks.iter().map(|risk| risk.kind).collect()
}

/// The order of the steps as `name` and part.
fn order_of(plan: &Plan) -> Vec<(String, Vec<String>)> {
    let named = |index: usize| plan.changes[plan.steps[index].change].address.block.name.to_string();
    let after = |step: &Step| step.after.iter().map(|index| named(*index)).collect();
    plan.steps.iter().enumerate().map(|(index, step)| (named(index), after(step))).collect()
}

#[test]
fn what_changes_its_holder_is_moved_and_not_lost() {
    let plan = exchange(&[
        ("a", Some(holder(&["x", "y"], &[])), Some(holder(&["x"], &[]))),
        ("b", None, Some(holder(&["y"], &[]))),
    ]);
    assert!(plan.changes.iter().all(|change| change.risks.is_empty()), "{:?}", plan.changes);
    assert_eq!(plan.changes[0].leaving(), plan.changes[1].arriving());
    assert_eq!(order_of(&plan), [("a".to_owned(), vec!["b".to_owned()]), ("b".to_owned(), vec![])]);
}

#[test]
fn two_that_exchange_something_wait_for_no_circle() {
    let plan = exchange(&[
        ("a", Some(holder(&["x"], &[])), Some(holder(&["y"], &[]))),
        ("b", Some(holder(&["y"], &[])), Some(holder(&["x"], &[]))),
    ]);
    assert!(plan.changes.iter().all(|change| change.risks.is_empty() && change.leaving().len() == 1));
    assert_eq!(order_of(&plan).iter().filter(|(_, after)| !after.is_empty()).count(), 1);
}

#[test]
fn what_leaves_a_holder_that_goes_is_fetched_before() {
    let plan = exchange(&[
        ("a", Some(holder(&["x", "y"], &[])), None),
        ("b", Some(holder(&[], &[])), Some(holder(&["y"], &[]))),
    ]);
    assert_eq!(risks(&plan.changes[0]), [RiskKind::DestroysBackups, RiskKind::StopsProtection]);
    assert!(plan.changes[0].risks[1].effect.ends_with("protecting x"), "{:?}", plan.changes[0].risks);
    let (_, extent) = at_stake(&schemas(), &plan).next().expect("something is lost");
    assert_eq!(extent, Extent::AllBut(["y".into()].into()));
    assert_eq!(order_of(&plan)[0].1, ["b"]);
}

#[test]
fn what_cannot_be_moved_is_lost_and_says_why() {
    let sort = |text: &str| [("sort", Value::string(text))];
    let plan = exchange(&[
        ("a", Some(holder(&["x"], &sort("s"))), Some(holder(&[], &sort("s")))),
        ("b", Some(holder(&[], &sort("t"))), Some(holder(&["x"], &sort("t")))),
    ]);
    let risk = &plan.changes[0].risks[0];
    assert_eq!(risk.kind, RiskKind::DestroysBackups);
    assert!(
        risk.effect.contains("x goes to t_holder.b") && risk.effect.ends_with("different sorts"),
        "{}",
        risk.effect
    );
    // It must be out of the one before the other takes it.
    assert_eq!(order_of(&plan), [("a".to_owned(), vec![]), ("b".to_owned(), vec!["a".to_owned()])]);
}

#[test]
fn taking_something_out_loses_that_and_nothing_else() {
    let plan = exchange(&[("a", Some(holder(&["x", "y"], &[])), Some(holder(&["x"], &[])))]);
    assert_eq!(risks(&plan.changes[0]), [RiskKind::DestroysBackups, RiskKind::StopsProtection]);
    let (_, extent) = at_stake(&schemas(), &plan).next().expect("something is lost");
    assert_eq!(extent, Extent::Members(["y".into()].into()));
}

#[test]
fn what_came_by_itself_is_neither_drift_nor_undone() {
    let open = |is_open: bool| [("open", Value::from(is_open))];
    let check = |is_open: bool, wanted_open: bool, remembered: &[&str], expected: bool| {
        let mut live = holder(&["x", "y"], &open(is_open));
        let words = holder(&["x"], &open(wanted_open));
        let came = Value::set(Type::String, remembered.iter().map(Value::string));
        let recorded = with(holder(&["x"], &open(is_open)), "came", came);
        let members = HOLDERS.members.expect("it has members");
        members.settle(&mut live, &words, &recorded);
        assert_eq!(names(live.get("came")).contains("y"), expected, "{is_open} {wanted_open} {remembered:?}");
        assert_eq!(names(live.get("held")).contains("y"), !expected);
    };
    check(true, true, &[], true);
    check(true, false, &[], true);
    check(false, false, &["y"], true);
    check(false, false, &[], false);
}

#[test]
fn what_is_as_desired_is_left_alone() {
    let plan = Case::default().settled("a", &arguments("s-1")).plan();
    assert!(plan.is_empty());
    assert_eq!(plan.changes[0].reason, Reason::Same);
    assert!(plan.drift.is_empty());
    assert!(plan.steps.is_empty());
}

#[test]
fn what_is_not_there_is_created_and_what_the_cloud_gives_is_unknown() {
    let change = Case::default().desire("a", arguments("s-1")).change();
    assert_eq!((change.action, change.reason), (Action::Create, Reason::NotInState));
    let after = change.after.expect("a create has an after");
    let known = |name: &str| after.get(name).map(Value::is_known);
    assert_eq!(
        (known("server"), known("id"), known("hour"), known("last_run"), known("note")),
        (Some(true), Some(false), Some(false), Some(false), None)
    );
    assert!(change.risks.is_empty());
}

#[test]
fn an_argument_that_is_left_out_is_spoken_of_when_the_object_is_made() {
    let noted = with(arguments("s-1"), "note", Value::string("x"));
    assert_eq!(Case::default().desire("a", arguments("s-1")).change().advice, ["no note was written"]);
    assert_eq!(Case::default().desire("a", noted).change().advice, [] as [&str; 0]);
    assert_eq!(Case::default().settled("a", &arguments("s-1")).change().advice, [] as [&str; 0]);
}

#[test]
fn what_vanished_from_the_cloud_is_created_again_and_shown_as_drift() {
    let case = Case::default().desire("a", arguments("s-1")).record("a", arguments("s-1"));
    assert_eq!(case.change().reason, Reason::GoneFromCloud);
    assert_eq!(case.plan().drift[0].after, None);
}

#[test]
fn an_argument_that_differs_is_an_update_and_its_risk_is_named() {
    let check = |before: i64, after: i64, expected: &[RiskKind]| {
        let was = with(arguments("s-1"), "days", before);
        let case = Case::default().record("a", was.clone()).live("a", was);
        let change = case.desire("a", with(arguments("s-1"), "days", after)).change();
        assert_eq!(change.action, Action::Update);
        assert_eq!(risks(&change), expected, "{before} to {after}");
    };
    check(30, 7, &[RiskKind::ExpiresBackups]);
    check(7, 30, &[]);
}

#[test]
fn pausing_alone_is_a_pause_and_with_anything_else_an_update() {
    let check = |before: bool, after: bool, days: i64, action: Action, expected: &[RiskKind]| {
        let was = with(arguments("s-1"), "paused", before);
        let wanted = with(with(arguments("s-1"), "paused", after), "days", days);
        let change = Case::default().record("a", was.clone()).live("a", was).desire("a", wanted).change();
        assert_eq!((change.action, risks(&change).as_slice()), (action, expected));
    };
    check(false, true, 30, Action::Pause, &[RiskKind::StopsProtection]);
    check(true, false, 30, Action::Resume, &[]);
    check(false, true, 60, Action::Update, &[RiskKind::StopsProtection]);
}

#[test]
fn a_value_that_the_cloud_chose_stays_until_the_user_gives_one() {
    let chosen = with(arguments("s-1"), "hour", 3_i64);
    let base = || Case::default().record("a", chosen.clone()).live("a", chosen.clone());
    assert_eq!(base().desire("a", arguments("s-1")).change().action, Action::NoOp);
    assert_eq!(base().desire("a", with(arguments("s-1"), "hour", 4_i64)).change().action, Action::Update);
}

#[test]
fn an_argument_that_is_taken_away_goes_to_null() {
    let was = with(arguments("s-1"), "note", Value::string("x"));
    let change =
        Case::default().record("a", was.clone()).live("a", was).desire("a", arguments("s-1")).change();
    assert_eq!(change.attributes.len(), 1);
    assert_eq!((&*change.attributes[0].name, &change.attributes[0].after), ("note", &None));
}

#[test]
fn what_cannot_be_changed_in_place_is_replaced_making_the_new_one_first() {
    let case = Case::default()
        .record("a", arguments("s-1"))
        .live("a", arguments("s-1"))
        .desire("a", arguments("s-2"));
    let change = case.change();
    assert_eq!(change.action, Action::Replace(ReplaceOrder::CreateFirst));
    assert_eq!(change.reason, Reason::CannotUpdate { attributes: vec!["server".to_owned()] });
    assert_eq!(risks(&change), [RiskKind::DestroysBackups, RiskKind::StopsProtection]);
    assert_eq!(change.confirmation().as_deref(), Some("id-a"));
    let plan = case.plan();
    let parts: Vec<(Part, bool)> = plan.steps.iter().map(|step| (step.part, step.last)).collect();
    assert_eq!(parts, [(Part::Make, false), (Part::Remove, true)]);
    assert_eq!(plan.coverage.lost, ["s-1"]);
    assert_eq!(plan.coverage.gained, ["s-2"]);
}

#[test]
fn the_user_decides_the_order_of_a_replacement() {
    let lifecycle = Lifecycle { create_before_destroy: Some(false), ..Lifecycle::default() };
    let case = Case::default()
        .record("a", arguments("s-1"))
        .live("a", arguments("s-1"))
        .desire("a", arguments("s-2"));
    let plan = case.lifecycle("a", lifecycle).plan();
    assert_eq!(plan.changes[0].action, Action::Replace(ReplaceOrder::DestroyFirst));
    let parts: Vec<(Part, bool)> = plan.steps.iter().map(|step| (step.part, step.last)).collect();
    assert_eq!(
        parts,
        [(Part::Remove, false), (Part::Make, false)],
        "nothing that a creation waits for is left to the end"
    );
}

#[test]
fn a_requested_replacement_of_the_same_server_cannot_make_the_new_one_first() {
    let mut case = Case::default().settled("a", &arguments("s-1"));
    case.options.replace.insert(address("a"));
    let change = case.change();
    assert_eq!(
        (change.action, change.reason),
        (Action::Replace(ReplaceOrder::DestroyFirst), Reason::Requested)
    );
}

#[test]
fn removing_a_block_pauses_by_default_and_does_what_was_remembered_otherwise() {
    let check = |remembered: Option<OnRemoval>, expected: Action| {
        let case = Case::default().record("a", arguments("s-1")).live("a", arguments("s-1"));
        let change = case.remember("a", |recorded| recorded.on_removal = remembered).change();
        assert_eq!((change.action, &change.reason), (expected, &Reason::NotInConfig), "{remembered:?}");
    };
    check(None, Action::Pause);
    check(Some(OnRemoval::Pause), Action::Pause);
    check(Some(OnRemoval::Retain), Action::NoOp);
    check(Some(OnRemoval::Destroy), Action::Destroy);
}

#[test]
fn an_object_that_is_paused_already_needs_nothing_when_its_block_goes() {
    let paused = with(arguments("s-1"), "paused", true);
    assert_eq!(Case::default().record("a", paused.clone()).live("a", paused).change().action, Action::NoOp);
}

#[test]
fn a_removed_block_says_whether_the_object_is_destroyed_or_forgotten() {
    let check = |destroy: bool, action: Action, expected: &[RiskKind]| {
        let mut case = Case::default().record("a", arguments("s-1")).live("a", arguments("s-1"));
        let from = address("a").block;
        case.desired.removed.push(Removed {
            from: Subject::Block(from),
            destroy,
            span: Span::new(FileId(0), 0, 0),
            place: place(),
        });
        let change = case.change();
        assert_eq!((change.action, risks(&change).as_slice()), (action, expected));
    };
    check(true, Action::Destroy, &[RiskKind::DestroysBackups, RiskKind::StopsProtection]);
    check(false, Action::Forget, &[RiskKind::LosesTrack]);
}

#[test]
fn a_key_that_is_gone_is_told_from_a_block_that_is_gone() {
    let check = |key: Key, repetition: Option<Repetition>, expected: Reason| {
        let mut case = Case::default().record("a", arguments("s-1"));
        let named = Address { key, ..address("a") };
        let recorded = case.state.resources.remove(&address("a")).expect("recorded above");
        case.state.resources.insert(named.clone(), recorded);
        case.live.objects.insert(named.clone(), live_object("id-a", arguments("s-1")));
        case.desired.blocks.extend(repetition.map(|repetition| (named.block.clone(), repetition)));
        assert_eq!(case.change().reason, expected);
    };
    check(Key::Name("x".into()), Some(Repetition::ForEach), Reason::KeyNotInForEach);
    check(Key::Index(3), Some(Repetition::Count), Reason::IndexOutOfCount);
    check(Key::Index(3), Some(Repetition::ForEach), Reason::WrongRepetition);
    check(Key::None, None, Reason::NotInConfig);
}

#[test]
fn prevent_destroy_blocks_and_never_hides_the_change() {
    let lifecycle = Lifecycle { prevent_destroy: Some(place()), ..Lifecycle::default() };
    let case = Case::default()
        .record("a", arguments("s-1"))
        .live("a", arguments("s-1"))
        .desire("a", arguments("s-2"));
    let plan = case.lifecycle("a", lifecycle).plan();
    assert_eq!(plan.changes[0].blocks, [Block::PreventDestroy { place: place() }]);
    assert!(matches!(plan.changes[0].action, Action::Replace(_)));
    assert!(!plan.is_applyable());
}

#[test]
fn prevent_destroy_outlives_its_block_and_yields_to_a_block_without_it() {
    let sticky = |case: Case| case.remember("a", |recorded| recorded.prevent_destroy = Some(place()));
    let gone = Case::default().record("a", arguments("s-1")).live("a", arguments("s-1"));
    let gone = sticky(gone).mode(PlanMode::Destroy);
    assert_eq!(gone.change().blocks.len(), 1);
    let lifted = sticky(Case::default().settled("a", &arguments("s-1"))).mode(PlanMode::Destroy);
    assert_eq!(lifted.change().blocks, []);
}

#[test]
fn an_object_that_exists_and_nobody_manages_is_never_taken_over_in_silence() {
    let mut case = Case::default().desire("a", arguments("s-1"));
    case.live.unmanaged.insert(address("a"), live_object("id-x", arguments("s-1")));
    assert_eq!(case.change().blocks, [Block::AlreadyExists { id: "id-x".into() }]);
}

/// An object that an interrupted create has made, and the intent that tells.
fn interrupted(mut case: Case) -> Case {
    case.live.unmanaged.insert(address("a"), live_object("id-x", arguments("s-1")));
    case.state.open_intents.push(OpenIntent {
        address: address("a"),
        scope: scope(),
        operation: Operation::Create,
        id: None,
        identity: Some("s-1".into()),
    });
    super::adopt(&mut case.state, &mut case.live);
    case
}

#[test]
fn what_an_interrupted_create_has_made_is_ours() {
    let change = interrupted(Case::default().desire("a", arguments("s-1"))).change();
    assert_eq!((change.action, change.id.as_deref()), (Action::NoOp, Some("id-x")));
}

#[test]
fn what_an_interrupted_create_has_made_is_ours_even_without_its_block() {
    let change = interrupted(Case::default()).change();
    assert_eq!((change.action, change.id.as_deref()), (Action::Pause, Some("id-x")));
}

#[test]
fn an_object_under_another_name_is_pointed_at() {
    let case = Case::default().record("old", arguments("s-1")).live("old", arguments("s-1"));
    let plan = case.desire("new", arguments("s-1")).plan();
    let new = plan.changes.iter().find(|change| change.address == address("new")).expect("it is desired");
    assert_eq!(new.blocks, [Block::RecordedElsewhere { address: address("old"), id: "id-old".into() }]);
}

#[test]
fn a_moved_block_renames_without_touching_the_object() {
    let mut case = Case::default().record("old", arguments("s-1")).live("old", arguments("s-1"));
    case = case.desire("new", arguments("s-1"));
    case.desired.moved.push(Moved {
        from: Subject::Block(address("old").block),
        to: Subject::Block(address("new").block),
        span: Span::new(FileId(0), 0, 0),
    });
    let change = case.change();
    assert_eq!((change.action, change.moved_from.as_ref()), (Action::NoOp, Some(&address("old"))));
    assert!(change.is_effect() && change.blocks.is_empty());
}

#[test]
fn ignored_arguments_keep_their_live_value() {
    let drifted = with(arguments("s-1"), "days", 7_i64);
    let base = || {
        Case::default().record("a", arguments("s-1")).live("a", drifted.clone()).desire("a", arguments("s-1"))
    };
    assert_eq!(base().change().action, Action::Update);
    let some = Lifecycle { ignore_changes: BTreeSet::from(["days".into()]), ..Lifecycle::default() };
    assert_eq!(base().lifecycle("a", some).change().action, Action::NoOp);
    let all = Lifecycle { ignore_all: true, ..Lifecycle::default() };
    assert_eq!(base().lifecycle("a", all).change().action, Action::NoOp);
}

#[test]
fn drift_is_kept_apart_from_what_the_configuration_wants() {
    let case =
        Case::default().record("a", arguments("s-1")).desire("a", with(arguments("s-1"), "days", 60_i64));
    let plan = case.live("a", with(arguments("s-1"), "hour", 5_i64)).plan();
    let drifted: Vec<&str> = plan.drift[0].attributes.iter().map(|attribute| &*attribute.name).collect();
    let changed: Vec<&str> = plan.changes[0].attributes.iter().map(|attribute| &*attribute.name).collect();
    assert_eq!((drifted, changed), (vec!["hour"], vec!["days"]));
}

#[test]
fn observed_attributes_are_never_drift() {
    let live = with(arguments("s-1"), "last_run", Value::string("today"));
    let plan =
        Case::default().desire("a", arguments("s-1")).record("a", arguments("s-1")).live("a", live).plan();
    assert!(plan.drift.is_empty() && plan.is_empty());
}

#[test]
fn a_plan_that_only_refreshes_changes_nothing_in_the_cloud() {
    let case = Case::default().record("a", arguments("s-1")).live("a", with(arguments("s-1"), "days", 7_i64));
    let plan = case.desire("b", arguments("s-2")).mode(PlanMode::RefreshOnly).plan();
    assert!(plan.is_empty() && plan.is_applyable());
    assert_eq!(plan.drift.len(), 1);
}

#[test]
fn what_is_at_stake_gets_its_evidence_and_needs_its_id_typed() {
    let mut case =
        Case::default().record("a", arguments("s-1")).live("a", arguments("s-1")).mode(PlanMode::Destroy);
    assert_eq!(at_stake(&schemas(), &case.plan()).count(), 1);
    let evidence = Evidence { recovery_points: 30, ..Evidence::default() };
    case.live.evidence.insert(address("a"), evidence.clone());
    let plan = case.plan();
    assert_eq!(at_stake(&schemas(), &plan).count(), 0);
    assert_eq!(plan.changes[0].risks[0].evidence, Some(evidence));
    assert_eq!(plan.tier(), Tier::Irreversible);
    assert_eq!(plan.confirmations().map(|(id, _)| id).collect::<Vec<_>>(), ["id-a"]);
}

#[test]
fn a_rule_that_nobody_acknowledged_blocks_and_an_acknowledged_one_is_shown() {
    let gate = |acknowledged| Gate {
        rule: "r".to_owned(),
        reason: "x".to_owned(),
        alternative: "y".to_owned(),
        attribute: None,
        acceptance: None,
        acknowledged,
        only_warns: false,
    };
    let mut case = Case::default().desire("a", arguments("s-1"));
    assert_eq!(to_be_checked(&case.plan()).count(), 1);
    let judgement = Judgement { gates: vec![gate(false), gate(true)], bytes: None };
    case.live.judgements.insert(address("a"), judgement);
    let change = case.change();
    assert_eq!(change.blocks, [Block::Gate { gates: vec![gate(false)] }]);
    assert_eq!(change.acknowledged, [gate(true)]);
}

#[test]
fn an_account_is_prepared_only_when_something_waits_for_it() {
    let preparation = Preparation {
        provider: ProviderKey::default_of("t"),
        name: "open".into(),
        title: "open it".into(),
        consequence: "for ever".into(),
        risk: RiskKind::OpensService,
        needed_by: vec!["t_backup".into()],
    };
    let check = |mut case: Case, expected: usize| {
        case.live.preparations.push(preparation.clone());
        let plan = case.plan();
        assert_eq!(plan.preparations.len(), expected);
        assert_eq!(plan.tier(), if expected > 0 { Tier::Reduces } else { Tier::Reversible });
    };
    check(Case::default().desire("a", arguments("s-1")), 1);
    check(Case::default().settled("a", &arguments("s-1")), 0);
}

#[test]
fn work_follows_references_through_blocks_in_which_nothing_happens() {
    let case = Case::default().desire("a", arguments("s-1")).settled("b", &arguments("s-2"));
    let plan = case.desire("c", arguments("s-3")).depends("b", "a").depends("c", "b").plan();
    let group = |name: &str| plan.groups.iter().position(|group| group.block == address(name).block);
    let waits = &plan.groups[group("c").expect("c is made")].after;
    assert_eq!(*waits, [group("a").expect("a is made")]);
    assert_eq!(group("b"), None);
}

#[test]
fn users_are_destroyed_before_what_they_use() {
    let recorded = |case: Case, name: &str| case.record(name, arguments(name)).live(name, arguments(name));
    let case = recorded(recorded(Case::default(), "a"), "b").mode(PlanMode::Destroy);
    let plan = case.remember("b", |recorded| recorded.depends_on = vec![address("a").block]).plan();
    let group = |name: &str| plan.groups.iter().position(|group| group.block == address(name).block);
    assert_eq!(plan.groups[group("a").expect("a goes")].after, [group("b").expect("b goes")]);
}

#[test]
fn a_circle_is_reported_by_name() {
    let case = Case::default().desire("a", arguments("s-1")).desire("b", arguments("s-2"));
    let case = case.depends("a", "b").depends("b", "a");
    let error =
        plan(&schemas(), &case.desired, &case.state, &case.live, &case.options).expect_err("a circle");
    assert_eq!(error.to_string(), "these blocks wait for each other in a circle: t_backup.a -> t_backup.b");
}

#[test]
fn the_digest_is_that_of_the_effects_and_of_nothing_else() {
    let base = || Case::default().desire("a", arguments("s-1"));
    let digest = |case: Case| fingerprint(&case.plan());
    let first = digest(base());
    assert_eq!(first, digest(base()));
    assert_eq!(first, digest(base().settled("z", &arguments("s-9"))), "what does nothing is not in it");
    let mut moved_line = base();
    moved_line.desired.resources.get_mut(&address("a")).expect("desired").declared_at.line = 99;
    assert_eq!(first, digest(moved_line), "the place in the file is not in it");
    assert_ne!(first, digest(Case::default().desire("b", arguments("s-1"))), "the address is");
    assert_ne!(
        first,
        digest(Case::default().desire("a", with(arguments("s-1"), "days", 31_i64))),
        "a value is"
    );
    assert_ne!(first, digest(base().desire("b", arguments("s-2"))), "another effect is");
    let evidence = |points: u64| {
        let mut case =
            Case::default().record("a", arguments("s-1")).live("a", arguments("s-1")).mode(PlanMode::Destroy);
        case.live.evidence.insert(address("a"), Evidence { recovery_points: points, ..Evidence::default() });
        digest(case)
    };
    assert_eq!(evidence(30), evidence(31), "a backup more does not void an approval");
}

#[test]
fn an_unknown_value_counts_as_the_worst() {
    let unknown = with(arguments("s-1"), "days", Value::unknown(Type::Number));
    let case = Case::default().record("a", arguments("s-1")).live("a", arguments("s-1"));
    assert_eq!(risks(&case.desire("a", unknown).change()), [RiskKind::ExpiresBackups]);
}

#[test]
fn a_left_over_of_a_replacement_is_destroyed_after_approval() {
    let case = Case::default().record("a", arguments("s-1")).live("a", arguments("s-1"));
    let change = case.remember("a", |recorded| recorded.left_over = true).change();
    assert_eq!((change.action, change.reason), (Action::Destroy, Reason::LeftOver));
}

#[test]
fn the_second_opinion_sees_what_the_planner_must_never_do() {
    let case =
        Case::default().record("a", arguments("s-1")).live("a", arguments("s-1")).mode(PlanMode::Destroy);
    let good = case.plan();
    let opinion = |plan: &Plan, live: &Live| check(&schemas(), plan, &case.desired, &case.state, live).len();
    let spoiled = |spoil: fn(&mut Plan)| {
        let mut plan = good.clone();
        spoil(&mut plan);
        opinion(&plan, &case.live)
    };
    assert_eq!(opinion(&good, &case.live), 0);
    assert_eq!(spoiled(|plan| plan.changes[0].risks.clear()), 1, "a loss without a word");
    assert_eq!(spoiled(|plan| plan.steps.clear()), 1, "an effect without a step");
    assert_eq!(spoiled(|plan| plan.steps.push(plan.steps[0].clone())), 1, "a step twice");
    assert_eq!(
        spoiled(|plan| plan.changes.push(plan.changes[0].clone())),
        2,
        "an address twice, without its step"
    );
    assert_eq!(opinion(&good, &Live::default()), 1, "an object that was never seen");
    let foreign = Case::default();
    assert_eq!(
        check(&schemas(), &good, &foreign.desired, &foreign.state, &case.live).len(),
        1,
        "nobody's object"
    );
}

#[test]
fn many_objects_are_planned_in_linear_time() {
    let fleet = |size: u32| {
        let mut case = Case::default();
        for number in 0..size {
            case = case.desire(&format!("a{number}"), arguments(&format!("s-{number}")));
        }
        case.plan().steps.len()
    };
    assert_eq!(fleet(2000), 2000);
}

#[test]
fn objects_of_unknown_types_are_kept_and_left_out() {
    let mut case = Case::default();
    let other = BlockAddress::managed("t_other", "x").instance(Key::None);
    case = case.record("a", arguments("s-1"));
    let recorded = case.state.resources.remove(&address("a")).expect("recorded");
    case.state.resources = BTreeMap::from([(other, recorded)]);
    assert!(case.plan().changes.is_empty());
}

#[test]
fn an_import_takes_an_object_over_and_changes_only_what_differs() {
    let import = |case: Case| {
        let mut case = case;
        let span = Span::new(FileId(0), 0, 0);
        case.desired.imports.push(Import { to: address("a"), id: "id-a".into(), span });
        case
    };
    let same = import(Case::default().desire("a", arguments("s-1")).live("a", arguments("s-1")));
    let change = same.change();
    assert_eq!((change.action, change.importing.as_deref()), (Action::NoOp, Some("id-a")));
    assert!(change.is_effect());
    assert_eq!(same.plan().steps.len(), 1);
    let resting = with(arguments("s-1"), "paused", true);
    let change = import(Case::default().desire("a", arguments("s-1")).live("a", resting)).change();
    assert_eq!((change.action, change.importing.as_deref()), (Action::Resume, Some("id-a")));
    let known = import(Case::default().settled("a", &arguments("s-1"))).change();
    assert_eq!((known.action, known.importing), (Action::NoOp, None));
}

#[test]
fn a_module_is_renamed_with_everything_in_it() {
    let check = |from: &str, to: &str, old: &str, new: Option<&str>| {
        let steps = |text: &str| {
            let address: Address = format!("{text}.t_backup.a").parse().expect(text);
            Subject::Module(address.block.module)
        };
        let (old_address, mut case) = (old.parse::<Address>().expect(old), Case::default());
        case.state = Case::default().record("a", arguments("s-1")).state;
        let recorded = case.state.resources.remove(&address("a")).expect("recorded before");
        case.state.resources.insert(old_address.clone(), recorded);
        if let Some(new) = new {
            let desired = Case::default().desire("a", arguments("s-1")).desired;
            let new: Address = new.parse().expect(new);
            let resource = desired.resources[&address("a")].clone();
            case.desired.resources.insert(new.clone(), DesiredResource { address: new, ..resource });
        }
        let span = Span::new(FileId(0), 0, 0);
        case.desired.moved.push(Moved { from: steps(from), to: steps(to), span });
        let renamed = renames(&case.desired.moved, &case.state, &case.desired);
        let found = renamed.get(&old_address).map(ToString::to_string);
        assert_eq!(found.as_deref(), new, "{from} {to} {old}");
    };
    check("module.a", "module.b", "module.a.t_backup.x", Some("module.b.t_backup.x"));
    check("module.a", "module.b", "module.a[0].module.c.t_backup.x", Some("module.b[0].module.c.t_backup.x"));
    check("module.a", r#"module.b["k"]"#, "module.a.t_backup.x[1]", Some(r#"module.b["k"].t_backup.x[1]"#));
    check(r#"module.a["k"]"#, "module.b", r#"module.a["k"].t_backup.x"#, Some("module.b.t_backup.x"));
    check(r#"module.a["k"]"#, "module.b", r#"module.a["l"].t_backup.x"#, None);
    check("module.a", "module.b", "module.c.t_backup.x", None);
}

#[test]
fn an_object_that_only_changed_its_name_is_recognised() {
    let case = Case::default()
        .record("old", arguments("s-1"))
        .live("old", arguments("s-1"))
        .desire("new", arguments("s-1"))
        .desire("other", arguments("s-2"));
    let changes = case.plan().changes;
    let found: Vec<_> = changes
        .iter()
        .map(|c| (c.address.to_string(), c.renamed_from.as_ref().map(ToString::to_string)))
        .collect();
    let expected = [
        ("t_backup.new".to_owned(), Some("t_backup.old".to_owned())),
        ("t_backup.old".to_owned(), None),
        ("t_backup.other".to_owned(), None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_block_that_gets_or_loses_count_keeps_its_first_instance() {
    let check = |old: Key, new: Key, repetition: Repetition, expected: bool| {
        let named = |key: &Key| address("a").block.instance(key.clone());
        let mut case = Case::default().settled("a", &arguments("s-1"));
        let recorded = case.state.resources.remove(&address("a")).expect("recorded before");
        case.state.resources.insert(named(&old), recorded);
        let resource = case.desired.resources.remove(&address("a")).expect("desired before");
        case.desired.resources.insert(named(&new), DesiredResource { address: named(&new), ..resource });
        case.desired.blocks.insert(address("a").block, repetition);
        let renamed = renames(&[], &case.state, &case.desired);
        assert_eq!(renamed.get(&named(&old)) == Some(&named(&new)), expected, "{old} {new}");
    };
    check(Key::None, Key::Index(0), Repetition::Count, true);
    check(Key::Index(0), Key::None, Repetition::Single, true);
    check(Key::None, Key::Index(1), Repetition::Count, false);
    check(Key::None, Key::Name("0".into()), Repetition::ForEach, false);
    check(Key::Index(0), Key::Name("a".into()), Repetition::ForEach, false);
}
