//! Tags of vaults.
//!
//! Source: CBR API v3, "Tags".

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::body::{Fields, check_unique};
use super::cbr_vaults::known;
use super::error::ApiError;
use super::gateway::{Answer, Call};
use super::vault::{Tag, Tally, Vault};

/// Tags that a vault can have.
///
/// Source: Getting Started, "Purchasing a Server Backup Vault": at most 10.
const MOST: usize = 10;

/// `ShowVaultTag`.
pub fn show(call: &mut Call) -> Result<Answer, ApiError> {
    let vault = known(call.project(), call.param("vault_id"))?;
    Answer::ok(json!({ "tags": vault.tags, "sys_tags": [] }))
}

/// `ShowVaultProjectTag`: every key of the project with its values.
pub fn of_project(call: &mut Call) -> Result<Answer, ApiError> {
    let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for tag in call.project().vaults.iter().flat_map(|vault| &vault.tags) {
        let values = keys.entry(&tag.key).or_default();
        if !values.contains(&tag.value.as_str()) {
            values.push(&tag.value);
        }
    }
    let tags: Vec<Value> = keys.iter().map(|(key, values)| json!({ "key": key, "values": values })).collect();
    Answer::ok(json!({ "tags": tags }))
}

/// `CreateVaultTags`: an equal key gets the new value.
pub fn set(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let tag = Fields::wrapped(&body, "tag")?.tag()?;
    change(call, |tags| put(tags, vec![tag]))
}

/// `DeleteVaultTag`.
pub fn delete(call: &mut Call) -> Result<Answer, ApiError> {
    let key = call.param("key").to_owned();
    let vault = known(call.project(), call.param("vault_id"))?;
    if vault.tags.iter().all(|tag| tag.key != key) {
        return Err(ApiError::cbr(404, "6601", "The tag key does not exist."));
    }
    change(call, |tags| tags.retain(|tag| tag.key != key))
}

/// `BatchCreateAndDeleteVaultTags`. To delete a key that is not there is no error.
pub fn batch(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let action = fields.required_word("action", &["create", "delete"])?;
    fields.required_list("tags", 1..=MOST)?;
    let tags = fields.tags("tags")?.unwrap_or_default();
    if action == "create" {
        check_unique(&tags)?;
        return change(call, |known| put(known, tags));
    }
    change(call, |known| known.retain(|tag| tags.iter().all(|gone| gone.key != tag.key)))
}

fn put(known: &mut Vec<Tag>, new: Vec<Tag>) {
    for tag in new {
        match known.iter_mut().find(|other| other.key == tag.key) {
            Some(other) => other.value = tag.value,
            None => known.push(tag),
        }
    }
}

/// Changes the tags of the vault that the path names, unless they become too many.
fn change(call: &mut Call, change: impl FnOnce(&mut Vec<Tag>)) -> Result<Answer, ApiError> {
    let id = call.param("vault_id").to_owned();
    let mut tags = known(call.project(), &id)?.tags.clone();
    change(&mut tags);
    if tags.len() > MOST {
        return Err(ApiError::cbr(400, "6600", "A vault can have at most 10 tags."));
    }
    if let Some(vault) = call.project_mut().0.vaults.get_mut(&id) {
        vault.tags = tags;
    }
    Answer::empty()
}

/// How the tags of one condition are put together.
#[derive(Clone, Copy)]
enum Mode {
    /// Every key, with any of its values.
    All,
    /// Any key.
    Any,
}

/// `ShowVaultResourceInstances`: vaults by their tags; limit and offset are texts here.
pub fn find(call: &mut Call) -> Result<Answer, ApiError> {
    let body = call.body.clone();
    let fields = Fields::of(&body, "body")?;
    let action = fields.required_word("action", &["filter", "count"])?;
    let number = |name: &str, default: usize| match fields.text(name)? {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| fields.wrong(name, "must be a number written as a string")),
    };
    let (limit, offset) = (number("limit", 1000)?, number("offset", 0)?);
    if !(1..=1000).contains(&limit) {
        return Err(fields.wrong("limit", "must be from 1 to 1000"));
    }
    let project = call.project();
    let mut found = Vec::new();
    for vault in project.vaults.iter() {
        if passes(vault, &fields)? {
            found.push(vault);
        }
    }
    let count = found.len();
    if action == "count" {
        return Answer::ok(json!({ "total_count": count }));
    }
    let tally = Tally::of(project, call.now);
    let shown: Vec<Value> = found
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|vault| {
            json!({
                "resource_id": vault.id,
                "resource_name": vault.name,
                "resource_detail": { "vault": vault.to_json(project, &tally) },
                "tags": vault.tags,
                "sys_tags": [],
            })
        })
        .collect();
    Answer::ok(json!({ "resources": shown, "total_count": count }))
}

fn passes(vault: &Vault, fields: &Fields) -> Result<bool, ApiError> {
    let has_no_tag = fields.boolean("without_any_tag")?.unwrap_or(false);
    let named = fields.objects("matches")?.unwrap_or_default();
    let mut is_named = true;
    for condition in &named {
        condition.required_word("key", &["resource_name"])?;
        is_named &= vault.name.contains(condition.required_text("value")?);
    }
    let is_of =
        |name: &str, own: &str| Ok::<bool, ApiError>(fields.text(name)?.is_none_or(|wanted| wanted == own));
    Ok(is_named
        && (!has_no_tag || vault.tags.is_empty())
        && is_of("cloud_type", &vault.cloud_type)?
        && is_of("object_type", &vault.object_type)?
        && has(vault, fields, "tags", Mode::All)?.unwrap_or(true)
        && has(vault, fields, "tags_any", Mode::Any)?.unwrap_or(true)
        && !has(vault, fields, "not_tags", Mode::All)?.unwrap_or(false)
        && !has(vault, fields, "not_tags_any", Mode::Any)?.unwrap_or(false))
}

/// Whether a vault has the tags of one condition; `None` when there is none. No values are any value.
fn has(vault: &Vault, fields: &Fields, name: &str, mode: Mode) -> Result<Option<bool>, ApiError> {
    let conditions = fields.objects(name)?.unwrap_or_default();
    let mut met = Vec::new();
    for condition in &conditions {
        let key = condition.required_text("key")?;
        let values = condition.texts("values")?.unwrap_or_default();
        met.push(
            vault.tags.iter().any(|tag| tag.key == key && (values.is_empty() || values.contains(&tag.value))),
        );
    }
    Ok((!met.is_empty()).then(|| match mode {
        Mode::All => met.iter().all(|met| *met),
        Mode::Any => met.iter().any(|met| *met),
    }))
}
