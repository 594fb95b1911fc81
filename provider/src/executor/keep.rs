//! Right before a share grows: the color that takes over must be as large as the one it takes over from is by now.
//! Autoscaling goes on while a release runs, so what was planned may be too little. Never takes tasks away.

use super::outcome::Failure;
use super::run::Doer;
use crate::observe::observe;
use crate::ports::{Fleet, Kind, Traffic};
use crate::wait::{Patience, Poll, until};
use rollout::{Color, Step};
use std::time::Duration;

/// A look that fails in passing is taken again for so long.
const LOOK: Duration = Duration::from_secs(60);

impl<T: Traffic, F: Fleet> Doer<'_, T, F> {
    pub(super) async fn keep_up(&self, color: Color, of: Color, at_least: u32) -> Result<(), Failure> {
        let around = &self.around;
        let looked = until(LOOK, around.stop, async || {
            match observe(around.traffic, around.fleet).await {
                Ok(sight) => Poll::Ready(Ok(sight)),
                Err(error) if error.kind == Kind::Transient => Poll::Pending(Failure::Port(error)),
                Err(error) => Poll::Ready(Err(Failure::Port(error))),
            }
        })
        .await;
        let sight = match looked {
            Ok(sight) => sight?,
            Err(Patience::Stopped) => return Err(Failure::Stopped),
            Err(Patience::Over(why)) => return Err(why),
        };
        // One that ails asks for little: it must not keep itself in service.
        let need = sight.health[of].healthy.max(at_least);
        if let Some(requested) = sight.requested()[color]
            && requested < need
        {
            tracing::info!(%color, requested, need, "{of} has grown: {color} keeps up");
            // Noted before the call: one that times out may still land.
            self.grown(Step::Scale {
                color,
                from: requested,
                to: need,
            });
            self.call(around.fleet.scale(color, need)).await?;
        }
        self.healthy(color, need).await
    }
}
