//! The reviewed list of differences: one entry per rule of AWS's, with who is right and the words that say so.
//!
//! Never believes a quotation: what an entry cites from AWS's model or from the CLI's examples is looked up there.

use super::super::drive::{bare, here};
use super::compare::Difference;
use acceptance::place;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;

pub struct List(Vec<Entry>);

/// Stands for every difference that its patterns fit; `*` stands for any text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    calls: Vec<String>,
    at: Vec<String>,
    #[serde(default = "anything")]
    sandbox: String,
    #[serde(default = "anything")]
    moto: String,
    right: Right,
    why: String,
    cites: Vec<Cited>,
}

/// Who agrees with AWS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Right {
    Sandbox,
    /// What each of them may choose freely, or what moto leaves out and nobody promises.
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Cited {
    /// `service.Shape.member` or `service.Operation` of botocore's model, and words of its documentation.
    Model { name: String, says: String },
    /// A file of the AWS CLI's examples, and words in it.
    Example { file: String, says: String },
}

fn anything() -> String {
    "*".to_owned()
}

impl List {
    pub fn read(text: &str) -> Result<Self> {
        Ok(Self(serde_json::from_str(text)?))
    }

    /// Differences that no entry or more than one stands for, and patterns that stand for none.
    pub fn unlike(&self, found: &BTreeSet<Difference>) -> Vec<String> {
        let mut wrong = Vec::new();
        for it in found {
            let standing = self.0.iter().filter(|entry| entry.fits(it));
            let standing: Vec<String> = standing.map(Entry::title).collect();
            let shown = || serde_json::to_string(it).unwrap_or_default();
            match standing.as_slice() {
                [_] => {}
                [] => wrong.push(format!("not listed: {}", shown())),
                several => wrong.push(format!("listed by {several:?}: {}", shown())),
            }
        }
        for entry in &self.0 {
            let fitting: Vec<&Difference> = found.iter().filter(|it| entry.fits(it)).collect();
            let idle = |patterns: &[String], part: fn(&Difference) -> &str| {
                let idle = |pattern: &&String| !fitting.iter().any(|it| like(pattern, part(it)));
                patterns.iter().filter(idle).cloned().collect::<Vec<_>>()
            };
            let mut stale = idle(&entry.calls, |it| &it.call);
            stale.extend(idle(&entry.at, |it| &it.at));
            wrong.extend(
                stale
                    .iter()
                    .map(|pattern| format!("no longer so: {pattern} in {:?}", entry.title())),
            );
        }
        wrong
    }

    /// Entries without a reason, and quotations that are not where they are said to be.
    pub async fn miscited(&self) -> Result<Vec<String>> {
        let without = |entry: &&Entry| entry.why.is_empty() || entry.cites.is_empty();
        let mut wrong: Vec<String> = self
            .0
            .iter()
            .filter(without)
            .map(|entry| format!("no reason or no citation: {:?}", entry.at))
            .collect();
        let quotations: Vec<[&str; 3]> = self.0.iter().flat_map(|it| &it.cites).map(Cited::parts).collect();
        let mut look = bare(&place::aws_cli()?)?;
        look.arg(here("moto/cited.py"))
            .arg(serde_json::to_string(&quotations)?);
        let output = look
            .output()
            .await
            .context("starting python3, to look up quotations")?;
        let talk = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "looking up quotations: {talk}");
        wrong.extend(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned));
        Ok(wrong)
    }
}

impl Entry {
    fn fits(&self, it: &Difference) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| like(pattern, text));
        any(&self.calls, &it.call)
            && any(&self.at, &it.at)
            && like(&self.sandbox, &it.sandbox)
            && like(&self.moto, &it.moto)
    }

    fn title(&self) -> String {
        format!("{} ({:?})", self.why, self.right)
    }
}

impl Cited {
    fn parts(&self) -> [&str; 3] {
        match self {
            Self::Model { name, says } => ["model", name, says],
            Self::Example { file, says } => ["example", file, says],
        }
    }
}

fn like(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(head) else {
        return false;
    };
    let mut ends = rest.char_indices().map(|(index, _)| index).chain([rest.len()]);
    ends.any(|from| like(tail, &rest[from..]))
}

#[test]
fn a_star_stands_for_any_text_and_a_dot_for_itself() {
    assert!(like("Listener.*", "Listener.SslPolicy"));
    assert!(like("*", ""));
    assert!(!like("Listener.*", "ListenerAttribute.x"));
    assert!(!like("a.b", "axb"));
    assert!(like("*.events*", "Service.events"));
    assert!(!like("a*b", "abc"));
}
