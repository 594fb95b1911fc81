//! Actions: triggered by what happens to a resource, or invoked by name; their progress and their failures.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(actions_run_when_they_are_triggered_or_invoked, ring, newer);
with_clients!(an_action_that_fails_says_so, crack, newer);

const MAIN: &str = r#"
action "kitchen_bell" "dinner" {
  config {
    dish  = kitchen_dish.a.id
    times = 3
  }
}

action "kitchen_bell" "again" {
  config {
    dish = "again"
  }
}

resource "kitchen_dish" "a" {
  name     = "soup"
  portions = 2
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.kitchen_bell.dinner]
    }
    action_trigger {
      events  = [before_update]
      actions = [action.kitchen_bell.again]
    }
  }
}
"#;

async fn ring(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, MAIN).await?;
    let words = ["ring", "create", "update"];
    insta::assert_snapshot!("bell_create", kitchen.act(&[]).await?);
    ensure!(kitchen.journal(&words)? == ["create dish soup", "ring 3 dish/soup"]);
    kitchen.write(&MAIN.replace("portions = 2", "portions = 3"))?;
    insta::assert_snapshot!("bell_update", kitchen.act(&[]).await?);
    ensure!(kitchen.journal(&words)? == ["ring 1 again", "update dish soup", "ring 3 dish/soup"]);

    let args = [
        "apply",
        "-auto-approve",
        "-input=false",
        "-invoke=action.kitchen_bell.dinner",
    ];
    let run = kitchen.terraform.run(&args).await?.success()?;
    insta::assert_snapshot!("bell_invoked", super::told(&run.text()));
    ensure!(kitchen.journal(&words)? == ["ring 3 dish/soup"]);
    Ok(())
}

async fn crack(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, "").await?;
    let mut all = String::new();
    for config in [
        "dish  = \"nothing\"\n    times = 2",
        "dish = \"bronze\"",
        "dish  = \"soup\"\n    times = 21",
        "dish  = \"soup\"\n    times = 300",
    ] {
        kitchen.write(&format!(
            "action \"kitchen_bell\" \"b\" {{\n  config {{\n    {config}\n  }}\n}}\n"
        ))?;
        let said = kitchen
            .fails(&[
                "apply",
                "-auto-approve",
                "-input=false",
                "-invoke=action.kitchen_bell.b",
            ])
            .await?;
        all += &format!("{said}\n\n=====\n");
    }
    insta::assert_snapshot!("bell_cracked", all);

    // What triggered it was made, and is kept.
    kitchen.write(&MAIN.replace("kitchen_dish.a.id", "\"nothing\""))?;
    let said = kitchen.fails(&["apply", "-auto-approve", "-input=false"]).await?;
    ensure!(said.contains("nobody came"), "{said}");
    ensure!(kitchen.terraform.resource("kitchen_dish.a").await?["id"] == "dish/soup");
    Ok(())
}
