//! Declarations to what should be: every block expanded, every argument a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arguments;
use super::conditions::Findings;
use super::declared::{Config, Repeat};
use super::expand::{self, Instance};
use super::frames::{FrameId, Frames};
use super::references::{self, Graph, Item, Node};
use super::scope::View;
use super::subject::{known_steps, subject};
use super::tree::{ModuleId, Tree};
use super::{conditions, declarations, json, variables};
use crate::lang::{self, Expr, Files};
use crate::model::address::{Address, Key, module_path};
use crate::model::desired::{
    Desired, DesiredOutput, Import, Known, Moved, ProviderConfig, ProviderKey, Removed, Repetition, Subject,
};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources, Span};
use crate::model::outline::{Checked, Conditioned};
use crate::model::schema::Schemas;
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

/// Deeper values are refused. One expression cannot make them, but a chain of local values can, and whoever shows,
/// compares or drops a value goes down into it.
const DEPTH_LIMIT: usize = 100;

/// What an evaluation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A plan: with the values of variables, and every instance for itself.
    Plan,
    /// A check of the texts, which holds for any values: repeated blocks stand for all of their instances at once.
    Validate,
}

/// What an evaluation gets from outside of the configuration.
pub struct Environment<'a> {
    /// The values of the root module's variables.
    pub variables: &'a BTreeMap<Arc<str>, Value>,
    /// What was read from the clouds so far.
    pub known: &'a Known,
    /// Files that functions may read.
    pub files: &'a dyn Files,
    /// The time of the plan.
    pub plan_time: jiff::Timestamp,
    /// The working directory, for `path.cwd`.
    pub directory: &'a str,
    /// What it is for.
    pub purpose: Purpose,
}

/// Evaluates everything that can be evaluated with what is known.
///
/// Problems with the code [`Code::UnknownValue`] may go away when more is known; all others stay.
pub fn evaluate(
    schemas: &Schemas,
    tree: &Tree,
    sources: &Sources,
    environment: &Environment<'_>,
) -> (Desired, Diagnostics) {
    evaluate_with_names(schemas, tree, sources, environment).0
}

/// As [`evaluate`], and gives what every expression of the root module could see besides.
pub fn evaluate_with_names(
    schemas: &Schemas,
    tree: &Tree,
    sources: &Sources,
    environment: &Environment<'_>,
) -> ((Desired, Diagnostics), Frames) {
    let mut unreadable = Diagnostics::default();
    let tree = &*json::settled(tree, schemas, &mut unreadable);
    let (graph, mut problems) = references::graph(tree, schemas);
    problems.extend(once_each(unreadable));
    problems.extend(declarations::check(tree, schemas));
    let reported: Vec<Span> = problems.iter().filter_map(|problem| problem.span).collect();
    let mut evaluation = Evaluation {
        schemas,
        tree,
        sources,
        environment,
        graph: &graph,
        frames: Frames::new(environment.variables.clone()),
        desired: Desired {
            observed: graph.observed.clone(),
            reads_objects: graph.reads_objects,
            ..Desired::default()
        },
        problems: Diagnostics::default(),
    };
    for node in &graph.order {
        evaluation.node(node);
    }
    evaluation.check_variables();
    evaluation.check_imports();
    evaluation.check_identities();
    evaluation.check_members();
    evaluation.renames_and_removals();
    // What was reported already has no value, and that is not a second mistake.
    let again =
        |problem: &Diagnostic| problem.span.is_some_and(|span| reported.iter().any(|r| r.overlaps(span)));
    problems.extend(std::mem::take(&mut evaluation.problems).into_iter().filter(|problem| !again(problem)));
    problems.sort();
    evaluation.problems = problems;
    ((evaluation.desired, evaluation.problems), evaluation.frames)
}

pub(super) struct Evaluation<'a> {
    pub schemas: &'a Schemas,
    pub tree: &'a Tree,
    pub sources: &'a Sources,
    pub environment: &'a Environment<'a>,
    pub graph: &'a Graph,
    pub frames: Frames,
    pub desired: Desired,
    pub problems: Diagnostics,
}

