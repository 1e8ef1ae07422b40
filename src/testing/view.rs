//! What the conditions of a run can see: the plan, its outputs, the objects as they will be, and the configuration's names.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::lang::{Files, Scope, Step};
use crate::model::address::{BlockAddress, Key, Mode};
use crate::model::approval::Digest;
use crate::model::diagnostic::{Diagnostic, Span};
use crate::model::plan::{Action, Block, Change, Plan, PlanMode, QuotaChange, ReplaceOrder};
use crate::model::risk::{Evidence, Risk};
use crate::model::types::Type;
use crate::model::value::{Object, Value};

/// The attributes of `plan`.
pub const PLAN_ATTRIBUTES: &[&str] = &[
    "applyable",
    "blocked",
    "changes",
    "confirmations",
    "coverage",
    "digest",
    "drift",
    "mode",
    "outputs",
    "preparations",
    "quotas",
    "risks",
    "summary",
    "tier",
];

/// Everything that conditions can see.
pub struct View<'a> {
    /// `plan`, from [`plan()`].
    pub plan: Value,
    /// `output`
    pub outputs: Value,
    /// Objects of the root module as they will be, from [`objects`].
    pub objects: BTreeMap<BlockAddress, Value>,
    /// All other names.
    pub names: &'a dyn Scope,
}

impl Scope for View<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        match (root, steps.first()) {
            ("plan", _) => Ok((self.plan.clone(), 0)),
            ("output", _) => Ok((self.outputs.clone(), 0)),
            (kind, Some(Step::Attribute(name, _))) => {
                match self.objects.get(&BlockAddress::managed(kind, name.clone())) {
                    Some(object) => Ok((object.clone(), 1)),
                    None => self.names.resolve(root, steps, span),
                }
            }
            _ => self.names.resolve(root, steps, span),
        }
    }

    fn files(&self) -> &dyn Files {
        self.names.files()
    }

    fn plan_time(&self) -> Option<Timestamp> {
        self.names.plan_time()
    }
}

/// The objects of the root module as they will be: one object for a block, or all of its instances.
pub fn objects(plan: &Plan) -> BTreeMap<BlockAddress, Value> {
    let mut instances: BTreeMap<&BlockAddress, Vec<(&Key, Value)>> = BTreeMap::new();
    let own = |change: &&Change| {
        change.address.block.module.is_empty() && change.address.block.mode == Mode::Managed
    };
    for change in plan.changes.iter().filter(own) {
        let Some(after) = &change.after else { continue };
        let value = Value::Object(Arc::new(after.clone()));
        instances.entry(&change.address.block).or_default().push((&change.address.key, value));
    }
    instances.into_iter().map(|(block, values)| (block.clone(), together(values))).collect()
}

fn together(mut values: Vec<(&Key, Value)>) -> Value {
    values.sort_by_key(|(key, _)| (*key).clone());
    match values.first() {
        Some((Key::Name(_), _)) => Value::object(values.into_iter().filter_map(|(key, value)| match key {
            Key::Name(name) => Some((name.clone(), value)),
            Key::None | Key::Index(_) => None,
        })),
        Some((Key::Index(_), _)) => Value::tuple(values.into_iter().map(|(_, value)| value)),
        Some((Key::None, value)) => value.clone(),
        None => Value::null(),
    }
}

