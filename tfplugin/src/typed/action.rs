//! Actions over a model of their configuration.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::action::{DynAction, InvokeRequest, PlanActionRequest, Progress};
use crate::diag::Diagnostics;
use crate::model::Model;
use crate::schema::Schema;
use crate::value::Value;

/// An action type. Registered with [`action`].
#[async_trait]
pub trait Action: Send + Sync + 'static {
    /// What its configuration names; `()` if nothing.
    type Config: Model;

    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema, which must have the type of the model's; nothing computed, since nothing comes back.
    fn schema(&self) -> Schema {
        Self::Config::schema()
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Config, _diags: &mut Diagnostics) {}

    /// May object to, or comment on, what is going to be done.
    async fn plan(&self, _req: PlanActionRequest<Self::Config>) -> Diagnostics {
        Diagnostics::new()
    }

    /// Does it. Runs to its end even if the host goes away.
    async fn invoke(&self, req: InvokeRequest<Self::Config>, progress: Progress) -> Diagnostics;
}

/// The action as the framework takes it.
pub fn action(action: impl Action) -> Box<dyn DynAction> {
    Box::new(Typed(action))
}

struct Typed<A>(A);

#[async_trait]
impl<A: Action> DynAction for Typed<A> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        fitting::<A::Config>(self.0.schema())
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(config) = checked(self.0.type_name(), config, diags) {
            self.0.validate(&config, diags).await;
        }
    }

    async fn plan(&self, req: PlanActionRequest) -> Diagnostics {
        match read(self.0.type_name(), &req.config) {
            Ok(config) => {
                self.0
                    .plan(PlanActionRequest {
                        config,
                        stop: req.stop,
                    })
                    .await
            }
            Err(unfit) => unfit.into(),
        }
    }

    async fn invoke(&self, req: InvokeRequest, progress: Progress) -> Diagnostics {
        match read(self.0.type_name(), &req.config) {
            Ok(config) => {
                self.0
                    .invoke(
                        InvokeRequest {
                            config,
                            stop: req.stop,
                        },
                        progress,
                    )
                    .await
            }
            Err(unfit) => unfit.into(),
        }
    }
}
