//! The questions the executor asks of the outside world, in the core's words. No SDK type passes through here.

use rollout::{Color, Deployment, PerColor, TrafficSplit};
use std::error::Error as StdError;
use std::future::Future;
use std::time::Duration;
use tfplugin::async_trait;
use thiserror::Error;

/// What may be done about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The thing asked about is not there.
    NotFound,
    /// Asking again later may help: throttled, or a fault on the way or at the other end.
    Transient,
    /// Asking again will not help.
    Refused,
    /// Never sent: the operator's stop came first.
    Stopped,
}

/// A call that did not do what it was asked to. Display names the attempt, never the source's own words.
#[derive(Debug, Error)]
#[error("{doing} {on}")]
pub struct PortError {
    pub kind: Kind,
    /// What was attempted, as a gerund: `shifting`.
    pub doing: String,
    /// On what: `listener rule arn:…`.
    pub on: String,
    /// The other side's error code, if it gave one.
    pub code: Option<String>,
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl PortError {
    /// The whole chain on one line, for diagnostics.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(error) = next {
            let line = error.to_string();
            // The SDK's outer layers say nothing that the next one does not say better.
            if !line.is_empty() && line != "service error" && !text.ends_with(&line) {
                text.push_str(": ");
                text.push_str(&line);
            }
            next = error.source();
        }
        text
    }

    /// The same for one more of those who wait for the answer: its kind and its words.
    pub fn said_again(&self) -> PortError {
        let (whole, own) = (self.chain(), self.to_string());
        let cause = whole
            .strip_prefix(&own)
            .map(|cause| cause.trim_start_matches(": "))
            .filter(|cause| !cause.is_empty())
            .map(|cause| cause.to_owned().into());
        PortError {
            kind: self.kind,
            doing: self.doing.clone(),
            on: self.on.clone(),
            code: self.code.clone(),
            source: cause,
        }
    }
}

/// Who routes requests to a color besides the service's own rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// One of this service's canary rules.
    Canary { arn: String },
    /// Somebody else's rule: never touched, and named when it is in the way.
    Foreign { arn: String },
}

/// One look at the routing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// `None` if the service's own rule is gone.
    pub split: Option<TrafficSplit>,
    pub routes: PerColor<Vec<Route>>,
}

/// What the load balancer thinks of one color's targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    pub healthy: u32,
    /// Why registered targets are not healthy, each reason once. Targets still in their first checks have none.
    pub ailing: Vec<String>,
}

/// Whether a call waits for its turn among all changing calls of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Measured,
    /// Traffic goes back: every moment on the wrong color costs requests.
    AtOnce,
}

/// Where requests go. Setters are absolute: a repeated call changes nothing.
pub trait Traffic: Send + Sync {
    fn routing(&self) -> impl Future<Output = Result<Routing, PortError>> + Send;
    fn set_split(
        &self,
        split: TrafficSplit,
        pace: Pace,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
    fn health(&self, color: Color) -> impl Future<Output = Result<Health, PortError>> + Send;
    /// Rules elsewhere on the load balancer that route to `color`: other listeners share the target groups.
    fn elsewhere(&self, color: Color) -> impl Future<Output = Result<Vec<Route>, PortError>> + Send;
    /// How long the load balancer may take to call a target unhealthy that has just begun to fail.
    fn notice(&self, color: Color) -> impl Future<Output = Result<Duration, PortError>> + Send;
    /// Removes the service's own canary rules that route to `color`, on any listener of the load balancer; no rule of
    /// anybody else.
    fn close_canary(&self, color: Color) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// What runs behind one color.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crew {
    pub requested: u32,
    pub running: u32,
    pub version: String,
    /// The target groups that its tasks are registered in, by ARN.
    pub targets: Vec<String>,
    pub deployment: Deployment,
    /// The platform's newest complaint about this deployment: an unhealthy task is gone before it can be asked.
    pub complaint: Option<String>,
}

/// How much of what runs. Setters are absolute.
pub trait Fleet: Send + Sync {
    /// `None` for a color whose fleet does not exist.
    fn crews(&self) -> impl Future<Output = Result<PerColor<Option<Crew>>, PortError>> + Send;
    fn deploy(&self, color: Color, version: &str) -> impl Future<Output = Result<(), PortError>> + Send;
    fn scale(&self, color: Color, to: u32) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Somebody who visits the service as the public does.
#[async_trait]
pub trait Visitor: Send + Sync {
    /// One request; the status of its answer.
    async fn visit(&self) -> Result<u16, PortError>;
    /// For people: `GET https://…`.
    fn asks(&self) -> String;
}

/// For services whose capacity somebody else manages.
pub struct NoFleet;

impl Fleet for NoFleet {
    async fn crews(&self) -> Result<PerColor<Option<Crew>>, PortError> {
        Ok(PerColor::default())
    }

    async fn deploy(&self, color: Color, version: &str) -> Result<(), PortError> {
        Err(no_fleet(format!("deploying {version} to"), color))
    }

    async fn scale(&self, color: Color, to: u32) -> Result<(), PortError> {
        Err(no_fleet(format!("requesting {to} tasks for"), color))
    }
}

fn no_fleet(doing: String, color: Color) -> PortError {
    PortError {
        kind: Kind::Refused,
        doing,
        on: format!("{color}, which has no `ecs` block"),
        code: None,
        source: None,
    }
}
