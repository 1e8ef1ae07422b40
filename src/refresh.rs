//! Reads the live objects that [`Desired`] and [`State`] speak of: in bulk, and reads only.
//!
//! A listing is a claim. Where it lacks what the state remembers, the missing objects are asked for by id before
//! anybody believes that they are gone; and where most of them are missing, the run stops.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::cloud::{Cloud, Clouds, Error as CloudError, ErrorKind};
use crate::model::address::{Address, Mode};
use crate::model::desired::{DataRead, Desired, Import, ProviderKey, Scope};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, chain};
use crate::model::live::{Candidate, Extent, Intent, Judgement, Listing, Live, LiveObject, Stake};
use crate::model::plan::{Action, Change};
use crate::model::report::Usage;
use crate::model::schema::{Home, Schemas};
use crate::model::state::{OpenIntent, Operation, Recorded, State};
use crate::model::types::Type;
use crate::model::value::Value;

/// Why the clouds could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A read failed.
    #[error("failed to read {what}")]
    Cloud {
        /// What was to be read: "the `alicloud_ecs_file_backup` objects of cn-hangzhou".
        what: String,
        /// What the cloud says.
        #[source]
        source: CloudError,
    },
    /// Too much of what is remembered is not there.
    #[error(
        "{missing} of the {recorded} `{kind}` objects that the state remembers in {region} are not there any more; that is more than a listing is trusted with, so nothing was planned"
    )]
    Contradiction {
        /// The resource type.
        kind: Arc<str>,
        /// The region.
        region: Arc<str>,
        /// How many are remembered.
        recorded: usize,
        /// How many of them were not found, neither in the listing nor by id.
        missing: usize,
    },
    /// An `import` block names an object that cannot be taken over.
    #[error("{to} is to take over `{id}`, and {why}")]
    Import {
        /// The address.
        to: Address,
        /// The object's id.
        id: Arc<str>,
        /// Why not.
        why: String,
    },
    /// The state needs a provider configuration that is not there.
    #[error(
        "the state holds {address}, which belongs to the provider configuration `{provider}`; there is no `provider` block for it any more"
    )]
    NoProvider {
        /// The first object that needs it.
        address: Address,
        /// The configuration.
        provider: ProviderKey,
    },
    /// The credentials belong to another account than the one that the state was made with.
    #[error(
        "the credentials of `{provider}` belong to the account {actual}, and the state was made with the account {recorded}; nothing was planned"
    )]
    OtherAccount {
        /// The provider configuration.
        provider: ProviderKey,
        /// What the credentials say.
        actual: String,
        /// What the state says.
        recorded: String,
    },
}

/// Objects of one type in one place.
type Key = (Arc<str>, Scope);

/// What was listed so far in this run; nothing is listed twice.
#[derive(Clone, Debug, Default)]
pub struct Listings {
    listed: BTreeMap<Key, Listing>,
    /// Whether what only the state has was seen.
    has_remembered: bool,
}

/// What must be listed to refresh: one listing for each type and region that the configuration or the state names.
fn wanted(schemas: &Schemas, desired: &Desired, state: &State) -> BTreeSet<Key> {
    let key = |address: &Address, scope: &Scope| (address.block.kind.clone(), scope.clone());
    let planned =
        desired.resources.values().filter_map(|r| r.scope.as_ref().map(|scope| key(&r.address, scope)));
    let recorded = state.resources.iter().map(|(address, recorded)| key(address, &recorded.scope));
    let open = state.open_intents.iter().map(|intent| key(&intent.address, &intent.scope));
    let listed = |kind: &str| schemas.resource(kind).is_some_and(|schema| schema.home == Home::Cloud);
    planned.chain(recorded).chain(open).filter(|(kind, _)| listed(kind)).collect()
}

