//! Conditions that the configuration itself states: of variables, blocks, outputs and checks.

use super::declared::Condition;
use crate::lang::{self, Scope};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::types::Type;

/// Reports every condition that does not hold. One that is not known yet is checked again when more is known.
pub fn check(conditions: &[Condition], scope: &dyn Scope, problems: &mut Diagnostics) {
    for condition in conditions {
        match lang::evaluate(&condition.condition, scope) {
            Err(problem) => problems.push(problem),
            Ok(value) if !value.is_known() => {}
            Ok(value) => match lang::convert(&value.unmark().0, &Type::Bool).ok().and_then(|v| v.as_bool()) {
                Some(true) => {}
                Some(false) => problems.push(failed(condition, scope)),
                None => problems.push(
                    Diagnostic::error(Code::InvalidType, "a condition must be true or false")
                        .at(condition.condition.span())
                        .detail(format!("This is {}.", described(&value))),
                ),
            },
        }
    }
}

fn described(value: &crate::model::value::Value) -> String {
    if value.is_null() { "null".to_owned() } else { value.type_of().with_article() }
}

fn failed(condition: &Condition, scope: &dyn Scope) -> Diagnostic {
    let message = lang::evaluate(&condition.error_message, scope);
    let detail = match &message {
        Ok(value) if !value.marks_deep().is_empty() => {
            "The message of the condition holds a secret and is not shown."
        }
        Ok(value) => value.as_str().unwrap_or("The condition has no message."),
        Err(_) => "The message of the condition cannot be evaluated.",
    };
    Diagnostic::error(Code::ConditionFailed, "a condition of the configuration does not hold")
        .at(condition.condition.span())
        .detail(detail)
}
