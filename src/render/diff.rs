//! One value beside another, in Terraform's layout: what is added, changed and removed, part by part.

use super::collections::{Keys, mapping, sequence, set};
use super::layout::{Page, Sign};
use super::strings::scalar;
use super::theme::Label;
use super::value::{Shape, is_same};
use crate::model::value::Value;

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
    /// One level further in.
    pub(super) fn inside(&self) -> Self {
        Self { level: self.level + 1, null_suffix: false, tail: String::new(), ..*self }
    }

    /// On one side of an arrow.
    pub(super) fn half(&self) -> Self {
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

/// Ends the first line of a value.
pub(super) fn tail(page: &mut Page<'_>, at: &At) {
    page.text.push(Label::Muted, &at.tail);
}

/// Says of a value that goes away what it becomes.
pub(super) fn null_suffix(page: &mut Page<'_>, is_removed: bool, at: &At) {
    if is_removed && at.null_suffix {
        page.text.push(Label::Changed, " -> ");
        page.text.push(Label::Muted, "null");
    }
}

/// Ends a value of one line.
pub(super) fn end(page: &mut Page<'_>, is_removed: bool, at: &At) {
    null_suffix(page, is_removed, at);
    tail(page, at);
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
