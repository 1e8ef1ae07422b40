//! JSON on one line, the same bytes for the same data, and nothing in it that steers a terminal or ends a script tag.

use std::fmt::Write as _;

use serde::Serialize;

use super::escape;

/// The data as JSON without any line feed.
///
/// `<`, `>`, `&` and everything that [`escape`] would not show as it is stand as `\u003c` and the like: for a reader
/// of JSON that is the same text. Terraform escapes the first three too.
pub fn line(data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).expect("these structs have text keys only and no failing part");
    // A plan of ten thousand changes is megabytes, and almost always all of it is harmless.
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'>' | b'&')) {
        return json;
    }
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, '<' | '>' | '&') || escape::is_deceptive(character) {
            // Outside of texts JSON has none of these characters, so the escape always stands inside one.
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(safe, "\\u{unit:04x}").expect("writing to a String cannot fail");
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back_and_show_nothing_dangerous() {
        let check = |text: &str, expected: &str| {
            assert_eq!(line(&text), expected);
            assert_eq!(serde_json::from_str::<String>(expected).expect(expected), text);
        };
        check("a", r#""a""#);
        check("</script>&", r#""\u003c/script\u003e\u0026""#);
        check("\u{1b}\u{202e}\u{2028}\n", r#""\u001b\u202e\u2028\n""#);
        check("\u{e0041}", r#""\udb40\udc41""#);
        check("杭州", "\"杭州\"");
    }
}
