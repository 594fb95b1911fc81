//! Every way out of an apply carries a known state.

use super::fake::{Thing, lines, object, thing};
use crate::diag::Diagnostic;
use crate::private::Private;
use crate::resource::ApplyResponse;
use crate::server::Apply;
use crate::server::apply::Applied;
use crate::value::Value;

async fn apply(resource: Thing, prior: Value, planned: Value) -> Applied {
    let server = resource.serve();
    let config = object([("name", "a".into())]);
    server
        .apply(
            thing(&server),
            Apply {
                prior,
                planned,
                config,
                private: b"p".into(),
                meta: Value::Null,
            },
        )
        .await
}

fn planned() -> Value {
    object([
        ("name", "a".into()),
        ("id", Value::Unknown),
        ("mode", "slow".into()),
        ("size", Value::Unknown),
    ])
}

fn made() -> Value {
    object([("name", "a".into()), ("id", "i".into()), ("mode", "slow".into())])
}

#[tokio::test]
async fn a_panic_in_a_create_keeps_what_was_planned() {
    let applied = apply(
        Thing::new().changing(|_| async { panic!("boom") }),
        Value::Null,
        planned(),
    )
    .await;
    assert_eq!(applied.state, planned().unknown_as_null());
    assert_eq!(applied.private.bytes(), b"p");
    assert!(
        lines(&applied.diagnostics)[0].starts_with("fake_thing: the provider panicked while creating | boom")
    );
}

#[tokio::test]
async fn a_panic_in_an_update_or_delete_keeps_what_was_there() {
    for planned in [planned(), Value::Null] {
        let applied = apply(
            Thing::new().changing(|_| async { panic!("boom") }),
            made(),
            planned,
        )
        .await;
        assert_eq!(applied.state, made());
        assert!(applied.diagnostics.has_errors());
    }
}

#[tokio::test]
async fn an_error_with_a_state_keeps_that_state_without_unknowns() {
    let resource = Thing::new().changing(|change| async move {
        let diagnostics = Diagnostic::error("half made", "").into();
        ApplyResponse {
            state: change.planned,
            private: b"q".into(),
            diagnostics,
        }
    });
    let applied = apply(resource, Value::Null, planned()).await;
    assert_eq!(applied.state, planned().unknown_as_null());
    assert_eq!(applied.private.bytes(), b"q");
    assert_eq!(
        lines(&applied.diagnostics),
        ["half made | "],
        "no second error about the unknowns"
    );
}

#[tokio::test]
async fn an_unplanned_result_is_an_error_and_the_real_state_is_kept() {
    let other = || object([("name", "b".into()), ("id", "i".into()), ("mode", "slow".into())]);
    let resource =
        Thing::new().changing(move |_| async move { ApplyResponse::new(Some(other()), Private::new()) });
    let applied = apply(resource, Value::Null, planned()).await;
    assert_eq!(applied.state, other());
    assert_eq!(
        lines(&applied.diagnostics),
        [
            "fake_thing: the provider produced an unplanned result | fake_thing.name: was planned as \"a\" and is now \
          \"b\". The rule: what was known in the plan is the same after apply. This is a bug in the provider."
        ]
    );
}

#[tokio::test]
async fn a_result_with_unknowns_is_an_error_and_stored_with_nulls() {
    let applied = apply(Thing::new(), Value::Null, planned()).await;
    assert_eq!(applied.state, planned().unknown_as_null());
    let found = lines(&applied.diagnostics);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("fake_thing.id: is unknown"), "{found:?}");
}

#[tokio::test]
async fn a_create_without_a_state_is_an_error() {
    let resource = Thing::new().changing(|_| async { ApplyResponse::new(None, Private::new()) });
    let applied = apply(resource, Value::Null, planned()).await;
    assert_eq!(applied.state, Value::Null);
    assert!(lines(&applied.diagnostics)[0].contains("creating without an error returned no state"));
}

#[tokio::test]
async fn a_delete_that_leaves_a_state_keeps_it_with_an_error() {
    let resource =
        Thing::new().changing(|change| async move { ApplyResponse::new(change.prior, change.private) });
    let applied = apply(resource, made(), Value::Null).await;
    assert_eq!(applied.state, made());
    assert!(applied.diagnostics.has_errors());
}

#[tokio::test]
async fn a_state_that_does_not_fit_falls_back_on_the_known_one() {
    let resource = Thing::new().changing(|_| async {
        ApplyResponse::new(Some(Value::object([("nmae", "a".into())])), Private::new())
    });
    let applied = apply(resource, made(), planned()).await;
    assert_eq!(applied.state, made());
    assert!(lines(&applied.diagnostics)[0].contains("the schema has no attribute named \"nmae\""));
}

#[tokio::test]
async fn a_write_only_value_never_reaches_the_state() {
    let resource = Thing::new().changing(|_| async {
        let mut state = made();
        state.set("key", "s".into());
        ApplyResponse::new(Some(state), Private::new())
    });
    let applied = apply(resource, Value::Null, planned()).await;
    assert_eq!((applied.state, applied.diagnostics.len()), (made(), 0));
}

