//! Version constraints, as Terraform writes them: `>= 1.2.0, < 2.0.0`, `~> 1.2`.

/// A version as three numbers; missing ones are 0.
type Version = [u64; 3];

/// Whether a version meets all constraints of the text.
///
/// # Errors
///
/// The part of the text that is not a constraint.
pub fn admits<'a>(constraints: &'a str, version: &str) -> Result<bool, &'a str> {
    let (version, _) = parse(version).expect("our own version is three numbers");
    let mut all = true;
    for part in constraints.split(',') {
        let part = part.trim();
        let (operator, text) = part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
        let (bound, given) = parse(text).ok_or(part)?;
        all &= match operator.trim() {
            "" | "=" => version == bound,
            "!=" => version != bound,
            ">" => version > bound,
            ">=" => version >= bound,
            "<" => version < bound,
            "<=" => version <= bound,
            "~>" => version >= bound && version[..given - 1] == bound[..given - 1],
            _ => return Err(part),
        };
    }
    Ok(all)
}

/// The numbers of a version, and how many were given; two at least count for `~>`.
fn parse(text: &str) -> Option<(Version, usize)> {
    let mut version = [0; 3];
    let parts: Vec<&str> = text.trim().split('.').collect();
    if parts.len() > version.len() {
        return None;
    }
    for (slot, part) in version.iter_mut().zip(&parts) {
        *slot = part.parse().ok()?;
    }
    Some((version, parts.len().max(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_mean_what_they_mean_to_terraform() {
        let check = |constraints: &str, version: &str, expected: Result<bool, &str>| {
            assert_eq!(admits(constraints, version), expected, "{constraints} {version}");
        };
        check(">= 0.1.0", "0.1.0", Ok(true));
        check("> 0.1.0", "0.1.0", Ok(false));
        check("~> 0.1", "0.9.0", Ok(true));
        check("~> 0.1", "1.0.0", Ok(false));
        check("~> 0.1.2", "0.1.9", Ok(true));
        check("~> 0.1.2", "0.2.0", Ok(false));
        check(">= 0.1, < 0.2", "0.1.5", Ok(true));
        check("0.1.0", "0.1.0", Ok(true));
        check("!= 0.1.0", "0.1.0", Ok(false));
        check("=> 1", "0.1.0", Err("=> 1"));
        check("latest", "0.1.0", Err("latest"));
    }
}
