//! A command that prints keys. It is run as it stands, without a shell.
//!
//! Source: Alibaba Cloud credentials library 1.0.12, provider `external`; aliyun-cli, mode `External`.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::{Fresh, json};
use super::{Credentials, CredentialsError, Outside};
use crate::wire::alibaba::credentials::CommandOutput;

/// How long the command may take: the library's minute.
const LIMIT: Duration = Duration::from_secs(60);

/// The command.
pub struct Command {
    /// The profile, in words.
    pub from: String,
    words: Vec<String>,
}

impl Command {
    /// Takes the command line apart.
    pub(super) fn new(line: &str, from: String) -> Result<Self, CredentialsError> {
        let bad = |reason: &str| CredentialsError::Command { from: from.clone(), reason: reason.to_owned() };
        let words = split(line).ok_or_else(|| bad("a quote in process_command is not closed"))?;
        if words.is_empty() {
            return Err(bad("process_command is empty"));
        }
        Ok(Self { from, words })
    }

    /// Runs it and reads the key.
    pub(super) async fn fetch(&self, outside: &Arc<dyn Outside>) -> Result<Fresh, CredentialsError> {
        let bad = |reason: String| CredentialsError::Command { from: self.from.clone(), reason };
        let (words, runner) = (self.words.clone(), outside.clone());
        let run = tokio::task::spawn_blocking(move || runner.run(&words, LIMIT)).await;
        let run = run.map_err(|_| bad("it could not be waited for".to_owned()))?;
        // The system's words on a program name the program at most.
        let printed = run.map_err(|error| bad(error.to_string()))?;
        self.key(json(&self.from, &printed)?)
    }

    /// The key that the command printed.
    fn key(&self, output: CommandOutput) -> Result<Fresh, CredentialsError> {
        let bad = |detail: String| CredentialsError::Unreadable { from: self.from.clone(), detail };
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        match output.mode.as_deref() {
            None | Some("" | "AK" | "StsToken") => {}
            Some(_) => return Err(bad("its mode is neither AK nor StsToken".to_owned())),
        }
        let lacks = |field: &str| bad(format!("it holds no {field}"));
        let id = given(output.access_key_id).ok_or_else(|| lacks("access_key_id"))?;
        let secret = given(output.access_key_secret).ok_or_else(|| lacks("access_key_secret"))?;
        let token = given(output.sts_token);
        if output.mode.as_deref() == Some("StsToken") && token.is_none() {
            return Err(lacks("sts_token"));
        }
        Ok(Fresh {
            key: Credentials::new(id, secret.into(), token.map(Into::into), self.from.clone()),
            expires: output.expiration.and_then(|text| text.parse().ok()),
        })
    }
}

/// Words as a shell would see them: blanks part, quotes join, a backslash takes the next character as it is.
/// `None` where a quote stays open.
fn split(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None::<char>);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (Some(_), '\\') => {
                let next = characters.next()?;
                if !['"', '\\'].contains(&next) {
                    word.get_or_insert_default().push('\\');
                }
                word.get_or_insert_default().push(next);
            }
            (None, '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, c @ ('"' | '\'')) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_a_shell_would_split_it() {
        let check = |line: &str, expected: Option<&[&str]>| {
            let expected = expected.map(|words| words.iter().map(ToString::to_string).collect());
            assert_eq!(split(line), expected, "{line}");
        };
        check("a  b\tc", Some(&["a", "b", "c"]));
        check("a 'b c' \"d e\"", Some(&["a", "b c", "d e"]));
        check("a\\ b c'd'\"e\"", Some(&["a b", "cde"]));
        check("a '' \"\\\"\\$\"", Some(&["a", "", "\"\\$"]));
        check("", Some(&[]));
        check("a 'b", None);
        check("a \\", None);
    }
}
