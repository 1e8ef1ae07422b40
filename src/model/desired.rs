//! What should be: the configuration, evaluated and expanded.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::{Address, BlockAddress, ModuleStep, module_path};
use super::diagnostic::{Place, Span};
use super::outline::{Checked, Conditioned};
use super::value::{Object, Value};

/// Which configured provider an object belongs to: a `provider` block's name and alias.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderKey {
    /// `alicloud`.
    pub name: Arc<str>,
    /// The `alias`, for further configurations of the same provider.
    pub alias: Option<Arc<str>>,
}

impl ProviderKey {
    /// The provider's configuration without alias.
    pub fn default_of(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), alias: None }
    }
}

impl fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.alias {
            Some(alias) => write!(f, "{}.{alias}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Serialize for ProviderKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProviderKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.split_once('.') {
            Some((name, alias)) => Self { name: name.into(), alias: Some(alias.into()) },
            None => Self::default_of(text),
        })
    }
}

/// A `provider` block, or the empty configuration that stands in for one.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Name and alias.
    pub key: ProviderKey,
    /// Its arguments; an argument that was left out is absent.
    pub arguments: Object,
    /// The block's header; `None` where no block was written.
    pub declared_at: Option<Span>,
}

impl ProviderConfig {
    /// The region that applies where a resource does not name its own.
    pub fn region(&self) -> Option<&str> {
        self.arguments.get("region").and_then(Value::as_str)
    }

    /// Tags that apply to every resource besides its own, as Terraform's providers have them.
    pub fn default_tags(&self) -> Option<Value> {
        self.arguments.get("default_tags")?.attribute("tags").filter(|tags| !tags.is_null())
    }
}

/// Where a list of objects lives: one provider configuration and one region of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The provider configuration.
    pub provider: ProviderKey,
    /// The region's id, `cn-hangzhou`.
    pub region: Arc<str>,
}

/// What happens to the object when its block is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnRemoval {
    /// Protection is paused; all backups stay.
    Pause,
    /// Nothing is done; the object stays in the state.
    Retain,
    /// The object is destroyed, with its backups.
    Destroy,
}

/// The `lifecycle` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// Where `prevent_destroy = true` stands.
    pub prevent_destroy: Option<Place>,
    /// Top-level attributes whose live value is kept.
    pub ignore_changes: BTreeSet<Arc<str>>,
    /// Parts of attributes whose live value is kept: the attribute, and the keys that lead into it.
    pub ignore_parts: Vec<(Arc<str>, Vec<Value>)>,
    /// `ignore_changes = all`.
    pub ignore_all: bool,
    /// Order of a replacement, where the user chose one.
    pub create_before_destroy: Option<bool>,
    /// Objects and attributes whose change replaces this one.
    pub replace_triggered_by: Vec<Trigger>,
    /// Where the user chose one.
    pub on_removal: Option<OnRemoval>,
}

/// One entry of `replace_triggered_by`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The instance whose change counts.
    pub address: Address,
    /// Its attribute that must change; `None` for any change of it.
    pub attribute: Option<Arc<str>>,
}

/// Why an attribute has its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Cause {
    /// The argument in the configuration.
    Config {
        /// Where its expression begins.
        place: Place,
        /// The first object, module or local value that the expression reads: where an unknown value comes from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reads: Option<Arc<str>>,
    },
    /// A variable that the argument's expression reads.
    Variable {
        /// Where the argument's expression begins.
        place: Place,
        /// The variable's name.
        name: Arc<str>,
    },
    /// The default in the schema; the argument was left out.
    Default,
    /// The cloud's value changed behind our back.
    Drift,
}

/// One resource instance as it should be.
#[derive(Clone, Debug)]
pub struct DesiredResource {
    /// Its name.
    pub address: Address,
    /// Where it lives. `None` while the region is not known yet.
    pub scope: Option<Scope>,
    /// The provider configuration that it uses.
    pub provider: ProviderKey,
    /// Every attribute of the schema: arguments with their values and defaults, `Null` where left out,
    /// `Unknown` where only apply can tell. Attributes that the cloud gives are absent.
    pub values: Object,
    /// Why each argument has its value; shared by the instances of one block.
    pub causes: Arc<BTreeMap<Arc<str>, Cause>>,
    /// Its `lifecycle` block; shared by the instances of one block.
    pub lifecycle: Arc<Lifecycle>,
    /// The blocks that it refers to, directly or through locals and data sources.
    pub depends_on: Arc<BTreeSet<BlockAddress>>,
    /// Where its block begins.
    pub declared_at: Place,
    /// The header of its block, for diagnostics of this run.
    pub span: Span,
    /// Where each argument's expression stands, for diagnostics of this run.
    pub spans: Arc<BTreeMap<Arc<str>, Span>>,
}

