//! Signature V3, `ACS3-HMAC-SHA256`: request, credentials, time and nonce in; headers out. Nothing else.
//!
//! Source: Alibaba Cloud, "V3 request structure and signature mechanism". The tests reproduce requests recorded
//! from the vendor's own SDK and the two signatures that the page prints.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::credentials::Credentials;

/// The algorithm's name, first word of the string to sign and of the `Authorization` header.
const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The media type of a body of parameters.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Names and values of one place of a request, in the order in which they are sent.
///
/// A map, because the signature wants byte order of the unencoded names and no operation repeats a name.
pub type Parameters = BTreeMap<String, String>;

/// What is to be signed, beyond headers.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `POST` for every operation that the client uses.
    pub method: &'a str,
    /// `/` for RPC services.
    pub path: &'a str,
    /// Query parameters, not encoded.
    pub query: &'a Parameters,
    /// The body's exact bytes.
    pub body: &'a [u8],
}

/// What an operation is called on the wire, and where it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// The `Host` header as sent, with the port if the endpoint has one.
    pub host: &'a str,
    /// `x-acs-action`.
    pub action: &'a str,
    /// `x-acs-version`.
    pub version: &'a str,
}

/// The headers of a signed request: `host`, `content-type` if there is a body, every `x-acs-*`, `authorization`.
///
/// `accept` and `user-agent` stay unsigned, so that a proxy which edits them cannot break the signature.
pub fn headers(
    operation: Operation<'_>,
    request: Request<'_>,
    credentials: &Credentials,
    time: Timestamp,
    nonce: &str,
) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = vec![
        ("host".into(), operation.host.into()),
        ("x-acs-action".into(), operation.action.into()),
        ("x-acs-content-sha256".into(), payload_hash(request.body)),
        ("x-acs-date".into(), date(time)),
        ("x-acs-signature-nonce".into(), nonce.into()),
        ("x-acs-version".into(), operation.version.into()),
    ];
    if !request.body.is_empty() {
        headers.push(("content-type".into(), FORM.into()));
    }
    if let Some(token) = &credentials.token {
        headers.push(("x-acs-accesskey-id".into(), credentials.key_id.clone()));
        headers.push(("x-acs-security-token".into(), token.expose_secret().into()));
    }
    let authorization = authorization(request, &headers, credentials);
    headers.push(("authorization".into(), authorization));
    headers
}

/// The `Authorization` header over exactly the headers given.
pub fn authorization(
    request: Request<'_>,
    headers: &[(String, String)],
    credentials: &Credentials,
) -> String {
    let headers = canonical_headers(headers);
    let signed = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    let to_sign = string_to_sign(&canonical_request(request, &headers, &signed));
    let signature = signature(credentials, &to_sign);
    format!("{ALGORITHM} Credential={},SignedHeaders={signed},Signature={signature}", credentials.key_id)
}

/// Parameters as they stand in a query or a form body: sorted, encoded, joined.
pub fn encode(parameters: &Parameters) -> String {
    let mut out = String::new();
    for (name, value) in parameters {
        if !out.is_empty() {
            out.push('&');
        }
        percent_encode(name, &mut out);
        out.push('=');
        percent_encode(value, &mut out);
    }
    out
}

/// The date as the header wants it: whole seconds, UTC.
pub(super) fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Hex of the SHA-256 of the body.
fn payload_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

/// Lower-case names in order, each with its trimmed values; several values of one name are sorted and joined.
fn canonical_headers(headers: &[(String, String)]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, value) in headers {
        values.entry(name.to_ascii_lowercase()).or_default().push(value.trim());
    }
    values
        .into_iter()
        .map(|(name, mut values)| {
            values.sort_unstable();
            (name, values.join(","))
        })
        .collect()
}

/// The text whose hash is signed.
fn canonical_request(request: Request<'_>, headers: &BTreeMap<String, String>, signed: &str) -> String {
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    let lines = lines.join("\n");
    format!(
        "{}\n{}\n{}\n{lines}\n\n{signed}\n{}",
        request.method,
        request.path,
        encode(request.query),
        payload_hash(request.body),
    )
}

/// Algorithm and hash of the canonical request.
fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", payload_hash(canonical_request.as_bytes()))
}

