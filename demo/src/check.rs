//! Whether an act kept its word: judged from the load's own counts and from what Terraform says is true.
//!
//! Never asks the provider or the balancer, and never looks away: what does not fit is a finding in one sentence.

use crate::act::{Act, BROKEN, End, Version};
use crate::audiences::{OFFICE, PUBLIC};
use crate::plan::Traffic;
use acceptance::probe::{AudienceReport, Report};
use serde_json::Value;
use std::collections::BTreeMap;

/// Answers of one audience by color and version.
pub type Answers = BTreeMap<(String, String), u64>;

/// Answers of each audience.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub public: Answers,
    pub office: Answers,
}

impl Seen {
    /// What one phase of the load saw so far.
    pub fn read(report: &Report, phase: &str) -> Self {
        let phase = report.phase(phase);
        let of = |name: &str| {
            phase
                .and_then(|phase| phase.audiences.get(name))
                .map(answers)
                .unwrap_or_default()
        };
        Self {
            public: of(PUBLIC),
            office: of(OFFICE),
        }
    }

    /// What was seen after `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            public: minus(&self.public, &earlier.public),
            office: minus(&self.office, &earlier.office),
        }
    }

    /// The smaller number of answers of the two.
    pub fn least(&self) -> u64 {
        let sum = |answers: &Answers| answers.values().sum::<u64>();
        sum(&self.public).min(sum(&self.office))
    }
}

fn answers(report: &AudienceReport) -> Answers {
    let mut all = Answers::new();
    for (color, seen) in &report.colors {
        for (version, statuses) in &seen.versions {
            all.insert((color.clone(), version.clone()), statuses.values().sum());
        }
    }
    all
}

fn minus(all: &Answers, earlier: &Answers) -> Answers {
    let left = all
        .iter()
        .map(|(key, count)| (key.clone(), count - earlier.get(key).copied().unwrap_or(0)));
    left.filter(|(_, count)| 0 < *count).collect()
}

/// Once an apply has ended, everybody is answered by whom the act says.
pub fn held(act: &Act, held: &Seen) -> Vec<String> {
    let mut findings = only(act, PUBLIC, &held.public, act.public, "after the apply");
    findings.extend(only(act, OFFICE, &held.office, act.office, "after the apply"));
    findings
}

/// An act that does not move the public leaves it where it was, before, during and after the apply.
pub fn undisturbed(act: &Act, before: Version, whole: &Seen) -> Vec<String> {
    if before == act.public {
        only(
            act,
            PUBLIC,
            &whole.public,
            act.public,
            "while nothing was to move",
        )
    } else {
        Vec::new()
    }
}

fn only(act: &Act, who: &str, answers: &Answers, wanted: Version, when: &str) -> Vec<String> {
    let fits = |key: &(String, String)| key.0 == wanted.color && key.1 == wanted.version;
    let strays = answers.iter().filter(|(key, _)| !fits(key));
    let mut findings: Vec<String> = strays
        .map(|((color, version), count)| {
            format!(
                "{}: {when} the {who} got {} from {color} {version}; all were to come from {wanted}",
                act.name,
                counted(*count)
            )
        })
        .collect();
    if !answers.keys().any(fits) {
        findings.push(format!(
            "{}: {when} the {who} got no answer from {wanted}",
            act.name
        ));
    }
    findings
}

/// The state says where traffic is and which release failed, and it is true.
pub fn state(act: &Act, service: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let name = act.name;
    if Traffic::read(&service["traffic"]) != Some(Traffic::all(act.public.color)) {
        let (said, serves) = (&service["traffic"], act.public.color);
        findings.push(format!(
            "{name}: the state says traffic {said}, but {serves} serves everybody"
        ));
    }
    let failed = match act.end {
        End::Green => Value::Null,
        End::Red => Value::from(BROKEN),
    };
    let said = &service["cycle"]["failed_release"];
    if *said != failed {
        findings.push(format!(
            "{name}: the state says failed release {said}, it is {failed}"
        ));
    }
    findings
}

/// Over the whole run, the broken version answered nobody.
pub fn broken(audiences: &BTreeMap<String, AudienceReport>) -> Vec<String> {
    let of = |(name, audience): (&String, &AudienceReport)| {
        let count: u64 = answers(audience)
            .iter()
            .filter(|((_, version), _)| version == BROKEN)
            .map(|(_, count)| count)
            .sum();
        (0 < count).then(|| {
            format!(
                "broken: the {name} got {} from {BROKEN}, which was never healthy",
                counted(count)
            )
        })
    };
    audiences.iter().filter_map(of).collect()
}

fn counted(answers: u64) -> String {
    match answers {
        1 => "1 answer".to_owned(),
        many => format!("{many} answers"),
    }
}

/// No request failed, and there were enough of them.
pub fn load(report: &Report, min_rate: u32) -> Vec<String> {
    let mut findings = Vec::new();
    if 0 < report.failed {
        let first = report.samples.first();
        let why = first.map_or_else(String::new, |first| {
            format!(
                "; the first one, of the {}, {:.1} s after the load began: {}",
                first.audience,
                first.at_ms / 1000.0,
                first.why
            )
        });
        findings.push(format!(
            "{} of {} requests failed{why}",
            report.failed, report.started
        ));
    }
    let lost = report.in_flight();
    if 0 < lost {
        findings.push(format!("{lost} requests have neither succeeded nor failed"));
    }
    let rate = report.started as f64 / report.seconds;
    if rate < f64::from(min_rate) {
        findings.push(format!(
            "only {rate:.0} requests per second were sent, {min_rate} are the least: close what else is running, or lower --min-rate"
        ));
    }
    findings
}

#[cfg(test)]
mod tests;
