//! Redirect actions: the location is the request's own, with the parts the rule names replaced.
//!
//! Knows nothing of loops: AWS refuses a redirect to itself when the rule is made, not per request.

use bytes::Bytes;
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};

use super::{Action, ListenerRoutes, ProxyBody, host, own, plain, routing};

/// The redirect's answer; 500 if the rule's texts make no valid location.
pub(super) fn answer(
    action: &Action,
    listener: &ListenerRoutes,
    request: &Request<Incoming>,
) -> Response<ProxyBody> {
    let Action::Redirect {
        status,
        protocol,
        host: to_host,
        port,
        path,
        query,
    } = action
    else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "not a redirect");
    };
    let own_host = routing::without_port(host(request));
    let own_path = request.uri().path().trim_start_matches('/');
    let own_query = request.uri().query().unwrap_or("");
    let own_port = listener.port.to_string();
    let fill = |text: &str| {
        text.replace("#{protocol}", "HTTP")
            .replace("#{host}", own_host)
            .replace("#{port}", &own_port)
            .replace("#{path}", own_path)
            .replace("#{query}", own_query)
    };
    let (protocol, port, query) = (fill(protocol).to_lowercase(), fill(port), fill(query));
    let default_port = if protocol == "https" { "443" } else { "80" };
    let port = if port == default_port {
        String::new()
    } else {
        format!(":{port}")
    };
    let question_mark = if query.is_empty() { "" } else { "?" };
    let location = format!(
        "{protocol}://{}{port}{}{question_mark}{query}",
        fill(to_host),
        fill(path)
    );
    let (Ok(status), Ok(location)) = (StatusCode::from_u16(*status), HeaderValue::try_from(location)) else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "no valid location");
    };
    let mut response = own(status, Bytes::new());
    response.headers_mut().insert(header::LOCATION, location);
    response
}
