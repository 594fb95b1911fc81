//! The clients that the provider block describes, made when a call first needs them: `terraform validate` and
//! start-up must work without network, region or credentials.

mod block;

use crate::adapters::{Clients, Settings};
use crate::priorities::Ledger;
use crate::progress::ProgressFile;
use std::path::Path;
use std::sync::Arc;
use tfplugin::{CancellationToken, ConfigureRequest, Diagnostics};
use tokio::sync::{Mutex, OnceCell};

pub use block::{check, schema};

/// What the resources of one process share. Configure replaces it; a process can serve many runs.
#[derive(Clone, Default)]
pub struct Shared {
    current: Arc<Mutex<Arc<Lazy>>>,
}

#[derive(Default)]
struct Lazy {
    settings: Settings,
    progress: ProgressFile,
    stop: CancellationToken,
    ledger: Arc<Ledger>,
    // Also a failure is kept: five hundred resources need not search for credentials one after the other.
    clients: OnceCell<Result<Clients, String>>,
}

impl Shared {
    /// Takes a provider block. Unknown values are no error here: who needs a client says so.
    pub async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        let mut diags = Diagnostics::new();
        let path = crate::model::string(req.config.get("progress_file"));
        let progress = path.map_or_else(ProgressFile::default, |path| {
            ProgressFile::open(Path::new(&path)).unwrap_or_else(|error| {
                let detail =
                    format!("{path:?} can't be opened for writing: {error}. Releases run all the same.");
                let at = tfplugin::Path::root("progress_file");
                diags.warning_at(at, "There will be no progress file", detail);
                ProgressFile::default()
            })
        });
        *self.current.lock().await = Arc::new(Lazy {
            settings: block::settings(&req.config),
            progress,
            stop: req.stop,
            ledger: Arc::default(),
            clients: OnceCell::new(),
        });
        diags
    }

    /// # Errors
    /// A sentence for the operator.
    pub async fn clients(&self) -> Result<Clients, String> {
        let lazy = self.current.lock().await.clone();
        if !lazy.settings.unknown.is_empty() {
            return Err(format!(
                "The provider block's {} is not known yet: it comes from something that an apply has still to make. Apply that first (terraform apply -target), or give the provider a value that is known.",
                lazy.settings.unknown.join(", ")
            ));
        }
        let load = || Clients::load(&lazy.settings, &lazy.progress, &lazy.ledger, lazy.stop.clone());
        let clients = lazy.clients.get_or_init(load).await.clone();
        clients.map_err(|why| format!("{}.", crate::sentence::capitalised(&why)))
    }

    /// What the resources of this run know of each other's priorities. Needs no credentials, unlike the clients.
    pub async fn ledger(&self) -> Arc<Ledger> {
        self.current.lock().await.ledger.clone()
    }
}
