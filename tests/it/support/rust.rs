//! As much of Rust as the house rules need: where code is and where text, and which paths code names.

use std::ops::Range;

/// The same text with a space for every character of a comment, a string or a character literal, so that what is left
/// is code, on the same lines.
pub fn code_of(text: &str) -> String {
    let mut code: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < code.len() {
        let end = hidden_end(&code, at);
        for character in &mut code[at..end] {
            if *character != '\n' {
                *character = ' ';
            }
        }
        at = end.max(at + 1);
    }
    code.into_iter().collect()
}

/// Where the comment or literal ends that begins here; `at` where none begins.
fn hidden_end(code: &[char], at: usize) -> usize {
    let rest = &code[at..];
    let find = |from: usize, wanted: &[char]| {
        let found = rest[from..].windows(wanted.len()).position(|window| window == wanted);
        found.map_or(code.len(), |position| at + from + position + wanted.len())
    };
    match rest {
        ['/', '/', ..] => find(2, &['\n']).saturating_sub(usize::from(rest.contains(&'\n'))),
        ['/', '*', ..] => comment_end(code, at),
        ['"', ..] => string_end(code, at + 1),
        ['r', '"' | '#', ..] if begins_literal(code, at) => {
            let hashes = rest[1..].iter().take_while(|character| **character == '#').count();
            if rest.get(1 + hashes) != Some(&'"') {
                return at;
            }
            let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            find(2 + hashes, &closing)
        }
        ['\'', '\\', _, ..] => find(3, &['\'']),
        ['\'', _, '\'', ..] => at + 3,
        _ => at,
    }
}

