//! The performance: one act after the other, then the destroy, then the reckoning.
//!
//! Judges nothing itself: findings come from `check` and from the order checker, and the first broken act ends the
//! play, but never before the figures are written.

mod reckon;

use crate::act::{ACTS, Act, End, LAST, PROMOTION, Version};
use crate::audiences::Audiences;
use crate::check::{self, Seen};
use crate::cli::Cli;
use crate::example::{self, DRAIN, SERVICE, TASKS};
use crate::live::{Live, TICK};
use crate::plan::Promise;
use crate::preflight::{self, Ground};
use crate::progress::Progress;
use crate::report::Performed;
use crate::{screen, words};
use acceptance::order::Judge;
use acceptance::probe::{Connections, FIRST_PHASE, Labels, Probe, ProbeOptions, Report, Target};
use acceptance::terraform::{Client, Install, Run, Running, Setup, Terraform};
use acceptance::wait::eventually;
use acceptance::world::{World, reference_seed};
use anyhow::{Context, Result, bail};
use sandbox::Options;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// Real seconds per AWS second: a health check every 5 s is one every 100 ms.
const TIME_SCALE: f64 = 0.02;
/// Connections of each audience.
const CONNECTIONS: usize = 16;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the load may take to show who serves.
const PATIENCE: Duration = Duration::from_secs(10);
const DESTROY: &str = "destroy";

struct Stage<'a> {
    cli: &'a Cli,
    world: World,
    audiences: Audiences,
    terraform: Terraform,
    judge: Judge,
    progress: Progress,
    load: Option<Probe>,
    performed: Vec<Performed>,
    findings: Vec<String>,
}

/// Performs everything. Whether nothing was found wrong.
pub async fn play(cli: &Cli, ground: &Ground) -> Result<bool> {
    let began = Instant::now();
    let mut stage = Stage::set(cli, ground).await?;
    stage.introduce(ground)?;
    let mut before = ACTS[0].public;
    for (number, act) in (1..).zip(&ACTS) {
        if let Err(error) = stage.perform(number, act, before).await {
            stage.found(format!("{}: {error:#}", act.name));
            break;
        }
        before = act.public;
    }
    let load = match stage.load.take() {
        Some(load) => Some(load.stop().await?),
        None => None,
    };
    if stage.performed.len() == ACTS.len()
        && let Err(error) = stage.destroy().await
    {
        stage.found(format!("{DESTROY}: {error:#}"));
    }
    stage.reckon(ground, load.as_ref(), began.elapsed()).await
}

impl<'a> Stage<'a> {
    async fn set(cli: &'a Cli, ground: &Ground) -> Result<Self> {
        let audiences = Audiences::choose(cli.by_header);
        let options = Options {
            bind: ground.address,
            time_scale: TIME_SCALE,
            log: Some(ground.out.join("events.jsonl")),
            client_ip_header: audiences.client_ip_header(),
            ..Options::default()
        };
        let region = options.region.clone();
        let world = World::start(options, &reference_seed()).await;
        let world = world.map_err(|error| preflight::taken(error, ground.address))?;
        let progress = ground.out.join("progress.jsonl");
        let files = example::files(&world, &audiences.office_range(), &progress)?;
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let setup = Setup::new(Client::Cli, Install::Override(ground.provider.clone()))
            .aws(&world.sandbox().endpoint(), &region);
        let mut terraform = Terraform::new(&files, setup).await?;
        if cli.keep {
            terraform.keep();
        }
        let judge = world.judge(TASKS, DRAIN);
        Ok(Self {
            cli,
            world,
            audiences,
            terraform,
            judge,
            progress: Progress::new(&progress)?,
            load: None,
            performed: Vec::new(),
            findings: Vec::new(),
        })
    }

