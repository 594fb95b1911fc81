//! Cluster actions.
//!
//! Says of a cluster's certificate and address what nobody can connect to: no API server runs.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::{seconds, tags};
use crate::world::eks::{Cluster, Life, NewCluster};
use crate::world::{Refusal, Ruled, World};

/// Members that are kept and shown, and mean nothing here.
const ECHOED: &[&str] = &["encryptionConfig", "upgradePolicy", "zonalShiftConfig"];
/// Members for kinds of clusters that are not modelled.
const REFUSED: &[&str] = &[
    "outpostConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
];
pub(super) const LOG_TYPES: &[&str] = &["api", "audit", "authenticator", "controllerManager", "scheduler"];
/// `not a certificate`, in base64.
const CERTIFICATE: &str = "bm90IGEgY2VydGlmaWNhdGU=";

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    if let Some(name) = REFUSED.iter().find(|name| args.value(name).is_some()) {
        return Err(Refusal::new(
            "InvalidParameterException",
            format!("Member '{name}' is not supported"),
        ));
    }
    let network = args
        .structure("resourcesVpcConfig")?
        .ok_or_else(|| args.missing("resourcesVpcConfig"))?;
    let kubernetes = args.structure("kubernetesNetworkConfig")?;
    let cluster = world.create_cluster_eks(NewCluster {
        name: args.required("name")?.to_owned(),
        version: args.owned("version")?,
        role: args.required("roleArn")?.to_owned(),
        subnets: network.texts("subnetIds")?,
        security_groups: network.texts("securityGroupIds")?,
        public: network.boolean("endpointPublicAccess")?,
        private: network.boolean("endpointPrivateAccess")?,
        public_cidrs: network.texts("publicAccessCidrs")?,
        service_cidr: kubernetes.map_or(Ok(None), |it| it.owned("serviceIpv4Cidr"))?,
        logging: logging(args, &[])?.unwrap_or_default(),
        deletion_protection: args.boolean("deletionProtection")?.unwrap_or(false),
        token: args.owned("clientRequestToken")?,
        tags: tags::given(args)?,
        extra: args.only(ECHOED),
    })?;
    let name = cluster.name.clone();
    shown(world, &name)
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    shown(world, args.required("name")?)
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let names: Vec<&String> = world.eks.clusters.keys().collect();
    let (page, next) = page::by_token(args, names, 100)?;
    Ok(json!({ "clusters": page, "nextToken": next }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let name = args.required("name")?;
    world.delete_cluster_eks(name)?;
    shown(world, name)
}

/// The log types that are on after a call, if it says anything of them.
pub(super) fn logging(args: &Args<'_>, now: &[String]) -> Ruled<Option<Vec<String>>> {
    let Some(logging) = args.structure("logging")? else {
        return Ok(None);
    };
    let mut on: Vec<String> = now.to_vec();
    for setup in logging.structures("clusterLogging")? {
        let enabled = setup.boolean("enabled")?.unwrap_or(false);
        let types = setup.texts("types")?;
        if let Some(odd) = types.iter().find(|it| !LOG_TYPES.contains(&it.as_str())) {
            return Err(Refusal::new(
                "InvalidParameterException",
                format!("'{odd}' is no log type"),
            ));
        }
        on.retain(|it| !types.contains(it));
        if enabled {
            on.extend(types);
        }
    }
    on.sort();
    Ok(Some(on))
}

fn shown(world: &World, name: &str) -> Ruled<Value> {
    Ok(json!({ "cluster": cluster_json(world, world.cluster_eks(name)?) }))
}

/// AWS's picture of a cluster. What it has only once it is up is absent before.
pub fn cluster_json(world: &World, cluster: &Cluster) -> Value {
    let region = world.ids.region();
    let up = !matches!(cluster.life, Life::Creating(_));
    let issuer = format!("https://oidc.eks.{region}.amazonaws.com/id/{}", cluster.issuer);
    let endpoint = format!("https://{}.gr7.{region}.eks.amazonaws.com", cluster.issuer);
    let off: Vec<&&str> = LOG_TYPES
        .iter()
        .filter(|it| !cluster.logging.iter().any(|on| on == **it))
        .collect();
    let mut logging = Vec::new();
    if !cluster.logging.is_empty() {
        logging.push(json!({ "types": cluster.logging, "enabled": true }));
    }
    if !off.is_empty() {
        logging.push(json!({ "types": off, "enabled": false }));
    }
    let mut shown = json!({
        "name": cluster.name,
        "arn": cluster.arn,
        "createdAt": seconds(cluster.created),
        "version": cluster.version,
        "endpoint": up.then_some(endpoint),
        "roleArn": cluster.role,
        "resourcesVpcConfig": {
            "subnetIds": cluster.subnets,
            "securityGroupIds": cluster.security_groups,
            "clusterSecurityGroupId": up.then_some(&cluster.cluster_group),
            "vpcId": cluster.vpc,
            "endpointPublicAccess": cluster.endpoint.public,
            "endpointPrivateAccess": cluster.endpoint.private,
            "publicAccessCidrs": cluster.endpoint.public_cidrs,
        },
        "kubernetesNetworkConfig": { "serviceIpv4Cidr": cluster.service_cidr, "ipFamily": "ipv4" },
        "logging": { "clusterLogging": logging },
        "identity": up.then(|| json!({ "oidc": { "issuer": issuer } })),
        "status": cluster.life.name(),
        "certificateAuthority": up.then(|| json!({ "data": CERTIFICATE })),
        "clientRequestToken": cluster.token,
        "platformVersion": "eks.1",
        "tags": world.tags.get(&cluster.arn).cloned().unwrap_or_default(),
        "deletionProtection": cluster.deletion_protection,
    });
    for (name, value) in &cluster.extra {
        shown[name] = value.clone();
    }
    shown
}
