//! Text and bytes in other clothes: base64, gzip, character sets, URLs.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use flate2::{Compress, Compression, Crc, FlushCompress};

use super::{Args, Failure, Function, Kind, Outcome, Parameter, text};

const STR: &[Parameter] = &[Parameter::string("str")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64decode", STR, Kind::String, base64decode),
    Function::new("base64encode", STR, Kind::String, |args| text(STANDARD.encode(args.text(0)))),
    Function::new("base64gzip", STR, Kind::String, |args| {
        text(STANDARD.encode(gzip(args.text(0).as_bytes())))
    }),
    Function::new(
        "textdecodebase64",
        &[Parameter::string("source"), Parameter::string("encoding")],
        Kind::String,
        textdecodebase64,
    ),
    Function::new(
        "textencodebase64",
        &[Parameter::string("string"), Parameter::string("encoding")],
        Kind::String,
        textencodebase64,
    ),
    Function::new("urlencode", STR, Kind::String, urlencode),
];

/// Bytes of base64; line ends in it are skipped.
fn bytes(source: &str) -> Result<Vec<u8>, Failure> {
    let joined: String = source.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(joined).map_err(|_| Failure::at(0, "failed to decode base64 data"))
}

fn base64decode(args: &Args) -> Outcome {
    let decoded = String::from_utf8(bytes(args.text(0))?);
    decoded.map_or_else(
        |_| Err(Failure::at(0, "the result of decoding the provided string is not valid UTF-8")),
        text,
    )
}

/// A gzip stream that ends as Go's writer ends one after a flush, so that small texts give the same bytes.
fn gzip(data: &[u8]) -> Vec<u8> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    const FINAL_BLOCK: [u8; 5] = [1, 0, 0, 0xff, 0xff];
    let mut compress = Compress::new(Compression::default(), false);
    let mut out = HEADER.to_vec();
    let mut body = Vec::with_capacity(data.len() + 1024);
    let mut taken = 0;
    loop {
        body.reserve(1024);
        compress
            .compress_vec(&data[taken..], &mut body, FlushCompress::Sync)
            .expect("compressing into memory cannot fail");
        taken = usize::try_from(compress.total_in()).expect("a text fits in memory");
        if taken == data.len() && body.len() < body.capacity() {
            break;
        }
    }
    let mut crc = Crc::new();
    crc.update(data);
    out.append(&mut body);
    out.write_all(&FINAL_BLOCK).expect("writing to memory cannot fail");
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    out
}

/// A character set by one of its registered names.
enum Charset {
    Utf8,
    Utf16 { big_endian: bool, mark: bool },
    Latin1,
    Other(&'static Encoding),
}

fn charset(name: &str) -> Result<Charset, Failure> {
    let utf16 = |big_endian, mark| Ok(Charset::Utf16 { big_endian, mark });
    match name.to_ascii_uppercase().as_str() {
        "UTF-8" => Ok(Charset::Utf8),
        "UTF-16" => utf16(true, true),
        "UTF-16BE" => utf16(true, false),
        "UTF-16LE" => utf16(false, false),
        "ISO-8859-1" | "LATIN1" | "ISO_8859-1" => Ok(Charset::Latin1),
        _ => Encoding::for_label(name.as_bytes()).map(Charset::Other).ok_or_else(|| {
            Failure::at(1, format!("{name:?} is not a supported IANA encoding name or alias"))
        }),
    }
}

fn textencodebase64(args: &Args) -> Outcome {
    let source = args.text(0);
    let name = args.text(1);
    let refused = || {
        let reason = "the given string contains characters that cannot be represented in";
        Failure::at(0, format!("{reason} {name}"))
    };
    let encoded = match charset(name)? {
        Charset::Utf8 => source.as_bytes().to_vec(),
        Charset::Utf16 { big_endian, mark } => {
            let start = if mark { Some(0xfeff) } else { None };
            let units = start.into_iter().chain(source.encode_utf16());
            let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            units.flat_map(bytes).collect()
        }
        Charset::Latin1 => {
            let byte = |c: char| u8::try_from(u32::from(c)).map_err(|_| refused());
            source.chars().map(byte).collect::<Result<_, _>>()?
        }
        Charset::Other(encoding) => match encoding.encode(source) {
            (bytes, _, false) => bytes.into_owned(),
            _ => return Err(refused()),
        },
    };
    text(STANDARD.encode(encoded))
}

fn textdecodebase64(args: &Args) -> Outcome {
    let name = args.text(1);
    let charset = charset(name)?;
    let bytes = bytes(args.text(0))?;
    let refused = || {
        let reason = "the given string contains sequences that are not valid in";
        Failure::at(0, format!("{reason} {name}"))
    };
    match charset {
        Charset::Utf8 => String::from_utf8(bytes).map_err(|_| refused()).and_then(text),
        Charset::Latin1 => text(bytes.into_iter().map(char::from).collect::<String>()),
        Charset::Utf16 { big_endian, mark } => {
            let (big_endian, bytes) = match bytes.as_slice() {
                [0xff, 0xfe, rest @ ..] if mark => (false, rest),
                [0xfe, 0xff, rest @ ..] if mark => (true, rest),
                all => (big_endian, all),
            };
            let (pairs, rest) = bytes.as_chunks::<2>();
            let unit = |pair: &[u8; 2]| {
                if big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) }
            };
            let units: Vec<u16> = pairs.iter().map(unit).collect();
            let mut decoded = String::from_utf16_lossy(&units);
            if !rest.is_empty() {
                decoded.push(char::REPLACEMENT_CHARACTER);
            }
            text(decoded)
        }
        Charset::Other(encoding) => match encoding.decode_without_bom_handling(&bytes) {
            (decoded, false) => text(decoded),
            _ => Err(refused()),
        },
    }
}

/// As in the query of a URL: a space is `+`.
fn urlencode(args: &Args) -> Outcome {
    let mut out = String::new();
    for byte in args.text(0).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => write!(out, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
    text(out)
}
