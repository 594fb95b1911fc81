//! An identity is on every answer about an object, right or as it was.

use super::fake::{Thing, answer, lines, object, thing};
use crate::diag::Diagnostic;
use crate::private::Private;
use crate::resource::{
    ApplyResponse, ImportBy, ImportResponse, MoveRequest, MoveResponse, PlanResponse, ReadResponse,
};
use crate::server::import::Imported;
use crate::server::{Apply, Plan, RawState, Read, Server};
use crate::value::Value;

type Moving = fn(MoveRequest) -> MoveResponse;

fn called(name: &str, id: impl Into<Value>) -> Value {
    Value::object([("name", name.into()), ("id", id.into())])
}

fn made() -> Value {
    object([("name", "a".into()), ("id", "i".into()), ("mode", "slow".into())])
}

async fn plan(resource: Thing, prior: Value, name: &str, stored: Value) -> (Vec<String>, Value) {
    let server = resource.serve();
    let config = object([("name", name.into())]);
    let mut proposed = config.clone();
    proposed.set("id", prior.get("id").clone());
    let plan = Plan {
        prior,
        proposed,
        config,
        private: Private::new(),
        meta: Value::Null,
    };
    let (planned, identity) = server.plan_identified(thing(&server), plan, stored).await;
    (lines(&planned.diagnostics), identity)
}

#[tokio::test]
async fn a_create_or_replacement_plans_an_identity_that_may_be_unknown() {
    let created = plan(Thing::new().identified(), Value::Null, "a", Value::Null).await;
    assert_eq!(created, (vec![], called("a", Value::Unknown)));
    let replaced = plan(Thing::new().identified(), made(), "b", called("a", "i")).await;
    assert_eq!(replaced, (vec![], called("b", Value::Unknown)));
}

#[tokio::test]
async fn an_update_plans_the_identity_there_is() {
    let mut other = made();
    other.set("mode", "fast".into());
    let kept = plan(Thing::new().identified(), other.clone(), "a", called("a", "i")).await;
    assert_eq!(kept, (vec![], called("a", "i")));
    // Made before the provider knew identities, and not known yet: Terraform takes none, but no unknown one.
    let never = plan(Thing::new().identified(), other.clone(), "a", Value::Null).await;
    assert_eq!(never, (vec![], Value::Null));

    let moving = Thing::new().identified().planning(|mut request| async move {
        request.proposed.set("id", "j".into());
        PlanResponse::new(request.proposed, request.private)
    });
    let (said, identity) = plan(moving, other, "a", called("a", "i")).await;
    assert_eq!(identity, called("a", "i"));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("the plan changes id of the identity. The rule: an identity never changes"));
}

#[tokio::test]
async fn a_destroy_or_a_failed_plan_keeps_the_identity() {
    let server = Thing::new().identified().serve();
    let destroy = Plan {
        prior: made(),
        proposed: Value::Null,
        config: Value::Null,
        private: Private::new(),
        meta: Value::Null,
    };
    let (_, identity) = server
        .plan_identified(thing(&server), destroy, called("a", "i"))
        .await;
    assert_eq!(identity, called("a", "i"));
    let fails = Thing::new().identified().planning(|_| async { panic!("boom") });
    let (_, identity) = plan(fails, made(), "a", called("a", "i")).await;
    assert_eq!(identity, called("a", "i"));
}

async fn apply(resource: Thing, prior: Value, planned: Value, identity: Value) -> (Vec<String>, Value) {
    let server = resource.serve();
    let apply = Apply {
        prior,
        planned,
        config: object([("name", "a".into())]),
        private: Private::new(),
        meta: Value::Null,
    };
    let (applied, identity) = server.apply_identified(thing(&server), apply, identity).await;
    (lines(&applied.diagnostics), identity)
}

fn makes(state: fn() -> Value) -> Thing {
    let mut resource = Thing::new().identified();
    resource.change = answer(move |_| async move { ApplyResponse::new(Some(state()), Private::new()) });
    resource
}

fn planned() -> Value {
    let mut planned = made();
    planned.set("id", Value::Unknown);
    planned
}

