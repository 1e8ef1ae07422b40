//! `yamldecode`: the events come from a YAML parser; what scalars mean is Terraform's reading of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Failure, Function, Kind, Outcome, Parameter, dates};
use crate::model::number::Number;
use crate::model::value::{Object, Value};

/// How deep sequences and mappings may be nested.
const MAX_DEPTH: usize = 100;
/// How many values there may be once every alias is replaced by what it stands for.
const MAX_VALUES: usize = 1_000_000;
/// How many brackets may be open: each costs the parser stack.
const MAX_BRACKETS: usize = 500;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("yamldecode", &[Parameter::string("src")], Kind::Any, |args| decode(args.text(0)))];

fn decode(text: &str) -> Outcome {
    let refused = |message: String| Failure::at(0, message);
    if text.matches(['[', '{']).count() > MAX_BRACKETS && bracket_depth(text) > MAX_BRACKETS {
        return Err(refused("brackets are nested too deeply".to_owned()));
    }
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: BTreeMap::new(), depth: 0 };
    reader.document().map_err(refused)
}

/// How many flow brackets are open at most; quotes are not looked at, so this can only be too high.
fn bracket_depth(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// A value, and how many values it is made of.
#[derive(Clone)]
struct Node {
    value: Value,
    size: usize,
}

impl Node {
    fn scalar(value: Value) -> Self {
        Self { value, size: 1 }
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// What the anchors stand for; `None` while the anchor's own value is being read.
    anchors: BTreeMap<usize, Option<Node>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, String> {
        match self.parser.next() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => {
                let marker = error.marker();
                Err(format!("on line {}, column {}: {}", marker.line(), marker.col() + 1, error.info()))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    fn document(&mut self) -> Result<Value, String> {
        loop {
            match self.next()? {
                Event::StreamStart | Event::Nothing => {}
                Event::DocumentStart(_) => break,
                _ => return Err("on line 1, column 1: missing start of document".to_owned()),
            }
        }
        let first = self.next()?;
        let node = self.node(first)?;
        loop {
            match self.next()? {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(node.value),
                _ => return Err("unexpected extra content after value".to_owned()),
            }
        }
    }

    fn node(&mut self, event: Event<'a>) -> Result<Node, String> {
        let anchor = match &event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _) => *anchor,
            _ => 0,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        let node = match event {
            Event::Scalar(text, style, _, tag) => Node::scalar(scalar(&text, style, tag.as_deref())?),
            Event::SequenceStart(_, tag) => {
                check_tag(tag.as_deref(), "seq", "sequence")?;
                self.nested(Self::sequence)?
            }
            Event::MappingStart(_, tag) => {
                check_tag(tag.as_deref(), "map", "mapping")?;
                self.nested(Self::mapping)?
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(Some(node)) => node.clone(),
                Some(None) => return Err("an anchor is used inside of its own definition".to_owned()),
                None => return Err("reference to an undefined anchor".to_owned()),
            },
            _ => return Err("a value is missing".to_owned()),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, Some(node.clone()));
        }
        Ok(node)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Node, String>) -> Result<Node, String> {
        if self.depth >= MAX_DEPTH {
            return Err(format!("nested more than {MAX_DEPTH} levels deep"));
        }
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        if node.size > MAX_VALUES {
            return Err(format!("more than {MAX_VALUES} values, aliases included"));
        }
        Ok(node)
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut items = Vec::new();
        let mut size = 1usize;
        loop {
            let event = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Node { value: Value::tuple(items), size });
            }
            let node = self.node(event)?;
            size = size.saturating_add(node.size);
            items.push(node.value);
        }
    }

    fn mapping(&mut self) -> Result<Node, String> {
        let mut own = Object::new();
        let mut merged = Object::new();
        let mut size = 1usize;
        loop {
            let event = self.next()?;
            if event == Event::MappingEnd {
                merged.append(&mut own);
                return Ok(Node { value: Value::object(merged), size });
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.node(event)?.value;
            let event = self.next()?;
            let node = self.node(event)?;
            size = size.saturating_add(node.size);
            if is_merge {
                merge(&mut merged, &node.value)?;
                continue;
            }
            own.insert(key_text(&key)?.into(), node.value);
        }
    }
}

fn key_text(key: &Value) -> Result<String, String> {
    match key {
        Value::String(text) => Ok(text.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Null(_) => Err("mapping key cannot be null".to_owned()),
        _ => Err("only strings are allowed as mapping keys".to_owned()),
    }
}

/// What `<<` brings in: a mapping, or several of which the first counts.
fn merge(into: &mut Object, value: &Value) -> Result<(), String> {
    match value {
        Value::Object(object) => {
            for (name, item) in object.iter() {
                into.entry(name.clone()).or_insert_with(|| item.clone());
            }
            Ok(())
        }
        Value::Tuple(items) => items.iter().try_for_each(|item| match item {
            Value::Object(_) => merge(into, item),
            _ => Err("can only merge mappings".to_owned()),
        }),
        _ => Err("can only merge mappings".to_owned()),
    }
}

/// The name of a tag of YAML's own, `!` for the one that means text, else an error.
fn core_tag(tag: &Tag) -> Result<&str, String> {
    if tag.is_yaml_core_schema() {
        return Ok(&tag.suffix);
    }
    if tag.suffix.is_empty() || tag.suffix == "!" {
        Ok("str")
    } else {
        Err(format!("unsupported tag \"{tag}\""))
    }
}

fn check_tag(tag: Option<&Tag>, expected: &str, kind: &str) -> Result<(), String> {
    match tag.map(core_tag).transpose()? {
        Some(name) if name != expected => Err(format!("can't interpret {kind} as {name}")),
        _ => Ok(()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let tag = tag.map(core_tag).transpose()?;
    let refused = |name: &str| format!("cannot parse {text:?} as {name}");
    match tag {
        None if style == ScalarStyle::Plain => plain(text),
        Some("null") => Ok(Value::null()),
        Some("bool") => truth(text).map(Value::Bool).ok_or_else(|| refused("bool")),
        Some(name @ ("int" | "float")) if style == ScalarStyle::Plain => match plain(text)? {
            number @ Value::Number(_) => Ok(number),
            _ => Err(refused(name)),
        },
        // A quoted text stays one, whatever number it is said to be.
        None | Some("str" | "binary" | "int" | "float") => Ok(Value::string(text)),
        Some("timestamp") => timestamp(text).map(Value::string).ok_or_else(|| refused("timestamp")),
        Some(other) => Err(format!("unsupported tag \"!!{other}\"")),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// A scalar without quotes: null, truth, number, time, or text.
fn plain(text: &str) -> Result<Value, String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
            .expect("a constant pattern is well formed")
    });
    if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Ok(Value::null());
    }
    if let Some(value) = truth(text) {
        return Ok(Value::Bool(value));
    }
    let radix = |digits: &str, radix: u32| {
        num_bigint::BigInt::parse_bytes(digits.as_bytes(), radix)
            .map(|number| Value::Number(Number::from_bigint(number)))
    };
    let based = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => radix(digits, 16),
        (_, Some(digits)) => radix(digits, 8),
        _ => None,
    };
    if let Some(number) = based {
        return Ok(number);
    }
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Ok(Value::Number(Number::infinity(false)));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Ok(Value::Number(Number::infinity(true))),
        ".nan" | ".NaN" | ".NAN" => return Err("floating point NaN is not supported".to_owned()),
        _ => {}
    }
    if NUMBER.is_match(text) {
        return Number::parse(text).map(Value::Number).map_err(|error| format!("{text} {error}"));
    }
    Ok(Value::string(timestamp(text).unwrap_or_else(|| text.to_owned())))
}

/// A date or time in the form that all functions on times take.
fn timestamp(text: &str) -> Option<String> {
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
            r"(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]*)?[ \t]*(Z|[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?$"
        ))
        .expect("a constant pattern is well formed")
    });
    let parts = TIME.captures(text)?;
    let number = |index: usize| parts.get(index).map_or(Some(0), |part| part.as_str().parse().ok());
    if parts.get(4).is_none() && text.len() != "2001-01-31".len() {
        return None;
    }
    let offset = match parts.get(7).map_or("Z", |zone| zone.as_str()) {
        "Z" => 0,
        zone => {
            let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = digits.split_at(digits.len().min(if digits.len() == 3 { 1 } else { 2 }));
            let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes * 60;
            if zone.starts_with('-') { -seconds } else { seconds }
        }
    };
    dates::Moment::new([number(1)?, number(2)?, number(3)?, number(4)?, number(5)?, number(6)?], 0, offset)
        .map(|moment| moment.to_string())
}
