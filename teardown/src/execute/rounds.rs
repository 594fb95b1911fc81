//! In which order the steps go: all whose turn it is at once, then those that waited for them. What a step that was not
//! done leaves in use is judged anew before anything that hangs on it is touched.

use super::outcome::{Outcome, Stop};
use super::recheck::{Family, Recheck};
use super::recreated::Recreated;
use super::release::{self, Waited};
use super::steps::Steps;
use super::{Job, Narrowed, sparing};
use crate::aws::Run;
use crate::aws::wait::{Boxed, together};
use crate::inventory::{Inventory, Kind};
use crate::judge::judge;
use crate::sweep::{Step, Sweep};
use crate::watch::Event;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Rounds<'a> {
    pub run: &'a Run<'a>,
    pub job: &'a Job<'a>,
    pub inventory: &'a Inventory,
    pub narrowed: &'a Narrowed,
    pub recreated: &'a Recreated,
    pub stop: Option<Stop>,
}

impl Rounds<'_> {
    /// Runs the sweep; the outcomes come in its order.
    pub async fn go(&mut self) -> Vec<Outcome> {
        let nodes = &self.narrowed.sweep.nodes;
        let mut outcomes: Vec<Option<Outcome>> = vec![None; nodes.len()];
        loop {
            let over = |at: &usize| outcomes[*at].is_some();
            let open = (0..nodes.len()).filter(|at| outcomes[*at].is_none());
            let ready: Vec<usize> = open.filter(|at| nodes[*at].after.iter().all(over)).collect();
            if ready.is_empty() {
                break;
            }
            let allowed = self.allowed(&outcomes);
            let mut going = Vec::new();
            for at in ready {
                match self.hindrance(at, &outcomes, &allowed) {
                    Some(why) => outcomes[at] = Some(self.skipped(at, Outcome::NotReached(why))),
                    None => going.push(at),
                }
            }
            let stay = self.staying(&outcomes);
            for (at, outcome) in self.round(&going, &allowed, &stay).await {
                outcomes[at] = Some(outcome);
            }
        }
        // Every step has its turn: each waits only for earlier ones.
        let never = || Outcome::NotReached("its turn never came".to_owned());
        outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(never))
            .collect()
    }

    /// The load balancers that were not deleted: AWS never releases what they hold.
    fn staying(&self, outcomes: &[Option<Outcome>]) -> BTreeSet<String> {
        let steps = self.narrowed.sweep.nodes.iter().zip(outcomes);
        let undone = steps.filter_map(|(node, outcome)| match (&node.step, outcome) {
            (Step::DeleteLoadBalancer { load_balancer }, Some(outcome)) if !outcome.is_done() => {
                Some(load_balancer.clone())
            }
            _ => None,
        });
        undone.collect()
    }

    /// The steps that are still right when what was not deleted stays.
    fn allowed(&self, outcomes: &[Option<Outcome>]) -> Option<Vec<Step>> {
        let mut spared = self.narrowed.spared.clone();
        let before = spared.len();
        for (node, outcome) in self.narrowed.sweep.nodes.iter().zip(outcomes) {
            if let (Step::DeleteLoadBalancer { load_balancer }, Some(outcome)) = (&node.step, outcome)
                && let Some(why) = outcome.why()
            {
                spared.insert(load_balancer.clone(), why);
            }
        }
        if spared.len() == before {
            return None;
        }
        let policy = sparing(self.job.policy, &spared);
        let judgement = judge(self.inventory, self.job.managed, &policy);
        let sweep = Sweep::of(self.inventory, &judgement, self.job.policy);
        Some(sweep.nodes.into_iter().map(|node| node.step).collect())
    }

    /// Why a step whose turn it is does not go.
    fn hindrance(
        &self,
        at: usize,
        outcomes: &[Option<Outcome>],
        allowed: &Option<Vec<Step>>,
    ) -> Option<String> {
        if let Some(stop) = &self.stop {
            return Some(match stop {
                Stop::Operator => "the run was stopped".to_owned(),
                Stop::ControllerAlive(what) => format!("a controller is alive: {what}"),
                Stop::Unrecorded(why) => format!("it could not be recorded: {why}"),
            });
        }
        let node = &self.narrowed.sweep.nodes[at];
        let needs_all = matches!(
            node.step,
            Step::DeleteLoadBalancer { .. }
                | Step::DeleteTargetGroup { .. }
                | Step::DeleteSecurityGroup { .. }
        );
        let undone = node.after.iter().find(|before| {
            let wait = matches!(
                self.narrowed.sweep.nodes[**before].step,
                Step::AwaitRelease { .. }
            );
            !wait && !outcomes[**before].as_ref().is_some_and(Outcome::is_done)
        });
        if let Some(before) = undone.filter(|_| needs_all) {
            let step = &self.narrowed.sweep.nodes[*before].step;
            return Some(format!("{} was not done", super::steps::named(step)));
        }
        let gone = narrowed(&node.step, allowed).is_none();
        gone.then(|| "a load balancer that uses it was not deleted".to_owned())
    }

    fn skipped(&self, at: usize, outcome: Outcome) -> Outcome {
        let why = outcome.why().unwrap_or_default();
        self.run.watch.see(&Event::StepSkipped { node: at, why });
        outcome
    }

    /// All of them at once; what they share is looked at together.
    async fn round(
        &mut self,
        going: &[usize],
        allowed: &Option<Vec<Step>>,
        stay: &BTreeSet<String>,
    ) -> Vec<(usize, Outcome)> {
        let kinds: BTreeMap<&str, Kind> = self
            .inventory
            .modern
            .items
            .iter()
            .map(|it| (it.arn.as_str(), it.kind.clone()))
            .collect();
        let mut families: BTreeMap<Family, Vec<(usize, String)>> = BTreeMap::new();
        let (mut single, mut waits) = (Vec::new(), Vec::new());
        for &at in going {
            let step = &self.narrowed.sweep.nodes[at].step;
            self.run.watch.see(&Event::StepBegun {
                node: at,
                step: step.clone(),
            });
            let (family, id) = match step {
                Step::DeleteLoadBalancer { load_balancer } => {
                    let modern = kinds.contains_key(load_balancer.as_str());
                    let family = if modern { Family::Modern } else { Family::Classic };
                    (family, load_balancer)
                }
                Step::DeleteTargetGroup { target_group } => (Family::TargetGroup, target_group),
                Step::DeleteSecurityGroup { security_group } => (Family::SecurityGroup, security_group),
                Step::AwaitRelease { load_balancers } => {
                    waits.push((at, load_balancers));
                    continue;
                }
                Step::Unprotect { .. } | Step::RevokeRules { .. } => {
                    single.extend(narrowed(step, allowed).map(|step| (at, step)));
                    continue;
                }
            };
            families.entry(family).or_default().push((at, id.clone()));
        }
        let steps = Steps {
            run: self.run,
            job: self.job,
            inventory: self.inventory,
            judgement: &self.narrowed.judgement,
            recheck: Recheck {
                run: self.run,
                inventory: self.inventory,
                prints: &self.narrowed.prints,
                links: &self.job.agreed.links,
            },
            unrecorded: std::sync::Mutex::new(None),
            alive: std::sync::OnceLock::new(),
        };
        let this = &*self;
        let (deleted, changed, waited) = tokio::join!(
            together(
                families
                    .into_iter()
                    .map(|(family, some)| -> Boxed<'_, _> { Box::pin(steps.delete(family, some)) })
            ),
            together(single.into_iter().map(|(at, step)| -> Boxed<'_, _> {
                let steps = &steps;
                Box::pin(async move { steps.change(at, &step).await })
            })),
            together(waits.into_iter().map(|(at, arns)| -> Boxed<'_, _> {
                let steps = &steps;
                Box::pin(async move {
                    let waited = this.released(arns, stay).await;
                    if let Waited::Recreated(what) = &waited {
                        // What else of this round waits for its turn is not made any more.
                        steps.alive.get_or_init(|| what.clone());
                    }
                    (at, waited)
                })
            })),
        );
        let unrecorded = steps.unrecorded();
        let mut all: Vec<(usize, Outcome)> = deleted.into_iter().flatten().chain(changed).collect();
        for (at, waited) in waited {
            match waited {
                Waited::Over(outcome) => all.push((at, outcome)),
                Waited::Recreated(what) => {
                    all.push((at, Outcome::NotReached(format!("a controller is alive: {what}"))));
                    self.stop.get_or_insert(Stop::ControllerAlive(what));
                }
            }
        }
        if self.job.stop.is_cancelled() {
            self.stop.get_or_insert(Stop::Operator);
        }
        if let Some(why) = unrecorded {
            self.stop.get_or_insert(Stop::Unrecorded(why));
        }
        for (at, outcome) in &all {
            match outcome.is_done() {
                true => self.run.watch.see(&Event::StepDone { node: *at }),
                false => {
                    self.skipped(*at, outcome.clone());
                }
            }
        }
        all
    }

    async fn released(&self, arns: &[String], stay: &BTreeSet<String>) -> Waited {
        let all = self
            .inventory
            .classic
            .items
            .iter()
            .chain(&self.inventory.modern.items);
        let marks: BTreeSet<&str> = all
            .filter(|it| arns.contains(&it.arn) && !stay.contains(&it.arn))
            .filter(|it| self.job.journal.meant(&it.arn))
            .map(|it| it.mark())
            .collect();
        let limit = self.job.limits.release;
        release::wait(self.run, self.inventory, &marks, limit, self.recreated).await
    }
}

/// What of a step is still right: of rules only those that name a group which still goes.
fn narrowed(step: &Step, allowed: &Option<Vec<Step>>) -> Option<Step> {
    let Some(allowed) = allowed else {
        return Some(step.clone());
    };
    match step {
        Step::AwaitRelease { .. } => Some(step.clone()),
        Step::RevokeRules {
            security_group: group,
            direction: way,
            rules: planned,
        } => allowed.iter().find_map(|step| match step {
            Step::RevokeRules {
                security_group,
                direction,
                rules,
            } if security_group == group && direction == way => {
                let rules: Vec<String> = rules
                    .iter()
                    .filter(|rule| planned.contains(rule))
                    .cloned()
                    .collect();
                (!rules.is_empty()).then(|| Step::RevokeRules {
                    security_group: security_group.clone(),
                    direction: *direction,
                    rules,
                })
            }
            _ => None,
        }),
        _ => allowed.contains(step).then(|| step.clone()),
    }
}
