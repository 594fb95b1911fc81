//! Schema of `bluegreen_canary_rule`. Descriptions here are the source of the registry page.

use crate::model::matching;
use tfplugin::{Attribute, Schema, Type};

pub fn schema() -> Schema {
    let mut route = vec![
        Attribute::string("service")
            .required()
            .description("The service's `name`."),
        Attribute::string("listener_arn")
            .required()
            .description("The listener that the rules stand on."),
        Attribute::number("priority")
            .optional()
            .description("The priority of the service's own rule."),
        Attribute::string("color")
            .required()
            .description("The candidate's color."),
        Attribute::string("target_group_arn")
            .required()
            .description("The candidate's target group."),
        Attribute::string("release")
            .optional()
            .description("The release being served to the audience."),
        Attribute::number("min_healthy_targets")
            .required()
            .description("Healthy targets that the candidate needs before an audience may reach it."),
        Attribute::bool("active")
            .required()
            .description("The phase is `canary`: audiences reach the candidate."),
    ];
    route.extend(matching::handed_on(Attribute::optional));
    let rules = vec![
        Attribute::number("priority")
            .computed()
            .description("Its priority."),
        Attribute::list("source_ips", Type::String)
            .computed()
            .description("The address ranges it matches."),
        Attribute::string("target_group_arn")
            .computed()
            .description("Where it forwards to."),
        Attribute::string("arn").computed().description("Its ARN."),
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
