//! An identity is made of what the state has, or is said to be the provider's own: nothing is made that has no name.

use async_trait::async_trait;

use super::fake::lines;
use crate::server::{Plan, Server};
use crate::{
    ApplyResponse, Attr, ConfigureRequest, CreateRequest, DeleteRequest, Diagnostics, DynResource,
    IdentitySchema, Model, Private, Provider, ReadRequest, ReadResponse, Resource, Type, UpdateRequest,
    Value, model, resource,
};

model! {
    struct Pool {
        name: Attr<String> => required().requires_replace(),
        region: Attr<String> => optional(),
        id: Attr<String> => computed(),
    }
}

#[derive(Clone)]
struct Pools {
    identity: IdentitySchema,
    identity_of: Option<fn(&Pool) -> Value>,
}

#[async_trait]
impl Resource for Pools {
    type Model = Pool;

    fn type_name(&self) -> &str {
        "fake_pool"
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(self.identity.clone())
    }

    fn identity_of(&self, state: &Pool) -> Value {
        match self.identity_of {
            Some(identity_of) => identity_of(state),
            None => self.identity.taken_from(&state.clone().into_value()),
        }
    }

    async fn create(&self, req: CreateRequest<Pool>) -> ApplyResponse<Pool> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn update(&self, req: UpdateRequest<Pool>) -> ApplyResponse<Pool> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn delete(&self, req: DeleteRequest<Pool>) -> ApplyResponse<Pool> {
        ApplyResponse::new(None, req.private)
    }

    async fn read(&self, req: ReadRequest<Pool>) -> ReadResponse<Pool> {
        ReadResponse::new(Some(req.state), req.private)
    }
}

#[async_trait]
impl Provider for Pools {
    type Config = ();

    fn type_name(&self) -> &str {
        "fake"
    }

    fn version(&self) -> &str {
        "0.0.0"
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![resource(self.clone())]
    }

    async fn configure(&self, _: ConfigureRequest<()>) -> Diagnostics {
        Diagnostics::new()
    }
}

fn serve(identity: IdentitySchema, identity_of: Option<fn(&Pool) -> Value>) -> Server {
    Server::new(Pools {
        identity,
        identity_of,
    })
}

async fn planned(server: &Server) -> (Vec<String>, Value) {
    let config = Value::object([("name", "a".into()), ("region", Value::Null), ("id", Value::Null)]);
    let plan = Plan {
        prior: Value::Null,
        proposed: config.clone(),
        config,
        private: Private::new(),
        meta: Value::Null,
    };
    let pool = server.resource("fake_pool").expect("it is registered");
    let (planned, identity) = server.plan_identified(pool, plan, Value::Null).await;
    (lines(&planned.diagnostics), identity)
}

#[test]
fn what_the_state_lacks_or_has_otherwise_is_no_part_of_an_identity() {
    let cases = [
        (
            IdentitySchema::new(0)
                .required("nmae", Type::String)
                .optional("region", Type::String),
            "nmae: the resource type has no attribute of this name",
        ),
        (
            IdentitySchema::new(0)
                .required("name", Type::String)
                .optional("regoin", Type::String),
            "regoin: the resource type has no attribute of this name",
        ),
        (
            IdentitySchema::new(0).required("name", Type::Number),
            "name: it is a number here and a string in the resource type",
        ),
    ];
    for (identity, rule) in cases {
        let told = lines(&serve(identity.clone(), None).faults);
        assert!(
            told.len() == 1
                && told[0].starts_with("identity of fake_pool: invalid schema")
                && told[0].contains(rule),
            "{told:?}"
        );
        assert_eq!(lines(&serve(identity.derived(), None).faults), [""; 0]);
    }
    let right = IdentitySchema::new(0)
        .required("name", Type::String)
        .optional("region", Type::String);
    assert_eq!(lines(&serve(right, None).faults), [""; 0]);
}

#[tokio::test]
async fn a_plan_that_names_nothing_is_refused_before_anything_is_made() {
    let typo = || IdentitySchema::new(0).required("nmae", Type::String).derived();
    let (said, identity) = planned(&serve(typo(), None)).await;
    assert!(
        said.len() == 1 && said[0].contains("after planning, nmae of the identity is null"),
        "{said:?}"
    );
    assert_eq!(identity, Value::Null);

    let (said, _) = planned(&serve(typo(), Some(|_| Value::Null))).await;
    assert!(
        said.len() == 1 && said[0].contains("there is no identity"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_plan_may_leave_open_what_is_not_known_yet() {
    let schema = IdentitySchema::new(0)
        .required("id", Type::String)
        .optional("region", Type::String);
    let expected = Value::object([("id", Value::Unknown), ("region", Value::Null)]);
    assert_eq!(planned(&serve(schema, None)).await, (vec![], expected));

    let derived = IdentitySchema::new(0).required("path", Type::String).derived();
    let path = |pool: &Pool| {
        let path = format!("pools/{}", pool.name.known_or_default());
        Value::object([("path", path.into())])
    };
    let expected = Value::object([("path", "pools/a".into())]);
    assert_eq!(planned(&serve(derived, Some(path))).await, (vec![], expected));
}
