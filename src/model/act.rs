//! Acts: what is done to a cloud once and is no state. A backup now, a restore.
//!
//! An act is planned, approved and applied like every change; the state keeps nothing of it.

use std::sync::Arc;

use super::live::Gate;
use super::risk::Risk;
use super::value::Object;

/// What a person wants done to servers that one object backs up, before any cloud has looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The servers whose backups it is about, as far as they are known; for somebody unknown, the id that was typed.
    pub servers: Vec<String>,
    /// The object was named and no server of it: all that it protects is meant.
    pub whole: bool,
    /// The id of the object that backs the servers up, where one is under management.
    pub object: Option<Arc<str>>,
    /// What.
    pub what: What,
}

impl Wish {
    /// The first of the servers; empty where none is known.
    pub fn server(&self) -> &str {
        self.servers.first().map(String::as_str).unwrap_or_default()
    }
}

/// The kinds of acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A recovery point at once.
    Backup(BackupWish),
    /// Files or disks out of a recovery point.
    Restore(RestoreWish),
}

/// How a recovery point is to be made. What a cloud cannot be told, it objects to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupWish {
    /// Its name; the cloud chooses one where left out.
    pub name: Option<String>,
    /// What people say of it.
    pub description: Option<String>,
    /// All of the data, and not only what has changed since the last one.
    pub full: bool,
}

/// What is to be restored, and to where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreWish {
    /// Out of which recovery point.
    pub from: Origin,
    /// Only these files and directories; everything where empty.
    pub include: Vec<String>,
    /// To this server or disk; to the one that the data is from where left out.
    pub target: Option<String>,
    /// Into this directory, which must exist.
    pub path: Option<String>,
    /// What to do with files that are there already.
    pub conflict: Option<Conflict>,
    /// Which disk of the recovery point goes to which disk of the target: ids of both.
    pub disks: Vec<(String, String)>,
    /// The target stays shut down afterwards.
    pub stays_off: bool,
}

/// Which recovery point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The newest that is whole.
    #[default]
    Latest,
    /// The newest that was completed by this time, UNIX seconds.
    By(i64),
    /// The one with this id.
    Id(String),
}

/// What a restore does with files that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// They stay.
    Skip,
    /// They are overwritten.
    Overwrite,
}

/// What a provider is asked to work out.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A wish, for the first time.
    Wish(Wish),
    /// The arguments of an act that was planned before: are they still good?
    Again(Object),
}

/// An act that can be planned: complete, and checked against live facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The id of what it is done to, as somebody types it to allow a loss.
    pub target: Arc<str>,
    /// Every argument, in the words of the act's schema.
    pub values: Object,
    /// What it may cost.
    pub risks: Vec<Risk>,
    /// The vendor's rules that it breaks.
    pub gates: Vec<Gate>,
    /// What whoever reads the plan should know.
    pub advice: Vec<String>,
}

/// One reason why an act cannot be planned, in words that name what was found and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection(pub String);

/// A complete act, or everything that stands against it.
pub type Drafted = Result<Draft, Vec<Objection>>;

/// How far an act is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The id under which the cloud knows it.
    pub id: Arc<str>,
    /// Its state, in the cloud's word.
    pub status: String,
    /// How much is done, in hundredths of a per cent, where the cloud says it.
    pub done: Option<u64>,
}

/// Who follows an act.
pub trait Watch: Send + Sync {
    /// Hears how far it is.
    fn tell(&self, progress: Progress);

    /// Whether nobody waits for the end any more; the act goes on in the cloud.
    fn has_left(&self) -> bool;
}

/// How an act that the cloud has begun came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it is done.
    Done,
    /// It is done in part; what is missing, in the cloud's words.
    Partial(String),
    /// It failed; why, in the cloud's words.
    Failed(String),
    /// It goes on, for all that is known; why nobody saw its end.
    GoesOn(String),
}

/// An act that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The id under which the cloud knows it.
    pub id: Arc<str>,
    /// How it came out.
    pub ending: Ending,
}
