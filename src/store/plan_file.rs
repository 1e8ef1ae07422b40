//! A saved plan: what somebody reviews and approves, and apply must find again.
//!
//! The first line is a header with the format, the version of backform, the plan's digest and a checksum over all of
//! the file; the second is the plan. No byte of the file can change unnoticed, and the file holds no secret: each
//! sensitive value is replaced by a fingerprint of it. So a saved plan is not what apply executes. Apply plans again,
//! with the secrets at hand, and compares.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Error, atomic, state};
use crate::model::approval::Digest;
use crate::model::desired::ProviderKey;
use crate::model::outline::Outline;
use crate::model::plan::{AttributeChange, Change, Drift, OutputChange, Plan};
use crate::model::state::RecordedOutput;
use crate::model::value::{Mapping, Object, Value};

/// The format that is written. Older ones stay readable: each gets an arm in [`parse`].
pub const FORMAT: u64 = 1;

const KIND: &str = "backform plan";
const WHAT: &str = "the saved plan";

/// A plan with what is needed to tell whether it still holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedPlan {
    /// The version of backform that made it.
    pub tool: String,
    /// When, as the caller says it.
    pub created_at: String,
    /// The digest of `plan`, as its maker computed it; who loads the file computes it again.
    pub digest: Digest,
    /// The plan as [`redacted`] gives it.
    pub plan: Plan,
    /// The root module's variables; the sensitive ones are fingerprints.
    pub variables: BTreeMap<Arc<str>, Value>,
    /// What programs that read plans ask for besides; its sensitive outputs are fingerprints.
    pub outline: Outline,
    /// The configuration's files with the SHA-256 of each, as [`hash`] gives it.
    pub files: BTreeMap<String, String>,
    /// The lineage of the state that it was planned against.
    pub lineage: String,
    /// And its serial.
    pub serial: u64,
    /// The account that each provider configuration spoke for.
    pub accounts: BTreeMap<ProviderKey, String>,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    kind: String,
    format: u64,
    tool: String,
    digest: String,
    checksum: String,
}

/// The rest. The plan is in the model's own shape: a plan that this version cannot read is made anew in a minute.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    created_at: String,
    lineage: String,
    serial: u64,
    accounts: BTreeMap<ProviderKey, String>,
    files: BTreeMap<String, String>,
    variables: BTreeMap<Arc<str>, Value>,
    #[serde(default)]
    outline: Outline,
    plan: Plan,
}

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    state::hex(&Sha256::digest(bytes))
}

/// Saves a plan. Its variables are redacted on the way; its plan must be what [`redacted`] gave, since the digest is
/// that plan's.
///
/// # Errors
///
/// [`Error::TooDeep`] where a value could not be read back, and [`Error::Write`].
pub fn save(path: &Path, saved: &SavedPlan) -> Result<(), Error> {
    let SavedPlan { tool, created_at, digest, plan, variables, outline, files, lineage, serial, accounts } =
        saved.clone();
    readable(&plan, &variables, &outline)?;
    let variables =
        variables.iter().map(|(name, value)| (name.clone(), redact(value, &format!("var.{name}"))));
    let variables = variables.collect();
    let outline = redacted_outline(outline);
    let body = Body { created_at, lineage, serial, accounts, files, variables, outline, plan };
    let body = serde_json::to_string(&body).expect("plain data with texts as names is always JSON") + "\n";
    let header =
        Header { kind: KIND.to_owned(), format: FORMAT, tool, digest: digest.0, checksum: String::new() };
    let header = header.sealed(&body);
    atomic::write(path, |out| {
        writeln!(out, "{}", header.line())?;
        out.write_all(body.as_bytes())
    })
}

/// Loads a plan.
///
/// # Errors
///
/// [`Error::NotOurs`], [`Error::Newer`], [`Error::Damaged`] and [`Error::Read`], each with what to do.
pub fn load(path: &Path) -> Result<SavedPlan, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    parse(path, &bytes)
}

