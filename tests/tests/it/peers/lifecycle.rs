//! The real AWS provider makes, changes in place and destroys what surrounds a release, and finds nothing to do after.
//!
//! Nothing of this workspace's provider runs here: what is judged is the sandbox.

mod kubernetes;
mod networks;

use acceptance::terraform::{Client, Install, Setup, Terraform};
use acceptance::{
    place,
    world::{World, in_world},
};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use serde_json::Value;
use std::time::Duration;

const MAIN: &str = include_str!("lifecycle/main.tf");

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_provider_creates_changes_imports_and_destroys_and_sees_no_drift() -> Result<()> {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    in_world(World::start(options, &Seed::default()).await?, through).await
}

async fn through(world: &World) -> Result<()> {
    let install = Install::Mirror {
        provider: None,
        peers: Some(place::mirror()?),
    };
    let endpoint = world.sandbox().endpoint();
    let mut setup = Setup::new(Client::Cli, install).env("TF_VAR_endpoint", &endpoint);
    // The AWS provider alone waits a minute for each load balancer.
    setup.deadline = Duration::from_secs(280);
    let terraform = Terraform::new(&[("main.tf", MAIN)], setup).await?;

    terraform.apply(&[]).await?.success()?;
    nothing_to_do(&terraform, &[]).await?;
    made(world, "a")?;

    let later = ["-var=later=true"];
    let plan = terraform.plan(&later).await?;
    in_place(&plan.json)?;
    terraform.apply_plan(&plan).await?.success()?;
    nothing_to_do(&terraform, &later).await?;
    made(world, "b")?;

    terraform.refresh(&later).await?.success()?;
    imports(&terraform, &later).await?;

    terraform.destroy(&later).await?.success()?;
    let dump = world.sandbox().dump();
    for kind in ["rules", "listeners", "target_groups", "load_balancers"] {
        let left = dump[kind].as_array().map_or(0, Vec::len);
        ensure!(left == 0, "{left} {kind} were left behind: {:#}", dump[kind]);
    }
    Ok(())
}

async fn nothing_to_do(terraform: &Terraform, args: &[&str]) -> Result<()> {
    let plan = terraform.plan(args).await?;
    ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
    Ok(())
}

/// What the provider believes, the sandbox holds: a rule of every kind, with the values of this stage.
fn made(world: &World, word: &str) -> Result<()> {
    let rules = world.rules();
    let fields: std::collections::BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| rule["Conditions"].as_array().into_iter().flatten())
        .filter_map(|condition| condition["Field"].as_str())
        .collect();
    let all = [
        "host-header",
        "http-header",
        "http-request-method",
        "path-pattern",
        "query-string",
        "source-ip",
    ];
    ensure!(
        fields.into_iter().eq(all),
        "not every kind of condition: {rules:#?}"
    );
    let header = rules.iter().find(|rule| rule["Priority"] == "30");
    let header = header.context("the rule with the header is there")?;
    ensure!(
        header["Conditions"][0]["HttpHeaderConfig"]["Values"][0] == word,
        "another value: {header:#}"
    );
    Ok(())
}

/// Only task definitions, which never change, are replaced.
fn in_place(plan: &Value) -> Result<()> {
    let changes = plan["resource_changes"]
        .as_array()
        .context("a plan has changes")?;
    for change in changes {
        let (address, actions) = (&change["address"], &change["change"]["actions"]);
        let kept = change["type"] == "aws_ecs_task_definition" || *actions == serde_json::json!(["update"]);
        ensure!(kept, "{address} is not changed in place: {actions}");
    }
    ensure!(!changes.is_empty(), "nothing changes");
    Ok(())
}

/// A rule that Terraform has forgotten comes back under its ARN, as it was.
async fn imports(terraform: &Terraform, args: &[&str]) -> Result<()> {
    let address = "aws_lb_listener_rule.weights";
    let before = terraform.resource(address).await?;
    let arn = before["arn"].as_str().context("the rule has an ARN")?;
    terraform.run(&["state", "rm", address]).await?.success()?;
    ensure!(
        terraform.resource(address).await?.is_null(),
        "the rule is still in the state"
    );
    terraform.import(address, arn, args).await?.success()?;
    let after = terraform.resource(address).await?;
    for name in ["arn", "listener_arn", "priority", "condition"] {
        ensure!(
            before[name] == after[name],
            "{name}: {} is now {}",
            before[name],
            after[name]
        );
    }
    nothing_to_do(terraform, args).await
}
