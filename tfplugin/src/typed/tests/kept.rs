//! An object over a model that was made is not lost when the rest goes wrong.

use async_trait::async_trait;

use crate::testing::Harness;
use crate::{
    ApplyResponse, Attr, ConfigureRequest, CreateRequest, DeleteRequest, Diagnostics, DynResource, Model,
    Provider, ReadRequest, ReadResponse, Resource, UpdateRequest, model, resource,
};

model! {
    struct Engine {
        pub name: Attr<String> => required(),
        pub id: Attr<String> => computed(),
        pub load: Attr<f64> => computed(),
    }
}

struct Works;
struct Engines;

#[async_trait]
impl Provider for Works {
    type Config = ();

    fn type_name(&self) -> &str {
        "works"
    }

    fn version(&self) -> &str {
        "1.0.0"
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(Engines)]
    }

    async fn configure(&self, _: ConfigureRequest<()>) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl Resource for Engines {
    type Model = Engine;

    fn type_name(&self) -> &str {
        "works_engine"
    }

    async fn create(&self, req: CreateRequest<Engine>) -> ApplyResponse<Engine> {
        let mut engine = req.planned;
        engine.id = "i-123".into();
        if engine.name.as_deref() == Some("explodes") {
            req.checkpoint.save(&engine);
            panic!("boom");
        }
        engine.load = f64::NAN.into();
        ApplyResponse::new(Some(engine), req.private)
    }

    async fn update(&self, req: UpdateRequest<Engine>) -> ApplyResponse<Engine> {
        let mut engine = req.planned;
        engine.id = "i-456".into();
        req.checkpoint.save(&engine);
        panic!("boom")
    }

    async fn delete(&self, req: DeleteRequest<Engine>) -> ApplyResponse<Engine> {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Engine>) -> ReadResponse<Engine> {
        ReadResponse::new(Some(req.state), req.private)
    }
}

fn engine(name: &str, id: &str) -> Engine {
    Engine {
        name: name.into(),
        id: id.into(),
        ..Engine::default()
    }
}

#[tokio::test]
async fn an_id_outlives_a_number_that_is_none_and_a_panic() {
    let harness = Harness::new(Works);
    for name in ["not a number", "explodes"] {
        let config = Engine {
            name: name.into(),
            ..Engine::default()
        };
        let plan = harness.plan("works_engine", None, config.into_value()).await;
        let made = harness.apply(plan).await;
        assert_eq!(made.diagnostics.len(), 1, "{:?}", made.diagnostics);
        let object = made.object.expect("it was made");
        assert_eq!(object.state, engine(name, "i-123").into_value());

        let config = Engine {
            name: "other".into(),
            ..Engine::default()
        };
        let plan = harness.plan("works_engine", Some(object), config.into_value());
        let changed = harness.apply(plan.await).await;
        let object = changed.object.expect("it is still there");
        assert_eq!(object.state, engine("other", "i-456").into_value());
    }
}
