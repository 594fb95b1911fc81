//! A listing is complete, or says why it is not.

use super::super::Kind;
use super::*;
use std::future::ready;

type Made = Result<(Option<Vec<&'static str>>, Option<&'static str>), &'static str>;

async fn list(pages: Vec<Made>) -> (Vec<&'static str>, Option<String>) {
    let mut pages = pages.into_iter();
    let page = |_: Option<String>| {
        let page = pages.next().unwrap();
        ready(match page {
            Ok((items, next)) => Ok(Page {
                items,
                next: next.map(str::to_owned),
            }),
            Err(why) => Err(Error::ours(Kind::Denied, "Describe", "it", why)),
        })
    };
    let read = |item: &'static str| match item.split_once('=') {
        Some((id, _)) => Ok((id.to_owned(), item)),
        None => Err(format!("{item} has no value")),
    };
    let listing = all(page, read).await;
    (listing.items, listing.gap)
}

fn ok(items: &[&'static str], next: Option<&'static str>) -> Made {
    Ok((Some(items.to_vec()), next))
}

#[tokio::test]
async fn all_pages_make_a_complete_listing() {
    let (items, gap) = list(vec![ok(&["a=1"], Some("2")), ok(&["b=1", "a=1"], Some(""))]).await;
    assert_eq!((items, gap), (vec!["a=1", "b=1"], None));
}

#[tokio::test]
async fn what_is_missing_is_said_and_what_is_there_is_kept() {
    for (pages, items, gap) in [
        (
            vec![ok(&["a=1"], Some("2")), Err("denied")],
            vec!["a=1"],
            "page 2: Describe it: denied",
        ),
        (vec![Ok((None, None))], vec![], "page 1: the answer has no list"),
        (
            vec![ok(&["a=1"], Some("2")), ok(&["b=1"], Some("2"))],
            vec!["a=1", "b=1"],
            "page 2: its page token came before",
        ),
        (
            vec![ok(&["a", "b=1"], None)],
            vec!["b=1"],
            "page 1: a has no value",
        ),
        (
            vec![ok(&["a=1"], Some("2")), ok(&["a=2"], None)],
            vec!["a=1"],
            "page 2: a is listed twice, and differently",
        ),
    ] {
        assert_eq!(list(pages).await, (items, Some(gap.to_owned())));
    }
}
