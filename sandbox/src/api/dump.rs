//! The whole world as JSON, with the members AWS's own answers have.
//!
//! For logs, failing tests and the admin routes; nothing reads it back.

use serde_json::{Value, json};

use super::{autoscaling, ec2, ecs, eks, elb, elbv2};
use crate::world::World;
use crate::world::elbv2::TargetGroup;

/// Everything there is, each kind as a list.
pub fn dump(world: &World) -> Value {
    let elb = &world.elbv2;
    let rules = elb
        .listeners
        .keys()
        .flat_map(|listener| elb.rules_of(listener))
        .map(|rule| {
            let mut shown = elbv2::rule_json(rule);
            shown["ListenerArn"] = json!(rule.listener);
            shown
        });
    let node_groups = world.eks.clusters.values().flat_map(|cluster| {
        let groups = cluster.node_groups.values();
        groups.map(|it| eks::node_group_json(world, &cluster.name, it))
    });
    let networks = &world.ec2;
    let definitions = world.ecs.task_definitions.values().flatten();
    json!({
        "classic_load_balancers":
            world.elb.load_balancers.values().map(|it| elb::classic_json(world, it)).collect::<Vec<_>>(),
        "load_balancers":
            elb.load_balancers.values().map(|it| elbv2::load_balancer_json(world, it)).collect::<Vec<_>>(),
        "listeners": elb.listeners.values().map(|it| elbv2::listener_json(world, it)).collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "target_groups": elb.target_groups.values().map(|it| group(world, it)).collect::<Vec<_>>(),
        "clusters": world.ecs.clusters.values().map(|it| ecs::cluster_json(world, it, true)).collect::<Vec<_>>(),
        "task_definitions": definitions.map(ecs::task_definition_json).collect::<Vec<_>>(),
        "services": world.ecs.services.values().map(|it| ecs::service_json(world, it)).collect::<Vec<_>>(),
        "tasks": world.ecs.tasks.values().map(|it| ecs::task_json(world, it)).collect::<Vec<_>>(),
        "scalable_targets":
            world.ecs.scalable.iter().map(|(key, it)| autoscaling::target_json(world, key, it)).collect::<Vec<_>>(),
        "eks_clusters": world.eks.clusters.values().map(|it| eks::cluster_json(world, it)).collect::<Vec<_>>(),
        "node_groups": node_groups.collect::<Vec<_>>(),
        "vpcs": networks.vpcs.values().map(|it| ec2::vpc_json(world, it)).collect::<Vec<_>>(),
        "subnets": networks.subnets.values().map(|it| ec2::subnet_json(world, it)).collect::<Vec<_>>(),
        "security_groups":
            networks.security_groups.values().map(|it| ec2::group_json(world, it)).collect::<Vec<_>>(),
        "internet_gateways":
            networks.internet_gateways.values().map(|it| ec2::gateway_json(world, it)).collect::<Vec<_>>(),
        "route_tables": networks.route_tables.values().map(|it| ec2::table_json(world, it)).collect::<Vec<_>>(),
        "network_acls": networks.network_acls.values().map(|it| ec2::acl_json(world, it)).collect::<Vec<_>>(),
        "addresses": networks.addresses.values().map(|it| ec2::address_json(world, it)).collect::<Vec<_>>(),
        "nat_gateways": networks.nat_gateways.values().map(|it| ec2::nat_json(world, it)).collect::<Vec<_>>(),
        "vpc_endpoints": networks.endpoints.values().map(|it| ec2::endpoint_json(world, it)).collect::<Vec<_>>(),
        "endpoint_services": networks
            .endpoint_services
            .values()
            .map(|it| ec2::endpoint_service_json(world, it))
            .collect::<Vec<_>>(),
        "interfaces": networks.interfaces.values().map(|it| ec2::interface_json(world, it)).collect::<Vec<_>>(),
        "tags": world.tags,
        "lagging_listeners": world.elbv2.propagation.lagging().collect::<Vec<_>>(),
    })
}

fn group(world: &World, group: &TargetGroup) -> Value {
    let targets = group.targets.values().map(|target| {
        json!({ "target": target.addr.to_string(), "state": target.state.name(), "reason": target.reason_code() })
    });
    let mut shown = elbv2::target_group_json(world, group);
    shown["Targets"] = targets.collect();
    shown["Attributes"] = json!(group.attributes);
    shown
}
