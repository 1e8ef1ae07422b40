//! What became of conditions, in Terraform's plan JSON: one entry for each block, with its instances.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::json_v1::{index, mode, module_address};
use crate::model::address::Mode;
use crate::model::outline::{Checked, Conditioned, Standing};

/// The conditions of one block.
#[derive(Serialize)]
pub struct Check {
    address: Subject,
    status: &'static str,
    instances: Vec<Instance>,
}

/// The keys stand in the order of the alphabet, as in Terraform.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Subject {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    name: String,
    to_display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
}

#[derive(Serialize)]
struct Instance {
    address: InstanceAddress,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct InstanceAddress {
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_key: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    to_display: String,
}

#[derive(Serialize)]
struct Problem {
    message: String,
}

/// All conditions, by block.
pub fn checks(checked: &[Checked]) -> Vec<Check> {
    let mut blocks: BTreeMap<Subject, Vec<&Checked>> = BTreeMap::new();
    for one in checked {
        blocks.entry(subject(&one.subject)).or_default().push(one);
    }
    let check = |(address, instances): (Subject, Vec<&Checked>)| {
        let worst = instances.iter().map(|one| one.standing).max().unwrap_or_default();
        Check { address, status: status(worst), instances: instances.into_iter().map(instance).collect() }
    };
    blocks.into_iter().map(check).collect()
}

/// The block itself, whatever its instances; a module is named without keys.
fn subject(given: &Conditioned) -> Subject {
    let plain = |kind, word: &str, module: &str, name: &str| {
        let module = without_keys(module);
        let to_display = joined(&module, &format!("{word}.{name}"));
        let module = (!module.is_empty()).then_some(module);
        Subject { kind, mode: None, module, name: name.to_owned(), to_display, r#type: None }
    };
    match given {
        Conditioned::Check { module, name } => plain("check", "check", module, name),
        Conditioned::Output { module, name } => plain("output_value", "output", module, name),
        Conditioned::Variable { module, name } => plain("var", "var", module, name),
        Conditioned::Resource(address) => {
            let block = &address.block;
            let module = module_address(&block.module).map(|module| without_keys(&module));
            let start = if block.mode == Mode::Data { "data." } else { "" };
            let own = format!("{start}{}.{}", block.kind, block.name);
            Subject {
                kind: "resource",
                mode: Some(mode(block.mode)),
                to_display: joined(module.as_deref().unwrap_or_default(), &own),
                module,
                name: block.name.to_string(),
                r#type: Some(block.kind.to_string()),
            }
        }
    }
}

fn instance(one: &Checked) -> Instance {
    let plain = |word: &str, module: &str, name: &str| InstanceAddress {
        instance_key: None,
        module: (!module.is_empty()).then(|| module.to_owned()),
        to_display: joined(module, &format!("{word}.{name}")),
    };
    let address = match &one.subject {
        Conditioned::Check { module, name } => plain("check", module, name),
        Conditioned::Output { module, name } => plain("output", module, name),
        Conditioned::Variable { module, name } => plain("var", module, name),
        Conditioned::Resource(address) => InstanceAddress {
            instance_key: index(&address.key),
            module: module_address(&address.block.module),
            to_display: address.to_string(),
        },
    };
    let problems = one.problems.iter().map(|message| Problem { message: message.clone() }).collect();
    Instance { address, status: status(one.standing), problems }
}

fn joined(module: &str, own: &str) -> String {
    if module.is_empty() { own.to_owned() } else { format!("{module}.{own}") }
}

/// A module's address without the keys of its instances; a bracket in a key stands between quotation marks.
fn without_keys(module: &str) -> String {
    let mut plain = String::new();
    let (mut is_key, mut is_text, mut is_escaped) = (false, false, false);
    for character in module.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' if is_key => is_text = !is_text,
            '[' if !is_text => is_key = true,
            ']' if !is_text => is_key = false,
            other if !is_key => plain.push(other),
            _ => {}
        }
    }
    plain
}

fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Pass => "pass",
        Standing::Unknown => "unknown",
        Standing::Fail => "fail",
        Standing::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_modules_are_left_out() {
        let check = |given: &str, expected: &str| assert_eq!(without_keys(given), expected);
        check("", "");
        check("module.a.module.b", "module.a.module.b");
        check(r#"module.a["x"].module.b[3]"#, "module.a.module.b");
        check(r#"module.a["]\"].y["].module.b"#, "module.a.module.b");
    }

    #[test]
    fn the_worst_instance_counts() {
        let one = |key: &str, standing: Standing, problems: &[&str]| Checked {
            subject: Conditioned::Resource(format!("t.n[\"{key}\"]").parse().expect("an address")),
            standing,
            problems: problems.iter().map(|problem| (*problem).to_owned()).collect(),
        };
        let given = [one("a", Standing::Pass, &[]), one("b", Standing::Fail, &["not b"])];
        let shown = serde_json::to_string(&checks(&given)).expect("it is data");
        assert_eq!(
            shown,
            concat!(
                r#"[{"address":{"kind":"resource","mode":"managed","name":"n","to_display":"t.n","type":"t"},"#,
                r#""status":"fail","instances":[{"address":{"instance_key":"a","to_display":"t.n[\"a\"]"},"status":"pass"},"#,
                r#"{"address":{"instance_key":"b","to_display":"t.n[\"b\"]"},"status":"fail","problems":[{"message":"not b"}]}]}]"#,
            )
        );
    }
}
