//! Why an orphan may not be deleted, and what would have to change.
//!
//! Every reason has a remedy; none of them is a flag that skips the question.

use crate::evidence::Level;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// Tags of more than one controller or cluster.
    Conflict(String),
    /// The VPC or a subnet is another account's, shared through RAM.
    ForeignNetwork {
        /// Which of them.
        what: String,
        /// Its account.
        owner: String,
        /// The account that asks.
        caller: String,
    },
    /// The object itself is this other account's.
    ForeignObject(String),
    /// A listing that would decide may lack something.
    Incomplete {
        /// What it lists.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A PrivateLink endpoint service holds the load balancer.
    EndpointService(String),
    /// The load balancer of this ARN is protected against deletion.
    DeletionProtection(String),
    /// It was made so recently that its controller may not be done.
    Young {
        /// When it was made, and not how old it is: the same world is told in the same words at any time.
        made_at: Timestamp,
        /// How old it has to be.
        needed: SignedDuration,
    },
    /// A network interface that does not go has the security group.
    InterfaceStays {
        /// `eni-…`.
        id: String,
        /// What it is.
        description: String,
    },
    /// The load balancer that the security group was made for stays.
    MakerStays(String),
    /// A load balancer that uses the target group stays.
    UserStays(String),
    /// Too little is proven.
    Weak {
        /// How much is.
        level: Level,
        /// How much has to be.
        needed: Level,
        /// What keeps it from the next level.
        lacks: String,
    },
}

impl Blocker {
    /// What would have to change.
    pub fn remedy(&self) -> String {
        match self {
            Blocker::Conflict(_) => "take the wrong tags off, or delete it by hand".to_owned(),
            Blocker::ForeignNetwork { owner, .. } => format!("run this in account {owner}"),
            Blocker::ForeignObject(owner) => format!("run this in account {owner}, or delete it there"),
            Blocker::Incomplete { what, .. } => {
                format!("let the caller list all {what} (see the IAM policy), then scan again")
            }
            Blocker::EndpointService(id) => format!("delete the endpoint service {id} first"),
            Blocker::DeletionProtection(arn) => {
                format!("allow the protection to be taken off: --unprotect {arn}")
            }
            Blocker::Young { made_at, needed } => {
                let then = made_at.saturating_add(*needed).unwrap_or(Timestamp::MAX);
                format!("scan again after {then}, or ask for less with --min-age")
            }
            Blocker::InterfaceStays { id, .. } => {
                format!("delete what network interface {id} belongs to, or take the group off it")
            }
            Blocker::MakerStays(arn) | Blocker::UserStays(arn) => {
                format!("that load balancer has to go first: ask why {arn}")
            }
            Blocker::Weak { level, .. } if *level < Level::E2 => {
                "nothing this tool can be told: delete it by hand if it is nobody's".to_owned()
            }
            Blocker::Weak { level, .. } => {
                let level = level.to_string().to_lowercase();
                format!("let that be proven, or take the risk for all that is as sure: --allow {level}")
            }
        }
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blocker::Conflict(what) => write!(f, "more than one claims it: {what}"),
            Blocker::ForeignNetwork { what, owner, caller } => {
                write!(f, "{what} belongs to account {owner}, not to {caller}")
            }
            Blocker::ForeignObject(owner) => write!(f, "it belongs to account {owner}"),
            Blocker::Incomplete { what, why } => write!(f, "not all {what} could be listed: {why}"),
            Blocker::EndpointService(id) => write!(f, "the endpoint service {id} (PrivateLink) holds it"),
            Blocker::DeletionProtection(_) => f.write_str("deletion protection is on"),
            Blocker::Young { made_at, needed } => {
                write!(
                    f,
                    "it was made at {made_at}; what is younger than {needed:#} may still be in the making"
                )
            }
            Blocker::InterfaceStays { id, description } => {
                write!(f, "network interface {id} ({description}) has it and stays")
            }
            Blocker::MakerStays(arn) => write!(f, "load balancer {arn} stays"),
            Blocker::UserStays(arn) => write!(f, "load balancer {arn} uses it and stays"),
            Blocker::Weak { level, needed, lacks } => {
                write!(f, "evidence is {level}, {needed} is needed: {lacks}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
