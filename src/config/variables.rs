//! The values of variables: from the environment, from files, from the command line, in Terraform's order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declared::{Config, VariableBlock};
use super::json::parse_values;
use crate::lang::{self, Attribute, Expr};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Severity, Sources, Span, nearest};
use crate::model::types::TypeConstraint;
use crate::model::value::{Marks, Value};

/// Where values come from; later entries win over earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Names and texts from `TF_VAR_x` and `BACKFORM_VAR_x`, without the prefix. Names that no variable has are
    /// left alone: the environment is shared with other programs.
    pub environment: Vec<(String, String)>,
    /// Files that load by themselves. Names that no variable has are worth a warning.
    pub files: Vec<FileId>,
    /// What the command line says, in its order. Names that no variable has are errors.
    pub command_line: Vec<Input>,
    /// Values that a saved plan was made with; these win over all others.
    pub saved: BTreeMap<Arc<str>, Value>,
}

/// One `--var` or `--var-file`.
#[derive(Clone, Debug)]
pub enum Input {
    /// `NAME=VALUE`
    Pair {
        /// The variable.
        name: String,
        /// The text of its value, also a source of its own for messages.
        text: FileId,
    },
    /// A file with `NAME = VALUE` lines.
    File(FileId),
    /// `NAME = VALUE` in a block of a test.
    Argument(Attribute),
}

/// A value that somebody gave, before its variable's type is known.
enum Given {
    /// Text that is the value itself, or an expression where the variable has a type that is not text.
    Text {
        text: Arc<str>,
        file: Option<FileId>,
    },
    Expression(Expr),
}

/// The value of every variable, converted and marked. A variable with a problem is unknown.
pub fn values(
    config: &Config,
    sources: &Sources,
    inputs: &Inputs,
) -> (BTreeMap<Arc<str>, Value>, Diagnostics) {
    let mut reader = Reader { config, sources, given: BTreeMap::new(), problems: Diagnostics::default() };
    for (name, text) in &inputs.environment {
        if config.variables.contains_key(name.as_str()) {
            reader.given.insert(name.as_str().into(), Given::Text { text: text.as_str().into(), file: None });
        }
    }
    for file in &inputs.files {
        reader.file(*file, false);
    }
    for input in &inputs.command_line {
        match input {
            Input::File(file) => reader.file(*file, true),
            Input::Pair { name, text } => reader.pair(name, *text),
            Input::Argument(argument) => reader.argument(argument.clone(), Severity::Error),
        }
    }
    let mut values = BTreeMap::new();
    for (name, block) in &config.variables {
        let saved = inputs.saved.get(name).cloned();
        let value = saved.unwrap_or_else(|| reader.value(name, block));
        values.insert(name.clone(), value);
    }
    (values, reader.problems)
}

/// All variables with the marks that they give and no values: what holds for them holds for any.
pub fn unknown_values(config: &Config) -> BTreeMap<Arc<str>, Value> {
    let unknown = |block: &VariableBlock| Value::unknown(block.constraint.to_type()).with_marks(marks(block));
    config.variables.iter().map(|(name, block)| (name.clone(), unknown(block))).collect()
}

fn marks(block: &VariableBlock) -> Marks {
    let sensitive = if block.sensitive { Marks::SENSITIVE } else { Marks::NONE };
    sensitive.union(if block.ephemeral { Marks::EPHEMERAL } else { Marks::NONE })
}

struct Reader<'a> {
    config: &'a Config,
    sources: &'a Sources,
    given: BTreeMap<Arc<str>, Given>,
    problems: Diagnostics,
}

