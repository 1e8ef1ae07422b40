//! Functions on numbers.

use num_bigint::BigInt;
use num_traits::Num;

use super::{Args, Failure, Function, Kind, Outcome, Parameter};
use crate::lang::convert::convert;
use crate::model::number::Number;
use crate::model::types::Type;
use crate::model::value::Value;

const NUM: &[Parameter] = &[Parameter::number("num")];
const NUMBERS: Parameter = Parameter::number("numbers");
/// How many elements `range` gives at most, as in Terraform.
const LONGEST_RANGE: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", NUM, Kind::Number, |args| Ok(args.number(0).absolute().into())),
    Function::new("ceil", NUM, Kind::Number, |args| whole(args, Number::ceiling)),
    Function::new("floor", NUM, Kind::Number, |args| whole(args, Number::floor)),
    Function::new("log", &[Parameter::number("num"), Parameter::number("base")], Kind::Number, log),
    Function::new("max", &[], Kind::Number, |args| extreme(args, |new, best| new > best)).rest(NUMBERS),
    Function::new("min", &[], Kind::Number, |args| extreme(args, |new, best| new < best)).rest(NUMBERS),
    Function::new("parseint", &[Parameter::any("number"), Parameter::number("base")], Kind::Number, parseint),
    Function::new("pow", &[Parameter::number("num"), Parameter::number("power")], Kind::Number, pow),
    Function::new("range", &[], Kind::List(&Kind::Number), range).rest(Parameter::number("params")),
    Function::new("signum", NUM, Kind::Number, signum),
    Function::new("sum", &[Parameter::any("list").known_deep()], Kind::Number, sum),
];

fn machine(value: f64) -> Outcome {
    Number::from_f64(value).map(Value::Number).ok_or_else(|| "the result is not a number".into())
}

/// The whole number that `round` gives; that of zero has no sign.
#[expect(
    clippy::unnecessary_wraps,
    reason = "all entries of the table have one signature, and most can refuse"
)]
fn whole(args: &Args, round: fn(&Number) -> Number) -> Outcome {
    let number = args.number(0);
    Ok(if number.is_zero() { Number::from(0i64).into() } else { round(number).into() })
}

fn log(args: &Args) -> Outcome {
    machine(logarithm(args.number(0).to_f64()) / logarithm(args.number(1).to_f64()))
}

fn pow(args: &Args) -> Outcome {
    let (base, exponent) = (args.number(0).to_f64(), args.number(1).to_f64());
    if base.is_finite() && args.number(1).absolute() == half() {
        return machine(if exponent > 0.0 { base.sqrt() } else { 1.0 / base.sqrt() });
    }
    let is_plain = base.is_finite() && base != 0.0 && exponent.abs() < 1e15;
    let is_real = base > 0.0 || exponent.fract() == 0.0;
    machine(if is_plain && is_real { power(base, exponent) } else { base.powf(exponent) })
}

fn half() -> Number {
    Number::from_f64(0.5).expect("one half is a number")
}

/// The natural logarithm, by the polynomial of the C library of FreeBSD (`e_log.c`), which Terraform's runtime
/// uses too: other libraries differ in the last digit.
#[expect(clippy::excessive_precision, reason = "the digits are those of the source")]
fn logarithm(value: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238_164_90e-01;
    const LN2_LOW: f64 = 1.908_214_929_270_587_700_02e-10;
    const ODD: [f64; 4] = [
        6.666_666_666_666_735_130e-01,
        2.857_142_874_366_239_149e-01,
        1.818_357_216_161_805_012e-01,
        1.479_819_860_511_658_591e-01,
    ];
    const EVEN: [f64; 3] =
        [3.999_999_999_940_941_908e-01, 2.222_219_843_214_978_396e-01, 1.531_383_769_920_937_332e-01];
    if !value.is_finite() || value <= 0.0 {
        return value.ln();
    }
    let (mut fraction, mut twos) = split(value);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        twos -= 1;
    }
    let twos = f64::from(i32::try_from(twos).expect("exponents of machine floats are small"));
    let f = fraction - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (ODD[0] + s4 * (ODD[1] + s4 * (ODD[2] + s4 * ODD[3])));
    let even = s4 * (EVEN[0] + s4 * (EVEN[1] + s4 * EVEN[2]));
    let half = 0.5 * f * f;
    twos * LN2_HIGH - ((half - (s * (half + odd + even) + twos * LN2_LOW)) - f)
}

