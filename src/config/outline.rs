//! The configuration in outline, for programs that read plans: every expression as its constant value or as the names
//! that it refers to, in the form that Terraform's plan JSON has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::{Config, ModuleBlock, Repeat, ResourceBlock};
use super::dynamic;
use super::json;
use super::names::{self, Target, Viewpoint};
use super::references::{Item, Node, schema_of};
use super::tree::{ModuleId, Tree};
use crate::lang::{self, Body, Expr, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::ProviderKey;
use crate::model::diagnostic::Diagnostics;
use crate::model::outline::{
    Arguments, CallOutline, Expression, ModuleOutline, Outline, OutputOutline, Read, Reader, RepeatOutline,
    ResourceOutline, Step, VariableOutline,
};
use crate::model::schema::{Attribute, Kind, Schemas};
use crate::model::value::Value;

/// The argument of a provider whose constant is shown: all others may be credentials.
const PUBLIC_ARGUMENT: &str = "region";

/// Modules that are called from further inside are named and not described: whoever reads the outline back stops at a
/// depth too.
const MODULE_DEPTH: usize = 24;

/// Constants that are nested more deeply are left out, for the same reason.
const VALUE_DEPTH: usize = 16;

/// The outline of all modules. Outputs and conditions are left to who has evaluated them.
pub fn outline(tree: &Tree, schemas: &Schemas) -> Outline {
    // What cannot be read was reported when the configuration was evaluated.
    let tree = &*json::settled(tree, schemas, &mut Diagnostics::default());
    let root = module(tree, schemas, ModuleId::ROOT, 0);
    let mut providers = BTreeMap::new();
    used_providers(&root, &mut providers);
    for (key, block) in &tree.root().providers {
        providers.insert(key.clone(), provider_arguments(&block.body));
    }
    Outline { providers, root, reads: reads(tree, schemas), ..Outline::default() }
}

fn used_providers(module: &ModuleOutline, found: &mut BTreeMap<ProviderKey, Arguments>) {
    for resource in &module.resources {
        found.entry(resource.provider.clone()).or_default();
    }
    for call in module.calls.values() {
        used_providers(&call.module, found);
    }
}

fn provider_arguments(body: &Body) -> Arguments {
    let shown = |attribute: &lang::Attribute| {
        let shown = match expression(&attribute.expr) {
            Expression::Constant(_) if &*attribute.name != PUBLIC_ARGUMENT => Expression::Opaque,
            shown => shown,
        };
        (attribute.name.clone(), shown)
    };
    body.attributes.iter().map(shown).collect()
}

fn module(tree: &Tree, schemas: &Schemas, id: ModuleId, depth: usize) -> ModuleOutline {
    if depth > MODULE_DEPTH {
        return ModuleOutline::default();
    }
    let config = tree.config(id);
    ModuleOutline {
        outputs: outputs(config),
        resources: config
            .resources
            .iter()
            .filter_map(|(address, block)| resource(tree, schemas, id, address, block))
            .collect(),
        calls: config
            .modules
            .iter()
            .filter_map(|(name, call)| {
                let child = *tree.module(id).children.get(name)?;
                Some((name.clone(), self::call(tree, schemas, call, child, depth)))
            })
            .collect(),
        variables: variables(config),
    }
}

fn outputs(config: &Config) -> BTreeMap<Arc<str>, OutputOutline> {
    let shown = config.outputs.iter().map(|(name, block)| {
        let outline = OutputOutline {
            expression: unless_secret(expression(&block.value), block.sensitive || block.ephemeral),
            sensitive: block.sensitive,
            description: block.description.clone(),
            depends_on: named(&block.depends_on),
        };
        (name.clone(), outline)
    });
    shown.collect()
}

fn variables(config: &Config) -> BTreeMap<Arc<str>, VariableOutline> {
    let shown = config.variables.iter().map(|(name, block)| {
        let is_secret = block.sensitive || block.ephemeral;
        let default = block.default.as_ref().filter(|_| !is_secret);
        let outline = VariableOutline {
            default: default.and_then(|default| lang::constant(default).ok()),
            description: block.description.clone(),
            sensitive: block.sensitive,
        };
        (name.clone(), outline)
    });
    shown.collect()
}

fn resource(
    tree: &Tree,
    schemas: &Schemas,
    id: ModuleId,
    address: &BlockAddress,
    block: &ResourceBlock,
) -> Option<ResourceOutline> {
    let schema = schema_of(schemas, address)?;
    let named_here = block.provider.as_ref().map(|(key, _)| key.clone());
    let provider = named_here.unwrap_or_else(|| ProviderKey::default_of(schema.provider));
    Some(ResourceOutline {
        address: address.clone(),
        provider: tree.provider(id, &provider).unwrap_or(provider),
        arguments: arguments(&block.body, schema.attributes),
        repeat: repeat(&block.repeat),
        depends_on: named(&block.depends_on),
    })
}

fn call(tree: &Tree, schemas: &Schemas, call: &ModuleBlock, child: ModuleId, depth: usize) -> CallOutline {
    let declared = &tree.config(child).variables;
    let is_secret = |name: &str| declared.get(name).is_some_and(|block| block.sensitive || block.ephemeral);
    let arguments = call.arguments.iter().map(|argument| {
        (argument.name.clone(), unless_secret(expression(&argument.expr), is_secret(&argument.name)))
    });
    CallOutline {
        source: call.source.clone(),
        arguments: arguments.collect(),
        repeat: repeat(&call.repeat),
        depends_on: named(&call.depends_on),
        module: module(tree, schemas, child, depth + 1),
    }
}

/// What becomes a secret by its place is not shown where it is written out either.
fn unless_secret(expression: Expression, is_secret: bool) -> Expression {
    match expression {
        Expression::Constant(_) if is_secret => Expression::Opaque,
        shown => shown,
    }
}

fn repeat(repeat: &Repeat) -> RepeatOutline {
    RepeatOutline {
        count: repeat.count.as_ref().map(expression),
        for_each: repeat.for_each.as_ref().map(expression),
    }
}

/// Arguments by name, and blocks by kind. What `dynamic` makes is shown once, as written.
fn arguments(body: &Body, schema: &[Attribute]) -> Arguments {
    let mut shown = written(body);
    let mut blocks: BTreeMap<Arc<str>, Vec<Arguments>> = BTreeMap::new();
    for block in &body.blocks {
        match dynamic::parts(block) {
            Some(dynamic) => {
                let made = dynamic.content.map(|content| written(&content.body));
                blocks.entry(dynamic.kind.into()).or_default().extend(made);
            }
            None => blocks.entry(block.kind.clone()).or_default().push(written(&block.body)),
        }
    }
    for (kind, made) in blocks {
        let is_single = schema
            .iter()
            .any(|attribute| attribute.name == &*kind && matches!(attribute.kind, Kind::Object(_)));
        let expression = match <[Arguments; 1]>::try_from(made) {
            Ok([only]) if is_single => Expression::Block(only),
            Ok([only]) => Expression::Blocks(vec![only]),
            Err(made) => Expression::Blocks(made),
        };
        shown.insert(kind, expression);
    }
    shown
}

fn written(body: &Body) -> Arguments {
    body.attributes.iter().map(|attribute| (attribute.name.clone(), expression(&attribute.expr))).collect()
}

fn expression(expr: &Expr) -> Expression {
    let references = expr.references();
    if !references.is_empty() {
        return Expression::References(references.into_iter().flat_map(prefixes).collect());
    }
    match lang::constant(expr) {
        Ok(value) if !value.is_deeper_than(VALUE_DEPTH) => Expression::Constant(value),
        Ok(_) | Err(_) => Expression::Opaque,
    }
}

/// The reference, and each thing that it is a part of: `t.n[0].id`, `t.n[0]`, `t.n`.
fn prefixes(traversal: &Traversal) -> Vec<String> {
    let of_module_instance =
        &*traversal.root == "module" && matches!(traversal.steps[..], [_, lang::Step::Index(..), _, ..]);
    // Terraform says of an output of an instance of a module which instance it is of, and no more.
    let shortest = if of_module_instance { 2 } else { own_steps(traversal).min(traversal.steps.len()) };
    let prefix = |length: usize| {
        Traversal { steps: traversal.steps[..length].to_vec(), ..traversal.clone() }.to_string()
    };
    (shortest..=traversal.steps.len()).rev().map(prefix).collect()
}

/// How many steps belong to the name of what is referred to.
fn own_steps(traversal: &Traversal) -> usize {
    match &*traversal.root {
        "data" => 2,
        "self" => 0,
        _ => 1,
    }
}

fn named(traversals: &[Traversal]) -> Vec<String> {
    traversals.iter().map(ToString::to_string).collect()
}

/// What each block, and each output of the root module, reads of objects, directly or through names that pass it on.
fn reads(tree: &Tree, schemas: &Schemas) -> Vec<Read> {
    let mut found = BTreeSet::new();
    for id in tree.ids() {
        let config = tree.config(id);
        let blocks = config
            .resources
            .keys()
            .map(|address| (Item::Block(address.clone()), Reader::Block(tree.path(id), address.clone())));
        let outputs = config.outputs.keys().filter(|_| id == ModuleId::ROOT);
        let outputs = outputs.map(|name| (Item::Output(name.clone()), Reader::Output(name.clone())));
        for (item, reader) in blocks.chain(outputs) {
            let mut reading = Reading { tree, schemas, reader, found: &mut found, seen: BTreeSet::new() };
            reading.all(Node { module: id, item });
        }
    }
    found.into_iter().collect()
}

/// The search for what one reader reads.
struct Reading<'a> {
    tree: &'a Tree,
    schemas: &'a Schemas,
    reader: Reader,
    found: &'a mut BTreeSet<Read>,
    seen: BTreeSet<Node>,
}