impl Listings {
    /// Lists what is wanted and was not listed before, all places side by side. Says whether there was anything.
    ///
    /// # Errors
    ///
    /// The first read that failed: a part of the truth is worse than none.
    pub async fn complete(
        &mut self,
        schemas: &Schemas,
        desired: &Desired,
        state: &State,
        clouds: &Clouds,
    ) -> Result<bool, Error> {
        let missing: Vec<Key> = wanted(schemas, desired, state)
            .into_iter()
            .filter(|key| !self.listed.contains_key(key))
            .collect();
        let none = BTreeSet::new();
        let reads = missing.iter().map(|(kind, scope)| {
            let observed = desired.observed.get(kind).unwrap_or(&none);
            list(kind, scope, observed, state, clouds)
        });
        let listings = try_join_all(reads).await?;
        self.listed.extend(missing.iter().cloned().zip(listings));
        let first = !std::mem::replace(&mut self.has_remembered, true);
        Ok(!missing.is_empty() || (first && remembered(schemas, state).next().is_some()))
    }

    /// Matches what was listed with what is remembered and desired.
    ///
    /// With `trusting`, any number of objects may be gone: for plans that only correct the state.
    ///
    /// # Errors
    ///
    /// [`Error::Contradiction`], [`Error::OtherAccount`], or a read that failed.
    pub async fn live(
        &self,
        schemas: &Schemas,
        desired: &Desired,
        state: &State,
        clouds: &Clouds,
        trusting: bool,
    ) -> Result<Live, Error> {
        let mut live = Live::default();
        let mut taken: BTreeSet<(&Key, &str)> = BTreeSet::new();
        for (key, listing) in &self.listed {
            let by_id: BTreeMap<&str, &LiveObject> =
                listing.objects.iter().map(|object| (&*object.id, object)).collect();
            let recorded: Vec<(&Address, &Recorded)> = recorded_in(state, key).collect();
            let absent: Vec<&Recorded> =
                recorded.iter().filter(|(_, r)| !by_id.contains_key(&*r.id)).map(|(_, r)| *r).collect();
            let second = self::confirmed(key, &absent, recorded.len(), state, clouds, trusting).await?;
            for (address, remembered) in recorded {
                let listed = by_id.get(&*remembered.id).copied();
                let object = listed.or_else(|| second.iter().find(|object| object.id == remembered.id));
                taken.insert((key, &remembered.id));
                live.objects.extend(object.map(|object| (address.clone(), object.clone())));
            }
            live.preparations.extend(listing.preparations.iter().cloned());
        }
        live.objects.extend(remembered(schemas, state));
        for import in desired.imports.iter().filter(|import| !state.resources.contains_key(&import.to)) {
            let (key, object) = self.importable(import, desired, state)?;
            taken.insert((key, &object.id));
            live.objects.insert(import.to.clone(), object.clone());
        }
        live.unmanaged = self.unmanaged(schemas, desired, state, &taken);
        live.preparations.sort();
        live.preparations.dedup();
        Ok(live)
    }

    /// The object that an `import` block names.
    fn importable(
        &self,
        import: &Import,
        desired: &Desired,
        state: &State,
    ) -> Result<(&Key, &LiveObject), Error> {
        let refuse = |why: String| Error::Import { to: import.to.clone(), id: import.id.clone(), why };
        let holder = state.resources.iter().find(|(address, recorded)| {
            recorded.id == import.id && address.block.kind == import.to.block.kind
        });
        if let Some((address, _)) = holder {
            return Err(refuse(format!("it is managed already, as {address}")));
        }
        let scope = desired.resources.get(&import.to).and_then(|resource| resource.scope.as_ref());
        let scope = scope.ok_or_else(|| refuse("its region is not known".to_owned()))?;
        let listed = self.listed.get_key_value(&(import.to.block.kind.clone(), scope.clone()));
        let found = listed.and_then(|(key, listing)| {
            let named =
                |object: &&LiveObject| object.id == import.id || object.identity.as_ref() == Some(&import.id);
            listing.objects.iter().find(named).map(|object| (key, object))
        });
        found.ok_or_else(|| refuse(format!("no `{}` in {} has this id", import.to.block.kind, scope.region)))
    }