/// The value of `plan`.
pub fn plan(plan: &Plan, digest: &Digest) -> Value {
    let named = |name: &str, value: &Value| (Arc::from(name), value.clone());
    let outputs = plan.outputs.iter().map(|(name, output)| {
        let side = |side: &Option<Value>| {
            let value = side.clone().unwrap_or_else(Value::null);
            if output.sensitive { value.sensitive() } else { value }
        };
        (name.clone(), Value::object([("before", side(&output.before)), ("after", side(&output.after))]))
    });
    let drift = plan.drift.iter().map(|drift| {
        let attributes = drift.attributes.iter().map(|attribute| Value::string(&attribute.name));
        let value = Value::object([
            ("id", Value::string(&drift.id)),
            ("gone", Value::from(drift.after.is_none())),
            ("attributes", Value::tuple(attributes)),
        ]);
        (drift.address.to_string(), value)
    });
    let preparations = plan.preparations.iter().map(|preparation| {
        Value::object([
            ("provider", Value::string(preparation.provider.to_string())),
            ("name", Value::string(&preparation.name)),
            ("title", Value::string(&preparation.title)),
            ("risk", Value::string(preparation.risk.as_str())),
            ("tier", Value::from(i64::from(preparation.risk.tier().number()))),
        ])
    });
    let changes: Object =
        plan.changes.iter().map(|one| named(&one.address.to_string(), &change(one))).collect();
    Value::object([
        ("applyable", Value::from(plan.is_applyable())),
        ("blocked", texts(plan.blocked().map(|change| change.address.to_string()))),
        ("changes", Value::Object(Arc::new(changes))),
        ("confirmations", texts(plan.confirmations().map(|(id, _)| id))),
        ("coverage", coverage(plan)),
        ("digest", Value::string(&digest.0)),
        ("drift", Value::object(drift)),
        ("mode", Value::string(mode(plan.mode))),
        ("outputs", Value::object(outputs)),
        ("preparations", Value::tuple(preparations)),
        ("quotas", Value::tuple(plan.quotas.iter().map(quota))),
        ("risks", risks(plan)),
        ("summary", summary(plan)),
        ("tier", Value::from(i64::from(plan.tier().number()))),
    ])
}

fn mode(mode: PlanMode) -> &'static str {
    match mode {
        PlanMode::Normal => "normal",
        PlanMode::Destroy => "destroy",
        PlanMode::RefreshOnly => "refresh-only",
        PlanMode::Act => "act",
    }
}

/// How many changes of each kind, as the plan's own lines count them: every change once, under what it is. What is taken
/// over, renamed or moved between objects counts besides.
fn summary(plan: &Plan) -> Value {
    let mut counts: BTreeMap<&str, usize> = WORDS.iter().map(|word| (*word, 0)).collect();
    let mut add = |word: &'static str, number: usize| *counts.entry(word).or_default() += number;
    for change in &plan.changes {
        add(word(change), 1);
        add("import", usize::from(change.importing.is_some()));
        add("move", usize::from(change.moved_from.is_some()));
        let migrated = change.moves.iter().filter(|one| one.is_migration() && one.to == change.address);
        add("migrate", migrated.count());
    }
    Value::object(counts.into_iter().map(|(word, number)| (word, Value::from(number))))
}

/// Every key of `plan.summary`, so that those that count nothing are 0.
const WORDS: &[&str] = &[
    "create", "destroy", "forget", "import", "migrate", "move", "no_op", "pause", "read", "replace",
    "resume", "run", "update",
];

fn word(change: &Change) -> &'static str {
    match change.action {
        Action::Create => "create",
        Action::Destroy => "destroy",
        Action::Forget => "forget",
        Action::NoOp => "no_op",
        Action::Pause => "pause",
        Action::Read => "read",
        Action::Replace(_) => "replace",
        Action::Resume => "resume",
        Action::Run => "run",
        Action::Update => "update",
    }
}

/// As in the JSON of a plan.
fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::Create | Action::Run => &["create"],
        Action::Destroy => &["delete"],
        Action::Forget => &["forget"],
        Action::NoOp => &["no-op"],
        Action::Pause | Action::Resume | Action::Update => &["update"],
        Action::Read => &["read"],
        Action::Replace(ReplaceOrder::CreateFirst) => &["create", "delete"],
        Action::Replace(ReplaceOrder::DestroyFirst) => &["delete", "create"],
    }
}

