//! What the stages may ask of a configured provider. Nothing of HTTP, signatures or vendors' words passes here.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::error::Error;
use crate::model::act::{Asked, Drafted, Ran, Watch};
use crate::model::address::Address;
use crate::model::desired::{ProviderKey, Scope};
use crate::model::live::{Candidate, Judgement, Listing, LiveObject, Stake};
use crate::model::report::{Depth, Finding, Job, RecoveryPoint, Server, ServerStatus, Usage};
use crate::model::risk::Evidence;
use crate::model::value::Object;
use crate::wire::Captured;

/// An answer that is on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// One configured provider: credentials, endpoints, and all resource types of the cloud.
///
/// Reads are retried inside as long as a retry can help. Writes are retried only where the vendor says that
/// repeating is harmless, or after looking whether the first attempt took effect.
pub trait Cloud: Send + Sync {
    /// All objects of a resource type in a region, in bulk: never one call per object, never a part of the list.
    ///
    /// `observed` names the attributes that are worth further calls; others of that presence are left out.
    fn list<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        observed: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, Listing>;

    /// Those of the objects named by their ids that exist, asked for by id: the second opinion on a listing
    /// that lacks what the state remembers.
    fn confirm<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        ids: &'a [Arc<str>],
    ) -> Answer<'a, Vec<LiveObject>>;

    /// One object by its id, or where that is not known (a create whose answer was lost) by its identity.
    /// `None` where it does not exist. For reading back after a write, not for refresh.
    fn read<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        id: Option<&'a str>,
        identity: Option<&'a str>,
    ) -> Answer<'a, Option<LiveObject>>;

    /// What would be lost of each of these objects, in bulk, by object id.
    fn evidence<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        stakes: &'a [Stake],
    ) -> Answer<'a, BTreeMap<Arc<str>, Evidence>>;

    /// The vendor's rules that changes break, from what the objects declare and from live facts of their servers, and
    /// what objects to be made will count in the quota; in bulk. All candidates are of one type and one scope.
    fn judge<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        candidates: &'a [Candidate],
    ) -> Answer<'a, BTreeMap<Address, Judgement>>;

    /// Reads a data source: every attribute of its schema.
    fn read_data<'a>(&'a self, kind: &'a str, scope: &'a Scope, arguments: &'a Object) -> Answer<'a, Object>;

    /// The id of the account that the credentials speak for.
    fn account(&self) -> Answer<'_, String>;

    /// Does a step for the whole account, by the name of its [`Preparation`](crate::model::live::Preparation).
    /// Doing it twice is no error.
    fn prepare<'a>(&'a self, name: &'a str) -> Answer<'a, ()>;

    /// Makes an object and returns its id. Where an object of the same identity exists already that an earlier
    /// attempt of the same call can have made, returns that one's id.
    fn create<'a>(&'a self, kind: &'a str, scope: &'a Scope, values: &'a Object) -> Answer<'a, Arc<str>>;

    /// Changes an object in place from what is to what is desired. Repeating it is harmless.
    fn update<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        live: &'a LiveObject,
        desired: &'a Object,
    ) -> Answer<'a, ()>;

    /// Moves members from one object to another, with all that belongs to them. Those that are there already are as
    /// they should be. Only types with [`Members`](crate::model::schema::Members) are asked.
    fn migrate<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        _from: &'a str,
        _to: &'a str,
        _members: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, ()> {
        nothing()
    }

    /// Deletes an object, with all that it holds. An object that is gone already is no error.
    fn delete<'a>(&'a self, kind: &'a str, scope: &'a Scope, live: &'a LiveObject) -> Answer<'a, ()>;

    /// Completes acts of one kind and place, and checks them against live facts, in their order and in bulk. Reads only.
    /// What it answered once, it answers again for [`Asked::Again`] as long as the world is the same.
    fn draft<'a>(&'a self, kind: &'a str, scope: &'a Scope, _asked: &'a [Asked]) -> Answer<'a, Vec<Drafted>> {
        unknown(kind, scope)
    }

    /// Does an act, and follows it to its end. The token makes a repetition harmless where the cloud knows tokens.
    fn run<'a>(
        &'a self,
        kind: &'a str,
        scope: &'a Scope,
        _values: &'a Object,
        _token: &'a str,
        _watch: &'a dyn Watch,
    ) -> Answer<'a, Ran> {
        unknown(kind, scope)
    }

    /// Whether everything is in order that calls in the region depend on, with the permissions that these types and
    /// commands need. Reads only. A provider that calls nobody finds nothing.
    fn examine<'a>(&'a self, _region: &'a str, _users: &'a BTreeSet<&'a str>) -> Answer<'a, Vec<Finding>> {
        nothing()
    }

    /// How each of these servers of a region is backed up, in their order; all servers that are, where none are named.
    /// In bulk: never one call for each.
    fn statuses<'a>(
        &'a self,
        _region: &'a str,
        _servers: Option<&'a [String]>,
        _depth: Depth,
    ) -> Answer<'a, Vec<ServerStatus>> {
        nothing()
    }

    /// The backup jobs of a server, and the restores to it, newest first.
    fn jobs<'a>(&'a self, _region: &'a str, _server: &'a str) -> Answer<'a, Vec<Job>> {
        nothing()
    }

    /// What files of these servers can be restored from, newest first. In bulk, where the cloud lets us.
    fn recovery_points<'a>(
        &'a self,
        _region: &'a str,
        _servers: &'a [String],
    ) -> Answer<'a, Vec<RecoveryPoint>> {
        nothing()
    }

    /// What the whole account protects, asked in a region; `None` where nothing is counted.
    fn usage<'a>(&'a self, _region: &'a str) -> Answer<'a, Option<Usage>> {
        nothing()
    }

    /// All servers of a region that have all of these tags, with any value where none is given.
    fn servers<'a>(
        &'a self,
        _region: &'a str,
        _tags: &'a BTreeMap<String, Option<String>>,
    ) -> Answer<'a, Vec<Server>> {
        nothing()
    }

    /// The bodies of what these words touch in a region: ids and names that configuration and state speak of. In bulk,
    /// and for recording only; `None` where there is nothing to record.
    fn capture<'a>(
        &'a self,
        _region: &'a str,
        _touched: &'a BTreeSet<String>,
    ) -> Answer<'a, Option<Captured>> {
        nothing()
    }
}

/// The answer of a provider that does no acts.
fn unknown<'a, T: Send + 'a>(kind: &str, scope: &Scope) -> Answer<'a, T> {
    let error = Error::UnknownKind { provider: scope.provider.name.to_string(), kind: kind.to_owned() };
    Box::pin(async move { Err(error) })
}

/// The answer of a provider that has nothing of the kind.
fn nothing<'a, T: Default + Send + 'a>() -> Answer<'a, T> {
    Box::pin(async { Ok(T::default()) })
}

/// All providers of a run, by their configuration's key.
#[derive(Clone, Default)]
pub struct Clouds(BTreeMap<ProviderKey, Arc<dyn Cloud>>);

impl Clouds {
    /// Adds a configured provider.
    pub fn insert(&mut self, key: ProviderKey, cloud: Arc<dyn Cloud>) {
        self.0.insert(key, cloud);
    }

    /// The provider of that key.
    pub fn find(&self, key: &ProviderKey) -> Option<&Arc<dyn Cloud>> {
        self.0.get(key)
    }
}
