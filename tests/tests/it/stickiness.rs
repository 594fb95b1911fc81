//! Clients stay with their color only while both colors have a share: cookies must never keep anybody with a color
//! that was taken out of service.

use crate::stage::{Stage, ask};
use acceptance::world::with_world;
use anyhow::{Result, ensure};
use serde_json::Value;

const MAIN: &str = include_str!("../../../examples/ecs-existing/main.tf");

fn sticky(rule: &Value) -> Value {
    rule["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn stickiness_is_on_between_0_and_100_and_off_at_both_ends() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let main = MAIN.replace("\n    blue_target", "\n    stickiness             = { duration = \"1h\" }\n    blue_target");
        stage.terraform.write("main.tf", &main)?;
        stage.act(&ask("v1", "000")).await?;
        let half = ask("v2", "110").var("canary_weight", "50");
        stage.act(&half).await?;
        let rule = stage.service_rule()?;
        ensure!(
            sticky(&rule)["Enabled"] == true && sticky(&rule)["DurationSeconds"] == 3600,
            "{rule:#}"
        );
        stage.rests_at(&half).await?;
        let promoted = ask("v2", "101");
        stage.act(&promoted).await?;
        ensure!(stage.weights()? == (0, 100), "{:?}", stage.weights()?);
        ensure!(sticky(&stage.service_rule()?)["Enabled"] != true, "{:#}", stage.service_rule()?);
        stage.converges(&ask("v1", "000"), (100, 0)).await?;

        // Every single call kept to it, on the way up as well.
        let mut shares = Vec::new();
        for event in world.events() {
            if event["event"] != "call" || event["applied"] != true {
                continue;
            }
            if !["CreateRule", "ModifyRule"].contains(&event["action"].as_str().unwrap_or_default()) {
                continue;
            }
            let rule = &event["output"]["Rules"][0];
            let groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"].as_array().cloned();
            let groups = groups.unwrap_or_default();
            if groups.len() == 2 {
                let both = groups.iter().all(|group| group["Weight"] != 0);
                ensure!((sticky(rule)["Enabled"] == true) == both, "{rule:#}");
                shares.push(both);
            }
        }
        ensure!(
            shares.contains(&true) && shares.contains(&false),
            "no call set both kinds of split: {shares:?}"
        );

        // Turned on by hand where it must be off, it is seen and turned off.
        let arn = stage.service_rule()?["RuleArn"].as_str().unwrap_or_default().to_owned();
        let config = "Actions.member.1.ForwardConfig";
        stage
            .call(&format!(
                "Action=ModifyRule&Version=2015-12-01&RuleArn={arn}&Actions.member.1.Type=forward\
                 &{config}.TargetGroups.member.1.TargetGroupArn={}&{config}.TargetGroups.member.1.Weight=100\
                 &{config}.TargetGroups.member.2.TargetGroupArn={}&{config}.TargetGroups.member.2.Weight=0\
                 &{config}.TargetGroupStickinessConfig.Enabled=true&{config}.TargetGroupStickinessConfig.DurationSeconds=60",
                world.target_group_arn("web-blue")?,
                world.target_group_arn("web-green")?,
            ))
            .await?;
        let plan = stage.plan(&ask("v1", "000")).await?;
        ensure!(
            plan.code == 2 && plan.text.contains("rule_intact     = false -> true"),
            "{}",
            plan.text
        );
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        ensure!(sticky(&stage.service_rule()?)["Enabled"] != true, "{:#}", stage.service_rule()?);
        stage.finish().await?;
        Ok(())
    })
    .await
}

impl Stage<'_> {
    /// The second plan is empty.
    async fn rests_at(&self, ask: &crate::stage::Ask) -> Result<()> {
        let plan = self.plan(ask).await?;
        ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
        Ok(())
    }
}
