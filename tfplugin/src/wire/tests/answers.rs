//! RPCs as Terraform sends them, through the generated service and without a socket.

use std::sync::Arc;

use tokio_stream::StreamExt;
use tonic::{Request, Response, Status};

use super::super::service::Service;
use crate::action::{DynAction, InvokeRequest, Progress};
use crate::codec::msgpack;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::{CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse};
use crate::r#gen::tfplugin6 as pb;
use crate::r#gen::tfplugin6::provider_server::Provider as _;
use crate::identity::IdentitySchema;
use crate::list::{DynListResource, ListItem, ListRequest, ListSender};
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::*;
use crate::schema::{Attribute, Schema};
use crate::server::Server;
use crate::ty::Type;
use crate::value::Value;

struct Zoo;

fn schema() -> Schema {
    Schema::new(0)
        .attribute(Attribute::string("name").required())
        .attribute(Attribute::string("id").computed())
}

#[async_trait::async_trait]
impl DynProvider for Zoo {
    fn type_name(&self) -> &str {
        "zoo"
    }
    fn version(&self) -> &str {
        "0.0.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![Box::new(Zoo)]
    }
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        vec![Box::new(Zoo)]
    }
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![Box::new(Zoo)]
    }
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![Box::new(Zoo)]
    }
    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new(0).attribute(Attribute::string("module").optional()))
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait::async_trait]
impl DynResource for Zoo {
    fn type_name(&self) -> &str {
        "zoo_animal"
    }
    fn schema(&self) -> Schema {
        schema()
    }
    fn identity(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new(3).required("name", Type::String))
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let mut state = req.planned;
        state.set("id", req.meta.get("module").clone());
        ApplyResponse::new(Some(state), req.private)
    }
    async fn update(&self, _: UpdateRequest) -> ApplyResponse {
        panic!("the bars broke")
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        match req.by {
            ImportBy::Identity(identity) => {
                let stub = Value::object([("name", identity.get("name").clone())]);
                ImportResponse::new(Some(stub), b"imported".into())
            }
            ImportBy::Id(_) => ImportResponse::failed(Diagnostic::error("only by identity", "")),
        }
    }
    async fn move_state(&self, req: MoveRequest) -> MoveResponse {
        let state = Value::object([
            ("name", req.source_state["title"].as_str().into()),
            ("id", req.source_type.into()),
        ]);
        MoveResponse::new(state, req.source_private)
    }
    fn upgrade_identity(&self, _: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        Ok(serde_json::json!({ "name": raw["title"] }))
    }
}

#[async_trait::async_trait]
impl DynEphemeralResource for Zoo {
    fn type_name(&self) -> &str {
        "zoo_ticket"
    }
    fn schema(&self) -> Schema {
        schema()
    }
    async fn open(&self, mut req: OpenRequest) -> OpenResponse {
        req.config.set("id", "t1".into());
        let later = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::new(60, 500);
        OpenResponse::new(req.config, b"t1".into()).renew_at(later)
    }
    async fn close(&self, req: CloseRequest) -> Diagnostics {
        let private = String::from_utf8_lossy(req.private.bytes()).into_owned();
        Diagnostic::warning("closed", private).into()
    }
}