    /// Objects that nobody remembers and that are what some address desires, or what an interrupted create was to make.
    fn unmanaged(
        &self,
        schemas: &Schemas,
        desired: &Desired,
        state: &State,
        taken: &BTreeSet<(&Key, &str)>,
    ) -> BTreeMap<Address, LiveObject> {
        let mut free: BTreeMap<(&Key, &str), &LiveObject> = BTreeMap::new();
        for (key, listing) in &self.listed {
            for object in listing.objects.iter().filter(|object| !taken.contains(&(key, &*object.id))) {
                free.extend(object.identity.as_deref().map(|identity| ((key, identity), object)));
            }
        }
        let find = |resource: &crate::model::desired::DesiredResource| {
            let name = schemas.resource(resource.address.kind())?.identity?;
            let key = (resource.address.block.kind.clone(), resource.scope.clone()?);
            let (key, _) = self.listed.get_key_value(&key)?;
            let object = free.get(&(key, resource.values.get(name)?.as_str()?))?;
            Some((resource.address.clone(), (*object).clone()))
        };
        let made = |intent: &OpenIntent| {
            let key = (intent.address.block.kind.clone(), intent.scope.clone());
            let (key, _) = self.listed.get_key_value(&key)?;
            let object = free.get(&(key, intent.identity.as_deref()?))?;
            (intent.operation == Operation::Create).then(|| (intent.address.clone(), (*object).clone()))
        };
        let made = state.open_intents.iter().filter_map(made);
        made.chain(desired.resources.values().filter_map(find)).collect()
    }
}

/// The objects that are nowhere but in the state.
fn remembered(schemas: &Schemas, state: &State) -> impl Iterator<Item = (Address, LiveObject)> {
    let here = |address: &Address| schemas.resource(address.kind()).is_some_and(|s| s.home == Home::State);
    state.resources.iter().filter(move |(address, _)| here(address)).map(|(address, recorded)| {
        let Recorded { id, identity, values, .. } = recorded.clone();
        (address.clone(), LiveObject { id, identity, values })
    })
}

fn recorded_in<'a>(state: &'a State, key: &'a Key) -> impl Iterator<Item = (&'a Address, &'a Recorded)> {
    state
        .resources
        .iter()
        .filter(|(address, recorded)| address.block.kind == key.0 && recorded.scope == key.1)
}

fn cloud<'a>(clouds: &'a Clouds, key: &Key, state: &State) -> Result<&'a Arc<dyn Cloud>, Error> {
    let provider = &key.1.provider;
    clouds.find(provider).ok_or_else(|| {
        let holder = recorded_in(state, key).map(|(address, _)| address.clone()).next();
        let intended = state.open_intents.iter().map(|intent| intent.address.clone()).next();
        let address = holder.or(intended).expect("only the state can name a provider that is not configured");
        Error::NoProvider { address, provider: provider.clone() }
    })
}

async fn list(
    kind: &Arc<str>,
    scope: &Scope,
    observed: &BTreeSet<Arc<str>>,
    state: &State,
    clouds: &Clouds,
) -> Result<Listing, Error> {
    let cloud = cloud(clouds, &(kind.clone(), scope.clone()), state)?;
    let what = || format!("the `{kind}` objects of {}", scope.region);
    cloud.list(kind, scope, observed).await.map_err(|source| Error::Cloud { what: what(), source })
}

