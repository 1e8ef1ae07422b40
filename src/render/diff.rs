//! One value beside another, in Terraform's layout: what is added, changed and removed, part by part.

use super::layout::{Page, Sign};
use super::sequence::{Edit, edits};
use super::theme::Label;
use super::value::{Shape, attribute_name, from_json_text, is_same, key, word};
use super::{escape, words};
use crate::model::value::{Object, Value};

/// Keys that say which object is meant: shown even where they stay as they are, as in Terraform.
const IDENTIFYING: [&str; 3] = ["id", "name", "tags"];

/// Whether an attribute of this name is shown even where it does not change.
pub fn is_identifying(name: &str) -> bool {
    IDENTIFYING.contains(&name)
}

/// Where and how a value is shown.
#[derive(Clone, Debug, Default)]
pub struct At {
    /// How deep it stands.
    pub level: usize,
    /// What goes away ends in `-> null`.
    pub null_suffix: bool,
    /// Parts that stay as they are are shown, not counted.
    pub expand: bool,
    /// It stands inside `jsonencode(...)`, where a text is a text.
    pub in_json: bool,
    /// What is said at the end of its first line.
    pub tail: String,
}

impl At {
    fn inside(&self) -> Self {
        Self { level: self.level + 1, null_suffix: false, tail: String::new(), ..*self }
    }

    fn half(&self) -> Self {
        Self { null_suffix: false, tail: String::new(), ..*self }
    }
}

/// What happens between two values of one attribute or element.
pub fn sign(before: Option<&Value>, after: Option<&Value>) -> Sign {
    Sign::of(before, after, is_same)
}

/// Writes the value behind its key, up to the end of its last line but without ending it.
pub fn value(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    match (before.map(Shape::from), after.map(Shape::from)) {
        (Some(Shape::Hidden), _) | (_, Some(Shape::Hidden)) => {
            page.text.push(Label::Muted, "(sensitive value)");
            end(page, after.is_none(), at);
        }
        (Some(old), Some(new)) if !old.is_like(&new) => {
            value(page, before, None, &at.half());
            page.text.push(Label::Changed, " -> ");
            value(page, None, after, &at.half());
            tail(page, at);
        }
        (old, new) => match new.or(old) {
            Some(Shape::Unknown) => {
                page.text.plain("(known after apply)");
                tail(page, at);
            }
            Some(Shape::Map(_)) => mapping(page, before, after, at, Keys::Quoted),
            Some(Shape::Object(_)) => mapping(page, before, after, at, Keys::Bare),
            Some(Shape::Sequence(_)) => sequence(page, before, after, at),
            Some(Shape::Set(_)) => set(page, before, after, at),
            Some(Shape::Text(_) | Shape::Word(_)) => scalar(page, before, after, at),
            Some(Shape::Hidden) | None => {}
        },
    }
}

fn tail(page: &mut Page<'_>, at: &At) {
    page.text.push(Label::Muted, &at.tail);
}

fn null_suffix(page: &mut Page<'_>, is_removed: bool, at: &At) {
    if is_removed && at.null_suffix {
        page.text.push(Label::Changed, " -> ");
        page.text.push(Label::Muted, "null");
    }
}

fn end(page: &mut Page<'_>, is_removed: bool, at: &At) {
    null_suffix(page, is_removed, at);
    tail(page, at);
}

fn scalar(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let texts = (before.map(|value| value.as_str()), after.map(|value| value.as_str()));
    if let (Some(Some(_)) | None, Some(Some(_)) | None) = texts {
        let (old, new) = (texts.0.flatten(), texts.1.flatten());
        if !at.in_json && json(page, old, new, at) {
            return;
        }
        if [old, new].into_iter().flatten().any(|text| text.contains('\n')) {
            return heredoc(page, old, new, at);
        }
    }
    one_line(page, before, after, at);
}

fn one_line(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    match (before, after) {
        (Some(old), Some(new)) if !is_same(old, new) => {
            literal(page, old);
            page.text.push(Label::Changed, " -> ");
            literal(page, new);
        }
        (old, new) => new.or(old).into_iter().for_each(|value| literal(page, value)),
    }
    end(page, after.is_none(), at);
}

