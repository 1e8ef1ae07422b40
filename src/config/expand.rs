//! `count` and `for_each`: one block to its instances.

use std::sync::Arc;

use crate::lang::Expr;
use crate::model::address::Key;
use crate::model::diagnostic::{Code, Diagnostic};
use crate::model::types::Type;
use crate::model::value::Value;

/// More instances of one block are refused: no account holds them, and a typing error easily asks for them.
const INSTANCE_LIMIT: usize = 1_000_000;

/// One instance of a block.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its key.
    pub key: Key,
    /// What `each.value` is; null where there is no `for_each`.
    pub value: Value,
}

impl Instance {
    /// The one instance of a block that is not repeated.
    pub fn single() -> Self {
        Self { key: Key::None, value: Value::null() }
    }

    /// Stands for every instance of a repeated block, where only what is true of all of them counts.
    pub fn any() -> Self {
        Self { key: Key::None, value: Value::unknown(Type::Any) }
    }
}

/// The instances that a `count` asks for.
///
/// # Errors
///
/// Where the value is no such number.
pub fn by_count(expr: &Expr, value: &Value) -> Result<Vec<Instance>, Box<Diagnostic>> {
    usable(expr, value, "count")?;
    let refuse = |detail: &str| {
        Box::new(
            Diagnostic::error(Code::InvalidExpansion, "`count` cannot be used")
                .at(expr.span())
                .detail(detail),
        )
    };
    let number = crate::lang::convert(value, &Type::Number).ok().and_then(|number| number.as_i64());
    let count = number.ok_or_else(|| refuse("It must be a whole number."))?;
    let count = usize::try_from(count).map_err(|_| refuse("It must not be negative."))?;
    within_limit(expr, count)?;
    Ok((0..count as u64).map(|index| Instance { key: Key::Index(index), value: Value::null() }).collect())
}

/// The instances that a `for_each` asks for.
///
/// # Errors
///
/// Where the value is no map, object or set of texts.
pub fn by_key(expr: &Expr, value: &Value) -> Result<Vec<Instance>, Box<Diagnostic>> {
    if !matches!(value.type_of(), Type::Any | Type::Set(_) | Type::Map(_) | Type::Object(_))
        && !value.is_null()
    {
        return Err(Box::new(wrong_type(expr, value)));
    }
    usable(expr, value, "for_each")?;
    let entries: Vec<(Arc<str>, Value)> = match value {
        Value::Set(set) => {
            let key = |item: &Value| item.as_str().map(|text| (Arc::from(text), item.clone()));
            set.items
                .iter()
                .map(|item| key(item).ok_or_else(|| wrong_element(expr, item)))
                .collect::<Result<_, _>>()?
        }
        Value::Map(_) | Value::Object(_) => {
            let entries = value.as_object().expect("maps and objects have named parts");
            entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        other => return Err(Box::new(wrong_type(expr, other))),
    };
    within_limit(expr, entries.len())?;
    Ok(entries.into_iter().map(|(key, value)| Instance { key: Key::Name(key), value }).collect())
}

/// Whether the value can be looked at: known, given, and not a secret, since keys are shown everywhere.
fn usable(expr: &Expr, value: &Value, argument: &str) -> Result<(), Box<Diagnostic>> {
    let diagnostic = if value.is_sensitive() {
        Diagnostic::error(Code::SensitiveValue, "a secret cannot repeat a block")
            .detail(format!("The instances of a block are named after `{argument}`, and names are shown."))
            .hint("use `nonsensitive(...)` if the names are no secret")
    } else if value.is_null() {
        Diagnostic::error(Code::InvalidExpansion, format!("`{argument}` cannot be used"))
            .detail("It is null.")
    } else if !value.is_known() || (matches!(value, Value::Set(_)) && !value.is_wholly_known()) {
        Diagnostic::error(Code::UnknownValue, "what is known only after apply cannot repeat a block")
            .detail(format!("The plan must name every instance, and `{argument}` depends on something that does not exist yet."))
            .hint("take keys that are known now, such as names from a variable, and put what is not known into the values of a map")
    } else {
        return Ok(());
    };
    Err(Box::new(diagnostic.at(expr.span())))
}

fn within_limit(expr: &Expr, count: usize) -> Result<(), Box<Diagnostic>> {
    if count <= INSTANCE_LIMIT {
        return Ok(());
    }
    Err(Box::new(
        Diagnostic::error(Code::LimitExceeded, "a block is repeated too often")
            .at(expr.span())
            .detail(format!("{count} instances are asked for, and {INSTANCE_LIMIT} are accepted.")),
    ))
}

fn wrong_type(expr: &Expr, value: &Value) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::InvalidExpansion, "`for_each` cannot be used")
        .at(expr.span())
        .detail(format!(
            "It takes a map, an object or a set of texts, and this is {}.",
            value.type_of().with_article()
        ));
    match value.type_of() {
        Type::List(_) | Type::Tuple(_) => diagnostic.hint("write `toset(...)` around a list of texts"),
        _ => diagnostic,
    }
}

fn wrong_element(expr: &Expr, element: &Value) -> Box<Diagnostic> {
    let what = if element.is_null() { "null".to_owned() } else { element.type_of().with_article() };
    Box::new(
        Diagnostic::error(Code::InvalidExpansion, "`for_each` cannot be used")
            .at(expr.span())
            .detail(format!("A set for `for_each` holds texts, and one of its elements is {what}.")),
    )
}
