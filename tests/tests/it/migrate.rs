//! From a hand-made `aws_lb_listener_rule` to `bluegreen_service` in one apply, with the real AWS provider: nobody is
//! moved, and the next release goes through.

use crate::stage::{Stage, ask, variables};
use acceptance::order::Rule;
use acceptance::terraform::{Client, Setup};
use acceptance::wait::eventually;
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

const MAIN: &str = include_str!("../../../examples/ecs-flags/main.tf");

/// The AWS provider beside ours, and where AWS is.
fn aws(endpoint: &str) -> String {
    let services = ["ec2", "ecs", "elb", "iam", "sts"].map(|name| format!("    {name} = {endpoint:?}\n"));
    format!(
        "provider \"aws\" {{\n  region                      = \"eu-central-1\"\n  access_key                  = \"sandbox\"\n  secret_key                  = \"sandbox\"\n  \
         skip_credentials_validation = true\n  skip_metadata_api_check     = true\n  \
         skip_region_validation      = true\n  skip_requesting_account_id  = true\n  endpoints {{\n{}  }}\n}}\n",
        services.concat()
    )
}

/// What the operator had: a rule of the AWS provider's, and no bluegreen.
const BEFORE: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    bluegreen = {
      source = "bluegreen-rs/bluegreen"
    }
  }
}

resource "aws_lb_listener_rule" "web" {
  listener_arn = var.listener_arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = var.blue_target_group_arn
  }
}
"#;

/// What replaces the resource: the rule is forgotten by one provider and found by the other.
fn handover(rule: &str) -> String {
    format!(
        r#"
removed {{
  from = aws_lb_listener_rule.web

  lifecycle {{
    destroy = false
  }}
}}

import {{
  to = bluegreen_service.web
  id = "web@{rule}"
}}
"#
    )
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
    stage.terraform.write("aws.tf", &aws(&endpoint))?;
    stage.terraform.write("main.tf", BEFORE)?;
    stage.terraform.write("outputs.tf", "")?;
    stage.terraform.init().await?;
    let first = ask("v1", "000");
    stage.apply(&first).await?.success()?;
    let rules = world.rules();
    let [rule] = rules.as_slice() else {
        anyhow::bail!("one rule was expected: {rules:#?}")
    };
    let arn = rule["RuleArn"].as_str().context("a rule has an ARN")?;
    eventually(Duration::from_secs(20), async || {
        match world.healthy("web-blue") {
            2 => Ok(()),
            healthy => Err(format!("{healthy} healthy targets")),
        }
    })
    .await?;
    stage.load()?;

    let both = MAIN.replacen(
        "  required_providers {\n",
        "  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    }\n",
        1,
    );
    stage.terraform.write("main.tf", &both)?;
    stage.terraform.write("handover.tf", &handover(arn))?;
    stage.probe()?.mark("handover");
    let text = stage.act(&first).await?;
    ensure!(
        text.contains("adopt: the listener rule is taken over as it stands"),
        "{text}"
    );
    ensure!(
        text.contains("1 to import") && text.contains("0 to destroy"),
        "{text}"
    );
    stage.probe()?.mark("afterwards");
    stage.stands(&first, (100, 0)).await?;
    ensure!(
        world.rules().first().is_some_and(|rule| rule["RuleArn"] == arn),
        "{:#?}",
        world.rules()
    );
    // The blocks have done their work.
    std::fs::remove_file(stage.terraform.folder().join("handover.tf"))?;
    stage.converges(&ask("v2", "101"), (0, 100)).await?;
    stage.converges(&first, (100, 0)).await?;
    let report = stage.finish().await?.context("there was load")?;
    let handed = report.phase("handover").context("the phase was marked")?;
    let green: u64 = handed
        .audiences
        .values()
        .map(|audience| audience.answers("green"))
        .sum();
    ensure!(green == 0, "{green} requests were moved by the handover");
    Ok(())
}
