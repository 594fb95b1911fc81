//! Autoscaling goes on while a release runs: what takes over is as large as what it takes over from is by then, and
//! nothing that serves is made smaller.
//!
//! The sandbox's autoscaler moves when the test says so; when that is, is told by the weights, never by time.

use crate::stage::{Stage, ask, refs};
use acceptance::wait::eventually;
use acceptance::world::{World, reference_seed, with_world};
use anyhow::{Result, ensure};
use sandbox::{Options, SeedAutoscaling};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);
/// Long enough at 10 % for whatever the autoscaler does there.
const STEPS: &str = r#"[{ weight = 10, bake = "4s" }]"#;

fn desired(world: &World, service: &str) -> u64 {
    world.service(service)["desiredCount"].as_u64().unwrap_or(0)
}

/// The autoscaler moves blue, and its tasks are there.
async fn autoscaled(world: &World, to: u32) -> Result<()> {
    world.sandbox().scale("main", "web-blue", to)?;
    eventually(SOON, async || match world.healthy("web-blue") {
        healthy if healthy == to as usize => Ok(()),
        healthy => Err(format!("blue has {healthy} of {to} healthy targets")),
    })
    .await
}

/// Promotes v2; blue is scaled to `count` once green has 10 %.
async fn promoted(stage: &Stage<'_>, count: u32) -> Result<()> {
    let args = ask("v2", "101").var("steps", STEPS).args();
    stage.apply_begins();
    let running = stage.terraform.spawn_apply(&refs(&args))?;
    eventually(SOON, async || match stage.weights() {
        Ok((90, 10)) => Ok(()),
        other => Err(format!("the weights are {other:?}")),
    })
    .await?;
    autoscaled(stage.world, count).await?;
    running.wait().await?.success()?;
    let weights = stage.weights()?;
    ensure!(weights == (0, 100), "not promoted: {weights:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_over_is_as_large_as_what_it_takes_over_from_is_by_then() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        // In the middle of scaling when the promotion is asked for, and scaled out again while it runs.
        world.sandbox().scale("main", "web-blue", 3)?;
        promoted(&stage, 5).await?;
        let green = desired(world, "web-green");
        ensure!(green == 5, "green has {green} tasks for what took blue 5");
        stage.rests(&ask("v2", "101").var("steps", STEPS)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn scaling_in_while_a_release_runs_neither_holds_it_up_nor_shrinks_what_takes_over() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        autoscaled(world, 4).await?;
        promoted(&stage, 2).await?;
        let green = desired(world, "web-green");
        ensure!(green == 4, "green was planned with 4 tasks and has {green}");
        ensure!(desired(world, "web-blue") == 2, "blue was scaled by us");
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_autoscaler_that_raises_a_retired_color_to_its_minimum_is_a_clean_up_and_no_error() -> Result<()> {
    let mut seed = reference_seed();
    for service in &mut seed.services {
        if service.name == "web-blue" {
            service.autoscaling = Some(SeedAutoscaling { min: 2, max: 6 });
        }
    }
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    let world = World::start(options, &seed).await?;
    let stage = Stage::created(&world).await?;
    let now = ask("v2", "101").var("rollback_window", "0s");
    // At its minimum all the time: nothing to keep up with.
    stage.apply(&now).await?.success()?;
    ensure!(desired(&world, "web-green") == 2);
    eventually(SOON, async || match desired(&world, "web-blue") {
        2 => Ok(()),
        count => Err(format!("the autoscaler left blue at {count}")),
    })
    .await?;
    let plan = stage.plan(&now).await?;
    ensure!(
        plan.code == 2 && plan.text.contains("clean-up"),
        "the next plan does not say what is left:\n{}",
        plan.text
    );
    stage.finish().await?;
    world.shutdown().await
}
