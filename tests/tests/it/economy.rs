//! What the provider asks of AWS, counted where the calls arrive: lists are asked for once for everybody, nothing is
//! changed without need, and changes keep to the pace that the provider block sets.
//!
//! Never measures time on this side: a busy machine would only measure itself.

use acceptance::terraform::{Setup, Terraform};
use acceptance::world::{World, reference_seed};
use anyhow::{Result, ensure};
use sandbox::{Options, Seed, SeedService, SeedTargetGroup};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

const SERVICES: usize = 20;
/// What AWS takes in one DescribeServices, and in one DescribeTags.
const NAMES: usize = 10;
const ARNS: usize = 20;
/// Beside full batches: what a busy machine keeps from coming in time, once per page of everything else.
const SPARE: usize = 6;
/// The provider block's default.
const CHANGES_A_SECOND: usize = 3;

fn seed() -> Seed {
    let mut seed = reference_seed();
    let (groups, services) = (seed.target_groups.clone(), seed.services.clone());
    let sides = || (0..SERVICES).flat_map(|number| (0..2).map(move |side| (number, side)));
    let name = |number: usize, name: &str| name.replace("web", &format!("s{number:02}"));
    seed.target_groups = sides()
        .map(|(number, side)| SeedTargetGroup {
            name: name(number, &groups[side].name),
            ..groups[side].clone()
        })
        .collect();
    seed.services = sides()
        .map(|(number, side)| SeedService {
            name: name(number, &services[side].name),
            target_group: Some(name(number, &groups[side].name)),
            desired_count: 1 - side as u32,
            ..services[side].clone()
        })
        .collect();
    seed
}

/// Every service with a canary rule, one block each.
fn configuration(world: &World) -> Result<String> {
    let mut text = String::from(
        "terraform {\n  required_providers {\n    bluegreen = { source = \"bluegreen-rs/bluegreen\" }\n  }\n}\n",
    );
    let listener = world.listener_arn()?;
    for number in 0..SERVICES {
        let name = format!("s{number:02}");
        let blue = world.target_group_arn(&format!("{name}-blue"))?;
        let green = world.target_group_arn(&format!("{name}-green"))?;
        writeln!(
            text,
            r#"
resource "bluegreen_service" "{name}" {{
  name            = "{name}"
  release         = "v1"
  enable_canary   = false
  activate_canary = false
  promote_to_all  = false
  alb = {{
    listener_arn           = "{listener}"
    priority               = {}
    host_headers           = ["{name}.example.com"]
    blue_target_group_arn  = "{blue}"
    green_target_group_arn = "{green}"
  }}
  ecs = {{
    cluster         = "main"
    blue_service    = "{name}-blue"
    green_service   = "{name}-green"
    desired_count   = 1
    task_definition = "web:1"
  }}
}}

resource "bluegreen_canary_rule" "{name}" {{
  route      = bluegreen_service.{name}.route
  priority   = {}
  source_ips = ["192.0.2.0/24"]
}}"#,
            2 * number + 2,
            2 * number + 1,
        )?;
    }
    Ok(text)
}

/// Calls since `begin`, by action.
fn calls(events: &[Value], begin: u64) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let later =
        |event: &&Value| event["event"] == "call" && event["seq"].as_u64().is_some_and(|seq| begin <= seq);
    for event in events.iter().filter(later) {
        let action = event["action"].as_str().unwrap_or_default().to_owned();
        *counts.entry(action).or_default() += 1;
    }
    counts
}

/// The most changing calls that arrived within one second.
fn busiest_second(events: &[Value]) -> usize {
    let changing = events
        .iter()
        .filter(|event| event["event"] == "call" && event["mutating"] == true);
    let times: Vec<f64> = changing.filter_map(|event| event["at_ms"].as_f64()).collect();
    let within = |from: &f64| {
        times
            .iter()
            .filter(|&at| from <= at && *at < from + 1000.0)
            .count()
    };
    times.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_many_asks_for_lists_and_changes_nothing_and_changes_keep_their_pace() -> Result<()> {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    let world = World::start(options, &seed()).await?;
    let files = [("main.tf", configuration(&world)?)];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let setup: Setup = world.setup()?;
    let terraform = Terraform::new(&files, setup).await?;

    terraform.apply(&[]).await?.success()?;
    let events = world.events();
    let made = calls(&events, 0);
    ensure!(
        made.get("CreateRule") == Some(&SERVICES),
        "not one rule per service: {made:?}"
    );
    let busiest = busiest_second(&events);
    ensure!(
        0 < busiest && busiest <= CHANGES_A_SECOND,
        "{busiest} changing calls in one second: {made:?}"
    );

    let begin = world.next_seq();
    let plan = terraform.plan(&[]).await?;
    ensure!(plan.is_empty(), "something is to change:\n{}", plan.text);
    let looked = calls(&world.events(), begin);
    let of = |action: &str| looked.get(action).copied().unwrap_or(0);
    let all: usize = looked.values().sum();
    // One rule per service and the default one. Everything else grows with AWS's own limits only.
    let full = (2 * SERVICES).div_ceil(NAMES) + (SERVICES + 1).div_ceil(ARNS) + 1;
    ensure!(
        of("DescribeServices") + of("DescribeTags") + of("DescribeRules") == all,
        "something else was asked for: {looked:?}"
    );
    ensure!(
        full <= all && all <= full + SPARE,
        "{all} calls for {} resources, where {full} full ones would do: {looked:?}",
        2 * SERVICES
    );
    world.shutdown().await
}
