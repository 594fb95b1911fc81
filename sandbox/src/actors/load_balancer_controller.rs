//! The AWS Load Balancer Controller: a network load balancer for each Service of its class, an application load
//! balancer for each Ingress or group of them.
//!
//! Registers no targets. Ingresses of one group share a load balancer; it goes with the last of them.

use serde_json::{Value, json};

use super::aws::Aws;
use super::cloud_controller::node_port;
use super::{KubernetesIngress, KubernetesService, Object, Place, backends, groups, names};
use crate::world::Ruled;

/// As the event log names it.
pub const CLIENT: &str = "app/aws-load-balancer-controller";

/// A load balancer that the controller wants, whatever it is for.
struct Stack {
    balancer: String,
    kind: &'static str,
    scheme: &'static str,
    group: String,
    /// `service.k8s.aws` or `ingress.k8s.aws`.
    prefix: &'static str,
    stack: String,
    ports: Vec<Port>,
}

struct Port {
    listener: (&'static str, u16),
    group: String,
    port: u16,
    resource: String,
}

pub(super) fn service(aws: &mut Aws<'_>, place: &Place, service: &Object<KubernetesService>) -> Ruled<()> {
    let wanted = &service.wanted;
    let scheme = if wanted.internal {
        "internal"
    } else {
        "internet-facing"
    };
    let (namespace, name, uid) = (&wanted.namespace, &wanted.name, &service.uid);
    let balancer = names::sha256(&[&place.cluster, uid, scheme]);
    let group = names::sha256(&[&place.cluster, name, namespace, uid]);
    let ports = wanted.ports.iter().map(|port| {
        let outer = port.to_string();
        let hash = names::sha256(&[&place.cluster, uid, &outer, "ip", "TCP"]);
        Port {
            listener: ("TCP", *port),
            group: names::in_three(namespace, name, &hash),
            port: node_port(*port),
            resource: format!("{namespace}/{name}:{port}"),
        }
    });
    let stack = Stack {
        balancer: names::in_three(namespace, name, &balancer),
        kind: "network",
        scheme,
        group: names::in_three(namespace, name, &group),
        prefix: "service.k8s.aws",
        stack: format!("{namespace}/{name}"),
        ports: ports.collect(),
    };
    settle(aws, place, &stack, service.deleted)
}

pub(super) fn ingress(aws: &mut Aws<'_>, place: &Place, ingress: &Object<KubernetesIngress>) -> Ruled<()> {
    let wanted = &ingress.wanted;
    let scheme = if wanted.internal {
        "internal"
    } else {
        "internet-facing"
    };
    let (namespace, name) = (&wanted.namespace, &wanted.name);
    let stack = wanted
        .group
        .clone()
        .unwrap_or_else(|| format!("{namespace}/{name}"));
    let named = |hash: &str| match &wanted.group {
        Some(group) => names::in_two(group, hash),
        None => names::in_three(namespace, name, hash),
    };
    let target = names::sha256(&[&place.cluster, &stack, namespace, &wanted.service, "http", "ip"]);
    let stack = Stack {
        balancer: named(&names::sha256(&[&place.cluster, &stack, scheme])),
        kind: "application",
        scheme,
        group: named(&names::sha256(&[&place.cluster, &stack])),
        prefix: "ingress.k8s.aws",
        ports: vec![Port {
            listener: ("HTTP", 80),
            group: names::in_three(namespace, &wanted.service, &target),
            port: 80,
            resource: format!("{namespace}/{name}-{}:80", wanted.service),
        }],
        stack,
    };
    settle(aws, place, &stack, ingress.deleted)
}

fn settle(aws: &mut Aws<'_>, place: &Place, stack: &Stack, deleted: bool) -> Ruled<()> {
    if deleted {
        return remove(aws, place, stack);
    }
    if backends::balancer(aws, &stack.balancer)?.is_some() {
        return Ok(());
    }
    let tags = [
        ("elbv2.k8s.aws/cluster".to_owned(), place.cluster.clone()),
        (format!("{}/stack", stack.prefix), stack.stack.clone()),
        (
            format!("{}/resource", stack.prefix),
            "ManagedLBSecurityGroup".to_owned(),
        ),
    ];
    let description = "[k8s] Managed SecurityGroup for LoadBalancer";
    let front = groups::ensure(aws, &place.vpc, &stack.group, description, &tags)?;
    for port in &stack.ports {
        let (_, outer) = port.listener;
        groups::allow(aws, &front, groups::tcp_from("0.0.0.0/0", (outer, outer), None))?;
    }
    let backend = backends::ensure(aws, place)?;
    let made = aws.elbv2(
        "CreateLoadBalancer",
        json!({
            "Name": stack.balancer, "Type": stack.kind, "Scheme": stack.scheme, "Subnets": place.subnets,
            "SecurityGroups": [front, backend], "Tags": stack.tags(place, "LoadBalancer"),
        }),
    )?;
    let arn = backends::text(&made["LoadBalancers"][0]["LoadBalancerArn"])?;
    for port in &stack.ports {
        let group = backends::Group {
            name: port.group.clone(),
            protocol: port.listener.0,
            port: port.port,
            target_type: "ip",
            tags: stack.tags(place, &port.resource),
        };
        let listener_tags = stack.tags(place, &port.listener.1.to_string());
        backends::forward(aws, &arn, place, &group, port.listener, listener_tags)?;
    }
    Ok(())
}

fn remove(aws: &mut Aws<'_>, place: &Place, stack: &Stack) -> Ruled<()> {
    if let Some(arn) = backends::balancer(aws, &stack.balancer)? {
        aws.elbv2("DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }))?;
    }
    for port in &stack.ports {
        backends::remove_group(aws, &port.group)?;
    }
    let front = groups::find(aws, &place.vpc, &stack.group)?;
    front.map_or(Ok(()), |front| groups::remove(aws, &front))
}

impl Stack {
    fn tags(&self, place: &Place, resource: &str) -> Value {
        json!([
            { "Key": "elbv2.k8s.aws/cluster", "Value": place.cluster },
            { "Key": format!("{}/stack", self.prefix), "Value": self.stack },
            { "Key": format!("{}/resource", self.prefix), "Value": resource },
        ])
    }
}