fn literal(page: &mut Page<'_>, value: &Value) {
    match value.as_str() {
        Some(text) => page.text.plain(&escape::quoted(text)),
        None if value.is_null() => page.text.push(Label::Muted, "null"),
        None => page.text.plain(&word(value)),
    }
}

/// Shows texts of JSON by what they stand for; `false` where they are none, or stand for the same and yet differ.
fn json(page: &mut Page<'_>, before: Option<&str>, after: Option<&str>, at: &At) -> bool {
    let (old, new) = (before.map(from_json_text), after.map(from_json_text));
    let (Some(Some(_)) | None, Some(Some(_)) | None) = (&old, &new) else { return false };
    let (old, new) = (old.flatten(), new.flatten());
    let sign = sign(old.as_ref(), new.as_ref());
    if sign == Sign::Same && before != after {
        return false;
    }
    let inner = At { in_json: true, ..at.inside() };
    page.text.plain("jsonencode(");
    if [&old, &new].into_iter().flatten().all(|value| value.parts().next().is_none()) {
        value(page, old.as_ref(), new.as_ref(), &inner);
        page.text.plain(")");
    } else {
        page.text.newline();
        // As in Terraform, only a change in place is marked here: the key's own line tells the rest.
        page.begin(at.level + 1, if sign == Sign::Changed { sign } else { Sign::Same });
        value(page, old.as_ref(), new.as_ref(), &inner);
        page.text.newline();
        page.begin(at.level, Sign::Same);
        page.text.plain(")");
    }
    end(page, after.is_none(), at);
    true
}

/// Shows texts of several lines, line by line.
fn heredoc(page: &mut Page<'_>, before: Option<&str>, after: Option<&str>, at: &At) {
    page.text.plain("<<-EOT");
    tail(page, at);
    page.text.newline();
    match (before, after) {
        (Some(before), Some(after)) if before != after => line_diff(page, before, after, at.level + 1),
        _ => {
            for line in lines(before.or(after).unwrap_or_default()) {
                text_line(page, at.level + 1, Sign::Same, line);
            }
        }
    }
    page.begin(at.level, Sign::Same);
    page.text.plain("EOT");
    null_suffix(page, after.is_none(), at);
}

/// The lines of a text, without an empty one after the last line feed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.strip_suffix('\n').unwrap_or(text).split('\n')
}

fn line_diff(page: &mut Page<'_>, before: &str, after: &str, level: usize) {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before).collect(), lines(after).collect());
    for edit in edits(&old, &new) {
        match edit {
            Edit::Add(j) => text_line(page, level, Sign::Added, new[j]),
            Edit::Keep(i, _) => text_line(page, level, Sign::Same, old[i]),
            Edit::Remove(i) => text_line(page, level, Sign::Removed, old[i]),
        }
    }
    // A heredoc ends in a line feed, so only words can say that one text does and the other does not.
    let sign = match (before.ends_with('\n'), after.ends_with('\n')) {
        (true, false) => Sign::Removed,
        (false, true) => Sign::Added,
        (true, true) | (false, false) => return,
    };
    page.begin(level, sign);
    page.text.line(Label::Muted, "# (line feed at the end)");
}

/// One line of a text; blanks at the end of a changed line are spelt out, since nobody sees them.
fn text_line(page: &mut Page<'_>, level: usize, sign: Sign, line: &str) {
    page.begin(level, sign);
    let kept = if sign == Sign::Same { line } else { line.trim_end_matches(' ') };
    page.text.plain(kept);
    page.text.push(Label::Muted, &"\\u0020".repeat(line.len() - kept.len()));
    page.text.newline();
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Bare,
    Quoted,
}

impl Keys {
    fn written(self, name: &str) -> String {
        match self {
            Self::Bare => attribute_name(name),
            Self::Quoted => escape::quoted(name),
        }
    }
}

