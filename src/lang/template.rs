//! Templates: quoted strings, heredocs and whole template texts, with their trimming and dedenting.

use unicode_segmentation::UnicodeSegmentation;

use crate::lang::explain;
use crate::lang::expr::{Expr, Kind, Names, Part};
use crate::lang::parse::{Failure, MAX_DEPTH, Parser, built};
use crate::lang::token::{Kind as Tok, Token};
use crate::model::diagnostic::Span;
use crate::model::value::Value;

/// What follows what in a template, before directives find their ends.
enum Piece {
    Text(String),
    Value(Expr),
    If(Expr, Span),
    Else(Span),
    EndIf(Span),
    For(Names, Expr, Span),
    EndFor(Span),
}

/// A directive whose end has not come yet.
struct Open {
    directive: Directive,
    span: Span,
    /// What came before it.
    before: Vec<Part>,
}

enum Directive {
    If(Expr),
    Else { condition: Expr, yes: Vec<Part> },
    For(Names, Expr),
}

impl Parser<'_> {
    pub fn quoted(&mut self) -> Result<Expr, Failure> {
        let open = self.take();
        let pieces = self.nested(|parser| parser.pieces(open, Tok::CloseQuote))?;
        self.template_of(pieces, open)
    }

    pub fn heredoc(&mut self) -> Result<Expr, Failure> {
        let open = self.take();
        let mut pieces = self.nested(|parser| parser.pieces(open, Tok::CloseHeredoc))?;
        if self.text_of(open).starts_with("<<-") {
            dedent(&mut pieces);
        }
        self.template_of(pieces, open)
    }

    /// Reads all of the text as one template.
    pub fn whole_template(&mut self) -> Result<Expr, Failure> {
        let open = Token { kind: Tok::Text, start: 0, end: 0 };
        let pieces = self.pieces(open, Tok::End)?;
        self.template_of(pieces, open)
    }

    fn template_of(&self, pieces: Vec<Piece>, open: Token) -> Result<Expr, Failure> {
        let span = self.span(open).to(self.span(Token { end: self.previous_end(), ..open }));
        let passes_through = matches!(pieces.as_slice(), [Piece::Value(_)]);
        let mut parts = folded(pieces)?;
        let kind = match parts.pop() {
            None => Kind::Literal(Value::string("")),
            Some(Part::Text(text)) if parts.is_empty() => Kind::Literal(Value::string(text)),
            Some(Part::Value(value)) if passes_through => Kind::Parentheses(Box::new(value)),
            Some(last) => {
                parts.push(last);
                Kind::Template(parts)
            }
        };
        built(kind, span)
    }

    /// The pieces up to and with the token that ends the template.
    fn pieces(&mut self, open: Token, end: Tok) -> Result<Vec<Piece>, Failure> {
        let mut pieces = Vec::new();
        let mut trims_next = false;
        loop {
            let token = self.take();
            let trims = std::mem::take(&mut trims_next);
            match token.kind {
                kind if kind == end => return Ok(pieces),
                Tok::Text => {
                    let text = self.decoded(token, end == Tok::CloseQuote)?;
                    pieces.push(Piece::Text(if trims { text.trim_start().to_owned() } else { text }));
                }
                Tok::Interpolation | Tok::Directive => {
                    if let (true, Some(Piece::Text(before))) =
                        (self.text_of(token).ends_with('~'), pieces.last_mut())
                    {
                        before.truncate(before.trim_end().len());
                    }
                    let piece = self.sequence(token)?;
                    trims_next = self.end_sequence(token)?;
                    pieces.push(piece);
                }
                Tok::Invalid => {
                    return Err(explain::invalid_character(self.span(token), self.text_of(token)));
                }
                _ => return Err(self.unclosed_template(open, end, token)),
            }
        }
    }

    fn unclosed_template(&self, open: Token, end: Tok, found: Token) -> Failure {
        match end {
            Tok::CloseHeredoc => explain::unclosed_heredoc(self.span(open), self.text_of(open)),
            _ => explain::unclosed_string(self.span(open), self.span(found)),
        }
    }

    /// What stands between `${` or `%{` and its end.
    fn sequence(&mut self, open: Token) -> Result<Piece, Failure> {
        self.with_newlines_skipped(true, |parser| {
            if open.kind == Tok::Interpolation {
                if matches!(parser.peek().kind, Tok::End | Tok::BrokenQuote) {
                    return Err(explain::unclosed_sequence(parser.span(open), "${"));
                }
                return parser.expression().map(Piece::Value);
            }
            parser.directive(open)
        })
    }

    fn directive(&mut self, open: Token) -> Result<Piece, Failure> {
        let word = self.peek();
        let span = self.span(open).to(self.span(word));
        if word.kind != Tok::Identifier {
            return Err(explain::missing_directive(self.span(word)));
        }
        self.take();
        match self.text_of(word) {
            "if" => Ok(Piece::If(self.expression()?, span)),
            "else" => Ok(Piece::Else(span)),
            "endif" => Ok(Piece::EndIf(span)),
            "endfor" => Ok(Piece::EndFor(span)),
            "for" => {
                let names = self.for_names(word)?;
                if !self.is_keyword(self.peek(), "in") {
                    return Err(explain::missing_in(self.span(self.peek()), self.span(word)));
                }
                self.take();
                Ok(Piece::For(names, self.expression()?, span))
            }
            other => Err(explain::unknown_directive(self.span(word), other)),
        }
    }

    /// Takes the end of a sequence and says whether it trims what follows.
    fn end_sequence(&mut self, open: Token) -> Result<bool, Failure> {
        let found = self.peek_beyond_newlines();
        if found.kind == Tok::EndSequence {
            self.with_newlines_skipped(true, Self::take);
            return Ok(self.text_of(found).starts_with('~'));
        }
        let sign = &self.text_of(open)[..2];
        if self.ends_before_line(found) {
            return Err(explain::unclosed_sequence(self.span(open), sign));
        }
        Err(self
            .odd_token(found)
            .unwrap_or_else(|| explain::extra_in_sequence(self.span(found), self.text_of(found), sign)))
    }

    /// Whether the string around `found` is broken off: then the sequence was never meant to go on.
    fn ends_before_line(&self, found: Token) -> bool {
        let line_end =
            self.text[found.start..].find('\n').map_or(self.text.len(), |place| found.start + place);
        !self.text[found.start..line_end].contains('}')
    }

    /// The text that a token stands for.
    fn decoded(&self, token: Token, has_escapes: bool) -> Result<String, Failure> {
        let source = self.text_of(token);
        if !source.contains(['\\', '$', '%']) {
            return Ok(source.to_owned());
        }
        let mut text = String::with_capacity(source.len());
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            if rest.starts_with("$${") || rest.starts_with("%%{") {
                text.push_str(&rest[1..3]);
                rest = &rest[3..];
            } else if first == '\\' && has_escapes {
                let at = token.end - rest.len();
                let (decoded, length) = escape(rest).ok_or_else(|| {
                    let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                    let place = Token { kind: Tok::Text, start: at, end: at + length };
                    explain::invalid_escape(self.span(place), &rest[..length])
                })?;
                text.push(decoded);
                rest = &rest[length..];
            } else {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        Ok(text)
    }
}

