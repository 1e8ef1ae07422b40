//! `backform graph`

use super::args::{Global, GraphArgs, GraphFormat};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::session;
use crate::render::graph::{Graph, Node, dot, mermaid, of_plan, svg};
use crate::{cloud, config};

/// Draws which blocks need which others, from the texts alone; or what a saved plan does to its blocks and servers.
///
/// # Errors
///
/// [`Stop`] where the configuration cannot be read: a drawing of a part would be taken for the whole.
pub fn run(context: &Context, global: &Global, args: &GraphArgs) -> Result<Exit, Stop> {
    let schemas = cloud::schemas();
    if let Some(file) = &args.plan {
        let saved = super::apply::read_plan(context, file)?;
        draw(context, args, &of_plan(&saved.plan, &schemas).reduced());
        return Ok(Exit::Success);
    }
    let configuration = session::read_valid(context, global, &schemas)?;
    draw(context, args, &of(&config::uses(&configuration.tree, &schemas)).reduced());
    Ok(Exit::Success)
}

fn draw(context: &Context, args: &GraphArgs, graph: &Graph) {
    context.print(&match args.format {
        GraphFormat::Dot => dot(graph),
        GraphFormat::Mermaid => mermaid(graph),
        GraphFormat::Svg => svg(graph),
    });
}

fn of(uses: &config::Uses) -> Graph {
    let nodes = uses.blocks.iter().map(|block| {
        let modules = (1..=block.modules.len()).map(|depth| path(&block.modules[..depth])).collect();
        let label = block.address.to_string();
        let id = match path(&block.modules) {
            outside if outside.is_empty() => label.clone(),
            outside => format!("{outside}.{label}"),
        };
        Node { id, label, modules, fate: None }
    });
    Graph { nodes: nodes.collect(), edges: uses.needs.clone() }
}

fn path(modules: &[std::sync::Arc<str>]) -> String {
    modules.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}
