//! Everything that can be said of declarations without a single value.

use std::sync::Arc;

use super::arguments;
use super::declared::{Config, LifecycleBlock, ModuleBlock, ResourceBlock};
use super::references::schema_of;
use super::tree::{ModuleId, Tree};
use crate::lang::Traversal;
use crate::model::address::{BlockAddress, Mode};
use crate::model::desired::{Removed, Subject};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span, nearest};
use crate::model::schema::{Schema, Schemas};

/// Checks names and required arguments of all blocks of all modules.
pub fn check(tree: &Tree, schemas: &Schemas) -> Diagnostics {
    let mut problems = Diagnostics::default();
    let mut seen: Vec<*const Config> = Vec::new();
    for id in tree.ids() {
        let config = &tree.module(id).config;
        check_calls(tree, id, &mut problems);
        if !seen.contains(&Arc::as_ptr(config)) {
            seen.push(Arc::as_ptr(config));
            check_config(config, schemas, &mut problems);
        }
    }
    problems
}

fn check_config(config: &Config, schemas: &Schemas, problems: &mut Diagnostics) {
    for (address, block) in &config.resources {
        match schema_of(schemas, address) {
            Some(schema) => check_resource(block, schema, problems),
            None => problems.push(unknown_type(address, block, schemas)),
        }
    }
    for (key, block) in &config.providers {
        match schemas.providers.get(&*key.name) {
            Some(schema) => arguments::check_names(&block.body, schema.attributes, schema.name, problems),
            None => problems.push(
                Diagnostic::error(Code::UnknownBlock, "this provider is not known")
                    .at(block.span)
                    .detail(format!("backform has no provider `{}`.", key.name))
                    .suggest(nearest(&key.name, schemas.providers.keys().copied())),
            ),
        }
    }
    for removed in &config.removed {
        if let Some(span) = still_there(config, removed) {
            problems.push(
                Diagnostic::error(Code::InvalidBlock, "what is removed is still there")
                    .at(removed.span)
                    .related(span, "the block that is still there")
                    .detail(format!("`{}` is declared and removed at once.", removed.from))
                    .hint("delete one of the two blocks"),
            );
        }
    }
}

fn check_resource(block: &ResourceBlock, schema: &Schema, problems: &mut Diagnostics) {
    arguments::check_names(&block.body, schema.attributes, schema.name, problems);
    if !block.is_broken {
        arguments::check_missing(&block.body, schema.attributes, schema.name, block.span, problems);
    }
    check_lifecycle(schema, &block.lifecycle, problems);
}

/// Where the block or the call stands that a `removed` block says is gone.
fn still_there(config: &Config, removed: &Removed) -> Option<Span> {
    match &removed.from {
        Subject::Block(block) => config.resources.get(block).map(|block| block.span),
        Subject::Module(steps) => match &**steps {
            [only] => config.modules.get(&only.name).map(|call| call.span),
            _ => None,
        },
        Subject::Instance(_) => None,
    }
}

fn unknown_type(address: &BlockAddress, block: &ResourceBlock, schemas: &Schemas) -> Diagnostic {
    let (known, what): (Vec<&str>, _) = match address.mode {
        Mode::Managed => (schemas.resources.keys().copied().collect(), "resource type"),
        Mode::Data => (schemas.data.keys().copied().collect(), "data source"),
    };
    let problem = Diagnostic::error(Code::UnknownBlock, format!("this {what} is not known")).at(block.span);
    let detail = format!("backform has no {what} `{}`.", address.kind);
    let sources = sources_beside(&address.kind, schemas);
    match nearest_type(&address.kind, &known) {
        None if !sources.is_empty() => problem
            .detail(format!(
                "{detail} It keeps backups, and leaves what is backed up to the program that makes it."
            ))
            .hint(format!("name what is there by its id, or find it with a data source: {sources}")),
        proposal => problem.detail(detail).suggest(proposal),
    }
}

