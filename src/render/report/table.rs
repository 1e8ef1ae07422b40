//! Columns of text under their titles.

use crate::render::escape;
use crate::render::theme::{Label, Text};
use crate::render::words;

/// What stands between two columns.
const GAP: usize = 2;

/// One field of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    label: Label,
    text: String,
}

impl Cell {
    /// A field with a label.
    pub fn new(label: Label, text: impl Into<String>) -> Self {
        Self { label, text: text.into() }
    }

    /// A field without label.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(Label::Plain, text)
    }

    /// A field that may have nothing to say, which a hyphen stands for.
    pub fn or_none(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(|| Self::new(Label::Muted, "-"), Self::plain)
    }

    /// The columns that it takes on screen, where some characters are shown longer than they are.
    fn width(&self) -> usize {
        words::width(&escape::visible(&self.text))
    }
}

/// Adds the rows, each behind `prefix`, under a line of titles; without titles that line is left out.
pub fn table(text: &mut Text, prefix: &str, titles: &[&str], rows: &[Vec<Cell>]) {
    let titles: Vec<Cell> = titles.iter().map(|title| Cell::new(Label::Muted, *title)).collect();
    let lines = || std::iter::once(&titles).filter(|titles| !titles.is_empty()).chain(rows);
    let columns = lines().map(Vec::len).max().unwrap_or(0);
    let of_column = |column: usize| lines().filter_map(move |line| line.get(column)).map(Cell::width).max();
    let widths: Vec<usize> = (0..columns).map(|column| of_column(column).unwrap_or(0)).collect();
    for line in lines() {
        text.plain(prefix);
        for (column, cell) in line.iter().enumerate() {
            text.push(cell.label, &cell.text);
            if column + 1 < line.len() {
                text.plain(&" ".repeat(widths[column] - cell.width() + GAP));
            }
        }
        text.newline();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::RenderOptions;

    fn shown(titles: &[&str], rows: &[&[&str]]) -> String {
        let rows: Vec<Vec<Cell>> =
            rows.iter().map(|row| row.iter().map(|cell| Cell::plain(*cell)).collect()).collect();
        let mut text = Text::default();
        table(&mut text, "", titles, &rows);
        text.finish(&RenderOptions::default())
    }

    #[test]
    fn columns_are_as_wide_as_what_is_shown_in_them() {
        let check = |titles: &[&str], rows: &[&[&str]], expected: &str| {
            assert_eq!(shown(titles, rows), expected);
        };
        check(&["A", "B"], &[&["one", "2"], &["x", "yy"]], "A    B\none  2\nx    yy\n");
        check(&[], &[&["one", "2"]], "one  2\n");
        check(&["A", "B"], &[], "A  B\n");
        check(&["A", "B"], &[&["杭州", "2"], &["a\nb", "3"]], "A     B\n杭州  2\na\\nb  3\n");
    }

    #[test]
    fn what_is_not_there_is_a_hyphen() {
        assert_eq!(Cell::or_none(None::<String>).text, "-");
        assert_eq!(Cell::or_none(Some("x")).text, "x");
    }
}
