//! One release on stage: the reference world, the example's own configuration, real Terraform, and load on the
//! listener all the while. Judges nothing but what every act must keep: no lost request, no call out of order.

use acceptance::order::Rule;
use acceptance::probe::{Audience, Connections, Labels, Probe, ProbeOptions, Report, Target};
use acceptance::redact::redact;
use acceptance::terraform::{Plan, Run, Setup, Terraform};
use acceptance::world::World;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

pub const SERVICE: &str = "bluegreen_service.web";
pub const OFFICE: &str = "bluegreen_canary_rule.office";
/// The address that the office connects from.
const OFFICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 9, 9, 9);
const PUBLIC_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 1, 1, 1);
/// The phase in which a test moves weights itself.
pub const BY_HAND: &str = "moved by hand";
const RATE: u32 = 300;
const DRAIN: Duration = Duration::from_millis(100);
/// `desired_count` of the example.
const REQUIRED: u32 = 2;

const FILES: [(&str, &str); 3] = [
    ("main.tf", include_str!("../../../examples/ecs-existing/main.tf")),
    (
        "variables.tf",
        include_str!("../../../examples/ecs-existing/variables.tf"),
    ),
    (
        "outputs.tf",
        include_str!("../../../examples/ecs-existing/outputs.tf"),
    ),
];

/// Laid over the example's provider block: the sandbox is no account that somebody else needs too.
pub const UNHURRIED: (&str, &str) = (
    "unhurried_override.tf",
    "provider \"bluegreen\" {\n  max_mutations_per_second = 1000\n}\n",
);

/// What an operator writes into tfvars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    pub release: &'static str,
    /// enable_canary, activate_canary, promote_to_all.
    pub flags: (bool, bool, bool),
    /// Names a task definition.
    deploys: bool,
    /// Further arguments of the command.
    pub extra: Vec<String>,
}

/// `ask("v2", "101")`: the release, and the three flags as digits.
pub fn ask(release: &'static str, flags: &str) -> Ask {
    let bit = |index: usize| flags.as_bytes()[index] == b'1';
    Ask {
        release,
        flags: (bit(0), bit(1), bit(2)),
        deploys: true,
        extra: Vec::new(),
    }
}

impl Ask {
    pub fn var(mut self, name: &str, value: &str) -> Ask {
        self.extra.push(format!("-var={name}={value}"));
        self
    }

    /// For a configuration that deploys nothing.
    pub fn without_version(mut self) -> Ask {
        self.deploys = false;
        self
    }

    pub fn args(&self) -> Vec<String> {
        let (enable, activate, promote) = self.flags;
        let version = format!("-var=task_definition={}", self.release.replace('v', "web:"));
        let mut args = vec![
            format!("-var=release={}", self.release),
            format!("-var=enable_canary={enable}"),
            format!("-var=activate_canary={activate}"),
            format!("-var=promote_to_all={promote}"),
        ];
        args.extend(self.deploys.then_some(version));
        args.extend(self.extra.iter().cloned());
        args
    }
}

pub struct Stage<'a> {
    pub world: &'a World,
    pub terraform: Terraform,
    probe: Option<Probe>,
    applies: Mutex<Vec<u64>>,
    pub(crate) hands: Mutex<Vec<Range<u64>>>,
    allowed: Mutex<Vec<Rule>>,
}

