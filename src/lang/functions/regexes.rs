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
    if let Some(flag) = unknown_flag(pattern) {
        return Err(format!("invalid regular expression pattern: there is no flag `{flag}`"));
    }
    RegexBuilder::new(&translated(pattern)).size_limit(10_000_000).nest_limit(200).build().map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("invalid regular expression pattern: {reason}")
    })
}

/// The pattern as the library writes it: there digits, words and spaces are Unicode's, in RE2 they are ASCII's,
/// and between brackets some signs have a meaning that RE2 does not know.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' => translate_escape(rest, in_class, &mut out),
            '[' if in_class => translate_bracket(rest, &mut out),
            '[' => {
                in_class = true;
                translate_class_start(rest, &mut out)
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
                1
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
                1
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

/// A flag, as in `(?x)`, that the library knows and RE2 does not.
fn unknown_flag(pattern: &str) -> Option<char> {
    pattern.split("(?").skip(1).find_map(|rest| {
        let flags = &rest[..rest.find([')', ':']).unwrap_or(0)];
        let are_flags = flags.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        flags.chars().find(|c| are_flags && matches!(c, 'x' | 'u' | 'R'))
    })
}

/// Translates a backslash and what belongs to it, and returns how many bytes that were.
fn translate_escape(rest: &str, in_class: bool, out: &mut String) -> usize {
    let Some(next) = rest[1..].chars().next() else {
        out.push('\\');
        return 1;
    };
    let replacement = match next {
        'd' if in_class => "0-9",
        'w' if in_class => "0-9A-Za-z_",
        's' if in_class => r"\t\n\f\r ",
        'd' => "[0-9]",
        'w' => "[0-9A-Za-z_]",
        's' => r"[\t\n\f\r ]",
        'D' => "[^0-9]",
        'W' => "[^0-9A-Za-z_]",
        'S' => r"[^\t\n\f\r ]",
        'b' if !in_class => r"(?-u:\b)",
        '<' => "<",
        '>' => ">",
        'Q' => {
            let literal = &rest[2..];
            let end = literal.find(r"\E").unwrap_or(literal.len());
            out.push_str(&regex::escape(&literal[..end]));
            return (2 + end + 2).min(rest.len());
        }
        _ => {
            let length = '\\'.len_utf8() + next.len_utf8();
            out.push_str(&rest[..length]);
            return length;
        }
    };
    out.push_str(replacement);
    2
}

/// `[` or `[^` with a bracket right after it, which is meant itself.
fn translate_class_start(rest: &str, out: &mut String) -> usize {
    let open = if rest.starts_with("[^") { "[^" } else { "[" };
    out.push_str(open);
    if rest[open.len()..].starts_with(']') {
        out.push_str("\\]");
        return open.len() + 1;
    }
    open.len()
}

/// A bracket between brackets: a named class such as `[:alpha:]`, or the sign itself.
fn translate_bracket(rest: &str, out: &mut String) -> usize {
    if let Some(end) = rest.strip_prefix("[:").and_then(|name| name.find(":]")) {
        out.push_str(&rest[..end + 4]);
        return end + 4;
    }
    out.push_str("\\[");
    1
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