/// Reads the bytes of a saved plan; `path` is where they come from, for messages.
///
/// # Errors
///
/// As [`load`].
pub fn parse(path: &Path, bytes: &[u8]) -> Result<SavedPlan, Error> {
    let damaged = |problem: &str| {
        Error::Damaged {
        what: WHAT,
        path: path.to_owned(),
        problem: problem.to_owned(),
        remedy: "What is in it is not what was saved, so no approval holds for it: plan again, and review that plan"
            .to_owned(),
    }
    };
    let text = std::str::from_utf8(bytes).map_err(|_| not_ours(path))?;
    let (line, body) = text.split_once('\n').unwrap_or((text, ""));
    let header: Header = serde_json::from_str(line).map_err(|_| not_ours(path))?;
    match header.format {
        _ if header.kind != KIND => return Err(not_ours(path)),
        1 => {}
        format if format > FORMAT => {
            return Err(Error::Newer { what: WHAT, path: path.to_owned(), format, known: FORMAT });
        }
        _ => return Err(damaged("no format has that number")),
    }
    if !body.ends_with('\n') {
        return Err(damaged("the file ends early"));
    }
    // The line itself must be the one that was written: another spelling of the same header is a change too.
    if header.sealed(body).line() != line {
        return Err(damaged("its checksum does not fit its content"));
    }
    let Body { created_at, lineage, serial, accounts, files, variables, outline, plan } =
        serde_json::from_str(body).map_err(|error| damaged(&error.to_string()))?;
    let (tool, digest) = (header.tool, Digest(header.digest));
    Ok(SavedPlan { tool, created_at, digest, plan, variables, outline, files, lineage, serial, accounts })
}

fn not_ours(path: &Path) -> Error {
    Error::NotOurs {
        what: WHAT,
        path: path.to_owned(),
        problem: "it is not a plan that backform saved, or its beginning is damaged".to_owned(),
        remedy: "Name a file that `backform plan --out` wrote".to_owned(),
    }
}

impl Header {
    /// The same header with the checksum for that body.
    fn sealed(&self, body: &str) -> Self {
        let Self { kind, format, tool, digest, checksum: _ } = self;
        let open = Self {
            kind: kind.clone(),
            format: *format,
            tool: tool.clone(),
            digest: digest.clone(),
            checksum: String::new(),
        };
        let checksum = hash(format!("{}\n{body}", open.line()).as_bytes());
        Self { checksum, ..open }
    }

    fn line(&self) -> String {
        serde_json::to_string(self).expect("a struct of texts and a number is always JSON")
    }
}

/// Values of any depth are in outputs and variables only; a schema bounds all others.
fn readable(plan: &Plan, variables: &BTreeMap<Arc<str>, Value>, outline: &Outline) -> Result<(), Error> {
    for (name, output) in &outline.outputs {
        state::readable(&output.value, &|| format!("output.{name}"))?;
    }
    for (name, change) in &plan.outputs {
        for value in change.before.iter().chain(&change.after) {
            state::readable(value, &|| format!("output.{name}"))?;
        }
    }
    variables.iter().try_for_each(|(name, value)| state::readable(value, &|| format!("var.{name}")))
}

/// The plan without any secret: each sensitive value becomes a sensitive text, its fingerprint.
///
/// The digest that people approve is computed of this plan, so that it is the same for the plan in memory and the
/// plan in a file. Equal values at one place have equal fingerprints, so a change of a secret is still a change; at
/// different places they differ, so nobody sees that two secrets are the same. The fingerprint of a guess can be
/// computed: it protects keys and long passwords, and not a secret out of a handful.
#[must_use]
pub fn redacted(plan: &Plan) -> Cow<'_, Plan> {
    if !holds_secret(plan) {
        return Cow::Borrowed(plan);
    }
    let Plan {
        mode: _,
        preparations: _,
        changes,
        drift,
        outputs,
        groups: _,
        steps: _,
        coverage: _,
        quotas: _,
        token: _,
    } = plan;
    Cow::Owned(Plan {
        changes: changes.iter().map(redacted_change).collect(),
        drift: drift.iter().map(redacted_drift).collect(),
        outputs: outputs.iter().map(|(name, change)| (name.clone(), redacted_output(name, change))).collect(),
        ..plan.clone()
    })
}

