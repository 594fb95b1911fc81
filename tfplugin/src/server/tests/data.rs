//! Data sources: what Terraform takes from them, and in which form.

use std::sync::Arc;

use async_trait::async_trait;

use super::fake::lines;
use crate::data_source::{DynDataSource, ReadDataRequest, ReadDataResponse};
use crate::diag::Diagnostics;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::DynResource;
use crate::schema::{Attribute, Schema};
use crate::server::Server;
use crate::value::Value;

type Found = fn(Value) -> Value;

#[derive(Clone)]
struct Lookup(Found);

#[async_trait]
impl DynProvider for Lookup {
    fn type_name(&self) -> &str {
        "look"
    }
    fn version(&self) -> &str {
        "0.0.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        Vec::new()
    }
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![Box::new(self.clone())]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl DynDataSource for Lookup {
    fn type_name(&self) -> &str {
        "look_up"
    }
    fn schema(&self) -> Schema {
        let same = |old: &str, new: &str| old.eq_ignore_ascii_case(new);
        Schema::new(0)
            .attribute(Attribute::string("host").required().normalize(
                "names of hosts",
                move |old: &Value, new: &Value| match (old.as_str(), new.as_str()) {
                    (Some(old), Some(new)) => same(old, new),
                    _ => false,
                },
            ))
            .attribute(Attribute::string("arn").required())
            .attribute(Attribute::string("id").computed())
    }
    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        ReadDataResponse::new((self.0)(req.config))
    }
}

async fn read(found: Found) -> Result<Value, Vec<String>> {
    let server = Server::new(Lookup(found));
    assert!(server.faults.is_empty(), "{:?}", server.faults);
    let source: &Arc<_> = server.data_source("look_up").expect("it is there");
    let (state, found) = server.read_data_source(source, asked(), Value::Null).await;
    state.ok_or_else(|| lines(&found))
}

fn asked() -> Value {
    of("Example.COM", "short", Value::Null)
}

fn of(host: &str, arn: &str, id: Value) -> Value {
    Value::object([("host", host.into()), ("arn", arn.into()), ("id", id)])
}

#[tokio::test]
async fn a_result_may_be_in_another_form_than_configured() {
    let canonical: Found = |_| of("example.com", "arn:aws:x:::short", "i".into());
    let expected = of("Example.COM", "arn:aws:x:::short", "i".into());
    assert_eq!(
        read(canonical).await,
        Ok(expected),
        "the host means the same and stays"
    );
    let other: Found = |_| of("example.org", "short", "i".into());
    assert_eq!(read(other).await, Ok(of("example.org", "short", "i".into())));
}

#[tokio::test]
async fn a_result_is_an_object_and_wholly_known() {
    let said = read(|_| Value::Null).await.expect_err("no object");
    assert!(said[0].contains("returned no object"), "{said:?}");
    let said = read(|_| of("example.com", "short", Value::Unknown)).await;
    assert!(said.expect_err("open")[0].contains("id: is unknown"));
    let said = read(|_| Value::from(1)).await.expect_err("a number");
    assert!(said[0].contains("does not fit the schema"), "{said:?}");
}
