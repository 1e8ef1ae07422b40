//! Checks signatures: V3 (`ACS3-HMAC-SHA256`), which today's SDKs send, and V1 (`HMAC-SHA1`), which older ones do.
//!
//! Sources: "Request structure and signature V3"; "RPC signature mechanism" for V1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::params::{parse_form, percent_encode};
use crate::emulator::request::Request;

/// What a signed request claims, before any of it is believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Whose key.
    pub key_id: String,
    /// The token that came with it.
    pub token: Option<String>,
    /// When it was signed, as text.
    pub date: String,
    /// What makes it unique.
    pub nonce: String,
    /// The signature and how it was made.
    proof: Proof,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Proof {
    V3 { signed_headers: Vec<String>, signature: String },
    V1 { signature: String },
}

/// Headers without which a V3 signature proves nothing.
const MUST_BE_SIGNED: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

impl Claim {
    /// Reads what the request claims; `params` are its query and form, decoded.
    ///
    /// # Errors
    /// When it is not signed, or not in a way that can be checked.
    pub fn read(request: &Request, params: &[(String, String)]) -> Result<Claim, ApiError> {
        match request.header("authorization") {
            Some(authorization) => Claim::read_v3(request, authorization),
            None => Claim::read_v1(params),
        }
    }

    fn read_v3(request: &Request, authorization: &str) -> Result<Claim, ApiError> {
        let fields = authorization.trim().strip_prefix(ALGORITHM).ok_or_else(incomplete)?;
        let field = |name: &str| {
            let value =
                fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
            value.filter(|value| !value.is_empty()).map(str::to_owned).ok_or_else(incomplete)
        };
        let signed_headers: Vec<String> = field("SignedHeaders")?.split(';').map(str::to_owned).collect();
        let is_signed = |name: &str| signed_headers.iter().any(|signed| signed == name);
        let token = request.header("x-acs-security-token").map(str::to_owned);
        if !MUST_BE_SIGNED.into_iter().all(is_signed) || token.is_some() && !is_signed("x-acs-security-token")
        {
            return Err(incomplete());
        }
        let header = |name: &str| request.header(name).map(str::to_owned).ok_or_else(incomplete);
        Ok(Claim {
            key_id: field("Credential")?,
            token,
            date: header("x-acs-date")?,
            nonce: header("x-acs-signature-nonce")?,
            proof: Proof::V3 { signature: field("Signature")?, signed_headers },
        })
    }

    fn read_v1(params: &[(String, String)]) -> Result<Claim, ApiError> {
        let param = |name: &str| {
            params
                .iter()
                .find(|(known, value)| known == name && !value.is_empty())
                .map(|(_, value)| value.clone())
        };
        let required = |name: &str| param(name).ok_or_else(|| ApiError::missing(name));
        let key_id = required("AccessKeyId")?;
        let signature = required("Signature")?;
        if param("SignatureMethod").is_none_or(|method| method != "HMAC-SHA1")
            || param("SignatureVersion").is_none_or(|version| version != "1.0")
        {
            return Err(incomplete());
        }
        Ok(Claim {
            key_id,
            token: param("SecurityToken"),
            date: required("Timestamp")?,
            nonce: required("SignatureNonce")?,
            proof: Proof::V1 { signature },
        })
    }

    /// Whether the signature was made of this request with this secret.
    ///
    /// # Errors
    /// When it was not; as the vendor does, the error quotes what the signature should have been made of.
    pub fn verify(&self, request: &Request, secret: &str) -> Result<(), ApiError> {
        match &self.proof {
            Proof::V3 { signed_headers, signature } => verify_v3(request, signed_headers, signature, secret),
            Proof::V1 { signature } => verify_v1(request, signature, secret),
        }
    }
}

fn verify_v3(request: &Request, signed: &[String], signature: &str, secret: &str) -> Result<(), ApiError> {
    let canonical = canonical_request(request, signed)?;
    let to_sign = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC takes a key of any length");
    mac.update(to_sign.as_bytes());
    // `verify_slice` compares in constant time.
    let is_right = from_hex(signature).is_some_and(|signature| mac.verify_slice(&signature).is_ok());
    if is_right { Ok(()) } else { Err(mismatch(&format!("server CanonicalRequest is: {canonical}"))) }
}

