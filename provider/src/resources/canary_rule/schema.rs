//! Schema of `bluegreen_canary_rule`. Descriptions here are the source of the registry page.

use crate::model::matching;
use tfplugin::{Attribute, Schema, Type};

pub fn schema() -> Schema {
    let mut route = vec![
        Attribute::string("service").required(),
        Attribute::string("listener_arn").required(),
        Attribute::number("priority").optional(),
        Attribute::string("color").required(),
        Attribute::string("target_group_arn").required(),
        Attribute::string("release").optional(),
        Attribute::number("min_healthy_targets").required(),
        Attribute::bool("active").required(),
    ];
    route.extend(matching::handed_on(Attribute::optional));
    let rules = vec![
        Attribute::number("priority").computed(),
        Attribute::list("source_ips", Type::String).computed(),
        Attribute::string("target_group_arn").computed(),
        Attribute::string("arn").computed(),
    ];
    Schema::new(0)
        .description(
            "Who sees the candidate of a `bluegreen_service` early. Each rule carries the service's own conditions as well, so other \
             services on the listener are untouched, and exists only while the service is in its canary phase.",
        )
        .attribute(Attribute::string("id").computed().description("`<service>/<priority>`."))
        .attribute(Attribute::object("route", route).required().description("`bluegreen_service.<name>.route`."))
        .attribute(Attribute::number("priority").required().description(
            "The first rule's priority. AWS allows few values per rule, so more ranges take `priority - 1`, `priority - 2`, …; all \
             lie below the service's own priority.",
        ))
        .attribute(Attribute::list("source_ips", Type::String).required().description(
            "Address ranges in CIDR form, IPv4 or IPv6. The load balancer compares the connecting peer: behind CloudFront or a proxy \
             that is the proxy.",
        ))
        .attribute(Attribute::list("priorities", Type::Number).computed().description("The priorities this resource takes, also while no rule exists."))
        .attribute(Attribute::object_list("rules", rules).computed().description("The rules that exist."))
        .attribute(Attribute::bool("active").computed().description("The audience reaches the candidate."))
        .attribute(Attribute::string("change").computed().description("The last change, in one sentence; in a plan, the change to come."))
}
