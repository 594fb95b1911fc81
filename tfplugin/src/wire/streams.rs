//! The answers that come in parts: an action under way, and objects as they are found.
//!
//! What can't be begun is told in the stream too: a status would be shown as a crash of the provider.

use std::pin::Pin;

use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt, once};
use tonic::Status;

use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::r#gen::tfplugin6 as pb;
use crate::server::{List, Listed, Server, Told};

pub(super) type Parts<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub(super) fn invoke(
    server: &Server,
    request: pb::invoke_action::Request,
) -> Parts<pb::invoke_action::Event> {
    let begin = || {
        let action = server.action(&request.action_type)?;
        let config = decode::value(request.config, &action.shape)?;
        Ok::<_, Diagnostic>(server.invoke(action, config))
    };
    match begin() {
        Ok(told) => Box::pin(ReceiverStream::new(told).map(|told| Ok(step(told)))),
        Err(diagnostic) => Box::pin(once(Ok(step(Told::End(diagnostic.into()))))),
    }
}

fn step(told: Told) -> pb::invoke_action::Event {
    use pb::invoke_action::event::{Completed, Progress, Type};
    let step = match told {
        Told::Line(message) => Type::Progress(Progress { message }),
        Told::End(diagnostics) => Type::Completed(Completed {
            diagnostics: encode::diagnostics(diagnostics),
        }),
    };
    pb::invoke_action::Event { r#type: Some(step) }
}

pub(super) fn list(server: &Server, request: pb::list_resource::Request) -> Parts<pb::list_resource::Event> {
    let begin = || {
        let list = server.list_resource(&request.type_name)?;
        let asked = List {
            config: decode::value(request.config, &list.shape)?,
            include_resource: request.include_resource_object,
            limit: request.limit,
        };
        let resource = server.resource(&request.type_name)?.clone();
        let identity = server.identity(&request.type_name)?.clone();
        Ok::<_, Diagnostic>((server.list(list, asked)?, resource, identity))
    };
    let (listed, resource, identity) = match begin() {
        Ok(begun) => begun,
        Err(diagnostic) => {
            let event = pb::list_resource::Event {
                diagnostic: encode::diagnostics(Diagnostics::from(diagnostic)),
                ..Default::default()
            };
            return Box::pin(once(Ok(event)));
        }
    };
    let event = move |listed: Listed| {
        let Listed {
            identity: held,
            display_name,
            resource: state,
            mut diagnostics,
        } = listed;
        let held = held.unwrap_or_default();
        Ok(pb::list_resource::Event {
            identity: encode::identity(&held, Some(&identity), &mut diagnostics),
            display_name,
            resource_object: encode::value_or_fault(state.as_ref(), &resource.shape.ty, &mut diagnostics),
            diagnostic: encode::diagnostics(diagnostics),
        })
    };
    Box::pin(ReceiverStream::new(listed).map(event))
}
