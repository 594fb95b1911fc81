//! Which attributes of which resources are kept. What no rule looks at is never held, so it can't be printed either.

/// What is kept of a resource's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attributes {
    /// It is ours.
    All,
    Only(&'static [&'static str]),
    /// Only what happens to it.
    Nothing,
}

/// What is kept of a kind of resource.
pub fn attributes(kind: &str) -> Attributes {
    match kind {
        "bluegreen_service" | "bluegreen_canary_rule" | "bluegreen_vpc_guard" => Attributes::All,
        "aws_ecs_service" => Attributes::Only(&["name", "cluster", "desired_count", "task_definition"]),
        "aws_ecs_cluster" => Attributes::Only(&["name"]),
        "aws_lb" | "aws_alb" => Attributes::Only(&["arn"]),
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
            Attributes::All => true,
            Attributes::Only(names) => names.contains(&name),
            Attributes::Nothing => false,
        }
    }
}
