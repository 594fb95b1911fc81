//! What must be true of a release whatever happened to it: the state tells the truth, nothing exists twice, and one
//! more apply arrives.
//!
//! Never breaks anything itself; the faults are each test's own.

use crate::stage::{Ask, SERVICE, Stage, refs};
use acceptance::wait::eventually;
use anyhow::{Context, Result, ensure};
use sandbox::{Fault, FaultRule};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// Weights of the service's rule: blue, green.
pub type Split = (u64, u64);

impl Stage<'_> {
    /// How often the sandbox has killed the provider so far.
    pub fn kills(&self) -> usize {
        self.faults("kill_")
    }

    /// How many calls met a fault whose name begins so.
    pub fn faults(&self, kind: &str) -> usize {
        let events = self.world.events();
        let struck = |event: &&Value| {
            event["fault"]
                .as_str()
                .is_some_and(|fault| fault.starts_with(kind))
        };
        events.iter().filter(struck).count()
    }

    /// Kills the provider at the `nth` AWS call from now on, or at the `nth` call that changes something.
    pub fn kill_at(&self, fault: Fault, nth: u64) {
        let mutating = matches!(fault, Fault::KillAfter).then_some(true);
        self.world.sandbox().faults().add(FaultRule {
            nth: Some(nth),
            mutating,
            ..FaultRule::new(fault)
        });
    }

    pub fn calm(&self) {
        self.world.sandbox().faults().clear();
    }

    /// One apply arrives at `split`, nothing is left to do after it, and nothing exists twice.
    pub async fn converges(&self, ask: &Ask, split: Split) -> Result<()> {
        let run = self.apply(ask).await?;
        ensure!(run.code == 0, "{ask:?} did not converge:\n{}", run.text());
        self.stands(ask, split).await
    }

    /// Nothing is left to do, traffic stands at `split`, and nothing exists twice.
    pub async fn stands(&self, ask: &Ask, split: Split) -> Result<()> {
        self.nothing_left(ask).await?;
        let weights = self.weights()?;
        ensure!(weights == split, "{ask:?}: traffic stands at {weights:?}");
        self.nothing_twice()
    }

    /// The plan is empty.
    pub async fn nothing_left(&self, ask: &Ask) -> Result<()> {
        let args = ask.args();
        let all = [vec!["plan", "-input=false", "-detailed-exitcode"], refs(&args)].concat();
        let run = self.terraform.run(&all).await?;
        ensure!(run.code == 0, "{ask:?} is not done:\n{}", run.text());
        Ok(())
    }

    /// No two rules carry the same of our tags, and there are the two ECS services and no third.
    pub fn nothing_twice(&self) -> Result<()> {
        let dump = self.world.sandbox().dump();
        let mut seen = BTreeSet::new();
        for rule in self.world.rules() {
            let arn = rule["RuleArn"].as_str().context("a rule has an ARN")?;
            let tag = |name: &str| dump["tags"][arn][name].as_str().unwrap_or_default().to_owned();
            let owner = (
                tag("bluegreen:service"),
                tag("bluegreen:resource"),
                rule["Priority"].to_string(),
            );
            let what = (owner.0.clone(), owner.1.clone());
            ensure!(what.0 == "web", "{arn} has no owner: {:#}", dump["tags"][arn]);
            ensure!(seen.insert(what), "{owner:?} exists twice: {:#}", dump["rules"]);
        }
        let services = dump["services"].as_array().map_or(0, Vec::len);
        ensure!(services == 2, "there are {services} ECS services");
        Ok(())
    }

    /// Both tasks of a service answer their health checks.
    pub async fn healthy(&self, group: &str) -> Result<()> {
        eventually(Duration::from_secs(20), async || {
            match self.world.healthy(group) {
                2 => Ok(()),
                healthy => Err(format!("{healthy} healthy targets")),
            }
        })
        .await
    }

    /// Looks again, and says what state then holds; the looked-up split is the rule's own.
    pub async fn truth(&self, ask: &Ask) -> Result<Value> {
        let args = ask.args();
        self.terraform.refresh(&refs(&args)).await?.success()?;
        self.told().await
    }

    /// What state says without another look; its split has to be the rule's own.
    pub async fn told(&self) -> Result<Value> {
        let state = self.terraform.resource(SERVICE).await?;
        let told = (
            state["traffic"]["blue"].as_u64(),
            state["traffic"]["green"].as_u64(),
        );
        let (blue, green) = self.weights()?;
        ensure!(
            told == (Some(blue), Some(green)),
            "state says {told:?}, the rule says {blue}/{green}: {state:#}"
        );
        Ok(state)
    }
}
