//! Functions about types, marks and failure: conversions, `try`, `can`, `sensitive` and their like.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all entries of the table have one signature, and most can refuse"
)]

use super::{Args, Function, Kind, Outcome, Parameter};
use crate::lang::convert::convert;
use crate::lang::evaluate::{Env, Evaluated};
use crate::lang::expr::{Call, Expr};
use crate::lang::print::type_text;
use crate::model::diagnostic::{Code, Diagnostic};
use crate::model::types::Type;
use crate::model::value::{Marks, Value};

const VALUE: &[Parameter] = &[Parameter::any("value").null().unknown().marked()];
const V: &[Parameter] = &[Parameter::any("v").null().unknown().marked()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::lazy("can", can),
    Function::new("ephemeralasnull", VALUE, Kind::Any, ephemeralasnull),
    Function::new("issensitive", VALUE, Kind::Bool, issensitive),
    Function::new("nonsensitive", VALUE, Kind::Any, nonsensitive),
    Function::new("sensitive", VALUE, Kind::Any, |args| Ok(args.value(0).clone().sensitive())),
    Function::new("tobool", V, Kind::Bool, |args| to(args, &Type::Bool)),
    Function::new("tolist", V, Kind::List(&Kind::Any), |args| to(args, &Type::list(Type::Any))),
    Function::new("tomap", V, Kind::Map(&Kind::Any), |args| to(args, &Type::map(Type::Any))),
    Function::new("tonumber", V, Kind::Number, |args| to(args, &Type::Number)),
    Function::new("toset", V, Kind::Set(&Kind::Any), |args| to(args, &Type::set(Type::Any))),
    Function::new("tostring", V, Kind::String, |args| to(args, &Type::String)),
    Function::lazy("try", try_each),
    Function::new("type", VALUE, Kind::String, type_of),
];

fn to(args: &Args, ty: &Type) -> Outcome {
    let value = args.value(0);
    convert(value, ty).map_err(|error| {
        let reason = match (value.unmarked(), ty) {
            (Value::String(_), _) if value.marks().contains(Marks::SENSITIVE) => {
                format!("cannot convert this sensitive string to {}", ty.friendly_name())
            }
            (Value::String(text), Type::Number) => {
                format!("cannot convert {text:?} to number; given string must be a decimal representation of a number")
            }
            (Value::String(text), Type::Bool) => {
                format!("cannot convert {text:?} to bool; only the strings \"true\" or \"false\" are allowed")
            }
            _ => format!("cannot convert {} to {}: {error}", value.type_of().friendly_name(), ty.friendly_name()),
        };
        super::Failure::at(0, reason)
    })
}

/// `can(expression)`: whether the expression has a value.
fn can(env: &Env, whole: &Expr, call: &Call) -> Evaluated {
    let count = if call.spread {
        let Some(values) = super::given(env, whole, call)? else { return Ok(Value::unknown(Type::Any)) };
        values.len()
    } else {
        call.arguments.len()
    };
    match call.arguments.as_slice() {
        [expression] if count == 1 => Ok(match env.evaluate(expression) {
            // What is not known now may fail once it is.
            Ok(value) if !value.is_wholly_known() => Value::unknown(Type::Bool),
            result => Value::Bool(result.is_ok()),
        }),
        _ => Err(Box::new(
            Diagnostic::error(Code::FunctionCall, "wrong number of arguments")
                .at(whole.span())
                .detail("`can` takes one argument."),
        )),
    }
}

/// `try(a, b, ...)`: the value of the first expression that has one.
fn try_each(env: &Env, whole: &Expr, call: &Call) -> Evaluated {
    let mut problem = Diagnostic::error(Code::FunctionCall, "no expression succeeded").at(whole.span());
    let plain = call.arguments.len() - usize::from(call.spread);
    for expression in &call.arguments[..plain] {
        match env.evaluate(expression) {
            // What is not known now may fail once it is, and then another argument counts, of any type.
            Ok(value) if !value.is_wholly_known() => return Ok(Value::unknown(Type::Any)),
            Ok(value) => return Ok(value),
            Err(reason) => {
                if let Some(span) = reason.span {
                    problem = problem.related(span, format!("{}: {}", reason.summary, reason.detail));
                }
            }
        }
    }
    if call.spread {
        let last = Call { arguments: call.arguments[plain..].to_vec(), ..call.clone() };
        let Some(values) = super::given(env, whole, &last)? else { return Ok(Value::unknown(Type::Any)) };
        if let Some(value) = values.into_iter().next() {
            return Ok(value);
        }
    }
    if plain == 0 {
        return Err(Box::new(problem.detail("`try` takes at least one argument.")));
    }
    Err(Box::new(problem.detail("At least one argument of `try` must have a value.")))
}

fn issensitive(args: &Args) -> Outcome {
    let value = args.value(0);
    if !value.is_sensitive() && !value.is_known() {
        return Ok(Value::unknown_not_null(Type::Bool));
    }
    Ok(Value::Bool(value.is_sensitive()))
}

fn nonsensitive(args: &Args) -> Outcome {
    let (value, marks) = args.value(0).unmark();
    Ok(value.with_marks(marks.without(Marks::SENSITIVE)))
}

/// Each part that is ephemeral, as null of its type.
fn ephemeralasnull(args: &Args) -> Outcome {
    fn replaced(value: &Value) -> Value {
        if value.marks().contains(Marks::EPHEMERAL) {
            return Value::null_of(value.type_of());
        }
        let (inner, marks) = value.unmark();
        inner.map_parts(replaced).with_marks(marks)
    }
    let value = args.value(0);
    if value.marks_deep().contains(Marks::EPHEMERAL) { Ok(replaced(value)) } else { Ok(value.clone()) }
}

fn type_of(args: &Args) -> Outcome {
    let value = args.value(0);
    let name = if value.marks().contains(Marks::TYPE_NAME) {
        "type".to_owned()
    } else {
        type_text(&value.type_of())
    };
    Ok(Value::string(name).with_marks(Marks::TYPE_NAME))
}
