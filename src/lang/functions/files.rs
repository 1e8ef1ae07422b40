//! Functions on files and paths; the files themselves come from the scope.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::hashes::{base64_of, hex_of};
use super::{Args, Failure, Function, Kind, Outcome, Parameter, text};
use crate::model::types::Type;
use crate::model::value::Value;

const PATH: &[Parameter] = &[Parameter::string("path")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abspath", PATH, Kind::String, |args| {
        text(clean(&args.scope().files().absolute(args.text(0))))
    }),
    Function::new("basename", PATH, Kind::String, |args| text(base(args.text(0)))),
    Function::new("dirname", PATH, Kind::String, |args| text(directory(args.text(0)))),
    Function::new("file", PATH, Kind::String, file),
    Function::new("filebase64", PATH, Kind::String, |args| text(STANDARD.encode(bytes(args)?))),
    Function::new("filebase64sha256", PATH, Kind::String, |args| text(base64_of::<Sha256>(&bytes(args)?))),
    Function::new("filebase64sha512", PATH, Kind::String, |args| text(base64_of::<Sha512>(&bytes(args)?))),
    Function::new("fileexists", PATH, Kind::Bool, |args| {
        let exists = args.scope().files().exists(&expanded(args.text(0), args)?);
        exists.map(Value::Bool).map_err(|message| Failure::at(0, message))
    }),
    Function::new("filemd5", PATH, Kind::String, |args| text(hex_of::<Md5>(&bytes(args)?))),
    Function::new(
        "fileset",
        &[Parameter::string("path"), Parameter::string("pattern")],
        Kind::Set(&Kind::String),
        fileset,
    ),
    Function::new("filesha1", PATH, Kind::String, |args| text(hex_of::<Sha1>(&bytes(args)?))),
    Function::new("filesha256", PATH, Kind::String, |args| text(hex_of::<Sha256>(&bytes(args)?))),
    Function::new("filesha512", PATH, Kind::String, |args| text(hex_of::<Sha512>(&bytes(args)?))),
    Function::new("pathexpand", PATH, Kind::String, |args| text(expanded(args.text(0), args)?)),
];

/// The bytes of the file that the first argument names.
fn bytes(args: &Args) -> Result<Vec<u8>, Failure> {
    let path = expanded(args.text(0), args)?;
    args.scope()
        .files()
        .read(&path)
        .map_err(|reason| Failure::at(0, format!("failed to read {path:?}: {reason}")))
}

fn file(args: &Args) -> Outcome {
    String::from_utf8(bytes(args)?).map_err(|_| not_text(args.text(0))).and_then(text)
}

fn not_text(path: &str) -> Failure {
    Failure::at(
        0,
        format!(
            "contents of {path:?} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded \
             contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results"
        ),
    )
}

/// The path with `~` replaced by the home directory.
fn expanded(path: &str, args: &Args) -> Result<String, Failure> {
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err(Failure::at(0, "cannot expand user-specific home dir"));
    }
    match args.scope().files().home() {
        Some(home) => Ok(home + rest),
        None => Err(Failure::at(0, "the home directory is not known")),
    }
}

/// The last part of a path.
fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed.rsplit('/').next().unwrap_or(trimmed) }
}

/// The path up to its last slash, tidied.
fn directory(path: &str) -> String {
    clean(&path[..path.rfind('/').map_or(0, |slash| slash + 1)])
}

/// The shortest path that means the same: no `.`, no `..` after a name, no double slash.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_owned(),
        (false, joined) => joined,
    }
}

/// The way from one tidied path to another.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    up.chain(to[common..].iter().cloned()).collect::<Vec<_>>().join("/")
}

fn fileset(args: &Args) -> Outcome {
    let refused =
        |message: &str| Failure::at(1, format!("failed to glob pattern {:?}: {message}", args.text(1)));
    let root = expanded(args.text(0), args)?;
    let whole = clean(&format!("{root}/{}", args.text(1)));
    let segments: Vec<&str> = whole.split('/').collect();
    let fixed = segments.iter().take_while(|segment| !segment.contains(['*', '?', '[', '{', '\\'])).count();
    let files = args.scope().files();
    let root = clean(&root);
    if fixed == segments.len() {
        let found = files.exists(&whole).unwrap_or(false).then(|| relative(&root, &whole));
        return Ok(Value::set(Type::String, found.into_iter().map(Value::string)));
    }
    let pattern: Vec<Vec<Glob>> = segments[fixed..]
        .iter()
        .map(|segment| globs(segment))
        .collect::<Option<_>>()
        .ok_or_else(|| refused("syntax error in pattern"))?;
    let base = match segments[..fixed].join("/") {
        joined if joined.is_empty() && whole.starts_with('/') => "/".to_owned(),
        joined if joined.is_empty() => ".".to_owned(),
        joined => joined,
    };
    let listed = files.list(&base).map_err(|message| refused(&message))?;
    let found = listed.iter().filter(|file| matches(&pattern, &file.split('/').collect::<Vec<_>>()));
    Ok(Value::set(
        Type::String,
        found.map(|file| Value::string(relative(&root, &clean(&format!("{base}/{file}"))))),
    ))
}

