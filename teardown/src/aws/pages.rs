//! Listings that come in pages. A listing that lacks a page, repeats one or holds what can't be understood says so: it
//! is never taken for a complete one.

use super::error::Error;
use super::wait::Boxed;
use crate::inventory::Listing;
use std::collections::{BTreeMap, BTreeSet};

/// More pages than any account has; a server that never ends must not keep us.
const MOST: usize = 1000;

/// One page as it came.
pub(crate) struct Page<T> {
    /// None where the answer has no list at all: an empty one is there and empty.
    pub items: Option<Vec<T>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// All pages. `read` makes ours of theirs, with the id by which each is known.
pub(crate) fn all<'a, T, U, F>(
    page: impl FnMut(Option<String>) -> F + Send + 'a,
    read: impl Fn(T) -> Result<(String, U), String> + Send + 'a,
) -> Boxed<'a, Listing<U>>
where
    T: Send + 'a,
    U: PartialEq + Send + 'a,
    F: Future<Output = Result<Page<T>, Error>> + Send + 'a,
{
    Box::pin(every(page, read))
}

async fn every<T, U, F>(
    mut page: impl FnMut(Option<String>) -> F,
    read: impl Fn(T) -> Result<(String, U), String>,
) -> Listing<U>
where
    U: PartialEq,
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut items: Vec<U> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut gap = None;
    let mut tokens = BTreeSet::new();
    let mut token = None;
    for number in 1..=MOST {
        let at = |why: String| format!("page {number}: {why}");
        let Page { items: list, next } = match page(token.clone()).await {
            Ok(page) => page,
            Err(error) => {
                gap = gap.or(Some(at(error.to_string())));
                break;
            }
        };
        let Some(list) = list else {
            gap = gap.or(Some(at("the answer has no list".to_owned())));
            break;
        };
        for item in list {
            let (id, item) = match read(item) {
                Ok(read) => read,
                Err(why) => {
                    gap = gap.or(Some(at(why)));
                    continue;
                }
            };
            // Where something is made while the pages are read, the same may be on two of them.
            match places.get(&id) {
                Some(&place) if items[place] != item => {
                    gap = gap.or(Some(at(format!("{id} is listed twice, and differently"))));
                }
                Some(_) => {}
                None => {
                    places.insert(id, items.len());
                    items.push(item);
                }
            }
        }
        // EC2 ends some listings with an empty token.
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return Listing { items, gap };
        };
        if !tokens.insert(next.clone()) {
            gap = gap.or(Some(at("its page token came before".to_owned())));
            break;
        }
        token = Some(next);
    }
    let endless = || "the listing does not end".to_owned();
    Listing {
        items,
        gap: gap.or_else(|| Some(endless())),
    }
}

#[cfg(test)]
mod tests;