fn change(change: &Change) -> Value {
    let object = |object: &Option<Object>| {
        object.as_ref().map_or_else(Value::null, |values| Value::Object(Arc::new(values.clone())))
    };
    let attributes = change.attributes.iter().map(|attribute| attribute.name.to_string());
    let forcing = change.attributes.iter().filter(|attribute| attribute.forces_replacement);
    let action = match change.action {
        Action::NoOp => "no-op",
        _ => word(change),
    };
    Value::object([
        ("action", Value::string(action)),
        ("actions", texts(actions(change.action).iter().map(ToString::to_string))),
        ("attributes", texts(attributes)),
        ("replace_paths", texts(forcing.map(|attribute| attribute.name.to_string()))),
        ("before", object(&change.before)),
        ("after", object(&change.after)),
        ("id", optional(change.id.as_deref())),
        ("importing", optional(change.importing.as_deref())),
        ("moved_from", optional(change.moved_from.as_ref().map(ToString::to_string).as_deref())),
        ("region", optional(change.scope.as_ref().map(|scope| &*scope.region))),
        ("risks", Value::tuple(change.risks.iter().map(|one| risk(change, one)))),
        ("tier", Value::from(i64::from(change.tier().number()))),
        ("blocks", texts(change.blocks.iter().flat_map(obstacles))),
        ("acknowledged", texts(change.acknowledged.iter().map(|gate| gate.rule.clone()))),
    ])
}

/// What stands in the way: a word, or the vendor's name for its rule.
fn obstacles(block: &Block) -> Vec<String> {
    match block {
        Block::PreventDestroy { .. } => vec!["prevent-destroy".to_owned()],
        Block::Gate { gates } => gates.iter().map(|gate| gate.rule.clone()).collect(),
        Block::AlreadyExists { .. } => vec!["already-exists".to_owned()],
        Block::RecordedElsewhere { .. } => vec!["recorded-elsewhere".to_owned()],
    }
}

fn risks(plan: &Plan) -> Value {
    let all = plan.effects().flat_map(|change| change.risks.iter().map(move |one| risk(change, one)));
    Value::tuple(all)
}

fn risk(change: &Change, risk: &Risk) -> Value {
    Value::object([
        ("address", Value::string(change.address.to_string())),
        ("kind", Value::string(risk.kind.as_str())),
        ("tier", Value::from(i64::from(risk.tier().number()))),
        ("effect", Value::string(&risk.effect)),
        ("attribute", optional(risk.attribute.as_deref())),
        ("evidence", risk.evidence.as_ref().map_or_else(Value::null, evidence)),
    ])
}

fn evidence(evidence: &Evidence) -> Value {
    let time = |unix: Option<i64>| {
        let time = unix.and_then(|unix| Timestamp::from_second(unix).ok());
        optional(time.map(|time| time.to_string()).as_deref())
    };
    Value::object([
        ("recovery_points", number(evidence.recovery_points)),
        ("newest", time(evidence.newest)),
        ("oldest", time(evidence.oldest)),
        ("bytes", evidence.bytes.map_or_else(Value::null, number)),
        ("other_copies", number(evidence.other_copies)),
    ])
}

fn coverage(plan: &Plan) -> Value {
    let coverage = &plan.coverage;
    Value::object([
        ("before", number(coverage.before)),
        ("after", number(coverage.after)),
        ("lost", texts(coverage.lost.iter().cloned())),
        ("gained", texts(coverage.gained.iter().cloned())),
    ])
}

fn quota(quota: &QuotaChange) -> Value {
    Value::object([
        ("provider", Value::string(quota.provider.to_string())),
        ("free", quota.free.map_or_else(Value::null, number)),
        ("before", number(quota.before)),
        ("after", number(quota.after)),
        ("untold", number(quota.untold)),
    ])
}

fn number(number: u64) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}

fn optional(text: Option<&str>) -> Value {
    text.map_or_else(|| Value::null_of(Type::String), Value::string)
}

