//! What a reader of the progress file may rely on.

use super::*;
use serde_json::Value;

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_line_is_an_object_of_its_own_and_a_repeated_reason_is_told_once() {
    let path = std::env::temp_dir().join(format!("bluegreen-progress-{}", std::process::id()));
    let file = ProgressFile::open(&path).unwrap();
    let now = || jiff::Timestamp::from_millisecond(1_700_000_000_120).unwrap();
    let (web, api) = (file.of("web", now), file.of("api", now));
    web.tell("hold", "holding \"it\"", State::Begin);
    web.tell("hold", "green has 1 of 2 healthy targets", State::Wait);
    api.tell("drain", "draining blue", State::Begin);
    web.tell("hold", "green has 1 of 2 healthy targets", State::Wait);
    web.tell("hold", "holding \"it\"", State::Done);
    let told = lines(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        told[0],
        serde_json::json!({
            "at": "2023-11-14T22:13:20.120Z", "service": "web", "step": "hold", "detail": "holding \"it\"", "state": "begin",
        })
    );
    let states: Vec<&str> = told.iter().filter_map(|line| line["state"].as_str()).collect();
    assert_eq!(states, ["begin", "wait", "begin", "done"]);
}

#[test]
fn a_file_in_a_folder_that_does_not_exist_is_refused() {
    assert!(ProgressFile::open(Path::new("/nowhere/at/all/progress.jsonl")).is_err());
}
