//! Reads listings whole: every page or an error, never a part.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use tokio::task::JoinSet;

use crate::cloud::error::{Call, Error};

/// One page of a listing that counts its pages.
#[derive(Clone, Debug)]
pub(super) struct Page<T> {
    /// The objects of the page.
    pub objects: Vec<T>,
    /// How many there are in all, as this page says.
    pub total: u64,
    /// How many a page holds, as this page says.
    pub size: u64,
}

/// One page of a listing that goes on by token.
#[derive(Clone, Debug)]
pub(super) struct TokenPage<T> {
    /// The objects of the page.
    pub objects: Vec<T>,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How many there are in all, where the page says so.
    pub total: Option<u64>,
}

/// Why a reading of a listing does not stand.
struct Inconsistent {
    announced: u64,
    found: u64,
}

/// Reads the first page, then the others side by side, and puts them in order.
///
/// When the pages do not fit together, something was created or removed meanwhile: everything is read once more.
///
/// # Errors
///
/// The first page that fails, or [`Error::ListingChanged`].
pub(super) async fn by_number<T, Fetch, Fetched>(
    call: Call,
    parallelism: usize,
    fetch: Fetch,
    id: fn(&T) -> &str,
) -> Result<Vec<T>, Error>
where
    T: Send + 'static,
    Fetch: Fn(u64) -> Fetched,
    Fetched: Future<Output = Result<Page<T>, Error>> + Send + 'static,
{
    if let Ok(objects) = read_numbered(parallelism, &fetch, id).await? {
        return Ok(objects);
    }
    read_numbered(parallelism, &fetch, id).await?.map_err(|error| changed(call, &error))
}

/// Reads page after page as the tokens lead, again once when they do not fit together.
///
/// # Errors
///
/// The first page that fails, or [`Error::ListingChanged`].
pub(super) async fn by_token<T, Fetch, Fetched>(
    call: Call,
    fetch: Fetch,
    id: fn(&T) -> &str,
) -> Result<Vec<T>, Error>
where
    Fetch: Fn(Option<String>) -> Fetched,
    Fetched: Future<Output = Result<TokenPage<T>, Error>>,
{
    if let Ok(objects) = read_by_token(&fetch, id).await? {
        return Ok(objects);
    }
    read_by_token(&fetch, id).await?.map_err(|error| changed(call, &error))
}

/// The error for a listing that did not hold still.
fn changed(call: Call, error: &Inconsistent) -> Error {
    Error::ListingChanged { call, announced: error.announced, found: error.found }
}

/// One reading of all numbered pages.
async fn read_numbered<T, Fetch, Fetched>(
    parallelism: usize,
    fetch: &Fetch,
    id: fn(&T) -> &str,
) -> Result<Result<Vec<T>, Inconsistent>, Error>
where
    T: Send + 'static,
    Fetch: Fn(u64) -> Fetched,
    Fetched: Future<Output = Result<Page<T>, Error>> + Send + 'static,
{
    let first = fetch(1).await?;
    let (total, size) = (first.total, first.size.max(1));
    let mut waiting = 2..=total.div_ceil(size);
    let mut found = first.objects.len() as u64;
    let mut pages = BTreeMap::from([(1, first.objects)]);
    let mut running = JoinSet::new();
    loop {
        while running.len() < parallelism
            && let Some(number) = waiting.next()
        {
            let page = fetch(number);
            running.spawn(async move { (number, page.await) });
        }
        let Some(finished) = running.join_next().await else { break };
        let (number, page) = finished.expect("a page is read without panic, and nobody cancels it");
        let page = page?;
        found += page.objects.len() as u64;
        // An empty page before the end means that the rest is not there either: do not ask for all of it.
        if page.total != total || page.objects.is_empty() {
            return Ok(Err(Inconsistent { announced: page.total, found }));
        }
        pages.insert(number, page.objects);
    }
    let objects: Vec<T> = pages.into_values().flatten().collect();
    Ok(whole(objects, total, id))
}

/// One reading along the tokens.
async fn read_by_token<T, Fetch, Fetched>(
    fetch: &Fetch,
    id: fn(&T) -> &str,
) -> Result<Result<Vec<T>, Inconsistent>, Error>
where
    Fetch: Fn(Option<String>) -> Fetched,
    Fetched: Future<Output = Result<TokenPage<T>, Error>>,
{
    let (mut objects, mut seen, mut next) = (Vec::new(), BTreeSet::new(), None);
    loop {
        let page = fetch(next).await?;
        objects.extend(page.objects);
        let Some(token) = page.next.filter(|token| !token.is_empty()) else {
            let total = page.total.unwrap_or(objects.len() as u64);
            return Ok(whole(objects, total, id));
        };
        // A token that comes twice would lead round in a circle for ever.
        if !seen.insert(token.clone()) {
            let found = objects.len() as u64;
            return Ok(Err(Inconsistent { announced: page.total.unwrap_or(found), found }));
        }
        next = Some(token);
    }
}

