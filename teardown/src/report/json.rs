//! What a program reads: the same rows as in a table, under published schemas (`teardown/schema`).
//!
//! No clock is in it: the same world gives the same bytes.

use super::Row;
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::judge::{Judgement, Verdict};
use crate::life::Life;
use crate::sweep::Sweep;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of these forms.
pub(super) const FORMAT: &str = "1";

/// What a scan found in each VPC.
#[derive(Clone, Debug, Serialize)]
pub struct Scan {
    format: &'static str,
    kind: &'static str,
    exit: u8,
    vpcs: Vec<Vpc>,
}

/// What was found in one VPC, and what could be done about it.
#[derive(Clone, Debug, Serialize)]
pub struct Vpc {
    #[serde(flatten)]
    place: Place,
    summary: Summary,
    clusters: BTreeMap<String, Life>,
    objects: Vec<Row>,
    ghosts: Vec<String>,
    gaps: Vec<String>,
    sweep: Sweep,
}

/// Everything that led to the verdict on one object.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    format: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    place: Place,
    object: Row,
}

/// What is to be said of an audit log.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    format: &'static str,
    kind: &'static str,
    /// Lines that follow each other without a fault.
    lines: u64,
    /// What is wrong with it, if anything is.
    broken: Option<String>,
}

/// Where something is.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) vpc: String,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Summary {
    orphans: usize,
    kept: usize,
    blocked: usize,
    unknown: usize,
}

impl Scan {
    /// Of these VPCs, under the exit code of the run.
    pub fn new(exit: Exit, vpcs: Vec<Vpc>) -> Scan {
        Scan {
            format: FORMAT,
            kind: "scan",
            exit: exit.code(),
            vpcs,
        }
    }
}

impl Vpc {
    /// One VPC.
    pub fn new(inventory: &Inventory, judgement: &Judgement, sweep: Sweep) -> Vpc {
        let objects = judgement.objects.iter();
        Vpc {
            place: Place::of(inventory),
            summary: Summary::of(judgement),
            clusters: judgement.clusters.clone(),
            objects: objects.map(Row::of).collect(),
            ghosts: judgement.ghosts.clone(),
            gaps: judgement.gaps.clone(),
            sweep,
        }
    }
}

impl Why {
    /// One object.
    pub fn new(inventory: &Inventory, object: Row) -> Why {
        Why {
            format: FORMAT,
            kind: "why",
            place: Place::of(inventory),
            object,
        }
    }
}

impl Audit {
    /// A log that has this many good lines, and what is wrong after them.
    pub fn new(lines: u64, broken: Option<String>) -> Audit {
        Audit {
            format: FORMAT,
            kind: "audit",
            lines,
            broken,
        }
    }
}

impl Place {
    /// Where a scan looked.
    pub fn of(inventory: &Inventory) -> Place {
        Place {
            account: inventory.caller.account.clone(),
            region: inventory.caller.region.clone(),
            vpc: inventory.vpc.id.clone(),
        }
    }
}

impl Summary {
    fn of(judgement: &Judgement) -> Summary {
        let mut summary = Summary::default();
        for judged in &judgement.objects {
            let count = match &judged.verdict {
                Verdict::Orphan => &mut summary.orphans,
                Verdict::Kept(_) => &mut summary.kept,
                Verdict::Blocked(_) => &mut summary.blocked,
                Verdict::Unknown(_) => &mut summary.unknown,
            };
            *count += 1;
        }
        summary
    }
}

/// JSON as it is printed.
///
/// # Errors
/// Never in practice: everything in it is JSON.
pub fn text(of: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(of)? + "\n")
}

#[cfg(test)]
mod schema;
#[cfg(test)]
pub(super) mod tests;
