//! Who stands where on a listener: rules of ours that need each other's priorities change places in one call, so that
//! no request meets a listener in between. Never moves a rule of anybody else, and asks nobody: rules in, moves out.
//!
//! A canary rule only matches while it stands below its service's rule, so whatever moves, canary rules end up below.

mod ledger;

pub use ledger::{Claim, Conflict, Ledger};

use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

const LOWEST: u32 = 1;
const HIGHEST: u32 = 50_000;

/// A rule of the listener.
#[derive(Clone, Debug)]
pub struct Standing {
    pub arn: String,
    pub priority: u32,
    pub owner: Owner,
}

/// Whose rule it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A service's own rule.
    Service(String),
    /// A canary rule of this service.
    Canary(String),
    Foreign,
}

/// A priority that has to be had, by a rule that exists or for one that will be made.
#[derive(Clone, Copy, Debug)]
pub struct Want<'a> {
    pub arn: Option<&'a str>,
    pub priority: u32,
}

/// Rule and new priority, for one call.
pub type Moves = Vec<(String, u32)>;

/// Why a priority can't be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Taken {
    #[error("priority {priority} belongs to rule {arn}, which is not bluegreen's and is never moved")]
    Foreign { priority: u32, arn: String },
    #[error(
        "priority {priority} belongs to rule {arn}, and no priority is free on the side it would have to move to"
    )]
    NoRoom { priority: u32, arn: String },
}

impl Owner {
    fn service(&self) -> Option<&str> {
        match self {
            Owner::Service(name) | Owner::Canary(name) => Some(name),
            Owner::Foreign => None,
        }
    }
}

/// Rule and new priority of every rule that has to move, for one call; empty if every want is met.
///
/// A rule of ours in the way takes a priority that is left, else the nearest free one that none of `reserved`: a
/// canary rule one below, so that it stays below its service's rule, and a service's rule one above, so that it stays
/// above its canary rules. Canary rules that their service's rule would pass go to the nearest free one below it.
///
/// # Errors
/// A rule in the way is not ours, or there is no room.
pub fn settle(rules: &[Standing], wants: &[Want<'_>], reserved: &BTreeSet<u32>) -> Result<Moves, Taken> {
    let mut board = Board {
        rules,
        stands: rules
            .iter()
            .map(|rule| (rule.arn.as_str(), rule.priority))
            .collect(),
        kept: wants
            .iter()
            .map(|want| want.priority)
            .chain(reserved.iter().copied())
            .collect(),
    };
    let movers: BTreeSet<&str> = wants.iter().filter_map(|want| want.arn).collect();
    let wanted: BTreeSet<u32> = wants.iter().map(|want| want.priority).collect();
    let mut in_the_way: Vec<&Standing> = rules
        .iter()
        .filter(|rule| wanted.contains(&rule.priority) && !movers.contains(rule.arn.as_str()))
        .collect();
    in_the_way.sort_by_key(|rule| rule.priority);
    if let Some(foreign) = in_the_way.iter().find(|rule| rule.owner == Owner::Foreign) {
        return Err(Taken::Foreign {
            priority: foreign.priority,
            arn: foreign.arn.clone(),
        });
    }
    let mut left: BTreeSet<u32> = rules
        .iter()
        .filter(|rule| movers.contains(rule.arn.as_str()) && !wanted.contains(&rule.priority))
        .map(|rule| rule.priority)
        .collect();
    for want in wants {
        if let Some(arn) = want.arn {
            board.stands.insert(arn, want.priority);
        }
    }
    for rule in in_the_way {
        board.give_way(rule, &mut left)?;
    }
    board.keep_canaries_below()?;
    let moved = rules
        .iter()
        .filter(|rule| board.stands[rule.arn.as_str()] != rule.priority);
    Ok(moved
        .map(|rule| (rule.arn.clone(), board.stands[rule.arn.as_str()]))
        .collect())
}

struct Board<'a> {
    /// As they stand on the listener.
    rules: &'a [Standing],
    /// As they will.
    stands: BTreeMap<&'a str, u32>,
    /// Never given away: what was asked for, and what others of this run will ask for.
    kept: BTreeSet<u32>,
}

impl<'a> Board<'a> {
    fn give_way(&mut self, rule: &'a Standing, left: &mut BTreeSet<u32>) -> Result<(), Taken> {
        let above = self.service_of(rule);
        let fits = |&priority: &u32| above.is_none_or(|service| priority < service);
        let place = match left.iter().copied().find(fits) {
            Some(place) => {
                left.remove(&place);
                Some(place)
            }
            None if matches!(rule.owner, Owner::Canary(_)) => self
                .free_below(rule.priority)
                .or_else(|| self.free_above(rule.priority).filter(fits)),
            None => self
                .free_above(rule.priority)
                .or_else(|| self.free_below(rule.priority)),
        };
        let place = place.ok_or_else(|| no_room(rule))?;
        self.stands.insert(&rule.arn, place);
        Ok(())
    }

    /// Where the rule of a canary rule's service will stand; `None` for a service's own, or without one here.
    fn service_of(&self, rule: &Standing) -> Option<u32> {
        let Owner::Canary(name) = &rule.owner else {
            return None;
        };
        let own = Owner::Service(name.clone());
        self.rules
            .iter()
            .find(|rule| rule.owner == own)
            .map(|rule| self.stands[rule.arn.as_str()])
    }

    /// Those that were below and would not be any more. One that never was is drift, and not this call's business.
    fn keep_canaries_below(&mut self) -> Result<(), Taken> {
        let mut canaries: Vec<&'a Standing> = self
            .rules
            .iter()
            .filter(|rule| matches!(rule.owner, Owner::Canary(_)))
            .collect();
        // From the top down, so that several keep their order.
        canaries.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
        for canary in canaries {
            let Some(service) = self.service_of(canary) else {
                continue;
            };
            let was = self
                .rules
                .iter()
                .find(|rule| {
                    matches!(rule.owner, Owner::Service(_)) && rule.owner.service() == canary.owner.service()
                })
                .map(|rule| rule.priority);
            let was_below = was.is_some_and(|was| canary.priority < was);
            if was_below && service <= self.stands[canary.arn.as_str()] {
                let place = self.free_below(service).ok_or_else(|| no_room(canary))?;
                self.stands.insert(&canary.arn, place);
            }
        }
        Ok(())
    }

    fn is_free(&self, priority: u32) -> bool {
        !self.kept.contains(&priority) && !self.stands.values().any(|&taken| taken == priority)
    }

    fn free_below(&self, priority: u32) -> Option<u32> {
        (LOWEST..priority).rev().find(|&priority| self.is_free(priority))
    }

    fn free_above(&self, priority: u32) -> Option<u32> {
        (priority + 1..=HIGHEST).find(|&priority| self.is_free(priority))
    }
}

fn no_room(rule: &Standing) -> Taken {
    Taken::NoRoom {
        priority: rule.priority,
        arn: rule.arn.clone(),
    }
}

#[cfg(test)]
mod tests;
