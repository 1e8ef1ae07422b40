//! `templatefile` and `templatestring`: templates with names of their own.

use super::Function;
use crate::lang::evaluate::{Env, Evaluated};
use crate::lang::expr::{Call, Expr, Step};
use crate::lang::parse_template;
use crate::lang::scope::{Files, Scope};
use crate::lang::token::is_identifier_start;
use crate::model::diagnostic::{Code, Diagnostic, FileId, Sources, Span};
use crate::model::types::Type;
use crate::model::value::{Object, Value};

pub(super) const FUNCTIONS: &[Function] =
    &[Function::lazy("templatefile", templatefile), Function::lazy("templatestring", templatestring)];

/// The names that a template can use, and everything else as around it.
struct Names<'a> {
    variables: &'a Object,
    outer: &'a dyn Scope,
}

impl Scope for Names<'_> {
    fn resolve(&self, root: &str, _steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        match self.variables.get(root) {
            Some(value) => Ok((value.clone(), 0)),
            None => Err(Diagnostic::error(Code::UnknownReference, "a name that the template was not given")
                .at(span)
                .detail(format!("The variables of the template do not contain the key \"{root}\"."))),
        }
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

/// One call of either function.
struct Rendering<'a> {
    env: &'a Env<'a>,
    function: &'static str,
    whole: &'a Expr,
    source: &'a Expr,
    variables: &'a Expr,
}

fn templatefile(env: &Env, whole: &Expr, call: &Call) -> Evaluated {
    let rendering = Rendering::new(env, "templatefile", whole, call)?;
    let (path, marks) = rendering.text()?;
    let Some(path) = path else { return Ok(Value::unknown(Type::Any).with_marks(marks)) };
    let bytes = env.scope.files().read(&path).map_err(|reason| {
        rendering.refused(format!("`{path}` cannot be read: {reason}."), rendering.source)
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        rendering.refused(format!("The contents of `{path}` are not valid UTF-8."), rendering.source)
    })?;
    rendering.rendered(&path, &text).map(|value| value.with_marks(marks))
}

fn templatestring(env: &Env, whole: &Expr, call: &Call) -> Evaluated {
    let rendering = Rendering::new(env, "templatestring", whole, call)?;
    if !rendering.source.is_reference() {
        let advice = "The template must be a reference to a text that comes from elsewhere: a literal text is a \
                      template already.";
        return Err(rendering.refused(advice, rendering.source));
    }
    let (text, marks) = rendering.text()?;
    let Some(text) = text else { return Ok(Value::unknown(Type::String).with_marks(marks)) };
    let value = rendering.rendered("the template", &text)?;
    let value = crate::lang::convert::convert(&value, &Type::String)
        .map_err(|error| rendering.refused(format!("The result is no text: {error}."), rendering.source))?;
    Ok(value.with_marks(marks))
}

impl<'a> Rendering<'a> {
    fn new(
        env: &'a Env<'a>,
        function: &'static str,
        whole: &'a Expr,
        call: &'a Call,
    ) -> Result<Self, Box<Diagnostic>> {
        let [source, variables] = call.arguments.as_slice() else {
            return Err(Box::new(
                Diagnostic::error(Code::FunctionCall, "wrong number of arguments")
                    .at(whole.span())
                    .detail(format!("`{function}` takes two arguments: the template and its variables.")),
            ));
        };
        let rendering = Self { env, function, whole, source, variables };
        if env.is_in_template {
            return Err(rendering.refused("Templates cannot render further templates.", whole));
        }
        Ok(rendering)
    }

    fn refused(&self, detail: impl Into<String>, at: &Expr) -> Box<Diagnostic> {
        let problem = self.env.problem(Code::FunctionCall, "a template cannot be rendered", at);
        Box::new(problem.detail(detail))
    }

    /// The first argument as text; `None` where it is not known.
    fn text(&self) -> Result<(Option<String>, crate::model::value::Marks), Box<Diagnostic>> {
        let (value, marks) = self.env.evaluate(self.source)?.unmark_deep();
        let value = crate::lang::convert::convert(&value, &Type::String).map_err(|error| {
            self.refused(format!("The first argument must be text: {error}."), self.source)
        })?;
        if value.is_null() {
            return Err(self.refused("The first argument must not be null.", self.source));
        }
        Ok((value.as_str().map(str::to_owned), marks))
    }

    /// The template's value with the variables that it is given.
    fn rendered(&self, name: &str, text: &str) -> Evaluated {
        let (variables, marks) = self.env.evaluate(self.variables)?.unmark();
        if !variables.is_known() {
            return Ok(Value::unknown(Type::Any).with_marks(marks));
        }
        let Some(variables) = variables.as_object() else {
            return Err(self.refused("The variables must be a map.", self.variables));
        };
        if let Some(wrong) = variables.keys().find(|name| !is_variable_name(name)) {
            let detail = format!(
                "The variable name {wrong:?} must begin with a letter and go on with letters, digits and underscores."
            );
            return Err(self.refused(detail, self.variables));
        }
        let file = FileId(u32::MAX);
        let template = parse_template(file, text).map_err(|problems| {
            let first = problems.into_iter().next();
            first.map_or_else(
                || self.refused("It is not a template.", self.whole),
                |problem| self.inside(name, text, &problem),
            )
        })?;
        let names = Names { variables, outer: self.env.scope };
        if let Some(unknown) =
            template.references().into_iter().find(|reference| !variables.contains_key(&reference.root))
        {
            let problem = names.resolve(&unknown.root, &[], unknown.span).err();
            if let Some(problem) = problem {
                return Err(self.inside(name, text, &problem));
            }
        }
        let inner = Env::in_template(&names);
        let value = inner.evaluate(&template).map_err(|problem| self.inside(name, text, &problem))?;
        Ok(value.with_marks(marks))
    }

    /// A problem within the template, told at the call with the template's own line and column.
    fn inside(&self, name: &str, text: &str, problem: &Diagnostic) -> Box<Diagnostic> {
        let mut sources = Sources::default();
        let file = sources.add(name, text);
        let place =
            problem.span.map(|span| sources.place(Span { file, ..span }).to_string()).unwrap_or_default();
        let detail =
            format!("`{}` failed at {place}: {}. {}", self.function, problem.summary, problem.detail);
        let mut told = self.refused(detail.trim_end(), self.source);
        told.hints.clone_from(&problem.hints);
        told
    }
}

fn is_variable_name(name: &str) -> bool {
    name.starts_with(is_identifier_start) && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}