/// Asks by id for what a listing lacks. One or two objects may be gone, as may any minority; more is refused, since a
/// service that has trouble, or another account, looks just like that.
async fn confirmed(
    key: &Key,
    absent: &[&Recorded],
    recorded: usize,
    state: &State,
    clouds: &Clouds,
    trusting: bool,
) -> Result<Vec<LiveObject>, Error> {
    if absent.is_empty() {
        return Ok(Vec::new());
    }
    let (kind, scope) = key;
    let cloud = cloud(clouds, key, state)?;
    let failed = |what: String| move |source| Error::Cloud { what, source };
    if let Some(known) = state.accounts.get(&scope.provider) {
        let actual = cloud.account().await.map_err(failed("the identity of the credentials".to_owned()))?;
        if actual != *known {
            return Err(Error::OtherAccount {
                provider: scope.provider.clone(),
                actual,
                recorded: known.clone(),
            });
        }
    }
    let ids: Vec<Arc<str>> = absent.iter().map(|recorded| recorded.id.clone()).collect();
    let what = format!("{} `{kind}` objects of {} by id", ids.len(), scope.region);
    let found = cloud.confirm(kind, scope, &ids).await.map_err(failed(what))?;
    let missing = ids.len().saturating_sub(found.len());
    if !trusting && missing >= 2 && missing * 2 > recorded {
        let (kind, region) = (kind.clone(), scope.region.clone());
        return Err(Error::Contradiction { kind, region, recorded, missing });
    }
    Ok(found)
}

/// Results of data sources.
#[derive(Debug, Default)]
pub struct DataResults {
    /// By address; unknown where the read of a check failed.
    pub values: Vec<(Address, Value)>,
    /// What failed for checks.
    pub warnings: Diagnostics,
}

/// Reads data sources, all side by side. Those of checks may fail.
///
/// # Errors
///
/// The first other read that failed.
pub async fn read_data(reads: &[DataRead], clouds: &Clouds) -> Result<DataResults, Error> {
    let read = |read: &DataRead| {
        let (address, scope, arguments) = (read.address.clone(), read.scope.clone(), read.arguments.clone());
        async move {
            debug_assert!(address.block.mode == Mode::Data, "only data blocks are read");
            let failed = |source| Error::Cloud { what: address.to_string(), source };
            let cloud = clouds.find(&scope.provider).ok_or_else(|| Error::NoProvider {
                address: address.clone(),
                provider: scope.provider.clone(),
            })?;
            let values = cloud.read_data(address.kind(), &scope, &arguments).await.map_err(failed);
            Ok((address, values.map(|values| Value::Object(Arc::new(values)))))
        }
    };
    let mut results = DataResults::default();
    for (read, (address, value)) in reads.iter().zip(try_join_all(reads.iter().map(read)).await?) {
        let value = match value {
            Ok(value) => value,
            Err(error) if read.for_check => {
                results.warnings.push(failed_check(read, &error));
                Value::unknown(Type::Any)
            }
            Err(error) => return Err(error),
        };
        results.values.push((address, value));
    }
    Ok(results)
}

fn failed_check(read: &DataRead, error: &Error) -> Diagnostic {
    let warning = Diagnostic::warning(Code::ConditionFailed, "a check could not be made")
        .at(read.span)
        .detail(chain(error));
    Diagnostic { address: Some(read.address.to_string()), ..warning }
}

/// Reads what would be lost of objects at stake, in bulk for each type and place.
///
/// # Errors
///
/// The first read that failed.
pub async fn read_evidence<'a>(
    changes: impl Iterator<Item = (&'a Change, Extent)>,
    live: &mut Live,
    clouds: &Clouds,
) -> Result<(), Error> {
    let mut at_stake: BTreeMap<Key, Vec<(Address, Stake)>> = BTreeMap::new();
    for (change, extent) in changes {
        let name = change.moved_from.as_ref().unwrap_or(&change.address);
        if let (Some(object), Some(scope)) = (live.objects.get(name), &change.scope) {
            let key = (change.address.block.kind.clone(), scope.clone());
            let stake = Stake { object: object.clone(), extent, after: change.after.clone() };
            at_stake.entry(key).or_default().push((name.clone(), stake));
        }
    }
    let read = |((kind, scope), stakes): (Key, Vec<(Address, Stake)>)| async move {
        let Some(cloud) = clouds.find(&scope.provider) else { return Ok(Vec::new()) };
        let (addresses, stakes): (Vec<Address>, Vec<Stake>) = stakes.into_iter().unzip();
        let what = || format!("the recovery points of {} `{kind}` objects of {}", stakes.len(), scope.region);
        let mut found = cloud
            .evidence(&kind, &scope, &stakes)
            .await
            .map_err(|source| Error::Cloud { what: what(), source })?;
        let named = addresses.into_iter().zip(&stakes);
        let of = |(address, stake): (Address, &Stake)| found.remove(&stake.object.id).map(|e| (address, e));
        Ok(named.filter_map(of).collect())
    };
    let evidence: Vec<Vec<_>> = try_join_all(at_stake.into_iter().map(read)).await?;
    live.evidence.extend(evidence.into_iter().flatten());
    Ok(())
}

