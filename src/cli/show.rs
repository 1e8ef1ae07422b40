//! `backform show`

use super::args::{Global, ShowArgs};
use super::context::Context;
use super::exit::{Exit, Stop};
use crate::{cloud, render};

/// Shows a saved plan for a person or a program. Reads nothing but the file.
///
/// # Errors
///
/// [`Stop`] where the file is no plan.
pub fn run(context: &Context, global: &Global, args: &ShowArgs) -> Result<Exit, Stop> {
    let saved = super::apply::read_plan(context, &args.file)?;
    if args.json {
        context.print(&render::json_v1::plan(&saved.plan, &saved.digest));
    } else {
        let rendering = context.rendering(global.color());
        context.print(&render::text::plan(&saved.plan, &saved.digest, &cloud::schemas(), &rendering));
    }
    Ok(Exit::Success)
}
