//! Rules that attributes and schemas carry: what breaks them is named with its place, and what is unknown is let be.

use super::cook::complaints;
use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(what_breaks_a_rule_is_named, broken);
with_clients!(a_plan_keeps_normalises_guesses_and_replaces, planned);

fn dish(more: &str) -> String {
    format!("resource \"kitchen_dish\" \"a\" {{\n  name = \"soup\"\n{more}}}\n")
}

async fn broken(client: Client) -> Result<()> {
    let each = [
        ("name", "  name = \"Soup!\"\n"),
        ("one_of", "  name  = \"a\"\n  spice = \"sweet\"\n"),
        ("between", "  name     = \"a\"\n  portions = 501\n"),
        ("length", "  name  = \"a\"\n  steps = [\"chop\", \"\"]\n"),
        (
            "keys",
            "  name = \"a\"\n  tags = { much-too-long = \"x\", ok = \"y\" }\n",
        ),
        (
            "items",
            "  name      = \"a\"\n  allergens = [\"a\", \"b\", \"c\", \"d\"]\n",
        ),
        (
            "nested",
            "  name   = \"a\"\n  prices = { small = { amount = -1 } }\n",
        ),
        (
            "in_a_set",
            "  name   = \"a\"\n  sauces = [{ name = \"x\", herbs = [\"a\", \"b\", \"c\"] }]\n",
        ),
        (
            "conflicting",
            "  name              = \"a\"\n  vegan             = true\n  secret_ingredient = \"ham\"\n",
        ),
        ("required_with", "  name = \"a\"\n  grid = [[1]]\n"),
        ("members", "  name   = \"a\"\n  weight = -1\n"),
        (
            "timeouts",
            "  name     = \"a\"\n  timeouts = { create = \"soon\" }\n",
        ),
        ("too_big", "  name  = \"a\"\n  minutes = 1e30\n"),
    ];
    let main: String = each
        .iter()
        .map(|(label, body)| format!("resource \"kitchen_dish\" {label:?} {{\n{body}}}\n"))
        .collect();
    let kitchen = Kitchen::open(client, &main).await?;
    let said = complaints(&kitchen.fails(&["validate", "-no-color"]).await?);
    // The older one does not find the line of what is nested.
    match client {
        Client::Cli => insta::assert_snapshot!("rules_broken_1_11", said),
        Client::Library => insta::assert_snapshot!("rules_broken_1_15", said),
    }

    let later = "resource \"terraform_data\" \"later\" {\n  input = \"x\"\n}\n";
    let unknown = dish(
        "  spice             = terraform_data.later.output\n  portions          = terraform_data.later.output == \"x\" ? 3 : 501\n  vegan             = terraform_data.later.output == \"x\" ? null : true\n  secret_ingredient = \"ham\"\n",
    );
    kitchen.write(&format!("{later}{unknown}"))?;
    let plan = kitchen.terraform.plan(&[]).await?;
    ensure!(
        plan.code == 2,
        "what is unknown breaks no rule yet:\n{}",
        plan.text
    );
    let run = kitchen.terraform.apply_plan(&plan).await?;
    ensure!(run.code == 1, "{}", run.text());
    insta::assert_snapshot!("rule_broken_in_apply", complaints(&told(&run.text())));
    Ok(())
}

async fn planned(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(
        client,
        &dish("  motto    = \"Eat Up\"\n  timeouts = { create = \"1m30s\" }\n"),
    )
    .await?;
    insta::assert_snapshot!("rules_create", kitchen.act(&[]).await?);
    ensure!(kitchen.object("dish", "soup")?["minutes"] == 15);

    // Only the case differs, and a duration may be spelled anew.
    kitchen.write(&dish(
        "  motto    = \"EAT UP\"\n  timeouts = { create = \"1m30s\" }\n",
    ))?;
    kitchen.rests(&[]).await?;
    kitchen.write(&dish("  motto    = \"EAT UP\"\n  timeouts = { create = \"90s\", update = \"2s\" }\n  portions = 50\n  minutes  = 20\n"))?;
    insta::assert_snapshot!("rules_update", kitchen.act(&[]).await?);
    let soup = kitchen.object("dish", "soup")?;
    ensure!(soup["motto"] == "Eat Up" && soup["minutes"] == 20, "{soup:#}");

    let mut soup = soup;
    soup["motto"] = "eat up".into();
    std::fs::write(kitchen.file("dish", "soup"), soup.to_string())?;
    kitchen.rests(&[]).await?;

    kitchen.write(&dish(
        "  motto    = \"EAT UP\"\n  portions = 51\n  timeouts = { create = \"90s\" }\n",
    ))?;
    insta::assert_snapshot!("rules_replace", kitchen.act(&[]).await?);

    kitchen.write(&dish("  portions = 52\n  timeouts = { create = \"5ms\" }\n"))?;
    let plan = kitchen.terraform.plan(&["-replace=kitchen_dish.a"]).await?;
    let run = kitchen.terraform.apply_plan(&plan).await?;
    insta::assert_snapshot!("rules_timeout", complaints(&told(&run.text())));
    ensure!(kitchen.terraform.resource("kitchen_dish.a").await?.is_null());
    Ok(())
}
