//! Schema of the data source `bluegreen_service`. Descriptions here are the source of the registry page.

use crate::model::matching::handed_on;
use tfplugin::{Attribute, Schema};

pub fn schema() -> Schema {
    let group = vec![
        Attribute::number("traffic").computed().description(
            "Percent of the rule's requests that it gets. A group that gets any has at least 1.",
        ),
        Attribute::number("healthy_targets")
            .computed()
            .description("Targets that the load balancer calls healthy now."),
    ];
    let canary = vec![
        Attribute::string("arn").computed().description("Its ARN."),
        Attribute::number("priority")
            .computed()
            .description("Its priority."),
        Attribute::string("target_group_arn")
            .computed()
            .description("Where it sends its audience."),
    ];
    Schema::new(0)
        .description(
            "One service as AWS has it now: found by the tags on its listener rule, without Terraform's state. It is for \
             configurations that do not own the service and for `check` blocks.\n\n\
             What cannot be known from AWS alone is null: which target group is which color is Terraform's to say, so `phase`, \
             `live_color`, `traffic` and `healthy_targets` need `blue_target_group_arn` and `green_target_group_arn`. Task counts and \
             the end of the rollback window are not here: ask the data source `aws_ecs_service`, or the resource.\n\n\
             It is an error if the listener does not exist, or if no rule on it belongs to the service. In a configuration that also \
             owns the service, write `depends_on = [bluegreen_service.<name>]`, so that it is read after the apply. \
             Keep it outside of the `check` block then: Terraform reads a data source inside of one again in every apply and shows that \
             in every plan, so none would be empty.",
        )
        .attribute(Attribute::string("name").required().description("The `name` of the `bluegreen_service`."))
        .attribute(Attribute::string("listener_arn").required().description("The listener that the service's rule is on."))
        .attribute(
            Attribute::string("blue_target_group_arn")
                .optional()
                .description("Blue's target group, as the resource has it. Name both colors or neither."),
        )
        .attribute(
            Attribute::string("green_target_group_arn")
                .optional()
                .description("Green's target group."),
        )
        .attribute(
            Attribute::string("rule_arn")
                .computed()
                .description("The service's own rule."),
        )
        .attribute(
            Attribute::number("priority")
                .computed()
                .description("The rule's priority; null for the listener's default action."),
        )
        .attribute(
            Attribute::object("conditions", handed_on(Attribute::computed))
                .computed()
                .description("Which requests the rule matches, in the terms of the resource; null for a kind it does not ask for."),
        )
        .attribute(
            Attribute::object_map("target_groups", group)
                .computed()
                .description("Every target group that the rule forwards to, or that a color names, by ARN."),
        )
        .attribute(
            Attribute::string("live_target_group_arn")
                .computed()
                .description("The target group that gets every request of the rule; null while traffic is divided."),
        )
        .attribute(
            Attribute::string("stable_color")
                .computed()
                .description("The color that the release cycle started from, from the rule's tags; null if somebody removed them."),
        )
        .attribute(per_color(
            "releases",
            Attribute::string,
            "The release that each color holds, from the rule's tags; null for a color that holds none.",
        ))
        .attribute(
            Attribute::object_list("canary_rules", canary)
                .computed()
                .description("The service's canary rules that exist now, by priority: somebody reaches the candidate through them."),
        )
        .attribute(
            Attribute::string("phase").computed().description(
                "What is true, as far as the load balancer shows it: `promoted` (the candidate gets everything), `canary` (it gets a \
                 share, or a canary rule leads to it), `warm` (it has healthy targets and gets nothing) or `stable`. Null without the \
                 colors' target groups, without `stable_color`, and where the rule forwards to neither color.",
            ),
        )
        .attribute(
            Attribute::string("live_color")
                .computed()
                .description("The color that serves, or serves most; `stable_color` if both serve half."),
        )
        .attribute(per_color(
            "traffic",
            Attribute::number,
            "Percent per color, of what the rule sends to the two colors.",
        ))
        .attribute(per_color("healthy_targets", Attribute::number, "Healthy targets per color."))
        .attribute(
            Attribute::bool("rule_intact").computed().description(
                "The rule forwards to both colors and to nobody else, without stickiness. Null without the colors' target groups.",
            ),
        )
}

fn per_color(name: &str, of: fn(&'static str) -> Attribute, description: &str) -> Attribute {
    let colors = [("blue", "Blue's."), ("green", "Green's.")];
    let colors = colors.map(|(color, says)| of(color).computed().description(says));
    Attribute::object(name, colors.to_vec())
        .computed()
        .description(description)
}
