//! What will be done, why, and what it may cost: the product. A plain, immutable, complete value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::{Address, BlockAddress};
use super::desired::{Cause, OnRemoval, ProviderKey, Scope};
use super::diagnostic::Place;
use super::live::{Gate, Preparation};
use super::risk::{Risk, Tier};
use super::value::{Object, Value};

/// What kind of plan was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanMode {
    /// Make the clouds as the configuration says.
    #[default]
    Normal,
    /// Destroy everything under management.
    Destroy,
    /// Only take what changed in the clouds into the state.
    RefreshOnly,
    /// Do something once that is no state: a backup, a restore.
    Act,
}

/// Order of the two halves of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplaceOrder {
    /// The new object is made first.
    CreateFirst,
    /// The old object goes first.
    DestroyFirst,
}

/// What is done to one resource instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Make it.
    Create,
    /// Delete it, with all that it holds.
    Destroy,
    /// Leave the object, and no longer remember it.
    Forget,
    /// Leave everything as it is.
    NoOp,
    /// Only stop protection; everything else stays.
    Pause,
    /// Read a data source during apply.
    Read,
    /// Delete it and make another.
    Replace(ReplaceOrder),
    /// Only start protection again.
    Resume,
    /// Do something once that no state remembers.
    Run,
    /// Change it in place.
    Update,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// Desired and live are the same.
    Same,
    /// Desired, and not in the state.
    NotInState,
    /// Desired and in the state, but gone from the cloud.
    GoneFromCloud,
    /// Attributes differ between live and desired.
    AttributesDiffer,
    /// An attribute differs that cannot be changed in place.
    CannotUpdate {
        /// Which ones.
        attributes: Vec<String>,
    },
    /// `--replace` names it.
    Requested,
    /// An entry of `replace_triggered_by` changes.
    Triggered {
        /// By which instance.
        by: Address,
    },
    /// No block of that name is in the configuration any more.
    NotInConfig,
    /// The block is there, but `for_each` no longer has the key.
    KeyNotInForEach,
    /// The block is there, but `count` is too small for the index.
    IndexOutOfCount,
    /// The block now uses, or no longer uses, `count` or `for_each`.
    WrongRepetition,
    /// A `removed` block says so.
    RemovedBlock {
        /// Where it begins.
        place: Place,
    },
    /// A plan to destroy everything.
    DestroyMode,
    /// It was replaced by an earlier run, which could not delete it.
    LeftOver,
    /// A data source whose arguments only apply can tell.
    ArgumentsUnknown,
    /// A person asked for it on the command line.
    Asked,
}

impl Reason {
    /// Whether it is that the configuration asks for the object no more.
    pub fn is_removal(&self) -> bool {
        match self {
            Self::NotInConfig | Self::KeyNotInForEach | Self::IndexOutOfCount | Self::WrongRepetition => true,
            Self::Same
            | Self::NotInState
            | Self::GoneFromCloud
            | Self::AttributesDiffer
            | Self::CannotUpdate { .. }
            | Self::LeftOver
            | Self::Requested
            | Self::Triggered { .. }
            | Self::RemovedBlock { .. }
            | Self::DestroyMode
            | Self::ArgumentsUnknown
            | Self::Asked => false,
        }
    }
}

/// One attribute that changes, at the top level of the resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// Its name.
    pub name: Arc<str>,
    /// The live value; `None` where there is no object yet.
    pub before: Option<Value>,
    /// The planned value, unknown where only apply can tell; `None` where the object goes.
    pub after: Option<Value>,
    /// The object is replaced because of it.
    pub forces_replacement: bool,
    /// Why it changes, where something can be said.
    pub cause: Option<Cause>,
}

/// Something that goes from one object to another in the same plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Move {
    /// Its id.
    pub member: Arc<str>,
    /// The object that it leaves.
    pub from: Address,
    /// The id of that object.
    pub from_id: Arc<str>,
    /// The object that it joins.
    pub to: Address,
    /// Why the cloud cannot move it, so that it is taken out of the one and put into the other without what belongs to
    /// it; `None` where it is migrated with all that.
    pub obstacle: Option<String>,
}

impl Move {
    /// Whether all that belongs to it goes along.
    pub fn is_migration(&self) -> bool {
        self.obstacle.is_none()
    }
}

