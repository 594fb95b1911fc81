//! The provider is killed at every AWS call of every kind of apply: one more apply repairs it, nobody loses a request,
//! and nothing is made twice.
//!
//! Never picks the calls: a leg goes on until an apply makes fewer calls than the one that would be killed.

use crate::converge::Split;
use crate::stage::{Ask, Stage, ask, refs};
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use sandbox::Fault;

/// A kind of apply, killed at a later call each time it is gone.
struct Leg {
    /// The asks that go this way, in turn, and where traffic stands then.
    ways: Vec<(Ask, Split)>,
    turn: usize,
    nth: u64,
    /// Several tests share the calls of one leg: each takes every so many.
    stride: u64,
    survived: bool,
}

impl Leg {
    fn new(ways: Vec<(Ask, Split)>, (first, stride): (u64, u64)) -> Leg {
        // Retired at once, so that each apply scales as well.
        let quick = |(ask, split): (Ask, Split)| {
            let ask = ask.var("steps", r#"[{ weight = 10, bake = "50ms" }]"#);
            (ask.var("rollback_window", "0s"), split)
        };
        Leg {
            ways: ways.into_iter().map(quick).collect(),
            turn: 0,
            nth: first,
            stride,
            survived: false,
        }
    }

    /// Goes this way once. A leg that outlived its kill is only a way to the next one.
    async fn go(&mut self, stage: &Stage<'_>, fault: &Fault) -> Result<usize> {
        let (ask, split) = self.ways[self.turn % self.ways.len()].clone();
        self.turn += 1;
        if self.survived {
            stage.apply(&ask).await?.success()?;
            return Ok(0);
        }
        let before = stage.kills();
        stage.kill_at(fault.clone(), self.nth);
        let run = stage.apply(&ask).await?;
        stage.calm();
        if stage.kills() == before {
            run.success().context("it was not killed")?;
            self.survived = true;
            stage.stands(&ask, split).await?;
            return Ok(0);
        }
        let at = format!("{} at call {} of {:?}", fault.name(), self.nth, ask.args());
        ensure!(run.code != 0, "{at}, but it succeeded:\n{}", run.text());
        stage.converges(&ask, split).await.with_context(|| at)?;
        self.nth += self.stride;
        Ok(1)
    }
}

/// Round and round, under load, until every leg has outlived its kill.
async fn survive(fault: Fault, mut legs: Vec<Leg>, at_least: usize) -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let mut kills = 0;
        while legs.iter().any(|leg| !leg.survived) {
            for leg in &mut legs {
                kills += leg.go(&stage, &fault).await?;
            }
        }
        enough(kills, at_least)?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

fn enough(kills: usize, at_least: usize) -> Result<()> {
    eprintln!("{kills} kills");
    ensure!(at_least <= kills, "only {kills} kills, so most calls were spared");
    Ok(())
}

/// Canary, promotion with retirement, and a rollback to a color without tasks: between them they take every step.
fn there_and_back(part: (u64, u64)) -> Vec<Leg> {
    let way = |release, flags, split| (ask(release, flags), split);
    let (blue, green) = ((100, 0), (0, 100));
    // Two releases in turn, so that each round has something new to deploy.
    vec![
        Leg::new(vec![way("v2", "110", blue), way("v3", "110", blue)], part),
        Leg::new(vec![way("v2", "101", green), way("v3", "101", green)], part),
        Leg::new(vec![way("v1", "000", blue)], part),
    ]
}

/// A release that no color holds, promoted in the apply that deploys it: state knows nothing of it yet, so that the
/// rule's tags alone tell what was under way.
fn straight_deploys(part: (u64, u64)) -> Vec<Leg> {
    let releases = ["v2", "v3", "v1", "v2", "v3", "v1"];
    let splits = [(0, 100), (100, 0)];
    let ways = releases.iter().zip(splits.iter().cycle());
    let ways = ways.map(|(release, split)| (ask(release, "101"), *split));
    vec![Leg::new(ways.collect(), part)]
}

#[tokio::test(flavor = "multi_thread")]
async fn canary_promotion_and_rollback_survive_a_kill_before_call_1_4_7_and_so_on() -> Result<()> {
    survive(Fault::KillBefore, there_and_back((1, 3)), 25).await
}

#[tokio::test(flavor = "multi_thread")]
async fn canary_promotion_and_rollback_survive_a_kill_before_call_2_5_8_and_so_on() -> Result<()> {
    survive(Fault::KillBefore, there_and_back((2, 3)), 25).await
}

#[tokio::test(flavor = "multi_thread")]
async fn canary_promotion_and_rollback_survive_a_kill_before_call_3_6_9_and_so_on() -> Result<()> {
    survive(Fault::KillBefore, there_and_back((3, 3)), 25).await
}

#[tokio::test(flavor = "multi_thread")]
async fn canary_promotion_and_rollback_survive_a_kill_after_every_change() -> Result<()> {
    survive(Fault::KillAfter, there_and_back((1, 1)), 11).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_straight_deploy_survives_a_kill_before_every_odd_call() -> Result<()> {
    survive(Fault::KillBefore, straight_deploys((1, 2)), 20).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_straight_deploy_survives_a_kill_before_every_even_call() -> Result<()> {
    survive(Fault::KillBefore, straight_deploys((2, 2)), 20).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_straight_deploy_survives_a_kill_after_every_change() -> Result<()> {
    survive(Fault::KillAfter, straight_deploys((1, 1)), 6).await
}

/// Without load: there is no release yet that could lose a request.
#[tokio::test(flavor = "multi_thread")]
async fn create_and_destroy_survive_a_kill_before_every_call() -> Result<()> {
    there_and_gone(Fault::KillBefore, 15).await
}

#[tokio::test(flavor = "multi_thread")]
async fn create_and_destroy_survive_a_kill_after_every_change() -> Result<()> {
    there_and_gone(Fault::KillAfter, 3).await
}

async fn there_and_gone(fault: Fault, at_least: usize) -> Result<()> {
    with_world(async |world| {
        let made = creations(world, &fault).await?;
        enough(made + removals(world, &fault).await?, at_least)
    })
    .await
}

async fn creations(world: &World, fault: &Fault) -> Result<usize> {
    let stage = Stage::new(world).await?;
    let mut leg = Leg::new(vec![(ask("v1", "000"), (100, 0))], (1, 1));
    let mut kills = 0;
    while !leg.survived {
        kills += leg.go(&stage, fault).await?;
        stage
            .terraform
            .destroy(&refs(&ask("v1", "000").args()))
            .await?
            .success()?;
        ensure!(world.rules().is_empty(), "destroy left {:#?}", world.rules());
    }
    stage.finish().await?;
    Ok(kills)
}

/// From a canary, where there are rules of two resources to remove.
async fn removals(world: &World, fault: &Fault) -> Result<usize> {
    let stage = Stage::new(world).await?;
    let canary = ask("v2", "110");
    let mut kills = 0;
    for nth in 1.. {
        stage.apply(&ask("v1", "000")).await?.success()?;
        stage.apply(&canary).await?.success()?;
        let before = stage.kills();
        stage.kill_at(fault.clone(), nth);
        let run = stage.terraform.destroy(&refs(&canary.args())).await?;
        stage.calm();
        let survived = stage.kills() == before;
        if !survived {
            kills += 1;
            ensure!(
                run.code != 0,
                "killed at call {nth}, but it succeeded:\n{}",
                run.text()
            );
            stage.terraform.destroy(&refs(&canary.args())).await?.success()?;
        }
        ensure!(
            world.rules().is_empty(),
            "call {nth}: destroy left {:#?}",
            world.rules()
        );
        if survived {
            run.success()?;
            break;
        }
    }
    stage.finish().await?;
    Ok(kills)
}
