//! The functions of the language: a table of entries, and the one way in which all of them are called.
//!
//! An entry says which arguments a function takes and what becomes of null, unknown and marked ones; what is common
//! to all calls (conversion, marks, unknown results) happens here, so an entry's code sees only what it asked for.

mod collections;
mod csv;
mod dates;
mod encodings;
mod files;
mod format;
mod hashes;
mod json;
mod lists;
mod maps;
mod network;
mod numbers;
mod patterns;
mod regexes;
mod sets;
mod strings;
mod templates;
mod types;
mod yaml_decode;
mod yaml_encode;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::lang::convert::{ConvertError, convert};
use crate::lang::evaluate::{Env, Evaluated, misused_type, statement};
use crate::lang::expr::{Call, Expr};
use crate::lang::scope::Scope;
use crate::model::diagnostic::{Code, Diagnostic};
use crate::model::number::Number;
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

/// One function.
pub(super) struct Function {
    name: &'static str,
    parameters: &'static [Parameter],
    /// What further arguments are, where any number of them can follow.
    rest: Option<Parameter>,
    returns: Kind,
    run: Run,
}

enum Run {
    /// Runs on values.
    Eager(fn(&Args) -> Outcome),
    /// Runs on expressions, and may leave some alone.
    Lazy(fn(&Env, &Expr, &Call) -> Evaluated),
}

/// One argument of a function.
#[derive(Clone, Copy)]
struct Parameter {
    name: &'static str,
    kind: Kind,
    takes_null: bool,
    unknown: Unknowns,
    takes_marks: bool,
}

/// What becomes of an argument that is not known.
#[derive(Clone, Copy, PartialEq)]
enum Unknowns {
    /// The result is not known if the argument is not.
    Stop,
    /// The result is not known if any part of the argument is not.
    StopDeep,
    /// The function can work with it.
    Take,
}

/// A type that can be written in a constant.
#[derive(Clone, Copy)]
enum Kind {
    Any,
    Bool,
    Number,
    String,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
}

impl Kind {
    fn to_type(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(element) => Type::list(element.to_type()),
            Self::Set(element) => Type::set(element.to_type()),
            Self::Map(element) => Type::map(element.to_type()),
        }
    }
}

impl Function {
    const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        returns: Kind,
        run: fn(&Args) -> Outcome,
    ) -> Self {
        Self { name, parameters, rest: None, returns, run: Run::Eager(run) }
    }

    const fn lazy(name: &'static str, run: fn(&Env, &Expr, &Call) -> Evaluated) -> Self {
        Self { name, parameters: &[], rest: None, returns: Kind::Any, run: Run::Lazy(run) }
    }

    const fn rest(mut self, parameter: Parameter) -> Self {
        self.rest = Some(parameter);
        self
    }

    fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.rest.as_ref())
    }
}

impl Parameter {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, takes_null: false, unknown: Unknowns::Stop, takes_marks: false }
    }

    const fn string(name: &'static str) -> Self {
        Self::new(name, Kind::String)
    }

    const fn number(name: &'static str) -> Self {
        Self::new(name, Kind::Number)
    }

    const fn any(name: &'static str) -> Self {
        Self::new(name, Kind::Any)
    }

    const fn null(mut self) -> Self {
        self.takes_null = true;
        self
    }

    const fn unknown(mut self) -> Self {
        self.unknown = Unknowns::Take;
        self
    }

    const fn known_deep(mut self) -> Self {
        self.unknown = Unknowns::StopDeep;
        self
    }

    const fn marked(mut self) -> Self {
        self.takes_marks = true;
        self
    }
}

/// A function's result, or what is wrong with its arguments.
type Outcome = Result<Value, Failure>;

/// What is wrong with a call.
#[derive(Debug)]
struct Failure {
    /// The argument at fault, where it is one alone.
    argument: Option<usize>,
    message: String,
}

impl Failure {
    fn at(argument: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(argument), message: message.into() }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self { argument: None, message }
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::from(message.to_owned())
    }
}

