//! Reads the bodies and queries of requests, and says what of them the service does not take.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::error::ApiError;
use super::vault::Tag;

/// The largest capacity of a vault, in GB.
///
/// Source: CBR API v3, "Creating a Vault", `billing.size`.
pub const SIZE_MOST: u64 = 10_485_760;

/// An object of a body, with its place in it for messages.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    at: String,
}

impl<'a> Fields<'a> {
    /// The object at this place.
    ///
    /// # Errors
    /// When it is no object.
    pub fn of(value: &'a Value, at: &str) -> Result<Fields<'a>, ApiError> {
        let map = value.as_object().ok_or_else(|| ApiError::invalid(format!("{at} must be an object")))?;
        Ok(Fields { map, at: at.to_owned() })
    }

    /// The object that a body wraps everything in.
    ///
    /// # Errors
    /// When it is missing.
    pub fn wrapped(body: &'a Value, name: &str) -> Result<Fields<'a>, ApiError> {
        Fields::of(body, "body")?.required_object(name)
    }

    /// Where a field is.
    pub fn place(&self, name: &str) -> String {
        if self.at == "body" { name.to_owned() } else { format!("{}.{name}", self.at) }
    }

    /// A complaint about a field.
    pub fn wrong(&self, name: &str, why: &str) -> ApiError {
        ApiError::invalid(format!("Parameter {} {why}.", self.place(name)))
    }

    /// The value; `null` counts as absent.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, ApiError> {
        value.ok_or_else(|| self.wrong(name, "is required"))
    }

    /// An object.
    ///
    /// # Errors
    /// When it is none.
    pub fn object(&self, name: &str) -> Result<Option<Fields<'a>>, ApiError> {
        self.value(name).map(|value| Fields::of(value, &self.place(name))).transpose()
    }