/// The text whose hash a V3 signature signs.
fn canonical_request(request: &Request, signed: &[String]) -> Result<String, ApiError> {
    let mut query: Vec<(String, String)> = parse_form(&request.query)?;
    query.sort();
    let mut names: Vec<&str> = signed.iter().map(String::as_str).collect();
    names.sort_unstable();
    let mut text = format!("{}\n{}\n{}\n", request.method, request.path, join_encoded(&query));
    for name in names {
        text.push_str(name);
        text.push(':');
        text.push_str(&header_values(request, name));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&signed.join(";"));
    text.push('\n');
    text.push_str(&hex(&Sha256::digest(&request.body)));
    Ok(text)
}

/// All values of a header, sorted, trimmed and joined.
fn header_values(request: &Request, name: &str) -> String {
    let of_name = |(known, value): &(String, String)| (known == name).then(|| value.trim().to_owned());
    let mut values: Vec<String> = request.headers.iter().filter_map(of_name).collect();
    values.sort();
    values.join(",")
}

fn verify_v1(request: &Request, signature: &str, secret: &str) -> Result<(), ApiError> {
    let to_sign = string_to_sign_v1(request)?;
    let key = format!("{secret}&");
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("an HMAC takes a key of any length");
    mac.update(to_sign.as_bytes());
    let is_right = BASE64.decode(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok());
    if is_right { Ok(()) } else { Err(mismatch(&format!("server string to sign is:{to_sign}"))) }
}

fn string_to_sign_v1(request: &Request) -> Result<String, ApiError> {
    let mut params = parse_form(&request.query)?;
    params.extend(form_of(request)?);
    params.retain(|(name, _)| name != "Signature");
    params.sort();
    let mut text = format!("{}&%2F&", request.method);
    percent_encode(&join_encoded(&params), &mut text);
    Ok(text)
}

/// The form that a request's body holds, if it holds one.
///
/// # Errors
/// When it says that it holds one and does not.
pub fn form_of(request: &Request) -> Result<Vec<(String, String)>, ApiError> {
    let is_form = request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(&request.body)
        .map_err(|_| ApiError::new(400, "InvalidParameter", "The body is not form-encoded UTF-8."))?;
    parse_form(text)
}

/// `name=value&name=value`, each side encoded.
fn join_encoded(pairs: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        percent_encode(name, &mut text);
        text.push('=');
        percent_encode(value, &mut text);
    }
    text
}

