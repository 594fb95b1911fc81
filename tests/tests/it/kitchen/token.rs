//! Ephemeral resources: opened in plan and in apply, renewed while the apply lasts, closed, and stored nowhere.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use std::fs;

with_clients!(
    an_ephemeral_value_reaches_a_write_only_attribute_and_nothing_else,
    pass_on
);
with_clients!(what_can_not_be_opened_says_why, refuse);

const MAIN: &str = r#"
ephemeral "kitchen_token" "door" {
  holder  = "ada"
  seconds = 1
}

resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "until grep -q 'renew token ada' objects/journal.log; do sleep 0.1; done"
  }
}

resource "kitchen_safe" "a" {
  name                = "a"
  combination         = ephemeral.kitchen_token.door.value
  combination_version = 1
  depends_on          = [terraform_data.slow]
}
"#;

async fn pass_on(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, MAIN).await?;
    let plan = kitchen.terraform.plan(&[]).await?;
    insta::assert_snapshot!("token_planned", told(&plan.text));
    let words = ["open token", "close token"];
    ensure!(kitchen.journal(&words)? == ["open token ada", "close token ada"]);
    let run = kitchen.terraform.apply_plan(&plan).await?.success()?;
    let journal = kitchen.journal(&["open", "renew", "close", "create"])?;
    ensure!(
        journal.first().is_some_and(|line| line == "open token ada"),
        "{journal:?}"
    );
    ensure!(
        journal.last().is_some_and(|line| line == "close token ada"),
        "{journal:?}"
    );
    ensure!(journal.contains(&"renew token ada".to_owned()), "{journal:?}");
    ensure!(kitchen.object("safe", "a")?["locked away"] == "sesame-ada");
    let state = fs::read_to_string(kitchen.terraform.folder().join("terraform.tfstate"))?;
    ensure!(!format!("{state}{}{}", run.text(), plan.text).contains("sesame"));
    Ok(())
}

async fn refuse(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, "").await?;
    let mut all = String::new();
    for holder in ["nobody", "the thief", "the butter-fingered"] {
        let token = format!("ephemeral \"kitchen_token\" \"t\" {{\n  holder = {holder:?}\n}}\n");
        kitchen.write(&token)?;
        let said = kitchen.fails(&["plan", "-input=false"]).await?;
        all += &said[said.find("Error:").unwrap_or_default()..];
        all += "\n\n";
    }
    insta::assert_snapshot!("token_refused", all);
    Ok(())
}
