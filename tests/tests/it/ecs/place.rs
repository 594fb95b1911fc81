//! The example with its modules, a sandbox to apply it to, and moto for what the sandbox has not.

use crate::eks::{elsewhere, files};
use crate::peers::moto::{self, Moto};
use acceptance::order::{Judge, Rule, Service, Side};
use acceptance::probe::{Audience, Connections, Labels, Probe, ProbeOptions, Target};
use acceptance::terraform::{Client, Plan, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::world::{World, in_world};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

const EXAMPLE: &str = "examples/ecs-flags";
const MODULES: [&str; 4] = ["network", "alb", "ecs-cluster", "ecs-bluegreen-service"];
pub const NAME: &str = "shop";
pub const SERVICES: [&str; 2] = ["api", "web"];
pub const OFFICE: &str = "127.0.0.9";
pub const PUBLIC: &str = "127.0.0.8";
const DRAIN: Duration = Duration::from_millis(100);
const SOON: Duration = Duration::from_secs(60);
/// What an operator would write into terraform.tfvars, with pauses that a test has time for.
const VARIABLES: &str = r#"
registry        = "registry.example.com:5000/shop"
office_ips      = ["127.0.0.9/32"]
certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
rollback_window = "1h"
rollout         = { steps = [{ weight = 10, bake = "200ms" }, { weight = 50, bake = "200ms" }], final_bake = "200ms", drain = "100ms" }
health_check    = { interval = 5, timeout = 2 }
"#;

pub struct Place<'a> {
    pub world: &'a World,
    pub terraform: Terraform,
    _moto: Moto,
}

impl<'a> Place<'a> {
    async fn open(world: &'a World) -> Result<Place<'a>> {
        // The role's policy is AWS's own.
        let moto = moto::start(&[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")]).await?;
        let endpoint = world.sandbox().endpoint();
        let mut setup = Setup::with_peers(Client::Cli)?.aws(&endpoint, &Options::default().region);
        // The AWS provider alone waits a minute for each load balancer.
        setup.deadline = Duration::from_secs(280);
        let mut all = files(EXAMPLE, "")?;
        for (_, text) in &mut all {
            *text = text.replace("../../terraform/modules/", "./module/");
        }
        for module in MODULES {
            all.extend(files(
                &format!("terraform/modules/{module}"),
                &format!("module/{module}/"),
            )?);
        }
        for stage in stages()? {
            let path = root().join(format!("{EXAMPLE}/env/{stage}.tfvars"));
            all.push((format!("env/{stage}.tfvars"), fs::read_to_string(path)?));
        }
        let aws = elsewhere(&[
            (&["ec2", "ecs", "elb", "sts"], &endpoint),
            (&["iam", "cloudwatchlogs"], &moto.answering.endpoint),
        ]);
        all.push(("sandbox_override.tf".into(), aws));
        all.push(("terraform.tfvars".into(), VARIABLES.into()));
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let terraform = Terraform::new(&all, setup).await?;
        Ok(Place {
            world,
            terraform,
            _moto: moto,
        })
    }

    /// Runs `test`; a failure shows the world.
    pub async fn through(test: impl AsyncFnOnce(&Place<'_>) -> Result<()>) -> Result<()> {
        let options = Options {
            time_scale: 0.01,
            ..Options::default()
        };
        let inside = async |world: &World| test(&Place::open(world).await?).await;
        in_world(World::start(options, &Seed::default()).await?, inside).await
    }

    pub async fn plan(&self, stage: &str) -> Result<Plan> {
        self.terraform
            .plan(&[&format!("-var-file=env/{stage}.tfvars")])
            .await
    }

    /// Applies a stage, after which neither provider finds anything left to do, and the services stand as told: name,
    /// phase, and percent of blue and green.
    pub async fn arrives(&self, stage: &str, services: [(&str, &str, (u8, u8)); 2]) -> Result<()> {
        let file = format!("-var-file=env/{stage}.tfvars");
        self.terraform.apply(&[&file]).await?.success()?;
        self.rests(stage).await?;
        let output = self.terraform.output().await?;
        for (name, phase, (blue, green)) in services {
            let service = &output["services"][name];
            ensure!(
                service["phase"] == phase && service["traffic"] == json!({ "blue": blue, "green": green }),
                "after {stage}, {name}: {service:#}"
            );
        }
        Ok(())
    }

    pub async fn rests(&self, stage: &str) -> Result<()> {
        let plan = self.plan(stage).await?;
        ensure!(
            plan.is_empty(),
            "after {stage} the second plan is not empty:\n{}",
            plan.text
        );
        Ok(())
    }

    /// Waits until every target of a group is healthy, and there are so many.
    pub async fn healthy(&self, group: &str, wanted: usize) -> Result<()> {
        eventually(SOON, async || match self.world.healthy(group) {
            healthy if healthy == wanted => Ok(()),
            healthy => Err(format!("{group} has {healthy} of {wanted} healthy targets")),
        })
        .await
    }

    /// The listener on an AWS port.
    pub fn listener(&self, port: u16) -> Result<SocketAddr> {
        let dump = self.world.sandbox().dump();
        let listeners = dump["listeners"].as_array().cloned().unwrap_or_default();
        let found = listeners.iter().find(|listener| listener["Port"] == port);
        let arn = found.and_then(|listener| listener["ListenerArn"].as_str());
        let arn = arn.with_context(|| format!("no listener on {port}: {listeners:#?}"))?;
        let address = self.world.sandbox().listener_addr(arn);
        address.with_context(|| format!("{arn} does not listen"))
    }

    /// Load on one service from the public and the office.
    pub fn load(&self, path: &str) -> Result<Probe> {
        let mut target = Target::new(self.listener(443)?, "shop.example.com");
        path.clone_into(&mut target.path);
        Probe::start(ProbeOptions {
            audiences: vec![
                Audience::from("public", &target, PUBLIC.parse()?),
                Audience::from("office", &target, OFFICE.parse()?),
            ],
            connections: Connections::fixed(2),
            labels: Labels::default(),
            rate: Some(50),
            timeout: Duration::from_secs(10),
        })
    }

    /// Status line and headers of one answer, in lower case.
    pub async fn ask(&self, port: u16, source: &str, path: &str) -> Result<String> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source.parse()?, 0))?;
        let mut stream = socket.connect(self.listener(port)?).await?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: shop.example.com\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer).to_lowercase();
        let head = answer.split("\r\n\r\n").next();
        Ok(head.unwrap_or_default().to_owned())
    }

