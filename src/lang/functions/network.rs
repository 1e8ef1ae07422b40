//! Functions on network prefixes.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::{Args, Failure, Function, Kind, Outcome, Parameter, strings, text};

const PREFIX: &[Parameter] = &[Parameter::string("prefix")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "cidrhost",
        &[Parameter::string("prefix"), Parameter::number("hostnum")],
        Kind::String,
        cidrhost,
    ),
    Function::new("cidrnetmask", PREFIX, Kind::String, cidrnetmask),
    Function::new(
        "cidrsubnet",
        &[Parameter::string("prefix"), Parameter::number("newbits"), Parameter::number("netnum")],
        Kind::String,
        cidrsubnet,
    ),
    Function::new("cidrsubnets", PREFIX, Kind::List(&Kind::String), cidrsubnets)
        .rest(Parameter::number("newbits")),
];

/// An address range: the address as a number, how many bits addresses have, and how many of them are fixed.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    bits: u32,
    prefix: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_plain =
            !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = if is_plain { prefix.parse().ok()? } else { return None };
        let (address, bits) = match ipv4(address) {
            Some(address) => (u128::from(address.to_bits()), 32),
            None => (address.parse::<Ipv6Addr>().ok()?.to_bits(), 128),
        };
        (prefix <= bits).then(|| Self { address: address & mask(bits, prefix), bits, prefix })
    }

    fn host_bits(self) -> u32 {
        self.bits - self.prefix
    }

    fn write(self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(address) if self.bits == 32 => Ipv4Addr::from_bits(address).to_string(),
            _ => Ipv6Addr::from_bits(address).to_string(),
        }
    }
}

/// Four numbers; leading zeros mean nothing, as in Terraform.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 20 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = part.trim_start_matches('0');
        *octet = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

fn mask(bits: u32, prefix: u32) -> u128 {
    let all = u128::MAX >> (128 - bits);
    if prefix == 0 { 0 } else { all & !(all.checked_shr(prefix).unwrap_or(0)) }
}

fn network(args: &Args) -> Result<Network, Failure> {
    Network::parse(args.text(0)).ok_or_else(|| {
        Failure::at(0, format!("{:?} is not a network such as \"10.0.0.0/8\" or \"fd00::/48\"", args.text(0)))
    })
}

fn whole(args: &Args, index: usize) -> Result<BigInt, Failure> {
    args.number(index).to_bigint().ok_or_else(|| Failure::at(index, "value must be a whole number"))
}

fn cidrhost(args: &Args) -> Outcome {
    let network = network(args)?;
    let number = whole(args, 1)?;
    let size = BigInt::from(1u8) << network.host_bits();
    let host = if number.is_negative() { &size + &number } else { number.clone() };
    if host.is_negative() || host >= size {
        let message = format!("prefix of {} does not accommodate a host numbered {number}", network.prefix);
        return Err(Failure::at(1, message));
    }
    let host = host.to_u128().expect("a host number is below the size of its network");
    text(network.write(network.address | host))
}

fn cidrnetmask(args: &Args) -> Outcome {
    let network = network(args)?;
    if network.bits != 32 {
        return Err(Failure::at(0, "only IPv4 networks have a netmask"));
    }
    text(network.write(mask(32, network.prefix)))
}

fn cidrsubnet(args: &Args) -> Outcome {
    let network = network(args)?;
    let added = args.integer(1)?;
    let number = whole(args, 2)?;
    let prefix = i64::from(network.prefix).saturating_add(added);
    if prefix > i64::from(network.bits) {
        let message = format!("insufficient address space to extend prefix of {} by {added}", network.prefix);
        return Err(Failure::at(1, message));
    }
    let prefix = u32::try_from(prefix).map_err(|_| Failure::at(1, "no prefix is shorter than 0 bits"))?;
    let space = u32::try_from(added).map_or_else(|_| BigInt::ZERO, |added| BigInt::from(1u8) << added);
    let is_too_large = if added < 0 { number.is_positive() } else { number >= space };
    if is_too_large {
        let message = format!("prefix extension of {added} does not accommodate a subnet numbered {number}");
        return Err(Failure::at(2, message));
    }
    // As in Terraform, a negative number is put over the address with all its bits, and the sign is dropped.
    let joined = BigInt::from(network.address) | (number << (network.bits - prefix));
    let address =
        joined.magnitude().to_u128().ok_or_else(|| Failure::at(2, "this is beyond all addresses"))?;
    text(format!("{}/{prefix}", network.write(address)))
}

/// Networks of the wanted sizes, one right after the other.
fn cidrsubnets(args: &Args) -> Outcome {
    let network = network(args)?;
    let mut subnets = Vec::new();
    // Beyond the last address of IPv6 there is no number of 128 bits any more.
    let mut next = Some(0u128);
    for index in 1..args.len() {
        let added = args.integer(index)?;
        let added = u32::try_from(added).ok().filter(|added| *added >= 1);
        let added = added.ok_or_else(|| Failure::at(index, "must extend prefix by at least one bit"))?;
        if added > 32 {
            return Err(Failure::at(index, "may not extend prefix by more than 32 bits"));
        }
        if added > network.host_bits() {
            let message =
                format!("would extend prefix to {} bits, which is too long", network.prefix + added);
            return Err(Failure::at(index, message));
        }
        let prefix = network.prefix + added;
        let shift = network.bits - prefix;
        let refused = || {
            let last = subnets.last().map_or("the first one", String::as_str);
            let message = format!(
                "not enough remaining address space for a subnet with a prefix of {prefix} bits after {last}"
            );
            Failure::at(index, message)
        };
        // A network of `shift` free bits begins at a multiple of its own size.
        let start = next.and_then(|next| next.checked_add((1u128 << shift) - 1)).ok_or_else(refused)?
            >> shift
            << shift;
        let is_inside = network.host_bits() >= 128 || start >> network.host_bits() == 0;
        if !is_inside {
            return Err(refused());
        }
        subnets.push(format!("{}/{prefix}", network.write(network.address | start)));
        next = start.checked_add(1u128 << shift);
    }
    Ok(strings(subnets))
}
