//! VPCs and clusters that go away without somebody who sweeps up after them.

use super::{Case, Found, around};
use crate::model::{Action, Changed, Facts, Guard, Neighbour, NeighbourKind, Plan};
use crate::scan::{Scan, Wanted};
use std::collections::{BTreeMap, BTreeSet};

pub fn unguarded(case: Case<'_>) -> Found {
    let mut found = Found::new();
    for (neighbour, facts) in exposed(case.plan) {
        let what = match neighbour.kind {
            NeighbourKind::Vpc => "VPC",
            _ => "cluster",
        };
        let scan = vpc(neighbour.kind, facts).and_then(|vpc| case.scans.get(vpc));
        let why = match scan {
            Some(Scan::Clear) => continue,
            None => "load balancers that Kubernetes made would block the destroy".to_owned(),
            Some(Scan::InTheWay(left)) => {
                let left: Vec<&str> = left.iter().map(String::as_str).collect();
                format!("a look at AWS finds in the way: {}", around::listed(&left))
            }
            Some(Scan::Unread(why)) => format!("AWS could not be looked at: {why}"),
        };
        let message = format!(
            "this {what} is {}, and no bluegreen_vpc_guard stands before it: {why}",
            neighbour.action.done()
        );
        found.push((neighbour.address.clone(), message));
    }
    found
}

/// VPCs and clusters that go and have no guard.
fn exposed(plan: &Plan) -> impl Iterator<Item = (&Neighbour, &Facts)> {
    let gone = plan.neighbours.iter().filter(|neighbour| {
        neighbour.action.removes() && matches!(neighbour.kind, NeighbourKind::Vpc | NeighbourKind::EksCluster)
    });
    gone.filter_map(|neighbour| neighbour.before.as_ref().map(|facts| (neighbour, facts)))
        .filter(|(neighbour, facts)| {
            let mut guards = plan.guards.iter();
            !guards.any(|guard| covers(guard, neighbour.kind, facts))
        })
}

/// The VPC that this one is, or is in.
fn vpc(kind: NeighbourKind, facts: &Facts) -> Option<&str> {
    match kind {
        NeighbourKind::Vpc => facts.id.text(),
        _ => facts.vpc.text(),
    }
}

/// What to look at in AWS, by the id of the VPC.
pub fn wanted(plan: &Plan) -> BTreeMap<String, Wanted> {
    let gone = plan
        .neighbours
        .iter()
        .filter(|neighbour| neighbour.action.removes() && neighbour.kind == NeighbourKind::LoadBalancer);
    let arns = gone.filter_map(|neighbour| neighbour.before.as_ref()?.arn.text());
    let removed: BTreeSet<String> = arns.map(str::to_owned).collect();
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    for (neighbour, facts) in exposed(plan) {
        let Some(vpc) = vpc(neighbour.kind, facts) else {
            continue;
        };
        let one = wanted.entry(vpc.to_owned()).or_insert_with(|| Wanted {
            removed: removed.clone(),
            ..Wanted::default()
        });
        match neighbour.kind {
            NeighbourKind::Vpc => one.whole = true,
            _ => one.clusters.extend(facts.name.text().map(str::to_owned)),
        }
    }
    wanted
}

/// A guard helps if it exists before the destroy and is not just forgotten.
fn covers(guard: &Changed<Guard>, kind: NeighbourKind, facts: &Facts) -> bool {
    let Some(before) = guard.before.as_ref().filter(|_| guard.action != Action::Forget) else {
        return false;
    };
    let vpc = before.vpc.text();
    match kind {
        NeighbourKind::Vpc => vpc.is_some() && vpc == facts.id.text(),
        NeighbourKind::EksCluster => {
            let clusters = before.clusters.value().map_or(&[][..], Vec::as_slice);
            let same_vpc = facts.vpc.text().is_none_or(|of| vpc == Some(of));
            same_vpc
                && facts
                    .name
                    .text()
                    .is_some_and(|name| clusters.iter().any(|cluster| cluster == name))
        }
        _ => false,
    }
}
