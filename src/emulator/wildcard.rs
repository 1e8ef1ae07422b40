//! Patterns in which `*` stands for any text, as RAM policies, instance names and faults have them.

/// Whether the whole text has the pattern's form.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(place) = rest.find(piece) else { return false };
        rest = &rest[place + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        };
        check("*", "", true);
        check("*", "hbr:Describe", true);
        check("", "", true);
        check("", "a", false);
        check("hbr:*", "hbr:DeleteBackupPlan", true);
        check("hbr:*", "ecs:DescribeDisks", false);
        check("hbr:Describe*Plans", "hbr:DescribeBackupPlans", true);
        check("hbr:Describe*Plans", "hbr:DescribeBackupPlansNow", false);
        check("*web*", "prod-web-1", true);
        check("a*b*c", "a1b2b3c", true);
        check("a*b*c", "a1c", false);
        check("ab*ba", "aba", false);
        check("服务*", "服务器", true);
    }
}
