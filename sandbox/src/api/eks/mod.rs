//! EKS's actions (API version 2017-11-01), found by method and path.
//!
//! Translates members to rules of the world and back; decides nothing itself.

mod clusters;
mod node_groups;
mod tags;
mod updates;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::args::Args;
use super::tag_limits;
use crate::wire::rest::Route;
use crate::world::{Refusal, Ruled, World};

pub(super) use clusters::cluster_json;
pub(super) use node_groups::node_group_json;

/// Where each action lives.
pub const ROUTES: &[Route] = &[
    ("POST", "/clusters", "CreateCluster"),
    ("GET", "/clusters", "ListClusters"),
    ("GET", "/clusters/{name}", "DescribeCluster"),
    ("DELETE", "/clusters/{name}", "DeleteCluster"),
    ("POST", "/clusters/{name}/update-config", "UpdateClusterConfig"),
    ("POST", "/clusters/{name}/updates", "UpdateClusterVersion"),
    ("GET", "/clusters/{name}/updates", "ListUpdates"),
    ("GET", "/clusters/{name}/updates/{updateId}", "DescribeUpdate"),
    ("POST", "/clusters/{clusterName}/node-groups", "CreateNodegroup"),
    ("GET", "/clusters/{clusterName}/node-groups", "ListNodegroups"),
    (
        "GET",
        "/clusters/{clusterName}/node-groups/{nodegroupName}",
        "DescribeNodegroup",
    ),
    (
        "DELETE",
        "/clusters/{clusterName}/node-groups/{nodegroupName}",
        "DeleteNodegroup",
    ),
    (
        "POST",
        "/clusters/{clusterName}/node-groups/{nodegroupName}/update-config",
        "UpdateNodegroupConfig",
    ),
    (
        "POST",
        "/clusters/{clusterName}/node-groups/{nodegroupName}/update-version",
        "UpdateNodegroupVersion",
    ),
    ("GET", "/tags/{resourceArn}", "ListTagsForResource"),
    ("POST", "/tags/{resourceArn}", "TagResource"),
    ("DELETE", "/tags/{resourceArn}", "UntagResource"),
];

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "InvalidParameterException");
    answer(world, action, args).unwrap_or_else(|| Err(unknown()))
}

/// No route leads to an action.
pub fn unknown() -> Refusal {
    Refusal::new("UnknownOperationException", "There is no such operation").with_status(404)
}

answers! { |world, args| {
    "CreateCluster" => clusters::create(world, args),
    "DescribeCluster" => clusters::describe(world, args),
    "ListClusters" => clusters::list(world, args),
    "DeleteCluster" => clusters::delete(world, args),
    "UpdateClusterConfig" => updates::cluster_config(world, args),
    "UpdateClusterVersion" => updates::cluster_version(world, args),
    "ListUpdates" => updates::list(world, args),
    "DescribeUpdate" => updates::describe(world, args),
    "CreateNodegroup" => node_groups::create(world, args),
    "DescribeNodegroup" => node_groups::describe(world, args),
    "ListNodegroups" => node_groups::list(world, args),
    "DeleteNodegroup" => node_groups::delete(world, args),
    "UpdateNodegroupConfig" => updates::node_group_config(world, args),
    "UpdateNodegroupVersion" => updates::node_group_version(world, args),
    "TagResource" => tags::tag(world, args),
    "UntagResource" => tags::untag(world, args),
    "ListTagsForResource" => tags::list(world, args),
} }

/// Seconds since 1970, as EKS writes time.
fn seconds(at: Timestamp) -> Value {
    json!(at.as_millisecond() as f64 / 1000.0)
}
