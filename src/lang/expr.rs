//! The expression tree: small, owned, and with the place of every node.

use std::sync::Arc;

use crate::model::diagnostic::Span;
use crate::model::value::Value;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub(super) kind: Kind,
    span: Span,
    /// How many nodes stand on the longest way down; bounded by the parser, so that every walk can recurse.
    height: u16,
}

/// What an expression is made of.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Literal(Value),
    /// Text with parts to evaluate.
    Template(Vec<Part>),
    /// A name, with the steps that are known without evaluating anything.
    Reference(Box<Traversal>),
    /// The element that a splat is at.
    Item,
    /// Steps from a value to a part of it.
    Access(Box<Expr>, Vec<Access>),
    /// `base[*].each`
    Splat(Box<Splat>),
    Call(Box<Call>),
    Conditional(Box<[Expr; 3]>),
    /// Operators of one precedence, side by side, so that a long sum is not a deep tree.
    Chain(Box<Expr>, Vec<Link>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Tuple(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    For(Box<For>),
    Parentheses(Box<Expr>),
}

/// One part of a template.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(Arc<str>),
    Value(Expr),
    If { condition: Expr, yes: Vec<Part>, no: Vec<Part> },
    For { names: Names, collection: Expr, body: Vec<Part> },
}

/// One step that may have to be evaluated.
#[derive(Clone, Debug)]
pub(super) enum Access {
    Static(Step),
    Key(Expr, Span),
}

#[derive(Clone, Debug)]
pub(super) struct Splat {
    pub base: Expr,
    /// An expression on [`Kind::Item`].
    pub each: Expr,
    /// From the operator to the end.
    pub marker: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub name: Arc<str>,
    pub name_span: Span,
    pub arguments: Vec<Expr>,
    /// Whether the last argument is spread: `f(list...)`.
    pub spread: bool,
}

/// An operator and what stands right of it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub operator: Operator,
    pub operand: Expr,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Debug)]
pub(super) struct For {
    pub names: Names,
    pub collection: Expr,
    /// The key of an object's `for`.
    pub key: Option<Expr>,
    pub value: Expr,
    pub condition: Option<Expr>,
    /// Whether values of one key are collected: `...`
    pub grouped: bool,
}

/// The names that a `for` binds.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
}

/// A name and the steps from its value to a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// The first name.
    pub root: Arc<str>,
    /// Where the first name stands.
    pub root_span: Span,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Where all of it stands.
    pub span: Span,
}

/// A step that is known without evaluating anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.name`, with its place.
    Attribute(Arc<str>, Span),
    /// `["key"]` or `[0]`, with its place.
    Index(Value, Span),
}

/// One step of an address.
#[derive(Clone, Copy, Debug)]
pub enum AddressStep<'a> {
    /// It is known as it stands.
    Static(&'a Step),
    /// A key to be evaluated.
    Key(&'a Expr),
}

impl Step {
    /// Where the step stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Attribute(_, span) | Self::Index(_, span) => *span,
        }
    }
}

