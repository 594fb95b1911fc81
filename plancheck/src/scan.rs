//! What a look at AWS said of VPCs that a plan destroys without a guard. Data only: `live` makes it, a rule reads it,
//! and without the feature `live` there is none.
//!
//! Calls nobody, and takes what could not be looked at for what it is: not looked at.

use std::collections::{BTreeMap, BTreeSet};

/// Looks, by the id of the VPC. A VPC that is not in here was not looked at.
pub type Scans = BTreeMap<String, Scan>;

/// What a look at one VPC said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// No load balancer is there that the plan leaves behind.
    Clear,
    /// What would be left behind, each as a sentence without a full stop.
    InTheWay(Vec<String>),
    /// There was no look, or not at all of it.
    Unread(String),
}

/// A VPC that is to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// EKS clusters in it that the plan destroys.
    pub clusters: BTreeSet<String>,
    /// The VPC goes as well, so that whoever's load balancer is in its way.
    pub whole: bool,
    /// ARNs of load balancers that the plan destroys itself.
    pub removed: BTreeSet<String>,
}