/// The character behind an escape at the beginning of `text`, and the escape's length.
fn escape(text: &str) -> Option<(char, usize)> {
    let plain = |c| Some((c, 2));
    match text.as_bytes().get(1)? {
        b'n' => plain('\n'),
        b'r' => plain('\r'),
        b't' => plain('\t'),
        b'"' => plain('"'),
        b'\\' => plain('\\'),
        b'u' => hexadecimal(text, 4),
        b'U' => hexadecimal(text, 8),
        _ => None,
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<(char, usize)> {
    let code = text.get(2..2 + digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let character = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    Some((character, 2 + digits))
}

/// Takes the indentation that all lines share from each of them.
///
/// Lines of nothing but space are neither counted nor changed, and an indentation is counted in characters.
fn dedent(pieces: &mut [Piece]) {
    let mut least = usize::MAX;
    let mut starts = Vec::new();
    let mut line_starts = true;
    for (at, piece) in pieces.iter().enumerate() {
        let text = if let Piece::Text(text) = piece { Some(text) } else { None };
        if std::mem::take(&mut line_starts) {
            match text {
                Some(text) if text.trim_start().is_empty() && text.ends_with('\n') => {}
                Some(text) => {
                    let space = &text[..text.len() - text.trim_start().len()];
                    least = least.min(space.graphemes(true).count());
                    starts.push(at);
                }
                None => least = 0,
            }
        }
        line_starts = text.is_some_and(|text| text.ends_with('\n'));
    }
    for at in starts {
        if let Piece::Text(text) = &mut pieces[at] {
            let cut: usize = text.graphemes(true).take(least).map(str::len).sum();
            text.drain(..cut);
        }
    }
}

/// Puts what stands between a directive and its end into the directive.
fn folded(pieces: Vec<Piece>) -> Result<Vec<Part>, Failure> {
    let mut open: Vec<Open> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    for piece in joined(pieces) {
        match piece {
            Piece::Text(text) => parts.push(Part::Text(text.into())),
            Piece::Value(value) => parts.push(Part::Value(value)),
            Piece::If(condition, span) => {
                let before = std::mem::take(&mut parts);
                open.push(Open { directive: Directive::If(condition), span, before });
            }
            Piece::For(names, collection, span) => {
                let before = std::mem::take(&mut parts);
                open.push(Open { directive: Directive::For(names, collection), span, before });
            }
            Piece::Else(span) => match open.pop() {
                Some(Open { directive: Directive::If(condition), span, before }) => {
                    let yes = std::mem::take(&mut parts);
                    open.push(Open { directive: Directive::Else { condition, yes }, span, before });
                }
                _ => return Err(explain::stray_directive(span, "else")),
            },
            Piece::EndIf(span) => {
                let inner = std::mem::take(&mut parts);
                let (part, before) = ended_if(open.pop(), inner, span)?;
                parts = before;
                parts.push(part);
            }
            Piece::EndFor(span) => match open.pop() {
                Some(Open { directive: Directive::For(names, collection), before, .. }) => {
                    let body = std::mem::replace(&mut parts, before);
                    parts.push(Part::For { names, collection, body });
                }
                _ => return Err(explain::stray_directive(span, "endfor")),
            },
        }
        if open.len() > usize::from(MAX_DEPTH) {
            return Err(explain::too_deep(open[0].span));
        }
    }
    match open.pop() {
        None => Ok(parts),
        Some(Open { directive: Directive::For(..), span, .. }) => {
            Err(explain::unclosed_directive(span, "for", "endfor"))
        }
        Some(Open { span, .. }) => Err(explain::unclosed_directive(span, "if", "endif")),
    }
}

/// The part that an `endif` completes, and what came before it.
fn ended_if(open: Option<Open>, inner: Vec<Part>, end: Span) -> Result<(Part, Vec<Part>), Failure> {
    match open {
        Some(Open { directive: Directive::If(condition), before, .. }) => {
            Ok((Part::If { condition, yes: inner, no: Vec::new() }, before))
        }
        Some(Open { directive: Directive::Else { condition, yes }, before, .. }) => {
            Ok((Part::If { condition, yes, no: inner }, before))
        }
        _ => Err(explain::stray_directive(end, "endif")),
    }
}

/// Joins neighbouring texts, so that a long heredoc is one part, and leaves out empty ones.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, Piece::Text(text)) if text.is_empty() => {}
            (_, piece) => joined.push(piece),
        }
    }
    joined
}