fn mapping(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At, keys: Keys) {
    let empty = Object::new();
    let old = before.and_then(Value::as_object).unwrap_or(&empty);
    let new = after.and_then(Value::as_object).unwrap_or(&empty);
    let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    if names.is_empty() {
        page.text.plain("{}");
        return end(page, after.is_none(), at);
    }
    let written: Vec<String> = names.iter().map(|name| keys.written(name)).collect();
    let widest = written.iter().map(|name| words::width(name)).max().unwrap_or(0);
    page.text.plain("{");
    tail(page, at);
    page.text.newline();
    let mut hidden = 0;
    for (name, written) in names.into_iter().zip(written) {
        let (old, new) = (old.get(name), new.get(name));
        let sign = sign(old, new);
        let identifies = keys == Keys::Bare && is_identifying(name);
        if sign == Sign::Same && !at.expand && !identifies {
            hidden += 1;
            continue;
        }
        let null_suffix = keys == Keys::Quoted && at.null_suffix && after.is_some();
        let inner = At { null_suffix, expand: at.expand || identifies, ..at.inside() };
        page.begin(at.level + 1, sign);
        page.text.plain(&format!("{written}{} = ", " ".repeat(widest - words::width(&written))));
        value(page, old, new, &inner);
        // Terraform sets a comma behind the objects of a map, and there only.
        let is_object = matches!(new.or(old).map(Shape::from), Some(Shape::Object(_)));
        page.text.plain(if keys == Keys::Quoted && is_object { "," } else { "" });
        page.text.newline();
    }
    page.hidden(at.level + 1, hidden, if keys == Keys::Bare { "attribute" } else { "element" });
    page.begin(at.level, Sign::Same);
    page.text.plain("}");
    null_suffix(page, after.is_none(), at);
}

/// Both sides of one element of a list, as far as it has them.
pub type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

fn sequence(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let old = before.and_then(Value::as_slice).unwrap_or_default();
    let new = after.and_then(Value::as_slice).unwrap_or_default();
    elements(page, &paired(old, new), after.is_none(), at);
}

/// The elements of two lists side by side; where one object stands in the place of another, the two are compared.
pub fn paired<'a>(old: &'a [Value], new: &'a [Value]) -> Vec<Pair<'a>> {
    let old_keys: Vec<String> = old.iter().map(key).collect();
    let new_keys: Vec<String> = new.iter().map(key).collect();
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    let mut waiting = 0;
    for edit in edits(&old_keys, &new_keys) {
        match edit {
            Edit::Remove(i) => pairs.push((Some(&old[i]), None)),
            Edit::Keep(i, j) => {
                pairs.push((Some(&old[i]), Some(&new[j])));
                waiting = pairs.len();
            }
            Edit::Add(j) => {
                let fits = |pair: &&mut Pair<'_>| {
                    pair.1.is_none() && pair.0.is_some_and(is_object) && is_object(&new[j])
                };
                match pairs[waiting..].iter_mut().find(fits) {
                    Some(pair) => pair.1 = Some(&new[j]),
                    None => pairs.push((None, Some(&new[j]))),
                }
            }
        }
    }
    pairs
}

fn is_object(value: &Value) -> bool {
    matches!(value, Value::Object(_))
}

/// The elements of a set: whole ones that go, then whole ones that come; order means nothing.
fn set(page: &mut Page<'_>, before: Option<&Value>, after: Option<&Value>, at: &At) {
    let keyed = |value: Option<&'_ Value>| -> Vec<(String, Value)> {
        let items = value.and_then(Value::as_slice).unwrap_or_default();
        items.iter().map(|item| (key(item), item.clone())).collect()
    };
    let (old, new) = (keyed(before), keyed(after));
    let old_keys: std::collections::BTreeSet<&String> = old.iter().map(|(key, _)| key).collect();
    let new_keys: std::collections::BTreeSet<&String> = new.iter().map(|(key, _)| key).collect();
    let gone = old.iter().filter(|(key, _)| !new_keys.contains(key)).map(|(_, item)| (Some(item), None));
    let come = new.iter().filter(|(key, _)| !old_keys.contains(key)).map(|(_, item)| (None, Some(item)));
    let stays =
        new.iter().filter(|(key, _)| old_keys.contains(key)).map(|(_, item)| (Some(item), Some(item)));
    let changed: Vec<Pair<'_>> = gone.chain(come).collect();
    let stays: Vec<Pair<'_>> = stays.collect();
    // Elements that stay are no context here, unlike in a list: they are shown whole or counted.
    if at.expand {
        return elements(page, &[changed, stays].concat(), after.is_none(), at);
    }
    brackets(page, changed.is_empty() && stays.is_empty(), after.is_none(), at, |page| {
        for pair in &changed {
            element(page, *pair, at);
        }
        page.hidden(at.level + 1, stays.len(), "element");
    });
}

