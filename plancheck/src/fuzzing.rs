//! What the fuzzer feeds and what must hold for any bytes. Compiled for `cargo fuzz` and for the unit tests, which replay
//! the committed inputs through the very same functions.
//!
//! Never in a build that others depend on; asserts instead of answering.

#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::model::Plan;
use crate::policy::Policy;
use crate::report::Format;
use crate::scan::Scans;
use crate::verdict::{Run, judge};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Plans that real Terraform made, for a start.
const PLANS: [&str; 4] = [
    include_str!("../tests/plans/promote.json"),
    include_str!("../tests/plans/unknown.json"),
    include_str!("../tests/plans/groups-replaced.json"),
    include_str!("../tests/plans/unguarded-destroy.json"),
];

/// Any bytes: both ways of reading say the same, what is cut off is not read, and what is read can be judged and written.
pub fn plan_text(data: &[u8]) {
    let Some(document) = read_both(data) else { return };
    let whole = data.trim_ascii_end();
    let cut = &whole[..whole.len() - 1];
    assert!(read_both(cut).is_none(), "it is read though its end is missing");
    judged(&document);
}

/// A plan of real Terraform in which the bytes change a few values.
pub fn plan_values(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut next = move || bytes.next();
    let Some(which) = next() else { return };
    let text = PLANS[usize::from(which) % PLANS.len()];
    let mut plan: Value = serde_json::from_str(text).expect("the plan is JSON");
    while let (Some(high), Some(low), Some(what)) = (next(), next(), next()) {
        let place = usize::from(high) << 8 | usize::from(low);
        change(&mut plan["resource_changes"], place, what);
    }
    if let Some(document) = read_both(plan.to_string().as_bytes()) {
        judged(&document);
    }
}

/// The document, if both ways of reading have one; they never disagree.
fn read_both(data: &[u8]) -> Option<Document> {
    let at_once = Document::read_slice(data).ok();
    let as_it_comes = Document::read_stream(data).ok();
    assert_eq!(at_once, as_it_comes, "it depends on how it is read");
    at_once
}

fn judged(document: &Document) {
    let Ok(plan) = Plan::of(document) else { return };
    let run = Run {
        labels: ["cold-rollback".to_owned()].into(),
        now: Timestamp::UNIX_EPOCH,
        scans: Scans::new(),
    };
    let verdict = judge(&plan, &Policy::default(), &run);
    for format in [Format::Text, Format::Markdown, Format::Junit] {
        assert!(format.write(&verdict).ends_with('\n'));
    }
    for format in [Format::Json, Format::Sarif] {
        let written: Result<Value, _> = serde_json::from_str(&format.write(&verdict));
        assert!(written.is_ok(), "{format:?} is no JSON");
    }
}

/// Changes the value at the `place`-th place, counted through all of them.
fn change(root: &mut Value, place: usize, what: u8) {
    let all = count(root);
    let mut left = place % all;
    let Some(slot) = find(root, &mut left) else { return };
    *slot = match what % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!(0),
        4 => json!(100),
        5 => json!(-1),
        6 => json!(1e300),
        7 => json!(""),
        8 => json!("blue"),
        9 => json!("promoted"),
        10 => json!([]),
        11 => json!({}),
        12 => json!(["0.0.0.0/0", "::/0", "x"]),
        13 => json!(["delete", "create"]),
        14 => json!({ "": [null] }),
        _ => json!("arn:aws:x:y:z|`<&\u{1}/"),
    };
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

fn find<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| find(item, left)),
        Value::Object(members) => members.values_mut().find_map(|member| find(member, left)),
        _ => None,
    }
}
