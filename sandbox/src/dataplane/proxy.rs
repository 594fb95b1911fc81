//! One request: found a rule, does what the rule says.
//!
//! Never retries: a request a target may have seen is answered 502 (the target refused or broke the connection)
//! or 504 (it did not accept or answer in time), which is what AWS documents. WebSockets are not carried: an
//! upgrade is answered as the plain request it also is.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::{
    HeaderMap, Request, Response, StatusCode, Uri, Version,
    body::{Body, Incoming},
    header::{self, HeaderName, HeaderValue},
};

use super::{
    Shared,
    pool::{StreamedBody, UpstreamError},
    routing::{self, Facts},
    types::{Action, GroupRoutes, ListenerRoutes, RouteTable, RuleRoutes, Stickiness},
};

mod cookies;
mod redirect;
#[cfg(test)]
mod tests;

pub(super) type ProxyBody = Either<Full<Bytes>, StreamedBody>;

/// The connection closes without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped by the load balancer")]
pub(super) struct Dropped;

/// A response of at most this size is read before its head is passed on: one write instead of two, and a
/// target that dies half way is a 502 instead of a cut answer.
const BUFFERED: u64 = 64 * 1024;

const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
];

/// Answers `request`, which came in on a node of `listener` from `peer`, by the latest table.
pub(super) async fn answer(
    shared: &Shared,
    (listener, node): (&str, usize),
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<ProxyBody>, Dropped> {
    if shared.in_gap() {
        return Err(Dropped);
    }
    let table = shared.table();
    // A listener that was deleted while the connection stood open.
    let listener = table
        .listeners
        .iter()
        .find(|l| l.arn == listener)
        .ok_or(Dropped)?;
    let source = shared.source(peer, request.headers());
    let response = match rule(listener.rules_at(node), &request, source) {
        None => plain(StatusCode::NOT_FOUND, "no rule"),
        Some(rule) => match &rule.action {
            Action::FixedResponse {
                status,
                content_type,
                body,
            } => fixed(*status, content_type, body),
            Action::Redirect { .. } => redirect::answer(&rule.action, listener, &request),
            Action::Forward { groups, stickiness } => {
                forward(
                    shared,
                    &table,
                    listener,
                    rule,
                    (groups, *stickiness),
                    source,
                    request,
                )
                .await
            }
        },
    };
    // An answer that became ready inside a gap is not delivered either.
    if shared.in_gap() {
        Err(Dropped)
    } else {
        Ok(response)
    }
}

fn rule<'t>(rules: &'t [RuleRoutes], request: &Request<Incoming>, source: IpAddr) -> Option<&'t RuleRoutes> {
    let facts = Facts {
        host: routing::without_port(host(request)),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or(""),
        method: request.method().as_str(),
        headers: request.headers(),
        source,
    };
    routing::route(rules, &facts)
}

/// The authority the client asked for; empty for an HTTP/1.0 client that names none.
fn host(request: &Request<Incoming>) -> &str {
    request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| {
            request
                .headers()
                .get(header::HOST)
                .and_then(|host| host.to_str().ok())
        })
        .unwrap_or("")
}

async fn forward(
    shared: &Shared,
    table: &RouteTable,
    listener: &ListenerRoutes,
    rule: &RuleRoutes,
    (groups, stickiness): (&[(String, u32)], Option<Stickiness>),
    source: IpAddr,
    mut request: Request<Incoming>,
) -> Response<ProxyBody> {
    let stuck = stickiness.and_then(|_| stuck_to(shared, groups, request.headers()));
    let Some(group) = stuck.or_else(|| shared.balancer.group(&rule.arn, groups)) else {
        return plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "no target group has a weight above 0",
        );
    };
    let group = table.groups.get(group);
    let target = group.and_then(|group| target(shared, group, request.headers()));
    let (Some(group), Some(target)) = (group, target) else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the target group has no targets");
    };
    rewrite(&mut request, listener, source);
    let exchange = exchange(shared, target, request);
    let mut response = match tokio::time::timeout(shared.options.target_timeout, exchange).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            tracing::debug!(%target, error = &error as &dyn std::error::Error, "target failed");
            match error {
                UpstreamError::ConnectTimeout(_) => plain(StatusCode::GATEWAY_TIMEOUT, "target timeout"),
                _ => plain(StatusCode::BAD_GATEWAY, "target error"),
            }
        }
        Err(_) => plain(StatusCode::GATEWAY_TIMEOUT, "target timeout"),
    };
    let now = shared.started.elapsed();
    // Renewed with every answer: AWS does not say, and this keeps a client longest.
    if let Some(stickiness) = stickiness {
        cookies::write(
            response.headers_mut(),
            cookies::GROUP,
            &group.arn,
            stickiness,
            now,
        );
    }
    if let Some(stickiness) = group.stickiness {
        let of = target.to_string();
        cookies::write(response.headers_mut(), cookies::TARGET, &of, stickiness, now);
    }
    response
}

