//! The guide on migrating, step by step: from a rule of the real AWS provider to `bluegreen_service` in one apply, then
//! the first release, then the ECS services. Nobody is moved, and no request is lost.
//!
//! Never repeats a configuration: it runs the files of the example, and the guide may quote nothing else.

use crate::stage::{SERVICE, Stage, UNHURRIED, ask, variables};
use acceptance::order::Rule;
use acceptance::terraform::{Client, Setup};
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use std::fs;

const GUIDE: &str = include_str!("../../../docs/guides/migrating.md");
const BEFORE: [(&str, &str); 2] = [
    (
        "main.tf",
        include_str!("../../../examples/migrating/before/main.tf"),
    ),
    (
        "variables.tf",
        include_str!("../../../examples/migrating/before/variables.tf"),
    ),
];
const MAIN: &str = include_str!("../../../examples/migrating/after/main.tf");
const VARIABLES: &str = include_str!("../../../examples/migrating/after/variables.tf");
const HANDOVER: &str = include_str!("../../../examples/migrating/after/handover.tf");

/// What an operator whose AWS is elsewhere writes beside the example.
fn elsewhere(endpoint: &str) -> String {
    let services = ["ec2", "ecs", "elb", "iam", "sts"].map(|name| format!("    {name} = {endpoint:?}\n"));
    format!(
        "provider \"aws\" {{\n  access_key                  = \"sandbox\"\n  secret_key                  = \"sandbox\"\n  \
         skip_credentials_validation = true\n  skip_metadata_api_check     = true\n  \
         skip_region_validation      = true\n  skip_requesting_account_id  = true\n  endpoints {{\n{}  }}\n}}\n",
        services.concat()
    )
}

/// The guide's blocks of Terraform, in its order.
fn quoted() -> Vec<&'static str> {
    let blocks = GUIDE.split("```terraform\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).collect()
}

fn ecs_block() -> Result<&'static str> {
    let block = quoted().into_iter().find(|block| block.starts_with("  ecs = {"));
    block.context("the guide adds an ecs block")
}

#[test]
fn the_guide_quotes_the_example_that_is_run() -> Result<()> {
    let blocks = quoted();
    ensure!(blocks.len() == 4, "{blocks:#?}");
    for block in blocks {
        let listener = block.starts_with("resource \"aws_lb_listener\"") && block.contains("ignore_changes");
        let run = MAIN.contains(block) || HANDOVER.contains(block) || block == ecs_block()?;
        ensure!(run || listener, "the test does not run this:\n{block}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_the_aws_provider_changes_hands_in_one_apply_and_nobody_is_moved() -> Result<()> {
    with_world(migrated).await
}

async fn migrated(world: &World) -> Result<()> {
    let endpoint = world.sandbox().endpoint();
    let setup = Setup::with_peers(Client::Cli)?.aws(&endpoint, "eu-central-1");
    let mut stage = Stage::with(world, variables(world, setup)?).await?;
    stage.allow(Rule::Foreign);
    stage.allow(Rule::Pair);
    for name in ["outputs.tf", UNHURRIED.0] {
        fs::remove_file(stage.terraform.folder().join(name))?;
    }
    stage
        .terraform
        .write("sandbox_override.tf", &elsewhere(&endpoint))?;
    for (name, text) in BEFORE {
        stage.terraform.write(name, text)?;
    }
    stage.terraform.init().await?;
    stage.terraform.apply(&[]).await?.success()?;
    let arn = stage.terraform.output().await?["rule_arn"].clone();
    let arn = arn.as_str().context("the rule has an ARN")?;
    stage.healthy("web-blue").await?;
    stage.load().await?;

    stage.terraform.write("main.tf", MAIN)?;
    stage.terraform.write("variables.tf", VARIABLES)?;
    stage.terraform.write("handover.tf", HANDOVER)?;
    stage.terraform.write(UNHURRIED.0, UNHURRIED.1)?;
    stage
        .terraform
        .write("rule.auto.tfvars", &format!("rule_arn = {arn:?}\n"))?;
    stage.terraform.init().await?;
    stage.phase("handover").await?;
    let first = ask("v1", "000").without_version();
    let text = stage.act(&first).await?;
    let said = "adopt: the listener rule is taken over as it stands, blue 100%, green 0%; green joins it at 0%; no traffic moves";
    ensure!(GUIDE.contains(said) && text.contains(said), "{text}");
    ensure!(
        text.contains("1 to import") && text.contains("0 to destroy"),
        "{text}"
    );
    stage.phase("afterwards").await?;
    let rules = world.rules();
    ensure!(rules.len() == 1 && rules[0]["RuleArn"] == arn, "{rules:#?}");
    // The blocks have done their work.
    for name in ["handover.tf", "rule.auto.tfvars"] {
        fs::remove_file(stage.terraform.folder().join(name))?;
    }
    stage.stands(&first, (100, 0)).await?;

    // The next version is started by whoever started the former one, and only traffic is released.
    stage
        .call_ecs(
            "UpdateService",
            r#"{"cluster":"main","service":"web-green","desiredCount":2,"taskDefinition":"web:2"}"#,
        )
        .await?;
    stage.healthy("web-green").await?;
    let promoted = ask("v2", "101").without_version();
    stage.converges(&promoted, (0, 100)).await?;
    let tasks = || ["web-blue", "web-green"].map(|name| world.service(name)["desiredCount"].clone());
    ensure!(
        tasks() == [2, 2],
        "tasks were counted without an ecs block: {:?}",
        tasks()
    );

    // The services too: the one that a promotion leaves behind is retired.
    let whole = MAIN.replace("  rollout = {", &format!("{}\n  rollout = {{", ecs_block()?));
    stage.terraform.write("main.tf", &whole)?;
    let version = "\nvariable \"task_definition\" {\n  type = string\n}\n";
    stage
        .terraform
        .write("variables.tf", &format!("{VARIABLES}{version}"))?;
    let text = stage.act(&ask("v2", "101")).await?;
    ensure!(
        text.contains("-> \"the ECS services are taken in as they are\""),
        "{text}"
    );
    ensure!(
        tasks() == [2, 2],
        "tasks were counted by the apply that takes the services in: {:?}",
        tasks()
    );
    let text = stage.act(&ask("v2", "101")).await?;
    ensure!(
        text.contains("clean-up: green keeps 100%; blue 2 → 0 tasks"),
        "{text}"
    );
    stage.stands(&ask("v2", "101"), (0, 100)).await?;
    ensure!(tasks() == [0, 2], "{:?}", tasks());
    stage.converges(&ask("v3", "100"), (0, 100)).await?;
    stage.converges(&ask("v3", "101"), (100, 0)).await?;
    let state = stage.terraform.resource(SERVICE).await?;
    ensure!(state["cycle"]["blue"]["release"] == "v3", "{state:#}");
    let report = stage.finish().await?.context("there was load")?;
    let handed = report.phase("handover").context("the phase was marked")?;
    let audiences = handed.audiences.values();
    let green: u64 = audiences.map(|audience| audience.answers("green")).sum();
    ensure!(green == 0, "{green} requests were moved by the handover");
    Ok(())
}
