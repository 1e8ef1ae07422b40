//! Configuration for objects that exist and that nobody manages: resource blocks that say what they are, with one block
//! for all that have the same settings, and the import blocks that take them over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::escape;
use crate::model::desired::Scope;
use crate::model::live::LiveObject;
use crate::model::schema::{Attribute, Presence, Schema};
use crate::model::value::{Object, Value};

/// An object that nobody manages.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its type.
    pub schema: &'static Schema,
    /// Where it is.
    pub scope: Scope,
    /// The object.
    pub object: LiveObject,
    /// What people call it, where somebody has named it or its server.
    pub name: Option<String>,
}

/// The configuration, before it has its usual layout. `taken` are the names of blocks that are in use.
pub fn configuration(found: &[Found], taken: &BTreeSet<String>) -> String {
    let mut taken = taken.clone();
    let mut text = String::new();
    for group in groups(found) {
        let block = free_name(&group, &mut taken);
        if !text.is_empty() {
            text.push('\n');
        }
        match group.as_slice() {
            [single] => single_block(&mut text, single, &block),
            many => block_of_many(&mut text, many, &block),
        }
    }
    text
}

/// Objects of one type and place whose common settings are the same, in order.
fn groups(found: &[Found]) -> Vec<Vec<&Found>> {
    let mut groups: BTreeMap<(&str, &Scope, String), Vec<&Found>> = BTreeMap::new();
    for one in found {
        let common = one.schema.attributes.iter().filter(|attribute| !is_own(one.schema, attribute));
        let settings: Vec<(&str, String)> =
            common.filter_map(|a| Some((a.name, literal(given(a, &one.object.values)?)))).collect();
        groups.entry((one.schema.name, &one.scope, format!("{settings:?}"))).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by(|left, right| left.object.id.cmp(&right.object.id));
    }
    groups
}

/// Whether each object has its own: what it is known by, and what the cloud chose for it.
fn is_own(schema: &Schema, attribute: &Attribute) -> bool {
    schema.identity == Some(attribute.name)
        || (attribute.presence == Presence::Chosen && attribute.name != "region")
}

/// The value that a configuration has to say; `None` where saying nothing means the same.
fn given<'a>(attribute: &Attribute, values: &'a Object) -> Option<&'a Value> {
    let value = values.get(attribute.name).filter(|value| !value.is_null())?;
    match attribute.presence {
        Presence::Computed | Presence::Observed | Presence::Declared => None,
        Presence::Defaulted(fallback) if fallback.to_value() == *value => None,
        Presence::Chosen if attribute.name == "region" => None,
        Presence::Optional if value.as_slice().is_some_and(<[Value]>::is_empty) => None,
        Presence::Required | Presence::Optional | Presence::Defaulted(_) | Presence::Chosen => Some(value),
    }
}

/// A name for the block that no other has: what people call a single object, the region for many.
fn free_name(group: &[&Found], taken: &mut BTreeSet<String>) -> String {
    let region = identifier(&group[0].scope.region);
    let wish = match group {
        [single] => single.name.as_deref().map(identifier),
        _ => None,
    };
    let wish = wish.filter(|name| !name.is_empty());
    let wish = wish.unwrap_or(region);
    let numbered = (2..).map(|number| format!("{wish}_{number}"));
    let mut names = std::iter::once(wish.clone()).chain(numbered);
    let free = names.find(|name| taken.insert(name.clone()));
    free.unwrap_or(wish)
}

