//! Why there are no credentials, in words that say what to do. Places and fields are named, values never.

use std::path::PathBuf;

use crate::cloud::http::HttpError;

/// Why there are no credentials.
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
    /// The CLI has encrypted what it keeps, and has the key to itself.
    #[error(
        "{} keeps its keys encrypted; `hcloud configure set --cli-auth-encrypt=false` lets others read them",
        path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// One of two that belong together.
    #[error("{present} is set, and none of {}", missing.join(", "))]
    Incomplete {
        /// What there is.
        present: String,
        /// What would complete it.
        missing: Vec<String>,
    },
    /// Profiles that are each other's source.
    #[error("profiles in {} are each other's source: {}; one of them needs a key of its own", path.display(), profiles.join(" -> "))]
    Loop {
        /// The file.
        path: PathBuf,
        /// The way round.
        profiles: Vec<String>,
    },
    /// A file is not what it should be.
    #[error("{} cannot be read: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it. Nothing of it is repeated.
        reason: String,
    },
    /// A profile or a file that was asked for is not there.
    #[error("there is no {what}")]
    Missing {
        /// Which one.
        what: String,
    },
    /// A profile signs in in a way that we do not have.
    #[error(
        "{profile} has mode {mode:?}, which cannot sign calls here: use another profile, or change it with `hcloud configure set`"
    )]
    Mode {
        /// The profile, in words.
        profile: String,
        /// Its mode.
        mode: String,
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
    /// There are none anywhere.
    #[error("no credentials of Huawei Cloud were found; looked at {}", looked_at.join("; "))]
    None {
        /// The places, in words.
        looked_at: Vec<String>,
    },
    /// The place answers, and says no.
    #[error("{from} gave no key: HTTP {status}{}{advice}", code.as_ref().map(|code| format!(" {code}")).unwrap_or_default())]
    Refused {
        /// The place, in words.
        from: String,
        /// The HTTP status.
        status: u16,
        /// The code, where it has one.
        code: Option<String>,
        /// What to do; begins with a semicolon, or is empty.
        advice: String,
    },
    /// What the place answers is no key.
    #[error("{from} answered what cannot be read as a key: {detail}")]
    Unreadable {
        /// The place, in words.
        from: String,
        /// What is wrong with it. Nothing of it is repeated.
        detail: String,
    },
}
