//! A visitor: GET requests from where Terraform runs. Follows no redirect and keeps no cookie: what the load balancer
//! answers first is what counts.

use super::aws::{chain_of, crypto};
use crate::ports::{Kind, PortError, Visitor};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use std::collections::BTreeMap;
use std::time::Duration;
use tfplugin::async_trait;

/// Where a smoke check goes, and with which headers.
pub struct Http {
    connector: Connector,
    url: String,
    headers: BTreeMap<String, String>,
    timeout: Duration,
}

impl Http {
    pub fn new(url: &str, headers: &BTreeMap<String, String>, timeout: Duration) -> Http {
        Http {
            connector: Connector::builder().tls_provider(crypto()).build(),
            url: url.to_owned(),
            headers: headers.clone(),
            timeout,
        }
    }

    fn request(&self) -> Result<HttpRequest, String> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method("GET").map_err(|error| chain_of(&error))?;
        request
            .set_uri(self.url.as_str())
            .map_err(|error| chain_of(&error))?;
        for (name, value) in &self.headers {
            let headers = request.headers_mut();
            headers
                .try_insert(name.to_lowercase(), value.clone())
                .map_err(|error| chain_of(&error))?;
        }
        Ok(request)
    }

    fn unanswered(&self, why: String) -> PortError {
        PortError {
            kind: Kind::Transient,
            doing: "asking".to_owned(),
            on: self.asks(),
            code: None,
            source: Some(why.into()),
        }
    }
}

#[async_trait]
impl Visitor for Http {
    async fn visit(&self) -> Result<u16, PortError> {
        let request = self.request().map_err(|why| self.unanswered(why))?;
        let call = tokio::time::timeout(self.timeout, self.connector.call(request));
        match call.await {
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            Ok(Err(error)) => Err(self.unanswered(chain_of(&error))),
            Err(_) => Err(self.unanswered(format!("no answer within {:?}", self.timeout))),
        }
    }

    fn asks(&self) -> String {
        format!("GET {}", self.url)
    }
}
