//! Expressions to values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::convert::convert;
use crate::lang::explain;
use crate::lang::expr::{Access, Call, Expr, For, Kind, Names, Operator, Part, Splat, Step, Traversal};
use crate::lang::functions;
use crate::lang::operate::{self, Refusal};
use crate::lang::scope::Scope;
use crate::lang::unify::unify;
use crate::model::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::types::Type;
use crate::model::value::{Marks, Object, Refinement, Value};

/// A value, or the first thing that is wrong; boxed, since evaluation nests and problems are large.
pub(super) type Evaluated = Result<Value, Box<Diagnostic>>;

/// How many references of an expression are shown with their values.
const SHOWN_VALUES: usize = 5;
/// How much of a known text an unknown one remembers as its beginning.
const KEPT_PREFIX: usize = 128;

/// The value of an expression.
///
/// # Errors
///
/// The first problem, at the smallest piece of the expression that shows it, with the values involved.
pub fn evaluate(expr: &Expr, scope: &dyn Scope) -> Result<Value, Diagnostic> {
    let value = Env::new(scope).evaluate(expr).map_err(|problem| *problem)?;
    let names_type = scope.is_console() && value.marks_deep().contains(Marks::TYPE_NAME);
    let is_whole = value.as_str().is_some() && value.marks().contains(Marks::TYPE_NAME);
    if names_type && !is_whole { Err(*misused_type(expr)) } else { Ok(value) }
}

/// Everything outside of it that an expression refers to, each once, with its value; what has none is left out.
pub fn referenced(expr: &Expr, scope: &dyn Scope) -> Vec<(String, Value)> {
    Env::new(scope).referenced(expr)
}

/// `type` gives something to look at, and nothing that could be a part of anything.
pub(super) fn misused_type(at: &Expr) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::FunctionCall, "`type` stands by itself")
            .at(at.span())
            .detail("What `type` gives cannot be a part of another value or an argument."),
    )
}

/// What an expression can see: the scope, and what is bound around it.
#[derive(Clone, Copy)]
pub(super) struct Env<'a> {
    pub scope: &'a dyn Scope,
    names: Option<&'a Frame<'a>>,
    item: Option<&'a Value>,
    /// Templates cannot render further templates.
    pub is_in_template: bool,
}

/// A name that a `for` binds, and those bound further out.
struct Frame<'a> {
    outer: Option<&'a Frame<'a>>,
    name: &'a str,
    value: &'a Value,
}

impl<'a> Env<'a> {
    pub fn new(scope: &'a dyn Scope) -> Self {
        Self { scope, names: None, item: None, is_in_template: false }
    }

    /// Within a template that a function renders.
    pub fn in_template(scope: &'a dyn Scope) -> Self {
        Self { is_in_template: true, ..Self::new(scope) }
    }

