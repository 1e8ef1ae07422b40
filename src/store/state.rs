//! The state file.
//!
//! One JSON document, with a line for each resource so that two versions can be compared line by line. Its last
//! member is a checksum of every byte before it: a file that was cut, damaged or edited by hand is noticed.
//! The shapes here belong to the file and are converted from the model's, which may change without the format.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::Error;
use super::atomic::{self, beside};
use crate::model::address::{Address, BlockAddress};
use crate::model::desired::{OnRemoval, ProviderKey, Scope};
use crate::model::diagnostic::Place;
use crate::model::state::{OpenIntent, Operation, Recorded, RecordedOutput, State};
use crate::model::value::{Object, Value};

/// The format that is written. Older ones stay readable: each has its arm in [`parse`].
pub const FORMAT: u64 = 1;

/// How every state file begins; a reader finds the format here, whatever follows.
const OPENING: &[u8] = b"{\n\"format\": ";

/// What stands between the last resource and the checksum.
const TRAILER: &str = "\"checksum\": \"";

/// What stands after the checksum.
const END: &str = "\"\n}\n";

/// How deep a value may be nested. A level takes up to five of JSON (a marked list with its type), and reading stops at
/// 128.
const DEPTH_LIMIT: usize = 20;

/// The length of a SHA-256 in hexadecimal digits.
const CHECKSUM_LENGTH: usize = 64;

/// Reads the state, or `None` where there is no such file.
///
/// # Errors
///
/// [`Error::Damaged`] names what is wrong and where, and the backup where that one is intact; [`Error::Newer`] and
/// [`Error::NotOurs`] say what they say.
pub fn load(path: &Path) -> Result<Option<State>, Error> {
    let Some(bytes) = atomic::read(path)? else { return Ok(None) };
    parse(path, &bytes).map(Some)
}

/// Writes the state whole, and keeps the version before it as `.backup`.
///
/// # Errors
///
/// [`Error::UnknownValue`] and [`Error::TooDeep`] where a value cannot be in a state, and [`Error::Write`]; each leaves
/// the old file as it was.
pub fn save(path: &Path, state: &State) -> Result<(), Error> {
    all_storable(state)?;
    atomic::write_with_backup(path, |out| write(state, out))
}

/// Reads the bytes of a state file; `path` is where they come from, for messages.
///
/// # Errors
///
/// As [`load`].
pub fn parse(path: &Path, bytes: &[u8]) -> Result<State, Error> {
    match format_of(bytes) {
        Some(1) => {}
        Some(format) if format > FORMAT => {
            return Err(Error::Newer { what: "the state", path: path.to_owned(), format, known: FORMAT });
        }
        _ => return Err(damaged(path, beginning_problem(bytes))),
    }
    let file: FileV1 = read_v1(bytes).map_err(|problem| damaged(path, problem))?;
    Ok(file.into_state())
}

/// Writes the state in the newest format.
///
/// # Errors
///
/// Those of `out`.
pub fn write(state: &State, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Hashing { out, hash: Sha256::new() };
    out.write_all(OPENING)?;
    writeln!(out, "{FORMAT},")?;
    member(&mut out, "lineage", &state.lineage)?;
    member(&mut out, "serial", &state.serial)?;
    member(&mut out, "accounts", &state.accounts)?;
    let intents: Vec<IntentV1> = state.open_intents.iter().map(IntentV1::of).collect();
    member(&mut out, "open_intents", &intents)?;
    let outputs: BTreeMap<&str, OutputV1> =
        state.outputs.iter().map(|(name, output)| (&**name, OutputV1::of(output))).collect();
    member(&mut out, "outputs", &outputs)?;
    out.write_all(b"\"resources\": [")?;
    for (index, (address, recorded)) in state.resources.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &ResourceV1::of(address, recorded))?;
    }
    out.write_all(b"\n],\n")?;
    let Hashing { out, hash } = out;
    write!(out, "{TRAILER}{}{END}", hex(&hash.finalize()))
}

/// One member of the document on a line of its own.
fn member(out: &mut impl Write, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "\"{name}\": ")?;
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b",\n")
}

/// Passes on what is written, and remembers its hash.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A hash as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes every text");
        text
    })
}

