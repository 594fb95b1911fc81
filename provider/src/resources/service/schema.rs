//! Schema of `bluegreen_service`. Descriptions here are the source of the registry page.

use crate::model::matching;
use tfplugin::{Attribute, Schema, Type};

pub fn schema() -> Schema {
    Schema::new(0)
        .description(
            "One service in two colors behind one listener rule, or a listener's default action. Three flags say how far a release has come; plan shows what \
             they will do to traffic, capacity and rules, apply does it in the only safe order and proves each step.",
        )
        .attribute(Attribute::string("id").computed().description("The service's `name`."))
        .attribute(Attribute::string("name").required().description("Names the service in tags and messages; unique per listener."))
        .attribute(Attribute::string("release").optional().description(
            "The version being released. Change it to begin a new release cycle; set the old one again with all flags false to roll \
             back. Without it the flags always act relative to `initial_color`.",
        ))
        .attribute(Attribute::bool("enable_canary").required().description("Run the candidate beside stable, without traffic (`warm`)."))
        .attribute(Attribute::bool("activate_canary").required().description("Let `bluegreen_canary_rule`s, or `canary_weight` percent, reach the candidate (`canary`)."))
        .attribute(Attribute::bool("promote_to_all").required().description("Send everybody to the candidate (`promoted`)."))
        .attribute(Attribute::number("canary_weight").optional().description("Percent of the public that reaches the candidate during the canary, 0 to 99. Default 0."))
        .attribute(Attribute::string("rollback_window").optional().description(
            "How long the former color stays up after a promotion, for a rollback in one rule change, for example `15m`. The first plan \
             after it shows one clean-up change. Default `0s`: retired in the same apply.",
        ))
        .attribute(Attribute::string("retry_token").optional().description("A new value allows one more try of a release that failed its verdict."))
        .attribute(Attribute::string("initial_color").optional().description("The color of a first apply, `blue` (default) or `green`. For an import of a rule that sends traffic to both colors: the one that is stable."))
        .attribute(
            Attribute::object("alb", vec![
                Attribute::string("listener_arn").required().description("The listener that gets the rule."),
                Attribute::number("priority").optional().description(
                    "The rule's priority, 1 to 50000. Without it (and without conditions) the service owns the listener's default \
                     action instead of a rule: give the `aws_lb_listener` `lifecycle { ignore_changes = [default_action] }`. What \
                     the listener did before is put back when the service is destroyed. Setting or removing the priority moves \
                     the service in place, without losing a request.",
                ),
                Attribute::list("host_headers", Type::String).optional().description("Host names the rule matches."),
                Attribute::list("path_patterns", Type::String).optional().description("Paths the rule matches; `[\"/*\"]` for all."),
                Attribute::map("headers", Type::list(Type::String)).optional().description(
                    "Header name to values, with `*` and `?` as wildcards. Every header must have one of its values.",
                ),
                Attribute::object_list("query_strings", vec![
                    Attribute::string("key").optional().description("Of the parameter; without it any parameter's value may match."),
                    Attribute::string("value").required().description("With `*` and `?` as wildcards."),
                ])
                .optional()
                .description("Query parameters, one of which must match."),
                Attribute::list("http_methods", Type::String).optional().description("Methods the rule matches."),
                Attribute::list("source_ips", Type::String).optional().description("Address ranges of the connecting peer, in CIDR form."),
                Attribute::string("blue_target_group_arn").required().description("Blue's target group."),
                Attribute::string("green_target_group_arn").required().description("Green's target group."),
                Attribute::object("stickiness", vec![
                    Attribute::string("duration").required().description("How long, `1s` to `7d`, for example `1h`."),
                ])
                .optional()
                .description(
                    "Keeps a client with the color it met first. In force only while both colors have a share; every move to 0 or \
                     100 % turns it off in the same call, because its cookies would beat the weights. Off by default.",
                ),
                Attribute::number("min_healthy_targets").optional().description("Healthy targets a color needs before it gets traffic, without an `ecs` block. Default 1."),
            ])
            .required()
            .description("The listener rule, or default action. It forwards to both target groups at all times: a group without a rule is never health-checked."),
        )
        .attribute(
            Attribute::object("ecs", vec![
                Attribute::string("cluster").required().description("Name or ARN of the cluster."),
                Attribute::string("blue_service").required().description("Name of blue's ECS service, as a literal or variable."),
                Attribute::string("green_service").required().description("Name of green's ECS service."),
                Attribute::number("desired_count").required().description("Tasks a serving color runs at least; autoscaling may run more."),
                Attribute::string("task_definition").optional().description("`family:revision` or ARN, deployed to the candidate only. Without it somebody else deploys."),
            ])
            .optional()
            .description("The two ECS services, with `ignore_changes = [desired_count, task_definition]` on each. Without it only traffic is managed."),
        )
        .attribute(
            Attribute::object("rollout", vec![
                Attribute::object_list("steps", vec![
                    Attribute::number("weight").required().description("The candidate's percent at this step, 1 to 99."),
                    Attribute::string("bake").optional().description("How long it is watched there, for example `2m`. Default `0s`."),
                ])
                .optional()
                .description("Pauses on the way to `promoted`, rising."),
                Attribute::string("final_bake").optional().description(
                    "How long the candidate is watched after the last move onto it, up to `7d`. Default: as long as its target \
                     group's health checks may take to notice a failing target (interval × unhealthy threshold + timeout + 5 s; \
                     70 s with AWS's defaults), which apply looks up and no plan depends on. Shorter, and a candidate that \
                     breaks under everybody's traffic may count as promoted before the load balancer says so. A move back \
                     to the former color is not kept waiting.",
                ),
                Attribute::string("health_timeout").optional().description("How long a color may take to become healthy before the release has failed, `1s` to `7d`. Default `10m`."),
                Attribute::string("drain").optional().description("Pause between the last rule change away from a color and its scale-down; when the service moves, also between taking its new place and leaving the old one. Default `10s`."),
                smoke(),
            ])
            .optional()
            .description("How a release moves."),
        )
        .attribute(Attribute::string("phase").computed().description("What is true: `stable`, `warm`, `canary` or `promoted`."))
        .attribute(Attribute::string("live_color").computed().description("The color that serves, or serves most."))
        .attribute(per_color("traffic", "Percent of traffic per color."))
        .attribute(per_color("capacity", "Tasks requested per color; null where the ECS service does not exist."))
        .attribute(
            Attribute::object("cycle", vec![
                Attribute::string("stable_color").computed().description("The color the release cycle started from."),
                holding("blue"),
                holding("green"),
                Attribute::string("promoted_at").computed().description("When the candidate took over, RFC 3339."),
                Attribute::string("failed_release").computed().description("The release whose verdict was a failure."),
            ])
            .computed()
            .description("Who holds what."),
        )
        .attribute(Attribute::string("rule_arn").computed().description("The listener rule, or the listener's default rule; null while it is missing."))
        .attribute(Attribute::string("former_default_action").computed().description(
            "Without a priority: what the listener did by default before, as JSON. Put back when the service is destroyed or gets a priority.",
        ))
        .attribute(
            Attribute::object("route", route())
            .computed()
            .description("What `bluegreen_canary_rule.route` takes."),
        )
        .attribute(
            Attribute::bool("rule_intact")
                .computed()
                .description("The rule is as this service keeps it: it forwards to both target groups and to nobody else, with stickiness and tags as they should be, and has no conditions of somebody else's."),
        )
        .attribute(Attribute::bool("retire_due").computed().description("The rollback window is over and the former color still runs."))
        .attribute(Attribute::string("change").computed().description("The last change, in one sentence; in a plan, the change to come."))
}

