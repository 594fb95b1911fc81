//! States of fifty megabytes, as one text and as half a million: every operation takes them and gives them back.

use std::time::Instant;

use super::support::generated::tfplugin6 as pb;
use super::support::host::Plugin;
use super::support::msgpack::{Cell, nil};
use super::{bulk, client, end, memory, read_request, start};

const MIB: usize = 1 << 20;
const SIZE: usize = 50 * MIB;

/// `items` as a list of texts of a hundred bytes each.
fn many() -> Option<pb::DynamicValue> {
    let mut msgpack = b"\x83\xa3any\xc0\xa5items".to_vec();
    let count = SIZE / 100;
    rmp::encode::write_array_len(&mut msgpack, u32::try_from(count).expect("it fits")).expect("memory");
    for number in 0..count {
        rmp::encode::write_str(&mut msgpack, &format!("{number:0>98}")).expect("memory");
    }
    msgpack.extend(b"\xa4text\xc0");
    assert!(msgpack.len() > SIZE);
    Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

async fn every_operation(plugin: &Plugin, state: &Option<pb::DynamicValue>) {
    let mut client = client(plugin);
    let plan = pb::plan_resource_change::Request {
        type_name: "echo_bulk".into(),
        prior_state: nil(),
        proposed_new_state: state.clone(),
        config: state.clone(),
        ..Default::default()
    };
    let planned = client
        .plan_resource_change(plan)
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(planned.diagnostics, []);
    assert!(planned.planned_state == *state, "the plan is what is configured");
    let apply = pb::apply_resource_change::Request {
        type_name: "echo_bulk".into(),
        prior_state: nil(),
        planned_state: planned.planned_state,
        config: state.clone(),
        ..Default::default()
    };
    let applied = client
        .apply_resource_change(apply)
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(applied.diagnostics, []);
    assert!(applied.new_state == *state, "the result is what was planned");
    let read = client.read_resource(read_request(applied.new_state)).await;
    let read = read.expect("an answer").into_inner();
    assert_eq!(read.diagnostics, []);
    assert!(read.new_state == *state, "what is read is what was applied");
}

async fn upgrade(plugin: &Plugin, version: i64, json: Vec<u8>, state: &Option<pb::DynamicValue>) {
    let request = pb::upgrade_resource_state::Request {
        type_name: "echo_bulk".into(),
        version,
        raw_state: Some(pb::RawState {
            json,
            ..Default::default()
        }),
    };
    let upgraded = client(plugin).upgrade_resource_state(request).await;
    let upgraded = upgraded.expect("an answer").into_inner();
    assert_eq!(upgraded.diagnostics, []);
    assert!(
        upgraded.upgraded_state == *state,
        "what is upgraded is what was stored"
    );
}

#[tokio::test]
async fn fifty_megabytes_in_one_text_are_planned_applied_read_and_upgraded() {
    let plugin = start().await;
    let text = "x".repeat(SIZE);
    let state = bulk(Cell::Text(text.clone()));
    every_operation(&plugin, &state).await;
    for version in [0, 1] {
        upgrade(
            &plugin,
            version,
            format!(r#"{{"text":"{text}"}}"#).into_bytes(),
            &state,
        )
        .await;
    }
    end(plugin).await;
}

#[tokio::test]
async fn fifty_megabytes_in_half_a_million_texts_are_planned_applied_read_and_upgraded() {
    let plugin = start().await;
    let state = many();
    let begun = Instant::now();
    every_operation(&plugin, &state).await;
    let items: Vec<String> = (0..SIZE / 100)
        .map(|number| format!(r#""{number:0>98}""#))
        .collect();
    let stored = format!(r#"{{"items":[{}]}}"#, items.join(","));
    upgrade(&plugin, 1, stored.into_bytes(), &state).await;
    let peak = memory(&plugin).await.peak;
    println!("took {:?}, at most {} MiB at once", begun.elapsed(), peak / MIB);
    // The request, the answer, and a value or two between them.
    assert!(peak < 10 * SIZE, "{} MiB for a state of 50", peak / MIB);
    end(plugin).await;
}

/// What a large state took is given back, or at least used again.
#[tokio::test]
async fn the_tenth_large_state_takes_no_more_than_the_third() {
    let plugin = start().await;
    let state = bulk(Cell::Text("x".repeat(SIZE)));
    let mut client = client(&plugin);
    let mut after = Vec::new();
    for _ in 0..10 {
        let read = client.read_resource(read_request(state.clone())).await;
        assert!(read.expect("an answer").into_inner().new_state == state);
        after.push(memory(&plugin).await.live);
    }
    let grown = after[9].saturating_sub(after[2]);
    println!("held after each: {after:?}");
    assert!(grown < MIB, "after each: {after:?}");
    end(plugin).await;
}
