//! Ctrl-C at every kind of wait: no further step, traffic at a split that had held, a state that tells the truth, and
//! an apply that goes on from there.
//!
//! Never waits for a time: each signal follows something that AWS or Terraform was seen to do.

use crate::converge::Split;
use crate::stage::{Ask, Stage, ask, refs};
use acceptance::terraform::{Run, Running};
use acceptance::wait::eventually;
use acceptance::world::with_world;
use anyhow::{Result, ensure};
use sandbox::{Fault, FaultRule};
use std::cell::Cell;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(30);
/// From the signal to Terraform's end.
const ANSWER: Duration = Duration::from_secs(5);

/// A promotion whose pauses outlast any test.
fn endless() -> Ask {
    ask("v2", "101").var(
        "steps",
        r#"[{ weight = 10, bake = "10m" }, { weight = 50, bake = "10m" }]"#,
    )
}

impl Stage<'_> {
    fn begin(&self, ask: &Ask) -> Result<Running> {
        self.apply_begins();
        self.terraform.spawn_apply(&refs(&ask.args()))
    }

    async fn seen_at(&self, running: &Running, split: Split) -> Result<()> {
        eventually(SOON, async || match self.weights() {
            Ok(weights) if weights == split => Ok(()),
            other => Err(format!("{other:?}:\n{}", running.text())),
        })
        .await
    }

    /// Ctrl-C while AWS does not answer this action, nor from then on anything.
    async fn interrupted_at(&self, action: &str, command: &[&str], ask: &Ask) -> Result<()> {
        let hang = || FaultRule::new(Fault::Latency(Duration::from_secs(60)));
        let faults = self.world.sandbox().faults();
        let action = Some(action.to_owned());
        faults.add(FaultRule {
            action: action.clone(),
            ..hang()
        });
        let before = unanswered(self);
        self.apply_begins();
        let args = ask.args();
        let all = [command, &["-input=false", "-auto-approve"], &refs(&args)].concat();
        let running = self.terraform.spawn(&all)?;
        hangs(self, before).await?;
        faults.add(hang());
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        let took = signalled.elapsed();
        self.calm();
        ensure!(
            run.code == 1,
            "{action:?}: ended with {}:\n{}",
            run.code,
            run.text()
        );
        ensure!(
            took < ANSWER,
            "{action:?}: answered only after {took:?}:\n{}",
            run.text()
        );
        Ok(())
    }

    /// After an interrupt: an error that names the stop, in time, and a state that was true before any look.
    async fn stopped(&self, run: &Run, signalled: Instant, split: Split) -> Result<()> {
        let took = signalled.elapsed();
        ensure!(run.code == 1, "ended with {}:\n{}", run.code, run.text());
        ensure!(took < ANSWER, "answered only after {took:?}:\n{}", run.text());
        let state = self.told().await?;
        ensure!(
            self.weights()? == split,
            "traffic stands at {:?}, not at {split:?}",
            self.weights()?
        );
        ensure!(
            state["release"] == "v1" && state["cycle"]["failed_release"].is_null(),
            "an interrupt is no verdict: {state:#}"
        );
        Ok(())
    }
}

/// What the text says, whatever the line breaks.
fn says(run: &Run, sentence: &str) -> Result<()> {
    let words: Vec<&str> = run
        .stdout
        .split_whitespace()
        .chain(run.stderr.split_whitespace())
        .collect();
    let words = words.into_iter().filter(|word| !matches!(*word, "│" | "╷" | "╵"));
    let text = words.collect::<Vec<_>>().join(" ");
    ensure!(
        text.contains(sentence),
        "{sentence:?} is not said:\n{}",
        run.text()
    );
    Ok(())
}

/// Calls that came in and were not answered, those included that nobody waits for any more.
fn unanswered(stage: &Stage<'_>) -> u64 {
    let events = stage.world.events();
    let answered = events.iter().filter(|event| event["event"] == "call").count() as u64;
    stage.world.sandbox().faults().calls_seen() - answered
}

/// Until one more call hangs: look after look it is unanswered, and no other comes after it.
async fn hangs(stage: &Stage<'_>, before: u64) -> Result<()> {
    let looks = Cell::new(0);
    eventually(SOON, async || {
        let now = unanswered(stage);
        looks.set(if now == before + 1 { looks.get() + 1 } else { 0 });
        if looks.get() < 25 {
            Err(format!("{now} calls are unanswered, {before} before"))
        } else {
            Ok(())
        }
    })
    .await
}

