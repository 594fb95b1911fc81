//! Which attributes of which resources are kept. What no rule looks at is never held, so it can't be printed either.

/// What is kept of a resource's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attributes {
    Only(&'static [&'static str]),
    /// Only what happens to it.
    Nothing,
}

/// What is kept of a kind of resource.
pub fn attributes(kind: &str) -> Attributes {
    match kind {
        "bluegreen_service" => Attributes::Only(&[
            "name",
            "release",
            "enable_canary",
            "activate_canary",
            "promote_to_all",
            "canary_weight",
            "retry_token",
            "rollback_window",
            "alb",
            "ecs",
            "rollout",
            "phase",
            "live_color",
            "traffic",
            "capacity",
            "cycle",
            "rule_arn",
            "rule_intact",
            "change",
        ]),
        "bluegreen_canary_rule" => Attributes::Only(&[
            "route",
            "active",
            "source_ips",
            "path_patterns",
            "headers",
            "cookies",
            "query_strings",
            "priority",
            "priorities",
            "change",
        ]),
        "bluegreen_vpc_guard" => Attributes::Only(&["vpc_id", "cluster_names"]),
        "aws_ecs_service" => Attributes::Only(&["name", "cluster", "desired_count", "task_definition"]),
        "aws_ecs_cluster" => Attributes::Only(&["name"]),
        "aws_lb" | "aws_alb" | "aws_elb" => Attributes::Only(&["arn"]),
        "aws_lb_target_group" | "aws_alb_target_group" => Attributes::Only(&["arn"]),
        "aws_lb_listener" | "aws_alb_listener" => Attributes::Only(&["arn"]),
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => Attributes::Only(&["arn"]),
        "aws_vpc" => Attributes::Only(&["id"]),
        "aws_eks_cluster" => Attributes::Only(&["name", "vpc_config"]),
        _ => Attributes::Nothing,
    }
}

impl Attributes {
    /// Whether an attribute is kept.
    pub fn keeps(self, name: &str) -> bool {
        match self {
            Attributes::Only(names) => names.contains(&name),
            Attributes::Nothing => false,
        }
    }
}

/// Whether a kind is one of this provider's.
pub fn is_ours(kind: &str) -> bool {
    kind.starts_with("bluegreen_")
}
