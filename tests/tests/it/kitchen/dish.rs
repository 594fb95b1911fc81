//! Attributes of every type, flag and nesting through a whole life: each plan is told, and the one after is empty.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use serde_json::json;
use std::fs;

with_clients!(every_attribute_lives_a_whole_life, life);

const PLAIN: &str = r#"
resource "kitchen_dish" "soup" {
  name              = "soup"
  weight            = 0.1
  steps             = ["chop", "boil"]
  tags              = { kind = "starter" }
  allergens         = ["nuts", "milk"]
  origin            = ["FR", 123456789012345678901234567890123456789012]
  grid              = [[1, 2.5], [], [null]]
  extra             = { list = [1, "two", null], flag = true }
  secret_ingredient = "love"
  nutrition         = { calories = 120 }
  toppings          = [{ name = "bread" }, { name = "cream", grams = 5 }]
  sauces            = [{ name = "salsa", hot = true }, { name = "pesto", herbs = ["basil", "parsley"] }]
  prices            = { small = { amount = 4.5 }, large = { amount = 7, currency = "USD" } }
}
"#;

async fn life(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, PLAIN).await?;
    insta::assert_snapshot!("dish_create", kitchen.act(&[]).await?);
    let soup = kitchen.object("dish", "soup")?;
    let text = fs::read_to_string(kitchen.file("dish", "soup"))?;
    ensure!(text.contains("\"weight\": 0.1\n"), "{text}");
    ensure!(
        text.contains(" 123456789012345678901234567890123456789012\n"),
        "{text}"
    );
    ensure!(
        soup["toppings"][0]["grams"] == 10 && soup["vegan"] == true,
        "{soup:#}"
    );

    // Spelled differently, but the same: order in sets, and defaults said aloud.
    let same = PLAIN
        .replace("[\"nuts\", \"milk\"]", "[\"milk\", \"nuts\", \"milk\"]")
        .replace("{ name = \"bread\" }", "{ name = \"bread\", grams = 10.0 }")
        .replace("0.1", "0.10");
    kitchen.write(&same)?;
    kitchen.rests(&[]).await?;

    let changed = PLAIN
        .replace("0.1", "0.30000000000000000000000000000000000001")
        .replace("\"boil\"", "\"simmer\", \"serve\"")
        .replace("kind = \"starter\"", "kind = \"main\", hot = \"yes\"")
        .replace("\"nuts\", ", "")
        .replace("1, \"two\", null", "2")
        .replace("\"love\"", "\"salt\"")
        .replace("calories = 120", "calories = 130")
        .replace("grams = 5", "grams = 6")
        .replace("hot = true", "hot = false")
        .replace("amount = 7", "amount = 8");
    kitchen.write(&changed)?;
    insta::assert_snapshot!("dish_update", kitchen.act(&[]).await?);
    let soup = kitchen.object("dish", "soup")?;
    let text = fs::read_to_string(kitchen.file("dish", "soup"))?;
    ensure!(
        text.contains("\"weight\": 0.30000000000000000000000000000000000001\n"),
        "{text}"
    );
    ensure!(
        soup["revision"] == 2 && soup["nutrition"]["label"] == "130 kcal",
        "{soup:#}"
    );

    let bare = "resource \"kitchen_dish\" \"soup\" {\n  name = \"soup\"\n}\n";
    kitchen.write(bare)?;
    insta::assert_snapshot!("dish_emptied", kitchen.act(&[]).await?);

    kitchen.write(&bare.replace(
        "}",
        "  steps = []\n  tags = {}\n  toppings = []\n  sauces = []\n  prices = {}\n  extra = null\n}",
    ))?;
    insta::assert_snapshot!("dish_empty_is_not_null", kitchen.act(&[]).await?);

    let mut soup = kitchen.object("dish", "soup")?;
    soup["portions"] = json!(50);
    soup["tags"] = json!({ "left": "over" });
    fs::write(kitchen.file("dish", "soup"), soup.to_string())?;
    let plan = kitchen.terraform.plan(&["-refresh-only"]).await?;
    insta::assert_snapshot!("dish_drift", super::told(&plan.text));
    insta::assert_snapshot!("dish_drift_undone", kitchen.act(&[]).await?);

    kitchen.terraform.destroy(&[]).await?.success()?;
    ensure!(!kitchen.file("dish", "soup").exists());
    Ok(())
}
