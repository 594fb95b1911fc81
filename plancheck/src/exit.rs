//! What a run's exit code says. Documented, and part of the interface: CI decides by it.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The plan is allowed. There may be warnings.
    Allowed,
    /// There is no verdict: bad arguments, or a plan or policy that can't be read. Never to be taken for allowed.
    Failed,
    /// The plan breaks a rule whose level is `error`.
    Refused,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Allowed => 0,
            Exit::Failed => 1,
            Exit::Refused => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
