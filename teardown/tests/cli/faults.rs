//! The process killed, and AWS failing, at every single call against a whole AWS: nothing is deleted that was not proven,
//! nothing twice, and no run that left something behind says that it is clean.

use crate::left::Left;
use sandbox::{Fault, FaultRule};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Worlds at a time: most of a run's time is waiting.
const AT_ONCE: usize = 6;
const APPLY: [&str; 6] = [
    "apply",
    "sweep.json",
    "--state",
    "network.tfstate",
    "--journal",
    "journal",
];

fn audited(audit: &str) -> Vec<&str> {
    [&APPLY[..], &["--audit", audit]].concat()
}

/// Runs all of them, a few at a time.
async fn all<F: Future<Output = ()> + Send + 'static>(runs: impl IntoIterator<Item = F>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut set = JoinSet::new();
    for run in runs {
        let turns = Arc::clone(&turns);
        set.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            run.await;
        });
    }
    while let Some(ended) = set.join_next().await {
        ended.unwrap();
    }
}

/// What a run without trouble changes and leaves.
struct Usual {
    changes: BTreeSet<String>,
    calls: u64,
    before: Vec<String>,
    after: Vec<String>,
}

impl Usual {
    /// Of `apply --yes`, or of a plan that is applied.
    async fn of(args: &[&str]) -> Usual {
        let left = planned().await;
        let before = left.there();
        let from = left.calls().len();
        let ran = left.place.run(args).await;
        assert_eq!(ran.code, 0, "{}", ran.told(&left.place));
        let after = left.there();
        let changes: BTreeSet<String> = left.changes().into_keys().collect();
        assert!(changes.len() >= 6, "{changes:#?}");
        assert!(
            after.iter().any(|it| it.contains("/shop/")),
            "Terraform's own was deleted"
        );
        Usual {
            changes,
            calls: (left.calls().len() - from) as u64,
            before,
            after,
        }
    }

    /// Whether nothing is gone that a run without trouble leaves.
    fn spares(&self, there: &[String]) {
        for it in &self.after {
            // A rule that goes is part of its group's line.
            let id = it
                .split_once(' ')
                .and_then(|(_, rest)| rest.split(' ').next())
                .unwrap();
            assert!(there.iter().any(|line| line.contains(id)), "{it} is gone");
        }
    }
}

/// With a plan made.
async fn planned() -> Left {
    let left = Left::new(0.005, 0.2).await;
    let plan = ["plan", "-o", "sweep.json", "--state", "network.tfstate"];
    let ran = left.place.run(&plan).await;
    assert_eq!(ran.code, 2, "{}", ran.told(&left.place));
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_change_it_goes_on_where_it_was_and_does_nothing_twice() {
    let usual = Arc::new(Usual::of(&APPLY).await);
    let faults = [Fault::KillBefore, Fault::KillAfter, Fault::LostAnswer];
    let runs = faults.into_iter().flat_map(|fault| {
        let usual = Arc::clone(&usual);
        (1..=usual.changes.len() as u64).map(move |nth| killed(Arc::clone(&usual), fault.clone(), nth))
    });
    all(runs).await;
}

async fn killed(usual: Arc<Usual>, fault: Fault, nth: u64) {
    let at = format!("{} at change {nth}", fault.name());
    let left = planned().await;
    left.trouble(FaultRule {
        mutating: Some(true),
        nth: Some(nth),
        ..FaultRule::new(fault.clone())
    });
    let ran = left.place.run(&audited("audit.jsonl")).await;
    let told = ran.told(&left.place);
    let audit = match fault {
        // It had taken effect. The run has ended by itself, and with it its log.
        Fault::LostAnswer => {
            assert!([0, 4].contains(&ran.code), "{at}: {told}");
            let verified = left.place.run(&["audit", "verify", "audit.jsonl"]).await;
            assert_eq!(verified.code, 0, "{at}: {}", verified.told(&left.place));
            "again.jsonl"
        }
        _ => {
            assert_eq!(ran.code, -9, "{at}: {told}");
            "audit.jsonl"
        }
    };
    usual.spares(&left.there());
    left.calm();
    let again = left.place.run(&audited(audit)).await;
    assert_eq!(again.code, 0, "{at}: {}", again.told(&left.place));
    assert_eq!(left.there(), usual.after, "{at}");
    let changes = left.changes();
    let twice: Vec<_> = changes.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{at}: {twice:?}");
    let changes: BTreeSet<String> = changes.into_keys().collect();
    assert_eq!(changes, usual.changes, "{at}");
    let verified = left.place.run(&["audit", "verify", audit]).await;
    assert_eq!(verified.code, 0, "{at}: {}", verified.told(&left.place));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_at_any_call_of_an_apply_is_never_taken_for_clean() {
    const YES: [&str; 7] = [
        "apply",
        "--yes",
        "--vpc-id",
        "vpc-0d1e2f3a4b5c6d7e8",
        "--state",
        "network.tfstate",
        "--timeout=10m",
    ];
    let usual = Arc::new(Usual::of(&YES).await);
    let runs = (1..=usual.calls).map(|nth| {
        let usual = Arc::clone(&usual);
        async move {
            let left = Left::new(0.005, 0.2).await;
            left.trouble(FaultRule {
                nth: Some(nth),
                ..FaultRule::new(Fault::Deny)
            });
            let ran = left.place.run(&YES).await;
            let struck = left.calls().into_iter().find(|it| it["fault"] == "deny");
            let at = struck.map_or(format!("call {nth}"), |it| {
                format!("call {nth}, {}", it["action"])
            });
            let told = ran.told(&left.place);
            let there = left.there();
            usual.spares(&there);
            match ran.code {
                0 => assert_eq!(there, usual.after, "{at}: {told}"),
                // Not seen at first; the look at the end names it.
                2 => {
                    let left = ran.json("apply.schema.json")["left"]["summary"]["orphans"].clone();
                    assert!(left.as_u64().is_some_and(|left| left > 0), "{at}: {told}");
                }
                3 => {}
                4 => assert_ne!(there, usual.before, "{at}, and nothing was done: {told}"),
                _ => panic!("{at}: {told}"),
            }
            left.calm();
            let again = left.place.run(&YES).await;
            assert_eq!(again.code, 0, "{at}: {}", again.told(&left.place));
            assert_eq!(left.there(), usual.after, "{at}");
        }
    });
    all(runs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_at_any_call_of_a_scan_is_never_taken_for_clean() {
    const SCAN: [&str; 3] = ["scan", "--state", "network.tfstate"];
    let left = Left::new(0.005, 0.2).await;
    let usual = left.place.run(&SCAN).await;
    assert_eq!(usual.code, 2);
    let calls = left.calls().len() as u64;
    let before = left.there();
    for nth in 1..=calls {
        left.trouble(FaultRule {
            nth: Some(nth),
            ..FaultRule::new(Fault::Deny)
        });
        let ran = left.place.run(&SCAN).await;
        let struck = left.calls().pop().unwrap();
        let told = ran.told(&left.place);
        match ran.code {
            // Whether AWS protects it AWS says once more when it is to be deleted.
            2 => assert_eq!(
                ran.stdout, usual.stdout,
                "call {nth}, {}: {told}",
                struck["action"]
            ),
            3 => {}
            _ => panic!("call {nth}, {}: {told}", struck["action"]),
        }
        left.calm();
    }
    assert_eq!(left.there(), before);
}
