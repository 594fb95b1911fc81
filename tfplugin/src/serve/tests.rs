//! Who is let in: the host, by its certificate, and nobody else.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::answer;
use crate::diag::Diagnostics;
use crate::handshake::{Address, Io, Socket};
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::server::Server;
use crate::tls;

struct Empty;

#[async_trait::async_trait]
impl DynProvider for Empty {
    fn type_name(&self) -> &str {
        "empty"
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
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

/// A certificate as Terraform makes them: P-521, its own authority, for localhost.
fn host() -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.self_signed(&key).expect("a certificate"), key)
}

struct Running {
    address: Address,
    certificate: Vec<u8>,
    shutdown: CancellationToken,
    served: tokio::task::JoinHandle<Result<(), super::ServeError>>,
}

impl Running {
    async fn connect(&self) -> Box<dyn Io> {
        match &self.address {
            Address::Unix(path) => Box::new(UnixStream::connect(path).await.expect("it listens")),
            Address::Tcp(address) => Box::new(TcpStream::connect(address).await.expect("it listens")),
        }
    }
}

async fn start(client: Option<&rcgen::Certificate>) -> Running {
    let socket = Socket::unix(&std::env::temp_dir()).expect("it binds");
    start_on(socket, client)
}

/// The same provider over either network.
async fn both(client: &rcgen::Certificate) -> [Running; 2] {
    let port = Socket::tcp(None).await.expect("it binds");
    [start(Some(client)).await, start_on(port, Some(client))]
}

fn start_on(socket: Socket, client: Option<&rcgen::Certificate>) -> Running {
    let identity = client.map(|client| tls::identity(&client.pem()).expect("an identity"));
    let certificate = identity
        .as_ref()
        .map(|identity| identity.certificate.clone())
        .unwrap_or_default();
    let (address, shutdown) = (socket.address.clone(), CancellationToken::new());
    let server = Arc::new(Server::new(Empty));
    let served = tokio::spawn(answer(
        server,
        socket,
        identity.map(|identity| identity.config),
        shutdown.clone(),
    ));
    Running {
        address,
        certificate,
        shutdown,
        served,
    }
}

fn client(
    running: &Running,
    cert: Option<(&rcgen::Certificate, &KeyPair)>,
    version: &'static rustls::SupportedProtocolVersion,
) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(running.certificate.clone()))
        .expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .expect("supported")
        .with_root_certificates(roots);
    let mut config = match cert {
        None => config.with_no_client_auth(),
        Some((cert, key)) => {
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
            config
                .with_client_auth_cert(vec![cert.der().clone()], key)
                .expect("a key that fits")
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Whether the server speaks HTTP/2 to whoever is at the other end.
async fn is_served(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> bool {
    // The client's preface and its empty settings; the answer starts with the server's settings, frame type 4.
    let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    if stream.write_all(hello).await.is_err() || stream.flush().await.is_err() {
        return false;
    }
    let mut frame = [0; 9];
    let read = timeout(Duration::from_secs(10), stream.read_exact(&mut frame))
        .await
        .expect("an answer or an end");
    read.is_ok() && frame[3] == 4
}

async fn tls_is_served(running: &Running, connector: TlsConnector) -> bool {
    match connector
        .connect(
            ServerName::try_from("localhost").expect("a name"),
            running.connect().await,
        )
        .await
    {
        Ok(stream) => is_served(stream).await,
        Err(_) => false,
    }
}

#[tokio::test]
async fn the_host_is_let_in_over_either_version_of_tls() {
    let (cert, key) = host();
    for running in both(&cert).await {
        for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
            let connector = client(&running, Some((&cert, &key)), version);
            let served = tls_is_served(&running, connector).await;
            assert!(served, "{version:?}, {}", running.address);
        }
    }
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let (cert, key) = host();
    let (other, other_key) = host();
    for running in both(&cert).await {
        for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
            let on = &running.address;
            let none = client(&running, None, version);
            let served = tls_is_served(&running, none).await;
            assert!(!served, "no certificate, {version:?}, {on}");
            let stranger = client(&running, Some((&other, &other_key)), version);
            let served = tls_is_served(&running, stranger).await;
            assert!(!served, "another certificate, {version:?}, {on}");
        }
        assert!(!is_served(running.connect().await).await, "plaintext");
        let host = client(&running, Some((&cert, &key)), &rustls::version::TLS13);
        assert!(tls_is_served(&running, host).await, "strangers keep nobody out");
    }
}

#[tokio::test]
async fn the_certificate_alone_is_not_enough() {
    let (cert, _) = host();
    let (_, other_key) = host();
    let running = start(Some(&cert)).await;
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(running.certificate.clone()))
        .expect("a root");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(other_key.serialize_der()));
    let provider = aws_lc_rs::default_provider();
    let signer = provider.key_provider.load_private_key(key).expect("a key");
    let stolen = Arc::new(rustls::sign::CertifiedKey::new(vec![cert.der().clone()], signer));
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("supported")
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Always(stolen)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    assert!(!tls_is_served(&running, TlsConnector::from(Arc::new(config))).await);
}

#[derive(Debug)]
struct Always(Arc<rustls::sign::CertifiedKey>);

impl rustls::client::ResolvesClientCert for Always {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(self.0.clone())
    }
    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn without_a_certificate_from_the_host_the_connection_is_plain() {
    let running = start(None).await;
    assert!(is_served(running.connect().await).await);
}

/// The start of a call whose body never comes: it holds its connection open.
fn endless_call() -> Vec<u8> {
    let headers = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/tfplugin6.Provider/GetMetadata"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    // Literal headers without indexing; a HEADERS frame (1) of stream 1 that ends the headers (4), not the stream.
    let literal = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
    let block: Vec<u8> = headers
        .iter()
        .flat_map(|(name, value)| [vec![0], literal(name), literal(value)].concat())
        .collect();
    [&[0, 0, block.len() as u8, 1, 4, 0, 0, 0, 1], block.as_slice()].concat()
}

#[tokio::test]
async fn a_call_that_never_ends_does_not_hold_a_shutdown() {
    let running = start(None).await;
    let mut stream = running.connect().await;
    assert!(is_served(&mut stream).await);
    stream.write_all(&endless_call()).await.expect("written");
    // An answer to a ping: the call before it has arrived.
    stream
        .write_all(b"\0\0\x08\x06\0\0\0\0\0pingpong")
        .await
        .expect("written");
    let mut heard = Vec::new();
    while !heard.ends_with(b"pingpong") {
        let read = timeout(Duration::from_secs(10), stream.read_u8()).await;
        heard.push(read.expect("an answer").expect("still open"));
    }
    running.shutdown.cancel();
    let served = timeout(Duration::from_millis(1400), running.served).await;
    served
        .expect("before the backstop")
        .expect("no panic")
        .expect("no error");
    let Address::Unix(path) = &running.address else {
        panic!("{} is no unix socket", running.address);
    };
    assert!(!path.exists(), "the socket is gone");
}

#[test]
fn a_host_certificate_that_is_none_is_an_error() {
    assert!(matches!(
        tls::identity("not a certificate"),
        Err(tls::TlsError::ClientCertificate(_))
    ));
}
