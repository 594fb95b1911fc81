//! Resources of the AWS provider that a rollout stands on: what they are, and the few attributes that tell which.
//!
//! Demands the attributes that rules go by, which every version of that provider has.

use super::Action;
use crate::document::Entry;
use crate::view::{Known, Shape, View};
use serde_json::Value;

/// A resource around ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    pub address: String,
    pub kind: Kind,
    pub action: Action,
    pub before: Option<Facts>,
    pub after: Option<Facts>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    EcsService,
    EcsCluster,
    LoadBalancer,
    TargetGroup,
    Listener,
    ListenerRule,
    Vpc,
    EksCluster,
}

impl Kind {
    pub fn of(kind: &str) -> Option<Kind> {
        Some(match kind {
            "aws_ecs_service" => Kind::EcsService,
            "aws_ecs_cluster" => Kind::EcsCluster,
            "aws_lb" | "aws_alb" | "aws_elb" => Kind::LoadBalancer,
            "aws_lb_target_group" | "aws_alb_target_group" => Kind::TargetGroup,
            "aws_lb_listener" | "aws_alb_listener" => Kind::Listener,
            "aws_lb_listener_rule" | "aws_alb_listener_rule" => Kind::ListenerRule,
            "aws_vpc" => Kind::Vpc,
            "aws_eks_cluster" => Kind::EksCluster,
            _ => return None,
        })
    }
}

/// Which one it is, and what it is set to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub id: Known<String>,
    pub arn: Known<String>,
    pub name: Known<String>,
    /// Of an ECS service, as name or ARN.
    pub cluster: Known<String>,
    pub desired_count: Known<Value>,
    pub task_definition: Known<Value>,
    /// Of an EKS cluster.
    pub vpc: Known<String>,
}

impl Neighbour {
    /// # Errors
    /// If an attribute is not what it should be.
    pub fn read(entry: &Entry, kind: Kind, action: Action) -> Result<Neighbour, Shape> {
        let change = &entry.change;
        let side = |value: &Value, unknown: &Value, name: &'static str| match value {
            Value::Null if unknown != &Value::Bool(true) => Ok(None),
            value => facts(kind, View::new(value, unknown, name)).map(Some),
        };
        let before = side(&change.before, &Value::Null, "before")?;
        let after = side(&change.after, &change.after_unknown, "after")?;
        if (action.removes() || matches!(action, Action::Update | Action::Nothing)) && before.is_none() {
            return Err(Shape::Actions {
                found: change.actions.clone(),
                why: "what exists has a before",
            });
        }
        Ok(Neighbour {
            address: entry.address.clone(),
            kind,
            action,
            before,
            after,
        })
    }
}

fn facts(kind: Kind, view: View<'_>) -> Result<Facts, Shape> {
    let mut facts = Facts::default();
    match kind {
        Kind::EcsService => {
            facts.name = view.text("name")?;
            facts.cluster = view.text("cluster")?;
            facts.desired_count = view.whole("desired_count")?;
            facts.task_definition = view.whole("task_definition")?;
        }
        Kind::EcsCluster => facts.name = view.text("name")?,
        Kind::LoadBalancer | Kind::TargetGroup | Kind::Listener | Kind::ListenerRule => {
            facts.arn = view.text("arn")?;
        }
        Kind::Vpc => facts.id = view.text("id")?,
        Kind::EksCluster => {
            facts.name = view.text("name")?;
            facts.vpc = view.whole("vpc_config")?.value().map_or(Known::Null, vpc);
        }
    }
    Ok(facts)
}

fn vpc(config: &Value) -> Known<String> {
    let vpc = config
        .get(0)
        .and_then(|config| config.get("vpc_id"))
        .and_then(Value::as_str);
    vpc.map_or(Known::Null, |vpc| Known::Is(vpc.to_owned()))
}
