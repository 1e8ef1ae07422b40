//! The command line: gathers values, calls the stages, prints, picks an exit code. Decides nothing.

mod acts;
mod adopt;
mod again;
mod apply;
pub mod args;
mod backup;
mod backups;
mod capture;
mod command;
mod consent;
mod console;
pub mod context;
mod coverage;
mod doctor;
mod emulator;
pub mod exit;
mod fmt;
mod graph;
mod import;
mod managed;
mod permissions;
mod places;
mod plan;
mod planning;
mod progress;
mod prompt;
mod providers;
mod quota;
mod rehearsal;
mod restore;
mod session;
mod show;
mod sink;
mod snapshots;
mod state;
mod status;
mod stream;
mod test;
mod validate;
mod wait;
mod world;

use clap::Parser as _;
use clap::error::ErrorKind;

use args::{Cli, Command, SchemaOf};
use context::Context;
use exit::{Exit, Stop};
use stream::Stream;

use crate::render::{self, stream as events};

/// Runs one command and says how it ended. Everything that is to be said has been said then.
pub fn run(context: &Context) -> Exit {
    let arguments = args::with_two_dashes(context.arguments.clone());
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            context.print(&error.render().to_string());
            return Exit::Success;
        }
        Err(error) => {
            context.tell(&error.render().to_string());
            return Exit::Error;
        }
    };
    let directory = &context.directory;
    let stream = match cli.command.stream().map(|args| Stream::new(args, directory)).transpose() {
        Ok(stream) => stream.flatten(),
        Err(stop) => {
            context.tell(&stop.message);
            return stop.exit;
        }
    };
    let mut context = context.clone();
    context.stream = stream;
    // Nobody reads a question that stands among events.
    context.is_interactive &= !context.is_streaming();
    context.emit(|| vec![events::version(env!("CARGO_PKG_VERSION"))]);
    let exit = carried_out(&context, &cli);
    if let Some(stream) = &context.stream {
        context.emit(|| vec![events::run_summary(&stream.tally(), exit as u8)]);
        if let Some(problem) = stream.problem() {
            context.tell(&format!("warning: the file of `--json-into` is not complete: {problem}\n"));
        }
    }
    exit
}

/// Runs the command and says what went wrong.
fn carried_out(context: &Context, cli: &Cli) -> Exit {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(dispatch(context, cli)),
        Err(error) => Err(Stop::error(&error)),
    };
    result.unwrap_or_else(|stop| {
        if !stop.is_streamed {
            context.emit(|| events::stopped(&stop.message).into_iter().collect());
        }
        context.tell(&stop.message);
        stop.exit
    })
}

async fn dispatch(context: &Context, cli: &Cli) -> Result<Exit, Stop> {
    let global = &cli.global;
    match &cli.command {
        Command::Validate(args) => Ok(validate::run(context, global, args)),
        Command::Fmt(args) => Ok(fmt::run(context, global, args)),
        Command::Plan(args) => plan::run(context, global, args).await,
        Command::Show(args) => show::run(context, global, args),
        Command::Diff(args) => show::diff(context, global, args),
        Command::Test(args) => test::run(context, global, args).await,
        Command::Schema(args) => {
            context.print(match args.what {
                SchemaOf::Plan => render::json_extra::SCHEMA,
            });
            Ok(Exit::Success)
        }
        Command::Apply(args) => apply::run(context, global, args).await,
        Command::Destroy(args) => apply::destroy(context, global, args).await,
        Command::Refresh(_) => apply::refresh(context, global).await,
        Command::Import(args) => import::run(context, global, args).await,
        Command::Adopt(args) => adopt::run(context, global, args).await,
        Command::State(command) => state::run(context, global, command),
        Command::Output(args) => state::output(context, global, args),
        Command::Emulator(command) => emulator::run(context, global, command).await,
        Command::Graph(args) => graph::run(context, global, args),
        Command::Doctor(args) => doctor::run(context, global, args).await,
        Command::Status(args) => status::run(context, global, args).await,
        Command::Backups(args) => backups::run(context, global, args).await,
        Command::Backup(args) => backup::run(context, global, args).await,
        Command::Restore(args) => restore::run(context, global, args).await,
        Command::Quota(args) => quota::run(context, global, args).await,
        Command::Coverage(args) => coverage::run(context, global, args).await,
        Command::Permissions(args) => permissions::run(context, global, args),
        Command::Console => console::run(context, global),
        Command::Version => {
            context.print(concat!("backform v", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(Exit::Success)
        }
    }
}
