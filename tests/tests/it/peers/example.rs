//! The example `ecs-with-aws-provider`: the real AWS provider makes everything around the release in the same apply,
//! and leaves alone what the release moves.
//!
//! Never repeats the configuration: an override points the AWS provider at the sandbox, all else is what readers copy.

use acceptance::order::Rule;
use acceptance::probe::{Audience, Connections, Labels, Probe, ProbeOptions, Target};
use acceptance::terraform::{Client, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::world::{World, in_world};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use std::time::Duration;

const FILES: [(&str, &str); 2] = [
    (
        "main.tf",
        include_str!("../../../../examples/ecs-with-aws-provider/main.tf"),
    ),
    (
        "variables.tf",
        include_str!("../../../../examples/ecs-with-aws-provider/variables.tf"),
    ),
];
/// The variables that no release changes.
const PLACE: &str = r#"
vpc_id             = "vpc-0b1ae6f0c0ffee000"
subnet_ids         = ["subnet-11111111", "subnet-22222222"]
security_group_ids = ["sg-11111111"]
image              = "reference-application"
rollback_window    = "1h"
steps              = [{ weight = 10, bake = "200ms" }, { weight = 50, bake = "200ms" }]
final_bake         = "200ms"
drain              = "100ms"
"#;
const DRAIN: Duration = Duration::from_millis(100);
const SOON: Duration = Duration::from_secs(30);

/// What an operator whose AWS is elsewhere writes beside the example.
fn elsewhere(endpoint: &str) -> String {
    let services = ["ec2", "ecs", "elb", "iam", "sts"].map(|name| format!("    {name} = {endpoint:?}\n"));
    format!(
        "provider \"aws\" {{\n  access_key                  = \"sandbox\"\n  secret_key                  = \"sandbox\"\n  \
         skip_credentials_validation = true\n  skip_metadata_api_check     = true\n  \
         skip_region_validation      = true\n  skip_requesting_account_id  = true\n  endpoints {{\n{}  }}\n}}\n",
        services.concat()
    )
}

fn release(name: &str, flags: [bool; 3]) -> Vec<String> {
    let [enable, activate, promote] = flags;
    vec![
        format!("-var=release={name}"),
        format!("-var=enable_canary={enable}"),
        format!("-var=activate_canary={activate}"),
        format!("-var=promote_to_all={promote}"),
    ]
}

/// Applies, after which nothing is left to do for either provider, and traffic stands where it was asked to.
async fn arrives(terraform: &Terraform, args: &[String], traffic: (u64, u64)) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    terraform.apply(&args).await?.success()?;
    let plan = terraform.plan(&args).await?;
    ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
    let split = terraform.output().await?["traffic"].clone();
    let stands = (split["blue"].as_u64(), split["green"].as_u64());
    ensure!(
        stands == (Some(traffic.0), Some(traffic.1)),
        "traffic stands at {split}"
    );
    Ok(())
}

fn load(world: &World) -> Result<Probe> {
    let target = world.sandbox().listener_addr(&world.listener_arn()?);
    let target = target.context("the listener does not listen")?;
    let target = Target::new(target, "shop.example.com");
    Probe::start(ProbeOptions {
        audiences: vec![Audience::new("public", &target)],
        connections: Connections::fixed(4),
        rate: Some(200),
        timeout: Duration::from_secs(10),
        labels: Labels::default(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn one_apply_makes_everything_and_flags_release_through_it() -> Result<()> {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    in_world(World::start(options, &Seed::default()).await?, through).await
}

async fn through(world: &World) -> Result<()> {
    let endpoint = world.sandbox().endpoint();
    let mut setup = Setup::with_peers(Client::Cli)?.aws(&endpoint, "eu-central-1");
    // The AWS provider alone waits a minute for each load balancer.
    setup.deadline = Duration::from_secs(280);
    let place = elsewhere(&endpoint);
    let more = [
        ("sandbox_override.tf", place.as_str()),
        ("place.auto.tfvars", PLACE),
    ];
    let terraform = Terraform::new(&[FILES.as_slice(), &more].concat(), setup).await?;

    let v1 = release("v1", [false; 3]);
    arrives(&terraform, &v1, (100, 0)).await?;
    eventually(SOON, async || match world.healthy("web-blue") {
        2 => Ok(()),
        healthy => Err(format!("{healthy} healthy targets")),
    })
    .await?;
    let made = world.next_seq();

    let probe = load(world)?;
    arrives(&terraform, &release("v2", [true, false, false]), (100, 0)).await?;
    arrives(&terraform, &release("v2", [true, true, false]), (100, 0)).await?;
    arrives(&terraform, &release("v2", [true, false, true]), (0, 100)).await?;
    arrives(&terraform, &v1, (100, 0)).await?;
    let last = release("v3", [true, false, true]);
    arrives(&terraform, &last, (0, 100)).await?;
    let report = probe.stop().await?;
    ensure!(
        report.failed == 0,
        "{} requests failed: {:?}",
        report.failed,
        report.samples
    );
    let versions = &report.audiences["public"].colors;
    ensure!(
        versions["green"].versions.contains_key("v2") && versions["green"].versions.contains_key("v3"),
        "the releases were not seen: {versions:#?}"
    );
    // The AWS provider's own calls are nobody's business here.
    let judge = world.judge(2, DRAIN).by_hand(0..made).allow(Rule::Foreign);
    judge.assert(&world.events());

    let args: Vec<&str> = last.iter().map(String::as_str).collect();
    terraform.destroy(&args).await?.success()?;
    let dump = world.sandbox().dump();
    for kind in ["rules", "listeners", "target_groups", "load_balancers"] {
        let left = dump[kind].as_array().map_or(0, Vec::len);
        ensure!(left == 0, "{left} {kind} were left behind: {:#}", dump[kind]);
    }
    Ok(())
}
