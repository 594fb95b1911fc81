//! A duration keeps its text and lasts what the text says.

use std::time::Duration;

use proptest::prelude::*;

use crate::{DurationText, Element, Value};

#[test]
fn texts_last_what_they_say() {
    let lasts = |text: &str| {
        text.parse::<DurationText>()
            .map(|duration| duration.get().as_millis())
    };
    for (text, millis) in [
        ("30s", 30_000),
        ("1h30m", 5_400_000),
        ("1.5h", 5_400_000),
        ("2m0.5s", 120_500),
        (".5s", 500),
        ("1s500ms", 1_500),
        ("1000µs", 1),
        ("0", 0),
        ("0s", 0),
    ] {
        assert_eq!(lasts(text), Ok(millis), "{text}");
    }
}

#[test]
fn anything_else_is_refused_with_examples() {
    for text in [
        "",
        "5",
        "-5s",
        "5 s",
        "s",
        "1h30",
        ".s",
        "1.2.3s",
        "1d",
        "soon",
        "99999999999999999999999h",
    ] {
        assert!(text.parse::<DurationText>().is_err(), "{text}");
    }
    let refused = DurationText::decode(&"soon".into()).expect_err("no duration");
    assert_eq!(
        refused.to_string(),
        "(root): a duration such as \"30s\", \"10m\" or \"1h30m\" is required"
    );
}

#[test]
fn the_text_stays_as_it_was_written() {
    let decoded = DurationText::decode(&"90m".into()).expect("a duration");
    assert_eq!(decoded.clone().encode(), Value::from("90m"));
    let same = DurationText::from(decoded.get());
    assert_eq!(same.as_str(), "1h30m");
    assert_ne!(decoded, same, "as for Terraform");
}

proptest! {
    #[test]
    fn a_duration_is_read_from_the_text_it_is_written_as(seconds in 0u64..1_000_000_000, nanos in 0u32..1_000_000_000) {
        for duration in [Duration::new(seconds, nanos), Duration::from_secs(seconds)] {
            let text = DurationText::from(duration).to_string();
            prop_assert_eq!(text.parse::<DurationText>().map(|read| read.get()), Ok(duration));
        }
    }
}
