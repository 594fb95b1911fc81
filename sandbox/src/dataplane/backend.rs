//! The reference application: what runs in an ECS task of the sandbox.
//!
//! Answers by its environment alone. Knows nothing of target groups or rules, and never delays an answer.

use std::{
    collections::BTreeMap,
    fmt::Write,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::address;

#[cfg(test)]
mod tests;

/// One task to run.
#[derive(Clone, Debug, Default)]
pub struct BackendSpec {
    /// `APP_COLOR` or `COLOR` (else the last word of `ECS_SERVICE_NAME`), `APP_VERSION` or `VERSION`, and
    /// `FORCE_ERROR`: if `true`, everything but
    /// `/metrics` answers 500.
    pub env: BTreeMap<String, String>,
    /// The container's port. Where it is reserved to root the system chooses one: ask [`Backend::addr`].
    pub port: u16,
    /// The task's ARN or id.
    pub task: String,
}

/// A running task. Dropping it kills it: connections break.
pub struct Backend {
    addr: SocketAddr,
    /// Finish, then close.
    stop: CancellationToken,
    /// Close.
    kill: CancellationToken,
    tasks: TaskTracker,
}

/// Starts the reference application on a loopback address of its own.
///
/// # Errors
/// If nothing can be bound.
///
/// # Panics
/// Outside a tokio runtime.
pub fn start(spec: BackendSpec) -> io::Result<Backend> {
    let socket = TcpListener::from_std(address::bind(&address::TASKS, spec.port)?)?;
    let (stop, kill, tasks) = (
        CancellationToken::new(),
        CancellationToken::new(),
        TaskTracker::new(),
    );
    let backend = Backend {
        addr: socket.local_addr()?,
        stop,
        kill,
        tasks,
    };
    let application = Arc::new(Application::new(&spec));
    let (stop, kill, tasks) = (backend.stop.clone(), backend.kill.clone(), backend.tasks.clone());
    backend
        .tasks
        .spawn(accept(socket, application, stop, kill, tasks));
    Ok(backend)
}

impl Backend {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops accepting, answers what is in flight with `connection: close`, closes idle connections, and after
    /// `grace` breaks what is left. A request that enters an idle connection at this very moment is lost: a
    /// task that is to lose nothing is deregistered, and its connections drained, first.
    pub async fn stop(self, grace: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            self.kill.cancel();
            self.tasks.wait().await;
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.cancel();
        self.kill.cancel();
    }
}

async fn accept(
    socket: TcpListener,
    application: Arc<Application>,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
) {
    let start = |stream| {
        tasks.spawn(serve(
            stream,
            Arc::clone(&application),
            stop.clone(),
            kill.clone(),
        ));
    };
    while let Some(accepted) = stop.run_until_cancelled(socket.accept()).await {
        match accepted {
            Ok((stream, _)) => start(stream),
            // Out of file descriptors, as a rule: trying again at once would spin.
            Err(_) => drop(tokio::time::timeout(Duration::from_millis(20), stop.cancelled()).await),
        }
    }
    // Connections the system has already accepted for us would be reset with the socket.
    while let Some(stream) = waiting(&socket).await {
        start(stream);
    }
}

async fn waiting(socket: &TcpListener) -> Option<TcpStream> {
    poll_fn(|cx| match socket.poll_accept(cx) {
        Poll::Ready(Ok((stream, _))) => Poll::Ready(Some(stream)),
        Poll::Ready(Err(_)) | Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn serve(
    stream: TcpStream,
    application: Arc<Application>,
    stop: CancellationToken,
    kill: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| application.answer(request));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    // Errors are the client's leaving early.
    tokio::select! {
        biased;
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = kill.run_until_cancelled(connection).await;
        }
    }
}

/// What the task answers, prepared once.
struct Application {
    color: String,
    version: String,
    headers: [(&'static str, HeaderValue); 3],
    page: Bytes,
    fails: bool,
    /// Answered requests, without those to `/health` and `/metrics`: their noise would drown a canary's share.
    requests: AtomicU64,
}

impl Application {
    fn new(spec: &BackendSpec) -> Self {
        let setting = |names: [&str; 2]| {
            let value = names.iter().find_map(|name| spec.env.get(*name));
            value.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
        };
        let mut color = setting(["APP_COLOR", "COLOR"]);
        if let (Some(service), "unknown") = (spec.env.get("ECS_SERVICE_NAME"), color.as_str()) {
            color = service.rsplit('-').next().unwrap_or(service).to_owned();
        }
        let version = setting(["APP_VERSION", "VERSION"]);
        let page = serde_json::json!({ "color": color, "version": version, "task": spec.task });
        let header =
            |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unprintable"));
        Self {
            headers: [
                ("x-color", header(&color)),
                ("x-version", header(&version)),
                ("x-task", header(&spec.task)),
            ],
            page: page.to_string().into(),
            fails: spec.env.get("FORCE_ERROR").is_some_and(|value| value == "true"),
            requests: AtomicU64::new(0),
            color,
            version,
        }
    }

    /// `/health`, `/metrics`, and on every other path the page, since rules may send any path here.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let (head, body) = request.into_parts();
        // An answer before the end of an upload would make the client's connection unusable.
        if !body.is_end_stream() {
            body.collect().await?;
        }
        Ok(match head.uri.path() {
            "/metrics" => text(StatusCode::OK, "text/plain; version=0.0.4", self.metrics().into()),
            "/health" if !self.fails => text(StatusCode::OK, "text/plain", Bytes::from_static(b"ok\n")),
            "/health" => text(
                self.status(),
                "text/plain",
                Bytes::from_static(b"FORCE_ERROR is set\n"),
            ),
            _ => self.page(),
        })
    }

    fn page(&self) -> Response<Full<Bytes>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut response = text(self.status(), "application/json", self.page.clone());
        for (name, value) in &self.headers {
            response.headers_mut().insert(*name, value.clone());
        }
        response
    }

    fn status(&self) -> StatusCode {
        if self.fails {
            StatusCode::INTERNAL_SERVER_ERROR
        } else {
            StatusCode::OK
        }
    }

    fn metrics(&self) -> String {
        let mut out =
            String::from("# HELP http_requests_total Requests answered, health checks not counted.\n");
        out.push_str("# TYPE http_requests_total counter\n");
        let (color, version) = (escaped(&self.color), escaped(&self.version));
        // `FORCE_ERROR` holds for the task's whole life, so it has one status only.
        let (status, count) = (self.status().as_u16(), self.requests.load(Ordering::Relaxed));
        let _ = writeln!(
            out,
            "http_requests_total{{color=\"{color}\",version=\"{version}\",status=\"{status}\"}} {count}"
        );
        out
    }
}

/// A label value of Prometheus' text format.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn text(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
