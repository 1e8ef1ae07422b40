//! Patterns of regular expressions: from RE2's syntax, as Go reads it, to the library's.
//!
//! There digits, words and spaces are Unicode's, in RE2 they are ASCII's; between brackets some signs have a meaning
//! that RE2 does not know; and what one refuses the other takes. Names of groups are taken out, since RE2 lets them
//! begin with a digit and stand twice.

use regex::{Captures, Match, Regex, RegexBuilder};

/// How often something can be repeated by number, all numbers around it multiplied.
const MOST_REPEATS: u64 = 1000;

/// A pattern ready for use.
pub(super) struct Pattern {
    pub regex: Regex,
    /// The names of its groups, in order.
    pub names: Vec<Option<String>>,
}

impl Pattern {
    /// A large pattern is refused rather than given much memory.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let invalid = |reason: &str| format!("invalid regular expression pattern: {reason}");
        let mut translation = Translation::default();
        translation.read(pattern).map_err(|reason| invalid(&reason))?;
        let mut builder = RegexBuilder::new(&translation.out);
        let built = builder.size_limit(10_000_000).nest_limit(200).build();
        let regex = built.map_err(|error| {
            let text = error.to_string();
            invalid(text.lines().last().unwrap_or_default().trim_start_matches("error: "))
        })?;
        Ok(Self { regex, names: translation.names })
    }

    /// The text with each match replaced; `$1`, `$name` and `${name}` stand for groups, `$$` for the sign itself.
    pub fn replace_all(&self, source: &str, template: &str) -> String {
        let replaced = self.regex.replace_all(source, |captures: &Captures| self.expand(template, captures));
        replaced.into_owned()
    }

    fn expand(&self, template: &str, captures: &Captures) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = after;
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) = group_name(rest) {
                out.push_str(self.group(name, captures).map_or("", |group| group.as_str()));
                rest = after;
            } else {
                out.push('$');
            }
        }
        out.push_str(rest);
        out
    }

    /// A group by number or name; of several with one name, the first that took part.
    fn group<'t>(&self, name: &str, captures: &Captures<'t>) -> Option<Match<'t>> {
        let is_number =
            name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
        if is_number {
            return captures.get(name.parse().ok()?);
        }
        let named = self.names.iter().enumerate().filter(|(_, known)| known.as_deref() == Some(name));
        named.into_iter().find_map(|(index, _)| captures.get(index + 1))
    }
}

/// The name of a group at the beginning of a template, and what follows.
fn group_name(template: &str) -> Option<(&str, &str)> {
    let inner = template.strip_prefix('{');
    let text = inner.unwrap_or(template);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = if inner.is_some() { rest.strip_prefix('}')? } else { rest };
    (!name.is_empty()).then_some((name, rest))
}

/// A pattern on its way.
#[derive(Default)]
struct Translation {
    out: String,
    names: Vec<Option<String>>,
    /// Whether what was read last says how often what stands before it is repeated.
    repeats: bool,
    /// How often a part of what was read last is repeated by number.
    weight: u64,
    /// For each open group, the largest weight in it so far.
    groups: Vec<u64>,
    /// The largest weight outside of all groups.
    outside: u64,
}

