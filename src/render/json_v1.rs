//! A plan in Terraform's plan JSON, so that the tools that read it work; ours is under the one key `x_backform`.
//!
//! Sensitive values are null in it, never in clear, unlike in Terraform; `before_sensitive`, `after_sensitive` and
//! `sensitive_values` say where they are, and sensitive variables are left out. Nothing in it depends on the time or the
//! machine: Terraform's `timestamp` is not there, so that equal plans are equal bytes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::dossier::Dossier;
use super::json;
use super::json_checks::{Check, checks};
use super::json_configuration::{Configuration, configuration};
use super::json_extra::{self, Extra};
use super::json_relevant::{Relevant, relevant};
use super::json_value::{known, known_object, sensitive_object, unknown, unknown_object};
use super::value::is_same;
use crate::model::address::{Address, Key, Mode, ModuleStep, module_path};
use crate::model::outline::Outline;
use crate::model::plan::{Action, Change, Drift, OutputChange, Plan, Reason, ReplaceOrder};
use crate::model::schema::{Presence, Schema, Schemas};
use crate::model::value::{Object, Value};

/// Terraform's number for the form.
const FORMAT_VERSION: &str = "1.2";

/// The version of Terraform whose form this is; readers refuse a plan without one, and some an unlikely one.
pub const TERRAFORM_VERSION: &str = "1.11.4";

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    terraform_version: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<&'a str, Variable>,
    planned_values: Values,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_drift: Vec<ResourceChange<'a>>,
    resource_changes: Vec<ResourceChange<'a>>,
    output_changes: BTreeMap<&'a str, Effect<'static>>,
    prior_state: PriorState,
    configuration: Configuration<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_attributes: Vec<Relevant<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Check>,
    applyable: bool,
    complete: bool,
    errored: bool,
    x_backform: Extra<'a>,
}

#[derive(Serialize)]
struct Variable {
    value: Json,
}

#[derive(Serialize)]
struct ResourceChange<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module_address: Option<String>,
    mode: &'static str,
    r#type: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Json>,
    provider_name: String,
    change: Effect<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Effect<'a> {
    actions: &'static [&'static str],
    before: Json,
    /// Left out where nothing of it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Json>,
    after_unknown: Json,
    before_sensitive: Json,
    after_sensitive: Json,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replace_paths: Vec<[String; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    importing: Option<Importing<'a>>,
}

/// The object that an `import` block takes over.
#[derive(Serialize)]
struct Importing<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct PriorState {
    format_version: &'static str,
    terraform_version: &'static str,
    values: Values,
}

#[derive(Serialize)]
struct Values {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<String, Json>,
    root_module: Module,
}

/// A module with its objects.
#[derive(Default, Serialize)]
pub struct Module {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    /// Its own objects.
    pub resources: Vec<Resource>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    child_modules: Vec<Module>,
}

