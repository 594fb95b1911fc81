//! What a `bluegreen_service` configuration is told when it is wrong, and that unknown values are not wrong.

use super::Service;
use tfplugin::{Diagnostics, Value};

fn good() -> Value {
    Value::object([
        ("name", Value::from("web")),
        ("release", "v1".into()),
        ("enable_canary", false.into()),
        ("activate_canary", false.into()),
        ("promote_to_all", false.into()),
        ("canary_weight", Value::Null),
        ("rollback_window", "15m".into()),
        ("retry_token", Value::Null),
        ("initial_color", Value::Null),
        (
            "alb",
            Value::object([
                ("listener_arn", Value::from("arn:listener")),
                ("priority", 100i64.into()),
                ("host_headers", Value::List(vec!["shop.example.com".into()])),
                ("path_patterns", Value::Null),
                ("blue_target_group_arn", "arn:blue".into()),
                ("green_target_group_arn", "arn:green".into()),
                ("min_healthy_targets", Value::Null),
            ]),
        ),
        (
            "ecs",
            Value::object([
                ("cluster", Value::from("main")),
                ("blue_service", "web-blue".into()),
                ("green_service", "web-green".into()),
                ("desired_count", 2i64.into()),
                ("task_definition", "web:1".into()),
            ]),
        ),
        ("rollout", Value::Null),
    ])
}

/// `good()` with one value changed; `path` is `a` or `a.b`.
fn with(path: &str, value: impl Into<Value>) -> Value {
    let mut config = good();
    match path.split_once('.') {
        None => config.set(path, value.into()),
        Some((block, field)) => {
            let mut inner = config.get(block).clone();
            inner.set(field, value.into());
            config.set(block, inner);
        }
    }
    config
}

