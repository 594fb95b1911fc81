//! List resources over a model of the search.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::diag::Diagnostics;
use crate::list::{DynListResource, ListRequest, ListSender};
use crate::model::Model;
use crate::schema::Schema;
use crate::value::Value;

/// A list resource. Registered with [`list_resource`].
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// What a search can name; `()` if nothing.
    type Config: Model;

    /// The managed resource type it lists, which must have an identity.
    fn type_name(&self) -> &str;

    /// The schema of the search, which must have the type of the model's; nothing computed.
    fn schema(&self) -> Schema {
        Self::Config::schema()
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Config, _diags: &mut Diagnostics) {}

    /// Sends what it finds, until done or `out` is closed.
    async fn list(&self, req: ListRequest<Self::Config>, out: ListSender) -> Diagnostics;
}

/// The list resource as the framework takes it.
pub fn list_resource(list: impl ListResource) -> Box<dyn DynListResource> {
    Box::new(Typed(list))
}

struct Typed<L>(L);

#[async_trait]
impl<L: ListResource> DynListResource for Typed<L> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        fitting::<L::Config>(self.0.schema())
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(config) = checked(self.0.type_name(), config, diags) {
            self.0.validate(&config, diags).await;
        }
    }

    async fn list(&self, req: ListRequest, out: ListSender) -> Diagnostics {
        let config = match read(self.0.type_name(), &req.config) {
            Ok(config) => config,
            Err(unfit) => return unfit.into(),
        };
        let ListRequest {
            include_resource,
            limit,
            stop,
            ..
        } = req;
        let typed = ListRequest {
            config,
            include_resource,
            limit,
            stop,
        };
        self.0.list(typed, out).await
    }
}
