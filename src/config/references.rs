//! Who refers to whom: every reference leads somewhere, and nothing waits for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::{Condition, ModuleBlock, Repeat, ResourceBlock};
use super::dynamic;
use super::names::{self, Target, Viewpoint};
use super::tree::{ModuleId, Tree};
use crate::lang::{AddressStep, Expr, Step, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::{ProviderKey, Repetition};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::model::schema::{Presence, Schema, Schemas};

/// Something that has a value of its own and can be referred to, or refers to others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A `resource` or `data` block.
    Block(BlockAddress),
    /// How often a `module` block is repeated; everything in the module waits for it.
    Call(Arc<str>),
    /// A `check` block.
    Check(Arc<str>),
    /// An `import` block, by position.
    Import(usize),
    /// An entry of `locals`.
    Local(Arc<str>),
    /// A `module` block with all its outputs.
    Module(Arc<str>),
    /// An `output` block.
    Output(Arc<str>),
    /// A `provider` block.
    Provider(ProviderKey),
    /// A `variable` block.
    Variable(Arc<str>),
}

/// An [`Item`] of one module, whatever its instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// The module that declares it.
    pub module: ModuleId,
    /// What it is.
    pub item: Item,
}

impl Node {
    /// As a user would write it in the root module.
    fn name(&self, tree: &Tree) -> String {
        let steps: Vec<String> =
            tree.path(self.module).into_iter().map(|name| format!("module.{name}.")).collect();
        let own = match &self.item {
            Item::Block(address) => address.to_string(),
            Item::Call(name) | Item::Module(name) => format!("module.{name}"),
            Item::Check(name) => format!("check.{name}"),
            Item::Import(position) => format!("import {}", position + 1),
            Item::Local(name) => format!("local.{name}"),
            Item::Output(name) => format!("output.{name}"),
            Item::Provider(key) => format!("provider.{key}"),
            Item::Variable(name) => format!("var.{name}"),
        };
        steps.concat() + &own
    }
}

/// A block of one module.
pub type ModuleBlockAddress = (ModuleId, BlockAddress);

/// The order in which nodes can be evaluated, and what each needs.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Every node after those that it needs; nodes of a circle are left out.
    pub order: Vec<Node>,
    /// The managed blocks that each node needs, directly or through anything but managed blocks.
    pub blocks: BTreeMap<Node, Arc<BTreeSet<ModuleBlockAddress>>>,
    /// The observed attributes that some expression reads, by resource type.
    pub observed: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Whether any expression reads an object that apply makes.
    pub reads_objects: bool,
}

/// A node that another one needs, and the reference that says so.
type Need = (Node, Span);

/// Builds the graph and checks every reference on the way.
pub fn graph(tree: &Tree, schemas: &Schemas) -> (Graph, Diagnostics) {
    let (mut builder, edges) = Builder::with_edges(tree, schemas);
    for module in tree.ids() {
        builder.check_conditions(module);
        builder.check_handed_providers(module);
    }
    builder.order(&edges);
    builder.collect_blocks(&edges, |block| block.mode == Mode::Managed);
    (builder.graph, once(builder.problems))
}

/// The blocks of a configuration and which of them each needs, whatever their instances.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// The blocks, by module and address.
    pub blocks: Vec<UsedBlock>,
    /// Positions in `blocks`: who needs, and who is needed.
    pub needs: BTreeSet<(usize, usize)>,
}

/// One block of [`Uses`].
#[derive(Clone, Debug)]
pub struct UsedBlock {
    /// The names of the calls that lead to its module, from the outside in.
    pub modules: Vec<Arc<str>>,
    /// Its address within the module.
    pub address: BlockAddress,
}

/// Which block needs which others, directly or through variables, locals, outputs and calls.
pub fn uses(tree: &Tree, schemas: &Schemas) -> Uses {
    let (mut builder, edges) = Builder::with_edges(tree, schemas);
    builder.order(&edges);
    builder.collect_blocks(&edges, |_| true);
    let mut uses = Uses::default();
    let mut positions: BTreeMap<ModuleBlockAddress, usize> = BTreeMap::new();
    for Node { module, item } in edges.keys() {
        let Item::Block(address) = item else { continue };
        positions.insert((*module, address.clone()), uses.blocks.len());
        uses.blocks.push(UsedBlock { modules: tree.path(*module), address: address.clone() });
    }
    for ((module, address), user) in &positions {
        let node = Node { module: *module, item: Item::Block(address.clone()) };
        let needed = builder.graph.blocks.get(&node).into_iter().flat_map(|blocks| blocks.iter());
        uses.needs.extend(needed.filter_map(|block| positions.get(block)).map(|needed| (*user, *needed)));
    }
    uses
}

