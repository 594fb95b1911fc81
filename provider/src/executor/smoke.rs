//! The smoke check: a request like a visitor's, whose answer is a verdict while the candidate gains traffic. Goes
//! where visitors go, through the load balancer: targets are reachable for it alone, and what a visitor would get is
//! what counts. So it can see the candidate only where a share, or a canary rule that its headers match, leads to it.

use super::outcome::Failure;
use super::run::Doer;
use crate::ports::{Fleet, PortError, Traffic, Visitor};
use crate::wait::{Patience, Poll, until};
use rollout::{Blocker, Color};
use std::time::Duration;

/// A request that gets no answer at all says nothing of the candidate: the load balancer answers for it in any case.
/// It is made again for so long.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is asked, how often, and what is wanted.
pub struct Smoke<'a> {
    pub visitor: &'a dyn Visitor,
    /// Whose verdict it is.
    pub candidate: Color,
    pub status: u16,
    pub count: u32,
}

impl Smoke<'_> {
    fn wrong(&self, got: u16) -> Blocker {
        Blocker::WrongAnswer {
            color: self.candidate,
            asked: self.visitor.asks(),
            wanted: self.status,
            got,
        }
    }
}

impl<T: Traffic, F: Fleet> Doer<'_, T, F> {
    /// Before anything moves: whoever serves now must pass, or the check itself is wrong.
    pub(super) async fn smoke_before(&self) -> Result<(), Failure> {
        let Some(smoke) = &self.around.smoke else {
            return Ok(());
        };
        for _ in 0..smoke.count {
            let got = self.visit(smoke).await?;
            if got != smoke.status {
                return Err(Failure::Smoke {
                    asked: smoke.visitor.asks(),
                    wanted: smoke.status,
                    got,
                });
            }
        }
        Ok(())
    }

    /// All requests of one step, if `color` is the candidate.
    pub(super) async fn smoke_all(&self, color: Color) -> Result<(), Failure> {
        let count = self.around.smoke.as_ref().map_or(0, |smoke| smoke.count);
        for _ in 0..count {
            self.smoke_once(color).await?;
        }
        Ok(())
    }

    /// One more, at each look of a bake.
    pub(super) async fn smoke_once(&self, color: Color) -> Result<(), Failure> {
        let smoke = self.around.smoke.as_ref();
        let Some(smoke) = smoke.filter(|smoke| smoke.candidate == color) else {
            return Ok(());
        };
        match self.visit(smoke).await? {
            got if got == smoke.status => Ok(()),
            got => Err(Failure::Verdict(smoke.wrong(got))),
        }
    }

    async fn visit(&self, smoke: &Smoke<'_>) -> Result<u16, Failure> {
        let answered = until(PATIENCE, self.around.stop, async || {
            match smoke.visitor.visit().await {
                Ok(status) => Poll::Ready(status),
                Err(error) => {
                    let error: PortError = error;
                    tracing::info!(error = %error.chain(), "the smoke check got no answer");
                    Poll::Pending(Failure::Port(error))
                }
            }
        })
        .await;
        answered.map_err(|patience| match patience {
            Patience::Stopped => Failure::Stopped,
            Patience::Over(why) => why,
        })
    }
}
