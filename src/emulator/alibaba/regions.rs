//! The regions that Cloud Backup is offered in, and the hosts of the imitated products.
//!
//! Sources: the vendor's API metadata of HBR (regions), and the products' pages on endpoints (hosts).

use super::operations::Product;

/// The regions, with the vendor's names for them.
pub const REGIONS: [(&str, &str); 30] = [
    ("ap-northeast-1", "Japan (Tokyo)"),
    ("ap-northeast-2", "South Korea (Seoul)"),
    ("ap-southeast-1", "Singapore"),
    ("ap-southeast-3", "Malaysia (Kuala Lumpur)"),
    ("ap-southeast-5", "Indonesia (Jakarta)"),
    ("ap-southeast-6", "Philippines (Manila)"),
    ("ap-southeast-7", "Thailand (Bangkok)"),
    ("cn-beijing", "China (Beijing)"),
    ("cn-beijing-finance-1", "China North 2 Finance"),
    ("cn-chengdu", "China (Chengdu)"),
    ("cn-guangzhou", "China (Guangzhou)"),
    ("cn-hangzhou", "China (Hangzhou)"),
    ("cn-hangzhou-finance", "China East 1 Finance"),
    ("cn-heyuan", "China (Heyuan)"),
    ("cn-hongkong", "China (Hong Kong)"),
    ("cn-huhehaote", "China (Hohhot)"),
    ("cn-qingdao", "China (Qingdao)"),
    ("cn-shanghai", "China (Shanghai)"),
    ("cn-shanghai-finance-1", "China East 2 Finance"),
    ("cn-shenzhen", "China (Shenzhen)"),
    ("cn-shenzhen-finance-1", "China South 1 Finance"),
    ("cn-wulanchabu", "China (Ulanqab)"),
    ("cn-zhangjiakou", "China (Zhangjiakou)"),
    ("eu-central-1", "Germany (Frankfurt)"),
    ("eu-west-1", "UK (London)"),
    ("me-central-1", "Saudi Arabia (Riyadh)"),
    ("me-east-1", "UAE (Dubai)"),
    ("na-south-1", "Mexico"),
    ("us-east-1", "US (Virginia)"),
    ("us-west-1", "US (Silicon Valley)"),
];

/// Whether there is such a region.
pub fn is_known(region: &str) -> bool {
    REGIONS.iter().any(|(id, _)| *id == region)
}

/// Whom a request is addressed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Host {
    /// A product, and a region unless it is the central host.
    Product(Product, Option<String>),
    /// An address that says nothing of product and region.
    Address,
    /// A host of the vendor's domain that belongs to no product.
    Unknown,
}

impl Host {
    /// Reads a `Host` header.
    pub fn parse(header: &str) -> Host {
        let host = header.rsplit_once(':').map_or(header, |(host, _)| host).to_ascii_lowercase();
        let Some(name) = host.strip_suffix(".aliyuncs.com") else { return Host::Address };
        let (first, region) = match name.split_once('.') {
            Some((first, region)) => (first, Some(region)),
            None => (name, None),
        };
        let (product, suffix) = match first.split_once('-') {
            Some((product, suffix)) => (product, Some(suffix)),
            None => (first, None),
        };
        let Some(product) = Product::ALL.into_iter().find(|known| known.as_str() == product) else {
            return Host::Unknown;
        };
        match (suffix, region) {
            (None, None) => Host::Product(product, None),
            (None | Some("vpc"), Some(region)) | (Some(region), None) if is_known(region) => {
                Host::Product(product, Some(region.to_owned()))
            }
            _ => Host::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_product_and_region() {
        let check = |host: &str, expected: Host| assert_eq!(Host::parse(host), expected, "{host}");
        let of = |product, region: &str| Host::Product(product, Some(region.to_owned()));
        check("hbr.cn-hangzhou.aliyuncs.com", of(Product::Hbr, "cn-hangzhou"));
        check("hbr-vpc.cn-shanghai.aliyuncs.com", of(Product::Hbr, "cn-shanghai"));
        check("HBR.cn-shanghai.aliyuncs.com:443", of(Product::Hbr, "cn-shanghai"));
        check("ecs-cn-hangzhou.aliyuncs.com", of(Product::Ecs, "cn-hangzhou"));
        check("ecs.us-west-1.aliyuncs.com", of(Product::Ecs, "us-west-1"));
        check("hbr.aliyuncs.com", Host::Product(Product::Hbr, None));
        check("sts.aliyuncs.com", Host::Product(Product::Sts, None));
        check("hbr.cn-atlantis.aliyuncs.com", Host::Unknown);
        check("oss.cn-hangzhou.aliyuncs.com", Host::Unknown);
        check("hbr-x.cn-hangzhou.aliyuncs.com", Host::Unknown);
        check("127.0.0.1:8080", Host::Address);
        check("localhost", Host::Address);
        check("", Host::Address);
    }
}
