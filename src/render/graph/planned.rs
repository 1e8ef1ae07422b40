//! The graph of a plan: its blocks, the servers that they protect, and what is done to each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fate, Graph, Node, Tone};
use crate::model::address::{BlockAddress, Mode};
use crate::model::plan::{Action, Change, Plan};
use crate::model::risk::Tier;
use crate::model::schema::Schemas;
use crate::model::value::{Object, Value};
use crate::render::symbols::symbol;
use crate::render::words;

/// More servers than this are one box: nobody reads a drawing of a fleet server by server.
const SERVERS_LIMIT: usize = 40;

/// All blocks of the plan, with the servers that their objects protect.
pub fn of_plan(plan: &Plan, schemas: &Schemas) -> Graph {
    let mut blocks: BTreeMap<String, Block<'_>> = BTreeMap::new();
    for change in &plan.changes {
        let block = &change.address.block;
        let entry = blocks.entry(static_id(block)).or_insert_with(|| Block { block, changes: Vec::new() });
        entry.changes.push(change);
    }
    let positions: BTreeMap<&String, usize> = blocks.keys().zip(0..).collect();
    let mut edges = BTreeSet::new();
    for (id, block) in &blocks {
        let needed = block.changes.iter().flat_map(|change| &change.depends_on);
        let needed = needed.filter_map(|needed| positions.get(&static_id(needed)));
        edges.extend(needed.map(|needed| (positions[id], *needed)).filter(|(user, needed)| user != needed));
    }
    let mut graph = Graph { nodes: blocks.iter().map(|(id, block)| block.node(id)).collect(), edges };
    let servers: BTreeSet<(usize, String)> = blocks
        .values()
        .enumerate()
        .flat_map(|(position, block)| {
            block.servers(schemas).into_iter().map(move |server| (position, server))
        })
        .collect();
    with_servers(&mut graph, &servers, plan);
    graph
}

/// One block with all that happens to its instances.
struct Block<'a> {
    block: &'a BlockAddress,
    changes: Vec<&'a Change>,
}

impl Block<'_> {
    fn node(&self, id: &str) -> Node {
        let steps = &self.block.module;
        let path = |depth: usize| {
            let names = steps[..depth].iter().map(|step| format!("module.{}", step.name));
            names.collect::<Vec<_>>().join(".")
        };
        Node {
            id: id.to_owned(),
            label: own_name(self.block),
            modules: (1..=steps.len()).map(path).collect(),
            fate: Some(self.fate()),
        }
    }

    fn fate(&self) -> Fate {
        let mut counts: BTreeMap<(std::cmp::Reverse<Tone>, &'static str), usize> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.is_effect()) {
            *counts.entry((std::cmp::Reverse(tone(change)), fate_word(change))).or_insert(0) += 1;
        }
        let said: Vec<String> = counts.iter().map(|((_, word), number)| format!("{number} {word}")).collect();
        Fate {
            words: if said.is_empty() { "unchanged".to_owned() } else { said.join(", ") },
            tone: counts.keys().next().map_or(Tone::Same, |(tone, _)| tone.0),
        }
    }

    /// The servers that its objects protect now or will protect.
    fn servers(&self, schemas: &Schemas) -> BTreeSet<String> {
        let schema = schemas.resource(&self.block.kind);
        let Some(name) = schema.and_then(|schema| schema.protection).map(|protection| protection.servers)
        else {
            return BTreeSet::new();
        };
        let objects = self.changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
        let values = objects.filter_map(|object: &Object| object.get(name));
        let many = values.flat_map(|value| value.as_slice().unwrap_or(std::slice::from_ref(value)));
        many.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn fate_word(change: &Change) -> &'static str {
    match (change.action, &change.importing) {
        (Action::NoOp, Some(_)) => "imported",
        (Action::NoOp, None) => "moved",
        (action, _) => symbol(action).fate,
    }
}

fn tone(change: &Change) -> Tone {
    match (change.tier(), change.action) {
        (Tier::Irreversible, _) => Tone::Lost,
        (Tier::Reduces, _) => Tone::Reduced,
        _ if !change.blocks.is_empty() => Tone::Reduced,
        (Tier::Reversible, Action::Create | Action::Resume | Action::Run) => Tone::Added,
        (
            Tier::Reversible,
            Action::Destroy
            | Action::Forget
            | Action::NoOp
            | Action::Pause
            | Action::Read
            | Action::Replace(_)
            | Action::Update,
        ) => Tone::Changed,
    }
}

