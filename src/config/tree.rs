//! The root module and every module that it calls, directly or through others: which there are stands in the texts
//! alone, before anything is evaluated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocks::parse;
use super::declared::{Config, ModuleBlock};
use super::source::{Directories, Files};
use crate::model::desired::ProviderKey;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Span};

/// More calls are refused: modules that call each other twice grow with every level.
const MODULE_LIMIT: usize = 10_000;

/// One module of a [`Tree`]: a call of a directory, whatever its instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleId(usize);

impl ModuleId {
    /// The module that the command works in.
    pub const ROOT: Self = Self(0);
}

/// A directory of declarations, as one `module` block calls it.
#[derive(Clone, Debug)]
pub struct Module {
    /// What its texts declare; shared by all calls of the same directory.
    pub config: Arc<Config>,
    /// The calling module and the name of the call; `None` for the root module.
    pub parent: Option<(ModuleId, Arc<str>)>,
    /// What it calls, by name. A call whose directory cannot be read is left out.
    pub children: BTreeMap<Arc<str>, ModuleId>,
    /// The directory relative to the root module's: what `path.module` is.
    pub directory: Arc<str>,
}

/// All modules of a configuration.
#[derive(Clone, Debug)]
pub struct Tree {
    modules: Vec<Module>,
}

impl Tree {
    /// A root module that calls no others.
    fn of_root(config: Config) -> Self {
        let config = Arc::new(config);
        let root = Module { config, parent: None, children: BTreeMap::new(), directory: ".".into() };
        Self { modules: vec![root] }
    }

    /// The declarations of the root module.
    pub fn root(&self) -> &Config {
        &self.modules[0].config
    }

    /// One module.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    /// The declarations of one module.
    pub fn config(&self, id: ModuleId) -> &Config {
        &self.module(id).config
    }

    /// All modules, each after the one that calls it.
    pub fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId)
    }

    /// Changes the declarations of every module.
    pub fn change_configs(&mut self, mut change: impl FnMut(&mut Arc<Config>)) {
        for module in &mut self.modules {
            change(&mut module.config);
        }
    }

    /// The `module` block that calls a module; `None` for the root module.
    pub fn call(&self, id: ModuleId) -> Option<&ModuleBlock> {
        let (parent, name) = self.module(id).parent.as_ref()?;
        self.config(*parent).modules.get(name)
    }

    /// The module and those that call it, from the inside out.
    pub fn chain(&self, id: ModuleId) -> impl Iterator<Item = ModuleId> + '_ {
        std::iter::successors(Some(id), |id| self.module(*id).parent.as_ref().map(|(parent, _)| *parent))
    }

    /// The names of the calls that lead to a module, from the outside in.
    pub fn path(&self, id: ModuleId) -> Vec<Arc<str>> {
        let steps = self.chain(id).filter_map(|id| self.module(id).parent.as_ref());
        let mut path: Vec<Arc<str>> = steps.map(|(_, name)| name.clone()).collect();
        path.reverse();
        path
    }

    /// The configuration of the root module that a module's provider is. The module gets the default ones of its
    /// caller by themselves, and those with an alias where its call hands them in. `None` where nobody does.
    pub fn provider(&self, id: ModuleId, key: &ProviderKey) -> Option<ProviderKey> {
        let Some((parent, _)) = &self.module(id).parent else { return Some(key.clone()) };
        let call = self.call(id)?;
        let outside = call.providers.iter().find(|(inside, ..)| inside == key).map(|(_, outside, _)| outside);
        match outside {
            Some(outside) => self.provider(*parent, outside),
            None if key.alias.is_none() => self.provider(*parent, key),
            None => None,
        }
    }
}

/// Parses the root module's files, and reads and parses every module that is called.
pub fn load(files: &mut Files, directory: &Path, disk: &dyn Directories) -> (Tree, Diagnostics) {
    let (config, problems) = parse(&files.sources, &files.blocks);
    let mut loader = Loader {
        tree: Tree::of_root(config),
        directories: vec![directory.to_owned()],
        identities: disk.identity(directory).into_iter().collect(),
        parsed: BTreeMap::new(),
        disk,
        files,
        problems,
    };
    let mut next = 0;
    while next < loader.tree.modules.len() {
        loader.children(ModuleId(next));
        next += 1;
    }
    loader.problems.sort();
    (loader.tree, loader.problems)
}

