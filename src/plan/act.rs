//! Plans of acts: every change is something that is done once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::order;
use crate::model::act::Draft;
use crate::model::address::Address;
use crate::model::desired::Scope;
use crate::model::plan::{Action, AttributeChange, Block, Change, Plan, PlanMode, Reason};

/// The plan that does these acts. The token tells it from the same acts at another time.
pub fn acts(drafts: BTreeMap<Address, (Scope, Draft)>, token: &str) -> Plan {
    let changes: Vec<Change> =
        drafts.into_iter().map(|(address, (scope, draft))| change(address, scope, draft)).collect();
    let (steps, groups) = order::by_dependency(&changes).expect("acts depend on nothing");
    Plan { mode: PlanMode::Act, changes, steps, groups, token: Some(Arc::from(token)), ..Plan::default() }
}

fn change(address: Address, scope: Scope, draft: Draft) -> Change {
    let Draft { target, values, mut risks, gates, advice } = draft;
    risks.sort_by_key(|risk| risk.kind);
    let (acknowledged, standing): (Vec<_>, Vec<_>) = gates.into_iter().partition(|gate| gate.acknowledged);
    let attribute = |(name, value): (&Arc<str>, &crate::model::value::Value)| AttributeChange {
        name: name.clone(),
        before: None,
        after: Some(value.clone()),
        forces_replacement: false,
        cause: None,
    };
    Change {
        address,
        moved_from: None,
        renamed_from: None,
        importing: None,
        scope: Some(scope),
        action: Action::Run,
        reason: Reason::Asked,
        id: Some(target),
        before: None,
        attributes: values.iter().map(attribute).collect(),
        after: Some(values),
        moves: Vec::new(),
        risks,
        blocks: if standing.is_empty() { Vec::new() } else { vec![Block::Gate { gates: standing }] },
        acknowledged,
        advice,
        declared_at: None,
        depends_on: Vec::new(),
        prevent_destroy: None,
        on_removal: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desired::ProviderKey;
    use crate::model::plan::Part;
    use crate::model::risk::{Risk, RiskKind, Tier};
    use crate::model::value::Value;
    use crate::plan::fingerprint;

    fn draft(path: &str, risks: Vec<Risk>) -> (Scope, Draft) {
        let scope = Scope { provider: ProviderKey::default_of("cloud"), region: "r".into() };
        let values = [("path".into(), Value::string(path))].into();
        (scope, Draft { target: "s-1".into(), values, risks, ..Draft::default() })
    }

    fn plan(path: &str, token: &str) -> Plan {
        let risk = Risk {
            kind: RiskKind::OverwritesFiles,
            effect: "overwrites files".to_owned(),
            attribute: None,
            evidence: None,
        };
        let address: Address = "cloud_restore.a".parse().expect("an address");
        acts([(address, draft(path, vec![risk]))].into(), token)
    }

    #[test]
    fn an_act_is_a_change_with_one_step_and_its_losses_are_confirmed_by_the_target() {
        let plan = plan("/a", "t");
        assert_eq!(plan.steps.iter().map(|step| step.part).collect::<Vec<_>>(), [Part::Make]);
        assert_eq!(plan.tier(), Tier::Irreversible);
        assert_eq!(plan.confirmations().map(|(id, _)| id).collect::<Vec<_>>(), ["s-1"]);
        assert!(plan.is_applyable());
    }

    #[test]
    fn what_is_approved_is_the_act_and_not_its_token() {
        let digest = |path: &str, token: &str| fingerprint(&plan(path, token));
        assert_eq!(digest("/a", "t"), digest("/a", "u"));
        assert_ne!(digest("/a", "t"), digest("/b", "t"));
    }
}
