//! What Terraform has without any provider: `terraform_data`, which keeps a value in the state and nowhere else.
//!
//! With it a value can be remembered, or made to trigger a replacement, and a directory that uses it can be given to
//! both programs. Its attributes are those of Terraform 1.11.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::Error;
use super::host::SharedHost;
use super::provider::{Answer, Cloud};
use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::live::{Candidate, Judgement, Listing, LiveObject, Stake};
use crate::model::risk::Evidence;
use crate::model::schema::{
    Attribute, Home, Kind, Presence, ProviderSchema, Schema, align_nothing, check_nothing,
};
use crate::model::value::{Object, Value};

/// The provider's name.
pub const NAME: &str = "terraform";

/// The provider, which nothing needs to be said to.
pub const PROVIDER: ProviderSchema =
    ProviderSchema { name: NAME, attributes: &[], doc: "What the language has by itself." };

/// `terraform_data`
pub const DATA: Schema = Schema {
    name: "terraform_data",
    provider: NAME,
    home: Home::State,
    id: "id",
    identity: None,
    attributes: &[
        Attribute::new("input", Kind::Any, Presence::Optional, "A value to keep."),
        Attribute::new(
            "triggers_replace",
            Kind::Any,
            Presence::Optional,
            "A change of it replaces the object.",
        )
        .replaces(),
        Attribute::new("output", Kind::Any, Presence::Computed, "The value that is kept.").follows("input"),
        Attribute::new("id", Kind::String, Presence::Computed, "A random id."),
    ],
    protection: None,
    align: align_nothing,
    check: check_nothing,
    doc: "A value that is kept in the state.",
    ..Schema::PLAIN
};

/// Makes and remembers what this run makes; what earlier runs made is in the state.
pub struct Builtin {
    host: SharedHost,
    made: Mutex<BTreeMap<Arc<str>, Object>>,
}

impl Builtin {
    /// One for a run.
    pub fn new(host: SharedHost) -> Self {
        Self { host, made: Mutex::default() }
    }

    fn made(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Object>> {
        // What is kept here is whole at any moment.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: &Arc<str>, values: &Object) {
        let mut object: Object = values.clone();
        let input = values.get("input").cloned();
        object.extend(input.map(|input| (Arc::from("output"), input)));
        object.insert("id".into(), Value::string(id));
        self.made().insert(id.clone(), object);
    }

    fn find(&self, id: &str) -> Option<LiveObject> {
        let (id, values) = self.made().get_key_value(id).map(|(id, values)| (id.clone(), values.clone()))?;
        Some(LiveObject { id, identity: None, values })
    }

    /// 32 hexadecimal digits in the groups of a UUID, as Terraform writes such ids.
    fn new_id(&self) -> Arc<str> {
        let digits = self.host.nonce();
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default());
        groups.join("-").into()
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Box::pin(async move { Ok(value) })
}

impl Cloud for Builtin {
    fn list<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        _observed: &'a BTreeSet<Arc<str>>,
    ) -> Answer<'a, Listing> {
        ready(Listing::default())
    }

    fn confirm<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        ids: &'a [Arc<str>],
    ) -> Answer<'a, Vec<LiveObject>> {
        ready(ids.iter().filter_map(|id| self.find(id)).collect())
    }

    fn read<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        id: Option<&'a str>,
        _identity: Option<&'a str>,
    ) -> Answer<'a, Option<LiveObject>> {
        ready(id.and_then(|id| self.find(id)))
    }

    fn evidence<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        _stakes: &'a [Stake],
    ) -> Answer<'a, BTreeMap<Arc<str>, Evidence>> {
        ready(BTreeMap::new())
    }

    fn judge<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        _candidates: &'a [Candidate],
    ) -> Answer<'a, BTreeMap<Address, Judgement>> {
        ready(BTreeMap::new())
    }

    fn read_data<'a>(
        &'a self,
        kind: &'a str,
        _scope: &'a Scope,
        _arguments: &'a Object,
    ) -> Answer<'a, Object> {
        Box::pin(async move { Err(unknown(kind)) })
    }

    fn account(&self) -> Answer<'_, String> {
        ready("none".to_owned())
    }

    fn prepare<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { Err(unknown(name)) })
    }

    fn create<'a>(&'a self, _kind: &'a str, _scope: &'a Scope, values: &'a Object) -> Answer<'a, Arc<str>> {
        let id = self.new_id();
        self.keep(&id, values);
        ready(id)
    }

    fn update<'a>(
        &'a self,
        _kind: &'a str,
        _scope: &'a Scope,
        live: &'a LiveObject,
        desired: &'a Object,
    ) -> Answer<'a, ()> {
        self.keep(&live.id, desired);
        ready(())
    }

    fn delete<'a>(&'a self, _kind: &'a str, _scope: &'a Scope, live: &'a LiveObject) -> Answer<'a, ()> {
        self.made().remove(&live.id);
        ready(())
    }
}

fn unknown(kind: &str) -> Error {
    Error::UnknownKind { provider: NAME.to_owned(), kind: kind.to_owned() }
}
