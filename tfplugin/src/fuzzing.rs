//! What the fuzzer feeds and what must hold for any bytes. Compiled for `cargo fuzz` and for the unit tests, which replay
//! the committed inputs through the very same functions.
//!
//! Never in a build that others depend on; asserts instead of answering.

mod everything;
mod input;
pub(crate) mod json;
mod rpc;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::codec;
use crate::handshake::{Address, Environment};
use crate::tls;
use crate::ty::Type;
use crate::value::Value;
use input::Input;

/// Values on the wire: what decodes encodes again, to the same value and for ever to the same bytes.
pub fn value_msgpack(data: &[u8]) {
    let mut input = Input::new(data);
    let ty = input.ty();
    if let Ok(received) = codec::msgpack::decode(input.rest(), &ty) {
        holds_its_form(&received, &ty);
    }
    let made = input.value(&ty);
    if let Ok(formed) = ty.conform(made) {
        holds_its_form(&formed, &ty);
    }
}

/// Stored values: what decodes is written and read again as the same value, in both forms.
pub fn value_json(data: &[u8]) {
    let mut input = Input::new(data);
    let ty = input.ty();
    let stored = codec::json::decode(input.rest(), &ty).ok();
    let made = ty.conform(input.value(&ty).unknown_as_null()).ok();
    for value in stored.into_iter().chain(made) {
        holds_its_form(&value, &ty);
        if let Some(text) = json::text(&value, &ty) {
            let again = codec::json::decode(text.as_bytes(), &ty);
            assert_eq!(again.as_ref(), Ok(&value), "stored as {text}");
        }
    }
}

/// Types: what can be read is spelled so that it reads the same again.
pub fn type_json(data: &[u8]) {
    let made = Input::new(data).ty();
    let spelled = made.to_json();
    assert_eq!(Type::from_json(&spelled).as_ref(), Some(&made));
    let Ok(json) = serde_json::from_slice(data) else {
        return;
    };
    if let Some(ty) = Type::from_json(&json) {
        assert_eq!(Type::from_json(&ty.to_json()), Some(ty));
    }
}

/// Requests: whatever their bytes, an answer without a panic, and diagnostics instead of gRPC errors.
pub fn rpc(data: &[u8]) {
    rpc::run(data);
}

/// The environment: no certificate and no folder in it brings the process down, and the line keeps its fields.
pub fn handshake(data: &[u8]) {
    let mut input = Input::new(data);
    let names = [
        "TF_PLUGIN_MAGIC_COOKIE",
        "PLUGIN_CLIENT_CERT",
        "PLUGIN_UNIX_SOCKET_DIR",
        "PLUGIN_MULTIPLEX_GRPC",
        "PLUGIN_PROTOCOL_VERSIONS",
        "TF_LOG",
        "PLUGIN_MIN_PORT",
        "PLUGIN_MAX_PORT",
        "TFPLUGIN_NETWORK",
    ];
    let set = names.map(|name| (name, input.flag().then(|| input.long_text())));
    let variable = |name: &str| set.iter().find(|(known, _)| *known == name)?.1.clone();
    let environment = Environment::read(variable);
    let socket = match input.below(3) {
        0 => Address::Unix(PathBuf::from("/tmp/plugin/s")),
        1 => Address::Unix(PathBuf::from(input.text())),
        _ => Address::Tcp(SocketAddr::from(([127, 0, 0, 1], u16::from(input.byte())))),
    };
    let der = environment.client_cert.as_deref().map(|pem| {
        // A certificate that is none is refused; one that is none of ours may still be pinned.
        tls::identity(pem)
            .map(|identity| identity.certificate)
            .unwrap_or_default()
    });
    let line = environment.line(&socket, der.as_deref());
    if socket.to_string().contains(['|', '\n']) {
        return;
    }
    assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    let fields: Vec<_> = line.trim_end_matches('\n').split('|').collect();
    let asked = set[3].1.is_some();
    assert_eq!(fields.len(), if asked { 7 } else { 6 }, "{line:?}");
    assert_eq!((fields[0], fields[1], fields[4]), ("1", "6", "grpc"));
    assert_eq!(
        STANDARD_NO_PAD.decode(fields[5]).ok(),
        Some(der.unwrap_or_default())
    );
    crate::log::level("fuzz", variable);
}

/// A value of its type goes over the wire and comes back, and is taken for one of its type.
fn holds_its_form(value: &Value, ty: &Type) {
    let bytes = codec::msgpack::encode(value, ty).expect("a value of the type can be sent");
    let again = codec::msgpack::decode(&bytes, ty);
    assert_eq!(again.as_ref(), Ok(value), "sent as {bytes:02x?}");
    let bytes_again = codec::msgpack::encode(again.as_ref().expect("as just seen"), ty);
    assert_eq!(bytes_again, Ok(bytes), "sent again");
    let formed = ty.conform(value.clone()).expect("a value of the type has a form");
    assert_eq!(ty.conform(formed.clone()), Ok(formed), "given form again");
}
