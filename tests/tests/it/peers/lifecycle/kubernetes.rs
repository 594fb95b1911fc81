//! The real AWS provider and an environment of Kubernetes: EKS, a classic and a network load balancer.
//!
//! Nobody acts in that Kubernetes here: what is judged is the sandbox's EKS, ELB and interfaces.

use super::{in_place, nothing_to_do};
use acceptance::terraform::{Client, Install, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::{
    place,
    world::{World, in_world},
};
use anyhow::{Result, ensure};
use sandbox::{Options, Seed};
use std::time::Duration;

const MAIN: &str = include_str!("kubernetes.tf");
const SOON: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_provider_creates_changes_and_destroys_a_kubernetes_environment_and_sees_no_drift()
-> Result<()> {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    in_world(World::start(options, &Seed::default()).await?, through).await
}

async fn through(world: &World) -> Result<()> {
    let install = Install::Mirror {
        provider: None,
        peers: Some(place::mirror()?),
    };
    let endpoint = world.sandbox().endpoint();
    let mut setup = Setup::new(Client::Cli, install).env("TF_VAR_endpoint", &endpoint);
    setup.deadline = Duration::from_secs(280);
    let terraform = Terraform::new(&[("main.tf", MAIN)], setup).await?;

    terraform.apply(&[]).await?.success()?;
    nothing_to_do(&terraform, &[]).await?;
    let interfaces = descriptions(world);
    for (start, count) in [
        ("ELB old", 2),
        ("ELB net/net/", 2),
        ("Amazon EKS main", 2),
        ("aws-K8S-i-", 1),
    ] {
        let found = interfaces.iter().filter(|it| it.starts_with(start)).count();
        ensure!(
            found == count,
            "{found} interfaces begin with {start}: {interfaces:?}"
        );
    }

    let later = ["-var=later=true"];
    let plan = terraform.plan(&later).await?;
    in_place(&plan.json)?;
    terraform.apply_plan(&plan).await?.success()?;
    nothing_to_do(&terraform, &later).await?;

    terraform.destroy(&later).await?.success()?;
    let dump = world.sandbox().dump();
    for kind in [
        "classic_load_balancers",
        "load_balancers",
        "eks_clusters",
        "node_groups",
    ] {
        let left = dump[kind].as_array().map_or(0, Vec::len);
        ensure!(left == 0, "{left} {kind} were left behind: {:#}", dump[kind]);
    }
    eventually(SOON, async || match descriptions(world).as_slice() {
        [] => Ok(()),
        left => Err(format!("left: {left:?}")),
    })
    .await
}

fn descriptions(world: &World) -> Vec<String> {
    let dump = world.sandbox().dump();
    let interfaces = dump["interfaces"].as_array().cloned().unwrap_or_default();
    interfaces
        .iter()
        .filter_map(|it| it["description"].as_str().map(str::to_owned))
        .collect()
}
