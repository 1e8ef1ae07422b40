//! Declarations to what should be: every block expanded, every argument a value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::arguments;
use super::blocks::{Condition, Config, LifecycleBlock, ResourceBlock, managed_address};
use super::expand::{self, Instance};
use super::references::{self, Graph, Node, schema_of};
use crate::lang::{self, Attribute, Body, Expr, Files, Scope, Step, Traversal};
use crate::model::address::{Address, BlockAddress, Key, Mode};
use crate::model::desired::{
    Cause, DataRead, DeferredRead, Desired, DesiredOutput, DesiredResource, Known, Lifecycle, MovedEnd,
    ProviderConfig, ProviderKey, Repetition, Scope as Where, Trigger,
};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Sources, Span};
use crate::model::schema::{OnChange, Presence, Schema, Schemas};
use crate::model::types::Type;
use crate::model::value::{Object, Value};

/// Deeper values are refused. One expression cannot make them, but a chain of local values can, and whoever shows,
/// compares or drops a value goes down into it.
const DEPTH_LIMIT: usize = 100;

/// What an evaluation gets from outside of the configuration.
pub struct Environment<'a> {
    /// The values of all variables.
    pub variables: &'a BTreeMap<Arc<str>, Value>,
    /// What was read from the clouds so far.
    pub known: &'a Known,
    /// Files that functions may read.
    pub files: &'a dyn Files,
    /// The time of the plan.
    pub plan_time: jiff::Timestamp,
    /// The working directory, for `path.cwd`.
    pub directory: &'a str,
}

/// Evaluates everything that can be evaluated with what is known.
///
/// Problems with the code [`Code::UnknownValue`] may go away when more is known; all others stay.
pub fn evaluate(
    schemas: &Schemas,
    config: &Config,
    sources: &Sources,
    environment: &Environment<'_>,
) -> (Desired, Diagnostics) {
    let (graph, problems) = references::graph(config, schemas);
    let mut evaluation = Evaluation {
        schemas,
        config,
        sources,
        environment,
        graph: &graph,
        locals: BTreeMap::new(),
        blocks: BTreeMap::new(),
        desired: Desired {
            removed: config.removed.clone(),
            moved: config.moved.clone(),
            observed: graph.observed.clone(),
            reads_objects: graph.reads_objects,
            ..Desired::default()
        },
        problems,
    };
    evaluation.check_declarations();
    for node in &graph.order {
        evaluation.node(node);
    }
    evaluation.check_variables();
    evaluation.check_identities();
    evaluation.problems.sort();
    (evaluation.desired, evaluation.problems)
}

struct Evaluation<'a> {
    schemas: &'a Schemas,
    config: &'a Config,
    sources: &'a Sources,
    environment: &'a Environment<'a>,
    graph: &'a Graph,
    locals: BTreeMap<Arc<str>, Value>,
    /// What a reference to a whole block gives.
    blocks: BTreeMap<BlockAddress, Value>,
    desired: Desired,
    problems: Diagnostics,
}

/// What an expression can see: everything, and the instance that it is evaluated for.
struct View<'a, 'b> {
    evaluation: &'a Evaluation<'b>,
    instance: Option<&'a Instance>,
}

impl Scope for View<'_, '_> {
    fn resolve(&self, root: &str, steps: &[Step], _span: Span) -> Result<(Value, usize), Diagnostic> {
        let name = |index: usize| match steps.get(index) {
            Some(Step::Attribute(name, _)) => Some(name),
            _ => None,
        };
        // What has a problem of its own is unknown here, so that one mistake is one message.
        let or_unknown = |value: Option<&Value>| value.cloned().unwrap_or_else(|| Value::unknown(Type::Any));
        let first = name(0).cloned().unwrap_or_default();
        let found = match root {
            "var" => (or_unknown(self.evaluation.environment.variables.get(&first)), 1),
            "local" => (or_unknown(self.evaluation.locals.get(&first)), 1),
            "each" => (self.each(&first), 1),
            "count" => (self.count(), 1),
            "path" => (self.path(&first), 1),
            "terraform" => (terraform(&first), 1),
            "data" => {
                let second = name(1).cloned().unwrap_or_default();
                (or_unknown(self.evaluation.blocks.get(&BlockAddress::data(first, second))), 2)
            }
            kind => (or_unknown(self.evaluation.blocks.get(&BlockAddress::managed(kind, first))), 1),
        };
        // A reference that is not complete was reported when references were checked.
        if steps.len() < found.1 {
            return Ok((Value::unknown(Type::Any), steps.len()));
        }
        Ok(found)
    }

