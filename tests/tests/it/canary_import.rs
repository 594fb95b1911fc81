//! Canary rules that exist before Terraform knows them: made by hand, or by bluegreen with a state that was lost.

use crate::import::words;
use crate::shared_listener::{Listener, Request, canary, service};
use acceptance::terraform::Run;
use anyhow::{Result, ensure};

const AUDIENCE: &str = "  headers    = { \"x-canary\" = [\"yes\"] }\n  source_ips = [\"127.9.9.9/32\"]\n";
const FEW: &str = "bluegreen_canary_rule.few";

/// By hand at this priority: web's host with the header, to green.
async fn by_hand(listener: &Listener, priority: u32) -> Result<String> {
    let condition = "Conditions.member";
    listener
        .hand(&format!(
            "CreateRule&ListenerArn={}&Priority={priority}\
             &{condition}.1.Field=host-header&{condition}.1.Values.member.1=web.example.com\
             &{condition}.2.Field=http-header&{condition}.2.HttpHeaderConfig.HttpHeaderName=x-canary\
             &{condition}.2.HttpHeaderConfig.Values.member.1=yes\
             &{condition}.3.Field=source-ip&{condition}.3.SourceIpConfig.Values.member.1=127.9.9.9/32\
             &Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={}",
            listener.world.listener_arn()?,
            listener.world.target_group_arn("web-green")?,
        ))
        .await?;
    listener.arn_at(priority)
}

fn block(id: &str) -> String {
    format!("import {{\n  to = {FEW}\n  id = {id:?}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_made_by_hand_is_taken_over_without_being_made_anew() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    listener.created(&service("web", 100)).await?;
    listener.open("web")?;
    listener.apply().await?.success()?;
    let rule = by_hand(&listener, 99).await?;
    let config = service("web", 100) + &canary("web", "few", 99, AUDIENCE);

    // Without an import it is somebody else's.
    listener.write(&config)?;
    let refused = listener.apply().await?;
    ensure!(
        refused.code == 1 && words(&refused.text()).contains("is never moved"),
        "{}",
        refused.text()
    );

    listener.write(&(config.clone() + &block(&format!("web@{rule}"))))?;
    let plan = listener.plan().await?;
    // Beyond its place, what the rule matches is as the configuration has it.
    let change = &plan.json["resource_changes"];
    let change = change.as_array().into_iter().flatten();
    let before = change
        .filter(|change| change["address"] == FEW)
        .map(|change| change["change"].clone())
        .collect::<Vec<_>>();
    ensure!(
        before.len() == 1
            && before[0]["before"]["headers"] == before[0]["after"]["headers"]
            && before[0]["before"]["rules"] == before[0]["after"]["rules"],
        "{before:#?}"
    );
    let calls = listener.calls();
    listener.terraform.apply_plan(&plan).await?.success()?;
    ensure!(
        listener.calls_since(calls) == ["AddTags"],
        "{:?}",
        listener.calls_since(calls)
    );
    ensure!(listener.arn_at(99)? == rule, "it was made anew");
    listener.write(&config)?;
    listener.rests().await?;
    let green = Request::of("web").from("127.9.9.9").header("x-canary: yes");
    listener.answers(&[green], "green").await?;

    // Its state is lost: its own ARN says enough, and nothing changes in AWS.
    let removed = listener.terraform.run(&["state", "rm", FEW]).await?;
    removed.success()?;
    let calls = listener.calls();
    import(&listener, &rule).await?.success()?;
    listener.apply().await?.success()?;
    listener.rests().await?;
    ensure!(
        listener.calls_since(calls).is_empty(),
        "{:?}",
        listener.calls_since(calls)
    );
    listener.finish().await
}

async fn import(listener: &Listener, id: &str) -> Result<Run> {
    listener.terraform.import(FEW, id, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_canary_rule_is_not_imported() -> Result<()> {
    let listener = Listener::new(&["web"]).await?;
    let config = service("web", 100) + &canary("web", "few", 99, AUDIENCE);
    listener.created(&config).await?;
    let removed = listener.terraform.run(&["state", "rm", FEW]).await?;
    removed.success()?;
    let own = listener.arn_at(100)?;
    let hand = by_hand(&listener, 50).await?;
    for (id, why) in [
        (own.clone(), "is service \"web\"'s own, not a canary rule"),
        (hand.clone(), "the id has to say whose it is"),
        (format!("{hand}0"), "has no rule"),
        (listener.world.listener_arn()?, "is a listener's ARN"),
        ("web/99".to_owned(), "has no ARN"),
    ] {
        let run = import(&listener, &id).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains(why),
            "{id}: {why:?} is not said:\n{}",
            run.text()
        );
    }
    listener.hand(&format!("DeleteRule&RuleArn={hand}")).await?;
    listener.finish().await
}
