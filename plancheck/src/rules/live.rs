//! What serves is not taken away: the live color's target group and ECS service, the listener, its load balancer, the
//! rule, and the service itself.

use super::{Case, Found, ecs};
use crate::model::{Action, Changed, Color, Facts, Neighbour, NeighbourKind, Phase, Service};
use crate::view::Known;

pub fn live_parts(case: Case<'_>) -> Found {
    let removed: Vec<&Neighbour> = case
        .plan
        .neighbours
        .iter()
        .filter(|neighbour| neighbour.action.removes())
        .collect();
    let mut found = Found::new();
    for service in &case.plan.services {
        let Some(before) = &service.before else { continue };
        match service.action {
            Action::Delete | Action::Replace => found.push((service.address.clone(), gone(service, before))),
            _ => {
                let mut colors = serving(before);
                // Who is about to serve needs its parts too.
                colors.extend(service.after.iter().flat_map(serving));
                found.extend(parts(&removed, &service.address, before, &colors));
                found.extend(moved_groups(service, before));
            }
        }
    }
    for (address, service) in &case.plan.unlisted {
        found.extend(parts(&removed, address, service, &serving(service)));
    }
    found
}

fn gone(service: &Changed<Service>, before: &Service) -> String {
    let serves = match before.live.value() {
        Some(live) => format!("{live} serves {}", before.called()),
        None => format!("{} serves", before.called()),
    };
    format!(
        "it is {}: {serves}, and the rule that says so goes with it",
        service.action.done()
    )
}

/// The colors that serve somebody: by a share, or by a canary rule. A share that is unknown counts.
fn serving(service: &Service) -> Vec<Color> {
    let canary = service.phase == Known::Is(Phase::Canary);
    let serves = |color: &Color| {
        let audience = canary && service.candidate() == Some(*color);
        audience || service.share(*color).is_none_or(|share| 0 < share)
    };
    Color::BOTH.into_iter().filter(serves).collect()
}

fn parts(removed: &[&Neighbour], address: &str, service: &Service, colors: &[Color]) -> Found {
    let mut found = Found::new();
    for neighbour in removed {
        let Some(facts) = &neighbour.before else { continue };
        if let Some(part) = part(neighbour.kind, facts, service, colors) {
            let message = format!("it is {}, and is {part} ({address})", neighbour.action.done());
            found.push((neighbour.address.clone(), message));
        }
    }
    found
}

/// What of the service this is, if anything that serves.
fn part(kind: NeighbourKind, facts: &Facts, service: &Service, colors: &[Color]) -> Option<String> {
    let is = |arn: &Known<String>| arn.text().is_some_and(|arn| facts.arn.text() == Some(arn));
    let color = match kind {
        NeighbourKind::TargetGroup => colors.iter().find(|color| is(&service.groups[**color])),
        NeighbourKind::EcsService => {
            let ecs = service.ecs.as_ref()?;
            colors.iter().find(|color| ecs::names(ecs, **color, facts))
        }
        _ => None,
    };
    if let Some(color) = color {
        let what = match kind {
            NeighbourKind::TargetGroup => "target group",
            _ => "ECS service",
        };
        return Some(format!("the {what} of {color}, which serves"));
    }
    match kind {
        NeighbourKind::Listener if is(&service.listener) => Some("the listener".to_owned()),
        NeighbourKind::ListenerRule if is(&service.rule) => Some("the rule".to_owned()),
        NeighbourKind::LoadBalancer => {
            let listener = service.listener.text()?;
            let of = balancer(listener)?;
            let same = facts.arn.text()?.ends_with(&of);
            same.then(|| "the load balancer".to_owned())
        }
        NeighbourKind::EcsCluster => {
            let cluster = service.ecs.as_ref()?.cluster.text()?;
            let name = cluster.rsplit('/').next()?;
            (facts.name.text() == Some(name)).then(|| "the cluster".to_owned())
        }
        _ => None,
    }
}

/// `…:listener/app/web/<balancer>/<listener>` stands on `…:loadbalancer/app/web/<balancer>`.
fn balancer(listener: &str) -> Option<String> {
    let (_, path) = listener.split_once(":listener/")?;
    let (balancer, _) = path.rsplit_once('/')?;
    Some(format!(":loadbalancer/{balancer}"))
}

/// The service itself is told to serve from another target group.
fn moved_groups(service: &Changed<Service>, before: &Service) -> Found {
    let Some(after) = &service.after else {
        return Found::new();
    };
    let colors = serving(before).into_iter().filter(|color| {
        // Just imported: which group is whose is about to be recorded.
        before.groups[*color] != Known::Null && before.groups[*color] != after.groups[*color]
    });
    colors
        .map(|color| {
            let message = format!("the live color ({color}) gets another target group under its traffic");
            (service.address.clone(), message)
        })
        .collect()
}
