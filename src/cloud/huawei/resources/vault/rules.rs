//! What the vendor says of vaults: which arguments go together, what costs money, and what is worth a word.

use super::{labels, protected};
use crate::cloud::huawei::resources::facts::Protected;
use crate::cloud::huawei::resources::words;
use crate::model::risk::RiskKind;
use crate::model::schema::Cost;
use crate::model::value::{Object, Value};

/// Source: CBR API v3, "Creating a Vault", `billing.size`; Getting Started: 10 GB to 10,485,760 GB, hybrid and file 1 TB
/// to 10,240 TB, which has the same top.
pub const SIZES: std::ops::RangeInclusive<i64> = 10..=10_485_760;

/// What the console sells at least of hybrid and file vaults: 1 TB.
const LEAST_ELSEWHERE: i64 = 1024;

/// The rule for the capacity.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_size(value: &Value) -> Result<(), String> {
    let (least, most) = (SIZES.start(), SIZES.end());
    match value.as_i64() {
        Some(size) if SIZES.contains(&size) => Ok(()),
        Some(size) => {
            Err(format!("The capacity of a vault is {least} to {most} GB, and this one is {size}."))
        }
        None if value.is_known() => {
            Err(format!("The capacity is a whole number of GB from {least} to {most}."))
        }
        None => Ok(()),
    }
}

/// The rule for the share of the capacity.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_threshold(value: &Value) -> Result<(), String> {
    match value.as_i64() {
        Some(share) if !(1..=100).contains(&share) => {
            Err(format!("The threshold is 1 to 100 per cent, and this one is {share}."))
        }
        _ => Ok(()),
    }
}

/// The rule for the beginning of backups' names.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_prefix(value: &Value) -> Result<(), String> {
    match value.as_str().map(|text| text.chars().count()) {
        Some(length) if length > 32 => {
            Err(format!("A prefix has at most 32 characters, and this one has {length}."))
        }
        _ => Ok(()),
    }
}

/// The rule for the zone. Source: CBR API v3, "Creating a Vault", `availability_zone`.
///
/// # Errors
///
/// What is expected, with what was found.
pub fn check_zone(value: &Value) -> Result<(), String> {
    match value.as_str().map(|text| text.chars().count()) {
        Some(length) if !(1..=32).contains(&length) => {
            Err(format!("The name of a zone has 1 to 32 characters, and this one has {length}."))
        }
        _ => Ok(()),
    }
}

/// Application consistency cannot be given up again.
pub fn loses_consistency(before: Option<&Value>, after: Option<&Value>) -> bool {
    let level = |value: Option<&Value>, level: &str| value.and_then(Value::as_str) == Some(level);
    level(before, "app_consistent") && level(after, "crash_consistent")
}

/// A vault cannot be unlocked.
pub fn unlocks(before: Option<&Value>, after: Option<&Value>) -> bool {
    before.and_then(Value::as_bool) == Some(true) && after.and_then(Value::as_bool) == Some(false)
}

/// Another period than the one that was ordered needs another order.
pub fn was_given(before: Option<&Value>, after: Option<&Value>) -> bool {
    before.is_some_and(|value| !value.is_null()) && after.is_some_and(|value| !value.is_null())
}

/// Whether fewer policies are set. A policy that takes another's place may be one that is still to be made.
pub fn loses_policies(before: Option<&Value>, after: Option<&Value>) -> bool {
    let count = |value: Option<&Value>| value.and_then(Value::as_slice).map_or(0, <[Value]>::len);
    count(after) < count(before)
}

fn is_prepaid(values: &Object) -> bool {
    words::text(values, "charging_mode") == Some("prePaid")
}

/// What arguments must go together.
pub fn check(values: &Object) -> Vec<(&'static str, String)> {
    let mut problems = labels::check_rules(values);
    problems.extend(check_type(values));
    problems.extend(check_resources(values));
    problems.extend(check_billing(values));
    problems
}

