//! A provider of whatever a test hands it, besides one resource.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::fake::{Answer, Thing, answer};
use crate::action::{DynAction, InvokeRequest, PlanActionRequest, Progress};
use crate::diag::Diagnostics;
use crate::ephemeral::{
    CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse, RenewRequest, RenewResponse,
};
use crate::function::{Function, FunctionDefinition, FunctionError, Parameter};
use crate::list::{DynListResource, ListRequest, ListSender};
use crate::private::Private;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::DynResource;
use crate::schema::{Attribute, Schema};
use crate::server::Server;
use crate::ty::Type;
use crate::value::Value;

/// What is offered; clones answer alike.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) resource: Thing,
    pub(super) open: Answer<OpenRequest, OpenResponse>,
    pub(super) renew: Answer<RenewRequest, RenewResponse>,
    /// The private bytes of everything closed.
    pub(super) closed: Arc<Mutex<Vec<Private>>>,
    pub(super) list: Answer<(ListRequest, ListSender), Diagnostics>,
    pub(super) invoke: Answer<(InvokeRequest, Progress), Diagnostics>,
    pub(super) plan_action: Answer<PlanActionRequest, Diagnostics>,
    pub(super) call: fn(Vec<Value>) -> Result<Value, FunctionError>,
}

impl Offer {
    pub(super) fn new() -> Offer {
        Offer {
            resource: Thing::new().identified(),
            open: answer(|request: OpenRequest| async { OpenResponse::new(request.config, b"o".into()) }),
            renew: answer(|_| async { RenewResponse::new(b"r".into()) }),
            closed: Arc::default(),
            list: answer(|_| async { Diagnostics::new() }),
            invoke: answer(|_| async { Diagnostics::new() }),
            plan_action: answer(|_| async { Diagnostics::new() }),
            call: |arguments| Ok(Value::List(arguments)),
        }
    }

    pub(super) fn serve(self) -> Server {
        let server = Server::new(self);
        assert!(server.faults.is_empty(), "{:?}", server.faults);
        server
    }
}

#[async_trait]
impl DynProvider for Offer {
    fn type_name(&self) -> &str {
        "fake"
    }
    fn version(&self) -> &str {
        "0.0.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![Box::new(self.resource.clone())]
    }
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        vec![Box::new(self.clone())]
    }
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![Box::new(self.clone())]
    }
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![Box::new(self.clone())]
    }
    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(self.clone())]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl DynEphemeralResource for Offer {
    fn type_name(&self) -> &str {
        "fake_token"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute(Attribute::string("name").required())
            .attribute(Attribute::string("token").computed().sensitive())
    }
    async fn open(&self, req: OpenRequest) -> OpenResponse {
        (self.open)(req).await
    }
    async fn renew(&self, req: RenewRequest) -> RenewResponse {
        (self.renew)(req).await
    }
    async fn close(&self, req: CloseRequest) -> Diagnostics {
        self.closed.lock().expect("no panic").push(req.private);
        Diagnostics::new()
    }
}

#[async_trait]
impl DynListResource for Offer {
    fn type_name(&self) -> &str {
        "fake_thing"
    }
    fn schema(&self) -> Schema {
        Schema::new(0).attribute(Attribute::string("prefix").optional())
    }
    async fn list(&self, req: ListRequest, out: ListSender) -> Diagnostics {
        (self.list)((req, out)).await
    }
}

#[async_trait]
impl DynAction for Offer {
    fn type_name(&self) -> &str {
        "fake_ring"
    }
    fn schema(&self) -> Schema {
        Schema::new(0).attribute(Attribute::string("bell").required())
    }
    async fn plan(&self, req: PlanActionRequest) -> Diagnostics {
        (self.plan_action)(req).await
    }
    async fn invoke(&self, req: InvokeRequest, progress: Progress) -> Diagnostics {
        (self.invoke)((req, progress)).await
    }
}

impl Function for Offer {
    fn name(&self) -> &str {
        "mix"
    }
    /// `mix(word, number or null, anything or unknown, flags…)`.
    fn definition(&self) -> FunctionDefinition {
        FunctionDefinition::new(Type::Dynamic)
            .parameter(Parameter::new("word", Type::String))
            .parameter(Parameter::new("number", Type::Number).allow_null())
            .parameter(Parameter::new("anything", Type::Dynamic).allow_unknown())
            .variadic(Parameter::new("flags", Type::Bool))
    }
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        (self.call)(args)
    }
}