async fn exchange(
    shared: &Shared,
    target: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<ProxyBody>, UpstreamError> {
    let (mut upstream, response) = shared
        .pool
        .send(target, request, shared.options.connect_timeout)
        .await?;
    let (mut head, body) = response.into_parts();
    head.version = Version::HTTP_11;
    remove_hop_by_hop(&mut head.headers);
    if body.size_hint().exact().is_none_or(|size| BUFFERED < size) {
        return Ok(Response::from_parts(
            head,
            Either::Right(StreamedBody::new(upstream, body)),
        ));
    }
    let whole = upstream.collect(body).await?;
    shared.pool.give_back(upstream);
    Ok(Response::from_parts(head, Either::Left(Full::new(whole))))
}

/// The group the client's cookie names, while the action still lists it.
fn stuck_to<'t>(shared: &Shared, groups: &'t [(String, u32)], headers: &HeaderMap) -> Option<&'t str> {
    let hash = cookies::read(headers, cookies::GROUP, shared.started.elapsed())?;
    groups
        .iter()
        .filter(|(_, weight)| 0 < *weight || shared.options.sticky_outlives_weight_zero)
        .map(|(arn, _)| arn.as_str())
        .find(|arn| cookies::hash(arn) == hash)
}

/// The target of the group the client's cookie names, while it is healthy; else the next one.
fn target(shared: &Shared, group: &GroupRoutes, headers: &HeaderMap) -> Option<SocketAddr> {
    let kept = group.stickiness.and_then(|_| {
        let hash = cookies::read(headers, cookies::TARGET, shared.started.elapsed())?;
        let mut serving = group.targets.iter().filter(|target| target.serves);
        serving.find(|target| cookies::hash(&target.addr.to_string()) == hash)
    });
    kept.map(|target| target.addr)
        .or_else(|| shared.balancer.target(group))
}

fn rewrite(request: &mut Request<Incoming>, listener: &ListenerRoutes, source: IpAddr) {
    let target = request.uri().path_and_query().cloned();
    *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    remove_hop_by_hop(headers);
    // The body is passed on without waiting, so nothing is left to expect.
    headers.remove(header::EXPECT);
    let chain = match headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
    {
        Some(earlier) => format!("{earlier}, {source}"),
        None => source.to_string(),
    };
    if let Ok(chain) = HeaderValue::try_from(chain) {
        headers.insert("x-forwarded-for", chain);
    }
    headers.insert("x-forwarded-port", HeaderValue::from(listener.port));
    headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

fn fixed(status: u16, content_type: &str, body: &str) -> Response<ProxyBody> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = own(status, Bytes::copy_from_slice(body.as_bytes()));
    if let (false, Ok(value)) = (content_type.is_empty(), HeaderValue::try_from(content_type)) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

fn plain(status: StatusCode, why: &'static str) -> Response<ProxyBody> {
    let mut response = own(status, Bytes::from_static(why.as_bytes()));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// An answer of the load balancer's own, told from a target's by its `server` header.
fn own(status: StatusCode, body: Bytes) -> Response<ProxyBody> {
    let mut response = Response::new(Either::Left(Full::new(body)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::SERVER, HeaderValue::from_static("awselb/2.0"));
    response
}
