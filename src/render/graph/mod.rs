//! Who needs whom, as a drawing: DOT for Graphviz, Mermaid for pull requests, SVG for a browser.

mod dot;
mod layout;
mod mermaid;
mod planned;
mod svg;

use std::collections::BTreeSet;

pub use dot::dot;
pub use mermaid::mermaid;
pub use planned::of_plan;
pub use svg::svg;

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What no other node is called: a full address.
    pub id: String,
    /// What stands in the box.
    pub label: String,
    /// The modules that it lies in, from the outside in, each with its full address.
    pub modules: Vec<String>,
    /// What a plan does to it, where the drawing is of a plan.
    pub fate: Option<Fate>,
}

/// What a plan does to the things of one box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// In words, so that nothing depends on colour: `40 created, 1 destroyed`.
    pub words: String,
    /// How grave the worst of it is.
    pub tone: Tone,
}

/// How grave it is, harmless first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Nothing is done.
    Same,
    /// Something comes.
    Added,
    /// Something becomes different.
    Changed,
    /// Protection is reduced, something is committed, or nobody may apply it.
    Reduced,
    /// Something is lost for ever.
    Lost,
}

impl Tone {
    /// Its name in style sheets.
    fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Reduced => "reduced",
            Self::Lost => "lost",
        }
    }

    /// A line that shows on white and on black.
    fn color(self) -> &'static str {
        match self {
            Self::Same => "#768390",
            Self::Added => "#2da44e",
            Self::Changed => "#bf8700",
            Self::Reduced => "#d4731c",
            Self::Lost => "#e5484d",
        }
    }
}

/// Boxes, and arrows from each to those that it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// Positions in `nodes`: who needs, and who is needed. There are no circles.
    pub edges: BTreeSet<(usize, usize)>,
}

impl Graph {
    /// The positions of those that each node needs.
    fn needs(&self) -> Vec<Vec<usize>> {
        let mut needs = vec![Vec::new(); self.nodes.len()];
        for (user, needed) in &self.edges {
            needs[*user].push(*needed);
        }
        needs
    }

    /// The same without arrows that other arrows imply, as Terraform draws it.
    #[must_use]
    pub fn reduced(&self) -> Self {
        let needs = self.needs();
        let mut edges = self.edges.clone();
        for (user, direct) in needs.iter().enumerate().filter(|(_, direct)| direct.len() > 1) {
            let mut seen: BTreeSet<usize> = BTreeSet::new();
            let mut open: Vec<usize> = direct.iter().flat_map(|needed| &needs[*needed]).copied().collect();
            while let Some(next) = open.pop() {
                if seen.insert(next) {
                    edges.remove(&(user, next));
                    open.extend(&needs[next]);
                }
            }
        }
        Self { nodes: self.nodes.clone(), edges }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks of the root module and one of a module, in a chain and with one arrow too many.
    pub(super) fn sample() -> Graph {
        let node = |id: &str, label: &str, modules: &[&str]| Node {
            id: id.to_owned(),
            label: label.to_owned(),
            modules: modules.iter().map(|name| (*name).to_owned()).collect(),
            fate: None,
        };
        let nodes = vec![
            node("t.a", "t.a", &[]),
            node("t.b", "t.b", &[]),
            node("module.m.t.<c>\"", "t.<c>\"", &["module.m"]),
        ];
        Graph { nodes, edges: [(1, 0), (2, 1), (2, 0)].into() }
    }

    #[test]
    fn an_arrow_that_others_imply_is_left_out() {
        assert_eq!(sample().reduced().edges, [(1, 0), (2, 1)].into());
    }
}
