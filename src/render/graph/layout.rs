//! Where each box goes: columns from right to left, so that everything stands left of what it needs.

use super::Graph;

/// Rounds of moving boxes next to those that they are joined with; more change little.
const ROUNDS: usize = 4;

/// The columns, the one of those that need nothing first; each with its boxes from top to bottom.
pub fn columns(graph: &Graph) -> Vec<Vec<usize>> {
    let needs = graph.needs();
    let levels = levels(&needs);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); levels.iter().max().map_or(0, |highest| highest + 1)];
    for (node, level) in levels.iter().enumerate() {
        columns[*level].push(node);
    }
    let mut users = vec![Vec::new(); needs.len()];
    for (user, needed) in &graph.edges {
        users[*needed].push(*user);
    }
    for round in 0..ROUNDS {
        let neighbours = if round % 2 == 0 { &needs } else { &users };
        arrange(&mut columns, neighbours);
    }
    columns
}

/// One more than the highest of those that a node needs. Without recursion, so that a chain of any length fits.
fn levels(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut levels: Vec<Option<usize>> = vec![None; needs.len()];
    for start in 0..needs.len() {
        let mut open = vec![start];
        while let Some(node) = open.last().copied() {
            let missing = needs[node].iter().copied().find(|needed| levels[*needed].is_none());
            match missing.filter(|_| levels[node].is_none()) {
                Some(needed) => open.push(needed),
                None => {
                    let highest = needs[node].iter().filter_map(|needed| levels[*needed]).max();
                    levels[node] = Some(highest.map_or(0, |level| level + 1));
                    open.pop();
                }
            }
        }
    }
    levels.into_iter().map(Option::unwrap_or_default).collect()
}

/// Moves each box towards the middle of its neighbours; boxes without any stay in their order.
fn arrange(columns: &mut [Vec<usize>], neighbours: &[Vec<usize>]) {
    let mut place = vec![0_usize; neighbours.len()];
    for column in columns.iter() {
        for (position, node) in column.iter().enumerate() {
            place[*node] = position;
        }
    }
    for column in columns.iter_mut() {
        // Twice the middle position, in whole numbers: the same on every machine.
        let wish = |node: &usize| match &neighbours[*node][..] {
            [] => 2 * place[*node],
            all => 2 * all.iter().map(|other| place[*other]).sum::<usize>() / all.len(),
        };
        let mut wishes: Vec<(usize, usize, usize)> =
            column.iter().map(|node| (wish(node), place[*node], *node)).collect();
        wishes.sort_unstable();
        *column = wishes.into_iter().map(|(_, _, node)| node).collect();
        for (position, node) in column.iter().enumerate() {
            place[*node] = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::graph::tests::sample;

    #[test]
    fn everything_stands_beyond_what_it_needs() {
        assert_eq!(columns(&sample()), [vec![0], vec![1], vec![2]]);
        assert_eq!(columns(&Graph::default()), Vec::<Vec<usize>>::new());
    }
}
