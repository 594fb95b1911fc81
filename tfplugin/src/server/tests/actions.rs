//! However an action ends, its end is told exactly once, and last.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::fake::{answer, lines};
use super::offers::Offer;
use crate::action::{InvokeRequest, Progress};
use crate::diag::{Diagnostic, Diagnostics};
use crate::server::{Server, Told};
use crate::value::Value;

fn invoking<F: Future<Output = Diagnostics> + Send + 'static>(
    with: impl Fn(InvokeRequest, Progress) -> F + Send + Sync + 'static,
) -> Server {
    Offer {
        invoke: answer(move |(request, progress)| with(request, progress)),
        ..Offer::new()
    }
    .serve()
}

fn invoke(server: &Server) -> mpsc::Receiver<Told> {
    let action = server.action("fake_ring").expect("it is registered");
    server.invoke(action, Value::object([("bell", "north".into())]))
}

async fn all(mut told: mpsc::Receiver<Told>) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut said, mut ends) = (Vec::new(), Vec::new());
    while let Some(told) = told.recv().await {
        match told {
            Told::Line(line) => {
                assert!(ends.is_empty(), "{line:?} after the end");
                said.push(line);
            }
            Told::End(diagnostics) => ends.push(lines(&diagnostics)),
        }
    }
    (said, ends)
}

#[tokio::test]
async fn progress_comes_in_order_and_before_the_end() {
    let server = invoking(|request, progress| async move {
        for stroke in 1..=100 {
            progress.say(format!(
                "{} {stroke}",
                request.config.get("bell").as_str().unwrap_or_default()
            ));
        }
        Diagnostic::error("the rope broke", "").into()
    });
    let (said, ends) = all(invoke(&server)).await;
    assert_eq!((said.len(), said[99].as_str()), (100, "north 100"));
    assert_eq!(ends, [["the rope broke | "]]);
}

#[tokio::test]
async fn a_panic_is_an_end_with_an_error() {
    let server = invoking(|_, progress| async move {
        progress.say("one");
        panic!("boom")
    });
    let (said, ends) = all(invoke(&server)).await;
    assert_eq!(said, ["one"]);
    assert_eq!(ends.len(), 1);
    assert!(
        ends[0][0].starts_with("fake_ring: the provider panicked while being invoked | boom"),
        "{ends:?}"
    );
}

#[tokio::test]
async fn whoever_speaks_after_the_end_is_not_heard() {
    let (kept, keep) = oneshot::channel::<Progress>();
    let kept = Arc::new(std::sync::Mutex::new(Some(kept)));
    let server = invoking(move |_, progress| {
        let kept = kept.lock().expect("no panic").take().expect("invoked once");
        async move {
            drop(kept.send(progress));
            Diagnostics::new()
        }
    });
    let mut told = invoke(&server);
    assert_eq!(told.recv().await, Some(Told::End(Diagnostics::new())));
    keep.await.expect("it was sent").say("late");
    assert_eq!(told.recv().await, None);
}

#[tokio::test]
async fn it_runs_on_without_a_listener_and_ends_on_a_stop() {
    let (ended, mut end) = mpsc::unbounded_channel();
    let server = invoking(move |request, progress| {
        let ended = ended.clone();
        async move {
            progress.say("began");
            request.stop.cancelled().await;
            progress.say("nobody hears it");
            ended.send(()).expect("the test listens");
            Diagnostics::new()
        }
    });
    let mut told = invoke(&server);
    assert_eq!(told.recv().await, Some(Told::Line("began".into())));
    drop(told);
    assert!(!server.activity.quiet(Duration::ZERO).await, "it runs on");
    server.stop();
    end.recv().await.expect("it ran to its end");
    assert!(server.activity.quiet(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn planning_may_object_and_a_panic_does() {
    let server = Offer {
        plan_action: answer(|request: crate::PlanActionRequest| async move {
            assert!(request.config.get("bell").is_unknown());
            Diagnostic::warning("loud", "").into()
        }),
        ..Offer::new()
    }
    .serve();
    let action = server.action("fake_ring").expect("it is registered");
    let config = || Value::object([("bell", Value::Unknown)]);
    assert_eq!(lines(&server.plan_action(action, config()).await), ["loud | "]);
    let server = Offer {
        plan_action: answer(|_| async { panic!("boom") }),
        ..Offer::new()
    }
    .serve();
    let action = server.action("fake_ring").expect("it is registered");
    assert!(server.plan_action(action, config()).await.has_errors());
}
