//! That lines come out as wide and as grouped as they should.

use super::{grouped, wrap};

#[test]
fn digits_are_grouped_by_three() {
    let texts = [0, 12, 999, 1000, 70_213, 1_234_567].map(grouped);
    assert_eq!(texts, ["0", "12", "999", "1,000", "70,213", "1,234,567"]);
}

#[test]
fn no_line_is_wider_than_the_screen_and_no_word_is_lost() {
    let text = "green 0% → 10% → 50% → 100% in 3 rule changes";
    let lines = wrap(text, 16);
    assert!(lines.iter().all(|line| line.chars().count() <= 16), "{lines:?}");
    assert_eq!(lines.join(" "), text);
}

#[test]
fn paint_takes_no_room() {
    assert_eq!(wrap("\u{1b}[34mblue\u{1b}[39m 100%", 9).len(), 1);
}