/// The type that is most alike. What types of one provider share, its name, says nothing of how alike they are.
fn nearest_type<'a>(kind: &str, known: &[&'a str]) -> Option<&'a str> {
    let rest = |kind: &'a str, wanted: &str| {
        kind.split_once('_')
            .filter(|(provider, _)| Some(*provider) == provider_of(wanted))
            .map(|(_, rest)| rest)
    };
    let beside: Vec<&str> = known.iter().filter_map(|known| rest(known, kind)).collect();
    if beside.is_empty() {
        return nearest(kind, known.iter().copied());
    }
    let own = kind.split_once('_').map_or(kind, |(_, rest)| rest);
    let found = nearest(own, beside)?;
    known.iter().copied().find(|known| rest(known, kind) == Some(found))
}

/// The provider that a type's name begins with.
fn provider_of(kind: &str) -> Option<&str> {
    kind.split_once('_').map(|(provider, _)| provider)
}

/// The data sources of the provider that a type's name begins with.
fn sources_beside(kind: &str, schemas: &Schemas) -> String {
    let own = schemas.data.keys().copied().filter(|source| provider_of(source) == provider_of(kind));
    own.collect::<Vec<_>>().join(", ")
}

fn check_lifecycle(schema: &Schema, lifecycle: &LifecycleBlock, problems: &mut Diagnostics) {
    for Traversal { root: name, root_span: span, .. } in &lifecycle.ignore_changes {
        match schema.attribute(name) {
            Some(attribute) if attribute.is_argument() => {}
            Some(_) => problems.push(
                Diagnostic::warning(Code::InvalidArgument, "there is nothing to ignore")
                    .at(*span)
                    .detail(format!("the cloud decides `{name}`, and the configuration cannot change it.")),
            ),
            None => problems.push(
                Diagnostic::error(Code::UnknownArgument, "this argument is not known")
                    .at(*span)
                    .detail(format!("`{name}` is not an argument of `{}`.", schema.name))
                    .suggest(nearest(name, schema.arguments())),
            ),
        }
    }
}

/// The arguments of each call against the variables of its module.
fn check_calls(tree: &Tree, id: ModuleId, problems: &mut Diagnostics) {
    for (name, call) in &tree.config(id).modules {
        if let Some(child) = tree.module(id).children.get(name) {
            check_call(call, tree.config(*child), problems);
        }
    }
}

fn check_call(call: &ModuleBlock, module: &Config, problems: &mut Diagnostics) {
    for argument in &call.arguments {
        if !module.variables.contains_key(&argument.name) {
            problems.push(
                Diagnostic::error(Code::UnknownArgument, "the module has no such variable")
                    .at(argument.name_span)
                    .detail(format!(
                        "No `variable` block of `{}` has the name `{}`.",
                        call.source, argument.name
                    ))
                    .suggest(nearest(&argument.name, module.variables.keys().map(|known| &**known))),
            );
        }
    }
    for (name, variable) in &module.variables {
        if variable.default.is_none() && call.argument(name).is_none() {
            problems.push(
                Diagnostic::error(Code::MissingArgument, "a variable of the module has no value")
                    .at(call.span)
                    .detail(format!("`{name}` has no default, so the call must give its value."))
                    .related(variable.span, "the variable")
                    .hint(format!("add `{name} = ...` to the call")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_alike_by_what_follows_the_provider() {
        let known = ["cloud_cbr_policy", "cloud_cbr_vault", "other_backup"];
        let check =
            |kind: &str, expected: Option<&str>| assert_eq!(nearest_type(kind, &known), expected, "{kind}");
        check("cloud_cbr_vaults", Some("cloud_cbr_vault"));
        check("clout_cbr_vault", Some("cloud_cbr_vault"));
        check("cloud_evs_volume", None);
        check("cloud_compute_instance", None);
        check("vault", None);
    }
}