/// What each type of vault has and has not.
fn check_type(values: &Object) -> Vec<(&'static str, String)> {
    let Some(kind) = words::text(values, "type") else { return Vec::new() };
    let is_elsewhere = matches!(kind, "vmware" | "file");
    let replicates = words::text(values, "protection_type") == Some("replication");
    let mut problems = Vec::new();
    let mut refuse = |place: &'static str, text: String| problems.push((place, text));
    if replicates && matches!(kind, "disk" | "workspace" | "file") {
        refuse(
            "protection_type",
            format!(
                "Vaults of the type {kind} hold backups only; server, turbo and vmware can hold replicas."
            ),
        );
    }
    if words::text(values, "consistent_level") == Some("app_consistent") && kind != "server" {
        refuse(
            "consistent_level",
            format!("Application consistency is for vaults of the type server only, and this one is {kind}."),
        );
    }
    match words::text(values, "cloud_type") {
        Some("public") if is_elsewhere => {
            refuse("cloud_type", format!("A vault of the type {kind} is hybrid, not public."));
        }
        Some("hybrid") if !is_elsewhere => {
            refuse("cloud_type", format!("A vault of the type {kind} is public, not hybrid."));
        }
        _ => {}
    }
    let has_policy = !words::is_empty(values.get("policy")) || words::text(values, "policy_id").is_some();
    if kind == "vmware" && has_policy {
        refuse("policy", "No policy can be set on a vault for machines elsewhere (vmware).".to_owned());
    }
    if !words::is_empty(values.get("policy")) && words::text(values, "policy_id").is_some() {
        refuse(
            "policy_id",
            "`policy_id` and the block `policy` say the same: only one of them can be there.".to_owned(),
        );
    }
    if replicates && words::text(values, "policy_id").is_some() {
        refuse("policy_id", "A backup policy is not for a vault that holds replicas.".to_owned());
    }
    if words::flag(values, "auto_bind") == Some(true) && (is_elsewhere || replicates) {
        refuse(
            "auto_bind",
            format!(
                "Nothing can be associated with a {} vault of the type {kind}.",
                if replicates { "replication" } else { "backup" }
            ),
        );
    }
    problems
}

/// What the blocks of protected resources may say.
fn check_resources(values: &Object) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let place = protected::NAME;
    let blocks = words::elements(values, place);
    let Some(kind) = words::text(values, "type") else { return problems };
    let sort = Protected::of_vault(kind);
    let replicates = words::text(values, "protection_type") == Some("replication");
    let named = protected::of(values);
    if !named.is_empty() && (sort.is_none() || replicates) {
        let what = if replicates { "that holds replicas" } else { "for machines elsewhere" };
        problems.push((
            place,
            format!("A vault {what} protects no resources by itself, and {} are named.", named.len()),
        ));
    }
    let mut servers = std::collections::BTreeSet::new();
    for block in blocks.iter().filter_map(Value::as_object) {
        let server = words::text(block, "server_id");
        let has_includes = !words::is_empty(block.get("includes"));
        let is_unknown = block.values().any(|value| !value.is_wholly_known());
        match sort {
            Some(Protected::Server | Protected::Desktop)
                if server.is_none() && has_includes && !is_unknown =>
            {
                problems.push((
                    place,
                    format!(
                        "A vault of the type {kind} names what it protects by `server_id`, each in a block."
                    ),
                ));
            }
            Some(Protected::Disk | Protected::Share) if server.is_some() => {
                problems.push((
                    place,
                    format!(
                        "A vault of the type {kind} names what it protects by `includes`, all in one block."
                    ),
                ));
            }
            _ => {}
        }
        if let Some(server) = server
            && !servers.insert(server.to_owned())
        {
            problems.push((place, format!("{server} stands there twice.")));
        }
        if has_includes && server.is_some() && !words::is_empty(block.get("excludes")) {
            problems.push((
                place,
                "A server has disks that are left out or the only ones that are taken, not both.".to_owned(),
            ));
        }
    }
    if named.len() > super::gates::MOST_RESOURCES {
        let (found, most) = (named.len(), super::gates::MOST_RESOURCES);
        problems.push((place, format!("A vault protects at most {most} resources, and these are {found}.")));
    }
    problems
}

