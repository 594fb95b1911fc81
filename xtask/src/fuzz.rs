//! `cargo xtask fuzz`: every fuzz target of `tfplugin` and `plancheck` for its share of the time, and what came of it.
//!
//! Counts CPU time, not the clock: on a busy machine a minute of fuzzing takes longer, and is still a minute.

use crate::cache::Cache;
use crate::peers;
use crate::shell::{Program, say};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The targets, as the manifest in each folder names them.
const TARGETS: [&str; 7] = [
    "value_msgpack",
    "value_json",
    "type_json",
    "rpc",
    "handshake",
    "plan_text",
    "plan_values",
];

/// Where a target's source is.
fn folder(target: &str) -> &'static str {
    match target.starts_with("plan_") {
        true => "plancheck/fuzz",
        false => "tfplugin/fuzz",
    }
}

/// Inputs of a target that the repository keeps.
const KEPT: usize = 55;

/// What the command line asked for.
#[derive(clap::Args)]
pub struct Asked {
    /// CPU minutes in all
    #[arg(long, default_value_t = 5)]
    minutes: u32,
    /// Only this target; may be repeated
    #[arg(long = "target", value_parser = TARGETS)]
    targets: Vec<String>,
    /// Afterwards, replace the corpus in the repository by few inputs that reach far
    #[arg(long)]
    keep: bool,
}

/// What became of one target.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    executions: u64,
    cpu: Duration,
    findings: Vec<PathBuf>,
}

/// Where things are.
struct Place {
    /// `tfplugin/fuzz` or `plancheck/fuzz`
    source: PathBuf,
    /// In the cache: builds, logs, and all inputs that reached something new.
    work: PathBuf,
    binaries: PathBuf,
}

impl Place {
    /// Builds the targets of one folder. The compiler is the stable one, told to take the flags that coverage needs.
    fn build(repository: &Path, folder: &str) -> Result<Place> {
        let cache = Cache::open(repository)?;
        let cargo_fuzz = peers::fuzz(&cache)?;
        let (source, work) = (repository.join(folder), cache.path("fuzz"));
        let host = host()?;
        Program::new(cargo_fuzz)
            .args(["fuzz", "build", "--sanitizer", "none", "--fuzz-dir", "."])
            .args(["--target", &host, "--target-dir"])
            .args([work.join("target")])
            .env("RUSTC_BOOTSTRAP", "1")
            .within(&source)
            .run()?;
        let binaries = work.join("target").join(host).join("release");
        Ok(Place {
            source,
            work,
            binaries,
        })
    }

    /// One run of `target`, for at most `limit`; what libFuzzer says goes to the log.
    fn run(&self, target: &str, limit: Duration) -> Result<Outcome> {
        let found = self.work.join("corpus").join(target);
        let artifacts = self.work.join("artifacts").join(target);
        for folder in [&found, &artifacts] {
            fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        }
        let log = self.work.join(format!("{target}.log"));
        let before = children_cpu()?;
        let fine = Program::new(self.binaries.join(target))
            .args([
                "-print_final_stats=1",
                "-timeout=10",
                "-rss_limit_mb=2048",
                "-max_len=4096",
            ])
            .args([
                format!("-max_total_time={}", limit.as_secs().max(1)),
                format!("-artifact_prefix={}/", artifacts.display()),
            ])
            .args([found])
            .args([
                self.source.join("corpus").join(target),
                self.source.join("seeds").join(target),
            ])
            .talking_to(&log)?;
        let said = fs::read_to_string(&log).with_context(|| format!("reading {}", log.display()))?;
        let mut findings = Vec::new();
        if !fine {
            findings = files(&artifacts)?;
            if findings.is_empty() {
                bail!("{target} failed without a finding: see {}", log.display());
            }
        }
        Ok(Outcome {
            executions: executions(&said).with_context(|| format!("no statistics in {}", log.display()))?,
            cpu: children_cpu()? - before,
            findings,
        })
    }

    /// As many runs as `share` of CPU time takes, or until something is found.
    fn fuzz(&self, target: &str, share: Duration) -> Result<Outcome> {
        let mut all = Outcome::default();
        while all.findings.is_empty() && all.cpu + Duration::from_secs(1) < share {
            let one = self.run(target, share - all.cpu)?;
            all.executions += one.executions;
            all.cpu += one.cpu;
            all.findings = one.findings;
        }
        Ok(all)
    }

