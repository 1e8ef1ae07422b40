//! SVG that needs nothing from elsewhere, in light and dark.

use std::fmt::Write as _;

use super::{Graph, Node, layout::columns};
use crate::render::{escape, words};

/// Sizes in pixels.
const CHARACTER: usize = 8;
const HEIGHT: usize = 34;
const PADDING: usize = 12;
const GAP_X: usize = 60;
const GAP_Y: usize = 16;

const STYLE: &str = "\
rect{fill:#fff;stroke:#57606a}\
text{font:13px ui-monospace,monospace;fill:#1f2328}\
path{fill:none;stroke:#57606a}\
marker path{fill:#57606a;stroke:none}\
rect.added{stroke:#2da44e;stroke-width:3}\
rect.changed{stroke:#bf8700;stroke-width:3}\
rect.reduced{stroke:#d4731c;stroke-width:3}\
rect.lost{stroke:#e5484d;stroke-width:3}\
@media(prefers-color-scheme:dark){\
rect{fill:#161b22;stroke:#8b949e}text{fill:#e6edf3}path{stroke:#8b949e}marker path{fill:#8b949e}}";

/// Where a box lies.
#[derive(Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
}

/// The graph as one SVG image. Everything stands left of what it needs.
pub fn svg(graph: &Graph) -> String {
    let (places, width, height) = places(graph);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">",
        summary(graph)
    );
    let _ = writeln!(text, "<style>{STYLE}</style>");
    text.push_str(
        "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
    );
    for (user, needed) in &graph.edges {
        let (from, to) = (places[*user], places[*needed]);
        let (x1, y1, x2, y2) = (from.x + from.width, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2);
        let bend = usize::midpoint(x1, x2);
        let _ = writeln!(
            text,
            "<path d=\"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}\" marker-end=\"url(#end)\"/>"
        );
    }
    for (node, place) in graph.nodes.iter().zip(&places) {
        let Place { x, y, width } = *place;
        let id = escaped(&words_of(node));
        let class = node.fate.as_ref().map(|fate| format!(" class=\"{}\"", fate.tone.class()));
        let class = class.unwrap_or_default();
        let (text_x, text_y) = (x + PADDING, y + HEIGHT / 2 + 5);
        let _ = writeln!(
            text,
            "<g><title>{id}</title><rect{class} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"4\"/><text x=\"{text_x}\" y=\"{text_y}\">{id}</text></g>"
        );
    }
    text.push_str("</svg>\n");
    text
}

/// What stands in a box.
fn words_of(node: &Node) -> String {
    match &node.fate {
        None => node.id.clone(),
        Some(fate) => format!("{}: {}", node.id, fate.words),
    }
}

fn summary(graph: &Graph) -> String {
    let needs = graph.edges.iter().take(100).map(|(user, needed)| {
        format!("{} needs {}", escaped(&graph.nodes[*user].id), escaped(&graph.nodes[*needed].id))
    });
    let blocks = words::count(graph.nodes.len(), "block");
    std::iter::once(blocks).chain(needs).collect::<Vec<_>>().join("; ")
}

/// The place of each box, and the size of the whole.
fn places(graph: &Graph) -> (Vec<Place>, usize, usize) {
    let columns = columns(graph);
    let width = |node: usize| words::width(&words_of(&graph.nodes[node])) * CHARACTER + 2 * PADDING;
    let mut places = vec![Place::default(); graph.nodes.len()];
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let full = tallest * (HEIGHT + GAP_Y) + GAP_Y;
    let mut x = GAP_Y;
    for column in columns.iter().rev() {
        let widest = column.iter().map(|node| width(*node)).max().unwrap_or(0);
        let free = full - (column.len() * (HEIGHT + GAP_Y) + GAP_Y);
        for (row, node) in column.iter().enumerate() {
            let y = free / 2 + GAP_Y + row * (HEIGHT + GAP_Y);
            places[*node] = Place { x, y, width: width(*node) };
        }
        x += widest + GAP_X;
    }
    (places, x.saturating_sub(GAP_X) + GAP_Y, full)
}

/// Text for an element or an attribute.
fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for character in escape::visible(text).chars() {
        match character {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '"' => shown.push_str("&quot;"),
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
    fn every_box_and_arrow_is_there_and_no_name_is_markup() {
        let image = svg(&sample().reduced());
        assert_eq!(image.matches("<rect ").count(), 3, "{image}");
        assert_eq!(image.matches("marker-end").count(), 2, "{image}");
        assert!(image.contains(">module.m.t.&lt;c&gt;&quot;</text>"), "{image}");
        assert!(
            image.contains("aria-label=\"3 blocks; t.b needs t.a; module.m.t.&lt;c&gt;&quot; needs t.b\""),
            "{image}"
        );
    }

    #[test]
    fn arrows_go_from_left_to_right() {
        let (places, ..) = places(&sample());
        assert!(places[2].x < places[1].x && places[1].x < places[0].x);
    }
}
