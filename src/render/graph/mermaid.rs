//! Mermaid, which code hosts draw in a pull request.

use std::fmt::Write as _;

use super::Graph;
use crate::render::escape;

/// The graph as a Mermaid flow chart. Boxes are named by number: addresses are no names there.
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart RL\n");
    cluster(graph, &[], &mut text);
    for (user, needed) in &graph.edges {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  n{user} --> n{needed}");
    }
    text
}

fn cluster(graph: &Graph, path: &[String], text: &mut String) {
    let indent = "  ".repeat(path.len() + 1);
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.modules == path) {
        let _ = writeln!(text, "{indent}n{index}[{}]", quoted(&node.label));
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
    let mut shown = String::from("\"");
    for character in escape::visible(text).chars() {
        match character {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' => {
                let _ = write!(shown, "#{};", character as u32);
            }
            other => shown.push(other),
        }
    }
    shown.push('"');
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
