//! The files of the package, for the house rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All files by their path from the top, `/` between the parts.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// The package as it lies on the disk, without what is built, what git keeps and what is hidden from both.
    pub fn read() -> Self {
        let mut files = BTreeMap::new();
        read_into(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut files);
        Self { files }
    }

    /// Made-up files, to show that a rule catches what breaks it.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let owned = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self { files: owned.collect() }
    }

    /// All files below a folder (`""` for all) whose name ends like that.
    pub fn below<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
    }

    /// One file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The names at the top.
    pub fn top(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.files.keys().filter_map(|path| path.split('/').next()).collect();
        names.dedup();
        names
    }
}

fn read_into(directory: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(directory).expect("the package's folders are readable");
    for entry in entries {
        let entry = entry.expect("the package's folders are readable");
        let name = entry.file_name().into_string().expect("names in the package are plain text");
        let path = format!("{prefix}{name}");
        if matches!(path.as_str(), "target" | ".git") || name == ".backform" {
            continue;
        }
        if entry.path().is_dir() {
            read_into(&entry.path(), &format!("{path}/"), files);
        } else {
            let bytes = fs::read(entry.path()).expect("the package's files are readable");
            files.insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
