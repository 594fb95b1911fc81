//! The whole set-up: a cluster on a network of its own by the real AWS provider, a load balancer that a controller in the
//! cluster made and Terraform never heard of, and three ways to the end of it.
//!
//! Never repeats the configuration: it is the example's and the module's. IAM and ECR are answered by moto, all else by
//! the sandbox.

mod destroy;

use crate::peers::moto::{self, Moto};
use acceptance::terraform::{Client, Setup, Terraform};
use acceptance::world::{World, in_world};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, Seed};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

const MODULE: &str = "../../terraform/modules/eks";

/// The example, a sandbox to apply it to, and moto for the rest.
struct Place<'a> {
    world: &'a World,
    terraform: Terraform,
    _moto: Moto,
}

impl<'a> Place<'a> {
    async fn open(world: &'a World, variables: &str) -> Result<Place<'a>> {
        // The roles' policies are AWS's own.
        let moto = moto::start(&[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")]).await?;
        let endpoint = world.sandbox().endpoint();
        let mut setup = Setup::with_peers(Client::Cli)?.aws(&endpoint, &Options::default().region);
        setup.deadline = Duration::from_secs(280);
        let mut files = files("examples/eks", "")?;
        for (_, text) in &mut files {
            *text = text.replace(MODULE, "./module");
        }
        files.extend(self::files("terraform/modules/eks", "module/")?);
        files.push((
            "sandbox_override.tf".into(),
            elsewhere(&[
                (&["ec2", "eks", "elb", "sts"], &endpoint),
                (&["iam", "ecr"], &moto.answering.endpoint),
            ]),
        ));
        files.push(("place.auto.tfvars".into(), variables.into()));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let terraform = Terraform::new(&files, setup).await?;
        Ok(Place {
            world,
            terraform,
            _moto: moto,
        })
    }

    /// Runs `test`; a failure shows the world.
    async fn through(variables: &str, test: impl AsyncFnOnce(&Place<'_>) -> Result<()>) -> Result<()> {
        let options = Options {
            time_scale: 0.005,
            ..Options::default()
        };
        let inside = async |world: &World| test(&Place::open(world, variables).await?).await;
        in_world(World::start(options, &Seed::default()).await?, inside).await
    }

    /// Makes everything, after which Terraform finds nothing left to do.
    async fn apply(&self) -> Result<()> {
        self.terraform.apply(&[]).await?.success()?;
        let plan = self.terraform.plan(&[]).await?;
        ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
        Ok(())
    }

    /// How many of a kind the sandbox has.
    fn count(&self, kind: &str) -> usize {
        self.world.sandbox().dump()[kind].as_array().map_or(0, Vec::len)
    }

    /// The managed resources in the state, by address.
    async fn managed(&self) -> Result<Vec<String>> {
        fn below(module: &Value, all: &mut Vec<String>) {
            for resource in module["resources"].as_array().into_iter().flatten() {
                if resource["mode"] == "managed" {
                    all.extend(resource["address"].as_str().map(str::to_owned));
                }
            }
            for child in module["child_modules"].as_array().into_iter().flatten() {
                below(child, all);
            }
        }
        let mut all = Vec::new();
        below(&self.terraform.state().await?["values"]["root_module"], &mut all);
        Ok(all)
    }
}

/// The configuration files of a folder of the repository, each with its name below `prefix`.
pub fn files(folder: &str, prefix: &str) -> Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let entries = fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tf") {
            let name = path
                .file_name()
                .context("a file has a name")?
                .to_string_lossy()
                .into_owned();
            files.push((format!("{prefix}{name}"), fs::read_to_string(&path)?));
        }
    }
    ensure!(!files.is_empty(), "no configuration in {}", folder.display());
    Ok(files)
}

/// What an operator whose AWS is elsewhere writes beside the example: the names of services, and where they are.
pub fn elsewhere(places: &[(&[&str], &str)]) -> String {
    let lines = places.iter().flat_map(|(names, endpoint)| {
        names
            .iter()
            .map(move |name| format!("    {name} = {endpoint:?}\n"))
    });
    format!(
        "provider \"aws\" {{\n  access_key                  = \"sandbox\"\n  secret_key                  = \"sandbox\"\n  \
         skip_credentials_validation = true\n  skip_metadata_api_check     = true\n  \
         skip_region_validation      = true\n  skip_requesting_account_id  = true\n  endpoints {{\n{}  }}\n}}\n",
        lines.collect::<String>(),
    )
}
