//! ECS: what it refuses, and how clusters, definitions and services begin and end.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use serde_json::{Value, json};

use super::client::Api;
use super::{eventually, sandbox, two_colors};
use crate::{Sandbox, Seed};

async fn seeded() -> (Sandbox, Api) {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("the seed applies");
    (sandbox, api)
}

async fn lone_group(api: &Api) -> String {
    let form = "Name=lone&Protocol=HTTP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip";
    api.elb_get("CreateTargetGroup", form, "TargetGroupArn").await
}

fn group_arn(sandbox: &Sandbox, name: &str) -> String {
    let dump = sandbox.dump();
    let groups = dump["target_groups"].as_array().expect("a list");
    let found = groups
        .iter()
        .find(|it| it["TargetGroupName"] == name)
        .expect("the group");
    found["TargetGroupArn"].as_str().expect("an ARN").to_owned()
}

#[tokio::test]
async fn refuses_what_ecs_refuses_and_changes_nothing() {
    let (sandbox, api) = seeded().await;
    let (lone, blue) = (lone_group(&api).await, group_arn(&sandbox, "blue"));
    api.ecs_ok("DeregisterTaskDefinition", json!({ "taskDefinition": "web:2" }))
        .await;
    // Let the seeded tasks come up: the world must hold still while refusals are compared.
    eventually(&sandbox, "blue is steady", async || {
        let found = api
            .ecs_ok(
                "DescribeServices",
                json!({ "cluster": "main", "services": ["blue"] }),
            )
            .await;
        let events = found["services"][0]["events"].to_string();
        events.contains("steady state").then_some(())
    })
    .await;
    let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-11111111"] } });
    let create = |change: Value| {
        let mut body = json!({
            "cluster": "main", "serviceName": "new", "taskDefinition": "web:1", "desiredCount": 1,
            "networkConfiguration": network, "launchType": "FARGATE",
        });
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let balancer = |group: &str, container: &str, port: u16| json!({ "loadBalancers": [{ "targetGroupArn": group, "containerName": container, "containerPort": port }] });
    let cases: Vec<(&str, Value, &str, &str)> = vec![
        (
            "CreateService",
            create(balancer(&lone, "app", 8080)),
            "InvalidParameterException",
            "does not have an associated load balancer.",
        ),
        (
            "CreateService",
            create(balancer("nope", "app", 8080)),
            "InvalidParameterException",
            "does not exist",
        ),
        (
            "CreateService",
            create(balancer(&blue, "nope", 8080)),
            "InvalidParameterException",
            "The container nope does not exist in the task definition.",
        ),
        (
            "CreateService",
            create(balancer(&blue, "app", 81)),
            "InvalidParameterException",
            "did not have a container port 81 defined.",
        ),
        (
            "CreateService",
            create(json!({ "taskDefinition": "web:2" })),
            "ClientException",
            "TaskDefinition is inactive",
        ),
        (
            "CreateService",
            create(json!({ "taskDefinition": "nope" })),
            "ClientException",
            "TaskDefinition not found.",
        ),
        (
            "CreateService",
            create(json!({ "serviceName": "blue" })),
            "InvalidParameterException",
            "not idempotent",
        ),
        (
            "CreateService",
            create(json!({ "deploymentConfiguration": { "strategy": "BLUE_GREEN" } })),
            "InvalidParameterException",
            "BLUE_GREEN is not supported here",
        ),
        (
            "CreateService",
            create(
                json!({ "deploymentConfiguration": { "deploymentCircuitBreaker": { "enable": true, "rollback": true, "resetOnHealthyTask": false } } }),
            ),
            "InvalidParameterException",
            "is not supported here",
        ),
        (
            "CreateService",
            create(json!({ "networkConfiguration": null })),
            "InvalidParameterException",
            "Network Configuration must be provided",
        ),
        (
            "CreateService",
            create(json!({ "cluster": "nope" })),
            "ClusterNotFoundException",
            "Cluster not found.",
        ),
        (
            "CreateService",
            create(json!({ "healthCheckGracePeriodSeconds": 5 })),
            "InvalidParameterException",
            "grace period",
        ),
        (
            "UpdateService",
            json!({ "cluster": "main", "service": "blue", "taskDefinition": "web:2" }),
            "ClientException",
            "TaskDefinition is inactive",
        ),
        (
            "UpdateService",
            json!({ "cluster": "main", "service": "nope", "desiredCount": 1 }),
            "ServiceNotFoundException",
            "Service not found.",
        ),
        (
            "DeleteService",
            json!({ "cluster": "main", "service": "blue" }),
            "InvalidParameterException",
            "scaled above 0",
        ),
        (
            "DeleteCluster",
            json!({ "cluster": "main" }),
            "ClusterContainsServicesException",
            "Services are active",
        ),
        (
            "DescribeTaskDefinition",
            json!({ "taskDefinition": "web:9" }),
            "ClientException",
            "Unable to describe",
        ),
        (
            "DeregisterTaskDefinition",
            json!({ "taskDefinition": "web" }),
            "InvalidParameterException",
            "Revision",
        ),
        (
            "RegisterTaskDefinition",
            json!({ "family": "x", "containerDefinitions": [] }),
            "ClientException",
            "empty",
        ),
        (
            "RegisterTaskDefinition",
            json!({ "family": "x", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "containerDefinitions": [{ "name": "a", "image": "i" }] }),
            "ClientException",
            "Fargate requires",
        ),
        (
            "DescribeServices",
            json!({ "cluster": "main", "services": [] }),
            "InvalidParameterException",
            "empty",
        ),
        (
            "ListTagsForResource",
            json!({ "resourceArn": "arn:aws:ecs:eu-central-1:1:service/main/nope" }),
            "InvalidParameterException",
            "not found",
        ),
        ("Fly", json!({}), "UnknownOperationException", "Fly"),
    ];
    for (action, body, code, message) in cases {
        let before = sandbox.dump();
        let (status, answer) = api.ecs(action, body.clone()).await;
        assert_eq!(
            (status, &answer["__type"]),
            (400, &json!(code)),
            "{action} {body}: {answer}"
        );
        let said = answer["message"].as_str().unwrap_or_default();
        assert!(said.contains(message), "{action} {body}: {said}");
        assert!(sandbox.dump() == before, "{action} {body} changed the world");
    }
}

#[tokio::test]
async fn a_services_network_is_there_and_its_groups_are_of_the_same_vpc() {
    let (sandbox, api) = seeded().await;
    let elsewhere = r#"{ "vpcs": [{ "id": "vpc-aaaaaaaa", "default_group": "sg-aaaaaaaa",
                                    "subnets": [{ "id": "subnet-aaaaaaaa", "cidr": "10.0.1.0/24" }] }] }"#;
    let elsewhere = Seed::from_json(elsewhere.as_bytes()).expect("a valid seed");
    sandbox.seed(&elsewhere).expect("applies");
    let network = |subnets: &[&str], groups: &[&str]| json!({ "awsvpcConfiguration": { "subnets": subnets, "securityGroups": groups } });
    let missing = "subnet-0123456789abcdef0";
    for (network, words) in [
        (network(&[], &[]), "subnets can not be empty."),
        (
            network(&["subnet-11111111", missing], &[]),
            "(ErrorCode: InvalidSubnetID.NotFound)",
        ),
        (
            network(&["subnet-11111111", "subnet-aaaaaaaa"], &[]),
            "different VPCs",
        ),
        (
            network(&["subnet-11111111"], &["sg-01234567"]),
            "(ErrorCode: InvalidGroup.NotFound)",
        ),
        (
            network(&["subnet-11111111"], &["sg-aaaaaaaa"]),
            "does not belong to VPC",
        ),
    ] {
        let create = json!({
            "cluster": "main", "serviceName": "new", "taskDefinition": "web:1", "desiredCount": 0,
            "networkConfiguration": network,
        });
        let update = json!({ "cluster": "main", "service": "blue", "networkConfiguration": network });
        for (action, body) in [("CreateService", create), ("UpdateService", update)] {
            let (status, answer) = api.ecs(action, body).await;
            assert_eq!(
                (status, &answer["__type"]),
                (400, &json!("InvalidParameterException"))
            );
            let message = answer["message"].as_str().unwrap_or_default();
            assert!(message.contains(words), "{action}: {message}");
        }
    }
}

