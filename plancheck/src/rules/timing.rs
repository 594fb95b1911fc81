//! When releases go out, and how many at once.

use super::{Case, Found};
use crate::movement::Movement;

/// Nothing goes forward within a window.
pub fn freeze(case: Case<'_>) -> Found {
    let windows = case.policy.rules.freeze.windows.iter();
    let mut found = Found::new();
    for window in windows.filter(|window| window.contains(case.now)) {
        for service in case
            .plan
            .services
            .iter()
            .filter(|service| service.movement.is_forward())
        {
            let message = format!(
                "{} within the freeze window {:?}: it is {}",
                service.movement,
                window.name,
                window.local(case.now)
            );
            found.push((service.address.clone(), message));
        }
    }
    found
}

/// So many take a step forward at once.
pub fn one_at_a_time(case: Case<'_>) -> Found {
    let at_most = case.policy.rules.one_at_a_time.at_most;
    let steps = |movement: Movement| movement.is_forward() && movement != Movement::Create;
    let moving: Vec<&str> = case
        .plan
        .services
        .iter()
        .filter(|service| steps(service.movement))
        .map(|service| service.address.as_str())
        .collect();
    let limit = usize::try_from(at_most).unwrap_or(usize::MAX);
    if moving.len() <= limit {
        return Found::new();
    }
    let message = format!(
        "{} services take a step forward in this plan, {at_most} may: {}",
        moving.len(),
        super::around::listed(&moving)
    );
    vec![(moving[0].to_owned(), message)]
}
