//! `backform graph`

use super::args::{Global, GraphArgs, GraphFormat};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session;
use crate::model::diagnostic::Code;
use crate::render::graph::{Graph, Node, dot, mermaid, svg};
use crate::{cloud, config, render};

/// Draws which blocks need which others, from the texts alone.
///
/// # Errors
///
/// [`Stop`] where the configuration cannot be read: a drawing of a part would be taken for the whole.
pub fn run(context: &Context, global: &Global, args: &GraphArgs) -> Result<Exit, Stop> {
    let (configuration, mut problems) = session::read(context, global, None);
    let schemas = cloud::schemas();
    problems.extend(configuration.validate(&schemas, &session::known_at_first(context)));
    let mut errors = crate::model::diagnostic::Diagnostics::default();
    let offline = |code: Code| matches!(code, Code::UnknownValue | Code::MissingVariable);
    errors.extend(problems.into_iter().filter(|problem| !offline(problem.code)));
    if errors.has_errors() {
        let options = context.problem_rendering(global.color());
        let text = render::diagnostic::diagnostics(&errors, &configuration.files.sources, &options);
        return Err(Stop::with(Exit::Error, text));
    }
    let graph = of(&config::uses(&configuration.tree, &schemas)).reduced();
    context.print(&match args.format {
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Mermaid => mermaid(&graph),
        GraphFormat::Svg => svg(&graph),
    });
    Ok(Exit::Success)
}

fn of(uses: &config::Uses) -> Graph {
    let nodes = uses.blocks.iter().map(|block| {
        let modules = (1..=block.modules.len()).map(|depth| path(&block.modules[..depth])).collect();
        let label = block.address.to_string();
        let id = match path(&block.modules) {
            outside if outside.is_empty() => label.clone(),
            outside => format!("{outside}.{label}"),
        };
        Node { id, label, modules }
    });
    Graph { nodes: nodes.collect(), edges: uses.needs.clone() }
}

fn path(modules: &[std::sync::Arc<str>]) -> String {
    modules.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}
