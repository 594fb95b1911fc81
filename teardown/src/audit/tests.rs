//! Every change of a log is found, down to one bit.

use super::*;

fn log() -> String {
    let mut chain = Chain::default();
    let at: Timestamp = "2026-01-01T12:00:00.123456Z".parse().unwrap();
    let events = [Event::Began, Event::Calling, Event::Answered, Event::Ended];
    let lines = events.into_iter().map(|event| {
        let says = serde_json::json!({"action": "DeleteLoadBalancer", "name": "a\"ä", "share": 0.5});
        chain.line(at, event, &says).unwrap()
    });
    lines.collect()
}

#[test]
fn an_untouched_log_is_whole() {
    assert_eq!(verify(&log()), Ok(4));
}

#[test]
fn every_flipped_bit_is_found() {
    let log = log().into_bytes();
    for at in 0..log.len() {
        for bit in 0..8 {
            let mut changed = log.clone();
            changed[at] ^= 1 << bit;
            // What is no longer text can't even be read as one.
            if let Ok(text) = String::from_utf8(changed) {
                assert!(verify(&text).is_err(), "byte {at}, bit {bit}: {text}");
            }
        }
    }
}

#[test]
fn every_cut_is_found() {
    let log = log();
    for end in (0..log.len()).filter(|end| log.is_char_boundary(*end)) {
        assert!(verify(&log[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_line_taken_out_moved_or_added_is_found() {
    let log = log();
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    assert_eq!(
        verify(&[lines[0], lines[2], lines[3]].concat()),
        Err(Broken::Gap(2))
    );
    assert_eq!(
        verify(&[lines[0], lines[2], lines[1], lines[3]].concat()),
        Err(Broken::Gap(2))
    );
    assert_eq!(
        verify(&[lines[1], lines[2], lines[3]].concat()),
        Err(Broken::Gap(1))
    );
    assert_eq!(
        verify(&[log.as_str(), lines[3]].concat()),
        Err(Broken::Afterwards(5))
    );
    assert_eq!(verify(""), Err(Broken::Empty));
}

#[test]
fn a_killed_run_can_be_gone_on_with() {
    let log = log();
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let cut = [lines[0], lines[1]].concat();
    assert_eq!(verify(&cut), Err(Broken::Unfinished(2)));
    let mut chain = Chain::resume(&cut).unwrap();
    let at: Timestamp = "2026-01-01T13:00:00Z".parse().unwrap();
    let end = chain.line(at, Event::Ended, &"resumed").unwrap();
    assert_eq!(verify(&(cut + &end)), Ok(3));
    assert!(Chain::resume(&log).is_err());
}