/// A text as a name of a block: letters, digits and underscores, beginning with a letter.
fn identifier(text: &str) -> String {
    let fits = |character: char| {
        if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' }
    };
    let name: String = text.chars().map(fits).collect();
    let name = name.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn single_block(text: &mut String, found: &Found, block: &str) {
    let (schema, values) = (found.schema, &found.object.values);
    head(text, found, block, None);
    for attribute in schema.attributes {
        if let Some(value) = given(attribute, values) {
            argument(text, attribute, value);
        }
    }
    text.push_str("}\n\n");
    let id = escape::quoted(&found.object.id);
    line(text, format_args!("import {{\n  to = {}.{block}\n  id = {id}\n}}", schema.name));
}

fn block_of_many(text: &mut String, group: &[&Found], block: &str) {
    let (first, schema) = (group[0], group[0].schema);
    let own: Vec<&Attribute> = schema.attributes.iter().filter(|a| differs(schema, a, group)).collect();
    let keys = keys(group);
    line(text, format_args!("locals {{\n  adopted_{block} = {{"));
    for (found, key) in group.iter().zip(&keys) {
        let id = ("id", escape::quoted(&found.object.id));
        let values = own.iter().filter_map(|a| Some((a.name, literal(given(a, &found.object.values)?))));
        let members: Vec<String> =
            std::iter::once(id).chain(values).map(|(name, value)| format!("{name} = {value}")).collect();
        line(text, format_args!("    {} = {{ {} }}", escape::quoted(key), members.join(", ")));
    }
    text.push_str("  }\n}\n\n");
    let each = format!("local.adopted_{block}");
    head(text, first, block, Some(&each));
    for attribute in schema.attributes {
        let name = attribute.name;
        if own.iter().any(|own| own.name == name) {
            let everywhere = group.iter().all(|found| given(attribute, &found.object.values).is_some());
            let value = if everywhere {
                format!("each.value.{name}")
            } else {
                format!("try(each.value.{name}, null)")
            };
            line(text, format_args!("  {name} = {value}"));
        } else if let Some(value) = given(attribute, &first.object.values) {
            argument(text, attribute, value);
        }
    }
    text.push_str("}\n\n");
    let to = format!("{}.{block}[each.key]", schema.name);
    line(
        text,
        format_args!("import {{\n  for_each = local.adopted_{block}\n  to = {to}\n  id = each.value.id\n}}"),
    );
}

/// Whether the objects of a group have different values of an attribute.
fn differs(schema: &Schema, attribute: &Attribute, group: &[&Found]) -> bool {
    let value = |found: &&Found| given(attribute, &found.object.values).cloned();
    schema.identity == Some(attribute.name) || group.iter().any(|found| value(found) != value(&group[0]))
}

/// A key for each object: what people call it, or its id where that tells nothing apart.
fn keys(group: &[&Found]) -> Vec<String> {
    let names: Vec<Option<&str>> = group.iter().map(|found| found.name.as_deref()).collect();
    let unique =
        |name: &&str| !name.is_empty() && names.iter().filter(|other| **other == Some(name)).count() == 1;
    let identity = |found: &Found| found.object.identity.as_ref().unwrap_or(&found.object.id).to_string();
    let key = |(found, name): (&&Found, Option<&str>)| {
        name.filter(unique).map_or_else(|| identity(found), str::to_owned)
    };
    group.iter().zip(names.iter().copied()).map(key).collect()
}

/// The header of a resource block, what it is repeated for, and where its object is.
fn head(text: &mut String, found: &Found, block: &str, each: Option<&str>) {
    line(text, format_args!("resource \"{}\" \"{block}\" {{", found.schema.name));
    if let Some(each) = each {
        line(text, format_args!("  for_each = {each}"));
    }
    if found.scope.provider.alias.is_some() {
        line(text, format_args!("  provider = {}", found.scope.provider));
    }
    if found.schema.attribute("region").is_some() {
        line(text, format_args!("  region = {}", escape::quoted(&found.scope.region)));
    }
}

/// An argument, or the blocks that it is written as.
fn argument(text: &mut String, attribute: &Attribute, value: &Value) {
    if !attribute.block {
        return line(text, format_args!("  {} = {}", attribute.name, literal(value)));
    }
    let blocks = value.as_slice().unwrap_or(std::slice::from_ref(value));
    for block in blocks {
        let Value::Object(members) = block else { continue };
        line(text, format_args!("  {} {{", attribute.name));
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            line(text, format_args!("    {name} = {}", literal(value)));
        }
        text.push_str("  }\n");
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(text, "{words}").expect("writing to a string cannot fail");
}

/// A value on one line, as the language reads it back.
fn literal(value: &Value) -> String {
    match value {
        Value::Marked(_) | Value::Unknown(_) | Value::Null(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => escape::quoted(text),
        Value::Tuple(items) => sequence(items),
        Value::List(list) => sequence(&list.items),
        Value::Set(set) => sequence(&set.items),
        Value::Map(map) => members(&map.items),
        Value::Object(object) => members(object),
    }
}

fn sequence(items: &[Value]) -> String {
    format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", "))
}

fn members(object: &Object) -> String {
    let member =
        |(name, value): (&Arc<str>, &Value)| format!("{} = {}", escape::quoted(name), literal(value));
    format!("{{ {} }}", object.iter().map(member).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::schemas;
    use super::*;
    use crate::model::desired::ProviderKey;

    fn found(server: &str, name: Option<&str>, priority: &str) -> Found {
        let schema = schemas().resource("alicloud_ecs_file_backup").expect("a sample");
        let values = [("instance_id", server), ("priority", priority)];
        Found {
            schema,
            scope: Scope { provider: ProviderKey::default_of("alicloud"), region: "cn-hangzhou".into() },
            object: LiveObject {
                id: format!("plan-{server}").into(),
                identity: Some(server.into()),
                values: values.map(|(name, value)| (name.into(), Value::string(value))).into(),
            },
            name: name.map(str::to_owned),
        }
    }

    #[test]
    fn the_same_settings_are_one_block_and_others_stand_alone() {
        let all = [
            found("i-1", Some("web"), "L0"),
            found("i-2", Some("twin"), "L0"),
            found("i-3", Some("twin"), "L0"),
            found("i-4", None, "L0"),
            found("i-5", Some("Big ${data}"), "L1"),
        ];
        let taken = ["cn_hangzhou".to_owned()].into();
        assert_snapshot!(configuration(&all, &taken), @r#"
        locals {
          adopted_cn_hangzhou_2 = {
            "web" = { id = "plan-i-1", instance_id = "i-1" }
            "i-2" = { id = "plan-i-2", instance_id = "i-2" }
            "i-3" = { id = "plan-i-3", instance_id = "i-3" }
            "i-4" = { id = "plan-i-4", instance_id = "i-4" }
          }
        }

        resource "alicloud_ecs_file_backup" "cn_hangzhou_2" {
          for_each = local.adopted_cn_hangzhou_2
          instance_id = each.value.instance_id
          priority = "L0"
        }

        import {
          for_each = local.adopted_cn_hangzhou_2
          to = alicloud_ecs_file_backup.cn_hangzhou_2[each.key]
          id = each.value.id
        }

        resource "alicloud_ecs_file_backup" "big_data" {
          instance_id = "i-5"
          priority = "L1"
        }

        import {
          to = alicloud_ecs_file_backup.big_data
          id = "plan-i-5"
        }
        "#);
    }

    #[test]
    fn a_name_of_a_block_is_an_identifier() {
        let check = |text: &str, expected: &str| assert_eq!(identifier(text), expected);
        check("cn-hangzhou", "cn_hangzhou");
        check("Web 1", "web_1");
        check("1st", "_1st");
        check("\u{202e}x", "x");
        check("Files ${old}", "files_old");
        check("-", "");
    }
}
