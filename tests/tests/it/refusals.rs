//! Places that are no place for a service: the plan warns where a look can tell, and apply refuses before it has
//! changed anything.

use crate::import::{warning, words};
use crate::stage::{Stage, ask};
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
        let plan = stage.refused(&[], "which is not service \"web\"'s").await?;
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

        let create = "Action=CreateLoadBalancer&Version=2015-12-01&Name=other&Subnets.member.1=subnet-a&Subnets.member.2=subnet-b";
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
