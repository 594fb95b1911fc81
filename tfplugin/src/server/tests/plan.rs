//! The plan algorithm, as a table: configuration and prior in, what the provider plans from out.

use super::fake::{Thing, lines, object, thing};
use crate::diag::Diagnostics;
use crate::path::Path;
use crate::private::Private;
use crate::resource::PlanResponse;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::Plan;
use crate::server::prepare::{prepare, without_write_only};
use crate::value::Value;

/// The parts of an object a case is about.
type Fields<'a> = &'a [(&'a str, Value)];

fn of(fields: Fields<'_>) -> Value {
    let mut whole = object([]);
    for (name, value) in fields {
        whole.set(name, value.clone());
    }
    whole
}

fn prepared(config: Fields<'_>, prior: Option<Fields<'_>>, proposed: Fields<'_>) -> Value {
    let prior = prior.map(of);
    prepare(&Thing::new().schema, &of(config), prior.as_ref(), of(proposed))
}

const UNKNOWN: Value = Value::Unknown;

#[test]
fn what_the_provider_plans_from() {
    let text = |text: &str| Value::from(text);
    let prior: Fields<'_> = &[
        ("name", text("a")),
        ("size", 1i64.into()),
        ("id", text("i")),
        ("mode", text("slow")),
    ];
    let cases: [(&str, Fields<'_>, Option<Fields<'_>>, Fields<'_>, Fields<'_>); 7] = [
        (
            "a create leaves all that is the provider's open, and fills defaults",
            &[("name", text("a"))],
            None,
            &[("name", text("a"))],
            &[
                ("name", text("a")),
                ("size", UNKNOWN),
                ("id", UNKNOWN),
                ("mode", text("slow")),
            ],
        ),
        (
            "nothing changed: nothing is open",
            &[("name", text("a"))],
            Some(prior),
            prior,
            prior,
        ),
        (
            "a change reopens what the provider computed",
            &[("name", text("a")), ("note", text("n"))],
            Some(prior),
            &[
                ("name", text("a")),
                ("note", text("n")),
                ("size", 1i64.into()),
                ("id", text("i")),
            ],
            &[
                ("name", text("a")),
                ("note", text("n")),
                ("size", UNKNOWN),
                ("id", UNKNOWN),
                ("mode", text("slow")),
            ],
        ),
        (
            "what is configured is never open",
            &[("name", text("a")), ("size", 7i64.into()), ("mode", text("fast"))],
            None,
            &[("name", text("a")), ("size", 7i64.into()), ("mode", text("fast"))],
            &[
                ("name", text("a")),
                ("size", 7i64.into()),
                ("id", UNKNOWN),
                ("mode", text("fast")),
            ],
        ),
        (
            "a default comes back when the configuration drops the attribute",
            &[("name", text("a"))],
            Some(&[("name", text("a")), ("mode", text("fast")), ("id", text("i"))]),
            &[("name", text("a")), ("mode", text("fast")), ("id", text("i"))],
            &[
                ("name", text("a")),
                ("mode", text("slow")),
                ("id", UNKNOWN),
                ("size", UNKNOWN),
            ],
        ),
        (
            "a write-only value never enters a plan, and is no change",
            &[("name", text("a")), ("key", text("s"))],
            Some(prior),
            &[
                ("name", text("a")),
                ("size", 1i64.into()),
                ("id", text("i")),
                ("key", text("s")),
            ],
            prior,
        ),
        (
            "an unknown in the configuration is a change",
            &[("name", text("a")), ("note", UNKNOWN)],
            Some(prior),
            &[
                ("name", text("a")),
                ("note", UNKNOWN),
                ("size", 1i64.into()),
                ("id", text("i")),
            ],
            &[
                ("name", text("a")),
                ("note", UNKNOWN),
                ("size", UNKNOWN),
                ("id", UNKNOWN),
                ("mode", text("slow")),
            ],
        ),
    ];
    for (rule, config, prior, proposed, expected) in cases {
        assert_eq!(prepared(config, prior, proposed), of(expected), "{rule}");
    }
}

fn nested() -> Schema {
    let step = || {
        vec![
            Attribute::number("weight").required(),
            Attribute::string("bake").default("5m"),
            Attribute::string("seen").computed(),
        ]
    };
    let block = Block::new("rule", BlockNesting::List)
        .attribute(Attribute::string("host").required())
        .attribute(Attribute::string("arn").computed());
    Schema::new(0)
        .attribute(Attribute::object_list("steps", step()).optional())
        .attribute(Attribute::object_set("gates", step()).optional())
        .attribute(Attribute::object_map("named", step()).optional())
        .attribute(Attribute::object("only", step()).optional())
        .attribute(Attribute::object("found", step()).computed())
        .block(block)
}

#[test]
fn nested_attributes_follow_their_own_configuration() {
    let step = |weight: i64, bake: Value, seen: Value| {
        Value::object([("weight", weight.into()), ("bake", bake), ("seen", seen)])
    };
    let bare = |weight| step(weight, Value::Null, Value::Null);
    let full = |weight| step(weight, "5m".into(), Value::Unknown);
    let rule = |arn: Value| Value::list([Value::object([("host", "h".into()), ("arn", arn)])]);
    let schema = nested();
    let config = schema
        .ty()
        .conform(Value::object([
            ("steps", Value::list([bare(1), step(2, "9m".into(), Value::Null)])),
            ("gates", Value::list([bare(3), bare(4)])),
            ("named", Value::object([("k", bare(5))])),
            ("rule", rule(Value::Null)),
        ]))
        .expect("fits");
    let planned = prepare(&schema, &config, None, config.clone());
    let expected = Value::object([
        (
            "steps",
            Value::list([full(1), step(2, "9m".into(), Value::Unknown)]),
        ),
        ("gates", Value::list([full(3), full(4)])),
        ("named", Value::object([("k", full(5))])),
        ("only", Value::Null),
        ("found", Value::Unknown),
        ("rule", rule(Value::Unknown)),
    ]);
    assert_eq!(planned, expected);
}

#[test]
fn write_only_values_are_taken_out_at_any_depth() {
    let schema = Schema::new(0).attribute(
        Attribute::object_list("a", vec![Attribute::string("key").optional().write_only()]).optional(),
    );
    let with = |key: Value| Value::object([("a", Value::list([Value::object([("key", key)])]))]);
    assert_eq!(without_write_only(&schema, with("s".into())), with(Value::Null));
}

fn plan(prior: Value, proposed: Value, config: Value) -> Plan {
    Plan {
        prior,
        proposed,
        config,
        private: b"p".into(),
        meta: Value::Null,
    }
}

#[tokio::test]
async fn a_destroy_is_planned_as_nothing_and_keeps_private_data() {
    let server = Thing::new().serve();
    let prior = object([("name", "a".into()), ("id", "i".into())]);
    let planned = server
        .plan(thing(&server), plan(prior, Value::Null, Value::Null))
        .await;
    assert_eq!(planned.planned, Some(Value::Null));
    assert_eq!(
        (planned.private, planned.diagnostics),
        (b"p".into(), Diagnostics::new())
    );
    assert!(planned.requires_replace.is_empty());
}

#[tokio::test]
async fn a_change_of_a_marked_attribute_replaces() {
    let server = Thing::new().serve();
    let prior = object([("name", "a".into()), ("id", "i".into())]);
    let next = object([("name", "b".into())]);
    let planned = server
        .plan(thing(&server), plan(prior, next.clone(), next.clone()))
        .await;
    assert_eq!(planned.requires_replace, [Path::root("name")]);
    let planned = server
        .plan(thing(&server), plan(Value::Null, next.clone(), next))
        .await;
    assert_eq!(planned.requires_replace, [], "there is nothing to replace");
}

#[tokio::test]
async fn a_plan_against_the_configuration_is_named_before_terraform_does() {
    let thing_that_shouts = Thing::new().planning(|request| async move {
        let mut planned = request.proposed;
        planned.set("name", "A".into());
        planned.set("note", "made up".into());
        PlanResponse::new(planned, Private::new())
    });
    let server = thing_that_shouts.serve();
    let config = object([("name", "a".into())]);
    let planned = server
        .plan(thing(&server), plan(Value::Null, config.clone(), config))
        .await;
    assert_eq!(
        lines(&planned.diagnostics),
        [
            "fake_thing: the provider produced an invalid plan | fake_thing.name: is configured as \"a\" and planned \
             as \"A\". The rule: a configured attribute is kept as configured, or as it was before. This is a bug in \
             the provider.",
            "fake_thing: the provider produced an invalid plan | fake_thing.note: is planned but not configured. The \
             rule: only a computed attribute may be set by the provider. This is a bug in the provider.",
        ]
    );
}

#[tokio::test]
async fn a_panic_while_planning_is_an_error_with_its_place() {
    let server = Thing::new().planning(|_| async { panic!("boom") }).serve();
    let config = object([("name", "a".into())]);
    let planned = server
        .plan(thing(&server), plan(Value::Null, config.clone(), config))
        .await;
    assert_eq!(planned.planned, None);
    assert_eq!(planned.private.bytes(), b"p");
    let said = lines(&planned.diagnostics);
    assert!(
        said[0].starts_with("fake_thing: the provider panicked while planning | boom"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_plan_that_does_not_fit_the_schema_names_the_place() {
    let server = Thing::new()
        .planning(|request| async move {
            let mut planned = request.proposed;
            planned.set("size", "many".into());
            PlanResponse::new(planned, Private::new())
        })
        .serve();
    let config = object([("name", "a".into())]);
    let planned = server
        .plan(thing(&server), plan(Value::Null, config.clone(), config))
        .await;
    let found: Vec<_> = planned
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.path.clone())
        .collect();
    assert_eq!(found, [Some(Path::root("size"))]);
    assert_eq!(planned.planned, None);
}
