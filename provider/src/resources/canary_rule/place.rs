//! Where the rules of one `bluegreen_canary_rule` live, and how they are told from others.

use crate::adapters::Clients;
use crate::adapters::alb::{self, Tagged};
use crate::model::{number, string};
use crate::ports::PortError;
use std::collections::BTreeSet;
use std::sync::Arc;
use tfplugin::Value;

/// Where one resource's rules live, and how they are told from others.
#[derive(Clone, Debug)]
pub struct Place {
    pub service: String,
    pub listener_arn: String,
    pub priority: u32,
    pub priorities: Vec<u32>,
    arns: BTreeSet<String>,
    active: bool,
}

impl Place {
    /// From a state or a plan.
    pub fn of(value: &Value) -> Place {
        let route = value.get("route");
        let rules = value.get("rules").as_list().unwrap_or_default().iter();
        let priorities = value.get("priorities").as_list().unwrap_or_default().iter();
        Place {
            service: string(route.get("service")).unwrap_or_default(),
            listener_arn: string(route.get("listener_arn")).unwrap_or_default(),
            priority: priority(value),
            priorities: priorities.filter_map(number).collect(),
            arns: rules.filter_map(|rule| string(rule.get("arn"))).collect(),
            active: value.get("active").as_bool().unwrap_or(false),
        }
    }

    pub fn is_active(&self) -> bool {
        self.active
    }

    pub fn has_rules(&self) -> bool {
        !self.arns.is_empty()
    }

    /// Rules can be moved from one to the other.
    pub fn is_beside(&self, other: &Place) -> bool {
        self.service == other.service && self.listener_arn == other.listener_arn
    }

    /// Names the resource among those of one run.
    pub fn owner(&self) -> String {
        owner(&self.service, &self.priority.to_string())
    }

    /// By the ARN in state, unless the tags name another service; else by the tags, so that a rule made by an apply
    /// that died is found again. One that another resource of this run put where it stands is that one's, though the
    /// tags were this one's before.
    pub fn owns(&self, rule: &Tagged, clients: &Clients, owner: &str) -> bool {
        let others = rule.service().is_some_and(|service| service != self.service);
        let known = self.arns.contains(&rule.arn) && !others;
        let tagged = rule.is(&self.service, &resource_tag(self.priority));
        (known || tagged) && clients.ledger.settled_by_another(&rule.arn, owner).is_none()
    }

    pub async fn rules(&self, clients: &Clients) -> Result<Arc<Vec<Tagged>>, PortError> {
        Ok(alb::rules(&clients.elbv2, &self.listener_arn)
            .await?
            .unwrap_or_default())
    }
}

/// Names a canary rule among the resources of one run.
pub fn owner(service: &str, priority: &str) -> String {
    format!("bluegreen_canary_rule {service}/{priority}")
}

/// The rules of one resource are told from another's by its priority, which is unique on a listener.
pub fn resource_tag(priority: u32) -> String {
    format!("canary/{priority}")
}

pub fn priority(value: &Value) -> u32 {
    number(value.get("priority")).unwrap_or(0)
}
