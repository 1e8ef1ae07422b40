//! The command that saves the very plan which another command would have applied at once.

use std::ffi::OsString;

use super::args::with_two_dashes;
use crate::render::escape::visible;
use crate::render::refusal::shell;

/// Flags that say how to consent or how to show, and nothing of what is planned; so with those that messages put in front
/// by themselves.
const SILENT: [&str; 7] =
    ["--ascii", "--auto-approve", "--detailed-exitcode", "--emulator", "--json", "--no-color", "--wait"];

/// The same for flags that take a value.
const SILENT_WITH_VALUE: [&str; 10] = [
    "--approve",
    "--chdir",
    "--color",
    "--confirm-destroy",
    "--json-into",
    "--lock-timeout",
    "--out",
    "--parallelism",
    "--view",
    "-C",
];

/// The words after the program's name, with `--out FILE` at their end. Values of variables may be secret, so dots stand
/// for them.
pub fn saving(arguments: &[OsString], file: &str) -> String {
    let given = with_two_dashes(arguments.to_vec());
    let mut given = given.iter().skip(1).map(|word| visible(&word.to_string_lossy()).into_owned());
    let mut words: Vec<String> = Vec::new();
    while let Some(word) = given.next() {
        let (flag, value) = word.split_once('=').map_or((&*word, None), |(flag, value)| (flag, Some(value)));
        if SILENT.contains(&flag) {
            continue;
        }
        if SILENT_WITH_VALUE.contains(&flag) {
            if value.is_none() {
                given.next();
            }
            continue;
        }
        if flag == "--var" {
            let set = value.map(str::to_owned).or_else(|| given.next());
            let name = set.as_deref().and_then(|set| set.split('=').next()).unwrap_or_default().to_owned();
            words.extend(["--var".to_owned(), shell(&format!("{name}=..."))]);
            continue;
        }
        words.push(shell(&word));
    }
    if let Some(command) = words.iter_mut().find(|word| !word.starts_with('-')) {
        let planning = match command.as_str() {
            "apply" => "plan",
            "destroy" => "plan --destroy",
            "refresh" => "plan --refresh-only",
            other => other,
        };
        *command = planning.to_owned();
    }
    words.extend(["--out".to_owned(), file.to_owned()]);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_stays_and_consent_goes() {
        let check = |given: &str, expected: &str| {
            let words: Vec<OsString> = given.split_whitespace().map(Into::into).collect();
            assert_eq!(saving(&words, "p"), expected, "{given}");
        };
        check("backform apply", "plan --out p");
        check("backform --emulator=w.json apply -auto-approve --parallelism 3", "plan --out p");
        check("backform -C shop apply --replace=a.b --json", "plan --replace=a.b --out p");
        check("backform destroy --confirm-destroy i-1 --approve=abc", "plan --destroy --out p");
        check("backform apply -refresh-only", "plan --refresh-only --out p");
        check("backform refresh", "plan --refresh-only --out p");
        check(
            "backform restore i-1 --to-path /data --emulator --auto-approve",
            "restore i-1 --to-path /data --out p",
        );
        check("backform backup a.b[0] c --out x", "backup 'a.b[0]' c --out p");
        check("backform apply -var key=secret --var=b=secret", "plan --var key=... --var b=... --out p");
        check("backform apply --var-file x.hcl", "plan --var-file x.hcl --out p");
    }
}
