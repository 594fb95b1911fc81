//! What was stored comes back, and what is not there is no error.

use super::Private;

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
