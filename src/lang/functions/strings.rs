//! Functions on text.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all entries of the table have one signature, and most can refuse"
)]

use unicode_segmentation::UnicodeSegmentation;

use super::patterns::Pattern;
use super::{Args, Failure, Function, Kind, Outcome, Parameter, strings, text};
use crate::model::types::Type;
use crate::model::value::Value;

const STR: &[Parameter] = &[Parameter::string("str")];
const STRINGS: Kind = Kind::List(&Kind::String);

const fn with(second: &'static str) -> [Parameter; 2] {
    [Parameter::string("str"), Parameter::string(second)]
}

const WITH_PREFIX: &[Parameter] = &with("prefix");
const WITH_SUFFIX: &[Parameter] = &with("suffix");
const WITH_SUBSTR: &[Parameter] = &with("substr");
const WITH_CUTSET: &[Parameter] = &with("cutset");

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp", STR, Kind::String, |args| text(args.text(0).trim_end_matches(['\r', '\n']))),
    Function::new("endswith", WITH_SUFFIX, Kind::Bool, |args| {
        Ok(args.text(0).ends_with(args.text(1)).into())
    }),
    Function::new("indent", &[Parameter::number("spaces"), Parameter::string("str")], Kind::String, indent),
    Function::new("join", &[Parameter::string("separator")], Kind::String, join)
        .rest(Parameter::new("lists", STRINGS).known_deep()),
    Function::new("lower", STR, Kind::String, |args| {
        text(args.text(0).chars().map(lower).collect::<String>())
    }),
    Function::new(
        "replace",
        &[Parameter::string("str"), Parameter::string("substr"), Parameter::string("replace")],
        Kind::String,
        replace,
    ),
    Function::new("split", &[Parameter::string("separator"), Parameter::string("str")], STRINGS, split),
    Function::new(
        "startswith",
        &[Parameter::string("str").unknown(), Parameter::string("prefix")],
        Kind::Bool,
        startswith,
    ),
    Function::new("strcontains", WITH_SUBSTR, Kind::Bool, |args| {
        Ok(args.text(0).contains(args.text(1)).into())
    }),
    Function::new("strrev", STR, Kind::String, |args| {
        text(args.text(0).graphemes(true).rev().collect::<String>())
    }),
    Function::new(
        "substr",
        &[Parameter::string("str"), Parameter::number("offset"), Parameter::number("length")],
        Kind::String,
        substr,
    ),
    Function::new("title", STR, Kind::String, title),
    Function::new("trim", WITH_CUTSET, Kind::String, |args| {
        text(args.text(0).trim_matches(|c| args.text(1).contains(c)))
    }),
    Function::new("trimprefix", WITH_PREFIX, Kind::String, |args| {
        text(args.text(0).strip_prefix(args.text(1)).unwrap_or(args.text(0)))
    }),
    Function::new("trimspace", STR, Kind::String, |args| text(args.text(0).trim())),
    Function::new("trimsuffix", WITH_SUFFIX, Kind::String, |args| {
        text(args.text(0).strip_suffix(args.text(1)).unwrap_or(args.text(0)))
    }),
    Function::new("upper", STR, Kind::String, |args| {
        text(args.text(0).chars().map(upper).collect::<String>())
    }),
];

/// The capital letter, where it is a single character; Terraform maps character by character.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        // Greek letters with an iota below have a single capital as well as one of two letters.
        _ => match u32::from(c) {
            0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => at_distance(c, 8),
            0x1fb3 | 0x1fc3 | 0x1ff3 => at_distance(c, 9),
            _ => c,
        },
    }
}

fn at_distance(c: char, distance: u32) -> char {
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

/// The letter at the beginning of a word: of the letters that are two in one, only the first half is a capital.
fn initial(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        _ => upper(c),
    }
}

/// The small letter; of a mapping to several characters the first.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The known beginning of an unknown text can decide.
fn startswith(args: &Args) -> Outcome {
    let prefix = args.text(1);
    let decided = match args.value(0) {
        Value::String(text) => Some(text.starts_with(prefix)),
        Value::Unknown(unknown) => match unknown.refinement.prefix.as_deref() {
            Some(known) if known.starts_with(prefix) => Some(true),
            Some(known) if !prefix.starts_with(known) => Some(false),
            _ => None,
        },
        _ => None,
    };
    Ok(decided.map_or_else(|| Value::unknown_not_null(Type::Bool), Value::Bool))
}

fn indent(args: &Args) -> Outcome {
    let spaces = args.integer(0)?;
    let spaces = usize::try_from(spaces).ok().filter(|spaces| *spaces <= 1_000_000);
    let spaces = spaces.ok_or_else(|| Failure::at(0, "must be a moderate number that is not negative"))?;
    text(args.text(1).replace('\n', &format!("\n{}", " ".repeat(spaces))))
}

fn join(args: &Args) -> Outcome {
    let mut parts = Vec::new();
    for index in 1..args.len() {
        for (place, item) in args.items(index).iter().enumerate() {
            let part = item.as_str().ok_or_else(|| {
                let message = format!("element {place} is null; cannot concatenate null values");
                Failure::at(index, message)
            })?;
            parts.push(part);
        }
    }
    if args.len() == 1 {
        return Err("at least one list is required".into());
    }
    text(parts.join(args.text(0)))
}

fn replace(args: &Args) -> Outcome {
    let (source, wanted, new) = (args.text(0), args.text(1), args.text(2));
    match wanted.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some(pattern) => {
            let pattern = Pattern::new(pattern).map_err(|message| Failure::at(1, message))?;
            text(pattern.replace_all(source, new))
        }
        None => text(source.replace(wanted, new)),
    }
}

fn split(args: &Args) -> Outcome {
    let (separator, source) = (args.text(0), args.text(1));
    if separator.is_empty() {
        return Ok(strings(source.chars().map(String::from)));
    }
    Ok(strings(source.split(separator)))
}

fn substr(args: &Args) -> Outcome {
    let graphemes: Vec<&str> = args.text(0).graphemes(true).collect();
    let (offset, length) = (args.integer(1)?, args.integer(2)?);
    let start = if offset < 0 {
        let from_end = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        graphemes.len().saturating_sub(from_end)
    } else {
        usize::try_from(offset).unwrap_or(usize::MAX).min(graphemes.len())
    };
    let rest = &graphemes[start..];
    let kept =
        if length < 0 { rest.len() } else { usize::try_from(length).unwrap_or(usize::MAX).min(rest.len()) };
    text(rest[..kept].concat())
}

/// Capitals at the beginning of words; a word goes on over letters, digits and underscores.
fn title(args: &Args) -> Outcome {
    let mut goes_on = false;
    let mut result = String::with_capacity(args.text(0).len());
    for c in args.text(0).chars() {
        result.push(if goes_on { c } else { initial(c) });
        goes_on = if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { !c.is_whitespace() };
    }
    Ok(Value::string(result))
}
