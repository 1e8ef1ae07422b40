//! What each resource was, is, and should be, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::address::{Address, BlockAddress, Key, ModuleStep};
use crate::model::desired::{Desired, DesiredResource, Moved, Repetition, Scope, Subject};
use crate::model::live::{Live, LiveObject};
use crate::model::plan::{Action, Block, Change, PlanMode};
use crate::model::schema::{Presence, Schema, Schemas};
use crate::model::state::{OpenIntent, Operation, Recorded, State};
use crate::model::value::Object;

/// One address with everything that is known of it.
pub struct Pair<'a> {
    /// The address that the configuration has, or the state where the configuration has none.
    pub address: Address,
    /// The address that the state has, where a `moved` block renames it.
    pub moved_from: Option<Address>,
    /// The type's schema.
    pub schema: &'static Schema,
    /// What should be.
    pub desired: Option<&'a DesiredResource>,
    /// What we remember.
    pub recorded: Option<&'a Recorded>,
    /// What is.
    pub live: Option<&'a LiveObject>,
    /// The object's id, where an `import` block takes it over.
    pub importing: Option<Arc<str>>,
}

impl Pair<'_> {
    /// The live attributes, with what only the user can give added from memory, said in the words of `words`.
    pub fn live_values(&self, words: &Object) -> Option<Object> {
        let live = self.live?;
        let mut values = live.values.clone();
        for attribute in self.schema.attributes.iter().filter(|a| a.presence == Presence::Declared) {
            let remembered = self.recorded.and_then(|recorded| recorded.values.get(attribute.name));
            match remembered {
                Some(value) => values.insert(attribute.name.into(), value.clone()),
                None => values.remove(attribute.name),
            };
        }
        values
            .retain(|name, _| self.schema.attribute(name).is_some_and(|a| a.presence != Presence::Observed));
        (self.schema.align)(words, &mut values);
        if let Some(members) = self.schema.members {
            let nothing = Object::new();
            let remembered = self.recorded.map_or(&nothing, |recorded| &recorded.values);
            members.settle(&mut values, words, remembered);
        }
        Some(values)
    }
}

/// All addresses of configuration and state, in order, each once.
///
/// Types that no schema knows are left out: the configuration stage has refused them, and the state keeps them.
pub fn by_address<'a>(
    schemas: &Schemas,
    desired: &'a Desired,
    state: &'a State,
    live: &'a Live,
    mode: PlanMode,
) -> Vec<Pair<'a>> {
    let imports: BTreeMap<&Address, &Arc<str>> = match mode {
        PlanMode::Normal => desired.imports.iter().map(|import| (&import.to, &import.id)).collect(),
        PlanMode::Destroy | PlanMode::RefreshOnly | PlanMode::Act => BTreeMap::new(),
    };
    let renamed = renames(&desired.moved, state, desired);
    let original: BTreeMap<&Address, &Address> = renamed.iter().map(|(from, to)| (to, from)).collect();
    let recorded = state.resources.keys().filter(|address| !renamed.contains_key(*address));
    let addresses: BTreeSet<&Address> = desired.resources.keys().chain(recorded).collect();
    let pair = |address: &'a Address| {
        let schema = schemas.resource(address.kind())?;
        let moved_from = original.get(address).map(|from| (*from).clone());
        let name = moved_from.as_ref().unwrap_or(address);
        let desired = desired.resources.get(address);
        let recorded = state.resources.get(name);
        let live = live.objects.get(name);
        let importing = imports.get(address).filter(|_| recorded.is_none() && live.is_some());
        let importing = importing.map(|id| (*id).clone());
        Some(Pair { address: address.clone(), moved_from, schema, desired, recorded, live, importing })
    };
    addresses.into_iter().filter_map(pair).collect()
}

/// Takes over what interrupted creates have made after all: from now on the state remembers it, whatever has become of
/// its block meanwhile. An address that remembers another object (the old half of a replacement) is left alone.
pub fn adopt(state: &mut State, live: &mut Live) {
    for intent in state.open_intents.clone() {
        let free = !state.resources.contains_key(&intent.address);
        let object = live.unmanaged.get(&intent.address);
        let Some(object) = object.filter(|object| free && intent_made(&intent, &intent.address, object))
        else {
            continue;
        };
        let recorded = Recorded {
            id: object.id.clone(),
            scope: intent.scope,
            identity: object.identity.clone(),
            values: object.values.clone(),
            depends_on: Vec::new(),
            prevent_destroy: None,
            on_removal: None,
            left_over: false,
        };
        live.objects.insert(intent.address.clone(), object.clone());
        live.unmanaged.remove(&intent.address);
        state.resources.insert(intent.address, recorded);
    }
}

/// Whether an object is what an intent of an interrupted run was to make.
fn intent_made(intent: &OpenIntent, address: &Address, object: &LiveObject) -> bool {
    intent.operation == Operation::Create
        && intent.address == *address
        && intent.identity.is_some()
        && intent.identity == object.identity
}

