//! Balancers, groups, listeners and rules of a seed.
//!
//! Goes around AWS's refusals where a seed describes what is there already (names, health check ranges); rules and their
//! actions are checked like anybody's.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

use super::{
    FixedResponse, Seed, SeedAction, SeedConditions, SeedKind, SeedListener, SeedLoadBalancer, SeedRule,
    SeedTargetGroup,
};
use crate::world::World;
use crate::world::ec2::DEFAULT_SUBNETS;
use crate::world::elbv2::{
    Action, ActionKind, Condition, Forward, HealthCheck, HealthCheckChange, Kind, ListenerSettings,
    NewLoadBalancer, NewTargetGroup, Redirect, Stickiness,
};

const LOWEST_PRIORITY: i64 = 50_000;

impl Seed {
    pub(super) fn apply_elbv2(&self, world: &mut World) -> anyhow::Result<()> {
        for (index, balancer) in self.load_balancers.iter().enumerate() {
            balancer
                .apply(world)
                .with_context(|| format!("load_balancers[{index}] ({})", balancer.name))?;
        }
        for (index, group) in self.target_groups.iter().enumerate() {
            group
                .apply(world)
                .with_context(|| format!("target_groups[{index}] ({})", group.name))?;
        }
        for (index, listener) in self.listeners.iter().enumerate() {
            listener.apply(world).with_context(|| {
                format!(
                    "listeners[{index}] ({}:{})",
                    listener.load_balancer, listener.port
                )
            })?;
        }
        for (index, rule) in self.rules.iter().enumerate() {
            rule.apply(world)
                .with_context(|| format!("rules[{index}] (priority {})", rule.priority))?;
        }
        for (index, group) in self.target_groups.iter().enumerate() {
            group
                .park(world)
                .with_context(|| format!("target_groups[{index}] ({})", group.name))?;
        }
        Ok(())
    }
}

impl SeedLoadBalancer {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let taken = world.elbv2.load_balancers.values().any(|it| it.name == self.name);
        if taken {
            bail!("load balancer {} is there already", self.name);
        }
        let subnets: Vec<String> = match self.subnets.as_slice() {
            [] => DEFAULT_SUBNETS[..2].iter().map(|&id| id.to_owned()).collect(),
            subnets => subnets.to_vec(),
        };
        world.check_subnets(self.kind.into(), &subnets)?;
        world.check_balancer_groups(&subnets, &self.security_groups)?;
        let vpc = world.vpc_of_subnet(&subnets[0])?;
        let arn = world.add_load_balancer(NewLoadBalancer {
            name: self.name.clone(),
            kind: self.kind.into(),
            scheme: self.internal.then(|| "internal".to_owned()),
            security_groups: match (self.security_groups.as_slice(), self.kind) {
                ([], SeedKind::Application) => vec![world.default_group(&vpc)],
                (groups, _) => groups.to_vec(),
            },
            subnets,
            tags: self.tags.clone(),
            ..NewLoadBalancer::default()
        });
        if !self.attributes.is_empty() {
            world.set_load_balancer_attributes(&arn, self.attributes.clone())?;
        }
        Ok(())
    }
}

impl From<SeedKind> for Kind {
    fn from(kind: SeedKind) -> Self {
        match kind {
            SeedKind::Application => Self::Application,
            SeedKind::Network => Self::Network,
            SeedKind::Gateway => Self::Gateway,
        }
    }
}

impl From<Kind> for SeedKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Application => Self::Application,
            Kind::Network => Self::Network,
            Kind::Gateway => Self::Gateway,
        }
    }
}

impl SeedTargetGroup {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        if world.elbv2.target_groups.values().any(|it| it.name == self.name) {
            bail!("it is there already");
        }
        let check = HealthCheckChange {
            path: self.health_check.path.clone(),
            interval: self.health_check.interval_seconds,
            timeout: self.health_check.timeout_seconds,
            healthy: self.health_check.healthy_threshold,
            unhealthy: self.health_check.unhealthy_threshold,
            ..HealthCheckChange::default()
        };
        let wanted = NewTargetGroup {
            name: self.name.clone(),
            protocol: self.protocol.clone(),
            vpc_id: self.vpc.clone(),
            port: Some(self.port),
            target_type: Some("ip".into()),
            tags: self.tags.clone(),
            ..NewTargetGroup::default()
        };
        let kind = Kind::of_protocol(self.protocol.as_deref().unwrap_or("HTTP"))?;
        let check = match kind {
            Kind::Application => check.force(),
            Kind::Network | Kind::Gateway => HealthCheck::of(kind),
        };
        let arn = world.add_target_group(wanted, check);
        let mut attributes = self.attributes.clone();
        if let Some(delay) = self.deregistration_delay_seconds {
            attributes.insert("deregistration_delay.timeout_seconds".into(), delay.to_string());
        }
        if !attributes.is_empty() {
            world.set_target_group_attributes(&arn, attributes)?;
        }
        world.register_targets(&arn, &self.targets)?;
        Ok(())
    }

    fn park(&self, world: &mut World) -> anyhow::Result<()> {
        let Some(balancer) = &self.load_balancer else {
            return Ok(());
        };
        let balancer = balancer_arn(world, balancer)?;
        let listener = world
            .elbv2
            .listeners
            .values()
            .find(|it| it.load_balancer == balancer);
        let listener = listener
            .with_context(|| format!("{balancer} has no listener to associate with"))?
            .arn
            .clone();
        let mut priority = LOWEST_PRIORITY;
        while world
            .elbv2
            .rules_of(&listener)
            .iter()
            .any(|rule| rule.priority.map(i64::from) == Some(priority))
        {
            priority -= 1;
        }
        let forward = Forward {
            groups: vec![(group_arn(world, &self.name)?, 1)],
            stickiness: Stickiness::default(),
        };
        let host = Condition::Host(vec![format!("{}.parked.invalid", self.name)].into());
        let action = action(ActionKind::Forward(forward));
        world.create_rule(&listener, priority, vec![host], vec![action], BTreeMap::new())?;
        Ok(())
    }
}