    fn introduce(&self, ground: &Ground) -> Result<()> {
        screen::title("Releases of one service in two colors, on a local AWS, under load");
        screen::labelled(
            "terraform",
            &format!("{}, with examples/ecs-existing as it stands", ground.terraform),
        );
        screen::labelled("provider", &ground.provider.display().to_string());
        screen::labelled("AWS", &self.world.sandbox().endpoint());
        screen::labelled("listener", &self.world.url()?);
        screen::labelled(
            "load",
            &format!(
                "{} requests/s, none ever retried; {}",
                screen::grouped(u64::from(self.cli.rate.get())),
                self.audiences.describe()
            ),
        );
        Ok(())
    }

    async fn perform(&mut self, number: usize, act: &Act, before: Version) -> Result<()> {
        screen::heading(number, ACTS.len() + 1, act.name, act.says);
        screen::labelled("tfvars", &format!("env/{}.tfvars", act.tfvars));
        let mark = match &self.load {
            Some(load) => {
                load.mark(act.name);
                act.name
            }
            // There is nobody to ask before the first release serves.
            None => FIRST_PHASE,
        };
        let began = Instant::now();
        let plan = self.terraform.plan(&[&example::var_file(act.tfvars)]).await?;
        match plan.code {
            2 => {}
            0 => bail!("the plan has nothing to do"),
            code => {
                screen::quoted(words::error_of(&plan.text));
                bail!("terraform plan ended with {code}; its words are above")
            }
        }
        let promise = Promise::read(&plan.json)?;
        words::show(&promise);

        let from = self.world.next_seq();
        self.judge = self.judge.clone().apply_begins(from);
        let gap = self.cli.plant_gap.filter(|_| act.name == PROMOTION);
        let running = self.terraform.spawn_apply_plan(&plan)?;
        let run = self.watch(running, "apply", gap).await?;
        self.ended(act, &run)?;
        if self.load.is_none() {
            self.load = Some(self.start_load()?);
        }
        self.look(act, before, mark).await?;

        let switch = promise.loser().zip(self.last_shift(from));
        self.performed.push(Performed {
            name: act.name,
            mark,
            change: Some(promise.service),
            office_change: promise.office,
            took: began.elapsed(),
            exit_code: Some(run.code),
            switch: switch.filter(|_| act.end == End::Green),
        });
        Ok(())
    }

    /// Lets a command run to its end, and shows the load meanwhile.
    async fn watch(
        &mut self,
        running: Running,
        label: &'static str,
        mut gap: Option<Duration>,
    ) -> Result<Run> {
        let (load, progress) = (self.load.as_ref(), &mut self.progress);
        let snapshot = || load.map(Probe::snapshot);
        let mut live = Live::begin(label, snapshot().as_ref());
        let mut end = pin!(running.wait());
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let run = loop {
            tokio::select! {
                run = &mut end => break run?,
                _ = ticks.tick() => {
                    let load = snapshot();
                    live.tick(load.as_ref(), progress);
                    if load.is_some_and(|load| half_way(&load))
                        && let Some(gap) = gap.take()
                    {
                        self.world.sandbox().faults().data_plane_gap(gap);
                    }
                }
            }
        };
        live.end(snapshot().as_ref(), progress);
        Ok(run)
    }

    fn ended(&self, act: &Act, run: &Run) -> Result<()> {
        match (act.end, run.code) {
            (End::Green, 0) => Ok(()),
            (End::Red, 1) => {
                screen::quoted(words::error_of(&run.stderr));
                screen::good("the apply failed, as it had to (exit code 1)");
                Ok(())
            }
            (End::Red, code) => {
                bail!("terraform apply ended with {code}, but this release had to be refused with 1")
            }
            (End::Green, code) => {
                screen::quoted(words::error_of(&run.stderr));
                bail!("terraform apply ended with {code}; its words are above")
            }
        }
    }

    fn start_load(&self) -> Result<Probe> {
        let listener = self.world.listener_arn()?;
        let target = self.world.sandbox().listener_addr(&listener);
        let target = Target::new(
            target.context("the listener does not listen")?,
            "shop.example.com",
        );
        Probe::start(ProbeOptions {
            audiences: self.audiences.list(&target),
            connections: Connections::fixed(CONNECTIONS),
            rate: Some(self.cli.rate.get()),
            timeout: REQUEST_TIMEOUT,
            labels: Labels::default(),
        })
    }