/// What stands in the way of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Block {
    /// `prevent_destroy`, in the configuration or remembered from it.
    PreventDestroy {
        /// Where it stands or stood.
        place: Place,
    },
    /// A rule of the vendor that nobody acknowledged.
    Gate {
        /// All such rules.
        gates: Vec<Gate>,
    },
    /// The cloud has an object with the same identity that is not under management.
    AlreadyExists {
        /// Its id.
        id: Arc<str>,
    },
    /// An object with the same identity is under management at another address, which is no longer desired.
    RecordedElsewhere {
        /// That address.
        address: Address,
        /// The object's id.
        id: Arc<str>,
    },
}

/// What will be done to one resource, why, and what it may cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub address: Address,
    /// The address under which the state still has it, where a `moved` block renames it.
    pub moved_from: Option<Address>,
    /// For an object to be made: the address of one that goes and that is the same in all that can be told. Perhaps
    /// only its name changed, and a `moved` block is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<Address>,
    /// The object's id, where an `import` block takes it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importing: Option<Arc<str>>,
    /// Where it lives; `None` where only apply can tell.
    pub scope: Option<Scope>,
    /// What.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The object's id in the cloud, where there is one.
    pub id: Option<Arc<str>>,
    /// All attributes as they are; `None` where there is no object yet.
    pub before: Option<Object>,
    /// All attributes as they will be, `Unknown` where only apply can tell; `None` where the object goes.
    pub after: Option<Object>,
    /// The attributes that change, by name.
    pub attributes: Vec<AttributeChange>,
    /// What leaves it for another object, or comes to it from another, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// What it may cost, worst first; empty is safe.
    pub risks: Vec<Risk>,
    /// What stands in the way; empty where nothing does.
    pub blocks: Vec<Block>,
    /// Rules of the vendor that somebody acknowledged.
    pub acknowledged: Vec<Gate>,
    /// What whoever reads the plan should know of arguments that were left out.
    pub advice: Vec<String>,
    /// Where its block begins in the configuration, if it is there.
    pub declared_at: Option<Place>,
    /// Blocks that it depends on, directly.
    pub depends_on: Vec<BlockAddress>,
    /// What the state will remember of `prevent_destroy`.
    pub prevent_destroy: Option<Place>,
    /// What the state will remember of `on_removal`.
    pub on_removal: Option<OnRemoval>,
}

impl Change {
    /// Whether anything is done to a cloud or to what the state remembers.
    pub fn is_effect(&self) -> bool {
        self.action != Action::NoOp || self.moved_from.is_some() || self.importing.is_some()
    }

    /// What the cloud moves away from it, with all that belongs to it.
    pub fn leaving(&self) -> BTreeSet<Arc<str>> {
        self.moved(|migration| migration.from == self.address)
    }

    /// What the cloud moves to it, with all that belongs to it.
    pub fn arriving(&self) -> BTreeSet<Arc<str>> {
        self.moved(|migration| migration.to == self.address)
    }

    fn moved(&self, wanted: impl Fn(&Move) -> bool) -> BTreeSet<Arc<str>> {
        let found = self.moves.iter().filter(|one| one.is_migration() && wanted(one));
        found.map(|migration| migration.member.clone()).collect()
    }

    /// The consent that it needs.
    pub fn tier(&self) -> Tier {
        self.risks.iter().map(Risk::tier).max().unwrap_or(Tier::Reversible)
    }

    /// What must be typed to confirm an irreversible loss: the object's id, or its address where it has none.
    pub fn confirmation(&self) -> Option<String> {
        let irreversible = self.tier() == Tier::Irreversible;
        irreversible.then(|| self.id.as_deref().map_or_else(|| self.address.to_string(), str::to_owned))
    }
}

/// An object that changed behind our back: recorded against live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Which.
    pub address: Address,
    /// Its id.
    pub id: Arc<str>,
    /// As it was recorded.
    pub before: Object,
    /// As it is; `None` where it is gone.
    pub after: Option<Object>,
    /// The attributes that differ.
    pub attributes: Vec<AttributeChange>,
}

/// What happens to an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputChange {
    /// Its value before; `None` where it is new.
    pub before: Option<Value>,
    /// Its value after; `None` where it goes.
    pub after: Option<Value>,
    /// Declared as sensitive, before or after.
    pub sensitive: bool,
}

