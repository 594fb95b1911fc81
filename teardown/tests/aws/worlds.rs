//! Random worlds, executed: scan, plan and apply through the real clients while AWS, people and controllers do what
//! they do, and while the process dies. Every change is held against how the object was made.
//!
//! A seed makes the same world and the same events again; the pauses of the code under test it does not decide.
//! More worlds than fit into a test run:
//! `WORLDS=0..25000 cargo test --workspace --test aws -- --ignored --nocapture as_many_worlds_as_are_asked_for`

mod adversary;
mod cast;
mod controllers;
mod ending;
mod story;
mod tally;
mod truth;

use crate::maker::{self, Made};
use crate::wire::Wire;
use crate::{Applied, look_for, plan};
use adversary::{Adversary, Shared};
use ending::{State, settled, without};
use std::collections::BTreeSet;
use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use story::Story;
use tally::Tally;
use teardown::exit::Exit;
use teardown::judge::judge;
use tokio_util::sync::CancellationToken;

/// Of each quarter.
const WORLDS: u64 = 200;

/// One world, and what is wrong about what became of it.
async fn live(seed: u64) -> (Tally, Vec<String>) {
    let made = maker::make(seed);
    let story = Story::of(seed);
    let (cloud, refused) = cast::cast(&made);
    let shared = Shared(Arc::new(Mutex::new(Adversary::new(seed, story, refused))));
    let whole = {
        let mut it = shared.0.lock().unwrap();
        it.truth.orphans = made.orphans.clone();
        it.truth.unprotect = made.policy.unprotect.clone();
        it.truth.tally.worlds = 1;
        refused.is_none() && made.inventory.vpc.owner == crate::cloud::ACCOUNT
    };
    let expected = without(&cloud, &made.orphans);
    let wire = Wire::new(cloud);
    wire.befalls(shared.clone());
    let mut wrong = told(seed, &made, &wire, &shared, whole, expected).await;
    let it = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
    wrong.extend(it.truth.wrong.iter().cloned());
    (it.truth.tally.clone(), wrong)
}

async fn told(
    seed: u64,
    made: &Made,
    wire: &Wire,
    shared: &Shared,
    whole: bool,
    expected: State,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let story = Story::of(seed);
    let clusters = made.managed.clusters().map(str::to_owned);
    let clusters: BTreeSet<String> = clusters.chain(made.policy.said.clusters.clone()).collect();
    let inventory = match look_for(wire, clusters.clone()).await {
        Ok(inventory) => inventory,
        Err(error) if story.breaks() => {
            assert_ne!(error.exit(), Exit::Clean);
            return wrong;
        }
        Err(error) => return vec![format!("the scan failed: {error}")],
    };
    let judgement = judge(&inventory, &made.managed, &made.policy);
    let exit = Exit::of(&judgement);
    let found: BTreeSet<&String> = judgement.orphans().map(|it| &it.id).collect();
    if !story.breaks() && whole && !found.iter().copied().eq(made.orphans.keys()) {
        wrong.push(format!("planned {found:?}"));
    }
    if found.is_empty() {
        if exit == Exit::Clean && !(made.stuck.is_empty() && made.orphans.is_empty()) {
            wrong.push(format!("clean, with {:?} and {:?}", made.stuck, made.orphans));
        }
        return wrong;
    }
    let applied = Applied::of(
        plan(&inventory, &made.managed, &made.policy),
        made.managed.clone(),
    );
    shared.0.lock().unwrap().begins(made, wire);
    let mut wire = wire.clone();
    let mut deaths = 0;
    let ran = loop {
        match applied.run(&wire).await {
            Some(ran) => break ran,
            None => {
                deaths += 1;
                wire.dead = CancellationToken::new();
                shared.0.lock().unwrap().revives(deaths);
            }
        }
    };
    let (exit, stop) = match &ran {
        Ok(done) => (done.exit(), done.stop.clone()),
        Err(error) => (error.exit(), None),
    };
    if ran.is_ok()
        && let Err(error) = teardown::audit::verify(&applied.audit.text())
    {
        wrong.push(format!("the audit log: {error}"));
    }
    {
        let mut it = shared.0.lock().unwrap();
        wrong.extend(it.ends(made, wire.change(|cloud| cloud.clone()), exit, &stop));
    }
    if story.is_told() {
        if let Err(error) = &ran {
            wrong.push(format!("the run failed: {error}"));
        }
        if whole {
            wrong.extend(settled(made, &wire, &applied, shared, expected, exit).await);
        }
    }
    wrong
}

/// Lives through some worlds, each in a time of its own.
fn worlds(seeds: impl Iterator<Item = u64>) -> (Tally, Vec<String>) {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        let (one, amiss) = runtime.unwrap().block_on(live(seed));
        tally += one;
        wrong.extend(
            amiss
                .into_iter()
                .map(|what| format!("seed {seed} ({:?}): {what}", Story::of(seed))),
        );
    }
    (tally, wrong)
}

fn quarter(part: u64) {
    let (tally, wrong) = worlds((0..4 * WORLDS).filter(|seed| seed % 4 == part));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let Tally {
        executed,
        deleted,
        revoked,
        throttled,
        failed,
        lost,
        broken,
        deaths,
        drifts,
        born,
        recreated,
        stopped,
        revived,
        whole,
        solved,
        clean,
        unclean,
        ..
    } = tally.clone();
    let often = [
        executed, deleted, revoked, throttled, failed, lost, broken, deaths, drifts, whole,
    ];
    assert!(often.iter().all(|count| WORLDS / 7 < *count), "{tally:?}");
    let sometimes = [born, recreated, stopped, revived, solved, clean, unclean];
    assert!(sometimes.iter().all(|count| 0 < *count), "{tally:?}");
}

#[test]
fn only_orphans_go_and_all_of_them_whatever_happens_in_a_quarter_of_the_worlds() {
    quarter(0);
}

#[test]
fn only_orphans_go_and_all_of_them_whatever_happens_in_the_second_quarter() {
    quarter(1);
}

#[test]
fn only_orphans_go_and_all_of_them_whatever_happens_in_the_third_quarter() {
    quarter(2);
}

#[test]
fn only_orphans_go_and_all_of_them_whatever_happens_in_the_last_quarter() {
    quarter(3);
}

/// Each once showed a fault: of the code, or of what these tests demanded of it.
#[test]
fn worlds_that_once_showed_a_fault_show_none() {
    let seeds = [4499, 7555, 7624, 8533, 10_215, 11_894, 100_197, 200_076];
    let (tally, wrong) = worlds(seeds.into_iter());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // In some of them broken answers may leave nothing to do.
    assert!(4 < tally.executed, "{tally:?}");
}

#[test]
#[ignore = "takes as long as it is asked for; see the head of this file"]
fn as_many_worlds_as_are_asked_for() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where these tests are told anything"
    )]
    let asked = std::env::var("WORLDS").unwrap_or_else(|_| "0..1000".to_owned());
    let (from, to) = asked.split_once("..").unwrap();
    let seeds: Range<u64> = from.parse().unwrap()..to.parse().unwrap();
    let began = std::time::Instant::now();
    let (tally, wrong) = worlds(seeds);
    writeln!(
        std::io::stdout(),
        "{tally:#?}\n{} wrong, {:?}",
        wrong.len(),
        began.elapsed()
    )
    .unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
