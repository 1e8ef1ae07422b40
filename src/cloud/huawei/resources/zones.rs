//! What time it is where a region's servers are.

/// How many minutes the standard time of each region is ahead of UTC, by the beginning of its id; daylight saving is not
/// followed.
///
/// Source: Huawei Cloud, "Regions and Endpoints": the city of each region.
const ZONES: [(&str, i64); 20] = [
    ("ae-ad", 4 * 60),
    ("af-north", 2 * 60),
    ("af-south", 2 * 60),
    ("ap-southeast-1", 8 * 60),
    ("ap-southeast-2", 7 * 60),
    ("ap-southeast-3", 8 * 60),
    ("ap-southeast-4", 7 * 60),
    ("ap-southeast-5", 8 * 60),
    ("cn-", 8 * 60),
    ("eu-west-0", 60),
    ("eu-west-1", 0),
    ("la-north", -6 * 60),
    ("la-south", -4 * 60),
    ("me-east", 3 * 60),
    ("my-kualalumpur", 8 * 60),
    ("na-mexico", -6 * 60),
    ("ru-moscow", 3 * 60),
    ("ru-northwest", 3 * 60),
    ("sa-brazil", -3 * 60),
    ("tr-west", 3 * 60),
];

/// How many minutes the servers' time is ahead of UTC; `None` for a region that nobody told us of.
pub fn minutes_ahead(region: &str) -> Option<i64> {
    ZONES.iter().find(|(start, _)| region.starts_with(start)).map(|(_, minutes)| *minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_a_standard_time() {
        let check =
            |region: &str, expected: Option<i64>| assert_eq!(minutes_ahead(region), expected, "{region}");
        check("cn-north-4", Some(480));
        check("ap-southeast-2", Some(420));
        check("eu-west-101", Some(0));
        check("la-south-2", Some(-240));
        check("moon-1", None);
    }
}
