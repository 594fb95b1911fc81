//! Which ephemeral resources are open: a host that vanishes closes none, and what is leased has to be given back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Registered;
use crate::ephemeral::DynEphemeralResource;
use crate::private::Private;

/// One that is open.
pub(crate) struct Lease {
    pub(crate) entry: Arc<Registered<dyn DynEphemeralResource>>,
    /// What closing it takes.
    pub(crate) private: Private,
}

/// All that are open; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Leases(Arc<Mutex<Vec<Lease>>>);

impl Leases {
    pub(crate) fn open(&self, entry: Arc<Registered<dyn DynEphemeralResource>>, private: Private) {
        self.held().push(Lease { entry, private });
    }

    /// Takes away what is closed or renewed: the type and its private bytes are all the host names it by.
    pub(crate) fn close(&self, entry: &Registered<dyn DynEphemeralResource>, private: &Private) {
        let mut held = self.held();
        let found = held
            .iter()
            .position(|lease| lease.entry.name == entry.name && lease.private == *private);
        if let Some(at) = found {
            held.swap_remove(at);
        }
    }

    /// All that are open, which from here on are the caller's to close.
    pub(crate) fn take(&self) -> Vec<Lease> {
        std::mem::take(&mut self.held())
    }

    fn held(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
