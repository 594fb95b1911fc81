//! Ports to facts: one look at traffic, health and fleet, in the core's words. Changes nothing.

use crate::ports::{Crew, Fleet, Health, PortError, Route, Routing, Traffic};
use rollout::{Color, Deployment, Evidence, Observed, PerColor, TrafficSplit};

/// Everything one look saw.
#[derive(Clone, Debug)]
pub struct Sight {
    pub routing: Routing,
    pub health: PerColor<Health>,
    pub crews: PerColor<Option<Crew>>,
}

impl Sight {
    /// In the core's words; `recorded` is the split to assume while the rule is missing.
    pub fn observed(&self, recorded: TrafficSplit) -> Observed {
        Observed {
            split: self.routing.split.unwrap_or(recorded),
            requested: self.requested(),
            healthy: PerColor::from_fn(|color| self.health[color].healthy),
            canary_open: PerColor::from_fn(|color| {
                self.routing.routes[color]
                    .iter()
                    .any(|route| matches!(route, Route::Canary { .. }))
            }),
        }
    }

    pub fn requested(&self) -> PerColor<Option<u32>> {
        PerColor::from_fn(|color| self.crews[color].as_ref().map(|crew| crew.requested))
    }
}

/// Looks at everything; the calls run side by side.
pub async fn observe(traffic: &impl Traffic, fleet: &impl Fleet) -> Result<Sight, PortError> {
    let (routing, blue, green, crews) = tokio::try_join!(
        traffic.routing(),
        traffic.health(Color::Blue),
        traffic.health(Color::Green),
        fleet.crews(),
    )?;
    Ok(Sight {
        routing,
        health: PerColor { blue, green },
        crews,
    })
}

/// What the gate of one color is judged by.
pub async fn evidence(
    color: Color,
    traffic: &impl Traffic,
    fleet: &impl Fleet,
) -> Result<Evidence, PortError> {
    let (health, crews) = tokio::try_join!(traffic.health(color), fleet.crews())?;
    let deployment = crews[color]
        .as_ref()
        .map_or(Deployment::Settled, |crew| crew.deployment.clone());
    let mut ailing = health.ailing;
    ailing.extend(crews[color].as_ref().and_then(|crew| crew.complaint.clone()));
    Ok(Evidence {
        color,
        healthy: health.healthy,
        ailing,
        deployment,
    })
}
