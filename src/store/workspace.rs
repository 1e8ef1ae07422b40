//! Where the files of a configuration's directory are.

use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::atomic::beside;

/// Which clouds a run speaks to; each side has a memory of its own, so that trying out never touches what is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The real clouds.
    Clouds,
    /// The emulator.
    Emulator,
}

/// The paths that belong to one directory of configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    directory: PathBuf,
    realm: Realm,
}

impl Workspace {
    /// The workspace of a directory. Reads and makes nothing.
    pub fn new(directory: impl Into<PathBuf>, realm: Realm) -> Self {
        Self { directory: directory.into(), realm }
    }

    /// The directory of the configuration.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The state.
    pub fn state(&self) -> PathBuf {
        match self.realm {
            Realm::Clouds => self.directory.join("backform.state.json"),
            Realm::Emulator => self.own().join("emulator.state.json"),
        }
    }

    /// The version of the state before the last.
    pub fn backup(&self) -> PathBuf {
        beside(&self.state(), ".backup")
    }

    /// What happened in an apply since the state was written.
    pub fn journal(&self) -> PathBuf {
        beside(&self.state(), ".journal")
    }

    /// The lock of state and journal.
    pub fn lock(&self) -> PathBuf {
        beside(&self.state(), ".lock")
    }

    /// The world that the emulator starts from, which people write.
    pub fn first_world(&self) -> PathBuf {
        self.directory.join("world.json")
    }

    /// The world as the emulator left it.
    pub fn world(&self) -> PathBuf {
        self.own().join("world.json")
    }

    /// Makes the directory for files that are not the user's own (`.backform`, 0700) where this realm keeps some there.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] where it cannot be made.
    pub fn prepare(&self) -> Result<(), Error> {
        let own = self.own();
        if self.realm == Realm::Clouds || own.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&own).map_err(|source| Error::Write { path: own, source })
    }

    fn own(&self) -> PathBuf {
        self.directory.join(".backform")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_realm_has_its_own_memory() {
        let check = |realm: Realm, paths: [&str; 4]| {
            let workspace = Workspace::new("d", realm);
            let actual = [workspace.state(), workspace.backup(), workspace.journal(), workspace.lock()];
            assert_eq!(actual, paths.map(PathBuf::from));
        };
        let real = "d/backform.state.json";
        let tried = "d/.backform/emulator.state.json";
        check(
            Realm::Clouds,
            [real, &format!("{real}.backup"), &format!("{real}.journal"), &format!("{real}.lock")],
        );
        check(
            Realm::Emulator,
            [tried, &format!("{tried}.backup"), &format!("{tried}.journal"), &format!("{tried}.lock")],
        );
    }

    #[test]
    fn the_emulator_never_writes_the_world_that_people_wrote() {
        let workspace = Workspace::new("d", Realm::Emulator);
        assert_eq!(workspace.first_world(), PathBuf::from("d/world.json"));
        assert_eq!(workspace.world(), PathBuf::from("d/.backform/world.json"));
    }

    #[cfg(unix)]
    #[test]
    fn the_directory_is_made_when_it_is_needed_and_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let own = directory.path().join(".backform");
        Workspace::new(directory.path(), Realm::Clouds).prepare().unwrap();
        assert!(!own.exists());
        for _ in 0..2 {
            Workspace::new(directory.path(), Realm::Emulator).prepare().unwrap();
            assert_eq!(fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
