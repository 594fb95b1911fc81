//! The verdict on a plan: every rule asked, levels and labels applied, and each service as a row of a table. Pure.
//!
//! What leaves here is fit to print: sensitive values are struck out.

use crate::model::{Canary, Changed, Color, PerColor, Plan, Service};
use crate::movement::Movement;
use crate::policy::{Level, Policy};
use crate::rules::{Case, Finding, Rule};
use crate::scan::Scans;
use crate::view::Known;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a plan.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub terraform_version: Option<String>,
    pub format_version: String,
    /// Refused if any finding is an error that no label waives.
    pub refused: bool,
    /// Errors first, then warnings, then what a label waives; each in the order of the rules.
    pub findings: Vec<Judged>,
    pub services: Vec<Row>,
    /// Resources that change, ours included.
    pub changing: usize,
}

/// A finding, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub finding: Finding,
    pub weight: Weight,
}

/// What a finding means here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Error,
    Warning,
    /// By this label of the run.
    Waived(String),
}

/// A service before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub address: String,
    pub movement: Movement,
    /// The provider's sentence, if it is known.
    pub change: Option<String>,
    pub before: Option<Side>,
    pub after: Option<Side>,
}

/// One side of a row, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub phase: String,
    pub release: String,
    pub live: String,
    /// Percent; `None` where it is unknown.
    pub traffic: PerColor<Option<u32>>,
    /// Tasks; a word where there is no number.
    pub capacity: PerColor<String>,
    pub rules: Vec<String>,
}

/// What is said of a value that Terraform does not know yet.
pub const UNKNOWN: &str = "known after apply";
/// What is said of nothing.
pub const NONE: &str = "–";

/// What a verdict depends on beside plan and policy.
#[derive(Clone, Debug)]
pub struct Run {
    /// Labels that this run was given; they may waive rules.
    pub labels: BTreeSet<String>,
    /// When the plan would be applied.
    pub now: Timestamp,
    /// Looks at AWS, where they were asked for.
    pub scans: Scans,
}

/// Judges a plan.
pub fn judge(plan: &Plan, policy: &Policy, run: &Run) -> Verdict {
    let case = Case {
        plan,
        policy,
        now: run.now,
        scans: &run.scans,
    };
    let mut findings = Vec::new();
    for rule in Rule::ALL {
        let weight = match policy.level(rule) {
            Level::Off => continue,
            Level::Error => Weight::Error,
            Level::Warn => Weight::Warning,
        };
        let label = policy.label(rule).filter(|label| run.labels.contains(*label));
        let weight = label.map_or(weight, |label| Weight::Waived(label.to_owned()));
        findings.extend(rule.judge(case).into_iter().map(|finding| Judged {
            finding: cleaned(plan, finding),
            weight: weight.clone(),
        }));
    }
    findings.sort_by(|a, b| a.weight.cmp(&b.weight).then(a.finding.rule.cmp(&b.finding.rule)));
    Verdict {
        terraform_version: plan.terraform_version.clone(),
        format_version: plan.format_version.clone(),
        refused: findings.iter().any(|judged| judged.weight == Weight::Error),
        findings,
        services: rows(plan),
        changing: plan.changing.len(),
    }
}

impl Verdict {
    /// How many findings have this weight; any label counts as one.
    pub fn count(&self, weight: &Weight) -> usize {
        let same =
            |judged: &&Judged| std::mem::discriminant(&judged.weight) == std::mem::discriminant(weight);
        self.findings.iter().filter(same).count()
    }
}

fn cleaned(plan: &Plan, finding: Finding) -> Finding {
    Finding {
        rule: finding.rule,
        address: finding.address,
        message: plan.redactor.clean(&finding.message).into_owned(),
    }
}

/// Canary rules by the name of their service.
type Canaries<'a> = BTreeMap<&'a str, Vec<&'a Changed<Canary>>>;

fn rows(plan: &Plan) -> Vec<Row> {
    let mut canaries = Canaries::new();
    for canary in &plan.canaries {
        let mut sides = [&canary.after, &canary.before].into_iter().flatten();
        if let Some(name) = sides.find_map(|canary| canary.service.text()) {
            canaries.entry(name).or_default().push(canary);
        }
    }
    plan.services
        .iter()
        .map(|service| row(plan, &canaries, service))
        .collect()
}

fn row(plan: &Plan, canaries: &Canaries<'_>, service: &Changed<Service>) -> Row {
    let clean = |text: &str| plan.redactor.clean(text).into_owned();
    let change = match service.movement {
        // The sentence in the state is of the change before.
        Movement::Nothing | Movement::Destroy | Movement::Forget => None,
        _ => service
            .after
            .as_ref()
            .and_then(|after| after.change.text())
            .map(clean),
    };
    let side = |service: &Option<Service>, rules: Vec<String>| {
        service.as_ref().map(|service| Side {
            phase: word(&service.phase, |phase| phase.name().to_owned()),
            release: clean(&word(&service.release, Clone::clone)),
            live: word(&service.live, |live| live.name().to_owned()),
            traffic: each(|color| service.share(color)),
            capacity: each(|color| word(&service.capacity[color], u32::to_string)),
            rules: rules.iter().map(|rule| clean(rule)).collect(),
        })
    };
    Row {
        address: service.address.clone(),
        movement: service.movement,
        change,
        before: side(
            &service.before,
            rules(canaries, |canary| canary.before.as_ref(), &service.before),
        ),
        after: side(
            &service.after,
            rules(canaries, |canary| canary.after.as_ref(), &service.after),
        ),
    }
}

fn each<T>(mut of: impl FnMut(Color) -> T) -> PerColor<T> {
    PerColor {
        blue: of(Color::Blue),
        green: of(Color::Green),
    }
}

fn word<T>(value: &Known<T>, say: impl Fn(&T) -> String) -> String {
    match value {
        Known::Null => NONE.to_owned(),
        Known::Unknown => UNKNOWN.to_owned(),
        Known::Is(value) => say(value),
    }
}

/// The service's own rule and its canary rules, on one side of the plan.
fn rules<'a>(
    canaries: &Canaries<'a>,
    side: impl Fn(&'a Changed<Canary>) -> Option<&'a Canary>,
    own: &Option<Service>,
) -> Vec<String> {
    let Some(own) = own else { return Vec::new() };
    let mut rules = vec![match &own.priority {
        Known::Is(priority) => format!("{priority} everybody"),
        Known::Null => "default action".to_owned(),
        Known::Unknown => format!("{UNKNOWN} everybody"),
    }];
    let named = own.name.text().and_then(|name| canaries.get(name));
    for canary in named.into_iter().flatten() {
        let elsewhere = |canary: &Canary| !canary.listener.is_unknown() && canary.listener != own.listener;
        let Some(here) = side(canary).filter(|canary| !elsewhere(canary)) else {
            continue;
        };
        let state = match here.active {
            Known::Is(true) => "open",
            Known::Is(false) | Known::Null => "closed",
            Known::Unknown => UNKNOWN,
        };
        let taken: Vec<String> = here.takes().iter().map(u64::to_string).collect();
        let at = match taken.is_empty() {
            true => word(&here.priority, u32::to_string),
            false => taken.join(", "),
        };
        rules.push(format!("{at} {} {state}", canary.address));
    }
    rules
}
