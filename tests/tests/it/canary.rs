//! Who sees the candidate early, in the corners: a release that replaces the one under canary, a weighted canary,
//! ranges that come and go, and a candidate that is not healthy.

use crate::stage::{OFFICE, Stage, ask};
use acceptance::probe::PhaseReport;
use acceptance::wait::eventually;
use acceptance::world::with_world;
use anyhow::{Result, ensure};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_release_may_replace_the_one_under_canary() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage.act(&ask("v2", "110")).await?;
        stage.phase("replacing").await?;
        // The service closes the canary before it deploys, and the canary rule opens it again afterwards.
        let next = ask("v3", "110");
        insta::assert_snapshot!("canary_replaced", stage.act(&next).await?);
        stage.phase("replaced").await?;
        let seen = enough(&stage, "replaced", 200).await?;
        let office = &seen.audiences["office"];
        ensure!(office.colors["green"].versions.keys().eq(["v3"]), "{office:#?}");
        stage.rests(&next).await?;
        let rules = stage.terraform.resource(OFFICE).await?;
        ensure!(
            rules["rules"].as_array().is_some_and(|rules| rules.len() == 1),
            "{rules:#}"
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weighted_canary_sends_its_share_and_no_more() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let weighted = ask("v2", "110")
            .var("canary_weight", "20")
            .var("office_ips", "[\"127.8.8.8/32\"]");
        insta::assert_snapshot!("canary_weighted", stage.act(&weighted).await?);
        stage.phase("weighted").await?;
        let seen = enough(&stage, "weighted", 2_000).await?;
        for (name, audience) in &seen.audiences {
            // 1,000 answers of a fair coin of 20 % lie within ±5 % but once in ten thousand runs.
            let share = audience.share("green");
            ensure!((0.15..=0.25).contains(&share), "{name} got {share} from green");
        }
        stage.rests(&weighted).await?;
        stage.act(&ask("v2", "101")).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_come_and_go_without_touching_the_public() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let ranges = |list: &str| ask("v2", "110").var("office_ips", list);
        stage.act(&ranges("[\"127.9.9.9/32\"]")).await?;
        let many =
            ranges(r#"["127.9.9.9/32", "192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/26", "2001:db8::/48"]"#);
        insta::assert_snapshot!("canary_more_ranges", stage.act(&many).await?);
        stage.rests(&many).await?;
        ensure!(world.rules().len() == 3, "{:#?}", world.rules());
        let fewer = ranges(r#"["192.0.2.0/24"]"#);
        stage.act(&fewer).await?;
        stage.rests(&fewer).await?;
        ensure!(world.rules().len() == 2, "{:#?}", world.rules());
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// Waits until the phase has this many answers.
async fn enough(stage: &Stage<'_>, phase: &str, answers: u64) -> Result<PhaseReport> {
    eventually(Duration::from_secs(30), async || {
        let report = stage.probe().map_err(|error| error.to_string())?.snapshot();
        let phase = report.phase(phase).ok_or("not marked")?;
        if phase.succeeded < answers {
            Err(format!("{} of {answers} answers", phase.succeeded))
        } else {
            Ok(phase.clone())
        }
    })
    .await
}