/// Which servers are backed up, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Servers with running protection now, that this configuration manages.
    pub before: u64,
    /// The same after apply.
    pub after: u64,
    /// Servers that lose protection.
    pub lost: Vec<String>,
    /// Servers that gain protection.
    pub gained: Vec<String>,
}

/// What an account protects, and what of it is free, before and after. Bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaChange {
    /// Whose account.
    pub provider: ProviderKey,
    /// What costs nothing; `None` where nothing is free.
    pub free: Option<u64>,
    /// What is protected now, by everybody in the account.
    pub before: u64,
    /// The same after apply.
    pub after: u64,
    /// Objects whose size nobody could tell, and that `after` leaves out.
    pub untold: u64,
}

/// One piece of the work.
///
/// Dependencies are between blocks, as in the configuration: a step waits for all steps of the blocks that its block
/// refers to. So the order of a fleet is a few lines and not one line for each pair of servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Position in [`Plan::changes`].
    pub change: usize,
    /// Which half of a replacement; the whole change otherwise.
    pub part: Part,
    /// The group that it belongs to: all steps of one block and part. Positions in [`Plan::groups`].
    pub group: usize,
    /// The other half of its replacement, if that comes first: a position in [`Plan::steps`].
    pub after_half: Option<usize>,
    /// Steps that must be done before because something goes from the one object to the other: positions in
    /// [`Plan::steps`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<usize>,
    /// Done when everything else is done, and only if nothing of it failed.
    pub last: bool,
}

/// All steps of one block and part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The block.
    pub block: BlockAddress,
    /// Which part.
    pub part: Part,
    /// The groups that must be done before: positions in [`Plan::groups`].
    pub after: Vec<usize>,
}

/// What a step does of its change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Make, change, pause, resume, read.
    Make,
    /// Destroy or forget.
    Remove,
}

/// A complete plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked for.
    pub mode: PlanMode,
    /// Steps for whole accounts, done first.
    pub preparations: Vec<Preparation>,
    /// One for each resource instance that is desired or recorded, by address; those without effect too.
    pub changes: Vec<Change>,
    /// Changes made by somebody else, by address.
    pub drift: Vec<Drift>,
    /// Outputs that change.
    pub outputs: BTreeMap<Arc<str>, OutputChange>,
    /// The work: every effect once or, for a replacement, twice.
    pub steps: Vec<Step>,
    /// The order of the work.
    pub groups: Vec<Group>,
    /// Who is protected.
    pub coverage: Coverage,
    /// What becomes of the quotas, by provider; empty where nothing changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<QuotaChange>,
    /// Tells the acts of this plan from the same ones at another time, so that applying a saved plan twice does them
    /// once. Not part of what is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Arc<str>>,
}

impl Plan {
    /// The changes that do something.
    pub fn effects(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_effect())
    }

    /// The objects that stay as they are although no block asks for them any more.
    pub fn kept(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| {
            change.action == Action::NoOp && change.before.is_some() && change.reason.is_removal()
        })
    }

    /// Whether apply would do nothing at all to clouds or outputs.
    pub fn is_empty(&self) -> bool {
        self.preparations.is_empty() && self.outputs.is_empty() && self.effects().next().is_none()
    }

    /// The consent that the whole plan needs.
    pub fn tier(&self) -> Tier {
        let changes = self.effects().map(Change::tier);
        let preparations = self.preparations.iter().map(|preparation| preparation.risk.tier());
        changes.chain(preparations).max().unwrap_or(Tier::Reversible)
    }

    /// The changes that something stands in the way of.
    pub fn blocked(&self) -> impl Iterator<Item = &Change> {
        self.effects().filter(|change| !change.blocks.is_empty())
    }

    /// Whether apply would do something, and nothing stands in its way.
    pub fn is_applyable(&self) -> bool {
        let refresh = self.mode == PlanMode::RefreshOnly && !self.drift.is_empty();
        (!self.is_empty() || refresh) && self.blocked().next().is_none()
    }

    /// What must be typed, in order of address, with the change that asks for it.
    pub fn confirmations(&self) -> impl Iterator<Item = (String, &Change)> {
        self.effects().filter_map(|change| change.confirmation().map(|id| (id, change)))
    }
}
