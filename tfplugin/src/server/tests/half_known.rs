//! Identities that are not complete yet: stored by a create that broke off, by a move, by an older version.

use super::fake::{Thing, lines, object, thing};
use crate::path::Path;
use crate::private::Private;
use crate::resource::{ApplyResponse, ImportBy, ImportResponse, PlanResponse};
use crate::schema::Attribute;
use crate::server::plan::Planned;
use crate::server::{Apply, Plan, Read};
use crate::value::Value;

fn called(name: &str, id: impl Into<Value>) -> Value {
    Value::object([("name", name.into()), ("id", id.into())])
}

fn half() -> Value {
    called("a", Value::Null)
}

fn made() -> Value {
    object([("name", "a".into()), ("id", "i".into()), ("mode", "slow".into())])
}

async fn read(thing_: Thing, stored: Value) -> (Vec<String>, Value) {
    let server = thing_.serve();
    let read = Read {
        state: made(),
        private: Private::new(),
        meta: Value::Null,
    };
    let (back, identity) = server.read_identified(thing(&server), read, stored).await;
    (lines(&back.diagnostics), identity)
}

async fn plan(thing_: Thing, prior: Value, stored: Value) -> (Planned, Value) {
    let server = thing_.serve();
    let config = object([("name", "a".into())]);
    let mut proposed = config.clone();
    proposed.set("id", prior.get("id").clone());
    let plan = Plan {
        prior,
        proposed,
        config,
        private: Private::new(),
        meta: Value::Null,
    };
    server.plan_identified(thing(&server), plan, stored).await
}

