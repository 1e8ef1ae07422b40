//! What stays, comes and goes between two lists: the longest common subsequence, with a bound on its cost.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One element of the old list, the new list, or both, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// New.
    Add(usize),
    /// In both.
    Keep(usize, usize),
    /// Gone.
    Remove(usize),
}

/// Beyond this many pairs the middle of two lists is shown as removed and added whole: comparing ten thousand
/// elements with as many others would take longer than anybody waits for a plan, and nobody reads the result.
const PAIRS_LIMIT: usize = 4_000_000;

/// The edits that lead from one list to the other; in each gap removals come before additions.
pub fn edits<T: Ord>(before: &[T], after: &[T]) -> Vec<Edit> {
    let start = before.iter().zip(after).take_while(|(left, right)| left == right).count();
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let end = before_rest.iter().rev().zip(after_rest.iter().rev()).take_while(|(l, r)| l == r).count();
    let before_middle = &before_rest[..before_rest.len() - end];
    let after_middle = &after_rest[..after_rest.len() - end];

    let mut edits: Vec<Edit> = (0..start).map(|i| Edit::Keep(i, i)).collect();
    edits.extend(middle(before_middle, after_middle).into_iter().map(|edit| match edit {
        Edit::Add(j) => Edit::Add(start + j),
        Edit::Keep(i, j) => Edit::Keep(start + i, start + j),
        Edit::Remove(i) => Edit::Remove(start + i),
    }));
    let (before_end, after_end) = (before.len() - end, after.len() - end);
    edits.extend((0..end).map(|i| Edit::Keep(before_end + i, after_end + i)));
    edits
}

fn middle<T: Ord>(before: &[T], after: &[T]) -> Vec<Edit> {
    let replaced = || (0..before.len()).map(Edit::Remove).chain((0..after.len()).map(Edit::Add));
    if before.len().saturating_mul(after.len()) > PAIRS_LIMIT {
        return replaced().collect();
    }
    // Elements become numbers, so that comparing two is cheap however large they are.
    let mut numbers = BTreeMap::new();
    let mut number = |element| {
        let next = numbers.len();
        *numbers.entry(element).or_insert(next)
    };
    let before: Vec<usize> = before.iter().map(&mut number).collect();
    let after: Vec<usize> = after.iter().map(&mut number).collect();
    let operations = capture_diff_slices(Algorithm::Myers, &before, &after);
    in_order(operations.iter().flat_map(edits_of))
}

fn edits_of(operation: &DiffOp) -> Vec<Edit> {
    match *operation {
        DiffOp::Equal { old_index, new_index, len } => {
            (0..len).map(|i| Edit::Keep(old_index + i, new_index + i)).collect()
        }
        DiffOp::Delete { old_index, old_len, .. } => {
            (old_index..old_index + old_len).map(Edit::Remove).collect()
        }
        DiffOp::Insert { new_index, new_len, .. } => {
            (new_index..new_index + new_len).map(Edit::Add).collect()
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => (old_index..old_index + old_len)
            .map(Edit::Remove)
            .chain((new_index..new_index + new_len).map(Edit::Add))
            .collect(),
    }
}

/// Puts the removals of each gap before its additions.
fn in_order(edits: impl Iterator<Item = Edit>) -> Vec<Edit> {
    let mut ordered = Vec::new();
    let mut added = Vec::new();
    for edit in edits {
        match edit {
            Edit::Add(_) => added.push(edit),
            Edit::Remove(_) => ordered.push(edit),
            Edit::Keep(..) => {
                ordered.append(&mut added);
                ordered.push(edit);
            }
        }
    }
    ordered.append(&mut added);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(before: &str, after: &str) -> String {
        let (left, right): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let edits = edits(&left, &right);
        let one = |edit: &Edit| match *edit {
            Edit::Add(j) => format!("+{}", right[j]),
            Edit::Keep(i, j) => {
                assert_eq!(left[i], right[j]);
                left[i].to_string()
            }
            Edit::Remove(i) => format!("-{}", left[i]),
        };
        edits.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_longest_common_part_stays() {
        let check = |before: &str, after: &str, expected: &str| assert_eq!(written(before, after), expected);
        check("", "", "");
        check("abc", "abc", "a b c");
        check("abc", "", "-a -b -c");
        check("", "ab", "+a +b");
        check("abcd", "acd", "a -b c d");
        check("ab", "ba", "+b a -b");
        check("abcd", "axyd", "a -b -c +x +y d");
        check("ewho", "ehsd", "e -w h -o +s +d");
    }

    #[test]
    fn a_huge_list_is_compared_within_bounds() {
        let before: Vec<usize> = (0..20_000).collect();
        let after: Vec<usize> = (0..20_000).map(|i| i * 7 % 20_011).collect();
        let edits = edits(&before, &after);
        let kept = edits.iter().filter(|edit| matches!(edit, Edit::Keep(..))).count();
        assert_eq!(kept, 1, "only the common start is kept");
        assert_eq!(edits.len(), 2 * 20_000 - kept);
    }
}
