//! The framework's kitchen-sink provider under real Terraform: every feature, by each version that has it.
//!
//! Never looks inside the provider: what it keeps lies in a folder as files, and its journal says what was called.

mod bell;
mod cook;
mod dish;
mod functions;
mod identity;
mod label;
mod lifecycle;
mod menu;
mod meta;
mod provider;
mod reattach;
mod rules;
mod safe;
mod testing;
mod token;
mod unknown;

use acceptance::place;
use acceptance::redact::redact;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use regex::Regex;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

const HEAD: &str = r#"
terraform {
  required_providers {
    kitchen = {
      source = "example.test/tfplugin/kitchen"
    }
  }
}

provider "kitchen" {
  folder = "objects"
}
"#;

/// A working folder with the kitchen's provider in it.
struct Kitchen {
    terraform: Terraform,
}

impl Kitchen {
    /// `main` is what stands below the provider block.
    async fn open(client: Client, main: &str) -> Result<Self> {
        let install = Install::Override(place::example("terraform-provider-kitchen")?);
        let files = [("head.tf", HEAD), ("main.tf", main)];
        let terraform = Terraform::new(&files, Setup::new(client, install)).await?;
        fs::create_dir_all(terraform.folder().join("objects"))?;
        Ok(Self { terraform })
    }

    fn write(&self, main: &str) -> Result<()> {
        self.terraform.write("main.tf", main)?;
        Ok(())
    }

    /// Plans, applies, and finds nothing left to do. Returns the plan as a golden file keeps it.
    async fn act(&self, args: &[&str]) -> Result<String> {
        let plan = self.terraform.plan(args).await?;
        ensure!(
            plan.code == 2,
            "not a plan with changes ({}):\n{}",
            plan.code,
            plan.text
        );
        self.terraform.apply_plan(&plan).await?.success()?;
        self.rests(args).await?;
        Ok(told(&plan.text))
    }

    async fn rests(&self, args: &[&str]) -> Result<()> {
        let plan = self.terraform.plan(args).await?;
        ensure!(plan.is_empty(), "there is still something to do:\n{}", plan.text);
        Ok(())
    }

    /// A command that must fail; what it said.
    async fn fails(&self, args: &[&str]) -> Result<String> {
        let run = self.terraform.run(args).await?;
        ensure!(run.code == 1, "ended with {}:\n{}", run.code, run.text());
        Ok(told(&run.text()))
    }

    fn file(&self, kind: &str, name: &str) -> PathBuf {
        self.terraform
            .folder()
            .join("objects")
            .join(kind)
            .join(format!("{name}.json"))
    }

    /// What the folder says of an object.
    fn object(&self, kind: &str, name: &str) -> Result<Value> {
        let file = self.file(kind, name);
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The lines of the journal since the last look that begin with one of `words`.
    fn journal(&self, words: &[&str]) -> Result<Vec<String>> {
        let file = self.terraform.folder().join("objects/journal.log");
        let text = fs::read_to_string(&file).unwrap_or_default();
        fs::write(&file, "")?;
        let lines = text
            .lines()
            .filter(|line| words.iter().any(|word| line.starts_with(word)));
        Ok(lines.map(str::to_owned).collect())
    }
}

/// What Terraform said, without its own notes and without what differs from run to run.
fn told(text: &str) -> String {
    static LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\.rs:\d+:\d+").expect("it is a pattern"));
    let text = LINE.replace_all(&redact(text), ".rs:[line]").into_owned();
    let mut lines = Vec::new();
    let mut note = false;
    for line in text.lines().map(str::trim_end) {
        // Every command warns of the development override.
        note |= line.contains("Provider development overrides are in effect");
        if line.starts_with("─────") || line.starts_with("Saved the plan") {
            break;
        }
        if !note && !is_progress(line) {
            lines.push(line);
        }
        note &= line != "releases.";
    }
    lines.join("\n").trim().to_owned()
}

/// Several objects report in any order.
fn is_progress(line: &str) -> bool {
    const WORDS: [&str; 9] = [
        "Creat",
        "Destr",
        "Modif",
        "Refreshing state",
        "Read",
        "Still ",
        "Opening",
        "Clos",
        "Renew",
    ];
    // How often a warning is repeated differs from version to version.
    let again = line.starts_with("(and ") && line.contains(" similar warning");
    again || WORDS.iter().any(|word| line.contains(&format!(": {word}")))
}

/// The same test by both clients, or by the newer one alone where the older lacks the feature.
macro_rules! with_clients {
    ($name:ident, $body:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn terraform_1_11() -> anyhow::Result<()> {
                super::$body(acceptance::terraform::Client::Cli).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn terraform_1_15() -> anyhow::Result<()> {
                super::$body(acceptance::terraform::Client::Library).await
            }
        }
    };
    ($name:ident, $body:ident, newer) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn terraform_1_15() -> anyhow::Result<()> {
                super::$body(acceptance::terraform::Client::Library).await
            }
        }
    };
}
pub(crate) use with_clients;
