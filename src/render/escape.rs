//! Makes visible what could forge the output: a character that draws nothing, moves the cursor, turns the
//! direction of text, or looks like a plain space.
//!
//! Every renderer passes every text through here, whether a cloud, a file or we ourselves wrote it. The form is
//! HCL's own, `\u202e` or `\U000e0041`, so that what is shown can be pasted back into a configuration.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Combining marks that may follow one letter; more of them climb over the neighbouring lines.
const MARKS_PER_LETTER: usize = 2;

/// The text on one line, with every character of it visible.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for (character, is_shown) in judged(text) {
        if is_shown { shown.push(character) } else { escape(&mut shown, character) }
    }
    Cow::Owned(shown)
}

/// The text as an HCL string literal on one line.
pub fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    let mut rest = judged(text).peekable();
    while let Some((character, is_shown)) = rest.next() {
        match character {
            '"' | '\\' => shown.extend(['\\', character]),
            // `${` and `%{` open a template; doubled, they stand for themselves.
            '$' | '%' if rest.peek().is_some_and(|(next, _)| *next == '{') => {
                shown.extend([character, character]);
            }
            _ if is_shown => shown.push(character),
            _ => escape(&mut shown, character),
        }
    }
    shown.push('"');
    shown
}

/// The same text in ASCII characters: rules are drawn with hyphens, and all others are escaped as HCL does.
pub fn ascii(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2500}' => shown.push('-'),
            _ if character.is_ascii() => shown.push(character),
            _ => escape(&mut shown, character),
        }
    }
    shown
}

/// Each character with whether it may be shown as it is.
fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut marks = MARKS_PER_LETTER;
    text.chars().map(move |character| {
        let is_mark = character.width() == Some(0) && !is_deceptive(character);
        marks = match (is_mark, character.is_ascii() || !character.is_alphabetic()) {
            (true, _) => marks + 1,
            (false, true) => MARKS_PER_LETTER,
            (false, false) => 0,
        };
        (character, !is_deceptive(character) && (!is_mark || marks <= MARKS_PER_LETTER))
    })
}

/// Whether the character draws nothing, steers the terminal or the reading direction, or passes for a space.
///
/// Source: Unicode 16, general categories Cc, Cf, Co, Zl, Zp and Zs, and the property
/// `Default_Ignorable_Code_Point` of `DerivedCoreProperties.txt`.
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{0600}'..='\u{0605}' | '\u{061c}' | '\u{06dd}' | '\u{070f}'
            | '\u{0890}'..='\u{0891}' | '\u{08e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || (character as u32) & 0xfffe == 0xfffe
}

fn escape(shown: &mut String, character: char) {
    let written = match character {
        '\n' => return shown.push_str("\\n"),
        '\r' => return shown.push_str("\\r"),
        '\t' => return shown.push_str("\\t"),
        _ if u32::from(character) > 0xffff => write!(shown, "\\U{:08x}", u32::from(character)),
        _ => write!(shown, "\\u{:04x}", u32::from(character)),
    };
    written.expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        let check = |text: &str| assert_eq!(visible(text), text);
        check("plain ASCII ~ text");
        check("Zürich, 杭州, Москва, القاهرة");
        check("กรุงเทพที่");
        check("हिन्दी");
        check("\u{1f600}");
    }

    #[test]
    fn what_steers_a_terminal_is_shown() {
        let check = |text: &str, expected: &str| assert_eq!(visible(text), expected);
        check("\u{1b}[2K\u{1b}[1A", r"\u001b[2K\u001b[1A");
        check("a\u{9b}31m", r"a\u009b31m");
        check("line\r\nPlan: 0 to destroy.", r"line\r\nPlan: 0 to destroy.");
        check("\u{8}\u{7f}\t", r"\u0008\u007f\t");
        check("\0", r"\u0000");
    }

    #[test]
    fn what_turns_the_direction_or_cannot_be_seen_is_shown() {
        let check = |character: char, expected: &str| {
            assert_eq!(visible(&format!("a{character}b")), format!("a{expected}b"));
        };
        check('\u{202e}', r"\u202e");
        check('\u{2066}', r"\u2066");
        check('\u{061c}', r"\u061c");
        check('\u{200b}', r"\u200b");
        check('\u{200d}', r"\u200d");
        check('\u{2028}', r"\u2028");
        check('\u{2029}', r"\u2029");
        check('\u{feff}', r"\ufeff");
        check('\u{00ad}', r"\u00ad");
        check('\u{034f}', r"\u034f");
        check('\u{fe0f}', r"\ufe0f");
        check('\u{3164}', r"\u3164");
        check('\u{e0041}', r"\U000e0041");
        check('\u{e0100}', r"\U000e0100");
        check('\u{2800}', r"\u2800");
        check('\u{e000}', r"\ue000");
        check('\u{1fffe}', r"\U0001fffe");
    }

    #[test]
    fn what_passes_for_a_space_is_shown() {
        let check = |character: char, expected: &str| assert_eq!(visible(&character.to_string()), expected);
        check('\u{a0}', r"\u00a0");
        check('\u{2003}', r"\u2003");
        check('\u{3000}', r"\u3000");
        check(' ', " ");
    }

    #[test]
    fn marks_stay_on_their_letters_and_do_not_pile_up() {
        let check = |text: &str, expected: &str| assert_eq!(visible(text), expected);
        check("e\u{301}", r"e\u0301");
        check("\u{301}", r"\u0301");
        check("ж\u{301}\u{302}\u{303}", "ж\u{301}\u{302}\\u0303");
    }

    #[test]
    fn a_quoted_text_reads_back_as_hcl() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("", r#""""#);
        check("a \"b\" \\ c", r#""a \"b\" \\ c""#);
        check("${x} %{y} $5", r#""$${x} %%{y} $5""#);
        check("$${x}", r#""$$${x}""#);
        check("\\u202e", r#""\\u202e""#);
        check("\u{202e}", r#""\u202e""#);
        check("two\nlines", r#""two\nlines""#);
    }

    #[test]
    fn no_character_at_all_gets_through_unseen() {
        for character in '\0'..=char::MAX {
            let shown = visible(&character.to_string()).into_owned();
            let harmless =
                |c: char| c == ' ' || (!c.is_whitespace() && c.width().is_some_and(|width| width > 0));
            assert!(shown.chars().all(harmless), "{character:?} is shown as {shown:?}");
        }
    }

    #[test]
    fn escaping_twice_is_escaping_once() {
        let once = visible("\u{202e}\n\u{e0041}").into_owned();
        assert_eq!(visible(&once), once);
    }
}
