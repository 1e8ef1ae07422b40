//! Which files make up a configuration and its modules, and their texts. The only place where configuration files are
//! read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Sources};

/// A larger file is refused: no person writes it, and every offset must fit 32 bits.
const SIZE_LIMIT: u64 = 256 << 20;

/// The files of one configuration directory.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// All texts.
    pub sources: Sources,
    /// Files with blocks, by name.
    pub blocks: Vec<FileId>,
    /// Files with blocks of modules, each once.
    pub modules: Vec<FileId>,
    /// Files with values of variables that load by themselves, in the order in which they apply.
    pub values: Vec<FileId>,
}

/// What a file of a configuration directory is, by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Blocks,
    /// `terraform.tfvars`, which applies before the others.
    FirstValues,
    Values,
    Other,
}

fn role(name: &str) -> Role {
    // What the JSON syntax writes has one more ending.
    let name = name.strip_suffix(".json").unwrap_or(name);
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    if name.starts_with('.') || name.starts_with('#') || ends(&["~", ".test.hcl", ".tftest.hcl"]) {
        Role::Other
    } else if name == "terraform.tfvars" {
        Role::FirstValues
    } else if ends(&[".auto.vars.hcl", ".auto.tfvars"]) {
        Role::Values
    } else if ends(&[".vars.hcl"]) {
        Role::Other
    } else if ends(&[".hcl", ".tf"]) {
        Role::Blocks
    } else {
        Role::Other
    }
}

/// Reads a configuration directory. Names in messages are relative to it.
///
/// What cannot be read is a problem and never an absent file: a block that is not seen would be taken for removed.
pub fn load(directory: &Path) -> (Files, Diagnostics) {
    load_beside(directory, "", Sources::default())
}

/// As [`load`], beside texts that are there already; `prefix` is how messages call the directory.
pub fn load_beside(directory: &Path, prefix: &str, sources: Sources) -> (Files, Diagnostics) {
    let mut files = Files { sources, ..Files::default() };
    let mut problems = Diagnostics::default();
    let found = match directory_files(directory, prefix, &mut files.sources, &mut problems) {
        Ok(found) => found,
        Err(error) => {
            let text = format!("`{}` cannot be read: {error}.", directory.display());
            problems.push(unreadable(text).hint("name an existing directory with `-C DIR`"));
            return (files, problems);
        }
    };
    let mut first = Vec::new();
    for (role, id) in found {
        match role {
            Role::Blocks => files.blocks.push(id),
            Role::FirstValues => first.push(id),
            Role::Values | Role::Other => files.values.push(id),
        }
    }
    files.values.splice(0..0, first);
    if files.blocks.is_empty() && problems.is_empty() {
        problems.push(
            Diagnostic::error(Code::MissingBlock, "there is no configuration here")
                .detail(format!("`{}` holds no file that ends in `.hcl` or `.tf`.", directory.display()))
                .hint("name the directory with `-C DIR`, or write a `main.hcl` in it"),
        );
    }
    (files, problems)
}

/// The folder beside a configuration where its tests may lie, as Terraform has it.
const TESTS: &str = "tests";

/// Adds the texts of all tests of a configuration: `*.test.hcl` in its directory and in the folder `tests` of it, each
/// with its path from there.
pub fn test_files(
    directory: &Path,
    sources: &mut Sources,
    problems: &mut Diagnostics,
) -> Vec<(String, FileId)> {
    let mut found = Vec::new();
    for folder in ["", TESTS] {
        let directory = directory.join(folder);
        if !folder.is_empty() && !directory.is_dir() {
            continue;
        }
        let names = match names(&directory) {
            Ok(names) => names,
            Err(error) => {
                problems.push(unreadable(format!("`{}` cannot be read: {error}.", directory.display())));
                continue;
            }
        };
        for name in names.into_iter().filter(|name| name.ends_with(".test.hcl") && !name.starts_with('.')) {
            let shown = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match read(&directory.join(&name)) {
                Ok(text) => found.push((shown.clone(), sources.add(shown, text))),
                Err(why) => problems.push(unreadable(format!("`{shown}` cannot be read: {why}."))),
            }
        }
    }
    found
}

