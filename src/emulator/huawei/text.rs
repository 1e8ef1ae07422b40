//! Texts of requests as they travel: percent-encoding, queries, hexadecimal digits.

/// Reads a query: pairs in the order in which they were sent, `+` left as it is.
///
/// Source: SDK-HMAC-SHA256, "Canonical query": a space travels as `%20`, never as `+`.
pub fn parse_query(text: &str) -> Option<Vec<(String, String)>> {
    let pair = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        Some((percent_decode(name)?, percent_decode(value)?))
    };
    text.split('&').filter(|piece| !piece.is_empty()).map(pair).collect()
}

/// The text that `%XX` escapes stand for; `None` for a broken escape or what is not UTF-8.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Escapes everything but letters, digits and `-._~`.
///
/// Source: SDK-HMAC-SHA256, "Canonical URI" and "Canonical query".
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte]).to_ascii_uppercase());
        }
    }
    encoded
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The bytes that hexadecimal digits stand for.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().map(digit).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_without_forms_habits() {
        let check = |text: &str, expected: Option<&str>| {
            let read = parse_query(text);
            let joined = read.map(|pairs| {
                pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";")
            });
            assert_eq!(joined.as_deref(), expected, "{text}");
        };
        check("", Some(""));
        check("a=1&a=2&b", Some("a=1;a=2;b="));
        check("a=x+y%20z", Some("a=x+y z"));
        check("a=%E5%A4%87", Some("a=备"));
        check("a=%zz", None);
        check("a=%e", None);
        check("a=%ff", None);
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        let check = |text: &str, encoded: &str| {
            assert_eq!(percent_encode(text), encoded);
            assert_eq!(percent_decode(encoded).as_deref(), Some(text));
        };
        check("a-b._~", "a-b._~");
        check("键 +*/", "%E9%94%AE%20%2B%2A%2F");
    }

    #[test]
    fn digits_come_in_pairs() {
        let check =
            |text: &str, expected: Option<&[u8]>| assert_eq!(from_hex(text).as_deref(), expected, "{text}");
        check("", Some(&[]));
        check("00ff", Some(&[0, 255]));
        check("0", None);
        check("0g", None);
        check("ä", None);
    }
}
