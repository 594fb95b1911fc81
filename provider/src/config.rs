//! The provider block, and the clients made from it when a call first needs them: `terraform validate` and start-up
//! must work without network, region or credentials.

use crate::adapters::{Clients, Settings};
use crate::model::string;
use crate::progress::ProgressFile;
use std::path::Path;
use std::sync::Arc;
use tfplugin::{Diagnostics, Value};
use tokio::sync::{Mutex, OnceCell};

/// What the resources of one process share. Configure replaces it; a process can serve many runs.
#[derive(Clone, Default)]
pub struct Shared {
    current: Arc<Mutex<Arc<Lazy>>>,
}

#[derive(Default)]
struct Lazy {
    settings: Settings,
    progress: ProgressFile,
    clients: OnceCell<Clients>,
}

impl Shared {
    /// Takes a provider block. Unknown values count as not set until Terraform configures again.
    pub async fn configure(&self, config: &Value) -> Diagnostics {
        let mut diags = Diagnostics::new();
        let progress = string(config.get("progress_file")).map_or_else(ProgressFile::default, |path| {
            ProgressFile::open(Path::new(&path)).unwrap_or_else(|error| {
                let detail =
                    format!("{path:?} can't be opened for writing: {error}. Releases run all the same.");
                let at = tfplugin::Path::root("progress_file");
                diags.warning_at(at, "There will be no progress file", detail);
                ProgressFile::default()
            })
        });
        let endpoints = config.get("endpoints");
        let settings = Settings {
            region: string(config.get("region")),
            elbv2_endpoint: string(endpoints.get("elbv2")),
            ecs_endpoint: string(endpoints.get("ecs")),
        };
        *self.current.lock().await = Arc::new(Lazy {
            settings,
            progress,
            clients: OnceCell::new(),
        });
        diags
    }

    /// # Errors
    /// A sentence for the operator.
    pub async fn clients(&self) -> Result<Clients, String> {
        let lazy = self.current.lock().await.clone();
        lazy.clients
            .get_or_try_init(|| Clients::load(&lazy.settings, &lazy.progress))
            .await
            .cloned()
    }
}