impl<'a> Evaluation<'a> {
    pub fn view<'v>(&'v self, frame: FrameId, instance: Option<&'v Instance>) -> View<'v> {
        let Self { tree, frames, environment, .. } = self;
        View { tree, frames, environment, frame, instance, own: None }
    }

    /// The declarations of a module, for as long as the tree is there.
    pub fn config(&self, module: ModuleId) -> &'a Config {
        self.tree.config(module)
    }

    /// Evaluates one item in every instance of its module.
    fn node(&mut self, node: &Node) {
        let mut problems = Diagnostics::default();
        for frame in self.frames.of(node.module).to_vec() {
            let mut own = Diagnostics::default();
            self.item(&node.item, frame, node, &mut own);
            problems.extend(own.into_iter().map(|problem| self.in_module(problem, node, frame)));
        }
        self.problems.extend(once_each(problems));
    }

    fn item(&mut self, item: &Item, frame: FrameId, node: &Node, problems: &mut Diagnostics) {
        let config = self.config(node.module);
        match item {
            Item::Variable(name) => self.variable(frame, name, problems),
            Item::Local(name) => {
                let value = evaluated(&config.locals[name].expr, &self.view(frame, None), problems);
                self.frames.get_mut(frame).locals.insert(name.clone(), value);
            }
            Item::Output(name) => self.output(frame, name, problems),
            Item::Provider(key) => self.provider(key, problems),
            Item::Block(address) => self.block(frame, address, node, problems),
            Item::Call(name) => {
                let call = &config.modules[name];
                if let Some(instances) = self.instances(frame, &call.repeat, problems) {
                    let child = self.tree.module(node.module).children[name];
                    self.frames.call(frame, name, child, instances);
                }
            }
            Item::Module(name) => self.whole_module(frame, name),
            Item::Check(name) => self.check(frame, name, problems),
            Item::Import(position) => self.import(frame, *position, problems),
        }
    }

    /// Says of a problem inside of a module which call led there.
    fn in_module(&self, problem: Diagnostic, node: &Node, frame: FrameId) -> Diagnostic {
        let Some(call) = self.tree.call(node.module) else { return problem };
        let path = || module_path(&self.frames.get(frame).path);
        let address = problem.address.clone().or_else(|| Some(path()));
        // The value of a variable stands in the call itself.
        let elsewhere = !matches!(node.item, Item::Variable(_));
        let problem = Diagnostic { address, ..problem };
        if elsewhere { problem.related(call.span, "the call of the module") } else { problem }
    }

    /// A variable of a module has the value that the call gives, or its default.
    fn variable(&mut self, frame: FrameId, name: &Arc<str>, problems: &mut Diagnostics) {
        let own = self.frames.get(frame);
        let (Some(parent), Some(call)) = (own.parent, self.tree.call(own.module)) else { return };
        let block = &self.config(own.module).variables[name];
        let given = match call.argument(name) {
            Some(argument) => {
                let view = self.view(parent, Some(&own.instance));
                let value = evaluated(&argument.expr, &view, problems);
                Some((value, Some(argument.expr.span())))
            }
            None => variables::default(block, problems),
        };
        let value = match given {
            Some((value, span)) => variables::accepted(name, block, value, span, problems),
            None => Value::unknown(block.constraint.to_type()),
        };
        self.frames.get_mut(frame).variables.insert(name.clone(), value);
    }

    fn output(&mut self, frame: FrameId, name: &Arc<str>, problems: &mut Diagnostics) {
        let block = &self.config(self.frames.get(frame).module).outputs[name];
        let view = self.view(frame, None);
        let findings = conditions::check(&block.preconditions, &view, problems);
        let module = module_path(&self.frames.get(frame).path);
        let subject = Conditioned::Output { module, name: name.clone() };
        let mut value = evaluated(&block.value, &view, problems);
        self.note(subject, findings);
        let marks = value.marks_deep();
        if marks.contains(Marks::EPHEMERAL) && !block.ephemeral {
            problems.push(
                Diagnostic::error(Code::SensitiveValue, "an output would keep what must not be kept")
                    .at(block.value.span())
                    .detail(format!("`{name}` holds an ephemeral value.")),
            );
        }
        if frame != FrameId::ROOT {
            if block.sensitive {
                value = value.sensitive();
            }
            if block.ephemeral {
                value = value.with_marks(Marks::EPHEMERAL);
            }
            self.frames.get_mut(frame).outputs.insert(name.clone(), value);
            return;
        }
        if block.ephemeral {
            problems.push(
                Diagnostic::error(Code::InvalidArgument, "an output of the root module cannot be ephemeral")
                    .at(block.span)
                    .detail("Its value is kept in the state, for others to read."),
            );
        }
        if !block.sensitive && marks.contains(Marks::SENSITIVE) {
            problems.push(
                Diagnostic::error(Code::SensitiveValue, "an output would show a secret")
                    .at(block.value.span())
                    .detail(format!("`{name}` holds a sensitive value."))
                    .hint(
                        "add `sensitive = true` to the output, or use `nonsensitive(...)` if it is no secret",
                    ),
            );
        }
        self.frames.get_mut(frame).outputs.insert(name.clone(), value.clone());
        self.desired.outputs.insert(name.clone(), DesiredOutput { value, sensitive: block.sensitive });
    }

    /// What a reference to a module without the name of an output gives.
    fn whole_module(&mut self, frame: FrameId, name: &Arc<str>) {
        let own = self.frames.get(frame);
        let repetition = self.config(own.module).modules[name].repeat.repetition();
        let Some(children) = own.children.get(name) else { return };
        let one = |id: &FrameId| {
            let outputs = &self.frames.get(*id).outputs;
            Value::object(outputs.iter().map(|(name, value)| (name.clone(), value.clone())))
        };
        let values: Vec<(Key, Value)> = children.iter().map(|(key, id)| (key.clone(), one(id))).collect();
        let value = together(repetition, values, self.environment.purpose);
        self.frames.get_mut(frame).modules.insert(name.clone(), value);
    }

    fn provider(&mut self, key: &ProviderKey, problems: &mut Diagnostics) {
        let block = &self.config(ModuleId::ROOT).providers[key];
        let Some(schema) = self.schemas.providers.get(&*key.name) else { return };
        let view = self.view(FrameId::ROOT, None);
        let arguments = arguments::evaluate(&block.body, schema.attributes, &view, problems);
        for (name, value) in arguments.iter().filter(|(_, value)| !value.is_wholly_known()) {
            let place = block.body.attribute(name);
            problems.push(
                Diagnostic::error(Code::UnknownValue, "a provider must be known before anything is planned")
                    .at(place.map_or(block.span, |attribute| attribute.expr.span()))
                    .detail(format!(
                        "`{name}` is {} known only after apply.",
                        value.type_of().with_article()
                    )),
            );
        }
        let config = ProviderConfig { key: key.clone(), arguments, declared_at: Some(block.span) };
        self.desired.providers.insert(key.clone(), config);
    }

    /// The instances of a block or call; `None` where they are not known.
    pub fn instances(
        &self,
        frame: FrameId,
        repeat: &Repeat,
        problems: &mut Diagnostics,
    ) -> Option<Vec<Instance>> {
        let view = self.view(frame, None);
        let expanded = match (&repeat.count, &repeat.for_each) {
            (Some(count), _) => expand::by_count(count, &evaluated(count, &view, problems)),
            (None, Some(for_each)) => expand::by_key(for_each, &evaluated(for_each, &view, problems)),
            (None, None) => return Some(vec![Instance::single()]),
        };
        match (expanded, self.environment.purpose) {
            (Ok(instances), Purpose::Plan) => Some(instances),
            (Ok(_), Purpose::Validate) => Some(vec![Instance::any()]),
            (Err(problem), purpose) => {
                let unknown = problem.code == Code::UnknownValue;
                problems.push(*problem);
                (unknown && purpose == Purpose::Validate).then(|| vec![Instance::any()])
            }
        }
    }

    /// What fails in a check is a warning: it says that something is not as it should be, and stops nobody.
    fn check(&mut self, frame: FrameId, name: &Arc<str>, problems: &mut Diagnostics) {
        let block = &self.config(self.frames.get(frame).module).checks[name];
        let mut found = Diagnostics::default();
        let findings = conditions::check(&block.asserts, &self.view(frame, None), &mut found);
        let module = module_path(&self.frames.get(frame).path);
        self.note(Conditioned::Check { module, name: name.clone() }, findings);
        problems.extend(found.into_iter().map(|problem| match problem.code {
            Code::ConditionFailed => Diagnostic {
                severity: Severity::Warning,
                summary: "a check does not hold".to_owned(),
                address: Some(format!("check.{name}")),
                ..problem
            },
            _ => problem,
        }));
    }

    /// Remembers what became of the conditions of one thing, if it has any.
    pub fn note(&mut self, subject: Conditioned, findings: Option<Findings>) {
        if let Some(Findings { standing, messages }) = findings {
            let checked = Checked { subject: subject.clone(), standing, problems: messages };
            self.desired.checks.insert(subject, checked);
        }
    }

    fn import(&mut self, frame: FrameId, position: usize, problems: &mut Diagnostics) {
        if frame != FrameId::ROOT {
            return;
        }
        let block = &self.config(ModuleId::ROOT).imports[position];
        let repeat = Repeat { count: None, for_each: block.for_each.clone() };
        for instance in self.instances(frame, &repeat, problems).into_iter().flatten() {
            let view = self.view(frame, Some(&instance));
            let id = import_id(&block.id, &view, problems);
            let (root, steps) = block.to.as_address().expect("the reader accepted it as an address");
            let steps = match known_steps(&steps, &view) {
                Ok(steps) => steps,
                Err(problem) => {
                    problems.push(*problem);
                    continue;
                }
            };
            let to = match subject(root, &steps) {
                Some((Subject::Block(block), [])) => Some(block.instance(Key::None)),
                Some((Subject::Instance(address), [])) => Some(address),
                _ => None,
            };
            match (to, id) {
                (Some(to), Some(id)) => self.desired.imports.push(Import { to, id, span: block.span }),
                (Some(_), None) => {}
                (None, _) => problems.push(
                    Diagnostic::error(Code::InvalidReference, "this does not name a resource")
                        .at(block.to.span())
                        .hint("write `TYPE.NAME`, or `TYPE.NAME[KEY]` for one instance, without quotes"),
                ),
            }
        }
    }

    /// Every import needs a block that says what should become of the object, and each address takes over once.
    fn check_imports(&mut self) {
        let mut taken: BTreeMap<&Address, Span> = BTreeMap::new();
        let mut problems = Diagnostics::default();
        for import in &self.desired.imports {
            if let Some(first) = taken.insert(&import.to, import.span) {
                problems.push(
                    Diagnostic::error(Code::Conflict, "two imports have the same address")
                        .at(import.span)
                        .related(first, "the first one")
                        .detail(format!("`{}` can take over one object.", import.to)),
                );
            }
            let declared = match self.environment.purpose {
                Purpose::Plan => self.desired.resources.contains_key(&import.to),
                Purpose::Validate => self.desired.blocks.contains_key(&import.to.block),
            };
            // Where a block could not be expanded, nobody knows which instances it has.
            let broken = self.problems.has_errors();
            if !declared && !broken {
                problems.push(
                    Diagnostic::error(
                        Code::UnknownReference,
                        "nothing is declared that could take the object over",
                    )
                    .at(import.span)
                    .detail(format!("`{}` is not an instance of any `resource` block.", import.to))
                    .hint("write the block that says how the object should be"),
                );
            }
        }
        self.problems.extend(problems);
    }

    /// `moved` and `removed` blocks of modules speak of each instance of them.
    fn renames_and_removals(&mut self) {
        for module in self.tree.ids() {
            let config = self.config(module);
            for frame in self.frames.of(module) {
                let path = &self.frames.get(*frame).path;
                let moved = config.moved.iter().map(|block| Moved {
                    from: block.from.under(path),
                    to: block.to.under(path),
                    span: block.span,
                });
                self.desired.moved.extend(moved);
                let removed = config
                    .removed
                    .iter()
                    .map(|block| Removed { from: block.from.under(path), ..block.clone() });
                self.desired.removed.extend(removed);
            }
        }
    }

    fn check_variables(&mut self) {
        for module in self.tree.ids() {
            for (name, variable) in &self.config(module).variables {
                let node = Node { module, item: Item::Local(name.clone()) };
                let mut problems = Diagnostics::default();
                for frame in self.frames.of(module).to_vec() {
                    let mut own = Diagnostics::default();
                    let findings =
                        conditions::check(&variable.validations, &self.view(frame, None), &mut own);
                    let path = module_path(&self.frames.get(frame).path);
                    self.note(Conditioned::Variable { module: path, name: name.clone() }, findings);
                    let argument = self.tree.call(module).and_then(|call| call.argument(name));
                    problems.extend(own.into_iter().map(|problem| match argument {
                        Some(argument) => problem.related(argument.expr.span(), "the value is given here"),
                        None => self.in_module(problem, &node, frame),
                    }));
                }
                self.problems.extend(once_each(problems));
            }
        }
    }
}

