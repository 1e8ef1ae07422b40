//! The instances of modules, each with the values of what it declares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expand::Instance;
use super::references::ModuleBlockAddress;
use super::tree::{ModuleId, Tree};
use crate::model::address::{BlockAddress, Key, ModuleStep};
use crate::model::value::Value;

/// One instance of a module in [`Frames`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameId(usize);

impl FrameId {
    /// The root module, which there is once.
    pub const ROOT: Self = Self(0);
}

/// One instance of a module.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Which module.
    pub module: ModuleId,
    /// From the root module inwards.
    pub path: Arc<[ModuleStep]>,
    /// The instance that calls it; `None` for the root module.
    pub parent: Option<FrameId>,
    /// Which instance of its call it is.
    pub instance: Instance,
    /// The values of its variables.
    pub variables: BTreeMap<Arc<str>, Value>,
    /// The values of its locals.
    pub locals: BTreeMap<Arc<str>, Value>,
    /// What a reference to a whole block gives.
    pub blocks: BTreeMap<BlockAddress, Value>,
    /// The values of its outputs.
    pub outputs: BTreeMap<Arc<str>, Value>,
    /// What a reference to a whole module gives, where there is one.
    pub modules: BTreeMap<Arc<str>, Value>,
    /// The instances of each of its calls; absent where it is not known which there are.
    pub children: BTreeMap<Arc<str>, BTreeMap<Key, FrameId>>,
}

impl Frame {
    fn new(module: ModuleId, path: Arc<[ModuleStep]>, parent: Option<FrameId>, instance: Instance) -> Self {
        Self {
            module,
            path,
            parent,
            instance,
            variables: BTreeMap::new(),
            locals: BTreeMap::new(),
            blocks: BTreeMap::new(),
            outputs: BTreeMap::new(),
            modules: BTreeMap::new(),
            children: BTreeMap::new(),
        }
    }
}

/// All instances of all modules that are known so far.
#[derive(Clone, Debug)]
pub struct Frames {
    frames: Vec<Frame>,
    by_module: BTreeMap<ModuleId, Vec<FrameId>>,
}

impl Frames {
    /// The root module with its variables.
    pub fn new(variables: BTreeMap<Arc<str>, Value>) -> Self {
        let root = Frame { variables, ..Frame::new(ModuleId::ROOT, Arc::new([]), None, Instance::single()) };
        Self { frames: vec![root], by_module: BTreeMap::from([(ModuleId::ROOT, vec![FrameId::ROOT])]) }
    }

    /// One instance.
    pub fn get(&self, id: FrameId) -> &Frame {
        &self.frames[id.0]
    }

    /// One instance, to give it values.
    pub fn get_mut(&mut self, id: FrameId) -> &mut Frame {
        &mut self.frames[id.0]
    }

    /// All instances of a module, in the order of their calls.
    pub fn of(&self, module: ModuleId) -> &[FrameId] {
        self.by_module.get(&module).map(Vec::as_slice).unwrap_or_default()
    }

    /// Adds the instances of one call.
    pub fn call(&mut self, parent: FrameId, name: &Arc<str>, module: ModuleId, instances: Vec<Instance>) {
        let mut children = BTreeMap::new();
        for instance in instances {
            let id = FrameId(self.frames.len());
            let step = ModuleStep { name: name.clone(), key: instance.key.clone() };
            let path = self.get(parent).path.iter().cloned().chain([step]).collect();
            children.insert(instance.key.clone(), id);
            self.frames.push(Frame::new(module, path, Some(parent), instance));
            self.by_module.entry(module).or_default().push(id);
        }
        self.get_mut(parent).children.insert(name.clone(), children);
    }

    /// The addresses of blocks as one instance sees them: a block of a module that both are in is the one of the same
    /// instance of it, and beyond that all instances count.
    pub fn absolute(
        &self,
        tree: &Tree,
        from: FrameId,
        blocks: &BTreeSet<ModuleBlockAddress>,
    ) -> BTreeSet<BlockAddress> {
        let mut found = BTreeSet::new();
        for (module, block) in blocks {
            let reached = self.reached(tree, from, *module);
            found.extend(reached.into_iter().map(|frame| block.under(&self.get(frame).path)));
        }
        found
    }

    /// The instances of a module below the innermost instance that encloses both.
    fn reached(&self, tree: &Tree, from: FrameId, module: ModuleId) -> Vec<FrameId> {
        let mut common = from;
        let mut down: Vec<&Arc<str>> = Vec::new();
        let target: Vec<ModuleId> = tree.chain(module).collect();
        while !target.contains(&self.get(common).module) {
            common = self.get(common).parent.expect("the root module encloses everything");
        }
        for id in target.iter().take_while(|id| **id != self.get(common).module) {
            down.extend(tree.module(*id).parent.as_ref().map(|(_, name)| name));
        }
        let mut reached = vec![common];
        for name in down.into_iter().rev() {
            let children =
                |frame: FrameId| self.get(frame).children.get(name).into_iter().flat_map(BTreeMap::values);
            reached = reached.into_iter().flat_map(children).copied().collect();
        }
        reached
    }
}
