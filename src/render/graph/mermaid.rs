//! Mermaid, which code hosts draw in a pull request.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Graph, Tone};
use crate::render::escape;

/// The graph as a Mermaid flow chart. Boxes are named by number: addresses are no names there.
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart RL\n");
    cluster(graph, &[], &mut text);
    for (user, needed) in &graph.edges {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  n{user} --> n{needed}");
    }
    let tones: BTreeSet<Tone> =
        graph.nodes.iter().filter_map(|node| node.fate.as_ref().map(|fate| fate.tone)).collect();
    for tone in tones {
        let _ = writeln!(text, "  classDef {} stroke:{},stroke-width:3px", tone.class(), tone.color());
    }
    text
}

fn cluster(graph: &Graph, path: &[String], text: &mut String) {
    let indent = "  ".repeat(path.len() + 1);
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.modules == path) {
        let _ = match &node.fate {
            None => writeln!(text, "{indent}n{index}[{}]", quoted(&node.label)),
            Some(fate) => {
                let (label, words) = (escaped(&node.label), escaped(&fate.words));
                writeln!(text, "{indent}n{index}[\"{label}<br/>{words}\"]:::{}", fate.tone.class())
            }
        };
    }
    let within = graph.nodes.iter().enumerate().filter(|(_, node)| node.modules.starts_with(path));
    let mut inner: Vec<(usize, &String)> = within
        .filter_map(|(index, node)| node.modules.get(path.len()).map(|module| (index, module)))
        .collect();
    inner.dedup_by_key(|(_, module)| *module);
    for (index, module) in inner {
        let depth = path.len();
        let _ = writeln!(text, "{indent}subgraph m{depth}x{index}[{}]", quoted(module));
        let path: Vec<String> = path.iter().chain([module]).cloned().collect();
        cluster(graph, &path, text);
        let _ = writeln!(text, "{indent}end");
    }
}

/// A Mermaid string: entities stand for all that could end it or be read as markup.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for character in escape::visible(text).chars() {
        match character {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' => {
                let _ = write!(shown, "#{};", character as u32);
            }
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::graph::tests::sample;

    #[test]
    fn boxes_have_numbers_and_labels_are_harmless() {
        insta::assert_snapshot!(mermaid(&sample().reduced()), @r#"
        flowchart RL
          n0["t.a"]
          n1["t.b"]
          subgraph m0x2["module.m"]
            n2["t.#60;c#62;#34;"]
          end
          n1 --> n0
          n2 --> n1
        "#);
    }
}
