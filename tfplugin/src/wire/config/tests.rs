//! What a host says it can do decides what is valid.

use async_trait::async_trait;

use super::validate_resource;
use crate::diag::Diagnostics;
use crate::r#gen::tfplugin6 as pb;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::*;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::Server;
use crate::validate;

struct Vault;

#[async_trait]
impl DynProvider for Vault {
    fn type_name(&self) -> &str {
        "vault"
    }
    fn version(&self) -> &str {
        "0.0.0"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![Box::new(Vault)]
    }
    async fn configure(&self, _: ConfigureRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

#[async_trait]
impl DynResource for Vault {
    fn type_name(&self) -> &str {
        "vault_door"
    }
    fn schema(&self) -> Schema {
        let key = || {
            Attribute::string("key")
                .optional()
                .write_only()
                .validate(validate::length(0..=9))
        };
        Schema::new(0)
            .attribute(key())
            .attribute(Attribute::object_map("locks", vec![key()]).optional())
            .block(Block::new("guard", BlockNesting::List).attribute(key()))
    }
    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(req.planned), req.private)
    }
    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        ApplyResponse::new(Some(req.planned), req.private)
    }
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        ApplyResponse::new(None, req.private)
    }
    async fn read(&self, req: ReadRequest) -> ReadResponse {
        ReadResponse::new(Some(req.state), req.private)
    }
}

const SECRET: &str = "open sesame";

async fn said(host: Option<pb::ClientCapabilities>, config: &str) -> Vec<(String, String, usize)> {
    let server = Server::new(Vault);
    assert!(server.faults.is_empty(), "{:?}", server.faults);
    let request = pb::validate_resource_config::Request {
        type_name: "vault_door".to_owned(),
        config: Some(pb::DynamicValue {
            json: config.as_bytes().to_vec(),
            ..Default::default()
        }),
        client_capabilities: host,
    };
    let found = validate_resource(&server, request).await.diagnostics;
    found
        .into_iter()
        .map(|told| {
            assert_eq!(told.severity(), pb::diagnostic::Severity::Error);
            assert!(!format!("{told:?}").contains(SECRET), "{told:?}");
            let steps = told.attribute.map_or(0, |path| path.steps.len());
            (told.summary, told.detail, steps)
        })
        .collect()
}

fn host(write_only_attributes_allowed: bool) -> Option<pb::ClientCapabilities> {
    Some(pb::ClientCapabilities {
        write_only_attributes_allowed,
        ..Default::default()
    })
}

const SET: &str = r#"{"key":"k","locks":{"front":{"key":"k"},"back":{"key":null}},"guard":[{"key":"k"}]}"#;

#[tokio::test]
async fn a_write_only_value_is_refused_where_terraform_can_not_leave_it_out() {
    for old in [None, host(false)] {
        let said = said(old, SET).await;
        let named: Vec<_> = said
            .iter()
            .map(|(summary, _, steps)| (summary.as_str(), *steps))
            .collect();
        assert_eq!(
            named,
            [
                ("vault_door.key needs Terraform 1.11", 1),
                ("vault_door.locks[\"front\"].key needs Terraform 1.11", 3),
                ("vault_door.guard[0].key needs Terraform 1.11", 3),
            ]
        );
        assert!(said[0].1.contains("Use Terraform 1.11 or later"), "{said:?}");
    }
    assert_eq!(said(host(true), SET).await, []);
    let unset = r#"{"key":null,"locks":null,"guard":[]}"#;
    assert_eq!(
        said(None, unset).await,
        [],
        "an old Terraform can use all the rest"
    );
}

#[tokio::test]
async fn a_rule_for_a_write_only_value_never_shows_it() {
    let config = format!(r#"{{"key":"{SECRET}","locks":null,"guard":[]}}"#);
    let said = said(host(true), &config).await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].1, "key must be 0 to 9 characters long.");
}
