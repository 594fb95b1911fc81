//! The play: which tfvars file comes when, and who must see what once it is applied.
//!
//! Plain data; `stage` performs it and `check` judges it.

use std::fmt;

/// What answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub color: &'static str,
    pub version: &'static str,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.color, self.version)
    }
}

/// How an apply has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Green,
    /// With exit code 1, and with traffic where it was.
    Red,
}

/// One tfvars file of the example, planned and applied.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    pub name: &'static str,
    pub says: &'static str,
    pub tfvars: &'static str,
    pub end: End,
    /// Who must answer everybody once the apply has ended.
    pub public: Version,
    pub office: Version,
}

const BLUE_V1: Version = version("blue", "v1");
const GREEN_V2: Version = version("green", "v2");
const BLUE_V3: Version = version("blue", "v3");

/// The version that never becomes healthy.
pub const BROKEN: &str = "v4";
/// The act whose middle `--plant-gap` strikes.
pub const PROMOTION: &str = "promote";
/// What goes down at the end, whatever its flags.
pub const LAST: &str = "07-next-promote";

pub const ACTS: [Act; 9] = [
    act(
        "create",
        "the first release: blue serves v1",
        "01-create",
        BLUE_V1,
        BLUE_V1,
    ),
    act(
        "warm",
        "v2 starts on green, without traffic",
        "02-warm",
        BLUE_V1,
        BLUE_V1,
    ),
    act(
        "canary",
        "the office sees v2 on the same URL, the public does not",
        "03-canary",
        BLUE_V1,
        GREEN_V2,
    ),
    act(
        PROMOTION,
        "everybody sees v2, in steps",
        "04-promote",
        GREEN_V2,
        GREEN_V2,
    ),
    act(
        "rollback",
        "back to v1, which is still warm",
        "05-rollback",
        BLUE_V1,
        BLUE_V1,
    ),
    act("promote-again", "v2 after all", "04-promote", GREEN_V2, GREEN_V2),
    act(
        "next-warm",
        "the next release: v3 starts on blue, v2 keeps serving",
        "06-next-release",
        GREEN_V2,
        GREEN_V2,
    ),
    act(
        "next-promote",
        "everybody sees v3, in steps",
        "07-next-promote",
        BLUE_V3,
        BLUE_V3,
    ),
    Act {
        end: End::Red,
        ..act(
            "broken",
            "v4 answers 500: the apply must fail and nobody may notice",
            "08-broken",
            BLUE_V3,
            BLUE_V3,
        )
    },
];

const fn act(
    name: &'static str,
    says: &'static str,
    tfvars: &'static str,
    public: Version,
    office: Version,
) -> Act {
    Act {
        name,
        says,
        tfvars,
        end: End::Green,
        public,
        office,
    }
}

const fn version(color: &'static str, version: &'static str) -> Version {
    Version { color, version }
}
