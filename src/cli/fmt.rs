//! `backform fmt`

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::args::{FmtArgs, Global};
use super::context::Context;
use super::exit::Exit;
use super::session;
use crate::lang::{self, SourceText};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::render::escape::visible;
use crate::render::line_diff;
use crate::{render, store::atomic};

/// How standard input is called where a file has its name.
const INPUT: &str = "<stdin>";

/// The file of another tool's, which writes it anew in its own layout.
const LOCK_FILE: &str = ".terraform.lock.hcl";

/// Gives files the usual layout. One that cannot be read stays as it is, and does not keep the others from theirs.
pub fn run(context: &Context, global: &Global, args: &FmtArgs) -> Exit {
    let base = match args.targets.as_slice() {
        [] => session::directory(context, global),
        _ => context.directory.clone(),
    };
    let found = Found { sources: Sources::default(), problems: Diagnostics::default(), changes: false };
    let mut run = Run { context, global, args, base, found };
    match args.targets.first() {
        None => run.directory(&run.base.clone()),
        Some(target) if target.as_os_str() == "-" => run.input(),
        Some(_) => args.targets.iter().for_each(|target| run.target(target)),
    }
    run.finish()
}

/// One run over files, one after the other.
struct Run<'a> {
    context: &'a Context,
    global: &'a Global,
    args: &'a FmtArgs,
    /// What names of files are relative to.
    base: PathBuf,
    found: Found,
}

/// What came of it so far.
struct Found {
    /// The texts that something is wrong with.
    sources: Sources,
    problems: Diagnostics,
    /// Whether any file is not in the usual layout.
    changes: bool,
}

impl Run<'_> {
    /// A file or directory that the command line names.
    fn target(&mut self, target: &Path) {
        let path = self.base.join(target);
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            self.directory(&path);
        } else if !path.exists() {
            let detail = format!("There is neither a file nor a directory `{}`.", target.display());
            self.problem(unreadable(detail));
        } else if has_layout(&name) && name != LOCK_FILE {
            self.file(&path);
        } else {
            let detail = format!("`{}` is none of `*.hcl`, `*.tf` and `*.tfvars`.", target.display());
            self.problem(
                unreadable(detail).hint("to give any other text the layout: `backform fmt - < FILE`"),
            );
        }
    }

    /// The files of a directory, in the order of their names.
    fn directory(&mut self, directory: &Path) {
        let entries = fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                return self
                    .problem(unreadable(format!("`{}` cannot be read: {error}.", self.name(directory))));
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if is_ignored(&name) {
                continue;
            }
            // A link to a directory is not followed, so that there is an end.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if self.args.recursive {
                    self.directory(&entry.path());
                }
            } else if has_layout(&name) {
                self.file(&entry.path());
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let name = self.name(path);
        match fs::read(path) {
            Ok(bytes) => self.text(&name, bytes, Some(path)),
            Err(error) => self.problem(unreadable(format!("`{name}` cannot be read: {error}."))),
        }
    }

    fn input(&mut self) {
        match self.context.read_input() {
            Ok(bytes) => self.text(INPUT, bytes, None),
            Err(error) => self.problem(unreadable(format!("Standard input cannot be read: {error}."))),
        }
    }

    /// Gives one text the layout, and says and writes what was asked for. Without a path it came from standard input.
    fn text(&mut self, name: &str, bytes: Vec<u8>, path: Option<&Path>) {
        let before = SourceText::new(bytes);
        let file = self.found.sources.add(name, before.text());
        let after = match lang::format_source(file, &before) {
            Ok(after) => after,
            Err(problems) => return self.found.problems.extend(problems),
        };
        let args = self.args;
        let (lists, writes) = (args.list && path.is_some(), args.write && !args.check && path.is_some());
        let is_changed = !before.is(&after);
        if is_changed {
            self.found.changes = true;
            if lists {
                self.context.print(&format!("{}\n", visible(name)));
            }
            if let Some(path) = path.filter(|_| writes) {
                self.write(name, path, &after);
            }
            if args.diff {
                self.diff(name, before.text(), &String::from_utf8_lossy(&after));
            }
        }
        if !lists && !writes && !args.check && !args.diff {
            self.print(after);
        }
    }

    /// Writes a text to standard output, always up to the end of a line, as Terraform does.
    fn print(&self, mut text: Vec<u8>) {
        if text.last() != Some(&b'\n') {
            text.push(b'\n');
        }
        self.context.print_bytes(&text);
    }

    fn write(&mut self, name: &str, path: &Path, bytes: &[u8]) {
        if let Err(error) = atomic::rewrite(path, |out| out.write_all(bytes)) {
            let detail = format!("`{name}` cannot be written: {}. It is as it was.", error.with_cause());
            self.problem(Diagnostic::error(Code::Unreadable, "a file cannot be written").detail(detail));
        }
    }

    fn diff(&self, name: &str, before: &str, after: &str) {
        let text = if self.context.stdout_is_terminal {
            line_diff::shown(name, before, after, &self.context.rendering(self.global.look()))
        } else {
            line_diff::plain(name, before, after)
        };
        self.context.print(&text);
    }

    fn problem(&mut self, problem: Diagnostic) {
        self.found.problems.push(problem);
    }

    fn finish(self) -> Exit {
        let Found { sources, problems, changes } = self.found;
        if !problems.is_empty() {
            let rendering = self.context.problem_rendering(self.global.look());
            self.context.tell(&render::diagnostic::diagnostics(&problems, &sources, &rendering));
        }
        match changes && self.args.check {
            _ if problems.has_errors() => Exit::Error,
            true => Exit::Refused,
            false => Exit::Success,
        }
    }

    /// The path as somebody would write it who stands in the base.
    fn name(&self, path: &Path) -> String {
        let (path, base) = (normal(path), normal(&self.base));
        let shared = path.iter().zip(&base).take_while(|(one, other)| one == other).count();
        let ups = std::iter::repeat_n(OsStr::new(".."), base.len() - shared);
        let relative: PathBuf = ups.chain(path[shared..].iter().map(AsRef::as_ref)).collect();
        if relative.as_os_str().is_empty() { ".".to_owned() } else { relative.display().to_string() }
    }
}

/// The parts of a path, without `.` and, where it can be told from the path alone, without `..`.
fn normal(path: &Path) -> Vec<OsString> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.len() > 1 => {
                parts.pop();
            }
            part => parts.push(part.as_os_str().to_owned()),
        }
    }
    parts
}

/// Whether a file of a directory is none of its user's configuration.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// Whether a file of this name is in HCL.
fn has_layout(name: &str) -> bool {
    [".hcl", ".tf", ".tfvars"].iter().any(|ending| name.ends_with(ending))
}

fn unreadable(detail: String) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, "a file cannot be read").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_whether_a_file_is_taken() {
        let check = |name: &str, expected: bool| {
            assert_eq!(has_layout(name) && !is_ignored(name), expected, "{name}");
        };
        check("main.hcl", true);
        check("main.tf", true);
        check("terraform.tfvars", true);
        check("prod.vars.hcl", true);
        check("x.test.hcl", true);
        check("x.tftest.hcl", true);
        check(".terraform.lock.hcl", false);
        check("main.hcl~", false);
        check("#main.hcl#", false);
        check("#main.hcl", true);
        check("main.tf.json", false);
        check("main.hcl.json", false);
        check("terraform.tfvars.json", false);
        check("README.md", false);
    }
}