fn incomplete() -> ApiError {
    ApiError::new(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
}

fn mismatch(what: &str) -> ApiError {
    ApiError::new(
        400,
        "SignatureDoesNotMatch",
        format!("Specified signature does not match our calculation. {what}"),
    )
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Signs a request as V3 has it: all headers that it has.
#[cfg(test)]
pub fn sign_v3(request: &mut Request, key_id: &str, secret: &str) {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    let canonical = canonical_request(request, &names).unwrap();
    let to_sign = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(to_sign.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let signed = names.join(";");
    let authorization =
        format!("{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}");
    request.headers.push(("authorization".to_owned(), authorization));
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Requests that the vendor's Python SDK has signed, and two examples that the vendor has printed.
    const VECTORS: &str = include_str!("../../../tests/it/vectors/alibabacloud-signing.json");

    fn vectors() -> Vec<Value> {
        let mut file: Value = serde_json::from_str(VECTORS).unwrap();
        let mut all = file["vectors"].take().as_array().unwrap().clone();
        all.extend(file["published_examples"].take().as_array().unwrap().clone());
        all
    }

    fn request(vector: &Value) -> Request {
        let text = |name: &str| vector["request"][name].as_str().unwrap().to_owned();
        let headers = vector["request"]["headers"].as_object().unwrap();
        Request {
            method: text("method"),
            path: text("path"),
            query: text("query"),
            headers: headers
                .iter()
                .map(|(k, v)| (k.to_lowercase(), v.as_str().unwrap().to_owned()))
                .collect(),
            body: text("body").into_bytes(),
        }
    }

    fn claim(request: &Request) -> Result<Claim, ApiError> {
        let mut params = parse_form(&request.query)?;
        params.extend(form_of(request)?);
        Claim::read(request, &params)
    }

    fn code(request: &Request, secret: &str) -> String {
        match claim(request).and_then(|claim| claim.verify(request, secret)) {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.code.into_owned(),
        }
    }

    #[test]
    fn every_signature_of_the_vendor_is_accepted() {
        for vector in vectors() {
            let (request, secret) = (request(&vector), vector["access_key_secret"].as_str().unwrap());
            assert_eq!(code(&request, secret), "ok", "{}", vector["name"]);
            let claim = claim(&request).unwrap();
            assert_eq!(claim.key_id, vector["access_key_id"].as_str().unwrap());
            assert_eq!(claim.token.as_deref(), vector["security_token"].as_str());
            assert_eq!(claim.date, vector["date"].as_str().unwrap());
            assert_eq!(claim.nonce, vector["nonce"].as_str().unwrap());
        }
    }

    #[test]
    fn canonical_requests_are_those_of_the_vendor() {
        for vector in vectors().iter().filter(|vector| vector["canonical_request"].is_string()) {
            let names: Vec<String> =
                vector["signed_headers"].as_str().unwrap().split(';').map(str::to_owned).collect();
            let built = canonical_request(&request(vector), &names).unwrap();
            assert_eq!(built, vector["canonical_request"].as_str().unwrap(), "{}", vector["name"]);
        }
        for vector in vectors().iter().filter(|vector| vector["scheme"] == "RPC-HMAC-SHA1-V1") {
            let built = string_to_sign_v1(&request(vector)).unwrap();
            assert_eq!(built, vector["string_to_sign"].as_str().unwrap(), "{}", vector["name"]);
        }
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        for vector in vectors() {
            let (request, secret) = (request(&vector), vector["access_key_secret"].as_str().unwrap());
            let check = |changed: Request| {
                assert_eq!(code(&changed, secret), "SignatureDoesNotMatch", "{}", vector["name"]);
            };
            check(Request { method: "GET".to_owned(), ..request.clone() });
            check(Request { query: format!("{}&Extra=1", request.query), ..request.clone() });
            check(Request { body: [request.body.as_slice(), b"&Extra=1"].concat(), ..form(request.clone()) });
            assert_eq!(code(&request, "another-secret"), "SignatureDoesNotMatch", "{}", vector["name"]);
        }
    }

    /// The same request with a content type, so that a body counts under V1 too. It is added where none was, and what
    /// was not signed does not matter.
    fn form(mut request: Request) -> Request {
        if request.header("content-type").is_none() {
            request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        }
        request
    }

    #[test]
    fn what_is_not_signed_properly_is_refused() {
        let base = request(&vectors()[0]);
        let check = |authorization: Option<&str>, expected: &str| {
            let mut request = base.clone();
            request.headers.retain(|(name, _)| name != "authorization");
            request.headers.extend(authorization.map(|text| ("authorization".to_owned(), text.to_owned())));
            assert_eq!(code(&request, "s"), expected, "{authorization:?}");
        };
        check(None, "MissingAccessKeyId");
        check(Some(""), "IncompleteSignature");
        check(Some("Bearer x"), "IncompleteSignature");
        check(Some("ACS3-HMAC-SHA256 Credential=a,Signature=00"), "IncompleteSignature");
        check(Some("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=00"), "IncompleteSignature");
        let all = MUST_BE_SIGNED.join(";");
        check(
            Some(&format!("ACS3-HMAC-SHA256 Credential=,SignedHeaders={all},Signature=00")),
            "IncompleteSignature",
        );
        for signature in ["00", "0", "zz", "äö"] {
            let text = format!("ACS3-HMAC-SHA256 Credential=a,SignedHeaders={all},Signature={signature}");
            check(Some(&text), "SignatureDoesNotMatch");
        }
    }
}
