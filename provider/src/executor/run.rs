//! Runs a plan against the ports; on failure puts things back, on a stop makes at most one call.

use super::outcome::{Failure, Outcome};
use super::smoke::Smoke;
use super::step;
use crate::observe::evidence;
use crate::ports::{Fleet, Kind, Pace, PortError, Route, Traffic};
use crate::progress::{Progress, State};
use crate::wait::{Patience, Poll, Stopped, granted, rest, until};
use rollout::{Blocker, Color, Gate, Plan, Step, TrafficSplit, judge, retreat, rollback};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// After a stop the host waits five seconds at most: this is the share of the one call that goes back.
const LAST_CALL: Duration = Duration::from_millis(1500);
/// A rule change is in force once DescribeRules says so; more than a minute means somebody undid it.
const CONFIRM: Duration = Duration::from_secs(60);

/// How long a step may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until a color that does not become healthy is a failed verdict.
    pub health: Duration,
    /// Between the last rule change away from a color and its scale-down.
    pub drain: Duration,
}

/// What a run may touch, and what bounds it.
pub struct Surroundings<'a, T, F> {
    pub traffic: &'a T,
    pub fleet: &'a F,
    pub limits: Limits,
    pub smoke: Option<Smoke<'a>>,
    pub progress: &'a Progress,
    pub stop: &'a CancellationToken,
}

/// Runs `plan` from where traffic stands at `start`. Steps are absolute and repeatable, so a run that was cut short can be run again.
pub async fn run<T: Traffic, F: Fleet>(
    plan: &Plan,
    start: TrafficSplit,
    around: Surroundings<'_, T, F>,
) -> Outcome {
    let stop = around.stop;
    let doer = Doer {
        start,
        around,
        grown: Mutex::default(),
    };
    for (done, step) in plan.advance.iter().enumerate() {
        if stop.is_cancelled() {
            return doer.interrupted(&plan.advance[..done]).await;
        }
        let Err(why) = doer.attempt(step, Pace::Measured).await else {
            continue;
        };
        let attempted = &plan.advance[..=done];
        if matches!(why, Failure::Stopped) {
            return doer.interrupted(attempted).await;
        }
        return doer.undo(attempted, why).await;
    }
    for step in &plan.settle {
        if stop.is_cancelled() {
            return Outcome::Reached {
                unsettled: Some((step.clone(), Failure::Stopped)),
            };
        }
        if let Err(why) = doer.attempt(step, Pace::Measured).await {
            return Outcome::Reached {
                unsettled: Some((step.clone(), why)),
            };
        }
    }
    Outcome::Reached { unsettled: None }
}

pub(super) struct Doer<'a, T, F> {
    start: TrafficSplit,
    pub(super) around: Surroundings<'a, T, F>,
    /// Scaled beyond the plan, to keep up.
    grown: Mutex<Vec<Step>>,
}

