//! A provider whose one resource does what the test says.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::diag::{Diagnostic, Diagnostics};
use crate::identity::IdentitySchema;
use crate::private::Private;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::*;
use crate::schema::{Attribute, Schema};
use crate::server::{Registered, Server};
use crate::ty::Type;
use crate::value::Value;

pub(super) type Answer<Q, A> = Arc<dyn Fn(Q) -> futures::Boxed<A> + Send + Sync>;

pub(super) mod futures {
    pub(in crate::server::tests) type Boxed<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
}

/// One call that changes something.
pub(super) struct Change {
    pub(super) prior: Option<Value>,
    pub(super) planned: Option<Value>,
    pub(super) private: Private,
    pub(super) stop: CancellationToken,
    pub(super) checkpoint: Checkpoint,
}

#[derive(Clone)]
pub(super) struct Thing {
    pub(super) schema: Schema,
    pub(super) plan: Answer<PlanRequest, PlanResponse>,
    pub(super) change: Answer<Change, ApplyResponse>,
    pub(super) read: Answer<ReadRequest, ReadResponse>,
    pub(super) upgrade: fn(i64, serde_json::Value) -> Result<serde_json::Value, Diagnostic>,
    pub(super) identity: Option<IdentitySchema>,
    pub(super) identity_of: Option<fn(&Value) -> Value>,
    pub(super) import: Option<fn(ImportRequest) -> ImportResponse>,
    pub(super) take_over: Option<fn(MoveRequest) -> MoveResponse>,
}

/// A closure as an answer.
pub(super) fn answer<Q, A: 'static, F: Future<Output = A> + Send + 'static>(
    with: impl Fn(Q) -> F + Send + Sync + 'static,
) -> Answer<Q, A> {
    Arc::new(move |request| Box::pin(with(request)))
}

impl Thing {
    /// `name` required, `note` optional, `size` both, `id` computed, `mode` defaulted, `key` write-only.
    pub(super) fn new() -> Thing {
        let schema = Schema::new(2)
            .attribute(Attribute::string("name").required().requires_replace())
            .attribute(Attribute::string("note").optional())
            .attribute(Attribute::number("size").optional_computed())
            .attribute(Attribute::string("id").computed())
            .attribute(Attribute::string("mode").default("slow"))
            .attribute(Attribute::string("key").optional().write_only());
        Thing {
            schema,
            plan: answer(|request: PlanRequest| async move {
                PlanResponse::new(request.proposed, request.private)
            }),
            change: answer(
                |change: Change| async move { ApplyResponse::new(change.planned, change.private) },
            ),
            read: answer(|request: ReadRequest| async move {
                ReadResponse::new(Some(request.state), request.private)
            }),
            upgrade: |_, raw| Ok(raw),
            identity: None,
            identity_of: None,
            import: None,
            take_over: None,
        }
    }

    pub(super) fn planning<F: Future<Output = PlanResponse> + Send + 'static>(
        mut self,
        with: impl Fn(PlanRequest) -> F + Send + Sync + 'static,
    ) -> Self {
        self.plan = answer(with);
        self
    }

    pub(super) fn changing<F: Future<Output = ApplyResponse> + Send + 'static>(
        mut self,
        with: impl Fn(Change) -> F + Send + Sync + 'static,
    ) -> Self {
        self.change = answer(with);
        self
    }

    pub(super) fn reading<F: Future<Output = ReadResponse> + Send + 'static>(
        mut self,
        with: impl Fn(ReadRequest) -> F + Send + Sync + 'static,
    ) -> Self {
        self.read = answer(with);
        self
    }

    /// Told apart by `name`, and by the `id` it turns out to have.
    pub(super) fn identified(mut self) -> Self {
        let identity = IdentitySchema::new(1)
            .required("name", Type::String)
            .optional("id", Type::String);
        self.identity = Some(identity);
        self
    }

    pub(super) fn serve(self) -> Server {
        Server::new(Fake(self))
    }
}

/// An object of the thing's default schema; what is not named is null.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let object = Value::object(fields);
    Thing::new().schema.ty().conform(object).expect("fits the schema")
}

pub(super) fn thing(server: &Server) -> &Arc<Registered<dyn DynResource>> {
    server.resource("fake_thing").expect("it is registered")
}

/// Summaries and details, one line each.
pub(super) fn lines(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .iter()
        .map(|diagnostic| format!("{} | {}", diagnostic.summary, diagnostic.detail))
        .collect()
}

struct Fake(Thing);

#[async_trait]
impl DynProvider for Fake {
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
        vec![Box::new(self.0.clone())]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl DynResource for Thing {
    fn type_name(&self) -> &str {
        "fake_thing"
    }
    fn schema(&self) -> Schema {
        self.schema.clone()
    }
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        (self.plan)(req).await
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let CreateRequest {
            planned,
            private,
            stop,
            checkpoint,
            ..
        } = req;
        (self.change)(Change {
            prior: None,
            planned: Some(planned),
            private,
            stop,
            checkpoint,
        })
        .await
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        let UpdateRequest {
            prior,
            planned,
            private,
            stop,
            checkpoint,
            ..
        } = req;
        (self.change)(Change {
            prior: Some(prior),
            planned: Some(planned),
            private,
            stop,
            checkpoint,
        })
        .await
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let DeleteRequest {
            prior, private, stop, ..
        } = req;
        (self.change)(Change {
            prior: Some(prior),
            planned: None,
            private,
            stop,
            checkpoint: Checkpoint::default(),
        })
        .await
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        (self.read)(req).await
    }
    fn identity(&self) -> Option<IdentitySchema> {
        self.identity.clone()
    }
    fn identity_of(&self, state: &Value) -> Value {
        match (self.identity_of, &self.identity) {
            (Some(identity_of), _) => identity_of(state),
            (None, Some(identity)) => identity.taken_from(state),
            (None, None) => Value::Null,
        }
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        match self.import {
            Some(import) => import(req),
            None => ImportResponse::failed(Diagnostic::error("fake_thing does not support import", "")),
        }
    }
    async fn move_state(&self, req: MoveRequest) -> MoveResponse {
        match self.take_over {
            Some(take_over) => take_over(req),
            None => MoveResponse::failed(Diagnostic::error("not from there", req.source_type)),
        }
    }
    fn upgrade_identity(
        &self,
        version: i64,
        raw: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        (self.upgrade)(version, raw)
    }
    fn upgrade(&self, version: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        (self.upgrade)(version, raw)
    }
}