#[tokio::test]
async fn an_apply_answers_the_identity_of_what_it_made() {
    let unknown = called("a", Value::Unknown);
    assert_eq!(
        apply(makes(made), Value::Null, planned(), unknown).await,
        (vec![], called("a", "i"))
    );
    let gone = apply(
        Thing::new()
            .identified()
            .changing(|_| async { ApplyResponse::new(None, Private::new()) }),
        made(),
        Value::Null,
        called("a", "i"),
    );
    assert_eq!(gone.await, (vec![], Value::Null));
    let (said, identity) = apply(makes(made), Value::Null, planned(), called("a", "j")).await;
    assert!(
        said[0].contains("id of the identity is not what was planned"),
        "{said:?}"
    );
    assert_eq!(identity, called("a", "i"), "what is really there is stored");
}

#[tokio::test]
async fn a_failed_apply_keeps_the_identity_that_is_known() {
    let boom = || Thing::new().identified().changing(|_| async { panic!("boom") });
    let (said, identity) = apply(boom(), made(), made(), called("a", "i")).await;
    assert_eq!((said.len(), identity), (1, called("a", "i")), "an update");
    let (_, identity) = apply(boom(), made(), Value::Null, called("a", "i")).await;
    assert_eq!(identity, called("a", "i"), "a delete");
    let (_, identity) = apply(boom(), Value::Null, planned(), called("a", Value::Unknown)).await;
    assert_eq!(
        identity,
        called("a", Value::Null),
        "a create is known by its name"
    );

    let half = Thing::new().identified().changing(|_| async {
        ApplyResponse {
            state: Some(made()),
            private: Private::new(),
            diagnostics: Diagnostic::error("half made", "").into(),
        }
    });
    let (_, identity) = apply(half, Value::Null, planned(), called("a", Value::Unknown)).await;
    assert_eq!(identity, called("a", "i"));
}

#[tokio::test]
async fn an_identity_that_can_not_be_told_is_an_error_beside_the_known_one() {
    let mut panics = makes(made);
    panics.identity_of = Some(|_| panic!("boom"));
    let (said, identity) = apply(panics, made(), made(), called("a", "i")).await;
    assert!(said[0].contains("panicked while telling an identity"), "{said:?}");
    assert_eq!(identity, called("a", "i"));
    let mut unfit = makes(made);
    unfit.identity_of = Some(|_| Value::object([("nmae", "a".into())]));
    let (said, identity) = apply(unfit, made(), made(), called("a", "i")).await;
    assert!(
        said[0].contains("of the identity does not fit its schema"),
        "{said:?}"
    );
    assert_eq!(identity, called("a", "i"));
    let mut partial = makes(made);
    partial.identity_of = Some(|_| called_nothing());
    let (said, _) = apply(partial, made(), made(), called("a", "i")).await;
    assert!(said[0].contains("name of the identity is null"), "{said:?}");
}

fn called_nothing() -> Value {
    Value::object::<String>([])
}

async fn read(server: &Server, stored: Value) -> (Value, Vec<String>, Value) {
    let read = Read {
        state: made(),
        private: b"p".into(),
        meta: Value::Null,
    };
    let (back, identity) = server.read_identified(thing(server), read, stored).await;
    (back.state, lines(&back.diagnostics), identity)
}

#[tokio::test]
async fn a_read_fills_the_identity_in_and_never_changes_it() {
    let server = Thing::new().identified().serve();
    let filled = read(&server, Value::Null).await;
    assert_eq!(filled, (made(), vec![], called("a", "i")));

    let (state, said, identity) = read(&server, called("a", "j")).await;
    assert_eq!((state, identity), (made(), called("a", "j")));
    assert!(said[0].contains("reading changed id of the identity"), "{said:?}");

    let gone = Thing::new()
        .identified()
        .reading(|_| async { ReadResponse::new(None, Private::new()) });
    assert_eq!(read(&gone.serve(), called("a", "i")).await.2, Value::Null);
    let fails = Thing::new().identified().reading(|_| async { panic!("boom") });
    assert_eq!(read(&fails.serve(), called("a", "i")).await.2, called("a", "i"));
    assert_eq!(read(&Thing::new().serve(), Value::Null).await.2, Value::Null);
}

fn importing(import: fn(crate::ImportRequest) -> ImportResponse) -> Server {
    let mut resource = Thing::new().identified();
    resource.import = Some(import);
    resource.serve()
}

async fn import(server: &Server, by: ImportBy) -> (Imported, Value) {
    let asked = match &by {
        ImportBy::Id(_) => None,
        ImportBy::Identity(identity) => Some(identity.clone()),
    };
    let imported = server.import(thing(server), by).await;
    server
        .identify_imported(thing(server), imported, asked.as_ref())
        .await
}

