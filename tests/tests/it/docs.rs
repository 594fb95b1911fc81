//! The examples of the registry pages, run as a reader runs them; and what the data source and the functions say.
//!
//! Never repeats an example: the files of its folder are the configuration.

use crate::stage::{Stage, ask};
use acceptance::redact::redact;
use acceptance::terraform::{Client, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

/// Asserts what a release left behind, beside the service's own configuration. The data source stands outside of the
/// check: inside, Terraform would show it to be read by every plan, and none would be empty.
pub const CHECK: &str = r#"
data "bluegreen_service" "live" {
  name                   = bluegreen_service.web.name
  listener_arn           = var.listener_arn
  blue_target_group_arn  = var.blue_target_group_arn
  green_target_group_arn = var.green_target_group_arn
  depends_on             = [bluegreen_service.web, bluegreen_canary_rule.office]
}

check "traffic_is_where_the_flags_say" {
  assert {
    condition = (
      data.bluegreen_service.live.phase
      == provider::bluegreen::phase(var.enable_canary, var.activate_canary, var.promote_to_all)
    )
    error_message = "The phase is ${data.bluegreen_service.live.phase}: ${jsonencode(data.bluegreen_service.live.traffic)}."
  }
}
"#;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// Every folder that a registry page quotes from, below `examples`.
fn folders() -> Result<Vec<String>> {
    let mut folders = vec!["provider".to_owned()];
    for kind in ["resources", "data-sources", "functions"] {
        for entry in fs::read_dir(examples().join(kind)).context("reading the examples")? {
            folders.push(format!("{kind}/{}", entry?.file_name().display()));
        }
    }
    folders.sort();
    Ok(folders)
}

/// Terraform on the files of one example.
async fn example(folder: &str, setup: Setup) -> Result<Terraform> {
    let mut files = Vec::new();
    for entry in fs::read_dir(examples().join(folder)).with_context(|| format!("reading {folder}"))? {
        let path = entry?.path();
        // An import needs something to import; its own test brings that.
        if path.extension().is_some_and(|is| is == "tf") && !path.ends_with("import.tf") {
            let name = path.file_name().unwrap_or_default().display().to_string();
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Terraform::new(&files, setup).await
}

fn in_world(world: &World) -> Result<Setup> {
    Ok(world
        .setup()?
        .env("TF_VAR_listener_arn", &world.listener_arn()?)
        .env(
            "TF_VAR_blue_target_group_arn",
            &world.target_group_arn("web-blue")?,
        )
        .env(
            "TF_VAR_green_target_group_arn",
            &world.target_group_arn("web-green")?,
        ))
}

async fn rests(terraform: &Terraform, args: &[&str]) -> Result<()> {
    let plan = terraform.plan(args).await?;
    ensure!(plan.is_empty(), "there is still something to do:\n{}", plan.text);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_a_page_is_valid() -> Result<()> {
    for folder in folders()? {
        // Some stand beside what the AWS provider makes.
        let setup = Setup::with_peers(Client::Cli)?;
        let verdict = example(&folder, setup).await?.validate().await?;
        ensure!(verdict["valid"] == true, "{folder}: {verdict:#}");
    }
    Ok(())
}

/// The one that the reference world stands in.
const VPC: &str = "-var=vpc_id=vpc-0b1ae6f0c0ffee000";

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_resources_and_data_sources_run() -> Result<()> {
    with_world(async |world| {
        let service = example("resources/bluegreen_service", in_world(world)?).await?;
        service.apply(&[]).await?.success()?;
        rests(&service, &[]).await?;

        let data = example("data-sources/bluegreen_service", in_world(world)?).await?;
        let run = data.apply(&[]).await?.success()?;
        ensure!(!run.text().contains("Warning: Check"), "{}", run.text());
        let said = data.output().await?["who_serves"].clone();
        ensure!(said == "blue serves, the phase is stable", "{said}");
        let blockers = example("data-sources/bluegreen_vpc_blockers", in_world(world)?).await?;
        let run = blockers.apply(&[VPC]).await?.success()?;
        ensure!(
            run.text().contains("1 foreign"),
            "the check says nothing:\n{}",
            run.text()
        );
        let said = blockers.output().await?["left_behind"].clone();
        ensure!(
            said[0]
                .as_str()
                .is_some_and(|it| it.starts_with("foreign: web-alb")),
            "{said:#}"
        );
        service.destroy(&[]).await?.success()?;

        let canary = example("resources/bluegreen_canary_rule", in_world(world)?).await?;
        canary.apply(&[]).await?.success()?;
        let next = [
            "-var=release=v2",
            "-var=task_definition=web:2",
            "-var=enable_canary=true",
        ];
        canary.apply(&next).await?.success()?;
        let open = [next.as_slice(), &["-var=activate_canary=true"]].concat();
        canary.apply(&open).await?.success()?;
        rests(&canary, &open).await?;
        ensure!(1 < world.rules().len(), "the audience has no rule");
        let run = data.apply(&[]).await?.success()?;
        ensure!(!run.text().contains("Warning: Check"), "{}", run.text());
        let said = data.output().await?["who_serves"].clone();
        ensure!(said == "blue serves, the phase is canary", "{said}");
        canary.destroy(&open).await?.success()?;
        ensure!(world.rules().is_empty(), "{:#?}", world.rules());
        Ok(())
    })
    .await
}

async fn functions_run(client: Client) -> Result<()> {
    let setup = || -> Result<Setup> { Ok(Setup::quick()?.client(client)) };
    let phase = example("functions/phase", setup()?).await?;
    for (flags, asked) in [
        ("000", "stable"),
        ("100", "warm"),
        ("110", "canary"),
        ("101", "promoted"),
    ] {
        let args = flagged(flags);
        let args: Vec<&str> = args
            .iter()
            .map(String::as_str)
            .chain(["-var=pipeline=7"])
            .collect();
        phase.apply(&args).await?.success()?;
        ensure!(phase.output().await?["asked"] == asked, "{flags} is not {asked}");
    }
    let refused = phase.apply(&["-var=promote_to_all=true"]).await?;
    ensure!(
        refused.code == 1 && refused.text().contains("These flags contradict each other"),
        "{}",
        refused.text()
    );
    let laptop = flagged("101");
    let laptop: Vec<&str> = laptop.iter().map(String::as_str).collect();
    let refused = phase.apply(&laptop).await?;
    ensure!(
        refused.code == 1 && refused.text().contains("Promotions go through the pipeline"),
        "{}",
        refused.text()
    );

    let traffic = example("functions/traffic", setup()?).await?;
    traffic.apply(&[]).await?.success()?;
    let asked = traffic.output().await?["asked"].clone();
    ensure!(asked == json!({ "stable": 90, "candidate": 10 }), "{asked}");
    let warned = traffic.apply(&["-var=canary_weight=25"]).await?.success()?;
    ensure!(
        warned.text().contains("The canary would get 25% of the public"),
        "{}",
        warned.text()
    );
    let mut refusals = String::new();
    for args in [vec!["-var=canary_weight=100"], vec!["-var=enable_canary=false"]] {
        let run = traffic.apply(&args).await?;
        ensure!(run.code == 1, "{args:?} was applied:\n{}", run.text());
        let text = run.text();
        let from = text.find("Error").unwrap_or_default();
        refusals.push_str(&format!("== {}\n{}\n", args.join(" "), text[from..].trim_end()));
    }
    if client == Client::Cli {
        insta::assert_snapshot!("function_refusals", redact(&refusals));
    }
    Ok(())
}

fn flagged(flags: &str) -> Vec<String> {
    let names = ["enable_canary", "activate_canary", "promote_to_all"];
    let bits = flags.chars().map(|bit| bit == '1');
    names
        .iter()
        .zip(bits)
        .map(|(name, bit)| format!("-var={name}={bit}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_say_what_the_flags_ask_for() -> Result<()> {
    functions_run(Client::Cli).await
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_say_what_the_flags_ask_for_with_terraform_1_15() -> Result<()> {
    functions_run(Client::Library).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_with_the_data_source_warns_of_what_a_hand_moved_and_of_nothing_else() -> Result<()> {
    with_world(async |world| {
        let mut stage = Stage::new(world).await?;
        stage.terraform.write("check.tf", CHECK)?;
        for (release, flags) in [("v1", "000"), ("v2", "100"), ("v2", "110"), ("v2", "101")] {
            let run = stage.apply(&ask(release, flags)).await?.success()?;
            ensure!(
                !run.text().contains("Warning: Check"),
                "{release} {flags}:\n{}",
                run.text()
            );
            if stage.probe().is_err() {
                stage.load().await?;
            }
        }
        let promoted = ask("v2", "101");
        stage.rests(&promoted).await?;

        stage.by_hand((40, 60)).await?;
        let refresh = promoted.args();
        let refresh: Vec<&str> = refresh.iter().map(String::as_str).collect();
        let run = stage.terraform.refresh(&refresh).await?.success()?;
        let text = redact(&run.text());
        let from = text
            .find("Warning: Check")
            .with_context(|| format!("no warning:\n{text}"))?;
        let warning: Vec<&str> = text[from..]
            .lines()
            .take_while(|line| !line.starts_with("Apply complete"))
            .collect();
        insta::assert_snapshot!("check_warns", warning.join("\n").trim_end());
        stage.apply(&promoted).await?.success()?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_not_there_is_an_error_that_says_where_to_look() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let mut refusals = String::new();
        let listener = world.listener_arn()?;
        let elsewhere = format!("{}0", &listener[..listener.len() - 1]);
        let gone = world
            .target_group_arn("web-blue")?
            .replace("web-blue", "web-gone");
        for (case, name, listener, blue) in [
            (
                "another name",
                "shop",
                &listener,
                "var.blue_target_group_arn".to_owned(),
            ),
            (
                "another listener",
                "web",
                &elsewhere,
                "var.blue_target_group_arn".to_owned(),
            ),
            ("another target group", "web", &listener, format!("{gone:?}")),
            ("one color only", "web", &listener, "null".to_owned()),
        ] {
            let setup = in_world(world)?.env("TF_VAR_listener_arn", listener);
            let data = example("data-sources/bluegreen_service", setup).await?;
            let file = data.folder().join("data-source.tf");
            let text = fs::read_to_string(&file)?;
            let text = text
                .replace("= \"web\"", &format!("= {name:?}"))
                .replace("= var.blue_target_group_arn", &format!("= {blue}"));
            data.write("data-source.tf", &text)?;
            let plan = data.plan(&[]).await?;
            ensure!(plan.code == 1, "{case} was found:\n{}", plan.text);
            let from = plan.text.find("Error:").unwrap_or_default();
            refusals.push_str(&format!("== {case}\n{}\n\n", plan.text[from..].trim_end()));
        }
        insta::assert_snapshot!("data_refusals", redact(&refusals));
        eventually(SOON, async || match world.healthy("web-blue") {
            2 => Ok(()),
            healthy => Err(format!("{healthy} healthy targets")),
        })
        .await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
