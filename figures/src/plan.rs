//! A large plan with nothing to change, beside as many resources that Terraform itself brings.
//!
//! Counts no plan that has something to do: it would measure something else.

use crate::calls::Calls;
use crate::configuration::{VARIABLES, built_in, canary_rules, services};
use crate::ground::Ground;
use crate::report::Row;
use crate::stats::median;
use crate::town::{Pace, Town};
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Result, ensure};
use std::time::Duration;

/// Against the built-in resources, and calls per resource.
const SLOWER: f64 = 2.0;
const CALLS: f64 = 0.1;
/// Making hundreds of rules takes minutes where calls that change something are rationed.
const PATIENCE: Duration = Duration::from_secs(1800);

pub async fn rows(ground: &Ground, count: u32, plans: u32) -> Result<Vec<Row>> {
    let town = Town::build(count, Pace::Resting).await?;
    let endpoint = town.world.sandbox().endpoint();
    let mut setup = ground.setup(&endpoint, &Town::region());
    setup.deadline = PATIENCE;
    let files = [
        ("variables.tf", VARIABLES.to_owned()),
        ("services.tf", services(&town.houses)),
        ("canary_rules.tf", canary_rules(&town.houses)),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let ours = Terraform::new(&files, setup).await?;
    ours.apply(&[]).await?.success()?;
    // Their tasks have been found healthy or not by now: the first plan after it may still learn something.
    ours.refresh(&[]).await?.success()?;

    let resources = 2 * count;
    let mut plain = Setup::new(Client::Cli, Install::Override(ground.provider.clone()));
    plain.deadline = PATIENCE;
    let built_in_text = built_in(resources);
    let theirs = Terraform::new(&[("main.tf", built_in_text.as_str())], plain).await?;
    theirs.apply(&[]).await?.success()?;

    // In turns, so that a busy spell hits both.
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    let mut calls = Calls::default();
    for _ in 0..plans {
        let from = town.world.next_seq();
        our_times.push(timed(&ours).await?);
        calls = Calls::since(&town.world.events(), from);
        their_times.push(timed(&theirs).await?);
    }
    town.world.shutdown().await?;
    let (our_time, their_time) = (median(&our_times), median(&their_times));
    let per_resource = calls.all() as f64 / f64::from(resources);
    let what =
        format!("plan of {count} services and {count} canary rules, nothing to change, median of {plans}");
    Ok(vec![
        Row::beside(&what, "s", our_time, their_time)
            .peer(&format!("{resources} terraform_data"))
            .aim(format!("at most {SLOWER} ×"), our_time <= SLOWER * their_time)
            .note(format!("{:.2} ×", our_time / their_time)),
        Row::new("AWS calls per resource in such a plan", "", per_resource)
            .aim(format!("at most {CALLS}"), per_resource <= CALLS)
            .note(calls.listed()),
    ])
}

/// Seconds of a plan that finds nothing to do.
async fn timed(terraform: &Terraform) -> Result<f64> {
    let run = terraform
        .run(&["plan", "-input=false", "-detailed-exitcode"])
        .await?;
    ensure!(
        run.code == 0,
        "the plan ended with {}, but nothing was to change:\n{}",
        run.code,
        run.text()
    );
    Ok(run.took.as_secs_f64())
}
