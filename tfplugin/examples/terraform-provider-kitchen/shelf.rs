//! What most resources here do: keep what was planned as a file, and decide what the configuration leaves open.
//!
//! Knows no resource type by name. Never changes what was planned as known.

use std::marker::PhantomData;

use serde_json::Value as Json;
use tfplugin::{
    ApplyResponse, Attr, CreateRequest, DeleteRequest, Diagnostic, DynResource, ImportRequest,
    ImportResponse, Model, PlanRequest, PlanResponse, Private, ReadRequest, ReadResponse, Schema,
    UpdateRequest, Value, async_trait,
};

use crate::json::{from_json, to_json};
use crate::store::Store;

/// What lies on a shelf: a model, and what only the kitchen knows of it.
pub trait Goods: Model {
    const TYPE: &'static str;

    fn name(&self) -> String;

    /// What never changes is planned as it was.
    fn keep(&mut self, _before: &Self) {}

    /// Decides whatever is still unknown.
    fn complete(&mut self, before: Option<&Self>);

    /// What the configuration says and the state does not, for the folder alone.
    fn secret(&self) -> Option<String> {
        None
    }

    fn upgrade(_version: i64, _raw: Json) -> Result<Json, Diagnostic> {
        Err(Diagnostic::error(
            "there was no earlier version",
            "This state is not ours.",
        ))
    }
}

/// A resource type whose objects are files named by their attribute `name`.
pub struct Shelf<G>(Store, PhantomData<fn() -> G>);

/// Decides one value, unless it is decided.
pub fn decide<T>(attribute: &mut Attr<T>, value: impl Into<T>) {
    if attribute.is_unknown() {
        *attribute = Attr::Known(value.into());
    }
}

impl<G: Goods> Shelf<G> {
    pub fn new(store: Store) -> Self {
        Shelf(store, PhantomData)
    }

    fn kind(&self) -> &'static str {
        G::TYPE.trim_start_matches("kitchen_")
    }

    fn note(&self, doing: &str, name: &str) {
        self.0.note(&format!("{doing} {} {name}", self.kind()));
    }

    fn keep(
        &self,
        doing: &str,
        before: Option<G>,
        mut goods: G,
        config: &G,
        private: Private,
    ) -> ApplyResponse {
        let name = goods.name();
        self.note(doing, &name);
        goods.complete(before.as_ref());
        let state = goods.into_value();
        let mut object = to_json(&state);
        if let Some(secret) = config.secret() {
            object["locked away"] = secret.into();
        }
        match self.0.save(self.kind(), &name, &object) {
            Ok(()) => ApplyResponse::new(Some(state), private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(before.map(G::into_value), private)
            },
        }
    }
}

fn read<G: Goods>(value: &Value) -> G {
    G::from_value(value).expect("the server conforms what it hands on")
}

#[async_trait]
impl<G: Goods> DynResource for Shelf<G> {
    fn type_name(&self) -> &str {
        G::TYPE
    }
    fn schema(&self) -> Schema {
        G::schema()
    }
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let mut planned: G = read(&req.proposed);
        if let Some(prior) = &req.prior {
            planned.keep(&read(prior));
        }
        PlanResponse::new(planned.into_value(), req.private)
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        self.keep(
            "create",
            None,
            read(&req.planned),
            &read(&req.config),
            req.private,
        )
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        let before = Some(read(&req.prior));
        self.keep(
            "update",
            before,
            read(&req.planned),
            &read(&req.config),
            req.private,
        )
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let name = read::<G>(&req.prior).name();
        self.note("delete", &name);
        match self.0.remove(self.kind(), &name) {
            Ok(()) => ApplyResponse::new(None, req.private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(Some(req.prior), req.private)
            },
        }
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let name = read::<G>(&req.state).name();
        self.note("read", &name);
        match self.0.load(self.kind(), &name) {
            Ok(found) => ReadResponse::new(found.map(|json| recognise(json, &req.state)), req.private),
            Err(error) => ReadResponse {
                diagnostics: error.into(),
                ..ReadResponse::new(Some(req.state), req.private)
            },
        }
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let id = req.id().unwrap_or_default();
        self.note("import", id);
        ImportResponse::new(Some(Value::object([("name", id.into())])), Private::new())
    }
    fn upgrade(&self, version: i64, raw: Json) -> Result<Json, Diagnostic> {
        self.0.note(&format!("upgrade {} from {version}", self.kind()));
        G::upgrade(version, raw)
    }
}

/// What the folder says, in the words of `state`. The folder may know more than Terraform asks for.
fn recognise(mut object: Json, state: &Value) -> Value {
    if let Json::Object(fields) = &mut object {
        fields.retain(|name, _| state.as_map().is_some_and(|state| state.contains_key(name)));
    }
    from_json(&object, state)
}
