//! What a reference leads to, seen from the place where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declared::{Config, Repeat, names_of};
use super::references::{Item, Node, schema_of};
use super::tree::{ModuleId, Tree};
use crate::lang::{Step, Traversal};
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::Repetition;
use crate::model::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::schema::Schemas;

/// What a reference leads to.
pub enum Target {
    /// Something that is declared.
    Node(Node),
    /// `each`, `count`, `path`, `self`, `terraform`: there without being declared.
    Builtin,
}

/// Where an expression stands, as far as that decides what it can refer to.
#[derive(Clone, Copy)]
pub struct Viewpoint<'a> {
    /// The module.
    pub module: ModuleId,
    /// How the block is repeated that it stands in.
    pub repeat: Option<&'a Repeat>,
    /// Whether it is about an object that is there: `self`.
    pub has_self: bool,
    /// The `check` block that it stands in.
    pub check: Option<&'a str>,
}

impl Viewpoint<'_> {
    /// Anywhere in a module, outside of repeated blocks.
    pub fn of(module: ModuleId) -> Self {
        Self { module, repeat: None, has_self: false, check: None }
    }

    fn repetition(&self) -> Repetition {
        self.repeat.map_or(Repetition::Single, Repeat::repetition)
    }
}

type Found = Result<Target, Box<Diagnostic>>;

/// Finds what a reference leads to.
///
/// # Errors
///
/// Says why it leads to nothing.
pub fn find(tree: &Tree, schemas: &Schemas, traversal: &Traversal, view: Viewpoint<'_>) -> Found {
    let config = tree.config(view.module);
    let node = |item: Item| Target::Node(Node { module: view.module, item });
    let first = traversal.steps.first().and_then(|step| match step {
        Step::Attribute(name, span) => Some((name, *span)),
        Step::Index(..) => None,
    });
    match (&*traversal.root, first) {
        ("var", Some((name, span))) => declared(&config.variables, name, span, "variable", "var")
            .map(|()| node(Item::Variable(name.clone()))),
        ("local", Some((name, span))) => declared(&config.locals, name, span, "local value", "local")
            .map(|()| node(Item::Local(name.clone()))),
        ("module", Some((name, span))) => declared(&config.modules, name, span, "module", "module")
            .and_then(|()| module(tree, view.module, traversal, name)),
        ("each", Some((name, span))) => each(name, span, view),
        ("count", Some((name, span))) => counted(name, span, view),
        ("path", Some((name, span))) => builtin(name, span, "path", &["cwd", "module", "root"]),
        ("terraform", Some((name, span))) => builtin(name, span, "terraform", &["applying", "workspace"]),
        ("data", Some((kind, _))) => data(config, schemas, traversal, kind, view),
        ("self", _) if view.has_self => Ok(Target::Builtin),
        ("self", _) => Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "`self` has no meaning here")
                .at(traversal.span)
                .detail("It is the object itself, inside of a `postcondition`."),
        )),
        ("var" | "local" | "module" | "each" | "count" | "path" | "terraform" | "data", None) => {
            Err(Box::new(
                Diagnostic::error(Code::InvalidReference, "this reference is not complete")
                    .at(traversal.span)
                    .detail(format!("a name must follow `{}.`.", traversal.root)),
            ))
        }
        (root, first) => resource(config, schemas, traversal, root, first, view),
    }
}

/// One output of a module where the reference names it, the whole module otherwise.
fn module(tree: &Tree, caller: ModuleId, traversal: &Traversal, name: &Arc<str>) -> Found {
    // A module that cannot be read is a problem of its own.
    let Some(child) = tree.module(caller).children.get(name).copied() else { return Ok(Target::Builtin) };
    let call = &tree.config(caller).modules[name];
    let keyed = usize::from(matches!(traversal.steps.get(1), Some(Step::Index(..))));
    let Some(Step::Attribute(output, span)) = traversal.steps.get(1 + keyed) else {
        return Ok(Target::Node(Node { module: caller, item: Item::Module(name.clone()) }));
    };
    let repetition = call.repeat.repetition();
    if keyed == 0 && repetition != Repetition::Single {
        return Err(Box::new(no_key("module", &format!("module.{name}"), repetition, *span)));
    }
    let outputs = &tree.config(child).outputs;
    if !outputs.contains_key(output) {
        let known = outputs.keys().map(|known| &**known);
        let mut problem = Diagnostic::error(Code::UnknownReference, "the module has no such output")
            .at(*span)
            .detail(format!("`module.{name}` has no output `{output}`."))
            .related(call.span, "the call of the module")
            .suggest(nearest(output, known));
        if outputs.is_empty() {
            problem = problem.hint("only what an `output` block gives can be read from outside of a module");
        }
        return Err(Box::new(problem));
    }
    if keyed == 1 && repetition == Repetition::Single {
        return Ok(Target::Node(Node { module: caller, item: Item::Module(name.clone()) }));
    }
    Ok(Target::Node(Node { module: child, item: Item::Output(output.clone()) }))
}

