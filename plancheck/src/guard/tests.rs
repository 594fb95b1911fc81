//! The bounds hold whatever pieces the text arrives in.

use super::*;

fn read(text: &str, allowance: &Allowance) -> io::Result<usize> {
    // One byte at a time: nothing may depend on where a read ends.
    struct Drip<'a>(&'a [u8]);
    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }
    let mut sink = Vec::new();
    Guarded::new(Drip(text.as_bytes()), allowance.clone()).read_to_end(&mut sink)
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(read(&deep(DEEPEST), &Allowance::default()).is_ok());
    let error = read(&deep(DEEPEST + 1), &Allowance::default()).unwrap_err();
    assert_eq!(error.to_string(), Bound::Depth.to_string());
}

#[test]
fn brackets_in_strings_are_text() {
    let text = format!(r#"["{}\"{}"]"#, "[".repeat(500), "{".repeat(500));
    assert!(read(&text, &Allowance::default()).is_ok());
}

#[test]
fn only_what_is_held_counts() {
    let allowance = Allowance::default();
    assert!(read("0123456789", &allowance).is_ok());
    allowance.resume(Some(9));
    let error = read("0123456789", &allowance).unwrap_err();
    assert_eq!(error.to_string(), Bound::Size.to_string());
}

#[test]
fn an_escaped_quote_ends_no_string_wherever_the_text_is_cut() {
    let text = format!(r#"["\\\"{}"]"#, "[".repeat(500));
    for cut in 0..8 {
        let (head, tail) = text.as_bytes().split_at(cut);
        let mut nesting = Nesting::default();
        assert_eq!(
            nesting.follow(head).and_then(|()| nesting.follow(tail)),
            Ok(()),
            "{cut}"
        );
    }
}