    /// The order checker for both services, which knows that the AWS provider works here too.
    pub fn judge(&self) -> Judge {
        let side = |name: String| Side {
            target_group: name.clone(),
            ecs_service: Some(name),
        };
        let services = SERVICES.map(|name| Service {
            name: name.to_owned(),
            cluster: NAME.to_owned(),
            blue: side(format!("{name}-blue")),
            green: side(format!("{name}-green")),
            required: 2,
            drain: DRAIN,
        });
        Judge::new(services).allow(Rule::Foreign)
    }

    pub async fn destroyed(&self, stage: &str) -> Result<()> {
        let file = format!("-var-file=env/{stage}.tfvars");
        self.terraform.destroy(&[&file]).await?.success()?;
        let dump = self.world.sandbox().dump();
        for kind in ["rules", "listeners", "target_groups", "load_balancers"] {
            let left = dump[kind].as_array().map_or(0, Vec::len);
            ensure!(left == 0, "{left} {kind} were left behind: {:#}", dump[kind]);
        }
        let vpcs = dump["vpcs"].as_array().context("the dump has VPCs")?;
        ensure!(vpcs.len() == 1, "not only the default VPC is left: {vpcs:#?}");
        let state = self.terraform.state().await?;
        ensure!(
            state["values"] == Value::Null,
            "the state holds something: {state:#}"
        );
        Ok(())
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of the example's variable files, in order.
pub fn stages() -> Result<Vec<String>> {
    let mut stages = Vec::new();
    for entry in fs::read_dir(root().join(EXAMPLE).join("env")).context("listing the stages")? {
        let path = entry?.path();
        stages.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    stages.sort();
    Ok(stages)
}

pub fn readme() -> Result<String> {
    let path = root().join(EXAMPLE).join("README.md");
    fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}
