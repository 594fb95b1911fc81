//! A world of two teams, a folder with the script, and who called what.
//!
//! Never lets a program see the machine's own AWS settings, its `terraform` or its `sleep`.

use acceptance::folder::Folder;
use acceptance::wait::eventually;
use acceptance::world::{World, in_world};
use anyhow::{Context, Result};
use sandbox::{
    Controller, KubernetesChange, KubernetesCluster, KubernetesController, KubernetesIngress,
    KubernetesService, Options, Seed, ServiceClass,
};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// What the cloud controller calls the load balancer of Service [`UID`].
pub const BALANCER: &str = "a5f0c5d1e6d3b4c5f9a3e2b1c0d9e8f7";
const UID: &str = "5f0c5d1e-6d3b-4c5f-9a3e-2b1c0d9e8f7a";
const SOON: Duration = Duration::from_secs(30);
const DEADLINE: Duration = Duration::from_secs(120);

/// How callers sign in the event log.
const AWS_CLI: &str = "aws-cli";
const TEARDOWN: &str = "bluegreen-teardown";

pub fn options() -> Options {
    Options {
        time_scale: 0.005,
        ..Options::default()
    }
}

pub struct Place<'a> {
    pub world: &'a World,
    folder: Folder,
    /// Calls before this one made the world.
    from: Cell<u64>,
    /// Security groups of the made world, by id.
    groups: RefCell<BTreeMap<String, String>>,
}