/// Says that a repeated block has no attributes of its own.
fn no_key(what: &str, name: &str, repetition: Repetition, span: Span) -> Diagnostic {
    let (argument, key) = match repetition {
        Repetition::Count => ("count", "0"),
        Repetition::ForEach | Repetition::Single => ("for_each", "\"KEY\""),
    };
    Diagnostic::error(Code::InvalidReference, "one instance must be chosen first")
        .at(span)
        .detail(format!("The {what} `{name}` has `{argument}`, so there may be none or many of it."))
        .hint(format!("write `{name}[{key}]` for one of them, or go through all with a `for`"))
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

fn builtin(name: &str, span: Span, root: &str, known: &[&str]) -> Found {
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

fn each(name: &str, span: Span, view: Viewpoint<'_>) -> Found {
    if view.repetition() != Repetition::ForEach {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "`each` has no meaning here")
                .at(span)
                .detail("It is the key and the value of one instance, inside of a block with `for_each`."),
        ));
    }
    builtin(name, span, "each", &["key", "value"])
}

fn counted(name: &str, span: Span, view: Viewpoint<'_>) -> Found {
    if view.repetition() != Repetition::Count {
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
    view: Viewpoint<'_>,
) -> Found {
    let Some(Step::Attribute(name, _)) = traversal.steps.get(1) else {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "this reference is not complete")
                .at(traversal.span)
                .detail("a data source is named by type and name: `data.TYPE.NAME`."),
        ));
    };
    let address = BlockAddress::data(kind.clone(), name.clone());
    block_target(config, schemas, address, traversal, view)
}

fn resource(
    config: &Config,
    schemas: &Schemas,
    traversal: &Traversal,
    root: &str,
    first: Option<(&Arc<str>, Span)>,
    view: Viewpoint<'_>,
) -> Found {
    let looks_like_type =
        schemas.resources.contains_key(root) || config.resources.keys().any(|a| &*a.kind == root);
    match first {
        Some((name, _)) if looks_like_type || root.contains('_') => {
            block_target(config, schemas, BlockAddress::managed(root, name.clone()), traversal, view)
        }
        _ => Err(Box::new(unknown_name(config, traversal, root))),
    }
}

fn block_target(
    config: &Config,
    schemas: &Schemas,
    address: BlockAddress,
    traversal: &Traversal,
    view: Viewpoint<'_>,
) -> Found {
    let Some(block) = config.resources.get(&address) else {
        return Err(Box::new(undeclared(config, schemas, &address, traversal.span)));
    };
    if block.is_hidden_from(view.check) {
        return Err(Box::new(
            Diagnostic::error(Code::InvalidReference, "this data source belongs to a check")
                .at(traversal.span)
                .related(block.span, "declared inside of the `check` block")
                .detail("Only that `check` block can refer to it: what fails there is a warning, and nothing may depend on it.")
                .hint("move the `data` block out of the check"),
        ));
    }
    let own = if address.mode == Mode::Data { 2 } else { 1 };
    let repetition = block.repeat.repetition();
    if let (Some(Step::Attribute(_, span)), Repetition::Count | Repetition::ForEach) =
        (traversal.steps.get(own), repetition)
    {
        return Err(Box::new(no_key("block", &address.to_string(), repetition, *span)));
    }
    Ok(Target::Node(Node { module: view.module, item: Item::Block(address) }))
}

fn undeclared(config: &Config, schemas: &Schemas, address: &BlockAddress, span: Span) -> Diagnostic {
    let known = names_of(config, address.mode);
    let diagnostic = Diagnostic::error(Code::UnknownReference, "there is no such block")
        .at(span)
        .detail(format!("`{address}` is not declared."))
        .suggest(nearest(&address.to_string(), known.iter().map(String::as_str)));
    if schema_of(schemas, address).is_none() && known.is_empty() {
        diagnostic.hint("variables are read as `var.NAME`, local values as `local.NAME`")
    } else {
        diagnostic
    }
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
        let words = ["var", "local", "module", "data", "each", "count", "path"];
        diagnostic.suggest(nearest(root, words))
    }
}
