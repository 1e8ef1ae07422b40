//! Numbers, sizes, times and lists as people read them. The same words on every machine: no locale, no zone but UTC.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::model::risk::Evidence;

/// The width that prose is wrapped at where nobody says otherwise, as in Terraform.
pub const PROSE_WIDTH: usize = 78;

/// `1 server`, `2 servers`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A number of bytes in the largest unit that leaves a whole part, with one decimal below ten.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let power = (bytes.max(1).ilog2() / 10) as usize;
    if power == 0 {
        return format!("{bytes} B");
    }
    let unit = 1u128 << (10 * power);
    let tenths = (u128::from(bytes) * 10 + unit / 2) / unit;
    match tenths {
        // Rounding has reached the next unit: 1023.96 KiB is 1 MiB.
        10_235.. if power + 1 < UNITS.len() => format!("1 {}", UNITS[power + 1]),
        100.. => format!("{} {}", (tenths + 5) / 10, UNITS[power]),
        _ if tenths.is_multiple_of(10) => format!("{} {}", tenths / 10, UNITS[power]),
        _ => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[power]),
    }
}

/// UNIX seconds as `2026-11-20 02:14 UTC`.
pub fn time(unix: i64) -> String {
    match Timestamp::from_second(unix) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => format!("second {unix} of UNIX time"),
    }
}

/// `7s`, `2m05s`, `1h00m05s`.
pub fn elapsed(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes:02}m{seconds:02}s"),
    }
}

/// What is at stake: how many recovery points, newest, oldest, size, other copies.
pub fn evidence(evidence: &Evidence) -> String {
    let Evidence { recovery_points, newest, oldest, bytes, other_copies } = evidence;
    if *recovery_points == 0 {
        return "no recovery point yet".to_owned();
    }
    let points = count(usize::try_from(*recovery_points).unwrap_or(usize::MAX), "recovery point");
    let times = match (newest, oldest) {
        (Some(newest), Some(oldest)) if newest == oldest => format!(", of {}", time(*newest)),
        (Some(newest), Some(oldest)) => format!(", newest {}, oldest {}", time(*newest), time(*oldest)),
        (Some(newest), None) => format!(", newest {}", time(*newest)),
        (None, Some(oldest)) => format!(", oldest {}", time(*oldest)),
        (None, None) => String::new(),
    };
    let copies = match other_copies {
        0 => "no other copy".to_owned(),
        1 => "1 other copy".to_owned(),
        many => format!("{many} other copies"),
    };
    let size = bytes.map(|bytes| format!(", {}", size(bytes))).unwrap_or_default();
    format!("{points}{times}{size}; {copies}")
}

/// Columns that the text takes on a terminal.
pub fn width(text: &str) -> usize {
    // What is visible and ASCII takes a column each; nearly everything is.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { text.width() }
}

/// The words of a text in lines of at most `width` columns; a word that is longer stands alone and whole,
/// so that an id or command can still be copied.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = self::width(word);
        if !line.is_empty() && taken + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            taken += 1;
        }
        line.push_str(word);
        taken += wide;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_rounded_to_the_nearest() {
        let check = |bytes: u64, expected: &str| assert_eq!(size(bytes), expected, "{bytes}");
        check(0, "0 B");
        check(1023, "1023 B");
        check(1024, "1 KiB");
        check(1536, "1.5 KiB");
        check(1024 * 1024 - 1, "1 MiB");
        check(212 << 30, "212 GiB");
        check((9 << 30) + (950 << 20), "9.9 GiB");
        check((10 << 30) + (600 << 20), "11 GiB");
        check(u64::MAX, "16 EiB");
    }

    #[test]
    fn times_are_utc_to_the_minute() {
        let check = |unix: i64, expected: &str| assert_eq!(time(unix), expected);
        check(0, "1970-01-01 00:00 UTC");
        check(1_795_140_840, "2026-11-20 02:14 UTC");
        check(i64::MAX, "second 9223372036854775807 of UNIX time");
    }

    #[test]
    fn elapsed_time_names_only_the_units_that_it_needs() {
        let check = |seconds: u64, expected: &str| {
            assert_eq!(elapsed(std::time::Duration::from_secs(seconds)), expected);
        };
        check(0, "0s");
        check(59, "59s");
        check(125, "2m05s");
        check(3605, "1h00m05s");
    }

    #[test]
    fn evidence_says_what_would_be_lost() {
        let check = |given: Evidence, expected: &str| assert_eq!(evidence(&given), expected);
        let full = Evidence {
            recovery_points: 30,
            newest: Some(1_795_140_840),
            oldest: Some(1_792_635_060),
            bytes: Some(212 << 30),
            other_copies: 0,
        };
        check(
            full.clone(),
            "30 recovery points, newest 2026-11-20 02:14 UTC, oldest 2026-10-22 02:11 UTC, 212 GiB; no other copy",
        );
        check(
            Evidence { recovery_points: 1, oldest: full.newest, other_copies: 2, ..full.clone() },
            "1 recovery point, of 2026-11-20 02:14 UTC, 212 GiB; 2 other copies",
        );
        check(
            Evidence { newest: None, oldest: None, bytes: None, ..full.clone() },
            "30 recovery points; no other copy",
        );
        check(Evidence { newest: None, oldest: None, ..full }, "30 recovery points, 212 GiB; no other copy");
        check(Evidence::default(), "no recovery point yet");
    }

    #[test]
    fn wrapping_never_breaks_a_word() {
        let check = |text: &str, expected: &[&str]| assert_eq!(wrap(text, 10), expected);
        check("one two three", &["one two", "three"]);
        check("a-very-long-identifier x", &["a-very-long-identifier", "x"]);
        check("", &[""]);
    }
}
