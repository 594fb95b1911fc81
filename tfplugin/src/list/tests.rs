//! The sender counts what was sent.

use super::{Closed, ListItem, ListSender};
use crate::value::Value;

#[tokio::test]
async fn a_send_that_was_given_up_does_not_count() {
    let (out, mut found) = ListSender::new(2);
    let item = || ListItem::new(Value::Null, "one");
    assert_eq!(out.send(item()).await, Ok(()));
    tokio::select! {
        biased;
        sent = out.send(item()) => panic!("there is no room: {sent:?}"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(found.recv().await, Some(item()));
    assert_eq!(out.send(item()).await, Ok(()), "the second of two");
    assert_eq!(out.send(item()).await, Err(Closed));
}
