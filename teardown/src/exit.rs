//! What a run's exit code says. Documented, and part of the interface: CI decides by it.

use crate::judge::Judgement;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing is in the way, or everything that was has been deleted.
    Clean,
    /// Something went wrong: bad arguments, no credentials, a file that can't be read.
    Failed,
    /// There are orphans, and all of them could be deleted.
    Orphans,
    /// Something could not be read, looks like an orphan and may not be deleted, or belongs to a cluster that lives.
    /// Never taken for clean: a destroy of the VPC would be refused.
    Blocked,
    /// Only a part was done: something had changed since the plan, or a deletion was refused.
    Partial,
    /// Nothing was done: not confirmed, or the plan does not fit.
    Refused,
}

impl Exit {
    /// How a scan or a plan ends.
    pub fn of(judgement: &Judgement) -> Exit {
        if judgement.is_blocked() || judgement.living().next().is_some() {
            Exit::Blocked
        } else if judgement.orphans().next().is_some() {
            Exit::Orphans
        } else {
            Exit::Clean
        }
    }

    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Failed => 1,
            Exit::Orphans => 2,
            Exit::Blocked => 3,
            Exit::Partial => 4,
            Exit::Refused => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
