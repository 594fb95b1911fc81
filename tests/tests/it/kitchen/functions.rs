//! Functions in locals, outputs and resources; and their errors, which name the argument.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use serde_json::json;

with_clients!(functions_take_and_give_what_they_say, functions);

const MAIN: &str = r#"
locals {
  plate = provider::kitchen::plate("rice", 300.5)
}

resource "kitchen_dish" "a" {
  name   = local.plate.name
  weight = local.plate.grams
  tags   = { taste = provider::kitchen::taste(local.plate) }
}

output "all" {
  value = {
    line    = provider::kitchen::line("today")
    lines   = provider::kitchen::line("today", "soup", null, "fish")
    spread  = provider::kitchen::line(["a", "b", "c"]...)
    plate   = local.plate
    nothing = provider::kitchen::taste(null)
    number  = provider::kitchen::taste(12345678901234567890.5)
    list    = provider::kitchen::taste([1, "a"])
    unpack  = provider::kitchen::unpack("{\"a\": [1, 2.5, \"x\", null, {\"deep\": true}], \"n\": 12345678901234567890}")
    null    = provider::kitchen::unpack("null")
  }
}

output "later" {
  value = {
    skipped = provider::kitchen::line(kitchen_dish.a.id, "soup")
    let_in  = provider::kitchen::taste(terraform_data.later.output)
  }
}

resource "terraform_data" "later" {
  input = "now"
}
"#;

async fn functions(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, MAIN).await?;
    let plan = kitchen.terraform.plan(&[]).await?;
    insta::assert_snapshot!("functions", told(&plan.text));
    // What was "a surprise" in the plan is a text in apply: such an answer is the function's own fault.
    let fails = kitchen.terraform.apply_plan(&plan).await?;
    ensure!(fails.code == 0, "{}", fails.text());
    let output = kitchen.terraform.output().await?;
    ensure!(output["all"]["lines"] == "today: soup, fish", "{output:#}");
    ensure!(output["all"]["plate"]["tags"] == json!(["a", "b"]), "{output:#}");
    ensure!(output["later"]["skipped"] == "dish/rice: soup", "{output:#}");

    let wrong = [
        "plate(\"rice\", -1)",
        "plate(\"rice\", 20000)",
        "plate(null, 1)",
        "plate(\"rice\")",
        "unpack(\"{\")",
        "line()",
    ];
    let mut all = String::new();
    for call in wrong {
        kitchen.write(&format!(
            "output \"x\" {{\n  value = provider::kitchen::{call}\n}}\n"
        ))?;
        let said = kitchen.fails(&["plan", "-input=false"]).await?;
        all += &said[said.find("Error:").unwrap_or_default()..];
        all += "\n\n";
    }
    insta::assert_snapshot!("function_errors", all);
    Ok(())
}
