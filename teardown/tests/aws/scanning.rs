//! What a scan sees, how many calls it takes and how long.

use crate::cloud::{Cloud, alb};
use crate::look;
use crate::wire::{Trouble, Wire};
use std::time::Duration;
use teardown::inventory::{Cluster, Reading};
use teardown::judge::{Policy, judge};
use teardown::managed::Managed;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn everything_in_the_vpc_is_seen_and_all_that_was_left_is_found() {
    let wire = Wire::new(Cloud::left());
    let inventory = look(&wire).await.unwrap();
    assert_eq!(inventory.clusters["prod"], Cluster::NotFound);
    assert_eq!(inventory.modern.items[0].protected, Some(false));
    assert_eq!(inventory.interfaces.items.len(), 2);
    let nodes = inventory
        .security_groups
        .items
        .iter()
        .find(|it| it.id == "sg-nodes");
    assert_eq!(nodes.unwrap().references.len(), 2);
    let judgement = judge(&inventory, &Managed::default(), &Policy::default());
    let orphans: Vec<_> = judgement.orphans().map(|it| it.id.clone()).collect();
    assert_eq!(
        orphans.iter().cloned().collect::<std::collections::BTreeSet<_>>(),
        Cloud::orphans()
    );
    assert!(judgement.gaps.is_empty());
}

/// ⌈Nc/400⌉ + ⌈Nv/400⌉ + ⌈T/400⌉, one page each of interfaces and groups, STS, the VPC, its subnets; then ⌈kc/20⌉ +
/// ⌈(kv+kt)/20⌉ of tags and one for rules that name claimed groups; one per cluster; one per newer load balancer that
/// a dead cluster's controller claims.
#[tokio::test(start_paused = true)]
async fn a_scan_takes_the_calls_of_the_formula_and_three_round_trips_where_all_fits_a_page() {
    for (classic, modern) in [
        (0, 0),
        (1, 0),
        (399, 1),
        (400, 400),
        (401, 401),
        (2000, 2000),
        (4000, 4000),
    ] {
        let mut cloud = Cloud::left();
        cloud.strangers(classic, modern);
        let wire = Wire::new(cloud);
        let began = Instant::now();
        let inventory = look(&wire).await.unwrap();
        let took = began.elapsed();
        let pages = |all: usize| all.div_ceil(400).max(1);
        let (listed, tags, rules, clusters, protection) =
            (pages(classic + 1) + pages(modern + 1) + pages(1) + 5, 2, 1, 1, 1);
        let calls = listed + tags + rules + clusters + protection;
        assert_eq!(
            wire.calls().len(),
            calls,
            "{classic} classic and {modern} newer of others"
        );
        assert!(inventory.classic.gap.is_none() && inventory.modern.gap.is_none());
        assert_eq!(inventory.classic.items.len(), classic + 1);
        // The pages of one listing wait for each other, those of the others do not.
        let waves = pages(classic + 1).max(pages(modern + 1)) + 3;
        assert_eq!(
            took.as_millis(),
            Duration::from_millis(50 * waves as u64).as_millis()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_vpc_takes_one_wave() {
    let wire = Wire::new(Cloud::empty());
    let inventory = look(&wire).await.unwrap();
    assert_eq!(wire.calls().len(), 8);
    assert!(inventory.clusters.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_that_goes_between_two_calls_takes_no_other_with_it() {
    let mut cloud = Cloud::left();
    for at in 0..30 {
        let mut other = cloud.classic[0].clone();
        other.name = format!("a{at:031x}");
        cloud.classic.push(other);
    }
    let wire = Wire::new(cloud);
    // The listings are the first eight calls; the tags come after.
    let gone = wire.clone();
    let (inventory, ()) = tokio::join!(look(&wire), async move {
        #[expect(
            clippy::disallowed_methods,
            reason = "between the first wave and the second, in paused time"
        )]
        tokio::time::sleep(Duration::from_millis(75)).await;
        gone.change(|cloud| cloud.classic.remove(5));
    });
    let inventory = inventory.unwrap();
    let unread = inventory
        .classic
        .items
        .iter()
        .filter(|it| matches!(it.tags, Reading::Unread(_)));
    assert_eq!(unread.count(), 1);
    assert_eq!(inventory.classic.items.len(), 31);
}

#[tokio::test(start_paused = true)]
async fn what_one_call_could_not_read_is_named_and_nothing_unknown_is_an_orphan() {
    let calls = {
        let wire = Wire::new(Cloud::left());
        look(&wire).await.unwrap();
        wire.calls()
    };
    let whole = Cloud::orphans();
    for (number, call) in calls.iter().enumerate() {
        for trouble in [Trouble::Denied, Trouble::Nonsense, Trouble::Empty] {
            let mut wire = Wire::new(Cloud::left());
            wire.trouble(number, trouble);
            let Ok(inventory) = look(&wire).await else {
                continue;
            };
            let judgement = judge(&inventory, &Managed::default(), &Policy::default());
            let orphans: Vec<_> = judgement.orphans().map(|it| it.id.clone()).collect();
            assert!(
                orphans.iter().all(|id| whole.contains(id)),
                "{call} {trouble:?}: {orphans:?}"
            );
            // EKS speaks JSON: both are broken there. Broken answers are asked for again.
            let asked_again = trouble == Trouble::Nonsense || call.starts_with("eks:");
            let harmless = asked_again && trouble != Trouble::Denied;
            let exit = teardown::exit::Exit::of(&judgement);
            match harmless {
                true => assert_eq!(orphans.len(), whole.len(), "{call} {trouble:?}"),
                false => assert_eq!(exit, teardown::exit::Exit::Blocked, "{call} {trouble:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_and_failures_in_passing_cost_time_and_nothing_else() {
    for trouble in [Trouble::Throttled, Trouble::Failed, Trouble::Lost] {
        for number in 0..14 {
            let mut wire = Wire::new(Cloud::left());
            wire.trouble(number, trouble);
            let inventory = look(&wire).await.unwrap();
            let judgement = judge(&inventory, &Managed::default(), &Policy::default());
            assert_eq!(
                judgement.orphans().count(),
                Cloud::orphans().len(),
                "{number} {trouble:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn protection_is_seen_before_anything_is_planned() {
    let mut cloud = Cloud::left();
    cloud.modern[0].protected = true;
    let wire = Wire::new(cloud);
    let judgement = judge(
        &look(&wire).await.unwrap(),
        &Managed::default(),
        &Policy::default(),
    );
    assert!(judgement.orphans().all(|it| it.id != alb()));
}
