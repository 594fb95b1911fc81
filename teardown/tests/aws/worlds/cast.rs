//! A made world as a cloud that answers calls: what its inventory lists is there, what it could not read is refused.

use crate::cloud::{Balancer, Cloud, Group, Interface, Rule, Target, Way};
use crate::maker::Made;
use teardown::inventory::{
    Cluster, Direction, Kind, LoadBalancer, NetworkInterface, Reading, SecurityGroup, TargetGroup,
};

const ELSEWHERE: &str = "vpc-elsewhere";

/// The cloud, and the action that is always refused where a listing has a gap.
pub fn cast(made: &Made) -> (Cloud, Option<&'static str>) {
    let it = &made.inventory;
    let vpc = it.vpc.id.clone();
    let mut cloud = Cloud {
        vpc: vpc.clone(),
        owner: it.vpc.owner.clone(),
        subnets: it
            .subnets
            .items
            .iter()
            .map(|it| (it.id.clone(), it.owner.clone()))
            .collect(),
        classic: it.classic.items.iter().map(balancer).collect(),
        modern: it.modern.items.iter().map(balancer).collect(),
        targets: it.target_groups.items.iter().map(target).collect(),
        groups: it
            .security_groups
            .items
            .iter()
            .map(|it| group(it, &vpc))
            .collect(),
        interfaces: it.interfaces.items.iter().map(|it| interface(it, &vpc)).collect(),
        ..Cloud::default()
    };
    let services = it.endpoint_services.items.iter();
    cloud.services = services
        .map(|it| (it.id.clone(), it.load_balancers.clone()))
        .collect();
    for (name, says) in &it.clusters {
        let says = match says {
            Cluster::Found(status) => status.clone(),
            Cluster::Unread(_) => "DENIED".to_owned(),
            Cluster::NotFound => continue,
        };
        cloud.clusters.insert(name.clone(), says);
    }
    for it in it.classic.items.iter().chain(&it.modern.items) {
        if matches!(it.tags, Reading::Unread(_)) {
            let classic = it.kind == Kind::Classic;
            cloud
                .silent
                .insert(if classic { &it.name } else { &it.arn }.clone());
        }
    }
    strangers(&mut cloud);
    let gaps = [
        (&it.classic.gap, "classic"),
        (&it.modern.gap, "modern"),
        (&it.target_groups.gap, "elasticloadbalancing:DescribeTargetGroups"),
        (&it.interfaces.gap, "ec2:DescribeNetworkInterfaces"),
        (&it.security_groups.gap, "ec2:DescribeSecurityGroups"),
        (
            &it.endpoint_services.gap,
            "ec2:DescribeVpcEndpointServiceConfigurations",
        ),
    ];
    let gap = gaps.into_iter().find(|(gap, _)| gap.is_some());
    (cloud, gap.map(|(_, action)| action))
}

/// The same in another VPC: a filter that is not sent, or not minded, shows.
fn strangers(cloud: &mut Cloud) {
    let mut groups = cloud.groups.clone();
    for it in &mut groups {
        it.id.push_str("-elsewhere");
        it.vpc = ELSEWHERE.to_owned();
        it.rules.clear();
    }
    cloud.groups.extend(groups);
    let mut interfaces = cloud.interfaces.clone();
    for it in &mut interfaces {
        it.id.push_str("-elsewhere");
        it.vpc = ELSEWHERE.to_owned();
        it.description.push_str("-elsewhere");
        it.groups.clear();
    }
    cloud.interfaces.extend(interfaces);
}

fn balancer(it: &LoadBalancer) -> Balancer {
    let classic = it.kind == Kind::Classic;
    Balancer {
        name: it.name.clone(),
        arn: if classic { String::new() } else { it.arn.clone() },
        kind: match it.kind {
            Kind::Classic => "classic",
            Kind::Network => "network",
            _ => "application",
        },
        created: it.created_at.to_string(),
        scheme: it.scheme.clone(),
        vpc: it.vpc.clone().unwrap_or_default(),
        subnets: it.subnets.clone(),
        groups: it.security_groups.clone(),
        tags: match &it.tags {
            Reading::Read(tags) => tags.clone(),
            Reading::Unread(_) => Default::default(),
        },
        protected: it.protected == Some(true),
    }
}

fn target(it: &TargetGroup) -> Target {
    Target {
        name: it.name.clone(),
        arn: it.arn.clone(),
        vpc: it.vpc.clone().unwrap_or_default(),
        balancers: it.load_balancers.clone(),
        tags: match &it.tags {
            Reading::Read(tags) => tags.clone(),
            Reading::Unread(_) => Default::default(),
        },
    }
}

fn group(it: &SecurityGroup, vpc: &str) -> Group {
    let rules = it.references.iter().map(|it| {
        let way = match it.direction {
            Direction::Ingress => Way::In,
            Direction::Egress => Way::Out,
        };
        let peer = it.peer.clone();
        (it.rule.clone(), Rule { peer, way })
    });
    Group {
        id: it.id.clone(),
        name: it.name.clone(),
        owner: it.owner.clone(),
        description: it.description.clone(),
        vpc: vpc.to_owned(),
        tags: it.tags.clone(),
        rules: rules.collect(),
    }
}

fn interface(it: &NetworkInterface, vpc: &str) -> Interface {
    Interface {
        id: it.id.clone(),
        description: it.description.clone(),
        vpc: vpc.to_owned(),
        subnet: it.subnet.clone(),
        in_use: it.in_use,
        managed: it.requester_managed,
        attached: it.attached_to.clone(),
        groups: it.security_groups.clone(),
        tags: it.tags.clone(),
        released: None,
    }
}
