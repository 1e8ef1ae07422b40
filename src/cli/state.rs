//! `backform state` and `backform output`

use super::args::{Global, OutputArgs, StateCommand};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::{planning, session};
use crate::model::address::Address;
use crate::model::event::Event;
use crate::model::state::State;
use crate::model::value::Value;
use crate::render::{self, escape};
use crate::store::journal;
use crate::store::lock::Access;
use crate::{cloud, lang};

/// Looks at the state, or drops objects from it.
///
/// # Errors
///
/// [`Stop`] where the state cannot be read or written, or holds no such object.
pub fn run(context: &Context, global: &Global, command: &StateCommand) -> Result<Exit, Stop> {
    match command {
        StateCommand::List => {
            for address in read(context, global)?.resources.keys() {
                context.print(&format!("{}\n", escape::visible(&address.to_string())));
            }
        }
        StateCommand::Show { address } => {
            let address: Address = address.parse().map_err(|error| Stop::error(&error))?;
            let state = read(context, global)?;
            let recorded = state.resources.get(&address).ok_or_else(|| absent(&address, global))?;
            let options = context.rendering(global.look());
            context.print(&render::state::one(&address, recorded, &cloud::schemas(), &options));
        }
        StateCommand::Rm { addresses } => remove(context, global, addresses)?,
    }
    Ok(Exit::Success)
}

/// Shows outputs.
///
/// # Errors
///
/// [`Stop`] where the state cannot be read, or has no such output.
pub fn output(context: &Context, global: &Global, args: &OutputArgs) -> Result<Exit, Stop> {
    let state = read(context, global)?;
    let mut outputs = state.outputs;
    if let Some(name) = &args.name {
        outputs.retain(|known, _| **known == **name);
        if outputs.is_empty() {
            let text = format!("error: there is no output `{}` in the state\n", escape::visible(name));
            return Err(Stop::with(Exit::Error, text).hint("outputs are in the state after an apply"));
        }
    }
    if outputs.is_empty() && !args.json {
        context.tell("There are no outputs in the state: they are declared with `output` blocks, and saved by an apply.\n");
    }
    let text = match (&args.name, args.json) {
        (Some(_), true) => lines(outputs.values().map(|output| output.value.to_json().to_string())),
        (Some(_), false) => lines(outputs.values().map(|output| printed(&output.value))),
        (None, true) => lines([render::outputs_json::outputs(&outputs)]),
        (None, false) => render::apply::output_lines(&outputs, &context.rendering(global.look())),
    };
    context.print(&text);
    Ok(Exit::Success)
}

fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().fold(String::new(), |all, text| all + text.trim_end_matches('\n') + "\n")
}

fn printed(value: &Value) -> String {
    lang::print(&value.unmark_deep().0).lines().map(escape::visible).collect::<Vec<_>>().join("\n")
}

/// What is remembered.
///
/// # Errors
///
/// [`Stop`] where it cannot be read.
pub fn read(context: &Context, global: &Global) -> Result<State, Stop> {
    let _lock = session::lock(context, global, Access::Read, "state")?;
    let memory = journal::load(&session::workspace(context, global)).map_err(|error| Stop::failed(&error))?;
    Ok(memory.state)
}

fn absent(address: &Address, global: &Global) -> Stop {
    Stop::with(
        Exit::Error,
        format!("error: the state holds no `{}`\n", escape::visible(&address.to_string())),
    )
    .hint(&format!("`{}` shows what it holds", session::called(global).command("state list")))
}

/// Drops objects from the state, all of them or none.
fn remove(context: &Context, global: &Global, addresses: &[String]) -> Result<(), Stop> {
    let addresses = planning::addresses(addresses)?;
    let _lock = session::lock(context, global, Access::Write, "state rm")?;
    let workspace = session::workspace(context, global);
    let mut state = journal::load(&workspace).map_err(|error| Stop::failed(&error))?.state;
    if let Some(missing) = addresses.iter().find(|address| !state.resources.contains_key(address)) {
        return Err(absent(missing, global));
    }
    for address in &addresses {
        state.take(&Event::Forgotten { address: address.clone() });
        let name = address.to_string();
        context.print(&format!(
            "Removed {}: it stays in the cloud, and nobody manages it.\n",
            escape::visible(&name)
        ));
    }
    journal::commit(&workspace, &mut state).map_err(|error| Stop::failed(&error))
}
