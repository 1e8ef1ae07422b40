//! Signature `SDK-HMAC-SHA256`: request, credentials and time in; headers out. Nothing else.
//!
//! Left out: the derived key, SM3 and ECDSA, which a service asks for by name.
//! Source: Huawei Cloud API Gateway, "AK/SK authentication". The tests reproduce requests recorded from the vendor's own
//! SDK.

use std::fmt::Write as _;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use sha2::{Digest, Sha256};

use super::credentials::{Authority, Credentials};

/// The algorithm's name, first word of the string to sign and of the `Authorization` header.
const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The media type of every body.
const JSON: &str = "application/json";

/// What a call says besides method, path and body of whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern<'a> {
    /// The account as a whole: IAM and the billing service.
    Domain(&'a str),
    /// Neither, while it is not known yet.
    Nobody,
    /// A project: everything regional.
    Project(&'a str),
}

/// What is to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The `Host` header as sent, with the port if the endpoint has one.
    pub host: &'a str,
    /// As sent: see [`path`].
    pub path: &'a str,
    /// Names and values, not encoded, in any order.
    pub query: &'a [(String, String)],
    /// The body's exact bytes.
    pub body: &'a [u8],
}

/// A path of these parts, each encoded by itself: a slash within a part becomes `%2F`.
pub fn path(parts: &[&str]) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        percent_encode(part, &mut path);
    }
    path
}

/// A query as it is sent and signed: sorted, encoded, joined. A list is a name several times.
pub fn query(pairs: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = pairs.iter().collect();
    sorted.sort();
    let mut out = String::new();
    for (name, value) in sorted {
        if !out.is_empty() {
            out.push('&');
        }
        percent_encode(name, &mut out);
        out.push('=');
        percent_encode(value, &mut out);
    }
    out
}

/// The headers that say whose request it is: a signature, or a token.
pub fn headers(
    request: Request<'_>,
    concern: Concern<'_>,
    authority: &Authority,
    time: Timestamp,
) -> Vec<(String, String)> {
    match authority {
        Authority::Key(key) => signed(request, concern, key, time),
        Authority::Token(token) => {
            let mut headers = plain(request, concern);
            headers.push(("x-auth-token".into(), token.token.expose_secret().into()));
            headers
        }
    }
}

/// What every request says.
fn plain(request: Request<'_>, concern: Concern<'_>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = vec![("host".into(), request.host.into())];
    if !request.body.is_empty() {
        headers.push(("content-type".into(), JSON.into()));
    }
    match concern {
        Concern::Domain(id) => headers.push(("x-domain-id".into(), id.into())),
        Concern::Nobody => (),
        Concern::Project(id) => headers.push(("x-project-id".into(), id.into())),
    }
    headers
}

/// The headers of a signed request, all of them signed but `authorization` itself.
///
/// `user-agent` is left to the sender and stays unsigned, so that a proxy which edits it cannot break the signature.
fn signed(
    request: Request<'_>,
    concern: Concern<'_>,
    credentials: &Credentials,
    time: Timestamp,
) -> Vec<(String, String)> {
    let mut headers = plain(request, concern);
    headers.push(("x-sdk-date".into(), time.strftime("%Y%m%dT%H%M%SZ").to_string()));
    if let Some(token) = &credentials.token {
        headers.push(("x-security-token".into(), token.expose_secret().into()));
    }
    let authorization = authorization(request, &headers, credentials);
    headers.push(("authorization".into(), authorization));
    headers
}

/// The `Authorization` header over exactly the headers given, of which `x-sdk-date` must be one.
fn authorization(request: Request<'_>, headers: &[(String, String)], credentials: &Credentials) -> String {
    let mut sorted: Vec<(String, &str)> =
        headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
    sorted.sort();
    let signed = sorted.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let date = sorted.iter().find(|(name, _)| name == "x-sdk-date").map(|(_, value)| *value);
    let canonical = canonical_request(request, &sorted, &signed);
    let hash = hex(&Sha256::digest(canonical.as_bytes()));
    let to_sign = format!("{ALGORITHM}\n{}\n{hash}", date.unwrap_or_default());
    let signature = signature(credentials, &to_sign);
    format!("{ALGORITHM} Access={}, SignedHeaders={signed}, Signature={signature}", credentials.access_key)
}