/// Until nothing has been asked for longer than traffic is watched after its last move: it drains.
async fn silent(stage: &Stage<'_>) -> Result<()> {
    let (last, since) = (Cell::new(0), Cell::new(Instant::now()));
    eventually(SOON, async || {
        let seen = stage.world.sandbox().faults().calls_seen();
        if seen != last.replace(seen) {
            since.set(Instant::now());
        }
        let silence = since.get().elapsed();
        if silence < Duration::from_secs(4) {
            Err(format!("{seen} calls, none for {silence:?}"))
        } else {
            Ok(())
        }
    })
    .await
}

async fn noticed(running: &Running) -> Result<()> {
    eventually(SOON, async || {
        let text = running.text();
        if text.contains("Interrupt received") {
            Ok(())
        } else {
            Err(text)
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_is_answered_in_time_though_a_removal_hangs() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::new(world).await?;
        stage.apply(&ask("v1", "000")).await?.success()?;
        stage
            .interrupted_at("DeleteRule", &["destroy"], &ask("v1", "000"))
            .await?;
        stage
            .terraform
            .destroy(&refs(&ask("v1", "000").args()))
            .await?
            .success()?;
        ensure!(world.rules().is_empty(), "left behind: {:#?}", world.rules());
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_interrupt_during_the_first_hold_goes_back_to_the_start() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let running = stage.begin(&endless())?;
        stage.seen_at(&running, (90, 10)).await?;
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        stage.stopped(&run, signalled, (100, 0)).await?;
        says(&run, "was stopped")?;
        says(&run, "the operator stopped it")?;
        says(&run, "Traffic went back to blue 100")?;
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_interrupt_during_the_second_hold_goes_back_to_the_first_step() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let slow_second = ask("v2", "101").var(
            "steps",
            r#"[{ weight = 10, bake = "200ms" }, { weight = 50, bake = "10m" }]"#,
        );
        let running = stage.begin(&slow_second)?;
        stage.seen_at(&running, (50, 50)).await?;
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        stage.stopped(&run, signalled, (90, 10)).await?;
        says(&run, "the last split that had held")?;
        // From a divided split on, forwards and backwards.
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_promotion_can_be_aborted_instead() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let slow_second = ask("v2", "101").var(
            "steps",
            r#"[{ weight = 10, bake = "200ms" }, { weight = 50, bake = "10m" }]"#,
        );
        let running = stage.begin(&slow_second)?;
        stage.seen_at(&running, (50, 50)).await?;
        running.interrupt()?;
        let run = running.wait().await?;
        ensure!(run.code == 1, "{}", run.text());
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_while_waiting_for_health_moves_nothing() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        // It never becomes healthy, so the wait lasts until somebody ends it.
        let broken = ask("v4", "101").var("health_timeout", "10m");
        let running = stage.begin(&broken)?;
        eventually(SOON, async || {
            let events = stage.world.events();
            let sick = events
                .iter()
                .any(|event| event["event"] == "target" && event["state"] == "unhealthy");
            if sick { Ok(()) } else { Err(running.text()) }
        })
        .await?;
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        stage.stopped(&run, signalled, (100, 0)).await?;
        says(&run, "Traffic was not moved")?;
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// Terraform empties a local state file before it writes it, and a second Ctrl-C can end it in between ("data loss may
/// have occurred"). It has made a backup by then, which an operator puts back.
fn restored(stage: &Stage<'_>) -> Result<()> {
    let file = |name: &str| stage.terraform.folder().join(name);
    if std::fs::metadata(file("terraform.tfstate"))?.len() == 0 {
        std::fs::copy(file("terraform.tfstate.backup"), file("terraform.tfstate"))?;
    }
    Ok(())
}

/// The second Ctrl-C makes Terraform leave its plugins at once: what counts is AWS, and what the next refresh says.
#[tokio::test(flavor = "multi_thread")]
async fn two_interrupts_leave_a_split_that_had_held() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let running = stage.begin(&endless())?;
        stage.seen_at(&running, (90, 10)).await?;
        let signalled = Instant::now();
        running.interrupt()?;
        noticed(&running).await?;
        running.interrupt()?;
        let run = running.wait().await?;
        let took = signalled.elapsed();
        ensure!(run.code != 0, "{}", run.text());
        ensure!(took < ANSWER, "answered only after {took:?}:\n{}", run.text());
        restored(&stage)?;
        let state = stage.truth(&ask("v2", "101")).await?;
        ensure!(
            stage.weights()? == (100, 0),
            "traffic stands at {:?}: {state:#}",
            stage.weights()?
        );
        ensure!(state["cycle"]["failed_release"].is_null(), "{state:#}");
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// Traffic has arrived by then: what is left undone is a clean-up, which the next plan shows.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_while_draining_leaves_a_clean_up() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let steps = r#"[{ weight = 10, bake = "50ms" }]"#;
        let promote = ask("v2", "101").var("steps", steps).var("rollback_window", "0s");
        let running = stage.begin(&promote.clone().var("drain", "10m"))?;
        stage.seen_at(&running, (0, 100)).await?;
        silent(&stage).await?;
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        let took = signalled.elapsed();
        ensure!(took < ANSWER, "answered only after {took:?}:\n{}", run.text());
        says(&run, "clean-up is not finished")?;
        let state = stage.truth(&promote).await?;
        ensure!(
            state["capacity"]["blue"] == 2 && state["phase"] == "promoted",
            "{state:#}"
        );
        let plan = stage.plan(&promote).await?;
        ensure!(plan.code == 2 && plan.text.contains("clean-up"), "{}", plan.text);
        stage.converges(&promote, (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// Nobody can put traffic back through an API that does not answer: the operator is told so, and in time.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_is_answered_in_time_though_aws_hangs() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let running = stage.begin(&endless())?;
        stage.seen_at(&running, (90, 10)).await?;
        world
            .sandbox()
            .faults()
            .add(FaultRule::new(Fault::Latency(Duration::from_secs(60))));
        let signalled = Instant::now();
        running.interrupt()?;
        let run = running.wait().await?;
        let took = signalled.elapsed();
        stage.calm();
        ensure!(run.code == 1, "ended with {}:\n{}", run.code, run.text());
        ensure!(took < ANSWER, "answered only after {took:?}:\n{}", run.text());
        says(&run, "Traffic could not be put back")?;
        stage.truth(&ask("v2", "101")).await?;
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// The worst moment: a change is under way and AWS answers neither it nor anything after it.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_is_answered_in_time_whichever_change_hangs() -> Result<()> {
    with_world(async |world| {
        let mut stage = Stage::new(world).await?;
        stage
            .interrupted_at("CreateRule", &["apply"], &ask("v1", "000"))
            .await?;
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage.load().await?;
        for action in ["AddTags", "UpdateService", "ModifyRule"] {
            stage
                .interrupted_at(action, &["apply"], &ask("v2", "101"))
                .await?;
            stage.truth(&ask("v2", "101")).await?;
        }
        stage.converges(&ask("v1", "000"), (100, 0)).await?;
        stage
            .interrupted_at("CreateRule", &["apply"], &ask("v2", "110"))
            .await?;
        stage.converges(&ask("v2", "110"), (100, 0)).await?;
        stage
            .interrupted_at("DeleteRule", &["apply"], &ask("v2", "100"))
            .await?;
        stage.converges(&ask("v2", "100"), (100, 0)).await?;
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}

/// SIGKILL to everything, as when the machine loses power: nobody is left who could put traffic back.
#[tokio::test(flavor = "multi_thread")]
async fn power_lost_during_a_hold_leaves_it_and_the_next_apply_goes_on() -> Result<()> {
    with_world(async |world| {
        let stage = Stage::created(world).await?;
        let running = stage.begin(&endless())?;
        stage.seen_at(&running, (90, 10)).await?;
        running.kill()?;
        ensure!(running.wait().await?.code == -9, "it was not killed");
        // Terraform had no time to remove its lock on the state.
        let lock = stage.terraform.folder().join(".terraform.tfstate.lock.info");
        if lock.exists() {
            std::fs::remove_file(lock)?;
        }
        let state = stage.truth(&ask("v2", "101")).await?;
        ensure!(stage.weights()? == (90, 10), "{state:#}");
        stage.converges(&ask("v2", "101"), (0, 100)).await?;
        stage.finish().await?;
        Ok(())
    })
    .await
}
