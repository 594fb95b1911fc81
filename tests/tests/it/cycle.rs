//! The whole cycle of a release under load: each transition's plan is a golden file, its values are the applied
//! ones, and the plan after it is empty.

use crate::stage::{SERVICE, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Result, ensure};

/// Plans are compared with `snapshots/`, which tell the story of a release.
macro_rules! act {
    ($stage:expr, $name:literal, $ask:expr) => {{
        let ask = $ask;
        let text = $stage.act(&ask).await?;
        insta::assert_snapshot!($name, text);
        $stage.rests(&ask).await?;
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn create_warm_canary_promote_and_roll_back_warm() -> Result<()> {
    with_world(async |world| {
        let mut stage = Stage::new(world).await?;
        act!(stage, "create", ask("v1", "000"));
        stage.load().await?;
        act!(stage, "warm", ask("v2", "100"));
        stage.phase("canary").await?;
        act!(stage, "canary", ask("v2", "110"));
        act!(stage, "promote", ask("v2", "101"));
        act!(stage, "rollback_warm", ask("v1", "000"));
        act!(stage, "promote_again", ask("v2", "101"));
        act!(stage, "next_release_warm", ask("v3", "100"));
        act!(stage, "next_release_canary", ask("v3", "110"));
        act!(stage, "next_release_back_to_warm", ask("v3", "100"));
        act!(stage, "next_release_promote", ask("v3", "101"));
        act!(stage, "straight_deploy", ask("v1", "101"));
        let report = stage.finish().await?.expect("there was load");
        let canary = report.phase("canary").expect("the phase was marked");
        let seen = |audience: &str| canary.audiences[audience].answers("green");
        ensure!(
            0 < seen("office"),
            "the office never saw the candidate: {canary:#?}"
        );
        ensure!(seen("public") == 0, "the public saw the candidate: {canary:#?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn retire_at_once_and_roll_back_cold() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let now = |release, flags| ask(release, flags).var("rollback_window", "0s");
        act!(stage, "promote_and_retire", now("v2", "101"));
        act!(stage, "rollback_cold", now("v1", "000"));
        act!(stage, "abort_prepare", now("v2", "110"));
        act!(stage, "abort", now("v2", "000"));
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_color_is_retired_by_a_clean_up_after_the_window() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let window = ask("v2", "101").var("rollback_window", "1s");
        stage.act(&window).await?;
        let due = acceptance::wait::eventually(std::time::Duration::from_secs(20), async || {
            let plan = stage.plan(&window).await.map_err(|error| error.to_string())?;
            if plan.code == 2 { Ok(plan) } else { Err(plan.text) }
        })
        .await?;
        insta::assert_snapshot!("retire_due", crate::stage::golden(&due.text));
        stage.apply_begins();
        stage.terraform.apply_plan(&due).await?.success()?;
        stage.rests(&window).await?;
        let state = stage.terraform.resource(SERVICE).await?;
        ensure!(
            state["capacity"]["blue"] == 0 && state["retire_due"] == false,
            "{state:#}"
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_release_fails_red_and_the_public_never_sees_it() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let broken = ask("v4", "101");
        let run = stage.apply(&broken).await?;
        ensure!(run.code == 1, "a broken release was applied:\n{}", run.text());
        insta::assert_snapshot!("broken_release", errors(&run.text()));
        let state = stage.terraform.resource(SERVICE).await?;
        ensure!(
            state["traffic"]["blue"] == 100 && state["phase"] == "stable",
            "{state:#}"
        );
        ensure!(
            state["cycle"]["failed_release"] == "v4" && state["release"] == "v1",
            "{state:#}"
        );
        ensure!(state["capacity"]["green"] == 0, "{state:#}");
        // Pending, refused, and refused again without a single changing call.
        let plan = stage.plan(&broken).await?;
        ensure!(plan.code == 2, "the promotion is not pending:\n{}", plan.text);
        insta::assert_snapshot!("broken_release_again", crate::stage::golden(&plan.text));
        let before = stage.changing_calls();
        let again = stage.apply(&broken).await?;
        ensure!(
            again.code == 1 && again.text().contains("failed its verdict"),
            "{}",
            again.text()
        );
        ensure!(
            stage.changing_calls() == before,
            "a refused apply called AWS to change something"
        );
        // A new token allows one more try, which fails again; then a good release goes through.
        let retried = stage.apply(&broken.clone().var("retry_token", "1")).await?;
        ensure!(retried.code == 1, "{}", retried.text());
        stage.act(&ask("v3", "101")).await?;
        let report = stage.finish().await?.expect("there was load");
        for audience in report.audiences.values() {
            for color in audience.colors.values() {
                ensure!(
                    !color.versions.contains_key("v4"),
                    "somebody saw the broken release: {color:?}"
                );
            }
        }
        Ok(())
    })
    .await
}

/// The error of a failed apply, as a golden file keeps it.
fn errors(text: &str) -> String {
    let text = acceptance::redact::redact(text);
    let lines = text.lines().skip_while(|line| !line.contains("Error:"));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
