//! What an operator does to objects besides changing them: replace, taint, target, move, lose, import, check.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use std::fs;

with_clients!(objects_are_replaced_in_the_order_that_is_asked_for, replace);
with_clients!(what_is_lost_or_out_of_sight_comes_back, lose);
with_clients!(what_exists_is_imported_and_its_configuration_written, import);

const EACH: [&str; 3] = ["create", "update", "delete"];

fn dish(label: &str, name: &str, more: &str) -> String {
    format!("resource \"kitchen_dish\" {label:?} {{\n  name = {name:?}\n{more}}}\n")
}

async fn replace(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, &dish("a", "soup", "")).await?;
    kitchen.act(&[]).await?;
    kitchen.journal(&EACH)?;

    let plan = kitchen.terraform.plan(&["-replace=kitchen_dish.a"]).await?;
    insta::assert_snapshot!("replace_asked_for", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    kitchen.rests(&[]).await?;
    ensure!(kitchen.journal(&EACH)? == ["delete dish soup", "create dish soup"]);

    kitchen
        .terraform
        .run(&["taint", "kitchen_dish.a"])
        .await?
        .success()?;
    insta::assert_snapshot!("replace_tainted", kitchen.act(&[]).await?);
    ensure!(kitchen.journal(&EACH)? == ["delete dish soup", "create dish soup"]);

    let first = "  lifecycle {\n    create_before_destroy = true\n  }\n";
    kitchen.write(&dish("a", "stew", first))?;
    insta::assert_snapshot!("replace_create_first", kitchen.act(&[]).await?);
    ensure!(kitchen.journal(&EACH)? == ["create dish stew", "delete dish soup"]);

    let moved = "moved {\n  from = kitchen_dish.a\n  to   = kitchen_dish.b\n}\n";
    kitchen.write(&format!("{}{moved}", dish("b", "stew", first)))?;
    let plan = kitchen.terraform.plan(&[]).await?;
    insta::assert_snapshot!("renamed", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    kitchen.rests(&[]).await?;
    ensure!(kitchen.journal(&EACH)?.is_empty());

    let all = format!(
        "{}{}",
        dish("c", "rice", ""),
        dish("d", "beans", "  course = kitchen_dish.c.id\n")
    );
    kitchen.write(&format!("{}{all}", dish("b", "stew", first)))?;
    let plan = kitchen.terraform.plan(&["-target=kitchen_dish.c"]).await?;
    insta::assert_snapshot!("targeted", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    ensure!(kitchen.journal(&EACH)? == ["create dish rice"]);
    kitchen.act(&[]).await?;
    ensure!(kitchen.object("dish", "beans")?["course"] == "dish/rice");
    kitchen
        .terraform
        .destroy(&["-target=kitchen_dish.c"])
        .await?
        .success()?;
    ensure!(kitchen.journal(&EACH[2..])? == ["delete dish beans", "delete dish rice"]);
    Ok(())
}

async fn lose(client: Client) -> Result<()> {
    let main = format!(
        "{}check \"fed\" {{\n  assert {{\n    condition     = kitchen_dish.a.portions > 1\n    error_message = \"Nobody will be full.\"\n  }}\n}}\n\
         output \"weighs\" {{\n  value = kitchen_dish.a.weight\n  precondition {{\n    condition     = kitchen_dish.a.vegan\n    error_message = \"Not for us.\"\n  }}\n}}\n",
        dish("a", "soup", "  portions = 1\n")
    );
    let kitchen = Kitchen::open(client, &main).await?;
    let plan = kitchen.terraform.plan(&[]).await?;
    insta::assert_snapshot!("check_fails", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;

    fs::remove_file(kitchen.file("dish", "soup"))?;
    let plan = kitchen.terraform.plan(&["-refresh-only"]).await?;
    insta::assert_snapshot!("lost_refresh_only", told(&plan.text));
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    ensure!(kitchen.terraform.resource("kitchen_dish.a").await?.is_null());
    kitchen.journal(&EACH)?;
    kitchen.write(&main.replace("portions = 1\n", "portions = 2\n"))?;
    kitchen.act(&[]).await?;
    ensure!(kitchen.journal(&EACH)? == ["create dish soup"]);

    // Gone already when it is to be deleted: that is no error.
    fs::remove_file(kitchen.file("dish", "soup"))?;
    kitchen.terraform.destroy(&["-refresh=false"]).await?.success()?;
    Ok(())
}

async fn import(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(
        client,
        &dish(
            "a",
            "soup",
            "  weight = 1.5\n  tags = { a = \"b\" }\n  toppings = [{ name = \"bread\" }]\n",
        ),
    )
    .await?;
    kitchen.act(&[]).await?;
    kitchen
        .terraform
        .run(&["state", "rm", "kitchen_dish.a"])
        .await?
        .success()?;
    kitchen.journal(&EACH)?;

    let run = kitchen
        .terraform
        .import("kitchen_dish.a", "soup", &[])
        .await?
        .success()?;
    ensure!(run.stdout.contains("Import successful!"), "{}", run.text());
    kitchen.rests(&[]).await?;
    let gone = kitchen
        .fails(&["import", "-input=false", "kitchen_dish.b", "ghost"])
        .await?;
    ensure!(
        gone.contains("resource address \"kitchen_dish.b\" does not exist"),
        "{gone}"
    );

    kitchen
        .terraform
        .run(&["state", "rm", "kitchen_dish.a"])
        .await?
        .success()?;
    kitchen.write("import {\n  to = kitchen_dish.a\n  id = \"soup\"\n}\n")?;
    let plan = kitchen.terraform.plan(&["-generate-config-out=made.tf"]).await?;
    insta::assert_snapshot!("import_generating", told(&plan.text));
    let made = fs::read_to_string(kitchen.terraform.folder().join("made.tf"))?;
    insta::assert_snapshot!("import_generated", made);
    kitchen.terraform.apply_plan(&plan).await?.success()?;
    kitchen.rests(&[]).await?;

    kitchen.write(&format!(
        "import {{\n  to = kitchen_dish.ghost\n  id = \"ghost\"\n}}\n{}",
        dish("ghost", "ghost", "")
    ))?;
    insta::assert_snapshot!(
        "import_of_nothing",
        kitchen.fails(&["plan", "-input=false"]).await?
    );
    ensure!(kitchen.journal(&EACH)?.is_empty());
    Ok(())
}
