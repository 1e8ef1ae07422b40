//! The journal: what an apply did since the state was written, one line for each event.
//!
//! Recording a change costs one line and one flush to the disk, whatever the size of the state. The first line says
//! which version of the state the journal continues, so that every crash leaves one of these, and none loses a thing:
//!
//! | state | journal | the run ended | so the memory is |
//! |---|---|---|---|
//! | serial 7 | none | outside an apply | the state |
//! | serial 7 | continues 7 | during an apply | the state and the journal's events |
//! | serial 8 | continues 7 | after the state was written and before the journal was removed | the state |
//!
//! Each line begins with a checksum over itself and the line before, so no line can be changed, lost or moved
//! unnoticed. Only the last one can be torn, by a crash while it was written: nobody relied on it yet, since what
//! comes after an event waits until it is on the disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::workspace::Workspace;
use super::{Error, atomic, state};
use crate::model::event::Event;
use crate::model::state::State;

/// The format that is written. Events are lines of the model's own shape: a journal lives from an interrupted apply
/// to the next run and no longer. Whoever changes the shape of [`Event`] so that old lines mean something else counts
/// this up.
pub const FORMAT: u64 = 1;

/// Hexadecimal digits of a line's checksum; enough against accidents, and accidents are what it is for.
const CHECKSUM_LENGTH: usize = 16;

const WHAT: &str = "the journal of an interrupted apply";

/// What is remembered from earlier runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The state with all that happened since; its lineage is empty where there is none yet.
    pub state: State,
    /// The last apply did not come to its end.
    pub is_interrupted: bool,
}

/// Reads the state and takes in what an interrupted apply did since. Changes nothing.
///
/// # Errors
///
/// Those of [`state::load`]; [`Error::Damaged`] for a journal, with the line; [`Error::JournalOfAnotherState`].
pub fn load(workspace: &Workspace) -> Result<Memory, Error> {
    let state = state::load(&workspace.state())?;
    let path = workspace.journal();
    let Some(record) = atomic::read(&path)?.map(|bytes| read(&path, &bytes)).transpose()?.flatten() else {
        return Ok(Memory { state: state.unwrap_or_default(), is_interrupted: false });
    };
    let Header { lineage, serial, .. } = record.header;
    let mut state = match state {
        None if serial == 0 => State { lineage, ..State::default() },
        Some(state) if state.lineage == lineage && state.serial > serial => {
            return Ok(Memory { state, is_interrupted: false });
        }
        Some(state) if state.lineage == lineage && state.serial == serial => state,
        other => return Err(foreign(workspace, other.as_ref(), &lineage, serial)),
    };
    for event in &record.events {
        state.take(event);
    }
    Ok(Memory { state, is_interrupted: true })
}

/// Writes the state whole, as a new version, and removes the journal that led to it. For everything that changes the
/// state: the end of an apply, and commands that only edit it.
///
/// # Errors
///
/// Those of [`state::save`]; the journal is then still there, and nothing is lost.
pub fn commit(workspace: &Workspace, state: &mut State) -> Result<(), Error> {
    workspace.prepare()?;
    let serial = state.serial;
    state.serial += 1;
    state::save(&workspace.state(), state).inspect_err(|_| state.serial = serial)?;
    atomic::remove(&workspace.journal())
}

/// An open journal, for one apply.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// How much of the file is whole lines.
    length: u64,
    /// The checksum of the last line.
    last: String,
    /// Something is behind the whole lines that could not be taken away.
    is_torn: bool,
}

impl Journal {
    /// Begins the journal of an apply that continues `state`, which is what [`load`] gave, with a lineage.
    ///
    /// What an interrupted apply left is written into the state first.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] where the files cannot be written.
    pub fn begin(workspace: &Workspace, state: &mut State) -> Result<Self, Error> {
        workspace.prepare()?;
        let path = workspace.journal();
        if path.exists() {
            commit(workspace, state)?;
        }
        let header = Header { format: FORMAT, lineage: state.lineage.clone(), serial: state.serial };
        let (line, last) = line_of(&header, "");
        atomic::write(&path, |out| out.write_all(line.as_bytes()))?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.map_err(|source| Error::Write { path: path.clone(), source })?;
        Ok(Self { path, file, length: line.len() as u64, last, is_torn: false })
    }

