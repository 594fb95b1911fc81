//! Puts the service's rule, or its hold of a default action, where the configuration says, without ever being without
//! one: what is missing is made again at the recorded split, a move makes the new one first. Never moves traffic.

use super::hold::{self, Holding, left_over};
use super::survey::way;
use super::wired::Wired;
use crate::adapters::alb::{self, Slot, Tagged, action, listener};
use crate::executor::{granted, rest};
use crate::model::{Record, Service};
use crate::ports::PortError;
use crate::resources::room::{LOOKS, Way, raced, said};
use rollout::Color;
use std::sync::Arc;
use std::time::Duration;
use tfplugin::{CancellationToken, Diagnostics, Value};

/// What placing did.
pub struct Placed {
    /// The rule is not where, or not as, the state says it was.
    pub changed: bool,
    /// The default action to put back one day.
    pub former: Option<String>,
    /// What carried the traffic before a move, given back after the new one has taken over.
    left_over: Option<Holding>,
}

impl Placed {
    /// Gives back what a move left behind, `drain` after the new place was taken: until every node of the load balancer
    /// knows of that, the old one is all that some requests have. A stop cuts the pause short, but what is left has to
    /// go all the same: at its old priority it would win against the new place, with weights that nobody moves.
    /// Failing to is a warning: it serves the same colors at the old place.
    pub async fn clean_up(
        &self,
        wired: &Wired,
        drain: Duration,
        stop: &CancellationToken,
        diags: &mut Diagnostics,
    ) {
        let Some(holding) = &self.left_over else { return };
        let _ = rest(drain, stop).await;
        let why = match granted(stop, hold::give_back(&wired.alb.client, holding)).await {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(warning))) => return diags.warning("The former default action is not back", warning),
            Ok(Err(error)) => error.chain(),
            Err(_) => "AWS gave no answer after the operator's stop".to_owned(),
        };
        let detail = format!(
            "{}: {why}. It still serves at the old place; remove it by hand.",
            holding.name()
        );
        diags.warning("What the service left is still there", detail);
    }
}

/// Looks at the listener and finds the service's rule there: by the ARN in state, else by its tags. Changes nothing.
///
/// # Errors
/// A sentence for the operator.
pub async fn locate(wired: &mut Wired, record: &Record) -> Result<Arc<Vec<Tagged>>, String> {
    let rules = alb::rules(&wired.alb.client, &wired.alb.listener_arn)
        .await
        .map_err(unmoved)?;
    let Some(rules) = rules else {
        return Err(format!(
            "Listener {} does not exist. Nothing was changed.",
            wired.alb.listener_arn
        ));
    };
    if let Some(own) = wired.own_rule(&rules, record.rule_arn.as_deref()) {
        wired.alb.rule_arn = own.arn.clone();
    }
    Ok(rules)
}

/// # Errors
/// A sentence for the operator; traffic was not moved.
pub async fn place(
    wired: &mut Wired,
    rules: Arc<Vec<Tagged>>,
    service: &Service,
    prior: &Value,
    record: &Record,
) -> Result<Placed, String> {
    let mut rules = rules;
    let mut placed = Placed {
        changed: false,
        former: None,
        left_over: None,
    };
    let mut looks = 1;
    loop {
        let own = wired.own_rule(&rules, record.rule_arn.as_deref()).cloned();
        let way =
            way(&rules, wired, service, own.as_ref()).map_err(|why| format!("{why} Nothing was changed."))?;
        placed.changed |= record.rule_arn.as_deref() != own.as_ref().map(|own| own.arn.as_str());
        match stand(wired, own.as_ref(), &way, service, record, &mut placed).await {
            Ok(()) => break,
            Err(Failed::Port(error)) if raced(&error) && looks < LOOKS => {
                looks += 1;
                // Whatever was changed by then, the state does not know it.
                placed.changed = true;
                rules = locate(wired, record).await?;
            }
            Err(Failed::Port(error)) => return Err(unmoved(error)),
            Err(Failed::Because(why)) => return Err(format!("{why} Traffic was not moved.")),
        }
    }
    if let Some(priority) = service.alb.priority {
        let owner = wired.owner();
        wired.ledger.settled(&wired.alb.rule_arn, priority, &owner);
    }
    // Also when an apply that died had made the new rule already: the old one is in state still.
    placed.left_over = left_over(prior, record, wired);
    Ok(placed)
}

