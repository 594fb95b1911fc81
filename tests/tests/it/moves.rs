//! A service that changes its place among listeners: served at the new one before the old one ends, and what would
//! hand its clients to a group that nobody has proven is refused.

use crate::import::words;
use crate::stage::{SERVICE, Stage, ask};
use acceptance::wait::eventually;
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::Duration;

const GREEN: (u64, u64) = (0, 100);

impl Stage<'_> {
    /// A second listener of the load balancer, which answers 404 to everything: its ARN.
    async fn second_listener(&self) -> Result<String> {
        let dump = self.world.sandbox().dump();
        let balancer = dump["load_balancers"][0]["LoadBalancerArn"].as_str();
        let action = "DefaultActions.member.1";
        self.call(&format!(
            "Action=CreateListener&Version=2015-12-01&LoadBalancerArn={}&Port=81&Protocol=HTTP&{action}.Type=fixed-response\
             &{action}.FixedResponseConfig.StatusCode=404&{action}.FixedResponseConfig.ContentType=text/plain",
            balancer.context("there is a load balancer")?
        ))
        .await?;
        let dump = self.world.sandbox().dump();
        let listeners = dump["listeners"].as_array().cloned().unwrap_or_default();
        let made = listeners.iter().find(|listener| listener["Port"] == 81);
        let arn = made.and_then(|listener| listener["ListenerArn"].as_str());
        arn.map(str::to_owned).context("it was made")
    }

    /// What the old listener does for whoever still comes there once the rule is gone.
    async fn default_forwards_to(&self, group: &str) -> Result<()> {
        let action = "DefaultActions.member.1";
        self.call(&format!(
            "Action=ModifyListener&Version=2015-12-01&ListenerArn={}&{action}.Type=forward&{action}.TargetGroupArn={}",
            self.world.listener_arn()?,
            self.world.target_group_arn(group)?
        ))
        .await
    }
}

/// The `seq` of the only call of this action since `from`.
fn only(world: &World, action: &str, from: u64) -> Result<u64> {
    let events = world.events();
    let calls = events.iter().filter(|event| {
        event["event"] == "call" && event["action"] == action && Some(from) <= event["seq"].as_u64()
    });
    let seqs: Vec<u64> = calls.filter_map(|event| event["seq"].as_u64()).collect();
    match seqs.as_slice() {
        [seq] => Ok(*seq),
        many => anyhow::bail!("{} calls of {action}, one was expected", many.len()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_serves_at_the_new_listener_before_it_leaves_the_old_one() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage.converges(&ask("v2", "101"), GREEN).await?;
        let old = stage.service_rule()?["RuleArn"].clone();
        let listener = stage.second_listener().await?;
        // Clients come to the old address for a while longer; where they go then is the operator's to say.
        stage.default_forwards_to("web-green").await?;
        let moved = ask("v2", "101").var("listener_arn", &listener);
        let from = world.next_seq();
        let there = |rule: &Value| rule["RuleArn"] != old;
        // From the moment on that the old rule is gone, the new place has to serve whoever comes.
        let (text, load) = tokio::try_join!(stage.act(&moved), async {
            eventually(Duration::from_secs(60), async || {
                match world.rules().iter().all(there) {
                    true => Ok(()),
                    false => Err("the old rule is still there".to_owned()),
                }
            })
            .await?;
            stage.load_on(&listener)
        })?;
        ensure!(
            text.contains("the rule moves to another listener: made there first, then removed here"),
            "{text}"
        );
        let (made, left) = (only(world, "CreateRule", from)?, only(world, "DeleteRule", from)?);
        ensure!(
            made < left,
            "the old rule was removed before the new one was made"
        );
        let rules = world.rules();
        ensure!(rules.len() == 1 && there(&rules[0]), "{rules:#?}");
        stage.stands(&moved, GREEN).await?;
        let report = load.stop().await?;
        ensure!(
            0 < report.succeeded && report.failed == 0,
            "{} of {} requests failed at the new listener: {:?}",
            report.failed,
            report.started,
            report.samples
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serving_color_keeps_its_target_group() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let dump = world.sandbox().dump();
        let vpc = dump["load_balancers"][0]["VpcId"].as_str().unwrap_or_default();
        stage
            .call(&format!(
                "Action=CreateTargetGroup&Version=2015-12-01&Name=third&Protocol=HTTP&Port=80&VpcId={vpc}"
            ))
            .await?;
        let third = world.target_group_arn("third")?;
        let listener = stage.second_listener().await?;
        let exchanged = ask("v1", "000").var("blue_target_group_arn", &third);
        let calls = stage.changing_calls();
        // In place, and on the way to another listener.
        for ask in [exchanged.clone(), exchanged.var("listener_arn", &listener)] {
            let why = "a serving color's target group can't be exchanged: move traffic to green first";
            let plan = stage.plan(&ask).await?;
            ensure!(plan.code == 2 && words(&plan.text).contains(why), "{}", plan.text);
            ensure!(
                plan.actions(SERVICE) == ["update"]
                    && words(&plan.text).contains(&format!("refused: blue serves 100%, and {why}")),
                "{}",
                plan.text
            );
            let run = stage.apply(&ask).await?;
            let text = words(&run.text());
            ensure!(run.code == 1 && text.contains(why), "{}", run.text());
            ensure!(text.contains("Nothing was changed"), "{}", run.text());
        }
        ensure!(
            stage.changing_calls() == calls,
            "a refused exchange changed something"
        );
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
