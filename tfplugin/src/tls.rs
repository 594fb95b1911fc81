//! Mutual TLS as plugin hosts do it: each side makes a certificate for this one run and pins the other's.
//!
//! A web verifier can't do this: it refuses the host's certificate for being a certificate authority's.
//!
//! Two cryptography libraries, for a reason: Terraform signs with P-521, which ring doesn't verify; and aws-lc measures
//! the jitter of the CPU before its first random number, which is half of a plugin's start. So randomness and keys are
//! ring's, and aws-lc only verifies.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber,
    SignatureAlgorithm, SigningKey,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, ring as ring_provider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};

use crate::serve::Cause;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The host's certificate is not one.
    #[error("reading the certificate in PLUGIN_CLIENT_CERT")]
    ClientCertificate(#[source] Cause),
    /// No certificate could be made.
    #[error("making the server certificate")]
    Certificate(#[source] Cause),
    /// The parts do not go together.
    #[error("setting up TLS")]
    Config(#[source] Cause),
}

/// Our side of the connection, and our certificate for the host to pin.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) certificate: Vec<u8>,
}

/// Lets in the owner of the certificate in `client_pem` and nobody else.
pub(crate) fn identity(client_pem: &str) -> Result<Identity, TlsError> {
    let client = CertificateDer::from_pem_slice(client_pem.as_bytes())
        .map_err(|error| TlsError::ClientCertificate(error.into()))?;
    let (key, certificate) = certificate().map_err(|error| TlsError::Certificate(error.into()))?;
    let config = configured(client, key, &certificate).map_err(|error| TlsError::Config(error.into()))?;
    Ok(Identity {
        config: Arc::new(config),
        certificate: certificate.to_vec(),
    })
}

fn certificate() -> Result<(Key, CertificateDer<'static>), rcgen::Error> {
    let key = Key::generate()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.serial_number = Some(SerialNumber::from(1));
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?.der().clone();
    Ok((key, certificate))
}

fn configured(
    client: CertificateDer<'static>,
    key: Key,
    certificate: &CertificateDer<'static>,
) -> Result<ServerConfig, Error> {
    // Named, never the process default: another crate may bring a second provider into the build.
    let provider = Arc::new(CryptoProvider {
        signature_verification_algorithms: aws_lc_rs::default_provider().signature_verification_algorithms,
        ..ring_provider::default_provider()
    });
    let verifier = Arc::new(Pinned::new(client, &provider));
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate.clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// A fresh P-256 key that signs our certificate.
struct Key {
    pair: EcdsaKeyPair,
    pkcs8: Vec<u8>,
}

impl Key {
    fn generate() -> Result<Self, rcgen::Error> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let unavailable = |_| rcgen::Error::KeyGenerationUnavailable;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(unavailable)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random)
            .map_err(|rejected| rcgen::Error::RingKeyRejected(rejected.to_string()))?;
        Ok(Key {
            pair,
            pkcs8: pkcs8.as_ref().to_vec(),
        })
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| rcgen::Error::RingUnspecified)
    }
}

/// Accepts exactly one certificate. Dates do not matter: it was made for this run.
struct Pinned {
    expected: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    fn new(expected: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        Pinned {
            expected,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pinned")
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.expected {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
