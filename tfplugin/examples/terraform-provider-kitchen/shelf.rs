//! What most resources here do: keep what was planned as a file, and decide what the configuration leaves open.
//!
//! Knows no resource type by name. Never changes what was planned as known.

use std::marker::PhantomData;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tfplugin::*;

use crate::json::{from_json, to_json};
use crate::store::Store;

model! {
    /// Who uses the kitchen: said per module.
    pub struct Meta {
        pub chef: Attr<String> => optional(),
    }
}

/// What an operation takes, or is said to.
const TAKES: Duration = Duration::from_secs(1);

/// What lies on a shelf: a model, and what only the kitchen knows of it.
pub trait Goods: Model {
    const TYPE: &'static str;

    fn name(&self) -> String;

    /// How long the operator waits; for ever, if nothing is said.
    fn patience(&self, _doing: &str) -> Option<Duration> {
        None
    }

    /// Decides whatever is still unknown.
    fn complete(&mut self, before: Option<&Self>);

    /// What the configuration says and the state does not, for the folder alone.
    fn secret(&self) -> Option<String> {
        None
    }

    fn identity() -> Option<IdentitySchema> {
        None
    }

    fn upgrade(version: i64, _raw: Json) -> Result<Json, Diagnostic> {
        Err(Diagnostic::error(
            "this state is not ours",
            format!("There never was a version {version}."),
        ))
    }

    /// An object of another type as one of these.
    fn moved(req: &MoveRequest) -> Result<Self, Diagnostic> {
        let text = format!("A {} can't become a {}.", req.source_type, Self::TYPE);
        Err(Diagnostic::error("that does not go on this shelf", text))
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

    /// The shelf an object lies on: its own, unless it was moved from another.
    fn kind(&self, private: &Private) -> String {
        let kept: Json = private.get().ok().flatten().unwrap_or_default();
        kept["kind"]
            .as_str()
            .unwrap_or(G::TYPE.trim_start_matches("kitchen_"))
            .to_owned()
    }

    fn put(
        &self,
        doing: &str,
        before: Option<G>,
        goods: G,
        config: &G,
        private: Private,
        meta: &Value,
    ) -> ApplyResponse<G> {
        let (kind, name) = (self.kind(&private), goods.name());
        self.0.note(&format!("{doing} {kind} {name}"));
        if goods.patience(doing).is_some_and(|patience| patience < TAKES) {
            return ApplyResponse::new(before, private).error(
                "it was not done in time",
                format!("Everything here takes {TAKES:?}: raise timeouts.{doing}."),
            );
        }
        let mut goods = goods;
        goods.complete(before.as_ref());
        let mut object = to_json(&goods.clone().into_value());
        if let Some(secret) = config.secret() {
            object["locked away"] = secret.into();
        }
        if let Some(chef) = meta.get("chef").as_str() {
            object["made by"] = chef.into();
        }
        match self.0.save(&kind, &name, &object) {
            Ok(()) => ApplyResponse::new(Some(goods), counted(private)),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(before, private)
            },
        }
    }
}

/// Beside the state: how often an object was written, which is nobody's business.
fn counted(mut private: Private) -> Private {
    let mut kept: Json = private.get().ok().flatten().unwrap_or_else(|| json!({}));
    kept["written"] = (kept["written"].as_u64().unwrap_or_default() + 1).into();
    // An object of two plain fields always has a form in JSON.
    let _ = private.set(&kept);
    private
}

#[async_trait]
impl<G: Goods> Resource for Shelf<G> {
    type Model = G;

    fn type_name(&self) -> &str {
        G::TYPE
    }
    fn identity(&self) -> Option<IdentitySchema> {
        G::identity()
    }
    async fn create(&self, req: CreateRequest<G>) -> ApplyResponse<G> {
        self.put("create", None, req.planned, &req.config, req.private, &req.meta)
    }
    async fn update(&self, req: UpdateRequest<G>) -> ApplyResponse<G> {
        self.put(
            "update",
            Some(req.prior),
            req.planned,
            &req.config,
            req.private,
            &req.meta,
        )
    }
    async fn delete(&self, req: DeleteRequest<G>) -> ApplyResponse<G> {
        let (kind, name) = (self.kind(&req.private), req.prior.name());
        self.0.note(&format!("delete {kind} {name}"));
        match self.0.remove(&kind, &name) {
            Ok(()) => ApplyResponse::new(None, req.private),
            Err(error) => ApplyResponse {
                diagnostics: error.into(),
                ..ApplyResponse::new(Some(req.prior), req.private)
            },
        }
    }
    async fn read(&self, req: ReadRequest<G>) -> ReadResponse<G> {
        let (kind, name) = (self.kind(&req.private), req.state.name());
        self.0.note(&format!("read {kind} {name}"));
        let found = self.0.load(&kind, &name);
        match found.and_then(|found| found.map(|object| recognise(&object, &req.state)).transpose()) {
            Ok(state) => ReadResponse::new(state, req.private),
            Err(error) => ReadResponse {
                diagnostics: error.into(),
                ..ReadResponse::new(Some(req.state), req.private)
            },
        }
    }
    async fn import(&self, req: ImportRequest) -> ImportResponse<G> {
        let how = if req.id().is_some() { "id" } else { "identity" };
        self.0.note(&format!("import {} by {how}", G::TYPE));
        ImportResponse::named(&req, "name")
    }
    async fn move_state(&self, req: MoveRequest) -> MoveResponse<G> {
        let kind = req.source_type.trim_start_matches("kitchen_");
        let mut private = req.source_private.clone();
        match (
            G::moved(&req),
            private.set(&json!({ "kind": kind, "written": 0 })),
        ) {
            (Ok(goods), Ok(())) => MoveResponse::new(goods, private),
            (Err(error), _) => MoveResponse::failed(error),
            (_, Err(error)) => {
                MoveResponse::failed(Diagnostic::error("the move was not noted", error.to_string()))
            }
        }
    }
    fn upgrade(&self, version: i64, raw: Json) -> Result<Json, Diagnostic> {
        G::upgrade(version, raw)
    }
}

/// What the folder says, in the words of `state`. The folder may know more than Terraform asks for; what it does not
/// know stays.
pub fn recognise<M: Model>(object: &Json, state: &M) -> Result<M, Diagnostic> {
    let mut found = state.clone().into_value();
    for (name, known) in object.as_object().into_iter().flatten() {
        if found.as_map().is_some_and(|fields| fields.contains_key(name)) {
            let read = from_json(known, found.get(name));
            found.set(name, read);
        }
    }
    M::from_value(&found)
        .map_err(|unfit| Diagnostic::error("somebody put something else there", format!("{unfit}.")))
}
