//! What apply will refuse. The provider says so in the plan's sentence; what it can't say there is worked out here.

use super::{Case, Found};
use crate::model::{Changed, Service};
use crate::movement::{Movement, REFUSED};
use crate::view::Known;

pub fn refused(case: Case<'_>) -> Found {
    let mut found = Found::new();
    for service in &case.plan.services {
        if let Some(why) = why(service) {
            found.push((service.address.clone(), why));
        }
    }
    found.extend(twins(case));
    found
}

fn why(service: &Changed<Service>) -> Option<String> {
    let after = service.after.as_ref()?;
    if service.movement == Movement::Refused {
        let change = after.change.text().unwrap_or_default();
        return Some(change.trim_start_matches(REFUSED).to_owned());
    }
    let flags = (
        &after.enable_canary,
        &after.activate_canary,
        &after.promote_to_all,
    );
    let (&Known::Is(enable), &Known::Is(activate), &Known::Is(promote)) = flags else {
        return None;
    };
    if (activate || promote) && !enable || activate && promote {
        return Some(format!(
            "enable_canary = {enable}, activate_canary = {activate} and promote_to_all = {promote} contradict each other"
        ));
    }
    let first = service.before.is_none();
    if first && enable && !promote {
        return Some(
            "a first apply has no stable release beside which a candidate could run: set all three flags to false first"
                .to_owned(),
        );
    }
    if first && promote && after.release == Known::Null {
        return Some(
            "a first apply has no predecessor: set `release`, or set all three flags to false".to_owned(),
        );
    }
    None
}

/// Services that want the same place on a listener, or the same name.
fn twins(case: Case<'_>) -> Found {
    let mut found = Found::new();
    let mut taken = std::collections::BTreeMap::new();
    for service in &case.plan.services {
        let Some(after) = &service.after else { continue };
        let Some(listener) = after.listener.text() else {
            continue;
        };
        let place = match after.priority {
            Known::Is(priority) => format!("priority {priority}"),
            Known::Null => "the default action".to_owned(),
            Known::Unknown => continue,
        };
        let name = after.name.text().map(|name| format!("the name {name:?}"));
        for claim in [Some(place), name].into_iter().flatten() {
            if let Some(other) = taken.insert((listener.to_owned(), claim.clone()), service.address.as_str())
            {
                let message = format!("{other} has {claim} on this listener too");
                found.push((service.address.clone(), message));
            }
        }
    }
    found
}