impl Reading<'_> {
    fn all(&mut self, start: Node) {
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if !self.seen.insert(node.clone()) {
                continue;
            }
            for (module, traversal) in expressions(self.tree, &node) {
                let view = Viewpoint::of(module);
                let Ok(Target::Node(target)) = names::find(self.tree, self.schemas, traversal, view) else {
                    continue;
                };
                match &target.item {
                    Item::Block(block) if block.mode == Mode::Managed => self.note(&target, block, traversal),
                    // A data source is read with arguments that may come from objects.
                    _ => open.push(target),
                }
            }
        }
    }

    fn note(&mut self, target: &Node, block: &BlockAddress, traversal: &Traversal) {
        let mut path: Vec<Step> = traversal.steps.iter().skip(own_steps(traversal)).map(step).collect();
        let is_keyed = matches!(traversal.steps.get(own_steps(traversal)), Some(lang::Step::Index(..)));
        let key = is_keyed.then(|| path.remove(0));
        self.found.insert(Read {
            reader: self.reader.clone(),
            modules: self.tree.path(target.module),
            block: block.clone(),
            key,
            path,
        });
    }
}

fn step(step: &lang::Step) -> Step {
    match step {
        lang::Step::Attribute(name, _) => Step::Name(name.to_string()),
        lang::Step::Index(Value::Number(number), _) => {
            match number.to_i64().and_then(|n| u64::try_from(n).ok()) {
                Some(index) => Step::Index(index),
                None => Step::Name(number.to_string()),
            }
        }
        lang::Step::Index(key, _) => Step::Name(key.as_str().unwrap_or_default().to_owned()),
    }
}