/// The address without the keys of modules.
fn static_id(block: &BlockAddress) -> String {
    let modules = block.module.iter().map(|step| format!("module.{}.", step.name));
    modules.collect::<String>() + &own_name(block)
}

fn own_name(block: &BlockAddress) -> String {
    let start = if block.mode == Mode::Data { "data." } else { "" };
    format!("{start}{}.{}", block.kind, block.name)
}

/// Adds the servers, each block needing those that it protects.
fn with_servers(graph: &mut Graph, servers: &BTreeSet<(usize, String)>, plan: &Plan) {
    let names: BTreeSet<&String> = servers.iter().map(|(_, name)| name).collect();
    let (lost, gained): (BTreeSet<&String>, BTreeSet<&String>) =
        (plan.coverage.lost.iter().collect(), plan.coverage.gained.iter().collect());
    if names.len() > SERVERS_LIMIT {
        let position = graph.nodes.len();
        let words = format!("{} lose protection, {} gain it", lost.len(), gained.len());
        let tone = if !lost.is_empty() {
            Tone::Reduced
        } else if gained.is_empty() {
            Tone::Same
        } else {
            Tone::Added
        };
        let label = words::count(names.len(), "server");
        graph.nodes.push(Node {
            id: label.clone(),
            label,
            modules: Vec::new(),
            fate: Some(Fate { words, tone }),
        });
        graph.edges.extend(servers.iter().map(|(user, _)| (*user, position)));
        return;
    }
    let first = graph.nodes.len();
    let positions: BTreeMap<&String, usize> = names.iter().copied().zip(first..).collect();
    for name in names {
        let (words, tone) = match (lost.contains(name), gained.contains(name)) {
            (true, _) => ("loses protection", Tone::Reduced),
            (false, true) => ("gains protection", Tone::Added),
            (false, false) => ("as it is", Tone::Same),
        };
        graph.nodes.push(Node {
            id: format!("server {name}"),
            label: format!("server {name}"),
            modules: Vec::new(),
            fate: Some(Fate { words: words.to_owned(), tone }),
        });
    }
    graph.edges.extend(servers.iter().map(|(user, name)| (*user, positions[name])));
}

#[cfg(test)]
mod tests {
    use super::super::{dot, mermaid, svg};
    use super::*;
    use crate::model::plan::Coverage;
    use crate::render::samples::*;

    fn plan() -> Plan {
        let mut changes = vec![create(keyed("fleet", "a"), "i-a"), create(keyed("fleet", "b"), "i-b")];
        changes.push(destroy(keyed("fleet", "c"), "i-c"));
        let mut web = update(named("web"), "i-web");
        web.depends_on = vec![changes[0].address.block.clone()];
        changes.push(web);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let coverage =
            Coverage { before: 2, after: 3, lost: names(&["i-c"]), gained: names(&["i-a", "i-b"]) };
        Plan { coverage, ..of(changes) }
    }

    #[test]
    fn a_block_says_what_becomes_of_its_instances_worst_first() {
        let graph = of_plan(&plan(), &schemas());
        let fates: Vec<(&str, &str, Tone)> = graph
            .nodes
            .iter()
            .filter_map(|node| node.fate.as_ref().map(|fate| (&*node.label, &*fate.words, fate.tone)))
            .collect();
        let expected = [
            ("alicloud_ecs_file_backup.fleet", "1 destroyed, 2 created", Tone::Lost),
            ("alicloud_ecs_file_backup.web", "1 updated in-place", Tone::Changed),
            ("server i-a", "gains protection", Tone::Added),
            ("server i-b", "gains protection", Tone::Added),
            ("server i-c", "loses protection", Tone::Reduced),
            ("server i-web", "as it is", Tone::Same),
        ];
        assert_eq!(fates, expected);
        assert_eq!(graph.edges, [(0, 2), (0, 3), (0, 4), (1, 0), (1, 5)].into());
    }

    #[test]
    fn every_language_has_words_beside_the_colour() {
        let graph = of_plan(&plan(), &schemas());
        for drawn in [dot(&graph), mermaid(&graph), svg(&graph)] {
            assert!(drawn.contains("1 destroyed, 2 created") && drawn.contains("#e5484d"), "{drawn}");
        }
    }

    #[test]
    fn a_fleet_is_one_box() {
        let changes = (0..100).map(|i| create(keyed("fleet", &format!("{i:03}")), &format!("i-{i:03}")));
        let graph = of_plan(&of(changes.collect()), &schemas());
        assert_eq!(graph.nodes.len(), 2);
        assert_eq!(graph.nodes[1].label, "100 servers");
    }
}
