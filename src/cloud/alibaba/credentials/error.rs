//! Why there are no credentials, in words that say what to do. Places and fields are named, values never.

use std::io;
use std::path::PathBuf;

use crate::cloud::http::HttpError;

/// No credentials, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// An address that will not be asked for keys.
    #[error("{setting} is not an address to ask for credentials")]
    Address {
        /// The argument, variable or field that holds it.
        setting: String,
        /// Why not.
        #[source]
        source: HttpError,
    },
    /// The command of a profile gave no key. Its output is not repeated: it may be a secret.
    #[error("the command of {from} gave no key: {reason}")]
    Command {
        /// The profile, in words.
        from: String,
        /// What went wrong.
        reason: String,
    },
    /// Profiles that ask others for keys are switched off.
    #[error("{from} needs what {variable} switches off; unset it, or use another profile")]
    Disabled {
        /// The profile, in words.
        from: String,
        /// The switch.
        variable: &'static str,
    },
    /// The profile file is not what the vendor's CLI writes.
    #[error("{} is not a configuration of the Alibaba Cloud CLI (line {line}, column {column})", path.display())]
    FileFormat {
        /// The file.
        path: PathBuf,
        /// Where reading failed.
        line: usize,
        /// Where reading failed.
        column: usize,
    },
    /// A file cannot be read.
    #[error("{} could not be read", path.display())]
    FileRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// One half of a key is there.
    #[error("the access key is incomplete: {present} is set, and there is none of {}", missing.join(", "))]
    Incomplete {
        /// What is there.
        present: String,
        /// What could complete it.
        missing: Vec<String>,
    },
    /// The file of sections is not one.
    #[error("{} is not a file of sections and `name = value` (line {line})", path.display())]
    IniFormat {
        /// The file.
        path: PathBuf,
        /// Where reading failed.
        line: usize,
    },
    /// Profiles that are each other's source.
    #[error("profiles in {} are each other's source: {}; one of them needs a key of its own", path.display(), profiles.join(" -> "))]
    Loop {
        /// The file.
        path: PathBuf,
        /// The way round.
        profiles: Vec<String>,
    },
    /// Nothing was found anywhere.
    #[error(
        "no credentials for Alibaba Cloud; looked at {}; to try things out without any, add `--emulator`",
        looked_at.join("; ")
    )]
    Missing {
        /// The places, in order.
        looked_at: Vec<String>,
    },
    /// The place did not answer.
    #[error("{from} did not answer")]
    NoAnswer {
        /// The place, in words.
        from: String,
        /// What the connection says.
        #[source]
        source: HttpError,
    },
    /// A profile lacks what its mode needs.
    #[error("profile {profile:?} in {} has mode {mode} and no {field}", path.display())]
    ProfileField {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// Its mode.
        mode: String,
        /// What it lacks.
        field: &'static str,
    },
    /// A profile asks for a way to sign that the clouds' calls here do not have.
    #[error(
        "profile {profile:?} in {} has mode {mode:?}, which cannot sign calls to Cloud Backup: use another profile, or change it with `aliyun configure`",
        path.display()
    )]
    ProfileMode {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// Its mode.
        mode: String,
    },
    /// The profile that was asked for is not in the file.
    #[error("{} has no profile {profile:?}; it has {}", path.display(), if known.is_empty() { "none".to_owned() } else { known.join(", ") })]
    ProfileUnknown {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        profile: String,
        /// What is there.
        known: Vec<String>,
    },
    /// The place answered, and has no key for us.
    #[error("{from} refused to hand out a key (HTTP {status}{}){advice}", code.as_ref().map(|code| format!(", {code}")).unwrap_or_default())]
    Refused {
        /// The place, in words.
        from: String,
        /// The HTTP status.
        status: u16,
        /// The code that it gave.
        code: Option<String>,
        /// What to do, after a semicolon; or nothing.
        advice: String,
    },
    /// Somebody must sign in, in a browser.
    #[error("the sign-in of {from} has expired; sign in again with `{command}`")]
    SignIn {
        /// The profile, in words.
        from: String,
        /// The CLI's command for it.
        command: String,
    },
    /// The place answered what is no key. The answer is not repeated: it may be a secret.
    #[error("{from} answered what is no key: {detail}")]
    Unreadable {
        /// The place, in words.
        from: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Renewing the sign-in would use up what the CLI keeps, and the new one could not be kept.
    #[error("the sign-in of {from} cannot be renewed, because {} cannot be written; make it writable, or run any `aliyun` command first", path.display())]
    WriteBack {
        /// The profile, in words.
        from: String,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}