fn smoke() -> Attribute {
    Attribute::object("smoke", vec![
        Attribute::string("url").required().description(
            "What a visitor would ask for, `http` or `https`, reachable from where Terraform runs, through the listener.",
        ),
        Attribute::map("headers", Type::String).optional().sensitive().description(
            "Sent with each request. Headers that a `bluegreen_canary_rule` matches lead to the candidate while there is a canary.",
        ),
        Attribute::number("status").optional().description("The status that every answer must have. Default 200. Redirects are not followed."),
        Attribute::number("count").optional().description(
            "Requests after each move of traffic onto the candidate, 1 to 1000. Default 5. At a share of 10 percent, every tenth of them \
             reaches it.",
        ),
        Attribute::string("timeout").optional().description("How long an answer may take. Default `5s`."),
    ])
    .optional()
    .description(
        "Requests like a visitor's. They are made before the first move onto the candidate, where a wrong answer ends the apply \
         without blaming the release; after each move; and on at every look of a bake. There one wrong answer is a failed verdict, and \
         traffic goes back. A request without any answer is made again for 15 s and blames nobody.",
    )
}

fn route() -> Vec<Attribute> {
    let mut fields = vec![
        Attribute::string("service")
            .computed()
            .description("The service's `name`."),
        Attribute::string("listener_arn")
            .computed()
            .description("The listener that the rules stand on."),
        Attribute::number("priority")
            .computed()
            .description("The priority of the service's own rule."),
        Attribute::string("color")
            .computed()
            .description("The candidate's color."),
        Attribute::string("target_group_arn")
            .computed()
            .description("The candidate's target group."),
        Attribute::string("release")
            .computed()
            .description("The release being served to the audience."),
        Attribute::number("min_healthy_targets")
            .computed()
            .description("Healthy targets that the candidate needs before an audience may reach it."),
        Attribute::bool("active")
            .computed()
            .description("The phase is `canary`: audiences reach the candidate."),
    ];
    fields.extend(matching::handed_on(Attribute::computed));
    fields
}

fn per_color(name: &str, description: &str) -> Attribute {
    let colors = vec![
        Attribute::number("blue").computed().description("Blue's."),
        Attribute::number("green").computed().description("Green's."),
    ];
    Attribute::object(name, colors)
        .computed()
        .description(description)
}

fn holding(color: &str) -> Attribute {
    Attribute::object(
        color,
        vec![
            Attribute::string("release")
                .computed()
                .description("The release last deployed to it."),
            Attribute::string("task_definition")
                .computed()
                .description("The task definition it runs."),
        ],
    )
    .computed()
    .description(format!("What {color} holds."))
}
