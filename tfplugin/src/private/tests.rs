//! What was stored comes back, what is not there is no error, and a log shows none of it.

use super::Private;
use crate::{Checkpoint, CreateRequest, ImportBy, ListItem, ReadResponse, Value};

#[test]
fn what_is_set_is_got() {
    let mut private = Private::new();
    assert_eq!(private.get::<Vec<u64>>().expect("nothing is fine"), None);
    private.set(&[1u64, u64::MAX]).expect("JSON");
    assert_eq!(private.bytes(), b"[1,18446744073709551615]");
    assert_eq!(private.get::<Vec<u64>>().expect("JSON"), Some(vec![1, u64::MAX]));
}

#[test]
fn bytes_of_another_form_are_an_error() {
    assert!(Private::from(b"v1").get::<String>().is_err());
    assert!(Private::from(b"[1]").get::<String>().is_err());
}

#[test]
fn a_request_or_an_answer_in_a_log_shows_nothing_of_what_it_holds() {
    let secret = || Value::object([("password", "hunter2".into())]);
    let request = CreateRequest {
        config: secret(),
        planned: secret(),
        private: Private::from(b"hunter2"),
        meta: secret(),
        stop: crate::CancellationToken::new(),
        checkpoint: Checkpoint::default(),
    };
    request.checkpoint.save(&secret());
    let said = [
        format!("{request:?}"),
        format!("{:?}", request.private),
        format!("{:?}", request.checkpoint),
        format!("{:?}", ReadResponse::new(Some(secret()), Private::new())),
        format!("{:?}", ImportBy::Identity(secret())),
        format!("{:?}", ListItem::new(secret(), "hunter2")),
    ];
    assert_eq!(
        said,
        [
            "CreateRequest { .. }",
            "Private(7 bytes)",
            "Checkpoint { .. }",
            "ReadResponse { .. }",
            "ImportBy { .. }",
            "ListItem { .. }",
        ]
    );
}
