//! AWS as far as the clients' own tests need it: answers by action, in the tests' paused time, and remembers when
//! each call arrived and who signed it. Refuses nothing that it is not told to refuse.

use super::aws::Clients;
use super::chain::{Keys, Settings};
use crate::progress::ProgressFile;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Status and body of an answer.
pub type Answer = (u16, String);

/// One call, as it arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub at: Duration,
    pub action: String,
    pub body: String,
    /// The header that names the access key.
    pub signed: String,
}

/// Answers the nth call (from 0) of an action.
type Script = dyn Fn(&str, usize, &str) -> Answer + Send + Sync;

#[derive(Clone)]
pub struct Fake {
    began: Instant,
    latency: Duration,
    seen: Arc<Mutex<Vec<Arrival>>>,
    script: Arc<Script>,
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fake")
    }
}

impl Fake {
    pub fn new(
        latency: Duration,
        script: impl Fn(&str, usize, &str) -> Answer + Send + Sync + 'static,
    ) -> Fake {
        Fake {
            began: Instant::now(),
            latency,
            seen: Arc::default(),
            script: Arc::new(script),
        }
    }

    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    pub async fn clients(&self, settings: &Settings) -> Result<Clients, String> {
        self.stoppable(settings, CancellationToken::new()).await
    }

    pub async fn stoppable(&self, settings: &Settings, stop: CancellationToken) -> Result<Clients, String> {
        Clients::over(
            self.client(),
            settings,
            &ProgressFile::default(),
            &Arc::default(),
            stop,
        )
        .await
    }

    pub fn arrivals(&self) -> Vec<Arrival> {
        self.seen.lock().unwrap().clone()
    }

    /// When calls of one action arrived.
    pub fn times(&self, action: &str) -> Vec<Duration> {
        let all = self.arrivals().into_iter();
        all.filter(|call| call.action == action)
            .map(|call| call.at)
            .collect()
    }
}

impl HttpClient for Fake {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Fake {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let fake = self.clone();
        HttpConnectorFuture::new(async move {
            let body = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
            let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
            let named = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
            let target = header("x-amz-target");
            let action = named.unwrap_or_else(|| target.rsplit('.').next().unwrap_or_default());
            let nth = {
                let mut seen = fake.seen.lock().unwrap();
                let nth = seen.iter().filter(|call| call.action == action).count();
                seen.push(Arrival {
                    at: fake.began.elapsed(),
                    action: action.to_owned(),
                    body: body.clone(),
                    signed: header("authorization"),
                });
                nth
            };
            let (status, text) = (fake.script)(action, nth, &body);
            crate::wait::rest(fake.latency, &CancellationToken::new())
                .await
                .unwrap();
            Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(text)))
        })
    }
}

/// Keys and a region, so that nothing outside of the test decides.
pub fn settings() -> Settings {
    Settings {
        region: Some("eu-central-1".to_owned()),
        keys: Some(Keys {
            access_key: "AKIABASE".to_owned(),
            secret_key: "base-secret".to_owned(),
            token: None,
        }),
        ..Settings::default()
    }
}

pub fn throttled() -> Answer {
    let text = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    (400, text.to_owned())
}

/// An empty answer of the Query protocol.
pub fn done(action: &str) -> Answer {
    (
        200,
        format!("<{action}Response><{action}Result/></{action}Response>"),
    )
}

/// Runs all at the same time; the answers come in the order of the futures.
pub async fn together<F>(all: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let tasks: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
