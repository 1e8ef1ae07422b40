//! The attributes of objects that this plan's changes were worked out from, in Terraform's plan JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::model::address::{BlockAddress, Key};
use crate::model::outline::{Outline, Read, Reader, Step};
use crate::model::plan::Plan;

/// One attribute.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Relevant<'a> {
    resource: String,
    attribute: &'a [Step],
}

/// A block whatever the instances of its module: the names of the calls, and the block within its module.
type Static = (Vec<Arc<str>>, BlockAddress);

/// All of them, by address.
pub fn relevant<'a>(plan: &Plan, outline: &'a Outline) -> Vec<Relevant<'a>> {
    let mut instances: BTreeMap<Static, BTreeSet<&BlockAddress>> = BTreeMap::new();
    let mut changed: BTreeSet<Static> = BTreeSet::new();
    let mut last: Option<&BlockAddress> = None;
    for change in &plan.changes {
        let block = &change.address.block;
        if last != Some(block) {
            instances.entry(whatever_instances(block)).or_default().insert(block);
            last = Some(block);
        }
        if change.is_effect() {
            changed.insert(whatever_instances(block));
        }
    }
    let counts = |read: &&Read| match &read.reader {
        Reader::Block(modules, block) => changed.contains(&(modules.clone(), block.clone())),
        Reader::Output(name) => plan.outputs.contains_key(name),
    };
    let mut found = BTreeSet::new();
    for read in outline.reads.iter().filter(counts) {
        let blocks = instances.get(&(read.modules.clone(), read.block.clone()));
        for block in blocks.into_iter().flatten() {
            found.insert(Relevant { resource: instance(block, read.key.as_ref()), attribute: &read.path });
        }
    }
    found.into_iter().collect()
}

fn whatever_instances(block: &BlockAddress) -> Static {
    let modules = block.module.iter().map(|step| step.name.clone()).collect();
    (modules, BlockAddress { module: Arc::default(), ..block.clone() })
}

fn instance(block: &BlockAddress, key: Option<&Step>) -> String {
    let key = match key {
        None => Key::None,
        Some(Step::Index(index)) => Key::Index(*index),
        Some(Step::Name(name)) => Key::Name(name.as_str().into()),
    };
    block.instance(key).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::*;
    use crate::model::plan::{Action, Change};

    #[test]
    fn only_what_a_change_was_worked_out_from_counts() {
        let read = |reader: &str, path: &[&str]| Read {
            reader: Reader::Block(Vec::new(), BlockAddress::managed(KIND, reader)),
            modules: Vec::new(),
            block: BlockAddress::managed(KIND, "db"),
            key: None,
            path: path.iter().map(|step| Step::Name((*step).to_owned())).collect(),
        };
        let outline = Outline {
            reads: vec![read("web", &["plan_id"]), read("db", &["priority"])],
            ..Outline::default()
        };
        let unchanged = Change { action: Action::NoOp, ..update(named("db"), "i-db") };
        let plan = of(vec![unchanged, create(named("web"), "i-web")]);
        let path = [Step::Name("plan_id".to_owned())];
        let expected = vec![Relevant { resource: format!("{KIND}.db"), attribute: &path }];
        assert_eq!(relevant(&plan, &outline), expected);
    }
}
