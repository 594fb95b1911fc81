//! Services that exist before Terraform knows them: found by id, given their colors by the configuration, and never
//! moved by it.
//!
//! Everything happens under load, which tells a moved client at once.

use crate::stage::{SERVICE, Stage, ask, variables};
use acceptance::order::Rule;
use acceptance::redact::redact;
use acceptance::terraform::Client;
use acceptance::world::{World, with_world};
use anyhow::{Context, Result, ensure};

const BLUE: (u64, u64) = (100, 0);
const GREEN: (u64, u64) = (0, 100);
const MAIN: &str = include_str!("../../../examples/ecs-existing/main.tf");

impl Stage<'_> {
    /// The state is gone; the world is not.
    fn lose_state(&self) -> Result<()> {
        let state = self.terraform.folder().join("terraform.tfstate");
        std::fs::remove_file(&state).with_context(|| format!("removing {}", state.display()))
    }

    fn rule_arn(&self) -> Result<String> {
        let rule = self.service_rule()?;
        Ok(rule["RuleArn"].as_str().context("a rule has an ARN")?.to_owned())
    }

    /// An import that is told why it can't be; the whole text without line breaks.
    async fn import_refused(&self, id: &str) -> Result<String> {
        let args = ask("v1", "000").args();
        let run = self
            .terraform
            .import(SERVICE, id, &crate::stage::refs(&args))
            .await?;
        ensure!(run.code == 1, "{id} was imported:\n{}", run.text());
        Ok(words(&run.text()))
    }

    /// A rule at priority 100 for every path.
    async fn weighted_rule(&self, blue: u64, green: u64) -> Result<()> {
        let arn = self.foreign_rule(100, "/*", "web-blue").await?;
        let group = |name: &str| self.world.target_group_arn(name);
        let tuple = "Actions.member.1.ForwardConfig.TargetGroups.member";
        self.call(&format!(
            "Action=ModifyRule&Version=2015-12-01&RuleArn={arn}&Actions.member.1.Type=forward\
             &{tuple}.1.TargetGroupArn={}&{tuple}.1.Weight={blue}&{tuple}.2.TargetGroupArn={}&{tuple}.2.Weight={green}",
            group("web-blue")?,
            group("web-green")?,
        ))
        .await
    }
}

/// Without the frame and the line breaks of a diagnostic.
pub fn words(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c == '│' || c == '╵' || c == '╷');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn import_block(id: &str) -> String {
    format!("import {{\n  to = {SERVICE}\n  id = {id:?}\n}}\n")
}