impl SeedListener {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let balancer = balancer_arn(world, &self.load_balancer)?;
        let protocol = match (world.load_balancer(&balancer)?.kind, &self.certificate_arn) {
            (Kind::Application, None) => "HTTP",
            (Kind::Application, Some(_)) => "HTTPS",
            (Kind::Network, None) => "TCP",
            (Kind::Network, Some(_)) => "TLS",
            (Kind::Gateway, _) => bail!("a gateway load balancer's listener has no port"),
        };
        let settings = ListenerSettings {
            port: Some(self.port),
            protocol: Some(protocol.into()),
            certificates: self.certificate_arn.iter().cloned().collect(),
            ..ListenerSettings::default()
        };
        let actions = vec![self.default.resolve(world).context("default")?];
        world.create_listener(&balancer, settings, actions, self.tags.clone())?;
        Ok(())
    }
}

impl SeedRule {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let balancer = balancer_arn(world, &self.load_balancer)?;
        let listener = world
            .elbv2
            .listeners
            .values()
            .find(|it| it.load_balancer == balancer && it.port == self.port);
        let listener = listener
            .with_context(|| {
                format!(
                    "load balancer {} has no listener on {}",
                    self.load_balancer, self.port
                )
            })?
            .arn
            .clone();
        let conditions = self.conditions.resolve().context("conditions")?;
        let actions = vec![self.action.resolve(world).context("action")?];
        let priority = i64::from(self.priority);
        world.create_rule(&listener, priority, conditions, actions, self.tags.clone())?;
        Ok(())
    }
}

impl SeedConditions {
    fn resolve(&self) -> anyhow::Result<Vec<Condition>> {
        let mut nets = Vec::new();
        for (index, text) in self.source_ips.iter().enumerate() {
            let net = text
                .parse()
                .with_context(|| format!("source_ips[{index}]: {text} is no CIDR block"))?;
            nets.push(net);
        }
        let queries = self.query_strings.iter();
        let all = [
            Condition::Host(self.host_headers.clone().into()),
            Condition::Path(self.path_patterns.clone().into()),
            Condition::Method(self.http_methods.clone()),
            Condition::SourceIp(nets),
            Condition::Query(queries.map(|it| (it.key.clone(), it.value.clone())).collect()),
        ];
        let given = all.into_iter().filter(|condition| !condition.is_empty());
        let headers = self.http_headers.iter().map(|header| Condition::Header {
            name: header.name.clone(),
            values: header.values.clone().into(),
        });
        Ok(given.chain(headers).collect())
    }
}

impl SeedAction {
    fn resolve(&self, world: &World) -> anyhow::Result<Action> {
        Ok(match self {
            Self::FixedResponse(FixedResponse { status, body }) => Action::fixed_response(*status, body),
            Self::Forward(forward) => {
                let mut groups = Vec::new();
                for (index, group) in forward.target_groups.iter().enumerate() {
                    let arn = group_arn(world, &group.name)
                        .with_context(|| format!("forward.target_groups[{index}]"))?;
                    groups.push((arn, group.weight));
                }
                let stickiness = Stickiness {
                    enabled: forward.stickiness_seconds.is_some(),
                    seconds: forward.stickiness_seconds.map(u64::from),
                };
                action(ActionKind::Forward(Forward { groups, stickiness }))
            }
            Self::Redirect(to) => {
                let or =
                    |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.into());
                action(ActionKind::Redirect(Redirect {
                    status: to.status,
                    protocol: or(&to.protocol, "#{protocol}"),
                    host: or(&to.host, "#{host}"),
                    port: or(&to.port, "#{port}"),
                    path: or(&to.path, "/#{path}"),
                    query: or(&to.query, "#{query}"),
                }))
            }
        })
    }
}

fn action(kind: ActionKind) -> Action {
    Action { order: None, kind }
}

fn balancer_arn(world: &World, name: &str) -> anyhow::Result<String> {
    let found = world.elbv2.load_balancers.values().find(|it| it.name == *name);
    Ok(found
        .with_context(|| format!("no load balancer {name}"))?
        .arn
        .clone())
}

pub(super) fn group_arn(world: &World, name: &str) -> anyhow::Result<String> {
    let found = world.elbv2.target_groups.values().find(|it| it.name == *name);
    Ok(found
        .with_context(|| format!("no target group {name}"))?
        .arn
        .clone())
}
