//! Numbers of the language: whole numbers that fit a machine word, and binary floats of 512 bits for the rest.
//!
//! Terraform keeps every number as a Go `big.Float`. Its precision is part of the value, since it decides how a
//! quotient is rounded and how many digits are printed: a literal has 512 bits, a length has 64, the result of a
//! function that works on machine floats has 53. The same precisions are kept here, so that the same digits appear.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Bits of a number that was written in the source or read from text.
pub const LITERAL_PRECISION: u32 = 512;
/// Bits of a number that was counted.
const COUNT_PRECISION: u32 = 64;
/// Bits of a number that went through a machine float.
const MACHINE_PRECISION: u32 = 53;
/// The largest binary exponent, either way: about 30,000 decimal digits.
///
/// Printing takes time and memory in proportion to the exponent, so a few characters (`1e999999999`) could
/// otherwise ask for gigabytes. The largest number that a cloud or a person has a use for is far below.
const MAX_EXPONENT: i64 = 100_000;

/// An exact whole number, or a binary float with a precision of its own.
#[derive(Clone)]
pub struct Number {
    kind: Kind,
    precision: u32,
}

#[derive(Clone)]
enum Kind {
    Int(i64),
    Float(Arc<Float>),
    /// Prints as `-0` and equals `0`, as in Terraform.
    NegativeZero,
    Infinity {
        negative: bool,
    },
}

/// `mantissa * 2^exponent`; the mantissa is odd, so each value has one form.
#[derive(PartialEq, Eq)]
struct Float {
    mantissa: BigInt,
    exponent: i64,
}

/// Why there is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Zero by zero, or infinity by infinity.
    #[error("can't divide zero by zero or infinity by infinity")]
    Indeterminate,
    /// The text is not a number.
    #[error("must be a decimal representation of a number")]
    Syntax,
    /// Its exponent is beyond what is accepted.
    #[error("has an exponent beyond what is accepted (about 30,000 digits)")]
    TooLarge,
}

/// The exact decimal digits of a number: `0.d1d2d3... * 10^point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Whether a minus sign stands before it.
    pub negative: bool,
    /// Digits from 0 to 9 without zeros at either end; none for zero.
    pub digits: Vec<u8>,
    /// Where the decimal point stands, counted from before the first digit.
    pub point: i64,
}

