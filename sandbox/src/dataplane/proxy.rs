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
    types::{Action, ListenerRoutes, RouteTable, RuleRoutes},
};

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

const STICKY_COOKIE: &str = "AWSALBTG";

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

/// Answers `request`, which came in on `listener` from `peer`, by the latest table.
pub(super) async fn answer(
    shared: &Shared,
    listener: &str,
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
    let response = match rule(listener, &request, source) {
        None => plain(StatusCode::NOT_FOUND, "no rule"),
        Some(rule) => match &rule.action {
            Action::FixedResponse {
                status,
                content_type,
                body,
            } => fixed(*status, content_type, body),
            Action::Redirect { .. } => redirect::answer(&rule.action, listener, &request),
            Action::Forward {
                groups,
                stickiness_seconds,
            } => {
                forward(
                    shared,
                    &table,
                    listener,
                    rule,
                    (groups, *stickiness_seconds),
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

fn rule<'t>(
    listener: &'t ListenerRoutes,
    request: &Request<Incoming>,
    source: IpAddr,
) -> Option<&'t RuleRoutes> {
    let facts = Facts {
        host: routing::without_port(host(request)),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or(""),
        method: request.method().as_str(),
        headers: request.headers(),
        source,
    };
    routing::route(listener, &facts)
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
    (groups, stickiness_seconds): (&[(String, u32)], Option<u64>),
    source: IpAddr,
    mut request: Request<Incoming>,
) -> Response<ProxyBody> {
    let stuck = stickiness_seconds.and_then(|_| stuck_to(shared, groups, request.headers()));
    let Some(group) = stuck.or_else(|| shared.balancer.group(&rule.arn, groups)) else {
        return plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "no target group has a weight above 0",
        );
    };
    let target = table
        .groups
        .get(group)
        .and_then(|group| shared.balancer.target(group));
    let Some(target) = target else {
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
    if let (Some(seconds), None) = (stickiness_seconds, stuck)
        && let Ok(cookie) = HeaderValue::try_from(format!(
            "{STICKY_COOKIE}={}; Max-Age={seconds}; Path=/",
            cookie_value(group)
        ))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
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
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let value = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == STICKY_COOKIE).then_some(value))?;
    groups
        .iter()
        .filter(|(_, weight)| 0 < *weight || shared.options.sticky_outlives_weight_zero)
        .map(|(arn, _)| arn.as_str())
        .find(|arn| cookie_value(arn) == value)
}

/// FNV-1a of the group's ARN: opaque to the client, equal in every run.
fn cookie_value(group: &str) -> String {
    let hash = group.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
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
