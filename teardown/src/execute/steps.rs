//! The calls that change something. Each is preceded by a look, an intent in the journal and a line in the audit log,
//! and made once: before it is made again the object is looked at again.

use super::Job;
use super::journal::Entry;
use super::outcome::{Blocker, Outcome};
use super::recheck::{Family, Now, Recheck};
use super::recreated::purpose_of;
use crate::audit::Event as Line;
use crate::aws::wait::{Boxed, together};
use crate::aws::{Class, Error, Kind, Run};
use crate::inventory::{Direction, Inventory};
use crate::judge::Judgement;
use crate::scan::tags::BATCH;
use crate::sweep::Step;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;
use jiff::Timestamp;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Mutex, OnceLock, PoisonError};

/// How often a change is tried.
const ATTEMPTS: u32 = 6;

pub(super) struct Steps<'a> {
    pub run: &'a Run<'a>,
    pub job: &'a Job<'a>,
    pub inventory: &'a Inventory,
    pub judgement: &'a Judgement,
    pub recheck: Recheck<'a>,
    /// Why nothing can be recorded any more: nothing is changed then.
    pub unrecorded: Mutex<Option<String>>,
    /// The controller that was seen to live, by whoever waits meanwhile: nothing is changed then either.
    pub alive: OnceLock<String>,
}

/// What a step is about, for a sentence.
pub(super) fn named(step: &Step) -> String {
    match step {
        Step::Unprotect { load_balancer } => format!("taking deletion protection off {load_balancer}"),
        Step::DeleteLoadBalancer { load_balancer } => format!("deleting {load_balancer}"),
        Step::DeleteTargetGroup { target_group } => format!("deleting {target_group}"),
        Step::AwaitRelease { .. } => "the wait for network interfaces".to_owned(),
        Step::RevokeRules { security_group, .. } => format!("revoking rules of {security_group}"),
        Step::DeleteSecurityGroup { security_group } => format!("deleting {security_group}"),
    }
}

fn call_of(family: Family) -> &'static str {
    match family {
        Family::Classic | Family::Modern => "elasticloadbalancing:DeleteLoadBalancer",
        Family::TargetGroup => "elasticloadbalancing:DeleteTargetGroup",
        Family::SecurityGroup => "ec2:DeleteSecurityGroup",
    }
}

/// One object whose turn it is.
struct Turn {
    at: usize,
    id: String,
    attempt: u32,
}