/// `e` to a power between -1000 and 1000, by the series that Terraform's runtime uses on this kind of machine (Naoki
/// Shibata, "Efficient evaluation methods of elementary functions suitable for SIMD computation", 2010; the code is
/// in the public domain as part of SLEEF): other libraries differ in the last digit.
#[expect(clippy::excessive_precision, reason = "the digits are those of the source")]
fn exponential(value: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN2_LOW: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    /// One by the factorials from 8 down to 1.
    const SERIES: [f64; 8] = [
        2.480_158_730_158_730_158_7e-5,
        1.984_126_984_126_984_127_0e-4,
        1.388_888_888_888_888_888_9e-3,
        8.333_333_333_333_333_333_3e-3,
        4.166_666_666_666_666_666_7e-2,
        1.666_666_666_666_666_666_7e-1,
        0.5,
        1.0,
    ];
    let twos = (value * std::f64::consts::LOG2_E).round_ties_even();
    let rest = (-LN2_LOW).mul_add(twos, (-LN2_HIGH).mul_add(twos, value)) * 0.0625;
    // This is `e^rest - 1`; each step below doubles the exponent, and the four undo the division by sixteen.
    let mut result = rest * SERIES[1..].iter().fold(SERIES[0], |sum, term| sum.mul_add(rest, *term));
    for _ in 0..3 {
        result *= result + 2.0;
    }
    result.mul_add(result + 2.0, 1.0) * twos.exp2()
}

/// A power by repeated squaring, the exponents of two apart: each step rounds as Terraform's does.
fn power(base: f64, exponent: f64) -> f64 {
    let (mut square, mut square_twos) = split(base);
    let (mut result, mut twos) = (1.0f64, 0i64);
    let (mut whole, mut fraction) = (exponent.abs().trunc(), exponent.abs().fract());
    if fraction > 0.5 {
        fraction -= 1.0;
        whole += 1.0;
    }
    if fraction.abs() > 0.0 {
        result = exponential(fraction * logarithm(base));
    }
    let whole = Number::from_f64(whole).and_then(|whole| whole.to_i64());
    let mut rest = whole.expect("the exponent is a whole number of at most fifteen digits");
    while rest > 0 {
        if square_twos.abs() > 1 << 12 {
            // Far outside of what a machine float holds, whatever follows.
            twos += square_twos;
            break;
        }
        if rest & 1 == 1 {
            result *= square;
            twos += square_twos;
        }
        square *= square;
        square_twos *= 2;
        if square < 0.5 {
            square += square;
            square_twos -= 1;
        }
        rest >>= 1;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
        twos = -twos;
    }
    // Two steps, so that neither factor is beyond the range of machine floats.
    let half = i32::try_from((twos / 2).clamp(-2000, 2000)).expect("the range was limited");
    let other = i32::try_from((twos - i64::from(half)).clamp(-2000, 2000)).expect("the range was limited");
    result * 2f64.powi(half) * 2f64.powi(other)
}

/// A finite number as a fraction from one half up to one, and the power of two that it is to be multiplied with.
fn split(value: f64) -> (f64, i64) {
    let mut fraction = value;
    let mut twos = 0;
    while fraction.abs() >= 1.0 {
        fraction /= 2.0;
        twos += 1;
    }
    while fraction.abs() < 0.5 {
        fraction *= 2.0;
        twos -= 1;
    }
    (fraction, twos)
}

fn signum(args: &Args) -> Outcome {
    Ok(args.integer(0)?.signum().into())
}

