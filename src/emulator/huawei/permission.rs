//! IAM: who may do what.
//!
//! Effect and Action of a policy are imitated, and Resource where it names everything. A policy with a condition is
//! refused when the world is read, since ignoring one would allow what it forbids.
//! Source: IAM, "Policy syntax" (versions 1.1 and 5.0 differ in their names, not in how they are decided).

use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::emulator::wildcard;

/// An IAM policy, as IAM writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Policy {
    /// The version of the policy language, `1.1` or `5.0`.
    #[serde(default = "version")]
    pub version: String,
    /// What is allowed and what is denied.
    pub statement: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Which actions, for instance `cbr:*:get*`.
    pub action: Vec<String>,
}

/// What a statement does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Effect {
    Allow,
    Deny,
}

fn version() -> String {
    "1.1".to_owned()
}

/// Refuses what the policy does not allow; without a policy everything is allowed.
///
/// # Errors
/// The service's refusal, naming the action.
pub fn authorize(policy: Option<&Policy>, action: &str) -> Result<(), ApiError> {
    let Some(policy) = policy else { return Ok(()) };
    let concerns =
        |statement: &&Statement| statement.action.iter().any(|pattern| wildcard::matches(pattern, action));
    let effects: Vec<Effect> =
        policy.statement.iter().filter(concerns).map(|statement| statement.effect).collect();
    if effects.contains(&Effect::Allow) && !effects.contains(&Effect::Deny) {
        return Ok(());
    }
    Err(ApiError::denied(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_wins_over_what_allows() {
        let check = |policy: &str, action: &str, expected: bool| {
            let policy: Policy = serde_json::from_str(policy).unwrap();
            assert_eq!(authorize(Some(&policy), action).is_ok(), expected, "{action} under {policy:?}");
        };
        let reads =
            r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["cbr:*:get*","cbr:*:list*"]}]}"#;
        check(reads, "cbr:vaults:get", true);
        check(reads, "cbr:vaults:listProtectables", true);
        check(reads, "cbr:vaults:delete", false);
        check(reads, "ecs:cloudServers:list", false);
        let but = r#"{"Statement":[{"Effect":"Allow","Action":["cbr:*"]},{"Effect":"Deny","Action":["cbr:*:delete"]}]}"#;
        check(but, "cbr:vaults:update", true);
        check(but, "cbr:vaults:delete", false);
        check(r#"{"Statement":[]}"#, "cbr:vaults:get", false);
        assert!(authorize(None, "cbr:vaults:delete").is_ok());
    }

    #[test]
    fn conditions_are_not_ignored() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Condition":{}}]}"#;
        assert!(serde_json::from_str::<Policy>(policy).is_err());
    }
}
