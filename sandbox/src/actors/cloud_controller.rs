//! The cloud controller of Kubernetes: a classic load balancer, or a network one, for each Service.
//!
//! Registers no nodes: nothing would be served there.

use serde_json::{Value, json};

use super::aws::{Aws, there};
use super::{KubernetesService, Object, Place, ServiceClass, backends, groups, names};
use crate::world::Ruled;

/// As the event log names it.
pub const CLIENT: &str = "app/cloud-controller-manager";

/// Makes what is missing, or takes away what a deleted Service had.
pub(super) fn reconcile(aws: &mut Aws<'_>, place: &Place, service: &Object<KubernetesService>) -> Ruled<()> {
    let name = names::of_cloud_controller(&service.uid);
    match (service.wanted.class, service.deleted) {
        (ServiceClass::Network, false) => ensure_network(aws, place, service, &name),
        (ServiceClass::Network, true) => remove_network(aws, place, service, &name),
        (_, false) => ensure_classic(aws, place, service, &name),
        (_, true) => remove_classic(aws, place, &name),
    }
}

fn ensure_classic(
    aws: &mut Aws<'_>,
    place: &Place,
    service: &Object<KubernetesService>,
    name: &str,
) -> Ruled<()> {
    let found = aws.elb("DescribeLoadBalancers", json!({ "LoadBalancerNames": [name] }));
    if there(found, "LoadBalancerNotFound")?.is_some() {
        return Ok(());
    }
    let wanted = &service.wanted;
    let key = format!("{}/{}", wanted.namespace, wanted.name);
    let description = format!("Security group for Kubernetes ELB {name} ({key})");
    let owned = vec![(
        format!("kubernetes.io/cluster/{}", place.cluster),
        "owned".to_owned(),
    )];
    let group = groups::ensure(aws, &place.vpc, &names::classic_group(name), &description, &owned)?;
    for port in &wanted.ports {
        groups::allow(aws, &group, groups::tcp_from("0.0.0.0/0", (*port, *port), None))?;
    }
    let listeners: Vec<Value> = wanted
        .ports
        .iter()
        .map(|port| {
            json!({
                "Protocol": "TCP", "LoadBalancerPort": port.to_string(), "InstanceProtocol": "TCP",
                "InstancePort": node_port(*port).to_string(),
            })
        })
        .collect();
    let mut input = json!({
        "LoadBalancerName": name, "Listeners": listeners, "Subnets": place.subnets,
        "SecurityGroups": [group], "Tags": tags(place, wanted),
    });
    if wanted.internal {
        input["Scheme"] = json!("internal");
    }
    aws.elb("CreateLoadBalancer", input)?;
    let first = wanted.ports.first().copied().unwrap_or(80);
    let check = json!({
        "Target": format!("TCP:{}", node_port(first)), "Interval": "10", "Timeout": "5",
        "UnhealthyThreshold": "6", "HealthyThreshold": "2",
    });
    aws.elb(
        "ConfigureHealthCheck",
        json!({ "LoadBalancerName": name, "HealthCheck": check }),
    )?;
    match &place.node_group {
        Some(nodes) => groups::allow(aws, nodes, groups::all_from(&group)),
        None => Ok(()),
    }
}

/// First the nodes' rule, then the load balancer, then its group, which waits for the interfaces.
fn remove_classic(aws: &mut Aws<'_>, place: &Place, name: &str) -> Ruled<()> {
    let group = groups::find(aws, &place.vpc, &names::classic_group(name))?;
    if let (Some(nodes), Some(group)) = (&place.node_group, &group) {
        groups::forbid(aws, nodes, groups::all_from(group))?;
    }
    let found = aws.elb("DescribeLoadBalancers", json!({ "LoadBalancerNames": [name] }));
    if there(found, "LoadBalancerNotFound")?.is_some() {
        aws.elb("DeleteLoadBalancer", json!({ "LoadBalancerName": name }))?;
    }
    group.map_or(Ok(()), |group| groups::remove(aws, &group))
}

fn ensure_network(
    aws: &mut Aws<'_>,
    place: &Place,
    service: &Object<KubernetesService>,
    name: &str,
) -> Ruled<()> {
    if backends::balancer(aws, name)?.is_some() {
        return Ok(());
    }
    let wanted = &service.wanted;
    let scheme = if wanted.internal {
        "internal"
    } else {
        "internet-facing"
    };
    let made = aws.elbv2(
        "CreateLoadBalancer",
        json!({
            "Name": name, "Type": "network", "Scheme": scheme, "Subnets": place.subnets,
            "Tags": tags(place, wanted),
        }),
    )?;
    let arn = backends::text(&made["LoadBalancers"][0]["LoadBalancerArn"])?;
    for port in &wanted.ports {
        let group = backends::Group {
            name: target_group(place, wanted, *port),
            protocol: "TCP",
            port: node_port(*port),
            target_type: "instance",
            tags: tags(place, wanted),
        };
        backends::forward(aws, &arn, place, &group, ("TCP", *port), Value::Null)?;
    }
    let Some(nodes) = &place.node_group else {
        return Ok(());
    };
    network_rules(wanted, name)
        .into_iter()
        .try_for_each(|rule| groups::allow(aws, nodes, rule))
}

fn remove_network(
    aws: &mut Aws<'_>,
    place: &Place,
    service: &Object<KubernetesService>,
    name: &str,
) -> Ruled<()> {
    let wanted = &service.wanted;
    if let Some(arn) = backends::balancer(aws, name)? {
        aws.elbv2("DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }))?;
    }
    for port in &wanted.ports {
        backends::remove_group(aws, &target_group(place, wanted, *port))?;
    }
    let Some(nodes) = &place.node_group else {
        return Ok(());
    };
    network_rules(wanted, name)
        .into_iter()
        .try_for_each(|rule| groups::forbid(aws, nodes, rule))
}

/// Clients, health checks and path discovery, each told by its description.
fn network_rules(wanted: &KubernetesService, name: &str) -> Vec<Value> {
    let mut rules = Vec::new();
    for port in &wanted.ports {
        let port = node_port(*port);
        for (from, what) in [("0.0.0.0/0", "client"), ("10.0.0.0/8", "health")] {
            let description = format!("kubernetes.io/rule/nlb/{what}={name}");
            rules.push(groups::tcp_from(from, (port, port), Some(&description)));
        }
    }
    let mtu = json!({
        "IpProtocol": "icmp", "FromPort": "3", "ToPort": "4",
        "IpRanges": [{ "CidrIp": "0.0.0.0/0", "Description": format!("kubernetes.io/rule/nlb/mtu={name}") }],
    });
    rules.push(mtu);
    rules
}

fn tags(place: &Place, wanted: &KubernetesService) -> Value {
    json!([
        { "Key": "kubernetes.io/service-name", "Value": format!("{}/{}", wanted.namespace, wanted.name) },
        { "Key": format!("kubernetes.io/cluster/{}", place.cluster), "Value": "owned" },
    ])
}

fn target_group(place: &Place, wanted: &KubernetesService, port: u16) -> String {
    let (outer, inner) = (port.to_string(), node_port(port).to_string());
    let parts = [
        place.cluster.as_str(),
        &wanted.namespace,
        &wanted.name,
        &outer,
        &inner,
        "TCP",
        "instance",
    ];
    names::in_three(&wanted.namespace, &wanted.name, &names::sha1(&parts))
}

/// The port that every node would listen on for the Service's port.
pub(super) fn node_port(port: u16) -> u16 {
    30_000 + port % 2_768
}
