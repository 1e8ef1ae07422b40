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
    let mut services = serde_json::Map::new();
    let (mut service, mut list): (Option<String>, Option<String>) = (None, None);
    for (place, line) in text.lines().enumerate() {
        let wrong = || place + 1;
        let content = line.split(" #").next().unwrap_or_default().trim_end();
        let inner = content.trim_start();
        if inner.is_empty() || inner.starts_with('#') || inner == "---" {
            continue;
        }
        let is_top = inner.len() == content.len() && !inner.starts_with('-');
        if is_top {
            let name = inner.strip_suffix(':').filter(|name| !name.contains(':')).ok_or_else(wrong)?;
            services.insert(plain(name).to_owned(), Json::Array(Vec::new()));
            (service, list) = (Some(plain(name).to_owned()), None);
            continue;
        }
        let regions = service.as_ref().and_then(|name| services.get_mut(name)?.as_array_mut());
        let regions = regions.ok_or_else(wrong)?;
        let (begins, field) = match inner.strip_prefix("- ") {
            Some(field) => (true, field.trim()),
            None => (false, inner),
        };
        match (field.split_once(": "), field.strip_suffix(':')) {
            (Some((name, value)), _) => {
                if begins {
                    regions.push(Json::Object(serde_json::Map::new()));
                }
                list = None;
                set(regions, plain(name), Json::from(plain(value))).ok_or_else(wrong)?;
            }
            (None, Some(name)) => {
                if begins {
                    regions.push(Json::Object(serde_json::Map::new()));
                }
                list = Some(plain(name).to_owned());
                set(regions, plain(name), Json::Array(Vec::new())).ok_or_else(wrong)?;
            }
            // An address has a colon too, and no blank after it.
            (None, None) if begins => {
                let name = list.as_ref().ok_or_else(wrong)?;
                let items = regions.last_mut().and_then(|region| region.get_mut(name)?.as_array_mut());
                items.ok_or_else(wrong)?.push(Json::from(plain(field)));
            }
            (None, None) => return Err(wrong()),
        }
    }
    Ok(Json::Object(services))
}

/// Gives the last region a field; `None` where there is no region.
fn set(regions: &mut [Json], name: &str, value: Json) -> Option<()> {
    regions.last_mut()?.as_object_mut()?.insert(name.to_owned(), value);
    Some(())
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
        check(Some("CBR:\n  - id: cn-north-4\n    endpoint: http://cbr.example.com\n"), "plain HTTP");
        check(Some("{\"CBR\": "), "not understood");
        let json = r#"{ "CBR": [{ "id": "cn-north-4", "endpoint": "https://json.example.com" }] }"#;
        let outside = FakeOutside::variables(&[("HUAWEICLOUD_SDK_REGIONS_FILE", "/r.yaml")]);
        let host = found(outside.file("/r.yaml", json), Service::Cbr, "cn-north-4");
        assert_eq!(host, Ok(Some("json.example.com".to_owned())));
    }
}