/// Source: Getting Started, "Purchasing a Vault", 1 month to 5 years; terraform-provider-huaweicloud, `period`.
fn check_billing(values: &Object) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let given = |name: &str| values.get(name).is_some_and(|value| !value.is_null());
    if !is_prepaid(values) {
        for name in ["period_unit", "period", "auto_renew"] {
            if given(name) && values.get("charging_mode").is_none_or(Value::is_known) {
                problems.push((
                    name,
                    format!("`{name}` is for prepaid vaults: it needs `charging_mode = \"prePaid\"`."),
                ));
            }
        }
        // Source: CBR API v3, "Creating a Vault", `demand_billing`.
        if words::flag(values, "demand_billing") == Some(true) {
            problems.push((
                "demand_billing",
                "Only what a prepaid vault holds beyond its order is billed by use: it needs `charging_mode = \"prePaid\"`.".to_owned(),
            ));
        }
        return problems;
    }
    for needed in ["period_unit", "period"] {
        if !given(needed) {
            problems.push((
                "charging_mode",
                format!("A prepaid vault is ordered for a time: it needs `{needed}`."),
            ));
        }
    }
    let most = match words::text(values, "period_unit") {
        Some("month") => Some(9),
        Some("year") => Some(5),
        _ => None,
    };
    if let (Some(most), Some(period)) = (most, words::number(values, "period"))
        && !(1..=most).contains(&period)
    {
        let unit = words::text(values, "period_unit").unwrap_or_default();
        problems.push((
            "period",
            format!("A prepaid vault is ordered for 1 to {most} {unit}s, and this one for {period}."),
        ));
    }
    if words::flag(values, "auto_expand") == Some(true) {
        problems.push((
            "auto_expand",
            "A prepaid vault does not grow by itself: more capacity is ordered.".to_owned(),
        ));
    }
    problems
}

/// What costs money: orders, and the end of what was ordered.
pub fn costs(before: Option<&Object>, after: Option<&Object>) -> Vec<Cost> {
    let spends = |effect: String| vec![Cost { kind: RiskKind::SpendsMoney, effect }];
    match (before, after) {
        (None, Some(after)) if is_prepaid(after) => spends(ordering(after)),
        (Some(before), None) if is_prepaid(before) => spends(
            "unsubscribes from a prepaid vault through the billing service, which decides what is paid back"
                .to_owned(),
        ),
        (Some(before), Some(after)) if is_prepaid(before) => changing(before, after),
        _ => Vec::new(),
    }
}

fn ordering(values: &Object) -> String {
    let size = words::number(values, "size").unwrap_or_default();
    let period = words::number(values, "period").unwrap_or_default();
    let unit = words::text(values, "period_unit").unwrap_or("month");
    let plural = if period == 1 { "" } else { "s" };
    let renewed = if words::text(values, "auto_renew") == Some("true") { ", renewed by itself" } else { "" };
    let paid = if words::text(values, "auto_pay") == Some("false") {
        "waits for somebody to pay it"
    } else {
        "is paid at once"
    };
    let more = if words::flag(values, "demand_billing") == Some(true) {
        ", and what it holds beyond that is billed by use"
    } else {
        ""
    };
    format!(
        "orders a prepaid vault of {size} GB for {period} {unit}{plural}{renewed}; the order {paid}{more}"
    )
}

fn changing(before: &Object, after: &Object) -> Vec<Cost> {
    let (old, new) = (words::number(before, "size"), words::number(after, "size"));
    let mut effects = Vec::new();
    if let (Some(old), Some(new)) = (old, new)
        && new > old
    {
        effects.push(format!("orders {} GB more for a prepaid vault", new - old));
    }
    if words::text(before, "auto_renew") == Some("false") && words::text(after, "auto_renew") == Some("true")
    {
        effects.push("renews the subscription by itself from now on".to_owned());
    }
    effects.into_iter().map(|effect| Cost { kind: RiskKind::SpendsMoney, effect }).collect()
}

