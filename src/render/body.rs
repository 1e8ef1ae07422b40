//! The inside of a resource: its attributes aligned, what stays counted, blocks below.

use super::diff::{self, At};
use super::layout::{Page, Sign};
use super::value::{Shape, attribute_name};
use super::{collections, words};
use crate::model::value::{Object, Value};

/// One attribute of a body.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Its name.
    pub name: &'a str,
    /// The value that it has; `None` where it has none.
    pub before: Option<&'a Value>,
    /// The value that it will have.
    pub after: Option<&'a Value>,
    /// It is shown even where it stays as it is.
    pub identifies: bool,
    /// It is written as a block.
    pub is_block: bool,
    /// Its lines are lines of loss.
    pub is_loss: bool,
    /// What is said at the line's end.
    pub tail: String,
}

impl<'a> Row<'a> {
    /// A plain attribute.
    pub fn new(name: &'a str, before: Option<&'a Value>, after: Option<&'a Value>) -> Self {
        let identifies = diff::is_identifying(name);
        Self { name, before, after, identifies, is_block: false, is_loss: false, tail: String::new() }
    }

    fn sign(&self) -> Sign {
        diff::sign(self.before, self.after)
    }

    fn is_shown(&self) -> bool {
        self.identifies || self.sign() != Sign::Same
    }

    /// The objects that its blocks hold, side by side; `None` where it can only be shown as an attribute.
    fn blocks(&self) -> Option<Vec<collections::Pair<'a>>> {
        let kinds: Vec<Shape<'_>> =
            [self.before, self.after].into_iter().flatten().map(Shape::from).collect();
        let all = |fits: fn(&Shape<'_>) -> bool| kinds.iter().all(fits);
        let items = |value: Option<&'a Value>| value.and_then(Value::as_slice).unwrap_or_default();
        if !self.is_block {
            None
        } else if all(|shape| matches!(shape, Shape::Object(_))) {
            Some(vec![(self.before, self.after)])
        } else if all(|shape| matches!(shape, Shape::Sequence(items) if items.iter().all(is_plain_object))) {
            Some(collections::paired(items(self.before), items(self.after)))
        } else if all(|shape| matches!(shape, Shape::Set(items) if items.iter().all(is_plain_object))) {
            Some(collections::distinct(items(self.before), items(self.after)))
        } else {
            None
        }
    }
}

fn is_plain_object(value: &Value) -> bool {
    matches!(value, Value::Object(_))
}

/// A value as an attribute has it: null is none.
pub fn given(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

/// Writes the rows below a header at `level`, in the order in which they are given.
pub fn rows(page: &mut Page<'_>, rows: &[Row<'_>], level: usize) {
    rows_at(page, rows, level + 1);
}

/// Writes the rows at their own level.
pub fn rows_at(page: &mut Page<'_>, rows: &[Row<'_>], level: usize) {
    let rows = rows.iter().filter(|row| row.before.is_some() || row.after.is_some());
    let (attributes, blocks): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.partition(|row| row.blocks().is_none());
    self::attributes(page, &attributes, level);
    self::blocks(page, &blocks, level, !attributes.is_empty());
}

fn attributes(page: &mut Page<'_>, rows: &[&Row<'_>], level: usize) {
    // Hidden names count too, as in Terraform: the columns stay where they are when another attribute changes.
    let widest = rows.iter().map(|row| words::width(&attribute_name(row.name))).max().unwrap_or(0);
    let was_loss = page.is_loss;
    let mut hidden = 0;
    for row in rows {
        if !row.is_shown() {
            hidden += 1;
            continue;
        }
        page.is_loss = was_loss || row.is_loss;
        attribute_at(page, row, level, widest);
        page.is_loss = was_loss;
    }
    page.hidden(level, hidden, "attribute");
}