impl std::fmt::Display for Traversal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.root)?;
        for step in &self.steps {
            match step {
                Step::Attribute(name, _) => write!(f, ".{name}")?,
                Step::Index(key, _) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}

impl Expr {
    pub(super) fn new(kind: Kind, span: Span) -> Self {
        let mut kind = kind;
        kind.shrink();
        let mut highest = 0;
        kind.each_child(&mut |child| highest = highest.max(child.height));
        let parts = if let Kind::Template(parts) = &kind { parts_height(parts) } else { 0 };
        Self { height: highest.max(parts).saturating_add(1), kind, span }
    }

    pub(super) fn literal(value: Value, span: Span) -> Self {
        Self::new(Kind::Literal(value), span)
    }

    pub(super) fn height(&self) -> u16 {
        self.height
    }

    /// Where the expression stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Every reference in it to something outside: names that a `for` binds are left out.
    pub fn references(&self) -> Vec<&Traversal> {
        let mut found = Vec::new();
        self.collect_references(&mut Vec::new(), &mut found);
        found
    }

    fn collect_references<'a>(&'a self, bound: &mut Vec<&'a str>, found: &mut Vec<&'a Traversal>) {
        match &self.kind {
            Kind::Reference(traversal) => {
                if !bound.contains(&traversal.root.as_ref()) {
                    found.push(traversal);
                }
            }
            Kind::For(expression) => {
                expression.collection.collect_references(bound, found);
                let outer = bound.len();
                expression.names.bind(bound);
                let inner = [expression.key.as_ref(), Some(&expression.value), expression.condition.as_ref()];
                for part in inner.into_iter().flatten() {
                    part.collect_references(bound, found);
                }
                bound.truncate(outer);
            }
            Kind::Template(parts) => collect_in_parts(parts, bound, found),
            Kind::Object(entries) => {
                for (key, value) in entries {
                    if key.as_traversal().is_none() {
                        key.collect_references(bound, found);
                    }
                    value.collect_references(bound, found);
                }
            }
            kind => kind.each_child(&mut |child| child.collect_references(bound, found)),
        }
    }

    /// Where a function is called in it first, if anywhere: some values must be there before functions are.
    pub fn first_call(&self) -> Option<Span> {
        if let Kind::Call(call) = &self.kind {
            return Some(call.name_span);
        }
        let mut found = None;
        let mut look = |child: &Self| found = found.or_else(|| child.first_call());
        match &self.kind {
            Kind::Template(parts) => each_in_parts(parts, &mut look),
            kind => kind.each_child(&mut look),
        }
        found
    }

    /// The text of a string without anything to evaluate.
    pub fn as_literal_string(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(value) => value.as_str(),
            _ => None,
        }
    }

    /// The value of a literal.
    pub fn as_literal(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The reference that the whole expression is.
    ///
    /// Text without templates counts where Terraform took text in earlier times: see [`Self::as_literal_string`].
    pub fn as_traversal(&self) -> Option<&Traversal> {
        match &self.kind {
            Kind::Reference(traversal) => Some(traversal),
            _ => None,
        }
    }

    /// The name and the steps of an address whose keys may have to be evaluated, as in `t.n[each.key]`.
    pub fn as_address(&self) -> Option<(&Arc<str>, Vec<AddressStep<'_>>)> {
        match &self.kind {
            Kind::Reference(traversal) => {
                Some((&traversal.root, traversal.steps.iter().map(AddressStep::Static).collect()))
            }
            Kind::Access(base, steps) => {
                let (root, mut all) = base.as_address()?;
                all.extend(steps.iter().map(|step| match step {
                    Access::Static(step) => AddressStep::Static(step),
                    Access::Key(key, _) => AddressStep::Key(key),
                }));
                Some((root, all))
            }
            _ => None,
        }
    }

    /// Whether it is a name with steps into it, some of which may have to be evaluated.
    pub(super) fn is_reference(&self) -> bool {
        match &self.kind {
            Kind::Reference(_) => true,
            Kind::Access(base, _) => base.is_reference(),
            _ => false,
        }
    }

    /// The elements of `[...]`, for arguments that hold references and no values.
    pub fn as_tuple(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of `{...}`, for arguments that hold references and no values.
    pub fn as_object(&self) -> Option<&[(Self, Self)]> {
        match &self.kind {
            Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The name and the arguments of a function call.
    pub fn as_call(&self) -> Option<(&str, &[Self])> {
        match &self.kind {
            Kind::Call(call) => Some((&call.name, &call.arguments)),
            _ => None,
        }
    }
}

impl Names {
    fn bind<'a>(&'a self, bound: &mut Vec<&'a str>) {
        bound.extend(self.key.as_deref());
        bound.push(&self.value);
    }
}

impl Kind {
    /// Gives back spare room: trees are kept for the whole run.
    fn shrink(&mut self) {
        match self {
            Self::Template(parts) => parts.shrink_to_fit(),
            Self::Call(call) => call.arguments.shrink_to_fit(),
            Self::Chain(_, links) => links.shrink_to_fit(),
            Self::Tuple(elements) => elements.shrink_to_fit(),
            Self::Object(entries) => entries.shrink_to_fit(),
            _ => {}
        }
    }

    /// Calls `visit` with each expression right below; those of template parts are left out.
    fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Literal(_) | Self::Reference(_) | Self::Item | Self::Template(_) => {}
            Self::Access(base, steps) => {
                visit(base);
                for step in steps {
                    if let Access::Key(key, _) = step {
                        visit(key);
                    }
                }
            }
            Self::Splat(splat) => {
                visit(&splat.base);
                visit(&splat.each);
            }
            Self::Call(call) => call.arguments.iter().for_each(visit),
            Self::Conditional(parts) => parts.iter().for_each(visit),
            Self::Chain(first, links) => {
                visit(first);
                for link in links {
                    visit(&link.operand);
                }
            }
            Self::Not(inner) | Self::Negate(inner) | Self::Parentheses(inner) => visit(inner),
            Self::Tuple(elements) => elements.iter().for_each(visit),
            Self::Object(entries) => {
                for (key, value) in entries {
                    visit(key);
                    visit(value);
                }
            }
            Self::For(expression) => {
                visit(&expression.collection);
                visit(&expression.value);
                expression.key.iter().chain(&expression.condition).for_each(visit);
            }
        }
    }
}

fn parts_height(parts: &[Part]) -> u16 {
    let height = |part: &Part| match part {
        Part::Text(_) => 0,
        Part::Value(value) => value.height,
        Part::If { condition, yes, no } => {
            condition.height.max(parts_height(yes)).max(parts_height(no)).saturating_add(1)
        }
        Part::For { collection, body, .. } => collection.height.max(parts_height(body)).saturating_add(1),
    };
    parts.iter().map(height).max().unwrap_or(0)
}

/// Calls `visit` with each expression of a template.
fn each_in_parts<'a>(parts: &'a [Part], visit: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Value(value) => visit(value),
            Part::If { condition, yes, no } => {
                visit(condition);
                each_in_parts(yes, visit);
                each_in_parts(no, visit);
            }
            Part::For { collection, body, .. } => {
                visit(collection);
                each_in_parts(body, visit);
            }
        }
    }
}

fn collect_in_parts<'a>(parts: &'a [Part], bound: &mut Vec<&'a str>, found: &mut Vec<&'a Traversal>) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Value(value) => value.collect_references(bound, found),
            Part::If { condition, yes, no } => {
                condition.collect_references(bound, found);
                collect_in_parts(yes, bound, found);
                collect_in_parts(no, bound, found);
            }
            Part::For { names, collection, body } => {
                collection.collect_references(bound, found);
                let outer = bound.len();
                names.bind(bound);
                collect_in_parts(body, bound, found);
                bound.truncate(outer);
            }
        }
    }
}

impl Operator {
    /// As the user writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    /// How tightly it binds; operators of one number are read from left to right.
    pub fn precedence(self) -> usize {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Equal | Self::NotEqual => 2,
            Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
