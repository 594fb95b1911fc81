//! Every row of the flag table, and every prior state from which an operator could meet it, with real Terraform.

use crate::stage::{Ask, SERVICE, Stage, ask};
use acceptance::world::with_world;
use anyhow::{Result, ensure};
use std::fmt::Write;

#[tokio::test(flavor = "multi_thread")]
async fn contradictions_are_refused_by_validate_with_the_flag_to_change() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let mut table = String::new();
        for flags in ["001", "010", "011", "111"] {
            let plan = stage.plan(&ask("v2", flags)).await?;
            ensure!(plan.code == 1, "{flags} was planned:\n{}", plan.text);
            let from = plan.text.find("Error:").unwrap_or_default();
            writeln!(table, "== {flags}\n{}\n", plan.text[from..].trim_end())?;
        }
        insta::assert_snapshot!("contradictions", table);
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_apply_that_needs_a_predecessor_makes_nothing() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        for flags in ["100", "110"] {
            let plan = stage.plan(&ask("v1", flags)).await?;
            ensure!(
                plan.text.contains("Apply will refuse this"),
                "{flags}: no warning:\n{}",
                plan.text
            );
            let run = stage.apply(&ask("v1", flags)).await?;
            ensure!(
                run.code == 1 && run.text().contains("Nothing was made"),
                "{flags}:\n{}",
                run.text()
            );
            ensure!(world.rules().is_empty(), "{flags}: a rule was made");
        }
        // Either of the other two serves at once, and the second plan is empty.
        for flags in ["101", "000"] {
            stage.act(&ask("v1", flags)).await?;
            stage.rests(&ask("v1", flags)).await?;
            ensure!(stage.weights()? == (100, 0), "{flags}: {:?}", stage.weights()?);
            stage
                .terraform
                .destroy(&crate::stage::refs(&ask("v1", flags).args()))
                .await?
                .success()?;
        }
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// From each state, the asks that the state forbids: a warning in the plan, an error before the first changing call.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_state_forbids_is_a_warning_in_plan_and_an_error_before_anything_moves() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let mut story = String::new();
        let forbidden = |asks: &[Ask]| asks.to_vec();
        let states: [(&str, Vec<Ask>, Vec<Ask>); 3] = [
            (
                "fresh",
                vec![],
                forbidden(&[ask("v1", "100"), ask("v1", "110"), ask("v1", "101")]),
            ),
            (
                "canary of v2",
                vec![ask("v2", "110")],
                forbidden(&[ask("v1", "100"), ask("v2", "110").var("task_definition", "web:3")]),
            ),
            (
                "v2 promoted",
                vec![ask("v2", "101")],
                forbidden(&[
                    ask("v3", "000"),
                    ask("v1", "101"),
                    ask("v2", "101").var("task_definition", "web:3"),
                ]),
            ),
        ];
        for (name, steps, forbidden) in states {
            for step in &steps {
                stage.act(step).await?;
            }
            let before = stage.terraform.resource(SERVICE).await?;
            for ask in forbidden {
                let plan = stage.plan(&ask).await?;
                ensure!(
                    plan.text.contains("Apply will refuse this"),
                    "{name}, {ask:?}: no warning:\n{}",
                    plan.text
                );
                let calls = stage.changing_calls();
                let run = stage.apply(&ask).await?;
                ensure!(run.code == 1, "{name}, {ask:?} was applied:\n{}", run.text());
                ensure!(
                    stage.changing_calls() == calls,
                    "{name}, {ask:?}: AWS was changed"
                );
                let after = stage.terraform.resource(SERVICE).await?;
                ensure!(after == before, "{name}, {ask:?}: the state changed");
                let text = run.text();
                let from = text.find("Error:").unwrap_or_default();
                let (enable, activate, promote) = ask.flags;
                let flags = [enable, activate, promote].map(|flag| if flag { '1' } else { '0' });
                let flags: String = flags.iter().collect();
                writeln!(
                    story,
                    "== {name}, then {flags} {}\n{}\n",
                    ask.release,
                    text[from..].trim_end()
                )?;
            }
        }
        insta::assert_snapshot!("refusals", story);
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// A name, the phase it ends in, and the asks that lead there.
type Way = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

#[tokio::test(flavor = "multi_thread")]
async fn destroy_succeeds_from_every_state() -> Result<()> {
    // Each way's last phase and cycle must be what its name says, or nothing is shown.
    let ways: [Way; 8] = [
        ("fresh", "stable", &[]),
        ("warm", "warm", &[("v2", "100")]),
        ("canary", "canary", &[("v2", "110")]),
        ("promoted", "promoted", &[("v2", "101")]),
        ("rolled back", "stable", &[("v2", "101"), ("v1", "000")]),
        ("next release", "canary", &[("v2", "101"), ("v3", "110")]),
        ("failed", "stable", &[("v4", "101")]),
        ("refused", "stable", &[("v1", "101")]),
    ];
    for (name, phase, steps) in ways {
        // A world each: a first apply names what runs, and the way before leaves a later release.
        with_world(async |world| {
            let stage = Stage::new(world).await?;
            stage.apply(&ask("v1", "000")).await?.success()?;
            let mut last = ask("v1", "000");
            for (release, flags) in steps {
                last = ask(release, flags);
                let run = stage.apply(&last).await?;
                let fails = name == "failed" || name == "refused";
                ensure!(run.code == i32::from(fails), "{name}:\n{}", run.text());
            }
            let state = stage.terraform.resource(SERVICE).await?;
            ensure!(state["phase"] == phase, "{name}: {state:#}");
            let failed = &state["cycle"]["failed_release"];
            ensure!((failed == "v4") == (name == "failed"), "{name}: {state:#}");
            // The refused ask stays in the configuration: destroy plans with it first.
            let run = stage.terraform.destroy(&crate::stage::refs(&last.args())).await?;
            ensure!(run.code == 0, "{name}: destroy failed:\n{}", run.text());
            ensure!(
                world.rules().is_empty(),
                "{name}: rules were left behind: {:#?}",
                world.rules()
            );
            stage.finish().await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}
