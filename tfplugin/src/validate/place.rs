//! Where a rule looks: the path that Terraform is told, which stops at a set, and the one that people read, which
//! goes on. Never names an element of a set: it has no name.

use crate::path::Path;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// What a diagnostic points at.
    pub(crate) at: Path,
    /// What its text says.
    pub(crate) named: Path,
    in_set: bool,
}

impl Place {
    pub(crate) fn field(&self, name: &str) -> Place {
        self.step(|path| path.field(name))
    }

    pub(crate) fn index(&self, index: usize) -> Place {
        self.step(|path| path.index(index))
    }

    pub(crate) fn key(&self, key: &str) -> Place {
        self.step(|path| path.key(key))
    }

    /// Into an element of the set that this is.
    pub(crate) fn element(&self) -> Place {
        Place {
            in_set: true,
            ..self.clone()
        }
    }

    fn step(&self, step: impl Fn(Path) -> Path) -> Place {
        Place {
            at: match self.in_set {
                true => self.at.clone(),
                false => step(self.at.clone()),
            },
            named: step(self.named.clone()),
            in_set: self.in_set,
        }
    }
}