/// Writes one attribute at its level, its name padded to `widest` columns.
pub fn attribute_at(page: &mut Page<'_>, row: &Row<'_>, level: usize, widest: usize) {
    let name = attribute_name(row.name);
    page.begin(level, row.sign());
    let blanks = widest.saturating_sub(words::width(&name));
    page.text.plain(&format!("{name}{:blanks$} = ", ""));
    let at = At { level, null_suffix: true, expand: row.identifies, tail: row.tail.clone(), ..At::default() };
    diff::value(page, row.before, row.after, &at);
    page.text.newline();
}

fn blocks(page: &mut Page<'_>, rows: &[&Row<'_>], level: usize, follows_attributes: bool) {
    let mut hidden = 0;
    for row in rows {
        let mut is_first = follows_attributes;
        for (before, after) in row.blocks().unwrap_or_default() {
            let sign = diff::sign(before, after);
            if sign == Sign::Same && !row.identifies {
                hidden += 1;
                continue;
            }
            if std::mem::take(&mut is_first) {
                page.text.newline();
            }
            let was_loss = page.is_loss;
            page.is_loss = was_loss || row.is_loss;
            page.begin(level, sign);
            page.text.plain(&format!("{} {{{}", attribute_name(row.name), row.tail));
            page.text.newline();
            let mut fields = fields(before, after);
            for field in &mut fields {
                field.identifies |= row.identifies;
            }
            self::rows(page, &fields, level);
            page.begin(level, Sign::Same);
            page.text.plain("}");
            page.text.newline();
            page.is_loss = was_loss;
        }
    }
    if hidden > 0 {
        page.text.newline();
        page.hidden(level, hidden, "block");
    }
}

fn fields<'a>(before: Option<&'a Value>, after: Option<&'a Value>) -> Vec<Row<'a>> {
    let (old, new) = (before.and_then(Value::as_object), after.and_then(Value::as_object));
    let value = |object: Option<&'a Object>, name: &str| given(object.and_then(|object| object.get(name)));
    let names: std::collections::BTreeSet<_> =
        [old, new].into_iter().flatten().flat_map(Object::keys).collect();
    names.into_iter().map(|name| Row::new(name, value(old, name), value(new, name))).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::RenderOptions;
    use crate::render::theme::Text;

    fn shown(given: &[Row<'_>]) -> String {
        let mut text = Text::default();
        rows(&mut Page { text: &mut text, is_loss: false }, given, 0);
        text.finish(&RenderOptions::default())
    }

    #[test]
    fn attributes_are_aligned_also_with_those_that_are_hidden() {
        let (old, new) = (Value::string("L0"), Value::string("L1"));
        let rows = [
            Row::new("id", Some(&old), Some(&old)),
            Row { tail: " # forces replacement".to_owned(), ..Row::new("priority", Some(&old), Some(&new)) },
            Row { is_loss: true, ..Row::new("retention", Some(&old), None) },
            Row::new("very_long_name", Some(&old), Some(&old)),
            Row::new("nothing", None, None),
        ];
        assert_snapshot!(shown(&rows), @r#"
                id             = "L0"
              ~ priority       = "L0" -> "L1" # forces replacement
        !     - retention      = "L0" -> null
                # (1 unchanged attribute hidden)
        "#);
    }

    #[test]
    fn blocks_stand_below_the_attributes() {
        let workload =
            |size: i64| Value::object([("kind", Value::string("files")), ("size_gib", Value::from(size))]);
        let (old, new, text) = (workload(1), workload(2), Value::string("x"));
        let rows = [
            Row { is_block: true, ..Row::new("workload", Some(&old), Some(&new)) },
            Row { is_block: true, ..Row::new("other", Some(&old), Some(&old)) },
            Row::new("id", Some(&text), Some(&text)),
        ];
        assert_snapshot!(shown(&rows), @r#"
            id = "x"

          ~ workload {
              ~ size_gib = 1 -> 2
                # (1 unchanged attribute hidden)
            }

            # (1 unchanged block hidden)
        "#);
    }
}