/// Old names to new ones, as far as `moved` blocks say so, the old name is in the state and the new one is not.
pub fn renames(moved: &[Moved], state: &State, desired: &Desired) -> BTreeMap<Address, Address> {
    let mut names = implied_renames(state, desired);
    if moved.is_empty() {
        return names;
    }
    for address in state.resources.keys() {
        let mut current = address.clone();
        // A chain of moves is followed to its end; a circle ends when every block was used once.
        for _ in 0..moved.len() {
            match moved.iter().find_map(|block| rename(block, &current)) {
                Some(next) => current = next,
                None => break,
            }
        }
        let free = !state.resources.contains_key(&current) && !names.values().any(|taken| *taken == current);
        if current != *address && free && desired.resources.contains_key(&current) {
            names.insert(address.clone(), current);
        }
    }
    names
}

/// A block that gets or loses `count` keeps its first instance, as in Terraform: nobody has to say so.
fn implied_renames(state: &State, desired: &Desired) -> BTreeMap<Address, Address> {
    let other = |address: &Address| {
        let (key, repetition) = match address.key {
            Key::None => (Key::Index(0), Repetition::Count),
            Key::Index(0) => (Key::None, Repetition::Single),
            Key::Index(_) | Key::Name(_) => return None,
        };
        let matches = desired.blocks.get(&address.block) == Some(&repetition);
        let other = address.block.instance(key);
        let free = !state.resources.contains_key(&other) && !desired.resources.contains_key(address);
        (matches && free && desired.resources.contains_key(&other)).then_some(other)
    };
    state.resources.keys().filter_map(|address| Some((address.clone(), other(address)?))).collect()
}

/// The new name of `address` by one `moved` block.
fn rename(moved: &Moved, address: &Address) -> Option<Address> {
    match (&moved.from, &moved.to) {
        (Subject::Instance(from), Subject::Instance(to)) => (from == address).then(|| to.clone()),
        (Subject::Block(from), Subject::Instance(to)) => {
            (*from == address.block && address.key == Key::None).then(|| to.clone())
        }
        (Subject::Instance(from), Subject::Block(to)) => (from == address).then(|| to.instance(Key::None)),
        (Subject::Block(from), Subject::Block(to)) => {
            (*from == address.block).then(|| to.instance(address.key.clone()))
        }
        (Subject::Module(from), Subject::Module(to)) => {
            let (key, rest) = module_rest(from, &address.block.module)?;
            let module = moved_module(from, to, key, rest)?;
            let block = BlockAddress { module, ..address.block.clone() };
            Some(Address { block, key: address.key.clone() })
        }
        // The configuration stage refuses these.
        (Subject::Module(_), _) | (_, Subject::Module(_)) => None,
    }
}

/// The key of the last step of `module` in `path`, and what follows it, where `path` leads into `module` or any
/// instance of it.
pub fn module_rest<'p>(module: &[ModuleStep], path: &'p [ModuleStep]) -> Option<(&'p Key, &'p [ModuleStep])> {
    let (last, before) = module.split_last()?;
    let (own, rest) = path.strip_prefix(before)?.split_first()?;
    let same = own.name == last.name && (last.key == Key::None || own.key == last.key);
    same.then_some((&own.key, rest))
}

/// The path into the renamed module. Without keys on both sides all instances are renamed; with a key on one side,
/// one instance.
fn moved_module(
    from: &[ModuleStep],
    to: &[ModuleStep],
    key: &Key,
    rest: &[ModuleStep],
) -> Option<Arc<[ModuleStep]>> {
    let (from_last, (to_last, to_before)) = (from.last()?, to.split_last()?);
    let all = from_last.key == Key::None && to_last.key == Key::None;
    if !all && from_last.key != *key {
        return None;
    }
    let key = if all { key.clone() } else { to_last.key.clone() };
    let step = ModuleStep { name: to_last.name.clone(), key };
    Some(to_before.iter().cloned().chain([step]).chain(rest.iter().cloned()).collect())
}

/// Who holds an identity, by type, scope and identity.
pub type Holders<'a> = BTreeMap<(&'a str, &'a Scope, &'a Arc<str>), (&'a Address, &'a Arc<str>)>;

/// Says that what is to be created exists already, and where.
pub fn taken(
    change: &Change,
    pair: &Pair<'_>,
    live: &Live,
    state: &State,
    holders: &Holders<'_>,
) -> Option<Block> {
    if !matches!(change.action, Action::Create | Action::Replace(_)) {
        return None;
    }
    let desired = pair.desired?;
    let identity: Arc<str> = desired.values.get(pair.schema.identity?)?.as_str()?.into();
    let scope = desired.scope.as_ref()?;
    let own = pair.moved_from.as_ref().unwrap_or(&pair.address);
    if let Some((address, id)) = holders.get(&(pair.address.kind(), scope, &identity))
        && *address != own
    {
        return Some(Block::RecordedElsewhere { address: (*address).clone(), id: (*id).clone() });
    }
    let other = live.unmanaged.get(&pair.address)?;
    let ours = state.open_intents.iter().any(|intent| intent_made(intent, &pair.address, other));
    (!ours).then(|| Block::AlreadyExists { id: other.id.clone() })
}
