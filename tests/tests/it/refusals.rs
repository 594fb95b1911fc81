//! Places that are no place for a service: the plan warns where a look can tell, and apply refuses before it has
//! changed anything.

use crate::import::{warning, words};
use crate::stage::{Ask, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};

impl Stage<'_> {
    /// The plan still goes through and says so; apply says it again, with nothing changed.
    async fn refused(&self, extra: &[(&str, &str)], why: &str) -> Result<String> {
        let mut first = ask("v1", "000");
        for (name, value) in extra {
            first = first.var(name, value);
        }
        let calls = self.changing_calls();
        let plan = self.plan(&first).await?;
        ensure!(plan.code == 2, "the plan failed:\n{}", plan.text);
        ensure!(
            words(&plan.text).contains(why),
            "{why:?} is not said in the plan:\n{}",
            plan.text
        );
        let run = self.apply(&first).await?;
        let text = words(&run.text());
        ensure!(
            run.code == 1 && text.contains(why),
            "{why:?} was not refused:\n{}",
            run.text()
        );
        ensure!(text.contains("Nothing was made."), "{}", run.text());
        ensure!(
            self.changing_calls() == calls,
            "{why:?}: a refused apply changed something"
        );
        Ok(plan.text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_speaks_against_a_place_is_said_in_plan_and_refused_in_apply() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let dump = world.sandbox().dump();
        let balancer = dump["load_balancers"][0]["LoadBalancerArn"]
            .as_str()
            .context("there is a load balancer")?;
        let listener = world.listener_arn()?;

        let foreign = stage.foreign_rule(100, "/*", "web-blue").await?;
        let plan = stage.refused(&[], "which is not bluegreen's").await?;
        insta::assert_snapshot!("priority_refused", warning(&plan));
        stage.delete_rule(&foreign).await?;

        let foreign = stage.foreign_rule(50, "/green/*", "web-green").await?;
        stage.refused(&[], "green would be the candidate").await?;
        stage.delete_rule(&foreign).await?;

        let tag = "elbv2.k8s.aws/cluster";
        let of = format!("Version=2015-12-01&ResourceArns.member.1={balancer}");
        stage
            .call(&format!("Action=AddTags&{of}&Tags.member.1.Key={tag}&Tags.member.1.Value=prod"))
            .await?;
        stage.refused(&[], "is managed by the AWS Load Balancer Controller").await?;
        stage.call(&format!("Action=RemoveTags&{of}&TagKeys.member.1={tag}")).await?;

        let gone = format!("{listener}0");
        stage.refused(&[("listener_arn", &gone)], "does not exist").await?;

        let create = "Action=CreateLoadBalancer&Version=2015-12-01&Name=other&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";
        stage.call(create).await?;
        let dump = world.sandbox().dump();
        let balancers = dump["load_balancers"].as_array().cloned().unwrap_or_default();
        let other = balancers.iter().find(|it| it["LoadBalancerName"] == "other");
        let other = other.and_then(|it| it["LoadBalancerArn"].as_str()).context("it was made")?;
        let green = world.target_group_arn("web-green")?;
        let action = "DefaultActions.member.1";
        stage
            .call(&format!(
                "Action=CreateListener&Version=2015-12-01&LoadBalancerArn={other}&Port=80&Protocol=HTTP&{action}.Type=forward&{action}.TargetGroupArn={green}"
            ))
            .await?;
        stage
            .refused(&[("listener_arn", &listener)], "is attached to load balancer")
            .await?;
        ensure!(world.rules().is_empty(), "{:#?}", world.rules());
        Ok(())
    })
    .await
}

/// Where anybody is served no version changes: by the flags' own doing, or by a hand's.
#[tokio::test(flavor = "multi_thread")]
async fn a_color_that_anybody_reaches_gets_no_new_release() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage
            .call_ecs(
                "UpdateService",
                r#"{"cluster":"main","service":"web-green","desiredCount":2}"#,
            )
            .await?;
        stage.healthy("web-green").await?;
        let versions = || ["web-blue", "web-green"].map(|name| world.service(name)["taskDefinition"].clone());
        // The idle color, which the first release is to be deployed to.
        stage.by_hand((70, 30)).await?;
        let next = ask("v2", "100");
        let why = "Green receives canary traffic and its version changes only at a share of 0";
        stage.forbidden(&next, why, &versions).await?;
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        // The former color, which the next one is to be deployed to.
        stage.by_hand((30, 70)).await?;
        let why = "traffic is divided (blue 30%, green 70%) while green holds release v2";
        stage.forbidden(&ask("v3", "100"), why, &versions).await?;
        // And the one that serves, under an unchanged release.
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        let other = ask("v2", "101").var("task_definition", "web:3");
        stage
            .forbidden(&other, "a live color's version never changes", &versions)
            .await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

impl Stage<'_> {
    /// Warned of in plan, refused in apply, nothing deployed and nothing moved.
    async fn forbidden<T: PartialEq>(&self, ask: &Ask, why: &str, versions: &impl Fn() -> T) -> Result<()> {
        let before = (versions(), self.weights()?, self.changing_calls());
        let plan = self.plan(ask).await?;
        let text = words(&plan.text);
        ensure!(
            plan.code == 2
                && text.contains("Apply will refuse this")
                && text.to_lowercase().contains(&why.to_lowercase()),
            "{}",
            plan.text
        );
        let run = self.apply(ask).await?;
        let text = words(&run.text());
        ensure!(
            run.code == 1
                && text.to_lowercase().contains(&why.to_lowercase())
                && text.contains("Nothing was changed"),
            "{}",
            run.text()
        );
        ensure!(
            before == (versions(), self.weights()?, self.changing_calls()),
            "{why}: something changed"
        );
        Ok(())
    }
}