impl Reader<'_> {
    fn file(&mut self, file: FileId, named: bool) {
        let (body, problems) = parse_values(self.sources, file);
        self.problems.extend(problems);
        for block in &body.blocks {
            self.problems.push(
                Diagnostic::error(Code::UnknownBlock, "a file of values holds no blocks")
                    .at(block.header_span)
                    .detail("Each line gives one variable its value: `NAME = VALUE`."),
            );
        }
        let severity = if named { Severity::Error } else { Severity::Warning };
        for attribute in body.attributes {
            self.argument(attribute, severity);
        }
    }

    /// Takes in one value; `severity` is how bad it is that nobody declares its variable.
    fn argument(&mut self, argument: Attribute, severity: Severity) {
        if self.config.variables.contains_key(&argument.name) {
            self.given.insert(argument.name, Given::Expression(argument.expr));
        } else {
            let diagnostic = self.undeclared(&argument.name).at(argument.name_span);
            self.problems.push(Diagnostic { severity, ..diagnostic });
        }
    }

    fn pair(&mut self, name: &str, text: FileId) {
        if !self.config.variables.contains_key(name) {
            let diagnostic = self.undeclared(name);
            self.problems.push(diagnostic);
            return;
        }
        let Some(source) = self.sources.file(text) else { return };
        self.given.insert(name.into(), Given::Text { text: source.text.clone(), file: Some(text) });
    }

    fn undeclared(&self, name: &str) -> Diagnostic {
        Diagnostic::error(Code::UnknownReference, "a value is given for a variable that is not declared")
            .detail(format!("No `variable` block has the name `{name}`."))
            .suggest(nearest(name, self.config.variables.keys().map(|known| &**known)))
    }

    fn value(&mut self, name: &Arc<str>, block: &VariableBlock) -> Value {
        let found = match self.given.remove(name) {
            Some(given) => self.given_value(name, block, &given),
            None => match &block.default {
                Some(default) => self.evaluated(default),
                None => {
                    self.problems.push(
                        Diagnostic::error(Code::MissingVariable, "a variable has no value")
                            .at(block.span)
                            .detail(format!("`{name}` has no default, so its value must be given."))
                            .hint(format!("add `--var '{name}=...'`, set BACKFORM_VAR_{name}, or write it in a `*.auto.vars.hcl` file")),
                    );
                    None
                }
            },
        };
        let Some((value, span)) = found else { return Value::unknown(block.constraint.to_type()) };
        accepted(name, block, value, span, &mut self.problems)
    }

    fn evaluated(&mut self, expr: &Expr) -> Option<(Value, Option<Span>)> {
        constant(expr, &mut self.problems)
    }

    fn given_value(
        &mut self,
        name: &str,
        block: &VariableBlock,
        given: &Given,
    ) -> Option<(Value, Option<Span>)> {
        match given {
            Given::Expression(expr) => self.evaluated(expr),
            Given::Text { text, file } => {
                let span = file.map(|file| Span::new(file, 0, text.len()));
                let literal = matches!(block.constraint, TypeConstraint::String | TypeConstraint::Any);
                if literal {
                    return Some((Value::string(text), span));
                }
                let Some(file) = file else { return self.environment_value(name, block, text) };
                match lang::parse_expression(*file, text) {
                    Ok(expr) => self.evaluated(&expr),
                    Err(problems) => {
                        self.problems.extend(problems);
                        None
                    }
                }
            }
        }
    }

    /// A text from the environment has no place that could be shown; its problems point at the variable.
    fn environment_value(
        &mut self,
        name: &str,
        block: &VariableBlock,
        text: &str,
    ) -> Option<(Value, Option<Span>)> {
        let value =
            lang::parse_expression(block.span.file, text).ok().and_then(|expr| lang::constant(&expr).ok());
        if value.is_none() {
            self.problems.push(
                Diagnostic::error(Code::InvalidArgument, "a value from the environment cannot be read")
                    .at(block.span)
                    .detail(format!(
                        "`{name}` is not a text, so the environment must hold an expression for it."
                    ))
                    .hint("lists and maps are written as in HCL: `[\"a\", \"b\"]`"),
            );
        }
        value.map(|value| (value, None))
    }
}

/// The value of an expression that can refer to nothing, with its place.
fn constant(expr: &Expr, problems: &mut Diagnostics) -> Option<(Value, Option<Span>)> {
    match lang::constant(expr) {
        Ok(value) => Some((value, Some(expr.span()))),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// The default of a variable, where it has one, with its place.
pub fn default(block: &VariableBlock, problems: &mut Diagnostics) -> Option<(Value, Option<Span>)> {
    block.default.as_ref().and_then(|default| constant(default, problems))
}

/// A given value as the variable takes it: converted, with defaults filled in and marked. Unknown where it does not
/// fit.
pub fn accepted(
    name: &str,
    block: &VariableBlock,
    value: Value,
    span: Option<Span>,
    problems: &mut Diagnostics,
) -> Value {
    let value = match without_null(name, block, value, span) {
        Ok(value) => value,
        Err(problem) => {
            problems.push(*problem);
            return Value::unknown(block.constraint.to_type());
        }
    };
    match block.constraint.apply(&value) {
        Ok(value) => value.with_marks(marks(block)),
        Err(error) => {
            let problem = Diagnostic::error(Code::InvalidType, "this value has the wrong type")
                .at(span.unwrap_or(block.span))
                .detail(format!("the variable `{name}` does not accept it: {error}."));
            problems.push(declared_here(problem, block, span));
            Value::unknown(block.constraint.to_type())
        }
    }
}

/// As in Terraform: with `nullable = false`, null stands for the default.
fn without_null(
    name: &str,
    block: &VariableBlock,
    value: Value,
    span: Option<Span>,
) -> Result<Value, Box<Diagnostic>> {
    if block.nullable || !value.is_null() {
        return Ok(value);
    }
    match &block.default {
        Some(default) => lang::constant(default).map_err(Box::new),
        None => {
            let problem = Diagnostic::error(Code::InvalidArgument, "this variable cannot be null")
                .at(span.unwrap_or(block.span))
                .detail(format!("`{name}` is declared with `nullable = false`."));
            Err(Box::new(declared_here(problem, block, span)))
        }
    }
}

/// Shows the variable beside the value that it does not take, where they stand in different places.
fn declared_here(problem: Diagnostic, block: &VariableBlock, span: Option<Span>) -> Diagnostic {
    let elsewhere =
        span.is_some_and(|span| block.default.as_ref().is_none_or(|default| default.span() != span));
    if elsewhere { problem.related(block.span, "the variable") } else { problem }
}
