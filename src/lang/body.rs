//! Items of a file: arguments and blocks. Each problem costs one item, and reading goes on behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::lang::explain;
use crate::lang::expr::Expr;
use crate::lang::json::Property;
use crate::lang::parse::{Failure, Parser};
use crate::lang::split::split;
use crate::lang::token::{Kind as Tok, Lexer, Open, Token};
use crate::model::diagnostic::{Diagnostics, FileId, Span};

/// What stands between the braces of a block, or in a whole file.
#[derive(Clone, Debug)]
pub struct Body {
    /// The arguments, in the order of the source; each name once.
    pub attributes: Vec<Attribute>,
    /// The blocks, in the order of the source.
    pub blocks: Vec<Block>,
    /// Where all of it stands.
    pub span: Span,
    /// In the JSON syntax, what nobody has said yet whether it is an argument or blocks.
    pub(super) properties: Vec<Property>,
}

/// `name = expression`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What is set.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// What it is set to.
    pub expr: Expr,
    /// Where all of it stands.
    pub span: Span,
}

/// `kind "label" { ... }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The first word.
    pub kind: Arc<str>,
    /// Where the first word stands.
    pub kind_span: Span,
    /// The words or strings after it.
    pub labels: Vec<Label>,
    /// What stands between the braces.
    pub body: Body,
    /// From the first word to the last label.
    pub header_span: Span,
    /// Where all of it stands.
    pub span: Span,
}

/// A label of a block.
#[derive(Clone, Debug)]
pub struct Label {
    /// The label without its quotes.
    pub text: Arc<str>,
    /// Where it stands, with its quotes.
    pub span: Span,
}

impl Body {
    /// A body with nothing in it.
    pub(super) fn empty(span: Span) -> Self {
        Self { attributes: Vec::new(), blocks: Vec::new(), span, properties: Vec::new() }
    }

    /// The argument of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.as_ref() == name)
    }

    /// All blocks of this kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind.as_ref() == kind)
    }
}

/// Reads a whole file, as much of it as can be read; what cannot is in the diagnostics.
pub fn parse_body(file: FileId, text: &str) -> (Body, Diagnostics) {
    parse_items(file, text, |_| {})
}

/// Reads a whole file and calls `after_item` after each of its items, with the body so far. It may take out blocks that
/// it is done with, so that a large file is never held as a tree.
pub(super) fn parse_items(
    file: FileId,
    text: &str,
    mut after_item: impl FnMut(&mut Body),
) -> (Body, Diagnostics) {
    let mut body = Body::empty(Span::new(file, 0, text.len()));
    let mut diagnostics = Diagnostics::default();
    if u32::try_from(text.len()).is_err() {
        diagnostics.push(*explain::file_too_large(Span::new(file, 0, 0)));
        return (body, diagnostics);
    }
    let mut names = BTreeSet::new();
    for range in split(text) {
        let lexer = Lexer::code(text, range.start, range.end);
        let mut reader = Reader {
            parser: Parser::new(file, text, lexer, &mut names),
            diagnostics: &mut diagnostics,
            suspect: None,
            has_ended: false,
        };
        reader.items(&mut body, None);
        after_item(&mut body);
    }
    refuse_duplicates(&mut body, &mut diagnostics);
    diagnostics.sort();
    (body, diagnostics)
}

/// Reads the items of one body after the other.
struct Reader<'p, 'd> {
    parser: Parser<'p>,
    diagnostics: &'d mut Diagnostics,
    /// The brace of a block whose closing brace stands further left than its first line.
    suspect: Option<Token>,
    /// Whether the text ended inside of a block, which is said once.
    has_ended: bool,
}

