//! `terraform test` with the real provider and with a mocked one, which knows nothing of it but the schema.

use super::{Kitchen, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};

with_clients!(terraform_tests_run_against_us_and_against_a_mock, tests);

const MAIN: &str = r#"
variable "name" {
  type    = string
  default = "soup"
}

resource "kitchen_dish" "a" {
  name     = var.name
  toppings = [{ name = "bread" }]
  prices   = { small = { amount = 2 } }
}

resource "kitchen_menu" "a" {
  name = "m"
  course {
    dish = kitchen_dish.a.id
  }
  guest {
    name = "ada"
  }
}

data "kitchen_recipe" "a" {
  dish = kitchen_dish.a.name
}

output "id" {
  value = kitchen_dish.a.id
}
"#;

const REAL: &str = r#"
run "planned" {
  command = plan
  assert {
    condition     = kitchen_dish.a.toppings[0].grams == 10
    error_message = "The default is known in the plan."
  }
}

run "applied" {
  assert {
    condition     = output.id == "dish/soup" && kitchen_dish.a.prices["small"].text == "2 EUR"
    error_message = "What is computed is known after apply."
  }
  assert {
    condition     = data.kitchen_recipe.a.toppings[0].name == "bread"
    error_message = "The data source sees it."
  }
}

run "again" {
  variables {
    name = "stew"
  }
  assert {
    condition     = output.id == "dish/stew" && kitchen_menu.a.course[0].dish == "dish/stew"
    error_message = "It is replaced."
  }
}
"#;

const MOCK: &str = r#"
mock_provider "kitchen" {
  mock_resource "kitchen_dish" {
    defaults = {
      id = "mocked"
    }
  }
}

run "mocked" {
  assert {
    condition     = output.id == "mocked" && kitchen_menu.a.course[0].dish == "mocked"
    error_message = "The mock decides."
  }
  assert {
    condition     = kitchen_menu.a.courses == 0 && length(kitchen_dish.a.prices["small"].text) == 8
    error_message = "What the mock leaves out is made up."
  }
}
"#;

async fn tests(client: Client) -> Result<()> {
    let kitchen = Kitchen::open(client, MAIN).await?;
    kitchen.terraform.write("real.tftest.hcl", REAL)?;
    let run = kitchen
        .terraform
        .run(&["test", "-no-color", "-filter=real.tftest.hcl"])
        .await?
        .success()?;
    insta::assert_snapshot!("test_real", run.stdout);
    ensure!(!kitchen.file("dish", "stew").exists(), "the test cleaned up");
    let journal = kitchen.journal(&["create dish", "delete dish"])?;
    ensure!(
        journal
            == [
                "create dish soup",
                "delete dish soup",
                "create dish stew",
                "delete dish stew"
            ],
        "{journal:?}"
    );

    kitchen.terraform.write("mock.tftest.hcl", MOCK)?;
    let run = kitchen
        .terraform
        .run(&["test", "-no-color", "-filter=mock.tftest.hcl"])
        .await?
        .success()?;
    insta::assert_snapshot!("test_mock", run.stdout);
    ensure!(kitchen.journal(&[""])?.is_empty(), "a mock never asks us");
    Ok(())
}
