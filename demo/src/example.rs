//! The example `ecs-existing`, file by file, and what its surroundings would be in an account of one's own.
//!
//! Never changes a file of the example: the demo runs what a reader copies.

use acceptance::world::World;
use anyhow::Result;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// `desired_count` of the example.
pub const TASKS: u32 = 2;
pub const SERVICE: &str = "bluegreen_service.web";
pub const OFFICE_RULE: &str = "bluegreen_canary_rule.office";
/// How long a color without traffic is left alone before it shrinks.
pub const DRAIN: Duration = Duration::from_millis(200);

const SURROUNDINGS: &str = "surroundings.auto.tfvars.json";
/// Terraform merges it into the example's own provider block.
const PROGRESS: &str = "progress_override.tf";

macro_rules! example {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../examples/ecs-existing/", $name)))),+]
    };
}

const FILES: [(&str, &str); 11] = example![
    "main.tf",
    "variables.tf",
    "outputs.tf",
    "env/01-create.tfvars",
    "env/02-warm.tfvars",
    "env/03-canary.tfvars",
    "env/04-promote.tfvars",
    "env/05-rollback.tfvars",
    "env/06-next-release.tfvars",
    "env/07-next-promote.tfvars",
    "env/08-broken.tfvars",
];

/// The example's own files, and two beside them: one fits it into `world` and makes its pauses short, the other asks
/// the provider to tell its steps to the file `progress`.
pub fn files(world: &World, office_range: &str, progress: &Path) -> Result<Vec<(&'static str, String)>> {
    let surroundings = json!({
        "listener_arn": world.listener_arn()?,
        "blue_target_group_arn": world.target_group_arn("web-blue")?,
        "green_target_group_arn": world.target_group_arn("web-green")?,
        "office_ips": [office_range],
        "steps": [{ "weight": 10, "bake": "800ms" }, { "weight": 50, "bake": "800ms" }],
        "final_bake": "800ms",
        "health_timeout": "6s",
        "drain": format!("{}ms", DRAIN.as_millis()),
    });
    let mut files: Vec<_> = FILES
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect();
    let told = format!("provider \"bluegreen\" {{\n  progress_file = {progress:?}\n}}\n");
    files.push((PROGRESS, told));
    files.push((SURROUNDINGS, format!("{surroundings:#}\n")));
    Ok(files)
}

/// The argument that names one of the example's variable files.
pub fn var_file(tfvars: &str) -> String {
    format!("-var-file=env/{tfvars}.tfvars")
}
