//! EKS over HTTP: states, what refuses what, and what stands in the network meanwhile.
//!
//! Looks at answers and at the dump, never into the world.

use serde_json::{Value, json};

use super::{Api, eventually, sandbox};
use crate::{Options, Sandbox, Seed};

const ROLE: &str = "arn:aws:iam::123456789012:role/eks";

fn wanted(name: &str) -> Value {
    json!({
        "name": name, "roleArn": ROLE, "tags": { "team": "shop" },
        "resourcesVpcConfig": { "subnetIds": ["subnet-11111111", "subnet-22222222"] },
    })
}

async fn becomes(sandbox: &Sandbox, api: &Api, path: &str, status: &str) -> Value {
    eventually(sandbox, status, async || {
        let (code, answer) = api.eks("GET", path, Value::Null).await;
        let found = answer.as_object()?.values().next()?.clone();
        (code == 200 && found["status"] == status).then_some(found)
    })
    .await
}

async fn goes(sandbox: &Sandbox, api: &Api, path: &str) {
    eventually(sandbox, "it is gone", async || {
        (api.eks("GET", path, Value::Null).await.0 == 404).then_some(())
    })
    .await;
}

async fn with_nodes(sandbox: &Sandbox, api: &Api) {
    api.eks_ok("POST", "/clusters", wanted("main")).await;
    becomes(sandbox, api, "/clusters/main", "ACTIVE").await;
    let group = json!({
        "nodegroupName": "n", "nodeRole": ROLE, "subnets": ["subnet-11111111"],
        "scalingConfig": { "minSize": 1, "maxSize": 2, "desiredSize": 2 },
    });
    api.eks_ok("POST", "/clusters/main/node-groups", group).await;
    becomes(sandbox, api, "/clusters/main/node-groups/n", "ACTIVE").await;
}

/// Descriptions of every interface, and the names of every security group.
fn network(sandbox: &Sandbox) -> (Vec<String>, Vec<String>) {
    let dump = sandbox.dump();
    let texts = |kind: &str, member: &str| -> Vec<String> {
        let all = dump[kind].as_array().cloned().unwrap_or_default();
        all.iter()
            .filter_map(|it| it[member].as_str().map(str::to_owned))
            .collect()
    };
    (
        texts("interfaces", "description"),
        texts("security_groups", "groupName"),
    )
}

