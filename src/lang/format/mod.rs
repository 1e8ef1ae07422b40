//! Texts in the one layout that everybody uses: what `terraform fmt` 1.11 makes of them, byte for byte.
//!
//! Two steps. First the forms of earlier times are written as they are today ([`rewrite`]); then every space between
//! tokens is decided anew ([`layout`]). Neither changes what a text means. `terraform fmt` itself does so in a few odd
//! places, and there alone this differs from it:
//!
//! - an index that is `true`, `false` or `null` stays (`a[true]` would become `a[]`);
//! - a label with `$` or `%` in it stays (it would be left out);
//! - a string that is one interpolation stays in quotes, or gets parentheses, where it would be cut in two without:
//!   around an operator on its second line, a comment at its start, a heredoc with something behind it.

mod layout;
mod piece;
mod rewrite;
mod source;
#[cfg(test)]
mod tests;

pub use source::SourceText;

use crate::model::diagnostic::{Diagnostics, FileId};

/// Gives a file the usual layout.
///
/// # Errors
///
/// What is wrong with a text that is not HCL: such a text is not touched, since nobody knows what it should be.
pub fn format(file: FileId, text: &str) -> Result<String, Diagnostics> {
    let current = rewrite::in_current_forms(file, text)?;
    Ok(layout::laid_out(&current))
}

/// [`format()`] for the content of a file: a comment may hold bytes that are no text, and keeps them.
///
/// # Errors
///
/// What is wrong with a text that is not HCL, or where something else than a comment is no text.
pub fn format_source(file: FileId, source: &SourceText) -> Result<Vec<u8>, Diagnostics> {
    if let Some(problem) = source.misplaced_byte(file) {
        return Err(problem.into());
    }
    let text = format(file, source.text())?;
    source.encoded(text).ok_or_else(|| SourceText::lost(file).into())
}
