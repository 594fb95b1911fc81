//! Rules of the reference application.

use super::*;
use crate::dataplane::testing::Client;

fn spec(env: &[(&str, &str)]) -> BackendSpec {
    let env = env
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    BackendSpec {
        env,
        port: 8080,
        task: "task-1".to_owned(),
    }
}

#[tokio::test]
async fn says_who_it_is_in_body_and_headers() {
    for env in [
        [("APP_COLOR", "blue"), ("APP_VERSION", "7")],
        [("COLOR", "blue"), ("VERSION", "7")],
    ] {
        let backend = start(spec(&env)).unwrap();
        let reply = Client::connect(backend.addr())
            .await
            .unwrap()
            .get("/")
            .await
            .unwrap();
        assert_eq!(reply.status, 200);
        let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({ "color": "blue", "version": "7", "task": "task-1" })
        );
        for (name, value) in [("x-color", "blue"), ("x-version", "7"), ("x-task", "task-1")] {
            assert_eq!(reply.header(name), Some(value));
        }
    }
}

#[tokio::test]
async fn force_error_fails_page_and_health_but_only_if_true() {
    for (value, expected) in [("true", 500), ("false", 200)] {
        let backend = start(spec(&[("FORCE_ERROR", value)])).unwrap();
        let mut client = Client::connect(backend.addr()).await.unwrap();
        for (path, expected) in [("/", expected), ("/health", expected), ("/metrics", 200)] {
            assert_eq!(
                client.get(path).await.unwrap().status,
                expected,
                "{path} with {value}"
            );
        }
    }
}

#[tokio::test]
async fn metrics_count_pages_and_not_probes() {
    let backend = start(spec(&[("APP_COLOR", "a\"b"), ("APP_VERSION", "7")])).unwrap();
    let mut client = Client::connect(backend.addr()).await.unwrap();
    for path in ["/", "/health", "/any/path", "/metrics"] {
        client.get(path).await.unwrap();
    }
    let metrics = client.get("/metrics").await.unwrap().body;
    let line = r#"http_requests_total{color="a\"b",version="7",status="200"} 2"#;
    assert!(metrics.lines().any(|l| l == line), "{metrics}");
}

#[tokio::test]
async fn equal_tasks_do_not_collide_and_a_dropped_one_is_gone() {
    let (first, second) = (start(spec(&[])).unwrap(), start(spec(&[])).unwrap());
    assert_ne!(first.addr(), second.addr());
    let addr = first.addr();
    let mut client = Client::connect(addr).await.unwrap();
    client.get("/").await.unwrap();
    drop(first);
    client.get("/").await.unwrap_err();
    let mut other = Client::connect(second.addr()).await.unwrap();
    assert_eq!(other.get("/").await.unwrap().status, 200);
}

#[tokio::test]
async fn stop_answers_what_is_in_flight_and_closes_the_rest() {
    let backend = start(spec(&[])).unwrap();
    let addr = backend.addr();
    let mut busy = Client::connect(addr).await.unwrap();
    let mut idle = Client::connect(addr).await.unwrap();
    idle.get("/").await.unwrap();
    busy.get("/").await.unwrap();
    // The server has the request, and waits for its body.
    busy.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(busy.receive().await.unwrap().status, 100);

    let stopping = tokio::spawn(backend.stop(Duration::from_secs(30)));
    idle.receive().await.unwrap_err();
    busy.send("ok").await.unwrap();
    let last = busy.receive().await.unwrap();
    assert_eq!((last.status, last.header("connection")), (200, Some("close")));
    stopping.await.unwrap();
    assert!(Client::connect(addr).await.is_err(), "nothing listens any more");
}

#[tokio::test]
async fn stop_breaks_what_outlives_the_grace() {
    let backend = start(spec(&[])).unwrap();
    let mut busy = Client::connect(backend.addr()).await.unwrap();
    busy.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(busy.receive().await.unwrap().status, 100);
    backend.stop(Duration::from_millis(10)).await;
    busy.receive().await.unwrap_err();
}
