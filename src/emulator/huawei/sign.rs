//! Checks signatures: `SDK-HMAC-SHA256`, by the list of headers that the caller says it has signed.
//!
//! Left out: the derived key (`V11-HMAC-SHA256`), SM3 and ECDSA, which need to be asked for.
//! Source: API Gateway, "AK/SK authentication: signing algorithm".

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::text::{from_hex, hex, parse_query, percent_decode, percent_encode};
use crate::emulator::clock::Time;
use crate::emulator::request::Request;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Headers without which a signature proves nothing.
const MUST_BE_SIGNED: [&str; 2] = ["host", "x-sdk-date"];

/// Seconds by which a signature's date may be off.
///
/// Source: API Gateway, "Creating a signature": 15 minutes.
const DATE_WINDOW: i64 = 15 * 60;

/// What a signed request claims, before any of it is believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Whose key.
    pub access_key: String,
    /// The token that came with a temporary key.
    pub token: Option<String>,
    /// When it was signed, as text.
    date: String,
    signed_headers: Vec<String>,
    signature: String,
}

impl Claim {
    /// Reads what the request claims.
    ///
    /// # Errors
    /// When it is not signed, or not in a way that can be checked.
    pub fn read(request: &Request, authorization: &str) -> Result<Claim, ApiError> {
        let fields = authorization.trim().strip_prefix(ALGORITHM).ok_or_else(|| incomplete("algorithm"))?;
        let field = |name: &str| {
            let value =
                fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
            value.filter(|value| !value.is_empty()).map(str::to_owned).ok_or_else(|| incomplete(name))
        };
        let signed_headers: Vec<String> = field("SignedHeaders")?.split(';').map(str::to_owned).collect();
        let is_signed = |name: &str| signed_headers.iter().any(|signed| signed.eq_ignore_ascii_case(name));
        let token = request.header("x-security-token").map(str::to_owned);
        if let Some(name) = MUST_BE_SIGNED.into_iter().find(|name| !is_signed(name)) {
            return Err(incomplete(name));
        }
        if token.is_some() && !is_signed("x-security-token") {
            return Err(incomplete("x-security-token"));
        }
        let date = request.header("x-sdk-date").ok_or_else(|| incomplete("x-sdk-date"))?.to_owned();
        let (access_key, signature) = (field("Access")?, field("Signature")?);
        Ok(Claim { access_key, token, date, signed_headers, signature })
    }

    /// Whether the signature was made of this request with this secret.
    ///
    /// # Errors
    /// When it was not; as the vendor does, the error quotes what the signature should have been made of.
    pub fn verify(&self, request: &Request, secret: &str) -> Result<(), ApiError> {
        let canonical = canonical_request(request, &self.signed_headers)?;
        let to_sign = format!("{ALGORITHM}\n{}\n{}", self.date, hex(&Sha256::digest(canonical.as_bytes())));
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC takes a key of any length");
        mac.update(to_sign.as_bytes());
        // `verify_slice` compares in constant time.
        if from_hex(&self.signature).is_some_and(|signature| mac.verify_slice(&signature).is_ok()) {
            return Ok(());
        }
        let shown = canonical.replace('\n', "|");
        Err(ApiError::unauthenticated(&format!("verify aksk signature fail, canonicalRequest: {shown}")))
    }

    /// Whether the request was signed just now.
    ///
    /// # Errors
    /// When its date cannot be read, or is not of the last or next quarter of an hour.
    pub fn check_date(&self, gateway_time: Time) -> Result<(), ApiError> {
        let date = read_date(&self.date).ok_or_else(|| incomplete("x-sdk-date"))?;
        if (gateway_time.unix() - date.unix()).abs() > DATE_WINDOW {
            return Err(ApiError::unauthenticated("signature expired"));
        }
        Ok(())
    }
}

/// Reads `YYYYMMDDTHHMMSSZ`.
fn read_date(text: &str) -> Option<Time> {
    let is_written_well = text.len() == "20260102T030405Z".len() && text.is_ascii();
    if !is_written_well {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to);
    let full = format!(
        "{}-{}-{}T{}:{}:{}",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(9, 11)?,
        part(11, 13)?,
        part(13, 15)?
    );
    if part(8, 9)? != "T" || part(15, 16)? != "Z" { None } else { format!("{full}Z").parse().ok() }
}

/// The text whose hash a signature signs.
fn canonical_request(request: &Request, signed: &[String]) -> Result<String, ApiError> {
    let mut query = parse_query(&request.query).ok_or_else(|| incomplete("query"))?;
    query.sort();
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    let mut names: Vec<String> = signed.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort();
    let header = |name: &String| format!("{name}:{}", request.header(name).unwrap_or_default().trim());
    let headers = names.iter().map(header).collect::<Vec<_>>().join("\n");
    Ok(format!(
        "{}\n{}\n{}\n{headers}\n\n{}\n{}",
        request.method,
        canonical_path(&request.path)?,
        query.join("&"),
        names.join(";"),
        body_hash(request)?
    ))
}

/// The path decoded, split, each part encoded again, and with a slash at its end.
///
/// An escaped slash becomes a bare one, since the vendor decodes before it splits.
fn canonical_path(path: &str) -> Result<String, ApiError> {
    let decoded = percent_decode(path).ok_or_else(|| incomplete("path"))?;
    let mut canonical = decoded.split('/').map(percent_encode).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    Ok(canonical)
}

/// The hash that the signature covers: the caller's own if it sent one, which must then be that of the body.
fn body_hash(request: &Request) -> Result<String, ApiError> {
    let hash = hex(&Sha256::digest(&request.body));
    match request.header("x-sdk-content-sha256") {
        Some("UNSIGNED-PAYLOAD") => Ok("UNSIGNED-PAYLOAD".to_owned()),
        Some(sent) if sent != hash => {
            Err(ApiError::unauthenticated("the body does not have the hash it is said to have"))
        }
        _ => Ok(hash),
    }
}