impl Reader<'_, '_> {
    /// Items up to the end, or up to the brace that closes `open`.
    fn items(&mut self, body: &mut Body, open: Option<Token>) {
        loop {
            let token = self.parser.peek();
            match token.kind {
                Tok::Newline => {
                    self.parser.take();
                }
                Tok::End => {
                    if let Some(open) = open {
                        self.end_inside(open);
                    }
                    return;
                }
                Tok::CloseBrace if open.is_some() => return,
                _ => {
                    let position = self.parser.position();
                    if let Err(problem) = self.item(body) {
                        // A bracket that closes nothing is a consequence where something was wrong before it.
                        if !is_closing(token) || !self.diagnostics.has_errors() {
                            self.diagnostics.push(*problem);
                        }
                        self.skip_item(position);
                        // What took all other lines of the text along has taken the closing braces too.
                        let skipped = &self.parser.text[token.start..self.parser.previous_end()];
                        self.has_ended |= self.after_newlines().kind == Tok::End && skipped.contains('\n');
                    }
                }
            }
        }
    }

    /// The text ended before the brace that closes `open`.
    fn end_inside(&mut self, open: Token) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let blamed = self.suspect.unwrap_or(open);
        let end = self.parser.span(self.parser.peek());
        self.diagnostics.push(*explain::unclosed(self.parser.span(blamed), "{", end));
    }

    /// Goes on behind the item that begins at `position`.
    fn skip_item(&mut self, position: usize) {
        self.parser.rewind(position);
        let mut open = Open::default();
        loop {
            let token = self.parser.peek_raw();
            match token.kind {
                Tok::End => {
                    // What was left open in here has taken the block's closing brace along.
                    self.has_ended |= !open.is_empty();
                    return;
                }
                // What stands on the next line and can begin nothing belongs to the item too.
                Tok::Newline if open.is_empty() => {
                    if !matches!(self.after_newlines().kind, Tok::Equal | Tok::OpenBrace) {
                        return;
                    }
                    // All at once: to look beyond each of many empty lines would take quadratic time.
                    while self.parser.peek_raw().kind == Tok::Newline {
                        self.parser.take();
                    }
                    continue;
                }
                // A brace that nothing in the item opened is the block's own, whatever else was left open.
                Tok::CloseBrace if !open.has_brace() && self.parser.position() > position => {
                    return;
                }
                kind => match closed_by(kind) {
                    Some(opener) => open.close(opener),
                    None if kind == Tok::Directive => open.push(Tok::Interpolation),
                    None if is_opening(kind) => open.push(kind),
                    None => {}
                },
            }
            self.parser.take();
        }
    }

    fn item(&mut self, body: &mut Body) -> Result<(), Failure> {
        let name = self.parser.peek();
        if name.kind != Tok::Identifier {
            return Err(self.odd_item(name));
        }
        self.parser.take();
        let next = self.parser.peek();
        match next.kind {
            Tok::Equal => {
                let attribute = self.attribute(name)?;
                body.attributes.push(attribute);
                self.end_of_line(true)
            }
            Tok::OpenBrace | Tok::OpenQuote | Tok::Identifier => {
                let block = self.block(name)?;
                body.blocks.push(block);
                self.end_of_line(false)
            }
            _ => Err(self.odd_header(name, next)),
        }
    }

    /// Something that begins neither an argument nor a block.
    fn odd_item(&self, token: Token) -> Failure {
        let (span, text) = (self.parser.span(token), self.parser.text_of(token));
        self.parser.odd_token(token).unwrap_or_else(|| match token.kind {
            Tok::Comma => explain::comma_in_body(span),
            _ if is_closing(token) => explain::stray_bracket(span, text),
            Tok::OpenQuote => explain::quoted_argument_name(span),
            _ => explain::no_item(span, text),
        })
    }

    /// Something after a name that makes neither an argument nor a block of it.
    fn odd_header(&self, name: Token, found: Token) -> Failure {
        let (span, name_span) = (self.parser.span(found), self.parser.span(name));
        if let Some(problem) = self.parser.odd_token(found) {
            return problem;
        }
        match found.kind {
            Tok::Colon => explain::colon_in_body(span),
            Tok::EqualEqual => explain::double_equal_in_body(span),
            Tok::Newline => {
                let after = self.after_newlines();
                match after.kind {
                    Tok::Equal => explain::equal_on_next_line(self.parser.span(after), name_span),
                    Tok::OpenBrace => explain::brace_on_next_line(self.parser.span(after), name_span),
                    _ => explain::name_alone(name_span, self.parser.text_of(name)),
                }
            }
            Tok::End => explain::name_alone(name_span, self.parser.text_of(name)),
            Tok::Dot | Tok::OpenBracket => explain::path_as_argument(name_span.to(span)),
            _ => explain::no_item(span, self.parser.text_of(found)),
        }
    }

    fn after_newlines(&self) -> Token {
        self.parser.peek_beyond_newlines()
    }

    fn attribute(&mut self, name: Token) -> Result<Attribute, Failure> {
        let equal = self.parser.take();
        if matches!(self.parser.peek().kind, Tok::Newline | Tok::End) {
            return Err(explain::missing_value(self.parser.span(equal), self.parser.text_of(name)));
        }
        let expr = self.parser.expression()?;
        let name_span = self.parser.span(name);
        let span = name_span.to(expr.span());
        Ok(Attribute { name: self.parser.intern(self.parser.text_of(name)), name_span, expr, span })
    }

    /// An item has its line to itself.
    fn end_of_line(&mut self, is_argument: bool) -> Result<(), Failure> {
        let token = self.parser.peek();
        if matches!(token.kind, Tok::Newline | Tok::End) {
            return Ok(());
        }
        let span = self.parser.span(token);
        if let Some(problem) = self.parser.odd_token(token) {
            return Err(problem);
        }
        Err(match token.kind {
            Tok::Comma => explain::comma_in_body(span),
            _ if !is_argument && is_closing(token) => {
                explain::stray_bracket(span, self.parser.text_of(token))
            }
            Tok::CloseBrace => explain::brace_after_argument(span),
            _ if is_argument => explain::two_on_one_line(span, self.parser.text_of(token)),
            _ => explain::text_after_block(span, self.parser.text_of(token)),
        })
    }

    fn block(&mut self, kind: Token) -> Result<Block, Failure> {
        let labels = self.labels(kind)?;
        let kind_span = self.parser.span(kind);
        let header_span = labels.last().map_or(kind_span, |label| kind_span.to(label.span));
        let open = self.parser.take();
        let mut body = Body::empty(self.parser.span(open));
        self.parser.enter(kind)?;
        let result = self.block_body(open, &mut body);
        self.parser.leave();
        result?;
        let close = self.parser.peek();
        if close.kind == Tok::CloseBrace {
            self.parser.take();
            self.note_indentation(kind, open, close);
        }
        body.span = self.parser.span(open).to(self.parser.span(close));
        refuse_duplicates(&mut body, self.diagnostics);
        let span = kind_span.to(body.span);
        let kind = self.parser.intern(self.parser.text_of(kind));
        Ok(Block { kind, kind_span, labels, body, header_span, span })
    }

    /// A closing brace left of its block's first line probably belongs to an outer block.
    fn note_indentation(&mut self, kind: Token, open: Token, close: Token) {
        let indentation = |offset: usize| {
            let line = &self.parser.text[..offset];
            let line = &line[line.rfind('\n').map_or(0, |newline| newline + 1)..];
            line.chars().all(char::is_whitespace).then_some(line.len())
        };
        if let (Some(first), Some(last)) = (indentation(kind.start), indentation(close.start))
            && last < first
            && self.suspect.is_none()
        {
            self.suspect = Some(open);
        }
    }

    fn labels(&mut self, kind: Token) -> Result<Vec<Label>, Failure> {
        let mut labels = Vec::new();
        loop {
            let token = self.parser.peek();
            let span = self.parser.span(token);
            match token.kind {
                Tok::OpenBrace => {
                    labels.shrink_to_fit();
                    return Ok(labels);
                }
                Tok::Identifier => {
                    self.parser.take();
                    let text = self.parser.intern(self.parser.text_of(token));
                    labels.push(Label { text, span });
                }
                Tok::OpenQuote => {
                    let expr = self.parser.quoted()?;
                    let span = expr.span();
                    let text = expr.as_literal_string().ok_or_else(|| explain::template_in_label(span))?;
                    labels.push(Label { text: self.parser.intern(text), span });
                }
                Tok::Newline if self.after_newlines().kind == Tok::OpenBrace => {
                    let brace = self.after_newlines();
                    return Err(explain::brace_on_next_line(
                        self.parser.span(brace),
                        self.parser.span(kind).to(labels.last().map_or(span, |label| label.span)),
                    ));
                }
                Tok::Equal => return Err(explain::words_before_equal(self.parser.span(kind).to(span))),
                Tok::Comma => return Err(explain::comma_between_labels(span)),
                _ => {
                    return Err(self.parser.odd_token(token).unwrap_or_else(|| {
                        let header = self.parser.span(kind);
                        let header = labels.last().map_or(header, |label| header.to(label.span));
                        explain::missing_brace(span, header)
                    }));
                }
            }
        }
    }

    fn block_body(&mut self, open: Token, body: &mut Body) -> Result<(), Failure> {
        match self.parser.peek().kind {
            Tok::Newline | Tok::End => {
                self.items(body, Some(open));
                Ok(())
            }
            Tok::CloseBrace => Ok(()),
            _ => self.one_line_body(open, body),
        }
    }

    /// `{ name = expression }`
    fn one_line_body(&mut self, open: Token, body: &mut Body) -> Result<(), Failure> {
        let name = self.parser.peek();
        if name.kind != Tok::Identifier {
            return Err(self.odd_item(name));
        }
        self.parser.take();
        let next = self.parser.peek();
        match next.kind {
            Tok::Equal => {}
            Tok::OpenBrace | Tok::OpenQuote | Tok::Identifier => {
                return Err(explain::block_in_one_line(self.parser.span(name), self.parser.span(open)));
            }
            _ => return Err(self.odd_header(name, next)),
        }
        body.attributes.push(self.attribute(name)?);
        let after = self.parser.peek();
        let (span, open_span) = (self.parser.span(after), self.parser.span(open));
        match after.kind {
            Tok::CloseBrace => Ok(()),
            Tok::Newline | Tok::End if self.after_newlines().kind == Tok::End => {
                Err(explain::unclosed(open_span, "{", span))
            }
            Tok::Newline => Err(explain::one_line_block_goes_on(open_span)),
            Tok::Comma | Tok::Identifier => Err(explain::two_in_one_line_block(span, open_span)),
            _ => Err(self
                .parser
                .odd_token(after)
                .unwrap_or_else(|| explain::two_on_one_line(span, self.parser.text_of(after)))),
        }
    }
}

