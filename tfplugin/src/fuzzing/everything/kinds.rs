//! One of each kind besides managed resources: a data source, an ephemeral resource, a list, an action, a function.
//!
//! Each takes what it is given and says it back.

use std::time::{Duration, UNIX_EPOCH};

use super::{Names, identity, known, parameters, schema};
use crate::action::{DynAction, InvokeRequest, Progress};
use crate::data_source::{DynDataSource, ReadDataRequest, ReadDataResponse};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::{
    CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse, RenewRequest, RenewResponse,
};
use crate::function::{Function, FunctionDefinition, FunctionError};
use crate::list::{DynListResource, ListItem, ListRequest, ListSender};
use crate::private::Private;
use crate::schema::Schema;
use crate::ty::Type;
use crate::value::Value;

pub(super) struct Look;
pub(super) struct Opened;
pub(super) struct Listed;
pub(super) struct Done;
pub(super) struct Echo;

#[crate::async_trait]
impl DynDataSource for Look {
    fn type_name(&self) -> &str {
        Names::DATA_SOURCE
    }
    fn schema(&self) -> Schema {
        schema(Names::DATA_SOURCE)
    }
    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        ReadDataResponse::new(known(req.config))
    }
}

#[crate::async_trait]
impl DynEphemeralResource for Opened {
    fn type_name(&self) -> &str {
        Names::EPHEMERAL
    }
    fn schema(&self) -> Schema {
        schema(Names::EPHEMERAL)
    }
    async fn open(&self, req: OpenRequest) -> OpenResponse {
        let private = Private::from(b"opened".to_vec());
        OpenResponse::new(known(req.config), private).renew_at(UNIX_EPOCH + Duration::from_millis(1500))
    }
    async fn renew(&self, req: RenewRequest) -> RenewResponse {
        RenewResponse::new(req.private)
    }
    async fn close(&self, req: CloseRequest) -> Diagnostics {
        if req.private.is_empty() {
            return Diagnostic::error("never opened", "Nothing is known of it.").into();
        }
        Diagnostics::new()
    }
}

#[crate::async_trait]
impl DynListResource for Listed {
    fn type_name(&self) -> &str {
        Names::RESOURCES[0]
    }
    fn schema(&self) -> Schema {
        schema(Names::LIST)
    }
    async fn list(&self, req: ListRequest, out: ListSender) -> Diagnostics {
        // More than is asked for: the sender says when it is enough.
        for number in 0..20u32 {
            let found = Value::object([
                ("text_required", Value::from(number.to_string())),
                ("list_required", Value::list(["x"])),
            ]);
            let mut item = ListItem::new(found.clone(), number.to_string());
            if req.include_resource {
                item = item.resource(found);
            }
            if out.send(item).await.is_err() {
                break;
            }
        }
        Diagnostics::new()
    }
}

#[crate::async_trait]
impl DynAction for Done {
    fn type_name(&self) -> &str {
        Names::ACTION
    }
    fn schema(&self) -> Schema {
        schema(Names::ACTION)
    }
    async fn invoke(&self, req: InvokeRequest, progress: Progress) -> Diagnostics {
        for number in 0..req.config.as_map().map_or(0, |fields| fields.len().min(5)) {
            progress.say(format!("{number}"));
        }
        Diagnostics::new()
    }
}

impl Function for Echo {
    fn name(&self) -> &str {
        Names::FUNCTION
    }
    fn definition(&self) -> FunctionDefinition {
        let [first, rest] = parameters();
        FunctionDefinition::new(Type::Dynamic)
            .parameter(first)
            .variadic(rest)
    }
    fn call(&self, mut args: Vec<Value>) -> Result<Value, FunctionError> {
        args.pop().ok_or_else(|| FunctionError::new("Nothing to say."))
    }
}

/// What an import by identity and a search speak of.
pub(super) fn identified() -> crate::identity::IdentitySchema {
    let fields = identity();
    let Type::Object(fields) = fields else {
        return crate::identity::IdentitySchema::default();
    };
    let schema = crate::identity::IdentitySchema::new(1);
    fields
        .into_iter()
        .fold(schema, |schema, (name, ty)| schema.required(name, ty))
}
