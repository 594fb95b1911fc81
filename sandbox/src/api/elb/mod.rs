//! Classic Elastic Load Balancing's actions (API version 2012-06-01).
//!
//! Translates members to rules of the world and back; decides nothing itself.

mod attributes;
mod instances;
mod load_balancers;
mod tags;

use serde_json::{Map, Value};

use super::args::Args;
use super::{tag_limits, unknown_action};
use crate::world::{Ruled, World};

pub(super) use load_balancers::classic_json;

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "ValidationError");
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2012-06-01")))
}

answers! { |world, args| {
    "CreateLoadBalancer" => load_balancers::create(world, args),
    "DescribeLoadBalancers" => load_balancers::describe(world, args),
    "DeleteLoadBalancer" => load_balancers::delete(world, args),
    "CreateLoadBalancerListeners" => load_balancers::create_listeners(world, args),
    "DeleteLoadBalancerListeners" => load_balancers::delete_listeners(world, args),
    "ApplySecurityGroupsToLoadBalancer" => load_balancers::apply_groups(world, args),
    "AttachLoadBalancerToSubnets" => load_balancers::attach(world, args),
    "DetachLoadBalancerFromSubnets" => load_balancers::detach(world, args),
    "DescribeLoadBalancerAttributes" => attributes::describe(world, args),
    "ModifyLoadBalancerAttributes" => attributes::modify(world, args),
    "ConfigureHealthCheck" => instances::configure_health_check(world, args),
    "RegisterInstancesWithLoadBalancer" => instances::register(world, args),
    "DeregisterInstancesFromLoadBalancer" => instances::deregister(world, args),
    "DescribeInstanceHealth" => instances::health(world, args),
    "AddTags" => tags::add(world, args),
    "RemoveTags" => tags::remove(world, args),
    "DescribeTags" => tags::describe(world, args),
} }
