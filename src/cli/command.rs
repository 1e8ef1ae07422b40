//! Runs a program of the user's for what it prints, and ends it when it takes too long.

use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a program prints on standard output. It sees our standard input and writes to our standard error, so that it
/// can ask for a password or a touch.
///
/// # Errors
///
/// When it cannot be run, fails, or takes longer than the limit.
pub fn output(words: &[String], limit: Duration) -> io::Result<Vec<u8>> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| io::Error::other("there is no program to run"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{program} could not be run: {error}")))?;
    let printed = read_within(&mut child, limit);
    if printed.is_none() {
        // It may be gone by itself between the two; either way it has ended after this.
        let _gone = child.kill();
    }
    let status = child.wait()?;
    let printed = printed.ok_or_else(|| {
        io::Error::new(io::ErrorKind::TimedOut, format!("{program} took longer than {} s", limit.as_secs()))
    })??;
    if !status.success() {
        return Err(io::Error::other(format!("{program} failed with {status}")));
    }
    Ok(printed)
}

/// All that the program prints until it closes its output; `None` after the limit.
fn read_within(child: &mut Child, limit: Duration) -> Option<io::Result<Vec<u8>>> {
    let mut out = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = out.read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens any more after the limit.
        let _late = sender.send(read);
    });
    receiver.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str], limit: u64) -> String {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        match output(&words, Duration::from_millis(limit)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn a_program_prints_fails_or_takes_too_long() {
        let check = |words: &[&str], limit: u64, expected: &str| {
            let shown = shown(words, limit);
            assert!(shown.starts_with(expected), "{shown}");
        };
        check(&["printf", "%s", "a b"], 60_000, "a b");
        check(&["false"], 60_000, "error: false failed with exit status: 1");
        check(&["there-is-no-such-program"], 60_000, "error: there-is-no-such-program could not be run");
        check(&["sleep", "600"], 20, "error: sleep took longer than 0 s");
        check(&[], 1, "error: there is no program to run");
    }
}
