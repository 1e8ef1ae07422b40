//! Who refers to whom: every reference leads somewhere, and nothing waits for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::blocks::{Config, ResourceBlock};
use crate::lang::{Body, Expr, Step, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::ProviderKey;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::model::schema::{Presence, Schema, Schemas};

/// Something that has a value of its own and can be referred to, or refers to others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A `resource` or `data` block.
    Block(BlockAddress),
    /// An entry of `locals`.
    Local(Arc<str>),
    /// An `output` block.
    Output(Arc<str>),
    /// A `provider` block.
    Provider(ProviderKey),
    /// A `variable` block.
    Variable(Arc<str>),
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(address) => write!(f, "{address}"),
            Self::Local(name) => write!(f, "local.{name}"),
            Self::Output(name) => write!(f, "output.{name}"),
            Self::Provider(key) => write!(f, "provider.{key}"),
            Self::Variable(name) => write!(f, "var.{name}"),
        }
    }
}

/// The order in which nodes can be evaluated, and what each needs.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Every node after those that it needs; nodes of a circle are left out.
    pub order: Vec<Node>,
    /// The managed blocks that each node needs, directly or through anything but managed blocks.
    pub blocks: BTreeMap<Node, Arc<BTreeSet<BlockAddress>>>,
    /// The observed attributes that some expression reads, by resource type.
    pub observed: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Whether any expression reads an object that apply makes.
    pub reads_objects: bool,
}

/// What a reference leads to.
enum Target {
    Node(Node),
    /// `each`, `count`, `path`, `terraform`: there without being declared.
    Builtin,
}

/// Builds the graph and checks every reference on the way.
pub fn graph(config: &Config, schemas: &Schemas) -> (Graph, Diagnostics) {
    let mut builder = Builder { config, schemas, graph: Graph::default(), problems: Diagnostics::default() };
    let edges: BTreeMap<Node, Vec<(Node, Span)>> =
        nodes(config).into_iter().map(|node| (node.clone(), builder.needs(&node))).collect();
    builder.check_conditions();
    builder.order(&edges);
    builder.collect_blocks(&edges);
    (builder.graph, builder.problems)
}

fn nodes(config: &Config) -> Vec<Node> {
    let mut nodes: Vec<Node> = config.variables.keys().cloned().map(Node::Variable).collect();
    nodes.extend(config.locals.keys().cloned().map(Node::Local));
    nodes.extend(config.providers.keys().cloned().map(Node::Provider));
    nodes.extend(config.resources.keys().cloned().map(Node::Block));
    nodes.extend(config.outputs.keys().cloned().map(Node::Output));
    nodes
}

/// All expressions of a body, also those of its blocks.
pub fn expressions(body: &Body) -> Vec<&Expr> {
    let inner = body.blocks.iter().flat_map(|block| expressions(&block.body));
    body.attributes.iter().map(|attribute| &attribute.expr).chain(inner).collect()
}

struct Builder<'a> {
    config: &'a Config,
    schemas: &'a Schemas,
    graph: Graph,
    problems: Diagnostics,
}

