//! Conditions that the configuration itself states: of variables, blocks, outputs and checks.

use super::declared::Condition;
use crate::lang::{self, Scope};
use crate::model::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::outline::Standing;
use crate::model::types::Type;

/// Reports every condition that does not hold, and says what became of all of them; `None` where there are none. One that
/// is not known yet is checked again when more is known.
pub fn check(conditions: &[Condition], scope: &dyn Scope, problems: &mut Diagnostics) -> Option<Findings> {
    let mut findings: Option<Findings> = None;
    for condition in conditions {
        let found = one(condition, scope, problems);
        findings = Some(findings.unwrap_or_default().and(found));
    }
    findings
}

/// What became of conditions.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The worst of them.
    pub standing: Standing,
    /// The messages of those that do not hold.
    pub messages: Vec<String>,
}

impl Findings {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.messages.extend(other.messages);
        Self { standing: self.standing.max(other.standing), messages: self.messages }
    }

    fn without_message(standing: Standing) -> Self {
        Self { standing, messages: Vec::new() }
    }
}

fn one(condition: &Condition, scope: &dyn Scope, problems: &mut Diagnostics) -> Findings {
    let (standing, problem) = match lang::evaluate(&condition.condition, scope) {
        Err(problem) => (Standing::Error, problem),
        Ok(value) if !value.is_known() => return Findings::without_message(Standing::Unknown),
        Ok(value) => match lang::convert(&value.unmark().0, &Type::Bool).ok().and_then(|v| v.as_bool()) {
            Some(true) => return Findings::default(),
            Some(false) => (Standing::Fail, failed(condition, scope)),
            None => {
                let problem = Diagnostic::error(Code::InvalidType, "a condition must be true or false")
                    .at(condition.condition.span())
                    .detail(format!("This is {}.", described(&value)));
                (Standing::Error, problem)
            }
        },
    };
    let messages = if standing == Standing::Fail { vec![problem.detail.clone()] } else { Vec::new() };
    problems.push(problem);
    Findings { standing, messages }
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
