//! Objects: stored state, what is there, what is planned, what is done.
//!
//! When a request can't be read nothing was done, so the answer carries what Terraform sent.

use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::r#gen::tfplugin6 as pb;
use crate::server::{Apply, Plan, Read, Server};

pub(super) fn told(diagnostic: Diagnostic) -> Vec<pb::Diagnostic> {
    encode::diagnostics([diagnostic])
}

pub(super) async fn upgrade(
    server: &Server,
    request: pb::upgrade_resource_state::Request,
) -> pb::upgrade_resource_state::Response {
    let mut found = Diagnostics::new();
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let raw = decode::raw_state(request.version, request.raw_state);
        Ok::<_, Diagnostic>((server.upgrade(resource, raw).await?, resource))
    };
    let upgraded_state = match work.await {
        Ok((state, resource)) => encode::value_or_fault(Some(&state), &resource.shape.ty, &mut found),
        Err(diagnostic) => {
            found.push(diagnostic);
            None
        }
    };
    pb::upgrade_resource_state::Response {
        upgraded_state,
        diagnostics: encode::diagnostics(found),
    }
}

pub(super) async fn read(
    server: &Server,
    request: pb::read_resource::Request,
) -> pb::read_resource::Response {
    use pb::read_resource::Response;
    let pb::read_resource::Request {
        type_name,
        current_state,
        private,
        provider_meta,
        current_identity,
        ..
    } = request;
    let (stored, stored_private) = (current_state.clone(), private.clone());
    let stored_identity = current_identity.clone();
    let schema = server.identities.get(&type_name);
    let work = async {
        let resource = server.resource(&type_name)?;
        let read = Read {
            state: decode::value(current_state, &resource.shape)?,
            private: private.into(),
            meta: decode::meta(provider_meta, server)?,
        };
        let identity = decode::identity(current_identity, schema)?;
        let (read, identity) = server.read_identified(resource, read, identity).await;
        Ok((read, identity, resource))
    };
    let kept = |diagnostics| Response {
        new_state: stored,
        private: stored_private,
        diagnostics,
        new_identity: stored_identity,
        deferred: None,
    };
    let (mut read, identity, resource) = match work.await {
        Ok(read) => read,
        Err(diagnostic) => return kept(told(diagnostic)),
    };
    let state = encode::value_or_fault(Some(&read.state), &resource.shape.ty, &mut read.diagnostics);
    let new_identity = encode::identity(&identity, schema, &mut read.diagnostics);
    let diagnostics = encode::diagnostics(read.diagnostics);
    match state {
        None => kept(diagnostics),
        new_state => Response {
            new_state,
            private: read.private.into_bytes(),
            diagnostics,
            new_identity,
            deferred: None,
        },
    }
}

pub(super) async fn plan(
    server: &Server,
    request: pb::plan_resource_change::Request,
) -> pb::plan_resource_change::Response {
    use pb::plan_resource_change::Response;
    let private = request.prior_private.clone();
    let stored_identity = request.prior_identity.clone();
    let schema = server.identities.get(&request.type_name);
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let plan = Plan {
            prior: decode::value(request.prior_state, &resource.shape)?,
            proposed: decode::value(request.proposed_new_state, &resource.shape)?,
            config: decode::value(request.config, &resource.shape)?,
            private: request.prior_private.into(),
            meta: decode::meta(request.provider_meta, server)?,
        };
        let identity = decode::identity(request.prior_identity, schema)?;
        let (planned, identity) = server.plan_identified(resource, plan, identity).await;
        Ok((planned, identity, resource))
    };
    let (mut planned, identity, resource) = match work.await {
        Ok(planned) => planned,
        Err(diagnostic) => {
            return Response {
                planned_private: private,
                diagnostics: told(diagnostic),
                planned_identity: stored_identity,
                ..Response::default()
            };
        }
    };
    let ty = &resource.shape.ty;
    Response {
        planned_state: encode::value_or_fault(planned.planned.as_ref(), ty, &mut planned.diagnostics),
        requires_replace: planned
            .requires_replace
            .iter()
            .map(encode::attribute_path)
            .collect(),
        planned_private: planned.private.into_bytes(),
        planned_identity: encode::identity(&identity, schema, &mut planned.diagnostics),
        diagnostics: encode::diagnostics(planned.diagnostics),
        ..Response::default()
    }
}

pub(super) async fn apply(
    server: &Server,
    request: pb::apply_resource_change::Request,
) -> pb::apply_resource_change::Response {
    use pb::apply_resource_change::Response;
    let (new_state, private) = (request.prior_state.clone(), request.planned_private.clone());
    let new_identity = request.planned_identity.clone();
    let schema = server.identities.get(&request.type_name);
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let apply = Apply {
            prior: decode::value(request.prior_state, &resource.shape)?,
            planned: decode::value(request.planned_state, &resource.shape)?,
            config: decode::value(request.config, &resource.shape)?,
            private: request.planned_private.into(),
            meta: decode::meta(request.provider_meta, server)?,
        };
        let identity = decode::identity(request.planned_identity, schema)?;
        let (applied, identity) = server.apply_identified(resource, apply, identity).await;
        Ok((applied, identity, resource))
    };
    let (mut applied, identity, resource) = match work.await {
        Ok(applied) => applied,
        Err(diagnostic) => {
            return Response {
                new_state,
                private,
                diagnostics: told(diagnostic),
                new_identity,
                ..Response::default()
            };
        }
    };
    let ty = &resource.shape.ty;
    Response {
        new_state: encode::value_or_fault(Some(&applied.state), ty, &mut applied.diagnostics),
        private: applied.private.into_bytes(),
        new_identity: encode::identity(&identity, schema, &mut applied.diagnostics),
        diagnostics: encode::diagnostics(applied.diagnostics),
        ..Response::default()
    }
}

pub(super) async fn read_data_source(
    server: &Server,
    request: pb::read_data_source::Request,
) -> pb::read_data_source::Response {
    let work = async {
        let source = server.data_source(&request.type_name)?;
        let config = decode::value(request.config, &source.shape)?;
        let meta = decode::meta(request.provider_meta, server)?;
        Ok((server.read_data_source(source, config, meta).await, source))
    };
    let (state, diagnostics) = match work.await {
        Ok(((state, mut found), source)) => (
            encode::value_or_fault(state.as_ref(), &source.shape.ty, &mut found),
            encode::diagnostics(found),
        ),
        Err(diagnostic) => (None, told(diagnostic)),
    };
    pb::read_data_source::Response {
        state,
        diagnostics,
        deferred: None,
    }
}