    fn files(&self) -> &dyn Files {
        self.evaluation.environment.files
    }

    fn plan_time(&self) -> Option<jiff::Timestamp> {
        Some(self.evaluation.environment.plan_time)
    }
}

impl View<'_, '_> {
    fn each(&self, name: &str) -> Value {
        match (self.instance, name) {
            (Some(Instance { key: Key::Name(key), .. }), "key") => Value::string(key),
            (Some(instance), "value") => instance.value.clone(),
            _ => Value::unknown(Type::Any),
        }
    }

    fn count(&self) -> Value {
        match self.instance {
            Some(Instance { key: Key::Index(index), .. }) => {
                Value::from(i64::try_from(*index).expect("counts are limited to a million"))
            }
            _ => Value::unknown(Type::Number),
        }
    }

    fn path(&self, name: &str) -> Value {
        match name {
            "cwd" => Value::string(self.evaluation.environment.directory),
            _ => Value::string("."),
        }
    }
}

/// There are no workspaces, so there is the one that Terraform has without any.
fn terraform(name: &str) -> Value {
    match name {
        "workspace" => Value::string("default"),
        _ => Value::from(false),
    }
}

impl Evaluation<'_> {
    fn view<'v>(&'v self, instance: Option<&'v Instance>) -> View<'v, 'v> {
        View { evaluation: self, instance }
    }

    fn evaluated(&mut self, expr: &Expr) -> Value {
        match lang::evaluate(expr, &self.view(None)) {
            Ok(value) if !value.is_deeper_than(DEPTH_LIMIT) => value,
            Ok(_) => {
                self.problems.push(
                    Diagnostic::error(Code::LimitExceeded, "a value is nested too deeply")
                        .at(expr.span())
                        .detail(format!("More than {DEPTH_LIMIT} levels are not accepted.")),
                );
                Value::unknown(Type::Any)
            }
            Err(problem) => {
                self.problems.push(problem);
                Value::unknown(Type::Any)
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Variable(_) => {}
            Node::Local(name) => {
                let config = self.config;
                let value = self.evaluated(&config.locals[name].expr);
                self.locals.insert(name.clone(), value);
            }
            Node::Output(name) => self.output(name),
            Node::Provider(key) => self.provider(key),
            Node::Block(address) => self.block(address),
        }
    }

    /// Everything that can be said without a single value.
    fn check_declarations(&mut self) {
        let config = self.config;
        for (address, block) in &config.resources {
            match schema_of(self.schemas, address) {
                Some(schema) => {
                    let (body, attributes) = (&block.body, schema.attributes);
                    arguments::check_names(body, attributes, schema.name, &mut self.problems);
                    if !block.is_broken {
                        arguments::check_missing(
                            body,
                            attributes,
                            schema.name,
                            block.span,
                            &mut self.problems,
                        );
                    }
                    self.check_lifecycle(schema, &block.lifecycle);
                }
                None => self.unknown_type(address, block),
            }
        }
        for (key, block) in &config.providers {
            match self.schemas.providers.get(&*key.name) {
                Some(schema) => {
                    let attributes = schema.attributes;
                    arguments::check_names(&block.body, attributes, schema.name, &mut self.problems);
                }
                None => self.problems.push(
                    Diagnostic::error(Code::UnknownBlock, "this provider is not known")
                        .at(block.span)
                        .detail(format!("backform has no provider `{}`.", key.name))
                        .suggest(crate::model::diagnostic::nearest(
                            &key.name,
                            self.schemas.providers.keys().copied(),
                        )),
                ),
            }
        }
        for removed in &config.removed {
            if let Some(block) = config.resources.get(&removed.from) {
                self.problems.push(
                    Diagnostic::error(Code::InvalidBlock, "what is removed is still there")
                        .at(removed.span)
                        .related(block.span, "the block that is still there")
                        .detail(format!("`{}` is declared and removed at once.", removed.from))
                        .hint("delete one of the two blocks"),
                );
            }
        }
    }

    fn unknown_type(&mut self, address: &BlockAddress, block: &ResourceBlock) {
        let (known, what): (Vec<&str>, _) = match address.mode {
            Mode::Managed => (self.schemas.resources.keys().copied().collect(), "resource type"),
            Mode::Data => (self.schemas.data.keys().copied().collect(), "data source"),
        };
        self.problems.push(
            Diagnostic::error(Code::UnknownBlock, format!("this {what} is not known"))
                .at(block.span)
                .detail(format!("backform has no {what} `{}`.", address.kind))
                .suggest(crate::model::diagnostic::nearest(&address.kind, known)),
        );
    }

    fn check_lifecycle(&mut self, schema: &Schema, lifecycle: &LifecycleBlock) {
        for (name, span) in &lifecycle.ignore_changes {
            if schema.attribute(name).is_none_or(|attribute| !attribute.is_argument()) {
                self.problems.push(
                    Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                        .at(*span)
                        .detail(format!("`{name}` is not an argument of `{}`.", schema.name))
                        .suggest(crate::model::diagnostic::nearest(name, schema.arguments())),
                );
            }
        }
    }

    fn output(&mut self, name: &Arc<str>) {
        let config = self.config;
        let block = &config.outputs[name];
        let value = self.evaluated(&block.value);
        if !block.sensitive && !value.marks_deep().is_empty() {
            self.problems.push(
                Diagnostic::error(Code::SensitiveValue, "an output would show a secret")
                    .at(block.value.span())
                    .detail(format!("`{name}` holds a sensitive value."))
                    .hint(
                        "add `sensitive = true` to the output, or use `nonsensitive(...)` if it is no secret",
                    ),
            );
        }
        self.desired.outputs.insert(name.clone(), DesiredOutput { value, sensitive: block.sensitive });
    }

    fn provider(&mut self, key: &ProviderKey) {
        let config = self.config;
        let block = &config.providers[key];
        let Some(schema) = self.schemas.providers.get(&*key.name) else { return };
        let mut problems = Diagnostics::default();
        let arguments = arguments::evaluate(&block.body, schema.attributes, &self.view(None), &mut problems);
        for (name, value) in arguments.iter().filter(|(_, value)| !value.is_wholly_known()) {
            let place = block.body.attributes.iter().find(|attribute| attribute.name == *name);
            problems.push(
                Diagnostic::error(Code::UnknownValue, "a provider must be known before anything is planned")
                    .at(place.map_or(block.span, |attribute| attribute.expr.span()))
                    .detail(format!(
                        "`{name}` is {} known only after apply.",
                        value.type_of().with_article()
                    )),
            );
        }
        self.problems.extend(problems);
        let config = ProviderConfig { key: key.clone(), arguments, declared_at: Some(block.span) };
        self.desired.providers.insert(key.clone(), config);
    }

    fn block(&mut self, address: &BlockAddress) {
        let config = self.config;
        let block = &config.resources[address];
        if address.mode == Mode::Managed {
            self.desired.blocks.insert(address.clone(), repetition(block));
        }
        let Some(schema) = schema_of(self.schemas, address) else { return };
        let Some(instances) = self.instances(block) else { return };
        let shared = self.shared(address, block, schema);
        let mut values: Vec<(Key, Value)> = Vec::with_capacity(instances.len());
        let mut problems = Diagnostics::default();
        for instance in &instances {
            let mut own = Diagnostics::default();
            let value = match address.mode {
                Mode::Managed => {
                    let (value, resource) = self.managed(block, schema, &shared, instance, &mut own);
                    self.desired.resources.insert(resource.address.clone(), resource);
                    value
                }
                Mode::Data => self.data(block, schema, &shared, instance, &mut own),
            };
            let name = shared.address.instance(instance.key.clone());
            problems.extend(
                own.into_iter().map(|problem| Diagnostic { address: Some(name.to_string()), ..problem }),
            );
            values.push((instance.key.clone(), value));
        }
        self.problems.extend(once_each(problems));
        self.blocks.insert(address.clone(), together(block, values));
    }

    fn instances(&mut self, block: &ResourceBlock) -> Option<Vec<Instance>> {
        let expanded = match (&block.count, &block.for_each) {
            (Some(count), _) => {
                let value = self.evaluated(count);
                expand::by_count(count, &value)
            }
            (None, Some(for_each)) => {
                let value = self.evaluated(for_each);
                expand::by_key(for_each, &value)
            }
            (None, None) => Ok(vec![Instance { key: Key::None, value: Value::null() }]),
        };
        match expanded {
            Ok(instances) => Some(instances),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    /// The region of an instance: its own argument, else its provider's, else the environment's.
    fn region(&self, provider: &ProviderKey, values: &Object) -> Option<Arc<str>> {
        if let Some(own) = values.get("region").filter(|value| !value.is_null()) {
            return own.as_str().map(Arc::from);
        }
        let configured = self.desired.providers.get(provider).and_then(ProviderConfig::region);
        configured.map(Arc::from).or_else(|| self.environment.known.regions.get(&provider.name).cloned())
    }

    fn managed(
        &self,
        block: &ResourceBlock,
        schema: &'static Schema,
        shared: &Shared,
        instance: &Instance,
        problems: &mut Diagnostics,
    ) -> (Value, DesiredResource) {
        let view = self.view(Some(instance));
        let mut values = arguments::evaluate(&block.body, schema.attributes, &view, problems);
        for (name, problem) in (schema.check)(&values) {
            problems.push(
                Diagnostic::error(Code::InvalidArgument, "this value is not allowed")
                    .at(shared.spans.get(name).copied().unwrap_or(block.span))
                    .detail(problem),
            );
        }
        check_conditions(&block.lifecycle.preconditions, &view, problems);
        let scope = self.scope(block, shared, &values, problems);
        if let Some(scope) = &scope {
            values.entry("region".into()).or_insert_with(|| Value::string(&scope.region));
        }
        let address = shared.address.instance(instance.key.clone());
        let value = as_seen(schema, &values, self.environment.known.objects.get(&address));
        let resource = DesiredResource {
            address,
            scope,
            provider: shared.provider.clone(),
            values,
            causes: shared.causes.clone(),
            lifecycle: shared.lifecycle.clone(),
            depends_on: shared.depends_on.clone(),
            declared_at: shared.place.clone(),
            span: block.span,
            spans: shared.spans.clone(),
        };
        (value, resource)
    }

    /// Where an instance lives; a problem where nobody says which region.
    fn scope(
        &self,
        block: &ResourceBlock,
        shared: &Shared,
        values: &Object,
        problems: &mut Diagnostics,
    ) -> Option<Where> {
        let region = self.region(&shared.provider, values);
        let unknown = values.get("region").is_some_and(|region| !region.is_known());
        // An alias that no block has is a problem of its own, and its region is not missing besides.
        let nobody = shared.provider.alias.is_some() && !self.config.providers.contains_key(&shared.provider);
        if region.is_none() && !unknown && !nobody {
            problems.push(
                Diagnostic::error(Code::MissingArgument, "no region is named")
                    .at(block.span)
                    .detail(format!(
                        "neither the block nor `provider \"{}\"` nor the environment names a region.",
                        shared.provider.name
                    ))
                    .hint("write `region = \"...\"` into the `provider` block, or into this one"),
            );
        }
        region.map(|region| Where { provider: shared.provider.clone(), region })
    }

    /// A data source: its result where it was read, otherwise unknown and on the list of what must be read.
    fn data(
        &mut self,
        block: &ResourceBlock,
        schema: &'static Schema,
        shared: &Shared,
        instance: &Instance,
        problems: &mut Diagnostics,
    ) -> Value {
        let view = self.view(Some(instance));
        let arguments = arguments::evaluate(&block.body, schema.attributes, &view, problems);
        check_conditions(&block.lifecycle.preconditions, &view, problems);
        let address = shared.address.instance(instance.key.clone());
        if let Some(value) = self.environment.known.data.get(&address) {
            return value.clone();
        }
        let scope = self.scope(block, shared, &arguments, problems);
        let known = arguments.values().all(Value::is_wholly_known);
        match scope {
            Some(scope) if known && !problems.has_errors() => {
                self.desired.reads.push(DataRead {
                    address,
                    scope,
                    arguments: arguments.clone(),
                    span: block.span,
                });
            }
            scope => {
                let read = DeferredRead {
                    scope,
                    provider: shared.provider.clone(),
                    arguments: arguments.clone(),
                    depends_on: shared.depends_on.clone(),
                    declared_at: shared.place.clone(),
                };
                self.desired.deferred_reads.insert(address, read);
            }
        }
        as_seen(schema, &arguments, None)
    }

    /// What all instances of a block have in common.
    fn shared(&mut self, address: &BlockAddress, block: &ResourceBlock, schema: &Schema) -> Shared {
        let provider = match &block.provider {
            Some((key, _)) => key.clone(),
            None => ProviderKey::default_of(schema.provider),
        };
        self.desired.providers.entry(provider.clone()).or_insert_with(|| ProviderConfig {
            key: provider.clone(),
            arguments: Object::new(),
            declared_at: None,
        });
        let node = Node::Block(address.clone());
        Shared {
            address: address.clone(),
            provider,
            place: self.sources.place(block.span),
            spans: Arc::new(spans(&block.body)),
            causes: Arc::new(causes(&block.body, schema, self.sources)),
            lifecycle: Arc::new(self.lifecycle(&block.lifecycle)),
            depends_on: self.graph.blocks.get(&node).cloned().unwrap_or_default(),
        }
    }

    fn lifecycle(&self, block: &LifecycleBlock) -> Lifecycle {
        let prevent = block.prevent_destroy.filter(|(prevent, _)| *prevent);
        Lifecycle {
            prevent_destroy: prevent.map(|(_, span)| self.sources.place(span)),
            ignore_changes: block.ignore_changes.iter().map(|(name, _)| name.clone()).collect(),
            ignore_all: block.ignore_all,
            create_before_destroy: block.create_before_destroy,
            replace_triggered_by: block.replace_triggered_by.iter().flat_map(|t| self.trigger(t)).collect(),
            on_removal: block.on_removal,
        }
    }

    /// The instances that an entry of `replace_triggered_by` stands for.
    fn trigger(&self, traversal: &Traversal) -> Vec<Trigger> {
        let own = traversal.steps.iter().take_while(|step| !is_attribute_of_object(traversal, step)).count();
        let attribute = traversal.steps.get(own).and_then(|step| match step {
            Step::Attribute(name, _) => Some(name.clone()),
            Step::Index(..) => None,
        });
        let named = Traversal { steps: traversal.steps[..own].to_vec(), ..traversal.clone() };
        let addresses: Vec<Address> = match managed_address(&named) {
            Some(MovedEnd::Instance(address)) => vec![address],
            Some(MovedEnd::Block(block)) => {
                self.desired.resources.keys().filter(|address| address.block == block).cloned().collect()
            }
            None => Vec::new(),
        };
        addresses.into_iter().map(|address| Trigger { address, attribute: attribute.clone() }).collect()
    }

    fn check_variables(&mut self) {
        let config = self.config;
        for variable in config.variables.values() {
            let mut problems = Diagnostics::default();
            check_conditions(&variable.validations, &self.view(None), &mut problems);
            self.problems.extend(problems);
        }
    }

    /// Two addresses must not claim the same object: each would undo what the other does.
    fn check_identities(&mut self) {
        let mut holders: BTreeMap<(&str, &Where, &str), &DesiredResource> = BTreeMap::new();
        let mut problems = Diagnostics::default();
        for resource in self.desired.resources.values() {
            let schema = self.schemas.resource(resource.address.kind());
            let Some((schema, name)) = schema.and_then(|schema| Some((schema, schema.identity?))) else {
                continue;
            };
            let identity = resource.values.get(name).and_then(Value::as_str);
            let (Some(identity), Some(scope)) = (identity, &resource.scope) else { continue };
            match holders.get(&(schema.name, scope, identity)) {
                None => {
                    holders.insert((schema.name, scope, identity), resource);
                }
                Some(first) => {
                    let span = resource.spans.get(name).copied().unwrap_or(resource.span);
                    let mut problem = Diagnostic::error(Code::Conflict, "two blocks claim the same object")
                        .at(span)
                        .detail(format!(
                            "`{}` and `{}` both have the {name} \"{identity}\", and there is only one {} for it.",
                            first.address, resource.address, schema.name
                        ))
                        .hint("keep one of the two");
                    if first.span != resource.span {
                        problem = problem.related(first.span, "the first one");
                    }
                    problems.push(problem);
                }
            }
        }
        self.problems.extend(once_each(problems));
    }
}

/// What all instances of a block have in common.
struct Shared {
    address: BlockAddress,
    provider: ProviderKey,
    place: crate::model::diagnostic::Place,
    spans: Arc<BTreeMap<Arc<str>, Span>>,
    causes: Arc<BTreeMap<Arc<str>, Cause>>,
    lifecycle: Arc<Lifecycle>,
    depends_on: Arc<BTreeSet<BlockAddress>>,
}

fn repetition(block: &ResourceBlock) -> Repetition {
    match (&block.count, &block.for_each) {
        (Some(_), _) => Repetition::Count,
        (None, Some(_)) => Repetition::ForEach,
        (None, None) => Repetition::Single,
    }
}

/// The first steps of a reference name a block and an instance of it; what follows is an attribute.
fn is_attribute_of_object(traversal: &Traversal, step: &Step) -> bool {
    matches!(step, Step::Attribute(..)) && traversal.steps.first() != Some(step)
}

fn spans(body: &Body) -> BTreeMap<Arc<str>, Span> {
    let arguments = body.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.expr.span()));
    let blocks = body.blocks.iter().map(|block| (block.kind.clone(), block.header_span));
    arguments.chain(blocks).collect()
}

