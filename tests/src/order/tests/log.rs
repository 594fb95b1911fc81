//! Hand-written logs, in the sandbox's format, one line per event.
//!
//! Never asks the sandbox: what AWS would answer is written down.

use serde_json::{Value, json};
use std::time::Duration;

use crate::order::{Judge, Rule, Service, Side};

pub const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web-alb/1/2";
pub const MAIN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/1/2/main";
pub const CANARY: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/1/2/canary";
pub const STRANGER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/1/2/other";

pub fn group(color: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web-{color}/{color}")
}

pub fn service() -> Service {
    let side = |color: &str| Side {
        target_group: format!("web-{color}"),
        ecs_service: Some(format!("web-{color}")),
    };
    Service {
        name: "web".to_owned(),
        cluster: "main".to_owned(),
        blue: side("blue"),
        green: side("green"),
        required: 2,
        drain: Duration::from_millis(500),
    }
}

pub fn forward(blue: u32, green: u32) -> Value {
    let groups = json!([
        { "TargetGroupArn": group("blue"), "Weight": blue },
        { "TargetGroupArn": group("green"), "Weight": green },
    ]);
    json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": groups } }])
}

pub fn only(color: &str) -> Value {
    json!([{ "Type": "forward", "TargetGroupArn": group(color) }])
}

fn tags(resource: &str) -> Value {
    json!([{ "Key": "bluegreen:service", "Value": "web" }, { "Key": "bluegreen:resource", "Value": resource }])
}

pub fn host(name: &str) -> Value {
    json!([{ "Field": "host-header", "HostHeaderConfig": { "Values": [name] } }])
}

/// A log under construction; every method appends one event and takes 1000 ms.
#[derive(Clone)]
pub struct Log {
    pub events: Vec<Value>,
    at_ms: f64,
}

impl Log {
    /// A seeded world: both services, blue with `blue` healthy targets and green with `green`, no rule.
    pub fn seeded(blue: usize, green: usize) -> Self {
        let service = |color: &str, desired: usize| {
            json!({
                "serviceName": format!("web-{color}"), "clusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/main",
                "desiredCount": desired,
                "taskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1",
            })
        };
        let groups: Vec<Value> = ["blue", "green"]
            .map(|color| json!({ "TargetGroupArn": group(color), "Targets": [] }))
            .into();
        let world = json!({
            "listeners": [{ "ListenerArn": LISTENER, "DefaultActions": [{ "Type": "fixed-response" }] }],
            "rules": [], "target_groups": groups, "tags": {},
            "services": [service("blue", blue), service("green", green)],
        });
        let log = Self {
            events: vec![],
            at_ms: 0.0,
        };
        log.event(json!({ "event": "world", "world": world }))
            .healthy("blue", blue)
            .healthy("green", green)
    }

    /// A seeded world in which the service's rule exists at `blue`/`green` percent, each color with two targets.
    pub fn released(blue: u32, green: u32) -> Self {
        Self::seeded(2, 2).create(MAIN, "service", 100, host("shop.test"), forward(blue, green))
    }

    pub fn event(mut self, mut event: Value) -> Self {
        event["seq"] = json!(self.events.len());
        event["at_ms"] = json!(self.at_ms);
        self.at_ms += 1000.0;
        self.events.push(event);
        self
    }

    /// The next event happens `ms` after the one before.
    pub fn after_ms(mut self, ms: f64) -> Self {
        self.at_ms += ms - 1000.0;
        self
    }

    /// Exactly the first `count` of four targets are healthy.
    pub fn healthy(mut self, color: &str, count: usize) -> Self {
        for number in 0..4 {
            let state = if number < count { "healthy" } else { "gone" };
            let target = format!("127.0.0.{number}:{}", if color == "blue" { 80 } else { 81 });
            self = self.event(json!({
                "event": "target", "target_group": group(color), "target": target, "state": state, "reason": "",
            }));
        }
        self
    }

    pub fn call(self, service: &str, action: &str, input: Value, output: Value) -> Self {
        self.event(json!({
            "event": "call", "service": service, "action": action, "mutating": true, "input": input,
            "output": output, "status": 200, "error": null, "fault": null, "applied": true,
        }))
    }

    /// The last call was refused instead.
    pub fn refused(mut self) -> Self {
        if let Some(call) = self.events.last_mut() {
            call["applied"] = json!(false);
            call["output"] = Value::Null;
            call["status"] = json!(400);
        }
        self
    }

    pub fn create(self, arn: &str, resource: &str, priority: u32, conditions: Value, actions: Value) -> Self {
        let input = json!({
            "ListenerArn": LISTENER, "Priority": priority, "Conditions": conditions, "Actions": actions,
            "Tags": tags(resource),
        });
        let rule = json!({
            "RuleArn": arn, "Priority": priority.to_string(), "Conditions": conditions, "Actions": actions,
        });
        self.call("elbv2", "CreateRule", input, json!({ "Rules": [rule] }))
    }

    /// Somebody else's rule.
    pub fn stranger(self, color: &str) -> Self {
        let log = self.create(STRANGER, "x", 7, host("other.test"), only(color));
        let Self { mut events, at_ms } = log;
        if let Some(call) = events.last_mut() {
            call["input"]["Tags"] = json!([]);
        }
        Self { events, at_ms }
    }

    pub fn modify(self, actions: Value) -> Self {
        let rule = json!({
            "RuleArn": MAIN, "Priority": "100", "Conditions": host("shop.test"), "Actions": actions,
        });
        self.call(
            "elbv2",
            "ModifyRule",
            json!({ "RuleArn": MAIN, "Actions": actions }),
            json!({ "Rules": [rule] }),
        )
    }

    pub fn delete(self, arn: &str) -> Self {
        self.call("elbv2", "DeleteRule", json!({ "RuleArn": arn }), json!({}))
    }

    pub fn update(self, color: &str, desired: u32, revision: u32) -> Self {
        let name = format!("web-{color}");
        let output = json!({ "service": {
            "serviceName": name, "clusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/main",
            "desiredCount": desired,
            "taskDefinition": format!("arn:aws:ecs:eu-central-1:123456789012:task-definition/web:{revision}"),
        }});
        let input = json!({
            "cluster": "main", "service": name, "desiredCount": desired, "taskDefinition": format!("web:{revision}"),
        });
        self.call("ecs", "UpdateService", input, output)
    }

    pub fn next_seq(&self) -> u64 {
        self.events.len() as u64
    }

    /// What the checker finds.
    pub fn found(&self) -> Vec<Rule> {
        self.found_by(&Judge::new([service()]))
    }

    pub fn found_by(&self, judge: &Judge) -> Vec<Rule> {
        judge
            .judge(&self.events)
            .into_iter()
            .map(|violation| violation.rule)
            .collect()
    }
}
