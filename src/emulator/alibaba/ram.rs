//! RAM: who may do what.
//!
//! Effect, Action and Resource of a policy are imitated, conditions are not: a policy with a condition is refused when
//! the world is read, since ignoring one would allow what it forbids.
//! Source: RAM, "Policy structure and syntax".

use serde::{Deserialize, Serialize};

use super::account::{Account, Key};
use super::error::{ApiError, Denied};
use super::operations::Product;
use crate::emulator::wildcard;

/// A RAM policy, as RAM writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Policy {
    /// The version of the policy language, `1`.
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
    /// Which actions.
    pub action: OneOrMore,
    /// On which resources. Left out: on all.
    #[serde(default)]
    pub resource: OneOrMore,
}

/// What a statement does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "words that explain themselves")]
pub enum Effect {
    Allow,
    Deny,
}

/// One pattern, or a list of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    fn any(&self, is: impl Fn(&str) -> bool) -> bool {
        match self {
            OneOrMore::One(pattern) => is(pattern),
            OneOrMore::More(patterns) => patterns.iter().any(|pattern| is(pattern)),
        }
    }
}

impl Default for OneOrMore {
    fn default() -> OneOrMore {
        OneOrMore::One("*".to_owned())
    }
}

fn version() -> String {
    "1".to_owned()
}

/// Refuses the call if the key's policy does not allow it.
///
/// Source: HBR API 2017-09-08, "RAM authorization": HBR is authorised per operation, and the resource must be `*`.
///
/// # Errors
/// The product's error for a denied access, naming the missing permission.
pub fn authorize(
    account: &Account,
    key: &Key,
    product: Product,
    region: &str,
    operation: &str,
) -> Result<(), ApiError> {
    // Source: STS API, GetCallerIdentity: every identity may call it.
    let Some(policy) = key.policy.as_ref().filter(|_| operation != "GetCallerIdentity") else {
        return Ok(());
    };
    let action = format!("{}:{operation}", product.as_str());
    let resource = format!("acs:{}:{region}:{}:*", product.as_str(), account.id);
    let concerns = |statement: &&Statement| {
        let is_resource = |pattern: &str| {
            pattern == "*" || product != Product::Hbr && wildcard::matches(pattern, &resource)
        };
        statement.action.any(|pattern| wildcard::matches(pattern, &action))
            && statement.resource.any(is_resource)
    };
    let effects: Vec<Effect> =
        policy.statement.iter().filter(concerns).map(|statement| statement.effect).collect();
    if effects.contains(&Effect::Deny) {
        Err(refusal(account, key, product, &action, "ExplicitDeny"))
    } else if effects.is_empty() {
        Err(refusal(account, key, product, &action, "ImplicitDeny"))
    } else {
        Ok(())
    }
}

fn refusal(account: &Account, key: &Key, product: Product, action: &str, why: &'static str) -> ApiError {
    let (name, kind) = match (&key.assumed, &key.user) {
        (Some(session), _) => (format!("{}:{}", session.role, session.name), "AssumedRoleUser"),
        (None, Some(user)) => (user.clone(), "SubUser"),
        (None, None) => (account.id.clone(), "Account"),
    };
    let denied = Denied {
        auth_action: action.to_owned(),
        auth_principal_display_name: name,
        auth_principal_owner_id: account.id.clone(),
        auth_principal_type: kind,
        no_permission_type: why,
        policy_type: "AccountLevelIdentityBasedPolicy",
    };
    let (code, message) = match product {
        Product::Hbr => {
            ("NoPermission", format!("You are not authorized to perform this operation. Action: {action}"))
        }
        Product::Ecs => (
            "Forbidden.RAM",
            "User not authorized to operate on the specified resource, or this API doesn't support RAM."
                .to_owned(),
        ),
        Product::Sts => (
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.".to_owned(),
        ),
    };
    ApiError { denied: Some(Box::new(denied)), ..ApiError::new(403, code, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &str, product: Product, operation: &str, expected: Result<(), &str>) {
        let mut key = Key::all_permissions("id", "secret");
        key.policy = Some(serde_json::from_str(policy).unwrap());
        let answer = authorize(&Account::default(), &key, product, "cn-hangzhou", operation);
        let why = answer.map_err(|error| error.denied.unwrap().no_permission_type);
        assert_eq!(why, expected, "{operation} under {policy}");
    }

    #[test]
    fn a_denial_wins_over_what_allows() {
        let reads =
            r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["hbr:Describe*"],"Resource":"*"}]}"#;
        check(reads, Product::Hbr, "DescribeBackupPlans", Ok(()));
        check(reads, Product::Hbr, "DeleteBackupPlan", Err("ImplicitDeny"));
        check(reads, Product::Ecs, "DescribeDisks", Err("ImplicitDeny"));
        check(reads, Product::Sts, "GetCallerIdentity", Ok(()));
        let but =
            r#"{"Statement":[{"Effect":"Allow","Action":"*"},{"Effect":"Deny","Action":"hbr:Delete*"}]}"#;
        check(but, Product::Hbr, "CreateBackupPlan", Ok(()));
        check(but, Product::Hbr, "DeleteBackupPlan", Err("ExplicitDeny"));
    }

    #[test]
    fn hbr_knows_no_resources() {
        let on = |resource: &str| {
            format!(r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":["{resource}"]}}]}}"#)
        };
        check(&on("acs:hbr:*:*:*"), Product::Hbr, "DescribeBackupPlans", Err("ImplicitDeny"));
        check(&on("acs:ecs:cn-hangzhou:*:*"), Product::Ecs, "DescribeDisks", Ok(()));
        check(&on("acs:ecs:cn-shanghai:*:*"), Product::Ecs, "DescribeDisks", Err("ImplicitDeny"));
    }

    #[test]
    fn conditions_are_not_ignored() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Action":"*","Condition":{}}]}"#;
        assert!(serde_json::from_str::<Policy>(policy).is_err());
    }
}