impl From<ConvertError> for Failure {
    fn from(error: ConvertError) -> Self {
        Self::from(error.to_string())
    }
}

/// The arguments of a call, converted to what the function takes.
struct Args<'a> {
    values: Vec<Value>,
    env: &'a Env<'a>,
}

impl Args<'_> {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn value(&self, index: usize) -> &Value {
        &self.values[index]
    }

    /// Text that the parameter's type promises.
    fn text(&self, index: usize) -> &str {
        self.values[index].as_str().expect("the call converted this argument to a string")
    }

    /// A number that the parameter's type promises.
    fn number(&self, index: usize) -> &Number {
        self.values[index].as_number().expect("the call converted this argument to a number")
    }

    /// A whole number of a moderate size.
    fn integer(&self, index: usize) -> Result<i64, Failure> {
        let number = self.number(index);
        if !number.is_whole() {
            return Err(Failure::at(index, "value must be a whole number"));
        }
        number.to_i64().ok_or_else(|| Failure::at(index, "value is too large"))
    }

    /// The elements of a sequence.
    fn items(&self, index: usize) -> &[Value] {
        self.values[index].as_slice().unwrap_or_default()
    }

    fn scope(&self) -> &dyn Scope {
        self.env.scope
    }
}

/// All functions by name.
static TABLE: LazyLock<BTreeMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let families: &[&'static [Function]] = &[
        collections::FUNCTIONS,
        csv::FUNCTIONS,
        dates::FUNCTIONS,
        encodings::FUNCTIONS,
        files::FUNCTIONS,
        format::FUNCTIONS,
        hashes::FUNCTIONS,
        json::FUNCTIONS,
        lists::FUNCTIONS,
        maps::FUNCTIONS,
        network::FUNCTIONS,
        numbers::FUNCTIONS,
        regexes::FUNCTIONS,
        sets::FUNCTIONS,
        strings::FUNCTIONS,
        templates::FUNCTIONS,
        types::FUNCTIONS,
        yaml_decode::FUNCTIONS,
        yaml_encode::FUNCTIONS,
    ];
    families.iter().flat_map(|family| family.iter()).map(|function| (function.name, function)).collect()
});

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    TABLE.get(name).copied()
}

/// The names of all functions, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.keys().copied()
}

/// The value of a call.
pub(super) fn call(function: &'static Function, env: &Env, whole: &Expr, call: &Call) -> Evaluated {
    match function.run {
        Run::Lazy(run) => run(env, whole, call),
        Run::Eager(run) => Caller { function, env, whole, call }.run(run),
    }
}

/// The arguments as they were written, the last one spread where that was asked for; `None` where it is unknown.
fn given(env: &Env, whole: &Expr, call: &Call) -> Result<Option<Vec<Value>>, Box<Diagnostic>> {
    let mut values: Vec<Value> =
        call.arguments.iter().map(|argument| env.evaluate(argument)).collect::<Result<_, _>>()?;
    if !call.spread {
        return Ok(Some(values));
    }
    let Some(last) = values.pop() else { return Ok(Some(values)) };
    let (last, marks) = last.unmark();
    let refused = |reason: &str| {
        let at = call.arguments.last().unwrap_or(whole);
        Box::new(env.problem(Code::FunctionCall, "this argument cannot be spread", at).detail(reason))
    };
    match &last {
        Value::Null(_) => Err(refused("The argument before `...` is null.")),
        Value::Unknown(_) => Ok(None),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            values.extend(last.parts().map(|item| item.clone().with_marks(marks)));
            Ok(Some(values))
        }
        _ => Err(refused("The argument before `...` must be a list, a set or a tuple.")),
    }
}

/// A call on its way from expressions to a value.
struct Caller<'a> {
    function: &'static Function,
    env: &'a Env<'a>,
    whole: &'a Expr,
    call: &'a Call,
}

