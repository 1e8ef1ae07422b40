//! `backform show`

use super::args::{Global, ShowArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use crate::render::Dossier;
use crate::{cloud, render};

/// Shows a saved plan for a person or a program. Reads nothing but the file.
///
/// # Errors
///
/// [`Stop`] where the file is no plan.
pub fn run(context: &Context, global: &Global, args: &ShowArgs) -> Result<Exit, Stop> {
    let saved = super::apply::read_plan(context, &args.file)?;
    let schemas = cloud::schemas();
    if args.json {
        let dossier = Dossier {
            plan: &saved.plan,
            digest: &saved.digest,
            schemas: &schemas,
            outline: &saved.outline,
            variables: &saved.variables,
        };
        context.print(&render::json_v1::plan(&dossier));
    } else {
        let rendering = context.rendering(global.color());
        context.print(&render::text::plan(&saved.plan, &saved.digest, &schemas, &rendering));
    }
    Ok(Exit::Success)
}
