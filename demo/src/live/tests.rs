//! How shares are put.

use super::{percent, share};

#[test]
fn a_few_answers_are_not_rounded_to_none_nor_many_to_all() {
    assert_eq!(
        (percent(1, 1000), percent(999, 1000)),
        ("<1%".to_owned(), ">99%".to_owned())
    );
    assert_eq!(
        (percent(5, 5), percent(1, 4)),
        ("100%".to_owned(), "25%".to_owned())
    );
}

#[test]
fn a_color_that_answered_nobody_is_not_named() {
    assert_eq!(console::strip_ansi_codes(&share([0, 7])), "green 100%");
    assert_eq!(share([0, 0]), "-");
}