/// One object.
#[derive(Serialize)]
pub struct Resource {
    /// As the state has it.
    pub address: String,
    /// `managed` or `data`.
    pub mode: &'static str,
    /// The resource type.
    pub r#type: String,
    /// The block.
    pub name: String,
    /// Which of its instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<Json>,
    /// The provider, in full.
    pub provider_name: String,
    /// Of the type.
    pub schema_version: u8,
    /// Its attributes.
    pub values: Json,
    /// Which of them are sensitive.
    pub sensitive_values: Json,
    /// What the state remembers of its block.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}

/// The plan as JSON, on one line.
pub fn plan(dossier: &Dossier<'_>) -> String {
    let Dossier { plan, digest, schemas, outline, variables } = *dossier;
    let open = variables.iter().filter(|(_, value)| value.marks_deep().is_empty());
    let outputs = outputs(plan, outline);
    json::line(&Document {
        format_version: FORMAT_VERSION,
        terraform_version: TERRAFORM_VERSION,
        variables: open
            .filter_map(|(name, value)| Some((&**name, Variable { value: known(value)? })))
            .collect(),
        planned_values: Values {
            outputs: output_values(&outputs, |change| change.after.as_ref()),
            root_module: objects(plan, schemas, Side::Planned),
        },
        resource_drift: plan.drift.iter().map(|drift| drifted(drift, schemas)).collect(),
        resource_changes: plan.changes.iter().map(|change| resource_change(change, schemas)).collect(),
        output_changes: outputs.iter().map(|(name, change)| (*name, output_effect(change))).collect(),
        prior_state: PriorState {
            format_version: "1.0",
            terraform_version: TERRAFORM_VERSION,
            values: Values {
                outputs: output_values(&outputs, |change| change.before.as_ref()),
                root_module: objects(plan, schemas, Side::Prior),
            },
        },
        configuration: configuration(outline),
        relevant_attributes: relevant(plan, outline),
        checks: checks(&outline.checks),
        applyable: plan.is_applyable(),
        complete: true,
        errored: false,
        x_backform: json_extra::extra(plan, digest),
    })
}

/// All outputs, also those that stay as they are.
fn outputs<'a>(plan: &'a Plan, outline: &'a Outline) -> BTreeMap<&'a str, OutputChange> {
    let stays = outline.outputs.iter().map(|(name, output)| {
        let after = Some(output.value.clone());
        // An output that is null is not in the state.
        let before = after.clone().filter(|value| !value.is_null());
        (&**name, OutputChange { before, after, sensitive: output.sensitive })
    });
    let changes = plan.outputs.iter().map(|(name, change)| (&**name, change.clone()));
    stays.chain(changes).collect()
}

/// The object as it will be under management; `None` where it no longer is.
fn planned(change: &Change) -> Option<&Object> {
    change.after.as_ref().filter(|_| change.action != Action::Forget)
}

fn resource_change<'a>(change: &'a Change, schemas: &Schemas) -> ResourceChange<'a> {
    let schema = schema_of(schemas, &change.address);
    ResourceChange {
        previous_address: change.moved_from.as_ref().map(ToString::to_string),
        provider_name: provider_name(change),
        action_reason: action_reason(change),
        change: Effect {
            actions: actions(change.action),
            replace_paths: change
                .attributes
                .iter()
                .filter(|attribute| attribute.forces_replacement)
                .map(|attribute| [attribute.name.to_string()])
                .collect(),
            importing: change.importing.as_deref().map(|id| Importing { id }),
            ..effect(change.before.as_ref(), planned(change), schema)
        },
        ..unchanged(&change.address)
    }
}

fn drifted<'a>(drift: &'a Drift, schemas: &Schemas) -> ResourceChange<'a> {
    let schema = schema_of(schemas, &drift.address);
    let actions: &[&str] = if drift.after.is_some() { &["update"] } else { &["delete"] };
    let change = Effect { actions, ..effect(Some(&drift.before), drift.after.as_ref(), schema) };
    ResourceChange { change, ..unchanged(&drift.address) }
}

fn schema_of(schemas: &Schemas, address: &Address) -> Option<&'static Schema> {
    match address.block.mode {
        Mode::Managed => schemas.planned(address.kind()),
        Mode::Data => schemas.data.get(address.kind()).copied(),
    }
}

/// The known attributes of an object, and null for those of its type that it does not have, as Terraform writes them. An
/// attribute that is read only when somebody asks for it may have any value, and is left out.
pub fn with_nulls(object: &Object, schema: Option<&Schema>) -> Json {
    let mut members = known_object(object);
    let absent = schema
        .into_iter()
        .flat_map(|schema| schema.attributes)
        .filter(|attribute| attribute.presence != Presence::Observed && !object.contains_key(attribute.name));
    if let Json::Object(members) = &mut members {
        members.extend(absent.map(|attribute| (attribute.name.to_owned(), Json::Null)));
    }
    members
}