/// The objects, if there are as many different ones as were announced.
fn whole<T>(objects: Vec<T>, announced: u64, id: fn(&T) -> &str) -> Result<Vec<T>, Inconsistent> {
    let different = objects.iter().map(id).collect::<BTreeSet<_>>().len();
    if different == objects.len() && different as u64 == announced {
        return Ok(objects);
    }
    Err(Inconsistent { announced, found: different as u64 })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn call() -> Call {
        Call { product: "hbr", action: "DescribeBackupPlans", host: "h".into() }
    }

    fn objects(range: std::ops::Range<u64>) -> Vec<String> {
        range.map(|number| format!("plan-{number}")).collect()
    }

    /// Changes what the n-th fetch gives for a page.
    type Twist = fn(u64, u64, Page<String>) -> Result<Page<String>, Error>;

    /// Lists `total` objects, three a page; also counts the fetches.
    async fn list(total: u64, twist: Twist) -> (Result<Vec<String>, Error>, u64) {
        let fetches = Arc::new(AtomicU64::new(0));
        let count = fetches.clone();
        let fetch = move |number: u64| {
            let fetch = count.fetch_add(1, Ordering::SeqCst);
            let start = (number - 1) * 3;
            let page = Page { objects: objects(start..(start + 3).min(total)), total, size: 3 };
            async move { twist(fetch, number, page) }
        };
        let result = by_number(call(), 2, fetch, |id: &String| id).await;
        (result, fetches.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn pages_come_together_in_order_with_the_fewest_calls() {
        for (total, calls) in [(0, 1), (1, 1), (3, 1), (4, 2), (10, 4)] {
            let (listed, fetches) = list(total, |_, _, page| Ok(page)).await;
            assert_eq!((listed.expect("a listing"), fetches), (objects(0..total), calls));
        }
    }

    #[tokio::test]
    async fn a_page_that_fails_fails_the_listing() {
        let (listed, _) = list(10, |_, number, page| match number {
            3 => Err(Error::Garbled { call: call(), detail: "cut".into(), id: None }),
            _ => Ok(page),
        })
        .await;
        assert!(matches!(listed, Err(Error::Garbled { .. })), "{listed:?}");
    }

    #[tokio::test]
    async fn a_listing_that_changed_is_read_once_more() {
        let (listed, fetches) = list(6, |fetch, _, page| match fetch {
            1 => Ok(Page { total: 7, ..page }),
            _ => Ok(page),
        })
        .await;
        assert_eq!((listed.expect("a listing"), fetches), (objects(0..6), 4));
    }

    #[tokio::test]
    async fn a_listing_that_never_holds_still_is_an_error() {
        let twists: [Twist; 3] = [
            |_, number, page| {
                Ok(Page { objects: if number == 2 { Vec::new() } else { page.objects }, ..page })
            },
            |_, number, page| Ok(Page { total: page.total + number, ..page }),
            |_, _, page| Ok(Page { objects: vec!["plan-0".into(); page.objects.len()], ..page }),
        ];
        for twist in twists {
            let (listed, _) = list(6, twist).await;
            assert!(matches!(listed, Err(Error::ListingChanged { .. })), "{listed:?}");
        }
    }

    #[tokio::test]
    async fn tokens_are_followed_to_the_end_and_never_in_a_circle() {
        let straight = |token: Option<String>| async move {
            let number: u64 = token.map_or(0, |token| token.parse().expect("a number"));
            let next = (number < 2).then(|| (number + 1).to_string());
            Ok(TokenPage { objects: objects(number..number + 1), next, total: Some(3) })
        };
        assert_eq!(by_token(call(), straight, |id: &String| id).await.expect("a listing"), objects(0..3));
        let circle =
            |_| async { Ok(TokenPage { objects: objects(0..1), next: Some("t".into()), total: None }) };
        let circled = by_token(call(), circle, |id: &String| id).await;
        assert!(matches!(circled, Err(Error::ListingChanged { .. })), "{circled:?}");
    }

    #[tokio::test]
    async fn a_total_that_the_tokens_do_not_reach_is_an_error() {
        let short = |_| async { Ok(TokenPage { objects: objects(0..1), next: None, total: Some(2) }) };
        let listed = by_token(call(), short, |id: &String| id).await;
        assert_eq!(
            listed.expect_err("one is missing").to_string(),
            "the listing changed while it was read: hbr:DescribeBackupPlans at h said 2 objects, and its pages held \
             1 different ones; try again when nothing else is at work on the account"
        );
    }
}