/// A data source that has to be read.
#[derive(Clone, Debug)]
pub struct DataRead {
    /// Its name.
    pub address: Address,
    /// Where to read.
    pub scope: Scope,
    /// Its arguments, all known.
    pub arguments: Object,
    /// The header of its block.
    pub span: Span,
    /// It belongs to a `check` block, so that a failed read is a warning.
    pub for_check: bool,
}

/// A data source that only apply can read.
#[derive(Clone, Debug)]
pub struct DeferredRead {
    /// Where to read; `None` while the region is not known yet.
    pub scope: Option<Scope>,
    /// The provider configuration that it uses.
    pub provider: ProviderKey,
    /// Its arguments as far as they are known.
    pub arguments: Object,
    /// The blocks that it refers to.
    pub depends_on: Arc<BTreeSet<BlockAddress>>,
    /// Where its block begins.
    pub declared_at: Place,
}

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repetition {
    /// One instance without key.
    Single,
    /// `count`.
    Count,
    /// `for_each`.
    ForEach,
}

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The block whose instances are meant, or the module whose objects are.
    pub from: Subject,
    /// Whether the objects are destroyed; forgotten otherwise.
    pub destroy: bool,
    /// The block's header.
    pub span: Span,
    /// Where the block begins.
    pub place: Place,
}

/// A `moved` block.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The name that the state has.
    pub from: Subject,
    /// The name that the configuration has.
    pub to: Subject,
    /// The block's header.
    pub span: Span,
}

/// What a `moved` or `removed` block speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A module with everything in it. Where the last step has no key: with all its instances; for a module that had
    /// one instance without key, that instance.
    Module(Arc<[ModuleStep]>),
    /// A block with all its instances; for a block that had one instance without key, that instance.
    Block(BlockAddress),
    /// One instance with its key.
    Instance(Address),
}

impl Subject {
    /// The same, seen from outside of the module instance that `path` leads to.
    #[must_use]
    pub fn under(&self, path: &[ModuleStep]) -> Self {
        match self {
            Self::Module(steps) => Self::Module(path.iter().chain(&**steps).cloned().collect()),
            Self::Block(block) => Self::Block(block.under(path)),
            Self::Instance(address) => {
                Self::Instance(Address { block: address.block.under(path), key: address.key.clone() })
            }
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(steps) => f.write_str(&module_path(steps)),
            Self::Block(block) => write!(f, "{block}"),
            Self::Instance(address) => write!(f, "{address}"),
        }
    }
}

/// An `import` block, or one instance of it.
#[derive(Clone, Debug)]
pub struct Import {
    /// The address that takes the object over.
    pub to: Address,
    /// The object's id in the cloud.
    pub id: Arc<str>,
    /// The block's header.
    pub span: Span,
}

/// An `output` block, evaluated.
#[derive(Clone, Debug)]
pub struct DesiredOutput {
    /// Its value; unknown where only apply can tell.
    pub value: Value,
    /// Declared as sensitive.
    pub sensitive: bool,
}

/// The configuration as one value.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    /// All resource instances.
    pub resources: BTreeMap<Address, DesiredResource>,
    /// All `resource` blocks with their repetition, also those that have no instance just now.
    pub blocks: BTreeMap<BlockAddress, Repetition>,
    /// All providers that are configured or used.
    pub providers: BTreeMap<ProviderKey, ProviderConfig>,
    /// Data sources that must be read before evaluation can go on.
    pub reads: Vec<DataRead>,
    /// Data sources that cannot be read before apply, because their arguments are not known yet.
    pub deferred_reads: BTreeMap<Address, DeferredRead>,
    /// All `removed` blocks.
    pub removed: Vec<Removed>,
    /// All `moved` blocks.
    pub moved: Vec<Moved>,
    /// All `import` blocks, expanded.
    pub imports: Vec<Import>,
    /// The root module's outputs.
    pub outputs: BTreeMap<Arc<str>, DesiredOutput>,
    /// The observed attributes (see [`Presence::Observed`](super::schema::Presence)) that some expression reads,
    /// by resource type: only these are worth a call.
    pub observed: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// What became of the conditions, by what has them.
    pub checks: BTreeMap<Conditioned, Checked>,
    /// Whether some expression reads an object that apply makes, so that evaluating again with live objects may
    /// tell more.
    pub reads_objects: bool,
}

/// What an evaluation may use beyond the configuration's own text.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Results of data sources that were read.
    pub data: BTreeMap<Address, Value>,
    /// Attributes of objects that exist, by address.
    pub objects: BTreeMap<Address, Object>,
    /// The region that the environment names for a provider whose configuration names none, by provider.
    pub regions: BTreeMap<Arc<str>, Arc<str>>,
}