/// What whoever reads the plan should know.
pub fn advice(values: &Object) -> Vec<String> {
    let kind = words::text(values, "type").unwrap_or_default();
    let mut advice = Vec::new();
    if let Some(size) = words::number(values, "size")
        && matches!(kind, "vmware" | "file")
        && size < LEAST_ELSEWHERE
    {
        advice.push(format!(
            "the vendor sells vaults of the type {kind} from {LEAST_ELSEWHERE} GB (1 TB), and this one has {size} GB"
        ));
    }
    if words::flag(values, "auto_bind") == Some(true) {
        let has_policy = !words::is_empty(values.get("policy")) || words::text(values, "policy_id").is_some();
        if !has_policy && values.get("policy").is_none_or(Value::is_wholly_known) {
            advice.push(
                "automatic association waits for the next run of a backup policy, and no policy is set"
                    .to_owned(),
            );
        }
        if matches!(kind, "turbo" | "workspace") {
            advice.push(format!("the vendor's guide offers automatic association for servers and disks, and this vault is for {kind}"));
        }
    }
    // Source: Getting Started, "Purchasing a Vault": the redundancy is chosen for all but disks and desktops.
    if words::flag(values, "is_multi_az") == Some(true) && matches!(kind, "disk" | "workspace") {
        advice.push(format!(
            "the vendor's guide offers backups in several zones for servers, file systems and what is elsewhere, and this vault is for {kind}"
        ));
    }
    if is_prepaid(values) && words::text(values, "auto_pay") == Some("false") {
        advice.push(
            "the order waits until somebody pays it in the billing centre, and the vault is not there before"
                .to_owned(),
        );
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Type;

    /// A server vault with other arguments.
    fn vault(others: &[(&'static str, Value)]) -> Object {
        let mut values = words::object([
            ("name", Value::string("v")),
            ("type", Value::string("server")),
            ("protection_type", Value::string("backup")),
            ("consistent_level", Value::string("crash_consistent")),
            ("size", Value::from(800_i64)),
        ]);
        values.extend(others.iter().map(|(name, value)| ((*name).into(), value.clone())));
        values
    }

    fn s(text: &str) -> Value {
        Value::string(text)
    }

    #[test]
    fn types_have_what_the_guide_gives_them() {
        let check = |others: &[(&'static str, Value)], expected: Option<&str>| {
            let found = check(&vault(others));
            match expected {
                None => assert!(found.is_empty(), "{others:?} {found:?}"),
                Some(part) => {
                    assert!(found.iter().any(|(_, text)| text.contains(part)), "{others:?} {found:?}");
                }
            }
        };
        check(&[], None);
        check(&[("consistent_level", s("app_consistent"))], None);
        check(&[("consistent_level", s("app_consistent")), ("type", s("disk"))], Some("server only"));
        check(&[("protection_type", s("replication"))], None);
        check(&[("protection_type", s("replication")), ("type", s("disk"))], Some("hold backups only"));
        check(&[("protection_type", s("replication")), ("type", s("file"))], Some("hold backups only"));
        check(&[("protection_type", s("replication")), ("type", s("vmware"))], None);
        check(&[("type", s("vmware")), ("policy_id", s("p"))], Some("No policy"));
        check(&[("type", s("file")), ("policy_id", s("p"))], None);
        check(&[("type", s("file")), ("cloud_type", s("public"))], Some("is hybrid"));
        check(&[("cloud_type", s("hybrid"))], Some("is public"));
        check(&[("type", s("file")), ("auto_bind", Value::from(true))], Some("Nothing can be associated"));
    }

    #[test]
    fn resources_stand_as_their_type_wants_it() {
        let block = |server: Option<&str>, includes: &[&str], excludes: &[&str]| {
            Value::object([
                ("server_id", words::optional_text(server.map(str::to_owned).as_ref())),
                ("includes", words::texts(includes)),
                ("excludes", words::texts(excludes)),
            ])
        };
        let check = |kind: &str, blocks: Vec<Value>, expected: Option<&str>| {
            let blocks = Value::set(protected::BLOCK.to_type(), blocks);
            let found = check(&vault(&[("type", s(kind)), ("resources", blocks)]));
            match expected {
                None => assert!(found.is_empty(), "{kind} {found:?}"),
                Some(part) => assert!(found.iter().any(|(_, text)| text.contains(part)), "{kind} {found:?}"),
            }
        };
        check("server", vec![block(Some("a"), &[], &["d"])], None);
        check("server", vec![block(Some("a"), &["d"], &[])], None);
        check("server", vec![block(Some("a"), &["d"], &["e"])], Some("not both"));
        check("server", vec![block(Some("a"), &[], &["d"]), block(Some("a"), &[], &[])], Some("twice"));
        check("server", vec![block(None, &["d"], &[])], Some("`server_id`"));
        check("server", vec![block(None, &[], &[])], None);
        check("disk", vec![block(None, &["d"], &[])], None);
        check("disk", vec![block(Some("a"), &[], &[])], Some("`includes`"));
        check("file", vec![block(None, &["d"], &[])], Some("protects no resources"));
        let many: Vec<String> = (0..257).map(|number| format!("d{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check("disk", vec![block(None, &many[..256], &[])], None);
        check("disk", vec![block(None, &many, &[])], Some("at most 256 resources, and these are 257"));
    }

    #[test]
    fn periods_are_what_can_be_bought() {
        let check = |unit: &str, period: i64, expected: bool| {
            let others =
                [("charging_mode", s("prePaid")), ("period_unit", s(unit)), ("period", Value::from(period))];
            assert_eq!(check(&vault(&others)).is_empty(), expected, "{period} {unit}");
        };
        check("month", 1, true);
        check("month", 9, true);
        check("month", 10, false);
        check("year", 5, true);
        check("year", 6, false);
        check("year", 0, false);
    }

    #[test]
    fn prepaid_arguments_belong_together() {
        let check = |others: &[(&'static str, Value)], problems: usize| {
            assert_eq!(check(&vault(others)).len(), problems, "{others:?}");
        };
        check(&[("charging_mode", s("prePaid"))], 2);
        check(&[("period", Value::from(1_i64)), ("period_unit", s("month"))], 2);
        check(&[("charging_mode", s("postPaid")), ("auto_expand", Value::from(true))], 0);
        let prepaid =
            [("charging_mode", s("prePaid")), ("period_unit", s("month")), ("period", Value::from(1_i64))];
        check(&prepaid, 0);
        check(&[("demand_billing", Value::from(true))], 1);
        check(&[("demand_billing", Value::from(false))], 0);
        check(&[&prepaid[..], &[("demand_billing", Value::from(true))]].concat(), 0);
        check(&[&prepaid[..], &[("auto_expand", Value::from(true))]].concat(), 1);
    }

    #[test]
    fn capacities_have_bounds() {
        let check = |size: i64, expected: bool| {
            assert_eq!(check_size(&Value::from(size)).is_ok(), expected, "{size}");
        };
        check(9, false);
        check(10, true);
        check(10_485_760, true);
        check(10_485_761, false);
    }

    #[test]
    fn orders_cost_money() {
        let prepaid = |size: i64, renew: &str| {
            vault(&[
                ("charging_mode", s("prePaid")),
                ("period_unit", s("month")),
                ("period", Value::from(2_i64)),
                ("size", Value::from(size)),
                ("auto_renew", s(renew)),
            ])
        };
        let check = |before: Option<Object>, after: Option<Object>, expected: &[&str]| {
            let found = costs(before.as_ref(), after.as_ref());
            assert_eq!(found.len(), expected.len(), "{found:?}");
            assert!(found.iter().zip(expected).all(|(cost, part)| cost.effect.contains(part)), "{found:?}");
        };
        check(None, Some(vault(&[])), &[]);
        check(
            None,
            Some(prepaid(100, "true")),
            &["100 GB for 2 months, renewed by itself; the order is paid at once"],
        );
        check(Some(prepaid(100, "false")), None, &["unsubscribes"]);
        check(Some(prepaid(100, "false")), Some(prepaid(150, "true")), &["orders 50 GB more", "renews"]);
        check(Some(prepaid(100, "false")), Some(prepaid(100, "false")), &[]);
    }

    #[test]
    fn some_things_are_worth_a_word() {
        let check = |others: &[(&'static str, Value)], expected: usize| {
            assert_eq!(advice(&vault(others)).len(), expected, "{others:?}");
        };
        check(&[], 0);
        check(&[("type", s("file")), ("size", Value::from(100_i64))], 1);
        check(&[("type", s("file")), ("size", Value::from(1024_i64))], 0);
        check(&[("is_multi_az", Value::from(true))], 0);
        check(&[("is_multi_az", Value::from(true)), ("type", s("disk"))], 1);
        check(&[("is_multi_az", Value::from(false)), ("type", s("workspace"))], 0);
        check(&[("auto_bind", Value::from(true))], 1);
        check(&[("auto_bind", Value::from(true)), ("policy_id", s("p"))], 0);
        check(&[("auto_bind", Value::from(true)), ("policy", Value::unknown(Type::Any))], 0);
        check(&[("charging_mode", s("prePaid")), ("auto_pay", s("false"))], 1);
    }
}