impl Number {
    /// Reads decimal digits with sign, fraction and exponent (`e` for ten, `p` for two), or `inf`.
    ///
    /// # Errors
    ///
    /// Says whether the text is no number, or one too large.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if let Some(small) = parse_small(text) {
            return Ok(Self { kind: Kind::Int(small), precision: LITERAL_PRECISION });
        }
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if matches!(unsigned, "inf" | "Inf") {
            return Ok(Self::infinity(negative));
        }
        let (digits, base, power) = split_exponent(unsigned)?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all: String = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Syntax);
        }
        if all.len() > 50_000 {
            return Err(NumberError::TooLarge);
        }
        let mantissa = BigInt::from(all.parse::<BigUint>().map_err(|_| NumberError::Syntax)?);
        let mantissa = if negative { -mantissa } else { mantissa };
        if mantissa.is_zero() {
            let kind = if negative { Kind::NegativeZero } else { Kind::Int(0) };
            return Ok(Self { kind, precision: LITERAL_PRECISION });
        }
        let places = i64::try_from(fraction.len()).map_err(|_| NumberError::TooLarge)?;
        let (tens, twos) = if base == 10 { (power - places, 0) } else { (-places, power) };
        scaled(mantissa, tens, twos, LITERAL_PRECISION)
    }

    /// A float as the machine has it; `None` for what is not a number.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self { precision: MACHINE_PRECISION, ..Self::infinity(value < 0.0) });
        }
        if value == 0.0 {
            let kind = if value.is_sign_negative() { Kind::NegativeZero } else { Kind::Int(0) };
            return Some(Self { kind, precision: MACHINE_PRECISION });
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::try_from((bits >> 52) & 0x7ff).expect("eleven bits fit");
        let (mantissa, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
        let signed = if value < 0.0 { -BigInt::from(mantissa) } else { BigInt::from(mantissa) };
        rounded(signed, exponent, MACHINE_PRECISION).ok()
    }

    /// A whole number of any size.
    pub fn from_bigint(value: BigInt) -> Self {
        let bits = u32::try_from(value.bits()).unwrap_or(u32::MAX);
        let precision = bits.max(COUNT_PRECISION);
        rounded(value, 0, precision).unwrap_or_else(|_| Self::infinity(false))
    }

    /// Positive or negative infinity, which `1/0` gives in Terraform.
    pub fn infinity(negative: bool) -> Self {
        Self { kind: Kind::Infinity { negative }, precision: LITERAL_PRECISION }
    }

    /// The same value as if it had been written in the source.
    #[must_use]
    pub fn with_literal_precision(self) -> Self {
        Self { kind: self.kind, precision: LITERAL_PRECISION }
    }

    /// The value as a machine word, where it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.kind {
            Kind::Int(value) => Some(*value),
            Kind::NegativeZero => Some(0),
            Kind::Float(_) | Kind::Infinity { .. } => None,
        }
    }

    /// The nearest machine float.
    pub fn to_f64(&self) -> f64 {
        match &self.kind {
            Kind::NegativeZero => -0.0,
            Kind::Infinity { negative: true } => f64::NEG_INFINITY,
            Kind::Infinity { negative: false } => f64::INFINITY,
            Kind::Int(_) | Kind::Float(_) => {
                // Seventeen digits name every machine float, and the standard library rounds them right.
                let decimal = self.decimal().rounded(40);
                decimal.scientific().parse().unwrap_or(f64::INFINITY)
            }
        }
    }

    /// The value as a whole number of any size, where it is whole.
    pub fn to_bigint(&self) -> Option<BigInt> {
        match &self.kind {
            Kind::Int(value) => Some(BigInt::from(*value)),
            Kind::NegativeZero => Some(BigInt::zero()),
            Kind::Float(float) if float.exponent >= 0 => Some(&float.mantissa << float.exponent),
            Kind::Float(_) | Kind::Infinity { .. } => None,
        }
    }

    /// Whether it has no fraction; infinities have none to speak of.
    pub fn is_whole(&self) -> bool {
        match &self.kind {
            Kind::Int(_) | Kind::NegativeZero => true,
            Kind::Float(float) => float.exponent >= 0,
            Kind::Infinity { .. } => false,
        }
    }

    /// Whether it is positive or negative infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self.kind, Kind::Infinity { .. })
    }

    /// Whether it is zero, of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(self.kind, Kind::Int(0) | Kind::NegativeZero)
    }

    /// Whether a minus sign stands before it.
    pub fn is_negative(&self) -> bool {
        match &self.kind {
            Kind::Int(value) => *value < 0,
            Kind::Float(float) => float.mantissa.is_negative(),
            Kind::NegativeZero => true,
            Kind::Infinity { negative } => *negative,
        }
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// Infinities of opposite sign have none, and it may be too large.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision.max(other.precision);
        if let (Kind::Int(left), Kind::Int(right)) = (&self.kind, &other.kind)
            && precision >= COUNT_PRECISION
            && let Some(sum) = left.checked_add(*right)
        {
            return Ok(Self { kind: Kind::Int(sum), precision });
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self.is_negative() != other.is_negative() => {
                return Err(NumberError::Indeterminate);
            }
            (true, _) => return Ok(self.clone()),
            (_, true) => return Ok(other.clone()),
            (false, false) => {}
        }
        let ((left, left_exponent), (right, right_exponent)) = (self.parts(), other.parts());
        let exponent = left_exponent.min(right_exponent);
        let sum = (left << (left_exponent - exponent)) + (right << (right_exponent - exponent));
        rounded(sum, exponent, precision)
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// As for [`Self::add`].
    pub fn subtract(&self, other: &Self) -> Result<Self, NumberError> {
        if other.is_zero() {
            let precision = self.precision.max(other.precision);
            return Ok(Self { kind: self.kind.clone(), precision });
        }
        self.add(&other.negate())
    }

    /// The same distance from zero on the other side.
    #[must_use]
    pub fn negate(&self) -> Self {
        let kind = match &self.kind {
            Kind::Int(0) => Kind::NegativeZero,
            Kind::NegativeZero => Kind::Int(0),
            Kind::Infinity { negative } => Kind::Infinity { negative: !negative },
            Kind::Int(value) => match value.checked_neg() {
                Some(value) => Kind::Int(value),
                None => Kind::Float(Arc::new(Float { mantissa: BigInt::one(), exponent: 63 })),
            },
            Kind::Float(float) => {
                return rounded(-float.mantissa.clone(), float.exponent, self.precision)
                    .expect("a sign does not change the size");
            }
        };
        Self { kind, precision: self.precision }
    }

    /// The distance from zero.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negate() } else { self.clone() }
    }

    /// The product; its precision grows, up to 512 bits, where the factors' would lose digits.
    ///
    /// # Errors
    ///
    /// Zero times infinity is nothing, and it may be too large.
    pub fn multiply(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision.max(other.precision);
        let negative = self.is_negative() != other.is_negative();
        if self.is_infinite() || other.is_infinite() {
            if self.is_zero() || other.is_zero() {
                return Err(NumberError::Indeterminate);
            }
            return Ok(Self { kind: Kind::Infinity { negative }, precision });
        }
        if self.is_zero() || other.is_zero() {
            let kind = if negative { Kind::NegativeZero } else { Kind::Int(0) };
            return Ok(Self { kind, precision });
        }
        if let (Kind::Int(left), Kind::Int(right)) = (&self.kind, &other.kind)
            && let Some(product) = left.checked_mul(*right)
        {
            return Ok(Self { kind: Kind::Int(product), precision });
        }
        let ((left, left_exponent), (right, right_exponent)) = (self.parts(), other.parts());
        let product = rounded(left * right, left_exponent + right_exponent, LITERAL_PRECISION)?;
        let needed = u32::try_from(product.parts().0.bits()).unwrap_or(LITERAL_PRECISION);
        Ok(Self { kind: product.kind, precision: precision.max(needed) })
    }

    /// The quotient; something by zero is infinite, as in Terraform.
    ///
    /// # Errors
    ///
    /// Zero by zero and infinity by infinity are nothing, and it may be too large.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision.max(other.precision);
        let negative = self.is_negative() != other.is_negative();
        if self.is_zero() && other.is_zero() || self.is_infinite() && other.is_infinite() {
            return Err(NumberError::Indeterminate);
        }
        if other.is_zero() || self.is_infinite() {
            return Ok(Self { kind: Kind::Infinity { negative }, precision });
        }
        if self.is_zero() || other.is_infinite() {
            let kind = if negative { Kind::NegativeZero } else { Kind::Int(0) };
            return Ok(Self { kind, precision });
        }
        if let (Kind::Int(left), Kind::Int(right)) = (&self.kind, &other.kind)
            && left.checked_rem(*right) == Some(0)
            && precision >= COUNT_PRECISION
            && let Some(quotient) = left.checked_div(*right)
        {
            return Ok(Self { kind: Kind::Int(quotient), precision });
        }
        let ((left, left_exponent), (right, right_exponent)) = (self.parts(), other.parts());
        let (quotient, shift) = quotient_bits(&left, &right, precision);
        rounded(quotient, left_exponent - right_exponent - shift, precision)
    }

    /// What is left after dividing to the whole number nearer zero; the sign is the dividend's.
    ///
    /// # Errors
    ///
    /// As for the operations that it is made of.
    pub fn remainder(&self, other: &Self) -> Result<Self, NumberError> {
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other.is_zero() {
            return Ok(self.clone());
        }
        if let (Kind::Int(left), Kind::Int(right)) = (&self.kind, &other.kind)
            && self.precision >= COUNT_PRECISION
            && let Some(rest) = left.checked_rem(*right)
        {
            return Ok(Self { kind: Kind::Int(rest), precision: self.precision });
        }
        // Terraform rounds at each of these steps to the dividend's precision, and so the last digits show it.
        let whole = self.divide(other)?.truncate();
        let (mantissa, exponent) = whole.parts();
        let whole = rounded(mantissa, exponent, self.precision)?;
        let ((left, left_exponent), (right, right_exponent)) = (whole.parts(), other.parts());
        let product = rounded(left * right, left_exponent + right_exponent, self.precision)?;
        let rest = Self { precision: self.precision, ..self.subtract(&product)? };
        let (mantissa, exponent) = rest.parts();
        rounded(mantissa, exponent, self.precision)
    }

    /// Without its fraction.
    #[must_use]
    pub fn truncate(&self) -> Self {
        match &self.kind {
            Kind::Float(float) if float.exponent < 0 => {
                let whole = &float.mantissa.abs() >> -float.exponent;
                let whole = if self.is_negative() { -whole } else { whole };
                rounded(whole, 0, self.precision).expect("a part is not larger")
            }
            _ => self.clone(),
        }
    }

    /// The nearest whole number that is not above.
    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.truncate();
        if whole.cmp(self) == Ordering::Greater { whole.step(-1) } else { whole }
    }

    /// The nearest whole number that is not below.
    #[must_use]
    pub fn ceiling(&self) -> Self {
        let whole = self.truncate();
        if whole.cmp(self) == Ordering::Less { whole.step(1) } else { whole }
    }

    fn step(&self, by: i64) -> Self {
        let by = Self { kind: Kind::Int(by), precision: self.precision };
        self.add(&by).expect("one more is not too large")
    }

    /// The exact decimal digits; none for infinities.
    pub fn decimal(&self) -> Decimal {
        let (mantissa, exponent) = self.parts();
        Decimal { negative: self.is_negative(), ..Decimal::exact(&mantissa.magnitude().clone(), exponent) }
    }

    /// The fewest digits that name this number among all of its precision.
    pub fn shortest(&self) -> Decimal {
        let exact = self.decimal();
        let (mantissa, exponent) = self.parts();
        let bits = i64::try_from(mantissa.bits()).unwrap_or(i64::MAX);
        let fits_by_itself = exponent >= 0 && bits + exponent <= i64::from(self.precision);
        if exact.digits.is_empty() || fits_by_itself {
            return exact;
        }
        // One bit beyond the precision is half of the last place: the neighbours' borders.
        let shift = i64::from(self.precision) + 1 - bits;
        let middle = if shift < 0 { mantissa.magnitude() >> -shift } else { mantissa.magnitude() << shift };
        let lower = Decimal::exact(&(&middle - 1u8), exponent - shift);
        let upper = Decimal::exact(&(&middle + 1u8), exponent - shift);
        let inclusive = !middle.bit(1);
        shorten(exact, &lower, &upper, inclusive)
    }

    /// Mantissa and binary exponent; zero for what has none.
    fn parts(&self) -> (BigInt, i64) {
        match &self.kind {
            Kind::Int(value) => (BigInt::from(*value), 0),
            Kind::Float(float) => (float.mantissa.clone(), float.exponent),
            Kind::NegativeZero | Kind::Infinity { .. } => (BigInt::zero(), 0),
        }
    }
}