impl Steps<'_> {
    pub fn unrecorded(&self) -> Option<String> {
        self.unrecorded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Deletes objects of one family: as many at once as its bucket lets go, each portion looked at right before.
    pub async fn delete(&self, family: Family, some: Vec<(usize, String)>) -> Vec<(usize, Outcome)> {
        let mut queue: VecDeque<Turn> = some
            .into_iter()
            .map(|(at, id)| Turn { at, id, attempt: 1 })
            .collect();
        let mut outcomes = Vec::new();
        let call = call_of(family);
        while let Some(first) = queue.front() {
            let most = queue.len().min(BATCH);
            let portion = match self.run.turn(family.class(), most, call, &first.id).await {
                Ok(portion) => portion,
                Err(error) => {
                    let never = |turn: Turn| (turn.at, Outcome::NotReached(error.to_string()));
                    outcomes.extend(queue.drain(..).map(never));
                    break;
                }
            };
            if let Some(outcome) = self.halted() {
                outcomes.extend(queue.drain(..).map(|turn| (turn.at, outcome.clone())));
                break;
            }
            let portion: Vec<Turn> = queue.drain(..portion).collect();
            let ids: Vec<String> = portion.iter().map(|turn| turn.id.clone()).collect();
            let now = self.recheck.look(family, &ids).await;
            let tried = portion.into_iter().map(|turn| -> Boxed<'_, _> {
                let now = now.get(&turn.id).cloned();
                Box::pin(async move {
                    let tried = self.once(family, &turn, now).await;
                    (turn, tried)
                })
            });
            let mut again: Option<(u32, Error)> = None;
            for (turn, tried) in together(tried).await {
                match tried {
                    Ok(outcome) => outcomes.push((turn.at, outcome)),
                    Err(error) if turn.attempt < ATTEMPTS && is_worth_again(family, &error) => {
                        again = Some((turn.attempt, error));
                        queue.push_back(Turn {
                            attempt: turn.attempt + 1,
                            ..turn
                        });
                    }
                    Err(error) if error.kind == Kind::Stopped => {
                        outcomes.push((turn.at, Outcome::NotReached(error.to_string())));
                    }
                    Err(error) => {
                        let blocker = Blocker::of(&error, &turn.id);
                        outcomes.push((turn.at, Outcome::Refused(blocker)));
                    }
                }
            }
            if let Some((attempt, error)) = again {
                // The end of the run shows with the next turn.
                let _ = self.run.pause(family.class(), attempt, &error).await;
            }
        }
        outcomes
    }

    /// What becomes of a change that was not made yet when a controller was seen to live.
    fn halted(&self) -> Option<Outcome> {
        let what = self.alive.get()?;
        Some(Outcome::NotReached(format!("a controller is alive: {what}")))
    }

    /// One attempt at one object that was just looked at.
    async fn once(&self, family: Family, turn: &Turn, now: Option<Now>) -> Result<Outcome, Error> {
        let id = &turn.id;
        let left_alone = |outcome: Outcome| {
            let says = json!({ "id": id, "why": outcome.why() });
            self.record(|| {
                self.job
                    .audit
                    .write(Line::Skipped, &says)
                    .map_err(|e| e.to_string())
            });
            Ok(outcome)
        };
        match now {
            Some(Now::Same) => {}
            // An answer may have been lost: then it was us.
            Some(Now::Gone) if 1 < turn.attempt || self.job.journal.meant(id) => return Ok(Outcome::Deleted),
            Some(Now::Gone) => return Ok(Outcome::AlreadyGone),
            Some(Now::Drifted(why)) => return left_alone(Outcome::Drifted(why)),
            Some(Now::Used(why) | Now::Unread(why)) => return left_alone(Outcome::Unproven(why)),
            None => return left_alone(Outcome::Unproven("it could not be looked at".to_owned())),
        }
        if let Some(outcome) = self.halted() {
            return Ok(outcome);
        }
        let call = call_of(family);
        if !self.intend(call, id, self.claim_of(id)) {
            return Ok(Outcome::NotReached("it could not be recorded".to_owned()));
        }
        let aws = self.run.aws;
        let class = family.class();
        let sent = match family {
            Family::Classic => {
                let all = self.inventory.classic.items.iter();
                let name = all.filter(|it| it.arn == *id).map(|it| it.name.clone()).next();
                let sent = aws.elb().delete_load_balancer().set_load_balancer_name(name);
                self.run.change(class, call, id, sent.send()).await.map(drop)
            }
            Family::Modern => {
                let sent = aws.elbv2().delete_load_balancer().load_balancer_arn(id);
                self.run.change(class, call, id, sent.send()).await.map(drop)
            }
            Family::TargetGroup => {
                let sent = aws.elbv2().delete_target_group().target_group_arn(id);
                self.run.change(class, call, id, sent.send()).await.map(drop)
            }
            Family::SecurityGroup => {
                let sent = aws.ec2().delete_security_group().group_id(id);
                self.run.change(class, call, id, sent.send()).await.map(drop)
            }
        };
        self.answered(call, id, &sent);
        match sent {
            Ok(()) => Ok(Outcome::Deleted),
            // It went between our look and our call.
            Err(error) if error.kind == Kind::NotFound => Ok(Outcome::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// A change that deletes no object.
    pub async fn change(&self, at: usize, step: &Step) -> (usize, Outcome) {
        let mut attempt = 1;
        loop {
            let tried = match step {
                Step::Unprotect { load_balancer } => self.unprotect(load_balancer).await,
                Step::RevokeRules {
                    security_group,
                    direction,
                    rules,
                } => self.revoke(security_group, *direction, rules).await,
                _ => Ok(Outcome::NotReached("this step is not made one by one".to_owned())),
            };
            let error = match tried {
                Ok(outcome) => return (at, outcome),
                Err(error) => error,
            };
            let passes = error.passes() || error.kind == Kind::NotFound;
            if error.kind == Kind::Stopped {
                return (at, Outcome::NotReached(error.to_string()));
            }
            if !passes
                || ATTEMPTS <= attempt
                || self
                    .run
                    .pause(Class::NetworkWrite, attempt, &error)
                    .await
                    .is_err()
            {
                let on = error.on.clone();
                return (at, Outcome::Refused(Blocker::of(&error, &on)));
            }
            attempt += 1;
        }
    }

    async fn unprotect(&self, arn: &str) -> Result<Outcome, Error> {
        const CALL: &str = "elasticloadbalancing:ModifyLoadBalancerAttributes";
        self.run.turn(Class::ModernWrite, 1, CALL, arn).await?;
        let ids = [arn.to_owned()];
        match self.recheck.look(Family::Modern, &ids).await.remove(arn) {
            Some(Now::Same) => {}
            Some(Now::Gone) => return Ok(Outcome::AlreadyGone),
            Some(Now::Drifted(why)) => return Ok(Outcome::Drifted(why)),
            Some(Now::Used(why) | Now::Unread(why)) => return Ok(Outcome::Unproven(why)),
            None => return Ok(Outcome::Unproven("it could not be looked at".to_owned())),
        }
        if let Some(outcome) = self.halted() {
            return Ok(outcome);
        }
        if !self.intend(CALL, arn, None) {
            return Ok(Outcome::NotReached("it could not be recorded".to_owned()));
        }
        let off = LoadBalancerAttribute::builder()
            .key("deletion_protection.enabled")
            .value("false")
            .build();
        let sent = self.run.aws.elbv2().modify_load_balancer_attributes();
        let sent = sent.load_balancer_arn(arn).attributes(off).send();
        let answer = self
            .run
            .change(Class::ModernWrite, CALL, arn, sent)
            .await
            .map(drop);
        self.answered(CALL, arn, &answer);
        answer.map(|()| Outcome::Deleted)
    }

    async fn revoke(&self, group: &str, direction: Direction, rules: &[String]) -> Result<Outcome, Error> {
        let call = match direction {
            Direction::Ingress => "ec2:RevokeSecurityGroupIngress",
            Direction::Egress => "ec2:RevokeSecurityGroupEgress",
        };
        self.run.turn(Class::NetworkWrite, 1, call, group).await?;
        let still = match self.recheck.rules(group, rules).await {
            Ok(still) => still,
            Err(why) => return Ok(Outcome::Unproven(why)),
        };
        if still.is_empty() {
            return Ok(Outcome::AlreadyGone);
        }
        if let Some(outcome) = self.halted() {
            return Ok(outcome);
        }
        let id = format!("{group} {}", still.join(" "));
        if !self.intend(call, &id, None) {
            return Ok(Outcome::NotReached("it could not be recorded".to_owned()));
        }
        let ec2 = self.run.aws.ec2();
        let answer = match direction {
            Direction::Ingress => {
                let sent = ec2.revoke_security_group_ingress().group_id(group);
                let sent = sent.set_security_group_rule_ids(Some(still)).send();
                self.run
                    .change(Class::NetworkWrite, call, group, sent)
                    .await
                    .map(drop)
            }
            Direction::Egress => {
                let sent = ec2.revoke_security_group_egress().group_id(group);
                let sent = sent.set_security_group_rule_ids(Some(still)).send();
                self.run
                    .change(Class::NetworkWrite, call, group, sent)
                    .await
                    .map(drop)
            }
        };
        self.answered(call, &id, &answer);
        answer.map(|()| Outcome::Deleted)
    }

    fn claim_of(&self, id: &str) -> Option<String> {
        let mut all = self
            .inventory
            .classic
            .items
            .iter()
            .chain(&self.inventory.modern.items);
        all.find(|it| it.arn == id).and_then(purpose_of)
    }

    /// Whether the intent is on disk: without that no call is made.
    fn intend(&self, call: &str, id: &str, claim: Option<String>) -> bool {
        let entry = Entry::Intent {
            at: Timestamp::now(),
            call: call.to_owned(),
            id: id.to_owned(),
            claim,
        };
        let judged = self.judgement.objects.iter().find(|it| it.id == id);
        let evidence =
            judged.map(|it| json!({ "level": it.evidence.level.to_string(), "facts": it.evidence.facts }));
        let says = json!({ "call": call, "id": id, "evidence": evidence });
        !self.run.stop.is_cancelled()
            && self.record(|| self.job.journal.write(entry).map_err(|error| error.to_string()))
            && self.record(|| {
                self.job
                    .audit
                    .write(Line::Calling, &says)
                    .map_err(|error| error.to_string())
            })
    }

    fn answered(&self, call: &str, id: &str, answer: &Result<(), Error>) {
        let said = answer
            .as_ref()
            .map_or_else(Error::to_string, |()| "done".to_owned());
        let entry = Entry::Result {
            call: call.to_owned(),
            id: id.to_owned(),
            said: said.clone(),
        };
        let says = json!({ "call": call, "id": id, "said": said });
        self.record(|| self.job.journal.write(entry).map_err(|error| error.to_string()));
        self.record(|| {
            self.job
                .audit
                .write(Line::Answered, &says)
                .map_err(|error| error.to_string())
        });
    }

    fn record(&self, write: impl FnOnce() -> Result<(), String>) -> bool {
        let mut unrecorded = self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner);
        if unrecorded.is_none() {
            *unrecorded = write().err();
        }
        unrecorded.is_none()
    }
}

/// Security groups: AWS may go on for a moment to see interfaces and rules that are gone.
fn is_worth_again(family: Family, error: &Error) -> bool {
    error.passes() || family == Family::SecurityGroup && error.kind == Kind::Dependency
}
