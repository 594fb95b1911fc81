//! HTTPS: a certificate is believed or the run does not begin.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::runs::{File, code, probe, said};
use super::server::{color, start};

/// A server certificate for `name`, and the authority that signed it, in PEM.
fn certified(name: &str) -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

#[test]
fn https_is_asked_where_the_certificate_is_believed_and_nowhere_else() {
    let (tls, authority) = certified("shop.example.com");
    let server = start(Some(tls), |_| color("green"));
    let file = File::new("authority.pem");
    std::fs::write(file.path(), authority).unwrap();
    let to = format!("::127.0.0.1:{}", server.address.port());
    let run = |url: &str, more: &[&str]| {
        let mut arguments = vec![url, "--connect-to", &to, "--rate", "100", "--duration", "500ms"];
        arguments.extend(more);
        probe(&arguments)
    };
    let believed = ["--ca-certificate", file.path()];
    let output = run("https://shop.example.com/", &believed);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("green"), "{}", said(&output));

    for (url, more) in [
        ("https://shop.example.com/", &[] as &[&str]),
        ("https://other.example.com/", &believed),
    ] {
        let output = run(url, more);
        assert_eq!(code(&output), 1, "{url} {more:?}: {}", said(&output));
        assert!(
            said(&output).contains("invalid peer certificate"),
            "{}",
            said(&output)
        );
    }
}
