//! The host's part: environment, handshake, mutual TLS, shutdown.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};

const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
const SOON: Duration = Duration::from_secs(20);

/// The example provider, built from what is on disk now.
pub fn example() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("terraform-provider-note"))
}

/// The example that keeps nothing, built from what is on disk now.
pub fn echo() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("terraform-provider-echo"))
}

/// The same, counting its memory.
pub fn counted() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("terraform-provider-counted"))
}

fn build(example: &str) -> PathBuf {
    // As this program itself was built: benches are for what users run.
    let profile: &[&str] = if cfg!(debug_assertions) {
        &[]
    } else {
        &["--release"]
    };
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo says to a running test about its package would make it build TLS anew for the nested build.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|it| text.starts_with(it))
        {
            cargo.env_remove(&name);
        }
    }
    let build = cargo
        .args([
            "build",
            "--quiet",
            "--package",
            "tfplugin-rs",
            "--example",
            example,
        ])
        .args(profile)
        .status()
        .expect("cargo runs");
    assert!(build.success(), "the example builds");
    // target/debug/deps/this-test → target/debug/examples
    let own = std::env::current_exe().expect("a path");
    let profile = own.parent().and_then(Path::parent).expect("in target");
    profile.join("examples").join(example)
}

/// A running provider; killed when dropped.
pub struct Plugin {
    pub child: Child,
    pub channel: Channel,
    /// Fields of the handshake line.
    pub line: Vec<String>,
    tls: Option<TlsConnector>,
}

/// How the host connects.
pub enum Transport {
    MutualTls,
    Plain,
}

impl Plugin {
    pub async fn start(transport: Transport, variables: &[(&str, &str)]) -> Plugin {
        Plugin::start_of(example(), transport, variables).await
    }

    pub async fn start_of(program: &Path, transport: Transport, variables: &[(&str, &str)]) -> Plugin {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let cert = params.self_signed(&key).expect("a certificate");

        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
            .env_remove("TF_LOG")
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        command.envs(variables.iter().copied());
        if matches!(transport, Transport::MutualTls) {
            command.env("PLUGIN_CLIENT_CERT", cert.pem());
        }
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let line: Vec<String> = line
            .trim_end_matches('\n')
            .split('|')
            .map(str::to_owned)
            .collect();
        assert_eq!(line.len(), 6, "{line:?}");
        let tls = match transport {
            Transport::Plain => None,
            Transport::MutualTls => Some(connector(&line[5], &cert, &key)),
        };
        let channel = connect(&line[2], &line[3], tls.clone()).await;
        Plugin {
            child,
            channel,
            line,
            tls,
        }
    }

    /// One more connection.
    pub async fn connect(&self) -> Channel {
        connect(&self.line[2], &self.line[3], self.tls.clone()).await
    }

    /// Waits for the process to end by itself.
    pub fn exit(mut self) -> (ExitStatus, String) {
        let mut stderr = self.child.stderr.take().expect("piped");
        let (sender, ended) = mpsc::channel();
        // End of file on stderr is the end of the process: it has no children.
        std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("text");
            sender.send(text).expect("the test waits");
        });
        let text = ended.recv_timeout(SOON).expect("the process ends");
        (self.child.wait().expect("a status"), text)
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // Already ended is what most tests want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connector(server: &str, cert: &rcgen::Certificate, key: &KeyPair) -> TlsConnector {
    let server = STANDARD_NO_PAD.decode(server).expect("base64 without padding");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(server)).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("supported")
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![cert.der().clone()], key)
            .expect("a key that fits");
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

async fn connect(network: &str, address: &str, tls: Option<TlsConnector>) -> Channel {
    trait Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}
    impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Io for T {}

    let (network, address) = (network.to_owned(), address.to_owned());
    let connect = tower::service_fn(move |_: Uri| {
        let (network, address, tls) = (network.clone(), address.clone(), tls.clone());
        async move {
            let stream: Box<dyn Io> = match network.as_str() {
                "tcp" => Box::new(TcpStream::connect(address).await?),
                _ => Box::new(UnixStream::connect(address).await?),
            };
            let io: Box<dyn Io> = match tls {
                None => stream,
                Some(tls) => {
                    let stream = tls
                        .connect(ServerName::try_from("localhost").expect("a name"), stream)
                        .await?;
                    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
                    Box::new(stream)
                }
            };
            Ok::<_, std::io::Error>(TokioIo::new(io))
        }
    });
    // The host's own dummy target.
    Endpoint::from_static("http://unused")
        .connect_with_connector(connect)
        .await
        .expect("it connects")
}