#[async_trait::async_trait]
impl DynListResource for Zoo {
    fn type_name(&self) -> &str {
        "zoo_animal"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    async fn list(&self, _: ListRequest, out: ListSender) -> Diagnostics {
        for name in ["ape", "bear", "cat"] {
            let item = ListItem::new(Value::object([("name", name.into())]), name);
            let whole = Value::object([("name", name.into()), ("id", "i".into())]);
            if out.send(item.resource(whole)).await.is_err() {
                break;
            }
        }
        Diagnostics::new()
    }
}

#[async_trait::async_trait]
impl DynAction for Zoo {
    fn type_name(&self) -> &str {
        "zoo_feed"
    }
    fn schema(&self) -> Schema {
        Schema::new(0).attribute(Attribute::string("food").required())
    }
    async fn invoke(&self, req: InvokeRequest, progress: Progress) -> Diagnostics {
        progress.say("feeding");
        match req.config.get("food").as_str() {
            Some("hay") => Diagnostics::new(),
            _ => panic!("bitten"),
        }
    }
}

fn zoo() -> Service {
    let server = Server::new(Zoo);
    assert!(server.faults.is_empty(), "{:?}", server.faults);
    Service {
        server: Arc::new(server),
    }
}

fn value(fields: &[(&str, Value)]) -> Option<pb::DynamicValue> {
    let value = Value::object(fields.iter().map(|(name, value)| (*name, value.clone())));
    let ty = Type::object(fields.iter().map(|(name, _)| (*name, Type::String)));
    Some(pb::DynamicValue {
        msgpack: msgpack::encode(&value, &ty).expect("it fits"),
        json: Vec::new(),
    })
}

fn animal(name: &str, id: impl Into<Value>) -> Option<pb::DynamicValue> {
    value(&[("name", name.into()), ("id", id.into())])
}

fn identity(name: &str) -> Option<pb::ResourceIdentityData> {
    Some(pb::ResourceIdentityData {
        identity_data: value(&[("name", name.into())]),
    })
}

fn said<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("never a status").into_inner()
}

#[tokio::test]
async fn every_kind_is_told_with_its_schema() {
    let zoo = zoo();
    let schema = said(zoo.get_provider_schema(Request::new(Default::default())).await);
    assert_eq!(schema.diagnostics, []);
    assert!(schema.ephemeral_resource_schemas["zoo_ticket"].block.is_some());
    assert!(schema.list_resource_schemas["zoo_animal"].block.is_some());
    let action = schema.action_schemas["zoo_feed"]
        .schema
        .as_ref()
        .expect("a schema");
    assert_eq!(action.block.as_ref().expect("a block").attributes[0].name, "food");
    assert!(schema.provider_meta.is_some());
    let capabilities = schema.server_capabilities.expect("some");
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);

    let names = said(zoo.get_metadata(Request::new(Default::default())).await);
    assert_eq!(names.ephemeral_resources[0].type_name, "zoo_ticket");
    assert_eq!(names.list_resources[0].type_name, "zoo_animal");
    assert_eq!(names.actions[0].type_name, "zoo_feed");

    let identities = said(
        zoo.get_resource_identity_schemas(Request::new(Default::default()))
            .await,
    );
    let animal = &identities.identity_schemas["zoo_animal"];
    assert_eq!((animal.version, animal.identity_attributes.len()), (3, 1));
    let name = &animal.identity_attributes[0];
    assert!(name.required_for_import && !name.optional_for_import && name.r#type == b"\"string\"");
}

#[tokio::test]
async fn an_identity_goes_along_from_plan_to_apply_and_through_a_panic() {
    let zoo = zoo();
    let plan = pb::plan_resource_change::Request {
        type_name: "zoo_animal".into(),
        proposed_new_state: animal("ape", Value::Null),
        config: animal("ape", Value::Null),
        ..Default::default()
    };
    let planned = said(zoo.plan_resource_change(Request::new(plan)).await);
    assert_eq!(
        (planned.diagnostics, planned.planned_identity.clone()),
        (vec![], identity("ape"))
    );
    let create = pb::apply_resource_change::Request {
        type_name: "zoo_animal".into(),
        planned_state: planned.planned_state,
        config: animal("ape", Value::Null),
        planned_identity: planned.planned_identity,
        provider_meta: value(&[("module", "m".into())]),
        ..Default::default()
    };
    let made = said(zoo.apply_resource_change(Request::new(create)).await);
    assert_eq!(made.diagnostics, []);
    assert_eq!(
        (&made.new_state, &made.new_identity),
        (&animal("ape", "m"), &identity("ape"))
    );

    let update = pb::apply_resource_change::Request {
        type_name: "zoo_animal".into(),
        prior_state: made.new_state.clone(),
        planned_state: made.new_state.clone(),
        config: animal("ape", Value::Null),
        planned_private: b"p".to_vec(),
        planned_identity: identity("ape"),
        ..Default::default()
    };
    let broke = said(zoo.apply_resource_change(Request::new(update)).await);
    assert_eq!(broke.diagnostics.len(), 1);
    assert_eq!(
        (broke.new_state, broke.private),
        (made.new_state.clone(), b"p".to_vec())
    );
    assert_eq!(broke.new_identity, identity("ape"));

    let read = pb::read_resource::Request {
        type_name: "zoo_animal".into(),
        current_state: made.new_state,
        ..Default::default()
    };
    let read = said(zoo.read_resource(Request::new(read)).await);
    assert_eq!(
        read.new_identity,
        identity("ape"),
        "filled in where there was none"
    );
}

