//! The HTTP client that these tests put under the SDKs: it carries calls to a cloud in memory, after a latency in the
//! runtime's own (paused) time, and breaks the call that it is told to break.

use crate::answers::{Answer, Call, answer, ok, refusal, subject};
use crate::cloud::Cloud;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use teardown::aws::Aws;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// AWS refuses it for good.
    Denied,
    /// AWS refuses it for its rate, once.
    Throttled,
    /// AWS fails, once.
    Failed,
    /// The answer is no answer.
    Nonsense,
    /// The answer has no list where one belongs.
    Empty,
    /// It is carried out, and its answer lost.
    Lost,
    /// The process dies before it goes out.
    Dead,
    /// The process dies before its answer comes.
    DeadAfterwards,
}

/// What happens in the cloud, and to calls, beside what they ask for.
pub trait Fate: Send + Debug {
    /// As a call arrives.
    fn before(&mut self, call: &Call, cloud: &mut Cloud) -> Option<Trouble>;
    /// Once it was answered: by the cloud itself, not by trouble.
    fn after(&mut self, call: &Call, answer: &Answer, cloud: &Cloud);
}

#[derive(Debug, Default)]
struct State {
    cloud: Cloud,
    calls: Vec<String>,
    changed: Vec<String>,
    /// When the network interfaces of the VPC were listed.
    looks: Vec<Instant>,
    trouble: Option<(usize, Trouble)>,
    fate: Option<Box<dyn Fate>>,
}

#[derive(Clone, Debug)]
pub struct Wire {
    state: Arc<Mutex<State>>,
    latency: Duration,
    pub dead: CancellationToken,
}

impl Wire {
    pub fn new(cloud: Cloud) -> Wire {
        let state = State {
            cloud,
            ..State::default()
        };
        Wire {
            state: Arc::new(Mutex::new(state)),
            latency: Duration::from_millis(50),
            dead: CancellationToken::new(),
        }
    }

    /// From now on it has its way.
    pub fn befalls(&self, fate: impl Fate + 'static) {
        self.state.lock().unwrap().fate = Some(Box::new(fate));
    }

    /// From now on call `number`, from 0, meets trouble.
    pub fn trouble(&mut self, number: usize, trouble: Trouble) {
        let mut state = self.state.lock().unwrap();
        state.trouble = Some((state.calls.len() + number, trouble));
        self.dead = CancellationToken::new();
    }

    pub fn calm(&self) {
        self.state.lock().unwrap().trouble = None;
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut Cloud) -> T) -> T {
        change(&mut self.state.lock().unwrap().cloud)
    }

    /// Every call so far, as IAM names its action.
    pub fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }

    /// What was changed so far, by ARN, id or rule.
    pub fn changed(&self) -> Vec<String> {
        self.state.lock().unwrap().changed.clone()
    }

    /// When the network interfaces of the VPC were listed.
    pub fn looks(&self) -> Vec<Instant> {
        self.state.lock().unwrap().looks.clone()
    }

    pub fn aws(&self) -> Aws {
        let keys = Credentials::new("AKIATEST", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .http_client(self.clone())
            .build();
        Aws::new(&config)
    }

    /// The answer to one call and whether the process dies of it.
    fn take(&self, request: &HttpRequest) -> (Result<Answer, ConnectorError>, bool) {
        let body = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
        let path = request.uri().split('?').next().unwrap_or_default();
        let call = Call::read(path, &body);
        let version = call.version.as_str();
        let mut state = self.state.lock().unwrap();
        let State {
            cloud,
            calls,
            changed,
            looks,
            trouble,
            fate,
        } = &mut *state;
        let number = calls.len();
        calls.push(call.action.clone());
        if call.action.ends_with("DescribeNetworkInterfaces") && call.form.filter("vpc-id").is_some() {
            looks.push(Instant::now());
        }
        let told = trouble.filter(|(at, _)| *at == number).map(|(_, it)| it);
        let befalls = fate.as_mut().and_then(|fate| fate.before(&call, cloud));
        let trouble = told.or(befalls);
        match trouble {
            Some(Trouble::Denied) => return (Ok(refusal(version, 403, "AccessDenied")), false),
            Some(Trouble::Throttled) => return (Ok(refusal(version, 400, "Throttling")), false),
            Some(Trouble::Failed) => return (Ok(refusal(version, 500, "InternalFailure")), false),
            Some(Trouble::Nonsense) => return (Ok(ok("<html>".to_owned())), false),
            Some(Trouble::Empty) => {
                let action = call.form.get("Action");
                let inner = format!("<{action}Result></{action}Result>");
                return (
                    Ok(ok(format!("<{action}Response>{inner}</{action}Response>"))),
                    false,
                );
            }
            Some(Trouble::Dead) => return (Ok(ok(String::new())), true),
            _ => {}
        }
        let answered = answer(cloud, &call);
        if answered.kind.is_none()
            && let Some(subject) = subject(&call)
        {
            changed.push(subject);
        }
        if let Some(fate) = fate {
            fate.after(&call, &answered, cloud);
        }
        match trouble {
            Some(Trouble::Lost) => (Err(ConnectorError::io("cut off".into())), false),
            other => (Ok(answered), other == Some(Trouble::DeadAfterwards)),
        }
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = self.clone();
        HttpConnectorFuture::new(async move {
            #[expect(clippy::disallowed_methods, reason = "the latency of a wire, in paused time")]
            tokio::time::sleep(wire.latency).await;
            let (answer, dies) = wire.take(&request);
            if dies {
                wire.dead.cancel();
                std::future::pending::<()>().await;
            }
            let answer = answer?;
            let status = answer.status.try_into().unwrap();
            let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
            if let Some(kind) = answer.kind {
                response.headers_mut().insert("x-amzn-errortype", kind);
            }
            Ok(response)
        })
    }
}
