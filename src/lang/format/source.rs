//! Files that are almost text: a comment may be in any encoding, as it may for Terraform.

use std::fmt::Write as _;

use super::piece::Pieces;
use crate::lang::token::Kind;
use crate::model::diagnostic::{Code, Diagnostic, FileId, Span};

/// The content of a file as text, with a `U+FFFD` for each byte that is none, and what these were.
#[derive(Clone, Debug)]
pub struct SourceText {
    text: String,
    /// For each `U+FFFD` of the text, the byte that it stands for; `None` for one that was there before.
    bytes: Vec<Option<u8>>,
}

impl SourceText {
    /// Reads a file's content.
    pub fn new(content: Vec<u8>) -> Self {
        String::from_utf8(content).map_or_else(
            |error| Self::with_stand_ins(error.as_bytes()),
            |text| Self { text, bytes: Vec::new() },
        )
    }

    fn with_stand_ins(content: &[u8]) -> Self {
        let mut source = Self { text: String::with_capacity(content.len()), bytes: Vec::new() };
        for chunk in content.utf8_chunks() {
            let own = chunk.valid().matches(char::REPLACEMENT_CHARACTER).map(|_| None);
            source.bytes.extend(own.chain(chunk.invalid().iter().copied().map(Some)));
            source.text.push_str(chunk.valid());
            source.text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        }
        source
    }

    /// The text, as it can be shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a file with this content is the same file.
    pub fn is(&self, content: &[u8]) -> bool {
        if self.bytes.is_empty() {
            return self.text.as_bytes() == content;
        }
        self.encoded(self.text.clone()).is_some_and(|own| own == content)
    }

    /// The first byte outside of comments that is no text.
    pub(super) fn misplaced_byte(&self, file: FileId) -> Option<Diagnostic> {
        let mut bytes = self.bytes.iter();
        if self.bytes.is_empty() {
            return None;
        }
        let mut pieces = Pieces::new(&self.text, 0, self.text.len());
        while let Some(piece) = pieces.next() {
            for (offset, _) in piece.text.match_indices(char::REPLACEMENT_CHARACTER) {
                let byte = bytes.next().copied().flatten();
                if let Some(byte) = byte.filter(|_| piece.kind != Kind::Comment) {
                    let start = pieces.end() - piece.text.len() + offset;
                    return Some(not_text(byte, Span::new(file, start, start + 3)));
                }
            }
        }
        None
    }

    /// A text that this one became, in the bytes of the file. `None` where comments with such bytes got lost, so that
    /// nobody can tell any more which is which.
    pub(super) fn encoded(&self, text: String) -> Option<Vec<u8>> {
        if self.bytes.is_empty() {
            return Some(text.into_bytes());
        }
        let mut out = Vec::with_capacity(text.len());
        let mut bytes = self.bytes.iter();
        let mut parts = text.split(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            match bytes.next()? {
                Some(byte) => out.push(*byte),
                None => write_replacement(&mut out),
            }
            out.extend_from_slice(part.as_bytes());
        }
        bytes.next().is_none().then_some(out)
    }

    /// What to say where [`Self::encoded`] has no answer.
    pub(super) fn lost(file: FileId) -> Diagnostic {
        Diagnostic::error(Code::Syntax, "this file is not UTF-8 text")
            .at(Span::new(file, 0, 0))
            .detail("Comments between the labels of a block cannot be kept, and one of them is in another encoding.")
            .hint("save the file as UTF-8")
    }
}

fn write_replacement(out: &mut Vec<u8>) {
    out.extend_from_slice(char::REPLACEMENT_CHARACTER.encode_utf8(&mut [0; 4]).as_bytes());
}

fn not_text(byte: u8, span: Span) -> Diagnostic {
    let mut detail = "Files are UTF-8 text; outside of comments nothing else is understood.".to_owned();
    write!(detail, " Here is a byte {byte:#04x} that is none.").expect("writing to a string cannot fail");
    Diagnostic::error(Code::Syntax, "this is not UTF-8 text")
        .at(span)
        .detail(detail)
        .hint("save the file as UTF-8")
}
