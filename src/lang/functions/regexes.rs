//! Regular expressions, in RE2's syntax.

use regex::{Captures, Match};

use super::patterns::Pattern;
use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::model::types::Type;
use crate::model::value::Value;

const PATTERN_AND_STRING: &[Parameter] = &[Parameter::string("pattern"), Parameter::string("string")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regex", PATTERN_AND_STRING, Kind::Any, first),
    Function::new("regexall", PATTERN_AND_STRING, Kind::List(&Kind::Any), all),
];

fn pattern(args: &Args) -> Result<Pattern, Failure> {
    Pattern::new(args.text(0)).map_err(|message| Failure::at(0, message))
}

fn first(args: &Args) -> Outcome {
    let pattern = pattern(args)?;
    result_type(&pattern)?;
    match pattern.regex.captures(args.text(1)) {
        Some(captures) => Ok(result(&pattern, &captures)),
        None => Err("pattern did not match any part of the given string".into()),
    }
}

fn all(args: &Args) -> Outcome {
    let pattern = pattern(args)?;
    let ty = result_type(&pattern)?;
    let found = pattern.regex.captures_iter(args.text(1)).map(|captures| result(&pattern, &captures));
    Ok(Value::list(ty, found))
}

/// Text without groups, a tuple of unnamed groups, an object of named ones.
fn result_type(pattern: &Pattern) -> Result<Type, Failure> {
    let names = &pattern.names;
    if names.is_empty() {
        return Ok(Type::String);
    }
    let named: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
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

fn result(pattern: &Pattern, captures: &Captures) -> Value {
    let group = |group: Option<Match>| {
        group.map_or_else(|| Value::null_of(Type::String), |found| Value::string(found.as_str()))
    };
    let names = &pattern.names;
    if names.is_empty() {
        return group(captures.get(0));
    }
    let groups = captures.iter().skip(1).map(group);
    if names.iter().all(Option::is_none) {
        return Value::tuple(groups);
    }
    // Of several groups with one name the last one counts, as in Terraform.
    Value::object(names.iter().flatten().map(String::as_str).zip(groups))
}
