//! Where the services are.
//!
//! Source: Alibaba Cloud SDKs: product, network and region make the name; an explicit endpoint wins.

use std::num::NonZeroU32;

use crate::cloud::http::{Endpoint, HttpError};
use crate::cloud::rate::Rate;

/// The services that the client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// Servers.
    Ecs,
    /// Cloud Backup.
    Hbr,
    /// Cloud Backup at its central endpoint, which alone opens the service.
    HbrCentral,
    /// Identities.
    Sts,
}

/// 600 calls a minute for each operation of Cloud Backup.
const HBR_CALLS: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// 500 calls a minute is the least that ECS allows for the reads that the client makes.
const ECS_CALLS: NonZeroU32 = NonZeroU32::new(500).expect("not zero");

impl Product {
    /// As host names and permissions spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Hbr | Self::HbrCentral => "hbr",
            Self::Sts => "sts",
        }
    }

    /// `x-acs-version`.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Ecs => "2014-05-26",
            Self::Hbr | Self::HbrCentral => "2017-09-08",
            Self::Sts => "2015-04-01",
        }
    }

    /// The published rate of each operation, by account and region.
    ///
    /// Source: Alibaba Cloud help pages on API rate limits of Cloud Backup and ECS.
    pub const fn rate(self) -> Rate {
        match self {
            Self::Ecs | Self::Sts => Rate::per_minute(ECS_CALLS),
            Self::Hbr | Self::HbrCentral => Rate::per_minute(HBR_CALLS),
        }
    }
}

/// What a provider says of endpoints.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// `ALIBABA_CLOUD_ENDPOINT_TYPE=vpc`: names that only a private network resolves.
    pub vpc: bool,
    /// Cloud Backup, for all regions.
    pub hbr: Option<Endpoint>,
    /// ECS, for all regions.
    pub ecs: Option<Endpoint>,
    /// STS, for all regions.
    pub sts: Option<Endpoint>,
}

impl Endpoints {
    /// Where the product is served for that region.
    ///
    /// # Errors
    ///
    /// When the region is no name of a region: it becomes part of a host name.
    pub fn of(&self, product: Product, region: &str) -> Result<Endpoint, HttpError> {
        let explicit = match product {
            Product::Ecs => &self.ecs,
            Product::Hbr | Product::HbrCentral => &self.hbr,
            Product::Sts => &self.sts,
        };
        if let Some(endpoint) = explicit {
            return Ok(endpoint.clone());
        }
        let code = product.code();
        if product == Product::HbrCentral {
            return Endpoint::parse(&format!("{code}.aliyuncs.com"));
        }
        if region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(HttpError::Endpoint {
                endpoint: region.to_owned(),
                reason: "a region is named by letters, digits and hyphens".to_owned(),
            });
        }
        let network = if self.vpc { "-vpc" } else { "" };
        Endpoint::parse(&format!("{code}{network}.{region}.aliyuncs.com"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(endpoints: &Endpoints, product: Product, region: &str, expected: Option<&str>) {
        let host = endpoints.of(product, region).ok().map(|endpoint| endpoint.host());
        assert_eq!(host.as_deref(), expected, "{product:?} in {region:?}");
    }

    #[test]
    fn names_are_made_of_product_network_and_region() {
        let public = Endpoints::default();
        check(&public, Product::Hbr, "cn-hangzhou", Some("hbr.cn-hangzhou.aliyuncs.com"));
        check(&public, Product::Ecs, "cn-hangzhou", Some("ecs.cn-hangzhou.aliyuncs.com"));
        check(&public, Product::Sts, "eu-central-1", Some("sts.eu-central-1.aliyuncs.com"));
        check(&public, Product::HbrCentral, "cn-hangzhou", Some("hbr.aliyuncs.com"));
        let private = Endpoints { vpc: true, ..Endpoints::default() };
        check(&private, Product::Hbr, "cn-hangzhou", Some("hbr-vpc.cn-hangzhou.aliyuncs.com"));
        check(&private, Product::HbrCentral, "cn-hangzhou", Some("hbr.aliyuncs.com"));
    }

    #[test]
    fn an_explicit_endpoint_wins() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8080").expect("an endpoint");
        let endpoints = Endpoints { hbr: Some(endpoint), ..Endpoints::default() };
        check(&endpoints, Product::Hbr, "cn-hangzhou", Some("127.0.0.1:8080"));
        check(&endpoints, Product::HbrCentral, "cn-hangzhou", Some("127.0.0.1:8080"));
        check(&endpoints, Product::Ecs, "cn-hangzhou", Some("ecs.cn-hangzhou.aliyuncs.com"));
    }

    #[test]
    fn a_region_cannot_lead_elsewhere() {
        for region in ["", "evil.example/", "cn.evil.example", "a@b", "a:1", "é"] {
            check(&Endpoints::default(), Product::Hbr, region, None);
        }
    }
}
