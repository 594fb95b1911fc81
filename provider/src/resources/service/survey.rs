//! What a live look says against the place that a configuration asks for. Apply refuses by it before its first
//! changing call; plan only warns by it, never for longer than three seconds and never changing a planned value.

use super::hold::claimed;
use super::staff::miswired;
use super::wired::Wired;
use super::{adopt, create};
use crate::adapters::alb::{Slot, Tagged, action, listener};
use crate::config::Shared;
use crate::model::{Record, Service};
use crate::ports::{Kind, PortError};
use crate::priorities::Want;
use crate::resources::room::{Way, room};
use rollout::{Color, first};
use std::time::Duration;
use tfplugin::{Diagnostics, Value};

/// A plan must not wait for an AWS that does not answer.
const GLANCE: Duration = Duration::from_secs(3);

/// Who runs behind the colors.
const STAFF: [&str; 3] = ["cluster", "blue_service", "green_service"];

/// Why the load balancer or the target groups are no place for this service, if they are not.
pub async fn objection(wired: &Wired) -> Result<Option<String>, PortError> {
    let alb = &wired.alb;
    let around = match listener::surroundings(&alb.client, &alb.listener_arn, &alb.groups).await {
        Ok(Some(around)) => around,
        Ok(None) => return Ok(Some(format!("Listener {} does not exist.", alb.listener_arn))),
        Err(error) if error.kind == Kind::NotFound => return Ok(Some(format!("{}.", error.chain()))),
        Err(error) => return Err(error),
    };
    let balancer = &around.balancer_arn;
    if let Some((tag, value)) = &around.controller {
        return Ok(Some(format!(
            "Load balancer {balancer} is managed by the AWS Load Balancer Controller (tag {tag} = {value:?}), which removes every rule that it did not make. Use a load balancer of your own, with a TargetGroupBinding for each color."
        )));
    }
    for color in Color::BOTH {
        let (group, arn) = (&around.groups[color], &alb.groups[color]);
        if let Some(other) = group.balancers.iter().find(|other| *other != balancer) {
            return Ok(Some(format!(
                "{color}'s target group {arn} is attached to load balancer {other}, and a group can be attached to one only; the listener belongs to {balancer}. Give {color} a group of its own."
            )));
        }
        if !matches!(group.protocol.as_str(), "HTTP" | "HTTPS") {
            return Ok(Some(format!(
                "{color}'s target group {arn} speaks {}; a listener of an application load balancer forwards to HTTP and HTTPS groups only.",
                group.protocol
            )));
        }
        if let (Some(its), Some(here)) = (&group.vpc, &around.vpc)
            && its != here
        {
            return Ok(Some(format!(
                "{color}'s target group {arn} lies in {its}, but load balancer {balancer} in {here}."
            )));
        }
    }
    Ok(None)
}

/// Who has to give way to the service's rule, by the priority that it gets; nobody to a default action.
///
/// # Errors
/// The priority, or the default action, is somebody else's.
pub fn way(rules: &[Tagged], wired: &Wired, service: &Service, own: Option<&Tagged>) -> Result<Way, String> {
    let listener = &wired.alb.listener_arn;
    let Some(priority) = service.alb.priority else {
        return default_taken(rules, wired, own).map_or(Ok(Way::default()), Err);
    };
    let wants = [Want {
        arn: own.map(|own| own.arn.as_str()),
        priority,
    }];
    room(&wired.ledger, listener, &wired.owner(), rules, &wants)
}

fn default_taken(rules: &[Tagged], wired: &Wired, own: Option<&Tagged>) -> Option<String> {
    let default = rules.iter().find(|rule| rule.priority.is_none())?;
    let unowned = own.is_none() && default.service().is_none();
    if unowned && action::text(&default.actions).is_none() {
        return Some(format!(
            "The default action of listener {} authenticates before it forwards, which a service can't take over. Give the service a priority and conditions.",
            wired.alb.listener_arn
        ));
    }
    claimed(default, wired)
}

/// Says in a plan what apply would refuse as things stand. Silent where it can't look, or not in time.
pub async fn warn(
    shared: &Shared,
    config: &Value,
    prior: Option<&Value>,
    private: &[u8],
    diags: &mut Diagnostics,
) {
    if !diags.is_empty() {
        // Something is said already, and apply says the rest.
        return;
    }
    let known = ["listener_arn", "blue_target_group_arn", "green_target_group_arn"];
    let alb = config.get("alb");
    let Some(service) = Service::parse(config, &mut Diagnostics::new()) else {
        return;
    };
    if known.iter().any(|field| alb.get(field).as_str().is_none()) {
        return;
    }
    let record = prior.and_then(Record::from_state);
    let place = |value: &Value| {
        let alb = value.get("alb");
        known
            .iter()
            .chain(&["priority"])
            .map(|field| alb.get(field).clone())
            .chain(STAFF.map(|field| value.get("ecs").get(field).clone()))
            .collect::<Vec<_>>()
    };
    let stays = prior.is_some_and(|prior| place(prior) == place(config));
    if stays && record.as_ref().is_some_and(|record| record.rule_arn.is_some()) {
        return;
    }
    let look = async {
        let clients = shared.clients().await.ok()?;
        let rule_arn = prior.and_then(|prior| prior.get("rule_arn").as_str());
        let wired = Wired::new(&clients, config, rule_arn);
        if prior.is_none() {
            let intent = first(service.phase, service.release.as_deref(), service.initial_color)?;
            return create::look(&wired, &service, &intent).await.err();
        }
        if record.is_none() {
            return adopt::look(&wired, &service, private, rule_arn).await.err();
        }
        if let Some(why) = objection(&wired).await.ok()? {
            return Some(why);
        }
        if let Some(why) = miswired(&wired, &wired.crews().await.ok()?) {
            return Some(why);
        }
        let rules = crate::adapters::alb::rules(&wired.alb.client, &wired.alb.listener_arn).await;
        let rules = rules.ok()??;
        way(&rules, &wired, &service, wired.own_rule(&rules, rule_arn)).err()
    };
    if let Ok(Some(why)) = tokio::time::timeout(GLANCE, look).await {
        diags.warning("Apply would refuse this as things stand", why);
    }
}

/// Whom the default action serves already, told before a service takes it: taking it must not move anybody.
pub fn serves_otherwise(default: &Tagged, wired: &Wired, live: Color) -> Option<String> {
    let groups = &wired.alb.groups;
    let any = Color::BOTH
        .iter()
        .any(|&color| default.weights.contains_key(&groups[color]));
    if !any || wired.alb.slot != Slot::DefaultAction {
        return None;
    }
    let split = default.split(groups);
    let strangers = default
        .weights
        .keys()
        .any(|arn| Color::BOTH.iter().all(|&color| *arn != groups[color]));
    if split == Some(rollout::TrafficSplit::all_to(live)) && !strangers {
        return None;
    }
    Some(format!(
        "The default action of listener {} forwards to this service's target groups already ({}), and a first apply would send everybody to {live}. Import it instead, with the id {}@{}: nobody is moved then.",
        wired.alb.listener_arn,
        split.map_or("nobody gets traffic".to_owned(), |split| split.to_string()),
        wired.alb.service,
        wired.alb.listener_arn
    ))
}