impl Builder<'_> {
    /// The nodes that one needs, with the place of each reference.
    fn needs(&mut self, node: &Node) -> Vec<(Node, Span)> {
        match node {
            Node::Variable(_) => Vec::new(),
            Node::Local(name) => self.targets(&[&self.config.locals[name].expr], None),
            Node::Output(name) => {
                let output = &self.config.outputs[name];
                let mut needs = self.targets(&[&output.value], None);
                needs.extend(output.depends_on.iter().filter_map(|traversal| self.dependency(traversal)));
                needs
            }
            Node::Provider(key) => self.targets(&expressions(&self.config.providers[key].body), None),
            Node::Block(address) => self.block_needs(address),
        }
    }

    fn block_needs(&mut self, address: &BlockAddress) -> Vec<(Node, Span)> {
        let block = &self.config.resources[address];
        let mut repeating: Vec<&Expr> = Vec::new();
        repeating.extend(&block.count);
        repeating.extend(&block.for_each);
        let mut needs = self.targets(&repeating, None);
        needs.extend(self.targets(&expressions(&block.body), Some(block)));
        needs.extend(block.depends_on.iter().filter_map(|traversal| self.dependency(traversal)));
        for condition in &block.lifecycle.preconditions {
            needs.extend(self.targets(&[&condition.condition, &condition.error_message], Some(block)));
        }
        for traversal in &block.lifecycle.replace_triggered_by {
            needs.extend(self.target(traversal, Some(block)).map(|node| (node, traversal.span)));
        }
        needs.extend(self.provider_need(address, block));
        needs
    }

    fn provider_need(&mut self, address: &BlockAddress, block: &ResourceBlock) -> Option<(Node, Span)> {
        let (key, span) = match &block.provider {
            Some((key, span)) => (key.clone(), *span),
            None => (ProviderKey::default_of(schema_of(self.schemas, address)?.provider), block.span),
        };
        if self.config.providers.contains_key(&key) {
            return Some((Node::Provider(key), span));
        }
        if key.alias.is_some() {
            let known: Vec<String> = self.config.providers.keys().map(ToString::to_string).collect();
            self.problems.push(
                Diagnostic::error(Code::UnknownReference, "there is no such provider configuration")
                    .at(span)
                    .detail(format!("no `provider` block has the name and alias of `{key}`."))
                    .suggest(nearest(&key.to_string(), known.iter().map(String::as_str))),
            );
        }
        None
    }

    fn targets(&mut self, expressions: &[&Expr], block: Option<&ResourceBlock>) -> Vec<(Node, Span)> {
        let mut found = Vec::new();
        for expression in expressions {
            for traversal in expression.references() {
                found.extend(self.target(traversal, block).map(|node| (node, traversal.span)));
            }
        }
        found
    }

    fn dependency(&mut self, traversal: &Traversal) -> Option<(Node, Span)> {
        self.target(traversal, None).map(|node| (node, traversal.span))
    }

    /// Conditions of variables are evaluated when everything else is; only their references are checked here.
    fn check_conditions(&mut self) {
        for variable in self.config.variables.values() {
            for condition in &variable.validations {
                self.targets(&[&condition.condition, &condition.error_message], None);
            }
        }
    }

    fn target(&mut self, traversal: &Traversal, block: Option<&ResourceBlock>) -> Option<Node> {
        match find(self.config, self.schemas, traversal, block) {
            Ok(Target::Node(node)) => {
                if let Node::Block(address) = &node {
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
    fn order(&mut self, edges: &BTreeMap<Node, Vec<(Node, Span)>>) {
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
                            self.problems.push(circular(&circle, *span));
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

    fn collect_blocks(&mut self, edges: &BTreeMap<Node, Vec<(Node, Span)>>) {
        let none: Arc<BTreeSet<BlockAddress>> = Arc::default();
        for node in &self.graph.order {
            let mut blocks = BTreeSet::new();
            for (needed, _) in edges.get(node).into_iter().flatten() {
                match needed {
                    Node::Block(address) if address.mode == Mode::Managed => {
                        blocks.insert(address.clone());
                    }
                    other => blocks.extend(self.graph.blocks.get(other).unwrap_or(&none).iter().cloned()),
                }
            }
            self.graph.blocks.insert(node.clone(), Arc::new(blocks));
        }
    }
}

fn circular(circle: &[&Node], span: Span) -> Diagnostic {
    let names: Vec<String> = circle.iter().chain(circle.first()).map(|node| format!("`{node}`")).collect();
    let detail = match circle {
        [only] => format!("`{only}` refers to itself."),
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

fn find(
    config: &Config,
    schemas: &Schemas,
    traversal: &Traversal,
    block: Option<&ResourceBlock>,
) -> Result<Target, Box<Diagnostic>> {
    let first = traversal.steps.first().and_then(|step| match step {
        Step::Attribute(name, span) => Some((name, *span)),
        Step::Index(..) => None,
    });
    match (&*traversal.root, first) {
        ("var", Some((name, span))) => declared(&config.variables, name, span, "variable", "var")
            .map(|()| Target::Node(Node::Variable(name.clone()))),
        ("local", Some((name, span))) => declared(&config.locals, name, span, "local value", "local")
            .map(|()| Target::Node(Node::Local(name.clone()))),
        ("each", Some((name, span))) => each(name, span, block),
        ("count", Some((name, span))) => counted(name, span, block),
        ("path", Some((name, span))) => builtin(name, span, "path", &["cwd", "module", "root"]),
        ("terraform", Some((name, span))) => builtin(name, span, "terraform", &["applying", "workspace"]),
        ("data", Some((kind, _))) => data(config, schemas, traversal, kind),
        ("var" | "local" | "each" | "count" | "path" | "terraform" | "data", None) => Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "this reference is not complete")
                .at(traversal.span)
                .detail(format!("a name must follow `{}.`.", traversal.root)),
        )),
        ("module", _) => Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "modules are not supported yet").at(traversal.span),
        )),
        ("self", _) => Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "`self` has no meaning here").at(traversal.span),
        )),
        (root, first) => resource(config, schemas, traversal, root, first),
    }
}

