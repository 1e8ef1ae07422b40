//! Snapshots of test runs: one file for each run, beside the test.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::exit::Stop;
use crate::model::verdict::Comparison;
use crate::store::atomic;

/// The folder beside a test file.
const FOLDER: &str = "snapshots";

/// How each of our snapshots begins: nothing else is ever removed.
const HEADER: &str = "# backform test: ";

/// The path of a run's snapshot, relative to the configuration, `/` between the parts:
/// `snapshots/main/name.snap` for the run `name` of `main.test.hcl`.
pub fn path(file: &str, run: &str) -> String {
    let (folder, name) = file.rsplit_once('/').map_or(("", file), |(folder, name)| (folder, name));
    let stem = name.trim_end_matches(".test.hcl");
    let below = format!("{FOLDER}/{stem}/{run}.snap");
    if folder.is_empty() { below } else { format!("{folder}/{below}") }
}

/// The whole text of a snapshot.
pub fn text(file: &str, run: &str, shown: &str) -> String {
    format!("{HEADER}{file}, run \"{run}\"\n\n{}\n", shown.trim_matches('\n'))
}

/// Compares with what is stored, or stores.
///
/// # Errors
///
/// [`Stop`] where the file cannot be read or written.
pub fn compare(directory: &Path, path: &str, shown: &str, update: bool) -> Result<Comparison, Stop> {
    let full = directory.join(path);
    let stored = atomic::read(&full).map_err(|error| Stop::failed(&error))?;
    // A repository may check files out with the line ends of its system.
    let stored = stored.map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    let path = path.to_owned();
    Ok(match stored {
        Some(stored) if stored == shown => Comparison::Same,
        _ if update => {
            store(&full, shown)?;
            Comparison::Written { path }
        }
        Some(stored) => Comparison::Differs { path, stored, shown: shown.to_owned() },
        None => Comparison::Missing { path },
    })
}

fn store(path: &Path, text: &str) -> Result<(), Stop> {
    let failed =
        |source: io::Error| Stop::failed(&crate::store::Error::Write { path: path.to_owned(), source });
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    if path.exists() {
        return atomic::rewrite(path, |out| out.write_all(text.as_bytes()))
            .map_err(|error| Stop::failed(&error));
    }
    atomic::create(path, text.as_bytes()).map_err(|error| Stop::failed(&error))
}

/// Snapshots beside the tests of a configuration that belong to no run, by path; removed where that is wanted.
///
/// # Errors
///
/// [`Stop`] where one cannot be removed.
pub fn orphans(directory: &Path, owned: &BTreeSet<String>, update: bool) -> Result<Vec<String>, Stop> {
    let mut found = Vec::new();
    for folder in [FOLDER.to_owned(), format!("tests/{FOLDER}")] {
        for stem in names(&directory.join(&folder)) {
            for name in names(&directory.join(&folder).join(&stem)) {
                let path = format!("{folder}/{stem}/{name}");
                let full = directory.join(&path);
                if owned.contains(&path) || full.extension() != Some(OsStr::new("snap")) || !is_ours(&full) {
                    continue;
                }
                if update {
                    atomic::remove(&full).map_err(|error| Stop::failed(&error))?;
                }
                found.push(path);
            }
            if update {
                // One that still holds something stays.
                let _full = std::fs::remove_dir(directory.join(&folder).join(&stem));
            }
        }
    }
    Ok(found)
}

fn is_ours(path: &PathBuf) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(HEADER.as_bytes()))
}

/// The names in a folder, sorted; none where it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_lies_beside_its_test() {
        let check = |file: &str, run: &str, expected: &str| assert_eq!(path(file, run), expected);
        check("main.test.hcl", "web", "snapshots/main/web.snap");
        check("tests/a.b.test.hcl", "web", "tests/snapshots/a.b/web.snap");
    }

    #[test]
    fn what_is_stored_is_compared_written_and_cleared_away() {
        let directory = tempfile::tempdir().unwrap();
        let compare =
            |shown: &str, update| compare(directory.path(), "snapshots/m/a.snap", shown, update).unwrap();
        let path = || "snapshots/m/a.snap".to_owned();
        let (one, two) = (text("m.test.hcl", "a", "one\n"), text("m.test.hcl", "a", "two"));
        assert_eq!(compare(&one, false), Comparison::Missing { path: path() });
        assert_eq!(compare(&one, true), Comparison::Written { path: path() });
        assert_eq!(compare(&one, false), Comparison::Same);
        let differs = Comparison::Differs { path: path(), stored: one.clone(), shown: two.clone() };
        assert_eq!(compare(&two, false), differs);
        let owned = BTreeSet::from([path()]);
        assert_eq!(orphans(directory.path(), &owned, true).unwrap(), Vec::<String>::new());
        std::fs::write(directory.path().join("snapshots/m/foreign.snap"), "not ours").unwrap();
        assert_eq!(orphans(directory.path(), &BTreeSet::new(), false).unwrap(), [path()]);
        assert!(directory.path().join(path()).exists());
        assert_eq!(orphans(directory.path(), &BTreeSet::new(), true).unwrap(), [path()]);
        assert!(!directory.path().join(path()).exists());
        assert!(directory.path().join("snapshots/m/foreign.snap").exists());
    }
}