/// The common case, without a heap: up to eighteen digits.
fn parse_small(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: i64 = if plain { text.parse().ok()? } else { return None };
    (value != 0 || digits.len() == text.len()).then_some(value)
}

/// Digits, the base of the exponent (10 or 2), and the exponent.
fn split_exponent(text: &str) -> Result<(&str, u8, i64), NumberError> {
    let Some(at) = text.find(['e', 'E', 'p', 'P']) else { return Ok((text, 10, 0)) };
    let base = if matches!(text.as_bytes()[at], b'e' | b'E') { 10 } else { 2 };
    let power = &text[at + 1..];
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    let power: i64 = power.parse().map_err(|_| NumberError::TooLarge)?;
    if power.abs() > MAX_EXPONENT {
        return Err(NumberError::TooLarge);
    }
    Ok((&text[..at], base, power))
}

/// `mantissa * 10^tens * 2^twos`, rounded.
fn scaled(mantissa: BigInt, tens: i64, twos: i64, precision: u32) -> Result<Number, NumberError> {
    if tens.abs() > MAX_EXPONENT {
        return Err(NumberError::TooLarge);
    }
    let fives = BigInt::from(5u8).pow(u32::try_from(tens.unsigned_abs()).map_err(|_| NumberError::TooLarge)?);
    if tens >= 0 {
        return rounded(mantissa * fives, tens + twos, precision);
    }
    let (quotient, shift) = quotient_bits(&mantissa, &fives, precision);
    rounded(quotient, tens + twos - shift, precision)
}

