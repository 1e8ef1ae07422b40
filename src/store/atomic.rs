//! Files that are either the old one or the new one, whatever happens in between.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// Writes a file whole beside the old one and renames it over it.
///
/// The file is readable by its owner only (0600). It is on the disk, and so is its name, when this returns. An error
/// at any point, a full disk above all, leaves the old file as it was and nothing beside it. A symbolic link stays
/// one: the file that it leads to is replaced.
///
/// # Errors
///
/// [`Error::Write`] where the content or the file system fails.
pub fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    replace(path, Backup::None, Readers::Owner, content)
}

/// Like [`write()`] for a file that is somebody else's work and not ours: who may read it, and whose it is, stays.
///
/// # Errors
///
/// [`Error::Write`] where the content or the file system fails, or the file is not to be written to.
pub fn rewrite(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    replace(path, Backup::None, Readers::AsBefore, content)
}

/// Like [`write()`], and keeps the old file under the name with `.backup` after it.
///
/// # Errors
///
/// [`Error::Write`] where the content or the file system fails.
pub fn write_with_backup(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    replace(path, Backup::Previous, Readers::Owner, content)
}

/// Writes a file that is not there yet, for everybody whom the user lets read what they write.
///
/// # Errors
///
/// [`Error::Write`] where the content or the file system fails, or the file is there already.
pub fn create(path: &Path, content: &[u8]) -> Result<(), Error> {
    let attempt = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".backform-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut draft = builder.tempfile_in(directory_of(path))?;
        draft.write_all(content)?;
        draft.as_file().sync_all()?;
        draft.persist_noclobber(path).map_err(|error| error.error)?;
        sync_directory(directory_of(path))
    };
    attempt().map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Removes a file for good; one that is not there is no error.
///
/// # Errors
///
/// [`Error::Write`] where the file is still there afterwards, or may come back after a power failure.
pub fn remove(path: &Path) -> Result<(), Error> {
    let gone = match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.and_then(|()| sync_directory(directory_of(path))),
    };
    gone.map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// The bytes of a file, or `None` where there is no such file.
///
/// # Errors
///
/// [`Error::Read`] where it is there and cannot be read.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// The path with something after its last name: `a/b.json` and `.backup` give `a/b.json.backup`.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What becomes of the old file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backup {
    None,
    Previous,
}

/// Who may read the new file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    Owner,
    AsBefore,
}

fn replace(
    path: &Path,
    backup: Backup,
    readers: Readers,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let attempt = || -> io::Result<()> {
        let directory = directory_of(&target);
        if readers == Readers::AsBefore {
            // A file that is not to be written to must not get another one in its place either.
            File::options().write(true).open(&target)?;
        }
        let mut draft =
            tempfile::Builder::new().prefix(".backform-").suffix(".tmp").tempfile_in(directory)?;
        let mut writer = BufWriter::with_capacity(1 << 16, draft.as_file_mut());
        content(&mut writer)?;
        writer.flush()?;
        drop(writer);
        if readers == Readers::AsBefore {
            keep_readers(&target, draft.as_file())?;
        }
        draft.as_file().sync_all()?;
        if backup == Backup::Previous {
            keep_previous(&target)?;
        }
        draft.persist(&target).map_err(|error| error.error)?;
        sync_directory(directory)
    };
    attempt().map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Gives a file the owner and the permissions of another one. Only root can give a file away: who else writes a file of
/// somebody else's becomes its owner.
fn keep_readers(from: &Path, to: &File) -> io::Result<()> {
    let before = fs::metadata(from)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let _kept_where_it_can_be = fchown(to, Some(before.uid()), Some(before.gid()));
    }
    to.set_permissions(before.permissions())
}

/// Gives the old file a second name. The first one stays, so that there is no moment without a whole file under it.
fn keep_previous(path: &Path) -> io::Result<()> {
    let backup = beside(path, ".backup");
    match fs::remove_file(&backup) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match fs::hard_link(path, &backup) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // Some file systems have no second names.
        Err(_) => fs::copy(path, &backup).map(|_| ()),
        Ok(()) => Ok(()),
    }
}

/// The directory that a path's last name is in.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a directory durable. Elsewhere than on Unix a directory cannot be opened, nor need it be.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_created_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.hcl");
        create(&path, b"first").unwrap();
        create(&path, b"second").unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(directory.path()), ["a.hcl"]);
    }

    #[test]
    fn the_new_file_takes_the_place_of_the_old_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        for text in ["first", "second"] {
            write(&path, |out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(directory.path()), ["a.json"]);
    }

    #[test]
    fn the_previous_version_is_kept_where_it_is_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        for text in ["first", "second", "third"] {
            write_with_backup(&path, |out| out.write_all(text.as_bytes())).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        assert_eq!(fs::read_to_string(beside(&path, ".backup")).unwrap(), "second");
        assert_eq!(names(directory.path()), ["a.json", "a.json.backup"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        fs::write(&path, "open to all").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, |out| out.write_all(b"secret")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_somebody_else_keeps_its_readers() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("main.hcl");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        rewrite(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o664);
        assert_eq!(names(directory.path()), ["main.hcl"]);
        rewrite(&directory.path().join("missing"), |out| out.write_all(b"new")).unwrap_err();
        assert_eq!(names(directory.path()), ["main.hcl"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_stays_one() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    /// Fills the disk after some bytes: the rest goes to a device that has no room, so the error is the kernel's own.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_leaves_the_old_file_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        fs::write(&path, "old").unwrap();
        let full = |out: &mut dyn Write| {
            out.write_all(b"half of the new")?;
            File::options().write(true).open("/dev/full")?.write_all(b"the other half")
        };
        let error = write_with_backup(&path, full).unwrap_err();
        let cause = std::error::Error::source(&error).expect("the file system said why").to_string();
        assert!(cause.contains("No space left on device"), "{cause}");
        assert!(error.to_string().contains("a.json"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(directory.path()), ["a.json"]);
    }

    #[test]
    fn a_place_that_takes_no_file_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("file"), "").unwrap();
        let check = |path: &str| {
            let path = directory.path().join(path);
            let error = write(&path, |out| out.write_all(b"x")).unwrap_err();
            assert!(matches!(error, Error::Write { .. }), "{error}");
        };
        check("missing/a.json");
        check("file/a.json");
    }

    #[test]
    fn what_is_not_there_is_removed_already() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        fs::write(&path, "x").unwrap();
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
