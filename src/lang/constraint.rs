//! What stands after `type =` of a variable: read from the expression's shape, not evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lang::constant;
use crate::lang::expr::Expr;
use crate::model::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::types::{AttributeConstraint, TypeConstraint};

/// Reads a type constraint such as `list(string)` or `object({ a = optional(string, "x") })`.
///
/// # Errors
///
/// Says which part of it is not a type.
pub fn parse_type(expr: &Expr) -> Result<TypeConstraint, Diagnostic> {
    // As in Terraform, these two words alone are from earlier times, and stand only for the whole.
    let any = || Box::new(TypeConstraint::Any);
    match expr.as_traversal().filter(|word| word.steps.is_empty()).map(|word| word.root.as_ref()) {
        Some("list") => Ok(TypeConstraint::List(any())),
        Some("map") => Ok(TypeConstraint::Map(any())),
        _ => part(expr),
    }
}

/// A type, also inside of another one.
fn part(expr: &Expr) -> Result<TypeConstraint, Diagnostic> {
    if let Some((name, arguments)) = expr.as_call() {
        return constructed(expr, name, arguments);
    }
    let keyword = expr.as_traversal().filter(|traversal| traversal.steps.is_empty());
    match keyword.map(|traversal| traversal.root.as_ref()) {
        Some("any") => Ok(TypeConstraint::Any),
        Some("bool") => Ok(TypeConstraint::Bool),
        Some("number") => Ok(TypeConstraint::Number),
        Some("string") => Ok(TypeConstraint::String),
        Some(word @ ("list" | "map" | "set")) => Err(invalid(expr.span())
            .detail(format!("`{word}` needs the type of its elements."))
            .hint(format!("write `{word}(any)` to accept elements of any one type"))),
        Some(word @ ("object" | "tuple")) => {
            Err(invalid(expr.span()).detail(format!("`{word}` needs the types of its parts in parentheses.")))
        }
        Some(word) => Err(unknown_word(word, expr.span())),
        None => match expr.as_literal_string() {
            Some(text) => Err(invalid(expr.span())
                .detail("A type is written without quotes.")
                .suggest(nearest(text, ["string", "number", "bool"]))),
            None => Err(invalid(expr.span()).detail(
                "A type is `string`, `number`, `bool`, `any`, or `list`, `set`, `map`, `object` or `tuple` with \
                 what is in it.",
            )),
        },
    }
}

fn invalid(span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidType, "this is not a type").at(span)
}

fn unknown_word(word: &str, span: Span) -> Diagnostic {
    let known = ["any", "bool", "list", "map", "number", "object", "set", "string", "tuple"];
    invalid(span).detail(format!("There is no type named `{word}`.")).suggest(nearest(word, known))
}

fn constructed(expr: &Expr, name: &str, arguments: &[Expr]) -> Result<TypeConstraint, Diagnostic> {
    let collection: fn(Box<TypeConstraint>) -> TypeConstraint = match name {
        "list" => TypeConstraint::List,
        "set" => TypeConstraint::Set,
        "map" => TypeConstraint::Map,
        "object" => return object(expr, arguments),
        "tuple" => return tuple(expr, arguments),
        "optional" => {
            return Err(invalid(expr.span())
                .detail("`optional` stands only at an attribute of an `object({...})` type."));
        }
        "any" | "bool" | "number" | "string" => {
            return Err(invalid(expr.span()).detail(format!("`{name}` takes no arguments.")));
        }
        other => return Err(unknown_word(other, expr.span())),
    };
    let [element] = arguments else {
        return Err(
            invalid(expr.span()).detail(format!("`{name}` takes one argument: the type of its elements."))
        );
    };
    part(element).map(Box::new).map(collection)
}

fn tuple(expr: &Expr, arguments: &[Expr]) -> Result<TypeConstraint, Diagnostic> {
    let elements = match arguments {
        [list] => list.as_tuple(),
        _ => None,
    };
    let elements = elements.ok_or_else(|| {
        invalid(expr.span()).detail("`tuple` takes one argument: the types of its elements in brackets.")
    })?;
    elements.iter().map(parse_type).collect::<Result<_, _>>().map(TypeConstraint::Tuple)
}

fn object(expr: &Expr, arguments: &[Expr]) -> Result<TypeConstraint, Diagnostic> {
    let entries = match arguments {
        [object] => object.as_object(),
        _ => None,
    };
    let entries = entries.ok_or_else(|| {
        invalid(expr.span()).detail("`object` takes one argument: names with their types in braces.")
    })?;
    let mut attributes = BTreeMap::new();
    for (key, ty) in entries {
        let name: Arc<str> = key
            .as_literal_string()
            .ok_or_else(|| invalid(key.span()).detail("An attribute's name is a plain word."))?
            .into();
        if attributes.insert(name.clone(), attribute(ty)?).is_some() {
            return Err(invalid(key.span()).detail(format!("The attribute `{name}` is given twice.")));
        }
    }
    Ok(TypeConstraint::Object(attributes))
}

fn attribute(expr: &Expr) -> Result<AttributeConstraint, Diagnostic> {
    let Some(("optional", arguments)) = expr.as_call() else {
        return Ok(AttributeConstraint { constraint: part(expr)?, optional: false, default: None });
    };
    let (ty, default) = match arguments {
        [ty] => (ty, None),
        [ty, default] => (ty, Some(default)),
        _ => {
            return Err(invalid(expr.span())
                .detail("`optional` takes the attribute's type and, where there is one, its default."));
        }
    };
    let constraint = part(ty)?;
    let Some(default_expr) = default else {
        return Ok(AttributeConstraint { constraint, optional: true, default: None });
    };
    let default = constant(default_expr)?;
    let default = match constraint.apply(&default) {
        Ok(fitting) => fitting,
        Err(error) => {
            return Err(Diagnostic::error(Code::InvalidType, "a default that its type does not accept")
                .at(default_expr.span())
                .detail(format!("This default is not of the attribute's type: {error}.")));
        }
    };
    Ok(AttributeConstraint { constraint, optional: true, default: Some(default) })
}
