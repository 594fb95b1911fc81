//! As much of a runner of GitHub Actions as the examples need: steps in order, their environment, the files they write to.
//!
//! Never guesses: an expression it was not told of, and an action it does not know, is an error. Actions of others do nothing,
//! but for the two that hand files from one job to the next.

use acceptance::place;
use acceptance::terraform::Terraform;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

const DEADLINE: Duration = Duration::from_secs(180);
/// Actions that only prepare a machine which is prepared here.
const PREPARE: [&str; 3] = [
    "actions/checkout@",
    "hashicorp/setup-terraform@",
    "aws-actions/configure-aws-credentials@",
];
const READ: &str =
    "import json, sys, yaml; json.dump(yaml.load(open(sys.argv[1]), yaml.BaseLoader), sys.stdout)";

/// A machine with a copy of the repository.
pub struct Runner {
    pub terraform: Terraform,
    /// What `${{ … }}` stands for.
    pub told: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
}

/// How a job ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Steps that ran a script, in order.
    pub ran: Vec<String>,
    /// The one that failed.
    pub failed: Option<String>,
    /// What all of them printed.
    pub text: String,
}

/// Environment and inputs around a step.
struct Around<'a> {
    env: &'a BTreeMap<String, String>,
    inputs: Option<&'a BTreeMap<String, String>>,
}

