//! Provider code that panics, plans or answers what it must not: the state is kept, and our error says whose fault.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(a_good_cook_lives_a_whole_life, good_cook);

fn cook(name: &str, more: &str) -> String {
    format!("resource \"kitchen_cook\" \"a\" {{\n  name = {name:?}\n{more}}}\n")
}

async fn good_cook(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, &cook("anna", "")).await?;
    insta::assert_snapshot!("cook_create", kitchen.act(&[]).await?);
    ensure!(kitchen.object("cook", "anna")?["badge"] == "badge-anna");
    kitchen.write(&cook("anna", "  plates = 3\n"))?;
    insta::assert_snapshot!("cook_update", kitchen.act(&[]).await?);
    kitchen.write(&cook("bert", "  plates = 3\n"))?;
    insta::assert_snapshot!("cook_replace", kitchen.act(&[]).await?);
    kitchen.terraform.destroy(&[]).await?.success()?;
    ensure!(!kitchen.file("cook", "bert").exists());
    let expected = [
        "create cook anna",
        "update cook anna",
        "delete cook anna",
        "create cook bert",
        "delete cook bert",
    ];
    ensure!(kitchen.journal(&["create", "update", "delete"])? == expected);
    Ok(())
}

with_clients!(a_cook_who_makes_mistakes_is_named_and_nothing_is_lost, bad_cooks);

async fn bad_cooks(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, "").await?;
    let apply = ["apply", "-auto-approve", "-input=false"];

    kitchen.write(&cooks(3, &["panic in plan", "wrong plan", "wrong kind of plan"]))?;
    let planned = complaints(&kitchen.fails(&["plan", "-input=false"]).await?);
    insta::assert_snapshot!("cook_mistakes_in_plan", planned);

    let mistakes = [
        "nothing made",
        "wrong result",
        "wrong kind of result",
        "unknown left over",
        "half done",
    ];
    kitchen.write(&cooks(3, &[&mistakes[..], &["panic in create"]].concat()))?;
    let created = complaints(&kitchen.fails(&apply).await?);
    insta::assert_snapshot!(
        "cook_mistakes_in_create",
        format!("{created}\n\n{}", kept(&kitchen).await?)
    );

    let mistakes = [&mistakes[..], &["panic in update"]].concat();
    kitchen.write(&cooks(3, &mistakes).replace("mistake  = each.key", "mistake  = null"))?;
    kitchen.terraform.apply(&[]).await?.success()?;
    kitchen.write(&cooks(5, &mistakes))?;
    let updated = complaints(&kitchen.fails(&apply).await?);
    insta::assert_snapshot!(
        "cook_mistakes_in_update",
        format!("{updated}\n\n{}", kept(&kitchen).await?)
    );

    kitchen.write(&cooks(
        5,
        &["panic in read", "unknown in read", "wrong kind of read"],
    ))?;
    kitchen.terraform.apply(&[]).await?.success()?;
    let read = complaints(&kitchen.fails(&["plan", "-input=false"]).await?);
    insta::assert_snapshot!(
        "cook_mistakes_in_read",
        format!("{read}\n\n{}", kept(&kitchen).await?)
    );

    kitchen.write(&cooks(5, &["panic in delete", "will not leave", "argues"]))?;
    kitchen.terraform.apply(&["-refresh=false"]).await?.success()?;
    let deleted = complaints(
        &kitchen
            .fails(&["destroy", "-auto-approve", "-input=false"])
            .await?,
    );
    insta::assert_snapshot!(
        "cook_mistakes_in_delete",
        format!("{deleted}\n\n{}", kept(&kitchen).await?)
    );
    Ok(())
}

/// One cook per mistake.
fn cooks(plates: u8, mistakes: &[&str]) -> String {
    format!(
        "resource \"kitchen_cook\" \"a\" {{\n  for_each = toset({mistakes:?})\n  name     = each.key\n  \
         plates   = {plates}\n  mistake  = each.key\n}}\n"
    )
}

/// The errors in an order of their own: several objects fail at once. Terraform's own would say what we did not.
pub fn complaints(text: &str) -> String {
    let text = format!("\n{text}");
    let mut errors: Vec<&str> = text.split("\nError: ").skip(1).map(str::trim).collect();
    errors.sort_by_key(|error| (error.lines().find(|line| line.starts_with("  with ")), *error));
    let all = errors
        .iter()
        .map(|error| format!("Error: {error}\n\n"))
        .collect::<String>();
    assert!(
        !all.contains("Provider produced"),
        "Terraform had to say it:\n{all}"
    );
    all.trim().to_owned()
}

/// What Terraform still knows of each cook.
async fn kept(kitchen: &Kitchen) -> Result<String> {
    let state = kitchen.terraform.state().await?;
    let resources = state["values"]["root_module"]["resources"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let line = |cook: serde_json::Value| {
        let tainted = if cook["tainted"] == true { " tainted" } else { "" };
        format!("{}{tainted} {}", cook["index"], cook["values"])
    };
    let lines: Vec<String> = resources.into_iter().map(line).collect();
    Ok(format!("State:\n{}", lines.join("\n")))
}
