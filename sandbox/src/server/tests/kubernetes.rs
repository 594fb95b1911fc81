//! Controllers: what they make, with the names and tags of their sources; what comes back, what is cleaned up, what
//! leaks.
//!
//! Looks at the dump and the event log, as anybody can.

use serde_json::{Value, json};

use super::{Api, eventually, sandbox};
use crate::{KubernetesChange, Sandbox, Seed};

/// An EKS cluster with nodes and these controllers.
async fn cluster(controllers: &[&str]) -> (Sandbox, Api) {
    let (sandbox, api) = sandbox().await;
    let seed = json!({
        "eks_clusters": [{ "name": "main", "node_groups": [{ "name": "n", "nodes": 1 }] }],
        "kubernetes": [{ "cluster": { "name": "main", "controllers": controllers, "resync_seconds": 5.0 } }],
    });
    let seed: Seed = serde_json::from_value(seed).expect("a valid seed");
    sandbox.seed(&seed).expect("applies");
    (sandbox, api)
}

fn happens(sandbox: &Sandbox, change: Value) {
    let change: KubernetesChange = serde_json::from_value(change).expect("a valid change");
    sandbox.kubernetes(change).expect("taken in");
}

fn web(class: &str) -> Value {
    json!({ "service": {
        "cluster": "main", "namespace": "shop", "name": "web", "class": class, "ports": [80],
        "uid": "12345678-1234-4123-8123-123456789abc",
    } })
}

fn gone(kind: &str) -> Value {
    json!({ kind: { "cluster": "main", "namespace": "shop", "name": "web" } })
}

fn kill(controller: &str) -> Value {
    json!({ "kill": { "cluster": "main", "controller": controller } })
}

fn all(sandbox: &Sandbox, kind: &str) -> Vec<Value> {
    sandbox.dump()[kind].as_array().cloned().unwrap_or_default()
}

async fn first(sandbox: &Sandbox, kind: &str) -> Value {
    eventually(sandbox, kind, async || all(sandbox, kind).into_iter().next()).await
}

/// A security group by the beginning of its name.
fn group(sandbox: &Sandbox, start: &str) -> Option<Value> {
    let mut groups = all(sandbox, "security_groups").into_iter();
    groups.find(|it| it["groupName"].as_str().is_some_and(|it| it.starts_with(start)))
}

fn tags(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.dump()["tags"][id].clone()
}