/// What a command line left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl<'a> Place<'a> {
    pub async fn through(options: &Options, test: impl AsyncFnOnce(&Place<'_>) -> Result<()>) -> Result<()> {
        let seed = Seed::from_json(include_bytes!("network.json"))?;
        let scale = options.time_scale;
        let inside = async |world: &World| test(&Place::open(world, scale)?).await;
        in_world(World::start(options.clone(), &seed).await?, inside).await
    }

    fn open(world: &'a World, scale: f64) -> Result<Place<'a>> {
        let folder = Folder::new()?;
        folder.write("cleanup.sh", include_str!("cleanup.sh"))?;
        folder.write("destroy.py", include_str!("destroy.py"))?;
        folder.write("network.tfstate", include_str!("state.json"))?;
        let teardown = acceptance::place::binary("bluegreen-teardown")?;
        let programs = [
            ("aws", "exec python3 -B -m awscli \"$@\"".to_owned()),
            (
                "terraform",
                format!("exec python3 -B {}/destroy.py \"$@\"", folder.path().display()),
            ),
            // The world's seconds.
            (
                "sleep",
                format!("exec python3 -c \"import sys, time; time.sleep($1 * {scale})\""),
            ),
            (TEARDOWN, format!("exec {} \"$@\"", teardown.display())),
        ];
        for (name, does) in programs {
            let file = folder.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{does}\n"))?;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(Place {
            world,
            folder,
            from: Cell::new(0),
            groups: RefCell::default(),
        })
    }

    fn kubernetes(&self, class: ServiceClass, controllers: Vec<Controller>) -> Result<()> {
        let sandbox = self.world.sandbox();
        sandbox.kubernetes(KubernetesChange::Cluster(KubernetesCluster {
            name: "shop".into(),
            vpc: Some("vpc-shop".into()),
            subnets: vec!["subnet-shop-a".into(), "subnet-shop-b".into()],
            node_security_group: Some("sg-shop-nodes".into()),
            controllers,
            // Soon after a deletion.
            resync_seconds: 10.0,
        }))?;
        sandbox.kubernetes(KubernetesChange::Service(KubernetesService {
            cluster: "shop".into(),
            namespace: "ingress-nginx".into(),
            name: "ingress-nginx-controller".into(),
            uid: Some(UID.into()),
            class,
            ports: vec![80],
            internal: false,
        }))
    }

    fn kill(&self, controller: Controller) -> Result<()> {
        let controller = KubernetesController {
            cluster: "shop".into(),
            controller,
        };
        self.world
            .sandbox()
            .kubernetes(KubernetesChange::Kill(controller))
    }

    /// A load balancer for a Service of a cluster that is gone.
    pub async fn orphan(&self, class: ServiceClass) -> Result<()> {
        let controller = match class {
            ServiceClass::Classic | ServiceClass::Network => Controller::CloudController,
            ServiceClass::External => Controller::LoadBalancerController,
        };
        self.kubernetes(class, vec![controller])?;
        self.made(1).await?;
        self.kill(controller)
    }

    /// And one for an Ingress, by the controller that made one for a Service.
    pub async fn orphan_ingress(&self) -> Result<()> {
        let controller = Controller::LoadBalancerController;
        let sandbox = self.world.sandbox();
        sandbox.kubernetes(KubernetesChange::Start(KubernetesController {
            cluster: "shop".into(),
            controller,
        }))?;
        sandbox.kubernetes(KubernetesChange::Ingress(KubernetesIngress {
            cluster: "shop".into(),
            namespace: "shop".into(),
            name: "web".into(),
            service: "web".into(),
            group: None,
            internal: false,
        }))?;
        self.made(2).await?;
        self.kill(controller)
    }

    /// One whose cluster and controller live.
    pub async fn living(&self) -> Result<()> {
        let seed = serde_json::json!({ "eks_clusters": [{
            "name": "shop", "subnets": ["subnet-shop-a", "subnet-shop-b"],
        }] });
        self.world.sandbox().seed(&serde_json::from_value(seed)?)?;
        self.kubernetes(ServiceClass::Classic, vec![Controller::CloudController])?;
        self.made(1).await
    }

    /// What its controller wants is there, to the last call.
    async fn made(&self, balancers: usize) -> Result<()> {
        eventually(SOON, async || {
            let there = self.balancers().len() + self.modern().0;
            let groups = self.list("target_groups", "TargetGroupName").len();
            match there == balancers && (self.modern().0 == groups) {
                true => Ok(()),
                false => Err(format!("{there} load balancers, {groups} target groups")),
            }
        })
        .await
    }

    /// A line for a shell in the folder. Everything before it is how the world was made.
    pub async fn run(&self, line: &str) -> Result<Ran> {
        self.from.set(self.world.next_seq());
        *self.groups.borrow_mut() = self.group_names();
        let path = std::env::var_os("PATH").context("there is a PATH")?;
        let own = self.folder.path().join("bin");
        let path = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&path)))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path)
            .env("PYTHONPATH", acceptance::place::aws_cli()?)
            .env("AWS_ENDPOINT_URL", self.world.sandbox().endpoint())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", Options::default().region)
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_PAGER", "")
            .env("AWS_CONFIG_FILE", "/nonexistent")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(DEADLINE, command.output()).await;
        let output = output.with_context(|| format!("`{line}` still ran after {DEADLINE:?}"))??;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Ran {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        })
    }

    pub fn read(&self, name: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.path().join(name))?)
    }

    fn list(&self, kind: &str, name: &str) -> Vec<String> {
        let dump = self.world.sandbox().dump();
        let all = dump[kind].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter()
            .filter_map(|it| it[name].as_str().map(str::to_owned))
            .collect()
    }

    /// Names of the classic load balancers of the whole Region.
    pub fn balancers(&self) -> Vec<String> {
        self.list("classic_load_balancers", "LoadBalancerName")
    }

    /// How many application and network load balancers there are, and target groups.
    pub fn modern(&self) -> (usize, usize) {
        let balancers = self.list("load_balancers", "LoadBalancerName").len();
        (balancers, self.list("target_groups", "TargetGroupName").len())
    }

    /// Everything that holds the VPC is gone, and it with it.
    pub fn destroyed(&self) -> bool {
        !self.list("vpcs", "vpcId").iter().any(|id| id == "vpc-shop")
    }

    fn group_names(&self) -> BTreeMap<String, String> {
        let dump = self.world.sandbox().dump();
        let all = dump["security_groups"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let named = |it: &Value| {
            Some((
                it["groupId"].as_str()?.to_owned(),
                it["groupName"].as_str()?.to_owned(),
            ))
        };
        all.iter().filter_map(named).collect()
    }

    /// Calls that were to change something and came from `client`, in order, with what AWS said.
    fn changes(&self, client: &str) -> Vec<Change> {
        let events = self.world.events().into_iter();
        events
            .filter(|event| event["event"] == "call" && event["mutating"] == true)
            .filter(|event| event["seq"].as_u64().is_some_and(|seq| self.from.get() <= seq))
            .filter(|event| event["client"].as_str().is_some_and(|it| it.contains(client)))
            .map(|event| self.change(&event))
            .collect()
    }

    fn change(&self, event: &Value) -> Change {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let named = [
            "LoadBalancerName",
            "LoadBalancerArn",
            "TargetGroupArn",
            "GroupId",
            "SubnetId",
            "InternetGatewayId",
            "VpcId",
        ];
        let of = named
            .iter()
            .find_map(|name| text(&event["input"][name]))
            .unwrap_or_default();
        // An ARN ends in a name and an id that is drawn.
        let of = match of.strip_prefix("arn:").and_then(|it| it.rsplit('/').nth(1)) {
            Some(name) => name.to_owned(),
            None => of,
        };
        Change {
            service: text(&event["service"]).unwrap_or_default(),
            action: text(&event["action"]).unwrap_or_default(),
            of: self.groups.borrow().get(&of).cloned().unwrap_or(of),
            refusal: text(&event["error"]),
        }
    }

    /// What the script did, its destroy left out.
    pub fn by_the_script(&self) -> Vec<Change> {
        let mut all = self.changes(AWS_CLI);
        all.retain(|it| it.service != "ec2");
        all
    }

    /// What Terraform's part did, after the script or after the command.
    pub fn by_the_destroy(&self) -> Vec<Change> {
        let mut all = self.changes(AWS_CLI);
        all.retain(|it| it.service == "ec2");
        all
    }

    /// What `bluegreen-teardown` did. What is independent of each other it does at once, so not in the order of time.
    pub fn by_the_command(&self) -> Vec<Change> {
        let mut all = self.changes(TEARDOWN);
        let steps = [
            "DeleteLoadBalancer",
            "DeleteTargetGroup",
            "Revoke",
            "DeleteSecurityGroup",
        ];
        let step = |it: &Change| steps.iter().position(|step| it.action.starts_with(step));
        all.sort_by_key(|it| (step(it), it.of.clone(), it.action.clone()));
        all
    }

    /// `action code` of what AWS refused to the destroy.
    pub fn refused(&self) -> Vec<String> {
        let all = self.by_the_destroy().into_iter();
        all.filter_map(|it| Some(format!("{} {}", it.action, it.refusal?)))
            .collect()
    }

    /// Who did what, for a golden file.
    pub fn story(&self, ran: &Ran) -> String {
        // What the AWS CLI did not even send.
        let usage = |line: &&str| line.contains("Unknown options") || line.contains("expected one argument");
        let mut lines: Vec<String> = ran
            .stderr
            .lines()
            .filter(usage)
            .map(|it| format!("script: {it}"))
            .collect();
        let told = [
            ("script", self.by_the_script()),
            ("bluegreen-teardown", self.by_the_command()),
            ("terraform destroy", self.by_the_destroy()),
        ];
        for (who, changes) in told {
            lines.extend(changes.iter().map(|it| format!("{who}: {it}")));
        }
        let code = ran
            .code
            .map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        lines.push(format!("ends with {code}"));
        let left: Vec<String> = self.left();
        lines.push(format!(
            "left: {}",
            if left.is_empty() {
                "nothing".to_owned()
            } else {
                left.join(", ")
            }
        ));
        lines.join("\n") + "\n"
    }

    /// Load balancers of both teams, target groups, security groups that controllers made, and the VPC of the team whose
    /// cluster it was.
    fn left(&self) -> Vec<String> {
        let mut left = self.balancers();
        left.extend(self.list("load_balancers", "LoadBalancerName"));
        left.extend(self.list("target_groups", "TargetGroupName"));
        left.extend(
            self.group_names()
                .into_values()
                .filter(|it| it.starts_with("k8s-")),
        );
        left.sort();
        if !self.destroyed() {
            left.push("vpc-shop".to_owned());
        }
        left
    }
}

/// One call that was to change something.
#[derive(Debug)]
pub struct Change {
    service: String,
    pub action: String,
    of: String,
    refusal: Option<String>,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.action, self.of)?;
        match &self.refusal {
            Some(code) => write!(f, " is refused: {code}"),
            None => Ok(()),
        }
    }
}
