//! What nobody may see: write-only values reach the provider and nothing else, sensitive ones are never printed.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use std::fs;

with_clients!(secrets_reach_the_provider_and_nobody_else, secrets);

const SAFE: &str = r#"
variable "combination" {
  type      = string
  ephemeral = true
}

variable "hint" {
  type      = string
  default   = "birthday"
  sensitive = true
}

resource "kitchen_safe" "a" {
  name                = "a"
  combination         = var.combination
  combination_version = 1
  hint                = var.hint
  inside = {
    what = "gold"
    code = "topsecret"
    note = "not-to-be-kept"
  }
}

resource "kitchen_dish" "after" {
  name = "after"
  tags = { recovery = kitchen_safe.a.recovery, hint = var.hint, code = kitchen_safe.a.inside.code }
}

data "kitchen_recipe" "after" {
  dish = kitchen_dish.after.name
}

output "recovery" {
  value     = kitchen_safe.a.recovery
  sensitive = true
}
"#;

async fn secrets(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, SAFE).await?;
    let first = ["-var=combination=12-34-56"];
    let plan = kitchen.terraform.plan(&first).await?;
    insta::assert_snapshot!("safe_create", told(&plan.text));
    let apply = ["apply", "-auto-approve", "-input=false", first[0]];
    let mut printed = plan.text;
    printed += &kitchen.terraform.run(&apply).await?.success()?.text();
    ensure!(kitchen.object("safe", "a")?["locked away"] == "12-34-56");
    kitchen.rests(&first).await?;

    // Another value alone is not a change: nobody remembers the one before.
    let second = ["-var=combination=65-43-21"];
    kitchen.rests(&second).await?;
    kitchen.write(
        &SAFE
            .replace("combination_version = 1", "combination_version = 2")
            .replace("topsecret", "topsecret2"),
    )?;
    let plan = kitchen.terraform.plan(&second).await?;
    insta::assert_snapshot!("safe_update", told(&plan.text));
    printed += &plan.text;
    printed += &kitchen
        .terraform
        .run(&["apply", "-auto-approve", "-input=false", second[0]])
        .await?
        .success()?
        .text();
    ensure!(kitchen.object("safe", "a")?["locked away"] == "65-43-21");
    kitchen.rests(&second).await?;

    for secret in [
        "birthday",
        "topsecret",
        "12-34-56",
        "65-43-21",
        "not-to-be-kept",
        "after 1 comes 2",
    ] {
        ensure!(!printed.contains(secret), "{secret} was printed:\n{printed}");
    }
    let state = fs::read_to_string(kitchen.terraform.folder().join("terraform.tfstate"))?;
    let plan = fs::read(kitchen.terraform.folder().join("saved.tfplan"))?;
    for secret in ["12-34-56", "65-43-21", "not-to-be-kept"] {
        ensure!(!state.contains(secret), "{secret} is in the state");
        let in_plan = plan.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        ensure!(!in_plan, "{secret} is in the plan");
    }
    ensure!(kitchen.terraform.output().await?["recovery"] == "after 1 comes 2");
    Ok(())
}
