//! `format` and `formatlist`, with the verbs of Terraform.

use num_bigint::BigInt;
use num_traits::Signed;
use unicode_segmentation::UnicodeSegmentation;

use super::{Args, Failure, Function, Kind, Outcome, Parameter, json};
use crate::lang::convert::convert;
use crate::model::number::{Decimal, Number};
use crate::model::types::Type;
use crate::model::value::Value;

/// The widest field and the most decimal places.
const MAX_WIDTH: usize = 10_000;

const FORMAT: &[Parameter] = &[Parameter::string("format")];
const ARGS: Parameter = Parameter::any("args").null().unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format", FORMAT, Kind::String, format).rest(ARGS),
    Function::new("formatlist", FORMAT, Kind::List(&Kind::String), format_list).rest(ARGS),
];

fn format(args: &Args) -> Outcome {
    let values = &args.values[1..];
    if values.iter().any(is_open) {
        return Ok(Value::unknown(Type::String));
    }
    formatted(args.text(0), values)
}

/// Terraform cannot tell the type of a bare `null`, and so it takes the result for unknown.
fn is_open(value: &Value) -> bool {
    value.is_null() && value.type_of() == Type::Any
}

fn formatted(format: &str, values: &[Value]) -> Outcome {
    if !values.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let mut run = Run { values, out: String::new(), next: 0, used: 0 };
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        run.out.push_str(&rest[..at]);
        let offset = format.len() - rest.len() + at;
        let verb = Verb::read(&rest[at..])
            .map_err(|message| Failure::at(0, format!("{message} at offset {offset}")))?;
        run.apply(&verb, offset)?;
        rest = &rest[at + verb.length..];
    }
    run.out.push_str(rest);
    match (run.used, values.len()) {
        (0, 1..) => Err(Failure::at(1, "too many arguments; no verbs in format string")),
        (used, given) if used < given => {
            Err(Failure::at(used + 1, format!("too many arguments; only {used} used by format string")))
        }
        _ => Ok(Value::string(run.out)),
    }
}

fn format_list(args: &Args) -> Outcome {
    let values = &args.values[1..];
    if values.iter().any(is_open) {
        return Ok(Value::unknown(Type::list(Type::String)));
    }
    let mut length = None;
    for (index, value) in values.iter().enumerate() {
        let ty = value.type_of();
        if !matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
            continue;
        }
        let Some(items) = value.as_slice() else {
            if value.is_null() {
                return Err(Failure::at(index + 1, "must not be null"));
            }
            return Ok(Value::unknown_not_null(Type::list(Type::String)));
        };
        if length.is_some_and(|length| length != items.len()) {
            let expected = length.unwrap_or_default();
            let message = format!(
                "argument {} has length {}, which is inconsistent with the length {expected} of an earlier one",
                index + 1,
                items.len()
            );
            return Err(Failure::at(index + 1, message));
        }
        length = Some(items.len());
    }
    let row = |place: usize| -> Vec<Value> {
        values
            .iter()
            .map(|value| value.as_slice().map_or_else(|| value.clone(), |items| items[place].clone()))
            .collect()
    };
    let rows = (0..length.unwrap_or(1)).map(|place| formatted(args.text(0), &row(place)));
    rows.collect::<Result<Vec<_>, _>>().map(|items| Value::list(Type::String, items))
}

/// One `%` sequence.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is there or not, and any of them can be combined"
)]
struct Verb {
    mode: char,
    /// Bytes of the whole sequence.
    length: usize,
    minus: bool,
    plus: bool,
    sharp: bool,
    zero: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
    /// The argument's number from 1, where it is given.
    argument: Option<usize>,
}

impl Verb {
    fn read(text: &str) -> Result<Self, String> {
        let mut verb = Self::default();
        let mut rest = &text[1..];
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                ' ' => verb.space = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        verb.width = digits(&mut rest)?.unwrap_or(0);
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            verb.precision = Some(digits(&mut rest)?.unwrap_or(0));
        }
        if let Some(after) = rest.strip_prefix('[') {
            rest = after;
            verb.argument = digits(&mut rest)?;
            rest = rest
                .strip_prefix(']')
                .filter(|_| verb.argument.is_some())
                .ok_or("an argument number without `]`")?;
        }
        let Some(mode) = rest.chars().next() else {
            return Err("the format string ends inside of a verb".to_owned());
        };
        verb.mode = mode;
        verb.length = text.len() - rest.len() + mode.len_utf8();
        Ok(verb)
    }

    fn is_bare(&self) -> bool {
        self.length == 2
    }
}

