//! The modules below `terraform/modules`, each by itself: its own tests, its README, its form.
//!
//! Asks no AWS: what the modules do in one is shown beside the examples that use them.

mod hcl;
mod tables;

use acceptance::terraform::{Client, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use hcl::Block;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const TESTS: &str = "tests/plan.tftest.hcl";

pub struct Module {
    pub folder: PathBuf,
    /// Name and text of every `.tf` file, by name.
    files: Vec<(String, String)>,
    parsed: Vec<Block>,
}

impl Module {
    fn read(folder: PathBuf) -> Result<Module> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                let name = path
                    .file_name()
                    .context("a file has a name")?
                    .to_string_lossy()
                    .into_owned();
                files.push((name, fs::read_to_string(&path)?));
            }
        }
        files.sort();
        let parsed = files
            .iter()
            .map(|(name, text)| hcl::parse(text).with_context(|| format!("{}/{name}", folder.display())))
            .collect::<Result<_>>()?;
        Ok(Module {
            folder,
            files,
            parsed,
        })
    }

    /// Blocks of a kind in all files, in the order of the files' names.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.parsed.iter().flat_map(move |file| file.all(kind))
    }

    fn tests(&self) -> Result<String> {
        let path = self.folder.join(TESTS);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    }
}

/// Every module, by name.
pub fn modules() -> Result<Vec<Module>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../terraform/modules");
    let mut folders = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
        folders.push(entry?.path());
    }
    folders.sort();
    ensure!(1 < folders.len(), "no modules in {}", folder.display());
    folders.into_iter().map(Module::read).collect()
}

/// What the modules themselves plan and refuse, by Terraform's own test runner: without an AWS.
#[tokio::test(flavor = "multi_thread")]
async fn the_modules_own_tests_pass() -> Result<()> {
    for module in modules()? {
        let tests = module.tests()?;
        let runs = hcl::parse(&tests)?.all("run").count();
        let mut files: Vec<(&str, &str)> = module
            .files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        files.push((TESTS, &tests));
        let terraform = Terraform::new(&files, Setup::with_peers(Client::Cli)?).await?;
        let run = terraform.run(&["test", "-no-color"]).await?;
        let all = format!("Success! {runs} passed, 0 failed.");
        ensure!(
            0 < runs && run.code == 0 && run.stdout.contains(&all),
            "{}: not all of {runs} runs passed:\n{}",
            module.folder.display(),
            run.text()
        );
    }
    Ok(())
}

/// For each validation a run that it refuses; and what expects to be refused is a variable that has one.
#[test]
fn every_validation_is_tested() -> Result<()> {
    for module in modules()? {
        let mut wanted = BTreeMap::new();
        for variable in module.blocks("variable") {
            let validations = variable.all("validation").count();
            if 0 < validations {
                wanted.insert(format!("[var.{}]", variable.label(0)?), validations);
            }
        }
        let tests = hcl::parse(&module.tests()?)?;
        let mut tested: BTreeMap<String, usize> = BTreeMap::new();
        for run in tests.all("run") {
            if let Some(refused) = run.attribute("expect_failures") {
                *tested.entry(refused.to_owned()).or_default() += 1;
            }
        }
        let short: BTreeSet<&String> = wanted
            .iter()
            .filter(|(name, validations)| tested.get(*name).is_none_or(|runs| runs < validations))
            .map(|(name, _)| name)
            .collect();
        ensure!(
            short.is_empty() && tested.keys().all(|name| wanted.contains_key(name)),
            "{}: too few runs for {short:?}; validations are {wanted:?}, runs are {tested:?}",
            module.folder.display()
        );
    }
    Ok(())
}

/// As `terraform fmt` writes it, the examples among it.
#[tokio::test(flavor = "multi_thread")]
async fn modules_and_examples_are_formatted() -> Result<()> {
    let terraform = Terraform::new(&[("main.tf", "")], Setup::quick()?).await?;
    for folder in ["terraform", "examples"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        let folder = folder.canonicalize()?.display().to_string();
        let run = terraform
            .run(&["fmt", "-check", "-diff", "-recursive", &folder])
            .await?;
        ensure!(
            run.code == 0,
            "run `terraform fmt -recursive {folder}`:\n{}",
            run.text()
        );
    }
    Ok(())
}
