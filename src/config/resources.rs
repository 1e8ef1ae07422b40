//! `resource` and `data` blocks to their instances.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conditions::Findings;
use super::declared::{LifecycleBlock, ResourceBlock};
use super::evaluate::{Evaluation, Purpose, once_each, together};
use super::expand::Instance;
use super::frames::FrameId;
use super::references::{Node, schema_of};
use super::scope::View;
use super::subject::{known_steps, subject};
use super::{arguments, conditions, dynamic};
use crate::lang::{Attribute, Block, Body, Expr, Step, Traversal};
use crate::model::address::{Address, BlockAddress, Key, Mode};
use crate::model::desired::{
    Cause, DataRead, DeferredRead, DesiredResource, Lifecycle, ProviderConfig, ProviderKey, Scope as Where,
    Subject, Trigger,
};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Sources, Span};
use crate::model::outline::Conditioned;
use crate::model::schema::{Attribute as Declared, Home, Kind, OnChange, Presence, Schema};
use crate::model::types::Type;
use crate::model::value::{Marks, Object, Value};

/// The argument that `default_tags` of a provider adds to.
const TAGS: &str = "tags";

impl Evaluation<'_> {
    /// Evaluates a block of one module instance.
    pub fn block(&mut self, frame: FrameId, address: &BlockAddress, node: &Node, problems: &mut Diagnostics) {
        let block = &self.config(node.module).resources[address];
        let absolute = address.under(&self.frames.get(frame).path);
        if address.mode == Mode::Managed {
            self.desired.blocks.insert(absolute.clone(), block.repeat.repetition());
        }
        let Some(schema) = schema_of(self.schemas, address) else { return };
        let mut found = Diagnostics::default();
        let Some(instances) = self.instances(frame, &block.repeat, &mut found) else {
            problems.extend(found);
            return;
        };
        let Some(shared) = self.shared(frame, absolute, node, block, schema) else { return };
        let mut values: Vec<(Key, Value)> = Vec::with_capacity(instances.len());
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
            found.extend(
                own.into_iter().map(|problem| Diagnostic { address: Some(name.to_string()), ..problem }),
            );
            values.push((instance.key.clone(), value));
        }
        let found = once_each(found);
        match &block.check {
            None => problems.extend(found),
            Some(_) => problems.extend(
                found.into_iter().map(|problem| Diagnostic { severity: Severity::Warning, ..problem }),
            ),
        }
        let value = together(block.repeat.repetition(), values, self.environment.purpose);
        self.frames.get_mut(frame).blocks.insert(address.clone(), value);
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
        &mut self,
        block: &ResourceBlock,
        schema: &'static Schema,
        shared: &Shared,
        instance: &Instance,
        problems: &mut Diagnostics,
    ) -> (Value, DesiredResource) {
        let view = self.view(shared.frame, Some(instance));
        let mut values = arguments::evaluate(&block.body, schema.attributes, &view, problems);
        refuse_ephemeral(&values, shared, problems);
        self.add_default_tags(schema, block, shared, &mut values, problems);
        for (name, problem) in (schema.check)(&values) {
            problems.push(
                Diagnostic::error(Code::InvalidArgument, "this value is not allowed")
                    .at(shared.spans.get(name).copied().unwrap_or(block.span))
                    .detail(problem),
            );
        }
        let before = conditions::check(&block.lifecycle.preconditions, &view, problems);
        let scope = match schema.home {
            Home::Cloud => self.scope(block, shared, &values, problems),
            Home::State => Some(Where { provider: shared.provider.clone(), region: "".into() }),
        };
        if let (Some(scope), Home::Cloud) = (&scope, schema.home) {
            values.entry("region".into()).or_insert_with(|| Value::string(&scope.region));
        }
        let address = shared.address.instance(instance.key.clone());
        let value =
            as_seen(schema, &values, self.environment.known.objects.get(&address), self.environment.purpose);
        let with_self = View { own: Some(&value), ..view };
        let after = conditions::check(&block.lifecycle.postconditions, &with_self, problems);
        let resource = DesiredResource {
            address: address.clone(),
            scope,
            provider: shared.provider.clone(),
            values,
            causes: shared.causes.clone(),
            lifecycle: self.own_lifecycle(block, shared, &view, problems),
            depends_on: shared.depends_on.clone(),
            declared_at: shared.place.clone(),
            span: block.span,
            spans: shared.spans.clone(),
        };
        self.note(Conditioned::Resource(address), both(before, after));
        (value, resource)
    }

    /// Adds the tags that the provider gives all that it makes. The resource's own count where both have a key.
    fn add_default_tags(
        &self,
        schema: &Schema,
        block: &ResourceBlock,
        shared: &Shared,
        values: &mut Object,
        problems: &mut Diagnostics,
    ) {
        let attribute = schema.attribute(TAGS).filter(|a| a.kind == Kind::Map(&Kind::String));
        let provider = self.desired.providers.get(&shared.provider);
        let (Some(attribute), Some(defaults)) = (attribute, provider.and_then(ProviderConfig::default_tags))
        else {
            return;
        };
        let all = match values.get(TAGS) {
            Some(own) => united(&defaults, own),
            None => defaults,
        };
        let span = shared.spans.get(TAGS).copied().unwrap_or(block.span);
        arguments::check_rules(attribute, &all, span, problems);
        values.insert(TAGS.into(), all);
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
        let nobody =
            shared.provider.alias.is_some() && !self.tree.root().providers.contains_key(&shared.provider);
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
        let view = self.view(shared.frame, Some(instance));
        let arguments = arguments::evaluate(&block.body, schema.attributes, &view, problems);
        refuse_ephemeral(&arguments, shared, problems);
        let before = conditions::check(&block.lifecycle.preconditions, &view, problems);
        let address = shared.address.instance(instance.key.clone());
        if let Some(value) = self.environment.known.data.get(&address) {
            let with_self = View { own: Some(value), ..view };
            let after = conditions::check(&block.lifecycle.postconditions, &with_self, problems);
            self.note(Conditioned::Resource(address), both(before, after));
            return value.clone();
        }
        self.note(Conditioned::Resource(address.clone()), before);
        let scope = self.scope(block, shared, &arguments, problems);
        let known = arguments.values().all(Value::is_wholly_known);
        match scope {
            Some(scope) if known && !problems.has_errors() => {
                self.desired.reads.push(DataRead {
                    address,
                    scope,
                    arguments: arguments.clone(),
                    span: block.span,
                    for_check: block.check.is_some(),
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
        as_seen(schema, &arguments, None, self.environment.purpose)
    }

    /// What all instances of a block have in common; `None` where the provider is not one for the type.
    fn shared(
        &mut self,
        frame: FrameId,
        address: BlockAddress,
        node: &Node,
        block: &ResourceBlock,
        schema: &Schema,
    ) -> Option<Shared> {
        let named = match &block.provider {
            Some((key, _)) => key.clone(),
            None => ProviderKey::default_of(schema.provider),
        };
        let provider = self.tree.provider(node.module, &named).filter(|key| &*key.name == schema.provider)?;
        self.desired.providers.entry(provider.clone()).or_insert_with(|| ProviderConfig {
            key: provider.clone(),
            arguments: Object::new(),
            declared_at: None,
        });
        let needed = self.graph.blocks.get(node);
        let depends_on = needed.map(|blocks| self.frames.absolute(self.tree, frame, blocks));
        Some(Shared {
            frame,
            address,
            provider,
            place: self.sources.place(block.span),
            spans: Arc::new(spans(&block.body)),
            causes: Arc::new(causes(&block.body, schema, self.sources)),
            lifecycle: Arc::new(self.lifecycle(&block.lifecycle)),
            depends_on: Arc::new(depends_on.unwrap_or_default()),
        })
    }

    /// What is the same for all instances; `replace_triggered_by` may differ.
    fn lifecycle(&self, block: &LifecycleBlock) -> Lifecycle {
        let (whole, parts): (Vec<&Traversal>, Vec<&Traversal>) =
            block.ignore_changes.iter().partition(|traversal| traversal.steps.is_empty());
        let keys = |traversal: &Traversal| {
            let key = |step: &Step| match step {
                Step::Attribute(name, _) => Value::string(name),
                Step::Index(key, _) => key.clone(),
            };
            traversal.steps.iter().map(key).collect()
        };
        let prevent = block.prevent_destroy.filter(|(prevent, _)| *prevent);
        Lifecycle {
            prevent_destroy: prevent.map(|(_, span)| self.sources.place(span)),
            ignore_changes: whole.iter().map(|traversal| traversal.root.clone()).collect(),
            ignore_parts: parts.iter().map(|traversal| (traversal.root.clone(), keys(traversal))).collect(),
            ignore_all: block.ignore_all,
            create_before_destroy: block.create_before_destroy,
            replace_triggered_by: Vec::new(),
            on_removal: block.on_removal,
        }
    }

    /// The lifecycle of one instance: that of its block, unless its triggers are its own.
    fn own_lifecycle(
        &self,
        block: &ResourceBlock,
        shared: &Shared,
        view: &View<'_>,
        problems: &mut Diagnostics,
    ) -> Arc<Lifecycle> {
        if block.lifecycle.replace_triggered_by.is_empty() {
            return shared.lifecycle.clone();
        }
        let mut replace_triggered_by = Vec::new();
        for expr in &block.lifecycle.replace_triggered_by {
            match self.triggers(expr, shared.frame, view) {
                Ok(triggers) => replace_triggered_by.extend(triggers),
                Err(problem) => problems.push(*problem),
            }
        }
        Arc::new(Lifecycle { replace_triggered_by, ..(*shared.lifecycle).clone() })
    }

    /// The instances that an entry of `replace_triggered_by` stands for.
    fn triggers(
        &self,
        expr: &Expr,
        frame: FrameId,
        view: &View<'_>,
    ) -> Result<Vec<Trigger>, Box<Diagnostic>> {
        let (root, steps) = expr.as_address().expect("the reader accepted it as an address");
        let steps = known_steps(&steps, view)?;
        let Some((subject, rest)) = subject(root, &steps) else { return Ok(Vec::new()) };
        let attribute = match rest.first() {
            Some(Step::Attribute(name, _)) => Some(name.clone()),
            _ => None,
        };
        let addresses: Vec<Address> = match subject.under(&self.frames.get(frame).path) {
            Subject::Instance(address) => vec![address],
            Subject::Block(block) => {
                let from = self.desired.resources.range(block.instance(Key::None)..);
                from.map(|(address, _)| address)
                    .take_while(|address| address.block == block)
                    .cloned()
                    .collect()
            }
            Subject::Module(_) => Vec::new(),
        };
        Ok(addresses.into_iter().map(|address| Trigger { address, attribute: attribute.clone() }).collect())
    }

    /// Two objects cannot hold the same thing where each is in one only: every apply would take it from the other.
    pub fn check_members(&mut self) {
        let mut holders: BTreeMap<(&str, &ProviderKey, Arc<str>), &DesiredResource> = BTreeMap::new();
        let mut problems = Diagnostics::default();
        for resource in self.desired.resources.values() {
            let Some(schema) = self.schemas.resource(resource.address.kind()) else { continue };
            let Some(members) = schema.members else { continue };
            for member in (members.ids)(&resource.values) {
                let Some(first) = holders.insert((schema.name, &resource.provider, member.clone()), resource)
                else {
                    continue;
                };
                let span = resource.spans.get(members.attribute).copied().unwrap_or(resource.span);
                let mut problem = Diagnostic::error(Code::Conflict, "two blocks claim the same thing")
                    .at(span)
                    .detail(format!(
                        "`{}` and `{}` both have {member} in `{}`, and it can be in one {} only.",
                        first.address, resource.address, members.attribute, schema.name
                    ))
                    .hint("keep it in one of the two");
                if first.span != resource.span {
                    problem = problem.related(first.span, "the first one");
                }
                problems.push(problem);
            }
        }
        self.problems.extend(once_each(problems));
    }

    /// Two addresses must not claim the same object: each would undo what the other does.
    pub fn check_identities(&mut self) {
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
    frame: FrameId,
    address: BlockAddress,
    provider: ProviderKey,
    place: crate::model::diagnostic::Place,
    spans: Arc<BTreeMap<Arc<str>, Span>>,
    causes: Arc<BTreeMap<Arc<str>, Cause>>,
    lifecycle: Arc<Lifecycle>,
    depends_on: Arc<BTreeSet<BlockAddress>>,
}

/// What became of the conditions before and after.
fn both(before: Option<Findings>, after: Option<Findings>) -> Option<Findings> {
    match (before, after) {
        (Some(before), Some(after)) => Some(before.and(after)),
        (one, other) => one.or(other),
    }
}

fn spans(body: &Body) -> BTreeMap<Arc<str>, Span> {
    let arguments = body.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.expr.span()));
    let blocks = body.blocks.iter().map(|block| (made_by(block), block.header_span));
    arguments.chain(blocks).collect()
}

/// The attribute that a block gives its value, also as a `dynamic` block.
fn made_by(block: &Block) -> Arc<str> {
    dynamic::parts(block).map_or_else(|| block.kind.clone(), |dynamic| dynamic.kind.into())
}

/// What exists only while a plan is made cannot be sent to a cloud, which keeps it.
fn refuse_ephemeral(values: &Object, shared: &Shared, problems: &mut Diagnostics) {
    let ephemeral = values.iter().filter(|(_, value)| value.marks_deep().contains(Marks::EPHEMERAL));
    for (name, span) in ephemeral.filter_map(|(name, _)| Some((name, shared.spans.get(name)?))) {
        problems.push(
            Diagnostic::error(Code::SensitiveValue, "what is ephemeral cannot be kept")
                .at(*span)
                .detail(format!("`{name}` would be kept in the state and by the cloud."))
                .hint("declare the variable with `sensitive = true` instead of `ephemeral = true`"),
        );
    }
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
            None => Cause::Config { place, reads: read(&attribute.expr) },
        };
        (attribute.name.clone(), cause)
    };
    let defaulted = schema.attributes.iter().filter(|a| matches!(a.presence, Presence::Defaulted(_)));
    let mut causes: BTreeMap<Arc<str>, Cause> =
        defaulted.map(|attribute| (Arc::from(attribute.name), Cause::Default)).collect();
    causes.extend(body.attributes.iter().map(of_argument));
    causes.extend(
        body.blocks
            .iter()
            .map(|b| (made_by(b), Cause::Config { place: sources.place(b.header_span), reads: None })),
    );
    causes
}

