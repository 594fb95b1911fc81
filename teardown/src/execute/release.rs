//! The one wait: until AWS has released the network interfaces of everything that was deleted. One call per look for
//! all of them together, and a look at the load balancers only where an interface appears that was not there before.

use super::outcome::{Blocker, Holder, Outcome};
use super::pace::{LONGEST, Pace, Shown};
use super::recreated::Recreated;
use crate::aws::{Error, Run};
use crate::inventory::{Inventory, NetworkInterface};
use crate::scan::network;
use crate::watch::Event;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// Looks in a row without an answer, each repeated by itself, until the wait gives up.
const BLIND: u32 = 3;

/// How the wait ended.
pub(crate) enum Waited {
    Over(Outcome),
    /// A controller made a load balancer again.
    Recreated(String),
}

/// The load balancer's that an interface is, also while it changes hands.
pub(crate) fn mark(interface: &NetworkInterface) -> Option<&str> {
    let text = interface.description.strip_prefix("ELB ");
    text.filter(|_| interface.requester_managed)
}

/// Waits for the interfaces with any of the `marks`.
pub(crate) async fn wait(
    run: &Run<'_>,
    inventory: &Inventory,
    marks: &BTreeSet<&str>,
    limit: Duration,
    recreated: &Recreated,
) -> Waited {
    let of_ours = |it: &&NetworkInterface| mark(it).is_some_and(|mark| marks.contains(mark));
    let known: BTreeSet<&str> = inventory
        .interfaces
        .items
        .iter()
        .map(|it| it.id.as_str())
        .collect();
    let of = inventory.interfaces.items.iter().filter(of_ours).count();
    let deadline = Instant::now() + limit;
    let (mut pace, mut last, mut blind) = (Pace::new(), usize::MAX, 0);
    let mut harmless: BTreeSet<String> = BTreeSet::new();
    loop {
        pace.looks();
        let seen = network::interfaces(run, &inventory.vpc.id).await;
        let late = deadline <= Instant::now() + LONGEST;
        let pause = match seen.gap {
            Some(gap) => {
                blind += 1;
                if blind == BLIND || late || run.stop.is_cancelled() {
                    return Waited::Over(Outcome::Unproven(format!(
                        "whether their network interfaces are released could not be told: {gap}"
                    )));
                }
                pace.next(Shown::Nothing)
            }
            None => {
                blind = 0;
                let fresh = seen.items.iter().filter(|it| mark(it).is_some());
                let fresh: BTreeSet<String> = fresh
                    .filter(|it| !known.contains(it.id.as_str()) && !harmless.contains(&it.id))
                    .map(|it| it.id.clone())
                    .collect();
                if !fresh.is_empty() {
                    match recreated.look(run).await {
                        Ok(Some(what)) => return Waited::Recreated(what),
                        Ok(None) => harmless.extend(fresh),
                        // Not told yet: asked again with the next look.
                        Err(_) => {}
                    }
                }
                let left: Vec<_> = seen.items.iter().filter(of_ours).collect();
                run.watch.see(&Event::Interfaces { left: left.len(), of });
                let Some(first) = left.first() else {
                    return Waited::Over(Outcome::Deleted);
                };
                let shown = match left.len() < last {
                    true => Shown::Fewer,
                    false => Shown::Same,
                };
                last = left.len();
                if late {
                    return Waited::Over(Outcome::Refused(Blocker {
                        holder: Holder::Dependency,
                        said: format!(
                            "AWS has not released {} network interfaces in {} s, such as {} ({})",
                            left.len(),
                            limit.as_secs(),
                            first.id,
                            first.description
                        ),
                        remedy: "apply the same plan again later".to_owned(),
                    }));
                }
                pace.next(shown)
            }
        };
        if let Err(error) = run.rest(pause, "waiting for", "network interfaces").await {
            return Waited::Over(ended(&error));
        }
    }
}

fn ended(error: &Error) -> Outcome {
    Outcome::NotReached(error.to_string())
}
