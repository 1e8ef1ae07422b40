//! Reads listings whole: every object once or an error, never a part.

use std::collections::BTreeSet;

use super::client::{Client, Operation};
use crate::cloud::error::Error;

/// How often a listing is begun anew that changes while it is read.
const LISTINGS: u32 = 3;

/// One page of a listing.
#[derive(Clone, Debug)]
pub(super) struct Page<T> {
    /// The records of the page.
    pub records: Vec<T>,
    /// How many there are altogether, where the service says so.
    pub count: Option<u64>,
}

impl<T> Page<T> {
    /// A page of a service that counts.
    pub fn new(records: Vec<T>, count: Option<i64>) -> Self {
        Self { records, count: count.and_then(|count| u64::try_from(count).ok()) }
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How many records come before it.
    pub offset: u64,
    /// Its number, from 1.
    pub number: u64,
}

/// How a service's listing goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// By pages of so many, which are numbered.
    ByNumber(u64),
    /// By pages of so many, which begin after as many records as are said.
    ByOffset(u64),
}

impl Step {
    fn size(self) -> u64 {
        match self {
            Self::ByNumber(size) | Self::ByOffset(size) => size,
        }
    }
}

/// Why a reading of a listing does not stand.
struct Unsteady {
    announced: u64,
    found: u64,
}

/// Reads a listing page by page, and again from the start when it changes meanwhile.
///
/// Offsets shift where objects come and go: then records are passed over or come twice, and the count need not tell, for
/// one may have gone and another have come. So each page by offset begins with the last record of the page before it,
/// and a listing stands only when that record is where it was, the count stays, and as many different objects were found
/// as are counted.
///
/// # Errors
///
/// The first page that fails, or [`Error::ListingChanged`].
pub(super) async fn all<T, F>(
    client: &Client,
    region: &str,
    operation: Operation,
    step: Step,
    id: fn(&T) -> Option<&str>,
    page: impl Fn(Place) -> F,
) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut last = Unsteady { announced: 0, found: 0 };
    for _ in 0..LISTINGS {
        match once(step, id, &page).await? {
            Ok(records) => return Ok(records),
            Err(unsteady) => last = unsteady,
        }
    }
    let Unsteady { announced, found } = last;
    Err(Error::ListingChanged { call: client.name(operation, region)?, announced, found })
}

/// One reading.
async fn once<T, F>(
    step: Step,
    id: fn(&T) -> Option<&str>,
    page: &impl Fn(Place) -> F,
) -> Result<Result<Vec<T>, Unsteady>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let Page { records: mut new, count } = page(Place { offset: 0, number: 1 }).await?;
    let (mut records, mut seen, mut number) = (Vec::new(), BTreeSet::new(), 1);
    let mut is_full = as_u64(new.len()) >= step.size();
    loop {
        let before = records.len();
        // A record without id cannot be told from another; it is missing from the number that must come out.
        records
            .extend(new.into_iter().filter(|record| id(record).is_some_and(|id| seen.insert(id.to_owned()))));
        let found = as_u64(records.len());
        let unsteady = || Unsteady { announced: count.unwrap_or(found), found };
        if count.map_or(!is_full || records.len() == before, |count| found >= count) {
            return Ok(if count.is_none_or(|count| count == found) { Ok(records) } else { Err(unsteady()) });
        }
        if records.len() == before {
            // More is promised than comes: going on would go round in a circle.
            return Ok(Err(unsteady()));
        }
        number += 1;
        let offset = match step {
            Step::ByNumber(_) => found,
            Step::ByOffset(_) => found.saturating_sub(1),
        };
        let next = page(Place { offset, number }).await?;
        if next.count != count {
            return Ok(Err(Unsteady { announced: next.count.unwrap_or(0), found }));
        }
        is_full = as_u64(next.records.len()) >= step.size();
        new = next.records;
        if matches!(step, Step::ByOffset(_)) && records.last().and_then(id) != new.first().and_then(id) {
            return Ok(Err(unsteady()));
        }
    }
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    type Records = Vec<String>;

    /// The world before the n-th page is asked for.
    type World = fn(usize) -> Records;

    fn numbered(range: std::ops::Range<usize>) -> Records {
        range.map(|number| format!("v-{number}")).collect()
    }

    /// Reads the world's listing once, three a page; how many pages were asked for, and what came of it.
    async fn read(step: fn(u64) -> Step, counts: bool, world: World) -> (usize, Option<Records>) {
        let asked = RefCell::new(0);
        let step = step(3);
        let page = async |place: Place| {
            let records = world(*asked.borrow());
            *asked.borrow_mut() += 1;
            let count = counts.then(|| i64::try_from(records.len()).expect("few"));
            let offset = match step {
                Step::ByNumber(size) => (place.number - 1) * size,
                Step::ByOffset(_) => place.offset,
            };
            let skip = usize::try_from(offset).expect("few");
            Ok(Page::new(records.into_iter().skip(skip).take(3).collect(), count))
        };
        let read = once(step, |id: &String| Some(id.as_str()), &page).await.expect("no page fails");
        (asked.take(), read.ok())
    }

    #[tokio::test]
    async fn what_holds_still_is_read_with_few_pages() {
        let check = async |step: fn(u64) -> Step, counts: bool, length: usize, pages: usize| {
            const WORLDS: [World; 8] = [
                |_| numbered(0..0),
                |_| numbered(0..1),
                |_| numbered(0..2),
                |_| numbered(0..3),
                |_| numbered(0..4),
                |_| numbered(0..5),
                |_| numbered(0..6),
                |_| numbered(0..7),
            ];
            let found = read(step, counts, WORLDS[length]).await;
            assert_eq!(found, (pages, Some(numbered(0..length))), "{length} {counts}");
        };
        for (length, pages) in [(0, 1), (1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3)] {
            check(Step::ByOffset, true, length, pages).await;
        }
        for (length, pages) in [(0, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3)] {
            check(Step::ByOffset, false, length, pages).await;
        }
        for (length, pages) in [(0, 1), (3, 1), (4, 2), (6, 2), (7, 3)] {
            check(Step::ByNumber, true, length, pages).await;
        }
    }

    #[tokio::test]
    async fn what_moves_is_not_taken_for_whole() {
        let check = async |step: fn(u64) -> Step, world: World| {
            let (_, found) = read(step, true, world).await;
            assert_eq!(found, None);
        };
        // One goes, and the count with it.
        check(Step::ByOffset, |asked| numbered(usize::from(asked > 0)..5)).await;
        // One goes and another comes: the count stays, and the fourth would be passed over.
        check(Step::ByOffset, |asked| numbered(asked.min(1)..5 + asked.min(1))).await;
        // One comes at the front, and another goes.
        check(Step::ByOffset, |asked| numbered(1 - asked.min(1)..6 - asked.min(1))).await;
        // The service promises more than it gives.
        check(Step::ByNumber, |_| vec!["a".into(), "a".into(), "a".into(), "a".into()]).await;
    }
}
