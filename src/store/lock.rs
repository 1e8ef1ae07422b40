//! One writer or many readers at a time, by the operating system's own lock on a file.
//!
//! The system lets go of the lock when its holder dies, however it dies, so there is no stale lock and nothing to
//! force open. The text in the file only says who the holder is; it decides nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Error;

/// How long to rest between two attempts; a person does not notice it, and the disk does not either.
const REST: Duration = Duration::from_millis(100);

/// Readers add a line each, and nobody takes one out. Beyond this length they start over.
const LONGEST: u64 = 16 * 1024;

/// Who holds a lock, for those who find it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user's name.
    pub who: String,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// Since when, as text to be shown.
    pub since: String,
    /// What for: `apply`, `plan`.
    pub purpose: String,
    /// The run's own id.
    pub id: String,
}

/// What a run does while it holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads: others may read too.
    Read,
    /// It writes: nobody else may do anything.
    Write,
}

/// A held lock; dropping it lets go.
#[derive(Debug)]
#[must_use = "the lock is let go as soon as this is dropped"]
pub struct Lock {
    /// `None` for a reader in a directory where no lock file can be made.
    file: Option<File>,
    access: Access,
}

impl Lock {
    /// Takes the lock, waiting for it as long as `patience` and no longer.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] where another run holds it, [`Error::Write`] where the file system has no such locks.
    pub fn take(path: &Path, access: Access, holder: &Holder, patience: Duration) -> Result<Self, Error> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let Some(mut file) = open(path, access).map_err(failed)? else {
            return Ok(Self { file: None, access });
        };
        let mut left = patience;
        loop {
            let attempt = match access {
                Access::Read => file.try_lock_shared(),
                Access::Write => file.try_lock(),
            };
            match attempt {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) if left.is_zero() => {
                    let purpose = holder.purpose.clone();
                    return Err(Error::Locked { path: path.to_owned(), purpose, holder: named(&mut file) });
                }
                Err(TryLockError::WouldBlock) => {
                    let rest = REST.min(left);
                    std::thread::sleep(rest);
                    left -= rest;
                }
            }
        }
        // A name that cannot be written, because the disk is full, is worth less than the lock that is held.
        let _ = sign(&mut file, access, holder);
        Ok(Self { file: Some(file), access })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(file) = self.file.as_ref().filter(|_| self.access == Access::Write) {
            // Nobody is misled by a name that stays: without the system's lock it means nothing.
            let _ = file.set_len(0);
        }
    }
}

/// Opens the lock file, and makes it where it is missing.
///
/// `None` where a reader may not make one: in a directory where nobody could make one, nobody has ever applied, since
/// the file stays once it is made.
fn open(path: &Path, access: Access) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if access == Access::Read && is_read_only(&error) => match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        },
        other => other.map(Some),
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Writes who holds the lock now.
fn sign(file: &mut File, access: Access, holder: &Holder) -> io::Result<()> {
    if access == Access::Write || file.metadata()?.len() > LONGEST {
        file.set_len(0)?;
    }
    let mut line = serde_json::to_vec(holder)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Who signed last, as far as that can be read.
fn named(file: &mut File) -> Option<Box<Holder>> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(2 * LONGEST).read_to_string(&mut text).ok()?;
    text.lines().rev().find_map(|line| serde_json::from_str(line).ok()).map(Box::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const NO_PATIENCE: Duration = Duration::ZERO;

    fn holder(purpose: &str) -> Holder {
        Holder {
            who: "ana".into(),
            host: "build-7".into(),
            pid: 4711,
            since: "2026-11-21T10:00:00Z".into(),
            purpose: purpose.into(),
            id: "run-1".into(),
        }
    }

    fn take(path: &Path, access: Access, purpose: &str) -> Result<Lock, Error> {
        Lock::take(path, access, &holder(purpose), NO_PATIENCE)
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state.lock");
        (directory, path)
    }

    #[test]
    fn a_writer_is_alone_and_readers_are_not() {
        let check = |first: Access, second: Access, together: bool| {
            let (_directory, path) = place();
            let held = take(&path, first, "one").unwrap();
            assert_eq!(take(&path, second, "two").is_ok(), together, "{first:?} then {second:?}");
            drop(held);
            assert!(take(&path, second, "three").is_ok(), "free again after {first:?}");
        };
        check(Access::Read, Access::Read, true);
        check(Access::Read, Access::Write, false);
        check(Access::Write, Access::Read, false);
        check(Access::Write, Access::Write, false);
    }

    #[test]
    fn the_error_says_who_since_when_and_what_for() {
        for access in [Access::Read, Access::Write] {
            let (_directory, path) = place();
            let _held = take(&path, access, "apply").unwrap();
            let text = take(&path, Access::Write, "destroy").unwrap_err().to_string();
            for part in
                ["ana", "build-7", "4711", "2026-11-21T10:00:00Z", "for apply", "for destroy", "run-1"]
            {
                assert!(text.contains(part), "{part} is missing in: {text}");
            }
            assert!(text.contains("--lock-timeout"), "{text}");
        }
    }

    #[test]
    fn patience_ends() {
        let (_directory, path) = place();
        let _held = take(&path, Access::Write, "apply").unwrap();
        let patience = Duration::from_millis(120);
        assert!(Lock::take(&path, Access::Write, &holder("apply"), patience).is_err());
    }

    #[test]
    fn patience_is_rewarded() {
        let (_directory, path) = place();
        let held = take(&path, Access::Write, "apply").unwrap();
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || Lock::take(&path, Access::Write, &holder("apply"), Duration::from_secs(60)).is_ok()
        });
        drop(held);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn a_name_without_a_lock_means_nothing() {
        let (_directory, path) = place();
        std::fs::write(&path, serde_json::to_string(&holder("apply")).unwrap()).unwrap();
        assert!(take(&path, Access::Write, "apply").is_ok());
    }

    #[test]
    fn a_holder_without_a_name_is_still_a_holder() {
        let (_directory, path) = place();
        let _held = take(&path, Access::Write, "apply").unwrap();
        std::fs::write(&path, "\0garbage").unwrap();
        let text = take(&path, Access::Write, "apply").unwrap_err().to_string();
        assert!(text.contains("left no name"), "{text}");
    }

    #[test]
    fn the_names_of_many_readers_do_not_pile_up() {
        let (_directory, path) = place();
        for _ in 0..500 {
            drop(take(&path, Access::Read, "plan").unwrap());
        }
        assert!(std::fs::metadata(&path).unwrap().len() < 2 * LONGEST);
    }

    /// The lock belongs to the open file, so a child that inherits it holds it alone once we let go of ours.
    #[cfg(unix)]
    #[test]
    fn a_killed_holder_holds_nothing() {
        let (_directory, path) = place();
        let mut held = take(&path, Access::Write, "apply").unwrap();
        let file = held.file.take().expect("a writer always has a file");
        let mut child = std::process::Command::new("sleep").arg("600").stdin(file).spawn().unwrap();
        let while_it_lives = take(&path, Access::Write, "apply").is_ok();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!while_it_lives);
        assert!(take(&path, Access::Write, "apply").is_ok());
    }
}