fn incomplete(what: &str) -> ApiError {
    ApiError::unauthenticated(&format!("the authorization is incomplete or malformed: {what}"))
}

/// Signs a request with all headers that it has.
#[cfg(test)]
pub fn sign(request: &mut Request, access_key: &str, secret: &str) {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    let canonical = canonical_request(request, &names).unwrap();
    let date = request.header("x-sdk-date").unwrap().to_owned();
    let to_sign = format!("{ALGORITHM}\n{date}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(to_sign.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let signed = names.join(";");
    let authorization =
        format!("{ALGORITHM} Access={access_key}, SignedHeaders={signed}, Signature={signature}");
    request.headers.push(("authorization".to_owned(), authorization));
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Requests that the vendor's Python SDK has signed.
    const VECTORS: &str = include_str!("../../../tests/it/vectors/huaweicloud-signing.json");

    fn vectors() -> Vec<Value> {
        let mut file: Value = serde_json::from_str(VECTORS).unwrap();
        file["vectors"].take().as_array().unwrap().clone()
    }

    fn request(vector: &Value) -> Request {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let headers = vector["headers"].as_object().unwrap();
        let header =
            |(name, value): (&String, &Value)| (name.to_lowercase(), value.as_str().unwrap().to_owned());
        Request {
            method: text("method"),
            path: text("path"),
            query: text("query"),
            headers: headers.iter().map(header).collect(),
            body: text("body").into_bytes(),
        }
    }

    fn answer(request: &Request, secret: &str) -> String {
        let claim = Claim::read(request, request.header("authorization").unwrap_or_default());
        match claim.and_then(|claim| claim.verify(request, secret)) {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn every_signature_of_the_vendor_is_accepted() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 17);
        for vector in vectors {
            let (request, secret) = (request(&vector), vector["secret_key"].as_str().unwrap());
            assert_eq!(answer(&request, secret), "ok", "{}", vector["name"]);
            let claim = Claim::read(&request, vector["authorization"].as_str().unwrap()).unwrap();
            assert_eq!(claim.access_key, vector["access_key"].as_str().unwrap());
            assert_eq!(claim.token.as_deref(), vector["security_token"].as_str());
            let canonical = canonical_request(&request, &claim.signed_headers).unwrap();
            assert_eq!(canonical, vector["canonical_request"].as_str().unwrap(), "{}", vector["name"]);
        }
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        for vector in vectors() {
            let (request, secret) = (request(&vector), vector["secret_key"].as_str().unwrap());
            let check = |changed: Request, secret: &str| {
                let answer = answer(&changed, secret);
                assert!(answer.contains("verify aksk signature fail"), "{}: {answer}", vector["name"]);
            };
            check(Request { method: "PATCH".to_owned(), ..request.clone() }, secret);
            check(Request { path: format!("{}x", request.path), ..request.clone() }, secret);
            check(Request { query: format!("{}&extra=1", request.query), ..request.clone() }, secret);
            check(Request { body: [request.body.as_slice(), b" "].concat(), ..request.clone() }, secret);
            check(request, "another-secret");
        }
    }

    #[test]
    fn what_is_not_signed_properly_is_refused() {
        let base = request(&vectors()[11]);
        let check = |authorization: &str, expected: &str| {
            let error = Claim::read(&base, authorization).unwrap_err();
            assert_eq!((error.status, error.code.as_ref()), (401, "APIGW.0301"));
            assert!(error.message.ends_with(expected), "{authorization}: {}", error.message);
        };
        check("", "algorithm");
        check("Bearer x", "algorithm");
        check("SDK-HMAC-SHA256 Access=a,Signature=00", "SignedHeaders");
        check("SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=00", "x-sdk-date");
        check("SDK-HMAC-SHA256 Access=a, SignedHeaders=host;x-sdk-date, Signature=00", "x-security-token");
        let all = "SignedHeaders=host;x-sdk-date;x-security-token";
        check(&format!("SDK-HMAC-SHA256 Access=, {all}, Signature=00"), "Access");
        check(&format!("SDK-HMAC-SHA256 Access=a, {all}, Signature="), "Signature");
    }

    #[test]
    fn dates_are_of_this_quarter_of_an_hour() {
        let check = |now: &str, expected: bool| {
            let base = request(&vectors()[0]);
            let claim = Claim::read(&base, base.header("authorization").unwrap()).unwrap();
            assert_eq!(claim.check_date(now.parse().unwrap()).is_ok(), expected, "{now}");
        };
        check("2026-01-02T03:04:05Z", true);
        check("2026-01-02T03:19:05Z", true);
        check("2026-01-02T03:19:06Z", false);
        check("2026-01-02T02:49:04Z", false);
        let read = |text: &str, expected: Option<i64>| {
            assert_eq!(read_date(text).map(Time::unix), expected, "{text}");
        };
        read("19700101T000001Z", Some(1));
        read("19700101 000001Z", None);
        read("1970-01-01T00:00", None);
        read("19701301T000001Z", None);
        read("äääääääääääääääää", None);
    }

    #[test]
    fn a_body_that_is_said_to_be_another_is_refused() {
        let mut base = request(&vectors()[4]);
        let check = |base: &Request, expected: &str| {
            let answer = answer(base, "SkExampleInventedSecret0000000000000000+/=");
            assert!(answer.contains(expected), "{answer}");
        };
        base.headers.push(("x-sdk-content-sha256".to_owned(), "00".to_owned()));
        check(&base, "does not have the hash");
    }
}