    /// Waits for enough answers after the apply, reads the state, and judges both.
    async fn look(&mut self, act: &Act, before: Version, mark: &str) -> Result<()> {
        let load = self.load.as_ref().context("the load runs")?;
        let enough = u64::from(self.cli.rate.get() / 4).max(20);
        // Requests under way when the apply ended belong to the time before, however late a busy machine answers.
        let under_way = load.snapshot().started + 2 * CONNECTIONS as u64;
        let earlier = eventually(PATIENCE, async || {
            let now = load.snapshot();
            let ended = now.started - now.in_flight();
            if ended < under_way {
                return Err(format!("{ended} of {under_way} requests have ended"));
            }
            Ok(Seen::read(&now, mark))
        });
        let earlier = earlier
            .await
            .context("waiting for the last requests of the apply")?;
        let answered = eventually(PATIENCE, async || {
            let seen = Seen::read(&load.snapshot(), mark);
            let held = seen.since(&earlier);
            if held.least() < enough {
                return Err(format!("only {} answers to one audience", held.least()));
            }
            Ok((seen, held))
        });
        let (answered, service) = tokio::join!(answered, self.terraform.resource(SERVICE));
        let ((whole, held), service) = (answered.context("waiting for answers")?, service?);
        let mut findings = check::held(act, &held);
        findings.extend(check::undisturbed(act, before, &whole));
        findings.extend(check::state(act, &service));
        if findings.is_empty() {
            screen::good(&format!(
                "public: only {} · office: only {} · state: {}",
                words::named(act.public),
                words::named(act.office),
                words::told(act, &service)
            ));
        }
        findings.into_iter().for_each(|finding| self.found(finding));
        Ok(())
    }

    /// When the last rule change since `from` took effect.
    fn last_shift(&self, from: u64) -> Option<Instant> {
        let events = self.world.events();
        let shift = events.iter().rfind(|event| {
            event["seq"].as_u64().is_some_and(|seq| from <= seq)
                && event["action"] == "ModifyRule"
                && event["applied"] == true
        });
        self.world.instant(shift?)
    }

    /// After the load: without the service's rule nobody could be answered.
    async fn destroy(&mut self) -> Result<()> {
        let number = ACTS.len() + 1;
        let says = "nothing is left behind; the load has ended before";
        screen::heading(number, number, DESTROY, says);
        let began = Instant::now();
        self.judge = self.judge.clone().apply_begins(self.world.next_seq());
        let var_file = example::var_file(LAST);
        let running = self
            .terraform
            .spawn(&["destroy", "-input=false", "-auto-approve", &var_file])?;
        let run = self.watch(running, DESTROY, None).await?;
        if run.code != 0 {
            screen::quoted(words::error_of(&run.stderr));
            bail!("terraform destroy ended with {}; its words are above", run.code);
        }
        let rules = self.world.rules().len();
        if rules == 0 {
            screen::good("no rule is left on the listener");
        } else {
            self.found(format!("{DESTROY}: {rules} rules are left on the listener"));
        }
        self.performed.push(Performed {
            name: DESTROY,
            mark: DESTROY,
            change: None,
            office_change: None,
            took: began.elapsed(),
            exit_code: Some(run.code),
            switch: None,
        });
        Ok(())
    }

    fn found(&mut self, finding: String) {
        screen::bad(&finding);
        self.findings.push(finding);
    }
}

/// The candidate answers a part of the public, in the phase that runs.
fn half_way(load: &Report) -> bool {
    let seen = load
        .phases
        .last()
        .and_then(|phase| phase.audiences.get(crate::audiences::PUBLIC));
    seen.is_some_and(|public| 0 < public.answers("blue") && 0 < public.answers("green"))
}