/// One sign of a pattern.
#[derive(Clone)]
enum Glob {
    Character(char),
    One,
    Many,
    /// `**` alone in its segment.
    AllSegments,
    Class {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    Alternatives(Vec<Vec<Glob>>),
}

/// The signs of one segment; `None` where it is not a pattern.
fn globs(segment: &str) -> Option<Vec<Glob>> {
    if segment == "**" {
        return Some(vec![Glob::AllSegments]);
    }
    let mut signs = Vec::new();
    let mut characters = segment.chars();
    while let Some(c) = characters.next() {
        signs.push(match c {
            '*' => Glob::Many,
            '?' => Glob::One,
            '\\' => Glob::Character(characters.next()?),
            '[' => class(&mut characters)?,
            '{' => {
                let rest = characters.as_str();
                let end = rest.find('}')?;
                characters = rest[end + 1..].chars();
                Glob::Alternatives(rest[..end].split(',').map(globs).collect::<Option<_>>()?)
            }
            c => Glob::Character(c),
        });
    }
    Some(signs)
}

fn class(characters: &mut std::str::Chars) -> Option<Glob> {
    let mut ranges = Vec::new();
    let mut negated = false;
    let mut is_first = true;
    loop {
        let c = characters.next()?;
        if is_first && matches!(c, '^' | '!') {
            negated = true;
            is_first = false;
            continue;
        }
        if c == ']' {
            return (!ranges.is_empty()).then_some(Glob::Class { ranges, negated });
        }
        is_first = false;
        let low = if c == '\\' { characters.next()? } else { c };
        let mut ahead = characters.clone();
        if ahead.next() == Some('-') && !matches!(ahead.next(), Some(']') | None) {
            characters.next();
            let high = characters.next()?;
            ranges.push((low, high));
        } else {
            ranges.push((low, low));
        }
    }
}

/// Whether the segments of a path fit those of a pattern: which prefixes of the pattern fit the path so far.
fn matches(pattern: &[Vec<Glob>], path: &[&str]) -> bool {
    let spans = |segment: &[Glob]| matches!(segment, [Glob::AllSegments]);
    let close = |states: &mut BTreeSet<usize>| {
        for (at, segment) in pattern.iter().enumerate() {
            if states.contains(&at) && spans(segment) {
                states.insert(at + 1);
            }
        }
    };
    let mut states = BTreeSet::from([0]);
    close(&mut states);
    for name in path {
        let name: Vec<char> = name.chars().collect();
        let mut next = BTreeSet::new();
        for &at in &states {
            match pattern.get(at) {
                Some(segment) if spans(segment) => {
                    next.insert(at);
                }
                Some(segment) if fits(segment, &name) => {
                    next.insert(at + 1);
                }
                _ => {}
            }
        }
        close(&mut next);
        states = next;
    }
    states.contains(&pattern.len())
}

/// Whether all of a name fits a segment, by the places that each sign can reach.
fn fits(segment: &[Glob], name: &[char]) -> bool {
    reached(segment, name, BTreeSet::from([0])).contains(&name.len())
}

fn reached(segment: &[Glob], name: &[char], from: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut places = from;
    for sign in segment {
        let step = |fits: &dyn Fn(char) -> bool| -> BTreeSet<usize> {
            places
                .iter()
                .filter(|place| name.get(**place).is_some_and(|c| fits(*c)))
                .map(|place| place + 1)
                .collect()
        };
        places = match sign {
            Glob::Character(wanted) => step(&|c| c == *wanted),
            Glob::One => step(&|_| true),
            Glob::Class { ranges, negated } => {
                step(&|c| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated)
            }
            Glob::Many | Glob::AllSegments => match places.first() {
                Some(first) => (*first..=name.len()).collect(),
                None => BTreeSet::new(),
            },
            Glob::Alternatives(all) => {
                all.iter().flat_map(|inner| reached(inner, name, places.clone())).collect()
            }
        };
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied() {
        let check = |path: &str, expected: &str| assert_eq!(clean(path), expected, "{path}");
        check("", ".");
        check("a//b/./c/..", "a/b");
        check("../a/../..", "../..");
        check("/..", "/");
    }

    #[test]
    fn patterns_fit_whole_paths() {
        let check = |pattern: &str, path: &str, expected: bool| {
            let pattern: Vec<Vec<Glob>> = pattern.split('/').map(|segment| globs(segment).unwrap()).collect();
            assert_eq!(matches(&pattern, &path.split('/').collect::<Vec<_>>()), expected, "{path}");
        };
        check("*.txt", "a.txt", true);
        check("*.txt", "b/a.txt", false);
        check("**/*.txt", "a.txt", true);
        check("**/*.txt", "a/b/c.txt", true);
        check("a/**", "a/b/c", true);
        check("[a-c]?{x,yz}", "b1yz", true);
        check("[^a-c]*", "b", false);
        check("**/**/**/**/x", "a/b/c/d/e/f/g/h/y", false);
    }
}
