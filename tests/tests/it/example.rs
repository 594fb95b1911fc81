//! The example `ecs-existing`, stage by stage: what its variable files promise is what happens, in a safe order.
//!
//! Never repeats the configuration: it runs the files a reader of the example copies.

use acceptance::order::{Judge, Rule};
use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;

const DRAIN: Duration = Duration::from_secs(1);

async fn example(world: &World, client: Client) -> Result<Terraform> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/ecs-existing");
    let mut files = Vec::new();
    for below in ["", "env"] {
        for entry in fs::read_dir(folder.join(below)).context("reading the example")? {
            let path = entry?.path();
            if path.is_file() {
                files.push((
                    path.strip_prefix(&folder)?.display().to_string(),
                    fs::read_to_string(&path)?,
                ));
            }
        }
    }
    let variables = json!({
        "listener_arn": world.listener_arn()?,
        "blue_target_group_arn": world.target_group_arn("web-blue")?,
        "green_target_group_arn": world.target_group_arn("web-green")?,
        "office_ips": ["127.0.0.9/32"],
        "steps": [{ "weight": 10, "bake": "1s" }],
        "final_bake": "1s",
        "health_timeout": "10s",
        "drain": format!("{}s", DRAIN.as_secs()),
    });
    files.push(("world.auto.tfvars.json".to_owned(), variables.to_string()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let install = Install::Mirror {
        provider: Some(place::binary("terraform-provider-bluegreen")?),
        peers: None,
    };
    let setup = Setup::new(client, install).aws(&world.sandbox().endpoint(), "eu-central-1");
    Terraform::new(&files, setup).await
}

/// Applies one stage, which must succeed and leave nothing to do.
async fn stage(terraform: &Terraform, name: &str) -> Result<Value> {
    let file = format!("-var-file=env/{name}.tfvars");
    terraform.apply(&[&file]).await?.success()?;
    let again = terraform.plan(&[&file]).await?;
    ensure!(
        again.is_empty(),
        "after {name} there is still something to do:\n{}",
        again.text
    );
    terraform.resource("bluegreen_service.web").await
}

/// The checker is not blind: told something untrue about the service, it objects to the same log.
fn sees(world: &World, judge: &Judge, rule: Rule) -> Result<()> {
    let found = judge.judge(&world.events());
    ensure!(
        found.iter().any(|violation| violation.rule == rule),
        "no {rule:?} in {found:?}"
    );
    Ok(())
}

async fn runs_through_its_stages(client: Client) {
    with_world(async |world| {
        let terraform = example(world, client).await?;
        let mut judge = world.judge(2, DRAIN);
        for (name, phase, blue, green) in [
            ("01-create", "stable", 100, 0),
            ("02-warm", "warm", 100, 0),
            ("03-canary", "canary", 100, 0),
            ("04-promote", "promoted", 0, 100),
            ("05-rollback", "stable", 100, 0),
            ("06-next-release", "warm", 100, 0),
            ("07-next-promote", "promoted", 0, 100),
        ] {
            judge = judge.apply_begins(world.next_seq());
            let service = stage(&terraform, name).await?;
            ensure!(service["phase"] == phase, "after {name}: {service:#}");
            ensure!(
                service["traffic"] == json!({ "blue": blue, "green": green }),
                "after {name}: {service:#}"
            );
        }

        judge = judge.apply_begins(world.next_seq());
        let broken = terraform.apply(&["-var-file=env/08-broken.tfvars"]).await?;
        ensure!(
            broken.code == 1,
            "a version that never becomes healthy is refused:\n{}",
            broken.text()
        );
        let service = terraform.resource("bluegreen_service.web").await?;
        ensure!(
            service["traffic"] == json!({ "blue": 0, "green": 100 }),
            "nothing moved: {service:#}"
        );
        judge.assert(&world.events());
        sees(world, &world.judge(3, DRAIN), Rule::Raise)?;
        let mut swapped = world.service_under_release(2, DRAIN);
        std::mem::swap(&mut swapped.blue.ecs_service, &mut swapped.green.ecs_service);
        sees(world, &Judge::new([swapped]), Rule::Deploy)
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_runs_through_its_stages() {
    runs_through_its_stages(Client::Cli).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_runs_through_its_stages_with_terraform_1_15() {
    runs_through_its_stages(Client::Library).await;
}
