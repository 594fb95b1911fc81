//! What a module says of itself to the provider, and what the provider keeps beside an object.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;

with_clients!(a_module_tells_the_provider_about_itself, meta);
with_clients!(private_state_goes_along_with_its_object, private);

async fn meta(client: Client) -> Result<()> {
    let dish = "resource \"kitchen_dish\" \"a\" {\n  name = \"soup\"\n}\n";
    let kitchen = Kitchen::open(client, dish).await?;
    kitchen.act(&[]).await?;
    ensure!(kitchen.object("dish", "soup")?.get("made by").is_none());
    let by =
        |chef: &str| format!("terraform {{\n  provider_meta \"kitchen\" {{\n    chef = {chef}\n  }}\n}}\n");
    // That alone is no change; the next change tells it.
    kitchen.write(&format!("{dish}{}", by("\"ada\"")))?;
    kitchen.rests(&[]).await?;
    kitchen.write(&format!(
        "{}{}",
        dish.replace("}", "  portions = 3\n}"),
        by("\"ada\"")
    ))?;
    kitchen.act(&[]).await?;
    ensure!(kitchen.object("dish", "soup")?["made by"] == "ada");
    kitchen.write(&format!("{dish}{}", by("[]")))?;
    let said = kitchen.fails(&["plan", "-input=false"]).await?;
    ensure!(said.contains("string required"), "{said}");
    Ok(())
}

async fn private(client: Client) -> Result<()> {
    let dish = |more: &str| format!("resource \"kitchen_dish\" \"a\" {{\n  name = \"soup\"\n{more}}}\n");
    let kitchen = Kitchen::open(client, &dish("")).await?;
    let kept = || -> Result<Value> {
        let text = fs::read_to_string(kitchen.terraform.folder().join("terraform.tfstate"))?;
        let state: Value = serde_json::from_str(&text)?;
        let private = state["resources"][0]["instances"][0]["private"]
            .as_str()
            .context("something is kept")?;
        Ok(json!(private))
    };
    kitchen.act(&[]).await?;
    // {"written":1} as Terraform stores it.
    ensure!(kept()? == "eyJ3cml0dGVuIjoxfQ==", "{}", kept()?);
    kitchen.terraform.refresh(&[]).await?.success()?;
    kitchen.write(&dish("  portions = 3\n"))?;
    kitchen.act(&[]).await?;
    ensure!(kept()? == "eyJ3cml0dGVuIjoyfQ==", "{}", kept()?);
    kitchen
        .terraform
        .apply(&["-replace=kitchen_dish.a"])
        .await?
        .success()?;
    ensure!(
        kept()? == "eyJ3cml0dGVuIjoxfQ==",
        "a new object begins anew: {}",
        kept()?
    );
    Ok(())
}