/// Whether a client's last action of the resync was made twice since `from`: it has looked and was content.
async fn looked_again(sandbox: &Sandbox, client: &str, action: &str) {
    let count = || {
        let events = sandbox.events();
        let calls = events
            .iter()
            .filter(|it| it.json["client"] == client && it.json["action"] == action);
        calls.count()
    };
    let before = count();
    eventually(sandbox, "another resync", async || {
        (before + 2 <= count()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_cloud_controller_makes_a_classic_load_balancer_as_its_source_names_it() {
    let (sandbox, _) = cluster(&["cloud-controller"]).await;
    happens(&sandbox, web("classic"));
    let made = first(&sandbox, "classic_load_balancers").await;
    let name = "a12345678123441238123123456789ab";
    assert_eq!(made["LoadBalancerName"], name);
    let arn = format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/{name}");
    assert_eq!(
        tags(&sandbox, &arn),
        json!({ "kubernetes.io/service-name": "shop/web", "kubernetes.io/cluster/main": "owned" })
    );
    let own = group(&sandbox, "k8s-elb-").expect("its group");
    assert_eq!(own["groupName"], format!("k8s-elb-{name}"));
    assert_eq!(
        own["groupDescription"],
        format!("Security group for Kubernetes ELB {name} (shop/web)")
    );
    let id = own["groupId"].as_str().expect("an id");
    assert_eq!(
        tags(&sandbox, id),
        json!({ "kubernetes.io/cluster/main": "owned" })
    );
    assert_eq!(made["SecurityGroups"], json!([id]));
    eventually(&sandbox, "the nodes let it in", async || {
        let nodes = group(&sandbox, "eks-cluster-sg-main-")?;
        let rules = nodes["ipPermissions"].as_array()?.clone();
        let groups = rules
            .iter()
            .flat_map(|it| it["groups"].as_array().cloned().unwrap_or_default());
        groups
            .into_iter()
            .find(|it| it["groupId"] == id && it["description"].is_null())
            .map(|_| ())
    })
    .await;
    let makers: Vec<Value> = sandbox
        .events()
        .iter()
        .filter(|it| it.json["service"] == "elb" && it.json["action"] == "CreateLoadBalancer")
        .map(|it| it.json["client"].clone())
        .collect();
    assert_eq!(makers, ["app/cloud-controller-manager"]);
}

#[tokio::test]
async fn what_is_deleted_under_a_living_controller_comes_back() {
    let (sandbox, api) = cluster(&["cloud-controller"]).await;
    happens(&sandbox, web("classic"));
    let before = first(&sandbox, "classic_load_balancers").await;
    let name = before["LoadBalancerName"].as_str().expect("a name");
    api.classic_ok("DeleteLoadBalancer", &format!("LoadBalancerName={name}"))
        .await;
    let after = first(&sandbox, "classic_load_balancers").await;
    assert_eq!(after["LoadBalancerName"], name);
    assert_ne!(after["DNSName"], before["DNSName"]);
}

#[tokio::test]
async fn a_deleted_service_takes_everything_with_it_while_its_controller_lives() {
    for (class, controller) in [
        ("classic", "cloud-controller"),
        ("network", "cloud-controller"),
        ("external", "load-balancer-controller"),
    ] {
        let (sandbox, _) = cluster(&[controller]).await;
        let before = all(&sandbox, "security_groups");
        happens(&sandbox, web(class));
        let kind = if class == "classic" {
            "classic_load_balancers"
        } else {
            "load_balancers"
        };
        first(&sandbox, kind).await;
        happens(&sandbox, gone("delete_service"));
        eventually(&sandbox, "as before", async || {
            let left = all(&sandbox, kind).len() + all(&sandbox, "target_groups").len();
            (left == 0 && all(&sandbox, "security_groups") == before).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_killed_controller_leaves_everything_and_makes_nothing() {
    let (sandbox, api) = cluster(&["cloud-controller", "load-balancer-controller"]).await;
    happens(&sandbox, web("classic"));
    let made = first(&sandbox, "classic_load_balancers").await;
    happens(&sandbox, kill("cloud-controller"));
    happens(&sandbox, gone("delete_service"));
    let name = made["LoadBalancerName"].as_str().expect("a name");
    looked_again(
        &sandbox,
        "app/aws-load-balancer-controller",
        "DescribeSecurityGroups",
    )
    .await;
    assert_eq!(all(&sandbox, "classic_load_balancers").len(), 1);
    api.classic_ok("DeleteLoadBalancer", &format!("LoadBalancerName={name}"))
        .await;
    looked_again(
        &sandbox,
        "app/aws-load-balancer-controller",
        "DescribeSecurityGroups",
    )
    .await;
    assert!(all(&sandbox, "classic_load_balancers").is_empty());
    assert!(group(&sandbox, "k8s-elb-").is_some(), "its group is an orphan");
}

#[tokio::test]
async fn the_load_balancer_controller_names_tags_and_describes_as_its_source_does() {
    let (sandbox, _) = cluster(&["load-balancer-controller"]).await;
    let ingress = json!({ "ingress": {
        "cluster": "main", "namespace": "shop", "name": "web", "service": "web",
    } });
    happens(&sandbox, ingress);
    let made = first(&sandbox, "load_balancers").await;
    let name = made["LoadBalancerName"].as_str().expect("a name");
    assert!(name.starts_with("k8s-shop-web-") && name.len() == 23, "{name}");
    assert_eq!(made["Type"], "application");
    let arn = made["LoadBalancerArn"].as_str().expect("an ARN");
    assert_eq!(
        tags(&sandbox, arn),
        json!({
            "elbv2.k8s.aws/cluster": "main", "ingress.k8s.aws/stack": "shop/web",
            "ingress.k8s.aws/resource": "LoadBalancer",
        })
    );
    let target = first(&sandbox, "target_groups").await;
    let target = target["TargetGroupArn"].as_str().expect("an ARN").to_owned();
    assert_eq!(
        tags(&sandbox, &target)["ingress.k8s.aws/resource"],
        "shop/web-web:80"
    );
    let back = group(&sandbox, "k8s-traffic-main-").expect("the shared group");
    assert_eq!(
        back["groupDescription"],
        "[k8s] Shared Backend SecurityGroup for LoadBalancer"
    );
    let front = group(&sandbox, "k8s-shop-web-").expect("its own group");
    assert_eq!(
        front["groupDescription"],
        "[k8s] Managed SecurityGroup for LoadBalancer"
    );
    let id = front["groupId"].as_str().expect("an id");
    assert_eq!(
        tags(&sandbox, id)["ingress.k8s.aws/resource"],
        "ManagedLBSecurityGroup"
    );
    let nodes = group(&sandbox, "eks-cluster-sg-main-")
        .expect("the nodes' group")
        .to_string();
    assert!(
        nodes.contains("elbv2.k8s.aws/targetGroupBinding=shared"),
        "{nodes}"
    );
}

#[tokio::test]
async fn nodes_and_control_plane_take_their_controllers_with_them() {
    let (sandbox, api) = cluster(&["cloud-controller", "load-balancer-controller"]).await;
    happens(&sandbox, web("classic"));
    let ingress = json!({ "ingress": {
        "cluster": "main", "namespace": "shop", "name": "front", "service": "web",
    } });
    happens(&sandbox, ingress);
    first(&sandbox, "classic_load_balancers").await;
    first(&sandbox, "load_balancers").await;
    for path in ["/clusters/main/node-groups/n", "/clusters/main"] {
        api.eks_ok("DELETE", path, Value::Null).await;
        eventually(&sandbox, "it is gone", async || {
            (api.eks("GET", path, Value::Null).await.0 == 404).then_some(())
        })
        .await;
    }
    happens(&sandbox, gone("delete_service"));
    assert_eq!(all(&sandbox, "classic_load_balancers").len(), 1);
    assert_eq!(all(&sandbox, "load_balancers").len(), 1);
    assert!(
        group(&sandbox, "eks-cluster-sg-main-").is_none(),
        "EKS takes its own away"
    );
    for orphan in ["k8s-elb-", "k8s-traffic-main-", "k8s-shop-front-"] {
        assert!(group(&sandbox, orphan).is_some(), "{orphan}");
    }
}
