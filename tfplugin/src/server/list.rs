//! Listing objects of a managed type: each one checked as it is found, and no more than somebody takes.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::identity::Identity;
use super::{Registered, Server, check, prepare, task};
use crate::diag::{Diagnostic, Diagnostics};
use crate::list::{DynListResource, ListItem, ListRequest, ListSender};
use crate::resource::DynResource;
use crate::value::Value;

/// How many items wait for the host at most.
const AHEAD: usize = 16;

/// What Terraform asks.
pub(crate) struct List {
    pub(crate) config: Value,
    pub(crate) include_resource: bool,
    /// At most so many items; none or less is no limit.
    pub(crate) limit: i64,
}

/// One object found, or with an error or without an identity only messages. An error is the end.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Listed {
    pub(crate) identity: Option<Value>,
    pub(crate) display_name: String,
    pub(crate) resource: Option<Value>,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    /// Starts the search, which is told to stop when the limit is reached or nobody listens.
    pub(crate) fn list(
        &self,
        list: &Arc<Registered<dyn DynListResource>>,
        asked: List,
    ) -> Result<mpsc::Receiver<Listed>, Diagnostic> {
        let search = Search {
            list: list.clone(),
            resource: self.resource(&list.name)?.clone(),
            identity: self.identity(&list.name)?.clone(),
            include_resource: asked.include_resource,
            stop: self.token().child_token(),
        };
        let limit = usize::try_from(asked.limit)
            .ok()
            .filter(|limit| 0 < *limit)
            .unwrap_or(usize::MAX);
        let (out, found) = ListSender::new(limit);
        let request = ListRequest {
            config: asked.config,
            include_resource: asked.include_resource,
            limit,
            stop: search.stop.clone(),
        };
        let handler = list.clone();
        let activity = self.activity.clone();
        let work = async move {
            task::run(&activity, async move { handler.handler.list(request, out).await }).await
        };
        let (tell, listed) = mpsc::channel(AHEAD);
        tokio::spawn(search.relay(found, work, tell, limit));
        Ok(listed)
    }
}

struct Search {
    list: Arc<Registered<dyn DynListResource>>,
    resource: Arc<Registered<dyn DynResource>>,
    identity: Arc<Identity>,
    include_resource: bool,
    stop: CancellationToken,
}

impl Search {
    /// Hands on what is found until the search ends by itself or nobody takes more.
    async fn relay(
        self,
        mut found: mpsc::Receiver<ListItem>,
        work: impl Future<Output = Result<Diagnostics, task::Panicked>>,
        tell: mpsc::Sender<Listed>,
        mut left: usize,
    ) {
        tokio::pin!(work);
        let mut end = None;
        loop {
            let item = tokio::select! {
                biased;
                // Ends when the search has let go of its sender and everything it sent is here.
                item = found.recv() => item,
                () = tell.closed() => None,
                done = &mut work, if end.is_none() => {
                    end = Some(done);
                    // A sender kept beyond the end sends nothing any more.
                    found.close();
                    continue;
                }
            };
            let Some(item) = item else { break };
            let listed = self.checked(item);
            let last = listed.diagnostics.has_errors();
            left = left.saturating_sub(1);
            if tell.send(listed).await.is_err() || last || left == 0 {
                // Nothing that follows is wanted, so nobody waits for a search that is slow to stop.
                self.stop.cancel();
                return;
            }
        }
        self.stop.cancel();
        if tell.is_closed() {
            found.close();
            if end.is_none() {
                // It may not have begun yet, and what has been asked for is told to stop, not dropped.
                drop(work.await);
            }
            return;
        }
        let end = match end {
            Some(end) => end,
            None => work.await,
        };
        let diagnostics = match end {
            Ok(diagnostics) => diagnostics,
            Err(panic) => panic.diagnostic(&self.list.name, "listing").into(),
        };
        if !diagnostics.is_empty() {
            let end = Listed {
                diagnostics,
                ..Listed::default()
            };
            // A host that is gone is not told.
            let _ = tell.send(end).await;
        }
    }

    fn checked(&self, item: ListItem) -> Listed {
        let ListItem {
            identity,
            display_name,
            resource,
            mut diagnostics,
        } = item;
        let name = &self.list.name;
        let identity = match self.identity.complete(name, "listing", identity) {
            Ok(identity) => Some(identity),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        };
        let resource = match (self.include_resource, resource) {
            (false, _) => None,
            (true, None) => {
                diagnostics.warning(
                    format!("{name}: an object is listed without its attributes"),
                    format!("The query asks for whole objects, and the provider did not give that of {display_name:?}."),
                );
                None
            }
            (true, Some(state)) => match self.whole(state) {
                Ok(state) => Some(state),
                Err(more) => {
                    diagnostics.extend(more);
                    None
                }
            },
        };
        Listed {
            identity,
            display_name,
            resource,
            diagnostics,
        }
    }

    fn whole(&self, state: Value) -> Result<Value, Diagnostics> {
        let Registered { name, shape, .. } = self.resource.as_ref();
        let state = shape.accept(name, "listing", state)?;
        let state = prepare::without_write_only(&shape.schema, state);
        let unknown = check::wholly_known(name, "listing", &shape.ty, &state);
        if unknown.is_empty() {
            Ok(state)
        } else {
            Err(unknown)
        }
    }
}
