//! `backform validate`

use super::args::{Global, ValidateArgs};
use super::context::Context;
use super::exit::Exit;
use super::session;
use crate::model::diagnostic::Code;
use crate::{cloud, render};

/// Checks the configuration without asking any cloud. Variables without a value are no problem here.
pub fn run(context: &Context, global: &Global, args: &ValidateArgs) -> Exit {
    let (configuration, mut problems) = session::read(context, global, None);
    let known = session::known_at_first(context);
    problems.extend(configuration.validate(&cloud::schemas(), &known));
    let mut kept = crate::model::diagnostic::Diagnostics::default();
    let offline = |code: Code| matches!(code, Code::UnknownValue | Code::MissingVariable);
    kept.extend(problems.into_iter().filter(|problem| !offline(problem.code)));
    kept.sort();
    let sources = &configuration.files.sources;
    if args.json {
        context.print(&render::diagnostic_json::validation(&kept, sources));
    } else if kept.is_empty() {
        context.print("Success! The configuration is valid.\n");
    } else {
        let text = render::diagnostic::diagnostics(&kept, sources, &context.problem_rendering(global.look()));
        context.tell(&text);
    }
    if kept.has_errors() { Exit::Error } else { Exit::Success }
}
