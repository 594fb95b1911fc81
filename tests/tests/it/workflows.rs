//! The workflows of `examples/github-actions`: a linter has nothing to say of them, and their scripts run, with
//! real Terraform and this workspace's programs, and do what each workflow promises.
//!
//! Never repeats a script: what runs is read from the files.

mod destroy;
mod lint;
mod runner;

use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use runner::{Ended, Runner};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The example `ecs-existing` as `infra`, in a repository with the workflows.
async fn repository(world: &World) -> Result<Runner> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/ecs-existing");
    let mut files = Vec::new();
    for name in ["main.tf", "variables.tf", "outputs.tf"] {
        files.push((format!("infra/{name}"), fs::read_to_string(example.join(name))?));
    }
    let variables = json!({
        "listener_arn": world.listener_arn()?,
        "blue_target_group_arn": world.target_group_arn("web-blue")?,
        "green_target_group_arn": world.target_group_arn("web-green")?,
        "office_ips": ["127.0.0.9/32"],
        "steps": [{ "weight": 10, "bake": "1s" }],
        "final_bake": "1s",
        "health_timeout": "10s",
        "drain": "1s",
        "rollback_window": "1h",
    });
    files.push(("infra/world.auto.tfvars.json".to_owned(), variables.to_string()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let install = Install::Mirror {
        provider: Some(place::binary("terraform-provider-bluegreen")?),
        peers: None,
    };
    let setup = Setup::new(Client::Cli, install).aws(&world.sandbox().endpoint(), "eu-central-1");
    let runner = Runner::new(Terraform::new(&files, setup).await?)?;
    Ok(runner
        .tell("github.event_name", "push")
        .tell("join(github.event.pull_request.labels.*.name, ',')", "")
        .tell("github.token", "not a token")
        .tell("github.repository", "shop/web")
        .tell("github.actor", "somebody")
        .tell("github.event.pull_request.number", "7"))
}

/// The stage's variables are what was committed.
fn commit(runner: &Runner, stage: &str) -> Result<()> {
    let stage = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/ecs-existing/env")
        .join(format!("{stage}.tfvars"));
    let text = fs::read_to_string(stage)?;
    runner.terraform.write("infra/env/production.tfvars", &text)?;
    Ok(())
}

/// Who serves, by the state.
async fn traffic(runner: &Runner) -> Result<Value> {
    let state = runner.terraform.run(&["-chdir=infra", "output", "-json"]).await?;
    Ok(state.success()?.json()?["traffic"]["value"].clone())
}

fn well(ended: &Ended) -> Result<()> {
    ensure!(
        ended.failed.is_none(),
        "{:?} failed:\n{}",
        ended.failed,
        ended.text
    );
    Ok(())
}

/// Changing calls so far.
fn changes(world: &World) -> usize {
    let events = world.events();
    let changing = events
        .iter()
        .filter(|event| event["event"] == "call" && event["mutating"] == true);
    changing.count()
}

async fn released(runner: &Runner, stage: &str) -> Result<()> {
    commit(runner, stage)?;
    well(&runner.job("release.yml", "plan").await?)?;
    well(&runner.job("release.yml", "apply").await?).with_context(|| format!("in {stage}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_pass_the_gate_or_never_reach_apply_and_a_rollback_brings_them_back() {
    with_world(async |world| {
        let mut runner = repository(world).await?;
        released(&runner, "01-create").await?;
        released(&runner, "02-warm").await?;
        ensure!(
            runner.written("GITHUB_STEP_SUMMARY").contains("web"),
            "no verdict on the summary"
        );

        // Straight to everybody: nobody has seen it in the canary.
        commit(&runner, "04-promote")?;
        let before = changes(world);
        let plan = runner.job("release.yml", "plan").await?;
        ensure!(plan.failed.as_deref() == Some("Judge the plan"), "{plan:?}");
        ensure!(plan.text.contains("phase-order"), "{}", plan.text);
        ensure!(
            changes(world) == before,
            "a plan that was refused changed something"
        );
        // And on the pull request it is said, though the job has failed.
        runner = runner.tell("github.event_name", "pull_request");
        let plan = runner.job("release.yml", "plan").await?;
        ensure!(plan.failed.as_deref() == Some("Judge the plan"), "{plan:?}");
        well(&runner.job("release.yml", "comment").await?)?;
        let asked = runner.written("GH_LOG");
        ensure!(
            asked.starts_with("pr comment 7 ") && asked.contains("plancheck.md"),
            "{asked}"
        );
        let comment = fs::read_to_string(runner.terraform.folder().join("plancheck.md"))?;
        ensure!(comment.contains("phase-order"), "{comment}");

        runner = runner.tell("github.event_name", "push");
        released(&runner, "03-canary").await?;
        released(&runner, "04-promote").await?;
        ensure!(traffic(&runner).await? == json!({ "blue": 0, "green": 100 }));

        let reason = "it's slow\"; touch injected; $(touch injected) `touch injected`";
        runner = runner
            .tell("inputs.reason", reason)
            .tell("inputs.allow_cold && 'cold-rollback' || ''", "");
        well(&runner.job("rollback.yml", "rollback").await?)?;
        ensure!(traffic(&runner).await? == json!({ "blue": 100, "green": 0 }));
        ensure!(
            runner.written("GITHUB_STEP_SUMMARY").contains(reason),
            "the reason is told as it was given"
        );
        ensure!(
            !runner.terraform.folder().join("injected").exists(),
            "a reason was run"
        );
        Ok(())
    })
    .await
    .unwrap();
}