    /// An object that must be there.
    ///
    /// # Errors
    /// When it is missing or no object.
    pub fn required_object(&self, name: &str) -> Result<Fields<'a>, ApiError> {
        let object = self.object(name)?;
        self.required(name, object)
    }

    /// A text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        let text = |value: &'a Value| value.as_str().ok_or_else(|| self.wrong(name, "must be a string"));
        self.value(name).map(text).transpose()
    }

    /// A text that must be there and not be empty.
    ///
    /// # Errors
    /// When it is missing or no text.
    pub fn required_text(&self, name: &str) -> Result<&'a str, ApiError> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        self.required(name, text)
    }

    /// A text of so many characters.
    ///
    /// # Errors
    /// When it is none, or too short or too long.
    pub fn bounded_text(
        &self,
        name: &str,
        range: RangeInclusive<usize>,
    ) -> Result<Option<&'a str>, ApiError> {
        let text = self.text(name)?;
        if text.is_some_and(|text| !range.contains(&text.chars().count())) {
            let why = format!("must have {} to {} characters", range.start(), range.end());
            return Err(self.wrong(name, &why));
        }
        Ok(text)
    }

    /// What people say of a thing: at most 255 characters, and no angle brackets.
    ///
    /// # Errors
    /// When it is something else.
    pub fn description(&self) -> Result<Option<String>, ApiError> {
        let text = self.bounded_text("description", 0..=255)?;
        if text.is_some_and(|text| text.contains(['<', '>'])) {
            return Err(self.wrong("description", "must not contain < or >"));
        }
        Ok(text.map(str::to_owned))
    }

    /// The name of a vault, policy or backup.
    ///
    /// Source: CBR API v3, "Creating a Vault", `name`: 1 to 64 of letters, digits, `_`, `-` and Chinese characters.
    ///
    /// # Errors
    /// When it is something else.
    pub fn name(&self) -> Result<Option<String>, ApiError> {
        let is_good = |c: char| {
            c.is_ascii_alphanumeric()
                || "_-".contains(c)
                || ('\u{4E00}'..='\u{9FA5}').contains(&c)
                || ('\u{F900}'..='\u{FA2D}').contains(&c)
        };
        let name = self.bounded_text("name", 1..=64)?;
        if name.is_some_and(|name| !name.chars().all(is_good)) {
            return Err(self.wrong("name", "may contain only letters, digits, underscores and hyphens"));
        }
        Ok(name.map(str::to_owned))
    }

    /// One of these words.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<Option<&'a str>, ApiError> {
        let text = self.text(name)?;
        if text.is_some_and(|text| !words.contains(&text)) {
            return Err(self.wrong(name, &format!("must be one of {}", words.join(", "))));
        }
        Ok(text)
    }

    /// One of these words, which must be there.
    ///
    /// # Errors
    /// When it is missing or none of them.
    pub fn required_word(&self, name: &str, words: &[&str]) -> Result<&'a str, ApiError> {
        let word = self.word(name, words)?;
        self.required(name, word)
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// When it is none, or outside.
    pub fn integer(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let number = value.as_i64().filter(|number| range.contains(number));
        let why =
            || self.wrong(name, &format!("must be an integer from {} to {}", range.start(), range.end()));
        number.map(Some).ok_or_else(why)
    }

    /// A truth.
    ///
    /// # Errors
    /// When it is none.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        let truth = |value: &Value| value.as_bool().ok_or_else(|| self.wrong(name, "must be a boolean"));
        self.value(name).map(truth).transpose()
    }

    /// A list.
    ///
    /// # Errors
    /// When it is none.
    pub fn list(&self, name: &str) -> Result<Option<&'a Vec<Value>>, ApiError> {
        let list = |value: &'a Value| value.as_array().ok_or_else(|| self.wrong(name, "must be a list"));
        self.value(name).map(list).transpose()
    }

    /// A list of so many, which must be there.
    ///
    /// # Errors
    /// When it is missing, no list, or too short or too long.
    pub fn required_list(
        &self,
        name: &str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a Vec<Value>, ApiError> {
        let list = self.list(name)?;
        let list = self.required(name, list)?;
        if !range.contains(&list.len()) {
            return Err(self.wrong(name, &format!("must have {} to {} members", range.start(), range.end())));
        }
        Ok(list)
    }

    /// A list of texts.
    ///
    /// # Errors
    /// When it is something else.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let Some(list) = self.list(name)? else { return Ok(None) };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts: Option<Vec<String>> = list.iter().map(text).collect();
        texts.map(Some).ok_or_else(|| self.wrong(name, "must be a list of strings"))
    }

    /// A list of so many texts, which must be there.
    ///
    /// # Errors
    /// When it is missing, something else, or too short or too long.
    pub fn required_texts(&self, name: &str, range: RangeInclusive<usize>) -> Result<Vec<String>, ApiError> {
        self.required_list(name, range)?;
        Ok(self.texts(name)?.unwrap_or_default())
    }

    /// A list of objects.
    ///
    /// # Errors
    /// When it is something else.
    pub fn objects(&self, name: &str) -> Result<Option<Vec<Fields<'a>>>, ApiError> {
        let Some(list) = self.list(name)? else { return Ok(None) };
        let object =
            |(place, value): (usize, &'a Value)| Fields::of(value, &format!("{}[{place}]", self.place(name)));
        list.iter().enumerate().map(object).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// A list of tags, each with a proper key and value.
    ///
    /// # Errors
    /// When there is one that is not.
    pub fn tags(&self, name: &str) -> Result<Option<Vec<Tag>>, ApiError> {
        let Some(objects) = self.objects(name)? else { return Ok(None) };
        objects.iter().map(Fields::tag).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// A tag.
    ///
    /// Source: CBR API v3, "Adding Tags to a Vault": key 1 to 36 characters, value 0 to 43, outer blanks dropped, and
    /// none of the characters 0 to 31 and `=*<>\,|/`.
    ///
    /// # Errors
    /// When it is not a proper one.
    pub fn tag(&self) -> Result<Tag, ApiError> {
        let key = self.required_text("key")?.trim();
        let value = self.text("value")?.unwrap_or_default().trim();
        let is_bad = |text: &str| text.contains(|c: char| c.is_ascii_control() || "=*<>\\,|/".contains(c));
        if key.is_empty() || key.chars().count() > 36 || is_bad(key) {
            return Err(self.wrong("key", "must have 1 to 36 characters, none of =*<>\\,|/"));
        }
        if value.chars().count() > 43 || is_bad(value) {
            return Err(self.wrong("value", "must have at most 43 characters, none of =*<>\\,|/"));
        }
        Ok(Tag { key: key.to_owned(), value: value.to_owned() })
    }
}

/// Refuses tags of which two have the same key.
///
/// # Errors
/// When there are such.
pub fn check_unique(tags: &[Tag]) -> Result<(), ApiError> {
    let is_double = |(place, tag): (usize, &Tag)| tags[..place].iter().any(|other| other.key == tag.key);
    if tags.iter().enumerate().any(is_double) {
        return Err(ApiError::invalid("Parameter tags must not have the same key twice."));
    }
    Ok(())
}

/// The query of a request.
#[derive(Clone, Debug, Default)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// The first value of this name that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// All values of this name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// Says why it is none.
    pub fn integer(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let why =
            || format!("Parameter {name} must be an integer from {} to {}.", range.start(), range.end());
        number.map(Some).ok_or_else(why)
    }

    /// A truth.
    ///
    /// # Errors
    /// Says why it is none.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, String> {
        match self.text(name) {
            None => Ok(None),
            Some("true" | "True") => Ok(Some(true)),
            Some("false" | "False") => Ok(Some(false)),
            Some(_) => Err(format!("Parameter {name} must be true or false.")),
        }
    }

    /// Whether a value passes a filter; without the filter all do.
    pub fn admits(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| wanted == value)
    }
}