/// A directory that is called twice has the same problems twice.
fn once(problems: Diagnostics) -> Diagnostics {
    let mut seen = BTreeSet::new();
    let mut kept = Diagnostics::default();
    kept.extend(
        problems
            .into_iter()
            .filter(|p| p.code == Code::DependencyCycle || seen.insert((p.span, p.code, p.detail.clone()))),
    );
    kept
}

fn nodes(tree: &Tree, module: ModuleId) -> Vec<Node> {
    let config = tree.config(module);
    let mut items: Vec<Item> = config.variables.keys().cloned().map(Item::Variable).collect();
    items.extend(config.locals.keys().cloned().map(Item::Local));
    items.extend(config.providers.keys().cloned().map(Item::Provider));
    items.extend(config.resources.keys().cloned().map(Item::Block));
    items.extend(config.outputs.keys().cloned().map(Item::Output));
    items.extend(config.checks.keys().cloned().map(Item::Check));
    items.extend((0..config.imports.len()).map(Item::Import));
    for name in tree.module(module).children.keys() {
        items.extend([Item::Call(name.clone()), Item::Module(name.clone())]);
    }
    items.into_iter().map(|item| Node { module, item }).collect()
}

struct Builder<'a> {
    tree: &'a Tree,
    schemas: &'a Schemas,
    graph: Graph,
    problems: Diagnostics,
}

impl<'a> Builder<'a> {
    /// A builder that has looked at every reference, and what it found.
    fn with_edges(tree: &'a Tree, schemas: &'a Schemas) -> (Self, BTreeMap<Node, Vec<Need>>) {
        let mut builder =
            Builder { tree, schemas, graph: Graph::default(), problems: Diagnostics::default() };
        let nodes = tree.ids().flat_map(|module| nodes(tree, module));
        let edges = nodes.map(|node| (node.clone(), builder.needs(&node))).collect();
        (builder, edges)
    }

    /// The nodes that one needs, with the place of each reference.
    fn needs(&mut self, node: &Node) -> Vec<Need> {
        let view = Viewpoint::of(node.module);
        let config = self.tree.config(node.module);
        let mut needs = match &node.item {
            Item::Variable(name) => return self.variable_needs(node.module, name),
            Item::Local(name) => self.targets([&config.locals[name].expr], view),
            Item::Output(name) => {
                let output = &config.outputs[name];
                let mut needs = self.targets([&output.value], view);
                needs.extend(self.named(&output.depends_on, view));
                needs.extend(self.conditions(&output.preconditions, view));
                needs
            }
            Item::Provider(key) => self.references(dynamic::references(&config.providers[key].body), view),
            Item::Block(address) => self.block_needs(node.module, address),
            Item::Call(name) => {
                let call = &config.modules[name];
                let mut needs = self.targets(call.repeat.expressions(), view);
                needs.extend(self.named(&call.depends_on, view));
                needs
            }
            Item::Module(name) => self.whole_module(node.module, name),
            Item::Check(name) => {
                let check = &config.checks[name];
                let view = Viewpoint { check: Some(name), ..view };
                let mut needs = self.conditions(&check.asserts, view);
                let data = check.data.iter().map(|data| {
                    let item = Item::Block(data.clone());
                    (Node { module: node.module, item }, config.resources[data].span)
                });
                needs.extend(data);
                needs
            }
            Item::Import(position) => self.import_needs(node.module, *position),
        };
        needs.extend(self.own_call(node.module));
        needs
    }

    /// Everything in a module waits until it is known how often the module is there.
    fn own_call(&self, module: ModuleId) -> Option<Need> {
        let (parent, name) = self.tree.module(module).parent.as_ref()?;
        let call = self.tree.call(module)?;
        Some((Node { module: *parent, item: Item::Call(name.clone()) }, call.span))
    }

    /// A variable of a module has its value from the call.
    fn variable_needs(&mut self, module: ModuleId, name: &Arc<str>) -> Vec<Need> {
        let tree = self.tree;
        let (Some(call), Some((parent, _))) = (tree.call(module), &tree.module(module).parent) else {
            return Vec::new();
        };
        let view = Viewpoint { repeat: Some(&call.repeat), ..Viewpoint::of(*parent) };
        let mut needs = match call.argument(name) {
            Some(argument) => self.targets([&argument.expr], view),
            None => Vec::new(),
        };
        needs.extend(self.own_call(module));
        needs
    }

