//! Ephemeral resources: opened, renewed, closed.

use super::object::told;
use super::{decode, encode};
use crate::diag::Diagnostic;
use crate::ephemeral::RenewResponse;
use crate::r#gen::tfplugin6 as pb;
use crate::server::Server;

pub(super) async fn open(
    server: &Server,
    request: pb::open_ephemeral_resource::Request,
) -> pb::open_ephemeral_resource::Response {
    use pb::open_ephemeral_resource::Response;
    let work = async {
        let entry = server.ephemeral(&request.type_name)?;
        let config = decode::value(request.config, &entry.shape)?;
        Ok::<_, Diagnostic>((server.open(entry, config).await, entry))
    };
    let (mut opened, entry) = match work.await {
        Ok(opened) => opened,
        Err(diagnostic) => {
            return Response {
                diagnostics: told(diagnostic),
                ..Response::default()
            };
        }
    };
    let result = encode::value_or_fault(opened.result.as_ref(), &entry.shape.ty, &mut opened.diagnostics);
    Response {
        result,
        renew_at: opened.renew_at.map(Into::into),
        private: Some(opened.private.into_bytes()),
        diagnostics: encode::diagnostics(opened.diagnostics),
        deferred: None,
    }
}

pub(super) async fn renew(
    server: &Server,
    request: pb::renew_ephemeral_resource::Request,
) -> pb::renew_ephemeral_resource::Response {
    use pb::renew_ephemeral_resource::Response;
    let private = request.private.unwrap_or_default();
    let entry = match server.ephemeral(&request.type_name) {
        Ok(entry) => entry,
        Err(diagnostic) => {
            return Response {
                diagnostics: told(diagnostic),
                private: Some(private),
                renew_at: None,
            };
        }
    };
    let RenewResponse {
        renew_at,
        private,
        diagnostics,
    } = server.renew(entry, private.into()).await;
    Response {
        renew_at: renew_at.map(Into::into),
        private: Some(private.into_bytes()),
        diagnostics: encode::diagnostics(diagnostics),
    }
}

pub(super) async fn close(
    server: &Server,
    request: pb::close_ephemeral_resource::Request,
) -> pb::close_ephemeral_resource::Response {
    let found = match server.ephemeral(&request.type_name) {
        Ok(entry) => {
            server
                .close(entry, request.private.unwrap_or_default().into())
                .await
        }
        Err(diagnostic) => diagnostic.into(),
    };
    pb::close_ephemeral_resource::Response {
        diagnostics: encode::diagnostics(found),
    }
}