/// Two maps of texts as one; what the second has counts. Not known where one of them is not.
fn united(first: &Value, second: &Value) -> Value {
    let marks = first.marks().union(second.marks());
    let (Some(first), Some(second)) = (first.as_object(), second.as_object()) else {
        return Value::unknown(Type::Map(Box::new(Type::String))).with_marks(marks);
    };
    let mut all = first.clone();
    all.extend(second.iter().map(|(key, value)| (key.clone(), value.clone())));
    Value::map(Type::String, all).with_marks(marks)
}

/// The first thing with a value of its own that an expression reads, as it is written there.
fn read(expr: &Expr) -> Option<Arc<str>> {
    let is_named = |traversal: &&Traversal| {
        !matches!(&*traversal.root, "count" | "each" | "path" | "self" | "terraform" | "var")
    };
    expr.references().into_iter().find(is_named).map(|traversal| traversal.to_string().into())
}

/// What a reference to an instance gives: its arguments, and what the cloud says of the object as far as it exists
/// and will stay the same object.
fn as_seen(schema: &Schema, values: &Object, object: Option<&Object>, purpose: Purpose) -> Value {
    let stays = object.is_some_and(|object| {
        let replacing = |a: &&Declared| a.is_argument() && !matches!(a.on_change, OnChange::InPlace);
        schema.attributes.iter().filter(replacing).all(|attribute| {
            let wanted = values.get(attribute.name).filter(|value| !value.is_null());
            let now = object.get(attribute.name);
            wanted.is_none_or(|wanted| now == Some(wanted) || !attribute.is_replaced(now, Some(wanted)))
        })
    });
    let object = object.filter(|_| stays);
    let attribute = |attribute: &Declared| {
        let ty = || attribute.kind.to_type();
        let given = values.get(attribute.name).cloned();
        let by_cloud = || match object.filter(|object| {
            attribute.follows.is_empty() || object.get(attribute.follows) == values.get(attribute.follows)
        }) {
            Some(object) => object.get(attribute.name).cloned().unwrap_or_else(|| Value::null_of(ty())),
            None if purpose == Purpose::Validate || attribute.is_known_after_apply(values) => {
                Value::unknown(ty())
            }
            None => Value::null_of(ty()),
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
