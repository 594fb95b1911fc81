//! What is listed is told apart, and no more of it is looked for than somebody takes.

use tokio::sync::mpsc;

use super::fake::{answer, lines, object};
use super::offers::Offer;
use crate::diag::{Diagnostic, Diagnostics};
use crate::list::{Closed, ListItem, ListRequest, ListSender};
use crate::server::{List, Listed, Server};
use crate::value::Value;

fn listing<F: Future<Output = Diagnostics> + Send + 'static>(
    with: impl Fn(ListRequest, ListSender) -> F + Send + Sync + 'static,
) -> Server {
    Offer {
        list: answer(move |(request, out)| with(request, out)),
        ..Offer::new()
    }
    .serve()
}

fn list(server: &Server, include_resource: bool, limit: i64) -> mpsc::Receiver<Listed> {
    let entry = server.list_resource("fake_thing").expect("it is registered");
    let asked = List {
        config: Value::object([("prefix", Value::Null)]),
        include_resource,
        limit,
    };
    server.list(entry, asked).expect("it begins")
}

async fn all(mut found: mpsc::Receiver<Listed>) -> (Vec<String>, Vec<String>) {
    let (mut names, mut said) = (Vec::new(), Vec::new());
    while let Some(listed) = found.recv().await {
        if listed.identity.is_some() {
            names.push(listed.display_name);
        }
        said.extend(lines(&listed.diagnostics));
    }
    (names, said)
}

fn item(name: &str) -> ListItem {
    ListItem::new(Value::object([("name", name.into()), ("id", Value::Null)]), name)
}

#[tokio::test]
async fn every_object_found_is_handed_on_and_then_what_there_is_to_say() {
    let server = listing(|request, out| async move {
        assert!(!request.include_resource && request.limit == usize::MAX);
        for at in 0..50 {
            out.send(item(&format!("n{at}"))).await.expect("somebody listens");
        }
        Diagnostic::warning("some are hidden", "").into()
    });
    let (names, said) = all(list(&server, false, 0)).await;
    assert_eq!((names.len(), names[49].as_str()), (50, "n49"));
    assert_eq!(said, ["some are hidden | "]);
}

#[tokio::test]
async fn at_the_limit_the_search_is_told_to_stop() {
    let (ended, mut end) = mpsc::unbounded_channel();
    let server = listing(move |request, out| {
        let ended = ended.clone();
        async move {
            assert_eq!(request.limit, 2);
            for name in ["a", "b"] {
                out.send(item(name)).await.expect("below the limit");
            }
            assert_eq!(out.send(item("c")).await, Err(Closed));
            request.stop.cancelled().await;
            ended.send(()).expect("the test listens");
            Diagnostic::error("cut short", "").into()
        }
    });
    let (names, said) = all(list(&server, false, 2)).await;
    assert_eq!(
        (names, said),
        (vec!["a".into(), "b".into()], Vec::<String>::new())
    );
    end.recv().await.expect("it was told");
    assert!(!server.token().is_cancelled(), "the run goes on");
}

#[tokio::test]
async fn when_nobody_listens_any_more_the_search_is_told_to_stop() {
    let (ended, mut end) = mpsc::unbounded_channel();
    let server = listing(move |request, out| {
        let ended = ended.clone();
        async move {
            while out.send(item("a")).await.is_ok() {}
            request.stop.cancelled().await;
            ended.send(()).expect("the test listens");
            Diagnostics::new()
        }
    });
    let mut found = list(&server, false, 0);
    assert!(found.recv().await.is_some());
    drop(found);
    end.recv().await.expect("it was told");
}

#[tokio::test]
async fn a_quiet_search_notices_that_nobody_listens() {
    let (ended, mut end) = mpsc::unbounded_channel();
    let server = listing(move |request, out| {
        let ended = ended.clone();
        async move {
            request.stop.cancelled().await;
            ended.send(out.send(item("a")).await).expect("the test listens");
            Diagnostics::new()
        }
    });
    drop(list(&server, false, 0));
    assert_eq!(end.recv().await, Some(Err(Closed)));
}

#[tokio::test]
async fn an_object_without_its_identity_ends_the_listing() {
    let wrong = [
        (Value::Null, "there is no identity"),
        (
            Value::object([("name", Value::Null)]),
            "name of the identity is null",
        ),
        (
            Value::object([("name", Value::Unknown)]),
            "name of the identity is unknown",
        ),
        (
            Value::object([("title", "a".into())]),
            "of the identity does not fit its schema",
        ),
    ];
    for (identity, rule) in wrong {
        let server = listing(move |_, out| {
            let identity = identity.clone();
            async move {
                out.send(ListItem::new(identity, "a")).await.expect("the first");
                while out.send(item("b")).await.is_ok() {}
                Diagnostic::error("cut short", "").into()
            }
        });
        let (names, said) = all(list(&server, false, 0)).await;
        assert!(
            names.is_empty() && said.len() == 1 && said[0].contains(rule),
            "{names:?} {said:?}"
        );
    }
}

#[tokio::test]
async fn whole_objects_are_there_when_asked_for_and_only_then() {
    let server = listing(|_, out| async move {
        let mut state = object([("name", "a".into()), ("id", "i".into())]);
        state.set("key", "secret".into());
        out.send(item("a").resource(state))
            .await
            .expect("somebody listens");
        out.send(item("b")).await.expect("somebody listens");
        Diagnostics::new()
    });
    let mut found = list(&server, true, 0);
    let first = found.recv().await.expect("a");
    let whole = object([("name", "a".into()), ("id", "i".into())]);
    assert_eq!(first.resource, Some(whole), "without what is write-only");
    let second = found.recv().await.expect("b");
    assert!(second.identity.is_some() && second.resource.is_none());
    assert!(lines(&second.diagnostics)[0].contains("listed without its attributes"));
    let mut found = list(&server, false, 0);
    assert_eq!(found.recv().await.expect("a").resource, None);
}

#[tokio::test]
async fn a_panic_is_told_after_what_was_found() {
    let server = listing(|_, out| async move {
        out.send(item("a")).await.expect("somebody listens");
        panic!("boom")
    });
    let (names, said) = all(list(&server, false, 10)).await;
    assert_eq!(names, ["a"]);
    assert!(
        said[0].starts_with("fake_thing: the provider panicked while listing | boom"),
        "{said:?}"
    );
}