/// Why each attribute has its value: the variable that its expression reads, its expression, or the default.
fn causes(body: &Body, schema: &Schema, sources: &Sources) -> BTreeMap<Arc<str>, Cause> {
    let of_argument = |attribute: &Attribute| {
        let place = sources.place(attribute.expr.span());
        let variable = attribute.expr.references().into_iter().find_map(|traversal| {
            match (&*traversal.root, traversal.steps.first()) {
                ("var", Some(Step::Attribute(name, _))) => Some(name.clone()),
                _ => None,
            }
        });
        let cause = match variable {
            Some(name) => Cause::Variable { place, name },
            None => Cause::Config { place },
        };
        (attribute.name.clone(), cause)
    };
    let defaulted = schema.attributes.iter().filter(|a| matches!(a.presence, Presence::Defaulted(_)));
    let mut causes: BTreeMap<Arc<str>, Cause> =
        defaulted.map(|attribute| (Arc::from(attribute.name), Cause::Default)).collect();
    causes.extend(body.attributes.iter().map(of_argument));
    causes.extend(
        body.blocks.iter().map(|b| (b.kind.clone(), Cause::Config { place: sources.place(b.header_span) })),
    );
    causes
}

/// What a reference to an instance gives: its arguments, and what the cloud says of the object as far as it exists
/// and will stay the same object.
fn as_seen(schema: &Schema, values: &Object, object: Option<&Object>) -> Value {
    let stays = object.is_some_and(|object| {
        let replacing =
            schema.attributes.iter().filter(|a| a.on_change == OnChange::Replace && a.is_argument());
        replacing.into_iter().all(|attribute| {
            let wanted = values.get(attribute.name).filter(|value| !value.is_null());
            wanted.is_none_or(|wanted| object.get(attribute.name) == Some(wanted))
        })
    });
    let object = object.filter(|_| stays);
    let attribute = |attribute: &crate::model::schema::Attribute| {
        let ty = || attribute.kind.to_type();
        let given = values.get(attribute.name).cloned();
        let by_cloud = || match object {
            Some(object) => object.get(attribute.name).cloned().unwrap_or_else(|| Value::null_of(ty())),
            None => Value::unknown(ty()),
        };
        let value = match attribute.presence {
            Presence::Chosen | Presence::Computed | Presence::Observed => given.unwrap_or_else(by_cloud),
            Presence::Required | Presence::Optional | Presence::Defaulted(_) | Presence::Declared => {
                given.unwrap_or_else(|| Value::null_of(ty()))
            }
        };
        (Arc::<str>::from(attribute.name), value)
    };
    Value::object(schema.attributes.iter().map(attribute))
}

