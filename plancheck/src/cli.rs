//! The command line: what can be asked for, and what each flag means.
//!
//! Decides nothing and reads nothing but arguments.

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use plancheck::report::Format;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
EXIT CODES
  0  the plan is allowed; there may be warnings
  1  there is no verdict: arguments, or a plan or policy that can't be read
  2  the plan breaks a rule whose level is error";

/// Reads a Terraform plan and says whether this release is allowed.
///
/// Offline unless told otherwise (--live): nothing is asked of a cloud, and nothing is changed. Sensitive values are never printed. What can't be read is never
/// allowed.
#[derive(Debug, Parser)]
#[command(name = "bluegreen-plancheck", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a plan
    #[command(after_help = EXIT_CODES, after_long_help = "\
EXAMPLES
  terraform plan -out=tfplan && terraform show -json tfplan | bluegreen-plancheck check
  bluegreen-plancheck check plan.json --write markdown=$GITHUB_STEP_SUMMARY --write sarif=plan.sarif
  bluegreen-plancheck check plan.json --label cold-rollback

EXIT CODES
  0  the plan is allowed; there may be warnings
  1  there is no verdict: arguments, or a plan or policy that can't be read
  2  the plan breaks a rule whose level is error")]
    Check(CheckArgs),

    /// Write a policy with every rule at its default and the reason for it
    Init {
        /// Where to; an existing file is left alone
        #[arg(default_value = plancheck::policy::FILE)]
        file: PathBuf,
    },

    /// Say what a rule demands, why, and what to do about a finding
    Explain {
        /// The rule's id; without one, all of them
        rule: Option<String>,
    },

    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },

    /// Print the man page
    Man,
}

/// What to judge, and by what.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What `terraform show -json tfplan` printed; - for standard input
    #[arg(default_value = "-")]
    pub plan: PathBuf,

    /// The policy [default: plancheck.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,

    /// A label of this run; may waive a rule, if the policy says so
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub label: Vec<String>,

    /// How the verdict is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Write the verdict to a file as well, as FORMAT=FILE. Markdown is added to the end of the file
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub write: Vec<Output>,

    /// Judge as if it were applied then, such as 2026-12-24T18:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,

    /// Where a VPC or a cluster goes without a guard, look at AWS for load balancers in its way. Reads only; region and
    /// credentials are those of the environment. Needs a build with the feature `live`
    #[arg(long)]
    pub live: bool,
}

/// A form and where it goes.
#[derive(Clone, Debug)]
pub struct Output {
    pub format: Format,
    pub file: PathBuf,
}

fn output(text: &str) -> Result<Output, String> {
    let (format, file) = text.split_once('=').ok_or("write it like markdown=summary.md")?;
    if file.is_empty() {
        return Err("the file has no name".to_owned());
    }
    Ok(Output {
        format: <Format as clap::ValueEnum>::from_str(format, false)?,
        file: PathBuf::from(file),
    })
}
