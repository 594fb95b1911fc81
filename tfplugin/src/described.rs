//! Functions that come with words for what they do: the words are what messages and pages show, and what makes two
//! of them equal. Never compares the functions themselves.

use std::fmt;
use std::sync::Arc;

/// A function and what it does.
pub(crate) struct Described<F: ?Sized> {
    pub(crate) description: String,
    pub(crate) run: Arc<F>,
}

impl<F: ?Sized> Described<F> {
    pub(crate) fn new(description: impl Into<String>, run: Arc<F>) -> Self {
        Described {
            description: description.into(),
            run,
        }
    }
}

impl<F: ?Sized> Clone for Described<F> {
    fn clone(&self) -> Self {
        Described {
            description: self.description.clone(),
            run: self.run.clone(),
        }
    }
}

impl<F: ?Sized> fmt::Debug for Described<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.description.fmt(f)
    }
}

impl<F: ?Sized> PartialEq for Described<F> {
    fn eq(&self, other: &Self) -> bool {
        self.description == other.description
    }
}
