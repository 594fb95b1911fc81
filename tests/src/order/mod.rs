//! The order checker: reads the sandbox's event log and says where a release did things in an unsafe order.
//!
//! Knows only what AWS saw. Shares no code with the provider or the sandbox, asks nobody, and never passes over an
//! event that it cannot read.

mod call;
mod replay;
mod rules;

use replay::Replay;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// What must hold, whatever the release does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// No share grows on a color with fewer healthy targets than required.
    Raise,
    /// No color shrinks while it has a share, in anybody's rule.
    Shrink,
    /// No color changes its version while it has a share or a canary rule.
    Deploy,
    /// Nothing is touched that does not belong to the service.
    Foreign,
    /// Both target groups stay in the service's rule at all times.
    Pair,
    /// No rule exists twice.
    Twice,
    /// No color shrinks before its drain time has passed since its share fell to zero.
    Drain,
    /// Canary rules come before their service's rule.
    Precedence,
    /// The log itself makes no sense.
    Unreadable,
}

/// One thing that was wrong, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Of the event in the log.
    pub seq: u64,
    pub rule: Rule,
    pub sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seq {}: {:?}: {}", self.seq, self.rule, self.sentence)
    }
}

/// One color of a service, as AWS knows it.
#[derive(Clone, Debug)]
pub struct Side {
    /// Name or ARN.
    pub target_group: String,
    /// Name; `None` if no ECS service belongs to it.
    pub ecs_service: Option<String>,
}

/// A service under release: what the configuration says, told to the checker and not taken from the provider.
#[derive(Clone, Debug)]
pub struct Service {
    /// The value of the tag `bluegreen:service`.
    pub name: String,
    /// Of the ECS services; a name.
    pub cluster: String,
    pub blue: Side,
    pub green: Side,
    /// `desired_count`, or `min_healthy_targets` where there is no ECS.
    pub required: u32,
    /// In real time, as `at_ms` of the log is.
    pub drain: Duration,
}

impl Service {
    fn sides(&self) -> [&Side; 2] {
        [&self.blue, &self.green]
    }
}

/// Judges one log. Exceptions are stated, never guessed.
#[derive(Clone, Debug)]
pub struct Judge {
    services: Vec<Service>,
    applies: BTreeSet<u64>,
    by_hand: Vec<Range<u64>>,
    allowed: BTreeSet<Rule>,
}

impl Judge {
    pub fn new(services: impl IntoIterator<Item = Service>) -> Self {
        Self {
            services: services.into_iter().collect(),
            applies: BTreeSet::new(),
            by_hand: Vec::new(),
            allowed: BTreeSet::new(),
        }
    }

    /// An apply begins at `seq`. Only within an apply, traffic may go back to where it was at its beginning with
    /// fewer healthy targets than required (but at least one). Without this nothing counts as going back.
    pub fn apply_begins(mut self, seq: u64) -> Self {
        self.applies.insert(seq);
        self
    }

    /// The calls in `range` were made by the test itself: they happened, but nobody is blamed for them.
    pub fn by_hand(mut self, range: Range<u64>) -> Self {
        self.by_hand.push(range);
        self
    }

    /// This test breaks `rule` on purpose, such as [`Rule::Shrink`] for a smaller `desired_count`.
    pub fn allow(mut self, rule: Rule) -> Self {
        self.allowed.insert(rule);
        self
    }

    /// Everything that was wrong, in the order in which it happened.
    pub fn judge(&self, events: &[Value]) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut now = Replay::default();
        let mut proven = Replay::default();
        let mut last = None;
        for event in events {
            let Some(seq) = event["seq"].as_u64() else {
                violations.push(unreadable(
                    last.unwrap_or(0),
                    format!("an event without seq: {event}"),
                ));
                continue;
            };
            if last.is_some_and(|last| seq <= last) {
                violations.push(unreadable(seq, "events are out of order".to_owned()));
            }
            if self
                .applies
                .iter()
                .any(|begin| *begin <= seq && last.is_none_or(|last| last < *begin))
            {
                proven = now.clone();
            }
            last = Some(seq);
            let before = now.clone();
            if let Err(reason) = now.take(event) {
                violations.push(unreadable(seq, reason));
            }
            if event["event"] == "call" && !self.by_hand.iter().any(|range| range.contains(&seq)) {
                let moment = rules::Moment {
                    before: &before,
                    after: &now,
                    proven: &proven,
                    undo: self.within_apply(seq),
                    event,
                };
                for (rule, sentence) in rules::judge(&moment, &self.services) {
                    violations.push(Violation { seq, rule, sentence });
                }
            }
        }
        violations.retain(|violation| !self.allowed.contains(&violation.rule));
        violations
    }

    /// Panics with every violation and the calls that changed something around it.
    ///
    /// # Panics
    /// If anything was wrong.
    pub fn assert(&self, events: &[Value]) {
        let violations = self.judge(events);
        let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(
            violations.is_empty(),
            "the order was unsafe:\n{}\n\n{}",
            lines.join("\n"),
            call::story(events)
        );
    }

    fn within_apply(&self, seq: u64) -> bool {
        self.applies.first().is_some_and(|begin| *begin <= seq)
    }
}

fn unreadable(seq: u64, sentence: String) -> Violation {
    Violation {
        seq,
        rule: Rule::Unreadable,
        sentence,
    }
}

#[cfg(test)]
mod tests;
