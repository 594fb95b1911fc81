//! ELBv2's actions (API version 2015-12-01).
//!
//! Translates members to rules of the world and back; decides nothing itself.

mod actions;
mod conditions;
mod listeners;
mod load_balancers;
mod rules;
mod tags;
mod target_groups;
mod targets;

use serde_json::{Map, Value, json};

use super::args::Args;
use super::{tag_limits, unknown_action};
use crate::world::{Refusal, Ruled, World};

pub(super) use listeners::listener_json;
pub(super) use load_balancers::load_balancer_json;
pub(super) use rules::rule_json;
pub(super) use target_groups::target_group_json;

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "ValidationError");
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2015-12-01")))
}

answers! { |world, args| {
    "CreateLoadBalancer" => load_balancers::create(world, args),
    "DescribeLoadBalancers" => load_balancers::describe(world, args),
    "DeleteLoadBalancer" => load_balancers::delete(world, args),
    "DescribeLoadBalancerAttributes" => load_balancers::attributes(world, args),
    "ModifyLoadBalancerAttributes" => load_balancers::set_attributes(world, args),
    "SetSecurityGroups" => load_balancers::set_security_groups(world, args),
    "SetSubnets" => load_balancers::set_subnets(world, args),
    "SetIpAddressType" => load_balancers::set_ip_address_type(world, args),
    "DescribeCapacityReservation" => load_balancers::capacity(world, args),
    "CreateTargetGroup" => target_groups::create(world, args),
    "DescribeTargetGroups" => target_groups::describe(world, args),
    "ModifyTargetGroup" => target_groups::modify(world, args),
    "DeleteTargetGroup" => target_groups::delete(world, args),
    "DescribeTargetGroupAttributes" => target_groups::attributes(world, args),
    "ModifyTargetGroupAttributes" => target_groups::set_attributes(world, args),
    "RegisterTargets" => targets::register(world, args),
    "DeregisterTargets" => targets::deregister(world, args),
    "DescribeTargetHealth" => targets::health(world, args),
    "CreateListener" => listeners::create(world, args),
    "DescribeListeners" => listeners::describe(world, args),
    "ModifyListener" => listeners::modify(world, args),
    "DeleteListener" => listeners::delete(world, args),
    "DescribeListenerAttributes" => listeners::attributes(world, args),
    "ModifyListenerAttributes" => listeners::set_attributes(world, args),
    "CreateRule" => rules::create(world, args),
    "DescribeRules" => rules::describe(world, args),
    "ModifyRule" => rules::modify(world, args),
    "DeleteRule" => rules::delete(world, args),
    "SetRulePriorities" => rules::set_priorities(world, args),
    "AddTags" => tags::add(world, args),
    "RemoveTags" => tags::remove(world, args),
    "DescribeTags" => tags::describe(world, args),
    "DescribeAccountLimits" => Ok(limits(world)),
} }

fn limits(world: &World) -> Value {
    let rules = world.settings.rules_per_balancer.to_string();
    let limits = [
        ("application-load-balancers", "50"),
        ("listeners-per-application-load-balancer", "50"),
        ("rules-per-application-load-balancer", rules.as_str()),
        ("targets-per-application-load-balancer", "1000"),
        ("target-groups", "3000"),
        ("target-groups-per-application-load-balancer", "100"),
        ("target-groups-per-action-on-application-load-balancer", "5"),
        ("condition-values-per-alb-rule", "5"),
        ("condition-wildcards-per-alb-rule", "5"),
    ];
    json!({ "Limits": limits.map(|(name, max)| json!({ "Name": name, "Max": max })) })
}

/// `Tags` of a creating call.
fn tags(args: &Args<'_>) -> Ruled<std::collections::BTreeMap<String, String>> {
    given_tags(args, too_many_tags)
}

/// The same for both generations of load balancers, which only say differently that there are too many.
pub fn given_tags(
    args: &Args<'_>,
    too_many: fn() -> Refusal,
) -> Ruled<std::collections::BTreeMap<String, String>> {
    let given = args.structures("Tags")?.len();
    let tags = args.pairs("Tags", "Key", "Value")?;
    if tags.len() < given {
        return Err(Refusal::new(
            "DuplicateTagKeys",
            "A tag key was specified more than once",
        ));
    }
    if let Some(fault) = tag_limits::fault(&tags) {
        return Err(Refusal::validation(fault));
    }
    if tag_limits::MOST < tags.len() {
        return Err(too_many());
    }
    Ok(tags)
}

fn too_many_tags() -> Refusal {
    Refusal::new(
        "TooManyTags",
        format!(
            "The maximum number of tags per resource is '{}'",
            tag_limits::MOST
        ),
    )
}

/// `Attributes` of a modifying call.
fn attribute_changes(args: &Args<'_>) -> Ruled<std::collections::BTreeMap<String, String>> {
    args.pairs("Attributes", "Key", "Value")
}

fn attributes_json(attributes: &std::collections::BTreeMap<String, String>) -> Value {
    let pairs = attributes
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }));
    json!({ "Attributes": pairs.collect::<Vec<_>>() })
}
