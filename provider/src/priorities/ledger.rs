//! What the resources of one process know of each other's priorities: whose turn it is on a listener, who will claim
//! what, and who stands where for good. Forgotten with the run; AWS and the state know nothing of it.

use crate::adapters::alb::Conditions;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// One per run.
#[derive(Debug, Default)]
pub struct Ledger {
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    claims: Mutex<Vec<Claim>>,
    /// Rule ARN to who put it where it stands in this run.
    settled: Mutex<BTreeMap<String, (u32, String)>>,
    /// What a resource has to tell when it is done.
    notes: Mutex<Vec<(String, String)>>,
}

/// What one resource will take on a listener.
#[derive(Clone, Debug)]
pub struct Claim {
    pub listener: String,
    pub owner: String,
    /// Anything that two resources of one name differ in.
    pub print: String,
    /// Whom each rule will match; `None` while that is not known.
    pub rules: BTreeMap<u32, Option<Conditions>>,
}

/// What is wrong between two resources.
#[derive(Debug, PartialEq, Eq)]
pub enum Conflict {
    /// They want one priority.
    One {
        priority: u32,
        /// In an order of their own, so that it is the same sentence whoever is told.
        owners: [String; 2],
    },
    /// Rules of one are tried first and leave nothing to rules of the other.
    Hidden {
        by: String,
        owner: String,
        priorities: Vec<u32>,
        /// Both match the same requests.
        alike: bool,
    },
}

impl Ledger {
    /// Looking at a listener's rules and changing them by what was seen is for one resource at a time.
    pub async fn turn(&self, listener: &str) -> OwnedMutexGuard<()> {
        let turn = held(&self.turns).entry(listener.to_owned()).or_default().clone();
        turn.lock_owned().await
    }

    /// Notes what a resource will take; its second claim replaces the first.
    pub fn claim(&self, claim: Claim) -> Vec<Conflict> {
        let mut claims = held(&self.claims);
        let of = |claim: &Claim| (claim.listener.clone(), claim.owner.clone(), claim.print.clone());
        claims.retain(|known| of(known) != of(&claim));
        let rivals = claims.iter().filter(|rival| rival.listener == claim.listener);
        let conflicts = rivals
            .flat_map(|rival| {
                let all = [clash(rival, &claim), hidden(rival, &claim), hidden(&claim, rival)];
                all.into_iter().flatten()
            })
            .collect();
        claims.push(claim);
        conflicts
    }

    /// Priorities that others than `owner` will take.
    pub fn reserved(&self, listener: &str, owner: &str) -> BTreeSet<u32> {
        held(&self.claims)
            .iter()
            .filter(|claim| claim.listener == listener && claim.owner != owner)
            .flat_map(|claim| claim.rules.keys().copied())
            .collect()
    }

    /// Whether `owner` has been planned in this run.
    pub fn knows(&self, listener: &str, owner: &str) -> bool {
        held(&self.claims)
            .iter()
            .any(|claim| claim.listener == listener && claim.owner == owner)
    }

    /// `owner` did this at the cost of somebody whom the run does not know.
    pub fn note(&self, owner: &str, sentences: &[String]) {
        let notes = sentences.iter().map(|note| (owner.to_owned(), note.clone()));
        held(&self.notes).extend(notes);
    }

    /// What `owner` has to tell; once.
    pub fn notes(&self, owner: &str) -> Vec<String> {
        let mut notes = held(&self.notes);
        let of = |(by, _): &(String, String)| by == owner;
        let own = notes
            .iter()
            .filter(|note| of(note))
            .map(|(_, note)| note.clone())
            .collect();
        notes.retain(|note| !of(note));
        own
    }

    /// `owner` has put this rule where its configuration says.
    pub fn settled(&self, arn: &str, priority: u32, owner: &str) {
        held(&self.settled).insert(arn.to_owned(), (priority, owner.to_owned()));
    }

    /// Which other resource has put this rule where it stands in this run.
    pub fn settled_by_another(&self, arn: &str, owner: &str) -> Option<(u32, String)> {
        held(&self.settled)
            .get(arn)
            .filter(|(_, by)| by != owner)
            .cloned()
    }
}

fn clash(one: &Claim, other: &Claim) -> Option<Conflict> {
    let priority = *one
        .rules
        .keys()
        .find(|priority| other.rules.contains_key(priority))?;
    let mut owners = [one.owner.clone(), other.owner.clone()];
    owners.sort();
    Some(Conflict::One { priority, owners })
}

/// Rules of `late` that never match, because one of `early` comes first and matches all that they do.
fn hidden(early: &Claim, late: &Claim) -> Option<Conflict> {
    let known = |claim: &'_ Claim| -> Vec<(u32, Conditions)> {
        let rules = claim.rules.iter();
        rules
            .filter_map(|(priority, conditions)| Some((*priority, conditions.clone()?)))
            .collect()
    };
    let first = known(early);
    let mut alike = true;
    let mut priorities = Vec::new();
    for (priority, conditions) in known(late) {
        let over = first
            .iter()
            .find(|(before, wide)| *before < priority && wide.cover(&conditions));
        if let Some((_, wide)) = over {
            alike &= wide.same(&conditions);
            priorities.push(priority);
        }
    }
    (!priorities.is_empty()).then(|| Conflict::Hidden {
        by: early.owner.clone(),
        owner: late.owner.clone(),
        priorities,
        alike,
    })
}

/// A panic while holding it left a map that is whole all the same.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
