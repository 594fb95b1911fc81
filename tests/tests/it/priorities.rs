//! Rules of ours that need each other's priorities change places in one apply under load, rules of others never move,
//! and two that claim one priority are told.

use crate::shared_listener::{Listener, canary, service};
use anyhow::{Context, Result, ensure};
use sandbox::{Fault, FaultRule};

const OFFICE: &str = "  source_ips = [\"127.9.9.9/32\"]\n";
const WIDE: &str =
    "  source_ips = [\"127.9.9.0/26\", \"127.9.9.64/26\", \"127.9.9.128/26\", \"127.9.9.192/26\"]\n";

#[tokio::test(flavor = "multi_thread")]
async fn services_and_their_canary_rules_change_places_in_one_apply() -> Result<()> {
    let listener = Listener::new(&["web", "api", "job"]).await?;
    let config = |[web, api, job]: [u32; 3], few: u32, body: &str| {
        service("web", web)
            + &service("api", api)
            + &service("job", job)
            + &canary("web", "web", few, body)
            + &canary("api", "api", api - 1, OFFICE)
    };
    listener.created(&config([100, 200, 300], 99, WIDE)).await?;
    listener
        .act(&config([100, 200, 300], 99, WIDE), "web,api")
        .await?;
    let load = listener.load().await?;
    let legs = [
        (
            "two services swap, each with its canary rules",
            [200, 100, 300],
            199,
        ),
        ("a chain of three", [300, 200, 100], 299),
        ("and back", [100, 200, 300], 99),
        ("a range moves down by one, into itself", [100, 200, 300], 98),
        ("a range moves up by one, into itself", [100, 200, 300], 99),
        ("a service takes the range's place", [100, 200, 99], 90),
        ("and the range takes it back", [100, 200, 300], 99),
    ];
    for (what, priorities, few) in legs {
        let before = listener.calls();
        listener.write(&config(priorities, few, WIDE))?;
        listener.apply().await?.success().context(what)?;
        listener.rests().await.context(what)?;
        let made = listener.calls_since(before);
        let anew = made
            .iter()
            .any(|call| ["CreateRule", "DeleteRule"].contains(&call.as_str()));
        ensure!(!anew, "{what}: rules were made anew: {made:?}");
        ensure!(
            listener.rules("canary").len() == 3,
            "{what}: {:#?}",
            listener.rules("canary")
        );
    }
    for probe in load {
        let report = probe.stop().await?;
        ensure!(
            report.failed == 0 && 0 < report.succeeded,
            "a request matched no rule: {:?}",
            report.samples
        );
    }
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_throttled_call_is_repeated_and_foreign_rules_stay() -> Result<()> {
    let listener = Listener::new(&["web", "api"]).await?;
    let config = |web: u32, api: u32, few: u32| {
        service("web", web) + &service("api", api) + &canary("web", "few", few, OFFICE)
    };
    listener.created(&config(100, 200, 99)).await?;
    let faults = listener.world.sandbox().faults();
    let mut swapped = false;
    for (fault, times) in [
        (Fault::LostAnswer, 1),
        (Fault::Throttle, 2),
        (Fault::Throttle, 100),
        (Fault::LostAnswer, 100),
    ] {
        swapped = !swapped;
        let (web, api) = if swapped { (200, 100) } else { (100, 200) };
        let mut rule = FaultRule::new(fault.clone());
        rule.action = Some("SetRulePriorities".to_owned());
        rule.times = Some(times);
        faults.add(rule);
        listener.write(&config(web, api, 99))?;
        let run = listener.apply().await?;
        ensure!(
            (run.code == 0) == (times < 10),
            "{fault:?} {times} times:\n{}",
            run.text()
        );
        faults.clear();
        if run.code != 0 {
            listener.apply().await?.success()?;
        }
        listener.rests().await?;
    }
    let web = listener.arn_at(100)?;
    let foreign = listener.foreign(99, "/elsewhere/*").await?;
    // Reserved while nothing is open: told, not refused.
    listener.write(&config(100, 200, 99).replace("127.9.9.9/32", "127.9.9.8/32"))?;
    let run = listener.apply().await?.success()?;
    ensure!(
        run.text().contains("A reserved priority is taken") && run.text().contains(&foreign),
        "{}",
        run.text()
    );
    // Opening is refused before anything of it moved.
    listener.write(&config(100, 200, 99))?;
    let run = listener.apply_with("web").await?;
    let text = run
        .text()
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect::<Vec<_>>()
        .join(" ");
    ensure!(
        run.code == 1 && text.contains("99 belongs to rule") && text.contains("is never moved"),
        "{text}"
    );
    ensure!(
        listener.rules("canary").is_empty(),
        "{:#?}",
        listener.rules("canary")
    );
    ensure!(listener.arn_at(99)? == foreign, "the foreign rule was moved");
    // So is a service that would stand there.
    listener.write(&config(99, 200, 98))?;
    let before = listener.calls();
    let run = listener.apply().await?;
    ensure!(
        run.code == 1 && run.text().contains("is never moved"),
        "{}",
        run.text()
    );
    let made = listener.calls_since(before);
    ensure!(!made.contains(&"SetRulePriorities".to_owned()), "{made:?}");
    ensure!(listener.arn_at(100)? == web, "the service was moved");
    listener.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_claim_one_priority_are_both_named() -> Result<()> {
    let listener = Listener::new(&["web", "api"]).await?;
    listener.write(&(service("web", 100) + &service("api", 99) + &canary("web", "few", 99, OFFICE)))?;
    let plan = listener.plan().await?;
    let text = plan
        .text
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect::<Vec<_>>()
        .join(" ");
    ensure!(
        plan.code == 2
            && text.contains("bluegreen_canary_rule web/99 and bluegreen_service api both claim priority 99"),
        "{}",
        plan.text
    );
    // Nothing is made at the second one's cost: whoever settles first keeps it.
    listener.write(&(service("web", 100) + &service("api", 100)))?;
    let run = listener.apply().await?;
    ensure!(
        run.code == 1 && run.text().contains("in this same apply"),
        "{}",
        run.text()
    );
    ensure!(
        listener.rules("service").len() == 1,
        "{:#?}",
        listener.rules("service")
    );
    listener.finish().await
}