impl Caller<'_> {
    fn run(&self, run: fn(&Args) -> Outcome) -> Evaluated {
        let Some(given) = given(self.env, self.whole, self.call)? else {
            return Ok(Value::unknown(Type::Any));
        };
        self.check_count(given.len())?;
        let mut values = Vec::with_capacity(given.len());
        let mut marks = Marks::NONE;
        let mut is_known = true;
        for (index, value) in given.into_iter().enumerate() {
            let parameter = self.function.parameter(index).expect("the count was checked");
            let value = self.converted(index, &value, parameter)?;
            let value = if parameter.takes_marks {
                value
            } else {
                let (value, found) = value.unmark_deep();
                marks = marks.union(found);
                value
            };
            if marks.contains(Marks::TYPE_NAME) {
                return Err(misused_type(self.argument(index)));
            }
            is_known &= match parameter.unknown {
                Unknowns::Stop => value.is_known(),
                Unknowns::StopDeep => value.is_wholly_known(),
                Unknowns::Take => true,
            };
            values.push(value);
        }
        if !is_known {
            return Ok(Value::unknown_not_null(self.function.returns.to_type()).with_marks(marks));
        }
        let args = Args { values, env: self.env };
        run(&args).map(|value| value.with_marks(marks)).map_err(|failure| self.failed(&failure, &args))
    }

    fn check_count(&self, count: usize) -> Result<(), Box<Diagnostic>> {
        let expected = self.function.parameters.len();
        let name = self.function.name;
        let amount =
            |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        if count < expected {
            let missing = self.function.parameters[count].name;
            let least = if self.function.rest.is_some() { "at least " } else { "" };
            return Err(wrong_count(
                "too few arguments",
                format!("`{name}` takes {least}{}, and `{missing}` is missing.", amount(expected)),
                self.whole,
            ));
        }
        if count > expected && self.function.rest.is_none() {
            let at = self.call.arguments.get(expected).unwrap_or(self.whole);
            let detail = format!("`{name}` takes {} and no more.", amount(expected));
            return Err(wrong_count("too many arguments", detail, at));
        }
        Ok(())
    }

    fn converted(&self, index: usize, value: &Value, parameter: &Parameter) -> Evaluated {
        let value = convert(value, &parameter.kind.to_type())
            .map_err(|error| self.refused(index, &error.to_string()))?;
        if value.is_null() && !parameter.takes_null {
            return Err(self.refused(index, "argument must not be null"));
        }
        Ok(value)
    }

    fn argument(&self, index: usize) -> &Expr {
        self.call.arguments.get(index).or(self.call.arguments.last()).unwrap_or(self.whole)
    }

    fn refused(&self, index: usize, reason: &str) -> Box<Diagnostic> {
        let parameter = self.function.parameter(index).map_or("", |parameter| parameter.name);
        let detail =
            format!("The argument `{parameter}` of `{}` does not fit: {reason}.", self.function.name);
        let problem =
            self.env.problem(Code::FunctionCall, "this argument does not fit", self.argument(index));
        Box::new(problem.detail(detail))
    }

    fn failed(&self, failure: &Failure, args: &Args) -> Box<Diagnostic> {
        if let Some(index) = failure.argument {
            return self.refused(index, &failure.message);
        }
        let name = self.function.name;
        let mut problem =
            self.env.problem(Code::FunctionCall, "a function cannot work with its arguments", self.whole);
        if problem.values.is_empty()
            && let [value] = args.values.as_slice()
        {
            *problem = problem.value("the argument", statement(value));
        }
        Box::new(problem.detail(format!("`{name}` failed: {}.", failure.message)))
    }
}

fn wrong_count(summary: &str, detail: String, at: &Expr) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::FunctionCall, summary).at(at.span()).detail(detail))
}

/// Text of a result.
#[expect(clippy::unnecessary_wraps, reason = "most functions end with it, and their entries may refuse")]
fn text(text: impl AsRef<str>) -> Outcome {
    Ok(Value::string(text))
}

/// A list of strings.
fn strings(items: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    Value::list(Type::String, items.into_iter().map(Value::string))
}

/// The name as a map's key.
fn key(name: &str) -> Arc<str> {
    name.into()
}