#[tokio::test]
async fn a_cluster_is_created_active_deleted_and_then_not_found() {
    let (sandbox, api) = sandbox().await;
    let created = api.eks_ok("POST", "/clusters", wanted("main")).await;
    assert_eq!(created["cluster"]["status"], "CREATING");
    assert_eq!(created["cluster"].get("endpoint"), None);
    let active = becomes(&sandbox, &api, "/clusters/main", "ACTIVE").await;
    assert!(
        active["endpoint"]
            .as_str()
            .is_some_and(|it| it.ends_with(".eks.amazonaws.com"))
    );
    assert_eq!(active["tags"], json!({ "team": "shop" }));
    let (interfaces, groups) = network(&sandbox);
    assert_eq!(interfaces.iter().filter(|it| *it == "Amazon EKS main").count(), 2);
    assert!(
        groups.iter().any(|it| it.starts_with("eks-cluster-sg-main-")),
        "{groups:?}"
    );

    let deleted = api.eks_ok("DELETE", "/clusters/main", Value::Null).await;
    assert_eq!(deleted["cluster"]["status"], "DELETING");
    goes(&sandbox, &api, "/clusters/main").await;
    let (interfaces, groups) = network(&sandbox);
    assert!(interfaces.is_empty(), "{interfaces:?}");
    assert_eq!(groups, ["default"]);
    let (status, _) = api.eks("DELETE", "/clusters/main", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_cluster_with_node_groups_is_in_use_and_nodes_have_two_interfaces_each() {
    let (sandbox, api) = sandbox().await;
    with_nodes(&sandbox, &api).await;
    let (interfaces, _) = network(&sandbox);
    let second = interfaces
        .iter()
        .filter(|it| it.starts_with("aws-K8S-i-"))
        .count();
    assert_eq!((interfaces.len(), second), (6, 2), "{interfaces:?}");
    let (status, _) = api.eks("DELETE", "/clusters/main", Value::Null).await;
    assert_eq!(status, 409);
    api.eks_ok("DELETE", "/clusters/main/node-groups/n", Value::Null)
        .await;
    let (status, _) = api.eks("DELETE", "/clusters/main", Value::Null).await;
    assert_eq!(status, 409, "until the node group is gone");
    goes(&sandbox, &api, "/clusters/main/node-groups/n").await;
    assert_eq!(network(&sandbox).0.len(), 2);
    api.eks_ok("DELETE", "/clusters/main", Value::Null).await;
}

#[tokio::test]
async fn a_forgotten_interface_stays_available_and_keeps_the_cluster_security_group() {
    let options = Options {
        time_scale: 0.02,
        cni_forgets_interfaces: true,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a sandbox starts");
    let api = Api::new(sandbox.endpoint());
    with_nodes(&sandbox, &api).await;
    api.eks_ok("DELETE", "/clusters/main/node-groups/n", Value::Null)
        .await;
    goes(&sandbox, &api, "/clusters/main/node-groups/n").await;
    api.eks_ok("DELETE", "/clusters/main", Value::Null).await;
    goes(&sandbox, &api, "/clusters/main").await;
    let dump = sandbox.dump();
    let left = dump["interfaces"].as_array().expect("a list");
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|it| it["status"] == "available"), "{left:?}");
    assert!(
        network(&sandbox)
            .1
            .iter()
            .any(|it| it.starts_with("eks-cluster-sg-main-"))
    );
}

#[tokio::test]
async fn refuses_what_eks_refuses() {
    let (sandbox, api) = sandbox().await;
    api.eks_ok("POST", "/clusters", wanted("main")).await;
    let (status, _) = api.eks("POST", "/clusters", wanted("main")).await;
    assert_eq!(status, 409, "the name is taken");
    let group = json!({ "nodegroupName": "n", "nodeRole": ROLE, "subnets": ["subnet-11111111"] });
    let (status, _) = api.eks("POST", "/clusters/main/node-groups", group.clone()).await;
    assert_eq!(status, 400, "the cluster is not active");
    let (status, _) = api.eks("POST", "/clusters/nobody/node-groups", group).await;
    assert_eq!(status, 404);
    for subnets in [
        json!(["subnet-11111111"]),
        json!(["subnet-11111111", "subnet-99999999"]),
    ] {
        let mut odd = wanted("odd");
        odd["resourcesVpcConfig"]["subnetIds"] = subnets;
        let (status, answer) = api.eks("POST", "/clusters", odd).await;
        assert_eq!(status, 400, "{answer}");
    }
    let (status, _) = api.eks("GET", "/clusters/main/nothing", Value::Null).await;
    assert_eq!(status, 404);
    becomes(&sandbox, &api, "/clusters/main", "ACTIVE").await;
}

#[tokio::test]
async fn one_change_at_a_time_and_each_has_an_update() {
    let (sandbox, api) = sandbox().await;
    api.eks_ok("POST", "/clusters", wanted("main")).await;
    becomes(&sandbox, &api, "/clusters/main", "ACTIVE").await;
    let logging = json!({ "logging": { "clusterLogging": [{ "types": ["audit"], "enabled": true }] } });
    let update = api.eks_ok("POST", "/clusters/main/update-config", logging).await;
    assert_eq!(update["update"]["status"], "InProgress");
    let private = json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true } });
    let (status, _) = api.eks("POST", "/clusters/main/update-config", private).await;
    assert_eq!(status, 409);
    let id = update["update"]["id"].as_str().expect("an id");
    becomes(
        &sandbox,
        &api,
        &format!("/clusters/main/updates/{id}"),
        "Successful",
    )
    .await;
    let cluster = becomes(&sandbox, &api, "/clusters/main", "ACTIVE").await;
    assert_eq!(cluster["logging"]["clusterLogging"][0]["types"], json!(["audit"]));
}

#[tokio::test]
async fn a_seed_brings_up_clusters_and_says_them_again() {
    let (sandbox, api) = sandbox().await;
    let seed: Seed = serde_json::from_value(json!({
        "eks_clusters": [{ "name": "main", "node_groups": [{ "name": "n", "nodes": 2 }] }],
        "classic_load_balancers": [{ "name": "old", "tags": { "kubernetes.io/cluster/main": "owned" } }],
        "load_balancers": [{ "name": "net", "kind": "network", "internal": true }],
    }))
    .expect("a valid seed");
    sandbox.seed(&seed).expect("applies");
    becomes(&sandbox, &api, "/clusters/main", "ACTIVE").await;
    becomes(&sandbox, &api, "/clusters/main/node-groups/n", "ACTIVE").await;
    let said = sandbox.as_seed();
    let (again, _) = super::sandbox().await;
    again.seed(&said).expect("applies");
    assert_eq!(json!(again.as_seed()), json!(said));
    assert_eq!(network(&again), network(&sandbox));
}