/// Whether there is anything to redact. Most plans hold no secret, and need no copy of themselves then.
fn holds_secret(plan: &Plan) -> bool {
    let changes = plan.changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
    let drift = plan.drift.iter().flat_map(|drift| std::iter::once(&drift.before).chain(&drift.after));
    let differences = plan.changes.iter().map(|change| &change.attributes);
    let differences = differences.chain(plan.drift.iter().map(|drift| &drift.attributes)).flatten();
    let objects = changes.chain(drift).flat_map(Object::values);
    let attributes = differences.flat_map(|attribute| attribute.before.iter().chain(&attribute.after));
    let outputs = plan.outputs.values().flat_map(|change| change.before.iter().chain(&change.after));
    plan.outputs.values().any(|change| change.sensitive)
        || objects.chain(attributes).chain(outputs).any(|value| !value.marks_deep().is_empty())
}

fn redacted_change(change: &Change) -> Change {
    let place = change.address.to_string();
    Change {
        before: change.before.as_ref().map(|object| redact_members(object, &place)),
        after: change.after.as_ref().map(|object| redact_members(object, &place)),
        attributes: redacted_attributes(&change.attributes, &place),
        ..change.clone()
    }
}

fn redacted_drift(drift: &Drift) -> Drift {
    let place = drift.address.to_string();
    Drift {
        before: redact_members(&drift.before, &place),
        after: drift.after.as_ref().map(|object| redact_members(object, &place)),
        attributes: redacted_attributes(&drift.attributes, &place),
        ..drift.clone()
    }
}

fn redacted_attributes(attributes: &[AttributeChange], place: &str) -> Vec<AttributeChange> {
    let redacted = |attribute: &AttributeChange| {
        let place = format!("{place}.{}", attribute.name);
        AttributeChange {
            before: attribute.before.as_ref().map(|value| redact(value, &place)),
            after: attribute.after.as_ref().map(|value| redact(value, &place)),
            ..attribute.clone()
        }
    };
    attributes.iter().map(redacted).collect()
}

fn redacted_output(name: &str, change: &OutputChange) -> OutputChange {
    let place = format!("output.{name}");
    let redacted = |value: &Value| {
        let value = if change.sensitive { value.clone().sensitive() } else { value.clone() };
        redact(&value, &place)
    };
    OutputChange {
        before: change.before.as_ref().map(redacted),
        after: change.after.as_ref().map(redacted),
        sensitive: change.sensitive,
    }
}

fn redacted_outline(outline: Outline) -> Outline {
    let redacted = |(name, output): (&Arc<str>, &RecordedOutput)| {
        let value = if output.sensitive { output.value.clone().sensitive() } else { output.value.clone() };
        let value = redact(&value, &format!("output.{name}"));
        (name.clone(), RecordedOutput { value, sensitive: output.sensitive })
    };
    Outline { outputs: outline.outputs.iter().map(redacted).collect(), ..outline }
}

fn redact_members(object: &Object, place: &str) -> Object {
    object.iter().map(|(name, value)| (name.clone(), redact(value, &format!("{place}.{name}")))).collect()
}

fn redact_items(items: &[Value], place: &str) -> Vec<Value> {
    items.iter().enumerate().map(|(index, item)| redact(item, &format!("{place}[{index}]"))).collect()
}

/// The value with a fingerprint for each marked part of it. What is not known yet holds no secret and stays.
fn redact(value: &Value, place: &str) -> Value {
    if value.marks_deep().is_empty() {
        return value.clone();
    }
    match value {
        Value::Marked(marked) if matches!(marked.value, Value::Unknown(_)) => value.clone(),
        Value::Marked(marked) => Value::string(fingerprint(&marked.value, place)).with_marks(marked.marks),
        Value::List(list) => Value::list(list.element.clone(), redact_items(&list.items, place)),
        Value::Set(set) => Value::set(set.element.clone(), redact_items(&set.items, place)),
        Value::Tuple(items) => Value::tuple(redact_items(items, place)),
        Value::Map(map) => Value::Map(Arc::new(Mapping {
            element: map.element.clone(),
            items: redact_members(&map.items, place),
        })),
        Value::Object(object) => Value::Object(Arc::new(redact_members(object, place))),
        Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unknown(_) => {
            value.clone()
        }
    }
}

