//! The end of the play: what the load and the order checker found, as figures, a table and a picture.
//!
//! Never runs anything: by now everything has happened.

use super::{DESTROY, Stage};
use crate::act::{ACTS, End};
use crate::check;
use crate::picture::{self, Story};
use crate::preflight::Ground;
use crate::report::{Document, Performed, Phase, Total};
use crate::{screen, table};
use acceptance::probe::Report;
use anyhow::Result;
use serde_json::Value;
use std::time::{Duration, Instant};

/// What changes the rules of a listener.
const RULE_CALLS: [&str; 4] = ["CreateRule", "ModifyRule", "SetRulePriorities", "DeleteRule"];

impl Stage<'_> {
    /// Writes the figures, shows the table, and says whether the run was green.
    pub(super) async fn reckon(
        mut self,
        ground: &Ground,
        load: Option<&Report>,
        took: Duration,
    ) -> Result<bool> {
        if let Some(load) = load {
            self.findings.extend(check::load(load, self.cli.min_rate));
            self.findings.extend(check::broken(&load.audiences));
        }
        let events = self.world.events();
        let unsafe_calls = self
            .judge
            .judge(&events)
            .into_iter()
            .map(|violation| format!("order of calls: {violation}"));
        self.findings.extend(unsafe_calls);

        let phase = |performed: &Performed| match load {
            Some(load) if performed.name != DESTROY => Phase::of(performed, load),
            _ => Phase::quiet(performed),
        };
        let document = Document {
            green: self.findings.is_empty(),
            findings: std::mem::take(&mut self.findings),
            run_seconds: took.as_secs_f64(),
            terraform: ground.terraform.clone(),
            rate: self.cli.rate.get(),
            total: load.map(Total::of).unwrap_or_default(),
            phases: self.performed.iter().map(phase).collect(),
        };
        document.write(&ground.out.join("report.json"))?;
        if let Some(load) = load {
            picture::write(
                &ground.out.join("switch.svg"),
                load,
                &self.stories(),
                &self.changes(&events),
            )?;
        }
        screen::say("");
        if load.is_some() {
            screen::say(&format!("{}\n", table::render(&document)));
        }
        if self.cli.keep {
            screen::labelled("kept", &self.terraform.folder().display().to_string());
        }
        screen::conclude(&document, events.len(), &ground.out);
        self.world.shutdown().await?;
        Ok(document.green)
    }

    /// The acts that came to their end.
    fn stories(&self) -> Vec<Story> {
        let story = |(act, performed): (&crate::act::Act, &Performed)| Story {
            name: act.name,
            mark: performed.mark,
            public: act.public,
            office: act.office,
            refused: act.end == End::Red,
        };
        ACTS.iter().zip(&self.performed).map(story).collect()
    }

    fn changes(&self, events: &[Value]) -> Vec<Instant> {
        let changed = events.iter().filter(|event| {
            event["applied"] == true && RULE_CALLS.iter().any(|call| event["action"] == *call)
        });
        changed.filter_map(|event| self.world.instant(event)).collect()
    }
}
