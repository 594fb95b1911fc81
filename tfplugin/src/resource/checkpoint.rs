//! Where a handler notes what exists before it can answer.
//!
//! Between the call that makes an object and the answer, a panic would leave an object that nobody knows. Stores
//! nothing by itself: Terraform writes its state when the apply answers, so a process that is killed loses this too.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use crate::private::Private;
use crate::value::Value;

/// Notes what exists already, for when the handler panics or fails without a state. Cheap to clone; the last note
/// counts.
///
/// ```
/// # use tfplugin::{ApplyResponse, CreateRequest, Value};
/// async fn create(req: CreateRequest) -> ApplyResponse {
///     let mut state = req.planned;
///     state.set("id", make_it().into());
///     req.checkpoint.save(&state); // from here on nothing that goes wrong makes us forget it
///     state.set("address", wait_for_its_address().into());
///     ApplyResponse::new(Some(state), req.private)
/// }
/// # fn make_it() -> &'static str { "i-123" }
/// # fn wait_for_its_address() -> &'static str { "192.0.2.1" }
/// ```
pub struct Checkpoint<M = Value> {
    noted: Arc<Mutex<Noted>>,
    model: PhantomData<fn(&M)>,
}

/// What a handler noted.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) state: Option<Value>,
    pub(crate) private: Option<Private>,
}

impl<M> Checkpoint<M> {
    /// Notes that the object exists as `state` says. What is unknown in it is stored as null.
    pub fn save(&self, state: &M)
    where
        M: Clone + Into<Value>,
    {
        // The conversion may be the provider's code: not under the lock.
        let state = state.clone().into();
        self.with(|noted| noted.state = Some(state));
    }

    /// Notes what is stored beside that state.
    pub fn save_private(&self, private: &Private) {
        self.with(|noted| noted.private = Some(private.clone()));
    }

    /// The same notes, over another form of the object.
    pub(crate) fn over<N>(&self) -> Checkpoint<N> {
        Checkpoint {
            noted: self.noted.clone(),
            model: PhantomData,
        }
    }

    /// What was noted so far.
    pub(crate) fn take(&self) -> Noted {
        self.with(std::mem::take)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Noted) -> T) -> T {
        change(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<M> Clone for Checkpoint<M> {
    fn clone(&self) -> Self {
        self.over()
    }
}

impl<M> Default for Checkpoint<M> {
    fn default() -> Self {
        Checkpoint {
            noted: Arc::default(),
            model: PhantomData,
        }
    }
}

/// Without what was noted, which may hold secrets.
impl<M> std::fmt::Debug for Checkpoint<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checkpoint").finish_non_exhaustive()
    }
}
