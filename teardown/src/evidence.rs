//! How sure it is that a controller made an object, and that nobody uses it any more: five levels, each with the
//! facts that carry it and the one that keeps it from the next.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much is proven. Each level takes in those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Nothing.
    E0,
    /// It is named or described as a controller would: anybody can do that.
    E1,
    /// It carries the whole set of tags of exactly one controller and one cluster.
    E2,
    /// What the tags say can be recomputed from other facts, and what hangs together with it agrees.
    E3,
    /// The cluster is gone.
    E4,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// How much is proven.
    pub level: Level,
    /// What speaks for it, in the order it was found.
    pub facts: Vec<String>,
    /// What keeps it from the next level; empty at the highest.
    pub lacks: Option<String>,
}

impl Evidence {
    /// Nothing is known yet, and why.
    pub(crate) fn none(lacks: impl Into<String>) -> Evidence {
        Evidence {
            level: Level::E0,
            facts: Vec::new(),
            lacks: Some(lacks.into()),
        }
    }

    /// Climbs to `level` with a fact, or stays for the lack of one. Once it stays it climbs no more: a level takes in
    /// those below it.
    #[must_use]
    pub(crate) fn climb(mut self, level: Level, found: impl FnOnce() -> Result<String, String>) -> Evidence {
        if self.lacks.is_some() {
            return self;
        }
        match found() {
            Ok(fact) => {
                self.level = level;
                self.facts.push(fact);
            }
            Err(lacks) => self.lacks = Some(lacks),
        }
        self
    }

    /// Begins with what the name or the tags show.
    pub(crate) fn begin(level: Level, fact: impl Into<String>) -> Evidence {
        Evidence {
            level,
            facts: vec![fact.into()],
            lacks: None,
        }
    }

    /// The same, and what keeps it there.
    #[must_use]
    pub(crate) fn lacking(mut self, lacks: impl Into<String>) -> Evidence {
        self.lacks = Some(lacks.into());
        self
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
