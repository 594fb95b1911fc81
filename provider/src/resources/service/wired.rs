//! The adapters of one service, wired from its state or configuration.

use crate::adapters::Clients;
use crate::adapters::alb::{Alb, Slot, Tagged};
use crate::adapters::ecs::Ecs;
use crate::model::{stickiness, string};
use crate::ports::{Crew, Fleet, NoFleet, PortError};
use crate::priorities::Ledger;
use rollout::{Color, PerColor};
use std::sync::Arc;
use tfplugin::Value;

/// Traffic and fleet of one service.
pub struct Wired {
    pub alb: Alb,
    pub fleet: Either,
    pub ledger: Arc<Ledger>,
}

/// With an `ecs` block, or without.
pub enum Either {
    Ecs(Ecs),
    None(NoFleet),
}

/// Names a service among the resources of one run.
pub fn owner(service: &str) -> String {
    format!("bluegreen_service {service}")
}

impl Wired {
    /// From a state or a wholly known configuration; `rule_arn` may be empty until a rule is made.
    pub fn new(clients: &Clients, value: &Value, rule_arn: Option<&str>) -> Wired {
        let alb = value.get("alb");
        let group = |color: Color| string(alb.get(&format!("{color}_target_group_arn"))).unwrap_or_default();
        let ecs = value.get("ecs");
        let fleet = match ecs {
            Value::Null | Value::Unknown => Either::None(NoFleet),
            _ => {
                let service = |color: Color| string(ecs.get(&format!("{color}_service"))).unwrap_or_default();
                let cluster = string(ecs.get("cluster")).unwrap_or_default();
                Either::Ecs(Ecs::new(
                    clients.ecs.clone(),
                    &cluster,
                    PerColor::from_fn(service),
                ))
            }
        };
        Wired {
            alb: Alb {
                client: clients.elbv2.clone(),
                service: string(value.get("name")).unwrap_or_default(),
                slot: if alb.get("priority").is_null() {
                    Slot::DefaultAction
                } else {
                    Slot::Rule
                },
                listener_arn: string(alb.get("listener_arn")).unwrap_or_default(),
                rule_arn: rule_arn.unwrap_or_default().to_owned(),
                groups: PerColor::from_fn(group),
                stickiness: stickiness(alb),
            },
            fleet,
            ledger: clients.ledger.clone(),
        }
    }

    /// Names the resource among those of one run.
    pub fn owner(&self) -> String {
        owner(&self.alb.service)
    }

    pub fn has_fleet(&self) -> bool {
        matches!(self.fleet, Either::Ecs(_))
    }

    pub async fn crews(&self) -> Result<PerColor<Option<Crew>>, PortError> {
        self.fleet.crews().await
    }

    /// What runs behind one color, for people.
    pub fn crew_name(&self, color: Color) -> String {
        match &self.fleet {
            Either::Ecs(fleet) => fleet.name(color),
            Either::None(_) => format!("{color}'s fleet"),
        }
    }

    /// The service's own rule, or the listener's default rule if that is what it owns.
    pub fn own_rule<'a>(&self, rules: &'a [Tagged], arn: Option<&str>) -> Option<&'a Tagged> {
        self.alb.own(rules, arn)
    }
}

impl Fleet for Either {
    async fn crews(&self) -> Result<PerColor<Option<Crew>>, PortError> {
        match self {
            Either::Ecs(fleet) => fleet.crews().await,
            Either::None(fleet) => fleet.crews().await,
        }
    }

    async fn deploy(&self, color: Color, version: &str) -> Result<(), PortError> {
        match self {
            Either::Ecs(fleet) => fleet.deploy(color, version).await,
            Either::None(fleet) => fleet.deploy(color, version).await,
        }
    }

    async fn scale(&self, color: Color, to: u32) -> Result<(), PortError> {
        match self {
            Either::Ecs(fleet) => fleet.scale(color, to).await,
            Either::None(fleet) => fleet.scale(color, to).await,
        }
    }
}
