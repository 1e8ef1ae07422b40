//! `backform console`

use super::args::Global;
use super::context::Context;
use super::exit::{Exit, Stop};
use super::prompt::{Prompt, Typed};
use super::session;
use crate::cloud;
use crate::config::Outlook;
use crate::lang::{self, Scope, Step};
use crate::model::desired::Known;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Sources, Span};
use crate::model::value::Value;
use crate::render;
use crate::store::journal;

const HELP: &str = "\
Type an expression and press enter to see its value: `1 + 2`, `upper(\"a\")`, `var.name`.
Names are those of the configuration in this directory; what a resource will be is shown as recorded in the state.
An expression goes on in the next line as long as a bracket is open; an empty line ends it all the same.
Tab completes names, the arrow keys bring back what was typed before.
`type(...)` shows the type of a value. `exit`, Ctrl-C and Ctrl-D leave.";

/// Reads expressions and prints their values. No cloud is called, no lock is taken, nothing is written.
///
/// # Errors
///
/// [`Stop`] where the terminal cannot be used.
pub fn run(context: &Context, global: &Global) -> Result<Exit, Stop> {
    let (configuration, found) = session::read(context, global, None);
    // An empty directory is as good as any for trying expressions, and a variable without a value is unknown.
    let is_empty = configuration.files.blocks.is_empty();
    let passes = |code: Code| code == Code::MissingVariable || (is_empty && code == Code::MissingBlock);
    let mut problems = Diagnostics::default();
    problems.extend(found.into_iter().filter(|problem| !passes(problem.code)));
    let schemas = cloud::schemas();
    let known = recorded(context, global)?;
    let frames = configuration.values(&schemas, &known);
    let sources = configuration.files.sources.clone();
    let outlook = configuration.outlook(&schemas, &known, &frames);
    let mut console = Console { context, global, outlook, sources };
    if problems.has_errors() {
        console.report(&problems);
        return Ok(Exit::Error);
    }
    if context.is_interactive { console.prompt() } else { Ok(console.lines()) }
}

/// What the state says of objects. Reading takes no lock: it is written whole, so it is never half of one.
fn recorded(context: &Context, global: &Global) -> Result<Known, Stop> {
    let memory = journal::load(&session::workspace(context, global)).map_err(|error| Stop::failed(&error))?;
    let objects = memory.state.resources.into_iter().map(|(address, object)| (address, object.values));
    Ok(Known { objects: objects.collect(), ..session::known_at_first(context) })
}

/// What somebody gets for a line.
enum Answer {
    Text(String),
    Problems(Diagnostics),
    End,
}

struct Console<'a> {
    context: &'a Context,
    global: &'a Global,
    outlook: Outlook<'a>,
    /// The configuration's texts, and all that was typed.
    sources: Sources,
}

impl Console<'_> {
    fn report(&self, problems: &Diagnostics) {
        let options = self.context.problem_rendering(self.global.look());
        self.context.tell(&render::diagnostic::diagnostics(problems, &self.sources, &options));
    }

    /// One expression a line; as in Terraform, the last value is printed, and the first problem ends the run.
    fn lines(&mut self) -> Exit {
        let mut last = String::new();
        while let Some(line) = self.context.read_line() {
            match self.answer(&line) {
                Answer::Text(text) => last = text,
                Answer::End => return Exit::Success,
                Answer::Problems(problems) => {
                    self.report(&problems);
                    return Exit::Error;
                }
            }
        }
        self.context.print(&format!("{last}\n"));
        Exit::Success
    }

    fn prompt(&mut self) -> Result<Exit, Stop> {
        let mut prompt = Prompt::new(self.words()).map_err(|error| Stop::error(&error))?;
        while let Typed::Text(text) = prompt.ask().map_err(|error| Stop::error(&error))? {
            match self.answer(&text) {
                Answer::Text(text) if text.is_empty() => {}
                Answer::Text(text) => self.context.print(&format!("{text}\n")),
                Answer::Problems(problems) => self.report(&problems),
                Answer::End => break,
            }
        }
        Ok(Exit::Success)
    }

    fn answer(&mut self, text: &str) -> Answer {
        match text.trim() {
            "" => Answer::Text(String::new()),
            "exit" => Answer::End,
            "help" => Answer::Text(HELP.to_owned()),
            text => match self.value(text) {
                Ok(text) => Answer::Text(text),
                Err(problems) => Answer::Problems(problems),
            },
        }
    }

    /// The printed value of an expression.
    fn value(&mut self, text: &str) -> Result<String, Diagnostics> {
        let file = self.sources.add("<console>", text);
        let expr = lang::parse_expression(file, text)?;
        let problems = self.outlook.check(&expr);
        if problems.has_errors() {
            return Err(problems);
        }
        let names = self.outlook.scope();
        let scope = Surroundings { context: self.context, names: &names };
        let value = lang::evaluate(&expr, &scope).map_err(Diagnostics::from)?;
        Ok(lang::print(&value))
    }

    /// What can be completed: functions, and the names of the configuration.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = lang::function_names().map(|name| format!("{name}(")).collect();
        words.extend(self.outlook.names());
        words.sort();
        words
    }
}

/// What an expression at the prompt can see.
struct Surroundings<'a> {
    context: &'a Context,
    names: &'a dyn Scope,
}

impl Scope for Surroundings<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize), Diagnostic> {
        self.names.resolve(root, steps, span)
    }

    fn files(&self) -> &dyn lang::Files {
        self.names.files()
    }

    fn is_console(&self) -> bool {
        true
    }

    fn plan_time(&self) -> Option<jiff::Timestamp> {
        self.names.plan_time()
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        Some(self.context.now())
    }

    fn fill_random(&self, bytes: &mut [u8]) -> bool {
        self.context.fill_random(bytes);
        true
    }
}
