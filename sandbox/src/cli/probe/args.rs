//! What can be asked of `probe`, and what of it makes no sense.
//!
//! Looks nothing up and opens nothing.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use sandbox::probe::Label;

use super::url::{ConnectTo, Url};

/// Keep load on URLs and say who answered, what failed and how long it took
///
/// Requests are due at fixed times, whatever the servers do: one that stalls is asked no less. Each that is begun is
/// counted as answered or as failed, none is tried again, and redirects are not followed. A request fails if no
/// connection opens, if the connection breaks or the time is up before the answer's end, or if the status is 400 or
/// above. The load goes on for --duration, until Ctrl-C, or as long as the command after `--` runs.
///
/// Exit codes: 0 no more failed than allowed · 1 could not run · 2 more failed · the command's own if that failed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to ask: URLs of the schemes http and https
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<Url>,
    /// Requests per second, over all URLs
    #[arg(long, default_value = "50", value_parser = rate)]
    pub rate: NonZeroU32,
    /// How long, such as 30s or 5m; without it until Ctrl-C
    #[arg(long, value_parser = duration, conflicts_with = "command")]
    pub duration: Option<Duration>,
    /// Of load before the command begins
    #[arg(long, value_parser = duration, default_value = "1s", requires = "command")]
    pub before: Duration,
    /// Of load after the command has ended
    #[arg(long, value_parser = duration, default_value = "2s", requires = "command")]
    pub after: Duration,
    /// For one request, connecting included
    #[arg(long, value_parser = duration, default_value = "5s")]
    pub timeout: Duration,
    /// Header for every request; `Host` too. May hold secrets: it is written nowhere
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// Connect for HOST:PORT to ADDRESS:PORT2, as curl has it; HOST or PORT may be empty for any
    #[arg(long, value_name = "HOST:PORT:ADDRESS:PORT2")]
    pub connect_to: Vec<ConnectTo>,
    /// Where answers say which color gave them: `header:NAME`, or `json:FIELD` for a field of the body
    #[arg(long, value_name = "WHERE", default_value = "header:x-color")]
    pub color_from: Label,
    /// Where answers say which version gave them
    #[arg(long, value_name = "WHERE", default_value = "header:x-version")]
    pub version_from: Label,
    /// A certificate authority to believe besides this machine's, in PEM
    #[arg(long, value_name = "FILE")]
    pub ca_certificate: Option<PathBuf>,
    /// Most connections for each URL; there are four, and more while requests are late
    #[arg(long, default_value = "256", value_parser = rate)]
    pub connections: NonZeroU32,
    /// Open a connection for each request
    #[arg(long)]
    pub no_keep_alive: bool,
    /// Failed requests that are no failure of the check
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub allow_failed: u64,
    /// Where to write everything as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where to draw it
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Between two lines of progress where there is no terminal, or a command uses it
    #[arg(long, value_parser = duration, default_value = "10s")]
    pub every: Duration,
    /// What to run under load
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Such as `30s`, `1m 30s`, `250ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Option<SignedDuration> = text.parse().ok();
    let positive = parsed.and_then(|parsed| Duration::try_from(parsed).ok());
    positive
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write a time above zero with its unit, such as 30s, 5m or 250ms".to_owned())
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &NonZeroU32| number.get() <= 100_000);
    number.ok_or_else(|| "write a whole number from 1 to 100000".to_owned())
}

fn header(text: &str) -> Result<(String, String), String> {
    // Its value may be a secret, so that the error shows none of it.
    let (name, value) = text.split_once(':').ok_or("write `Name: value`")?;
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c);
    if name.is_empty() || !name.bytes().all(plain) {
        return Err("the name of a header has letters, digits and hyphens".to_owned());
    }
    if value.chars().any(char::is_control) {
        return Err("the value of a header is one line of text".to_owned());
    }
    for ours in ["connection", "content-length", "transfer-encoding"] {
        if name.eq_ignore_ascii_case(ours) {
            return Err(format!("{ours} is said by the probe itself"));
        }
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}
