//! Where in a value: the steps from the root attribute down.
//!
//! Cannot point into a set: its elements have no names, so a path stops at the set itself.

use std::fmt;

/// A place in a configuration, plan or state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    steps: Vec<PathStep>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// An attribute or block by name.
    Attribute(String),
    /// An element of a list, from 0.
    Index(usize),
    /// An element of a map.
    Key(String),
}

impl Path {
    /// The attribute or block of that name at the root.
    pub fn root(name: impl Into<String>) -> Path {
        Path::default().field(name)
    }

    /// Down into an attribute of an object or block.
    #[must_use]
    pub fn field(self, name: impl Into<String>) -> Path {
        self.step(PathStep::Attribute(name.into()))
    }

    /// Down into an element of a list.
    #[must_use]
    pub fn index(self, index: usize) -> Path {
        self.step(PathStep::Index(index))
    }

    /// Down into an element of a map.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path {
        self.step(PathStep::Key(key.into()))
    }

    /// The steps, from the root.
    pub fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// The same place, seen from one step further out.
    pub(crate) fn inside(mut self, step: PathStep) -> Path {
        self.steps.insert(0, step);
        self
    }

    fn step(mut self, step: PathStep) -> Path {
        self.steps.push(step);
        self
    }
}

/// As it would be written in HCL: `rollout.steps[0].weight`, `tags["team"]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("(root)");
        }
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                PathStep::Attribute(name) if at == 0 => f.write_str(name)?,
                PathStep::Attribute(name) => write!(f, ".{name}")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
