//! A provider to try the typed layer on: a shop that keeps its orders in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::{
    ApplyResponse, Attr, Attribute, ConfigureRequest, CreateRequest, DeleteRequest, Diagnostics, DynResource,
    IdentitySchema, ImportRequest, ImportResponse, List, Map, Model, MoveRequest, MoveResponse, Path,
    PlanDestroyRequest, PlanRequest, PlanResponse, Private, Provider, ReadRequest, ReadResponse, Resource,
    Schema, Type, UpdateRequest, model, resource,
};

model! {
    pub(super) struct Shop {
        pub limit: Attr<u8> => optional(),
        pub greeting: Attr<String> => optional(),
    }

    /// An order.
    pub(super) struct Order {
        pub number: Attr<u32> => required().requires_replace(),
        pub note: Attr<String> => default("none"),
        pub pin: Attr<String> => optional().write_only(),
        pub total: Attr<i64> => computed(),
        pub labels: Map<String> => optional().computed(),
        pub line: List<Line> => block(),
    } => at_version(1);

    pub(super) struct Line {
        pub what: Attr<String> => required(),
        pub count: Attr<u8> => default(1),
        pub price: Attr<i64> => computed(),
    }
}

/// What the shop was told, by request.
#[derive(Clone, Default)]
pub(super) struct Books {
    pub orders: Arc<Mutex<BTreeMap<u32, Order>>>,
    pub heard: Arc<Mutex<Vec<String>>>,
}

impl Books {
    pub fn hear(&self, what: impl Into<String>) {
        self.heard.lock().expect("no panic").push(what.into());
    }

    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.lock().expect("no panic"))
    }
}

#[async_trait]
impl Provider for Books {
    type Config = Shop;

    fn type_name(&self) -> &str {
        "shop"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(Orders(self.clone()))]
    }

    async fn validate(&self, config: &Shop, diags: &mut Diagnostics) {
        if config.limit.known() == Some(&0) {
            diags.error_at(
                Path::root("limit"),
                "no orders at all",
                "The limit must be at least 1.",
            );
        }
    }

    async fn configure(&self, req: ConfigureRequest<Shop>) -> Diagnostics {
        self.hear(format!("limit {:?}", req.config.limit));
        Diagnostics::new()
    }
}

pub(super) struct Orders(pub Books);

#[async_trait]
impl Resource for Orders {
    type Model = Order;

    fn type_name(&self) -> &str {
        "shop_order"
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new(0).required("number", Type::Number))
    }

    async fn validate(&self, config: &Order, diags: &mut Diagnostics) {
        if config.note.as_deref() == Some("") {
            diags.error_at(Path::root("note"), "an empty note", "Leave the note out instead.");
        }
    }

    async fn plan(&self, req: PlanRequest<Order>) -> PlanResponse<Order> {
        let mut planned = req.proposed;
        if planned.note.as_deref() == Some("rush") {
            planned.labels = [("speed", "fast")].into();
        }
        let lines = planned.line.known_mut().into_iter().flatten();
        for line in lines.filter_map(Attr::known_mut) {
            line.price = line.count.map(|count| i64::from(count) * 10);
        }
        let replace = req
            .prior
            .is_some_and(|prior| prior.note.as_deref() == Some("final"));
        PlanResponse {
            requires_replace: replace.then(|| Path::root("note")).into_iter().collect(),
            ..PlanResponse::new(planned, req.private)
        }
    }

    async fn plan_destroy(&self, req: PlanDestroyRequest<Order>) -> Diagnostics {
        let mut diags = Diagnostics::new();
        if req.prior.note.as_deref() == Some("keep") {
            diags.error("it is kept", "Change the note first.");
        }
        diags
    }

    async fn create(&self, req: CreateRequest<Order>) -> ApplyResponse<Order> {
        self.0.hear(format!("create with {:?}", req.config.pin));
        let mut private = req.private;
        private.set(&"created").expect("text has a form in JSON");
        self.put(req.planned, private)
    }

    async fn update(&self, req: UpdateRequest<Order>) -> ApplyResponse<Order> {
        let before = req.prior.note.known_or_default();
        if req.planned.note.as_deref() == Some("lost") {
            return ApplyResponse::new(Some(req.prior), req.private)
                .error("the shop is closed", "Try again.");
        }
        self.0.hear(format!("update from {before}"));
        self.put(req.planned, req.private)
    }

    async fn delete(&self, req: DeleteRequest<Order>) -> ApplyResponse<Order> {
        self.0.hear(format!("delete {:?}", req.prior.number.known()));
        self.0
            .orders
            .lock()
            .expect("no panic")
            .remove(&req.prior.number.known_or_default());
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Order>) -> ReadResponse<Order> {
        let found = self
            .0
            .orders
            .lock()
            .expect("no panic")
            .get(&req.state.number.known_or_default())
            .cloned();
        ReadResponse::new(found, req.private)
    }

    async fn import(&self, req: ImportRequest) -> ImportResponse<Order> {
        ImportResponse::named(&req, "number")
    }

    async fn move_state(&self, req: MoveRequest) -> MoveResponse<Order> {
        let number = req.source_state.get("id").and_then(serde_json::Value::as_u64);
        let number = number.and_then(|number| u32::try_from(number).ok());
        MoveResponse::new(
            Order {
                number: number.into(),
                ..Order::default()
            },
            Private::new(),
        )
    }
}

impl Orders {
    fn put(&self, planned: Order, private: Private) -> ApplyResponse<Order> {
        let found = Order {
            total: planned
                .line
                .each()
                .filter_map(|line| line.price.known())
                .sum::<i64>()
                .into(),
            labels: Map::from([("speed", "slow")]),
            ..planned.clone()
        };
        let state = planned.fill(found);
        let number = state.number.known_or_default();
        self.0
            .orders
            .lock()
            .expect("no panic")
            .insert(number, state.clone());
        ApplyResponse::new(Some(state), private)
    }
}

pub(super) fn order(number: u32, note: &str) -> Order {
    Order {
        number: number.into(),
        note: note.into(),
        ..Order::default()
    }
}

/// The schema of an order as someone else might see it.
pub(super) struct Overridden(pub fn(Schema) -> Schema);

#[async_trait]
impl Resource for Overridden {
    type Model = Order;

    fn type_name(&self) -> &str {
        "shop_order"
    }

    fn schema(&self) -> Schema {
        self.0(Order::schema())
    }

    async fn create(&self, req: CreateRequest<Order>) -> ApplyResponse<Order> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn update(&self, req: UpdateRequest<Order>) -> ApplyResponse<Order> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn delete(&self, req: DeleteRequest<Order>) -> ApplyResponse<Order> {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Order>) -> ReadResponse<Order> {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl Provider for Overridden {
    type Config = ();

    fn type_name(&self) -> &str {
        "shop"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        Schema::new(0).attribute(Attribute::string("region").optional())
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(Overridden(self.0))]
    }

    async fn configure(&self, _req: ConfigureRequest<()>) -> Diagnostics {
        Diagnostics::new()
    }
}