fn comment_end(code: &[char], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < code.len() {
        match &code[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn string_end(code: &[char], mut at: usize) -> usize {
    while at < code.len() {
        match code[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    code.len()
}

/// Whether an `r` can begin a raw string: it does not end a word, other than the `b` or `c` of such a string.
fn begins_literal(code: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| code[before]);
    !is_word(before) || matches!(before, Some('b' | 'c'))
}

fn is_word(character: Option<char>) -> bool {
    character.is_some_and(|character| character.is_alphanumeric() || character == '_')
}

/// Code without what stands in `#[cfg(test)] mod ... { ... }`.
pub fn without_tests(code: &str) -> String {
    let mut rest = code.to_owned();
    let mut from = 0;
    while let Some(start) = rest[from..].find("#[cfg(test)]").map(|position| from + position) {
        let Some(block) = block_after(&rest, start) else { break };
        from = block.end;
        let blank: String = rest[block.clone()].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        from = from - block.len() + blank.len();
        rest.replace_range(block, &blank);
    }
    rest
}

/// The braces of the next block, if one opens before the next semicolon.
fn block_after(code: &str, from: usize) -> Option<Range<usize>> {
    let open = from + code[from..].find(['{', ';'])?;
    let mut depth = 0;
    for (position, character) in code[open..].char_indices() {
        match character {
            ';' if depth == 0 => return Some(open..open),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open..open + position + 1);
        }
    }
    None
}

/// A path that code names: `crate::model::plan::Plan`, with groups taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUse {
    /// Its segments.
    pub segments: Vec<String>,
    /// The line, from 1.
    pub line: usize,
    /// How many `mod name { }` it stands in.
    pub depth: usize,
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Colons,
    Sign(char),
}

/// All paths of two segments or more, and what `use` names.
pub fn paths(code: &str) -> Vec<PathUse> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].0 {
            Token::Sign('{') => blocks.push(at >= 2 && tokens[at - 2].0 == Token::Word("mod".to_owned())),
            Token::Sign('}') => drop(blocks.pop()),
            Token::Word(_) if at == 0 || tokens[at - 1].0 != Token::Colons => {
                let depth = blocks.iter().filter(|is_module| **is_module).count();
                let imported = at > 0 && tokens[at - 1].0 == Token::Word("use".to_owned());
                let before = found.len();
                at = read_path(&tokens, at, &[], depth, &mut found);
                if !imported {
                    let kept = found[before..].iter().filter(|path| path.segments.len() > 1).cloned();
                    let kept: Vec<PathUse> = kept.collect();
                    found.truncate(before);
                    found.extend(kept);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads the path that begins at a word; returns where it ends.
fn read_path(
    tokens: &[(Token, usize)],
    mut at: usize,
    prefix: &[String],
    depth: usize,
    found: &mut Vec<PathUse>,
) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens[at].1;
    while let Some((Token::Word(word), _)) = tokens.get(at) {
        if word != "self" || segments.is_empty() {
            segments.push(word.clone());
        }
        at += 1;
        if tokens.get(at).is_none_or(|(token, _)| *token != Token::Colons) {
            break;
        }
        at += 1;
        match tokens.get(at) {
            Some((Token::Sign('{'), _)) => return read_group(tokens, at + 1, &segments, depth, found),
            Some((Token::Sign('*'), _)) => at += 1,
            _ => {}
        }
    }
    found.push(PathUse { segments, line, depth });
    at
}

fn read_group(
    tokens: &[(Token, usize)],
    mut at: usize,
    prefix: &[String],
    depth: usize,
    found: &mut Vec<PathUse>,
) -> usize {
    while let Some((token, line)) = tokens.get(at) {
        match token {
            Token::Sign('}') => return at + 1,
            Token::Word(word) if word == "as" => at += 2,
            Token::Word(_) => at = read_path(tokens, at, prefix, depth, found),
            Token::Sign('*') => {
                found.push(PathUse { segments: prefix.to_vec(), line: *line, depth });
                at += 1;
            }
            Token::Sign(_) | Token::Colons => at += 1,
        }
    }
    at
}

fn tokens(code: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut characters = code.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\n' {
            line += 1;
        } else if is_word(Some(character)) {
            let mut word = String::from(character);
            while let Some(next) = characters.next_if(|next| is_word(Some(*next))) {
                word.push(next);
            }
            tokens.push((Token::Word(word), line));
        } else if character == ':' && characters.next_if_eq(&':').is_some() {
            tokens.push((Token::Colons, line));
        } else if !character.is_whitespace() {
            tokens.push((Token::Sign(character), line));
        }
    }
    tokens
}

#[test]
fn what_is_not_code_is_blank() {
    let check = |text: &str, expected: &str| assert_eq!(code_of(text), expected, "{text}");
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ d */ e", "a                   e");
    check(r#"f("x\"y", 'z', '\'', 'a)"#, "f(      ,    ,     , 'a)");
    check("r#\"a \"quoted\" b\"# c", "                  c");
    check("br\"x\" for\"y\"", "b     for   ");
    check("r#type", "r#type");
    check("\"open", "     ");
    check("/* open", "       ");
}

#[test]
fn tests_are_taken_out_and_lines_stay() {
    let code = "a;\n#[cfg(test)]\nmod tests {\n b { c }\n}\nd;";
    let rest = without_tests(code);
    assert!(rest.contains("a;") && rest.contains("d;") && !rest.contains('b'), "{rest}");
    assert_eq!(rest.lines().count(), code.lines().count());
    assert_eq!(without_tests("#[cfg(test)]\nmod tests;\na {}"), "#[cfg(test)]\nmod tests;\na {}");
}

#[test]
fn paths_are_found_with_groups_taken_apart() {
    let check = |code: &str, expected: &[&str]| {
        let found: Vec<String> = paths(code).iter().map(|path| path.segments.join("::")).collect();
        assert_eq!(found, expected, "{code}");
    };
    check(
        "use crate::a::{b, c::{self, D as E}, f::*};",
        &["crate::a::b", "crate::a::c", "crate::a::c::D", "crate::a::f"],
    );
    check("use clap;", &["clap"]);
    check("let x = std::fs::read(y); z", &["std::fs::read"]);
    check("f(a, b)", &[]);
    check("a.b", &[]);
}

#[test]
fn modules_in_a_file_are_counted() {
    let found = paths("mod tests {\n use super::x;\n fn f() { super::y() }\n}\nuse super::z;");
    let seen: Vec<(usize, usize)> = found.iter().map(|path| (path.line, path.depth)).collect();
    assert_eq!(seen, [(2, 1), (3, 1), (5, 0)]);
}
