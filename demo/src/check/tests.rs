//! That the judge is not blind: each rule is shown an act that breaks it.

use super::{Answers, Seen, broken, held, load, state, undisturbed};
use crate::act::{ACTS, Act, Version};
use acceptance::probe::{AudienceReport, ColorReport, FailureSample, Failures, Latency, Report, Timeline};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Instant;

const BLUE_V1: Version = Version {
    color: "blue",
    version: "v1",
};

fn canary() -> &'static Act {
    ACTS.iter().find(|act| act.name == "canary").unwrap()
}

fn answers(list: &[(&str, &str, u64)]) -> Answers {
    let answer =
        |(color, version, count): &(&str, &str, u64)| (((*color).to_owned(), (*version).to_owned()), *count);
    list.iter().map(answer).collect()
}

fn seen(public: &[(&str, &str, u64)], office: &[(&str, &str, u64)]) -> Seen {
    Seen {
        public: answers(public),
        office: answers(office),
    }
}

#[test]
fn the_office_alone_on_the_candidate_is_a_canary() {
    let good = seen(&[("blue", "v1", 9)], &[("green", "v2", 9)]);
    assert_eq!(held(canary(), &good), [""; 0]);
}

#[test]
fn one_answer_of_the_wrong_version_is_a_finding() {
    let public = seen(&[("blue", "v1", 9), ("green", "v2", 1)], &[("green", "v2", 9)]);
    assert_eq!(held(canary(), &public).len(), 1);
    let office = seen(&[("blue", "v1", 9)], &[("blue", "v1", 1), ("green", "v2", 9)]);
    assert_eq!(held(canary(), &office).len(), 1);
}

#[test]
fn nobody_asking_proves_nothing() {
    assert_eq!(held(canary(), &Seen::default()).len(), 2);
}

#[test]
fn what_was_seen_before_does_not_count_afterwards() {
    let before = seen(&[("blue", "v1", 5)], &[("blue", "v1", 5)]);
    let after = seen(&[("blue", "v1", 8)], &[("blue", "v1", 5), ("green", "v2", 3)]);
    assert_eq!(
        after.since(&before),
        seen(&[("blue", "v1", 3)], &[("green", "v2", 3)])
    );
    assert_eq!(after.since(&before).least(), 3);
}

#[test]
fn the_public_stays_where_it_is_during_a_canary() {
    let blip = seen(&[("blue", "v1", 9), ("green", "v2", 1)], &[]);
    assert_eq!(undisturbed(canary(), BLUE_V1, &blip).len(), 1);
}

#[test]
fn a_state_that_says_something_else_is_a_finding() {
    let said = |blue: u64, failed: Option<&str>| {
        let service = json!({ "traffic": { "blue": blue, "green": 100 - blue }, "cycle": { "failed_release": failed } });
        state(canary(), &service).len()
    };
    assert_eq!(said(100, None), 0);
    assert_eq!(said(90, None), 1);
    assert_eq!(said(100, Some("v2")), 1);
    assert_eq!(state(canary(), &json!(null)).len(), 1);
}

#[test]
fn a_broken_release_has_to_be_recorded_as_failed() {
    let broken = ACTS.last().unwrap();
    let traffic = json!({ "blue": 100, "green": 0 });
    let recorded = json!({ "traffic": traffic, "cycle": { "failed_release": "v4" } });
    assert_eq!(state(broken, &recorded), [""; 0]);
    assert_eq!(
        state(broken, &json!({ "traffic": traffic, "cycle": {} })).len(),
        1
    );
}

fn answered(version: &str) -> BTreeMap<String, AudienceReport> {
    let statuses = BTreeMap::from([(500, 1)]);
    let color = ColorReport {
        answers: 1,
        first_ms: 0.0,
        last_ms: 0.0,
        versions: BTreeMap::from([(version.to_owned(), statuses)]),
    };
    let public = AudienceReport {
        colors: BTreeMap::from([("green".to_owned(), color)]),
        ..AudienceReport::default()
    };
    BTreeMap::from([("public".to_owned(), public)])
}

#[test]
fn one_answer_of_the_broken_version_is_a_finding() {
    assert_eq!(broken(&answered("v3")), [""; 0]);
    assert_eq!(
        broken(&answered("v4")),
        ["broken: the public got 1 answer from v4, which was never healthy"]
    );
}

fn report(started: u64, failed: u64) -> Report {
    let sample = FailureSample {
        at_ms: 1500.0,
        audience: "public".to_owned(),
        why: "no whole answer in time".to_owned(),
    };
    Report {
        began: Instant::now(),
        seconds: 2.0,
        started,
        succeeded: started - failed,
        failed,
        failures: Failures::default(),
        latency: Latency::default(),
        audiences: BTreeMap::new(),
        phases: Vec::new(),
        timeline: Timeline {
            slice_ms: 100,
            slices: Vec::new(),
        },
        outages: Vec::new(),
        samples: vec![sample],
    }
}

#[test]
fn a_single_failed_request_is_a_finding_and_says_why() {
    assert_eq!(load(&report(4000, 0), 2000), [""; 0]);
    let findings = load(&report(4000, 1), 2000);
    assert_eq!(
        findings,
        [
            "1 of 4000 requests failed; the first one, of the public, 1.5 s after the load began: no whole answer in time"
        ]
    );
}

#[test]
fn too_little_load_proves_nothing() {
    assert_eq!(load(&report(3998, 0), 2000).len(), 1);
}

#[test]
fn a_request_without_an_end_is_a_finding() {
    let mut lost = report(4000, 0);
    lost.succeeded -= 1;
    assert_eq!(load(&lost, 2000).len(), 1);
}
