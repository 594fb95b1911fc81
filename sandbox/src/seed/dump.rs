//! The world as a seed that makes one like it.
//!
//! Says what a seed can say: everything named and asked for. What runs, its health and its history start anew.

use std::collections::BTreeMap;

use super::{
    FixedResponse, Seed, SeedAction, SeedAutoscaling, SeedCircuitBreaker, SeedClassic, SeedConditions,
    SeedEks, SeedForward, SeedHeader, SeedHealthCheck, SeedListener, SeedLoadBalancer, SeedQuery,
    SeedRedirect, SeedRevision, SeedRule, SeedService, SeedTargetGroup, SeedTaskDefinition, SeedWeight,
};
use crate::world::World;
use crate::world::ec2::DEFAULT_VPC;
use crate::world::ecs::{Service, ServiceStatus, TaskDefinition};
use crate::world::elbv2::{
    Action, ActionKind, Condition, Kind, Listener, LoadBalancer, Rule, TargetGroup, default_attributes,
};

impl Seed {
    /// What a seed would have to say to make this world.
    ///
    /// Left out, since a seed cannot say it: container definitions beyond environment and port, the second target group
    /// of a service, regular expressions, order and content type of actions, settings the sandbox only echoes, services
    /// and clusters that were deleted. A rule that changed its priority comes back under another ARN.
    pub fn of(world: &World) -> Self {
        let elb = &world.elbv2;
        let rules = elb
            .listeners
            .values()
            .flat_map(|listener| {
                let rules = elb.rules_of(&listener.arn).into_iter();
                rules.map(move |rule| (listener, rule))
            })
            .filter_map(|(listener, it)| rule(world, listener, it));
        let clusters = world.ecs.clusters.values().filter(|cluster| cluster.active);
        let services = world.ecs.services.values();
        let networks = super::networks::networks(world);
        let plumbing = super::written::plumbing(world);
        Self {
            vpcs: networks.vpcs,
            security_groups: networks.security_groups,
            instances: networks.instances,
            interfaces: networks.interfaces,
            addresses: plumbing.addresses,
            nat_gateways: plumbing.nat_gateways,
            route_tables: plumbing.route_tables,
            vpc_endpoints: plumbing.vpc_endpoints,
            network_acls: plumbing.network_acls,
            classic_load_balancers: world
                .elb
                .load_balancers
                .values()
                .map(|it| SeedClassic::of(world, it))
                .collect(),
            eks_clusters: world
                .eks
                .clusters
                .values()
                .filter_map(|it| SeedEks::of(world, it))
                .collect(),
            // What Kubernetes wants, its controllers know.
            kubernetes: Vec::new(),
            load_balancers: elb
                .load_balancers
                .values()
                .map(|it| balancer(world, it))
                .collect(),
            target_groups: elb.target_groups.values().map(|it| group(world, it)).collect(),
            listeners: elb.listeners.values().map(|it| listener(world, it)).collect(),
            rules: rules.collect(),
            clusters: clusters.map(|cluster| cluster.name.clone()).collect(),
            task_definitions: world
                .ecs
                .task_definitions
                .iter()
                .map(|(family, revisions)| SeedTaskDefinition {
                    family: family.clone(),
                    revisions: revisions.iter().map(|it| revision(world, it)).collect(),
                })
                .collect(),
            services: services
                .filter(|it| it.status == ServiceStatus::Active)
                .map(|it| service(world, it))
                .collect(),
        }
    }
}

fn balancer(world: &World, balancer: &LoadBalancer) -> SeedLoadBalancer {
    SeedLoadBalancer {
        name: balancer.name.clone(),
        kind: balancer.kind.into(),
        internal: balancer.scheme == "internal",
        subnets: balancer.subnets.clone(),
        security_groups: balancer.security_groups.clone(),
        tags: tags(world, &balancer.arn),
        attributes: changed(&balancer.attributes, default_attributes(balancer.kind).0),
    }
}

fn group(world: &World, group: &TargetGroup) -> SeedTargetGroup {
    let of_task = |addr| world.ecs.tasks.values().any(|task| task.address == Some(addr));
    SeedTargetGroup {
        name: group.name.clone(),
        port: group.port,
        protocol: Some(group.protocol.clone()).filter(|it| it != "HTTP"),
        vpc: Some(group.vpc_id.clone()).filter(|it| it != DEFAULT_VPC),
        health_check: SeedHealthCheck {
            path: Some(group.health.path.clone()),
            interval_seconds: Some(group.health.interval),
            timeout_seconds: Some(group.health.timeout),
            healthy_threshold: Some(group.health.healthy),
            unhealthy_threshold: Some(group.health.unhealthy),
        },
        tags: tags(world, &group.arn),
        attributes: changed(
            &group.attributes,
            default_attributes(Kind::of_protocol(&group.protocol).unwrap_or_default()).1,
        ),
        targets: group
            .targets
            .keys()
            .copied()
            .filter(|addr| !of_task(*addr))
            .collect(),
        ..SeedTargetGroup::default()
    }
}