/// The format that the file says it has.
fn format_of(bytes: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Any {
        format: u64,
    }
    if let Some(rest) = bytes.strip_prefix(OPENING) {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        return std::str::from_utf8(&rest[..digits]).ok()?.parse().ok();
    }
    // Not as we write it, so not readable as ours; it may still be a newer format, and then that is the thing to say.
    let Any { format } = serde_json::from_slice(bytes).ok()?;
    (format > FORMAT).then_some(format)
}

/// What is wrong with a file that does not begin as a state does.
fn beginning_problem(bytes: &[u8]) -> String {
    match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
        _ if bytes.is_empty() => "the file is empty".to_owned(),
        Ok(_) => "it does not begin as backform writes it; another program wrote or changed it".to_owned(),
        Err(error) => format!("it is not a state: {error}"),
    }
}

/// Reads format 1; the error says what is wrong, and where.
fn read_v1(bytes: &[u8]) -> Result<FileV1<'static>, String> {
    let length = TRAILER.len() + CHECKSUM_LENGTH + END.len();
    let (body, trailer) = bytes.split_at(bytes.len().saturating_sub(length));
    let stated = trailer.strip_prefix(TRAILER.as_bytes()).and_then(|rest| rest.strip_suffix(END.as_bytes()));
    let is_intact = stated.is_some_and(|stated| stated == hex(&Sha256::digest(body)).as_bytes());
    match serde_json::from_slice(bytes) {
        Ok(file) if is_intact => Ok(file),
        Ok(_) => Err("its checksum does not fit its content; somebody or something changed it".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn damaged(path: &Path, problem: String) -> Error {
    let backup = beside(path, ".backup");
    let intact = atomic::read(&backup).ok().flatten().and_then(|bytes| read_v1(&bytes).ok());
    let remedy = match intact {
        Some(file) => format!(
            "The version before it (serial {}) is intact: put `{}` in its place and plan again; what was applied \
             since then will show as objects that exist and are not in the state",
            file.serial,
            backup.display()
        ),
        None => "There is no intact backup beside it: restore the file from your own backups".to_owned(),
    };
    Error::Damaged { what: "the state", path: path.to_owned(), problem, remedy }
}

/// Checks every value of the state.
fn all_storable(state: &State) -> Result<(), Error> {
    for (address, recorded) in &state.resources {
        for (name, value) in &recorded.values {
            storable(value, &|| format!("{address}.{name}"))?;
        }
    }
    state.outputs.iter().try_for_each(|(name, output)| storable(&output.value, &|| format!("output.{name}")))
}

/// Checks that a value is known, since what is not would be compared with the clouds for ever after, and that it will
/// be readable again.
fn storable(value: &Value, place: &dyn Fn() -> String) -> Result<(), Error> {
    if !value.is_wholly_known() {
        return Err(Error::UnknownValue { place: place() });
    }
    readable(value, place)
}

/// Checks that a value is not nested more deeply than a reader of JSON follows.
pub(super) fn readable(value: &Value, place: &dyn Fn() -> String) -> Result<(), Error> {
    if is_deeper_than(DEPTH_LIMIT, value) { Err(Error::TooDeep { place: place() }) } else { Ok(()) }
}

fn is_deeper_than(limit: usize, value: &Value) -> bool {
    let mut parts = value.unmarked().parts();
    parts.any(|part| limit == 0 || is_deeper_than(limit - 1, part))
}

/// The whole document, as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileV1<'a> {
    #[serde(rename = "format")]
    _format: u64,
    lineage: String,
    serial: u64,
    accounts: BTreeMap<ProviderKey, String>,
    open_intents: Vec<IntentV1>,
    outputs: BTreeMap<Arc<str>, OutputV1<'a>>,
    #[serde(deserialize_with = "read_resources")]
    resources: BTreeMap<Address, Recorded>,
    #[serde(rename = "checksum")]
    _checksum: String,
}

impl FileV1<'_> {
    fn into_state(self) -> State {
        State {
            lineage: self.lineage,
            serial: self.serial,
            accounts: self.accounts,
            resources: self.resources,
            outputs: self.outputs.into_iter().map(|(name, output)| (name, output.into_recorded())).collect(),
            open_intents: self.open_intents.into_iter().map(IntentV1::into_intent).collect(),
        }
    }
}

