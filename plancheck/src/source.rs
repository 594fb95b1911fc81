//! Where a plan comes from, and what was given instead of one. Reads the first bytes only; the document reads the rest.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{self, Cursor, IsTerminal, Read};
use std::path::Path;

/// Enough to tell what it is, and to fill the pipe's first read.
const HEAD: usize = 512;

/// Opens `path`, or standard input for `-`.
///
/// # Errors
/// It can't be opened, is empty, or is something that people give by mistake: the saved plan itself, UTF-16 from a
/// redirect in PowerShell.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            bail!("nothing is piped in: name a file, or pipe in what `terraform show -json tfplan` prints");
        }
        return sniff(io::stdin()).context("standard input");
    }
    let named = || path.display().to_string();
    let file = File::open(path).with_context(named)?;
    sniff(file).with_context(named)
}

fn sniff(mut source: impl Read + 'static) -> Result<Box<dyn Read>> {
    let mut head = Vec::with_capacity(HEAD);
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if let Some(mistake) = mistake(&head) {
        bail!("{mistake}");
    }
    Ok(Box::new(Cursor::new(head).chain(source)))
}

/// What was given instead of a plan's JSON.
fn mistake(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    if text.is_empty() {
        Some("it is empty: did `terraform show -json` fail?")
    } else if head.starts_with(b"PK") {
        Some("this is the saved plan itself: give me what `terraform show -json tfplan` prints")
    } else if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        Some("this is UTF-16, as a redirect in PowerShell writes: use `| Out-File -Encoding utf8NoBOM`")
    } else if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        Some("this begins with a byte order mark, which JSON has none of: write it as UTF-8 without one")
    } else if text.starts_with(b"{\"@level\"") {
        Some(
            "this is the log of `terraform plan -json`: save the plan with -out and give me `terraform show -json tfplan`",
        )
    } else if text[0] != b'{' {
        Some("this is not JSON: give me what `terraform show -json tfplan` prints")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
