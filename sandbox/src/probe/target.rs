//! What is asked: addresses, the `host` header, the path, and TLS where the URL has it.
//!
//! Never looks a name up: whoever does puts the addresses in, again and again if they like.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Context;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

/// One URL.
#[derive(Clone, Debug)]
pub struct Target {
    /// Each new connection goes to the next of them.
    pub addresses: Addresses,
    /// `host` header.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// `None` is plain HTTP.
    pub tls: Option<Tls>,
}

impl Target {
    /// `/` over plain HTTP at one address.
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self {
            addresses: Addresses::new(vec![address]),
            host: host.to_owned(),
            path: "/".to_owned(),
            tls: None,
        }
    }
}

/// Addresses of a target that may change while it is asked; clones share them.
#[derive(Clone, Debug)]
pub struct Addresses {
    all: Arc<Mutex<Vec<SocketAddr>>>,
    turn: Arc<AtomicUsize>,
}

impl Addresses {
    /// An empty list has nowhere to connect to, and every request fails.
    pub fn new(all: Vec<SocketAddr>) -> Self {
        Self {
            all: Arc::new(Mutex::new(all)),
            turn: Arc::default(),
        }
    }

    /// For connections that are opened from now on.
    pub fn replace(&self, all: Vec<SocketAddr>) {
        *self.all.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }

    /// Every address in turn.
    pub fn next(&self) -> Option<SocketAddr> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        all.get(turn.checked_rem(all.len())?).copied()
    }
}

/// How a target proves who it is.
#[derive(Clone)]
pub struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

impl Tls {
    /// Believes this machine's certificate authorities and those of `authority`, in PEM. The certificate must be
    /// for `name`, whatever address the connection goes to.
    ///
    /// # Errors
    /// If `name` is neither a DNS name nor an address, if `authority` holds no certificate, or if there is nobody
    /// to believe.
    pub fn new(name: &str, authority: Option<&[u8]>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = authority {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.context("reading a certificate")?;
                roots
                    .add(certificate)
                    .context("taking a certificate as an authority")?;
            }
            anyhow::ensure!(before < roots.len(), "there is no certificate in it");
        }
        anyhow::ensure!(
            !roots.is_empty(),
            "this machine has no certificate authorities: name one"
        );
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("choosing versions of TLS")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name =
            ServerName::try_from(name.to_owned()).with_context(|| format!("{name:?} has no certificate"))?;
        Ok(Self {
            config: Arc::new(config),
            name,
        })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
