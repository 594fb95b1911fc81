//! The API's socket: one port for every service, told apart by header, credential scope or version.
//!
//! Verifies no signature. A fault may close the connection instead of answering, never half-answer.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::admin;
use super::shared::Shared;
use crate::api::{Call, EKS_ROUTES, Service, no_route};
use crate::faults::{Fault, kill_peer};
use crate::wire::{self, Protocol, fault, json, query, rest};
use crate::world::{Refusal, Ruled};

/// What stands before the action in `X-Amz-Target`.
const TARGETS: [(&str, Service); 2] = [
    ("AmazonEC2ContainerServiceV20141113.", Service::Ecs),
    ("AnyScaleFrontendService.", Service::Autoscaling),
];

pub(super) type Answer = Response<Full<Bytes>>;

/// The connection is to close without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer is lost on purpose")]
struct Lost;

/// Both ends of a connection.
#[derive(Clone, Copy)]
struct Ends {
    peer: SocketAddr,
    local: SocketAddr,
}

pub(super) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let (shared, stop) = (Arc::clone(&shared), stop.clone());
                tasks.spawn(async move {
                    if let Err(error) = connection(stream, peer, shared, stop).await {
                        tracing::debug!(%peer, %error, "connection ended");
                    }
                });
            }
            Err(error) => tracing::warn!(%error, "accepting a connection"),
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let ends = Ends {
        peer,
        local: stream.local_addr()?,
    };
    let service = service_fn(|request| answer(request, ends, &shared));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Some(result) = stop.run_until_cancelled(served).await {
        result?;
    }
    Ok(())
}

async fn answer(request: Request<Incoming>, ends: Ends, shared: &Shared) -> Result<Answer, Lost> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    if let Some(path) = head.uri.path().strip_prefix("/_sandbox/") {
        return Ok(admin::answer(&head.method, path, &body, shared));
    }
    let read = if let Some(read) = rest_call(&head, &body) {
        read
    } else if head.method == Method::GET {
        read_call(&head.headers, head.uri.query().unwrap_or_default().as_bytes())
    } else {
        read_call(&head.headers, &body)
    };
    match read {
        Ok(call) => aws(&call, ends, shared).await,
        Err((service, refusal)) => Ok(write(service, "", &Err(refusal), "00000000-unread")),
    }
}

/// A call of the one service that is told by its paths.
fn rest_call(head: &hyper::http::request::Parts, body: &[u8]) -> Option<Result<Call, (Service, Refusal)>> {
    let path = head.uri.path();
    if path != "/clusters" && !path.starts_with("/clusters/") && !path.starts_with("/tags/") {
        return None;
    }
    let query = head.uri.query().unwrap_or_default();
    let found = rest::parse(EKS_ROUTES, head.method.as_str(), path, query, body);
    let read = found.unwrap_or_else(|| Err(no_route()));
    let call = read.map(|(action, input)| Call {
        service: Service::Eks,
        action: action.to_owned(),
        input,
        client: client(&head.headers),
    });
    Some(call.map_err(|refusal| (Service::Eks, refusal)))
}

/// Who the caller says to be.
fn client(headers: &hyper::HeaderMap) -> String {
    let named = ["x-amz-user-agent", "user-agent"].into_iter();
    let mut named = named.filter_map(|name| headers.get(name)?.to_str().ok());
    named.find(|it| !it.is_empty()).unwrap_or_default().to_owned()
}

