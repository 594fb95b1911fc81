//! How the file is followed while it grows.

use super::{Ended, Progress};
use acceptance::folder::Folder;
use jiff::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

fn line(second: f64, step: &str, detail: &str, state: &str) -> String {
    format!(
        "{{\"at\":\"2026-11-21T12:00:{second:06.3}Z\",\"service\":\"web\",\"step\":\"{step}\",\"detail\":\"{detail}\",\"state\":\"{state}\"}}\n"
    )
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_step_is_shown_while_it_lasts_and_told_once_when_it_has_ended() {
    let folder = Folder::new().unwrap();
    let path = folder.path().join("progress.jsonl");
    File::create(&path).unwrap().write_all(b"left over\n").unwrap();
    let mut progress = Progress::new(&path).unwrap();
    assert_eq!(progress.poll(), []);

    append(&path, &line(1.0, "await_healthy", "waiting for 2", "begin"));
    append(&path, &line(1.5, "await_healthy", "1 of 2", "wait"));
    assert_eq!(progress.poll(), []);
    let now = progress.now(at("2026-11-21T12:00:02Z"));
    assert_eq!(now.as_deref(), Some("1.0 s · waiting for 2: 1 of 2"));

    // Half a line is kept until the other half is there.
    let done = line(2.25, "await_healthy", "waiting for 2", "done");
    append(&path, &done[..20]);
    assert_eq!(progress.poll(), []);
    append(&path, &done[20..]);
    let ended = Ended {
        detail: "waiting for 2".to_owned(),
        took: Duration::from_millis(1250),
        failed: false,
    };
    assert_eq!(progress.poll(), [ended]);
    assert_eq!(
        (progress.poll().len(), progress.now(at("2026-11-21T12:00:03Z"))),
        (0, None)
    );
}

#[test]
fn a_failed_step_says_so_and_words_of_others_are_passed_over() {
    let folder = Folder::new().unwrap();
    let path = folder.path().join("progress.jsonl");
    let mut progress = Progress::new(&path).unwrap();
    append(&path, "not JSON\n{\"at\":1}\n");
    append(&path, &line(1.0, "hold", "holding", "begin"));
    append(&path, &line(1.1, "hold", "green is ill", "failed"));
    let ended = progress.poll();
    assert!(ended.len() == 1 && ended[0].failed, "{ended:?}");
}

#[test]
fn what_a_dead_provider_left_open_is_not_shown() {
    let folder = Folder::new().unwrap();
    let path = folder.path().join("progress.jsonl");
    let mut progress = Progress::new(&path).unwrap();
    append(&path, &line(1.0, "hold", "holding", "begin"));
    progress.poll();
    progress.over();
    assert_eq!(progress.now(at("2026-11-21T12:00:02Z")), None);
}
