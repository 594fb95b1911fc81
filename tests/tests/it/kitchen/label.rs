//! State of earlier versions, and resource types that are no longer recommended.

use super::{Kitchen, told, with_clients};
use acceptance::terraform::Client;
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::fs;

with_clients!(state_of_two_versions_ago_is_upgraded, upgrade);
with_clients!(what_is_deprecated_says_so, deprecated);

fn state(resources: Value) -> String {
    let state = json!({
        "version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "kitchen", "outputs": {}, "resources": resources,
    });
    format!("{state:#}\n")
}

fn stored(name: &str, version: u8, attributes: Value) -> Value {
    json!({
        "mode": "managed", "type": "kitchen_label", "name": name,
        "provider": "provider[\"example.test/tfplugin/kitchen\"]",
        "instances": [{ "schema_version": version, "attributes": attributes }],
    })
}

async fn upgrade(client: Client) -> Result<()> {
    let main = ["old", "middle", "new"].map(|name| {
        format!("resource \"kitchen_label\" {name:?} {{\n  name   = {name:?}\n  size   = 3\n  colors = [\"red\"]\n}}\n")
    });
    let kitchen = Kitchen::open(client, &main.concat()).await?;
    let resources = json!([
        stored(
            "old",
            0,
            json!({ "name": "old", "size": "3", "color": "red", "gone_since": true })
        ),
        stored(
            "middle",
            1,
            json!({ "name": "middle", "size": "3", "colors": ["red"] })
        ),
        stored("new", 2, json!({ "name": "new", "size": 3, "colors": ["red"] })),
    ]);
    kitchen
        .terraform
        .write("terraform.tfstate", &state(resources.clone()))?;
    for name in ["old", "middle", "new"] {
        let object = json!({ "name": name, "size": 3, "colors": ["red"] });
        fs::create_dir_all(kitchen.terraform.folder().join("objects/label"))?;
        fs::write(kitchen.file("label", name), object.to_string())?;
    }
    kitchen.rests(&[]).await?;
    kitchen.terraform.refresh(&[]).await?.success()?;
    let text = fs::read_to_string(kitchen.terraform.folder().join("terraform.tfstate"))?;
    let state_now: Value = serde_json::from_str(&text)?;
    for resource in state_now["resources"].as_array().into_iter().flatten() {
        let instance = &resource["instances"][0];
        ensure!(
            instance["schema_version"] == 2 && instance["attributes"]["size"] == 3,
            "{instance:#}"
        );
    }

    let broken = resources
        .to_string()
        .replace("\"size\":\"3\"", "\"size\":\"big\"");
    kitchen
        .terraform
        .write("terraform.tfstate", &state(serde_json::from_str(&broken)?))?;
    let said = kitchen
        .fails(&["plan", "-input=false", "-target=kitchen_label.old"])
        .await?;
    insta::assert_snapshot!("upgrade_fails", said);
    let newer = json!([stored("new", 3, json!({ "name": "new" }))]);
    kitchen.terraform.write("terraform.tfstate", &state(newer))?;
    let said = kitchen.fails(&["plan", "-input=false"]).await?;
    ensure!(said.contains("newer provider version"), "{said}");
    Ok(())
}

async fn deprecated(client: Client) -> Result<()> {
    let main = "resource \"kitchen_tag\" \"a\" {\n  name = \"a\"\n}\n\
                resource \"kitchen_dish\" \"a\" {\n  name   = \"a\"\n  course = \"first\"\n}\n\
                resource \"kitchen_menu\" \"a\" {\n  name = \"a\"\n  course {\n    dish = \"a\"\n  }\n  footer {\n  }\n}\n\
                output \"course\" {\n  value = kitchen_dish.a.course\n}\n";
    let kitchen = Kitchen::open(client, main).await?;
    let run = kitchen
        .terraform
        .run(&["validate", "-no-color"])
        .await?
        .success()?;
    match client {
        Client::Cli => insta::assert_snapshot!("deprecated_1_11", told(&run.text())),
        Client::Library => insta::assert_snapshot!("deprecated_1_15", told(&run.text())),
    }
    Ok(())
}
