//! Reading what is there, and what was stored long ago.

use super::fake::{Thing, lines, object, thing};
use crate::diag::Diagnostic;
use crate::private::Private;
use crate::resource::ReadResponse;
use crate::server::{RawState, Read};
use crate::value::Value;

fn stored() -> Value {
    object([("name", "a".into()), ("id", "i".into())])
}

async fn read(resource: Thing) -> (Value, Private, Vec<String>) {
    let server = resource.serve();
    let back = server
        .read(
            thing(&server),
            Read {
                state: stored(),
                private: b"p".into(),
                meta: Value::Null,
            },
        )
        .await;
    (back.state, back.private, lines(&back.diagnostics))
}

#[tokio::test]
async fn an_object_that_is_gone_reads_as_nothing() {
    let gone = Thing::new().reading(|request| async { ReadResponse::new(None, request.private) });
    assert_eq!(read(gone).await, (Value::Null, b"p".into(), vec![]));
}

#[tokio::test]
async fn a_failed_read_keeps_what_was_stored() {
    let fails = [
        Thing::new().reading(|_| async { panic!("boom") }),
        Thing::new().reading(|_| async {
            let diagnostics = Diagnostic::error("no answer", "").into();
            ReadResponse {
                state: None,
                private: Private::new(),
                diagnostics,
            }
        }),
        Thing::new().reading(|request| async {
            let mut state = request.state;
            state.set("id", Value::Unknown);
            ReadResponse::new(Some(state), Private::new())
        }),
        Thing::new().reading(|_| async { ReadResponse::new(Some("text".into()), Private::new()) }),
    ];
    for resource in fails {
        let (state, private, said) = read(resource).await;
        assert_eq!((state, private), (stored(), b"p".into()), "{said:?}");
        assert_eq!(said.len(), 1, "{said:?}");
    }
}

async fn upgrade(resource: Thing, version: i64, json: &str) -> Result<Value, String> {
    let server = resource.serve();
    let raw = RawState {
        version,
        json: Some(json.as_bytes().to_vec()),
    };
    server
        .upgrade(thing(&server), raw)
        .await
        .map_err(|diagnostic| diagnostic.detail)
}

#[tokio::test]
async fn state_of_the_same_version_is_read_by_the_schema() {
    let json = "{\n  \"name\": \"a\", \"left_the_schema\": [1], \"id\": \"i\", \"key\": \"s\"\n}";
    assert_eq!(upgrade(Thing::new(), 2, json).await, Ok(stored()));
}

#[tokio::test]
async fn state_of_an_older_version_goes_through_the_upgrade() {
    let mut resource = Thing::new();
    resource.upgrade =
        |version, raw| Ok(serde_json::json!({ "name": raw["title"], "id": format!("v{version}") }));
    let expected = object([("name", "a".into()), ("id", "v1".into())]);
    assert_eq!(upgrade(resource, 1, r#"{"title":"a"}"#).await, Ok(expected));
}

#[tokio::test]
async fn state_that_can_not_be_read_says_why() {
    let error = upgrade(Thing::new(), 3, "{}").await.expect_err("newer");
    assert!(
        error.contains("schema version 3; this provider knows versions up to 2"),
        "{error}"
    );
    let error = upgrade(Thing::new(), 2, r#"{"size":"many"}"#)
        .await
        .expect_err("no number");
    assert!(
        error.contains("size: number is required, this is a string"),
        "{error}"
    );
    let server = Thing::new().serve();
    let flat = server
        .upgrade(
            thing(&server),
            RawState {
                version: 2,
                json: None,
            },
        )
        .await
        .expect_err("flat");
    assert!(flat.detail.contains("0.11"), "{}", flat.detail);
}

#[tokio::test]
async fn a_resource_without_import_says_so() {
    let server = Thing::new().serve();
    let imported = server
        .import(thing(&server), crate::ImportBy::Id("x".to_owned()))
        .await;
    assert_eq!(imported.state, None);
    assert!(lines(&imported.diagnostics)[0].starts_with("fake_thing does not support import"));
}
