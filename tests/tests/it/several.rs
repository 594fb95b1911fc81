//! Several services with their canary rules, each step of all of them in one apply.

use crate::shared_listener::{Listener, Request, canary, service};
use anyhow::{Result, ensure};

const NAMES: [&str; 3] = ["web", "api", "job"];
const BETA: &str = "  headers = { \"x-canary\" = [\"yes\"] }\n";

#[tokio::test(flavor = "multi_thread")]
async fn three_services_are_made_opened_promoted_and_destroyed_in_one_apply_each() -> Result<()> {
    let listener = Listener::new(&NAMES).await?;
    let resources: String = NAMES
        .iter()
        .zip([100, 200, 300])
        .map(|(name, priority)| service(name, priority) + &canary(name, name, priority - 1, BETA))
        .collect();
    listener.created(&resources).await?;
    ensure!(listener.rules("").len() == 3, "{:#?}", listener.rules(""));
    let load = listener.load().await?;

    listener.act(&resources, "web,api,job").await?;
    listener.rests().await?;
    let everybody = NAMES.map(Request::of);
    let few = NAMES.map(|name| Request::of(name).header("x-canary: yes"));
    listener.answers(&everybody, "blue").await?;
    listener.answers(&few, "green").await?;

    listener.promote("web,api,job")?;
    listener.apply().await?.success()?;
    listener.rests().await?;
    listener.answers(&everybody, "green").await?;
    ensure!(
        listener.rules("canary").is_empty(),
        "an audience is left: {:#?}",
        listener.rules("canary")
    );

    // Back, and one of them only: the others stay.
    listener.promote("web,job")?;
    let rules = listener.rules("service");
    listener.apply().await?.success()?;
    listener.rests().await?;
    listener.answers(&everybody[1..2], "blue").await?;
    listener
        .answers(&[everybody[0].clone(), everybody[2].clone()], "green")
        .await?;
    ensure!(
        rules.len() == listener.rules("service").len(),
        "rules were made or removed: {:#?}",
        listener.rules("service")
    );
    for probe in load {
        let report = probe.stop().await?;
        ensure!(
            report.failed == 0 && 0 < report.succeeded,
            "requests were lost: {:?}",
            report.samples
        );
    }
    listener.finish().await
}
