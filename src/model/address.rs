//! How one resource is named in configuration, state, plan and log.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What tells the instances of one block apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The block has neither `count` nor `for_each`.
    None,
    /// Position in `count`, from 0.
    Index(u64),
    /// Key in `for_each`.
    Name(Arc<str>),
}

/// Whether a block makes an object or only reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}

/// One step into a child module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The `module` block's name.
    pub name: Arc<str>,
    /// Which instance of it.
    pub key: Key,
}

/// A `resource` or `data` block, whatever its instances.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlockAddress {
    /// From the root module inwards; empty for the root module.
    pub module: Arc<[ModuleStep]>,
    /// Whether it manages or reads.
    pub mode: Mode,
    /// The resource type, `alicloud_ecs_file_backup`.
    pub kind: Arc<str>,
    /// The block's name.
    pub name: Arc<str>,
}

/// By module, mode, type and name. The parts of addresses are shared, and what is shared need not be read: fleets
/// are looked up in maps by the ten thousand.
impl Ord for BlockAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        fn shared<T: Ord + ?Sized>(left: &Arc<T>, right: &Arc<T>) -> Ordering {
            if Arc::ptr_eq(left, right) { Ordering::Equal } else { left.cmp(right) }
        }
        shared(&self.module, &other.module)
            .then_with(|| self.mode.cmp(&other.mode))
            .then_with(|| shared(&self.kind, &other.kind))
            .then_with(|| shared(&self.name, &other.name))
    }
}

impl PartialOrd for BlockAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl BlockAddress {
    /// A `resource` block of the root module.
    pub fn managed(kind: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { module: Arc::new([]), mode: Mode::Managed, kind: kind.into(), name: name.into() }
    }

    /// A `data` block of the root module.
    pub fn data(kind: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { mode: Mode::Data, ..Self::managed(kind, name) }
    }

    /// The same block, seen from outside of the module instance that `path` leads to.
    #[must_use]
    pub fn under(&self, path: &[ModuleStep]) -> Self {
        if path.is_empty() {
            return self.clone();
        }
        Self { module: path.iter().chain(&*self.module).cloned().collect(), ..self.clone() }
    }

    /// One of the block's instances.
    pub fn instance(&self, key: Key) -> Address {
        Address { block: self.clone(), key }
    }
}

/// One instance of a `resource` or `data` block: what state, plan and log speak of.
///
/// Ordered by module, mode, type, name and key, with indices in numeric order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The block that it comes from.
    pub block: BlockAddress,
    /// Which of its instances.
    pub key: Key,
}

impl Address {
    /// The resource type.
    pub fn kind(&self) -> &str {
        &self.block.kind
    }
}

/// Writes text as an HCL string literal, so that an address can be pasted back into HCL and a shell sees one word.
fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{character}{character}")?,
            other if other.is_control() => write!(f, "\\u{:04x}", other as u32)?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("\"")
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => {
                f.write_str("[")?;
                quoted(name, f)?;
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for ModuleStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module.{}{}", self.name, self.key)
    }
}

/// The address of a module: `module.a["x"].module.b`, empty for the root module.
pub fn module_path(steps: &[ModuleStep]) -> String {
    steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

impl fmt::Display for BlockAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &*self.module {
            write!(f, "{step}.")?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        write!(f, "{}.{}", self.kind, self.name)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.block, self.key)
    }
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a resource address; one looks like `alicloud_ecs_file_backup.web` or `alicloud_ecs_file_backup.web[\"a\"]`"
)]
pub struct NotAnAddress(pub String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| NotAnAddress(text.to_owned()))
    }
}

/// The name at the front of `text`, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    let starts_well = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts_well.then(|| text.split_at(end))
}

/// The key in brackets at the front of `text`, if there is one, and what follows it.
fn key(text: &str) -> Option<(Key, &str)> {
    let Some(inner) = text.strip_prefix('[') else { return Some((Key::None, text)) };
    if let Some(quoted) = inner.strip_prefix('"') {
        let (name, rest) = unquoted(quoted)?;
        return Some((Key::Name(name.into()), rest.strip_prefix(']')?));
    }
    let (digits, rest) = inner.split_once(']')?;
    let canonical = digits == "0" || !digits.starts_with(['0', '+']);
    canonical.then(|| digits.parse().ok()).flatten().map(|index| (Key::Index(index), rest))
}

/// Reads up to the closing quote; undoes exactly what [`quoted`] does.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let character = rest.chars().next()?;
        rest = &rest[character.len_utf8()..];
        match character {
            '"' => return Some((name, rest)),
            '\\' => {
                let escape = rest.chars().next()?;
                rest = &rest[escape.len_utf8()..];
                match escape {
                    '"' | '\\' => name.push(escape),
                    'n' => name.push('\n'),
                    'r' => name.push('\r'),
                    't' => name.push('\t'),
                    'u' => {
                        name.push(char::from_u32(u32::from_str_radix(rest.get(..4)?, 16).ok()?)?);
                        rest = &rest[4..];
                    }
                    _ => return None,
                }
            }
            '$' | '%' if rest.starts_with(character) && rest[1..].starts_with('{') => {
                name.push(character);
                rest = &rest[1..];
            }
            other => name.push(other),
        }
    }
}

fn parse(text: &str) -> Option<Address> {
    let mut rest = text;
    let mut module = Vec::new();
    while let Some(after) = rest.strip_prefix("module.") {
        let (step, after) = name(after)?;
        let (key, after) = key(after)?;
        module.push(ModuleStep { name: step.into(), key });
        rest = after.strip_prefix('.')?;
    }
    let (mode, rest) = match rest.strip_prefix("data.") {
        Some(after) => (Mode::Data, after),
        None => (Mode::Managed, rest),
    };
    let (kind, rest) = name(rest)?;
    let (label, rest) = name(rest.strip_prefix('.')?)?;
    let (key, rest) = key(rest)?;
    let block = BlockAddress { module: module.into(), mode, kind: kind.into(), name: label.into() };
    rest.is_empty().then_some(Address { block, key })
}

impl Serialize for BlockAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for BlockAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address: Address = text.parse()?;
        if address.key == Key::None { Ok(address.block) } else { Err(NotAnAddress(text.to_owned())) }
    }
}

impl<'de> Deserialize<'de> for BlockAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        let check = |text: &str| {
            let address: Address = text.parse().expect(text);
            assert_eq!(address.to_string(), text);
        };
        check("alicloud_ecs_file_backup.web");
        check("alicloud_ecs_file_backup.web[0]");
        check(r#"alicloud_ecs_file_backup.web["a b"]"#);
        check(r#"alicloud_ecs_file_backup.web["quote \" and \\ and $${x} and \n"]"#);
        check(r#"alicloud_ecs_file_backup.web["escape \u001b and bell \u0007"]"#);
        check("data.alicloud_instances.all");
        check(r#"module.a["x"].module.b[3].alicloud_ecs_file_backup.web[12]"#);
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        let check = |text: &str| assert!(text.parse::<Address>().is_err(), "{text}");
        check("");
        check("web");
        check("a.b.c");
        check("a.b[");
        check("a.b[01]");
        check("a.b[-1]");
        check("a.b[\"x]");
        check("a.b[\"x\"]y");
        check("module.a");
        check("0a.b");
    }

    #[test]
    fn indices_sort_by_number() {
        let block = BlockAddress::managed("t", "n");
        let mut keys: Vec<Address> = [10, 9, 1].into_iter().map(|i| block.instance(Key::Index(i))).collect();
        keys.sort();
        let texts: Vec<String> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["t.n[1]", "t.n[9]", "t.n[10]"]);
    }
}