fn told(config: &Value) -> String {
    let mut diags = Diagnostics::new();
    let parsed = Service::parse(config, &mut diags);
    assert_eq!(parsed.is_none(), diags.has_errors(), "{diags:?}");
    let lines = diags.iter().map(|d| {
        let path = d.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{path}: {}: {}", d.summary, d.detail)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn sticky(duration: &str) -> Value {
    Value::object([("duration", Value::from(duration))])
}

fn step(weight: i64, bake: &str) -> Value {
    Value::object([("weight", Value::from(weight)), ("bake", bake.into())])
}

fn steps(steps: Vec<Value>) -> Value {
    let fields = [
        ("steps", Value::List(steps)),
        ("final_bake", Value::Null),
        ("health_timeout", Value::Null),
        ("drain", Value::Null),
    ];
    with("rollout", Value::object(fields))
}

/// The `rollout` block with one duration.
fn pause(field: &str, duration: &str) -> Value {
    let mut config = steps(vec![]);
    let mut rollout = config.get("rollout").clone();
    rollout.set(field, duration.into());
    config.set("rollout", rollout);
    config
}

/// A smoke check with one value changed.
fn smoke(field: &str, value: impl Into<Value>) -> Value {
    let mut smoke = Value::object([
        ("url", Value::from("https://shop.example.com/")),
        ("headers", Value::Null),
        ("status", Value::Null),
        ("count", Value::Null),
        ("timeout", Value::Null),
    ]);
    smoke.set(field, value.into());
    let mut config = steps(vec![]);
    let mut rollout = config.get("rollout").clone();
    rollout.set("smoke", smoke);
    config.set("rollout", rollout);
    config
}

#[test]
fn a_good_configuration_is_told_nothing() {
    assert_eq!(told(&smoke("url", "http://127.0.0.1:8080/health?deep=1")), "");
    assert_eq!(told(&smoke("count", 30i64)), "");
    assert_eq!(told(&good()), "");
    assert_eq!(told(&pause("health_timeout", "7d")), "");
    assert_eq!(told(&with("rollback_window", "90d")), "");
    let cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/main";
    assert_eq!(told(&with("ecs.cluster", cluster)), "");
    assert_eq!(told(&steps(vec![step(10, "2m"), step(50, "90s")])), "");
    assert_eq!(told(&with("alb.stickiness", sticky("1s"))), "");
    assert_eq!(told(&with("alb.stickiness", sticky("7d"))), "");
    let mut listener = with("alb.priority", Value::Null);
    let mut alb = listener.get("alb").clone();
    alb.set("host_headers", Value::Null);
    listener.set("alb", alb);
    assert_eq!(told(&listener), "");
}

#[test]
fn each_wrong_value_is_named_with_its_rule_and_the_fix() {
    let long = "x".repeat(129);
    let many: Vec<Value> = (0..6).map(|n| format!("{n}.example.com").into()).collect();
    let wrong = [
        with("promote_to_all", true),
        with("name", ""),
        with("release", "v1;drop"),
        with("release", long.as_str()),
        with("canary_weight", 100i64),
        with("canary_weight", 2.5),
        with("rollback_window", "15"),
        with("initial_color", "red"),
        with("alb.priority", 0i64),
        with("alb.priority", 50_001i64),
        with("alb.host_headers", Value::Null),
        with("alb.host_headers", Value::List(many)),
        with("alb.green_target_group_arn", "arn:blue"),
        with("alb.min_healthy_targets", 0i64),
        with("alb.priority", Value::Null),
        with("alb.stickiness", sticky("0s")),
        with("alb.stickiness", sticky("1500ms")),
        with("alb.stickiness", sticky("8d")),
        with("alb.stickiness", sticky("an hour")),
        with("ecs.green_service", "web-blue"),
        with("ecs.blue_service", ""),
        with("ecs.green_service", "b blue!"),
        with(
            "ecs.blue_service",
            "arn:aws:ecs:eu-west-1:123456789012:service/main/web-blue",
        ),
        with("ecs.cluster", "arn:aws:ecs:eu-west-1:123456789012:service/main"),
        with("ecs.cluster", ""),
        with("ecs.desired_count", -1i64),
        with("ecs.desired_count", 0i64),
        with("ecs.task_definition", "web"),
        steps(vec![step(0, "2m")]),
        steps(vec![step(100, "2m")]),
        steps(vec![step(50, "2m"), step(10, "2m")]),
        steps(vec![step(10, "two minutes")]),
        steps(vec![step(10, "8d")]),
        with("rollback_window", "91d"),
        pause("health_timeout", "500000000000y"),
        pause("health_timeout", "0s"),
        pause("drain", "8d"),
        pause("final_bake", "8d"),
        pause("final_bake", "soon"),
        smoke("timeout", "6m"),
        smoke("url", "shop.example.com"),
        smoke("url", "https:///health"),
        smoke("url", "https://shop.example.com/a b"),
        smoke("headers", Value::object([("x canary", Value::from("1"))])),
        smoke(
            "headers",
            Value::object([("x-canary", Value::from("1\r\nHost: other"))]),
        ),
        smoke("status", 99i64),
        smoke("status", 200.5),
        smoke("count", 0i64),
        smoke("count", 1001i64),
        smoke("timeout", "soon"),
        smoke("timeout", "0s"),
    ];
    let told: Vec<String> = wrong.iter().map(told).collect();
    assert!(told.iter().all(|text| !text.is_empty()), "{told:#?}");
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn unknown_values_are_not_wrong() {
    let paths = [
        "name",
        "release",
        "enable_canary",
        "canary_weight",
        "rollback_window",
        "alb",
        "ecs",
        "rollout",
        "alb.listener_arn",
        "alb.priority",
        "alb.host_headers",
        "ecs.cluster",
        "ecs.task_definition",
    ];
    for path in paths {
        let mut diags = Diagnostics::new();
        Service::parse(&with(path, Value::Unknown), &mut diags);
        assert!(diags.is_empty(), "{path}: {diags:?}");
    }
}
