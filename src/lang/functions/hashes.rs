//! Hashes, identifiers made of hashes, and decryption.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use num_bigint::BigUint;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use uuid::Uuid;

use super::{Args, Failure, Function, Kind, Outcome, Parameter, text};
use crate::model::types::Type;
use crate::model::value::Value;

const STR: &[Parameter] = &[Parameter::string("str")];
/// The cost of `bcrypt` where none is given, as in Terraform.
const BCRYPT_COST: i64 = 10;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64sha256", STR, Kind::String, |args| {
        text(base64_of::<Sha256>(args.text(0).as_bytes()))
    }),
    Function::new("base64sha512", STR, Kind::String, |args| {
        text(base64_of::<Sha512>(args.text(0).as_bytes()))
    }),
    Function::new("bcrypt", STR, Kind::String, bcrypt).rest(Parameter::number("cost")),
    Function::new("md5", STR, Kind::String, |args| text(hex_of::<Md5>(args.text(0).as_bytes()))),
    Function::new(
        "rsadecrypt",
        &[Parameter::string("ciphertext"), Parameter::string("privatekey")],
        Kind::String,
        rsadecrypt,
    ),
    Function::new("sha1", STR, Kind::String, |args| text(hex_of::<Sha1>(args.text(0).as_bytes()))),
    Function::new("sha256", STR, Kind::String, |args| text(hex_of::<Sha256>(args.text(0).as_bytes()))),
    Function::new("sha512", STR, Kind::String, |args| text(hex_of::<Sha512>(args.text(0).as_bytes()))),
    Function::new("uuid", &[], Kind::String, uuid),
    Function::new(
        "uuidv5",
        &[Parameter::string("namespace"), Parameter::string("name")],
        Kind::String,
        uuidv5,
    ),
];

/// The hash in hexadecimal digits.
pub(super) fn hex_of<D: Digest>(bytes: &[u8]) -> String {
    D::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// The hash in base64.
pub(super) fn base64_of<D: Digest>(bytes: &[u8]) -> String {
    STANDARD.encode(D::digest(bytes))
}

fn bcrypt(args: &Args) -> Outcome {
    if args.len() > 2 {
        return Err(Failure::at(2, "bcrypt() takes no more than two arguments"));
    }
    let cost = if args.len() == 2 { args.integer(1)? } else { BCRYPT_COST };
    // A cost below the least is raised to the default, as Terraform's library does.
    let cost = if cost < 4 { BCRYPT_COST } else { cost };
    let cost = u32::try_from(cost).ok().filter(|cost| *cost <= 31);
    let cost = cost.ok_or_else(|| Failure::at(1, "the cost must be between 4 and 31"))?;
    if args.text(0).len() > 72 {
        return Err(Failure::at(0, "bcrypt: password length exceeds 72 bytes"));
    }
    let mut salt = [0; 16];
    if !args.scope().fill_random(&mut salt) {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let hash = bcrypt::hash_with_salt(args.text(0), cost, salt).map_err(|error| error.to_string())?;
    text(hash.format_for_version(bcrypt::Version::TwoA))
}

fn uuid(args: &Args) -> Outcome {
    let mut bytes = [0; 16];
    if !args.scope().fill_random(&mut bytes) {
        return Ok(Value::unknown_not_null(Type::String));
    }
    text(Uuid::from_bytes(bytes).to_string())
}

fn uuidv5(args: &Args) -> Outcome {
    let namespace = match args.text(0) {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|_| {
            Failure::at(
                0,
                "uuidv5() doesn't support this namespace: it must be a UUID, or dns, url, oid or x500",
            )
        })?,
    };
    text(Uuid::new_v5(&namespace, args.text(1).as_bytes()).to_string())
}

/// RSA with the padding of PKCS #1 v1.5; nothing here is secret from who runs it, so time may tell of the key.
fn rsadecrypt(args: &Args) -> Outcome {
    let ciphertext = STANDARD
        .decode(args.text(0))
        .map_err(|_| Failure::at(0, "failed to decode: cipher text must be base64-encoded"))?;
    let (modulus, exponent) = private_key(args.text(1)).ok_or_else(|| {
        Failure::at(1, "failed to parse key: an RSA private key in PEM form (PKCS #1 or PKCS #8) is required")
    })?;
    let size = usize::try_from(modulus.bits().div_ceil(8)).expect("a key fits in memory");
    let number = BigUint::from_bytes_be(&ciphertext);
    let refused = || Failure::at(0, "failed to decrypt: the text was not encrypted for this key");
    if number >= modulus {
        return Err(refused());
    }
    let plain = number.modpow(&exponent, &modulus).to_bytes_be();
    // The leading zero is lost in the number.
    let padded = if plain.len() + 1 == size { plain.strip_prefix(&[2]) } else { None };
    let padded = padded.ok_or_else(refused)?;
    let end = padded.iter().position(|byte| *byte == 0).filter(|end| *end >= 8).ok_or_else(refused)?;
    String::from_utf8(padded[end + 1..].to_vec()).map_err(|_| refused()).and_then(text)
}

/// Modulus and private exponent of a key in PEM.
fn private_key(pem: &str) -> Option<(BigUint, BigUint)> {
    let body: String =
        pem.lines().map(str::trim).filter(|line| !line.starts_with("-----") && !line.contains(':')).collect();
    let der = STANDARD.decode(body).ok()?;
    let fields = elements(element(&der, 0x30)?.0)?;
    let fields = if pem.contains("BEGIN RSA PRIVATE KEY") {
        fields
    } else {
        // PKCS #8 wraps the key: version, algorithm, and the key itself as a string of bytes.
        let (_, inner) = *fields.get(2)?;
        elements(element(inner, 0x30)?.0)?
    };
    let number = |index: usize| fields.get(index).map(|(_, bytes)| BigUint::from_bytes_be(bytes));
    let (modulus, exponent) = (number(1)?, number(3)?);
    (modulus.bits() >= 64 && modulus.bits() <= 16_384).then_some((modulus, exponent))
}

/// The content of the DER element at the beginning, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let parts = rest.split_at_checked(length)?;
    (found == tag).then_some(parts)
}

/// The elements of a DER sequence, each with its tag.
fn elements(mut der: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut found = Vec::new();
    while let Some(&tag) = der.first() {
        let (content, rest) = element(der, tag)?;
        found.push((tag, content));
        der = rest;
    }
    Some(found)
}