impl Translation {
    fn read(&mut self, pattern: &str) -> Result<(), String> {
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            let was_repeat = std::mem::take(&mut self.repeats);
            let length = match c {
                '\\' => self.escape(rest)?,
                '[' => self.class(rest)?,
                '(' => self.open_group(rest)?,
                ')' => {
                    self.out.push(c);
                    let weight = self.groups.pop().unwrap_or(1);
                    self.atom(weight);
                    1
                }
                '*' | '+' | '?' => {
                    self.out.push(c);
                    self.repeat(rest, 1, was_repeat)?
                }
                '{' => self.counted(rest, was_repeat)?,
                '|' => {
                    self.out.push(c);
                    1
                }
                c => {
                    self.out.push(c);
                    self.atom(1);
                    c.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        Ok(())
    }

    /// Something that can be repeated was read.
    fn atom(&mut self, weight: u64) {
        self.weight = weight.max(1);
        let around = self.groups.last_mut().unwrap_or(&mut self.outside);
        *around = (*around).max(self.weight);
    }

    /// The end of an operator of `length` bytes that repeats: a `?` may follow it, a second operator may not.
    fn repeat(&mut self, rest: &str, length: usize, was_repeat: bool) -> Result<usize, String> {
        let is_lazy = rest[length..].starts_with('?');
        if is_lazy {
            self.out.push('?');
        }
        let length = length + usize::from(is_lazy);
        if was_repeat {
            return Err(format!("the operator `{}` repeats what is repeated already", &rest[..length]));
        }
        self.repeats = true;
        Ok(length)
    }

    /// `{2}`, `{2,}` or `{2,3}`; a brace that begins none of them is meant itself.
    fn counted(&mut self, rest: &str, was_repeat: bool) -> Result<usize, String> {
        let Some((least, most, length)) = counts(rest) else {
            self.out.push_str("\\{");
            self.atom(1);
            return Ok(1);
        };
        let largest = most.unwrap_or(least).max(least);
        let weight = self.weight.max(1).saturating_mul(largest.max(1));
        let is_reversed = most.is_some_and(|most| most < least);
        if is_reversed || largest > MOST_REPEATS || (largest >= 2 && weight > MOST_REPEATS) {
            return Err(format!("the count in `{}` is not allowed", &rest[..length]));
        }
        self.out.push_str(&rest[..length]);
        self.atom(weight);
        self.repeat(rest, length, was_repeat)
    }

    /// `(`, with the name or the flags after it.
    fn open_group(&mut self, rest: &str) -> Result<usize, String> {
        let Some(special) = rest.strip_prefix("(?") else {
            self.out.push('(');
            self.names.push(None);
            self.groups.push(0);
            return Ok(1);
        };
        if let Some(name) = special.strip_prefix("P<").or(special.strip_prefix('<'))
            && !name.starts_with(['=', '!'])
        {
            return self.named_group(rest, name);
        }
        let end = special.find(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | '-'));
        let end = end.filter(|end| special[*end..].starts_with([':', ')']));
        let end = end.ok_or_else(|| format!("`{}` is no group that is known", shortened(rest)))?;
        let text = &rest[..=2 + end];
        if text != "(?)" {
            self.out.push_str(text);
        }
        if text.ends_with(':') {
            self.groups.push(0);
        }
        Ok(text.len())
    }

    fn named_group(&mut self, rest: &str, name: &str) -> Result<usize, String> {
        let end = name.find('>').unwrap_or(0);
        let word = &name[..end];
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(format!("`{}` has no name of letters and digits", shortened(rest)));
        }
        self.out.push('(');
        self.names.push(Some(word.to_owned()));
        self.groups.push(0);
        Ok(rest.len() - name.len() + end + 1)
    }

    /// A backslash outside of brackets, and what belongs to it.
    fn escape(&mut self, rest: &str) -> Result<usize, String> {
        self.atom(1);
        if let Some(literal) = rest.strip_prefix("\\Q") {
            let end = literal.find("\\E").unwrap_or(literal.len());
            self.out.push_str(&regex::escape(&literal[..end]));
            return Ok((2 + end + 2).min(rest.len()));
        }
        let replacement = match rest[1..].chars().next() {
            Some('d') => "[0-9]",
            Some('w') => "[0-9A-Za-z_]",
            Some('s') => r"[\t\n\f\r ]",
            Some('D') => "[^0-9]",
            Some('W') => "[^0-9A-Za-z_]",
            Some('S') => r"[^\t\n\f\r ]",
            Some('b') => r"(?-u:\b)",
            _ => return self.common_escape(rest),
        };
        self.out.push_str(replacement);
        Ok(2)
    }

