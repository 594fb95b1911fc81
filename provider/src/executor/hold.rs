//! Watching a color under the traffic it has just been given. Ends well only on a look that saw it healthy: a hold that
//! nobody saw the end of proves nothing. Never judges by itself, and says nothing of the color that lost traffic.

use super::outcome::Failure;
use super::run::Doer;
use crate::observe::evidence;
use crate::ports::{Fleet, Kind, Traffic};
use crate::wait::{Patience, Poll, rest, until};
use rollout::{Bake, Blocker, Color, Gate, TrafficSplit, judge};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Looks are taken at once and after 150 ms and 225 ms: enough for two in a row.
const LEAST_BAKE: Duration = Duration::from_millis(400);
/// Before the look at the deadline is taken again: right away it would see the same.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a hold may last beyond its bake for want of a good look. Short: traffic is where nobody sees how it fares.
const LAST_LOOKS: Duration = Duration::from_secs(30);

impl<T: Traffic, F: Fleet> Doer<'_, T, F> {
    pub(super) async fn hold(
        &self,
        at: TrafficSplit,
        color: Color,
        at_least: u32,
        bake: Bake,
    ) -> Result<(), Failure> {
        self.confirm(at).await?;
        self.smoke_all(color).await?;
        let short = AtomicU32::new(0);
        let stop = self.around.stop;
        // Also without a bake: a color may give way under the very traffic it has just been given.
        let bake = match bake {
            Bake::For(bake) => bake,
            Bake::UntilChecksTell => self.notice(color).await?,
        };
        let bake = bake.max(LEAST_BAKE);
        let last = match until(bake, stop, || self.watch(color, at_least, &short)).await {
            Ok(failure) => return Err(failure),
            Err(Patience::Stopped) => return Err(Failure::Stopped),
            Err(Patience::Over(last)) => last,
        };
        if last.is_err() {
            rest(AGAIN, stop).await.map_err(|_| Failure::Stopped)?;
            self.seen_well(color, at_least, &short).await?;
        }
        self.confirm(at).await
    }

    async fn notice(&self, color: Color) -> Result<Duration, Failure> {
        let asked = until(LAST_LOOKS, self.around.stop, async || {
            match self.around.traffic.notice(color).await {
                Ok(notice) => Poll::Ready(Ok(notice)),
                Err(error) if error.kind == Kind::Transient => Poll::Pending(Failure::Port(error)),
                Err(error) => Poll::Ready(Err(Failure::Port(error))),
            }
        })
        .await;
        let notice = asked.unwrap_or_else(|patience| match patience {
            Patience::Stopped => Err(Failure::Stopped),
            Patience::Over(why) => Err(why),
        })?;
        tracing::info!(?notice, "{color} is watched until health checks would tell");
        Ok(notice)
    }

    /// Looks on until one look is good, for a bounded time; then fails with what was last missing.
    async fn seen_well(&self, color: Color, at_least: u32, short: &AtomicU32) -> Result<(), Failure> {
        let asked = until(LAST_LOOKS, self.around.stop, async || {
            match self.watch(color, at_least, short).await {
                Poll::Ready(failure) => Poll::Ready(Err(failure)),
                Poll::Pending(Ok(())) => Poll::Ready(Ok(())),
                Poll::Pending(Err(why)) => Poll::Pending(why),
            }
        })
        .await;
        match asked {
            Ok(result) => result,
            Err(Patience::Stopped) => Err(Failure::Stopped),
            Err(Patience::Over(why)) => Err(why),
        }
    }

    /// Ready only with a reason to end the bake early: the smoke check fails, a look fails in a way that asking again
    /// can't mend, or the color is short of healthy targets on two looks in a row, since one may fall between a task
    /// and its replacement. Pending with what this look was worth.
    async fn watch(
        &self,
        color: Color,
        at_least: u32,
        short: &AtomicU32,
    ) -> Poll<Failure, Result<(), Failure>> {
        if let Err(why) = self.smoke_once(color).await {
            return Poll::Ready(why);
        }
        let evidence = match evidence(color, self.around.traffic, self.around.fleet).await {
            Ok(evidence) => evidence,
            Err(error) if error.kind == Kind::Stopped => return Poll::Ready(Failure::Stopped),
            Err(error) if error.kind == Kind::Transient => {
                tracing::info!(error = %error.chain(), "{color} could not be looked at");
                return Poll::Pending(Err(Failure::Port(error)));
            }
            Err(error) => return Poll::Ready(Failure::Port(error)),
        };
        match judge(&evidence, at_least) {
            Gate::Shut(blocker) => Poll::Ready(Failure::Verdict(blocker)),
            Gate::Wait(blocker @ Blocker::TooFewHealthy { .. }) => {
                self.waits("hold", &blocker);
                let why = Failure::Verdict(blocker);
                match short.fetch_add(1, Ordering::Relaxed) {
                    0 => Poll::Pending(Err(why)),
                    _ => Poll::Ready(why),
                }
            }
            Gate::Wait(_) | Gate::Open => {
                short.store(0, Ordering::Relaxed);
                Poll::Pending(Ok(()))
            }
        }
    }
}
