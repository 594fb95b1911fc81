//! A town of services: several load balancers, each with as many services as AWS's quota of rules allows.
//!
//! Never a special AWS: quotas and refusals are those that every test meets.

use acceptance::world::World;
use anyhow::{Context, Result};
use sandbox::{
    FixedResponse, Options, Seed, SeedAction, SeedHealthCheck, SeedListener, SeedLoadBalancer, SeedRevision,
    SeedService, SeedTargetGroup, SeedTaskDefinition,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Half of the 100 rules that AWS allows a load balancer: each service has a canary rule as well.
const PER_BALANCER: u32 = 50;
const CLUSTER: &str = "main";
const PORT: u16 = 8080;
/// Real seconds per AWS second.
const TIME_SCALE: f64 = 0.02;

/// How the services' health is asked for.
#[derive(Clone, Copy)]
pub enum Pace {
    /// Every few AWS seconds, as a release needs it.
    Releasing,
    /// Rarely: hundreds of targets would keep the machine busy while something else is measured.
    Resting,
}

/// One service, with what its configuration has to name.
#[derive(Clone, Debug)]
pub struct House {
    pub name: String,
    pub listener: String,
    pub priority: u32,
    pub blue: String,
    pub green: String,
}

pub struct Town {
    pub world: World,
    pub houses: Vec<House>,
}

impl Town {
    /// Blue runs version 1 of every service, green does not run.
    pub async fn build(services: u32, pace: Pace) -> Result<Self> {
        let options = Options {
            time_scale: TIME_SCALE,
            ..Options::default()
        };
        let world = World::start(options, &seed(services, pace)).await?;
        let dump = world.sandbox().dump();
        let houses = (0..services)
            .map(|number| house(&dump, number))
            .collect::<Result<_>>()?;
        Ok(Self { world, houses })
    }

    pub fn region() -> String {
        Options::default().region
    }
}

pub fn name(number: u32) -> String {
    format!("s{number:03}")
}

fn balancer(number: u32) -> String {
    format!("alb-{}", number / PER_BALANCER)
}

fn house(dump: &Value, number: u32) -> Result<House> {
    let arn = |kind: &str, key: &str, value: &str, wanted: &str| {
        let all = dump[kind].as_array().into_iter().flatten();
        let found = all.into_iter().find(|it| it[key] == value);
        let arn = found.and_then(|it| it[wanted].as_str()).map(str::to_owned);
        arn.with_context(|| format!("{value} is not among the {kind}"))
    };
    let name = name(number);
    let group = |color: &str| {
        let group = format!("{name}-{color}");
        arn("target_groups", "TargetGroupName", &group, "TargetGroupArn")
    };
    let balancer = arn(
        "load_balancers",
        "LoadBalancerName",
        &balancer(number),
        "LoadBalancerArn",
    )?;
    Ok(House {
        listener: arn("listeners", "LoadBalancerArn", &balancer, "ListenerArn")?,
        // The canary rule lies just before it.
        priority: 2 * (number % PER_BALANCER) + 2,
        blue: group("blue")?,
        green: group("green")?,
        name,
    })
}

fn seed(services: u32, pace: Pace) -> Seed {
    let balancers = || (0..services).step_by(PER_BALANCER as usize).map(balancer);
    let interval = match pace {
        Pace::Releasing => 5,
        Pace::Resting => 3000,
    };
    let sides = || (0..services).flat_map(|number| [("blue", 1), ("green", 0)].map(|side| (number, side)));
    let revision = |version: &str| SeedRevision {
        env: BTreeMap::from([("APP_VERSION".to_owned(), version.to_owned())]),
        port: PORT,
        ..SeedRevision::default()
    };
    Seed {
        load_balancers: balancers()
            .map(|name| SeedLoadBalancer {
                name,
                ..SeedLoadBalancer::default()
            })
            .collect(),
        listeners: balancers()
            .map(|load_balancer| SeedListener {
                load_balancer,
                port: 80,
                default: SeedAction::FixedResponse(FixedResponse {
                    status: 404,
                    body: "no rule matched".to_owned(),
                }),
                ..SeedListener::default()
            })
            .collect(),
        target_groups: sides()
            .map(|(number, (color, _))| SeedTargetGroup {
                name: format!("{}-{color}", name(number)),
                port: PORT,
                health_check: SeedHealthCheck {
                    path: Some("/health".to_owned()),
                    interval_seconds: Some(interval),
                    timeout_seconds: Some(2),
                    healthy_threshold: Some(2),
                    unhealthy_threshold: Some(2),
                },
                deregistration_delay_seconds: Some(5),
                ..SeedTargetGroup::default()
            })
            .collect(),
        clusters: vec![CLUSTER.to_owned()],
        task_definitions: vec![SeedTaskDefinition {
            family: "web".to_owned(),
            revisions: vec![revision("v1"), revision("v2")],
        }],
        services: sides()
            .map(|(number, (color, desired_count))| SeedService {
                cluster: CLUSTER.to_owned(),
                name: format!("{}-{color}", name(number)),
                task_definition: "web:1".to_owned(),
                desired_count,
                target_group: Some(format!("{}-{color}", name(number))),
                port: PORT,
                ..SeedService::default()
            })
            .collect(),
        ..Seed::default()
    }
}
