//! Reading what is there, and what was stored long ago.

use super::fake::{Thing, lines, object, thing};
use crate::diag::Diagnostic;
use crate::private::Private;
use crate::resource::ReadResponse;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
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
async fn what_an_upgrade_forgot_is_named() {
    let left = |json: &'static str| upgrade(Thing::new(), 1, json);
    let cases = [
        (
            r#"{"name":"a","title":"b"}"#,
            "title, which the schema does not have",
        ),
        (
            r#"{"name":"a","title":null}"#,
            "title, which the schema does not have",
        ),
        ("null", "nothing where an object must be"),
        (r#"{"note":"n"}"#, "name null, which is required"),
    ];
    for (json, what) in cases {
        let expected = format!("The upgrade from version 1 left {what}. This is a bug in the provider.");
        assert_eq!(left(json).await, Err(expected));
    }
    let mut deep = Thing::new();
    let inner = || {
        vec![
            Attribute::string("k").required(),
            Attribute::string("w").required().write_only(),
        ]
    };
    deep.schema = Schema::new(2)
        .attribute(Attribute::object_list("list", inner()).optional())
        .attribute(Attribute::object("one", inner()).optional())
        .block(Block::new("rule", BlockNesting::Map).attribute(Attribute::string("k").required()));
    let cases = [
        (
            r#"{"list":[{"k":"x"},{"k":"x","old":1}]}"#,
            "list[1].old, which the schema does not have",
        ),
        (r#"{"list":[{"k":"x"},{}]}"#, "list[1].k null, which is required"),
        (r#"{"rule":{"r":{}}}"#, "rule[\"r\"].k null, which is required"),
    ];
    for (json, what) in cases {
        let said = upgrade(deep.clone(), 1, json)
            .await
            .expect_err("something is left");
        assert!(said.contains(&format!("left {what}")), "{said}");
    }
    let fine = upgrade(deep, 1, r#"{"list":[{"k":"x"}],"rule":{"r":{"k":"x"}}}"#).await;
    assert!(fine.is_ok(), "{fine:?}");
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
