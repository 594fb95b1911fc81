//! Identities: kept with every object, enough to import it, and what a query finds.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use serde_json::json;
use std::fs;

with_clients!(an_object_is_imported_by_its_identity, import, newer);
with_clients!(a_query_finds_objects_and_writes_their_configuration, query, newer);
with_clients!(a_tag_becomes_a_label, moved);

fn label(label: &str, name: &str, more: &str) -> String {
    format!("resource \"kitchen_label\" {label:?} {{\n  name = {name:?}\n{more}}}\n")
}

async fn import(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, &label("a", "jam", "")).await?;
    kitchen.act(&[]).await?;
    let identity =
        |state: &serde_json::Value| state["values"]["root_module"]["resources"][0]["identity"].clone();
    let state = kitchen.terraform.state().await?;
    ensure!(identity(&state) == json!({ "name": "jam" }), "{state:#}");
    kitchen.terraform.refresh(&[]).await?.success()?;
    kitchen
        .terraform
        .run(&["state", "rm", "kitchen_label.a"])
        .await?
        .success()?;
    kitchen.journal(&[""])?;

    kitchen.write("import {\n  to = kitchen_label.a\n  identity = {\n    name = \"jam\"\n  }\n}\n")?;
    let plan = kitchen.terraform.plan(&["-generate-config-out=made.tf"]).await?;
    insta::assert_snapshot!("identity_import", told(&plan.text));
    let made = fs::read_to_string(kitchen.terraform.folder().join("made.tf"))?;
    insta::assert_snapshot!("identity_generated", made);
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    kitchen.rests(&[]).await?;
    let state = kitchen.terraform.state().await?;
    ensure!(identity(&state) == json!({ "name": "jam" }), "{state:#}");
    let journal = kitchen.journal(&["import", "create", "update"])?;
    ensure!(journal == ["import kitchen_label by identity"], "{journal:?}");

    kitchen.write("import {\n  to = kitchen_label.b\n  identity = {\n    title = \"jam\"\n  }\n}\n")?;
    let said = kitchen
        .fails(&["plan", "-input=false", "-generate-config-out=more.tf"])
        .await?;
    insta::assert_snapshot!("identity_wrong", said);
    Ok(())
}

async fn query(client: Client) -> Result<()> {
    let main: String = ["red", "green", "blue", "pink"]
        .iter()
        .map(|color| {
            let other = if *color == "blue" { "red" } else { "cream" };
            label(color, color, &format!("  colors = [{color:?}, {other:?}]\n"))
        })
        .collect();
    let kitchen = Kitchen::open(client, &main).await?;
    kitchen.act(&[]).await?;
    kitchen.journal(&[""])?;
    let list = |more: &str, config: &str| {
        format!(
            "list \"kitchen_label\" \"found\" {{\n  provider = kitchen\n{more}  config {{\n{config}  }}\n}}\n"
        )
    };
    kitchen
        .terraform
        .write("find.tfquery.hcl", &list("", "    color = \"red\"\n"))?;
    let run = kitchen.terraform.run(&["query", "-no-color"]).await?.success()?;
    insta::assert_snapshot!("query_red", told(&run.text()));
    kitchen
        .terraform
        .write("find.tfquery.hcl", &list("  limit = 2\n", ""))?;
    let run = kitchen.terraform.run(&["query", "-no-color"]).await?.success()?;
    insta::assert_snapshot!("query_two", told(&run.text()));
    let journal = kitchen.journal(&["list", "enough"])?;
    ensure!(
        journal
            == [
                "list 100 labels at most",
                "list 2 labels at most",
                "enough labels"
            ],
        "{journal:?}"
    );

    kitchen.terraform.write(
        "find.tfquery.hcl",
        &list("  include_resource = true\n", "    color = \"pink\"\n"),
    )?;
    let run = kitchen
        .terraform
        .run(&["query", "-no-color", "-generate-config-out=found.tf"])
        .await?
        .success()?;
    ensure!(run.text().contains("the label pink"), "{}", run.text());
    let found = fs::read_to_string(kitchen.terraform.folder().join("found.tf"))?;
    insta::assert_snapshot!("query_generated", found);
    // What was written imports what was found.
    kitchen
        .terraform
        .run(&["state", "rm", "kitchen_label.pink"])
        .await?
        .success()?;
    kitchen.write(
        &main[..main
            .find("resource \"kitchen_label\" \"pink\"")
            .unwrap_or_default()],
    )?;
    let plan = kitchen.terraform.plan(&[]).await?;
    ensure!(
        plan.text
            .contains("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."),
        "{}",
        plan.text
    );

    let mut all = String::new();
    for config in ["    color = \"\"\n", "    mistake = \"panic\"\n"] {
        kitchen.terraform.write("find.tfquery.hcl", &list("", config))?;
        let run = kitchen.terraform.run(&["query", "-no-color"]).await?;
        all += &format!("exit code {}\n{}\n\n", run.code, told(&run.text()));
    }
    insta::assert_snapshot!("query_fails", all);
    Ok(())
}

async fn moved(client: Client) -> Result<()> {
    let tag = "resource \"kitchen_tag\" \"a\" {\n  name = \"jam\"\n  text = \"old\"\n}\n";
    let kitchen = Kitchen::open(client, tag).await?;
    kitchen.act(&[]).await?;
    kitchen.journal(&[""])?;
    let moved = "moved {\n  from = kitchen_tag.a\n  to   = kitchen_label.a\n}\n";
    kitchen.write(&format!("{}{moved}", label("a", "jam", "")))?;
    let plan = kitchen.terraform.plan(&[]).await?;
    insta::assert_snapshot!("moved_across_types", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    kitchen.rests(&[]).await?;
    kitchen.write(&label("a", "jam", "  size = 4\n"))?;
    kitchen.act(&[]).await?;
    let journal = kitchen.journal(&["create", "update", "delete"])?;
    ensure!(journal == ["update tag jam"], "{journal:?}");

    let other = "resource \"kitchen_dish\" \"a\" {\n  name = \"soup\"\n}\n";
    kitchen.write(&format!("{}{other}", label("a", "jam", "  size = 4\n")))?;
    kitchen.act(&[]).await?;
    let moved = "moved {\n  from = kitchen_dish.a\n  to   = kitchen_label.b\n}\n";
    kitchen.write(&format!(
        "{}{}{moved}",
        label("a", "jam", "  size = 4\n"),
        label("b", "soup", "")
    ))?;
    insta::assert_snapshot!("moved_refused", kitchen.fails(&["plan", "-input=false"]).await?);
    Ok(())
}
