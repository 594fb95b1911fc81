//! The command line: what can be asked for, and what each flag means.
//!
//! Decides nothing and reads nothing but arguments.

mod flags;

use clap::{Args, Parser, Subcommand, ValueEnum};
pub use flags::{Patience, Rules, Where, limit};
use jiff::SignedDuration;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  In the folder whose `terraform destroy` hangs:
    bluegreen-teardown scan
    bluegreen-teardown apply

  In CI, in two steps:
    bluegreen-teardown plan --vpc-id vpc-0abc -o sweep.json
    bluegreen-teardown apply sweep.json

  Why one load balancer stays:
    bluegreen-teardown why --vpc-id vpc-0abc a0123456789ab4def8123456789abcde

EXIT CODES
  0  nothing is in the way, or everything that was has been deleted
  1  something went wrong: arguments, credentials, a file
  2  there are orphans, and all of them could be deleted
  3  something could not be read, or may not be deleted
  4  only a part was done
  5  nothing was done: not confirmed, or the plan does not fit";

/// Finds the load balancers that Kubernetes left behind in a VPC, proves it, and deletes exactly those.
///
/// A load balancer that Helm or a controller made is in no Terraform state. When its cluster is gone it stays, holds
/// network interfaces in the subnets, and `terraform destroy` of the VPC waits 20 minutes and fails. Without `apply`
/// nothing is ever changed. What can't be read is never deleted.
#[derive(Debug, Parser)]
#[command(name = "bluegreen-teardown", version, after_long_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,

    #[command(flatten)]
    pub show: Show,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what would block the destroy of a VPC, and what may be deleted
    #[command(after_long_help = "\
EXAMPLES
  bluegreen-teardown scan                                    in a Terraform folder: its VPCs
  bluegreen-teardown scan --vpc-id vpc-0abc --cluster prod
  terraform state pull | bluegreen-teardown scan --state -
  bluegreen-teardown scan --vpc-id vpc-0abc --output json | jq '.vpcs[].summary'")]
    Scan(ScanArgs),

    /// Write down what would be deleted, in which order and on which evidence, for `apply`
    #[command(after_long_help = "\
EXAMPLES
  bluegreen-teardown plan --vpc-id vpc-0abc -o sweep.json
  bluegreen-teardown apply sweep.json                        within an hour")]
    Plan(PlanArgs),

    /// Delete what was planned, or what a scan finds after you confirm it
    #[command(after_long_help = "\
EXAMPLES
  bluegreen-teardown apply                                   scan, show, type the VPC's id
  bluegreen-teardown apply sweep.json --audit audit.jsonl
  bluegreen-teardown apply --vpc-id vpc-0abc --yes           where nobody can type

Each object is looked at again right before it is deleted; one that has changed is left alone. Ctrl-C
ends after the call under way and says what is left; a second one ends at once. With --journal a run
that was killed goes on where it was.")]
    Apply(Box<ApplyArgs>),

    /// Say what speaks for and against deleting one object, and what would have to change
    #[command(after_long_help = "\
EXAMPLES
  bluegreen-teardown why --vpc-id vpc-0abc sg-0123456789abcdef0
  bluegreen-teardown why arn:aws:elasticloadbalancing:…:loadbalancer/net/k8s-shop-web-0123456789/0123456789abcdef")]
    Why(WhyArgs),

    /// Check an audit log
    #[command(subcommand)]
    Audit(AuditCommand),

    /// Print completions for a shell
    Completions {
        /// For which
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },

    /// Print the man page
    Man,
}

/// How it is shown.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Show {
    /// How results are printed [default: table on a terminal, otherwise json]
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    pub output: Option<Output>,

    /// When colors are used; NO_COLOR turns them off too
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,

    /// Show what is kept and no controller's too, and tell each wave of calls
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// For programs; the schemas are in teardown/schema
    Json,
}

/// When colors are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// `scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub patience: Patience,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Where the plan goes
    #[arg(short, long = "out", value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub patience: Patience,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// What `plan` wrote: it is applied as it was agreed on, and brings its own VPC, region and rules
    #[arg(value_name = "FILE", conflicts_with_all = ["yes", "vpcs", "allow", "min_age", "destroyed", "unprotect", "keep", "strict"])]
    pub plan: Option<PathBuf>,

    /// Don't ask: delete what the scan finds. The VPC has to be named
    #[arg(long, requires = "vpcs")]
    pub yes: bool,

    /// Write to this file, before and after each call, what is done and on which evidence; a run that was killed
    /// goes on in it, another run needs another file. Check it with `audit verify`
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,

    /// Keep in this file how far it came; a run that was killed goes on there
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Give up this long after the confirmation; AWS may take half an hour to release a network interface. Looking before it
    /// takes 5m at most, and no longer than this
    #[arg(long, value_name = "TIME", default_value = "60m")]
    pub timeout: SignedDuration,

    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub rules: Rules,
}

/// `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// ARN, id or name of a load balancer, target group or security group
    #[arg(value_name = "ARN|ID")]
    pub object: String,
    #[command(flatten)]
    pub place: Where,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub patience: Patience,
}

/// `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find a line that was changed, taken out, put in or cut off
    Verify {
        /// What `apply --audit` wrote; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests;
