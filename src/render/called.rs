//! How the program was called, so that a command that a message proposes can be pasted as it stands.

use super::escape::visible;
use super::refusal::shell;

/// What stood before the subcommand, or would do there: where to work, and whether with the emulator.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// As words of a shell, each with a blank before it.
    flags: String,
    /// The words of the command that saves the plan of this run; empty where it has none.
    saving: String,
}

impl Called {
    /// With `-C` and `--emulator` as they were given; an emulator without a world is the empty text.
    ///
    /// Variables are left out: a saved plan holds them, and they may be secret.
    pub fn new(directory: Option<&str>, emulator: Option<&str>) -> Self {
        let directory = directory.map(|directory| format!(" -C {}", shell(&visible(directory))));
        let emulator = emulator.map(|world| match world {
            "" => " --emulator".to_owned(),
            world => format!(" --emulator={}", shell(&visible(world))),
        });
        Self { flags: directory.into_iter().chain(emulator).collect(), saving: String::new() }
    }

    /// The same, for a run whose plan these words save.
    #[must_use]
    pub fn saved_by(self, words: String) -> Self {
        Self { saving: words, ..self }
    }

    /// The command that saves the plan of this run.
    pub fn saving(&self) -> String {
        self.command(&self.saving)
    }

    /// The command that runs these words of ours in the same way.
    pub fn command(&self, words: &str) -> String {
        format!("backform{} {words}", self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_called_as_the_first_one_was() {
        let check = |directory: Option<&str>, emulator: Option<&str>, expected: &str| {
            assert_eq!(Called::new(directory, emulator).command("plan"), expected);
        };
        check(None, None, "backform plan");
        check(None, Some(""), "backform --emulator plan");
        check(
            Some("examples/first one"),
            Some("fleet:10"),
            "backform -C 'examples/first one' --emulator=fleet:10 plan",
        );
    }
}