/// The quotient shifted left so far that it has more bits than the precision, its last bit telling of a rest.
fn quotient_bits(dividend: &BigInt, divisor: &BigInt, precision: u32) -> (BigInt, i64) {
    let bits = |value: &BigInt| i64::try_from(value.bits()).unwrap_or(i64::MAX);
    let shift = (i64::from(precision) + 2 + bits(divisor) - bits(dividend)).max(0);
    let (quotient, rest) = (dividend.abs() << shift).div_rem(&divisor.abs());
    let sticky: BigInt = (quotient << 1) + i32::from(!rest.is_zero());
    let negative = dividend.is_negative() != divisor.is_negative();
    (if negative { -sticky } else { sticky }, shift + 1)
}

/// Rounds to the precision, ties to even, and takes the one form of the value.
fn rounded(mantissa: BigInt, exponent: i64, precision: u32) -> Result<Number, NumberError> {
    let (sign, mut magnitude) = mantissa.into_parts();
    if sign == Sign::NoSign {
        return Ok(Number { kind: Kind::Int(0), precision });
    }
    let mut exponent = exponent;
    let excess = magnitude.bits().saturating_sub(u64::from(precision));
    if excess > 0 {
        let half = magnitude.bit(excess - 1);
        let beyond = magnitude.trailing_zeros().unwrap_or(0) < excess - 1;
        let odd = magnitude.bit(excess);
        magnitude >>= excess;
        if half && (beyond || odd) {
            magnitude += 1u8;
        }
        exponent = exponent.saturating_add_unsigned(excess);
    }
    let zeros = magnitude.trailing_zeros().unwrap_or(0);
    magnitude >>= zeros;
    exponent = exponent.saturating_add_unsigned(zeros);
    // Four times the limit for what is read: intermediate results of accepted numbers stay numbers.
    if exponent.abs() > 4 * MAX_EXPONENT {
        return Err(NumberError::TooLarge);
    }
    let mantissa = BigInt::from_biguint(sign, magnitude);
    if exponent >= 0
        && mantissa.bits() + exponent.unsigned_abs() <= 64
        && let Some(value) = (&mantissa << exponent).to_i64()
    {
        return Ok(Number { kind: Kind::Int(value), precision });
    }
    Ok(Number { kind: Kind::Float(Arc::new(Float { mantissa, exponent })), precision })
}

