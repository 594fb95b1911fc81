//! What is opened is what was asked for, and is closed when it is not.

use std::time::{Duration, SystemTime};

use super::fake::{answer, lines};
use super::offers::Offer;
use crate::diag::Diagnostic;
use crate::ephemeral::{OpenRequest, OpenResponse, RenewResponse};
use crate::private::Private;
use crate::server::Server;
use crate::server::ephemeral::Opened;
use crate::value::Value;

type Opening = fn(OpenRequest) -> OpenResponse;

fn config() -> Value {
    Value::object([("name", "a".into()), ("token", Value::Null)])
}

async fn open(server: &Server) -> Opened {
    let entry = server.ephemeral("fake_token").expect("it is registered");
    server.open(entry, config()).await
}

fn opening(with: Opening) -> Offer {
    Offer {
        open: answer(move |request| async move { with(request) }),
        ..Offer::new()
    }
}

#[tokio::test]
async fn what_is_opened_has_what_the_configuration_sets_and_says_when_to_renew() {
    let soon = SystemTime::UNIX_EPOCH + Duration::from_secs(90);
    let server = opening(|mut request| {
        request.config.set("token", "t".into());
        let soon = SystemTime::UNIX_EPOCH + Duration::from_secs(90);
        OpenResponse::new(request.config, b"o".into()).renew_at(soon)
    })
    .serve();
    let opened = open(&server).await;
    let result = opened.result.expect("it is open");
    assert_eq!(
        (result.get("name"), result.get("token")),
        (&"a".into(), &"t".into())
    );
    assert_eq!(opened.renew_at, Some(soon));
    assert_eq!(opened.private.bytes(), b"o");
    assert_eq!(lines(&opened.diagnostics), [""; 0]);
}

#[tokio::test]
async fn what_is_opened_wrongly_is_closed_again_with_an_error() {
    let cases: [(Opening, &str); 3] = [
        (
            |mut request| {
                request.config.set("name", "b".into());
                OpenResponse::new(request.config, b"o".into())
            },
            "fake_token.name: is configured as \"a\" and returned as \"b\"",
        ),
        (
            |mut request| {
                request.config.set("token", Value::Unknown);
                OpenResponse::new(request.config, b"o".into())
            },
            "fake_token.token: is unknown",
        ),
        (
            |_| OpenResponse::new("text".into(), b"o".into()),
            "does not fit the schema",
        ),
    ];
    for (with, rule) in cases {
        let offer = opening(with);
        let closed = offer.closed.clone();
        let opened = open(&offer.serve()).await;
        let said = lines(&opened.diagnostics);
        assert_eq!((opened.result, opened.renew_at), (None, None));
        assert!(said.len() == 1 && said[0].contains(rule), "{said:?}");
        assert_eq!(*closed.lock().expect("no panic"), [Private::from(b"o")]);
    }
}

#[tokio::test]
async fn what_could_not_be_opened_is_not_closed() {
    let cases: [Opening; 2] = [
        |_| panic!("boom"),
        |_| OpenResponse::failed(Diagnostic::error("no", "")),
    ];
    for with in cases {
        let offer = opening(with);
        let closed = offer.closed.clone();
        let opened = open(&offer.serve()).await;
        assert_eq!((opened.result, opened.diagnostics.len()), (None, 1));
        assert!(closed.lock().expect("no panic").is_empty());
    }
}

#[tokio::test]
async fn a_renewal_that_fails_keeps_what_was_handed_on() {
    let fails: [fn() -> RenewResponse; 2] = [
        || panic!("boom"),
        || RenewResponse {
            renew_at: Some(SystemTime::UNIX_EPOCH),
            private: Private::new(),
            diagnostics: Diagnostic::error("no", "").into(),
        },
    ];
    for with in fails {
        let server = Offer {
            renew: answer(move |_| async move { with() }),
            ..Offer::new()
        }
        .serve();
        let entry = server.ephemeral("fake_token").expect("it is registered");
        let renewed = server.renew(entry, b"o".into()).await;
        assert_eq!((renewed.private.bytes(), renewed.renew_at), (&b"o"[..], None));
        assert_eq!(renewed.diagnostics.len(), 1);
    }
    let server = Offer::new().serve();
    let entry = server.ephemeral("fake_token").expect("it is registered");
    assert_eq!(server.renew(entry, b"o".into()).await.private.bytes(), b"r");
}

#[test]
fn an_unknown_type_is_named() {
    let server = Offer::new().serve();
    let unknown = server.ephemeral("fake_thing").err().expect("a managed type only");
    assert_eq!(unknown.summary, "unknown ephemeral resource type fake_thing");
}
