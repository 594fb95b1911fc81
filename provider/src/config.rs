//! The provider block, and the clients made from it when a call first needs them: `terraform validate` and start-up
//! must work without network, region or credentials.

use crate::adapters::{Clients, Settings};
use crate::model::string;
use std::sync::Arc;
use tfplugin::Value;
use tokio::sync::{Mutex, OnceCell};

/// What the resources of one process share. Configure replaces it; a process can serve many runs.
#[derive(Clone, Default)]
pub struct Shared {
    current: Arc<Mutex<Arc<Lazy>>>,
}

#[derive(Default)]
struct Lazy {
    settings: Settings,
    clients: OnceCell<Clients>,
}

impl Shared {
    /// Takes a provider block. Unknown values count as not set until Terraform configures again.
    pub async fn configure(&self, config: &Value) {
        let endpoints = config.get("endpoints");
        let settings = Settings {
            region: string(config.get("region")),
            elbv2_endpoint: string(endpoints.get("elbv2")),
            ecs_endpoint: string(endpoints.get("ecs")),
        };
        *self.current.lock().await = Arc::new(Lazy {
            settings,
            clients: OnceCell::new(),
        });
    }

    /// # Errors
    /// A sentence for the operator.
    pub async fn clients(&self) -> Result<Clients, String> {
        let lazy = self.current.lock().await.clone();
        lazy.clients
            .get_or_try_init(|| Clients::load(&lazy.settings))
            .await
            .cloned()
    }
}