impl Runner {
    /// The repository is the folder of this Terraform.
    pub fn new(terraform: Terraform) -> Result<Self> {
        let tools = terraform.folder().join(".tools");
        fs::create_dir_all(&tools)?;
        for name in ["bluegreen-plancheck", "bluegreen-teardown"] {
            symlink(place::binary(name)?, tools.join(name))?;
        }
        // GitHub itself is not here: what it is asked for is written down.
        let gh = tools.join("gh");
        fs::write(&gh, "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$GH_LOG\"\n")?;
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755))?;
        let mut env: BTreeMap<String, String> = terraform.environment().into_iter().collect();
        let path = format!(
            "{}:{}",
            tools.display(),
            env.get("PATH").map_or("", String::as_str)
        );
        env.insert("PATH".into(), path);
        let files = ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GH_LOG"];
        for name in files {
            env.insert(name.into(), tools.join(name).display().to_string());
        }
        Ok(Self {
            terraform,
            told: BTreeMap::new(),
            env,
        })
    }

    pub fn tell(mut self, expression: &str, value: &str) -> Self {
        self.told.insert(expression.into(), value.into());
        self
    }

    /// What the steps so far wrote to the summary, or asked GitHub for.
    pub fn written(&self, file: &str) -> String {
        fs::read_to_string(&self.env[file]).unwrap_or_default()
    }

    /// Runs one job of a workflow of the example, on a machine that has only what is committed and what is handed over.
    pub async fn job(&self, workflow: &str, job: &str) -> Result<Ended> {
        let workflow = read(&format!(".github/workflows/{workflow}")).await?;
        let job = &workflow["jobs"][job];
        ensure!(job.is_object(), "there is no such job");
        let mut env = self.env.clone();
        for level in [&workflow["env"], &job["env"]] {
            self.extend(&mut env, level, None)?;
        }
        let around = Around {
            env: &env,
            inputs: None,
        };
        let mut ended = Ended::default();
        for step in job["steps"].as_array().context("a job has steps")? {
            let asked = step["if"].as_str().map_or(Ok(ended.failed.is_none()), |text| {
                self.condition(text, ended.failed.is_some())
            });
            if asked? {
                self.step(step, &around, &mut ended).await?;
            }
        }
        let _ = fs::remove_file(self.terraform.folder().join("infra/tfplan"));
        Ok(ended)
    }

    async fn step(&self, step: &Value, around: &Around<'_>, ended: &mut Ended) -> Result<()> {
        if step["run"].is_string() {
            return self.script(step, around, ended).await;
        }
        let uses = step["uses"].as_str().context("a step runs or uses something")?;
        let with = |name: &str| self.value(step["with"][name].as_str().unwrap_or_default(), around);
        let root = self.terraform.folder();
        if let Some(action) = uses.strip_prefix("./") {
            let action = read(&format!("{action}/action.yml")).await?;
            let mut inputs = BTreeMap::new();
            for (name, input) in action["inputs"].as_object().context("an action has inputs")? {
                let given = step["with"][name].as_str().or(input["default"].as_str());
                let given = given.with_context(|| format!("{name} is required"))?;
                inputs.insert(name.clone(), self.value(given, around)?);
            }
            let inside = Around {
                env: around.env,
                inputs: Some(&inputs),
            };
            for step in action["runs"]["steps"]
                .as_array()
                .context("an action has steps")?
            {
                if ended.failed.is_none() {
                    self.script(step, &inside, ended).await?;
                }
            }
        } else if uses.starts_with("actions/upload-artifact@") {
            let from = root.join(with("path")?);
            let kept = root.join(".tools/artifacts").join(with("name")?);
            fs::create_dir_all(&kept)?;
            let name = from.file_name().context("a file is handed over")?.to_owned();
            fs::copy(&from, kept.join(name)).with_context(|| format!("handing {} over", from.display()))?;
        } else if uses.starts_with("actions/download-artifact@") {
            let kept = root.join(".tools/artifacts").join(with("name")?);
            for entry in fs::read_dir(&kept).context("nothing was handed over")? {
                let entry = entry?;
                fs::copy(entry.path(), root.join(with("path")?).join(entry.file_name()))?;
            }
        } else if !PREPARE.iter().any(|known| uses.starts_with(known)) {
            bail!("what does {uses} do?");
        }
        Ok(())
    }

    async fn script(&self, step: &Value, around: &Around<'_>, ended: &mut Ended) -> Result<()> {
        let name = step["name"]
            .as_str()
            .context("a step that runs something has a name")?;
        let script = step["run"]
            .as_str()
            .context("a step of an action runs something")?;
        ensure!(
            !script.contains("${{"),
            "{name}: an expression inside a script is an injection"
        );
        let mut env = around.env.clone();
        self.extend(&mut env, &step["env"], around.inputs)?;
        let folder = self.value(step["working-directory"].as_str().unwrap_or_default(), around)?;
        let options = match step["shell"].as_str() {
            None => "-e",
            Some("bash") => "-eo",
            Some(other) => bail!("{name}: what is the shell {other}?"),
        };
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", options]);
        if options == "-eo" {
            command.arg("pipefail");
        }
        command
            .args(["-c", script])
            .current_dir(self.terraform.folder().join(folder))
            .env_clear()
            .envs(env)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = tokio::time::timeout(DEADLINE, command.output()).await;
        let output = output.with_context(|| format!("{name} had not ended after {DEADLINE:?}"))??;
        ended.ran.push(name.to_owned());
        for bytes in [&output.stdout, &output.stderr] {
            ended.text += &String::from_utf8_lossy(bytes);
        }
        if !output.status.success() {
            ended.failed = Some(name.to_owned());
        }
        Ok(())
    }

    fn extend(
        &self,
        env: &mut BTreeMap<String, String>,
        level: &Value,
        inputs: Option<&BTreeMap<String, String>>,
    ) -> Result<()> {
        for (name, value) in level.as_object().into_iter().flatten() {
            let around = Around { env, inputs };
            let value = self.value(value.as_str().unwrap_or_default(), &around)?;
            env.insert(name.clone(), value);
        }
        Ok(())
    }

    /// A text with what its expressions stand for.
    fn value(&self, text: &str, around: &Around<'_>) -> Result<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").context("an expression has an end")?;
            out += before;
            out += &self.expression(expression.trim(), around)?;
            rest = after;
        }
        Ok(out + rest)
    }

    fn expression(&self, text: &str, around: &Around<'_>) -> Result<String> {
        let input = around
            .inputs
            .and_then(|inputs| inputs.get(text.strip_prefix("inputs.")?));
        let env = text.strip_prefix("env.").and_then(|name| around.env.get(name));
        let found = input.or(env).or_else(|| self.told.get(text));
        found
            .cloned()
            .with_context(|| format!("nobody said what `{text}` is"))
    }

    /// `always() && a == 'b'`, and its parts.
    fn condition(&self, text: &str, failed: bool) -> Result<bool> {
        let parts: Vec<&str> = text.split(" && ").collect();
        let mut holds = !failed || parts.contains(&"always()");
        for part in parts.into_iter().filter(|part| *part != "always()") {
            let (name, wanted) = part.split_once(" == ").context("a condition compares")?;
            let value = self.told.get(name);
            let value = value.with_context(|| format!("nobody said what `{name}` is"))?;
            holds &= *value == wanted.trim_matches('\'');
        }
        Ok(holds)
    }
}

pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/github-actions")
}

/// A YAML file of the example, every scalar as text.
pub async fn read(path: &str) -> Result<Value> {
    let output = Command::new("python3")
        .args(["-c", READ])
        .arg(example().join(path))
        .env("PYTHONPATH", place::moto()?)
        .output()
        .await
        .context("starting python3")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "reading {path}: {said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}
