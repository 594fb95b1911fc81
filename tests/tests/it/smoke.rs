//! The smoke check: a release that health checks call healthy and visitors would call broken goes back by itself.
//!
//! Health checks ask for `/metrics` here, which the broken version answers too. No load: its requests would rightly
//! fail at the share that the broken version gets until it is found out.

use crate::stage::{SERVICE, Stage, ask};
use acceptance::world::{World, reference_seed};
use anyhow::{Result, ensure};
use sandbox::Options;

/// A world in which every version is healthy, and a service whose smoke check wants `status` from `path`.
async fn world() -> Result<World> {
    let mut seed = reference_seed();
    for group in &mut seed.target_groups {
        group.health_check.path = Some("/metrics".to_owned());
    }
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    World::start(options, &seed).await
}

async fn stage<'a>(world: &'a World, path: &str, status: u16) -> Result<Stage<'a>> {
    let stage = Stage::new(world).await?;
    let url = world.url()?;
    let main = include_str!("../../../examples/ecs-existing/main.tf");
    let smoke = format!(
        "drain          = var.drain\n    smoke = {{\n      url     = \"{url}{path}\"\n      headers = {{ Host = \"shop.example.com\" }}\n      status  = {status}\n      count   = 40\n    }}"
    );
    stage
        .terraform
        .write("main.tf", &main.replace("drain          = var.drain", &smoke))?;
    stage.apply(&ask("v1", "000")).await?.success()?;
    Ok(stage)
}

/// ModifyRule calls so far.
fn moves(world: &World) -> usize {
    let events = world.events();
    events
        .iter()
        .filter(|event| event["event"] == "call" && event["action"] == "ModifyRule")
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_answers_wrongly_once_it_has_traffic_is_rolled_back_and_recorded_as_failed()
-> Result<()> {
    let world = world().await?;
    let stage = stage(&world, "/", 200).await?;
    let plan = stage.plan(&ask("v2", "101")).await?;
    ensure!(
        plan.text
            .contains("smoke check before and after each move: 40 × GET http://"),
        "the plan does not tell of the smoke check:\n{}",
        plan.text
    );
    stage.act(&ask("v2", "101")).await?;
    ensure!(stage.weights()? == (0, 100), "{:?}", stage.weights()?);

    // v4 goes to blue; its health check answers, its page does not.
    let run = stage.apply(&ask("v4", "101")).await?;
    let text = run.text();
    ensure!(
        run.code == 1 && text.contains("was rolled back") && text.contains("answered 500 instead of"),
        "{text}"
    );
    ensure!(stage.weights()? == (0, 100), "{:?}\n{text}", stage.weights()?);
    let state = stage.terraform.resource(SERVICE).await?;
    ensure!(state["cycle"]["failed_release"] == "v4", "{state:#}");
    stage.finish().await?;
    world.shutdown().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_fails_already_before_is_no_verdict_and_moves_nothing() -> Result<()> {
    let world = world().await?;
    let stage = stage(&world, "/", 204).await?;
    let before = moves(&world);
    let run = stage.apply(&ask("v2", "101")).await?;
    let text = run.text();
    ensure!(
        run.code == 1 && text.contains("instead of 204") && text.contains("says nothing about the"),
        "{text}"
    );
    ensure!(moves(&world) == before, "traffic was moved:\n{text}");
    let state = stage.terraform.resource(SERVICE).await?;
    ensure!(state["cycle"]["failed_release"].is_null(), "{state:#}");
    stage.finish().await?;
    world.shutdown().await
}