/// The references that a node is made of, each with the module in which it is written.
fn expressions<'t>(tree: &'t Tree, node: &Node) -> Vec<(ModuleId, &'t Traversal)> {
    let config = tree.config(node.module);
    let here = |references: Vec<&'t Traversal>| {
        references.into_iter().map(|traversal| (node.module, traversal)).collect()
    };
    match &node.item {
        Item::Block(address) => {
            let Some(block) = config.resources.get(address) else { return Vec::new() };
            let mut references = dynamic::references(&block.body);
            references.extend(block.repeat.expressions().flat_map(Expr::references));
            here(references)
        }
        Item::Local(name) => here(config.locals.get(name).map(|a| a.expr.references()).unwrap_or_default()),
        Item::Output(name) => {
            here(config.outputs.get(name).map(|block| block.value.references()).unwrap_or_default())
        }
        Item::Variable(name) => {
            let argument = tree.call(node.module).and_then(|call| call.argument(name));
            let Some((parent, _)) = &tree.module(node.module).parent else { return Vec::new() };
            let references = argument.map(|argument| argument.expr.references()).unwrap_or_default();
            references.into_iter().map(|traversal| (*parent, traversal)).collect()
        }
        Item::Module(name) => {
            let Some(child) = tree.module(node.module).children.get(name).copied() else { return Vec::new() };
            let outputs = tree.config(child).outputs.values();
            outputs.flat_map(|block| block.value.references()).map(|traversal| (child, traversal)).collect()
        }
        Item::Call(_) | Item::Check(_) | Item::Import(_) | Item::Provider(_) => Vec::new(),
    }
}