#[tokio::test]
async fn one_attribute_that_does_not_fit_costs_no_other() {
    for unfit in [Value::String("big".into()), Value::Number(f64::NAN.into())] {
        let resource = Thing::new().changing(move |_| {
            let state = Value::object([
                ("name", "a".into()),
                ("id", "i-123".into()),
                ("size", unfit.clone()),
            ]);
            async { ApplyResponse::new(Some(state), b"q".into()) }
        });
        let applied = apply(resource, Value::Null, planned()).await;
        let kept = object([
            ("name", "a".into()),
            ("id", "i-123".into()),
            ("mode", "slow".into()),
        ]);
        assert_eq!(
            applied.state, kept,
            "the id is kept, the rest is as planned where that is known"
        );
        assert_eq!(applied.private.bytes(), b"q");
        let found = lines(&applied.diagnostics);
        assert!(
            found.len() == 1 && found[0].contains("While creating, size does not fit"),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn in_an_update_what_does_not_fit_is_as_it_was_and_every_misfit_is_told() {
    let mut prior = made();
    prior.set("note", "old".into());
    let resource = Thing::new().changing(|_| async {
        let state = [("id", "j".into()), ("note", 1.into()), ("size", true.into())];
        ApplyResponse::new(Some(Value::object(state)), Private::new())
    });
    let applied = apply(resource, prior.clone(), planned()).await;
    prior.set("id", "j".into());
    assert_eq!(applied.state, prior);
    assert_eq!(applied.diagnostics.len(), 2, "{:?}", lines(&applied.diagnostics));
}

#[tokio::test]
async fn what_was_noted_before_a_panic_is_stored() {
    for (prior, mode) in [(Value::Null, "slow"), (made(), "fast")] {
        let resource = Thing::new().changing(move |change| async move {
            let note = Value::object([
                ("id", "i-123".into()),
                ("mode", mode.into()),
                ("size", Value::Unknown),
            ]);
            change.checkpoint.save(&Value::object([("id", "i-1".into())]));
            change.checkpoint.save(&note);
            change.checkpoint.save_private(&b"q".into());
            panic!("boom")
        });
        let applied = apply(resource, prior, planned()).await;
        let kept = object([
            ("name", "a".into()),
            ("id", "i-123".into()),
            ("mode", mode.into()),
        ]);
        assert_eq!((applied.state, applied.private.bytes()), (kept, b"q".as_slice()));
        let found = lines(&applied.diagnostics);
        assert!(found.len() == 1 && found[0].contains("boom"), "{found:?}");
    }
}

#[tokio::test]
async fn what_was_noted_before_an_error_without_a_state_is_stored() {
    let resource = Thing::new().changing(|change| async move {
        change.checkpoint.save(&Value::object([("id", "i-123".into())]));
        ApplyResponse::new(None, Private::new()).error("no address", "")
    });
    let applied = apply(resource, Value::Null, planned()).await;
    let kept = object([
        ("name", "a".into()),
        ("id", "i-123".into()),
        ("mode", "slow".into()),
    ]);
    assert_eq!(applied.state, kept);
    assert_eq!(lines(&applied.diagnostics), ["no address | "]);
}

#[tokio::test]
async fn what_was_noted_is_stored_where_an_answer_has_no_state_or_an_unfit_one() {
    for unfit in [
        None,
        Some(Value::from("done")),
        Some(Value::object([("id", 7.into())])),
    ] {
        let resource = Thing::new().changing(move |change| {
            change.checkpoint.save(&Value::object([("id", "i-123".into())]));
            let unfit = unfit.clone();
            async { ApplyResponse::new(unfit, Private::new()) }
        });
        let applied = apply(resource, Value::Null, planned()).await;
        let kept = object([
            ("name", "a".into()),
            ("id", "i-123".into()),
            ("mode", "slow".into()),
        ]);
        assert_eq!(applied.state, kept);
        assert_eq!(applied.diagnostics.len(), 1, "{:?}", lines(&applied.diagnostics));
        assert!(applied.diagnostics.has_errors());
    }
}

#[tokio::test]
async fn what_is_answered_counts_more_than_what_was_noted() {
    let resource = Thing::new().changing(|change| async move {
        change.checkpoint.save(&Value::object([("id", "i-123".into())]));
        ApplyResponse::new(Some(made()), Private::new()).error("half made", "")
    });
    assert_eq!(apply(resource, Value::Null, planned()).await.state, made());
}

#[tokio::test]
async fn of_a_panic_the_first_line_is_told_and_no_more_than_200_characters_of_it() {
    let resource = Thing::new().changing(|_| async { panic!("{}\nhunter2", "é".repeat(300)) });
    let applied = apply(resource, Value::Null, planned()).await;
    let said = lines(&applied.diagnostics).join("\n");
    assert!(said.contains(&format!("| {}…", "é".repeat(200))), "{said}");
    assert!(
        !said.contains(&"é".repeat(201)) && !said.contains("hunter2"),
        "{said}"
    );
}