    /// An escape that means the same everywhere.
    fn common_escape(&mut self, rest: &str) -> Result<usize, String> {
        match rest[1..].chars().next() {
            None => self.out.push('\\'),
            Some(c @ ('<' | '>')) => self.out.push(c),
            Some(c @ ('u' | 'U')) => return Err(format!("there is no escape `\\{c}`")),
            Some(c @ ('p' | 'P')) => return Ok(self.property(rest, c == 'P')),
            Some(c) => {
                let length = 1 + c.len_utf8();
                self.out.push_str(&rest[..length]);
                return Ok(length);
            }
        }
        Ok(rest.len().min(2))
    }

    /// `\pL`, `\p{Greek}` or `\p{^Greek}`: a category or a script by its own name.
    fn property(&mut self, rest: &str, is_negated: bool) -> usize {
        let Some((name, _)) = rest[2..].strip_prefix('{').and_then(|name| name.split_once('}')) else {
            let length = 2 + rest[2..].chars().next().map_or(0, char::len_utf8);
            self.out.push_str(&rest[..length]);
            return length;
        };
        let bare = name.strip_prefix('^').unwrap_or(name);
        let sign = if is_negated == (bare.len() < name.len()) { "p" } else { "P" };
        // Spelt in another way, Go does not know the name, and the library would.
        let is_exact =
            bare.starts_with(|c: char| c.is_ascii_uppercase()) && !bare.contains(['=', ':', ' ', '-']);
        let kind = match bare {
            "Any" => "",
            "LC" => "unknown=",
            _ if !is_exact => "unknown=",
            _ if bare.len() <= 2 => "gc=",
            _ => "sc=",
        };
        self.out.extend(["\\", sign, "{", kind, bare, "}"]);
        4 + name.len()
    }

    /// Everything from `[` to its `]`.
    fn class(&mut self, whole: &str) -> Result<usize, String> {
        self.atom(1);
        let open = if whole.starts_with("[^") { "[^" } else { "[" };
        self.out.push_str(open);
        let mut rest = &whole[open.len()..];
        let mut is_first = true;
        while let Some(c) = rest.chars().next() {
            let length = match c {
                // Right after the opening one, a bracket is meant itself.
                ']' if !is_first => {
                    self.out.push(c);
                    return Ok(whole.len() - rest.len() + 1);
                }
                '\\' => self.class_escape(rest)?,
                '[' => self.named_class(rest),
                ']' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                    1
                }
                c => {
                    self.out.push(c);
                    c.len_utf8()
                }
            };
            rest = &rest[length..];
            is_first = false;
        }
        Ok(whole.len())
    }

    fn class_escape(&mut self, rest: &str) -> Result<usize, String> {
        let replacement = match rest[1..].chars().next() {
            Some('d') => "0-9",
            Some('w') => "0-9A-Za-z_",
            Some('s') => r"\t\n\f\r ",
            Some('D') => "[^0-9]",
            Some('W') => "[^0-9A-Za-z_]",
            Some('S') => r"[^\t\n\f\r ]",
            _ => return self.common_escape(rest),
        };
        self.out.push_str(replacement);
        Ok(2)
    }

    /// A bracket between brackets: a named class such as `[:alpha:]`, or the sign itself.
    fn named_class(&mut self, rest: &str) -> usize {
        if let Some(end) = rest.strip_prefix("[:").and_then(|name| name.find(":]")) {
            self.out.push_str(&rest[..end + 4]);
            return end + 4;
        }
        self.out.push_str("\\[");
        1
    }
}

/// The numbers between braces at the beginning of `text`, and the length of all of it; a number has no leading zero.
fn counts(text: &str) -> Option<(u64, Option<u64>, usize)> {
    let inner = &text[1..text.find('}')?];
    let number = |digits: &str| {
        let is_number = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    let (least, most) = match inner.split_once(',') {
        None => {
            let count = number(inner)?;
            (count, Some(count))
        }
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    Some((least, most, inner.len() + 2))
}

/// The beginning of a pattern, for a message.
fn shortened(pattern: &str) -> String {
    pattern.chars().take(12).collect()
}