/// The value of the whole block: the instance itself, a tuple by index, or an object by key.
fn together(block: &ResourceBlock, values: Vec<(Key, Value)>) -> Value {
    match repetition(block) {
        Repetition::Single => {
            values.into_iter().next().map_or_else(|| Value::unknown(Type::Any), |(_, value)| value)
        }
        Repetition::Count => Value::tuple(values.into_iter().map(|(_, value)| value)),
        Repetition::ForEach => Value::object(values.into_iter().filter_map(|(key, value)| match key {
            Key::Name(name) => Some((name, value)),
            Key::None | Key::Index(_) => None,
        })),
    }
}

fn check_conditions(conditions: &[Condition], scope: &dyn Scope, problems: &mut Diagnostics) {
    for condition in conditions {
        match lang::evaluate(&condition.condition, scope) {
            Err(problem) => problems.push(problem),
            Ok(value) if !value.is_known() => {}
            Ok(value) => match lang::convert(&value, &Type::Bool).ok().and_then(|value| value.as_bool()) {
                Some(true) => {}
                Some(false) => problems.push(failed(condition, scope)),
                None => problems.push(
                    Diagnostic::error(Code::InvalidType, "a condition must be true or false")
                        .at(condition.condition.span()),
                ),
            },
        }
    }
}

fn failed(condition: &Condition, scope: &dyn Scope) -> Diagnostic {
    let message = lang::evaluate(&condition.error_message, scope);
    let detail = match &message {
        Ok(value) if value.is_sensitive() => "The message of the condition holds a secret and is not shown.",
        Ok(value) => value.as_str().unwrap_or("The condition has no message."),
        Err(_) => "The message of the condition cannot be evaluated.",
    };
    Diagnostic::error(Code::ConditionFailed, "a condition of the configuration does not hold")
        .at(condition.condition.span())
        .detail(detail)
}

/// The same problem of many instances once, with their number.
fn once_each(problems: Diagnostics) -> Vec<Diagnostic> {
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