fn digits(rest: &mut &str) -> Result<Option<usize>, String> {
    let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at(length);
    *rest = after;
    if number.is_empty() {
        return Ok(None);
    }
    let number = number.parse().ok().filter(|number| *number <= MAX_WIDTH);
    number.map(Some).ok_or_else(|| format!("a width above {MAX_WIDTH}"))
}

/// A format string being filled.
struct Run<'a> {
    values: &'a [Value],
    out: String,
    /// The argument that the next verb takes.
    next: usize,
    /// How many arguments were taken, counted to the last one.
    used: usize,
}

impl Run<'_> {
    fn apply(&mut self, verb: &Verb, offset: usize) -> Result<(), Failure> {
        if verb.mode == '%' && verb.is_bare() {
            self.out.push('%');
            return Ok(());
        }
        if !"vtbdoxXeEfgGsq".contains(verb.mode) {
            return Err(Failure::at(
                0,
                format!("unsupported format verb {:?} at offset {offset}", verb.mode),
            ));
        }
        let index = match verb.argument {
            Some(0) => {
                return Err(Failure::at(
                    0,
                    format!("arguments are counted from 1, not 0, at offset {offset}"),
                ));
            }
            Some(number) => number - 1,
            None => self.next,
        };
        let Some(value) = self.values.get(index) else {
            let message = format!(
                "not enough arguments for \"%{}\" at {offset}: need index {} but have {} total",
                verb.mode,
                index + 1,
                self.values.len()
            );
            return Err(Failure::at(0, message));
        };
        self.next = index + 1;
        self.used = self.used.max(index + 1);
        let text = shown(verb, value).map_err(|reason| {
            Failure::at(index + 1, format!("unsupported value for \"%{}\" at {offset}: {reason}", verb.mode))
        })?;
        self.out.push_str(&text);
        Ok(())
    }
}

fn shown(verb: &Verb, value: &Value) -> Result<String, String> {
    if verb.mode == 'v' {
        return Ok(padded(verb, &as_it_is(verb, value)));
    }
    if value.is_null() {
        return Err("null value cannot be formatted".to_owned());
    }
    let converted = |ty: &Type| convert(value, ty).map_err(|error| error.to_string());
    match verb.mode {
        't' => {
            let value = converted(&Type::Bool)?;
            Ok(padded(verb, if value == Value::Bool(true) { "true" } else { "false" }))
        }
        's' | 'q' => {
            let value = converted(&Type::String)?;
            Ok(padded(verb, &text(verb, value.as_str().unwrap_or_default())))
        }
        mode => {
            let value = converted(&Type::Number)?;
            let number = value.as_number().ok_or("a number is required")?;
            match mode {
                'b' | 'd' | 'o' | 'x' | 'X' => {
                    let whole = number.to_bigint().ok_or("an integer is required")?;
                    Ok(whole_number(verb, &whole))
                }
                _ => Ok(float(verb, number)),
            }
        }
    }
}

/// `%v`: text as it is, numbers in few digits, anything composed as JSON.
fn as_it_is(verb: &Verb, value: &Value) -> String {
    match value {
        _ if verb.sharp => {}
        Value::String(string) => return text(verb, string),
        Value::Number(number) => return general(number, None, 'e'),
        _ => {}
    }
    let mut out = String::new();
    json::encode(&mut out, value);
    out
}

fn text(verb: &Verb, text: &str) -> String {
    let cut: String = match verb.precision {
        Some(precision) => text.graphemes(true).take(precision).collect(),
        None => text.to_owned(),
    };
    if verb.mode != 'q' {
        return cut;
    }
    let mut quoted = String::new();
    json::encode_text(&mut quoted, &cut);
    quoted
}