impl<T: Traffic, F: Fleet> Doer<'_, T, F> {
    async fn undo(&self, attempted: &[Step], why: Failure) -> Outcome {
        tracing::warn!(%why, "putting back what was attempted");
        let grown = self.grown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for step in rollback(&[attempted, &grown].concat(), self.start) {
            if let Err(then) = self.attempt(&step, Pace::AtOnce).await {
                // A stop while putting back: traffic went first, capacity is left to the next apply.
                let attempted = attempted.to_vec();
                if matches!(
                    (&then, &step),
                    (Failure::Stopped, Step::Drain { .. } | Step::Scale { .. })
                ) {
                    return Outcome::RolledBack { attempted, why };
                }
                return Outcome::Stuck {
                    attempted,
                    why,
                    undoing: step,
                    then,
                };
            }
        }
        Outcome::RolledBack {
            attempted: attempted.to_vec(),
            why,
        }
    }

    pub(super) fn grown(&self, step: Step) {
        self.grown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(step);
    }

    async fn interrupted(&self, attempted: &[Step]) -> Outcome {
        let mut back = None;
        if let Some(Step::Shift { to, .. }) = retreat(attempted) {
            tracing::warn!(%to, "stopped: going back to the last split that held");
            let call = tokio::time::timeout(LAST_CALL, self.around.traffic.set_split(to, Pace::AtOnce)).await;
            back = Some(match call {
                Ok(Ok(())) => Ok(to),
                Ok(Err(error)) => Err(Failure::Port(error)),
                Err(_) => Err(Failure::Stopped),
            });
        }
        Outcome::Interrupted {
            attempted: attempted.to_vec(),
            back,
        }
    }

    async fn attempt(&self, step: &Step, pace: Pace) -> Result<(), Failure> {
        tracing::info!(step = ?step, "step");
        let tell = |detail: &str, state| self.around.progress.tell(step::name(step), detail, state);
        let detail = step::describe(step);
        tell(&detail, State::Begin);
        let result = self.take(step, pace).await;
        match &result {
            Ok(()) => tell(&detail, State::Done),
            Err(why) => tell(&format!("{detail}: {why}"), State::Failed),
        }
        result
    }

    pub(super) fn waits(&self, step: &str, blocker: &Blocker) {
        tracing::info!(%blocker, "{step} waits");
        self.around.progress.tell(step, &blocker.to_string(), State::Wait);
    }

    async fn take(&self, step: &Step, pace: Pace) -> Result<(), Failure> {
        match step {
            Step::CloseCanary { color } => self.call(self.around.traffic.close_canary(*color)).await,
            Step::Deploy { color, version } => self.call(self.around.fleet.deploy(*color, version)).await,
            Step::Scale { color, to, .. } => self.call(self.around.fleet.scale(*color, *to)).await,
            Step::Shift { to, .. } => self.call(self.around.traffic.set_split(*to, pace)).await,
            Step::AwaitHealthy { color, at_least } => self.healthy(*color, *at_least).await,
            Step::Smoke { .. } => self.smoke_before().await,
            Step::KeepUp { color, of, at_least } => self.keep_up(*color, *of, *at_least).await,
            Step::Hold {
                at,
                color,
                at_least,
                bake,
            } => self.hold(*at, *color, *at_least, *bake).await,
            Step::Drain { color, at_least } => self.drain(*color, *at_least).await,
        }
    }

    /// A changing call is never cut off by a stop at once: it gets a moment to say whether it landed.
    pub(super) async fn call(
        &self,
        call: impl Future<Output = Result<(), PortError>>,
    ) -> Result<(), Failure> {
        match granted(self.around.stop, call).await {
            Ok(Err(error)) if error.kind == Kind::Stopped => Err(Failure::Stopped),
            Ok(result) => result.map_err(Failure::Port),
            Err(Stopped) => Err(Failure::Stopped),
        }
    }

    pub(super) async fn healthy(&self, color: Color, at_least: u32) -> Result<(), Failure> {
        let asked = until(self.around.limits.health, self.around.stop, || {
            self.gate(color, at_least)
        })
        .await;
        match asked {
            Ok(result) => result,
            Err(Patience::Stopped) => Err(Failure::Stopped),
            Err(Patience::Over(why)) => Err(why),
        }
    }

    /// Ready with the gate's word; a look that failed in passing is simply taken again.
    async fn gate(&self, color: Color, at_least: u32) -> Poll<Result<(), Failure>, Failure> {
        let evidence = match evidence(color, self.around.traffic, self.around.fleet).await {
            Ok(evidence) => evidence,
            Err(error) if error.kind == Kind::Transient => return Poll::Pending(Failure::Port(error)),
            Err(error) => return Poll::Ready(Err(Failure::Port(error))),
        };
        match judge(&evidence, at_least) {
            Gate::Open => Poll::Ready(Ok(())),
            Gate::Shut(blocker) => Poll::Ready(Err(Failure::Verdict(blocker))),
            Gate::Wait(blocker) => {
                self.waits("await_healthy", &blocker);
                Poll::Pending(Failure::Verdict(blocker))
            }
        }
    }

    pub(super) async fn confirm(&self, at: TrafficSplit) -> Result<(), Failure> {
        let asked = until(CONFIRM, self.around.stop, async || {
            match self.around.traffic.routing().await {
                Ok(routing) if routing.split == Some(at) => Poll::Ready(Ok(())),
                Ok(routing) => Poll::Pending(Failure::Moved {
                    wanted: at,
                    found: routing.split,
                }),
                Err(error) if error.kind == Kind::Transient => Poll::Pending(Failure::Port(error)),
                Err(error) => Poll::Ready(Err(Failure::Port(error))),
            }
        })
        .await;
        match asked {
            Ok(result) => result,
            Err(Patience::Stopped) => Err(Failure::Stopped),
            Err(Patience::Over(why)) => Err(why),
        }
    }

    async fn drain(&self, color: Color, at_least: u32) -> Result<(), Failure> {
        match until(CONFIRM, self.around.stop, || self.left(color)).await {
            Ok(result) => result?,
            Err(Patience::Stopped) => return Err(Failure::Stopped),
            Err(Patience::Over(why)) => return Err(why),
        }
        rest(self.around.limits.drain, self.around.stop)
            .await
            .map_err(|_| Failure::Stopped)?;
        if at_least == 0 {
            return Ok(());
        }
        self.healthy(color.other(), at_least).await
    }

    /// Ready once no rule routes to `color`, or with the reason why none of ours can change that. The service's own
    /// canary rules on other listeners are removed on the way.
    async fn left(&self, color: Color) -> Poll<Result<(), Failure>, Failure> {
        let routing = match self.around.traffic.routing().await {
            Ok(routing) => routing,
            Err(error) if error.kind == Kind::Transient => return Poll::Pending(Failure::Port(error)),
            Err(error) => return Poll::Ready(Err(Failure::Port(error))),
        };
        let elsewhere = match self.around.traffic.elsewhere(color).await {
            Ok(routes) => routes,
            Err(error) if error.kind == Kind::Transient => return Poll::Pending(Failure::Port(error)),
            Err(error) => return Poll::Ready(Err(Failure::Port(error))),
        };
        let mut ours = routing.split.is_some_and(|split| 0 < split.share(color));
        let mut foreign = Vec::new();
        for route in routing.routes[color].iter().chain(&elsewhere) {
            match route {
                Route::Foreign { arn } => foreign.push(arn.clone()),
                Route::Canary { .. } => ours = true,
            }
        }
        if !foreign.is_empty() {
            return Poll::Ready(Err(Failure::Foreign {
                color,
                rules: foreign,
            }));
        }
        // No plan knows of audiences on another listener: it is made from a look at the service's own.
        if !elsewhere.is_empty()
            && let Err(error) = self.around.traffic.close_canary(color).await
        {
            return match error.kind {
                Kind::Transient => Poll::Pending(Failure::Port(error)),
                _ => Poll::Ready(Err(Failure::Port(error))),
            };
        }
        if ours {
            let wanted = TrafficSplit::all_to(color.other());
            return Poll::Pending(Failure::Moved {
                wanted,
                found: routing.split,
            });
        }
        Poll::Ready(Ok(()))
    }
}