/// Reads the resources one by one, so that only one of them is ever in two shapes at once.
fn read_resources<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Address, Recorded>, D::Error> {
    struct Resources;

    impl<'de> Visitor<'de> for Resources {
        type Value = BTreeMap<Address, Recorded>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of resources")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut names = Names::default();
            let mut resources = BTreeMap::new();
            while let Some(resource) = list.next_element::<ResourceV1<'_>>()? {
                let (address, recorded) = resource.into_recorded(&mut names);
                resources.insert(address, recorded);
            }
            Ok(resources)
        }
    }

    deserializer.deserialize_seq(Resources)
}

/// Names that come again with every resource, each kept once: a quarter of the memory of a large state.
#[derive(Default)]
struct Names(BTreeSet<Arc<str>>);

impl Names {
    fn shared(&mut self, name: Arc<str>) -> Arc<str> {
        if let Some(known) = self.0.get(&name) {
            return known.clone();
        }
        self.0.insert(name.clone());
        name
    }

    fn shared_keys(&mut self, object: Object) -> Object {
        object.into_iter().map(|(name, value)| (self.shared(name), value)).collect()
    }

    fn shared_block(&mut self, block: BlockAddress) -> BlockAddress {
        let BlockAddress { module, mode, kind, name } = block;
        BlockAddress { module, mode, kind: self.shared(kind), name: self.shared(name) }
    }

    fn shared_scope(&mut self, provider: ProviderKey, region: Arc<str>) -> Scope {
        let ProviderKey { name, alias } = provider;
        let provider = ProviderKey { name: self.shared(name), alias: alias.map(|alias| self.shared(alias)) };
        Scope { provider, region: self.shared(region) }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceV1<'a> {
    address: Cow<'a, Address>,
    id: Arc<str>,
    provider: ProviderKey,
    region: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<Arc<str>>,
    values: Cow<'a, Object>,
    #[serde(default, skip_serializing_if = "<[BlockAddress]>::is_empty")]
    depends_on: Cow<'a, [BlockAddress]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prevent_destroy: Option<PlaceV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_removal: Option<OnRemovalV1>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    left_over: bool,
}

impl<'a> ResourceV1<'a> {
    fn of(address: &'a Address, recorded: &'a Recorded) -> Self {
        let Recorded {
            id,
            scope: Scope { provider, region },
            identity,
            values,
            depends_on,
            prevent_destroy,
            on_removal,
            left_over,
        } = recorded;
        Self {
            address: Cow::Borrowed(address),
            id: id.clone(),
            provider: provider.clone(),
            region: region.clone(),
            identity: identity.clone(),
            values: Cow::Borrowed(values),
            depends_on: Cow::Borrowed(depends_on),
            prevent_destroy: prevent_destroy.as_ref().map(PlaceV1::of),
            on_removal: on_removal.map(OnRemovalV1::of),
            left_over: *left_over,
        }
    }

    fn into_recorded(self, names: &mut Names) -> (Address, Recorded) {
        let recorded = Recorded {
            id: self.id,
            scope: names.shared_scope(self.provider, self.region),
            identity: self.identity,
            values: names.shared_keys(self.values.into_owned()),
            depends_on: self.depends_on.into_owned(),
            prevent_destroy: self.prevent_destroy.map(PlaceV1::into_place),
            on_removal: self.on_removal.map(OnRemovalV1::into_removal),
            left_over: self.left_over,
        };
        let Address { block, key } = self.address.into_owned();
        (Address { block: names.shared_block(block), key }, recorded)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputV1<'a> {
    value: Cow<'a, Value>,
    sensitive: bool,
}

impl<'a> OutputV1<'a> {
    fn of(output: &'a RecordedOutput) -> Self {
        let RecordedOutput { value, sensitive } = output;
        Self { value: Cow::Borrowed(value), sensitive: *sensitive }
    }

