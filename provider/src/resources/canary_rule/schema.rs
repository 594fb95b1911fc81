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
        Attribute::list("conditions", Type::String)
            .computed()
            .description("What it matches, in ALB's words; the service's own conditions are among them."),
        Attribute::string("target_group_arn")
            .computed()
            .description("Where it forwards to."),
        Attribute::string("arn").computed().description("Its ARN."),
    ];
    let texts = || Type::list(Type::String);
    Schema::new(0)
        .description(
            "Who sees the candidate of a `bluegreen_service` early: those whom every attribute set here matches, by one of its \
             values. Each rule carries the service's own conditions as well, so other services on the listener are untouched, and \
             exists only while the service is in its canary phase.",
        )
        .attribute(Attribute::string("id").computed().description("`<service>/<priority>`."))
        .attribute(Attribute::object("route", route).required().description("`bluegreen_service.<name>.route`."))
        .attribute(Attribute::number("priority").required().description(
            "The first rule's priority. AWS allows few values per rule, so a larger audience takes `priority - 1`, `priority - 2`, …; \
             all lie below the service's own priority. Rules of bluegreen that stand in the way give way; rules of others never do.",
        ))
        .attribute(Attribute::list("source_ips", Type::String).optional().description(
            "Address ranges in CIDR form, IPv4 or IPv6. The load balancer compares the connecting peer: behind CloudFront or a proxy \
             that is the proxy.",
        ))
        .attribute(Attribute::bool("behind_proxy").optional().description(
            "CloudFront or another proxy connects to the load balancer. Then `source_ips` is refused: match a header that the edge \
             sets.",
        ))
        .attribute(Attribute::map("headers", texts()).optional().description(
            "Header name to values, with `*` and `?` as wildcards. Every header named must have one of its values.",
        ))
        .attribute(Attribute::map("cookies", texts()).optional().description(
            "Cookie name to values, with `*` and `?` as wildcards. ALB sees the whole header, so letter case makes no difference, a \
             `*` does not stop at the next cookie, and only cookies separated by `; ` are found, as browsers send them.",
        ))
        .attribute(
            Attribute::object_list("query_strings", vec![
                Attribute::string("key").optional().description("Of the parameter; without it any parameter's value may match."),
                Attribute::string("value").required().description("With `*` and `?` as wildcards."),
            ])
            .optional()
            .description("Query parameters, one of which must match."),
        )
        .attribute(Attribute::list("path_patterns", Type::String).optional().description(
            "Paths, within those of the service: a rule can have only one condition on paths, so each must lie within a pattern of \
             the service, contain one, or the service must have none.",
        ))
        .attribute(Attribute::list("priorities", Type::Number).computed().description("The priorities this resource takes, also while no rule exists."))
        .attribute(Attribute::object_list("rules", rules).computed().description(
            "The rules that exist.",
        ))
        .attribute(Attribute::bool("active").computed().description("The audience reaches the candidate."))
        .attribute(Attribute::string("change").computed().description("The last change, in one sentence; in a plan, the change to come."))
}