/// A page of a listing that is counted in records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// How many records at most.
    pub limit: usize,
    /// How many come before it.
    pub offset: usize,
}

impl Page {
    /// The page that was asked for.
    ///
    /// # Errors
    /// Says which bound is broken.
    pub fn of(query: &Query, least: i64, most: i64) -> Result<Page, String> {
        let number = |number: i64| usize::try_from(number).unwrap_or(0);
        let limit = query.integer("limit", least..=most)?.unwrap_or(most);
        let offset = query.integer("offset", 0..=i64::from(i32::MAX))?.unwrap_or(0);
        Ok(Page { limit: number(limit), offset: number(offset) })
    }

    /// Its part of a listing.
    pub fn cut<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        all.into_iter().skip(self.offset).take(self.limit).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_of_letters_digits_and_two_signs() {
        let check = |name: Value, expected: bool| {
            let body = json!({ "name": name });
            assert_eq!(Fields::of(&body, "vault").unwrap().name().is_ok(), expected, "{body}");
        };
        check(json!("vault-f61e"), true);
        check(json!("存储库_1"), true);
        check(json!("a".repeat(64)), true);
        check(json!("a".repeat(65)), false);
        check(json!(""), false);
        check(json!("a b"), false);
        check(json!("a.b"), false);
        check(json!(1), false);
        check(Value::Null, true);
    }

    #[test]
    fn tags_keep_the_vendors_bounds() {
        let check = |key: &str, value: &str, expected: bool| {
            let body = json!({ "key": key, "value": value });
            assert_eq!(Fields::of(&body, "tag").unwrap().tag().is_ok(), expected, "{body}");
        };
        check("Key_0001", "Value_0001", true);
        check("k", "", true);
        check(" k ", " v ", true);
        check("", "v", false);
        check(" ", "v", false);
        check(&"k".repeat(36), &"v".repeat(43), true);
        check(&"k".repeat(37), "v", false);
        check("k", &"v".repeat(44), false);
        check("k=", "v", false);
        check("k", "a/b", false);
        check("k", "a\nb", false);
        let same = Tag { key: "k".to_owned(), value: String::new() };
        assert!(check_unique(&[same.clone(), same]).is_err());
    }

    #[test]
    fn complaints_name_the_place() {
        let body = json!({ "vault": { "billing": { "size": "big" } } });
        let vault = Fields::wrapped(&body, "vault").unwrap();
        let error = vault.required_object("billing").unwrap().integer("size", 10..=20).unwrap_err();
        assert_eq!(error.message, "Parameter vault.billing.size must be an integer from 10 to 20.");
        assert_eq!(vault.required_text("name").unwrap_err().message, "Parameter vault.name is required.");
        assert!(Fields::wrapped(&json!([]), "vault").is_err());
    }

    #[test]
    fn pages_keep_their_bounds() {
        let check = |query: &str, expected: Option<(usize, usize)>| {
            let query = Query(super::super::text::parse_query(query).unwrap());
            let page = Page::of(&query, 1, 1000).ok().map(|page| (page.limit, page.offset));
            assert_eq!(page, expected, "{query:?}");
        };
        check("", Some((1000, 0)));
        check("limit=1&offset=3", Some((1, 3)));
        check("limit=0", None);
        check("limit=1001", None);
        check("offset=-1", None);
        check("limit=ten", None);
    }
}
