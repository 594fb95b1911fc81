//! Changing actions, and the updates by which their progress is seen.
//!
//! One kind of change a call, as EKS wants it.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::{clusters, node_groups, seconds};
use crate::world::eks::{ClusterChange, NodeGroupChange, Update};
use crate::world::{Refusal, Ruled, World};

pub fn cluster_config(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let name = args.required("name")?;
    let now = world.cluster_eks(name)?.logging.clone();
    let mut changes = Vec::new();
    if let Some(network) = args.structure("resourcesVpcConfig")? {
        changes.push(ClusterChange::Endpoint {
            public: network.boolean("endpointPublicAccess")?,
            private: network.boolean("endpointPrivateAccess")?,
            public_cidrs: network.texts("publicAccessCidrs")?,
        });
    }
    if let Some(types) = clusters::logging(args, &now)? {
        changes.push(ClusterChange::Logging(types));
    }
    if let Some(on) = args.boolean("deletionProtection")? {
        changes.push(ClusterChange::DeletionProtection(on));
    }
    let change = changes.pop().filter(|_| changes.is_empty()).ok_or_else(|| {
        Refusal::new(
            "InvalidParameterException",
            "Exactly one type of update can be requested at a time",
        )
    })?;
    let update = world.change_cluster(name, change)?;
    Ok(json!({ "update": update_json(&update) }))
}

pub fn cluster_version(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let version = args.required("version")?.to_owned();
    let update = world.change_cluster(args.required("name")?, ClusterChange::Version(version))?;
    Ok(json!({ "update": update_json(&update) }))
}

pub fn node_group_version(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let change = NodeGroupChange::Version {
        version: args.owned("version")?,
        release: args.owned("releaseVersion")?,
    };
    change_group(world, args, change)
}

pub fn node_group_config(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let mut change = (Default::default(), Vec::new());
    if let Some(labels) = args.structure("labels")? {
        change = (labels.map("addOrUpdateLabels")?, labels.texts("removeLabels")?);
    }
    let change = NodeGroupChange::Config {
        scaling: node_groups::scaling(args)?,
        labels: change.0,
        removed_labels: change.1,
        extra: args.only(&["updateConfig", "nodeRepairConfig"]),
    };
    change_group(world, args, change)
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let (cluster, id) = (args.required("name")?, args.required("updateId")?);
    let update = world.update(cluster, args.text("nodegroupName")?, id)?;
    Ok(json!({ "update": update_json(update) }))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let updates = world.updates(args.required("name")?, args.text("nodegroupName")?)?;
    let ids: Vec<&String> = updates.iter().map(|it| &it.id).collect();
    let (page, next) = page::by_token(args, ids, 100)?;
    Ok(json!({ "updateIds": page, "nextToken": next }))
}

fn change_group(world: &mut World, args: &Args<'_>, change: NodeGroupChange) -> Ruled<Value> {
    let (cluster, name) = (args.required("clusterName")?, args.required("nodegroupName")?);
    let update = world.change_node_group(cluster, name, change)?;
    Ok(json!({ "update": update_json(&update) }))
}

fn update_json(update: &Update) -> Value {
    let params = update
        .params
        .iter()
        .map(|(kind, value)| json!({ "type": kind, "value": value }));
    json!({
        "id": update.id, "status": update.status.name(), "type": update.kind,
        "params": params.collect::<Vec<_>>(), "createdAt": seconds(update.created), "errors": [],
    })
}