struct Loader<'a> {
    tree: Tree,
    /// Where each module of the tree lies.
    directories: Vec<PathBuf>,
    /// What tells these directories apart, whatever the path to them.
    identities: Vec<PathBuf>,
    /// Directories that were read already.
    parsed: BTreeMap<PathBuf, Arc<Config>>,
    disk: &'a dyn Directories,
    files: &'a mut Files,
    problems: Diagnostics,
}

impl Loader<'_> {
    fn children(&mut self, id: ModuleId) {
        let config = self.tree.module(id).config.clone();
        for (name, call) in &config.modules {
            if self.tree.modules.len() >= MODULE_LIMIT {
                self.problems.push(
                    Diagnostic::error(Code::LimitExceeded, "there are too many modules")
                        .at(call.source_span)
                        .detail(format!("More than {MODULE_LIMIT} calls are not accepted.")),
                );
                return;
            }
            let directory = self.directories[id.0].join(&*call.source);
            let shown = joined(&self.tree.module(id).directory, &call.source);
            if let Some((config, identity)) = self.config(id, &directory, &shown, call.source_span) {
                let child = ModuleId(self.tree.modules.len());
                let parent = Some((id, name.clone()));
                self.tree.modules.push(Module {
                    config,
                    parent,
                    children: BTreeMap::new(),
                    directory: shown.into(),
                });
                self.directories.push(directory);
                self.identities.push(identity);
                self.tree.modules[id.0].children.insert(name.clone(), child);
            }
        }
    }

    /// The declarations of a directory, unless it is one of those that call it.
    fn config(
        &mut self,
        caller: ModuleId,
        directory: &Path,
        shown: &str,
        span: Span,
    ) -> Option<(Arc<Config>, PathBuf)> {
        let identity = match self.disk.identity(directory) {
            Ok(identity) => identity,
            Err(why) => {
                self.unreadable(shown, &why, span);
                return None;
            }
        };
        let same = |id: ModuleId| self.identities.get(id.0) == Some(&identity);
        if self.tree.chain(caller).any(same) {
            self.problems.push(
                Diagnostic::error(Code::DependencyCycle, "a module calls itself")
                    .at(span)
                    .detail(format!("`{shown}` is called from within itself, and would never end.")),
            );
            return None;
        }
        if let Some(config) = self.parsed.get(&identity) {
            return Some((config.clone(), identity));
        }
        match self.disk.blocks(directory, shown, &mut self.files.sources, &mut self.problems) {
            Ok(files) => {
                self.files.modules.extend(&files);
                let (config, problems) = parse(&self.files.sources, &files);
                self.problems.extend(problems);
                let config = Arc::new(config);
                self.refuse_providers(&config);
                self.parsed.insert(identity.clone(), config.clone());
                Some((config, identity))
            }
            Err(why) => {
                self.unreadable(shown, &why, span);
                None
            }
        }
    }

    /// Where credentials come from is said in one place.
    fn refuse_providers(&mut self, config: &Config) {
        for (key, block) in &config.providers {
            self.problems.push(
                Diagnostic::error(Code::InvalidBlock, "a module cannot configure a provider")
                    .at(block.span)
                    .detail(format!("`{key}` is configured here, inside of a module."))
                    .hint(
                        "write the `provider` block into the root module; a module gets it by itself, or through \
                         `providers = { ... }` of its call where it has an alias",
                    ),
            );
        }
    }

    fn unreadable(&mut self, shown: &str, why: &str, span: Span) {
        self.problems.push(
            Diagnostic::error(Code::Unreadable, "a module cannot be read")
                .at(span)
                .detail(format!("`{shown}`: {why}."))
                .hint("the path is relative to the directory of the file that names it"),
        );
    }
}

/// A path relative to another one, without `.` and without steps that are taken back.
fn joined(base: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_as_short_as_it_can_be() {
        let check = |base: &str, relative: &str, expected: &str| {
            assert_eq!(joined(base, relative), expected, "{base} {relative}");
        };
        check(".", "./modules/a", "modules/a");
        check(".", "../shared/", "../shared");
        check("modules/a", "../b", "modules/b");
        check("../shared", "../../x", "../../x");
        check("modules/a", "../..", ".");
    }
}
