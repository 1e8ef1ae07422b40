//! `backform show` and `backform diff`

use super::args::{DiffArgs, Global, ShowArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use super::state;
use crate::render::{Dossier, RenderOptions};
use crate::{cloud, render};

/// Shows a saved plan, or the state, for a person or a program. Asks no cloud.
///
/// # Errors
///
/// [`Stop`] where the file is no plan, or the state cannot be read.
pub fn run(context: &Context, global: &Global, args: &ShowArgs) -> Result<Exit, Stop> {
    let schemas = cloud::schemas();
    let rendering = RenderOptions { view: args.view.into(), ..context.rendering(global.look()) };
    let Some(file) = &args.file else {
        let state = state::read(context, global)?;
        context.print(&if args.json {
            render::state::json(&state, &schemas) + "\n"
        } else {
            render::state::text(&state, &schemas, &rendering)
        });
        return Ok(Exit::Success);
    };
    let saved = super::apply::read_plan(context, file)?;
    let dossier = Dossier {
        plan: &saved.plan,
        digest: &saved.digest,
        schemas: &schemas,
        outline: &saved.outline,
        variables: &saved.variables,
    };
    context.print(&if args.json {
        render::json_v1::plan(&dossier) + "\n"
    } else if args.markdown {
        render::markdown::plan(&dossier)
    } else if args.html {
        render::html::plan(&dossier)
    } else {
        render::text::plan(&saved.plan, &saved.digest, &schemas, &rendering)
    });
    Ok(Exit::Success)
}

/// Shows what changed between two saved plans.
///
/// # Errors
///
/// [`Stop`] where a file is no plan.
pub fn diff(context: &Context, global: &Global, args: &DiffArgs) -> Result<Exit, Stop> {
    let reviewed = super::apply::read_plan(context, &args.reviewed)?;
    let current = super::apply::read_plan(context, &args.current)?;
    let text = render::comparison::compared(
        (&reviewed.plan, &reviewed.digest),
        (&current.plan, &current.digest),
        &context.rendering(global.look()),
    );
    context.print(&text);
    Ok(if args.detailed_exitcode && reviewed.digest != current.digest {
        Exit::Changes
    } else {
        Exit::Success
    })
}
