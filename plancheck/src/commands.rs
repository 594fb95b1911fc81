//! The commands: read, judge, write. Data goes to standard output; whoever calls prints errors.
//!
//! The only place of the program that reads the clock and writes files.

use crate::cli::{CheckArgs, Cli, Output};
use anyhow::{Context, Result, bail};
use clap::CommandFactory;
use clap_complete::Shell;
use jiff::Timestamp;
use plancheck::document::Document;
use plancheck::exit::Exit;
use plancheck::model::Plan;
#[cfg(feature = "live")]
use plancheck::policy::Level;
use plancheck::policy::{FILE, Policy, TEMPLATE};
use plancheck::report::Format;
use plancheck::rules::Rule;
use plancheck::scan::Scans;
use plancheck::source;
use plancheck::verdict::{Run, Verdict, judge};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Judges a plan.
pub fn check(args: &CheckArgs) -> Result<Exit> {
    let policy = policy(args.policy.as_deref())?;
    let document = Document::read(source::open(&args.plan)?)?;
    let plan = Plan::of(&document)?;
    drop(document);
    let now = args.at.unwrap_or_else(Timestamp::now);
    let run = Run {
        labels: args.label.iter().map(|label| label.trim().to_owned()).collect(),
        now,
        scans: match args.live {
            true => look(&plan, &policy)?,
            false => Scans::new(),
        },
    };
    let verdict = judge(&plan, &policy, &run);
    for output in &args.write {
        write(output, &verdict)?;
    }
    print(&args.format.write(&verdict))?;
    Ok(match verdict.refused {
        true => Exit::Refused,
        false => Exit::Allowed,
    })
}

#[cfg(feature = "live")]
fn look(plan: &Plan, policy: &Policy) -> Result<Scans> {
    // Nobody asks of AWS what nobody asks of the plan.
    match policy.level(Rule::UnguardedDestroy) {
        Level::Off => Ok(Scans::new()),
        Level::Error | Level::Warn => plancheck::live::look(plan).context("looking at AWS"),
    }
}

#[cfg(not(feature = "live"))]
fn look(_: &Plan, _: &Policy) -> Result<Scans> {
    bail!("this bluegreen-plancheck was built to work offline: --live needs one built with `--features live`")
}

fn policy(named: Option<&Path>) -> Result<Policy> {
    let path = named.unwrap_or(Path::new(FILE));
    // Somebody who names a policy means that one; otherwise there may be none.
    if named.is_none() && !path.try_exists().with_context(|| format!("looking for {FILE}"))? {
        return Ok(Policy::default());
    }
    Ok(Policy::read(path)?)
}

fn write(output: &Output, verdict: &Verdict) -> Result<()> {
    let mut options = OpenOptions::new();
    match output.format {
        // A job's summary is a file that every step adds to.
        Format::Markdown => options.append(true),
        _ => options.write(true).truncate(true),
    };
    let written = options
        .create(true)
        .open(&output.file)
        .and_then(|mut file| file.write_all(output.format.write(verdict).as_bytes()));
    written.with_context(|| format!("writing {}", output.file.display()))
}

/// Writes a policy where there is none.
pub fn init(file: &Path) -> Result<Exit> {
    let made = OpenOptions::new().write(true).create_new(true).open(file);
    match made {
        Ok(mut made) => made
            .write_all(TEMPLATE.as_bytes())
            .with_context(|| format!("writing {}", file.display()))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!("{} exists already", file.display()),
        Err(error) => return Err(error).with_context(|| format!("making {}", file.display())),
    }
    print(&format!("wrote {}\n", file.display()))?;
    Ok(Exit::Allowed)
}

/// Documents one rule, or all of them.
pub fn explain(rule: Option<&str>) -> Result<Exit> {
    let rules = match rule {
        None => Rule::ALL.to_vec(),
        Some(id) => match Rule::parse(id) {
            Some(rule) => vec![rule],
            None => {
                let ids: Vec<&str> = Rule::ALL.into_iter().map(Rule::id).collect();
                bail!("there is no rule {id:?}; there are {}", ids.join(", "))
            }
        },
    };
    let texts: Vec<String> = rules.into_iter().map(explained).collect();
    print(&texts.join("\n"))?;
    Ok(Exit::Allowed)
}

fn explained(rule: Rule) -> String {
    let doc = rule.doc();
    let label = doc
        .label
        .map(|label| format!(", waived by the label {label:?}"))
        .unwrap_or_default();
    format!(
        "{} ({}{label})\n  {}\n\n  Why: {}\n\n  What to do: {}\n",
        doc.id,
        doc.level.name(),
        doc.demands,
        doc.reason,
        doc.mend
    )
}

/// Prints the script that a shell loads.
pub fn completions(shell: Shell) -> Result<Exit> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bluegreen-plancheck", &mut out);
    print(&String::from_utf8(out).context("the completions are not text")?)?;
    Ok(Exit::Allowed)
}

/// Prints the man page.
pub fn man() -> Result<Exit> {
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut out)
        .context("making the man page")?;
    print(&String::from_utf8(out).context("the man page is not text")?)?;
    Ok(Exit::Allowed)
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("writing to standard output"),
    }
}
