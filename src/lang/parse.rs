//! Tokens to expressions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::lang::explain;
use crate::lang::expr::{Access, Call, Expr, For, Kind, Link, Names, Operator, Splat, Step, Traversal};
use crate::lang::token::{Kind as Tok, Lexer, Token};
use crate::model::diagnostic::{Code, Diagnostic, FileId, Span};
use crate::model::number::{Number, NumberError};
use crate::model::value::Value;

/// How deep brackets, operators and directives may be nested.
///
/// A level costs about four kilobytes of stack where an expression is read or evaluated without optimisation, and
/// the smallest stack that this runs on is the two megabytes of a test's thread.
pub(super) const MAX_DEPTH: u16 = 100;

/// What cannot be read, boxed since it is large and rare.
pub(super) type Failure = Box<Diagnostic>;

/// Reads one item, expression or template.
pub(super) struct Parser<'a> {
    pub text: &'a str,
    file: FileId,
    tokens: Vec<Token>,
    at: usize,
    /// Whether a line's end means nothing here; the last entry counts.
    skips_newlines: Vec<bool>,
    depth: u16,
    names: &'a mut BTreeSet<Arc<str>>,
    /// Where the text stands in its file, if it is not all of it.
    places: Option<&'a Places>,
}

/// Where each byte of a decoded text stands in the file that it was decoded from.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Decoded offset and offset in the file, where the two go on side by side; sorted, and never empty.
    starts: Vec<(usize, usize)>,
}

impl Places {
    /// A text that begins at this offset of its file.
    pub fn beginning_at(offset: usize) -> Self {
        Self { starts: vec![(0, offset)] }
    }

    /// From the decoded offset on, the text stands at `offset` of its file.
    pub fn go_on(&mut self, decoded: usize, offset: usize) {
        self.starts.push((decoded, offset));
    }

    fn offset(&self, decoded: usize) -> usize {
        let after = self.starts.partition_point(|(start, _)| *start <= decoded);
        let (start, offset) = self.starts[after.saturating_sub(1)];
        offset + decoded.saturating_sub(start)
    }
}