    fn bound(&self, name: &str) -> Option<&'a Value> {
        let mut frame = self.names;
        while let Some(current) = frame {
            if current.name == name {
                return Some(current.value);
            }
            frame = current.outer;
        }
        None
    }

    /// Runs `then` where the names of a `for` are bound to one of its elements.
    fn with_element<T>(&self, names: &Names, key: &Value, value: &Value, then: impl FnOnce(&Env) -> T) -> T {
        let Some(key_name) = &names.key else {
            let frame = Frame { outer: self.names, name: &names.value, value };
            return then(&Env { names: Some(&frame), ..*self });
        };
        let outer = Frame { outer: self.names, name: key_name, value: key };
        let frame = Frame { outer: Some(&outer), name: &names.value, value };
        then(&Env { names: Some(&frame), ..*self })
    }

    /// The value of an expression in these surroundings.
    pub fn evaluate(&self, expr: &Expr) -> Evaluated {
        match &expr.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Template(parts) => self.template(parts),
            Kind::Reference(traversal) => self.reference(traversal),
            Kind::Item => Ok(self.item.cloned().unwrap_or_else(Value::null)),
            Kind::Access(base, steps) => self.access(expr, base, steps),
            Kind::Splat(splat) => self.splat(expr, splat),
            Kind::Call(call) => self.call(expr, call),
            Kind::Conditional(parts) => self.conditional(parts),
            Kind::Chain(first, links) => {
                let mut value = self.evaluate(first)?;
                let mut left: &Expr = first;
                for link in links {
                    let right = self.evaluate(&link.operand)?;
                    value = operate::binary(link.operator, &value, &right)
                        .map_err(|refusal| self.refused(refusal, link.operator, left, &link.operand, expr))?;
                    left = &link.operand;
                }
                Ok(value)
            }
            Kind::Not(inner) => {
                operate::not(&self.evaluate(inner)?).map_err(|reason| self.bad_operand("!", &reason, inner))
            }
            Kind::Negate(inner) => operate::negate(&self.evaluate(inner)?)
                .map_err(|reason| self.bad_operand("-", &reason, inner)),
            Kind::Tuple(elements) => elements
                .iter()
                .map(|element| self.evaluate(element))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::tuple),
            Kind::Object(entries) => self.object(entries),
            Kind::For(expression) => self.for_expression(expression),
            Kind::Parentheses(inner) => self.evaluate(inner),
        }
    }

    /// A problem at an expression, with the values of what the expression refers to.
    pub fn problem(&self, code: Code, summary: &str, at: &Expr) -> Box<Diagnostic> {
        let mut diagnostic = Diagnostic::error(code, summary).at(at.span());
        for (name, statement) in self.involved(at) {
            diagnostic = diagnostic.value(name, statement);
        }
        Box::new(diagnostic)
    }

    fn invalid(&self, summary: &str, detail: impl Into<String>, at: &Expr) -> Box<Diagnostic> {
        Box::new(self.problem(Code::InvalidOperation, summary, at).detail(detail))
    }

    /// What an expression refers to, and what is said of its value.
    fn involved(&self, expr: &Expr) -> Vec<(String, String)> {
        self.referenced(expr).into_iter().map(|(name, value)| (name, statement(&value))).collect()
    }

    fn referenced(&self, expr: &Expr) -> Vec<(String, Value)> {
        let mut seen: Vec<(String, Value)> = Vec::new();
        for traversal in expr.references() {
            let name = traversal.to_string();
            if seen.len() < SHOWN_VALUES
                && seen.iter().all(|(known, _)| *known != name)
                && let Ok(value) = self.reference(traversal)
            {
                seen.push((name, value));
            }
        }
        seen
    }

    fn refused(
        &self,
        refusal: Refusal,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
    ) -> Box<Diagnostic> {
        let symbol = operator.symbol();
        let (at, reason) = match refusal {
            Refusal::Left(reason) => {
                (left, format!("The left operand of `{symbol}` does not fit: {reason}."))
            }
            Refusal::Right(reason) => {
                (right, format!("The right operand of `{symbol}` does not fit: {reason}."))
            }
            Refusal::Both(reason) => (whole, format!("`{symbol}` failed: {reason}.")),
        };
        self.invalid("an operator met a value that it cannot work with", reason, at)
    }

    fn bad_operand(&self, symbol: &str, reason: &str, operand: &Expr) -> Box<Diagnostic> {
        let detail = format!("The operand of `{symbol}` does not fit: {reason}.");
        self.invalid("an operator met a value that it cannot work with", detail, operand)
    }

    fn reference(&self, traversal: &Traversal) -> Evaluated {
        let (value, taken) = match self.bound(&traversal.root) {
            Some(value) => (value.clone(), 0),
            None => self.scope.resolve(&traversal.root, &traversal.steps, traversal.span)?,
        };
        let mut value = value;
        for step in traversal.steps.iter().skip(taken) {
            value = stepped(&value, step)?;
        }
        Ok(value)
    }

    fn access(&self, whole: &Expr, base: &Expr, steps: &[Access]) -> Evaluated {
        let mut value = self.evaluate(base)?;
        for step in steps {
            value = match step {
                Access::Static(step) => stepped(&value, step)?,
                Access::Key(key, span) => {
                    let key = self.evaluate(key)?;
                    operate::index(&value, &key).map_err(|reason| {
                        let mut problem = self.invalid("this index does not fit", reason, whole);
                        problem.span = Some(*span);
                        problem
                    })?
                }
            };
        }
        Ok(value)
    }

    fn splat(&self, whole: &Expr, splat: &Splat) -> Evaluated {
        let source = self.evaluate(&splat.base)?;
        let (source, marks) = source.unmark();
        let ty = source.type_of();
        let is_sequence = matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if let Value::Null(_) = source {
            if is_sequence {
                let mut problem = self.invalid(
                    "a splat on a null sequence",
                    "Splat expressions (with the `*` symbol) cannot be applied to null sequences.",
                    whole,
                );
                problem.span = Some(splat.marker);
                return Err(problem);
            }
            return Ok(Value::tuple([]).with_marks(marks));
        }
        if ty == Type::Any {
            return Ok(Value::unknown(Type::Any).with_marks(marks));
        }
        if !is_sequence {
            return self.splat_on_one(splat, &source, marks);
        }
        let result = if source.is_known() {
            let items: Vec<Value> =
                source.parts().map(|item| self.each(splat, item)).collect::<Result<_, _>>()?;
            match &ty {
                Type::List(element) | Type::Set(element) => self.splat_list(splat, items, element)?,
                _ => Value::tuple(items),
            }
        } else {
            self.splat_on_unknown(splat, &ty)?
        };
        Ok(result.with_marks(marks))
    }

    fn each(&self, splat: &Splat, item: &Value) -> Evaluated {
        Env { item: Some(item), ..*self }.evaluate(&splat.each)
    }

    /// A single value counts as a sequence of one, if it is not null.
    fn splat_on_one(&self, splat: &Splat, source: &Value, marks: Marks) -> Evaluated {
        let result = self.each(splat, &source.clone().with_marks(marks))?;
        if !source.is_known() && !source.is_never_null() {
            return Ok(Value::unknown(Type::Any).with_marks(marks));
        }
        Ok(Value::tuple([result]).with_marks(marks))
    }

    fn splat_list(&self, splat: &Splat, items: Vec<Value>, element: &Type) -> Evaluated {
        let types: Vec<Type> = items.iter().map(Value::type_of).collect();
        let element = match unify(&types) {
            Some(element) => element,
            None => self.each(splat, &Value::unknown(element.clone()))?.type_of(),
        };
        Ok(Value::list(element, items))
    }

    fn splat_on_unknown(&self, splat: &Splat, ty: &Type) -> Evaluated {
        let each = |ty: &Type| self.each(splat, &Value::unknown(ty.clone()));
        if let Type::Tuple(types) = ty {
            let items: Vec<Type> =
                types.iter().map(|ty| each(ty).map(|value| value.type_of())).collect::<Result<_, _>>()?;
            return Ok(Value::unknown(Type::Tuple(items)));
        }
        let element = ty.element().cloned().unwrap_or_default();
        Ok(Value::unknown(Type::list(each(&element)?.type_of())))
    }

    fn conditional(&self, parts: &[Expr; 3]) -> Evaluated {
        let [condition_expr, yes_expr, no_expr] = parts;
        let condition = self.evaluate(condition_expr)?;
        let (yes, no) = (self.evaluate(yes_expr), self.evaluate(no_expr));
        let (condition, marks) = condition.unmark();
        if condition.is_null() {
            let detail = "The condition is null, so it decides nothing.";
            return Err(self.invalid("a condition is null", detail, condition_expr));
        }
        let condition = convert(&condition, &Type::Bool).map_err(|error| {
            let detail = format!("What stands before `?` must be true or false: {error}.");
            self.invalid("a condition has the wrong type", detail, condition_expr)
        })?;
        let yes_type = yes.as_ref().map_or_else(|_| type_in_any_case(yes_expr), Value::type_of);
        let no_type = no.as_ref().map_or_else(|_| type_in_any_case(no_expr), Value::type_of);
        let result_type = common_type(&yes_type, &no_type, &yes, &no).ok_or_else(|| {
            let detail = format!(
                "Both results of a condition must have types that fit together{}.",
                unlike(&yes_type, &no_type)
            );
            self.invalid("the results of a condition do not fit together", detail, yes_expr)
                .related(no_expr.span(), "the second result is here")
        })?;
        // A result that failed does not matter as long as it is not known to be the one.
        let typed = |result: &Evaluated, ty: Type| result.clone().unwrap_or_else(|_| Value::unknown(ty));
        // What is not to be shown of either result would tell of the condition, so it counts for both.
        let shared = [&yes, &no].into_iter().flatten().fold(marks, |all, value| all.union(value.marks()));
        let shared = shared.without(Marks::TYPE_NAME);
        let (value, expr) = match condition {
            Value::Bool(true) => (yes?, yes_expr),
            Value::Bool(false) => (no?, no_expr),
            _ => {
                return Ok(undecided(result_type, &typed(&yes, yes_type), &typed(&no, no_type), marks));
            }
        };
        if value.type_of() == result_type {
            return Ok(value.with_marks(shared));
        }
        let value = convert(&value, &result_type).map_err(|error| {
            let detail = format!("The result cannot become {}: {error}.", result_type.with_article());
            self.invalid("the results of a condition do not fit together", detail, expr)
        })?;
        Ok(value.with_marks(shared))
    }

    fn object(&self, entries: &[(Expr, Expr)]) -> Evaluated {
        let mut object = Object::new();
        let mut marks = Marks::NONE;
        let mut is_known = true;
        for (key_expr, value_expr) in entries {
            if let Some(name) = key_expr.as_traversal() {
                return Err(explain::ambiguous_key(key_expr.span(), &name.to_string()));
            }
            let (key, key_marks) = self.evaluate(key_expr)?.unmark();
            let value = self.evaluate(value_expr)?;
            marks = marks.union(key_marks);
            if key.is_null() {
                return Err(self.invalid("a key is null", "A null value cannot be a key.", key_expr));
            }
            let key = convert(&key, &Type::String).map_err(|error| {
                self.invalid("this key does not fit", format!("A key must be text: {error}."), key_expr)
            })?;
            match key {
                Value::String(key) => {
                    object.insert(key, value);
                }
                _ => is_known = false,
            }
        }
        let result = if is_known { Value::Object(Arc::new(object)) } else { Value::unknown(Type::Any) };
        Ok(result.with_marks(marks))
    }

    fn for_expression(&self, expression: &For) -> Evaluated {
        let (collection, marks) = self.evaluate(&expression.collection)?.unmark();
        let mut result = ForResult { marks, is_known: true, ..ForResult::default() };
        match self.elements(&collection, &expression.collection)? {
            Some(elements) => {
                for (key, value) in elements {
                    self.with_element(&expression.names, &key, &value, |env| {
                        env.for_element(expression, &mut result)
                    })?;
                }
            }
            None => result.is_known = false,
        }
        Ok(result.finish(expression))
    }

    /// The elements that a `for` goes over, with their keys; `None` where they are not known.
    fn elements(
        &self,
        collection: &Value,
        expr: &Expr,
    ) -> Result<Option<Vec<(Value, Value)>>, Box<Diagnostic>> {
        let pairs = |items: &[Value]| {
            items.iter().enumerate().map(|(index, item)| (index.into(), item.clone())).collect()
        };
        match collection {
            Value::Null(_) => {
                let detail = "A null value cannot be used as the collection of a `for`.";
                Err(self.invalid("a `for` over null", detail, expr))
            }
            Value::List(list) => Ok(Some(pairs(&list.items))),
            Value::Tuple(items) => Ok(Some(pairs(items))),
            Value::Set(set) => Ok(Some(set.items.iter().map(|item| (item.clone(), item.clone())).collect())),
            Value::Map(_) | Value::Object(_) => {
                let entries = collection.as_object().into_iter().flatten();
                Ok(Some(entries.map(|(key, item)| (Value::String(key.clone()), item.clone())).collect()))
            }
            Value::Unknown(unknown) if !unknown.ty.is_primitive() => Ok(None),
            other => {
                let detail = format!(
                    "A value of type {} cannot be used as the collection of a `for`.",
                    other.type_of().friendly_name()
                );
                Err(self.invalid("a `for` over something that has no elements", detail, expr))
            }
        }
    }

    fn for_element(&self, expression: &For, result: &mut ForResult) -> Result<(), Box<Diagnostic>> {
        if let Some(condition_expr) = &expression.condition {
            let (condition, marks) = self.evaluate(condition_expr)?.unmark();
            result.marks = result.marks.union(marks);
            if condition.is_null() {
                let detail = "The value of the `if` clause must not be null.";
                return Err(self.invalid("a condition is null", detail, condition_expr));
            }
            let condition = convert(&condition, &Type::Bool).map_err(|error| {
                let detail = format!("What stands after `if` must be true or false: {error}.");
                self.invalid("a condition has the wrong type", detail, condition_expr)
            })?;
            match condition {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(()),
                _ => {
                    result.is_known = false;
                    return Ok(());
                }
            }
        }
        let key = match &expression.key {
            None => None,
            Some(key_expr) => match self.for_key(key_expr, result)? {
                Some(key) => Some((key, key_expr)),
                None => return Ok(()),
            },
        };
        let value = self.evaluate(&expression.value)?;
        match key {
            None => result.list.push(value),
            Some((key, _)) if expression.grouped => result.groups.entry(key).or_default().push(value),
            Some((key, key_expr)) => {
                if result.object.insert(key.clone(), value).is_some() {
                    return Err(self.duplicate_key(&key, key_expr));
                }
            }
        }
        Ok(())
    }

    fn for_key(&self, key_expr: &Expr, result: &mut ForResult) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
        let (key, marks) = self.evaluate(key_expr)?.unmark();
        result.marks = result.marks.union(marks);
        if key.is_null() {
            return Err(self.invalid("a key is null", "The key of a `for` must not be null.", key_expr));
        }
        let key = convert(&key, &Type::String).map_err(|error| {
            self.invalid(
                "this key does not fit",
                format!("The key of a `for` must be text: {error}."),
                key_expr,
            )
        })?;
        if let Value::String(key) = key {
            return Ok(Some(key));
        }
        result.is_known = false;
        Ok(None)
    }

    fn duplicate_key(&self, key: &str, key_expr: &Expr) -> Box<Diagnostic> {
        let detail = format!("Two elements of the collection give the key \"{key}\".");
        let problem = self.invalid("a `for` gives a key twice", detail, key_expr);
        Box::new(problem.hint("to collect all values of a key in a list, write `...` after the value"))
    }

    fn template(&self, parts: &[Part]) -> Evaluated {
        let mut text = Text::new();
        self.append(parts, &mut text)?;
        Ok(text.finish())
    }

    fn append(&self, parts: &[Part], text: &mut Text) -> Result<(), Box<Diagnostic>> {
        for part in parts {
            match part {
                Part::Text(literal) => text.push(literal),
                Part::Value(expr) => {
                    let value = self.evaluate(expr)?;
                    self.append_value(&value, expr, text)?;
                }
                Part::If { condition, yes, no } => self.append_if(condition, yes, no, text)?,
                Part::For { names, collection: expr, body } => {
                    let (collection, marks) = self.evaluate(expr)?.unmark();
                    text.marks = text.marks.union(marks);
                    match self.elements(&collection, expr)? {
                        None => text.is_known = false,
                        Some(elements) => {
                            for (key, value) in elements {
                                self.with_element(names, &key, &value, |env| env.append(body, text))?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn append_value(&self, value: &Value, expr: &Expr, text: &mut Text) -> Result<(), Box<Diagnostic>> {
        let (value, marks) = value.unmark();
        if marks.contains(Marks::TYPE_NAME) {
            return Err(misused_type(expr));
        }
        text.marks = text.marks.union(marks);
        if value.is_null() {
            let detail = "The expression is null, and null cannot become a part of a text.";
            return Err(self.invalid("a null value in a template", detail, expr));
        }
        let value = convert(&value, &Type::String).map_err(|error| {
            let detail = format!("The value cannot become a part of a text: {error}.");
            self.invalid("this value cannot be part of a template", detail, expr)
        })?;
        match &value {
            Value::String(string) => text.push(string),
            Value::Unknown(unknown) => {
                text.push(unknown.refinement.prefix.as_deref().unwrap_or_default());
                text.is_known = false;
            }
            _ => text.is_known = false,
        }
        Ok(())
    }

    fn append_if(
        &self,
        condition_expr: &Expr,
        yes: &[Part],
        no: &[Part],
        text: &mut Text,
    ) -> Result<(), Box<Diagnostic>> {
        let (condition, marks) = self.evaluate(condition_expr)?.unmark();
        text.marks = text.marks.union(marks);
        if condition.is_null() {
            let detail = "The condition is null, so it decides nothing.";
            return Err(self.invalid("a condition is null", detail, condition_expr));
        }
        let condition = convert(&condition, &Type::Bool).map_err(|error| {
            let detail = format!("What stands after `if` must be true or false: {error}.");
            self.invalid("a condition has the wrong type", detail, condition_expr)
        })?;
        match condition {
            Value::Bool(true) => self.append(yes, text),
            Value::Bool(false) => self.append(no, text),
            _ => {
                text.is_known = false;
                Ok(())
            }
        }
    }

    fn call(&self, whole: &Expr, call: &Call) -> Evaluated {
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        let known = functions::find(name).filter(|_| name != "type" || self.scope.is_console());
        let Some(function) = known else {
            let known = functions::names();
            let problem = Diagnostic::error(Code::UnknownFunction, "this function is not known")
                .at(call.name_span)
                .detail(format!("There is no function named `{}`.", call.name));
            return Err(Box::new(problem.suggest(nearest(name, known))));
        };
        functions::call(function, self, whole, call)
    }
}

/// What a `for` has come to.
#[derive(Default)]
struct ForResult {
    list: Vec<Value>,
    object: Object,
    groups: BTreeMap<Arc<str>, Vec<Value>>,
    marks: Marks,
    is_known: bool,
}

impl ForResult {
    fn finish(self, expression: &For) -> Value {
        let value = if !self.is_known {
            Value::unknown(Type::Any)
        } else if expression.key.is_none() {
            Value::tuple(self.list)
        } else if expression.grouped {
            Value::object(self.groups.into_iter().map(|(key, values)| (key, Value::tuple(values))))
        } else {
            Value::Object(Arc::new(self.object))
        };
        value.with_marks(self.marks)
    }
}

/// A text that grows, and stops growing at the first part that is not known.
struct Text {
    known: String,
    is_known: bool,
    marks: Marks,
}

impl Text {
    fn new() -> Self {
        Self { known: String::new(), is_known: true, marks: Marks::NONE }
    }

    fn push(&mut self, text: &str) {
        if self.is_known {
            self.known.push_str(text);
        }
    }

    fn finish(mut self) -> Value {
        if self.is_known {
            return Value::string(self.known).with_marks(self.marks);
        }
        let mut end = self.known.len().min(KEPT_PREFIX);
        while !self.known.is_char_boundary(end) {
            end -= 1;
        }
        self.known.truncate(end);
        let prefix = (!self.known.is_empty()).then(|| self.known.into());
        Value::refined(Type::String, Refinement { not_null: true, prefix, ..Refinement::default() })
            .with_marks(self.marks)
    }
}

/// The type that an expression has even where it has no value: the other result must still fit it.
fn type_in_any_case(expr: &Expr) -> Type {
    match &expr.kind {
        Kind::Template(_) => Type::String,
        Kind::Not(_) => Type::Bool,
        Kind::Negate(_) => Type::Number,
        Kind::Chain(_, links) => match links.last() {
            Some(link) if link.operator.precedence() < Operator::Add.precedence() => Type::Bool,
            _ => Type::Number,
        },
        Kind::Parentheses(inner) => type_in_any_case(inner),
        _ => Type::Any,
    }
}

/// The type of both results; null of no type takes the other's.
fn common_type(yes_type: &Type, no_type: &Type, yes: &Evaluated, no: &Evaluated) -> Option<Type> {
    let is_plain_null =
        |result: &Evaluated| matches!(result, Ok(value) if *value.unmarked() == Value::null());
    if is_plain_null(yes) {
        return Some(no_type.clone());
    }
    if is_plain_null(no) {
        return Some(yes_type.clone());
    }
    if *yes_type == Type::Any || *no_type == Type::Any {
        return Some(Type::Any);
    }
    unify(&[yes_type.clone(), no_type.clone()])
}

/// Where two types that cannot be one begin to differ, and how.
fn unlike(first: &Type, second: &Type) -> String {
    let mut path = String::new();
    let (mut left, mut right) = (first, second);
    while let Some((step, inner_left, inner_right)) = deeper(left, right) {
        path.push_str(&step);
        (left, right) = (inner_left, inner_right);
    }
    let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
    match (left, right) {
        (Type::Tuple(left), Type::Tuple(right)) => format!(
            ", and{place} the first has {} elements of different types, the second has {}",
            left.len(),
            right.len()
        ),
        (Type::Object(left), Type::Object(right)) => {
            let only = |these: &BTreeMap<Arc<str>, Type>, those: &BTreeMap<Arc<str>, Type>| {
                these.keys().find(|name| !those.contains_key(*name)).map(|name| format!("`{name}`"))
            };
            let nothing = || "nothing".to_owned();
            format!(
                ", and{place} only the first has {}, only the second has {}",
                only(left, right).unwrap_or_else(nothing),
                only(right, left).unwrap_or_else(nothing)
            )
        }
        _ => format!(": the first is{place} {}, the second is {}", left.with_article(), right.with_article()),
    }
}

/// The first parts of two types of one shape that cannot be one type.
fn deeper<'t>(left: &'t Type, right: &'t Type) -> Option<(String, &'t Type, &'t Type)> {
    let differ = |left: &Type, right: &Type| unify(&[left.clone(), right.clone()]).is_none();
    match (left, right) {
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            let (index, (left, right)) = pairs.find(|(_, (left, right))| differ(left, right))?;
            Some((format!("[{index}]"), left, right))
        }
        (Type::Object(left), Type::Object(right)) if left.keys().eq(right.keys()) => {
            let mut pairs = left.iter().zip(right.values());
            let ((name, left), right) = pairs.find(|((_, left), right)| differ(left, right))?;
            Some((format!(".{name}"), left, right))
        }
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => Some(("[...]".to_owned(), left, right)),
        _ => None,
    }
}

/// One of two values, it is not known which.
fn undecided(ty: Type, yes: &Value, no: &Value, marks: Marks) -> Value {
    let marks = marks.union(operate::united([yes, no]));
    let (yes, no) = (yes.unmarked(), no.unmarked());
    if yes.is_null() && no.is_null() {
        return Value::null_of(ty).with_marks(marks);
    }
    operate::one_of_two(ty, yes, no).with_marks(marks)
}

/// One static step from a value to a part of it.
fn stepped(value: &Value, step: &Step) -> Evaluated {
    match step {
        Step::Attribute(name, span) => {
            operate::attribute(value, name).map_err(|reason| missing_attribute(value, name, reason, *span))
        }
        Step::Index(key, span) => operate::index(value, key).map_err(|reason| {
            let problem = Diagnostic::error(Code::InvalidOperation, "this index does not fit");
            Box::new(problem.at(*span).detail(reason))
        }),
    }
}

fn missing_attribute(value: &Value, name: &str, reason: String, span: Span) -> Box<Diagnostic> {
    let problem =
        Diagnostic::error(Code::InvalidOperation, "this attribute does not exist").at(span).detail(reason);
    let known = value.as_object().into_iter().flatten().map(|(name, _)| name.as_ref());
    Box::new(problem.suggest(nearest(name, known)))
}

/// What is said of a value beside an error: never more than a line, and nothing of a sensitive one.
pub fn statement(value: &Value) -> String {
    if value.marks_deep().contains(Marks::SENSITIVE) {
        return "is a (sensitive value)".to_owned();
    }
    if value.marks().contains(Marks::EPHEMERAL) {
        return "is an (ephemeral value)".to_owned();
    }
    let count = |kind: &str, items: usize| {
        format!("is {kind} with {items} {}", if items == 1 { "element" } else { "elements" })
    };
    let ty = value.type_of();
    match value.unmarked() {
        Value::Null(_) => "is null".to_owned(),
        Value::String(text) if text.chars().count() > 60 => {
            let start: String = text.chars().take(57).collect();
            format!("is {:?}", start + "...")
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => format!("is {value}"),
        Value::Unknown(_) if ty == Type::Any => "will be known after apply".to_owned(),
        Value::Unknown(_) => format!("is {}, known after apply", ty.with_article()),
        Value::Object(object) => {
            let attributes = object.len();
            format!(
                "is an object with {attributes} {}",
                if attributes == 1 { "attribute" } else { "attributes" }
            )
        }
        other => count(&ty.with_article(), other.parts().count()),
    }
}
