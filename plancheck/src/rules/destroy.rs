//! VPCs and clusters that go away without somebody who sweeps up after them.

use super::{Case, Found};
use crate::model::{Action, Changed, Facts, Guard, NeighbourKind};

pub fn unguarded(case: Case<'_>) -> Found {
    let removed = case
        .plan
        .neighbours
        .iter()
        .filter(|neighbour| neighbour.action.removes());
    let mut found = Found::new();
    for neighbour in removed {
        let Some(facts) = &neighbour.before else { continue };
        let what = match neighbour.kind {
            NeighbourKind::Vpc => "VPC",
            NeighbourKind::EksCluster => "cluster",
            _ => continue,
        };
        let guarded = case
            .plan
            .guards
            .iter()
            .any(|guard| covers(guard, neighbour.kind, facts));
        if !guarded {
            let message = format!(
                "this {what} is {}, and no bluegreen_vpc_guard stands before it: load balancers that Kubernetes made would block the destroy",
                neighbour.action.done()
            );
            found.push((neighbour.address.clone(), message));
        }
    }
    found
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
