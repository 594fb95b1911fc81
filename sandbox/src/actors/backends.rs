//! Load balancers of the newer API with their listeners and target groups, and the group that all of a cluster share.
//!
//! Registers no targets: nothing would be served there.

use serde_json::{Value, json};

use super::aws::{Aws, there};
use super::{Place, groups, names};
use crate::world::{Refusal, Ruled};

/// A target group that a controller wants.
pub struct Group {
    pub name: String,
    pub protocol: &'static str,
    pub port: u16,
    pub target_type: &'static str,
    pub tags: Value,
}

/// The ARN of a load balancer by its name, if it is there.
pub fn balancer(aws: &mut Aws<'_>, name: &str) -> Ruled<Option<String>> {
    let found = aws.elbv2("DescribeLoadBalancers", json!({ "Names": [name] }));
    let found = there(found, "LoadBalancerNotFound")?;
    found
        .map(|it| text(&it["LoadBalancers"][0]["LoadBalancerArn"]))
        .transpose()
}

/// A target group and a listener that forwards everything to it.
pub fn forward(
    aws: &mut Aws<'_>,
    balancer: &str,
    place: &Place,
    group: &Group,
    listener: (&str, u16),
    listener_tags: Value,
) -> Ruled<()> {
    let made = aws.elbv2(
        "CreateTargetGroup",
        json!({
            "Name": group.name, "Protocol": group.protocol, "Port": group.port.to_string(), "VpcId": place.vpc,
            "TargetType": group.target_type, "Tags": group.tags,
        }),
    )?;
    let arn = text(&made["TargetGroups"][0]["TargetGroupArn"])?;
    let mut input = json!({
        "LoadBalancerArn": balancer, "Protocol": listener.0, "Port": listener.1.to_string(),
        "DefaultActions": [{ "Type": "forward", "TargetGroupArn": arn }],
    });
    if !listener_tags.is_null() {
        input["Tags"] = listener_tags;
    }
    aws.elbv2("CreateListener", input).map(|_| ())
}

/// By name; that it is gone is no refusal.
pub fn remove_group(aws: &mut Aws<'_>, name: &str) -> Ruled<()> {
    let found = aws.elbv2("DescribeTargetGroups", json!({ "Names": [name] }));
    let Some(found) = there(found, "TargetGroupNotFound")? else {
        return Ok(());
    };
    let arn = text(&found["TargetGroups"][0]["TargetGroupArn"])?;
    aws.elbv2("DeleteTargetGroup", json!({ "TargetGroupArn": arn }))
        .map(|_| ())
}

/// The group that every load balancer of the cluster has beside its own, let in by the nodes.
pub fn ensure(aws: &mut Aws<'_>, place: &Place) -> Ruled<String> {
    let tags = [
        ("elbv2.k8s.aws/cluster".to_owned(), place.cluster.clone()),
        ("elbv2.k8s.aws/resource".to_owned(), "backend-sg".to_owned()),
    ];
    let name = names::backend_group(&place.cluster);
    let description = "[k8s] Shared Backend SecurityGroup for LoadBalancer";
    let group = groups::ensure(aws, &place.vpc, &name, description, &tags)?;
    if let Some(nodes) = &place.node_group {
        groups::allow(aws, nodes, from_backend(&group))?;
    }
    Ok(group)
}

/// Last of all, when no load balancer of the cluster is left.
pub fn remove(aws: &mut Aws<'_>, place: &Place) -> Ruled<()> {
    let Some(group) = groups::find(aws, &place.vpc, &names::backend_group(&place.cluster))? else {
        return Ok(());
    };
    if let Some(nodes) = &place.node_group {
        groups::forbid(aws, nodes, from_backend(&group))?;
    }
    groups::remove(aws, &group)
}

fn from_backend(group: &str) -> Value {
    json!({
        "IpProtocol": "tcp", "FromPort": "0", "ToPort": "65535",
        "Groups": [{ "GroupId": group, "Description": "elbv2.k8s.aws/targetGroupBinding=shared" }],
    })
}

/// A member that every such answer has.
pub fn text(value: &Value) -> Ruled<String> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Refusal::new("InternalError", "an answer without an ARN"))
}
