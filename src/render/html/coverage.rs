//! A picture of who is protected: one bar for now and one for after apply.

use std::fmt::Write as _;

use crate::model::plan::Coverage;

/// How long the longest bar is, how high each is, and the room for the words above it.
const LENGTH: u64 = 600;
const HEIGHT: u64 = 28;
const WORDS: u64 = 32;

/// The picture as SVG; empty where nobody is protected before or after. Numbers stand beside the bars, and what is lost
/// is hatched, so that nothing depends on colour.
pub fn picture(coverage: &Coverage) -> String {
    let Coverage { before, after, lost, gained } = coverage;
    let longest = (*before).max(*after);
    if longest == 0 {
        return String::new();
    }
    let (lost, gained) = (lost.len() as u64, gained.len() as u64);
    let words = format!(
        "{before} servers are protected now, {after} after apply: {lost} lose protection, {gained} gain it."
    );
    let mut svg = String::from(
        "<svg class=\"picture\" viewBox=\"-1 0 602 136\" role=\"img\" aria-labelledby=\"picture-title\">\n",
    );
    let mut add = |text: String| writeln!(svg, "{text}").expect("writing to a String cannot fail");
    add(format!("<title id=\"picture-title\">{words}</title>"));
    add("<defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\"/></pattern></defs>".to_owned());
    let kept_now = before.saturating_sub(lost);
    let kept_then = after.saturating_sub(gained);
    for part in bar("now", 0, longest, [("kept", kept_now), ("lost", before.saturating_sub(kept_now))]) {
        add(part);
    }
    for part in
        bar("after apply", 70, longest, [("kept", kept_then), ("gained", after.saturating_sub(kept_then))])
    {
        add(part);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The name and the number, and below them an outline with the parts one after the other.
fn bar(name: &str, top: u64, longest: u64, parts: [(&str, u64); 2]) -> Vec<String> {
    let sum: u64 = parts.iter().map(|(_, number)| number).sum();
    let (baseline, top) = (top + WORDS - 8, top + WORDS);
    let mut shown = vec![
        format!("<text x=\"0\" y=\"{baseline}\">{name}: {sum}</text>"),
        format!("<rect class=\"track\" x=\"0\" y=\"{top}\" width=\"{LENGTH}\" height=\"{HEIGHT}\"/>"),
    ];
    let length = |number: u64| u128::from(number) * u128::from(LENGTH) / u128::from(longest);
    let mut left = 0;
    for (class, number) in parts.into_iter().filter(|(_, number)| *number > 0) {
        let width = length(number).max(2);
        shown.push(format!(
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\"/>"
        ));
        left += width;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_what_they_stand_for() {
        let names = |count: usize| (0..count).map(|i| format!("i-{i}")).collect();
        let given = Coverage { before: 40, after: 30, lost: names(20), gained: names(10) };
        let svg = picture(&given);
        let width = |class: &str| {
            let (_, rest) = svg.split_once(&format!("class=\"{class}\" x=\"")).expect(class);
            let (_, rest) = rest.split_once("width=\"").expect(class);
            rest.split('"').next().and_then(|number| number.parse::<u64>().ok()).expect(class)
        };
        assert_eq!((width("kept"), width("lost"), width("gained")), (300, 300, 150));
        assert!(
            svg.contains("40 servers are protected now, 30 after apply: 20 lose protection, 10 gain it.")
        );
        assert_eq!(picture(&Coverage::default()), "");
    }
}
