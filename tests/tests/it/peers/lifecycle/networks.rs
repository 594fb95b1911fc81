//! The real AWS provider and networks from nothing: what it makes, changes in place, imports and takes away again.
//!
//! No load balancer and no cluster here: what is judged is the sandbox's EC2.

use super::nothing_to_do;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use acceptance::{
    place,
    world::{World, in_world},
};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const MAIN: &str = include_str!("networks.tf");

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_provider_makes_changes_imports_and_destroys_networks_and_sees_no_drift() -> Result<()> {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    in_world(World::start(options, &Seed::default()).await?, through).await
}

async fn through(world: &World) -> Result<()> {
    let before = kinds(world);
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

    let later = ["-var=later=true"];
    let plan = terraform.plan(&later).await?;
    replaced(&plan.json)?;
    terraform.apply_plan(&plan).await?.success()?;
    nothing_to_do(&terraform, &later).await?;

    import(&terraform, &later).await?;

    terraform.destroy(&later).await?.success()?;
    let after = kinds(world);
    ensure!(
        before == after,
        "it began with {before:?}\nand is left with {after:?}"
    );
    Ok(())
}

/// Every id of every kind, as the dump has them.
fn kinds(world: &World) -> BTreeSet<String> {
    let dump = world.sandbox().dump();
    let kinds = [
        ("vpcs", "vpcId"),
        ("subnets", "subnetId"),
        ("internet_gateways", "internetGatewayId"),
        ("route_tables", "routeTableId"),
        ("network_acls", "networkAclId"),
        ("security_groups", "groupId"),
        ("interfaces", "networkInterfaceId"),
        ("addresses", "allocationId"),
        ("vpc_endpoints", "vpcEndpointId"),
    ];
    let ids = |kind: &str, id: &str| -> Vec<String> {
        let all = dump[kind].as_array().cloned().unwrap_or_default();
        all.iter()
            .filter_map(|it| it[id].as_str().map(str::to_owned))
            .collect()
    };
    kinds.into_iter().flat_map(|(kind, id)| ids(kind, id)).collect()
}

/// Terraform replaces what AWS cannot change: a rule's number, and a rule's words where they are part of its identity.
fn replaced(plan: &Value) -> Result<()> {
    let changes = plan["resource_changes"]
        .as_array()
        .context("a plan has changes")?;
    let mut replaced = BTreeSet::new();
    for change in changes {
        let address = change["address"].as_str().context("a change has an address")?;
        let actions = &change["change"]["actions"];
        if *actions == serde_json::json!(["delete", "create"]) {
            replaced.insert(address);
        } else {
            let kept = *actions == serde_json::json!(["update"]) || *actions == serde_json::json!(["no-op"]);
            ensure!(kept, "{address}: {actions}");
        }
    }
    ensure!(
        replaced == BTreeSet::from(["aws_network_acl_rule.ping"]),
        "replaced: {replaced:?}"
    );
    Ok(())
}

/// What Terraform has forgotten comes back under its id, and nothing is left to do.
async fn import(terraform: &Terraform, args: &[&str]) -> Result<()> {
    let things = [
        ("aws_vpc.plain", &["id"] as &[&str]),
        ("aws_subnet.private", &["id"]),
        ("aws_internet_gateway.door", &["id"]),
        ("aws_route_table.public", &["id"]),
        ("aws_route.out", &["route_table_id", "destination_cidr_block"]),
        ("aws_nat_gateway.out", &["id"]),
        ("aws_network_interface.card", &["id"]),
        ("aws_vpc_endpoint.behind", &["id"]),
        ("aws_network_acl.apart", &["id"]),
    ];
    let mut before = Vec::new();
    for (address, names) in things {
        let resource = terraform.resource(address).await?;
        let parts: Option<Vec<&str>> = names.iter().map(|name| resource[*name].as_str()).collect();
        let id = parts.with_context(|| format!("{address} is made"))?.join("_");
        before.push((address, id, resource));
    }
    let forget: Vec<&str> = ["state", "rm"].into_iter().chain(things.map(|it| it.0)).collect();
    terraform.run(&forget).await?.success()?;
    for (address, id, before) in before {
        terraform.import(address, &id, args).await?.success()?;
        let after = terraform.resource(address).await?;
        for name in ["id", "tags", "vpc_id", "cidr_block", "subnet_ids", "private_ips"] {
            let (before, after) = (&before[name], &after[name]);
            ensure!(before == after, "{address}, {name}: {before} is now {after}");
        }
    }
    nothing_to_do(terraform, args).await
}
