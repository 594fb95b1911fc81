//! A local AWS in which cluster `prod` is gone and has left a classic load balancer with its security group, and a folder
//! to run the program in.
//!
//! Makes everything by AWS's own calls.

use crate::schema::Schemas;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use aws_sdk_elasticloadbalancing::types::{Listener, Tag as ClassicTag};
use aws_types::SdkConfig;
use aws_types::region::Region;
use sandbox::{Options, Sandbox};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// What the cloud controller would call it.
pub const BALANCER: &str = "a0123456789ab4def8123456789abcde";
const REGION: &str = "eu-central-1";

pub struct Place {
    pub sandbox: Sandbox,
    pub vpc: String,
    pub group: String,
    folder: PathBuf,
}

/// What a run left behind.
pub struct Ran {
    /// Less than nothing where a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// With what the cluster left, where AWS takes no time.
    pub async fn new() -> Place {
        Place::at(0.005).await
    }

    /// The same, where an AWS second takes this long.
    pub async fn at(time_scale: f64) -> Place {
        let mut place = Place::empty(time_scale, 1.0).await;
        (place.vpc, place.group) = leave(&config(&place.sandbox.endpoint())).await;
        place.write("network.tfstate", &place.state("prod"));
        place
    }

    /// A default VPC and a folder; network interfaces take `release_times` as long to go as they usually do.
    pub async fn empty(time_scale: f64, release_times: f64) -> Place {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("teardown-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let options = Options {
            time_scale,
            release_times,
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        Place {
            sandbox,
            vpc: String::new(),
            group: String::new(),
            folder,
        }
    }

    /// A state with the network and a cluster that was destroyed outside Terraform.
    pub fn state(&self, cluster: &str) -> String {
        let arn = |service: &str, tail: &str| format!("arn:aws:{service}:{REGION}:123456789012:{tail}");
        let resource = |kind: &str, attributes: Value| {
            serde_json::json!({
                "mode": "managed", "type": kind, "name": "main", "instances": [{ "attributes": attributes }],
            })
        };
        serde_json::json!({
            "version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "network", "outputs": {},
            "resources": [
                resource("aws_vpc", serde_json::json!({
                    "id": self.vpc, "arn": arn("ec2", &format!("vpc/{}", self.vpc)),
                })),
                resource("aws_eks_cluster", serde_json::json!({
                    "name": cluster, "arn": arn("eks", &format!("cluster/{cluster}")),
                })),
            ],
        })
        .to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, in this place and no other.
    pub fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bluegreen-teardown"));
        command
            .args(args)
            .current_dir(&self.folder)
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", self.path("none"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.path("none"))
            .env("AWS_ENDPOINT_URL", self.sandbox.endpoint())
            .env("TERM", "xterm-256color");
        command
    }

    /// The same at a terminal of this width. The test's own terminal has no size, and a shell can give it one.
    pub fn at_terminal(&self, width: u16, args: &[&str]) -> std::process::Command {
        let program = self.command(args);
        let mut command = std::process::Command::new("/bin/sh");
        command
            .args(["-c", &format!("stty cols {width} rows 50 && exec \"$0\" \"$@\"")])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(&self.folder)
            .env_clear();
        for (name, value) in program.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
    }

    /// Runs it without a terminal.
    pub async fn run(&self, args: &[&str]) -> Ran {
        self.fed(args, "").await
    }

    /// The same, with something on its standard input.
    pub async fn fed(&self, args: &[&str], input: &str) -> Ran {
        use std::process::Stdio;
        use tokio::io::AsyncWriteExt;
        let mut command = tokio::process::Command::from(self.command(args));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // It need not read what it has no use for.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            code: code(output.status),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Hangs a tag on the load balancer, as a colleague might.
    pub async fn tag(&self, key: &str) {
        let tag = ClassicTag::builder().key(key).value("yes").build().unwrap();
        aws_sdk_elasticloadbalancing::Client::new(&config(&self.sandbox.endpoint()))
            .add_tags()
            .load_balancer_names(BALANCER)
            .tags(tag)
            .send()
            .await
            .unwrap();
    }

    /// Whether the load balancer is still there.
    pub async fn has_balancer(&self) -> bool {
        let client = aws_sdk_elasticloadbalancing::Client::new(&config(&self.sandbox.endpoint()));
        let all = client.describe_load_balancers().send().await.unwrap();
        all.load_balancer_descriptions()
            .iter()
            .any(|it| it.load_balancer_name() == Some(BALANCER))
    }

    /// Without what differs from run to run.
    pub fn plain(&self, text: &str) -> String {
        let folder = self.folder.display().to_string();
        let names = [
            (self.vpc.as_str(), "vpc-main"),
            (&self.group, "sg-left"),
            (&self.sandbox.endpoint(), "http://sandbox"),
            (&folder, "FOLDER"),
        ];
        let known = names.into_iter().filter(|(name, _)| !name.is_empty());
        known.fold(text.to_owned(), |text, (name, plain)| text.replace(name, plain))
    }
}

impl Ran {
    /// What it printed, which is what the published schema says.
    pub fn json(&self, schema: &str) -> Value {
        let value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {}", self.stdout));
        let complaints = Schemas::load().complaints(schema, &value);
        assert!(
            complaints.is_empty(),
            "{}\n{}",
            complaints.join("\n"),
            self.stdout
        );
        value
    }

    /// Exit code and both streams, for a golden file.
    pub fn told(&self, place: &Place) -> String {
        place.plain(&format!(
            "exit {}\n---- stdout\n{}---- stderr\n{}",
            self.code, self.stdout, self.stderr
        ))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.folder));
    }
}

fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let signal = || status.signal().map(|signal| -signal);
    status.code().or_else(signal).unwrap()
}

fn config(endpoint: &str) -> SdkConfig {
    let keys = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .build()
}

/// What the cloud controller makes for a Service, in the default VPC.
async fn leave(config: &SdkConfig) -> (String, String) {
    let ec2 = aws_sdk_ec2::Client::new(config);
    let vpcs = ec2.describe_vpcs().send().await.unwrap();
    let vpc = vpcs.vpcs()[0].vpc_id().unwrap().to_owned();
    let here = Filter::builder().name("vpc-id").values(&vpc).build();
    let subnets = ec2.describe_subnets().filters(here).send().await.unwrap();
    let subnets: Vec<String> = subnets
        .subnets()
        .iter()
        .take(2)
        .filter_map(|it| it.subnet_id().map(str::to_owned))
        .collect();
    let owned = Tag::builder()
        .key("kubernetes.io/cluster/prod")
        .value("owned")
        .build();
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::SecurityGroup)
        .tags(owned)
        .build();
    let group = ec2
        .create_security_group()
        .group_name(format!("k8s-elb-{BALANCER}"))
        .description(format!(
            "Security group for Kubernetes ELB {BALANCER} (ingress-nginx/controller)"
        ))
        .vpc_id(&vpc)
        .tag_specifications(tags)
        .send()
        .await
        .unwrap();
    let group = group.group_id().unwrap().to_owned();
    let tag = |key: &str, value: &str| ClassicTag::builder().key(key).value(value).build().unwrap();
    let listener = Listener::builder()
        .protocol("TCP")
        .load_balancer_port(80)
        .instance_port(30080)
        .build()
        .unwrap();
    aws_sdk_elasticloadbalancing::Client::new(config)
        .create_load_balancer()
        .load_balancer_name(BALANCER)
        .listeners(listener)
        .set_subnets(Some(subnets))
        .security_groups(&group)
        .tags(tag("kubernetes.io/cluster/prod", "owned"))
        .tags(tag("kubernetes.io/service-name", "ingress-nginx/controller"))
        .send()
        .await
        .unwrap();
    (vpc, group)
}
