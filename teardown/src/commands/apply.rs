//! `apply`: the only command that changes anything, and only what was agreed on: in a plan file, by typing the VPC's
//! id, or by `--yes` with the VPC named.
//!
//! Nothing is deleted that a scan did not show first.

use super::look::Look;
use crate::cli::{ApplyArgs, limit};
use crate::confirm::{self, Answer};
use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::{Context, Error, Result};
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;
use teardown::document::{Agreed, Document};
use teardown::execute::{Audit, Done, Job, Journal, Limits, Stop, execute};
use teardown::exit::Exit;
use teardown::judge::Policy;
use teardown::report::applied::Applied;
use teardown::report::summary;
use teardown::scan::LIMIT;
use tokio_util::sync::CancellationToken;

/// What is to be applied, or how a run without it ends.
enum Plan {
    Agreed(Box<(Agreed, Target)>),
    Nothing(Exit),
}

/// Finds out what was agreed on, and does it.
pub async fn run(
    args: &ApplyArgs,
    policy: &Policy,
    screen: &Screen,
    stop: &CancellationToken,
) -> Result<Exit> {
    let whole = limit(args.timeout)?;
    let progress = Progress::new(*screen);
    let plan = match &args.plan {
        Some(file) => from_file(file, args, screen, &progress, stop).await?,
        None => asked(args, policy, screen, &progress, stop).await?,
    };
    let (agreed, target) = match plan {
        Plan::Agreed(both) => *both,
        Plan::Nothing(exit) => return Ok(exit),
    };
    let journal = match &args.journal {
        Some(path) => {
            Journal::open(path).with_context(|| format!("opening the journal {}", path.display()))?
        }
        None => Journal::memory(),
    };
    let audit = match &args.audit {
        Some(path) => {
            Audit::open(path).with_context(|| format!("opening the audit log {}", path.display()))?
        }
        None => Audit::memory(),
    };
    let job = Job {
        agreed: &agreed,
        managed: &target.managed,
        policy: &agreed.policy,
        journal,
        audit,
        limits: Limits {
            release: Limits::default().release.min(whole),
            whole,
        },
        watch: &progress,
        stop,
    };
    let executed = execute(&target.aws, job).await;
    progress.clear();
    match executed {
        Ok(done) => told(&done, &agreed, screen),
        Err(error) => {
            let exit = error.exit();
            screen.fail(&Error::new(error).context("nothing was done"));
            Ok(exit)
        }
    }
}

async fn from_file(
    file: &Path,
    args: &ApplyArgs,
    screen: &Screen,
    progress: &Progress,
    stop: &CancellationToken,
) -> Result<Plan> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let agreed = match Agreed::read(&text, Timestamp::now()) {
        Ok(agreed) => agreed,
        Err(refused) => {
            let says = format!("nothing was done with {}", file.display());
            screen.fail(&Error::new(refused).context(says));
            return Ok(Plan::Nothing(Exit::Refused));
        }
    };
    let mut place = args.place.clone();
    place.vpcs = vec![agreed.header.vpc.clone()];
    place.region = place.region.or_else(|| Some(agreed.header.region.clone()));
    let target = Target::find(&place, &agreed.policy, looking(args)?, screen, progress, stop).await?;
    Ok(Plan::Agreed(Box::new((agreed, target))))
}

/// The way out where a destroy would be refused and nothing may be deleted.
const LIVING: &str = "A cluster that lives holds the network: uninstall its charts, or delete its Services and Ingresses, \
     so that its controllers clean up; or destroy the cluster first.";

/// How long looking may take, before anything is confirmed.
fn looking(args: &ApplyArgs) -> Result<Duration> {
    Ok(limit(args.timeout)?.min(LIMIT))
}

/// Scans, shows, and asks.
async fn asked(
    args: &ApplyArgs,
    policy: &Policy,
    screen: &Screen,
    progress: &Progress,
    stop: &CancellationToken,
) -> Result<Plan> {
    let target = Target::find(&args.place, policy, looking(args)?, screen, progress, stop).await?;
    let vpc = target.only("an apply")?;
    let look = Look::at(vpc, &target, policy, progress, stop).await?;
    screen.tell(&look.text(screen));
    look.warn(policy, screen);
    let nothing = |exit: Exit| -> Result<Plan> {
        let applied = Applied::nothing(&look.inventory, &look.judgement, look.sweep.clone(), exit);
        screen.show(String::new, &applied)?;
        Ok(Plan::Nothing(exit))
    };
    let orphans = look.judgement.orphans().count();
    if orphans == 0 {
        screen.tell("There is nothing to delete.");
        if look.judgement.living().next().is_some() {
            screen.tell(LIVING);
        }
        return nothing(Exit::of(&look.judgement));
    }
    let strange = look.strangers(policy);
    if args.yes && !strange.is_empty() {
        screen.tell(
            "Nothing was done: with --yes nobody is asked whether what a flag names was meant otherwise.",
        );
        return nothing(Exit::Refused);
    }
    if !args.yes {
        let refused = match confirm::ask(screen, vpc, orphans, stop).await? {
            Answer::Yes => None,
            Answer::No => Some("Nothing was done.".to_owned()),
            Answer::Nobody => Some(format!(
                "Nothing was done: there is no terminal to confirm this on. Write a plan (bluegreen-teardown plan -o FILE) \
                 and apply that, or give --yes --vpc-id {vpc}."
            )),
        };
        if let Some(why) = refused {
            screen.tell(&why);
            return nothing(Exit::Refused);
        }
    }
    let Look {
        inventory,
        judgement,
        sweep,
    } = look;
    let document = Document::new(&inventory, &target.managed, policy, &judgement, sweep)?;
    let agreed = Agreed::read(&document.text()?, inventory.taken_at)?;
    Ok(Plan::Agreed(Box::new((agreed, target))))
}

/// The result, and what to do next.
fn told(done: &Done, agreed: &Agreed, screen: &Screen) -> Result<Exit> {
    let exit = done.exit();
    let applied = Applied::new(&agreed.header, &agreed.policy, done);
    screen.show(|| applied.text(), &applied)?;
    let vpc = &agreed.header.vpc;
    let gone = done.objects.values().filter(|outcome| outcome.is_done()).count();
    let all = done.objects.len();
    screen.tell(&format!("{gone} of {all} objects are gone."));
    match &done.proof {
        Ok(proof) => screen.tell(&format!(
            "What a fresh look at {vpc} shows: {}",
            summary(&proof.judgement)
        )),
        Err(why) => screen.tell(&format!("There was no fresh look at {vpc}: {why}.")),
    }
    screen.tell(&next(exit, done, vpc));
    Ok(exit)
}

fn next(exit: Exit, done: &Done, vpc: &str) -> String {
    if let Some(Stop::ControllerAlive(_)) = done.stop {
        return "A controller makes anew what is deleted: end it (or its cluster) first, then scan again."
            .to_owned();
    }
    match exit {
        Exit::Clean => format!("No orphan blocks the destroy of {vpc} any more: terraform destroy."),
        Exit::Partial => "To go on, run the same command again.".to_owned(),
        _ => "To see what is left, scan with the same flags.".to_owned(),
    }
}