    /// Makes the events durable, all of them or an error. After an error a later attempt starts where the last whole
    /// line ends.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] where the disk does not take them, [`Error::TooDeep`] where they could not be read back.
    pub fn append(&mut self, events: &[Event]) -> Result<(), Error> {
        let mut text = String::new();
        let mut last = self.last.clone();
        for event in events {
            readable(event)?;
            let (line, checksum) = line_of(event, &last);
            text.push_str(&line);
            last = checksum;
        }
        match self.write(text.as_bytes()) {
            Ok(()) => {
                self.length += text.len() as u64;
                self.last = last;
                Ok(())
            }
            Err(source) => {
                self.is_torn = true;
                Err(Error::Write { path: self.path.clone(), source })
            }
        }
    }

    /// Ends the journal of an apply: from now on the state alone is the memory.
    ///
    /// # Errors
    ///
    /// As [`commit`].
    pub fn finish(self, workspace: &Workspace, state: &mut State) -> Result<(), Error> {
        drop(self.file);
        commit(workspace, state)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_torn {
            self.file.set_len(self.length)?;
            self.is_torn = false;
        }
        self.file.write_all(bytes)?;
        self.file.sync_data()
    }
}

/// The first line: which version of which state the journal continues.
#[derive(Serialize, Deserialize)]
struct Header {
    format: u64,
    lineage: String,
    serial: u64,
}

/// What stands in a journal.
struct Record {
    header: Header,
    events: Vec<Event>,
}

/// Checks that what the event holds can be read back. Only outputs are of any depth: a schema bounds all else.
fn readable(event: &Event) -> Result<(), Error> {
    match event {
        Event::Output { name, value: Some(output) } => {
            state::readable(&output.value, &|| format!("output.{name}"))
        }
        Event::Account { .. }
        | Event::Intent(_)
        | Event::Done { .. }
        | Event::Failed { .. }
        | Event::Forgotten { .. }
        | Event::Refreshed { .. }
        | Event::Settled { .. }
        | Event::Output { value: None, .. } => Ok(()),
    }
}

/// A line with its newline, and its checksum, which the next line's goes on from.
fn line_of(content: &impl Serialize, previous: &str) -> (String, String) {
    let json = serde_json::to_string(content).expect("plain data with texts as names is always JSON");
    let checksum = checksum(previous, &json);
    (format!("{checksum} {json}\n"), checksum)
}

fn checksum(previous: &str, json: &str) -> String {
    let mut hash = state::hex(&Sha256::new().chain_update(previous).chain_update(json).finalize());
    hash.truncate(CHECKSUM_LENGTH);
    hash
}

/// Reads all whole lines; `None` where not even the first one is.
fn read(path: &Path, bytes: &[u8]) -> Result<Option<Record>, Error> {
    let damaged = |number: usize, problem: &str| Error::Damaged {
        what: WHAT,
        path: path.to_owned(),
        problem: format!("line {number} {problem}"),
        remedy: format!(
            "Cut the file before line {number} and plan again: what was applied after that will show as objects that \
             exist and are not in the state"
        ),
    };
    let mut last = String::new();
    let mut header = None;
    let mut events = Vec::new();
    // What follows the last newline was never whole.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    for (number, line) in (1..).zip(bytes[..whole].split_inclusive(|byte| *byte == b'\n')) {
        let json = checked(line, &mut last).ok_or_else(|| damaged(number, "is damaged"))?;
        if number == 1 {
            header = Some(read_header(path, json)?.ok_or_else(|| damaged(1, "does not begin a journal"))?);
        } else {
            events.push(serde_json::from_str(json).map_err(|error| damaged(number, &error.to_string()))?);
        }
    }
    Ok(header.map(|header| Record { header, events }))
}

/// The JSON of a line whose checksum fits.
fn checked<'a>(line: &'a [u8], last: &mut String) -> Option<&'a str> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (stated, json) = text.split_once(' ')?;
    let actual = checksum(last, json);
    let fits = stated == actual;
    *last = actual;
    fits.then_some(json)
}

fn read_header(path: &Path, json: &str) -> Result<Option<Header>, Error> {
    #[derive(Deserialize)]
    struct Any {
        format: u64,
    }
    match serde_json::from_str(json) {
        Ok(Any { format }) if format > FORMAT => {
            Err(Error::Newer { what: WHAT, path: path.to_owned(), format, known: FORMAT })
        }
        _ => Ok(serde_json::from_str(json).ok()),
    }
}

