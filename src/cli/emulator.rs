//! `backform emulator`

use std::time::Duration;

use super::args::{EmulatorCommand, Global, ServeArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::world;
use crate::emulator::fault::Fault;
use crate::emulator::{Emulator, Options, World};

/// Serves a world, or says what the emulator can do.
///
/// # Errors
///
/// [`Stop`] where it cannot be served.
pub async fn run(context: &Context, global: &Global, command: &EmulatorCommand) -> Result<Exit, Stop> {
    match command {
        EmulatorCommand::Serve(args) => serve(context, global, args).await,
        EmulatorCommand::Capture(args) => super::capture::run(context, global, args).await,
        EmulatorCommand::List => {
            for entry in crate::emulator::list() {
                let line = format!(
                    "{:10} {:16} {}: {}\n",
                    entry.extent.as_str(),
                    entry.product,
                    entry.subject,
                    entry.note
                );
                context.print(&line);
            }
            Ok(Exit::Success)
        }
    }
}

async fn serve(context: &Context, global: &Global, args: &ServeArgs) -> Result<Exit, Stop> {
    let usage = |text: String| Stop::with(Exit::Error, format!("error: {text}\n"));
    let mut options = Options {
        listen: args.listen,
        region: args.region.clone(),
        latency: Duration::from_millis(args.latency),
        ..Options::default()
    };
    for key in &args.keys {
        let (id, secret) = key
            .split_once(':')
            .filter(|(id, secret)| !id.is_empty() && !secret.is_empty())
            .ok_or_else(|| usage("`--key` takes an id and a secret: `--key ID:SECRET`".to_owned()))?;
        options.keys.push((id.to_owned(), secret.to_owned()));
    }
    for fault in &args.faults {
        options.faults.push(fault.parse::<Fault>().map_err(usage)?);
    }
    let wanted = args.world.as_deref().or(global.emulator.as_deref()).unwrap_or_default();
    let world: World = if wanted.is_empty() {
        let first = super::session::directory(context, global).join("world.json");
        world::named_world(context, &first.to_string_lossy())?
    } else {
        world::named_world(context, wanted)?
    };
    let running = Emulator::start(world, options).await.map_err(|error| Stop::error(&error))?;
    context.print(&format!("listening on {}\n", running.url()));
    let _interrupted = tokio::signal::ctrl_c().await;
    running.shutdown().await.map_err(|error| Stop::error(&error))?;
    Ok(Exit::Success)
}