/// Tasks and load before anything of ours exists.
async fn foreign<'a>(world: &'a World, client: Client, path: &str) -> Result<(Stage<'a>, String)> {
    let setup = variables(world, world.setup()?.client(client))?;
    let mut stage = Stage::with(world, setup).await?;
    let rule = stage.foreign_rule(100, path, "web-blue").await?;
    acceptance::wait::eventually(std::time::Duration::from_secs(20), async || {
        match world.healthy("web-blue") {
            2 => Ok(()),
            healthy => Err(format!("{healthy} healthy targets")),
        }
    })
    .await?;
    stage.load().await?;
    Ok((stage, rule))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_state_was_lost_is_found_in_every_phase_and_goes_on() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let found = [
            // Where the flags stand, where a hand leaves traffic, and what is true of it.
            (ask("v2", "110"), None, BLUE, "canary"),
            (ask("v2", "101"), Some((50, 50)), (50, 50), "canary"),
            (ask("v2", "101"), None, GREEN, "promoted"),
            (ask("v3", "100"), None, GREEN, "warm"),
        ];
        for (ask, moved, split, phase) in found {
            stage.apply(&ask).await?.success()?;
            if let Some(moved) = moved {
                stage.by_hand(moved).await?;
            }
            stage.lose_state()?;
            let refused = stage.apply(&ask).await?;
            let text = words(&refused.text());
            let arn = stage.rule_arn()?;
            ensure!(refused.code == 1, "{phase} was made again:\n{}", refused.text());
            ensure!(
                text.contains("terraform import") && text.contains(&arn),
                "{phase}: {text}"
            );
            let args = ask.args();
            let imported = stage
                .terraform
                .import(SERVICE, &arn, &crate::stage::refs(&args))
                .await?;
            imported.success()?;
            stage.act(&ask).await?;
            ensure!(
                stage.weights()? == split,
                "{phase}: traffic was moved to {:?}",
                stage.weights()?
            );
            let state = stage.told().await?;
            ensure!(
                state["phase"] == phase && state["release"] == ask.release,
                "{phase}: {state:#}"
            );
            ensure!(state["cycle"]["green"]["release"] == "v2", "{phase}: {state:#}");
            if moved.is_none() {
                stage.stands(&ask, split).await?;
            }
        }
        stage.converges(&ask("v3", "101"), BLUE).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_forward_is_adopted_without_moving_anybody_and_then_releases() -> Result<()> {
    with_world(async |world| adopted(world, Client::Cli).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_forward_is_adopted_by_the_newest_terraform_too() -> Result<()> {
    with_world(async |world| adopted(world, Client::Library).await).await
}

async fn adopted(world: &World, client: Client) -> Result<()> {
    let (stage, rule) = foreign(world, client, "/*").await?;
    stage.allow(Rule::Foreign);
    stage.allow(Rule::Pair);
    stage
        .terraform
        .write("import.tf", &import_block(&format!("web@{rule}")))?;
    let first = ask("v1", "000");
    let text = stage.act(&first).await?;
    if client == Client::Cli {
        insta::assert_snapshot!("adopt", text);
    }
    ensure!(
        stage.rule_arn()? == rule && world.rules().len() == 1,
        "{:#?}",
        world.rules()
    );
    stage.stands(&first, BLUE).await?;
    let state = stage.told().await?;
    ensure!(
        state["phase"] == "stable" && state["capacity"]["blue"] == 2 && state["capacity"]["green"] == 0,
        "{state:#}"
    );
    stage.converges(&ask("v2", "110"), BLUE).await?;
    stage.converges(&ask("v2", "101"), GREEN).await?;
    stage.converges(&first, BLUE).await?;
    let begun = stage.changing_calls();
    ensure!(0 < begun, "nothing was ever changed");
    let args = first.args();
    stage
        .finish_keeping(async |terraform| {
            terraform.destroy(&crate::stage::refs(&args)).await?.success()?;
            ensure!(world.rules().is_empty(), "{:#?}", world.rules());
            Ok(())
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_colors_with_traffic_only_the_configuration_knows_which_is_stable() -> Result<()> {
    with_world(async |world| {
        let mut stage = Stage::new(world).await?;
        stage.allow(Rule::Foreign);
        stage.weighted_rule(9, 1).await?;
        stage
            .call_ecs(
                "UpdateService",
                r#"{"cluster":"main","service":"web-green","desiredCount":2,"taskDefinition":"web:2"}"#,
            )
            .await?;
        acceptance::wait::eventually(std::time::Duration::from_secs(20), async || {
            match (world.healthy("web-blue"), world.healthy("web-green")) {
                (2, 2) => Ok(()),
                healthy => Err(format!("{healthy:?} healthy targets")),
            }
        })
        .await?;
        stage.load().await?;
        let id = format!("web@{}", stage.rule_arn()?);
        stage.terraform.write("import.tf", &import_block(&id))?;
        let canary = ask("v2", "110").var("canary_weight", "10");
        let before = (stage.changing_calls(), world.rules());
        let plan = stage.plan(&canary).await?;
        insta::assert_snapshot!("adopt_refused", warning(&plan.text));
        let run = stage.apply(&canary).await?;
        ensure!(
            run.code == 1 && words(&run.text()).contains("set initial_color"),
            "{}",
            run.text()
        );
        ensure!(
            before == (stage.changing_calls(), world.rules()),
            "a refused adoption changed something"
        );

        let named = MAIN.replace("\n  alb = {", "\n  initial_color   = \"blue\"\n\n  alb = {");
        stage.terraform.write("main.tf", &named)?;
        let text = stage.act(&canary).await?;
        ensure!(text.contains("adopt: "), "{text}");
        ensure!(
            stage.weights()? == (9, 1),
            "traffic was moved: {:?}",
            stage.weights()?
        );
        let plan = stage.plan(&canary).await?;
        ensure!(plan.is_empty(), "the second plan is not empty:\n{}", plan.text);
        let state = stage.terraform.resource(SERVICE).await?;
        ensure!(
            state["phase"] == "canary" && state["cycle"]["stable_color"] == "blue",
            "{state:#}"
        );
        stage.converges(&ask("v2", "101"), GREEN).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_service_is_refused_by_name() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let listener = world.listener_arn()?;
        let rule = stage.foreign_rule(100, "/*", "web-blue").await?;
        for id in ["web", "web@arn:aws:s3:::bucket"] {
            let text = stage.import_refused(id).await?;
            ensure!(text.contains("<service name>@<rule ARN>"), "{text}");
        }
        let text = stage.import_refused(&rule).await?;
        ensure!(text.contains("carries no tags of bluegreen"), "{text}");
        let text = stage.import_refused(&format!("web@{rule}0")).await?;
        ensure!(text.contains("has no rule"), "{text}");
        let text = stage.import_refused(&format!("web@{listener}")).await?;
        ensure!(text.contains("does not just forward") && text.contains("fixed-response"), "{text}");
        let redirect = "Actions.member.1.Type=redirect&Actions.member.1.RedirectConfig.StatusCode=HTTP_301&Actions.member.1.RedirectConfig.Port=443";
        stage.call(&format!("Action=ModifyRule&Version=2015-12-01&RuleArn={rule}&{redirect}")).await?;
        let text = stage.import_refused(&format!("web@{rule}")).await?;
        ensure!(text.contains("does not just forward") && text.contains("redirect"), "{text}");

        // A group that the configuration does not know is told in plan and refused in apply.
        stage.delete_rule(&rule).await?;
        let rule = stage.foreign_rule(100, "/*", "web-blue").await?;
        let strange = MAIN.replace("var.blue_target_group_arn", "replace(var.blue_target_group_arn, \"web-blue\", \"web-b\")");
        stage.terraform.write("main.tf", &strange)?;
        stage.terraform.write("import.tf", &import_block(&format!("web@{rule}")))?;
        let plan = stage.plan(&ask("v1", "000")).await?;
        ensure!(words(&plan.text).contains("which is neither color's target group"), "{}", plan.text);
        let before = (stage.changing_calls(), world.rules());
        let run = stage.apply(&ask("v1", "000")).await?;
        ensure!(run.code == 1 && words(&run.text()).contains("Nothing was changed"), "{}", run.text());
        ensure!(before == (stage.changing_calls(), world.rules()), "a refused adoption changed something");

        // Terraform writes the configuration of an import block that has none.
        stage.terraform.write("main.tf", "terraform {\n  required_providers {\n    bluegreen = {\n      source = \"bluegreen-rs/bluegreen\"\n    }\n  }\n}\n")?;
        for name in ["variables.tf", "outputs.tf", "terraform.tfstate"] {
            let _ = std::fs::remove_file(stage.terraform.folder().join(name));
        }
        let run = stage.terraform.run(&["plan", "-input=false", "-generate-config-out=generated.tf"]).await?;
        ensure!(!words(&run.text()).contains("crashed"), "{}", run.text());
        let written = std::fs::read_to_string(stage.terraform.folder().join("generated.tf"))?;
        ensure!(
            written.contains("priority") && written.contains(&world.target_group_arn("web-blue")?),
            "{written}"
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// The provider's own warning, as a golden file keeps it.
pub fn warning(text: &str) -> String {
    let text = redact(text);
    let mut lines = text
        .lines()
        .map(str::trim_end)
        .skip_while(|line| !line.contains("Warning: Apply"));
    let first = lines.next().unwrap_or_default().to_owned();
    let rest = lines.take_while(|line| !line.contains("Warning:") && !line.starts_with("─────"));
    let rest = rest.take_while(|line| !line.starts_with("bluegreen_service.web: "));
    let all: Vec<&str> = [first.as_str()].into_iter().chain(rest).collect();
    all.join("\n").trim_end().to_owned()
}
