//! How long it takes to judge 10,000 load balancers, 50,000 network interfaces and 5,000 security groups and to put
//! the deletions in order, and how much memory the process takes for it. Calls nobody.

use anyhow::{Context, Result};
use std::io::Write;
use std::time::Instant;
use teardown::inventory::{
    Caller, Cluster, Direction, Inventory, Kind, Listing, LoadBalancer, NetworkInterface, Reading, Reference,
    SecurityGroup, Tags, Vpc,
};
use teardown::judge::{Policy, judge};
use teardown::managed::Managed;
use teardown::sweep::Sweep;

const BALANCERS: usize = 10_000;
const INTERFACES: usize = 50_000;
const GROUPS: usize = 5_000;
const ROUNDS: usize = 10;

fn main() -> Result<()> {
    let inventory = inventory()?;
    let managed = Managed::default();
    let mut policy = Policy::default();
    policy.said.clusters = (0..4).map(|at| format!("gone-{at}")).collect();
    let mut times = Vec::new();
    let mut steps = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let judgement = judge(&inventory, &managed, &policy);
        steps = Sweep::of(&inventory, &judgement, &policy).nodes.len();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    writeln!(
        std::io::stdout(),
        "{BALANCERS} load balancers, {INTERFACES} interfaces, {GROUPS} groups: {steps} steps; fastest {:?}, median {:?}; \
         at most{} in memory",
        times[0],
        times[ROUNDS / 2],
        memory.unwrap_or(" an unknown size")
    )?;
    Ok(())
}

fn inventory() -> Result<Inventory> {
    let made = "2026-01-01T00:00:00Z".parse().context("a time")?;
    let classic = (0..BALANCERS).map(|at| {
        // As a Service's UID, version 4, makes it.
        let name = format!("a{at:012x}4abc8{at:014x}");
        LoadBalancer {
            kind: Kind::Classic,
            arn: format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/{name}"),
            dns_name: format!("{name}.example.com"),
            created_at: made,
            scheme: "internal".to_owned(),
            vpc: Some("vpc-1".to_owned()),
            subnets: vec!["subnet-a".to_owned()],
            security_groups: vec![format!("sg-{}", at % GROUPS)],
            tags: Reading::Read(Tags::from([
                (
                    format!("kubernetes.io/cluster/gone-{}", at % 4),
                    "owned".to_owned(),
                ),
                ("kubernetes.io/service-name".to_owned(), format!("shop/web-{at}")),
            ])),
            protected: None,
            name,
        }
    });
    let classic: Vec<LoadBalancer> = classic.collect();
    let interfaces = (0..INTERFACES).map(|at| NetworkInterface {
        id: format!("eni-{at}"),
        subnet: "subnet-a".to_owned(),
        description: format!("ELB {}", classic[at % BALANCERS].name),
        in_use: true,
        requester_managed: true,
        attached_to: Some("amazon-elb".to_owned()),
        security_groups: classic[at % BALANCERS].security_groups.clone(),
        tags: Tags::new(),
    });
    let groups = (0..GROUPS).map(|at| SecurityGroup {
        id: format!("sg-{at}"),
        owner: "123456789012".to_owned(),
        name: format!("k8s-elb-{}", classic[at].name),
        description: format!(
            "Security group for Kubernetes ELB {} (shop/web-{at})",
            classic[at].name
        ),
        tags: Tags::from([(
            format!("kubernetes.io/cluster/gone-{}", at % 4),
            "owned".to_owned(),
        )]),
        references: vec![Reference {
            rule: format!("sgr-{at}"),
            direction: Direction::Ingress,
            peer: format!("sg-{}", (at + 1) % GROUPS),
        }],
    });
    Ok(Inventory {
        taken_at: "2026-02-01T00:00:00Z".parse().context("a time")?,
        caller: Caller {
            account: "123456789012".to_owned(),
            region: "eu-central-1".to_owned(),
        },
        vpc: Vpc {
            id: "vpc-1".to_owned(),
            owner: "123456789012".to_owned(),
        },
        subnets: Listing::default(),
        interfaces: Listing {
            items: interfaces.collect(),
            gap: None,
        },
        security_groups: Listing {
            items: groups.collect(),
            gap: None,
        },
        classic: Listing {
            items: classic,
            gap: None,
        },
        modern: Listing::default(),
        target_groups: Listing::default(),
        endpoint_services: Listing::default(),
        clusters: (0..4)
            .map(|at| (format!("gone-{at}"), Cluster::NotFound))
            .collect(),
    })
}