fn is_opening(kind: Tok) -> bool {
    matches!(
        kind,
        Tok::OpenBrace
            | Tok::OpenBracket
            | Tok::OpenParen
            | Tok::OpenQuote
            | Tok::OpenHeredoc
            | Tok::Interpolation
    )
}

/// What a closing token belongs to; both kinds of sequences end alike, and count as one.
fn closed_by(kind: Tok) -> Option<Tok> {
    match kind {
        Tok::CloseBrace => Some(Tok::OpenBrace),
        Tok::CloseBracket => Some(Tok::OpenBracket),
        Tok::CloseParen => Some(Tok::OpenParen),
        Tok::CloseQuote | Tok::BrokenQuote => Some(Tok::OpenQuote),
        Tok::CloseHeredoc => Some(Tok::OpenHeredoc),
        Tok::EndSequence => Some(Tok::Interpolation),
        _ => None,
    }
}

fn is_closing(token: Token) -> bool {
    matches!(token.kind, Tok::CloseBrace | Tok::CloseBracket | Tok::CloseParen)
}

/// Keeps the first argument of each name and reports the others.
fn refuse_duplicates(body: &mut Body, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    body.attributes.retain(|attribute| {
        let first = seen.get(&attribute.name).copied();
        if let Some(first) = first {
            diagnostics.push(*explain::duplicate_argument(attribute.name_span, first, &attribute.name));
        } else {
            seen.insert(attribute.name.clone(), attribute.name_span);
        }
        first.is_none()
    });
    body.attributes.shrink_to_fit();
    body.blocks.shrink_to_fit();
}
