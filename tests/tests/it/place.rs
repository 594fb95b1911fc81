//! Where the service's rule stands: priority, conditions and listener change under load without losing a request,
//! and a service whose tasks somebody else runs.

use crate::stage::{SERVICE, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Result, ensure};

#[tokio::test(flavor = "multi_thread")]
async fn priority_and_conditions_change_in_place_under_load() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let before = stage.service_rule()?["RuleArn"].clone();
        let main = include_str!("../../../examples/ecs-flags/main.tf");
        let moved = main
            .replace("priority               = 100", "priority               = 200")
            .replace("[\"/*\"]", "[\"/*\", \"/\"]");
        stage.terraform.write("main.tf", &moved)?;
        insta::assert_snapshot!("rule_moved", stage.act(&ask("v1", "000")).await?);
        let after = stage.terraform.resource(SERVICE).await?;
        ensure!(after["rule_arn"] == before, "the rule was replaced: {after:#}");
        ensure!(
            stage.plan(&ask("v1", "000")).await?.is_empty(),
            "the second plan is not empty"
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ecs_only_traffic_moves_and_an_empty_color_gets_none() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let main = include_str!("../../../examples/ecs-flags/main.tf");
        let from = main.find("  ecs = {").expect("the example has an ecs block");
        let to = from + main[from..].find("  rollout").expect("rollout follows");
        stage
            .terraform
            .write("main.tf", &format!("{}{}", &main[..from], &main[to..]))?;
        stage.act(&ask("v1", "000")).await?;
        stage.rests(&ask("v1", "000")).await?;
        // Nobody runs green, so nothing may move there.
        let run = stage.apply(&ask("v2", "101").var("health_timeout", "1s")).await?;
        ensure!(
            run.code == 1 && run.text().contains("Traffic never moved"),
            "{}",
            run.text()
        );
        ensure!(stage.weights()? == (100, 0), "{:?}", stage.weights()?);
        stage
            .call_ecs(
                "UpdateService",
                r#"{"cluster":"main","service":"web-green","desiredCount":2}"#,
            )
            .await?;
        let retried = ask("v2", "101")
            .var("retry_token", "green runs now")
            .var("health_timeout", "20s");
        insta::assert_snapshot!("traffic_only_promotion", stage.act(&retried).await?);
        stage.rests(&retried).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