async fn apply(thing_: Thing, prior: Value, planned: Value, identity: Value) -> (Vec<String>, Value) {
    let server = thing_.serve();
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

#[tokio::test]
async fn a_read_completes_what_is_null_whoever_stored_it() {
    let done = read(Thing::new().identified(), half()).await;
    assert_eq!(done, (vec![], called("a", "i")));
}

#[tokio::test]
async fn a_read_never_changes_or_drops_what_is_known() {
    for wrong in [called("a", "j"), called("b", Value::Null)] {
        let (said, identity) = read(Thing::new().identified(), wrong.clone()).await;
        assert_eq!((said.len(), identity), (1, wrong), "{said:?}");
    }
    let mut forgets = Thing::new().identified();
    forgets.identity_of = Some(|_| half());
    let (said, identity) = read(forgets, called("a", "i")).await;
    assert!(said[0].contains("reading changed id of the identity"), "{said:?}");
    assert_eq!(identity, called("a", "i"));
}

#[tokio::test]
async fn what_was_just_imported_has_no_other_name_at_the_first_read() {
    let mut imports = Thing::new().identified();
    imports.import = Some(|_| ImportResponse::new(Some(object([("name", "b".into())])), Private::new()));
    let server = imports.serve();
    let imported = server.import(thing(&server), ImportBy::Id("b".to_owned())).await;
    let (_, identity) = server.identify_imported(thing(&server), imported, None).await;
    assert_eq!(identity, called("b", Value::Null));
    let read = Read {
        state: made(),
        private: Private::new(),
        meta: Value::Null,
    };
    let (back, _) = server.read_identified(thing(&server), read, identity).await;
    assert!(lines(&back.diagnostics)[0].contains("reading changed name of the identity"));
}

#[tokio::test]
async fn a_plan_completes_what_is_null_as_far_as_it_is_known() {
    let (planned, identity) = plan(Thing::new().identified(), made(), half()).await;
    assert_eq!(
        (lines(&planned.diagnostics), identity),
        (vec![], called("a", "i"))
    );
    // On an update Terraform refuses an identity that is not wholly known.
    let mut other = made();
    other.set("id", Value::Null);
    other.set("mode", "fast".into());
    let opens = Thing::new().identified().planning(|mut request| async move {
        request.proposed.set("id", Value::Unknown);
        PlanResponse::new(request.proposed, request.private)
    });
    let (planned, identity) = plan(opens, other, half()).await;
    assert_eq!((lines(&planned.diagnostics), identity), (vec![], half()));
}

#[tokio::test]
async fn an_apply_completes_what_is_null() {
    let makes = Thing::new()
        .identified()
        .changing(|_| async { ApplyResponse::new(Some(made()), Private::new()) });
    assert_eq!(
        apply(makes, made(), made(), half()).await,
        (vec![], called("a", "i"))
    );
}

#[tokio::test]
async fn a_create_that_broke_off_is_known_by_what_an_import_must_name_or_not_at_all() {
    let boom = || Thing::new().identified().changing(|_| async { panic!("boom") });
    let mut planned = made();
    planned.set("id", Value::Unknown);
    let unknown = || called("a", Value::Unknown);
    let (_, identity) = apply(boom(), Value::Null, planned.clone(), unknown()).await;
    assert_eq!(identity, half());
    let (said, again) = read(Thing::new().identified(), identity).await;
    assert_eq!(
        (said, again),
        (vec![], called("a", "i")),
        "the next refresh completes it"
    );

    let mut by_id = boom();
    by_id.identity_of = Some(|state| called_by_id(state.get("id")));
    let (_, identity) = apply(by_id, Value::Null, planned, unknown()).await;
    assert_eq!(identity, Value::Null, "its name is not known");
}

/// Named by the id alone.
fn called_by_id(id: &Value) -> Value {
    Value::object([("name", id.clone()), ("id", Value::Null)])
}

fn replacing(path: Path) -> Thing {
    Thing::new().identified().planning(move |mut request| {
        let path = path.clone();
        async move {
            request.proposed.set("id", Value::Unknown);
            PlanResponse {
                requires_replace: vec![path],
                ..PlanResponse::new(request.proposed, request.private)
            }
        }
    })
}

#[tokio::test]
async fn a_replacement_for_what_did_not_change_is_none() {
    let mut other = made();
    other.set("mode", "fast".into());
    let (planned, identity) = plan(replacing(Path::root("name")), other.clone(), called("a", "i")).await;
    assert_eq!(lines(&planned.diagnostics), [""; 0]);
    assert_eq!(planned.requires_replace, []);
    assert_eq!(
        identity,
        called("a", "i"),
        "Terraform updates it, so the identity is known"
    );

    let (planned, identity) = plan(replacing(Path::root("mode")), other.clone(), called("a", "i")).await;
    assert_eq!(planned.requires_replace, [Path::root("mode")]);
    assert_eq!(identity, called("a", Value::Unknown));

    // It is never stored, so only the provider can tell: Terraform takes its word.
    let (planned, _) = plan(replacing(Path::root("key")), other, called("a", "i")).await;
    assert_eq!(planned.requires_replace, [Path::root("key")]);
}

#[tokio::test]
async fn a_replacement_for_a_write_only_value_is_one_at_any_depth() {
    let inner = |name: &'static str| {
        Thing::new().schema.attribute(
            Attribute::object_list(name, vec![Attribute::string("key").optional().write_only()]).optional(),
        )
    };
    let mut nested = replacing(Path::root("doors").index(0).field("key"));
    nested.schema = inner("doors");
    let door = Value::List(vec![Value::object([("key", Value::Null)])]);
    let whole = |mode: &str| {
        let mut whole = made();
        whole.set("doors", door.clone());
        whole.set("mode", mode.into());
        nested.schema.ty().conform(whole).expect("fits")
    };
    let (prior, proposed) = (whole("fast"), whole("slow"));
    let server = nested.clone().serve();
    let plan = Plan {
        prior,
        config: proposed.clone(),
        proposed,
        private: Private::new(),
        meta: Value::Null,
    };
    let planned = server.plan(thing(&server), plan).await;
    assert_eq!(
        planned.requires_replace,
        [Path::root("doors").index(0).field("key")]
    );
}