#[tokio::test]
async fn describes_what_is_missing_as_a_failure() {
    let (_sandbox, api) = seeded().await;
    let answer = api
        .ecs_ok(
            "DescribeServices",
            json!({ "cluster": "main", "services": ["nope", "blue"] }),
        )
        .await;
    assert_eq!(answer["services"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
    let answer = api
        .ecs_ok("DescribeClusters", json!({ "clusters": ["nope"] }))
        .await;
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
}

#[tokio::test]
async fn scales_a_service_that_is_on_an_inactive_revision() {
    let (sandbox, api) = seeded().await;
    api.ecs_ok("DeregisterTaskDefinition", json!({ "taskDefinition": "web:1" }))
        .await;
    api.ecs_ok(
        "UpdateService",
        json!({ "cluster": "main", "service": "green", "desiredCount": 1 }),
    )
    .await;
    eventually(&sandbox, "green runs", async || {
        let found = api
            .ecs_ok(
                "DescribeServices",
                json!({ "cluster": "main", "services": ["green"] }),
            )
            .await;
        (found["services"][0]["runningCount"] == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn deleting_drains_the_service_and_then_the_cluster_may_go() {
    let (sandbox, api) = seeded().await;
    for name in ["blue", "green"] {
        let answer = api
            .ecs_ok(
                "DeleteService",
                json!({ "cluster": "main", "service": name, "force": true }),
            )
            .await;
        assert_eq!(answer["service"]["status"], "DRAINING");
    }
    eventually(&sandbox, "both are inactive", async || {
        let body = json!({ "cluster": "main", "services": ["blue", "green"] });
        let found = api.ecs_ok("DescribeServices", body).await;
        let services = found["services"].as_array()?;
        services.iter().all(|it| it["status"] == "INACTIVE").then_some(())
    })
    .await;
    let listed = api.ecs_ok("ListServices", json!({ "cluster": "main" })).await;
    assert_eq!(
        listed["serviceArns"],
        json!([]),
        "an inactive service is not listed"
    );
    let answer = api.ecs_ok("DeleteCluster", json!({ "cluster": "main" })).await;
    assert_eq!(answer["cluster"]["status"], "INACTIVE");
}

#[tokio::test]
async fn lists_revisions_by_status() {
    let (_sandbox, api) = seeded().await;
    api.ecs_ok("DeregisterTaskDefinition", json!({ "taskDefinition": "web:2" }))
        .await;
    for (status, count) in [("ACTIVE", 2), ("INACTIVE", 1)] {
        let body = json!({ "familyPrefix": "web", "status": status });
        let answer = api.ecs_ok("ListTaskDefinitions", body).await;
        assert_eq!(
            answer["taskDefinitionArns"].as_array().map(Vec::len),
            Some(count),
            "{status}"
        );
    }
    let latest = api
        .ecs_ok("DescribeTaskDefinition", json!({ "taskDefinition": "web" }))
        .await;
    assert_eq!(
        latest["taskDefinition"]["revision"], 3,
        "a family alone is its latest active revision"
    );
}
