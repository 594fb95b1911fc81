//! AWS at its worst, one kind of trouble at a time, under load: each transition of a release arrives all the same.
//!
//! Never two kinds at once: that is what the random walks are for.

use crate::converge::Split;
use crate::stage::{Ask, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};
use sandbox::{Fault, FaultRule};
use serde_json::Value;
use std::time::Duration;

/// More than the changing calls of any transition, retries among them.
const CALLS: u64 = 80;
/// Ten times what AWS usually takes for such a call.
const SLOW: Duration = Duration::from_millis(300);
/// With half of all calls throttled, one of a thousand is refused ten times in a row.
const APPLIES: usize = 2;

/// Every transition once: where it goes, and where traffic stands then.
fn transitions() -> Vec<(&'static str, Ask, Split)> {
    let at_once = |ask: Ask| ask.var("rollback_window", "0s");
    vec![
        ("warm", ask("v2", "100"), (100, 0)),
        ("canary", ask("v2", "110"), (100, 0)),
        ("promotion in steps", ask("v2", "101"), (0, 100)),
        ("warm rollback", ask("v1", "000"), (100, 0)),
        (
            "straight deploy, retired at once",
            at_once(ask("v3", "101")),
            (0, 100),
        ),
        ("cold rollback", at_once(ask("v1", "000")), (100, 0)),
    ]
}

/// Runs all transitions under the rules that `faults` gives for each, and says how often a fault struck.
async fn arrive(faults: impl Fn(u64) -> Vec<FaultRule>) -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let mut total = 0;
        for (number, (name, ask, split)) in (1..).zip(transitions()) {
            stage.phase(name).await?;
            let (begin, before) = (world.next_seq(), stage.faults(""));
            for rule in faults(number) {
                world.sandbox().faults().add(rule);
            }
            let mut applies = Vec::new();
            for _ in 0..APPLIES {
                let run = stage.apply(&ask).await?;
                let arrived = run.code == 0;
                applies.push(run.text());
                if arrived {
                    break;
                }
            }
            stage.calm();
            let struck = stage.faults("") - before;
            total += struck;
            stage.stands(&ask, split).await.with_context(|| {
                let all = applies.join("\n--- applied again ---\n");
                format!("{name}, after {struck} faults:\n{all}")
            })?;
            every_change_took_effect_once(&world.events(), begin, name)?;
            eprintln!("{name}: {} of {APPLIES} applies, {struck} faults", applies.len());
        }
        ensure!(
            transitions().len() < total,
            "{total} faults struck: too few to show anything"
        );
        let report = stage.finish().await?.context("there was load")?;
        eprintln!("{} requests answered, {} failed", report.succeeded, report.failed);
        Ok(())
    })
    .await
}

/// A call that is made again because its answer was lost may take effect again, but to the same end: rules are made
/// and removed once.
fn every_change_took_effect_once(events: &[Value], begin: u64, name: &str) -> Result<()> {
    let applied = events.iter().filter(|event| {
        event["event"] == "call"
            && event["applied"] == true
            && event["seq"].as_u64().is_some_and(|seq| begin <= seq)
    });
    let mut made: Vec<(&Value, &Value)> = Vec::new();
    for call in applied {
        let action = &call["action"];
        if action == "CreateRule" || action == "DeleteRule" {
            let this = (action, &call["input"]);
            ensure!(!made.contains(&this), "{name}: took effect twice: {call:#}");
            made.push(this);
        }
    }
    Ok(())
}

fn share(fault: Fault, probability: f64, seed: u64) -> FaultRule {
    FaultRule {
        probability: Some(probability),
        seed,
        ..FaultRule::new(fault)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_of_all_calls_throttled() -> Result<()> {
    arrive(|seed| vec![share(Fault::Throttle, 0.5, seed)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_of_all_calls_answered_with_5xx() -> Result<()> {
    arrive(|seed| vec![share(Fault::ServerError, 0.2, seed)]).await
}

/// The first attempt of each changing call is carried out but not answered; the second one is answered.
#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_every_change_is_lost_once() -> Result<()> {
    let lost = |nth| FaultRule {
        mutating: Some(true),
        nth: Some(nth),
        ..FaultRule::new(Fault::LostAnswer)
    };
    arrive(|_| (1..CALLS).step_by(2).map(lost).collect()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_takes_ten_times_as_long() -> Result<()> {
    arrive(|_| vec![FaultRule::new(Fault::Latency(SLOW))]).await
}