    fn into_recorded(self) -> RecordedOutput {
        RecordedOutput { value: self.value.into_owned(), sensitive: self.sensitive }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IntentV1 {
    address: Address,
    provider: ProviderKey,
    region: Arc<str>,
    operation: OperationV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<Arc<str>>,
}

impl IntentV1 {
    fn of(intent: &OpenIntent) -> Self {
        let OpenIntent { address, scope: Scope { provider, region }, operation, id, identity } =
            intent.clone();
        Self { address, provider, region, operation: OperationV1::of(operation), id, identity }
    }

    fn into_intent(self) -> OpenIntent {
        OpenIntent {
            address: self.address,
            scope: Scope { provider: self.provider, region: self.region },
            operation: self.operation.into_operation(),
            id: self.id,
            identity: self.identity,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceV1 {
    file: Arc<str>,
    line: u32,
    column: u32,
}

impl PlaceV1 {
    fn of(place: &Place) -> Self {
        let Place { file, line, column } = place.clone();
        Self { file, line, column }
    }

    fn into_place(self) -> Place {
        Place { file: self.file, line: self.line, column: self.column }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OnRemovalV1 {
    Pause,
    Retain,
    Destroy,
}

impl OnRemovalV1 {
    fn of(removal: OnRemoval) -> Self {
        match removal {
            OnRemoval::Pause => Self::Pause,
            OnRemoval::Retain => Self::Retain,
            OnRemoval::Destroy => Self::Destroy,
        }
    }

    fn into_removal(self) -> OnRemoval {
        match self {
            Self::Pause => OnRemoval::Pause,
            Self::Retain => OnRemoval::Retain,
            Self::Destroy => OnRemoval::Destroy,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OperationV1 {
    Prepare,
    Create,
    Update,
    Delete,
    Run,
}

impl OperationV1 {
    fn of(operation: Operation) -> Self {
        match operation {
            Operation::Prepare => Self::Prepare,
            Operation::Create => Self::Create,
            Operation::Update => Self::Update,
            Operation::Delete => Self::Delete,
            Operation::Run => Self::Run,
        }
    }

    fn into_operation(self) -> Operation {
        match self {
            Self::Prepare => Operation::Prepare,
            Self::Create => Operation::Create,
            Self::Update => Operation::Update,
            Self::Delete => Operation::Delete,
            Self::Run => Operation::Run,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::address::Key;
    use crate::model::number::Number;
    use crate::model::types::Type;
    use std::fs;
    use std::path::PathBuf;

    pub(in crate::store) fn address(name: &str) -> Address {
        BlockAddress::managed("cloud_backup", "web").instance(Key::Name(name.into()))
    }

    pub(in crate::store) fn recorded(id: &str) -> Recorded {
        let values = [
            ("id", Value::string(id)),
            ("paused", Value::from(false)),
            ("share", Value::Number(Number::parse("0.1").unwrap())),
            ("servers", Value::set(Type::String, [Value::string("i-1"), Value::string("i-2")])),
            ("token", Value::string("hunter2").sensitive()),
            ("window", Value::null_of(Type::String)),
        ];
        Recorded {
            id: id.into(),
            scope: Scope { provider: ProviderKey::default_of("cloud"), region: "r-1".into() },
            identity: Some("i-1".into()),
            values: values.map(|(name, value)| (Arc::from(name), value)).into(),
            depends_on: vec![BlockAddress::managed("cloud_vault", "one")],
            prevent_destroy: Some(Place { file: "main.hcl".into(), line: 3, column: 5 }),
            on_removal: Some(OnRemoval::Pause),
            left_over: false,
        }
    }

    pub(in crate::store) fn sample() -> State {
        let intent = OpenIntent {
            address: address("c"),
            scope: recorded("x").scope,
            operation: Operation::Create,
            id: None,
            identity: Some("i-9".into()),
        };
        let output = RecordedOutput { value: Value::tuple([Value::from(1_i64)]), sensitive: true };
        State {
            lineage: "lineage-1".into(),
            serial: 7,
            accounts: [(ProviderKey::default_of("cloud"), "1234".to_owned())].into(),
            resources: ["a", "b \"quoted\""].map(|name| (address(name), recorded(name))).into(),
            outputs: [(Arc::from("count"), output)].into(),
            open_intents: vec![intent],
        }
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("backform.state.json");
        (directory, path)
    }

    #[test]
    fn a_state_reads_back_as_it_was() {
        let check = |state: State| {
            let (_directory, path) = place();
            save(&path, &state).unwrap();
            assert_eq!(load(&path).unwrap(), Some(state));
        };
        check(State::default());
        check(sample());
    }

    #[test]
    fn a_state_that_is_not_there_is_no_error() {
        assert_eq!(load(&place().1).unwrap(), None);
    }

    #[test]
    fn the_file_is_json_with_a_line_for_each_resource() {
        let mut bytes = Vec::new();
        write(&sample(), &mut bytes).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(json["serial"], 7);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().filter(|line| line.starts_with("{\"address\":")).count(), 2);
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let mut bytes = Vec::new();
        write(&sample(), &mut bytes).unwrap();
        let (_directory, path) = place();
        let path = path.as_path();
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            assert!(parse(path, &changed).is_err(), "byte {position} changed");
            assert!(parse(path, &bytes[..position]).is_err(), "cut at {position}");
        }
        let longer = [&bytes[..], b"\n"].concat();
        assert!(parse(path, &longer).is_err(), "a byte more");
    }

    #[test]
    fn damage_is_reported_with_its_place_and_the_backup() {
        let (_directory, path) = place();
        save(&path, &sample()).unwrap();
        save(&path, &State { serial: 8, ..sample() }).unwrap();
        let check = |text: &str, expected: &[&str]| {
            fs::write(&path, text).unwrap();
            let error = load(&path).unwrap_err().to_string();
            for part in expected {
                assert!(error.contains(part), "{part} is missing in: {error}");
            }
        };
        let whole = fs::read_to_string(&path).unwrap();
        let backup = "backform.state.json.backup";
        check(&whole.replace("hunter2", "hunter3"), &["checksum", "serial 7", backup]);
        check(&whole.replace("\"region\":", "\"region\""), &["line 6 column", backup]);
        check(&whole[..whole.len() / 2], &["EOF while parsing", "line", backup]);
        check("", &["the file is empty", backup]);
        check("hello", &["it is not a state", "line 1", backup]);
        check("{}", &["does not begin as backform writes it", backup]);
        fs::write(beside(&path, ".backup"), "damaged too").unwrap();
        check("", &["no intact backup", "your own backups"]);
    }

    #[test]
    fn a_newer_format_is_refused_with_a_sentence() {
        let check = |text: &str| {
            let error = parse(&place().1, text.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Newer { format: 2, known: 1, .. }), "{error}");
            assert!(error.to_string().contains("newer"), "{error}");
        };
        check("{\n\"format\": 2,\n\"other\": {}}");
        check("{\"format\":2}");
    }

    #[test]
    fn what_is_not_known_is_in_no_state() {
        let check = |change: fn(&mut State), expected: &str| {
            let (_directory, path) = place();
            save(&path, &sample()).unwrap();
            let mut state = sample();
            change(&mut state);
            let error = save(&path, &state).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(load(&path).unwrap(), Some(sample()));
        };
        check(
            |state| {
                let values = &mut state.resources.get_mut(&address("a")).unwrap().values;
                values.insert("late".into(), Value::tuple([Value::unknown(Type::String).sensitive()]));
            },
            "cloud_backup.web[\"a\"].late",
        );
        check(
            |state| state.outputs.get_mut("count").unwrap().value = Value::unknown(Type::Any),
            "output.count",
        );
    }

    #[test]
    fn whatever_is_written_can_be_read() {
        let nested = |depth: usize| {
            let list = |value: Value| Value::list(value.type_of(), [value]).sensitive();
            (0..depth).fold(Value::from(true), |value, _| list(value))
        };
        let check = |depth: usize, is_storable: bool| {
            let (_directory, path) = place();
            let output = RecordedOutput { value: nested(depth), sensitive: false };
            let state = State { outputs: [(Arc::from("deep"), output)].into(), ..sample() };
            match save(&path, &state) {
                Ok(()) => assert_eq!(load(&path).unwrap(), Some(state), "{depth}"),
                Err(error) => assert!(error.to_string().contains("output.deep"), "{error}"),
            }
            assert_eq!(path.exists(), is_storable, "{depth}");
        };
        check(DEPTH_LIMIT, true);
        check(DEPTH_LIMIT + 1, false);
    }

    #[test]
    fn sensitive_marks_survive() {
        let (_directory, path) = place();
        save(&path, &sample()).unwrap();
        let state = load(&path).unwrap().unwrap();
        assert!(state.resources[&address("a")].values["token"].is_sensitive());
    }
}
