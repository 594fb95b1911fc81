//! Nested blocks in every mode: created, changed, taken away, and made by `dynamic`.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(every_block_lives_a_whole_life, life);

const FULL: &str = r#"
resource "kitchen_menu" "m" {
  name = "sunday"
  cover {
    title = "Sunday"
  }
  layout {
    columns = 2
  }
  course {
    dish = "soup"
  }
  course {
    dish = "fish"
    wine {
      grape = "riesling"
      year  = 2020
    }
    wine {
      grape = "pinot"
    }
  }
  guest {
    name = "ada"
  }
  guest {
    name   = "bob"
    hungry = false
    seat   = "window"
  }
  table "round" {
    seats = 6
  }
  table "long" {
    seats = 12
  }
  footer {
    text = "bye"
  }
}
"#;

async fn life(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, FULL).await?;
    insta::assert_snapshot!("menu_create", kitchen.act(&[]).await?);
    let menu = kitchen.object("menu", "sunday")?;
    ensure!(
        menu["courses"] == 2 && menu["course"][1]["position"] == 2,
        "{menu:#}"
    );
    ensure!(menu["guest"][1]["seat"] == "near ada", "{menu:#}");

    let changed = FULL
        .replace("\"Sunday\"", "\"Brunch\"\n    color = \"green\"")
        .replace("columns = 2", "font = \"serif\"")
        .replace("\"soup\"", "\"eggs\"")
        .replace("2020", "2021")
        .replace("hungry = false\n", "")
        .replace("\"long\"", "\"square\"");
    let footer = changed.find("  footer").unwrap_or_default();
    kitchen.write(&format!("{}}}\n", &changed[..footer]))?;
    insta::assert_snapshot!("menu_update", kitchen.act(&[]).await?);

    kitchen.write(
        "resource \"kitchen_menu\" \"m\" {\n  name = \"sunday\"\n  course {\n    dish = \"eggs\"\n  }\n}\n",
    )?;
    insta::assert_snapshot!("menu_emptied", kitchen.act(&[]).await?);
    kitchen.terraform.destroy(&[]).await?.success()?;
    Ok(())
}
