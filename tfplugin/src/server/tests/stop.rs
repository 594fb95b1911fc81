//! Stopping reaches what runs; a client that went away does not.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::fake::{Thing, object, thing};
use crate::private::Private;
use crate::resource::ApplyResponse;
use crate::server::{Activity, Apply, task};
use crate::value::Value;

fn create() -> Apply {
    let planned = object([("name", "a".into()), ("mode", "slow".into())]);
    Apply {
        prior: Value::Null,
        config: planned.clone(),
        planned,
        private: Private::new(),
        meta: Value::Null,
    }
}

#[tokio::test]
async fn a_stop_reaches_a_running_apply_and_every_later_one_until_configured_again() {
    let (began, mut running) = mpsc::unbounded_channel();
    let resource = Thing::new().changing(move |change| {
        let began = began.clone();
        async move {
            began.send(change.stop.is_cancelled()).expect("the test listens");
            change.stop.cancelled().await;
            ApplyResponse::new(change.planned, b"stopped".into())
        }
    });
    let server = Arc::new(resource.serve());
    let apply = tokio::spawn({
        let server = server.clone();
        async move { server.apply(thing(&server), create()).await }
    });
    assert_eq!(running.recv().await, Some(false));
    server.stop();
    let applied = apply.await.expect("no panic");
    assert_eq!(
        (applied.private, applied.diagnostics.len()),
        (b"stopped".into(), 0)
    );

    server.apply(thing(&server), create()).await;
    assert_eq!(
        running.recv().await,
        Some(true),
        "a request after the stop starts stopped"
    );

    server
        .configure(Value::object::<String>([]), "1.15.0".into())
        .await;
    assert!(!server.token().is_cancelled(), "a new configuration is a new run");
}

#[tokio::test]
async fn a_handler_runs_to_its_end_when_nobody_waits_any_more() {
    let (go, gate) = oneshot::channel::<()>();
    let (done, finished) = oneshot::channel::<()>();
    let activity = Activity::new();
    let request = task::run(&activity, async move {
        gate.await.expect("the test lets it go");
        done.send(()).expect("the test listens");
    });
    // The client goes away: its request is polled once and dropped.
    assert!(tokio::time::timeout(Duration::ZERO, request).await.is_err());
    assert!(!activity.quiet(Duration::ZERO).await, "still running");
    go.send(()).expect("it waits");
    finished.await.expect("it ran to its end");
    assert!(activity.quiet(Duration::from_secs(10)).await);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_comes_or_left_for_good_is_gone() {
    let (first, grace) = (Duration::from_secs(120), Duration::from_secs(5));
    let activity = Activity::new();
    let begun = tokio::time::Instant::now();
    activity.host_gone(first, grace).await;
    assert_eq!(begun.elapsed().as_secs(), 120);

    let activity = Activity::new();
    let connection = activity.connection();
    let gone = tokio::spawn({
        let activity = activity.clone();
        async move { activity.host_gone(first, grace).await }
    });
    tokio::time::advance(Duration::from_secs(1000)).await;
    assert!(!gone.is_finished(), "it is connected");
    drop(connection);
    tokio::time::advance(Duration::from_secs(3)).await;
    let again = activity.connection();
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(!gone.is_finished(), "it came back");
    drop(again);
    gone.await.expect("gone after the grace");
}

#[tokio::test]
async fn a_stop_also_reaches_what_an_earlier_configuration_began() {
    let server = Thing::new().serve();
    let first = server.token();
    let config = || Value::object::<String>([]);
    server.configure(config(), "1.15.0".into()).await;
    let second = server.token();
    server.stop();
    assert!(first.is_cancelled() && second.is_cancelled());
    server.configure(config(), "1.15.0".into()).await;
    assert!(!server.token().is_cancelled() && first.is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn without_a_host_only_what_changes_something_is_waited_for_without_end() {
    let server = Arc::new(Thing::new().serve());
    // Its answer never comes, and nobody would read it.
    let reading = task::run(&server.activity, std::future::pending::<()>());
    assert!(tokio::time::timeout(Duration::ZERO, reading).await.is_err());
    let (end, ended) = oneshot::channel::<()>();
    let changing = task::change(&server.activity, async move {
        ended.await.expect("the test lets it end");
    });
    assert!(tokio::time::timeout(Duration::ZERO, changing).await.is_err());
    let left = tokio::spawn({
        let server = server.clone();
        async move { crate::serve::wind_up_alone(&server).await }
    });
    tokio::time::advance(Duration::from_secs(3600)).await;
    tokio::task::yield_now().await;
    assert!(!left.is_finished(), "an apply is not abandoned");
    assert!(server.token().is_cancelled(), "it is told to wind up");
    end.send(()).expect("it waits");
    let begun = tokio::time::Instant::now();
    left.await.expect("no panic");
    assert_eq!(
        begun.elapsed().as_secs(),
        10,
        "a read that hangs holds it no longer"
    );
}