    /// Replaces the committed corpus by a set cover of everything known, or by as much of one as is kept.
    fn keep(&self, target: &str) -> Result<()> {
        let (committed, fresh) = (self.source.join("corpus").join(target), self.work.join("fresh"));
        fs::remove_dir_all(&fresh)
            .or_else(absent)
            .context("clearing the new corpus")?;
        fs::create_dir_all(&fresh).context("making the new corpus")?;
        let log = self.work.join(format!("{target}.merge.log"));
        let merged = Program::new(self.binaries.join(target))
            .args(["-set_cover_merge=1", "-max_len=4096"])
            .args([&fresh, &self.work.join("corpus").join(target), &committed])
            .talking_to(&log)?;
        if !merged {
            bail!("merging the corpus of {target} failed: see {}", log.display());
        }
        fs::remove_dir_all(&committed)
            .or_else(absent)
            .context("clearing the old corpus")?;
        fs::create_dir_all(&committed).context("making the corpus")?;
        // Sorted by the hash of what is in them: as good as drawn by lot.
        for input in files(&fresh)?.into_iter().take(KEPT) {
            let name = input.file_name().context("every input has a name")?;
            fs::copy(&input, committed.join(name)).context("copying an input")?;
        }
        Ok(())
    }
}

/// Runs what was asked for. Returns whether nothing was found.
pub fn fuzz(asked: &Asked) -> Result<bool> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies at the root")?;
    let chosen: Vec<&str> = TARGETS
        .into_iter()
        .filter(|target| asked.targets.is_empty() || asked.targets.iter().any(|named| named == target))
        .collect();
    let share = Duration::from_secs(u64::from(asked.minutes) * 60) / u32::try_from(chosen.len())?;
    let mut outcomes = Vec::new();
    let mut places = BTreeMap::new();
    for target in chosen {
        let place = match places.entry(folder(target)) {
            Entry::Occupied(built) => built.into_mut(),
            Entry::Vacant(free) => free.insert(Place::build(repository, folder(target))?),
        };
        say(&format!("{target} …"));
        let outcome = place.fuzz(target, share)?;
        if asked.keep {
            place.keep(target)?;
        }
        outcomes.push((target, outcome));
    }
    say(&table(&outcomes));
    let findings = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
    let none = findings.clone().next().is_none();
    for finding in findings {
        say(&format!("found: {}", finding.display()));
    }
    Ok(none)
}

fn table(outcomes: &[(&str, Outcome)]) -> String {
    let mut lines = vec!["target            executions   CPU minutes   findings".to_owned()];
    let mut all = Outcome::default();
    let line = |name: &str, outcome: &Outcome, findings: usize| {
        let minutes = outcome.cpu.as_secs_f64() / 60.0;
        format!(
            "{name:<15}{:>13}{minutes:>14.1}{findings:>11}",
            outcome.executions
        )
    };
    let mut findings = 0;
    for (target, outcome) in outcomes {
        lines.push(line(target, outcome, outcome.findings.len()));
        all.executions += outcome.executions;
        all.cpu += outcome.cpu;
        findings += outcome.findings.len();
    }
    lines.push(line("in all", &all, findings));
    lines.join("\n")
}

/// From libFuzzer's statistics.
fn executions(said: &str) -> Option<u64> {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    line?.trim().parse().ok()
}

/// CPU time of all programs that ended so far.
fn children_cpu() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").context("reading the CPU time used")?;
    cpu_of_children(&stat).context("parsing the CPU time used")
}

fn cpu_of_children(stat: &str) -> Option<Duration> {
    // The name in parentheses may hold anything; after it the state is field 3, and 16 and 17 are the children's.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    // A hundred ticks a second on every Linux that people run.
    Some(Duration::from_millis(ticks * 10))
}

/// The machine that the compiler builds for.
fn host() -> Result<String> {
    let version = Program::new("rustc").args(["-vV"]).output()?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc names no host")?.to_owned())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    let mut files = entries
        .map(|entry| {
            Ok(entry
                .with_context(|| format!("listing {}", folder.display()))?
                .path())
        })
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(test)]
mod tests;