/// Checks changes against the vendor's rules and the live facts of their servers, in bulk for each type and place.
///
/// # Errors
///
/// The first read that failed.
pub async fn judgements<'a>(
    changes: impl Iterator<Item = &'a Change>,
    live: &Live,
    clouds: &Clouds,
) -> Result<BTreeMap<Address, Judgement>, Error> {
    let mut candidates: BTreeMap<Key, Vec<Candidate>> = BTreeMap::new();
    for change in changes {
        if let (Some(candidate), Some(scope)) = (candidate(change, live), &change.scope) {
            let key = (change.address.block.kind.clone(), scope.clone());
            candidates.entry(key).or_default().push(candidate);
        }
    }
    let read = |((kind, scope), candidates): (Key, Vec<Candidate>)| async move {
        let Some(cloud) = clouds.find(&scope.provider) else { return Ok(BTreeMap::new()) };
        let what = || format!("the servers of the `{kind}` objects that change in {}", scope.region);
        cloud.judge(&kind, &scope, &candidates).await.map_err(|source| Error::Cloud { what: what(), source })
    };
    Ok(try_join_all(candidates.into_iter().map(read)).await?.into_iter().flatten().collect())
}

/// Reads what the accounts protect that these changes add to or take from: one call for each provider.
///
/// # Errors
///
/// The first read that failed.
pub async fn usage<'a>(
    changes: impl Iterator<Item = &'a Change>,
    clouds: &Clouds,
) -> Result<BTreeMap<ProviderKey, Usage>, Error> {
    let places: BTreeMap<&ProviderKey, &Scope> =
        changes.filter_map(|change| change.scope.as_ref()).map(|scope| (&scope.provider, scope)).collect();
    let read = |scope: &'a Scope| async move {
        let Some(cloud) = clouds.find(&scope.provider) else { return Ok(None) };
        let what = || format!("the quota of the provider {}", scope.provider);
        match cloud.usage(&scope.region).await {
            // Nobody needs the quota to plan; whoever may not see it is not told of it.
            Err(error) if error.kind() == ErrorKind::Permission => Ok(None),
            Err(source) => Err(Error::Cloud { what: what(), source }),
            Ok(usage) => Ok(usage.map(|usage| (scope.provider.clone(), usage))),
        }
    };
    let found = try_join_all(places.into_values().map(read)).await?;
    Ok(found.into_iter().flatten().collect())
}

/// What a change asks for.
fn candidate(change: &Change, live: &Live) -> Option<Candidate> {
    let intent = match change.action {
        Action::Create | Action::Replace(_) => Intent::Make,
        Action::Update => Intent::Change,
        Action::Destroy => Intent::Delete,
        Action::Forget | Action::NoOp | Action::Pause | Action::Read | Action::Resume | Action::Run => {
            return None;
        }
    };
    let name = change.moved_from.as_ref().unwrap_or(&change.address);
    let joining = change.moves.iter().filter(|one| one.to == change.address);
    Some(Candidate {
        address: change.address.clone(),
        scope: change.scope.clone()?,
        intent,
        values: change.after.as_ref().or(change.before.as_ref())?.clone(),
        live: live.objects.get(name).cloned(),
        joining: joining.map(|one| one.member.clone()).collect(),
    })
}