/// Hex of the HMAC under the secret itself: this scheme derives no key.
fn signature(credentials: &Credentials, to_sign: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(credentials.secret.expose_secret().as_bytes())
        .expect("an HMAC takes a key of any length");
    mac.update(to_sign.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// RFC 3986 over UTF-8: letters, digits, `-_.~` stay, all else is `%XX` in upper case.
fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").expect("a string takes any text"),
        }
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a string takes any text");
        out
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Requests recorded from the vendor's SDK, and the vendor's printed examples.
    const VECTORS: &str = include_str!("../../../tests/it/vectors/alibabacloud-signing.json");

    fn vectors() -> Vec<Value> {
        let file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
        ["vectors", "published_examples"]
            .iter()
            .flat_map(|list| file[list].as_array().expect("a list").clone())
            .filter(|vector| vector["scheme"] == ALGORITHM)
            .collect()
    }

    fn text(value: &Value) -> String {
        value.as_str().expect("text").to_owned()
    }

    fn credentials(vector: &Value) -> Credentials {
        let token = vector["security_token"].as_str().map(|token| token.to_owned().into());
        Credentials::new(
            text(&vector["access_key_id"]),
            text(&vector["access_key_secret"]).into(),
            token,
            "a vector".into(),
        )
    }

    /// What a form-encoded text says.
    fn decode(encoded: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = encoded.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                    u8::from_str_radix(std::str::from_utf8(&digits).expect("ASCII"), 16).expect("hex")
                }
                other => other,
            });
        }
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn query(vector: &Value) -> Parameters {
        let query = text(&vector["request"]["query"]);
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The headers of a vector that its signature covers.
    fn signed_headers(vector: &Value) -> Vec<(String, String)> {
        let signed = text(&vector["signed_headers"]);
        let headers = vector["request"]["headers"].as_object().expect("headers");
        headers
            .iter()
            .filter(|(name, _)| signed.split(';').any(|signed| signed.eq_ignore_ascii_case(name)))
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }

    #[test]
    fn every_recorded_signature_comes_out_again() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 24);
        for vector in vectors {
            let (body, query) = (text(&vector["request"]["body"]), query(&vector));
            let method = text(&vector["request"]["method"]);
            let request = Request { method: &method, path: "/", query: &query, body: body.as_bytes() };
            let headers = canonical_headers(&signed_headers(&vector));
            let canonical = canonical_request(request, &headers, &text(&vector["signed_headers"]));
            assert_eq!(canonical, text(&vector["canonical_request"]), "{}", vector["name"]);
            assert_eq!(string_to_sign(&canonical), text(&vector["string_to_sign"]), "{}", vector["name"]);
            assert_eq!(
                authorization(request, &signed_headers(&vector), &credentials(&vector)),
                text(&vector["authorization"]),
                "{}",
                vector["name"]
            );
        }
    }

    /// The published examples sign the very headers that the client signs, so the whole set must come out.
    #[test]
    fn the_clients_own_headers_equal_the_published_examples() {
        let file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
        for vector in file["published_examples"].as_array().expect("a list") {
            let query = query(vector);
            let (host, action) = (text(&vector["request"]["headers"]["host"]), text(&vector["action"]));
            let version = text(&vector["version"]);
            let operation = Operation { host: &host, action: &action, version: &version };
            let request = Request { method: "POST", path: "/", query: &query, body: b"" };
            let time = text(&vector["date"]).parse().expect("a time");
            let made: BTreeMap<String, String> =
                headers(operation, request, &credentials(vector), time, &text(&vector["nonce"]))
                    .into_iter()
                    .collect();
            let expected: BTreeMap<String, String> = vector["request"]["headers"]
                .as_object()
                .expect("headers")
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), text(value)))
                .collect();
            assert_eq!(made, expected);
        }
    }

    #[test]
    fn a_body_and_a_token_are_signed_with_the_rest() {
        let operation = Operation { host: "h", action: "A", version: "V" };
        let query = Parameters::new();
        let request = Request { method: "POST", path: "/", query: &query, body: b"a=b" };
        let credentials = Credentials::new(
            "id".into(),
            "secret".to_owned().into(),
            Some("token".to_owned().into()),
            "x".into(),
        );
        let headers = headers(operation, request, &credentials, Timestamp::UNIX_EPOCH, "n");
        let (_, authorization) = headers.last().expect("headers");
        assert!(
            authorization.contains(
                "SignedHeaders=content-type;host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;\
                 x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,"
            ),
            "{authorization}"
        );
    }

    #[test]
    fn encoding_keeps_the_unreserved_characters_alone() {
        let check = |input: &str, expected: &str| {
            let mut out = String::new();
            percent_encode(input, &mut out);
            assert_eq!(out, expected);
        };
        check("AZaz09-_.~", "AZaz09-_.~");
        check(" *+/:%", "%20%2A%2B%2F%3A%25");
        check("数据", "%E6%95%B0%E6%8D%AE");
    }

    #[test]
    fn several_values_of_a_header_are_sorted_and_trimmed() {
        let headers = [("X-Acs-A".to_owned(), " b ".to_owned()), ("x-acs-a".to_owned(), "a".to_owned())];
        assert_eq!(canonical_headers(&headers)["x-acs-a"], "a,b");
    }

    #[test]
    fn parameters_sort_by_byte_and_keep_empty_values() {
        let parameters: Parameters =
            [("F.2", "b"), ("F.10", "a"), ("E", "")].map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        assert_eq!(encode(&parameters), "E=&F.10=a&F.2=b");
    }
}
