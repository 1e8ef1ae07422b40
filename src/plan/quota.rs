//! What becomes of the quota of each account.

use crate::model::live::Live;
use crate::model::plan::{Action, Change, Plan, QuotaChange};
use crate::model::risk::RiskKind;
use crate::model::schema::Schemas;

/// The changes that make or delete something that counts.
pub fn counted<'a>(schemas: &'a Schemas, plan: &'a Plan) -> impl Iterator<Item = &'a Change> {
    let protection = |change: &Change| schemas.resource(change.address.kind())?.protection;
    let counts = move |change: &&Change| protection(change).is_some_and(|protection| protection.has_quota);
    plan.effects().filter(|change| makes(change) || deletes(change)).filter(counts)
}

fn makes(change: &Change) -> bool {
    matches!(change.action, Action::Create | Action::Replace(_))
}

fn deletes(change: &Change) -> bool {
    matches!(change.action, Action::Destroy | Action::Replace(_))
}

/// The quota of each account that was read, before and after.
pub fn quotas(changes: &[Change], live: &Live) -> Vec<QuotaChange> {
    let quota = |(provider, usage): (&_, &crate::model::report::Usage)| {
        let own = |change: &&Change| change.scope.as_ref().is_some_and(|scope| scope.provider == *provider);
        let mut quota = QuotaChange {
            provider: provider.clone(),
            free: usage.free,
            before: usage.used,
            after: usage.used,
            untold: 0,
        };
        for change in changes.iter().filter(own) {
            let judged = live.judgements.get(&change.address).and_then(|judgement| judgement.bytes);
            let lost = change.risks.iter().filter(|risk| risk.kind == RiskKind::DestroysBackups);
            let lost = lost.filter_map(|risk| risk.evidence.as_ref()?.bytes).max();
            if deletes(change) {
                quota.after = quota.after.saturating_sub(lost.unwrap_or(0));
            }
            if makes(change) {
                quota.after = quota.after.saturating_add(judged.unwrap_or(0));
            }
            let is_untold = (makes(change) && judged.is_none()) || (deletes(change) && lost.is_none());
            quota.untold += u64::from(is_untold);
        }
        quota
    };
    live.usage.iter().map(quota).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desired::{ProviderKey, Scope};
    use crate::model::live::Judgement;
    use crate::model::plan::ReplaceOrder;
    use crate::model::report::Usage;
    use crate::model::risk::{Evidence, Risk};
    use crate::plan::act;

    /// A change of which this many bytes were told: of the server that comes, and of the one that goes.
    fn after(action: Action, comes: Option<u64>, goes: Option<u64>) -> (u64, u64) {
        let scope = Scope { provider: ProviderKey::default_of("cloud"), region: "r".into() };
        let address: crate::model::address::Address = "cloud_backup.a".parse().expect("an address");
        let risk = |bytes| Risk {
            kind: RiskKind::DestroysBackups,
            effect: "deletes backups".to_owned(),
            attribute: None,
            evidence: Some(Evidence { bytes: Some(bytes), ..Evidence::default() }),
        };
        let draft =
            crate::model::act::Draft { risks: goes.map(risk).into_iter().collect(), ..Default::default() };
        let mut changes = act::acts([(address.clone(), (scope.clone(), draft))].into(), "").changes;
        changes[0].action = action;
        let mut live = Live::default();
        live.judgements.insert(address, Judgement { bytes: comes, ..Judgement::default() });
        live.usage.insert(scope.provider, Usage { used: 100, free: Some(50), ..Usage::default() });
        let quotas = quotas(&changes, &live);
        assert_eq!((quotas.len(), quotas[0].before, quotas[0].free), (1, 100, Some(50)));
        (quotas[0].after, quotas[0].untold)
    }

    #[test]
    fn what_comes_counts_and_what_goes_does_not_any_more() {
        let replace = Action::Replace(ReplaceOrder::CreateFirst);
        let check = |action, comes, goes, expected| assert_eq!(after(action, comes, goes), expected);
        check(Action::Create, Some(40), None, (140, 0));
        check(Action::Create, None, None, (100, 1));
        check(Action::Destroy, None, Some(30), (70, 0));
        check(Action::Destroy, None, Some(300), (0, 0));
        check(Action::Destroy, None, None, (100, 1));
        check(replace, Some(40), Some(30), (110, 0));
        check(Action::Update, Some(40), Some(30), (100, 0));
    }
}
