//! Where the environment says that services are: a variable for each service and region, and the file of regions, both
//! as the vendor's SDK reads them.
//!
//! Source: `huaweicloudsdkcore` 3.1.219, `region/provider` and `region/cache`: the variable wins; of several addresses
//! the first is called. The SDK goes on without a word where the file says nothing that it knows; here that is an error.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;

use super::endpoint::Service;
use crate::cloud::http::{Endpoint, HttpError};
use crate::cloud::outside::Outside;

/// What the names of variables begin with: `HUAWEICLOUD_SDK_REGION_CBR_CN_NORTH_4`.
const VARIABLE: &str = "HUAWEICLOUD_SDK_REGION";

/// Names the file.
const FILE: &str = "HUAWEICLOUD_SDK_REGIONS_FILE";

/// The file, below the home directory.
const USUAL_FILE: &str = ".huaweicloud/regions.yaml";

/// Addresses by the SDK's name of a service and by region.
type Table = BTreeMap<(String, String), Endpoint>;

/// What environment and file say.
#[derive(Clone, Default)]
pub struct Regions {
    outside: Option<Arc<dyn Outside>>,
    file: Table,
}

impl fmt::Debug for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Regions").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Regions {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or understood, or names an address that will not be called.
    pub fn load(outside: &Arc<dyn Outside>) -> Result<Self, HttpError> {
        let named = outside.variable(FILE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let usual = || outside.home().map(|home| home.join(USUAL_FILE));
        let is_named = named.is_some();
        let Some(path) = named.or_else(usual) else {
            return Ok(Self { outside: Some(outside.clone()), file: Table::new() });
        };
        let place = path.display().to_string();
        let file = match outside.read(&path) {
            Ok(text) => table(&text, &place)?,
            Err(error) if error.kind() == ErrorKind::NotFound && !is_named => Table::new(),
            Err(error) => return Err(bad(&place, &format!("it cannot be read: {error}"))),
        };
        Ok(Self { outside: Some(outside.clone()), file })
    }

    /// Where they say that a service is for a region.
    ///
    /// # Errors
    ///
    /// When that is an address that will not be called.
    pub fn of(&self, service: Service, region: &str) -> Result<Option<Endpoint>, HttpError> {
        let name = service.sdk_name();
        let variable = format!("{VARIABLE}_{name}_{}", region.replace('-', "_").to_uppercase());
        let given = self.outside.as_ref().and_then(|outside| outside.variable(&variable));
        match given.as_deref().and_then(|text| text.split(',').find(|part| !part.trim().is_empty())) {
            Some(address) => endpoint(address.trim(), &variable).map(Some),
            None => Ok(self.file.get(&(name.to_owned(), region.to_owned())).cloned()),
        }
    }
}

/// An address, whose problem is told with the setting that it comes from.
///
/// # Errors
///
/// When it will not be called.
pub fn endpoint(address: &str, setting: &str) -> Result<Endpoint, HttpError> {
    Endpoint::parse(address).map_err(|error| match error {
        HttpError::Endpoint { endpoint, reason } => {
            HttpError::Endpoint { endpoint, reason: format!("{reason} ({setting} says so)") }
        }
        other => other,
    })
}

fn bad(place: &str, reason: &str) -> HttpError {
    HttpError::Endpoint { endpoint: place.to_owned(), reason: reason.to_owned() }
}

/// The addresses of a file.
fn table(text: &str, place: &str) -> Result<Table, HttpError> {
    let services = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| bad(place, &format!("it is not understood: {error}")))?
    } else {
        yaml(text).map_err(|line| bad(place, &format!("line {line} is not understood")))?
    };
    let mut found = Table::new();
    for (service, regions) in services.as_object().into_iter().flatten() {
        for region in regions.as_array().into_iter().flatten() {
            let text = |value: &Json| value.as_str().map(str::to_owned);
            let several = region["endpoints"].as_array().and_then(|list| list.first()).and_then(text);
            if let (Some(id), Some(address)) =
                (text(&region["id"]), several.or_else(|| text(&region["endpoint"])))
            {
                found.insert((service.to_uppercase(), id), endpoint(&address, place)?);
            }
        }
    }
    Ok(found)
}

/// The part of YAML that this file needs, as the same in JSON: services, below each a list of regions, each of which has
/// texts and a list of texts. The number of the first line that is something else.
fn yaml(text: &str) -> Result<Json, usize> {
    let mut reader = Reader::default();
    for (place, line) in text.lines().enumerate() {
        let content = line.split(" #").next().unwrap_or_default().trim_end();
        let inner = content.trim_start();
        if inner.is_empty() || inner.starts_with('#') || inner == "---" {
            continue;
        }
        let is_outermost = inner.len() == content.len() && !inner.starts_with('-');
        let read = if is_outermost { reader.service(inner) } else { reader.field(inner) };
        read.ok_or(place + 1)?;
    }
    Ok(Json::Object(reader.services))
}

/// What has been read so far, and where that was.
#[derive(Default)]
struct Reader {
    services: serde_json::Map<String, Json>,
    service: Option<String>,
    list: Option<String>,
}

impl Reader {
    /// `CBR:` begins a service.
    fn service(&mut self, line: &str) -> Option<()> {
        let name = plain(line.strip_suffix(':').filter(|name| !name.contains(':'))?).to_owned();
        self.services.insert(name.clone(), Json::Array(Vec::new()));
        (self.service, self.list) = (Some(name), None);
        Some(())
    }