/// Fills up to the verb's width, counted in what a reader sees as characters.
fn padded(verb: &Verb, text: &str) -> String {
    let missing = verb.width.saturating_sub(text.graphemes(true).count());
    if verb.minus {
        return text.to_owned() + &" ".repeat(missing);
    }
    let filler = if verb.zero { "0" } else { " " };
    filler.repeat(missing) + text
}

fn sign(verb: &Verb, is_negative: bool) -> &'static str {
    match (is_negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

/// Sign, prefix and digits, filled up to the width: zeros stand between the sign and the digits.
fn signed(verb: &Verb, sign: &str, digits: &str, zeros: bool) -> String {
    let missing = verb.width.saturating_sub(sign.len() + digits.len());
    match () {
        () if verb.minus => format!("{sign}{digits}{}", " ".repeat(missing)),
        () if zeros => format!("{sign}{}{digits}", "0".repeat(missing)),
        () => format!("{}{sign}{digits}", " ".repeat(missing)),
    }
}

fn whole_number(verb: &Verb, number: &BigInt) -> String {
    let (radix, prefix) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = number.abs().to_str_radix(radix);
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = verb.precision {
        if precision == 0 && digits == "0" {
            digits.clear();
        }
        digits.insert_str(0, &"0".repeat(precision.saturating_sub(digits.len())));
    }
    let sign = sign(verb, number.is_negative());
    let sign = if verb.sharp { format!("{sign}{prefix}") } else { sign.to_owned() };
    signed(verb, &sign, &digits, verb.zero && verb.precision.is_none())
}

fn float(verb: &Verb, number: &Number) -> String {
    if number.is_infinite() {
        let sign = if number.is_negative() { "-" } else { "+" };
        return signed(verb, sign, "Inf", false);
    }
    let absolute = number.absolute();
    let digits = match verb.mode {
        'e' | 'E' => exponential(&absolute.decimal(), verb.precision.unwrap_or(6), verb.mode),
        'f' => {
            let places = verb.precision.unwrap_or(6);
            absolute.decimal().rounded_to_places(places).plain(Some(places))
        }
        'G' => general(&absolute, verb.precision, 'E'),
        _ => general(&absolute, verb.precision, 'e'),
    };
    signed(verb, sign(verb, number.is_negative()), &digits, verb.zero)
}

/// `1.5e+06`, with so many digits after the point.
fn exponential(decimal: &Decimal, places: usize, letter: char) -> String {
    let decimal = decimal.clone().rounded(places + 1);
    let digit = |index: usize| decimal.digits.get(index).map_or('0', |digit| char::from(b'0' + digit));
    let mut text = String::from(if decimal.negative { "-" } else { "" });
    text.push(digit(0));
    if places > 0 {
        text.push('.');
        text.extend((1..=places).map(digit));
    }
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{text}{letter}{sign}{:02}", exponent.abs())
}

/// The shorter of the plain and the exponential form, as Go's `%g` chooses.
fn general(number: &Number, precision: Option<usize>, letter: char) -> String {
    if number.is_infinite() {
        return number.to_string();
    }
    let (decimal, precision, limit) = match precision {
        None => {
            let decimal = number.shortest();
            let digits = decimal.digits.len();
            (decimal, digits, 6)
        }
        Some(precision) => {
            let precision = precision.max(1);
            let decimal = number.decimal().rounded(precision);
            let digits = decimal.digits.len();
            let is_whole = i64::try_from(digits).is_ok_and(|digits| digits >= decimal.point);
            (decimal, precision, if precision > digits && is_whole { digits } else { precision })
        }
    };
    let digits = decimal.digits.len();
    let exponent = decimal.point - 1;
    if exponent < -4 || usize::try_from(exponent).is_ok_and(|exponent| exponent >= limit) {
        return exponential(&decimal, precision.min(digits).saturating_sub(1), letter);
    }
    let shown = if i64::try_from(precision).is_ok_and(|precision| precision > decimal.point) {
        digits
    } else {
        precision
    };
    let places = i64::try_from(shown).map_or(0, |shown| usize::try_from(shown - decimal.point).unwrap_or(0));
    decimal.plain(Some(places))
}
