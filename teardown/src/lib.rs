//! Finds the load balancers that a Kubernetes controller left behind and that block the destroy of a VPC, says why it
//! is so sure, and in which order what they left can be deleted.
//!
//! What decides is pure: an [`inventory::Inventory`] goes in, a [`judge::Judgement`] and a [`sweep::Sweep`] come out.
//! Nothing unknown is ever part of a sweep.
#![deny(missing_docs)]

pub mod audit;
pub mod aws;
mod canonical;
pub mod claim;
pub mod document;
pub mod evidence;
pub mod execute;
pub mod exit;
pub mod inventory;
pub mod judge;
pub mod life;
pub mod managed;
pub mod report;
pub mod scan;
pub mod shape;
pub mod sweep;
pub mod watch;

#[cfg(test)]
mod test_world;
