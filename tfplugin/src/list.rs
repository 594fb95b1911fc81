//! What a list resource is to the framework: a search for objects of a managed type, for `terraform query`.
//!
//! Needs Terraform 1.14. Only finds: what is found is imported by its identity, which every item carries.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::diag::Diagnostics;
use crate::schema::Schema;
use crate::value::Value;

/// A list resource, over untyped values.
#[async_trait]
pub trait DynListResource: Send + Sync {
    /// The managed resource type it lists, which must have an identity.
    fn type_name(&self) -> &str;

    /// The schema of the search; nothing computed.
    fn schema(&self) -> Schema;

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Sends what it finds, until done or `out` is closed.
    async fn list(&self, req: ListRequest, out: ListSender) -> Diagnostics;
}

/// What `list` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct ListRequest<C = Value> {
    /// The configuration, wholly known.
    pub config: C,
    /// Whether items should carry the whole object.
    pub include_resource: bool,
    /// How many items at most; the sender closes after them.
    pub limit: usize,
    /// Cancelled when the operator stops the run, the limit is reached or nobody listens any more.
    pub stop: CancellationToken,
}

/// One object found.
#[derive(Clone, PartialEq)]
pub struct ListItem {
    pub(crate) identity: Value,
    pub(crate) display_name: String,
    pub(crate) resource: Option<Value>,
    pub(crate) diagnostics: Diagnostics,
}

impl ListItem {
    /// An object by its identity, under a name for people.
    pub fn new(identity: Value, display_name: impl Into<String>) -> Self {
        ListItem {
            identity,
            display_name: display_name.into(),
            resource: None,
            diagnostics: Diagnostics::new(),
        }
    }

    /// Adds the whole object, as `read` would answer it. Expected when the request asks for it, dropped otherwise.
    #[must_use]
    pub fn resource(mut self, state: impl Into<Value>) -> Self {
        self.resource = Some(state.into());
        self
    }

    /// Adds messages about this item; an error ends the listing.
    #[must_use]
    pub fn diagnostics(mut self, diagnostics: impl Into<Diagnostics>) -> Self {
        self.diagnostics = diagnostics.into();
        self
    }
}

/// Where a list resource sends what it finds.
#[derive(Clone, Debug)]
pub struct ListSender {
    items: mpsc::Sender<ListItem>,
    /// One permit for each item that may still be sent.
    left: Arc<Semaphore>,
}

/// Nobody takes more items: the limit is reached, an item was wrong, or the host is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the listing is closed")]
pub struct Closed;

impl ListSender {
    /// A sender of at most `limit` items, and where they arrive.
    pub(crate) fn new(limit: usize) -> (Self, mpsc::Receiver<ListItem>) {
        let (items, found) = mpsc::channel(1);
        let left = Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        (ListSender { items, left }, found)
    }

    /// Sends one item, waiting while the host is slower than the search.
    ///
    /// # Errors
    /// [`Closed`] when no more items are taken; end the search.
    pub async fn send(&self, item: ListItem) -> Result<(), Closed> {
        let one = self.left.try_acquire().map_err(|_| Closed)?;
        // Given back if the caller stops waiting here: nothing was sent.
        let place = self.items.reserve().await.map_err(|_| Closed)?;
        one.forget();
        place.send(item);
        Ok(())
    }
}

crate::opaque::opaque!(ListRequest<M>, ListItem);
