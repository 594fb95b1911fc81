//! Random walks over the flags while AWS misbehaves: whatever was asked in whatever order, state tells the truth, no
//! request is lost, and once AWS is well again one apply arrives.
//!
//! Never judges whether an apply of the walk should have succeeded: only what it leaves behind.

use crate::converge::Split;
use crate::stage::{Ask, BY_HAND, SERVICE, Stage, ask, refs};
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};
use sandbox::{Fault, FaultRule};
use serde_json::Value;
use std::time::Duration;

const ASKS: usize = 8;
/// Repeats one walk: every test then takes this seed.
const SEED: &str = "BLUEGREEN_WALK_SEED";

/// splitmix64: the same walk from the same seed on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// Any release with any flags; the broken one and the contradictions are rarer than the rest.
    fn ask(&mut self) -> Ask {
        let release = if self.one_in(10) {
            "v4"
        } else {
            self.pick(&["v1", "v2", "v3"])
        };
        let flags = if self.one_in(12) {
            self.pick(&["001", "010", "011", "111"])
        } else {
            self.pick(&["000", "100", "110", "101", "101"])
        };
        let window = self.pick(&["0s", "1h"]);
        // Of the public, beside the office.
        let weight = self.pick(&["0", "20"]);
        let steps = r#"[{ weight = 10, bake = "50ms" }, { weight = 50, bake = "50ms" }]"#;
        ask(release, flags)
            .var("rollback_window", window)
            .var("steps", steps)
            .var("canary_weight", weight)
    }

    /// One or two kinds of trouble, and now and then a kill.
    fn faults(&mut self) -> Vec<FaultRule> {
        let mut rules = Vec::new();
        if self.one_in(4) {
            let fault = self
                .pick(&[Fault::KillBefore, Fault::KillAfter].each_ref())
                .clone();
            let nth = Some(1 + self.below(30));
            rules.push(FaultRule {
                nth,
                ..FaultRule::new(fault)
            });
        }
        for _ in 0..=self.below(2) {
            let (fault, probability) = match self.below(4) {
                0 => (Fault::Throttle, 0.3),
                1 => (Fault::ServerError, 0.2),
                2 => (Fault::LostAnswer, 0.2),
                _ => (Fault::Latency(Duration::from_millis(30)), 1.0),
            };
            rules.push(FaultRule {
                mutating: matches!(fault, Fault::LostAnswer).then_some(true),
                probability: Some(probability),
                seed: self.roll(),
                ..FaultRule::new(fault)
            });
        }
        rules
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the seed comes from whoever repeats a walk"
)]
fn seed(usual: u64) -> Result<u64> {
    match std::env::var(SEED) {
        Ok(text) => text
            .parse()
            .with_context(|| format!("{SEED}={text} is no number")),
        Err(_) => Ok(usual),
    }
}

async fn walk(usual: u64) -> Result<()> {
    let seed = seed(usual)?;
    with_world(async |world| {
        let mut path = Vec::new();
        let stage = Stage::created(world).await?;
        let walked = wander(stage, seed, &mut path).await;
        walked.with_context(|| format!("{SEED}={seed} repeats this walk:\n{}", path.join("\n")))
    })
    .await
}

async fn wander(stage: Stage<'_>, seed: u64, path: &mut Vec<String>) -> Result<()> {
    let mut dice = Dice(seed);
    let mut arrived = 0;
    for _ in 0..ASKS {
        let ask = dice.ask();
        let faults = dice.faults();
        path.push(format!("{ask:?}\n  under {faults:?}"));
        for rule in faults {
            stage.world.sandbox().faults().add(rule);
        }
        let run = stage.apply(&ask).await?;
        stage.calm();
        arrived += usize::from(run.code == 0);
        path.push(format!("  ended with {}", run.code));
        // A contradiction can't even be refreshed; what was applied last can.
        let last = applied(&stage).await?;
        let state = stage.truth(&last).await?;
        stage.nothing_twice()?;
        if run.code == 0 {
            ensure!(
                state["release"] == ask.release,
                "applied, but not recorded: {state:#}"
            );
        }
    }
    let struck = stage.faults("");
    ensure!(
        10 <= struck && 0 < arrived,
        "{struck} faults, {arrived} applies arrived: too quiet a walk"
    );
    home(&stage).await?;
    stage.probe()?.mark(BY_HAND);
    let last = applied(&stage).await?;
    stage.terraform.destroy(&refs(&last.args())).await?.success()?;
    ensure!(
        stage.world.rules().is_empty(),
        "left behind: {:#?}",
        stage.world.rules()
    );
    let report = stage.finish().await?.context("there was load")?;
    tell(seed, arrived, struck, report.succeeded);
    Ok(())
}

fn tell(seed: u64, arrived: usize, struck: usize, answered: u64) {
    eprintln!(
        "seed {seed}: {arrived} of {ASKS} applies arrived through {struck} faults, {answered} requests answered"
    );
}

/// Back to the stable color, then on to a release that no color holds: both always possible once AWS is well.
async fn home(stage: &Stage<'_>) -> Result<()> {
    let state = stage.terraform.resource(SERVICE).await?;
    let cycle = &state["cycle"];
    let stable = cycle["stable_color"].as_str().context("some color is stable")?;
    let held = |color: &str| cycle[color]["release"].as_str().unwrap_or_default().to_owned();
    let (blue, green): (Split, Split) = ((100, 0), (0, 100));
    let (here, there) = if stable == "blue" {
        (blue, green)
    } else {
        (green, blue)
    };
    stage.converges(&ask(named(&held(stable))?, "000"), here).await?;
    let all = ["v1", "v2", "v3"];
    let fresh = all
        .into_iter()
        .find(|release| [held("blue"), held("green")].iter().all(|it| it != release));
    stage
        .converges(&ask(fresh.context("two colors hold two of three")?, "101"), there)
        .await
}

/// What the state says was asked last and arrived.
async fn applied(stage: &Stage<'_>) -> Result<Ask> {
    let state = stage.terraform.resource(SERVICE).await?;
    let release = state["release"].as_str().context("a release is recorded")?;
    let digit = |name: &str| {
        if state[name] == Value::Bool(true) {
            '1'
        } else {
            '0'
        }
    };
    let flags: String = ["enable_canary", "activate_canary", "promote_to_all"]
        .map(digit)
        .iter()
        .collect();
    Ok(ask(named(release)?, &flags))
}

fn named(release: &str) -> Result<&'static str> {
    let known = ["v1", "v2", "v3", "v4"]
        .into_iter()
        .find(|known| *known == release);
    known.with_context(|| format!("no such release: {release:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_walk_comes_home() -> Result<()> {
    walk(111).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_walk_comes_home() -> Result<()> {
    walk(114).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_walk_comes_home() -> Result<()> {
    walk(124).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fourth_walk_comes_home() -> Result<()> {
    walk(125).await
}