#[tokio::test]
async fn a_request_that_can_not_be_read_keeps_the_identity() {
    let read = pb::read_resource::Request {
        type_name: "zoo_animal".into(),
        current_state: value(&[("nmae", "ape".into())]),
        current_identity: identity("ape"),
        ..Default::default()
    };
    let read = said(zoo().read_resource(Request::new(read)).await);
    assert_eq!((read.diagnostics.len(), read.new_identity), (1, identity("ape")));
}

#[tokio::test]
async fn objects_come_by_identity_by_move_and_with_an_old_identity() {
    let zoo = zoo();
    let import = |identity, id: &str| pb::import_resource_state::Request {
        type_name: "zoo_animal".into(),
        id: id.into(),
        identity,
        ..Default::default()
    };
    let imported = said(
        zoo.import_resource_state(Request::new(import(identity("ape"), "")))
            .await,
    );
    let found = &imported.imported_resources[0];
    assert_eq!(
        (found.type_name.as_str(), &found.identity),
        ("zoo_animal", &identity("ape"))
    );
    assert_eq!(
        (&found.state, found.private.as_slice()),
        (&animal("ape", Value::Null), &b"imported"[..])
    );
    let neither = said(zoo.import_resource_state(Request::new(import(None, ""))).await);
    assert_eq!(
        neither.diagnostics[0].summary,
        "zoo_animal: an id is needed to import"
    );

    let moving = pb::move_resource_state::Request {
        source_type_name: "farm_animal".into(),
        source_state: Some(pb::RawState {
            json: br#"{"title":"ape"}"#.to_vec(),
            ..Default::default()
        }),
        source_private: b"p".to_vec(),
        target_type_name: "zoo_animal".into(),
        ..Default::default()
    };
    let moved = said(zoo.move_resource_state(Request::new(moving)).await);
    assert_eq!(moved.diagnostics, []);
    assert_eq!(
        (moved.target_state, moved.target_identity),
        (animal("ape", "farm_animal"), identity("ape"))
    );
    assert_eq!(moved.target_private, b"p");

    let old = pb::upgrade_resource_identity::Request {
        type_name: "zoo_animal".into(),
        version: 2,
        raw_identity: Some(pb::RawState {
            json: br#"{"title":"ape"}"#.to_vec(),
            ..Default::default()
        }),
    };
    let upgraded = said(zoo.upgrade_resource_identity(Request::new(old)).await);
    assert_eq!(
        (upgraded.diagnostics, upgraded.upgraded_identity),
        (vec![], identity("ape"))
    );

    let generate = pb::generate_resource_config::Request {
        type_name: "zoo_animal".into(),
        state: animal("ape", "i"),
    };
    let generated = said(zoo.generate_resource_config(Request::new(generate)).await);
    assert_eq!(
        (generated.diagnostics, generated.config),
        (vec![], animal("ape", Value::Null))
    );
}

