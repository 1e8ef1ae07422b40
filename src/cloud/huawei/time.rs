//! Times as this cloud writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;

/// A time: UTC, with or without saying so.
///
/// Source: CBR API v3: `2019-05-23T12:51:10.071232`, at times with `Z` or `+00:00`; IAM API v3, `expires_at`.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let naked = || text.trim().parse::<DateTime>().ok()?.in_tz("UTC").ok();
    text.trim().parse().ok().or_else(|| Some(naked()?.timestamp()))
}

/// The same in UNIX seconds.
pub(super) fn seconds(text: Option<&String>) -> Option<i64> {
    read(text?).map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_with_and_without_a_zone() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(seconds(Some(&text.to_owned())), expected, "{text}");
        };
        check("1970-01-02T00:00:01.071232", Some(86_401));
        check("1970-01-02T00:00:01Z", Some(86_401));
        check("1970-01-02T00:00:01.840+00:00", Some(86_401));
        check("1970-01-02 00:00:01", Some(86_401));
        check("", None);
        check("soon", None);
    }
}
