//! The framework's verdict on a provider's answers beside Terraform's own, on hundreds of random objects of random
//! types: what one refuses the other refuses, and a default plan is refused by neither.
//!
//! Never looks at the values: the example provider makes schemas, configurations and wrong answers from one seed.

use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use regex::Regex;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use crate::kitchen::with_clients;

struct Court {
    terraform: Terraform,
    seed: &'static str,
}

impl Court {
    async fn open(client: Client, seed: &'static str) -> Result<Self> {
        let install = Install::Override(place::example("terraform-provider-verdict")?);
        let mut setup = Setup::new(client, install);
        // Hundreds of objects beside other tests.
        setup.deadline = Duration::from_secs(600);
        let terraform = Terraform::new(&[("seed", seed)], setup).await?;
        Ok(Self { terraform, seed })
    }

    /// Configures every object anew.
    fn round(&self, round: u32) -> Result<()> {
        let made = Command::new(place::example("terraform-provider-verdict")?)
            .args(["config", &round.to_string()])
            .current_dir(self.terraform.folder())
            .output()
            .context("asking the provider for a configuration")?;
        self.terraform
            .write("main.tf.json", std::str::from_utf8(&made.stdout)?)?;
        Ok(())
    }

    /// What goes wrong from now on, with a new list of verdicts.
    fn mode(&self, mode: &str) -> Result<()> {
        self.terraform.write("mode", mode)?;
        let verdicts = self.terraform.folder().join("verdicts.log");
        if verdicts.exists() {
            fs::remove_file(verdicts)?;
        }
        Ok(())
    }

    /// Object → what we found wrong; empty for what is right.
    fn ours(&self, mode: &str) -> Result<BTreeMap<String, String>> {
        let text = fs::read_to_string(self.terraform.folder().join("verdicts.log"))?;
        let verdicts = text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\t');
            let (case, made, why) = (parts.next()?, parts.next()?, parts.next()?);
            (made == mode).then(|| (format!("c{case}"), why.to_owned()))
        });
        let mut ours = BTreeMap::new();
        for (case, why) in verdicts {
            // An object is planned again during apply: once wrong is wrong.
            let held: &mut String = ours.entry(case).or_default();
            if held.is_empty() {
                *held = why;
            }
        }
        Ok(ours)
    }

    /// Holds the two lists of wrong answers against each other.
    fn agree(&self, said: &str, mode: &str) -> Result<(usize, usize)> {
        let ours = self.ours(mode)?;
        let theirs = refused(said);
        let mut differ = Vec::new();
        for (case, why) in &ours {
            match (why.is_empty(), theirs.get(case)) {
                (true, Some(theirs)) => differ.push(format!("{case}: only Terraform refuses: {theirs}")),
                (false, None) => differ.push(format!("{case}: only we refuse: {why}")),
                _ => {}
            }
        }
        let unseen: Vec<_> = theirs.keys().filter(|case| !ours.contains_key(*case)).collect();
        ensure!(
            differ.is_empty() && unseen.is_empty(),
            "seed {}: {} of {} differ, {unseen:?} unseen:\n{}",
            self.seed,
            differ.len(),
            ours.len(),
            differ.join("\n")
        );
        Ok((ours.len(), theirs.len()))
    }
}

/// Objects of which Terraform says that the provider broke a rule, with its words.
fn refused(said: &str) -> BTreeMap<String, String> {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?s)Provider produced (invalid plan|inconsistent result|invalid object).*?verdict_t\d+\.(c\d+)(.*?)This is a bug";
        Regex::new(pattern).expect("it is a pattern")
    });
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let each = WORDS.captures_iter(&flat);
    each.map(|found| (found[2].to_owned(), found[3].trim().to_owned()))
        .collect()
}

async fn both_say_the_same(client: Client) -> Result<()> {
    let seed = match client {
        Client::Cli => "3",
        Client::Library => "4",
    };
    let court = Court::open(client, seed).await?;
    court.mode("nothing")?;
    court.round(1)?;
    let applied = court.terraform.apply(&[]).await?;
    ensure!(
        applied.code == 0,
        "seed {seed}: a default plan is refused:\n{}",
        applied.text()
    );
    let again = court.terraform.plan(&[]).await?;
    ensure!(
        again.is_empty(),
        "seed {seed}: there is still something to do:\n{}",
        again.text
    );
    let wrong: Vec<_> = court
        .ours("nothing")?
        .into_iter()
        .filter(|(_, why)| !why.is_empty())
        .collect();
    ensure!(
        wrong.is_empty(),
        "seed {seed}: we refuse a default plan: {wrong:#?}"
    );

    court.round(2)?;
    court.mode("plan")?;
    let run = court.terraform.run(&["plan", "-input=false"]).await?;
    let plans = court.agree(&run.text(), "plan")?;
    court.mode("result")?;
    let run = court.terraform.apply(&[]).await?;
    let results = court.agree(&run.text(), "result")?;
    // A court that never convicts, or always, shows nothing.
    for (seen, wrong) in [plans, results] {
        ensure!(
            300 < seen && 40 < wrong && wrong < seen,
            "seed {seed}: {wrong} of {seen} wrong"
        );
    }
    court.mode("nothing")?;
    let healed = court.terraform.apply(&[]).await?;
    ensure!(
        healed.code == 0,
        "seed {seed}: it does not heal:\n{}",
        healed.text()
    );
    Ok(())
}

with_clients!(framework_and_terraform, both_say_the_same);