/// The elements of a list, with one that stays on either side of each change.
fn elements(page: &mut Page<'_>, pairs: &[Pair<'_>], is_removed: bool, at: &At) {
    brackets(page, pairs.is_empty(), is_removed, at, |page| {
        let is_changed: Vec<bool> = pairs.iter().map(|(old, new)| sign(*old, *new) != Sign::Same).collect();
        let changed_at = |index: usize| is_changed.get(index).copied().unwrap_or(false);
        let mut hidden = 0;
        for (index, pair) in pairs.iter().enumerate() {
            let is_context = changed_at(index + 1) || (index > 0 && changed_at(index - 1));
            if !at.expand && !is_changed[index] && !is_context {
                hidden += 1;
                continue;
            }
            page.hidden(at.level + 1, std::mem::take(&mut hidden), "element");
            element(page, *pair, at);
        }
        page.hidden(at.level + 1, hidden, "element");
    });
}

fn element(page: &mut Page<'_>, (old, new): Pair<'_>, at: &At) {
    let sign = sign(old, new);
    page.begin(at.level + 1, sign);
    let inner = At { expand: at.expand || sign == Sign::Same, ..at.inside() };
    value(page, old, new, &inner);
    page.text.plain(",");
    page.text.newline();
}

fn brackets(
    page: &mut Page<'_>,
    is_empty: bool,
    is_removed: bool,
    at: &At,
    inner: impl FnOnce(&mut Page<'_>),
) {
    if is_empty {
        page.text.plain("[]");
        return end(page, is_removed, at);
    }
    page.text.plain("[");
    tail(page, at);
    page.text.newline();
    inner(page);
    page.begin(at.level, Sign::Same);
    page.text.plain("]");
    null_suffix(page, is_removed, at);
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::model::types::Type;
    use crate::render::RenderOptions;
    use crate::render::theme::Text;

    fn from(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::null(),
            serde_json::Value::Bool(value) => Value::from(*value),
            serde_json::Value::Number(number) => Value::from(number.as_i64().expect("whole")),
            serde_json::Value::String(text) => Value::string(text),
            serde_json::Value::Array(items) => Value::tuple(items.iter().map(from)),
            serde_json::Value::Object(members) => {
                Value::object(members.iter().map(|(k, v)| (k.as_str(), from(v))))
            }
        }
    }

    fn shown(before: Option<&Value>, after: Option<&Value>) -> String {
        let mut text = Text::default();
        let mut page = Page { text: &mut text, is_loss: false };
        page.begin(1, sign(before, after));
        page.text.plain("x = ");
        value(&mut page, before, after, &At { level: 1, null_suffix: true, ..At::default() });
        page.text.newline();
        text.finish(&RenderOptions::default())
    }

    fn changed(before: &serde_json::Value, after: &serde_json::Value) -> String {
        shown(Some(&from(before)), Some(&from(after)))
    }

    #[test]
    fn scalars_stand_on_one_line() {
        let check = |before: serde_json::Value, after: serde_json::Value, expected: &str| {
            assert_eq!(changed(&before, &after), format!("{expected}\n"));
        };
        check(json!("a"), json!("b"), r#"      ~ x = "a" -> "b""#);
        check(json!(1), json!(2), "      ~ x = 1 -> 2");
        check(json!(true), json!(false), "      ~ x = true -> false");
        check(json!("a"), json!(null), r#"      ~ x = "a" -> null"#);
        check(json!(1), json!("1"), r#"      ~ x = 1 -> "1""#);
        check(json!("a"), json!("a"), r#"        x = "a""#);
    }

    #[test]
    fn what_goes_ends_in_null_and_what_comes_stands_alone() {
        assert_eq!(shown(Some(&Value::string("a")), None), "      - x = \"a\" -> null\n");
        assert_eq!(shown(None, Some(&Value::from(7i64))), "      + x = 7\n");
        assert_eq!(shown(None, Some(&Value::unknown(Type::String))), "      + x = (known after apply)\n");
        let unknown = Value::unknown(Type::String);
        assert_eq!(
            shown(Some(&Value::string("a")), Some(&unknown)),
            "      ~ x = \"a\" -> (known after apply)\n"
        );
    }

    #[test]
    fn secrets_show_that_they_change_and_nothing_else() {
        let secret = |text: &str| Value::string(text).sensitive();
        let check = |before: Option<Value>, after: Option<Value>, expected: &str| {
            assert_eq!(shown(before.as_ref(), after.as_ref()), format!("{expected}\n"));
        };
        check(Some(secret("a")), Some(secret("b")), "      ~ x = (sensitive value)");
        check(Some(secret("a")), Some(secret("a")), "        x = (sensitive value)");
        check(None, Some(secret("a")), "      + x = (sensitive value)");
        check(Some(secret("a")), None, "      - x = (sensitive value) -> null");
        check(Some(secret("a")), Some(Value::string("b")), "      ~ x = (sensitive value)");
    }

    #[test]
    fn one_secret_element_hides_itself_only() {
        let object = |secret: &str, plain: &str| {
            Value::object([("a", Value::string(secret).sensitive()), ("b", Value::string(plain))])
        };
        assert_snapshot!(shown(Some(&object("s", "1")), Some(&object("t", "2"))), @r#"
        ~ x = {
            ~ a = (sensitive value)
            ~ b = "1" -> "2"
          }
        "#);
    }

    #[test]
    fn objects_are_aligned_and_count_what_stays() {
        let before = json!({"env": "prod", "name": "n", "rev": null, "team": "db", "old.key": "x"});
        let after = json!({"env": "prod", "name": "n", "rev": 2, "team": "ops"});
        assert_snapshot!(changed(&before, &after), @r#"
        ~ x = {
              name      = "n"
            - "old.key" = "x"
            ~ rev       = null -> 2
            ~ team      = "db" -> "ops"
              # (1 unchanged attribute hidden)
          }
        "#);
    }

    #[test]
    fn maps_quote_their_keys() {
        let map = |items: &[(&str, &str)]| {
            Value::map(Type::String, items.iter().map(|(key, item)| (*key, Value::string(item))))
        };
        let before = map(&[("a", "1"), ("long", "2"), ("z", "3")]);
        let after = map(&[("a", "1"), ("b", "5"), ("long", "4")]);
        assert_snapshot!(shown(Some(&before), Some(&after)), @r#"
        ~ x = {
            + "b"    = "5"
            ~ "long" = "2" -> "4"
            - "z"    = "3" -> null
              # (1 unchanged element hidden)
          }
        "#);
        assert_snapshot!(shown(Some(&map(&[("a", "1")])), None), @r#"
        - x = {
            - "a" = "1"
          } -> null
        "#);
    }

    #[test]
    fn lists_keep_the_longest_common_part_and_one_element_around_it() {
        let before = json!(["/a", "/b", "/etc", "/var/www", "/home", "/opt", "/x", "/y"]);
        let after = json!(["/a", "/b", "/etc", "/home", "/srv", "/x", "/y"]);
        assert_snapshot!(changed(&before, &after), @r#"
        ~ x = [
              # (2 unchanged elements hidden)
              "/etc",
            - "/var/www",
              "/home",
            - "/opt",
            + "/srv",
              "/x",
              # (1 unchanged element hidden)
          ]
        "#);
    }

    #[test]
    fn an_object_in_the_place_of_another_is_compared_with_it() {
        let before = json!([{"id": "a", "n": 1, "m": 1}, {"id": "b", "n": 2, "m": 1}]);
        let after = json!([{"id": "a", "n": 1, "m": 1}, {"id": "b", "n": 3, "m": 1}, {"id": "c"}]);
        assert_snapshot!(changed(&before, &after), @r#"
        ~ x = [
              {
                  id = "a"
                  m  = 1
                  n  = 1
              },
            ~ {
                  id = "b"
                ~ n  = 2 -> 3
                  # (1 unchanged attribute hidden)
              },
            + {
                + id = "c"
              },
          ]
        "#);
    }

    #[test]
    fn sets_show_whole_elements_and_count_the_rest() {
        let set = |items: &[&str]| Value::set(Type::String, items.iter().map(Value::string));
        assert_snapshot!(shown(Some(&set(&["a", "b", "c"])), Some(&set(&["b", "c", "d"]))), @r#"
        ~ x = [
            - "a",
            + "d",
              # (2 unchanged elements hidden)
          ]
        "#);
    }

    #[test]
    fn a_text_of_json_is_shown_by_what_it_stands_for() {
        let before = json!(r#"{"a":1,"b":[1,2],"d":"x"}"#);
        let after = json!(r#"{"a":1,"b":[1,2,3],"c":"{}"}"#);
        assert_snapshot!(changed(&before, &after), @r#"
        ~ x = jsonencode(
            ~ {
                ~ b = [
                      # (1 unchanged element hidden)
                      2,
                    + 3,
                  ]
                + c = "{}"
                - d = "x"
                  # (1 unchanged attribute hidden)
              }
          )
        "#);
        assert_snapshot!(shown(None, Some(&Value::string(r#"{"a":[]}"#))), @r#"
        + x = jsonencode(
              {
                + a = []
              }
          )
        "#);
    }

    #[test]
    fn json_that_differs_only_in_blanks_is_shown_as_text() {
        assert_snapshot!(changed(&json!("{}"), &json!("{ }")), @r#"~ x = "{}" -> "{ }""#);
        assert_snapshot!(changed(&json!("{}"), &json!("[1]")), @r"
        ~ x = jsonencode(
            ~ {} -> [
                + 1,
              ]
          )
        ");
    }

    #[test]
    fn texts_of_several_lines_are_compared_by_line() {
        let before = json!("line one\nline two\nline three\n");
        let after = json!("line one\nline two changed\nline three\nline four\n");
        assert_snapshot!(changed(&before, &after), @r"
        ~ x = <<-EOT
              line one
            - line two
            + line two changed
              line three
            + line four
          EOT
        ");
    }

    #[test]
    fn a_change_of_blanks_at_the_end_is_visible() {
        assert_snapshot!(changed(&json!("a\nb"), &json!("a\nb\n")), @r"
        ~ x = <<-EOT
              a
              b
            + # (line feed at the end)
          EOT
        ");
        assert_snapshot!(changed(&json!("a\nb  \n"), &json!("a\nb\n")), @r"
        ~ x = <<-EOT
              a
            - b\u0020\u0020
            + b
          EOT
        ");
    }

    #[test]
    fn a_value_of_another_kind_is_shown_whole() {
        assert_snapshot!(changed(&json!(["a"]), &json!({"k": 1})), @r#"
        ~ x = [
            - "a",
          ] -> {
            + k = 1
          }
        "#);
    }

    #[test]
    fn no_value_forges_a_line() {
        let nasty = "a\u{1b}[2K\r\u{202e}b";
        let object = Value::object([(nasty, Value::string(nasty))]);
        assert_snapshot!(shown(None, Some(&object)), @r#"
        + x = {
            + "a\u001b[2K\r\u202eb" = "a\u001b[2K\r\u202eb"
          }
        "#);
        let text = Value::string("one\n\u{1b}[1Atwo\u{feff}\n");
        assert_snapshot!(shown(None, Some(&text)), @r"
        + x = <<-EOT
              one
              \u001b[1Atwo\ufeff
          EOT
        ");
    }
}
