//! The end of an environment by `destroy.yml`: the cluster, what it left behind, and the network, with the real AWS provider.
//!
//! Never takes the workflow's word for it: what is gone, and who deleted it, is read from the sandbox.

use super::runner::Runner;
use super::{changes, well};
use crate::eks::elsewhere;
use acceptance::terraform::{Client, Setup, Terraform};
use acceptance::world::{World, in_world};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use serde_json::{Value, json};

/// The environment, made; and a load balancer for a Service of its cluster, which Terraform never heard of.
async fn environment(world: &World) -> Result<Runner> {
    let endpoint = world.sandbox().endpoint();
    let setup = Setup::with_peers(Client::Cli)?.aws(&endpoint, &Options::default().region);
    let here = elsewhere(&[(&["ec2", "eks", "elb", "sts"], &endpoint)]);
    let files = [
        ("network/main.tf", include_str!("network.tf")),
        ("network/cluster/main.tf", include_str!("cluster.tf")),
        ("network/sandbox_override.tf", here.as_str()),
    ];
    let terraform = Terraform::new(&files, setup).await?;
    for line in [&["init"][..], &["apply", "-auto-approve"]] {
        let all = [&["-chdir=network"], line].concat();
        terraform.run(&all).await?.success()?;
    }
    let subnet = terraform.run(&["-chdir=network", "output", "-json"]).await?;
    let subnet = subnet.success()?.json()?["subnet"]["value"].clone();
    let seed = json!({ "classic_load_balancers": [{
        "name": "a5f0c5d1e6d3b4c5f9a3e2b1c0d9e8f7", "subnets": [subnet],
        "tags": { "kubernetes.io/cluster/staging": "owned", "kubernetes.io/service-name": "shop/web" },
    }] });
    world
        .sandbox()
        .seed(&Seed::from_json(seed.to_string().as_bytes())?)?;
    Runner::new(terraform)
}

fn of(world: &World, kind: &str) -> Vec<Value> {
    world.sandbox().dump()[kind]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_goes_with_what_its_cluster_left_behind() -> Result<()> {
    let options = Options {
        time_scale: 0.005,
        ..Options::default()
    };
    in_world(
        World::start(options, &Seed::default()).await?,
        async |world: &World| {
            let runner = environment(world).await?.tell("inputs.confirm", "production");
            let before = changes(world);
            let refused = runner.job("destroy.yml", "destroy").await?;
            ensure!(refused.failed.as_deref() == Some("Is it meant?"), "{refused:?}");
            ensure!(changes(world) == before, "something was destroyed all the same");

            let runner = runner.tell("inputs.confirm", "staging");
            let ended = runner.job("destroy.yml", "destroy").await?;
            well(&ended)?;
            ensure!(ended.ran.len() == 4, "{:?}", ended.ran);
            for kind in ["classic_load_balancers", "eks_clusters"] {
                ensure!(of(world, kind).is_empty(), "{kind} are left");
            }
            ensure!(of(world, "vpcs").len() == 1, "not only the default VPC is left");
            let events = world.events();
            let deleted = events
                .iter()
                .find(|it| it["event"] == "call" && it["action"] == "DeleteLoadBalancer");
            let by = deleted
                .and_then(|it| it["client"].as_str())
                .context("nobody did")?;
            ensure!(by.contains("bluegreen-teardown"), "deleted by {by}");
            let network = runner.terraform.folder().join("network");
            ensure!(network.join("audit.jsonl").exists(), "no audit log");
            Ok(())
        },
    )
    .await
}
