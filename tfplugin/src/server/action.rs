//! Actions: planned, then invoked with progress. However an action ends, its end is told exactly once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::{Registered, Server, task};
use crate::action::{DynAction, InvokeRequest, PlanActionRequest, Progress};
use crate::diag::Diagnostics;
use crate::value::Value;

/// What is told of an action under way.
#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    /// How far it is.
    Line(String),
    /// It is over; nothing follows.
    End(Diagnostics),
}

impl Server {
    /// What the provider says to an action that will be invoked.
    pub(crate) async fn plan_action(
        &self,
        action: &Arc<Registered<dyn DynAction>>,
        config: Value,
    ) -> Diagnostics {
        let (planned, request) = (
            action.clone(),
            PlanActionRequest {
                config,
                stop: self.token(),
            },
        );
        let done = task::run(&self.activity, async move { planned.handler.plan(request).await }).await;
        done.unwrap_or_else(|panic| panic.diagnostic(&action.name, "planning").into())
    }

    /// Starts the action, which runs to its end even if nobody listens.
    pub(crate) fn invoke(
        &self,
        action: &Arc<Registered<dyn DynAction>>,
        config: Value,
    ) -> mpsc::Receiver<Told> {
        // One ahead: what waits, waits where it is counted.
        let (tell, told) = mpsc::channel(1);
        let (progress, mut said, left_out) = Progress::new();
        let (action, activity, stop) = (action.clone(), self.activity.clone(), self.token());
        let invoked = action.clone();
        let work = async move {
            let request = InvokeRequest { config, stop };
            invoked.handler.invoke(request, progress).await
        };
        // Whoever stopped listening does not matter to the action, so what can't be told is dropped.
        let relay = async move {
            let work = task::change(&activity, work);
            tokio::pin!(work);
            let end = loop {
                tokio::select! {
                    biased;
                    Some(line) = said.recv() => drop(tell.send(Told::Line(line)).await),
                    end = &mut work => break end,
                }
            };
            while let Ok(line) = said.try_recv() {
                drop(tell.send(Told::Line(line)).await);
            }
            let left_out = left_out.load(Ordering::Relaxed);
            if left_out > 0 {
                let line = format!("({left_out} lines are left out: they came faster than they were taken)");
                drop(tell.send(Told::Line(line)).await);
            }
            let diagnostics =
                end.unwrap_or_else(|panic| panic.half_way(&action.name, "being invoked").into());
            drop(tell.send(Told::End(diagnostics)).await);
        };
        tokio::spawn(relay);
        told
    }
}