/// The parts that every instance has, with no effect yet.
fn unchanged(address: &Address) -> ResourceChange<'_> {
    ResourceChange {
        address: address.to_string(),
        previous_address: None,
        module_address: module_address(&address.block.module),
        mode: mode(address.block.mode),
        r#type: &address.block.kind,
        name: &address.block.name,
        index: index(&address.key),
        provider_name: default_provider(address),
        change: effect(None, None, None),
        action_reason: None,
    }
}

/// The address of a module; `None` for the root module.
pub fn module_address(steps: &[ModuleStep]) -> Option<String> {
    (!steps.is_empty()).then(|| module_path(steps))
}

/// Terraform's word for whether a block manages or reads.
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "managed",
        Mode::Data => "data",
    }
}

/// What tells an instance from the others of its block.
pub fn index(key: &Key) -> Option<Json> {
    match key {
        Key::None => None,
        Key::Index(index) => Some(json!(index)),
        Key::Name(name) => Some(json!(&**name)),
    }
}

fn provider_name(change: &Change) -> String {
    match &change.scope {
        Some(scope) => full_name(&scope.provider.name),
        None => default_provider(&change.address),
    }
}

/// The provider that a type belongs to by its name, as in Terraform.
fn default_provider(address: &Address) -> String {
    full_name(address.kind().split('_').next().unwrap_or_default())
}

/// The name that Terraform knows a provider by, for what is part of Terraform itself.
pub fn full_name(provider: &str) -> String {
    match provider {
        "terraform" => "terraform.io/builtin/terraform".to_owned(),
        other => format!("backform/{other}"),
    }
}

fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::Create | Action::Run => &["create"],
        Action::Destroy => &["delete"],
        Action::Forget => &["forget"],
        Action::NoOp => &["no-op"],
        // Terraform's readers know neither; what they do to the object is a change in place.
        Action::Pause | Action::Resume | Action::Update => &["update"],
        Action::Read => &["read"],
        Action::Replace(ReplaceOrder::CreateFirst) => &["create", "delete"],
        Action::Replace(ReplaceOrder::DestroyFirst) => &["delete", "create"],
    }
}

/// Terraform's word for the reason, where it has one that fits the action.
pub fn action_reason(change: &Change) -> Option<&'static str> {
    match (change.action, &change.reason) {
        (Action::Replace(_), Reason::Requested) => Some("replace_by_request"),
        (Action::Replace(_), Reason::Triggered { .. }) => Some("replace_by_triggers"),
        (Action::Replace(_), Reason::CannotUpdate { .. }) => Some("replace_because_cannot_update"),
        (Action::Destroy, Reason::NotInConfig | Reason::RemovedBlock { .. })
        | (Action::Forget, Reason::RemovedBlock { .. }) => Some("delete_because_no_resource_config"),
        (Action::Destroy, Reason::KeyNotInForEach) => Some("delete_because_each_key"),
        (Action::Destroy, Reason::IndexOutOfCount) => Some("delete_because_count_index"),
        (Action::Destroy, Reason::WrongRepetition) => Some("delete_because_wrong_repetition"),
        (Action::Read, Reason::ArgumentsUnknown) => Some("read_because_config_unknown"),
        _ => None,
    }
}

fn effect(before: Option<&Object>, after: Option<&Object>, schema: Option<&Schema>) -> Effect<'static> {
    let or = |object: Option<&Object>, otherwise: Json, shown: fn(&Object) -> Json| {
        object.map_or(otherwise, shown)
    };
    Effect {
        actions: &[],
        before: before.map_or(Json::Null, |object| with_nulls(object, schema)),
        after: Some(after.map_or(Json::Null, |object| with_nulls(object, schema))),
        after_unknown: or(after.filter(|after| !is_known(after)), json!({}), unknown_object),
        before_sensitive: or(before, json!(false), sensitive_object),
        after_sensitive: or(after, json!(false), sensitive_object),
        replace_paths: Vec::new(),
        importing: None,
    }
}

