//! What attributes add to planning: kept, normalised, changed, replacing, and all of it when it panics.

use serde_json::json;

use super::checks::value;
use super::fake::{Thing, lines, object, thing};
use crate::modify::Modifier;
use crate::path::Path;
use crate::resource::{ApplyResponse, ReadResponse};
use crate::schema::{Attribute, Schema};
use crate::server::prepare::{keep_form, prepare};
use crate::server::replace::replacing;
use crate::server::{Apply, Plan, Read, Shape};
use crate::value::Value;

fn lower() -> impl Fn(&Value, &Value) -> bool + Send + Sync + 'static {
    |old, new| old.as_str().map(str::to_lowercase) == new.as_str().map(str::to_lowercase)
}

fn schema() -> Schema {
    let inner = || {
        vec![
            Attribute::string("n")
                .optional()
                .normalize("only the case differs", lower()),
            Attribute::string("id").computed().keep(),
            Attribute::string("at").computed(),
        ]
    };
    Schema::new(0)
        .attribute(
            Attribute::string("host")
                .optional()
                .normalize("only the case differs", lower()),
        )
        .attribute(Attribute::string("id").computed().keep())
        .attribute(Attribute::string("at").computed())
        .attribute(Attribute::object_list("list", inner()).optional())
        .attribute(Attribute::object_map("map", inner()).optional())
        .attribute(
            Attribute::object_set(
                "set",
                vec![
                    Attribute::string("n").optional(),
                    Attribute::string("id").computed().keep(),
                ],
            )
            .optional(),
        )
}

fn of(schema: &Schema, json: &serde_json::Value) -> Value {
    Shape::new(schema.clone()).conform(value(json)).expect("fits")
}

/// What is prepared when Terraform proposes `proposed`.
fn prepared(
    schema: &Schema,
    config: &serde_json::Value,
    prior: &serde_json::Value,
    proposed: &serde_json::Value,
) -> Value {
    let [config, prior, proposed] = [config, prior, proposed].map(|json| of(schema, json));
    prepare(
        schema,
        &config,
        Some(&prior).filter(|prior| !prior.is_null()),
        proposed,
    )
}

#[test]
fn what_is_kept_stays_and_the_rest_opens() {
    let schema = schema();
    let prior = json!({"host": "a", "id": "i", "at": "1", "list": [{"id": "j", "at": "2"}], "set": [{"n": "x", "id": "k"}]});
    let config = json!({"host": "b", "list": [{}, {}], "set": [{"n": "x"}, {"n": "y"}]});
    let proposed = json!({"host": "b", "id": "i", "at": "1", "list": [{"id": "j", "at": "2"}, {}], "set": [{"n": "x", "id": "k"}, {"n": "y"}]});
    let expected = json!({
        "host": "b", "id": "i", "at": "?",
        "list": [{"id": "j", "at": "?"}, {"id": "?", "at": "?"}],
        "set": [{"n": "x", "id": "k"}, {"n": "y", "id": "?"}],
    });
    assert_eq!(
        prepared(&schema, &config, &prior, &proposed),
        of(&schema, &expected)
    );
    let created = prepared(&schema, &json!({}), &json!(null), &json!({}));
    assert_eq!(
        created,
        of(&schema, &json!({"id": "?", "at": "?"})),
        "there is nothing to keep"
    );
}

#[test]
fn what_is_kept_never_moves_to_another_element() {
    let schema = schema();
    let prior = json!({
        "list": [{"n": "ball", "id": "1", "at": "x"}, {"n": "bone", "id": "2", "at": "x"}],
        "map": {"k": {"n": "old", "id": "3", "at": "x"}},
        "set": [{"n": "ball", "id": "4"}],
    });
    let config = json!({"list": [{"n": "bone"}], "map": {"k": {"n": "new"}}, "set": [{"n": "bone"}]});
    // Terraform pairs lists by place: it offers the bone the id of the ball.
    let proposed = json!({
        "list": [{"n": "bone", "id": "1", "at": "x"}],
        "map": {"k": {"n": "new", "id": "3", "at": "x"}},
        "set": [{"n": "bone", "id": "4"}],
    });
    let expected = json!({
        "id": "?", "at": "?",
        "list": [{"n": "bone", "id": "?", "at": "?"}],
        "map": {"k": {"n": "new", "id": "3", "at": "?"}},
        "set": [{"n": "bone", "id": "?"}],
    });
    assert_eq!(
        prepared(&schema, &config, &prior, &proposed),
        of(&schema, &expected)
    );
}

