//! Two runs of Terraform on one listener at once, each with a state of its own: what AWS refuses whole is looked at
//! anew, nobody's rule is lost, and who pushed a rule of another configuration away says so.

use crate::import::words;
use crate::shared_listener::{Listener, canary, service};
use acceptance::terraform::Terraform;
use acceptance::wait::eventually;
use anyhow::{Result, ensure};
use sandbox::{Fault, FaultRule};
use std::time::Duration;

const OFFICE: &str = "  source_ips = [\"127.9.9.9/32\"]\n";

async fn rests(terraform: &Terraform) -> Result<()> {
    let plan = terraform.plan(&[]).await?;
    ensure!(plan.is_empty(), "there is still something to do:\n{}", plan.text);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_lose_no_rule_and_no_request() -> Result<()> {
    let listener = Listener::new(&["web", "api", "job", "ops"]).await?;
    let here = |web, api| {
        service("web", web) + &service("api", api) + &canary("web", "web", web.min(api) - 1, OFFICE)
    };
    let there = |job, ops| {
        service("job", job) + &service("ops", ops) + &canary("ops", "ops", job.min(ops) - 1, OFFICE)
    };
    listener.write(&here(100, 110))?;
    listener.open("")?;
    let other = listener.beside(&there(200, 210)).await?;
    let (one, two) = tokio::join!(listener.apply(), other.apply(&[]));
    one?.success()?;
    two?.success()?;
    listener.healthy().await?;
    // Both audiences stand, so that canary rules move along.
    other.write("open.auto.tfvars", "open = \"ops\"\n")?;
    let (one, two) = tokio::join!(listener.apply_with("web"), other.apply(&[]));
    one?.success()?;
    two?.success()?;

    let load = listener.load().await?;
    // Slow answers keep each run's look old when it calls.
    let mut slow = FaultRule::new(Fault::Latency(Duration::from_millis(80)));
    slow.action = Some("DescribeTags".to_owned());
    listener.world.sandbox().faults().add(slow);
    // Each swaps what it has, then both take each other's places, then go back.
    for (mine, theirs) in [
        ((110, 100), (210, 200)),
        ((200, 210), (100, 110)),
        ((100, 110), (200, 210)),
    ] {
        listener.write(&here(mine.0, mine.1))?;
        listener.rewrite(&other, &there(theirs.0, theirs.1))?;
        let (one, two) = tokio::join!(listener.apply(), other.apply(&[]));
        for run in [one?, two?] {
            // Whoever is pushed away by the other run in the middle of its own is told, and applies again.
            ensure!(
                run.code == 0 || words(&run.text()).contains("lan again"),
                "{}",
                run.text()
            );
        }
        for _ in 0..2 {
            listener.apply().await?.success()?;
            other.apply(&[]).await?.success()?;
        }
        listener.rests().await?;
        rests(&other).await?;
        ensure!(
            listener.rules("service").len() == 4 && listener.rules("canary").len() == 2,
            "{:#?}",
            listener.rules("")
        );
    }
    for probe in load {
        let report = probe.stop().await?;
        ensure!(
            report.failed == 0 && 0 < report.succeeded,
            "requests were lost: {:?}",
            report.samples
        );
    }
    other.destroy(&[]).await?.success()?;
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_slower_looks_again_and_a_stranger_is_never_pushed_unsaid() -> Result<()> {
    let listener = Listener::new(&["web", "api"]).await?;
    listener.write(&service("web", 100))?;
    listener.apply().await?.success()?;
    let other = listener.beside(&service("api", 200)).await?;
    other.apply(&[]).await?.success()?;

    // While web's run looks, somebody takes the priority it found free: by hand, with api's rule.
    let api = listener.arn_at(200)?;
    let mut slow = FaultRule::new(Fault::Latency(Duration::from_secs(3)));
    slow.action = Some("DescribeTags".to_owned());
    let faults = listener.world.sandbox().faults();
    listener.write(&service("web", 150))?;
    let plan = listener.plan().await?;
    let before = listener.calls();
    faults.add(slow);
    let running = listener.terraform.spawn_apply_plan(&plan)?;
    eventually(Duration::from_secs(20), async || {
        let events = listener.world.events();
        let looked = events[before..]
            .iter()
            .any(|event| event["action"] == "DescribeRules");
        looked.then_some(()).ok_or("no look yet".to_owned())
    })
    .await?;
    listener
        .hand(&format!(
            "SetRulePriorities&RulePriorities.member.1.RuleArn={api}&RulePriorities.member.1.Priority=150"
        ))
        .await?;
    let run = running.wait().await?.success()?;
    faults.clear();
    let text = words(&run.text());
    ensure!(
        text.contains("A rule gave way")
            && text.contains("bluegreen_service api gave way to bluegreen_service web"),
        "{text}"
    );
    let calls = listener.calls_since(before);
    let moves = calls.iter().filter(|call| *call == "SetRulePriorities").count();
    ensure!(
        moves == 3,
        "the hand's, one that was refused, one that was not: {calls:?}"
    );
    listener.rests().await?;
    ensure!(listener.rules("service").len() == 2, "{:#?}", listener.rules(""));
    // The other configuration sees what happened to its rule, and takes its place again.
    let plan = other.plan(&[]).await?;
    ensure!(
        plan.actions("bluegreen_service.api") == ["update"],
        "{}",
        plan.text
    );
    other.apply_plan(&plan).await?.success()?;
    ensure!(listener.arn_at(200)? == api, "{:#?}", listener.rules(""));
    rests(&other).await?;
    listener.rests().await?;
    other.destroy(&[]).await?.success()?;
    listener.finish().await
}