/// Cuts the digits at the first place where the result still lies between the borders.
fn shorten(exact: Decimal, lower: &Decimal, upper: &Decimal, inclusive: bool) -> Decimal {
    for place in 0..exact.digits.len() {
        let digit = exact.digits[place];
        let below = lower.digits.get(place).copied().unwrap_or(0);
        let above = upper.digits.get(place).copied().unwrap_or(0);
        let may_cut = below != digit || inclusive && place + 1 == lower.digits.len();
        let may_raise = digit != above && (inclusive || digit + 1 < above || place + 1 < upper.digits.len());
        match (may_cut, may_raise) {
            (true, true) => return exact.rounded(place + 1),
            (true, false) => return exact.cut(place + 1),
            (false, true) => return exact.raised(place + 1),
            (false, false) => {}
        }
    }
    exact
}

impl Decimal {
    /// All digits of `mantissa * 2^exponent`.
    fn exact(mantissa: &BigUint, exponent: i64) -> Self {
        let power =
            u32::try_from(exponent.unsigned_abs()).expect("exponents are bounded where numbers are made");
        let whole = if exponent >= 0 { mantissa << power } else { mantissa * BigUint::from(5u8).pow(power) };
        let digits = if whole.is_zero() { Vec::new() } else { whole.to_radix_be(10) };
        let length = i64::try_from(digits.len()).expect("digits fit in memory");
        let point = if exponent >= 0 { length } else { length + exponent };
        Self { negative: false, digits, point }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    /// The first `count` digits.
    #[must_use]
    pub fn cut(mut self, count: usize) -> Self {
        self.digits.truncate(count);
        self.trimmed()
    }

    /// The first `count` digits, the last of them one higher.
    fn raised(mut self, count: usize) -> Self {
        self.digits.truncate(count);
        while let Some(last) = self.digits.last_mut() {
            if *last < 9 {
                *last += 1;
                return self;
            }
            self.digits.pop();
        }
        self.digits.push(1);
        self.point += 1;
        self
    }

    /// The nearest value with `count` digits, ties to the even digit.
    #[must_use]
    pub fn rounded(self, count: usize) -> Self {
        let Some(&next) = self.digits.get(count) else { return self };
        let tie = next == 5 && count + 1 == self.digits.len();
        let up = if tie { count > 0 && self.digits[count - 1] % 2 == 1 } else { next >= 5 };
        if up { self.raised(count) } else { self.cut(count) }
    }

    /// The nearest value with `places` digits after the point.
    #[must_use]
    pub fn rounded_to_places(self, places: usize) -> Self {
        let wanted = self.point.saturating_add_unsigned(places as u64);
        match usize::try_from(wanted) {
            Ok(count) => self.rounded(count),
            // The first digit stands further right than what is kept.
            Err(_) => Self { digits: Vec::new(), point: 0, ..self },
        }
    }

    /// Plain digits; `places` pads or keeps as many after the point, `None` as many as there are.
    pub fn plain(&self, places: Option<usize>) -> String {
        let at = |index: i64| {
            usize::try_from(index)
                .ok()
                .and_then(|index| self.digits.get(index))
                .map_or('0', |d| char::from(b'0' + d))
        };
        let mut text = String::from(if self.negative { "-" } else { "" });
        if self.point <= 0 {
            text.push('0');
        } else {
            text.extend((0..self.point).map(at));
        }
        let length = i64::try_from(self.digits.len()).expect("digits fit in memory");
        let natural = usize::try_from(length - self.point).unwrap_or(0);
        let places = places.unwrap_or(natural);
        if places > 0 {
            text.push('.');
            text.extend((0..places).map(|place| at(self.point.saturating_add_unsigned(place as u64))));
        }
        text
    }

    /// `1.25e2`, for parsers of machine floats.
    fn scientific(&self) -> String {
        let digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{digits}0e{}", self.point)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self { kind: Kind::Int(value), precision: COUNT_PRECISION }
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Kind::Int(left), Kind::Int(right)) = (&self.kind, &other.kind) {
            return left.cmp(right);
        }
        let rank = |number: &Self| match &number.kind {
            Kind::Infinity { negative } => {
                if *negative {
                    -2
                } else {
                    2
                }
            }
            _ if number.is_zero() => 0,
            _ => {
                if number.is_negative() {
                    -1
                } else {
                    1
                }
            }
        };
        match rank(self).cmp(&rank(other)) {
            Ordering::Equal if rank(self).abs() == 1 => compare_finite(self, other),
            order => order,
        }
    }
}