/// The id of an object to take over; it is shown, and so must be known and no secret.
fn import_id(expr: &Expr, view: &View<'_>, problems: &mut Diagnostics) -> Option<Arc<str>> {
    let value = evaluated(expr, view, problems);
    let text = lang::convert(&value, &Type::String).ok();
    let problem = match text {
        _ if !value.is_known() => {
            Diagnostic::error(Code::UnknownValue, "an id must be known when the plan is made")
        }
        _ if !value.marks_deep().is_empty() => {
            Diagnostic::error(Code::SensitiveValue, "an id is shown, and this one is a secret")
        }
        Some(Value::String(id)) if !id.is_empty() => return Some(id),
        _ => Diagnostic::error(Code::InvalidType, "this cannot be an id")
            .detail("An id is a text that is not empty."),
    };
    problems.push(problem.at(expr.span()));
    None
}

/// The value of an expression; unknown where it has a problem.
fn evaluated(expr: &Expr, view: &View<'_>, problems: &mut Diagnostics) -> Value {
    match lang::evaluate(expr, view) {
        Ok(value) if !value.is_deeper_than(DEPTH_LIMIT) => value,
        Ok(_) => {
            problems.push(
                Diagnostic::error(Code::LimitExceeded, "a value is nested too deeply")
                    .at(expr.span())
                    .detail(format!("More than {DEPTH_LIMIT} levels are not accepted.")),
            );
            Value::unknown(Type::Any)
        }
        Err(problem) => {
            problems.push(problem);
            Value::unknown(Type::Any)
        }
    }
}

