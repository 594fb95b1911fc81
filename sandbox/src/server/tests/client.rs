//! A tiny AWS client: forms and JSON out, text and JSON in.
//!
//! Retries nothing and signs nothing.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::http::request::Builder;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

pub struct Api {
    endpoint: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Api {
    pub fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Status and XML of an ELBv2 call; `form` is already encoded but for `{}`, `/` and `:`, which need no encoding here.
    pub async fn elb(&self, action: &str, form: &str) -> (u16, String) {
        let body = format!("Action={action}&Version=2015-12-01&{form}");
        self.send("application/x-www-form-urlencoded", None, body)
            .await
            .expect("an answer")
    }

    /// Status and XML of a call of classic Elastic Load Balancing.
    pub async fn classic(&self, action: &str, form: &str) -> (u16, String) {
        let body = format!("Action={action}&Version=2012-06-01&{form}");
        self.send("application/x-www-form-urlencoded", None, body)
            .await
            .expect("an answer")
    }

    /// The answer to a call of classic Elastic Load Balancing that must work.
    pub async fn classic_ok(&self, action: &str, form: &str) -> String {
        let (status, xml) = self.classic(action, form).await;
        assert_eq!(status, 200, "{action} {form}: {xml}");
        xml
    }

    /// The text inside the first `<member>` of an ELBv2 call that must work.
    pub async fn elb_get(&self, action: &str, form: &str, member: &str) -> String {
        let (status, xml) = self.elb(action, form).await;
        assert_eq!(status, 200, "{action} {form}: {xml}");
        inside(&xml, member).unwrap_or_default().to_owned()
    }

    pub async fn ecs(&self, action: &str, body: Value) -> (u16, Value) {
        let target = format!("AmazonEC2ContainerServiceV20141113.{action}");
        let sent = self
            .send("application/x-amz-json-1.1", Some(&target), body.to_string())
            .await;
        let (status, text) = sent.expect("an answer");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    /// The answer of an ECS call that must work.
    pub async fn ecs_ok(&self, action: &str, body: Value) -> Value {
        let (status, answer) = self.ecs(action, body.clone()).await;
        assert_eq!(status, 200, "{action} {body}: {answer}");
        answer
    }

    /// Status and JSON of an EKS call.
    pub async fn eks(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let uri = format!("{}{path}", self.endpoint);
        let request = Request::builder().method(method).uri(uri);
        let (status, text) = self.request(request, body).await.expect("an answer");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    /// The answer of an EKS call that must work.
    pub async fn eks_ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.eks(method, path, body.clone()).await;
        assert_eq!(status, 200, "{method} {path} {body}: {answer}");
        answer
    }

    /// None if the connection closed without an answer.
    pub async fn send(&self, kind: &str, target: Option<&str>, body: String) -> Option<(u16, String)> {
        let mut request = Request::post(&self.endpoint).header("content-type", kind);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        self.request(request, body).await
    }

    /// The same, for a request whose headers are somebody else's business.
    pub async fn request(&self, request: Builder, body: String) -> Option<(u16, String)> {
        let request = request.body(Full::from(body)).expect("a request");
        let answer = self.client.request(request).await.ok()?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        Some((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// The text of the first `<name>` element.
pub fn inside<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    xml.split_once(&format!("<{name}>"))?
        .1
        .split_once(&format!("</{name}>"))
        .map(|(text, _)| text)
}

/// The texts of every `<name>` element.
pub fn all<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    xml.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split_once(&close))
        .map(|(text, _)| text)
        .collect()
}