#[tokio::test]
async fn a_ticket_is_opened_and_closed_and_can_not_be_renewed() {
    let zoo = zoo();
    let open = pb::open_ephemeral_resource::Request {
        type_name: "zoo_ticket".into(),
        config: animal("ape", Value::Null),
        ..Default::default()
    };
    let opened = said(zoo.open_ephemeral_resource(Request::new(open)).await);
    let renew_at = opened.renew_at.expect("a time");
    assert_eq!((renew_at.seconds, renew_at.nanos), (60, 500));
    assert_eq!(
        (opened.result, opened.private.clone()),
        (animal("ape", "t1"), Some(b"t1".to_vec()))
    );
    let renew = pb::renew_ephemeral_resource::Request {
        type_name: "zoo_ticket".into(),
        private: opened.private.clone(),
    };
    let renewed = said(zoo.renew_ephemeral_resource(Request::new(renew)).await);
    assert_eq!(renewed.diagnostics[0].summary, "zoo_ticket can't be renewed");
    assert_eq!(renewed.private, Some(b"t1".to_vec()));
    let close = pb::close_ephemeral_resource::Request {
        type_name: "zoo_ticket".into(),
        private: renewed.private,
    };
    let closed = said(zoo.close_ephemeral_resource(Request::new(close)).await);
    assert_eq!(closed.diagnostics[0].detail, "t1");
}

#[tokio::test]
async fn a_listing_is_a_stream_of_identities_up_to_the_limit() {
    let list = |type_name: &str| pb::list_resource::Request {
        type_name: type_name.into(),
        config: value(&[]),
        include_resource_object: true,
        limit: 2,
    };
    let zoo = zoo();
    let events: Vec<_> = said(zoo.list_resource(Request::new(list("zoo_animal"))).await)
        .map(|event| event.expect("never a status"))
        .collect()
        .await;
    assert_eq!(events.len(), 2);
    assert_eq!(
        (events[1].display_name.as_str(), &events[1].identity),
        ("bear", &identity("bear"))
    );
    assert_eq!(
        (&events[1].resource_object, &events[1].diagnostic),
        (&animal("bear", "i"), &vec![])
    );
    let events: Vec<_> = said(zoo.list_resource(Request::new(list("zoo_plant"))).await)
        .collect()
        .await;
    let event = events[0].as_ref().expect("never a status");
    assert_eq!(
        (events.len(), event.diagnostic[0].summary.as_str()),
        (1, "unknown list resource zoo_plant")
    );
}

#[tokio::test]
async fn an_action_completes_exactly_once_whatever_happens() {
    use pb::invoke_action::event::Type as Step;
    let zoo = zoo();
    let cases = [
        ("zoo_feed", "hay", 1, 0),
        ("zoo_feed", "stones", 1, 1),
        ("zoo_sweep", "hay", 0, 1),
    ];
    for (action, food, lines, errors) in cases {
        let invoke = pb::invoke_action::Request {
            action_type: action.into(),
            config: value(&[("food", food.into())]),
            ..Default::default()
        };
        let events: Vec<_> = said(zoo.invoke_action(Request::new(invoke)).await)
            .map(|event| {
                event
                    .expect("never a status")
                    .r#type
                    .expect("core panics without")
            })
            .collect()
            .await;
        assert_eq!(events.len(), lines + 1, "{action} {food}");
        assert!(
            events[..lines]
                .iter()
                .all(|event| matches!(event, Step::Progress(_)))
        );
        let Some(Step::Completed(completed)) = events.last() else {
            panic!("{action} {food}: no end in {events:?}");
        };
        assert_eq!(completed.diagnostics.len(), errors, "{action} {food}");
    }
    let plan = pb::plan_action::Request {
        action_type: "zoo_feed".into(),
        config: value(&[("food", Value::Unknown)]),
        ..Default::default()
    };
    assert_eq!(said(zoo.plan_action(Request::new(plan)).await).diagnostics, []);
}