/// The directories that modules lie in.
pub trait Directories {
    /// The same for every path to one directory, and for no other.
    ///
    /// # Errors
    ///
    /// A sentence fragment that says why it cannot be told.
    fn identity(&self, directory: &Path) -> Result<PathBuf, String>;

    /// Reads the blocks of a directory; `name` is how messages call it.
    ///
    /// # Errors
    ///
    /// A sentence fragment that says why the directory cannot be read.
    fn blocks(
        &self,
        directory: &Path,
        name: &str,
        sources: &mut Sources,
        problems: &mut Diagnostics,
    ) -> Result<Vec<FileId>, String>;
}

/// Those of this machine.
pub struct Disk;

impl Directories for Disk {
    fn identity(&self, directory: &Path) -> Result<PathBuf, String> {
        directory.canonicalize().map_err(|error| error.to_string())
    }

    fn blocks(
        &self,
        directory: &Path,
        name: &str,
        sources: &mut Sources,
        problems: &mut Diagnostics,
    ) -> Result<Vec<FileId>, String> {
        let found = directory_files(directory, &format!("{name}/"), sources, problems)
            .map_err(|error| error.to_string())?;
        let blocks: Vec<FileId> =
            found.into_iter().filter(|(role, _)| *role == Role::Blocks).map(|(_, id)| id).collect();
        if blocks.is_empty() {
            return Err("it holds no file that ends in `.hcl` or `.tf`".to_owned());
        }
        Ok(blocks)
    }
}

/// All files of a directory that mean something here, in the order of their names.
fn directory_files(
    directory: &Path,
    prefix: &str,
    sources: &mut Sources,
    problems: &mut Diagnostics,
) -> io::Result<Vec<(Role, FileId)>> {
    let mut found = Vec::new();
    for name in names(directory)? {
        let shown = format!("{prefix}{name}");
        match role(&name) {
            Role::Other => {}
            role => match read(&directory.join(&name)) {
                Ok(text) => found.push((role, sources.add(shown, text))),
                Err(why) => problems.push(unreadable(format!("`{shown}` cannot be read: {why}."))),
            },
        }
    }
    Ok(found)
}

/// Adds a file of variables that the command line names.
///
/// # Errors
///
/// A problem that names the file, when it cannot be read.
pub fn add_values(files: &mut Files, directory: &Path, path: &Path) -> Result<FileId, Box<Diagnostic>> {
    let full: PathBuf = if path.is_absolute() { path.to_owned() } else { directory.join(path) };
    match read(&full) {
        Ok(text) => Ok(files.sources.add(path.display().to_string(), text)),
        Err(why) => Err(Box::new(
            unreadable(format!("`{}` cannot be read: {why}.", path.display()))
                .hint("`--var-file` takes the path of a file, relative to the working directory"),
        )),
    }
}

fn unreadable(detail: String) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, "a file cannot be read").detail(detail)
}

/// The names of all files of a directory, sorted.
fn names(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.path().is_file() || entry.file_type()?.is_symlink() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Arc<str>, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > SIZE_LIMIT {
        return Err(format!("it has {size} bytes, and more than {SIZE_LIMIT} are not accepted"));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..offset].split(|byte| *byte == b'\n').count();
        format!("line {line} is not UTF-8 text")
    })?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_what_a_file_is() {
        let check = |name: &str, expected: Role| assert_eq!(role(name), expected, "{name}");
        check("main.hcl", Role::Blocks);
        check("main.tf", Role::Blocks);
        check("prod.vars.hcl", Role::Other);
        check("a.auto.vars.hcl", Role::Values);
        check("a.auto.tfvars", Role::Values);
        check("terraform.tfvars", Role::FirstValues);
        check("x.test.hcl", Role::Other);
        check("main.tf.json", Role::Blocks);
        check("main.hcl.json", Role::Blocks);
        check("a.auto.tfvars.json", Role::Values);
        check("terraform.tfvars.json", Role::FirstValues);
        check("prod.vars.hcl.json", Role::Other);
        check("main.tf.json.json", Role::Other);
        check("package.json", Role::Other);
        check(".terraform.lock.hcl", Role::Other);
        check("main.hcl~", Role::Other);
        check("notes.txt", Role::Other);
    }
}
