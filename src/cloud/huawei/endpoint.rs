//! Where the services are.
//!
//! Source: Huawei Cloud, "Regions and Endpoints": service and region make the name; the billing service has one for all
//! regions. What the `provider` block says wins, then what the vendor's SDK would read: a variable for service and region,
//! then its file of regions.

use std::collections::BTreeMap;

use super::regions::Regions;
use crate::cloud::http::{Endpoint, HttpError};

/// The services that the client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Orders, on the Chinese site.
    Bss,
    /// Orders, on the international site.
    BssIntl,
    /// Cloud Backup and Recovery.
    Cbr,
    /// Servers.
    Ecs,
    /// Enterprise projects.
    Eps,
    /// Disks.
    Evs,
    /// Identities.
    Iam,
    /// File systems.
    SfsTurbo,
    /// Temporary keys.
    Sts,
    /// Desktops.
    Workspace,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Bss,
        Self::BssIntl,
        Self::Cbr,
        Self::Ecs,
        Self::Eps,
        Self::Evs,
        Self::Iam,
        Self::SfsTurbo,
        Self::Sts,
        Self::Workspace,
    ];

    /// As host names spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bss => "bss",
            Self::BssIntl => "bss-intl",
            Self::Cbr => "cbr",
            Self::Ecs => "ecs",
            Self::Eps => "eps",
            Self::Evs => "evs",
            Self::Iam => "iam",
            Self::SfsTurbo => "sfs-turbo",
            Self::Sts => "sts",
            Self::Workspace => "workspace",
        }
    }

    /// As variables and the file of regions spell it: the name of its package in the vendor's SDK.
    ///
    /// Source: `huaweicloudsdkcore` 3.1.219, `region/provider`, and the regions of each package.
    pub const fn sdk_name(self) -> &'static str {
        match self {
            Self::Bss => "BSS",
            Self::BssIntl => "BSSINTL",
            Self::Cbr => "CBR",
            Self::Ecs => "ECS",
            Self::Eps => "EPS",
            Self::Evs => "EVS",
            Self::Iam => "IAM",
            Self::SfsTurbo => "SFSTURBO",
            Self::Sts => "STS",
            Self::Workspace => "WORKSPACE",
        }
    }

    /// Whether it is the same for all regions.
    const fn is_global(self) -> bool {
        matches!(self, Self::Bss | Self::BssIntl | Self::Eps)
    }
}

/// Regions that have an STS of their own; the others ask the first of them.
///
/// Source: `huaweicloudsdkcore` 3.1.219, `auth/endpoint`.
const STS_REGIONS: [&str; 12] = [
    "cn-north-4",
    "cn-south-1",
    "cn-east-3",
    "cn-southwest-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "sa-brazil-1",
    "la-south-2",
    "af-south-1",
    "tr-west-1",
];

/// What a provider says of endpoints.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The domain of all names; the European site has another.
    pub domain: String,
    /// Services that are somewhere else, for all regions.
    pub explicit: BTreeMap<Service, Endpoint>,
    /// What the environment and the SDK's file say of services in regions.
    pub regions: Regions,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            domain: "myhuaweicloud.com".to_owned(),
            explicit: BTreeMap::new(),
            regions: Regions::default(),
        }
    }
}

impl Endpoints {
    /// Where a service is for a region.
    ///
    /// # Errors
    ///
    /// When the region's name cannot be part of a host's, or an endpoint that the environment names will not be called.
    pub fn of(&self, service: Service, region: &str) -> Result<Endpoint, HttpError> {
        if let Some(endpoint) = self.explicit.get(&service) {
            return Ok(endpoint.clone());
        }
        if let Some(endpoint) = self.regions.of(service, region)? {
            return Ok(endpoint);
        }
        let is_sts = service == Service::Sts && !STS_REGIONS.contains(&region);
        let region = if is_sts { STS_REGIONS[0] } else { region };
        let is_name = !region.is_empty() && region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let (code, domain) = (service.code(), &self.domain);
        if service.is_global() {
            Endpoint::parse(&format!("https://{code}.{domain}"))
        } else if is_name {
            Endpoint::parse(&format!("https://{code}.{region}.{domain}"))
        } else {
            let (endpoint, reason) = (region.to_owned(), "it is not the name of a region".to_owned());
            Err(HttpError::Endpoint { endpoint, reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_and_region_make_the_name() {
        let explicit = Endpoint::parse("http://127.0.0.1:8080").expect("loopback may be plain HTTP");
        let endpoints = Endpoints { explicit: [(Service::Evs, explicit)].into(), ..Endpoints::default() };
        let check = |service: Service, region: &str, expected: Option<&str>| {
            let host = endpoints.of(service, region).ok().map(|endpoint| endpoint.host());
            assert_eq!(host.as_deref(), expected, "{service:?} {region}");
        };
        check(Service::Cbr, "cn-north-4", Some("cbr.cn-north-4.myhuaweicloud.com"));
        check(Service::SfsTurbo, "ap-southeast-1", Some("sfs-turbo.ap-southeast-1.myhuaweicloud.com"));
        check(Service::Bss, "cn-north-4", Some("bss.myhuaweicloud.com"));
        check(Service::BssIntl, "", Some("bss-intl.myhuaweicloud.com"));
        check(Service::Evs, "cn-north-4", Some("127.0.0.1:8080"));
        check(Service::Sts, "af-south-1", Some("sts.af-south-1.myhuaweicloud.com"));
        check(Service::Sts, "cn-north-1", Some("sts.cn-north-4.myhuaweicloud.com"));
        check(Service::Cbr, "", None);
        check(Service::Cbr, "evil.example/", None);
    }
}