/// The value of a whole block or module: the instance itself, a tuple by index, or an object by key.
pub(super) fn together(repetition: Repetition, values: Vec<(Key, Value)>, purpose: Purpose) -> Value {
    match repetition {
        Repetition::Single => {
            values.into_iter().next().map_or_else(|| Value::unknown(Type::Any), |(_, value)| value)
        }
        _ if purpose == Purpose::Validate => Value::unknown(Type::Any),
        Repetition::Count => Value::tuple(values.into_iter().map(|(_, value)| value)),
        Repetition::ForEach => Value::object(values.into_iter().filter_map(|(key, value)| match key {
            Key::Name(name) => Some((name, value)),
            Key::None | Key::Index(_) => None,
        })),
    }
}

/// The same problem of many instances once, with their number.
pub(super) fn once_each(problems: Diagnostics) -> Vec<Diagnostic> {
    let mut first: BTreeMap<(Option<Span>, Code), usize> = BTreeMap::new();
    let mut kept: Vec<(Diagnostic, usize)> = Vec::new();
    for problem in problems {
        match first.get(&(problem.span, problem.code)) {
            Some(index) => kept[*index].1 += 1,
            None => {
                first.insert((problem.span, problem.code), kept.len());
                kept.push((problem, 0));
            }
        }
    }
    let with_count = |(problem, more): (Diagnostic, usize)| match more {
        0 => problem,
        1 => problem.hint("another instance has a problem at the same place"),
        more => problem.hint(format!("{more} more instances have a problem at the same place")),
    };
    kept.into_iter().map(with_count).collect()
}
