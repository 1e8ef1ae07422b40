//! Regular expressions, in RE2's syntax.

use regex::{Captures, Regex, RegexBuilder};

use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::model::types::Type;
use crate::model::value::Value;

const PATTERN_AND_STRING: &[Parameter] = &[Parameter::string("pattern"), Parameter::string("string")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regex", PATTERN_AND_STRING, Kind::Any, first),
    Function::new("regexall", PATTERN_AND_STRING, Kind::List(&Kind::Any), all),
];

/// A pattern ready for use; a large one is refused rather than given much memory.
pub(super) fn compiled(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(10_000_000).nest_limit(200).build().map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("invalid regular expression pattern: {reason}")
    })
}

fn pattern(args: &Args) -> Result<Regex, Failure> {
    compiled(args.text(0)).map_err(|message| Failure::at(0, message))
}

fn first(args: &Args) -> Outcome {
    let regex = pattern(args)?;
    result_type(&regex)?;
    match regex.captures(args.text(1)) {
        Some(captures) => Ok(result(&regex, &captures)),
        None => Err("pattern did not match any part of the given string".into()),
    }
}

fn all(args: &Args) -> Outcome {
    let regex = pattern(args)?;
    let ty = result_type(&regex)?;
    Ok(Value::list(ty, regex.captures_iter(args.text(1)).map(|captures| result(&regex, &captures))))
}

/// Text without groups, a tuple of unnamed groups, an object of named ones.
fn result_type(regex: &Regex) -> Result<Type, Failure> {
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let named: Vec<&str> = names.iter().copied().flatten().collect();
    if names.is_empty() {
        return Ok(Type::String);
    }
    if named.is_empty() {
        return Ok(Type::Tuple(vec![Type::String; names.len()]));
    }
    if named.len() != names.len() {
        return Err(Failure::at(
            0,
            "invalid regular expression pattern: cannot mix both named and unnamed capture groups",
        ));
    }
    Ok(Type::Object(named.into_iter().map(|name| (name.into(), Type::String)).collect()))
}

fn result(regex: &Regex, captures: &Captures) -> Value {
    let group = |group: Option<regex::Match>| {
        group.map_or_else(|| Value::null_of(Type::String), |found| Value::string(found.as_str()))
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return group(captures.get(0));
    }
    let groups = captures.iter().skip(1).map(group);
    if names.iter().all(Option::is_none) {
        return Value::tuple(groups);
    }
    Value::object(names.into_iter().flatten().zip(groups))
}