impl<'a> Parser<'a> {
    pub fn new(file: FileId, text: &'a str, mut lexer: Lexer, names: &'a mut BTreeSet<Arc<str>>) -> Self {
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next();
            tokens.push(token);
            if token.kind == Tok::End {
                break;
            }
        }
        Self { text, file, tokens, at: 0, skips_newlines: vec![false], depth: 0, names, places: None }
    }

    /// The text is a part of its file, and stands there at these places.
    pub fn at(mut self, places: &'a Places) -> Self {
        self.places = Some(places);
        self
    }

    pub fn span(&self, token: Token) -> Span {
        self.range(token.start, token.end)
    }

    /// The place of a range of the text.
    fn range(&self, start: usize, end: usize) -> Span {
        let offset = |at| self.places.map_or(at, |places| places.offset(at));
        Span::new(self.file, offset(start), offset(end))
    }

    pub fn text_of(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The next token that means something here.
    pub fn peek(&self) -> Token {
        let skips = self.skips_newlines.last().copied().unwrap_or(false);
        let mut at = self.at;
        while skips && self.tokens[at].kind == Tok::Newline {
            at += 1;
        }
        self.tokens[at]
    }

    /// The next token, even where it is a line's end that means nothing.
    pub fn peek_raw(&self) -> Token {
        self.tokens[self.at]
    }

    /// The next token that is no line's end.
    pub fn peek_beyond_newlines(&self) -> Token {
        let mut rest = self.tokens[self.at..].iter().filter(|token| token.kind != Tok::Newline);
        rest.next().copied().unwrap_or_else(|| self.peek_raw())
    }

    /// The token after the next one.
    fn peek_second(&self) -> Token {
        let skips = self.skips_newlines.last().copied().unwrap_or(false);
        let mut rest = self.tokens[self.at..].iter().filter(|token| !skips || token.kind != Tok::Newline);
        let last = self.tokens[self.tokens.len() - 1];
        rest.nth(1).copied().unwrap_or(last)
    }

    /// Takes the next token that means something here; the end is never passed.
    pub fn take(&mut self) -> Token {
        let token = self.peek();
        while self.tokens[self.at].start < token.start || self.tokens[self.at].kind != token.kind {
            self.at += 1;
        }
        if token.kind != Tok::End {
            self.at += 1;
        }
        token
    }

    pub fn take_if(&mut self, kind: Tok) -> Option<Token> {
        (self.peek().kind == kind).then(|| self.take())
    }

    pub fn is_keyword(&self, token: Token, word: &str) -> bool {
        token.kind == Tok::Identifier && self.text_of(token) == word
    }

    /// Where the last token that was taken ends.
    pub fn previous_end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |at| self.tokens[at].end)
    }

    /// The position in the tokens, to come back to with [`Self::rewind`].
    pub fn position(&self) -> usize {
        self.at
    }

    pub fn rewind(&mut self, position: usize) {
        self.at = position;
    }

    /// Runs `read` with line ends skipped, or not.
    pub fn with_newlines_skipped<T>(&mut self, skips: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        self.skips_newlines.push(skips);
        let result = read(self);
        self.skips_newlines.pop();
        result
    }

    pub fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let known: Arc<str> = name.into();
        self.names.insert(known.clone());
        known
    }

    /// Runs `read` one level deeper, or refuses.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        self.enter(self.peek())?;
        let result = read(self);
        self.leave();
        result
    }

    /// Goes one level deeper, or refuses at `token`.
    pub fn enter(&mut self, token: Token) -> Result<(), Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(explain::too_deep(self.span(token)));
        }
        self.depth += 1;
        Ok(())
    }

    /// Comes back from a level that [`Self::enter`] went to.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// From the beginning of `start` to the end of what was taken last.
    fn since(&self, start: Span) -> Span {
        start.to(self.range(self.previous_end(), self.previous_end()))
    }

    pub fn expression(&mut self) -> Result<Expr, Failure> {
        self.nested(Self::conditional)
    }

    fn conditional(&mut self) -> Result<Expr, Failure> {
        let condition = self.operation()?;
        let Some(question) = self.take_if(Tok::Question) else { return Ok(condition) };
        let yes = self.expression()?;
        if self.take_if(Tok::Colon).is_none() {
            return Err(explain::missing_colon(self.span(self.peek()), self.span(question)));
        }
        let no = self.expression()?;
        let span = condition.span().to(no.span());
        built(Kind::Conditional(Box::new([condition, yes, no])), span)
    }

    /// Operands with operators between them.
    fn operation(&mut self) -> Result<Expr, Failure> {
        let mut operands = vec![self.prefixed()?];
        let mut operators = Vec::new();
        while let Some(operator) = operator(self.peek().kind) {
            self.take();
            operators.push(operator);
            operands.push(self.prefixed()?);
        }
        self.refuse_misspelt_operator()?;
        Self::grouped(&mut operands.into_iter(), &operators, 0)
    }

    /// Puts operators of one precedence side by side; those that bind tighter are grouped first.
    ///
    /// Takes one operand more than there are operators.
    fn grouped(
        operands: &mut std::vec::IntoIter<Expr>,
        operators: &[Operator],
        precedence: usize,
    ) -> Result<Expr, Failure> {
        if operators.is_empty() {
            return Ok(operands.next().expect("there is always one operand more than operators"));
        }
        let here = |operator: &Operator| operator.precedence() == precedence;
        let mut first = None;
        let mut links = Vec::new();
        let mut between = operators.iter().copied().filter(here);
        for tighter in operators.split(here) {
            let operand = Self::grouped(operands, tighter, precedence + 1)?;
            if first.is_none() {
                first = Some(operand);
            } else {
                let operator = between.next().expect("a split has one piece more than separators");
                links.push(Link { operator, operand });
            }
        }
        let first = first.expect("a split has at least one piece");
        let Some(last) = links.last() else { return Ok(first) };
        let span = first.span().to(last.operand.span());
        built(Kind::Chain(Box::new(first), links), span)
    }

    /// `&`, `|`, `and`, `or` and `=` where an operator was meant.
    fn refuse_misspelt_operator(&self) -> Result<(), Failure> {
        let token = self.peek();
        let text = self.text_of(token);
        let meant = match text {
            "&" | "and" => "&&",
            "|" | "or" => "||",
            _ => return Ok(()),
        };
        let operand_follows = matches!(
            self.peek_second().kind,
            Tok::Identifier | Tok::Number | Tok::OpenQuote | Tok::OpenParen | Tok::Bang
        );
        if operand_follows { Err(explain::misspelt_operator(self.span(token), text, meant)) } else { Ok(()) }
    }

    fn prefixed(&mut self) -> Result<Expr, Failure> {
        let token = self.peek();
        if !matches!(token.kind, Tok::Minus | Tok::Bang) {
            return self.accessed();
        }
        self.take();
        let inner = Box::new(self.nested(Self::prefixed)?);
        let span = self.span(token).to(inner.span());
        built(if token.kind == Tok::Minus { Kind::Negate(inner) } else { Kind::Not(inner) }, span)
    }

    /// A term and the steps into it.
    fn accessed(&mut self) -> Result<Expr, Failure> {
        let base = self.term()?;
        self.steps(base)
    }

    /// Steps as long as there are any.
    fn steps(&mut self, base: Expr) -> Result<Expr, Failure> {
        let mut base = base;
        let mut steps = Vec::new();
        loop {
            let token = self.peek();
            match token.kind {
                Tok::Dot if self.peek_second().kind == Tok::Star => {
                    base = Self::stepped(base, std::mem::take(&mut steps))?;
                    base = self.attribute_splat(base)?;
                }
                Tok::Dot => steps.push(Access::Static(self.dotted()?)),
                Tok::OpenBracket if self.is_full_splat() => {
                    base = Self::stepped(base, std::mem::take(&mut steps))?;
                    return self.full_splat(base);
                }
                Tok::OpenBracket => steps.push(self.index()?),
                _ => return Self::stepped(base, steps),
            }
        }
    }

    /// Puts steps onto a value; static steps right after a name become part of the reference.
    fn stepped(base: Expr, steps: Vec<Access>) -> Result<Expr, Failure> {
        let end = match steps.last() {
            None => return Ok(base),
            Some(Access::Static(step)) => step.span(),
            Some(Access::Key(_, span)) => *span,
        };
        let span = base.span().to(end);
        let mut steps = steps;
        let base = match base.kind {
            Kind::Reference(mut traversal) => {
                let dynamic =
                    steps.iter().position(|step| matches!(step, Access::Key(..))).unwrap_or(steps.len());
                let rest = steps.split_off(dynamic);
                for step in steps {
                    if let Access::Static(step) = step {
                        traversal.span = traversal.span.to(step.span());
                        traversal.steps.push(step);
                    }
                }
                // Trees are kept for the whole run, so they keep no spare room.
                traversal.steps.shrink_to_fit();
                steps = rest;
                let span = traversal.span;
                Expr::new(Kind::Reference(traversal), span)
            }
            _ => base,
        };
        steps.shrink_to_fit();
        if steps.is_empty() { Ok(base) } else { built(Kind::Access(Box::new(base), steps), span) }
    }

    /// `.name` or, from earlier times, `.0`.
    fn dotted(&mut self) -> Result<Step, Failure> {
        let dot = self.take();
        let token = self.peek();
        let span = self.span(dot).to(self.span(token));
        match token.kind {
            Tok::Identifier => {
                self.take();
                let name = self.intern(self.text_of(token));
                Ok(Step::Attribute(name, span))
            }
            Tok::Number => {
                self.take();
                let digits = self.text_of(token);
                if digits.contains('.') {
                    return Err(explain::chained_legacy_index(self.span(token), digits));
                }
                Ok(Step::Index(self.number(token)?, span))
            }
            _ => Err(explain::missing_attribute_name(self.span(dot), self.span(token))),
        }
    }

    /// Whether the bracket at hand opens `[*]`, without line breaks in it.
    fn is_full_splat(&self) -> bool {
        let kinds = self.tokens[self.at..].iter().map(|token| token.kind);
        let mut rest = kinds.skip_while(|kind| *kind == Tok::Newline);
        rest.next();
        rest.next() == Some(Tok::Star) && rest.next() == Some(Tok::CloseBracket)
    }

    fn index(&mut self) -> Result<Access, Failure> {
        let open = self.take();
        let key = self.with_newlines_skipped(true, |parser| {
            let key = parser.expression()?;
            parser.close(open, Tok::CloseBracket)?;
            Ok::<_, Failure>(key)
        })?;
        let span = self.since(self.span(open));
        Ok(match &key.kind {
            Kind::Literal(value) if !value.is_null() => Access::Static(Step::Index(value.clone(), span)),
            _ => Access::Key(key, span),
        })
    }

    /// `base.*` with the attributes after it; what follows in brackets is for the whole result.
    fn attribute_splat(&mut self, base: Expr) -> Result<Expr, Failure> {
        let dot = self.take();
        let star = self.take();
        let marker = self.span(dot).to(self.span(star));
        let mut steps = Vec::new();
        while self.peek().kind == Tok::Dot {
            if self.peek_second().kind == Tok::Star {
                return Err(explain::nested_attribute_splat(self.span(self.peek_second())));
            }
            steps.push(Access::Static(self.dotted()?));
        }
        let each = Self::stepped(Expr::new(Kind::Item, marker), steps)?;
        let span = self.since(base.span());
        built(Kind::Splat(Box::new(Splat { base, each, marker })), span)
    }

    /// `base[*]` with everything after it.
    fn full_splat(&mut self, base: Expr) -> Result<Expr, Failure> {
        let open = self.span(self.peek());
        self.with_newlines_skipped(true, |parser| {
            parser.take();
            parser.take();
            parser.take();
        });
        let marker = self.since(open);
        let each = self.nested(|parser| parser.steps(Expr::new(Kind::Item, marker)))?;
        let span = self.since(base.span());
        built(Kind::Splat(Box::new(Splat { base, each, marker })), span)
    }

    /// Takes the closing bracket that belongs to `open`.
    fn close(&mut self, open: Token, kind: Tok) -> Result<Token, Failure> {
        if let Some(token) = self.take_if(kind) {
            return Ok(token);
        }
        let found = self.peek();
        Err(self.unexpected_inside(open, found))
    }

    /// Something stands where a bracket should close or go on.
    fn unexpected_inside(&self, open: Token, found: Token) -> Failure {
        if let Some(problem) = self.odd_token(found) {
            return problem;
        }
        let opened = self.text_of(open);
        if matches!(
            found.kind,
            Tok::End | Tok::Newline | Tok::CloseBrace | Tok::CloseParen | Tok::CloseBracket
        ) {
            return explain::unclosed(self.span(open), opened, self.span(found));
        }
        explain::missing_separator(self.span(found), opened, self.span(open))
    }

    /// Tokens that are wrong wherever they stand.
    pub fn odd_token(&self, token: Token) -> Option<Failure> {
        let span = self.span(token);
        match token.kind {
            Tok::Invalid => Some(explain::invalid_character(span, self.text_of(token))),
            Tok::BrokenComment => Some(explain::unclosed(
                self.range(token.start, token.start + 2),
                "/*",
                self.range(token.end, token.end),
            )),
            _ => None,
        }
    }

    fn term(&mut self) -> Result<Expr, Failure> {
        let token = self.peek();
        let span = self.span(token);
        match token.kind {
            Tok::Number => {
                self.take();
                Ok(Expr::literal(self.number(token)?, span))
            }
            Tok::Identifier => self.named(),
            Tok::OpenQuote => self.quoted(),
            Tok::OpenHeredoc => self.heredoc(),
            Tok::OpenParen => self.parenthesized(),
            Tok::OpenBracket => self.tuple(),
            Tok::OpenBrace => self.object(),
            Tok::Less if self.text[token.end..].starts_with('<') => Err(explain::heredoc_marker(span)),
            _ => Err(self.odd_token(token).unwrap_or_else(|| {
                let before = self.range(self.previous_end(), self.previous_end());
                explain::missing_expression(span, self.text_of(token), before)
            })),
        }
    }

    fn number(&self, token: Token) -> Result<Value, Failure> {
        let digits = self.text_of(token);
        Number::parse(digits).map(Value::Number).map_err(|error| match error {
            NumberError::TooLarge => explain::number_too_large(self.span(token)),
            NumberError::Syntax | NumberError::Indeterminate => {
                explain::invalid_number(self.span(token), digits)
            }
        })
    }

    fn named(&mut self) -> Result<Expr, Failure> {
        let token = self.take();
        let span = self.span(token);
        if matches!(self.peek_raw().kind, Tok::OpenParen | Tok::DoubleColon) {
            return self.call(token);
        }
        let literal = match self.text_of(token) {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::null()),
            _ => None,
        };
        if let Some(value) = literal {
            return Ok(Expr::literal(value, span));
        }
        let root = self.intern(self.text_of(token));
        let traversal = Traversal { root, root_span: span, steps: Vec::new(), span };
        Ok(Expr::new(Kind::Reference(Box::new(traversal)), span))
    }

    fn call(&mut self, first: Token) -> Result<Expr, Failure> {
        while self.take_if(Tok::DoubleColon).is_some() {
            if self.take_if(Tok::Identifier).is_none() {
                return Err(explain::missing_function_name(self.span(self.peek())));
            }
        }
        let name_span = self.since(self.span(first));
        let name: String = self.text[first.start..self.previous_end()].split_whitespace().collect();
        let name = self.intern(&name);
        let open = self.peek();
        if open.kind != Tok::OpenParen {
            return Err(explain::missing_arguments(self.span(open), name_span));
        }
        self.take();
        let (arguments, spread) = self.with_newlines_skipped(true, |parser| parser.arguments(open))?;
        let span = self.since(self.span(first));
        built(Kind::Call(Box::new(Call { name, name_span, arguments, spread })), span)
    }

    fn arguments(&mut self, open: Token) -> Result<(Vec<Expr>, bool), Failure> {
        let mut arguments = Vec::new();
        loop {
            if self.take_if(Tok::CloseParen).is_some() {
                return Ok((arguments, false));
            }
            if self.peek().kind == Tok::End {
                return Err(self.unexpected_inside(open, self.peek()));
            }
            arguments.push(self.expression()?);
            if self.take_if(Tok::Ellipsis).is_some() {
                self.close(open, Tok::CloseParen)?;
                return Ok((arguments, true));
            }
            if self.take_if(Tok::Comma).is_none() {
                self.close(open, Tok::CloseParen)?;
                return Ok((arguments, false));
            }
        }
    }

    fn parenthesized(&mut self) -> Result<Expr, Failure> {
        let open = self.take();
        let inner = self.with_newlines_skipped(true, |parser| {
            let inner = parser.expression()?;
            parser.close(open, Tok::CloseParen)?;
            Ok::<_, Failure>(inner)
        })?;
        let span = self.since(self.span(open));
        built(Kind::Parentheses(Box::new(inner)), span)
    }

    fn tuple(&mut self) -> Result<Expr, Failure> {
        let open = self.take();
        let kind = self.with_newlines_skipped(true, |parser| {
            if parser.is_keyword(parser.peek(), "for") {
                return parser.for_expression(open, Tok::CloseBracket);
            }
            let mut elements = Vec::new();
            loop {
                if parser.take_if(Tok::CloseBracket).is_some() {
                    return Ok(Kind::Tuple(elements));
                }
                if parser.peek().kind == Tok::End {
                    return Err(parser.unexpected_inside(open, parser.peek()));
                }
                elements.push(parser.expression()?);
                if parser.take_if(Tok::Comma).is_none() {
                    parser.close(open, Tok::CloseBracket)?;
                    return Ok(Kind::Tuple(elements));
                }
            }
        })?;
        let span = self.since(self.span(open));
        built(kind, span)
    }

    fn object(&mut self) -> Result<Expr, Failure> {
        let open = self.take();
        let is_for = self.with_newlines_skipped(true, |parser| parser.is_keyword(parser.peek(), "for"));
        let kind = if is_for {
            self.with_newlines_skipped(true, |parser| parser.for_expression(open, Tok::CloseBrace))?
        } else {
            self.with_newlines_skipped(false, |parser| parser.entries(open))?
        };
        let span = self.since(self.span(open));
        built(kind, span)
    }

    fn entries(&mut self, open: Token) -> Result<Kind, Failure> {
        let mut entries = Vec::new();
        loop {
            while self.take_if(Tok::Newline).is_some() {}
            if self.take_if(Tok::CloseBrace).is_some() {
                return Ok(Kind::Object(entries));
            }
            if self.peek().kind == Tok::End {
                return Err(self.unexpected_inside(open, self.peek()));
            }
            entries.push(self.entry(open)?);
            match self.peek().kind {
                Tok::Comma | Tok::Newline => {
                    self.take();
                }
                Tok::CloseBrace => {}
                _ => return Err(self.unexpected_inside(open, self.peek())),
            }
        }
    }

    fn entry(&mut self, open: Token) -> Result<(Expr, Expr), Failure> {
        let key = self.expression()?;
        let key = Self::entry_key(key);
        let sign = self.peek();
        if !matches!(sign.kind, Tok::Equal | Tok::Colon) {
            return Err(if sign.kind == Tok::End {
                self.unexpected_inside(open, sign)
            } else {
                self.odd_token(sign)
                    .unwrap_or_else(|| explain::missing_entry_sign(self.span(sign), key.span()))
            });
        }
        self.take();
        Ok((key, self.expression()?))
    }

    /// A name alone is the key itself and not a reference. One with several parts stays as it is: it names something
    /// where keys are names, as in the `providers` of a module, and is refused where keys are values.
    fn entry_key(key: Expr) -> Expr {
        let span = key.span();
        match &key.kind {
            Kind::Reference(traversal) if traversal.steps.is_empty() => {
                Expr::literal(Value::string(&traversal.root), span)
            }
            Kind::Literal(Value::Null(_)) => Expr::literal(Value::string("null"), span),
            Kind::Literal(Value::Bool(value)) => Expr::literal(Value::string(value.to_string()), span),
            _ => key,
        }
    }

    fn for_expression(&mut self, open: Token, end: Tok) -> Result<Kind, Failure> {
        let intro = self.take();
        let names = self.for_names(intro)?;
        if !self.is_keyword(self.peek(), "in") {
            return Err(explain::missing_in(self.span(self.peek()), self.span(intro)));
        }
        self.take();
        let collection = self.expression()?;
        if self.take_if(Tok::Colon).is_none() {
            return Err(explain::missing_for_colon(self.span(self.peek()), self.span(intro)));
        }
        let first = self.expression()?;
        let (key, value, grouped) = self.for_result(end, first)?;
        let condition = if self.is_keyword(self.peek(), "if") {
            self.take();
            Some(self.expression()?)
        } else {
            None
        };
        self.close(open, end)?;
        Ok(Kind::For(Box::new(For { names, collection, key, value, condition, grouped })))
    }

    /// `value`, or `key => value`, or `key => value...`.
    fn for_result(&mut self, end: Tok, first: Expr) -> Result<(Option<Expr>, Expr, bool), Failure> {
        let arrow = self.peek();
        let is_object = end == Tok::CloseBrace;
        if (arrow.kind == Tok::Arrow) != is_object {
            return Err(explain::for_arrow(self.span(arrow), is_object));
        }
        if !is_object {
            let ellipsis = self.peek();
            if ellipsis.kind == Tok::Ellipsis {
                return Err(explain::grouping_without_key(self.span(ellipsis)));
            }
            return Ok((None, first, false));
        }
        self.take();
        let value = self.expression()?;
        let grouped = self.take_if(Tok::Ellipsis).is_some();
        Ok((Some(first), value, grouped))
    }

    /// One or two names after `for`.
    pub fn for_names(&mut self, intro: Token) -> Result<Names, Failure> {
        let first = self.for_name(intro)?;
        if self.take_if(Tok::Comma).is_none() {
            return Ok(Names { key: None, value: first });
        }
        let second = self.for_name(intro)?;
        Ok(Names { key: Some(first), value: second })
    }

    fn for_name(&mut self, intro: Token) -> Result<Arc<str>, Failure> {
        match self.take_if(Tok::Identifier) {
            Some(token) => Ok(self.intern(self.text_of(token))),
            None => Err(explain::missing_for_name(self.span(self.peek()), self.span(intro))),
        }
    }

    /// Nothing but line ends may follow.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let rest = self.peek_beyond_newlines();
        if rest.kind == Tok::End {
            return Ok(());
        }
        let span = self.span(rest);
        Err(self.odd_token(rest).unwrap_or_else(|| {
            Box::new(
                Diagnostic::error(Code::Syntax, "something follows after the end of an expression")
                    .at(span)
                    .detail(format!(
                        "Nothing can come after the expression, but `{}` does.",
                        self.text_of(rest)
                    )),
            )
        }))
    }
}

fn operator(kind: Tok) -> Option<Operator> {
    Some(match kind {
        Tok::Or => Operator::Or,
        Tok::And => Operator::And,
        Tok::EqualEqual => Operator::Equal,
        Tok::NotEqual => Operator::NotEqual,
        Tok::Less => Operator::Less,
        Tok::LessEqual => Operator::LessEqual,
        Tok::Greater => Operator::Greater,
        Tok::GreaterEqual => Operator::GreaterEqual,
        Tok::Plus => Operator::Add,
        Tok::Minus => Operator::Subtract,
        Tok::Star => Operator::Multiply,
        Tok::Slash => Operator::Divide,
        Tok::Percent => Operator::Remainder,
        _ => return None,
    })
}

/// An expression, refused where its tree would be too high to walk.
pub(super) fn built(kind: Kind, span: Span) -> Result<Expr, Failure> {
    let expr = Expr::new(kind, span);
    if expr.height() > 2 * MAX_DEPTH { Err(explain::too_deep(span)) } else { Ok(expr) }
}
