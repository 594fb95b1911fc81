//! Data sources, ephemeral and list resources and actions read and write their models.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use async_trait::async_trait;

use crate::{
    Action, Attr, CancellationToken, CloseRequest, DataSource, Diagnostics, EphemeralResource, InvokeRequest,
    ListItem, ListRequest, ListResource, ListSender, OpenRequest, OpenResponse, PlanActionRequest, Private,
    Progress, ReadDataRequest, ReadDataResponse, RenewRequest, RenewResponse, Value, action, data_source,
    ephemeral_resource, list_resource, model,
};

model! {
    struct Weather {
        town: Attr<String> => required(),
        degrees: Attr<i64> => computed(),
        days: Attr<u8> => optional(),
    }
}

#[derive(Clone, Default)]
struct Everything(Arc<Mutex<Vec<String>>>);

impl Everything {
    fn hear(&self, what: String) {
        self.0.lock().expect("no panic").push(what);
    }
}

fn asked(days: i64) -> Value {
    Value::object([
        ("town", "Bern".into()),
        ("degrees", Value::Null),
        ("days", days.into()),
    ])
}

fn refused(said: &Diagnostics) {
    let said: Vec<_> = said.iter().map(|said| said.detail.as_str()).collect();
    assert_eq!(said, ["days: a whole number from 0 to 255 is required."]);
}

#[async_trait]
impl DataSource for Everything {
    type Model = Weather;

    fn type_name(&self) -> &str {
        "sky_weather"
    }

    async fn validate(&self, config: &Weather, diags: &mut Diagnostics) {
        if config.days.known() == Some(&0) {
            diags.error("no days", "");
        }
    }

    async fn read(&self, req: ReadDataRequest<Weather>) -> ReadDataResponse<Weather> {
        ReadDataResponse::new(Weather {
            degrees: 20.into(),
            ..req.config
        })
    }
}

#[tokio::test]
async fn a_data_source_answers_with_its_model() {
    let source = data_source(Everything::default());
    let request = |config| ReadDataRequest {
        config,
        meta: Value::Null,
        stop: CancellationToken::new(),
    };
    let answer = source.read(request(asked(3))).await;
    assert_eq!(answer.state.expect("a state").get("degrees").as_i64(), Some(20));
    refused(&source.read(request(asked(256))).await.diagnostics);
    let mut diags = Diagnostics::new();
    source.validate(&asked(256), &mut diags).await;
    refused(&diags);
    let mut diags = Diagnostics::new();
    source.validate(&asked(0), &mut diags).await;
    assert!(diags.has_errors());
}

#[async_trait]
impl EphemeralResource for Everything {
    type Model = Weather;

    fn type_name(&self) -> &str {
        "sky_weather"
    }

    async fn open(&self, req: OpenRequest<Weather>) -> OpenResponse<Weather> {
        let answer = Weather {
            degrees: 20.into(),
            ..req.config
        };
        OpenResponse::new(answer, Private::from(&b"open"[..])).renew_at(SystemTime::UNIX_EPOCH)
    }

    async fn renew(&self, req: RenewRequest) -> RenewResponse {
        self.hear(format!("renew {:?}", req.private.bytes()));
        RenewResponse::new(req.private)
    }

    async fn close(&self, req: CloseRequest) -> Diagnostics {
        self.hear(format!("close {:?}", req.private.bytes()));
        Diagnostics::new()
    }
}

#[tokio::test]
async fn an_ephemeral_resource_opens_renews_and_closes() {
    let everything = Everything::default();
    let resource = ephemeral_resource(everything.clone());
    let stop = CancellationToken::new();
    let opened = resource
        .open(OpenRequest {
            config: asked(3),
            stop: stop.clone(),
        })
        .await;
    assert_eq!(opened.result.expect("a result").get("degrees").as_i64(), Some(20));
    assert_eq!(opened.renew_at, Some(SystemTime::UNIX_EPOCH));
    let renewed = resource
        .renew(RenewRequest {
            private: opened.private,
            stop: stop.clone(),
        })
        .await;
    let closed = resource
        .close(CloseRequest {
            private: renewed.private,
            stop: stop.clone(),
        })
        .await;
    assert!(closed.is_empty());
    let open = b"open";
    assert_eq!(
        *everything.0.lock().expect("no panic"),
        [format!("renew {open:?}"), format!("close {open:?}")]
    );
    refused(
        &resource
            .open(OpenRequest {
                config: asked(256),
                stop,
            })
            .await
            .diagnostics,
    );
}

#[async_trait]
impl ListResource for Everything {
    type Config = Weather;

    fn type_name(&self) -> &str {
        "sky_weather"
    }

    async fn list(&self, req: ListRequest<Weather>, out: ListSender) -> Diagnostics {
        let name = req.config.town.known_or_default();
        let item = ListItem::new(Value::object([("town", name.as_str().into())]), name);
        // The model itself is what an item carries.
        let _ = out.send(item.resource(req.config)).await;
        Diagnostics::new()
    }
}

#[tokio::test]
async fn a_list_resource_reads_its_search_and_sends_models() {
    let list = list_resource(Everything::default());
    let (out, mut found) = ListSender::new(1);
    let request = |days| ListRequest {
        config: asked(days),
        include_resource: true,
        limit: 1,
        stop: CancellationToken::new(),
    };
    assert!(list.list(request(3), out.clone()).await.is_empty());
    let item = found.recv().await.expect("an item");
    assert_eq!(
        (item.display_name.as_str(), item.resource),
        ("Bern", Some(asked(3)))
    );
    refused(&list.list(request(256), out).await);
}

#[async_trait]
impl Action for Everything {
    type Config = Weather;

    fn type_name(&self) -> &str {
        "sky_change"
    }

    async fn plan(&self, req: PlanActionRequest<Weather>) -> Diagnostics {
        self.hear(format!("plan {:?}", req.config.days));
        Diagnostics::new()
    }

    async fn invoke(&self, req: InvokeRequest<Weather>, progress: Progress) -> Diagnostics {
        progress.say(format!("changing {}", req.config.town.known_or_default()));
        Diagnostics::new()
    }
}

#[tokio::test]
async fn an_action_plans_and_acts_on_its_model() {
    let everything = Everything::default();
    let action = action(everything.clone());
    let stop = CancellationToken::new();
    let mut unknown = asked(3);
    unknown.set("days", Value::Unknown);
    assert!(
        action
            .plan(PlanActionRequest {
                config: unknown,
                stop: stop.clone()
            })
            .await
            .is_empty()
    );
    assert_eq!(*everything.0.lock().expect("no panic"), ["plan Unknown"]);

    let (progress, mut said, _) = Progress::new();
    let done = action
        .invoke(
            InvokeRequest {
                config: asked(3),
                stop: stop.clone(),
            },
            progress.clone(),
        )
        .await;
    assert!(done.is_empty());
    assert_eq!(said.recv().await.as_deref(), Some("changing Bern"));
    refused(
        &action
            .plan(PlanActionRequest {
                config: asked(256),
                stop: stop.clone(),
            })
            .await,
    );
    refused(
        &action
            .invoke(
                InvokeRequest {
                    config: asked(256),
                    stop,
                },
                progress,
            )
            .await,
    );
}