fn extreme(args: &Args, is_better: fn(&Number, &Number) -> bool) -> Outcome {
    let mut best: Option<&Number> = None;
    for index in 0..args.len() {
        let number = args.number(index);
        if best.is_none_or(|best| is_better(number, best)) {
            best = Some(number);
        }
    }
    best.map(|best| best.clone().into()).ok_or_else(|| "must pass at least one number".into())
}

fn parseint(args: &Args) -> Outcome {
    let digits = match args.value(0) {
        Value::String(text) => text.to_string(),
        other => {
            return Err(Failure::at(
                0,
                format!("first argument must be a string, not {}", other.type_of().friendly_name()),
            ));
        }
    };
    let base = args.integer(1)?;
    let radix = u32::try_from(base)
        .ok()
        .filter(|base| (2..=62).contains(base))
        .ok_or_else(|| Failure::at(1, "base must be a whole number between 2 and 62 inclusive"))?;
    whole_number(&digits, radix)
        .map(|number| Number::from_bigint(number).into())
        .ok_or_else(|| Failure::at(0, format!("cannot parse {digits:?} as a base {base} integer")))
}

/// Digits of any base up to 62: beyond 36 the small letters come before the capital ones.
fn whole_number(digits: &str, radix: u32) -> Option<BigInt> {
    let (negative, unsigned) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => (false, digits),
    };
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let number = if radix <= 36 {
        BigInt::from_str_radix(unsigned, radix).ok()?
    } else {
        let mut number = BigInt::from(0u8);
        for byte in unsigned.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                _ => byte - b'A' + 36,
            };
            if u32::from(digit) >= radix {
                return None;
            }
            number = number * radix + digit;
        }
        number
    };
    Some(if negative { -number } else { number })
}

fn range(args: &Args) -> Outcome {
    let zero = Number::from(0i64);
    let one = Number::from(1i64);
    let (start, end, step) = match args.len() {
        1 => {
            let end = args.number(0).clone();
            let step = if end < zero { one.negate() } else { one };
            (zero.clone(), end, step)
        }
        2 => {
            let (start, end) = (args.number(0).clone(), args.number(1).clone());
            let step = if end < start { one.negate() } else { one };
            (start, end, step)
        }
        3 => (args.number(0).clone(), args.number(1).clone(), args.number(2).clone()),
        _ => return Err("must have one, two, or three arguments".into()),
    };
    if args.len() == 3 {
        if step.is_zero() {
            return Err(Failure::at(2, "step must not be zero"));
        }
        if end < start && step > zero {
            return Err(Failure::at(1, "end must be greater than start when step is positive"));
        }
        if end > start && step < zero {
            return Err(Failure::at(1, "end must be less than start when step is negative"));
        }
    }
    let mut items = Vec::new();
    let mut next = start;
    while if step > zero { next < end } else { next > end } {
        if items.len() >= LONGEST_RANGE {
            return Err(
                "more than 1024 values were generated; either decrease the difference between start and end \
                        or use a smaller step"
                    .into(),
            );
        }
        items.push(Value::Number(next.clone()));
        next = next.add(&step).map_err(|error| error.to_string())?;
    }
    Ok(Value::list(Type::Number, items))
}

fn sum(args: &Args) -> Outcome {
    let list = args.value(0);
    if !matches!(list, Value::List(_) | Value::Set(_) | Value::Tuple(_)) {
        return Err(Failure::at(
            0,
            "argument must be list, set, or tuple. Received ".to_owned() + &list.type_of().friendly_name(),
        ));
    }
    if args.items(0).is_empty() {
        return Err(Failure::at(0, "cannot sum an empty list"));
    }
    let mut sum = Number::from(0i64);
    for item in args.items(0) {
        let refused = || Failure::at(0, "argument must be list, set, or tuple of number values");
        let item = convert(item, &Type::Number).map_err(|_| refused())?;
        let number = item.as_number().ok_or_else(refused)?;
        sum = sum.add(number).map_err(|error| error.to_string())?;
    }
    Ok(sum.into())
}
