//! A service without a priority owns its listener's default action: released through like a rule, claimed by tags
//! against a second service, and given back as it was.

use crate::import::words;
use crate::stage::{BY_HAND, SERVICE, Stage, ask, refs, variables};
use acceptance::order::Rule;
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

const BLUE: (u64, u64) = (100, 0);
const GREEN: (u64, u64) = (0, 100);
const MAIN: &str = include_str!("../../../examples/ecs-existing/main.tf");

/// The example without a place among the rules.
fn whole_listener() -> String {
    MAIN.replace(
        "    priority               = 100\n    path_patterns          = [\"/*\"]\n",
        "",
    )
}

/// What the listener does by default, and its tags.
fn listener(world: &World) -> Result<(Value, Value)> {
    let arn = world.listener_arn()?;
    let dump = world.sandbox().dump();
    let listeners = dump["listeners"].as_array().cloned().unwrap_or_default();
    let listener = listeners.into_iter().find(|it| it["ListenerArn"] == arn.as_str());
    let listener = listener.context("there is a listener")?;
    let tags = match &dump["tags"][&arn] {
        Value::Null => json!({}),
        tags => tags.clone(),
    };
    Ok((listener["DefaultActions"].clone(), tags))
}

async fn on_the_listener(world: &World) -> Result<Stage<'_>> {
    let stage = Stage::new(world).await?;
    stage.terraform.write("main.tf", &whole_listener())?;
    Ok(stage)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_is_taken_released_through_and_given_back_as_it_was() -> Result<()> {
    with_world(async |world| {
        let before = listener(world)?;
        let mut stage = on_the_listener(world).await?;
        stage.terraform.write("check.tf", crate::docs::CHECK)?;
        let first = ask("v1", "000");
        stage.act(&first).await?;
        stage.load().await?;
        let seen = stage.terraform.resource("data.bluegreen_service.live").await?;
        ensure!(
            seen["phase"] == "stable" && seen["priority"].is_null() && seen["releases"]["blue"] == "v1",
            "{seen:#}"
        );
        let (_, tags) = listener(world)?;
        ensure!(
            tags["bluegreen:service"] == "web" && tags["bluegreen:resource"] == "default-action",
            "the claim is not written: {tags:#}"
        );
        let state = stage.terraform.resource(SERVICE).await?;
        let former = state["former_default_action"].as_str().unwrap_or_default();
        ensure!(
            former.contains("404") && former.contains("fixed-response"),
            "{state:#}"
        );
        stage.rests(&first).await?;

        // A second service is told by name whose the listener is, in plan and before anything changes.
        let other = Stage::with(world, variables(world, world.setup()?)?).await?;
        let shop = whole_listener().replace("\"web\"\n", "\"shop\"\n");
        other.terraform.write("main.tf", &shop)?;
        let calls = stage.changing_calls();
        let plan = other.plan(&first).await?;
        ensure!(
            words(&plan.text).contains("belongs to service \"web\""),
            "{}",
            plan.text
        );
        let run = other.apply(&first).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("belongs to service \"web\""),
            "{}",
            run.text()
        );
        ensure!(
            stage.changing_calls() == calls,
            "a refused claim changed something"
        );

        stage.converges(&ask("v2", "110"), BLUE).await?;
        stage.converges(&ask("v2", "101"), GREEN).await?;
        // Tags taken away by hand are seen and written again.
        let keys = "TagKeys.member.1=bluegreen:service&TagKeys.member.2=bluegreen:stable";
        let arn = world.listener_arn()?;
        stage
            .call(&format!(
                "Action=RemoveTags&Version=2015-12-01&ResourceArns.member.1={arn}&{keys}"
            ))
            .await?;
        let plan = stage.plan(&ask("v2", "101")).await?;
        ensure!(
            plan.code == 2 && plan.text.contains("its tags are repaired"),
            "{}",
            plan.text
        );
        stage.converges(&ask("v2", "101"), GREEN).await?;
        ensure!(
            listener(world)?.1["bluegreen:service"] == "web",
            "{:#}",
            listener(world)?.1
        );
        // No forward at all: seen, and made again at the recorded split.
        stage.probe()?.mark(BY_HAND);
        let action = "DefaultActions.member.1";
        stage
            .call(&format!(
                "Action=ModifyListener&Version=2015-12-01&ListenerArn={arn}&{action}.Type=fixed-response\
                 &{action}.FixedResponseConfig.StatusCode=503&{action}.FixedResponseConfig.ContentType=text/plain"
            ))
            .await?;
        let plan = stage.plan(&ask("v2", "101")).await?;
        ensure!(
            plan.code == 2 && plan.text.contains("rule_intact"),
            "{}",
            plan.text
        );
        stage.apply(&ask("v2", "101")).await?.success()?;
        stage.phase("afterwards").await?;
        stage.stands(&ask("v2", "101"), GREEN).await?;
        stage.converges(&first, BLUE).await?;
        let args = first.args();
        stage
            .finish_keeping(async |terraform| {
                terraform.destroy(&refs(&args)).await?.success()?;
                let after = listener(world)?;
                ensure!(after == before, "before: {before:#?}\nafter: {after:#?}");
                Ok(())
            })
            .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_moves_between_a_rule_and_the_default_action_without_losing_a_request() -> Result<()> {
    with_world(async |world| {
        let before = listener(world)?;
        let stage = Stage::created(world).await?;
        // Giving the listener back is a change of a claimed forward that names neither color.
        stage.allow(Rule::Pair);
        stage.converges(&ask("v2", "101"), GREEN).await?;
        stage.terraform.write("main.tf", &whole_listener())?;
        insta::assert_snapshot!("rule_to_default_action", stage.act(&ask("v2", "101")).await?);
        stage.stands(&ask("v2", "101"), GREEN).await?;
        ensure!(
            world.rules().is_empty(),
            "the rule is still there: {:#?}",
            world.rules()
        );
        stage.terraform.write("main.tf", MAIN)?;
        stage.act(&ask("v2", "101")).await?;
        stage.stands(&ask("v2", "101"), GREEN).await?;
        let after = listener(world)?;
        ensure!(after == before, "before: {before:#?}\nafter: {after:#?}");
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_action_is_adopted_and_given_back_also_when_its_group_is_gone() -> Result<()> {
    with_world(async |world| {
        let mut stage = on_the_listener(world).await?;
        stage.allow(Rule::Pair);
        let arn = world.listener_arn()?;
        let set = |group: String| {
            let action = "DefaultActions.member.1";
            format!(
                "Action=ModifyListener&Version=2015-12-01&ListenerArn={arn}&{action}.Type=forward&{action}.TargetGroupArn={group}"
            )
        };
        stage.call(&set(world.target_group_arn("web-blue")?)).await?;
        let hand_made = listener(world)?;
        acceptance::wait::eventually(std::time::Duration::from_secs(20), async || match world.healthy("web-blue") {
            2 => Ok(()),
            healthy => Err(format!("{healthy} healthy targets")),
        })
        .await?;
        stage.load().await?;
        let import = format!("import {{\n  to = {SERVICE}\n  id = \"web@{arn}\"\n}}\n");
        stage.terraform.write("import.tf", &import)?;
        let first = ask("v1", "000");
        let text = stage.act(&first).await?;
        ensure!(text.contains("adopt: the listener's default action"), "{text}");
        stage.stands(&first, BLUE).await?;
        stage.converges(&ask("v2", "101"), GREEN).await?;
        // The state is lost: the tags know who is live, and what was there before.
        std::fs::remove_file(stage.terraform.folder().join("terraform.tfstate"))?;
        stage.act(&ask("v2", "101")).await?;
        stage.stands(&ask("v2", "101"), GREEN).await?;
        stage.converges(&first, BLUE).await?;
        let args = first.args();
        stage
            .finish_keeping(async |terraform| {
                terraform.destroy(&refs(&args)).await?.success()?;
                let after = listener(world)?;
                ensure!(after == hand_made, "hand-made: {hand_made:#?}\nafter: {after:#?}");
                Ok(())
            })
            .await?;

        // What was there before may be gone by the time it is to be put back.
        let stage = on_the_listener(world).await?;
        let vpc = world.sandbox().dump()["load_balancers"][0]["VpcId"].clone();
        stage
            .call(&format!(
                "Action=CreateTargetGroup&Version=2015-12-01&Name=former&Protocol=HTTP&Port=80&VpcId={}",
                vpc.as_str().unwrap_or_default()
            ))
            .await?;
        let former = world.target_group_arn("former")?;
        stage.call(&set(former.clone())).await?;
        stage.act(&first).await?;
        stage
            .call(&format!("Action=DeleteTargetGroup&Version=2015-12-01&TargetGroupArn={former}"))
            .await?;
        let run = stage.terraform.destroy(&refs(&first.args())).await?.success()?;
        ensure!(words(&run.text()).contains("The former default action is not back"), "{}", run.text());
        let (action, tags) = listener(world)?;
        ensure!(action[0]["FixedResponseConfig"]["StatusCode"] == "503", "{action:#}");
        ensure!(tags == json!({}), "{tags:#}");
        Ok(())
    })
    .await
}