/// SHA-256 of a value, salted with its place so that no table made once serves for all plans.
fn fingerprint(value: &Value, place: &str) -> String {
    let text = serde_json::to_string(value).expect("every value is JSON");
    format!("sha256:{}", hash(format!("backform sensitive value\0{place}\0{text}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{Action, Reason};
    use crate::model::types::Type;
    use crate::store::state::tests::{address, recorded};
    use std::path::PathBuf;

    /// A plan with a secret in every place that can hold one.
    fn plan(secret: &str) -> Plan {
        let nested = Value::object([("list", Value::tuple([Value::string(secret).sensitive()]))]);
        let late = Value::unknown(Type::String).sensitive();
        let mut values = recorded("x").values;
        values.insert("token".into(), Value::string(secret).sensitive());
        values.insert("nested".into(), nested.clone());
        values.insert("late".into(), late.clone());
        let attribute = AttributeChange {
            name: "nested".into(),
            before: Some(nested.clone().sensitive()),
            after: Some(nested),
            forces_replacement: false,
            cause: None,
        };
        let change = Change {
            address: address("a"),
            moved_from: None,
            renamed_from: None,
            importing: None,
            scope: Some(recorded("x").scope),
            action: Action::Update,
            reason: Reason::AttributesDiffer,
            id: Some("plan-1".into()),
            before: Some(values.clone()),
            after: Some(values.clone()),
            attributes: vec![attribute.clone()],
            moves: Vec::new(),
            risks: vec![],
            blocks: vec![],
            acknowledged: vec![],
            advice: vec![],
            declared_at: None,
            depends_on: vec![],
            prevent_destroy: None,
            on_removal: None,
        };
        let drift = Drift {
            address: address("a"),
            id: "plan-1".into(),
            before: values.clone(),
            after: Some(values),
            attributes: vec![attribute],
        };
        let output = OutputChange { before: Some(secret.into()), after: Some(late), sensitive: true };
        Plan {
            changes: vec![change],
            drift: vec![drift],
            outputs: [(Arc::from("key"), output)].into(),
            ..Plan::default()
        }
    }

    fn saved(secret: &str) -> SavedPlan {
        SavedPlan {
            tool: "0.1.0".into(),
            created_at: "2026-11-21T10:00:00Z".into(),
            digest: Digest("d".repeat(64)),
            plan: redacted(&plan(secret)).into_owned(),
            variables: [
                (Arc::from("password"), Value::string(secret).sensitive()),
                (Arc::from("region"), Value::string("r-1")),
            ]
            .into(),
            outline: Outline {
                outputs: [(
                    Arc::from("stays"),
                    RecordedOutput { value: Value::string(secret), sensitive: true },
                )]
                .into(),
                ..Outline::default()
            },
            files: [("main.hcl".to_owned(), hash(b"text"))].into(),
            lineage: "lineage-1".into(),
            serial: 7,
            accounts: [(ProviderKey::default_of("cloud"), "1234".to_owned())].into(),
        }
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("reviewed.plan");
        (directory, path)
    }

    fn bytes() -> Vec<u8> {
        let (_directory, path) = place();
        save(&path, &saved("hunter2")).unwrap();
        std::fs::read(path).unwrap()
    }

    #[test]
    fn a_plan_reads_back_as_it_was_saved() {
        let (_directory, path) = place();
        let saved = saved("hunter2");
        save(&path, &saved).unwrap();
        let loaded = load(&path).unwrap();
        assert_eq!(loaded.plan, saved.plan);
        assert_eq!(loaded.variables["region"], Value::string("r-1"));
        assert!(loaded.variables["password"].is_sensitive());
        assert!(loaded.outline.outputs["stays"].value.is_sensitive());
        let SavedPlan { variables, outline, .. } = saved.clone();
        assert_eq!(SavedPlan { variables, outline, ..loaded }, saved);
    }

    #[test]
    fn no_secret_is_in_the_file() {
        let text = String::from_utf8(bytes()).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        // Two in each of six objects, one in each of two outputs, one in the variables.
        assert_eq!(text.matches("sha256:").count(), 15);
    }

    #[test]
    fn what_is_not_known_yet_survives() {
        let plan = redacted(&plan("hunter2")).into_owned();
        let after = plan.changes[0].after.as_ref().unwrap();
        assert_eq!(after["late"], Value::unknown(Type::String).sensitive());
    }

    #[test]
    fn a_plan_without_secrets_is_not_copied() {
        assert!(matches!(redacted(&Plan::default()), Cow::Borrowed(_)));
        let check = |plan: Plan| assert!(matches!(redacted(&plan), Cow::Owned(_)));
        let Plan { changes, drift, outputs, .. } = plan("hunter2");
        check(Plan { changes, ..Plan::default() });
        check(Plan { drift, ..Plan::default() });
        check(Plan { outputs, ..Plan::default() });
    }

    #[test]
    fn another_secret_is_another_plan_and_the_same_one_is_not() {
        assert_eq!(redacted(&plan("hunter2")), redacted(&plan("hunter2")));
        assert_ne!(redacted(&plan("hunter2")), redacted(&plan("hunter3")));
    }

    #[test]
    fn equal_secrets_at_two_places_look_different() {
        let secret = Value::string("hunter2").sensitive();
        assert_ne!(redact(&secret, "a.b.x"), redact(&secret, "a.b.y"));
        assert_eq!(redact(&secret, "a.b.x"), redact(&secret, "a.b.x"));
    }

    #[test]
    fn every_changed_byte_and_every_cut_voids_it() {
        let bytes = bytes();
        let path = Path::new("p");
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            assert!(parse(path, &changed).is_err(), "byte {position} changed");
            assert!(parse(path, &bytes[..position]).is_err(), "cut at {position}");
        }
        assert!(parse(path, &[&bytes[..], b"\n"].concat()).is_err(), "a byte more");
    }

    #[test]
    fn a_header_in_another_spelling_is_a_change() {
        let text = String::from_utf8(bytes()).unwrap();
        for (from, to) in
            [("\"format\":1", "\"format\": 1"), ("\"kind\"", "\"extra\":1,\"kind\""), ("}\n", "}\r\n")]
        {
            let changed = text.replacen(from, to, 1);
            assert!(parse(Path::new("p"), changed.as_bytes()).is_err(), "{from} to {to}");
        }
    }

    #[test]
    fn each_kind_of_wrong_file_has_one_clear_error() {
        let whole = String::from_utf8(bytes()).unwrap();
        let check = |text: &str, expected: [&str; 2]| {
            let error = parse(Path::new("dir/reviewed.plan"), text.as_bytes()).unwrap_err().to_string();
            for part in ["dir/reviewed.plan"].iter().chain(&expected) {
                assert!(error.contains(part), "{part} is missing in: {error}");
            }
        };
        check("", ["not a plan that backform saved", "plan --out"]);
        check("PK\u{3}\u{4}", ["not a plan that backform saved", "plan --out"]);
        check("{\"format\":1}\n{}\n", ["not a plan that backform saved", "plan --out"]);
        check(&whole.replacen("backform plan", "something else", 1), ["not a plan", "plan --out"]);
        check(&whole.replacen("\"format\":1", "\"format\":2", 1), ["has format 2", "newer"]);
        check(&whole.replacen("\"format\":1", "\"format\":0", 1), ["no format", "plan again"]);
        check(&whole[..whole.len() / 2], ["ends early", "plan again"]);
        check(&whole.replacen("r-1", "r-2", 1), ["checksum", "plan again"]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let (_directory, path) = place();
        assert!(load(&path).unwrap_err().to_string().contains("reviewed.plan"));
    }

    #[test]
    fn a_value_too_deep_to_be_read_back_is_refused() {
        let (_directory, path) = place();
        let deep = (0..50).fold(Value::from(true), |value, _| Value::tuple([value]));
        let variables = [(Arc::from("deep"), deep)].into();
        let error = save(&path, &SavedPlan { variables, ..saved("x") }).unwrap_err().to_string();
        assert!(error.contains("var.deep") && !path.exists(), "{error}");
    }
}