/// Compares two finite numbers of one sign.
fn compare_finite(left: &Number, right: &Number) -> Ordering {
    let ((left, left_exponent), (right, right_exponent)) = (left.parts(), right.parts());
    let exponent = left_exponent.min(right_exponent);
    (left << (left_exponent - exponent)).cmp(&(right << (right_exponent - exponent)))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Int(value) if self.precision >= COUNT_PRECISION => value.fmt(f),
            Kind::NegativeZero => f.write_str("-0"),
            Kind::Infinity { negative } => f.write_str(if *negative { "-Inf" } else { "+Inf" }),
            Kind::Int(_) | Kind::Float(_) => f.write_str(&self.shortest().plain(None)),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn digits_are_read_and_printed_as_terraform_does() {
        let check = |text: &str, expected: &str| assert_eq!(number(text).to_string(), expected, "{text}");
        check("0", "0");
        check("-0", "-0");
        check("007", "7");
        check("1e3", "1000");
        check("1.50", "1.5");
        check(".5", "0.5");
        check("5.", "5");
        check("1p5", "32");
        check("inf", "+Inf");
        check("9223372036854775807", "9223372036854775807");
        check("9223372036854775808", "9223372036854775808");
        check("-9223372036854775808", "-9223372036854775808");
        check("0.1", "0.1");
        check("1e-20", "0.00000000000000000001");
        check("123456789012345678901234567890.123", "123456789012345678901234567890.123");
        check("1e30", "1000000000000000000000000000000");
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        let check =
            |text: &str, expected: NumberError| assert_eq!(Number::parse(text), Err(expected), "{text}");
        check("", NumberError::Syntax);
        check(" 1", NumberError::Syntax);
        check("0x10", NumberError::Syntax);
        check("1_000", NumberError::Syntax);
        check("1e", NumberError::Syntax);
        check(".", NumberError::Syntax);
        check("1.2.3", NumberError::Syntax);
        check("--1", NumberError::Syntax);
        check("1e999999999", NumberError::TooLarge);
        check("1e99999999999999999999", NumberError::TooLarge);
    }

    #[test]
    fn operations_round_as_terraform_does() {
        let check = |left: &str, operator: &str, right: &str, expected: &str| {
            let (a, b) = (number(left), number(right));
            let result = match operator {
                "+" => a.add(&b),
                "-" => a.subtract(&b),
                "*" => a.multiply(&b),
                "/" => a.divide(&b),
                _ => a.remainder(&b),
            };
            let text = result.map_or_else(|error| error.to_string(), |number| number.to_string());
            assert_eq!(text, expected, "{left} {operator} {right}");
        };
        check("0.1", "+", "0.2", "0.3");
        check("18446744073709551615", "+", "1", "18446744073709551616");
        check("9223372036854775807", "+", "1", "9223372036854775808");
        check("-9223372036854775808", "-", "1", "-9223372036854775809");
        check("1", "/", "0", "+Inf");
        check("0", "/", "0", "can't divide zero by zero or infinity by infinity");
        check("0", "*", "-1", "-0");
        check("1", "-", "1", "0");
        check("-7", "%", "3", "-1");
        check("7", "%", "-3", "1");
        check("7.5", "%", "2", "1.5");
        check("1", "%", "0", "1");
        check(
            "1",
            "/",
            "3",
            "0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335",
        );
        check(
            "11",
            "%",
            "5.1",
            "0.80000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000024",
        );
        check(
            "100000000000000000000000000000000001",
            "*",
            "1000000000000000000000000000001",
            "100000000000000000000000000000100001000000000000000000000000000001",
        );
    }

    #[test]
    fn precision_follows_the_operands() {
        let counted = Number::from(1usize).divide(&Number::from(3usize)).unwrap();
        assert_eq!(counted.to_string(), "0.33333333333333333334");
        let machine = Number::from_f64(2f64.sqrt()).unwrap();
        assert_eq!(machine.to_string(), "1.4142135623730951");
        let tripled = machine.multiply(&number("3")).unwrap();
        assert_eq!(tripled.to_string(), "4.2426406871192854364238655762164853513240814208984375");
    }

    #[test]
    fn whole_parts_and_order() {
        let check = |text: &str, floor: &str, ceiling: &str| {
            assert_eq!(number(text).floor().to_string(), floor, "{text}");
            assert_eq!(number(text).ceiling().to_string(), ceiling, "{text}");
        };
        check("1.5", "1", "2");
        check("-1.5", "-2", "-1");
        check("3", "3", "3");
        let sorted = ["-inf", "-1e30", "-1.5", "-1", "0", "0.1", "1", "1e30", "inf"];
        for pair in sorted.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
        assert_eq!(number("-0"), number("0"));
    }

    #[test]
    fn machine_floats_survive_the_way_there_and_back() {
        for value in [0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 123_456.789, f64::MAX] {
            let number = Number::from_f64(value).unwrap();
            assert_eq!(number.to_f64().to_bits(), value.to_bits(), "{value}");
        }
        assert_eq!(number("0.1").to_f64().to_bits(), 0.1f64.to_bits());
    }
}