    fn whole_module(&mut self, module: ModuleId, name: &Arc<str>) -> Vec<Need> {
        let tree = self.tree;
        let child = tree.module(module).children[name];
        let span = tree.config(module).modules[name].span;
        let outputs = tree.config(child).outputs.keys();
        let outputs = outputs.map(|output| Node { module: child, item: Item::Output(output.clone()) });
        let call = Node { module, item: Item::Call(name.clone()) };
        outputs.chain([call]).map(|node| (node, span)).collect()
    }

    fn import_needs(&mut self, module: ModuleId, position: usize) -> Vec<Need> {
        let tree = self.tree;
        let block = &tree.config(module).imports[position];
        if module != ModuleId::ROOT {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "a module cannot import")
                    .at(block.span)
                    .detail("Which object is taken over is said in the root module.")
                    .hint("move the block there, and write `to = module.NAME.TYPE.NAME`"),
            );
        }
        let repeat = Repeat { count: None, for_each: block.for_each.clone() };
        let mut needs = self.targets(&block.for_each, Viewpoint::of(module));
        let view = Viewpoint { repeat: Some(&repeat), ..Viewpoint::of(module) };
        needs.extend(self.targets([&block.id], view));
        let (_, steps) = block.to.as_address().expect("the reader accepted it as an address");
        for step in steps {
            if let AddressStep::Key(key) = step {
                needs.extend(self.targets([key], view));
            }
        }
        needs
    }

    fn block_needs(&mut self, module: ModuleId, address: &BlockAddress) -> Vec<Need> {
        let tree = self.tree;
        let block = &tree.config(module).resources[address];
        let outside = Viewpoint { check: block.check.as_deref(), ..Viewpoint::of(module) };
        let view = Viewpoint { repeat: Some(&block.repeat), ..outside };
        let mut needs = self.targets(block.repeat.expressions(), outside);
        needs.extend(self.references(dynamic::references(&block.body), view));
        needs.extend(self.named(&block.depends_on, outside));
        needs.extend(self.conditions(&block.lifecycle.preconditions, view));
        let with_self = Viewpoint { has_self: true, ..view };
        needs.extend(self.conditions(&block.lifecycle.postconditions, with_self));
        for trigger in &block.lifecycle.replace_triggered_by {
            needs.extend(self.trigger(trigger, view));
        }
        needs.extend(self.provider_need(module, address, block));
        needs
    }

    /// What an entry of `replace_triggered_by` names, and what its keys refer to.
    fn trigger(&mut self, expr: &Expr, view: Viewpoint<'_>) -> Vec<Need> {
        let (root, steps) = expr.as_address().expect("the reader accepted it as an address");
        let known = |step: &AddressStep<'_>| match step {
            AddressStep::Static(step) => Some((*step).clone()),
            AddressStep::Key(_) => None,
        };
        let traversal = Traversal {
            root: root.clone(),
            root_span: expr.span(),
            steps: steps.iter().map_while(known).collect(),
            span: expr.span(),
        };
        if matches!(&**root, "data" | "var" | "local" | "module" | "each" | "count" | "path" | "self") {
            self.problems.push(
                Diagnostic::error(
                    Code::InvalidReference,
                    "only a managed resource can trigger a replacement",
                )
                .at(expr.span())
                .hint("write `TYPE.NAME`, `TYPE.NAME[KEY]` or an attribute of one, without quotes"),
            );
            return Vec::new();
        }
        let mut needs = self.references([&traversal], view);
        for step in &steps {
            if let AddressStep::Key(key) = step {
                needs.extend(self.targets([*key], view));
            }
        }
        needs
    }

    fn provider_need(
        &mut self,
        module: ModuleId,
        address: &BlockAddress,
        block: &ResourceBlock,
    ) -> Option<Need> {
        let (key, span) = match &block.provider {
            Some((key, span)) => {
                let own = schema_of(self.schemas, address)?.provider;
                if &*key.name != own {
                    self.problems.push(
                        Diagnostic::error(Code::InvalidReference, "this provider does not have the type")
                            .at(*span)
                            .detail(format!("`{}` is a type of the provider `{own}`.", address.kind)),
                    );
                    return None;
                }
                (key.clone(), *span)
            }
            None => (ProviderKey::default_of(schema_of(self.schemas, address)?.provider), block.span),
        };
        let configured = &self.tree.root().providers;
        match self.tree.provider(module, &key) {
            Some(root) if configured.contains_key(&root) => {
                return Some((Node { module: ModuleId::ROOT, item: Item::Provider(root) }, span));
            }
            Some(root) if root.alias.is_none() => {}
            Some(root) => self.no_provider(&root, span),
            None => self.problems.push(
                Diagnostic::error(
                    Code::UnknownReference,
                    "the module is not given this provider configuration",
                )
                .at(span)
                .detail(format!("nobody hands `{key}` in."))
                .related(self.tree.call(module).map_or(span, |call| call.span), "the module's call")
                .hint(format!("add `providers = {{ {key} = ... }}` to the call")),
            ),
        }
        None
    }

    fn no_provider(&mut self, key: &ProviderKey, span: Span) {
        let known: Vec<String> = self.tree.root().providers.keys().map(ToString::to_string).collect();
        self.problems.push(
            Diagnostic::error(Code::UnknownReference, "there is no such provider configuration")
                .at(span)
                .detail(format!("no `provider` block has the name and alias of `{key}`."))
                .suggest(nearest(&key.to_string(), known.iter().map(String::as_str))),
        );
    }

    /// What a call hands in must be there for the caller.
    fn check_handed_providers(&mut self, module: ModuleId) {
        let tree = self.tree;
        for ModuleBlock { providers, .. } in tree.config(module).modules.values() {
            for (_, outside, span) in providers {
                match tree.provider(module, outside) {
                    Some(root) if root.alias.is_none() || tree.root().providers.contains_key(&root) => {}
                    root => self.no_provider(root.as_ref().unwrap_or(outside), *span),
                }
            }
        }
    }

    fn targets<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expr>,
        view: Viewpoint<'_>,
    ) -> Vec<Need> {
        let mut found = Vec::new();
        for expression in expressions {
            found.extend(self.references(expression.references(), view));
        }
        found
    }

    fn references<'e>(
        &mut self,
        references: impl IntoIterator<Item = &'e Traversal>,
        view: Viewpoint<'_>,
    ) -> Vec<Need> {
        let target = |traversal: &Traversal| self.target(traversal, view).map(|node| (node, traversal.span));
        references.into_iter().filter_map(target).collect()
    }

    /// What `depends_on` names.
    fn named(&mut self, traversals: &[Traversal], view: Viewpoint<'_>) -> Vec<Need> {
        for traversal in traversals {
            self.check_whole(traversal, view);
        }
        self.references(traversals, view)
    }

    /// What is waited for is a whole block, an instance of it, or a module.
    fn check_whole(&mut self, traversal: &Traversal, view: Viewpoint<'_>) {
        let own = match &*traversal.root {
            "data" => 2,
            "var" | "local" => return,
            _ => 1,
        };
        let mut rest = traversal.steps.get(own..).unwrap_or_default();
        let block = match (&*traversal.root, traversal.steps.first()) {
            ("module" | "data", _) | (_, None | Some(Step::Index(..))) => None,
            (kind, Some(Step::Attribute(name, _))) => {
                self.tree.config(view.module).resources.get(&BlockAddress::managed(kind, name.clone()))
            }
        };
        let is_single = block.is_some_and(|block| block.repeat.repetition() == Repetition::Single);
        if let ([Step::Index(..), after @ ..], false) = (rest, is_single) {
            rest = after;
        }
        if let Some(step) = rest.first() {
            self.problems.push(
                Diagnostic::error(Code::InvalidReference, "only a whole block can be waited for")
                    .at(step.span())
                    .detail("`depends_on` names blocks, instances of repeated blocks, and modules.")
                    .hint("leave the rest of the reference out"),
            );
        }
    }

    fn conditions(&mut self, conditions: &[Condition], view: Viewpoint<'_>) -> Vec<Need> {
        conditions.iter().flat_map(|condition| self.targets(condition.expressions(), view)).collect()
    }

    /// Conditions of variables are evaluated when everything else is; only their references are checked here.
    fn check_conditions(&mut self, module: ModuleId) {
        for variable in self.tree.config(module).variables.values() {
            self.conditions(&variable.validations, Viewpoint::of(module));
        }
    }

    fn target(&mut self, traversal: &Traversal, view: Viewpoint<'_>) -> Option<Node> {
        match names::find(self.tree, self.schemas, traversal, view) {
            Ok(Target::Node(node)) => {
                if let Item::Block(address) = &node.item {
                    self.note_use(address, traversal);
                }
                Some(node)
            }
            Ok(Target::Builtin) => None,
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    /// Remembers which attributes of objects are read at all, and checks that the type has them.
    fn note_use(&mut self, address: &BlockAddress, traversal: &Traversal) {
        let Some(schema) = schema_of(self.schemas, address) else { return };
        if address.mode == Mode::Managed {
            self.graph.reads_objects = true;
        }
        let named = attribute_step(address, traversal);
        if let Some((name, span)) = named
            && schema.attribute(name).is_none()
        {
            let known = schema.attributes.iter().map(|attribute| attribute.name);
            self.problems.push(
                Diagnostic::error(Code::UnknownReference, "there is no such attribute")
                    .at(span)
                    .detail(format!("`{}` has no attribute `{name}`.", schema.name))
                    .suggest(nearest(name, known)),
            );
            return;
        }
        let read = schema
            .attributes
            .iter()
            .filter(|a| a.presence == Presence::Observed && named.is_none_or(|(name, _)| name == a.name))
            .map(|attribute| Arc::from(attribute.name));
        let read: Vec<Arc<str>> = read.collect();
        if !read.is_empty() {
            self.graph.observed.entry(address.kind.clone()).or_default().extend(read);
        }
    }

    /// Depth first without recursion, so that a chain of any length fits.
    fn order(&mut self, edges: &BTreeMap<Node, Vec<Need>>) {
        let mut done: BTreeSet<&Node> = BTreeSet::new();
        let mut broken: BTreeSet<&Node> = BTreeSet::new();
        for start in edges.keys() {
            let mut path: Vec<(&Node, usize)> = vec![(start, 0)];
            let mut on_path: BTreeSet<&Node> = BTreeSet::from([start]);
            if done.contains(start) {
                continue;
            }
            while let Some((node, next)) = path.last_mut() {
                let node = *node;
                match edges.get(node).and_then(|needs| needs.get(*next)) {
                    None => {
                        path.pop();
                        on_path.remove(node);
                        if done.insert(node) && !broken.contains(node) {
                            self.graph.order.push(node.clone());
                        }
                    }
                    Some((needed, span)) => {
                        *next += 1;
                        if on_path.contains(needed) {
                            let begin = path.iter().position(|(node, _)| *node == needed).unwrap_or(0);
                            let circle: Vec<&Node> = path[begin..].iter().map(|(node, _)| *node).collect();
                            self.problems.push(circular(&circle, *span, self.tree));
                            broken.extend(circle);
                        } else if !done.contains(needed) && edges.contains_key(needed) {
                            path.push((needed, 0));
                            on_path.insert(needed);
                        }
                    }
                }
            }
        }
    }

    /// For each node the nearest blocks that count.
    fn collect_blocks(&mut self, edges: &BTreeMap<Node, Vec<Need>>, counts: fn(&BlockAddress) -> bool) {
        let none: Arc<BTreeSet<ModuleBlockAddress>> = Arc::default();
        for node in &self.graph.order {
            let mut blocks = BTreeSet::new();
            for (needed, _) in edges.get(node).into_iter().flatten() {
                match &needed.item {
                    Item::Block(address) if counts(address) => {
                        blocks.insert((needed.module, address.clone()));
                    }
                    _ => blocks.extend(self.graph.blocks.get(needed).unwrap_or(&none).iter().cloned()),
                }
            }
            self.graph.blocks.insert(node.clone(), Arc::new(blocks));
        }
    }
}

fn circular(circle: &[&Node], span: Span, tree: &Tree) -> Diagnostic {
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|node| format!("`{}`", node.name(tree))).collect();
    let detail = match circle {
        [only] => format!("`{}` refers to itself.", only.name(tree)),
        _ => format!("each of these refers to the next: {}.", names.join(" -> ")),
    };
    Diagnostic::error(Code::DependencyCycle, "a value depends on itself").at(span).detail(detail)
}

/// The schema of a block's type.
pub fn schema_of(schemas: &Schemas, address: &BlockAddress) -> Option<&'static Schema> {
    match address.mode {
        Mode::Managed => schemas.resources.get(&*address.kind).copied(),
        Mode::Data => schemas.data.get(&*address.kind).copied(),
    }
}

/// The attribute that a reference to a block goes on to, where it can be told without evaluating.
fn attribute_step<'t>(address: &BlockAddress, traversal: &'t Traversal) -> Option<(&'t str, Span)> {
    let own = if address.mode == Mode::Data { 2 } else { 1 };
    let mut steps = traversal.steps.get(own..)?.iter();
    let step = match steps.next()? {
        Step::Index(..) => steps.next()?,
        step @ Step::Attribute(..) => step,
    };
    match step {
        Step::Attribute(name, span) => Some((name, *span)),
        Step::Index(..) => None,
    }
}