enum Failed {
    Port(PortError),
    Because(String),
}

impl From<PortError> for Failed {
    fn from(error: PortError) -> Self {
        Failed::Port(error)
    }
}

/// Brings what there is to its place, or makes it.
async fn stand(
    wired: &mut Wired,
    own: Option<&Tagged>,
    way: &Way,
    service: &Service,
    record: &Record,
    placed: &mut Placed,
) -> Result<(), Failed> {
    match (own, service.placement()) {
        (Some(own), _) => {
            if wired.alb.slot == Slot::DefaultAction {
                placed.former = alb::former(&own.tags).or_else(|| record.former.clone());
            }
            placed.changed |= amend(wired, own, service, record, way).await?;
        }
        (None, Some(placement)) => {
            let client = &wired.alb.client;
            way.make(client, &wired.ledger, &wired.owner()).await?;
            let action = action::forward(&wired.alb.groups, record.split, wired.alb.stickiness);
            let tags = hold::marks(wired, &record.cycle, None);
            wired.alb.rule_arn = alb::create_rule(client, &placement, action, &tags).await?;
        }
        (None, None) => {
            let claimed = hold::claim(wired, &record.cycle, record.split).await;
            (wired.alb.rule_arn, placed.former) = claimed.map_err(Failed::Because)?;
        }
    }
    Ok(())
}

fn unmoved(error: PortError) -> String {
    format!("{} Traffic was not moved.", said(&error))
}

/// Why a serving color's target group or ECS service can't become the configured one, if that is asked: it is who
/// serves, and nobody has proven the other one healthy. What is not known yet asks for nothing.
pub fn exchange(config: &Value, prior: &Value, record: &Record) -> Option<String> {
    // Without a rule nobody is served by the former group, which may be gone with it.
    record.rule_arn.as_ref()?;
    let differs = |block: &str, field: &str| {
        let (now, was) = (config.get(block).get(field), prior.get(block).get(field));
        let same = match (now.as_str(), was.as_str()) {
            // A cluster's name and its ARN mean the same.
            (Some(now), Some(was)) => now.rsplit('/').next() == was.rsplit('/').next(),
            _ => now == was,
        };
        // An `ecs` block that comes or goes exchanges nothing: the services are taken in, or let go, as they are.
        !now.is_unknown() && !same && !config.get(block).is_null() && !prior.get(block).is_null()
    };
    let asked = |color: Color| {
        if record.split.share(color) == 0 {
            return None;
        }
        let group = format!("{color}_target_group_arn");
        let ecs = ["cluster".to_owned(), format!("{color}_service")];
        match () {
            () if differs("alb", &group) => Some((color, "target group")),
            () if ecs.iter().any(|field| differs("ecs", field)) => Some((color, "ECS service")),
            () => None,
        }
    };
    let (color, what) = Color::BOTH.into_iter().find_map(asked)?;
    Some(format!(
        "{color} serves {}%, and a serving color's {what} can't be exchanged: move traffic to {} first",
        record.split.share(color),
        color.other()
    ))
}

/// Brings what exists to its place: tags, conditions, forward, priority. True if anything changed.
pub async fn amend(
    wired: &Wired,
    own: &Tagged,
    service: &Service,
    record: &Record,
    way: &Way,
) -> Result<bool, PortError> {
    let client = &wired.alb.client;
    let mut changed = false;
    let marks = hold::marks(wired, &record.cycle, record.former.as_deref());
    if marks.iter().any(|(key, value)| own.tags.get(key) != Some(value)) {
        listener::add_tags(client, wired.alb.marked(), &marks).await?;
        changed = true;
    }
    let intact = own.is_intact(&wired.alb.groups, wired.alb.stickiness);
    let Some(placement) = service.placement() else {
        if !intact {
            wired.alb.forward(record.split).await?;
        }
        return Ok(changed || !intact);
    };
    let conditions = (!own.matches(&placement)).then_some(&placement.conditions);
    let action = (!intact).then(|| action::forward(&wired.alb.groups, record.split, wired.alb.stickiness));
    if conditions.is_some() || action.is_some() {
        alb::modify_rule(client, &own.arn, conditions, action).await?;
        changed = true;
    }
    way.make(client, &wired.ledger, &wired.owner()).await?;
    Ok(changed || way.moves(&own.arn))
}
