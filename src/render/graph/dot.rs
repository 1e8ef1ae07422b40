//! DOT, in the form of `terraform graph`, so that what reads that can read this.

use std::fmt::Write as _;

use super::Graph;
use crate::render::escape;

/// The graph in Graphviz' language.
pub fn dot(graph: &Graph) -> String {
    let mut text =
        String::from("digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n");
    cluster(graph, &[], &mut text);
    for (user, needed) in &graph.edges {
        let (user, needed) = (quoted(&graph.nodes[*user].id), quoted(&graph.nodes[*needed].id));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {user} -> {needed};");
    }
    text.push_str("}\n");
    text
}

/// The boxes of one module, and those of the modules in it, each in a frame of its own.
fn cluster(graph: &Graph, path: &[String], text: &mut String) {
    let indent = "  ".repeat(path.len() + 1);
    for node in graph.nodes.iter().filter(|node| node.modules == path) {
        let _ = match &node.fate {
            None => writeln!(text, "{indent}{} [label={}];", quoted(&node.id), quoted(&node.label)),
            // The line feed in the label is DOT's own; no text can hold one.
            Some(fate) => writeln!(
                text,
                "{indent}{} [label=\"{}\\n{}\", color = \"{}\", penwidth = 2];",
                quoted(&node.id),
                escaped(&node.label),
                escaped(&fate.words),
                fate.tone.color()
            ),
        };
    }
    let mut inner: Vec<&String> = graph
        .nodes
        .iter()
        .filter(|node| node.modules.starts_with(path))
        .filter_map(|n| n.modules.get(path.len()))
        .collect();
    inner.dedup();
    for module in inner {
        let _ = writeln!(text, "{indent}subgraph {} {{", quoted(&format!("cluster_{module}")));
        let _ = writeln!(text, "{indent}  label = {}", quoted(module));
        let _ = writeln!(text, "{indent}  fontname = \"sans-serif\"");
        let path: Vec<String> = path.iter().chain([module]).cloned().collect();
        cluster(graph, &path, text);
        let _ = writeln!(text, "{indent}}}");
    }
}

/// A DOT string: only quotes and backslashes mean something in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    escape::visible(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::graph::tests::sample;

    #[test]
    fn it_reads_as_terraforms() {
        insta::assert_snapshot!(dot(&sample().reduced()), @r#"
        digraph G {
          rankdir = "RL";
          node [shape = rect, fontname = "sans-serif"];
          "t.a" [label="t.a"];
          "t.b" [label="t.b"];
          subgraph "cluster_module.m" {
            label = "module.m"
            fontname = "sans-serif"
            "module.m.t.<c>\"" [label="t.<c>\""];
          }
          "t.b" -> "t.a";
          "module.m.t.<c>\"" -> "t.b";
        }
        "#);
    }
}