/// The text whose hash is signed.
fn canonical_request(request: Request<'_>, headers: &[(String, &str)], signed: &str) -> String {
    let mut text =
        format!("{}\n{}\n{}\n", request.method, canonical_path(request.path), query(request.query));
    for (name, value) in headers {
        text.push_str(name);
        text.push(':');
        text.push_str(value);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(signed);
    text.push('\n');
    text.push_str(&hex(&Sha256::digest(request.body)));
    text
}

/// The path with a slash at its end, which the path that is sent does not have, and with bare slashes for encoded ones:
/// the vendor decodes before it splits.
fn canonical_path(path: &str) -> String {
    let mut canonical = path.replace("%2F", "/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// One HMAC with the secret itself; no key is derived.
fn signature(credentials: &Credentials, to_sign: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(credentials.secret.expose_secret().as_bytes())
        .expect("an HMAC takes a key of any length");
    mac.update(to_sign.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Everything but letters, digits and `-._~` as `%XX`; a space is `%20` and never `+`.
fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a text cannot fail");
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a text cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Requests that the vendor's Python SDK has signed.
    const VECTORS: &str = include_str!("../../../tests/it/vectors/huaweicloud-signing.json");

    fn vectors() -> Vec<Value> {
        let mut file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
        file["vectors"].take().as_array().expect("the vectors are a list").clone()
    }

    fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
        vector[name].as_str().expect("the vector has this text")
    }

    fn credentials(vector: &Value) -> Credentials {
        Credentials {
            access_key: text(vector, "access_key").to_owned(),
            secret: text(vector, "secret_key").into(),
            token: vector["security_token"].as_str().map(Into::into),
            source: "a test".to_owned(),
        }
    }

    /// The query as it was sent, decoded; a vector's name never holds `=`, `&` or `+` in the clear.
    fn pairs(vector: &Value) -> Vec<(String, String)> {
        let decode = |text: &str| {
            let mut bytes = Vec::new();
            let mut rest = text.bytes();
            while let Some(byte) = rest.next() {
                let mut digit =
                    || char::from(rest.next().expect("two digits")).to_digit(16).expect("a digit");
                let byte =
                    if byte == b'%' { u8::try_from(digit() * 16 + digit()).expect("a byte") } else { byte };
                bytes.push(byte);
            }
            String::from_utf8(bytes).expect("the query is UTF-8")
        };
        let split = |pair: &str| pair.split_once('=').map(|(name, value)| (decode(name), decode(value)));
        text(vector, "query").split('&').filter_map(split).collect()
    }

    #[test]
    fn signatures_are_those_of_the_vendors_sdk() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 17);
        for vector in vectors {
            let pairs = pairs(&vector);
            let request = Request {
                method: text(&vector, "method"),
                host: text(&vector, "host"),
                path: text(&vector, "path"),
                query: &pairs,
                body: text(&vector, "body").as_bytes(),
            };
            let headers: Vec<(String, String)> = vector["headers"]
                .as_object()
                .expect("headers by name")
                .iter()
                .filter(|(name, _)| *name != "Authorization")
                .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
                .collect();
            let made = authorization(request, &headers, &credentials(&vector));
            assert_eq!(made, text(&vector, "authorization"), "{}", vector["name"]);
            assert_eq!(query(&pairs), text(&vector, "query"), "{}", vector["name"]);
        }
    }

    #[test]
    fn only_what_is_ours_is_signed() {
        let check = |concern: Concern<'_>, body: &str, token: Option<&str>, expected: &str| {
            let credentials = Credentials {
                access_key: "AK".to_owned(),
                secret: "SK".into(),
                token: token.map(Into::into),
                source: "a test".to_owned(),
            };
            let request =
                Request { method: "GET", host: "h", path: "/v3/p/vaults", query: &[], body: body.as_bytes() };
            let headers = headers(request, concern, &credentials.into(), Timestamp::UNIX_EPOCH);
            let (_, value) = headers.last().expect("the signature comes last");
            assert!(value.contains(&format!("SignedHeaders={expected},")), "{value}");
            assert!(headers.contains(&("x-sdk-date".to_owned(), "19700101T000000Z".to_owned())));
        };
        check(Concern::Nobody, "", None, "host;x-sdk-date");
        check(Concern::Project("p"), "", None, "host;x-project-id;x-sdk-date");
        check(Concern::Domain("d"), "{}", None, "content-type;host;x-domain-id;x-sdk-date");
        check(Concern::Project("p"), "", Some("t"), "host;x-project-id;x-sdk-date;x-security-token");
    }

    #[test]
    fn a_token_stands_for_a_signature() {
        let request = Request { method: "GET", host: "h", path: "/", query: &[], body: b"{}" };
        let token =
            crate::cloud::huawei::credentials::Token { token: "t".into(), source: "a test".to_owned() };
        let headers = headers(request, Concern::Project("p"), &token.into(), Timestamp::UNIX_EPOCH);
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["host", "content-type", "x-project-id", "x-auth-token"]);
    }

    #[test]
    fn parts_of_a_path_are_encoded_by_themselves() {
        let check = |parts: &[&str], sent: &str, signed: &str| {
            assert_eq!(path(parts), sent);
            assert_eq!(canonical_path(sent), signed);
        };
        check(&["v3", "p", "vaults"], "/v3/p/vaults", "/v3/p/vaults/");
        check(&["tags", "team/a"], "/tags/team%2Fa", "/tags/team/a/");
        check(&["tags", "键 +"], "/tags/%E9%94%AE%20%2B", "/tags/%E9%94%AE%20%2B/");
    }
}
