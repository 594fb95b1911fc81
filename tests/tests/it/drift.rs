//! What a hand changed behind Terraform's back: the plan shows it, one apply repairs it, and what belongs to others
//! stays as it is.
//!
//! Requests that fail while the hand's own damage lasts are the hand's; all others count.

use crate::stage::{Ask, BY_HAND, OFFICE, SERVICE, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Context, Result, ensure};
use serde_json::json;

const BLUE: (u64, u64) = (100, 0);
const GREEN: (u64, u64) = (0, 100);

impl Stage<'_> {
    /// The plan changes the service alone, and says so in these words.
    async fn sees(&self, ask: &Ask, sentence: &str) -> Result<()> {
        let plan = self.plan(ask).await?;
        ensure!(plan.actions(SERVICE) == ["update"], "not seen:\n{}", plan.text);
        let text = plan.text.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(
            text.contains(sentence),
            "{sentence:?} is not said:\n{}",
            plan.text
        );
        Ok(())
    }

    /// A rule that nobody's tags claim: its ARN.
    pub async fn foreign_rule(&self, priority: u32, path: &str, target_group: &str) -> Result<String> {
        let form = format!(
            "Action=CreateRule&Version=2015-12-01&ListenerArn={}&Priority={priority}\
             &Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1={path}\
             &Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={}",
            self.world.listener_arn()?,
            self.world.target_group_arn(target_group)?
        );
        self.call(&form).await?;
        self.rule_at(priority)
    }

    pub async fn delete_rule(&self, arn: &str) -> Result<()> {
        self.call(&format!("Action=DeleteRule&Version=2015-12-01&RuleArn={arn}"))
            .await
    }

    pub fn rule_at(&self, priority: u32) -> Result<String> {
        let rules = self.world.rules();
        let rule = rules
            .iter()
            .find(|rule| rule["Priority"] == priority.to_string().as_str());
        let arn = rule.and_then(|rule| rule["RuleArn"].as_str());
        arn.map(str::to_owned)
            .with_context(|| format!("no rule at {priority}: {rules:#?}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weight_moved_by_hand_is_moved_back() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        for (ask, split, moved) in [
            (ask("v2", "100"), BLUE, (50, 50)),
            (ask("v2", "110"), BLUE, (0, 100)),
            (ask("v2", "101"), GREEN, (30, 70)),
        ] {
            stage.converges(&ask, split).await?;
            stage.by_hand(moved).await?;
            stage.sees(&ask, "repair").await?;
            stage.converges(&ask, split).await?;
        }
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_is_refused_once_a_hand_has_moved_traffic() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage.converges(&ask("v2", "100"), BLUE).await?;
        let plan = stage.plan(&ask("v2", "101")).await?;
        stage.by_hand((60, 40)).await?;
        stage.apply_begins();
        let run = stage.terraform.apply_plan(&plan).await?;
        ensure!(
            run.code == 1 && run.text().contains("somebody moved it"),
            "{}",
            run.text()
        );
        ensure!(
            stage.weights()? == (60, 40),
            "it was moved: {:?}",
            stage.weights()?
        );
        stage.converges(&ask("v2", "101"), GREEN).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_deleted_by_hand_is_made_again_at_the_recorded_split() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let promoted = ask("v2", "101");
        stage.converges(&promoted, GREEN).await?;
        stage.probe()?.mark(BY_HAND);
        stage.delete_rule(&stage.rule_at(100)?).await?;
        stage
            .sees(&promoted, "the listener rule is missing and is made again at")
            .await?;
        stage.apply(&promoted).await?.success()?;
        // From here on nobody may lose a request: the apply said that it is repaired.
        stage.phase("afterwards").await?;
        stage.stands(&promoted, GREEN).await?;
        stage.converges(&ask("v1", "000"), BLUE).await?;
        let report = stage.finish().await?.context("there was load")?;
        let gap = report.phase(BY_HAND).context("the phase was marked")?;
        ensure!(
            0 < gap.failed,
            "nobody missed the rule, so the load proves nothing"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_deleted_by_hand_is_made_again_before_a_promotion_goes_on() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage.converges(&ask("v2", "100"), BLUE).await?;
        stage.probe()?.mark(BY_HAND);
        stage.delete_rule(&stage.rule_at(100)?).await?;
        stage.apply(&ask("v2", "101")).await?.success()?;
        stage.phase("afterwards").await?;
        stage.stands(&ask("v2", "101"), GREEN).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn priority_conditions_and_tags_changed_by_hand_are_put_right() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let promoted = ask("v2", "101");
        stage.converges(&promoted, GREEN).await?;
        let arn = stage.rule_at(100)?;
        let shown = || {
            let rule = world.rules().into_iter().find(|rule| rule["RuleArn"] == arn.as_str());
            (rule, world.sandbox().dump()["tags"][&arn].clone())
        };
        let before = shown();
        let hands = [
            (
                format!("Action=SetRulePriorities&RulePriorities.member.1.RuleArn={arn}&RulePriorities.member.1.Priority=150"),
                "priority = 150 -> 100",
            ),
            (
                format!("Action=ModifyRule&RuleArn={arn}&Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=/old/*"),
                r#"~ "/old/*" -> "/*","#,
            ),
            (
                format!("Action=RemoveTags&ResourceArns.member.1={arn}&TagKeys.member.1=bluegreen:resource&TagKeys.member.2=bluegreen:green"),
                "its tags are repaired",
            ),
        ];
        for (hand, sentence) in hands {
            // What a hand has taken from the clients is the hand's, until the apply has ended.
            stage.probe()?.mark(BY_HAND);
            stage.call(&format!("{hand}&Version=2015-12-01")).await?;
            ensure!(shown() != before, "{hand} changed nothing");
            stage.sees(&promoted, sentence).await?;
            stage.apply(&promoted).await?.success()?;
            stage.phase("afterwards").await?;
            stage.stands(&promoted, GREEN).await?;
            ensure!(shown() == before, "{hand} is not repaired: {:#?}", shown());
        }
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_rule_deleted_by_hand_is_made_again() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let canary = ask("v2", "110");
        stage.converges(&canary, BLUE).await?;
        stage.delete_rule(&stage.rule_at(99)?).await?;
        let plan = stage.plan(&canary).await?;
        ensure!(plan.actions(OFFICE) == ["update"], "not seen:\n{}", plan.text);
        stage.converges(&canary, BLUE).await?;
        stage.rule_at(99)?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_counted_up_or_down_by_hand_are_counted_back() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let stable = ask("v1", "000");
        let count = |service: &str, count: u32| {
            json!({ "cluster": "main", "service": service, "desiredCount": count }).to_string()
        };
        stage.call_ecs("UpdateService", &count("web-green", 3)).await?;
        stage.sees(&stable, "clean-up").await?;
        stage.converges(&stable, BLUE).await?;
        ensure!(
            world.service("web-green")["desiredCount"] == 0,
            "{:#}",
            world.service("web-green")
        );
        // Fewer than asked for, of the color that serves: more are started.
        stage.call_ecs("UpdateService", &count("web-blue", 1)).await?;
        stage.sees(&stable, "blue 1 → 2").await?;
        stage.converges(&stable, BLUE).await?;
        // More than asked for: autoscaling may do that.
        stage.call_ecs("UpdateService", &count("web-blue", 4)).await?;
        stage.nothing_left(&stable).await?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 4,
            "{:#}",
            world.service("web-blue")
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_deployed_by_hand_is_never_promoted() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        stage.converges(&ask("v2", "100"), BLUE).await?;
        let other =
            json!({ "cluster": "main", "service": "web-green", "taskDefinition": "web:3" }).to_string();
        stage.call_ecs("UpdateService", &other).await?;
        stage.converges(&ask("v2", "101"), GREEN).await?;
        let report = stage.finish().await?.context("there was load")?;
        for (name, audience) in &report.audiences {
            let versions = audience.colors.values().flat_map(|color| color.versions.keys());
            let strange: Vec<&String> = versions.filter(|version| *version == "v3").collect();
            ensure!(strange.is_empty(), "{name} saw what nobody released");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_rule_keeps_its_color_from_being_retired() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let foreign = stage.foreign_rule(50, "/reports", "web-blue").await?;
        let promote = ask("v2", "101").var("rollback_window", "0s");
        let run = stage.apply(&promote).await?.success()?;
        let text = run.text().split_whitespace().collect::<String>();
        ensure!(text.contains("clean-upisnotfinished"), "{}", run.text());
        ensure!(text.contains(&foreign), "{foreign} is not named:\n{}", run.text());
        ensure!(stage.weights()? == GREEN, "{:?}", stage.weights()?);
        ensure!(
            world.service("web-blue")["desiredCount"] == 2,
            "{:#}",
            world.service("web-blue")
        );
        stage.sees(&promote, "clean-up").await?;
        stage.delete_rule(&foreign).await?;
        stage.converges(&promote, GREEN).await?;
        ensure!(
            world.service("web-blue")["desiredCount"] == 0,
            "{:#}",
            world.service("web-blue")
        );
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_rule_at_the_priority_is_named_and_nothing_is_made() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        let foreign = stage.foreign_rule(100, "/*", "web-blue").await?;
        let before = world.rules();
        let run = stage.apply(&ask("v1", "000")).await?;
        let text = run.text().split_whitespace().collect::<String>();
        ensure!(run.code == 1 && text.contains("Nothingwasmade"), "{}", run.text());
        ensure!(text.contains(&foreign), "{foreign} is not named:\n{}", run.text());
        ensure!(world.rules() == before, "{:#?}", world.rules());
        stage.delete_rule(&foreign).await?;
        stage.converges(&ask("v1", "000"), BLUE).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// A backup put back, or a push that was lost: the rule's tags know more than the state does.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_state_learns_what_has_happened_since() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let state = stage.terraform.folder().join("terraform.tfstate");
        let old = std::fs::read(&state)?;
        stage.converges(&ask("v2", "101"), GREEN).await?;
        // The same ask again, told by a state that has never heard of v2.
        std::fs::write(&state, &old)?;
        let told = stage.truth(&ask("v2", "101")).await?;
        ensure!(
            told["phase"] == "promoted" && told["cycle"]["green"]["release"] == "v2",
            "{told:#}"
        );
        stage.converges(&ask("v2", "101"), GREEN).await?;
        // Two releases on, and the color that the old state calls live is the canary.
        stage.converges(&ask("v3", "110"), GREEN).await?;
        std::fs::write(&state, &old)?;
        stage.converges(&ask("v3", "110"), GREEN).await?;
        // The rollback that the old state would call nothing to do.
        std::fs::write(&state, &old)?;
        stage.converges(&ask("v2", "000"), GREEN).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
