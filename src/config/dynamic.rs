//! `dynamic` blocks: one block for each element of a collection.

use std::sync::Arc;

use crate::lang::{self, Block, Body, Expr, Files, Scope, Step, Traversal};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::model::value::Value;

/// One block inside of a resource, written out or made by a `dynamic` block.
pub struct Written<'b> {
    /// Its arguments.
    pub body: &'b Body,
    /// Its header, or that of the `dynamic` block.
    pub span: Span,
    /// What the iterator stands for in it.
    iterator: Option<(Arc<str>, Value)>,
}

impl Written<'_> {
    /// Evaluates with the iterator in sight.
    pub fn with_scope<T>(&self, outer: &dyn Scope, evaluate: impl FnOnce(&dyn Scope) -> T) -> T {
        match &self.iterator {
            None => evaluate(outer),
            Some((name, value)) => evaluate(&Within { outer, name, value }),
        }
    }
}

/// A scope with one more name.
struct Within<'a> {
    outer: &'a dyn Scope,
    name: &'a str,
    value: &'a Value,
}

impl Scope for Within<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        if root == self.name { Ok((self.value.clone(), 0)) } else { self.outer.resolve(root, steps, span) }
    }

    fn files(&self) -> &dyn Files {
        self.outer.files()
    }

    fn plan_time(&self) -> Option<jiff::Timestamp> {
        self.outer.plan_time()
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        self.outer.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) -> bool {
        self.outer.fill_random(bytes)
    }
}

/// The parts of a `dynamic` block.
pub struct Dynamic<'b> {
    /// Which block it makes.
    pub kind: &'b str,
    /// The name of the iterator.
    pub iterator: Arc<str>,
    /// What it goes over.
    pub for_each: Option<&'b Expr>,
    /// What it makes of each element.
    pub content: Option<&'b Block>,
}

/// The parts of a block that is `dynamic`; `None` for any other block, and for one without its label.
pub fn parts(block: &Block) -> Option<Dynamic<'_>> {
    let label = block.labels.first().filter(|_| &*block.kind == "dynamic")?;
    let named = block.body.attribute("iterator").and_then(|attribute| attribute.expr.as_traversal());
    Some(Dynamic {
        kind: &label.text,
        iterator: named.map_or_else(|| label.text.clone(), |traversal| traversal.root.clone()),
        for_each: block.body.attribute("for_each").map(|attribute| &attribute.expr),
        content: block.body.blocks_of("content").next(),
    })
}

/// Every reference of a body to something outside of it, also from its blocks; iterators are left out.
pub fn references(body: &Body) -> Vec<&Traversal> {
    let mut found = Vec::new();
    collect(body, &mut Vec::new(), &mut found);
    found
}

fn collect<'b>(body: &'b Body, bound: &mut Vec<Arc<str>>, found: &mut Vec<&'b Traversal>) {
    let add = |expr: &'b Expr, bound: &[Arc<str>], found: &mut Vec<&'b Traversal>| {
        found.extend(expr.references().into_iter().filter(|traversal| !bound.contains(&traversal.root)));
    };
    for attribute in &body.attributes {
        add(&attribute.expr, bound, found);
    }
    for block in &body.blocks {
        let Some(dynamic) = parts(block) else {
            collect(&block.body, bound, found);
            continue;
        };
        for attribute in block.body.attributes.iter().filter(|attribute| &*attribute.name != "iterator") {
            add(&attribute.expr, bound, found);
        }
        if let Some(content) = dynamic.content {
            bound.push(dynamic.iterator);
            collect(&content.body, bound, found);
            bound.pop();
        }
    }
}

/// All blocks of one kind, in the order of the text; `None` where how many there are is known only after apply.
pub fn expanded<'b>(
    body: &'b Body,
    kind: &str,
    scope: &dyn Scope,
    problems: &mut Diagnostics,
) -> Option<Vec<Written<'b>>> {
    let mut found = Vec::new();
    let mut is_known = true;
    for block in &body.blocks {
        if &*block.kind == kind {
            found.push(Written { body: &block.body, span: block.header_span, iterator: None });
        }
        let Some(dynamic) = parts(block).filter(|dynamic| dynamic.kind == kind) else { continue };
        // A part that is missing was reported when the names were checked.
        let (Some(for_each), Some(content)) = (dynamic.for_each, dynamic.content) else { continue };
        let elements = lang::evaluate(for_each, scope).and_then(|value| elements(for_each, &value));
        match elements {
            Ok(Some(elements)) => found.extend(elements.into_iter().map(|element| Written {
                body: &content.body,
                span: block.header_span,
                iterator: Some((dynamic.iterator.clone(), element)),
            })),
            Ok(None) => is_known = false,
            Err(problem) => {
                problems.push(problem);
                is_known = false;
            }
        }
    }
    is_known.then_some(found)
}

/// What the iterator is for each element: an object of `key` and `value`. `None` where that is not known yet.
fn elements(expr: &Expr, value: &Value) -> Result<Option<Vec<Value>>, Diagnostic> {
    let refuse = |code: Code, detail: String| {
        Diagnostic::error(code, "this cannot be gone through").at(expr.span()).detail(detail)
    };
    if value.is_sensitive() {
        let detail = "How many blocks there are is shown, and it would give the secret away.";
        return Err(refuse(Code::SensitiveValue, detail.to_owned())
            .hint("use `nonsensitive(...)` if the number is no secret"));
    }
    if value.is_null() {
        return Err(refuse(Code::InvalidExpansion, "`for_each` is null.".to_owned())
            .hint("write `[]` where there is to be no block"));
    }
    if !value.is_known() {
        return Ok(None);
    }
    let pair = |key: Value, value: Value| {
        Value::object([(Arc::<str>::from("key"), key), (Arc::from("value"), value)])
    };
    let elements: Vec<Value> = match value {
        Value::Map(_) | Value::Object(_) => {
            let entries = value.as_object().expect("maps and objects have named parts");
            entries.iter().map(|(key, value)| pair(Value::string(key), value.clone())).collect()
        }
        Value::Set(_) if !value.is_wholly_known() => return Ok(None),
        Value::Set(set) => set.items.iter().map(|item| pair(item.clone(), item.clone())).collect(),
        Value::List(list) => numbered(&list.items, pair),
        Value::Tuple(items) => numbered(items, pair),
        other => {
            let detail =
                format!("`for_each` takes a collection, and this is {}.", other.type_of().with_article());
            return Err(refuse(Code::InvalidExpansion, detail));
        }
    };
    Ok(Some(elements))
}

fn numbered(items: &[Value], pair: impl Fn(Value, Value) -> Value) -> Vec<Value> {
    (0i64..).map(Value::from).zip(items).map(|(key, value)| pair(key, value.clone())).collect()
}