#[tokio::test]
async fn an_import_by_identity_answers_what_was_asked_for_and_a_read_completes_it() {
    let server = importing(|request| {
        assert_eq!(request.id(), None);
        ImportResponse::new(Some(object([("name", "a".into())])), Private::new())
    });
    let by = ImportBy::Identity(called("a", Value::Null));
    let (imported, identity) = import(&server, by).await;
    assert_eq!(lines(&imported.diagnostics), [""; 0]);
    assert_eq!(identity, called("a", Value::Null));
    assert_eq!(
        read(&server, identity.clone()).await,
        (made(), vec![], called("a", "i"))
    );
    let later = Thing::new().identified().serve();
    assert_eq!(read(&later, identity).await.1, [""; 0], "in any process");
}

#[tokio::test]
async fn an_import_never_answers_another_object() {
    let server = importing(|_| ImportResponse::new(Some(object([("name", "b".into())])), Private::new()));
    let (imported, _) = import(&server, ImportBy::Identity(called("a", Value::Null))).await;
    assert_eq!(imported.state, None);
    assert!(lines(&imported.diagnostics)[0].contains("the object found has another name"));
}

#[tokio::test]
async fn an_import_by_id_may_leave_the_identity_to_the_read() {
    let server = importing(|request| {
        let id = request.id().map(str::to_owned);
        ImportResponse::new(Some(object([("id", id.into())])), Private::new())
    });
    let (imported, identity) = import(&server, ImportBy::Id("i".into())).await;
    assert!(imported.state.is_some());
    assert_eq!(identity, Value::Null);
}

#[tokio::test]
async fn an_object_moved_here_is_checked_and_identified() {
    let source = || MoveRequest {
        source_provider: "registry.terraform.io/hashicorp/null".into(),
        source_type: "null_resource".into(),
        source_version: 0,
        source_state: serde_json::json!({ "id": "i" }),
        source_private: Private::new(),
        source_identity: None,
        source_identity_version: 0,
    };
    let moved = |take_over: Moving| async move {
        let mut resource = Thing::new().identified();
        resource.take_over = Some(take_over);
        let server = resource.serve();
        let moved = server.take_over(thing(&server), source()).await;
        let (moved, identity) = server.identify_imported(thing(&server), moved, None).await;
        (moved.state, lines(&moved.diagnostics), identity)
    };
    let fine = moved(|request| {
        assert_eq!(request.source_state["id"], "i");
        MoveResponse::new(made(), Private::new())
    });
    assert_eq!(fine.await, (Some(made()), vec![], called("a", "i")));
    let wrong: [(Moving, &str); 4] = [
        (|_| panic!("boom"), "panicked while taking over an object"),
        (|_| MoveResponse::new(planned(), Private::new()), "id: is unknown"),
        (
            |_| MoveResponse::new("text".into(), Private::new()),
            "does not fit the schema",
        ),
        (
            |_| MoveResponse::failed(crate::Diagnostics::new()),
            "made nothing of a null_resource",
        ),
    ];
    for (take_over, rule) in wrong {
        let (state, said, _) = moved(take_over).await;
        assert_eq!((state, said.len()), (None, 1), "{said:?}");
        assert!(said[0].contains(rule), "{said:?}");
    }
}

#[tokio::test]
async fn a_stored_identity_is_read_by_version() {
    let upgrade = |version, json: &'static str| async move {
        let mut resource = Thing::new().identified();
        resource.upgrade = |_, raw| Ok(serde_json::json!({ "name": raw["title"], "id": "i" }));
        let server = resource.serve();
        let raw = RawState {
            version,
            json: Some(json.as_bytes().to_vec()),
        };
        server
            .upgrade_identity(thing(&server), raw)
            .await
            .map_err(|diagnostic| diagnostic.detail)
    };
    assert_eq!(upgrade(1, r#"{"name":"a","id":"i"}"#).await, Ok(called("a", "i")));
    assert_eq!(upgrade(0, r#"{"title":"a"}"#).await, Ok(called("a", "i")));
    let newer = upgrade(2, "{}").await.expect_err("newer");
    assert!(
        newer.contains("versions up to 1. Use a newer provider"),
        "{newer}"
    );
    let empty = upgrade(1, "{}").await.expect_err("nothing in it");
    assert!(empty.contains("name of the identity is null"), "{empty}");
    let server = Thing::new().serve();
    let none = RawState {
        version: 0,
        json: Some(b"{}".to_vec()),
    };
    let none = server
        .upgrade_identity(thing(&server), none)
        .await
        .expect_err("no identity");
    assert_eq!(none.summary, "fake_thing has no identity");
}