#[test]
fn another_form_of_the_same_is_no_change() {
    let schema = schema();
    let prior = json!({"host": "A", "id": "i", "at": "1", "list": [{"n": "B", "id": "j", "at": "2"}], "map": {"k": {"n": "C", "id": "l", "at": "3"}}});
    let config = json!({"host": "a", "list": [{"n": "b"}], "map": {"k": {"n": "c"}}});
    let proposed = json!({"host": "a", "id": "i", "at": "1", "list": [{"n": "b", "id": "j", "at": "2"}], "map": {"k": {"n": "c", "id": "l", "at": "3"}}});
    assert_eq!(prepared(&schema, &config, &prior, &proposed), of(&schema, &prior));
    let removed = prepared(
        &schema,
        &json!({"list": [{"n": "b"}], "map": {"k": {"n": "c"}}}),
        &prior,
        &json!({"id": "i"}),
    );
    assert_eq!(removed.get("host"), &Value::Null, "what is left out is a change");
    let [old, new] = [
        &json!({"host": "a", "list": [{"n": "b"}]}),
        &json!({"host": "A", "list": [{"n": "B"}, {"n": "B"}]}),
    ];
    let kept = keep_form(&schema, &of(&schema, old), of(&schema, new));
    assert_eq!(
        kept,
        of(&schema, &json!({"host": "a", "list": [{"n": "b"}, {"n": "B"}]}))
    );
}

#[test]
fn a_modifier_sees_all_three_and_its_first_change_opens_the_rest() {
    let next = Modifier::new("one more", |seen| {
        let next = seen.prior.as_i64().map_or(1, |prior| prior + 1);
        (seen.config.is_null() && seen.planned.as_i64() != Some(next)).then(|| next.into())
    });
    let schema = Schema::new(0)
        .attribute(Attribute::number("serial").computed().modify(next))
        .attribute(Attribute::string("at").computed());
    let created = prepared(&schema, &json!({}), &json!(null), &json!({}));
    assert_eq!(created, of(&schema, &json!({"serial": 1, "at": "?"})));
    let prior = json!({"serial": 4, "at": "x"});
    let updated = prepared(&schema, &json!({}), &prior, &prior);
    assert_eq!(updated, of(&schema, &json!({"serial": 5, "at": "?"})));
}

#[test]
fn a_replacement_may_depend_on_the_change() {
    let shrinks = |prior: &Value, planned: &Value| planned.as_i64() < prior.as_i64();
    let size = || {
        Attribute::number("size")
            .optional()
            .requires_replace_if("it shrinks", shrinks)
    };
    let schema = Schema::new(0)
        .attribute(size())
        .attribute(Attribute::object_list("disks", vec![size()]).optional());
    let paths = |prior: &serde_json::Value, planned: &serde_json::Value| {
        replacing(&schema, &of(&schema, prior), &of(&schema, planned))
    };
    assert_eq!(paths(&json!({"size": 1}), &json!({"size": 2})), []);
    assert_eq!(paths(&json!({"size": 2}), &json!({"size": 2})), []);
    assert_eq!(
        paths(&json!({"size": 2}), &json!({"size": 1})),
        [Path::root("size")]
    );
    assert_eq!(
        paths(&json!({"disks": [{"size": 2}]}), &json!({"disks": [{"size": 1}]})),
        [Path::root("disks").index(0).field("size")]
    );
}

#[test]
fn marks_below_what_becomes_unknown_speak_for_the_whole() {
    let inner = vec![Attribute::string("arn").computed().requires_replace()];
    let schema = Schema::new(0).attribute(Attribute::object_list("found", inner).computed());
    let found = replacing(
        &schema,
        &of(&schema, &json!({"found": []})),
        &of(&schema, &json!({"found": "?"})),
    );
    assert_eq!(found, [Path::root("found")]);
}

fn panics(what: &str) -> Thing {
    let mut broken = Thing::new();
    let attribute = Attribute::string("note").optional();
    let attribute = match what {
        "normalize" => attribute.normalize("never", |_, _| panic!("boom")),
        "replace" => attribute.requires_replace_if("never", |_, _| panic!("boom")),
        _ => attribute.modify(Modifier::new("never", |_| panic!("boom"))),
    };
    let others = broken
        .schema
        .attributes
        .iter()
        .filter(|attribute| attribute.name != "note");
    broken.schema = others
        .cloned()
        .fold(Schema::new(2), Schema::attribute)
        .attribute(attribute);
    broken
}

