//! The provider block: checked, and not known yet while something else has to be made first; and data sources.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(a_provider_block_is_checked, checked);
with_clients!(a_provider_block_may_not_be_known_yet, unknown);
with_clients!(a_data_source_reads_and_says_why_not, data);

const HEAD: &str = r#"
terraform {
  required_providers {
    kitchen = {
      source = "example.test/tfplugin/kitchen"
    }
  }
}

provider "kitchen" {
"#;

async fn checked(client: Client) -> Result<()> {
    let dish = "resource \"kitchen_dish\" \"a\" {\n  name = \"soup\"\n}\n";
    let kitchen = Kitchen::open(client, dish).await?;
    let mut all = String::new();
    for block in [
        "folder = \"\"",
        "folder = \"objects\"\n  stove  = \"on\"",
        "stove = \"on\"",
    ] {
        kitchen
            .terraform
            .write("head.tf", &format!("{HEAD}  {block}\n}}\n"))?;
        let run = kitchen.terraform.run(&["validate", "-no-color"]).await?;
        all += &format!("{}\n\n=====\n", told(&run.text()));
    }
    insta::assert_snapshot!("provider_checked", all);
    Ok(())
}

async fn unknown(client: Client) -> Result<()> {
    let later = "  folder = terraform_data.folder.output\n}\n\nresource \"terraform_data\" \"folder\" {\n  input = \"objects\"\n}\n";
    let dish = "resource \"kitchen_dish\" \"a\" {\n  name = \"soup\"\n}\n";
    let kitchen = Kitchen::open(client, dish).await?;
    kitchen.terraform.write("head.tf", &format!("{HEAD}{later}"))?;
    let plan = kitchen.terraform.plan(&[]).await?;
    ensure!(plan.text.contains("Plan: 2 to add"), "{}", plan.text);
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    ensure!(kitchen.object("dish", "soup")?["id"] == "dish/soup");
    kitchen.rests(&[]).await?;

    // What exists has to be read while the folder is not known again.
    kitchen.terraform.write(
        "head.tf",
        &format!(
            "{HEAD}{}",
            later.replace("input = \"objects\"", "input = \"./objects\"")
        ),
    )?;
    let said = kitchen.fails(&["plan", "-input=false"]).await?;
    insta::assert_snapshot!("provider_unknown", said);
    kitchen
        .terraform
        .apply(&["-target=terraform_data.folder"])
        .await?
        .success()?;
    kitchen.rests(&[]).await?;
    Ok(())
}

async fn data(client: Client) -> Result<()> {
    let dish = "resource \"kitchen_dish\" \"a\" {\n  name              = \"soup\"\n  steps             = [\"boil\"]\n  secret_ingredient = \"love\"\n  toppings          = [{ name = \"bread\" }]\n}\n";
    let recipe = |name: &str| {
        format!("data \"kitchen_recipe\" \"r\" {{\n  dish     = {name}\n  language = \"fr\"\n}}\n")
    };
    let kitchen = Kitchen::open(client, dish).await?;
    kitchen.act(&[]).await?;
    kitchen.write(&format!(
        "{dish}{}output \"recipe\" {{\n  value     = data.kitchen_recipe.r\n  sensitive = true\n}}\n",
        recipe("\"soup\"")
    ))?;
    kitchen.act(&[]).await?;
    let output = kitchen.terraform.output().await?["recipe"].clone();
    ensure!(
        output["toppings"][0]["grams"] == 10 && output["secret_ingredient"] == "love",
        "{output:#}"
    );
    ensure!(
        output["language"] == "fr" && output["steps"][0] == "boil",
        "{output:#}"
    );
    let mut all = String::new();
    for name in ["\"stew\"", "\"unreadable\""] {
        kitchen.write(&format!("{dish}{}", recipe(name)))?;
        let said = kitchen.fails(&["plan", "-input=false"]).await?;
        all += &said[said.find("Error:").unwrap_or_default()..];
        all += "\n\n";
    }
    insta::assert_snapshot!("data_refused", all);
    Ok(())
}
