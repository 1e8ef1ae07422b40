//! The language by itself: text to expressions, expressions to values. Knows nothing of blocks' meaning, resources, files.

mod body;
mod constraint;
mod convert;
mod evaluate;
mod explain;
mod expr;
mod format;
mod functions;
mod json;
mod operate;
mod parse;
mod print;
mod scope;
mod split;
mod template;
mod token;
mod unify;

use std::collections::BTreeSet;

pub use body::{Attribute, Block, Body, Label, parse_body};
pub use constraint::parse_type;
pub use convert::{ConvertError, convert};
pub use evaluate::{evaluate, referenced, statement};
pub use expr::{AddressStep, Expr, Step, Traversal};
pub use format::{SourceText, format, format_source};
pub use functions::names as function_names;
pub use json::{Reading, parse_json_body};
pub use print::print;
pub use scope::{Files, NoFiles, NoNames, Scope};

use crate::lang::parse::Parser;
use crate::lang::token::Lexer;
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics, FileId};
use crate::model::value::Value;

/// Reads a text that is one expression.
///
/// # Errors
///
/// Says what is wrong with it, where it begins to be.
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, Diagnostics> {
    let mut names = BTreeSet::new();
    let mut parser = Parser::new(file, text, Lexer::code(text, 0, text.len()), &mut names);
    let result = parser.expression().and_then(|expr| parser.finish().map(|()| expr));
    result.map_err(|problem| Diagnostics::from(*problem))
}

/// The value of an expression that stands by itself: it refers to nothing and calls nothing, so that it is known before
/// anything else is.
///
/// # Errors
///
/// Says what in it is more than a value.
pub fn constant(expr: &Expr) -> Result<Value, Diagnostic> {
    if let Some(call) = expr.first_call() {
        return Err(Diagnostic::error(Code::InvalidReference, "no function can be called here")
            .at(call)
            .detail("This must be a value that is known without working anything out.")
            .hint("name the value in `locals`, where functions can be called"));
    }
    evaluate(expr, &NoNames)
}

/// Reads a text that is a template, such as a template file.
///
/// # Errors
///
/// Says what is wrong with it, where it begins to be.
pub fn parse_template(file: FileId, text: &str) -> Result<Expr, Diagnostics> {
    let mut names = BTreeSet::new();
    let mut parser = Parser::new(file, text, Lexer::template(text), &mut names);
    parser.whole_template().map_err(|problem| Diagnostics::from(*problem))
}

/// Whether something is still open at the end of a text, so that an expression goes on in the next line.
pub fn is_unfinished(text: &str) -> bool {
    // A heredoc begins with the end of its line.
    let text = format!("{text}\n");
    let mut lexer = Lexer::code(&text, 0, text.len());
    while lexer.next().kind != token::Kind::End {}
    !lexer.is_outermost()
}

#[cfg(test)]
mod tests;