/// Whether nothing of it waits for apply; Terraform gives no shape then.
fn is_known(object: &Object) -> bool {
    object.values().all(Value::is_wholly_known)
}

fn output_effect(change: &OutputChange) -> Effect<'static> {
    let hide = |value: &Value| if change.sensitive { value.clone().sensitive() } else { value.clone() };
    let shown = |value: Option<&Value>| value.map_or(Some(Json::Null), |value| known(&hide(value)));
    Effect {
        actions: match (&change.before, &change.after) {
            (None, Some(after)) if after.is_null() => &["no-op"],
            (None, Some(_)) => &["create"],
            (Some(_), None) => &["delete"],
            (Some(before), Some(after)) if is_same(before, after) => &["no-op"],
            (Some(_), Some(_)) => &["update"],
            (None, None) => &["no-op"],
        },
        before: shown(change.before.as_ref()).unwrap_or(Json::Null),
        after: shown(change.after.as_ref()),
        after_unknown: match &change.after {
            Some(value) if !value.is_wholly_known() => unknown(value),
            _ => json!(false),
        },
        before_sensitive: json!(change.sensitive),
        after_sensitive: json!(change.sensitive),
        replace_paths: Vec::new(),
        importing: None,
    }
}

/// A side of the plan.
#[derive(Clone, Copy)]
enum Side {
    Prior,
    Planned,
}

/// The objects on one side of the plan.
fn objects(plan: &Plan, schemas: &Schemas, side: Side) -> Module {
    let mut root_module = Module::default();
    for change in &plan.changes {
        let (object, depends_on) = match side {
            Side::Prior => {
                (change.before.as_ref(), change.depends_on.iter().map(ToString::to_string).collect())
            }
            Side::Planned => (planned(change), Vec::new()),
        };
        if let Some(object) = object {
            let resource = resource(change, object, schema_of(schemas, &change.address));
            let resource = Resource { depends_on, ..resource };
            module(&mut root_module, &change.address.block.module).resources.push(resource);
        }
    }
    root_module
}

/// The outputs on one side of the plan.
fn output_values(
    outputs: &BTreeMap<&str, OutputChange>,
    side: impl Fn(&OutputChange) -> Option<&Value>,
) -> BTreeMap<String, Json> {
    let shown = |change: &OutputChange| {
        let value = side(change)?;
        let ty = value.type_of().to_json();
        let hidden = if change.sensitive { value.clone().sensitive() } else { value.clone() };
        Some(match known(&hidden) {
            Some(value) => json!({"sensitive": change.sensitive, "type": ty, "value": value}),
            None => json!({"sensitive": change.sensitive}),
        })
    };
    outputs.iter().filter_map(|(name, change)| Some(((*name).to_owned(), shown(change)?))).collect()
}

/// The module at the end of the path, made where it is missing; changes are in order, so it is the last if it exists.
pub fn module<'a>(root: &'a mut Module, path: &[ModuleStep]) -> &'a mut Module {
    let mut module = root;
    for depth in 1..=path.len() {
        let address = module_address(&path[..depth]);
        if module.child_modules.last().is_none_or(|child| child.address != address) {
            module.child_modules.push(Module { address, ..Module::default() });
        }
        module = module.child_modules.last_mut().expect("a child was pushed if there was none");
    }
    module
}