/// Which call this is; by target header, else by credential scope, else by version.
fn read_call(headers: &hyper::HeaderMap, body: &[u8]) -> Result<Call, (Service, Refusal)> {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let client = client(headers);
    for (prefix, service) in TARGETS {
        if let Some(action) = text("x-amz-target").strip_prefix(prefix) {
            let input = json::parse(body).map_err(|refusal| (service, refusal))?;
            return Ok(Call {
                service,
                action: action.to_owned(),
                input,
                client,
            });
        }
    }
    if !text("x-amz-target").is_empty() {
        let refusal = Refusal::new(
            "UnknownOperationException",
            "The sandbox speaks for no such service",
        );
        return Err((Service::Ecs, refusal));
    }
    let (input, form) = query::parse(body);
    let scope = text("authorization").split('/').nth(3).unwrap_or_default();
    let service = match (scope, form.version.as_str()) {
        (_, "2012-06-01") => Service::Elb,
        (_, "2015-12-01") => Service::Elbv2,
        ("ec2", _) | (_, "2016-11-15") => Service::Ec2,
        ("sts", _) | (_, "2011-06-15") => Service::Sts,
        (scope, version) => {
            let message = format!(
                "Could not find operation {} for version {version} of '{scope}'",
                form.action
            );
            return Err((Service::Elbv2, Refusal::new("InvalidAction", message)));
        }
    };
    Ok(Call {
        service,
        action: form.action,
        input,
        client,
    })
}

async fn aws(call: &Call, ends: Ends, shared: &Shared) -> Result<Answer, Lost> {
    let asked = shared.faults.decide(call);
    let within = shared.limits.admits(call, shared.clock.now().aws);
    let fault = asked.or((!within).then_some(Fault::Throttle));
    let protocol = call.service.protocol();
    let refused = match &fault {
        Some(Fault::Throttle) => Some(fault::throttled(protocol)),
        Some(Fault::Deny) => Some(fault::denied(protocol)),
        Some(Fault::ServerError) => Some(fault::server_error(protocol)),
        _ => None,
    };
    let id = request_id(shared);
    if let (Some(fault), Some(refusal)) = (&fault, refused) {
        let outcome = Err(refusal);
        shared.log_failed(call, fault, &outcome);
        return Ok(write(call.service, &call.action, &outcome, &id));
    }
    if fault == Some(Fault::KillBefore) {
        shared.log_failed(call, &Fault::KillBefore, &Ok(Value::Null));
        kill_peer(ends.peer, ends.local);
        return Err(Lost);
    }
    if let Some(delay) = fault.as_ref().and_then(|fault| shared.faults.delay(fault)) {
        super::clockwork::pause(delay).await;
    }
    let outcome = shared.call(call, fault.as_ref());
    match fault {
        Some(Fault::LostAnswer) => Err(Lost),
        Some(Fault::KillAfter) => {
            kill_peer(ends.peer, ends.local);
            Err(Lost)
        }
        _ => Ok(write(call.service, &call.action, &outcome, &id)),
    }
}

fn request_id(shared: &Shared) -> String {
    let n = shared.faults.calls_seen();
    format!("5a4db0c5-0000-4000-8000-{n:012x}")
}

fn write(service: Service, action: &str, outcome: &Ruled<Value>, id: &str) -> Answer {
    let (protocol, namespace) = (service.protocol(), service.namespace());
    let (status, kind, body) = match outcome {
        Ok(output) => {
            let (kind, body) = match protocol {
                Protocol::Query => ("text/xml", wire::xml::query_answer(action, namespace, output, id)),
                Protocol::Ec2 => (
                    "text/xml;charset=UTF-8",
                    wire::xml::ec2_answer(action, namespace, output, id),
                ),
                Protocol::Json => ("application/x-amz-json-1.1", wire::json::answer(output)),
                Protocol::Rest => ("application/json", wire::json::answer(output)),
            };
            (StatusCode::OK, kind, body)
        }
        Err(refusal) => {
            let (kind, body) = fault::answer(protocol, namespace, refusal, id);
            (
                StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST),
                kind,
                body,
            )
        }
    };
    let mut answer = respond(status, kind, id, body);
    if let (Protocol::Rest, Err(refusal)) = (protocol, outcome) {
        let code = header::HeaderValue::from_static(refusal.code);
        answer.headers_mut().insert("x-amzn-errortype", code);
    }
    answer
}

pub(super) fn respond(status: StatusCode, kind: &str, id: &str, body: String) -> Answer {
    let built = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header("x-amzn-requestid", id)
        .body(Full::new(Bytes::from(body)));
    built.unwrap_or_else(|_: hyper::http::Error| Response::new(Full::new(Bytes::new())))
}
