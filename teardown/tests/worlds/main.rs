//! Random worlds whose makers are known: what the judge calls an orphan is exactly what a dead cluster's controller
//! made and nobody else has a hand in. The truth comes from how each object was made, never from looking at it.

#[path = "../maker/mod.rs"]
mod maker;

use maker::Made;
use std::collections::BTreeSet;
use teardown::judge::judge;
use teardown::sweep::Sweep;

/// In all, over the four tests.
const WORLDS: u64 = 100_000;
const PARTS: u64 = 4;

fn worlds(part: u64) {
    let (mut orphans, mut kept) = (0_u64, 0_u64);
    for seed in (0..WORLDS).filter(|seed| seed % PARTS == part) {
        let Made {
            inventory,
            managed,
            policy,
            orphans: truth,
            stuck,
            solvable,
        } = maker::make(seed);
        let judgement = judge(&inventory, &managed, &policy);
        let found: BTreeSet<&str> = judgement.orphans().map(|judged| judged.id.as_str()).collect();
        let truth: BTreeSet<&str> = truth.keys().map(String::as_str).collect();
        let explain = |id: &&str| {
            let judged = judgement.objects.iter().find(|judged| judged.id == **id);
            format!("{id}: {judged:#?}")
        };
        let wrong: Vec<String> = found.difference(&truth).map(explain).collect();
        assert!(
            wrong.is_empty(),
            "seed {seed}: would delete what is in use:\n{}",
            wrong.join("\n")
        );
        let missed: Vec<String> = truth.difference(&found).map(explain).collect();
        assert!(missed.is_empty(), "seed {seed}: missed:\n{}", missed.join("\n"));
        let sweep = Sweep::of(&inventory, &judgement, &policy);
        assert_eq!(sweep.is_empty(), found.is_empty(), "seed {seed}");
        assert!(
            stuck.is_empty() || judgement.is_blocked(),
            "seed {seed}: not clean while there is {stuck:?}"
        );
        assert!(
            !solvable || !judgement.is_blocked(),
            "seed {seed}: {judgement:#?}"
        );
        orphans += found.len() as u64;
        kept += (judgement.objects.len() - found.len()) as u64;
    }
    // A run in which one of them hardly occurs proves nothing.
    assert!(
        WORLDS / PARTS < orphans && WORLDS / PARTS < kept,
        "{orphans} orphans, {kept} others"
    );
}

#[test]
fn exactly_the_orphans_are_found_in_a_quarter_of_the_worlds() {
    worlds(0);
}

#[test]
fn exactly_the_orphans_are_found_in_the_second_quarter() {
    worlds(1);
}

#[test]
fn exactly_the_orphans_are_found_in_the_third_quarter() {
    worlds(2);
}

#[test]
fn exactly_the_orphans_are_found_in_the_last_quarter() {
    worlds(3);
}
