//! What most resources here do: keep what was planned as a file, and fill in what the configuration leaves open.
//!
//! Knows no resource type by name. Never changes what was planned as known.

use serde_json::Value as Json;
use tfplugin::{
    ApplyResponse, CreateRequest, DeleteRequest, Diagnostic, DynResource, ImportRequest, ImportResponse,
    PlanRequest, PlanResponse, Private, ReadRequest, ReadResponse, Schema, UpdateRequest, Value, async_trait,
};

use crate::json::{from_json, to_json};
use crate::store::Store;

/// A resource type whose objects are files named by their attribute `name`.
pub struct Shelf {
    pub store: Store,
    pub type_name: &'static str,
    pub schema: fn() -> Schema,
    /// Decides every unknown that is left: the state to come, and the one before.
    pub fill: fn(&mut Value, Option<&Value>),
    /// Attributes that never change once they are set.
    pub fixed: &'static [&'static str],
    /// The write-only attribute that the folder is told.
    pub secret: Option<&'static str>,
    pub upgrade: fn(i64, Json) -> Result<Json, Diagnostic>,
}

impl Shelf {
    pub fn new(
        store: Store,
        type_name: &'static str,
        schema: fn() -> Schema,
        fill: fn(&mut Value, Option<&Value>),
    ) -> Self {
        let never = |_, _| {
            Err(Diagnostic::error(
                "there was no earlier version",
                "The state is not ours.",
            ))
        };
        Shelf {
            store,
            type_name,
            schema,
            fill,
            fixed: &[],
            secret: None,
            upgrade: never,
        }
    }

    fn kind(&self) -> &'static str {
        self.type_name.trim_start_matches("kitchen_")
    }

    fn keep(
        &self,
        doing: &str,
        prior: Option<Value>,
        [planned, config]: [Value; 2],
        private: Private,
    ) -> ApplyResponse {
        let name = planned.get("name").as_str().unwrap_or_default().to_owned();
        self.store.note(&format!("{doing} {} {name}", self.kind()));
        let mut state = planned;
        (self.fill)(&mut state, prior.as_ref());
        let mut object = to_json(&state);
        if let Some(secret) = self.secret {
            object["locked away"] = to_json(config.get(secret));
        }
        match self.store.save(self.kind(), &name, &object) {
            Ok(()) => ApplyResponse::new(Some(state), private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(prior, private)
            },
        }
    }
}

#[async_trait]
impl DynResource for Shelf {
    fn type_name(&self) -> &str {
        self.type_name
    }
    fn schema(&self) -> Schema {
        (self.schema)()
    }
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let mut planned = req.proposed;
        for name in self.fixed {
            if let Some(prior) = &req.prior {
                planned.set(name, prior.get(name).clone());
            }
        }
        PlanResponse::new(planned, req.private)
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        self.keep("create", None, [req.planned, req.config], req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        self.keep("update", Some(req.prior), [req.planned, req.config], req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let name = req.prior.get("name").as_str().unwrap_or_default();
        self.store.note(&format!("delete {} {name}", self.kind()));
        match self.store.remove(self.kind(), name) {
            Ok(()) => ApplyResponse::new(None, req.private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(Some(req.prior), req.private)
            },
        }
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let name = req.state.get("name").as_str().unwrap_or_default();
        self.store.note(&format!("read {} {name}", self.kind()));
        match self.store.load(self.kind(), name) {
            Ok(found) => {
                // The folder may know more than Terraform asks for.
                let known = |name: &String| req.state.as_map().is_some_and(|state| state.contains_key(name));
                let state = found.map(|mut json| {
                    if let Json::Object(fields) = &mut json {
                        fields.retain(|name, _| known(name));
                    }
                    from_json(&json, &req.state)
                });
                ReadResponse::new(state, req.private)
            }
            Err(error) => ReadResponse {
                diagnostics: error.into(),
                ..ReadResponse::new(Some(req.state), req.private)
            },
        }
    }
    fn upgrade(&self, version: i64, raw: Json) -> Result<Json, Diagnostic> {
        (self.upgrade)(version, raw)
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        self.store.note(&format!(
            "import {} {}",
            self.kind(),
            req.id().unwrap_or_default()
        ));
        ImportResponse::new(Some(Value::object([("name", req.id().into())])), Private::new())
    }
}

/// Gives `name` a value if it was left open.
pub fn fill(state: &mut Value, name: &str, value: impl Into<Value>) {
    if state.get(name).is_unknown() {
        state.set(name, value.into());
    }
}

/// Does `with` to every object that the attribute holds, whatever holds them.
pub fn each(state: &mut Value, name: &str, with: impl Fn(&mut Value)) {
    let mut held = state.get(name).clone();
    match &mut held {
        Value::List(elements) => elements.iter_mut().for_each(with),
        Value::Map(elements) => elements.values_mut().for_each(with),
        _ => {}
    }
    state.set(name, held);
}
