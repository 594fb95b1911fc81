//! What is not known before apply, in places of every type and nesting: it shows in the plan, and arrives.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(unknown_values_pass_through_every_type, pass);
with_clients!(blocks_and_elements_may_be_as_many_as_nobody_knows_yet, how_many);

/// `terraform_data` is part of Terraform: its output is unknown until it is made.
const DISH: &str = r#"
resource "terraform_data" "later" {
  input = {
    text   = "later"
    number = 3.5
    flag   = false
    list   = ["x", "y"]
    prices = { one = { amount = 1, currency = "GBP" } }
  }
}

locals {
  later = terraform_data.later.output
}

resource "kitchen_dish" "a" {
  name      = "a"
  portions  = local.later.number
  weight    = local.later.number
  vegan     = local.later.flag
  spice     = local.later.flag ? "hot" : "brutal"
  motto     = "pre-${local.later.text}"
  tags      = { known = "yes", open = local.later.text }
  steps     = ["first", local.later.text]
  allergens = ["milk", local.later.text]
  origin    = [local.later.text, 3]
  grid      = [[1, local.later.number], local.later.number > 1 ? [] : [2]]
  extra     = { inside = local.later }
  nutrition = { calories = local.later.number }
  toppings  = [{ name = local.later.text }, { name = "bread", grams = local.later.number }]
  sauces    = [{ name = local.later.text, herbs = ["dill", local.later.text] }, { name = "salsa" }]
  prices    = { small = { amount = local.later.number }, large = { amount = 7, currency = local.later.text } }
}

resource "kitchen_dish" "b" {
  name      = "b"
  tags      = tomap({ for text in tolist(local.later.list) : text => text })
  steps     = local.later.list
  allergens = toset(local.later.list)
  origin    = local.later.number > 1 ? null : ["FR", 1]
  extra     = local.later
  nutrition = local.later.flag ? null : { calories = 1 }
  toppings  = [for text in tolist(local.later.list) : { name = text }]
  sauces    = [for text in tolist(local.later.list) : { name = text }]
  prices    = local.later.prices
}

resource "kitchen_dish" "c" {
  name       = "c-${kitchen_dish.b.revision}"
  steps      = [kitchen_dish.a.id]
  depends_on = [kitchen_dish.b]
}
"#;

async fn pass(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, DISH).await?;
    insta::assert_snapshot!("unknown_dish", kitchen.act(&[]).await?);
    let b = kitchen.object("dish", "b")?;
    ensure!(
        b["prices"]["one"]["text"] == "1 GBP" && b["sauces"][1]["name"] == "y",
        "{b:#}"
    );
    ensure!(kitchen.object("dish", "c-1")?["steps"][0] == "dish/a");
    // Changed, so that what depends on it is unknown over what is known.
    kitchen.write(&DISH.replace("\"later\"\n", "\"now\"\n"))?;
    insta::assert_snapshot!("unknown_dish_again", kitchen.act(&[]).await?);
    Ok(())
}

const MENU: &str = r#"
resource "terraform_data" "later" {
  input = ["x", "y"]
}

locals {
  later = tolist(terraform_data.later.output)
}

resource "kitchen_menu" "m" {
  name = "m"
  cover {
    title = local.later[0]
  }
  course {
    dish = "first"
    dynamic "wine" {
      for_each = local.later
      content {
        grape = wine.value
      }
    }
  }
  dynamic "course" {
    for_each = local.later
    content {
      dish = course.value
    }
  }
  dynamic "guest" {
    for_each = toset(local.later)
    content {
      name = guest.value
    }
  }
  dynamic "table" {
    for_each = toset(["x", "y"])
    labels   = [table.value]
    content {
      seats = length(local.later)
    }
  }
}

resource "kitchen_menu" "n" {
  count = 2
  name  = "n${count.index}"
  dynamic "course" {
    for_each = ["a", "b"]
    content {
      dish = "${course.value}${count.index}"
    }
  }
  guest {
    name = kitchen_menu.m.name
    seat = local.later[1]
  }
}
"#;

async fn how_many(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, MENU).await?;
    insta::assert_snapshot!("unknown_menu", kitchen.act(&[]).await?);
    let menu = kitchen.object("menu", "m")?;
    ensure!(
        menu["courses"] == 3 && menu["table"]["y"]["seats"] == 2,
        "{menu:#}"
    );
    kitchen.write(&MENU.replace("input = [\"x\", \"y\"]", "input = [\"x\", \"z\", \"w\"]"))?;
    insta::assert_snapshot!("unknown_menu_again", kitchen.act(&[]).await?);
    let menu = kitchen.object("menu", "m")?;
    ensure!(
        menu["courses"] == 4 && menu["course"][0]["wine"][2]["grape"] == "z",
        "{menu:#}"
    );
    Ok(())
}
