//! Node group actions.
//!
//! Launch templates and remote access are refused: nothing here would follow them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::{seconds, tags};
use crate::world::eks::{NewNodeGroup, NodeGroup, Scaling};
use crate::world::{Refusal, Ruled, World};

/// Members that are kept and shown, and mean nothing here.
const ECHOED: &[&str] = &["taints", "updateConfig", "nodeRepairConfig"];
const REFUSED: &[&str] = &["launchTemplate", "remoteAccess", "warmPoolConfig"];

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    if let Some(name) = REFUSED.iter().find(|name| args.value(name).is_some()) {
        return Err(Refusal::new(
            "InvalidParameterException",
            format!("Member '{name}' is not supported"),
        ));
    }
    let cluster = args.required("clusterName")?;
    let group = world.create_node_group(
        cluster,
        NewNodeGroup {
            name: args.required("nodegroupName")?.to_owned(),
            version: args.owned("version")?,
            release: args.owned("releaseVersion")?,
            role: args.required("nodeRole")?.to_owned(),
            subnets: args.texts("subnets")?,
            scaling: scaling(args)?,
            instance_types: args.texts("instanceTypes")?,
            ami: args.owned("amiType")?,
            capacity: args.owned("capacityType")?,
            disk: args.count("diskSize")?,
            labels: args.map("labels")?,
            tags: tags::given(args)?,
            extra: args.only(ECHOED),
        },
    )?;
    let name = group.name.clone();
    shown(world, cluster, &name)
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    shown(
        world,
        args.required("clusterName")?,
        args.required("nodegroupName")?,
    )
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = world.cluster_eks(args.required("clusterName")?)?;
    let names: Vec<&String> = cluster.node_groups.keys().collect();
    let (page, next) = page::by_token(args, names, 100)?;
    Ok(json!({ "nodegroups": page, "nextToken": next }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (cluster, name) = (args.required("clusterName")?, args.required("nodegroupName")?);
    world.delete_node_group(cluster, name)?;
    shown(world, cluster, name)
}

pub(super) fn scaling(args: &Args<'_>) -> Ruled<Option<Scaling>> {
    let Some(given) = args.structure("scalingConfig")? else {
        return Ok(None);
    };
    let min = given.count("minSize")?.unwrap_or(1);
    let max = given.count("maxSize")?.unwrap_or(min.max(2));
    Ok(Some(Scaling {
        min,
        max,
        desired: given.count("desiredSize")?.unwrap_or(min),
    }))
}

fn shown(world: &World, cluster: &str, name: &str) -> Ruled<Value> {
    Ok(json!({ "nodegroup": node_group_json(world, cluster, world.node_group(cluster, name)?) }))
}

/// AWS's picture of a node group.
pub fn node_group_json(world: &World, cluster: &str, group: &NodeGroup) -> Value {
    let scaling = group.scaling;
    let labels: Option<&BTreeMap<String, String>> = Some(&group.labels).filter(|it| !it.is_empty());
    let mut shown = json!({
        "nodegroupName": group.name,
        "nodegroupArn": group.arn,
        "clusterName": cluster,
        "version": group.version,
        "releaseVersion": group.release,
        "createdAt": seconds(group.created),
        "modifiedAt": seconds(group.modified),
        "status": group.life.name(),
        "capacityType": group.capacity,
        "scalingConfig": { "minSize": scaling.min, "maxSize": scaling.max, "desiredSize": scaling.desired },
        "instanceTypes": group.instance_types,
        "subnets": group.subnets,
        "amiType": group.ami,
        "nodeRole": group.role,
        "labels": labels,
        "resources": { "autoScalingGroups": [{ "name": group.scaling_group }] },
        "diskSize": group.disk,
        "health": { "issues": [] },
        "updateConfig": { "maxUnavailable": 1 },
        "tags": world.tags.get(&group.arn).cloned().unwrap_or_default(),
    });
    for (name, value) in &group.extra {
        shown[name] = value.clone();
    }
    shown
}
