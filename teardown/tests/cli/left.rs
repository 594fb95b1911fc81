//! What a whole cluster left: its controllers made a classic load balancer for a Service and an application load balancer
//! for an Ingress, and died with it. Beside it lies a load balancer of Terraform's that nobody may touch.
//!
//! Made by the controllers' own calls; only their death is decided here.

use crate::place::Place;
use sandbox::{FaultRule, Seed};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const VPC: &str = "vpc-0d1e2f3a4b5c6d7e8";
const NODES: &str = "sg-0aaaaaaaaaaaaaaaa";
/// Looks at a world that is being made, 50 ms apart.
const LOOKS: u32 = 400;

/// A place in which cluster `prod` has left all that.
pub struct Left {
    pub place: Place,
    /// The events before it died.
    from: usize,
}

impl Left {
    /// Interfaces take `release_times` as long to go as they usually do.
    pub async fn new(time_scale: f64, release_times: f64) -> Left {
        let mut place = Place::empty(time_scale, release_times).await;
        VPC.clone_into(&mut place.vpc);
        let seed: Seed = serde_json::from_value(seed()).unwrap();
        place.sandbox.seed(&seed).unwrap();
        let mut interval = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..LOOKS {
            interval.tick().await;
            if made(&place.sandbox.dump()) {
                break;
            }
        }
        assert!(made(&place.sandbox.dump()), "{:#}", place.sandbox.dump());
        for controller in ["cloud-controller", "load-balancer-controller"] {
            let kill = json!({ "kill": { "cluster": "prod", "controller": controller } });
            let kill = serde_json::from_value(kill).unwrap();
            place.sandbox.kubernetes(kill).unwrap();
        }
        let mut state: Value = serde_json::from_str(&place.state("prod")).unwrap();
        let shop = place.sandbox.dump()["load_balancers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["LoadBalancerName"] == "shop")
            .unwrap()["LoadBalancerArn"]
            .clone();
        let managed = json!({
            "mode": "managed", "type": "aws_lb", "name": "shop",
            "instances": [{ "attributes": { "arn": shop, "name": "shop" } }],
        });
        state["resources"].as_array_mut().unwrap().push(managed);
        place.write("network.tfstate", &state.to_string());
        let from = place.sandbox.events().len();
        Left { place, from }
    }

    /// From now on a call meets this.
    pub fn trouble(&self, rule: FaultRule) {
        self.place.sandbox.faults().add(rule);
    }

    pub fn calm(&self) {
        self.place.sandbox.faults().clear();
    }

    /// The program's calls so far.
    pub fn calls(&self) -> Vec<Value> {
        let events = self.place.sandbox.events().into_iter().skip(self.from);
        let calls = events.map(|it| it.json).filter(|it| it["event"] == "call");
        calls
            .filter(|it| {
                it["client"]
                    .as_str()
                    .is_some_and(|it| it.contains("bluegreen-teardown"))
            })
            .collect()
    }

    /// How often each change took effect.
    pub fn changes(&self) -> BTreeMap<String, usize> {
        let mut changes = BTreeMap::new();
        let calls = self.calls().into_iter();
        for call in calls.filter(|it| it["mutating"] == true && it["applied"] == true) {
            let change = format!("{} {}", call["action"], call["input"]);
            *changes.entry(change).or_default() += 1;
        }
        changes
    }

    /// All that could be deleted and is there, with the rules that let others in.
    pub fn there(&self) -> Vec<String> {
        let dump = self.place.sandbox.dump();
        let mut all = Vec::new();
        for (kind, id) in [
            ("classic_load_balancers", "LoadBalancerName"),
            ("load_balancers", "LoadBalancerArn"),
            ("target_groups", "TargetGroupArn"),
            ("security_groups", "groupId"),
            ("subnets", "subnetId"),
            ("vpcs", "vpcId"),
        ] {
            for item in dump[kind].as_array().unwrap() {
                assert!(item[id].is_string(), "{kind}: {item:#}");
                all.push(format!("{kind} {} {}", item[id], item["ipPermissions"]));
            }
        }
        all.sort();
        all
    }
}

fn seed() -> Value {
    let subnet = |id: &str, cidr: &str, zone: &str| json!({ "id": id, "cidr": cidr, "zone": zone });
    let subnets = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"];
    json!({
        "vpcs": [{
            "id": VPC, "cidr": "10.0.0.0/16", "internet_gateway": "igw-0123456789abcdef0",
            "subnets": [
                subnet(subnets[0], "10.0.1.0/24", "eu-central-1a"),
                subnet(subnets[1], "10.0.2.0/24", "eu-central-1b"),
            ],
        }],
        "security_groups": [{ "id": NODES, "name": "prod-nodes", "description": "the nodes", "vpc": VPC }],
        "load_balancers": [{ "name": "shop", "internal": true, "subnets": subnets, "tags": { "kubernetes.io/cluster/prod": "owned" } }],
        "kubernetes": [
            { "cluster": {
                "name": "prod", "vpc": VPC, "subnets": subnets, "node_security_group": NODES,
                "controllers": ["cloud-controller", "load-balancer-controller"], "resync_seconds": 30,
            } },
            { "service": {
                "cluster": "prod", "namespace": "ingress-nginx", "name": "controller", "ports": [80, 443],
                "uid": "b7f3c9d2-41e8-4a6b-9c05-2d8e7f1a3b64",
            } },
            { "ingress": { "cluster": "prod", "namespace": "shop", "name": "web", "service": "web" } },
        ],
    })
}

/// Whether both controllers are done.
fn made(dump: &Value) -> bool {
    let count = |kind: &str| dump[kind].as_array().map_or(0, Vec::len);
    let groups = dump["security_groups"].as_array().unwrap();
    let nodes = groups.iter().find(|it| it["groupId"] == NODES).unwrap();
    let rules = nodes["ipPermissions"].as_array().into_iter().flatten();
    let named: usize = rules.map(|it| it["groups"].as_array().map_or(0, Vec::len)).sum();
    (
        count("classic_load_balancers"),
        count("load_balancers"),
        count("target_groups"),
    ) == (1, 2, 1)
        && count("listeners") == 1
        && named >= 2
}