fn resource(change: &Change, object: &Object, schema: Option<&Schema>) -> Resource {
    Resource {
        address: change.address.to_string(),
        mode: mode(change.address.block.mode),
        r#type: change.address.kind().to_owned(),
        name: change.address.block.name.to_string(),
        index: index(&change.address.key),
        provider_name: provider_name(change),
        schema_version: 0,
        values: with_nulls(object, schema),
        sensitive_values: sensitive_object(object),
        depends_on: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::*;
    use crate::model::address::BlockAddress;
    use crate::model::plan::Block;
    use crate::model::types::Type;

    fn parsed(given: &Plan) -> Json {
        let text = shown(given);
        assert!(!text.contains('\n'));
        serde_json::from_str(&text).expect("it is JSON")
    }

    fn shown(given: &Plan) -> String {
        of_dossier(given, plan)
    }

    fn secret() -> Change {
        let mut change = create(keyed("web", "a<b"), "i-web");
        let after = change.after.take().expect("a creation has an after");
        change.after = Some(with(after, "secret", Value::from("hunter2").sensitive()));
        change
    }

    #[test]
    fn the_whole_document() {
        let given = Plan { preparations: vec![preparation()], ..of(vec![secret()]) };
        insta::assert_snapshot!(shown(&given), @r#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[{"address":"alicloud_ecs_file_backup.web[\"a\u003cb\"]","mode":"managed","type":"alicloud_ecs_file_backup","name":"web","index":"a\u003cb","provider_name":"backform/alicloud","schema_version":0,"values":{"instance_id":"i-web","keep_latest_snapshot":true,"paused":false,"priority":"L0","secret":null,"workload":null},"sensitive_values":{"secret":true}}]}},"resource_changes":[{"address":"alicloud_ecs_file_backup.web[\"a\u003cb\"]","mode":"managed","type":"alicloud_ecs_file_backup","name":"web","index":"a\u003cb","provider_name":"backform/alicloud","change":{"actions":["create"],"before":null,"after":{"instance_id":"i-web","keep_latest_snapshot":true,"paused":false,"priority":"L0","secret":null,"workload":null},"after_unknown":{"plan_id":true},"before_sensitive":false,"after_sensitive":{"secret":true}}}],"output_changes":{},"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}},"configuration":{"root_module":{}},"applyable":true,"complete":true,"errored":false,"x_backform":{"version":1,"tool":{"name":"backform","version":"0.1.0"},"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","mode":"normal","tier":2,"preparations":[{"provider":"alicloud","name":"open-cloud-backup","title":"open the Cloud Backup service for the account","consequence":"It cannot be closed again.","risk":"opens-service","tier":2,"needed_by":["alicloud_ecs_file_backup"]}],"changes":[{"address":"alicloud_ecs_file_backup.web[\"a\u003cb\"]","action":"create","reason":{"kind":"not-in-state"},"tier":1,"risks":[],"blocks":[],"acknowledged":[],"declared_at":{"file":"main.hcl","line":12,"column":3},"causes":{"instance_id":{"kind":"config","place":{"file":"main.hcl","line":14,"column":3}},"keep_latest_snapshot":{"kind":"config","place":{"file":"main.hcl","line":14,"column":3}},"paused":{"kind":"config","place":{"file":"main.hcl","line":14,"column":3}},"plan_id":{"kind":"config","place":{"file":"main.hcl","line":14,"column":3}},"priority":{"kind":"config","place":{"file":"main.hcl","line":14,"column":3}}}}],"coverage":{"before":0,"after":0,"lost":[],"gained":[]}}}"#);
    }

    #[test]
    fn every_action_in_terraforms_words() {
        let check = |change: Change, expected: Json| {
            assert_eq!(parsed(&of(vec![change]))["resource_changes"][0]["change"]["actions"], expected);
        };
        check(create(named("a"), "i"), json!(["create"]));
        check(update(named("a"), "i"), json!(["update"]));
        check(pause(named("a"), "i"), json!(["update"]));
        check(resume(named("a"), "i"), json!(["update"]));
        check(destroy(named("a"), "i"), json!(["delete"]));
        check(forget(named("a"), "i"), json!(["forget"]));
        check(replace(named("a"), "i", "j"), json!(["create", "delete"]));
    }

    #[test]
    fn a_replacement_says_why_and_what_is_lost() {
        let json = parsed(&of(vec![replace(named("a"), "i", "j")]));
        let change = &json["resource_changes"][0];
        assert_eq!(change["action_reason"], "replace_because_cannot_update");
        assert_eq!(change["change"]["replace_paths"], json!([["instance_id"]]));
        assert_eq!(change["change"]["after_unknown"], json!({"plan_id": true}));
        let extra = &json["x_backform"]["changes"][0];
        assert_eq!(extra["risks"][0]["kind"], "destroys-backups");
        assert_eq!(extra["risks"][0]["tier"], 3);
        assert_eq!(extra["risks"][0]["evidence"]["newest"], "2026-11-20T02:14:00Z");
        assert_eq!(extra["confirmation"], "plan-i");
        assert_eq!(json["x_backform"]["tier"], 3);
    }

    #[test]
    fn a_blocked_plan_is_not_applyable() {
        let mut change = destroy(named("a"), "i");
        change.blocks =
            vec![Block::PreventDestroy { place: place(9) }, Block::Gate { gates: vec![gate(false)] }];
        let json = parsed(&of(vec![change]));
        assert_eq!(json["applyable"], false);
        assert_eq!(json["x_backform"]["changes"][0]["blocks"][0]["kind"], "prevent-destroy");
        assert_eq!(json["x_backform"]["changes"][0]["blocks"][1]["rule"], "Data Volume > 2 TB");
    }

    #[test]
    fn modules_nest_as_in_terraform() {
        let step = |name: &str, key| ModuleStep { name: name.into(), key };
        let block = |steps: Vec<ModuleStep>| BlockAddress {
            module: steps.into(),
            ..BlockAddress::managed(KIND, "w")
        };
        let outer = || step("a", Key::Name("x".into()));
        let given = of(vec![
            create(block(vec![]).instance(Key::None), "i-1"),
            create(block(vec![outer(), step("b", Key::None)]).instance(Key::Index(0)), "i-2"),
            create(block(vec![outer(), step("b", Key::None)]).instance(Key::Index(1)), "i-3"),
        ]);
        let json = parsed(&given);
        let root = &json["planned_values"]["root_module"];
        assert_eq!(root["resources"].as_array().map(Vec::len), Some(1));
        assert_eq!(root["child_modules"][0]["address"], "module.a[\"x\"]");
        let inner = &root["child_modules"][0]["child_modules"][0];
        assert_eq!(inner["address"], "module.a[\"x\"].module.b");
        assert_eq!(inner["resources"][1]["index"], 1);
        assert_eq!(json["resource_changes"][1]["module_address"], "module.a[\"x\"].module.b");
    }

    #[test]
    fn no_secret_is_in_it() {
        let output = OutputChange {
            before: Some(Value::from("hunter2")),
            after: Some(Value::from("hunter3")),
            sensitive: true,
        };
        let mut given = of(vec![secret()]);
        given.outputs = [("password".into(), output)].into();
        let text = shown(&given);
        assert!(!text.contains("hunter"), "{text}");
        let json = parsed(&given);
        assert_eq!(json["resource_changes"][0]["change"]["after_sensitive"], json!({"secret": true}));
        assert_eq!(json["output_changes"]["password"]["after_sensitive"], true);
    }

    #[test]
    fn outputs_are_there_as_far_as_they_are_known() {
        let output = |after: Value| OutputChange { before: None, after: Some(after), sensitive: false };
        let mut given = of(vec![]);
        given.outputs =
            [("a".into(), output(Value::from(1i64))), ("b".into(), output(Value::unknown(Type::String)))]
                .into();
        let json = parsed(&given);
        assert_eq!(
            json["planned_values"]["outputs"]["a"],
            json!({"sensitive": false, "type": "number", "value": 1})
        );
        assert_eq!(json["planned_values"]["outputs"]["b"], json!({"sensitive": false}));
        assert_eq!(json["output_changes"]["b"]["after_unknown"], true);
    }
}
