//! Which licences the libraries have, and whether they may be used.

use std::collections::BTreeSet;
use std::process::Command;

/// A licence expression: <https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>, and the older `/` for `OR`.
#[derive(Debug)]
pub enum Licence {
    One(String),
    All(Vec<Licence>),
    Any(Vec<Licence>),
}

impl Licence {
    /// Reads an expression; `None` where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let (licence, rest) = any(&words)?;
        rest.is_empty().then_some(licence)
    }

    /// Whether these licences are enough.
    pub fn is_within(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Self::One(name) => allowed.contains(name),
            Self::All(parts) => parts.iter().all(|part| part.is_within(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_within(allowed)),
        }
    }
}

fn any<'a>(words: &'a [&'a str]) -> Option<(Licence, &'a [&'a str])> {
    let (first, mut rest) = all(words)?;
    let mut parts = vec![first];
    while let ["OR", after @ ..] = rest {
        let (part, after) = all(after)?;
        parts.push(part);
        rest = after;
    }
    Some((Licence::Any(parts), rest))
}

fn all<'a>(words: &'a [&'a str]) -> Option<(Licence, &'a [&'a str])> {
    let (first, mut rest) = one(words)?;
    let mut parts = vec![first];
    while let ["AND", after @ ..] = rest {
        let (part, after) = one(after)?;
        parts.push(part);
        rest = after;
    }
    Some((Licence::All(parts), rest))
}

fn one<'a>(words: &'a [&'a str]) -> Option<(Licence, &'a [&'a str])> {
    match words {
        ["(", inner @ ..] => match any(inner)? {
            (licence, [")", rest @ ..]) => Some((licence, rest)),
            _ => None,
        },
        [")" | "AND" | "OR" | "WITH", ..] | [] => None,
        [name, "WITH", exception, rest @ ..] => {
            Some((Licence::One(format!("{name} WITH {exception}")), rest))
        }
        [name, rest @ ..] => Some((Licence::One((*name).to_owned()), rest)),
    }
}

/// The names in the `allow` list of a deny.toml.
pub fn allowed(text: &str) -> BTreeSet<String> {
    let list =
        text.split_once("allow = [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All libraries that are built for this machine, with their licences, as cargo knows them without network.
pub fn of_all_libraries() -> Vec<(String, String)> {
    let version = Command::new("rustc").arg("-vV").output().expect("cargo runs where rustc is");
    let version = String::from_utf8(version.stdout).expect("rustc speaks UTF-8");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo is there, it built this");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&cargo.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages are a list");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    packages.iter().map(|package| (text(&package["name"]), text(&package["license"]))).collect()
}