    /// `- id: cn-north-4` begins a region, `endpoints:` a list in it, and `- https://example.com` is one of the list.
    fn field(&mut self, line: &str) -> Option<()> {
        let regions = self.services.get_mut(self.service.as_ref()?)?.as_array_mut()?;
        let (begins, field) = match line.strip_prefix("- ") {
            Some(field) => (true, field.trim()),
            None => (false, line),
        };
        let (name, value) = match (field.split_once(": "), field.strip_suffix(':')) {
            (Some((name, value)), _) => (plain(name), scalar(value)?),
            (None, Some(name)) => (plain(name), Json::Array(Vec::new())),
            // An address has a colon too, and no blank after it.
            (None, None) => {
                let list = regions.last_mut()?.get_mut(self.list.as_ref()?)?.as_array_mut();
                list.filter(|_| begins)?.push(scalar(field)?);
                return Some(());
            }
        };
        if begins {
            regions.push(Json::Object(serde_json::Map::new()));
        }
        self.list = value.is_array().then(|| name.to_owned());
        regions.last_mut()?.as_object_mut()?.insert(name.to_owned(), value);
        Some(())
    }
}

/// A text; `None` for what means something else in YAML: lists and maps on one line, blocks of text, anchors.
fn scalar(text: &str) -> Option<Json> {
    let is_special = text.trim_start().starts_with(['[', '{', '|', '>', '&', '*', '!']);
    (!is_special).then(|| Json::from(plain(text)))
}

/// A text without its quotes.
fn plain(text: &str) -> &str {
    let text = text.trim();
    let quoted = |mark: char| text.strip_prefix(mark)?.strip_suffix(mark);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::outside::fake::FakeOutside;

    const YAML: &str = "# own installation\nCBR:\n  - id: cn-north-4 # the main one\n    endpoint: https://cbr.example.com\n  - id: 'cn-east-3'\n    endpoints:\n      - \"https://one.example.com\"\n      - https://two.example.com\nsfsturbo:\n- endpoint: https://sfs.example.com\n  id: cn-north-4\n";

    fn found(outside: FakeOutside, service: Service, region: &str) -> Result<Option<String>, String> {
        let regions = Regions::load(&outside.shared()).map_err(|error| error.to_string())?;
        let found = regions.of(service, region).map_err(|error| error.to_string())?;
        Ok(found.map(|endpoint| endpoint.host()))
    }

    #[test]
    fn the_file_of_regions_is_read_as_the_sdk_reads_it() {
        let check = |service: Service, region: &str, expected: Option<&str>| {
            let outside = FakeOutside::default().file("/home/u/.huaweicloud/regions.yaml", YAML);
            let host = found(outside, service, region);
            assert_eq!(host, Ok(expected.map(str::to_owned)), "{service:?} {region}");
        };
        check(Service::Cbr, "cn-north-4", Some("cbr.example.com"));
        check(Service::Cbr, "cn-east-3", Some("one.example.com"));
        check(Service::SfsTurbo, "cn-north-4", Some("sfs.example.com"));
        check(Service::Ecs, "cn-north-4", None);
        check(Service::Cbr, "cn-south-1", None);
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let check = |address: &str, expected: Result<&str, &str>| {
            let outside = FakeOutside::variables(&[("HUAWEICLOUD_SDK_REGION_CBR_CN_NORTH_4", address)])
                .file("/home/u/.huaweicloud/regions.yaml", YAML);
            match (found(outside, Service::Cbr, "cn-north-4"), expected) {
                (Ok(host), Ok(expected)) => assert_eq!(host.as_deref(), Some(expected), "{address}"),
                (Err(error), Err(part)) => assert!(error.contains(part), "{address}: {error}"),
                (found, _) => panic!("{address}: {found:?}"),
            }
        };
        check("https://own.example.com", Ok("own.example.com"));
        check("https://own.example.com,https://second.example.com", Ok("own.example.com"));
        check("http://127.0.0.1:8080", Ok("127.0.0.1:8080"));
        check("", Ok("cbr.example.com"));
        check("http://own.example.com", Err("HUAWEICLOUD_SDK_REGION_CBR_CN_NORTH_4"));
        check("https://u:p@own.example.com", Err("user"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let check = |text: Option<&str>, expected: &str| {
            let outside = FakeOutside::variables(&[("HUAWEICLOUD_SDK_REGIONS_FILE", "/r.yaml")]);
            let outside = text.into_iter().fold(outside, |outside, text| outside.file("/r.yaml", text));
            let error = found(outside, Service::Cbr, "cn-north-4").expect_err("it is no good");
            assert!(error.contains(expected) && error.contains("/r.yaml"), "{error}");
        };
        check(None, "cannot be read");
        check(Some("CBR: [x"), "line 1");
        check(Some("CBR:\n  id: cn-north-4\n"), "line 2");
        check(Some("CBR:\n  - id: cn-north-4\n    what\n"), "line 3");
        check(Some("CBR:\n  - id: cn-north-4\n    endpoints: [https://cbr.example.com]\n"), "line 3");
        check(Some("CBR:\n  - https://cbr.example.com\n"), "line 2");
        check(Some("CBR:\n  - id: cn-north-4\n    endpoint: http://cbr.example.com\n"), "plain HTTP");
        check(Some("{\"CBR\": "), "not understood");
        let json = r#"{ "CBR": [{ "id": "cn-north-4", "endpoint": "https://json.example.com" }] }"#;
        let outside = FakeOutside::variables(&[("HUAWEICLOUD_SDK_REGIONS_FILE", "/r.yaml")]);
        let host = found(outside.file("/r.yaml", json), Service::Cbr, "cn-north-4");
        assert_eq!(host, Ok(Some("json.example.com".to_owned())));
    }
}