fn declared<T>(
    known: &BTreeMap<Arc<str>, T>,
    name: &Arc<str>,
    span: Span,
    what: &str,
    prefix: &str,
) -> Result<(), Box<Diagnostic>> {
    if known.contains_key(name) {
        return Ok(());
    }
    let proposal = nearest(name, known.keys().map(|known| &**known)).map(|known| format!("{prefix}.{known}"));
    Err(Box::new(
        Diagnostic::error(Code::UnknownReference, format!("there is no such {what}"))
            .at(span)
            .detail(format!("no {what} `{name}` is declared."))
            .suggest(proposal.as_deref()),
    ))
}

fn builtin(name: &str, span: Span, root: &str, known: &[&str]) -> Result<Target, Box<Diagnostic>> {
    if known.contains(&name) {
        return Ok(Target::Builtin);
    }
    let proposal = nearest(name, known.iter().copied()).map(|known| format!("{root}.{known}"));
    Err(Box::new(
        Diagnostic::error(Code::UnknownReference, "there is no such value")
            .at(span)
            .detail(format!("`{root}` has {}.", known.join(" and ")))
            .suggest(proposal.as_deref()),
    ))
}

fn each(name: &str, span: Span, block: Option<&ResourceBlock>) -> Result<Target, Box<Diagnostic>> {
    if block.is_none_or(|block| block.for_each.is_none()) {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "`each` has no meaning here")
                .at(span)
                .detail("It is the key and the value of one instance, inside of a block with `for_each`."),
        ));
    }
    builtin(name, span, "each", &["key", "value"])
}

fn counted(name: &str, span: Span, block: Option<&ResourceBlock>) -> Result<Target, Box<Diagnostic>> {
    if block.is_none_or(|block| block.count.is_none()) {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "`count` has no meaning here")
                .at(span)
                .detail("`count.index` is the number of one instance, inside of a block with `count`."),
        ));
    }
    builtin(name, span, "count", &["index"])
}

fn data(
    config: &Config,
    schemas: &Schemas,
    traversal: &Traversal,
    kind: &Arc<str>,
) -> Result<Target, Box<Diagnostic>> {
    let Some(Step::Attribute(name, _)) = traversal.steps.get(1) else {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "this reference is not complete")
                .at(traversal.span)
                .detail("a data source is named by type and name: `data.TYPE.NAME`."),
        ));
    };
    let address = BlockAddress::data(kind.clone(), name.clone());
    block_target(config, schemas, address, traversal.span)
}

fn resource(
    config: &Config,
    schemas: &Schemas,
    traversal: &Traversal,
    root: &str,
    first: Option<(&Arc<str>, Span)>,
) -> Result<Target, Box<Diagnostic>> {
    let looks_like_type =
        schemas.resources.contains_key(root) || config.resources.keys().any(|a| &*a.kind == root);
    match first {
        Some((name, _)) if looks_like_type || root.contains('_') => {
            block_target(config, schemas, BlockAddress::managed(root, name.clone()), traversal.span)
        }
        _ => Err(Box::new(unknown_name(config, traversal, root))),
    }
}

fn block_target(
    config: &Config,
    schemas: &Schemas,
    address: BlockAddress,
    span: Span,
) -> Result<Target, Box<Diagnostic>> {
    if config.resources.contains_key(&address) {
        return Ok(Target::Node(Node::Block(address)));
    }
    let known: Vec<String> =
        config.resources.keys().filter(|known| known.mode == address.mode).map(ToString::to_string).collect();
    let diagnostic = Diagnostic::error(Code::UnknownReference, "there is no such block")
        .at(span)
        .detail(format!("`{address}` is not declared."))
        .suggest(nearest(&address.to_string(), known.iter().map(String::as_str)));
    Err(Box::new(if schema_of(schemas, &address).is_none() && known.is_empty() {
        diagnostic.hint("variables are read as `var.NAME`, local values as `local.NAME`")
    } else {
        diagnostic
    }))
}

/// A bare word: most often text without quotes, or a variable without `var.`.
fn unknown_name(config: &Config, traversal: &Traversal, root: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UnknownReference, "this name is not known")
        .at(traversal.root_span)
        .detail(format!("nothing is called `{root}`."));
    if config.variables.contains_key(root) {
        diagnostic.hint(format!("did you mean `var.{root}`?"))
    } else if config.locals.contains_key(root) {
        diagnostic.hint(format!("did you mean `local.{root}`?"))
    } else if traversal.steps.is_empty() {
        diagnostic.hint(format!("a text stands in quotes: `\"{root}\"`"))
    } else {
        let words = ["var", "local", "data", "each", "count", "path"];
        diagnostic.suggest(nearest(root, words))
    }
}
