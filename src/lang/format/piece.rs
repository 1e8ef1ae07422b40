//! Tokens with the spaces before them: what a layout is made of.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::lang::token::{Kind, Lexer, Token};

/// A token and how far it stands from the one before it on its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub spaces: usize,
}

impl Piece<'_> {
    /// Whether a line ends with it; a comment up to the end of its line has the line's end in it.
    pub fn ends_line(&self) -> bool {
        match self.kind {
            Kind::Newline => true,
            Kind::Comment => self.text.ends_with('\n'),
            _ => false,
        }
    }

    /// How many brackets more are open after it than before it.
    pub fn bracket_change(&self) -> isize {
        match self.kind {
            Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParen | Kind::Interpolation | Kind::Directive => {
                1
            }
            Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen | Kind::EndSequence => -1,
            _ => 0,
        }
    }

    /// Columns with the spaces before it. Every cluster of characters is one, wide ones too.
    pub fn columns(&self) -> usize {
        let text = self.text;
        let is_plain = text.bytes().all(|byte| byte.is_ascii() && byte != b'\r');
        self.spaces + if is_plain { text.len() } else { text.graphemes(true).count() }
    }
}

/// The pieces of a text that can be read, in its order.
pub(super) struct Pieces<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    ahead: Token,
    end: usize,
}

impl<'a> Pieces<'a> {
    /// The pieces from `start` up to `end`.
    pub fn new(text: &'a str, start: usize, end: usize) -> Self {
        let mut lexer = Lexer::code(text, start, end);
        let ahead = lexer.next_or_comment();
        Self { text, lexer, ahead, end: 0 }
    }

    /// Where the last piece ended that was given out.
    pub fn end(&self) -> usize {
        self.end
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let Token { kind, start, end } = self.ahead;
        if kind == Kind::End {
            return None;
        }
        self.end = end;
        self.ahead = self.lexer.next_or_comment();
        let is_line_comment = kind == Kind::Comment && !self.text[start..end].starts_with("/*");
        if is_line_comment && self.ahead.kind == Kind::Newline {
            self.end = self.ahead.end;
            self.ahead = self.lexer.next_or_comment();
        }
        Some(Piece { kind, text: &self.text[start..self.end], spaces: 0 })
    }
}