/// A tuple, since that is what `["a", "b"]` is that people compare it with.
fn texts(texts: impl IntoIterator<Item = String>) -> Value {
    Value::tuple(texts.into_iter().map(Value::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{self, NoNames};
    use crate::model::address::Address;
    use crate::model::diagnostic::FileId;
    use crate::model::plan::Reason;
    use crate::model::risk::RiskKind;

    fn one(address: &str, action: Action) -> Change {
        let address: Address = address.parse().unwrap();
        let values: Object = [(Arc::from("name"), Value::string(&address.block.name))].into();
        Change {
            address,
            moved_from: None,
            renamed_from: None,
            importing: None,
            scope: None,
            action,
            reason: Reason::Same,
            id: Some("id-1".into()),
            before: Some(values.clone()),
            after: (action != Action::Destroy).then_some(values),
            attributes: Vec::new(),
            moves: Vec::new(),
            risks: Vec::new(),
            blocks: Vec::new(),
            acknowledged: Vec::new(),
            advice: Vec::new(),
            declared_at: None,
            depends_on: Vec::new(),
            prevent_destroy: None,
            on_removal: None,
        }
    }

    fn made() -> Plan {
        let risk = Risk {
            kind: RiskKind::DestroysBackups,
            effect: "deletes all".to_owned(),
            attribute: None,
            evidence: Some(Evidence { recovery_points: 3, newest: Some(0), ..Evidence::default() }),
        };
        let gone = Change { risks: vec![risk], ..one("t.gone", Action::Destroy) };
        let replaced = one("t.many[1]", Action::Replace(ReplaceOrder::DestroyFirst));
        let changes = vec![
            gone,
            one("t.kept", Action::NoOp),
            one("t.many[0]", Action::Pause),
            replaced,
            one("t.named[\"a\"]", Action::Create),
        ];
        Plan { changes, ..Plan::default() }
    }

    #[track_caller]
    fn check(condition: &str) {
        let made = made();
        let seen = View {
            plan: plan(&made, &Digest("d1".to_owned())),
            outputs: Value::object([("o", Value::from(1_i64))]),
            objects: objects(&made),
            names: &NoNames,
        };
        let expr = lang::parse_expression(FileId(0), condition).unwrap();
        let value = lang::evaluate(&expr, &seen).map_err(|problem| format!("{problem:?}")).unwrap();
        assert_eq!(value.as_bool(), Some(true), "{condition}: {:?}", lang::referenced(&expr, &seen));
    }

    #[test]
    fn a_plan_is_seen_in_all_its_parts() {
        check("plan.digest == \"d1\" && plan.mode == \"normal\" && plan.tier == 3");
        check("plan.summary.destroy == 1 && plan.summary.replace == 1 && plan.summary.run == 0");
        check("[plan.summary.create, plan.summary.pause, plan.summary.no_op] == [1, 1, 1]");
        check("plan.changes[\"t.kept\"].actions == [\"no-op\"]");
        check("plan.changes[\"t.many[0]\"].action == \"pause\"");
        check("plan.changes[\"t.many[1]\"].actions == [\"delete\", \"create\"]");
        check("plan.changes[\"t.named[\\\"a\\\"]\"].after.name == \"named\"");
        check("plan.changes[\"t.gone\"].after == null && plan.changes[\"t.gone\"].region == null");
        check("plan.risks[0].kind == \"destroys-backups\" && plan.risks[0].evidence.recovery_points == 3");
        check("plan.risks[0].evidence.newest == \"1970-01-01T00:00:00Z\"");
        check("plan.confirmations == [\"id-1\"] && plan.blocked == [] && plan.applyable");
        check("output.o == 1");
    }

    #[test]
    fn objects_are_seen_as_they_will_be() {
        check("t.kept.name == \"kept\"");
        check("length(t.many) == 2 && t.many[1].name == \"many\"");
        check("t.named[\"a\"].name == \"named\"");
        check("t.many[*].name == [\"many\", \"many\"]");
    }

    #[test]
    fn every_attribute_that_may_be_named_is_there() {
        let seen = plan(&made(), &Digest(String::new()));
        let names: Vec<&str> = seen.as_object().unwrap().keys().map(|name| &**name).collect();
        assert_eq!(names, PLAN_ATTRIBUTES);
    }
}
