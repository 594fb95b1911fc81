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
        let main = include_str!("../../../examples/ecs-existing/main.tf");
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
        let main = include_str!("../../../examples/ecs-existing/main.tf");
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

/// As in most configurations, the task definition is a resource that changes in the same apply, so that the plan
/// can't know its revision.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_definition_that_is_known_only_in_apply_is_released_in_one_apply() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let main = include_str!("../../../examples/ecs-existing/main.tf").replace(
            "task_definition = var.task_definition",
            "task_definition = terraform_data.task_definition.output",
        );
        let resource = "\nresource \"terraform_data\" \"task_definition\" {\n  input            = var.task_definition\n  triggers_replace = var.task_definition\n}\n";
        stage.terraform.write("main.tf", &format!("{main}{resource}"))?;
        stage.apply(&ask("v1", "000")).await?.success()?;
        insta::assert_snapshot!("unknown_version", stage.act(&ask("v2", "100")).await?);
        stage.rests(&ask("v2", "100")).await?;
        stage.act(&ask("v2", "101")).await?;
        stage.rests(&ask("v2", "101")).await?;
        // The same release with another version would change a live color: said in plan, refused in apply.
        let changed = ask("v2", "101").var("task_definition", "web:3");
        let plan = stage.plan(&changed).await?;
        ensure!(plan.text.contains("Apply will refuse this"), "{}", plan.text);
        let run = stage.apply(&changed).await?;
        ensure!(run.code == 1 && run.text().contains("Refused before anything moved"), "{}", run.text());
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// What somebody does to the rule is seen and repaired: a group taken out, a stranger let in, no forward at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_does_not_forward_to_both_colors_is_repaired() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let rest = ask("v1", "000");
        let blue = world.target_group_arn("web-blue")?;
        let rule = stage.service_rule()?["RuleArn"].as_str().expect("a rule has an ARN").to_owned();
        let action = "Actions.member.1";
        let dump = world.sandbox().dump();
        let vpc = dump["load_balancers"][0]["VpcId"].as_str().unwrap_or_default();
        let third = "Action=CreateTargetGroup&Version=2015-12-01&Name=third&Protocol=HTTP&Port=80";
        stage.call(&format!("{third}&VpcId={vpc}")).await?;
        let tuple = format!("{action}.ForwardConfig.TargetGroups.member");
        let strangers = (1..).zip(["web-blue", "web-green", "third"]).map(|(index, group)| {
            let (arn, weight) = (world.target_group_arn(group)?, if index == 1 { 100 } else { 0 });
            Ok(format!("&{tuple}.{index}.TargetGroupArn={arn}&{tuple}.{index}.Weight={weight}"))
        });
        let hands = [
            format!("{action}.Type=forward&{action}.TargetGroupArn={blue}"),
            format!("{action}.Type=forward{}", strangers.collect::<Result<String>>()?),
            format!(
                "{action}.Type=fixed-response&{action}.FixedResponseConfig.StatusCode=503&{action}.FixedResponseConfig.ContentType=text/plain"
            ),
        ];
        for hand in hands {
            stage.probe()?.mark(crate::stage::BY_HAND);
            stage.call(&format!("Action=ModifyRule&Version=2015-12-01&RuleArn={rule}&{hand}")).await?;
            let plan = stage.plan(&rest).await?;
            ensure!(plan.code == 2 && plan.text.contains("rule_intact     = false -> true"), "not seen: {hand}\n{}", plan.text);
            stage.apply(&rest).await?.success()?;
            stage.phase("repaired").await?;
            ensure!(stage.weights()? == (100, 0), "{:?}", stage.weights()?);
            ensure!(stage.plan(&rest).await?.is_empty(), "the second plan is not empty");
        }
        stage.allow(acceptance::order::Rule::Pair);
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// Target groups belong to the whole load balancer: a rule on another listener keeps its color in service too.
#[tokio::test(flavor = "multi_thread")]
async fn another_listener_that_forwards_to_a_color_keeps_it_from_being_retired_and_from_being_deployed_to()
-> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let dump = world.sandbox().dump();
        let balancer = dump["load_balancers"][0]["LoadBalancerArn"]
            .as_str()
            .expect("there is a load balancer");
        let blue = world.target_group_arn("web-blue")?;
        stage
            .call(&format!(
                "Action=CreateListener&Version=2015-12-01&LoadBalancerArn={balancer}&Port=81&Protocol=HTTP\
                 &DefaultActions.member.1.Type=forward&DefaultActions.member.1.TargetGroupArn={blue}"
            ))
            .await?;
        let now = |release, flags| ask(release, flags).var("rollback_window", "0s");
        let run = stage.apply(&now("v2", "101")).await?.success()?;
        let text = run.text();
        ensure!(
            text.contains("clean-up is not finished") && text.contains("listener-rule"),
            "{text}"
        );
        ensure!(
            stage.weights()? == (0, 100) && world.service("web-blue")["desiredCount"] == 2,
            "{text}"
        );
        // The next release would go to blue, which still serves port 81.
        let run = stage.apply(&now("v3", "100")).await?;
        ensure!(
            run.code == 1 && run.text().contains("would get a new version"),
            "{}",
            run.text()
        );
        let listeners = world.sandbox().dump()["listeners"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let other = listeners
            .iter()
            .find(|listener| listener["Port"] == 81)
            .expect("it was made");
        let other = other["ListenerArn"].as_str().expect("a listener has an ARN");
        stage
            .call(&format!(
                "Action=DeleteListener&Version=2015-12-01&ListenerArn={other}"
            ))
            .await?;
        stage.act(&now("v2", "101")).await?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 0,
            "blue was not retired"
        );
        stage.rests(&now("v2", "101")).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