fn listener(world: &World, listener: &Listener) -> SeedListener {
    let rule = world.elbv2.rules.get(&listener.default_rule);
    SeedListener {
        load_balancer: balancer_name(world, &listener.load_balancer),
        port: listener.port,
        default: rule
            .and_then(|rule| action(world, rule.actions.last()?))
            .unwrap_or_default(),
        certificate_arn: listener.certificates.first().cloned(),
        tags: tags(world, &listener.arn),
    }
}

/// None for a default rule.
fn rule(world: &World, listener: &Listener, rule: &Rule) -> Option<SeedRule> {
    Some(SeedRule {
        load_balancer: balancer_name(world, &listener.load_balancer),
        port: listener.port,
        priority: rule.priority?,
        conditions: conditions(&rule.conditions),
        action: action(world, rule.actions.last()?)?,
        tags: tags(world, &rule.arn),
    })
}

fn conditions(conditions: &[Condition]) -> SeedConditions {
    let mut seed = SeedConditions::default();
    for condition in conditions {
        match condition {
            Condition::Host(values) => seed.host_headers.clone_from(&values.wildcards),
            Condition::Path(values) => seed.path_patterns.clone_from(&values.wildcards),
            Condition::Method(values) => seed.http_methods.clone_from(values),
            Condition::SourceIp(nets) => seed.source_ips = nets.iter().map(ToString::to_string).collect(),
            Condition::Header { name, values } => seed.http_headers.push(SeedHeader {
                name: name.clone(),
                values: values.wildcards.clone(),
            }),
            Condition::Query(pairs) => {
                let pairs = pairs.iter().cloned();
                seed.query_strings
                    .extend(pairs.map(|(key, value)| SeedQuery { key, value }));
            }
        }
    }
    seed
}

fn action(world: &World, action: &Action) -> Option<SeedAction> {
    Some(match &action.kind {
        ActionKind::FixedResponse { status, body, .. } => SeedAction::FixedResponse(FixedResponse {
            status: *status,
            body: body.clone().unwrap_or_default(),
        }),
        ActionKind::Forward(forward) => {
            let groups = forward.groups.iter().map(|(arn, weight)| SeedWeight {
                name: group_name(world, arn),
                weight: *weight,
            });
            let seconds = forward.stickiness.seconds.filter(|_| forward.stickiness.enabled);
            SeedAction::Forward(SeedForward {
                target_groups: groups.collect(),
                stickiness_seconds: seconds.and_then(|it| u32::try_from(it).ok()),
            })
        }
        ActionKind::Redirect(to) => SeedAction::Redirect(SeedRedirect {
            status: to.status,
            protocol: Some(to.protocol.clone()),
            host: Some(to.host.clone()),
            port: Some(to.port.clone()),
            path: Some(to.path.clone()),
            query: Some(to.query.clone()),
        }),
    })
}

fn revision(world: &World, definition: &TaskDefinition) -> SeedRevision {
    let (env, port) = definition.program(None);
    SeedRevision {
        env,
        port: port.unwrap_or(80),
        inactive: !definition.active,
        tags: tags(world, &definition.arn),
    }
}

fn service(world: &World, service: &Service) -> SeedService {
    let balancer = service.load_balancers.first();
    let definition = &service.task_definition;
    SeedService {
        cluster: service.key.cluster.clone(),
        name: service.key.name.clone(),
        task_definition: definition.rsplit('/').next().unwrap_or(definition).to_owned(),
        desired_count: service.desired,
        target_group: balancer.map(|it| group_name(world, &it.target_group)),
        port: balancer.map_or(80, |it| it.port),
        tags: tags(world, &service.arn),
        health_check_grace_period_seconds: service.grace,
        circuit_breaker: service.config.circuit_breaker.then_some(SeedCircuitBreaker {
            rollback: service.config.rollback,
        }),
        autoscaling: world.ecs.scalable.get(&service.key).map(|range| SeedAutoscaling {
            min: range.min,
            max: range.max,
        }),
    }
}

fn tags(world: &World, arn: &str) -> BTreeMap<String, String> {
    world.tags.get(arn).cloned().unwrap_or_default()
}

fn changed(now: &BTreeMap<String, String>, defaults: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let changed = now
        .iter()
        .filter(|(key, value)| defaults.get(*key) != Some(*value));
    changed.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn balancer_name(world: &World, arn: &str) -> String {
    let found = world.elbv2.load_balancers.get(arn);
    found.map(|balancer| balancer.name.clone()).unwrap_or_default()
}

fn group_name(world: &World, arn: &str) -> String {
    let found = world.elbv2.target_groups.get(arn);
    found.map(|group| group.name.clone()).unwrap_or_default()
}