/// The error for a state file that was taken away or put back under the journal.
fn foreign(workspace: &Workspace, state: Option<&State>, lineage: &str, serial: u64) -> Error {
    let there = match state {
        None => "there is no state beside it".to_owned(),
        Some(state) if state.lineage == lineage => {
            format!("the state beside it is at serial {}", state.serial)
        }
        Some(state) => format!("the state beside it is another one, of lineage {}", state.lineage),
    };
    Error::JournalOfAnotherState {
        journal: workspace.journal(),
        problem: format!("it continues serial {serial} of the state of lineage {lineage}, and {there}"),
        remedy: format!(
            "Put that version back as `{}`, or move the journal away and plan again: what it says was applied will \
             then show as objects that exist and are not in the state",
            workspace.state().display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::state::{OpenIntent, Operation};
    use crate::store::state::tests::{address, recorded, sample};
    use crate::store::workspace::Realm;
    use std::fs;

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path(), Realm::Clouds);
        (directory, workspace)
    }

    fn intent(name: &str) -> Event {
        Event::Intent(OpenIntent {
            address: address(name),
            scope: recorded(name).scope,
            operation: Operation::Create,
            id: None,
            identity: Some(name.into()),
        })
    }

    fn done(name: &str) -> Event {
        let recorded = Some(recorded(name));
        Event::Done { address: address(name), operation: Operation::Create, recorded }
    }

    fn events() -> Vec<Event> {
        let failed = Event::Failed {
            address: address("f"),
            operation: Operation::Create,
            error: "the cloud's own words\nof two lines".into(),
            recorded: None,
            unknown: true,
        };
        vec![
            intent("d"),
            done("d"),
            intent("e"),
            Event::Forgotten { address: address("a") },
            done("e"),
            failed,
        ]
    }

    fn after(events: &[Event], mut state: State) -> State {
        for event in events {
            state.take(event);
        }
        state
    }

    /// A workspace whose apply was interrupted after all events.
    fn interrupted() -> (tempfile::TempDir, Workspace) {
        let (directory, workspace) = workspace();
        let mut state = sample();
        commit(&workspace, &mut state).unwrap();
        let mut journal = Journal::begin(&workspace, &mut state).unwrap();
        for batch in events().chunks(2) {
            journal.append(batch).unwrap();
        }
        (directory, workspace)
    }

    fn committed() -> State {
        State { serial: 8, ..sample() }
    }

    #[test]
    fn an_interrupted_apply_is_remembered_to_its_last_event() {
        let (_directory, workspace) = interrupted();
        let memory = load(&workspace).unwrap();
        assert_eq!(memory, Memory { state: after(&events(), committed()), is_interrupted: true });
    }

    #[test]
    fn a_finished_apply_leaves_the_state_alone() {
        let (_directory, workspace) = workspace();
        let mut state = State { lineage: "new".into(), ..State::default() };
        let mut journal = Journal::begin(&workspace, &mut state).unwrap();
        journal.append(&events()).unwrap();
        let mut state = after(&events(), state);
        journal.finish(&workspace, &mut state).unwrap();
        assert!(!workspace.journal().exists());
        assert_eq!(state.serial, 1);
        assert_eq!(load(&workspace).unwrap(), Memory { state, is_interrupted: false });
    }

    #[test]
    fn a_crash_at_any_byte_keeps_every_whole_line() {
        let (_directory, workspace) = interrupted();
        let whole = fs::read(workspace.journal()).unwrap();
        for length in 0..=whole.len() {
            fs::write(workspace.journal(), &whole[..length]).unwrap();
            let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            let expected = after(&events()[..lines.saturating_sub(1)], committed());
            let memory = load(&workspace).unwrap();
            assert_eq!(memory, Memory { state: expected, is_interrupted: lines > 0 }, "cut at {length}");
        }
    }

    #[test]
    fn an_apply_goes_on_after_a_crash() {
        let (_directory, workspace) = interrupted();
        let whole = fs::read(workspace.journal()).unwrap();
        let before = fs::read(workspace.state()).unwrap();
        // Each round waits for the disk several times, so not every byte has its own.
        for length in (0..=whole.len()).step_by(37) {
            fs::write(workspace.state(), &before).unwrap();
            fs::write(workspace.journal(), &whole[..length]).unwrap();
            let mut state = load(&workspace).unwrap().state;
            let mut journal = Journal::begin(&workspace, &mut state).unwrap();
            journal.append(&[done("z")]).unwrap();
            state.take(&done("z"));
            assert_eq!(load(&workspace).unwrap().state, state, "cut at {length}");
        }
    }

    #[test]
    fn a_journal_that_the_state_holds_already_is_not_taken_in_again() {
        let (_directory, workspace) = interrupted();
        let journal = fs::read(workspace.journal()).unwrap();
        let mut state = load(&workspace).unwrap().state;
        commit(&workspace, &mut state).unwrap();
        fs::write(workspace.journal(), journal).unwrap();
        state.resources.remove(&address("d"));
        state::save(&workspace.state(), &state).unwrap();
        assert_eq!(load(&workspace).unwrap(), Memory { state, is_interrupted: false });
    }

    #[test]
    fn the_first_apply_needs_no_state() {
        let (_directory, workspace) = workspace();
        let mut state = State { lineage: "new".into(), ..State::default() };
        Journal::begin(&workspace, &mut state).unwrap().append(&events()).unwrap();
        assert_eq!(load(&workspace).unwrap().state, after(&events(), state));
    }

    #[test]
    fn every_changed_byte_before_the_last_newline_is_noticed() {
        let (_directory, workspace) = interrupted();
        let whole = fs::read(workspace.journal()).unwrap();
        for position in 0..whole.len() - 1 {
            let mut changed = whole.clone();
            changed[position] ^= 1;
            assert!(read(&workspace.journal(), &changed).is_err(), "byte {position}");
        }
    }

    #[test]
    fn a_damaged_lost_or_moved_line_is_named() {
        let (_directory, workspace) = interrupted();
        let text = fs::read_to_string(workspace.journal()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let check = |order: &[usize], expected: &str| {
            let changed: Vec<&str> = order.iter().map(|index| lines[*index]).collect();
            fs::write(workspace.journal(), changed.join("\n") + "\n").unwrap();
            let error = load(&workspace).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("Cut the file before"), "{error}");
        };
        check(&[0, 1, 3, 4], "line 3 is damaged");
        check(&[0, 2, 1, 3], "line 2 is damaged");
        check(&[1, 2, 3], "line 1 is damaged");
    }

    #[test]
    fn a_journal_of_another_state_is_refused() {
        let check = |change: fn(&Workspace), expected: &str| {
            let (_directory, workspace) = interrupted();
            change(&workspace);
            let error = load(&workspace).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(|workspace| fs::remove_file(workspace.state()).unwrap(), "there is no state beside it");
        check(|workspace| state::save(&workspace.state(), &sample()).unwrap(), "is at serial 7");
        check(
            |workspace| {
                let other = State { lineage: "other".into(), ..committed() };
                state::save(&workspace.state(), &other).unwrap();
            },
            "of lineage other",
        );
    }

    #[test]
    fn a_newer_journal_is_refused_with_a_sentence() {
        let header = Header { format: 2, lineage: "l".into(), serial: 1 };
        let error = read(Path::new("j"), line_of(&header, "").0.as_bytes()).err().expect("newer").to_string();
        assert!(error.contains("has format 2"), "{error}");
    }

    #[test]
    fn the_next_attempt_after_a_failed_one_starts_on_a_line_of_its_own() {
        let (_directory, workspace) = interrupted();
        let mut state = load(&workspace).unwrap().state;
        let mut journal = Journal::begin(&workspace, &mut state).unwrap();
        journal.file.write_all(b"half a li").unwrap();
        journal.is_torn = true;
        journal.append(&[done("z")]).unwrap();
        assert_eq!(load(&workspace).unwrap().state, after(&[done("z")], state));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_and_nothing_that_was_recorded_is_lost() {
        let (_directory, workspace) = interrupted();
        let mut state = load(&workspace).unwrap().state;
        let mut journal = Journal::begin(&workspace, &mut state).unwrap();
        let disk =
            std::mem::replace(&mut journal.file, File::options().append(true).open("/dev/full").unwrap());
        let error = journal.append(&[done("y")]).unwrap_err();
        let cause = std::error::Error::source(&error).expect("the system said why").to_string();
        assert!(cause.contains("No space left on device"), "{cause}");
        assert_eq!(load(&workspace).unwrap().state, state);
        journal.file = disk;
        journal.append(&[done("z")]).unwrap();
        assert_eq!(load(&workspace).unwrap().state, after(&[done("z")], state));
    }

    #[test]
    fn a_state_that_cannot_be_written_keeps_its_journal() {
        let (_directory, workspace) = interrupted();
        let mut state = load(&workspace).unwrap().state;
        fs::create_dir(workspace.backup()).unwrap();
        assert!(commit(&workspace, &mut state).is_err());
        assert_eq!(state.serial, 8);
        assert_eq!(load(&workspace).unwrap().state, state);
    }
}