#[tokio::test]
async fn a_panic_in_a_plan_is_an_error() {
    let prior = object([("name", "a".into()), ("note", "x".into()), ("id", "i".into())]);
    let config = object([("name", "a".into()), ("note", "y".into())]);
    for (what, doing) in [
        ("normalize", "preparing the plan"),
        ("modify", "preparing the plan"),
        ("replace", "deciding on a replacement"),
    ] {
        let server = panics(what).serve();
        let plan = Plan {
            prior: prior.clone(),
            proposed: config.clone(),
            config: config.clone(),
            private: b"p".into(),
            meta: Value::Null,
        };
        let planned = server.plan(thing(&server), plan).await;
        let said = lines(&planned.diagnostics);
        let expected = format!("fake_thing: the provider panicked while {doing} | boom");
        assert!(
            said.len() == 1 && said[0].starts_with(&expected),
            "{what}: {said:?}"
        );
        assert_eq!(planned.private, b"p".into());
    }
}

#[tokio::test]
async fn a_panic_while_comparing_loses_nothing() {
    let planned = object([
        ("name", "a".into()),
        ("note", "x".into()),
        ("mode", "slow".into()),
    ]);
    let made = {
        let mut made = planned.clone();
        made.set("note", "X".into());
        made
    };
    let answer = made.clone();
    let server = panics("normalize")
        .changing(move |change| {
            let answer = answer.clone();
            async move { ApplyResponse::new(Some(answer), change.private) }
        })
        .reading(|request| async move {
            let mut state = request.state;
            state.set("note", "Y".into());
            ReadResponse::new(Some(state), request.private)
        })
        .serve();
    let apply = Apply {
        prior: Value::Null,
        planned: planned.clone(),
        config: planned.clone(),
        private: b"p".into(),
        meta: Value::Null,
    };
    let applied = server.apply(thing(&server), apply).await;
    let said = lines(&applied.diagnostics);
    assert!(
        said[0].contains("panicked while comparing two forms of a value"),
        "{said:?}"
    );
    assert_eq!(applied.state, made, "what was made is what is stored");
    let read = Read {
        state: planned.clone(),
        private: b"p".into(),
        meta: Value::Null,
    };
    let back = server.read(thing(&server), read).await;
    assert_eq!((back.state, back.diagnostics.len()), (planned, 1));
}

#[tokio::test]
async fn a_form_the_service_prefers_is_neither_unplanned_nor_drift() {
    let mut calm = Thing::new();
    let others = calm
        .schema
        .attributes
        .iter()
        .filter(|attribute| attribute.name != "note");
    let note = Attribute::string("note")
        .optional()
        .normalize("only the case differs", lower());
    calm.schema = others
        .cloned()
        .fold(Schema::new(2), Schema::attribute)
        .attribute(note);
    let server = calm
        .changing(|change| async move {
            let mut state = change.planned.unwrap_or_default();
            state.set("note", "LOUD".into());
            ApplyResponse::new(Some(state), change.private)
        })
        .reading(|request| async move {
            let mut state = request.state;
            state.set("note", "LOUD".into());
            ReadResponse::new(Some(state), request.private)
        })
        .serve();
    let planned = object([
        ("name", "a".into()),
        ("note", "loud".into()),
        ("mode", "slow".into()),
    ]);
    let apply = Apply {
        prior: Value::Null,
        planned: planned.clone(),
        config: planned.clone(),
        private: b"p".into(),
        meta: Value::Null,
    };
    let applied = server.apply(thing(&server), apply).await;
    assert_eq!(
        (applied.state, lines(&applied.diagnostics)),
        (planned.clone(), vec![])
    );
    let read = Read {
        state: planned.clone(),
        private: b"p".into(),
        meta: Value::Null,
    };
    assert_eq!(server.read(thing(&server), read).await.state, planned);
}

#[tokio::test]
async fn a_rule_that_panics_is_an_error() {
    let mut broken = Thing::new();
    broken.schema = broken
        .schema
        .rule(crate::validate::members(["name"], "never", |_| panic!("boom")));
    let server = broken.serve();
    let found = server
        .validate(thing(&server), object([("name", "a".into())]))
        .await;
    let said = lines(&found);
    assert!(
        said[0].starts_with("fake_thing: the provider panicked while validating | boom"),
        "{said:?}"
    );
}