impl<'a> Stage<'a> {
    pub async fn new(world: &'a World) -> Result<Stage<'a>> {
        Stage::with(world, variables(world, world.setup()?)?).await
    }

    /// The example, in whatever way Terraform is set up.
    pub async fn with(world: &'a World, setup: Setup) -> Result<Stage<'a>> {
        let terraform = Terraform::new(&FILES, setup).await?;
        terraform.write(UNHURRIED.0, UNHURRIED.1)?;
        Ok(Stage {
            world,
            terraform,
            probe: None,
            applies: Mutex::default(),
            hands: Mutex::default(),
            allowed: Mutex::default(),
        })
    }

    /// The first release, then load from the public and the office.
    pub async fn created(world: &'a World) -> Result<Stage<'a>> {
        let mut stage = Stage::new(world).await?;
        stage.apply(&ask("v1", "000")).await?.success()?;
        stage.load().await?;
        Ok(stage)
    }

    /// Begins when every node routes by the rules that stand.
    pub async fn load(&mut self) -> Result<()> {
        self.world.propagated().await?;
        self.probe = Some(self.load_on(&self.world.listener_arn()?)?);
        Ok(())
    }

    /// Load on any listener, for the test itself to end and to judge.
    pub fn load_on(&self, listener: &str) -> Result<Probe> {
        let target = self
            .world
            .sandbox()
            .listener_addr(listener)
            .context("the listener does not listen")?;
        let target = Target::new(target, "shop.example.com");
        let audiences = vec![
            Audience::from("public", &target, IpAddr::V4(PUBLIC_ADDRESS)),
            Audience::from("office", &target, IpAddr::V4(OFFICE_ADDRESS)),
        ];
        let options = ProbeOptions {
            audiences,
            connections: Connections::fixed(4),
            rate: Some(RATE),
            timeout: Duration::from_secs(10),
            labels: Labels::default(),
        };
        Probe::start(options)
    }

    /// Begins a phase of the load: only when every node of the load balancer routes by the newest rules, for until
    /// then some still do what was so before.
    pub async fn phase(&self, name: &str) -> Result<()> {
        self.world.propagated().await?;
        self.probe()?.mark(name);
        Ok(())
    }

    pub fn probe(&self) -> Result<&Probe> {
        self.probe.as_ref().context("the load has not begun")
    }

    /// This test breaks a rule of the order checker on purpose.
    pub fn allow(&self, rule: Rule) {
        self.allowed.lock().unwrap().push(rule);
    }

    pub async fn plan(&self, ask: &Ask) -> Result<Plan> {
        let args = ask.args();
        self.terraform.plan(&refs(&args)).await
    }

    /// Plans and applies in one command, as an operator does. A failed apply is a result.
    pub async fn apply(&self, ask: &Ask) -> Result<Run> {
        self.apply_begins();
        let args = ask.args();
        self.terraform.apply(&refs(&args)).await
    }

    pub fn apply_begins(&self) {
        self.applies.lock().unwrap().push(self.world.next_seq());
    }

    /// Applies a plan, checks that every known planned value was applied, and returns the plan's text for a golden
    /// file.
    pub async fn act(&self, ask: &Ask) -> Result<String> {
        let plan = self.plan(ask).await?;
        ensure!(plan.code == 2, "a change was expected:\n{}", plan.text);
        self.apply_begins();
        self.terraform.apply_plan(&plan).await?.success()?;
        self.applied_as_planned(&plan).await?;
        Ok(golden(&plan.text))
    }

    async fn applied_as_planned(&self, plan: &Plan) -> Result<()> {
        let mut compared = 0;
        for change in plan.json["resource_changes"].as_array().into_iter().flatten() {
            let address = change["address"].as_str().unwrap_or_default();
            let applied = self.terraform.resource(address).await?;
            compared += agree(
                address,
                &change["change"]["after"],
                &change["change"]["after_unknown"],
                &applied,
            )?;
        }
        ensure!(0 < compared, "no planned value was compared");
        Ok(())
    }

    /// The second plan is empty, and it would have seen a change: one weight is moved by hand first, and put back.
    pub async fn rests(&self, ask: &Ask) -> Result<()> {
        let before = self.weights()?;
        let moved = if before.0 < before.1 { (1, 99) } else { (99, 1) };
        // The other color may be empty: what the hand breaks is the hand's, so it gets a phase of its own.
        let _began = self.probe.as_ref().map(|probe| probe.mark(BY_HAND));
        self.by_hand(moved).await?;
        let plan = self.plan(ask).await?;
        ensure!(
            plan.code == 2,
            "a weight moved by hand was not seen:\n{}",
            plan.text
        );
        ensure!(
            plan.text.contains("repair"),
            "not told as a repair:\n{}",
            plan.text
        );
        self.by_hand(before).await?;
        let plan = self.plan(ask).await?;
        if self.probe.is_some() {
            self.phase("afterwards").await?;
        }
        ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
        Ok(())
    }

    /// How many calls have asked AWS to change something.
    pub fn changing_calls(&self) -> usize {
        let events = self.world.events();
        events
            .iter()
            .filter(|event| event["event"] == "call" && event["mutating"] == true)
            .count()
    }

    /// Weights of the service's rule: blue, green.
    pub fn weights(&self) -> Result<(u64, u64)> {
        let rule = self.service_rule()?;
        let groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let weight = |name: &str| -> Result<u64> {
            let arn = self.world.target_group_arn(name)?;
            let group = groups
                .iter()
                .find(|group| group["TargetGroupArn"] == arn.as_str());
            group
                .and_then(|group| group["Weight"].as_u64())
                .with_context(|| format!("{name} is not in the rule: {rule:#}"))
        };
        Ok((weight("web-blue")?, weight("web-green")?))
    }

    /// The rule at the service's priority; without one the listener's default rule, as AWS shows it.
    pub fn service_rule(&self) -> Result<Value> {
        let dump = self.world.sandbox().dump();
        let rules = dump["rules"].as_array().cloned().unwrap_or_default();
        let at = |priority: &str| rules.iter().find(|rule| rule["Priority"] == priority).cloned();
        at("100")
            .or_else(|| at("default"))
            .context("the service's rule is not there")
    }

    /// Like [`Self::finish`], and `then` the world may be torn down, for which there is no load and no judge.
    pub async fn finish_keeping(mut self, then: impl AsyncFnOnce(&Terraform) -> Result<()>) -> Result<()> {
        self.judge().await?;
        then(&self.terraform).await
    }

    /// Ends the load: every request was answered, and every AWS call came in a safe order.
    pub async fn finish(mut self) -> Result<Option<Report>> {
        self.judge().await
    }

    async fn judge(&mut self) -> Result<Option<Report>> {
        let report = match self.probe.take() {
            Some(probe) => Some(probe.stop().await?),
            None => None,
        };
        if let Some(report) = &report {
            ensure!(0 < report.succeeded, "no request was sent");
            let others = report.phases.iter().filter(|phase| phase.name != BY_HAND);
            let failed: u64 = others.map(|phase| phase.failed).sum();
            ensure!(
                failed == 0,
                "{failed} of {} requests failed: {:?}",
                report.started,
                report.samples
            );
        }
        let mut judge = self.world.judge(REQUIRED, DRAIN);
        for begin in self.applies.lock().unwrap().iter() {
            judge = judge.apply_begins(*begin);
        }
        for range in self.hands.lock().unwrap().iter() {
            judge = judge.by_hand(range.clone());
        }
        for rule in self.allowed.lock().unwrap().iter() {
            judge = judge.allow(*rule);
        }
        judge.assert(&self.world.events());
        Ok(report)
    }
}

/// The example's variables that are not about a release, quick enough for a test.
pub fn variables(world: &World, setup: Setup) -> Result<Setup> {
    Ok(setup
        .env("TF_VAR_listener_arn", &world.listener_arn()?)
        .env(
            "TF_VAR_blue_target_group_arn",
            &world.target_group_arn("web-blue")?,
        )
        .env(
            "TF_VAR_green_target_group_arn",
            &world.target_group_arn("web-green")?,
        )
        .env("TF_VAR_office_ips", &format!("[\"{OFFICE_ADDRESS}/32\"]"))
        .env(
            "TF_VAR_steps",
            r#"[{ weight = 10, bake = "200ms" }, { weight = 50, bake = "200ms" }]"#,
        )
        .env("TF_VAR_final_bake", "400ms")
        .env("TF_VAR_health_timeout", "4s")
        .env("TF_VAR_drain", &format!("{}ms", DRAIN.as_millis()))
        .env("TF_VAR_rollback_window", "1h"))
}

pub fn refs(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// A plan's text as a golden file keeps it: from the first planned action on, without Terraform's own notes.
pub fn golden(text: &str) -> String {
    let text = redact(text);
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with("Terraform will perform"));
    let lines = lines.take_while(|line| !line.starts_with("─────") && !line.starts_with("Saved the plan"));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Every value that the plan knew is the value that was applied. Returns how many were compared.
fn agree(at: &str, planned: &Value, unknown: &Value, applied: &Value) -> Result<usize> {
    if *unknown == Value::Bool(true) {
        return Ok(0);
    }
    match planned {
        Value::Object(fields) => {
            let mut compared = 0;
            for (name, value) in fields {
                compared += agree(&format!("{at}.{name}"), value, &unknown[name], &applied[name])?;
            }
            Ok(compared)
        }
        Value::Array(items) => {
            let applied = applied
                .as_array()
                .with_context(|| format!("{at} is not a list: {applied}"))?;
            ensure!(
                items.len() == applied.len(),
                "{at}: planned {} elements, applied {}",
                items.len(),
                applied.len()
            );
            let mut compared = 0;
            for (index, (value, applied)) in items.iter().zip(applied).enumerate() {
                compared += agree(&format!("{at}[{index}]"), value, &unknown[index], applied)?;
            }
            Ok(compared)
        }
        value => {
            ensure!(value == applied, "{at}: planned {value}, applied {applied}");
            Ok(1)
        }
    }
}
