//! Several services on one listener, in two colors each, whose tasks all run already: what is tried is who reaches
//! whom, not how a release comes there.

use crate::stage::golden;
use acceptance::probe::{Audience, Connections, Labels, Probe, ProbeOptions, Target};
use acceptance::terraform::{Plan, Run, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::world::{World, reference_seed};
use anyhow::{Context, Result, bail, ensure};
use sandbox::Options;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const HEAD: &str = r#"
terraform {
  required_providers {
    bluegreen = { source = "bluegreen-rs/bluegreen" }
  }
}
variable "listener" {}
variable "groups" { type = map(string) }
# The services that are in their canary phase, on the way from v1 to v2.
variable "open" { default = "" }
# Those that have arrived at v2.
variable "promoted" { default = "" }
locals {
  open     = split(",", var.open)
  promoted = split(",", var.promoted)
  new      = concat(local.open, local.promoted)
}
"#;

/// A service by its host, with the release and flags that `var.open` says.
pub fn service(name: &str, priority: u32) -> String {
    format!(
        r#"
resource "bluegreen_service" "{name}" {{
  name            = "{name}"
  release         = contains(local.new, "{name}") ? "v2" : "v1"
  enable_canary   = contains(local.new, "{name}")
  activate_canary = contains(local.open, "{name}")
  promote_to_all  = contains(local.promoted, "{name}")
  alb = {{
    listener_arn           = var.listener
    priority               = {priority}
    host_headers           = ["{name}.example.com"]
    blue_target_group_arn  = var.groups["{name}-blue"]
    green_target_group_arn = var.groups["{name}-green"]
  }}
  rollout = {{ health_timeout = "20s", final_bake = "400ms", drain = "100ms" }}
}}
"#
    )
}

pub fn canary(service: &str, name: &str, priority: u32, body: &str) -> String {
    format!(
        "\nresource \"bluegreen_canary_rule\" \"{name}\" {{\n  route    = bluegreen_service.{service}.route\n  priority = {priority}\n{body}}}\n"
    )
}

pub struct Listener {
    pub world: World,
    pub terraform: Terraform,
    setup: Setup,
    services: Vec<String>,
}

impl Listener {
    pub async fn new(services: &[&str]) -> Result<Listener> {
        let mut seed = reference_seed();
        let group = seed.target_groups[0].clone();
        seed.target_groups.clear();
        let fleet = seed.services[0].clone();
        seed.services.clear();
        for service in services {
            for color in ["blue", "green"] {
                let name = format!("{service}-{color}");
                let mut group = group.clone();
                group.name.clone_from(&name);
                seed.target_groups.push(group.clone());
                let mut fleet = fleet.clone();
                fleet.name.clone_from(&name);
                fleet.desired_count = 1;
                fleet.target_group = Some(name);
                seed.services.push(fleet);
            }
        }
        let options = Options {
            time_scale: 0.02,
            ..Options::default()
        };
        let world = World::start(options, &seed).await?;
        let mut groups = Vec::new();
        for group in &seed.target_groups {
            groups.push(format!(
                "\"{}\":\"{}\"",
                group.name,
                world.target_group_arn(&group.name)?
            ));
        }
        let setup = world
            .setup()?
            .env("TF_VAR_listener", &world.listener_arn()?)
            .env("TF_VAR_groups", &format!("{{{}}}", groups.join(",")));
        let terraform = Terraform::new(&[("main.tf", HEAD)], setup.clone()).await?;
        Ok(Listener {
            world,
            terraform,
            setup,
            services: services.iter().map(|name| (*name).to_owned()).collect(),
        })
    }

    /// Another configuration with a state of its own on the same listener.
    pub async fn beside(&self, resources: &str) -> Result<Terraform> {
        let main = format!("{HEAD}{resources}");
        Terraform::new(&[("main.tf", &main)], self.setup.clone()).await
    }

    /// Rewrites a configuration made by [`Self::beside`].
    pub fn rewrite(&self, terraform: &Terraform, resources: &str) -> Result<()> {
        terraform.write("main.tf", &format!("{HEAD}{resources}"))?;
        Ok(())
    }

    pub fn write(&self, resources: &str) -> Result<()> {
        self.terraform.write("main.tf", &format!("{HEAD}{resources}"))?;
        Ok(())
    }

    /// The services that have arrived stay so.
    pub fn promote(&self, services: &str) -> Result<()> {
        self.open("")?;
        let text = format!("promoted = \"{services}\"\n");
        self.terraform.write("promoted.auto.tfvars", &text)?;
        Ok(())
    }

    /// The services that are open stay so.
    pub fn open(&self, services: &str) -> Result<()> {
        let text = format!("open = \"{services}\"\n");
        self.terraform.write("open.auto.tfvars", &text)?;
        Ok(())
    }

    /// Everything there, nothing open, every color healthy.
    pub async fn created(&self, resources: &str) -> Result<()> {
        self.write(resources)?;
        self.apply().await?.success()?;
        self.healthy().await?;
        self.rests().await
    }

    pub async fn healthy(&self) -> Result<()> {
        let healthy = async || {
            for service in &self.services {
                for color in ["blue", "green"] {
                    let name = format!("{service}-{color}");
                    if self.world.healthy(&name) == 0 {
                        return Err(format!("{name} is not healthy"));
                    }
                }
            }
            Ok(())
        };
        eventually(Duration::from_secs(30), healthy).await
    }

    /// Opens the canary of these services in one apply, and shows its plan.
    pub async fn act(&self, resources: &str, open: &str) -> Result<String> {
        self.write(resources)?;
        self.open(open)?;
        let plan = self.plan().await?;
        ensure!(plan.code == 2, "a change was expected:\n{}", plan.text);
        self.terraform.apply_plan(&plan).await?.success()?;
        Ok(golden(&plan.text))
    }

    pub async fn plan(&self) -> Result<Plan> {
        self.terraform.plan(&[]).await
    }

    pub async fn apply(&self) -> Result<Run> {
        self.terraform.apply(&[]).await
    }

    pub async fn apply_with(&self, open: &str) -> Result<Run> {
        self.open(open)?;
        self.apply().await
    }

    /// The plan is empty.
    pub async fn rests(&self) -> Result<()> {
        let plan = self.plan().await?;
        ensure!(plan.is_empty(), "the plan is not empty:\n{}", plan.text);
        Ok(())
    }

    /// Rules whose `bluegreen:resource` begins with this.
    pub fn rules(&self, resource: &str) -> Vec<Value> {
        let tags = &self.world.sandbox().dump()["tags"];
        let mut rules = self.world.rules();
        rules.retain(|rule| {
            let arn = rule["RuleArn"].as_str().unwrap_or_default();
            let tag = tags[arn]["bluegreen:resource"].as_str();
            tag.is_some_and(|tag| tag.starts_with(resource))
        });
        rules
    }

    pub fn arn_at(&self, priority: u32) -> Result<String> {
        let rules = self.world.rules();
        let rule = rules
            .iter()
            .find(|rule| rule["Priority"] == priority.to_string().as_str());
        let arn = rule.and_then(|rule| rule["RuleArn"].as_str());
        arn.map(str::to_owned)
            .with_context(|| format!("no rule at {priority}: {rules:#?}"))
    }

    /// A rule without our tags: its ARN.
    pub async fn foreign(&self, priority: u32, path: &str) -> Result<String> {
        let group = self
            .world
            .target_group_arn(&format!("{}-blue", self.services[0]))?;
        let listener = self.world.listener_arn()?;
        self.hand(&format!(
            "CreateRule&ListenerArn={listener}&Priority={priority}&Conditions.member.1.Field=path-pattern\
             &Conditions.member.1.Values.member.1={path}&Actions.member.1.Type=forward\
             &Actions.member.1.TargetGroupArn={group}"
        ))
        .await?;
        self.arn_at(priority)
    }

    /// One call behind everybody's back.
    pub async fn hand(&self, form: &str) -> Result<()> {
        let endpoint = self.world.sandbox().endpoint();
        let host = endpoint.trim_start_matches("http://");
        let body = format!("Version=2015-12-01&Action={form}");
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(host).await?;
        let answer = exchange(&mut stream, &request).await?;
        ensure!(
            answer.starts_with("HTTP/1.1 200"),
            "{form} was refused:\n{answer}"
        );
        Ok(())
    }

    pub fn calls(&self) -> usize {
        self.world.events().len()
    }

    /// The actions that changed something since.
    pub fn calls_since(&self, before: usize) -> Vec<String> {
        let events = self.world.events();
        let calls = events[before..]
            .iter()
            .filter(|event| event["event"] == "call" && event["mutating"] == true);
        calls
            .filter_map(|event| event["action"].as_str().map(str::to_owned))
            .collect()
    }

    /// Load on every service, from the office and the public, once every node routes by the rules that stand.
    pub async fn load(&self) -> Result<Vec<Probe>> {
        self.world.propagated().await?;
        let each = self.services.iter().map(|service| {
            let target = Target::new(self.address()?, &format!("{service}.example.com"));
            Probe::start(ProbeOptions {
                audiences: vec![
                    Audience::from("public", &target, IpAddr::V4(Ipv4Addr::new(127, 1, 1, 1))),
                    Audience::from("office", &target, IpAddr::V4(Ipv4Addr::new(127, 9, 9, 9))),
                ],
                connections: Connections::fixed(2),
                rate: Some(100),
                timeout: Duration::from_secs(10),
                labels: Labels::default(),
            })
        });
        each.collect()
    }

    fn address(&self) -> Result<SocketAddr> {
        let listener = self.world.listener_arn()?;
        let address = self.world.sandbox().listener_addr(&listener);
        address.context("the listener does not listen")
    }

    /// All of these are answered by this color.
    pub async fn answers(&self, requests: &[Request], color: &str) -> Result<()> {
        for request in requests {
            let by = request.send(self.address()?).await?;
            ensure!(by == color, "{request:?} was answered by {by}, not by {color}");
        }
        Ok(())
    }

    pub async fn finish(self) -> Result<()> {
        self.terraform.destroy(&[]).await?.success()?;
        ensure!(self.rules("").is_empty(), "rules are left: {:#?}", self.rules(""));
        self.world.shutdown().await
    }
}

#[derive(Clone, Debug)]
pub struct Request {
    host: String,
    path: String,
    source: String,
    header: Option<String>,
}

impl Request {
    pub fn of(service: &str) -> Request {
        Request {
            host: format!("{service}.example.com"),
            path: "/".into(),
            source: "127.1.1.1".into(),
            header: None,
        }
    }

    pub fn host(mut self, service: &str) -> Request {
        self.host = format!("{service}.example.com");
        self
    }

    pub fn path(mut self, path: &str) -> Request {
        path.clone_into(&mut self.path);
        self
    }

    pub fn from(mut self, source: &str) -> Request {
        source.clone_into(&mut self.source);
        self
    }

    pub fn header(mut self, line: &str) -> Request {
        self.header = Some(line.to_owned());
        self
    }

    /// The color that answers.
    async fn send(&self, to: SocketAddr) -> Result<String> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(self.source.parse()?, 0))?;
        let mut stream = socket.connect(to).await?;
        let header = self
            .header
            .iter()
            .map(|line| format!("{line}\r\n"))
            .collect::<String>();
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{header}\r\n",
            self.path, self.host
        );
        let answer = exchange(&mut stream, &request).await?;
        let lines = answer.lines().take_while(|line| !line.is_empty());
        let mut colors = lines.filter_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("x-color: ")
                .map(str::to_owned)
        });
        match colors.next() {
            Some(color) => Ok(color),
            None => bail!("{self:?} was answered without a color:\n{answer}"),
        }
    }
}

async fn exchange(stream: &mut TcpStream, request: &str) -> Result<String> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
