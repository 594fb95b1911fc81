//! How far a run has come: a bar on a terminal, lines elsewhere. All of it goes to standard error.
//!
//! Only shows what it is told; a bar never reaches a log.

use crate::screen::Screen;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use teardown::sweep::Step;
use teardown::watch::{Event, Watch, Wave};

/// How often a bar moves by itself.
const TICK: Duration = Duration::from_millis(120);

/// Looks on.
#[derive(Debug)]
pub struct Progress {
    screen: Screen,
    /// Hidden where there is no terminal.
    bar: ProgressBar,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Of the steps that have begun: what they do.
    under_way: BTreeMap<usize, String>,
    /// What of interfaces was told last.
    left: Option<usize>,
}

impl Progress {
    /// A bar on standard error if that is a terminal.
    pub fn new(screen: Screen) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {msg}"));
        Progress {
            screen,
            bar,
            seen: Mutex::default(),
        }
    }

    /// Takes the bar away until something happens again.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// A line above the bar, or by itself.
    pub fn line(&self, line: &str) {
        self.bar.suspend(|| self.screen.tell(line));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // A panic elsewhere leaves nothing half told.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A bar that was taken away comes back.
    fn wake(&self) {
        if self.bar.is_finished() {
            self.bar.reset();
        }
        self.bar.enable_steady_tick(TICK);
    }

    fn has_bar(&self) -> bool {
        !self.bar.is_hidden()
    }

    fn begin(&self, node: usize, step: &Step) {
        let says = says(step);
        self.bar.set_message(says.clone());
        self.line(&format!("{says} …"));
        self.seen().under_way.insert(node, says);
    }

    fn end(&self, node: usize, how: &str) {
        if let Some(says) = self.seen().under_way.remove(&node) {
            self.line(&format!("{says}: {how}"));
        }
        self.bar.inc(1);
    }
}

impl Watch for Progress {
    fn see(&self, event: &Event) {
        match event {
            Event::WaveBegun { wave } => {
                self.wake();
                self.bar.set_message(format!("reading {} …", reads(*wave)));
            }
            Event::WaveDone { wave, calls } if self.screen.is_verbose() => {
                self.line(&format!("Read {}; {calls} calls so far.", reads(*wave)));
            }
            Event::SweepBegun { sweep } => {
                self.wake();
                self.bar.set_length(sweep.nodes.len() as u64);
                self.bar.set_style(style("{bar:24} {pos}/{len} {msg}"));
            }
            Event::StepBegun { node, step } => self.begin(*node, step),
            Event::StepDone { node } => self.end(*node, "done"),
            Event::StepSkipped { node, why } => self.end(*node, &format!("left alone: {why}")),
            Event::Interfaces { left, of } => {
                let says = format!("waiting for AWS to release {left} of {of} network interfaces");
                self.bar.set_message(says.clone());
                let told = self.seen().left.replace(*left) == Some(*left);
                if !told && !self.has_bar() {
                    self.line(&says);
                }
            }
            Event::Throttled { class, pause } if self.screen.is_verbose() => {
                self.line(&format!(
                    "AWS asks for fewer calls ({class:?}): waiting {:.1} s.",
                    pause.as_secs_f64()
                ));
            }
            _ => {}
        }
    }
}

/// What a wave reads.
fn reads(wave: Wave) -> &'static str {
    match wave {
        Wave::Listings => "the network and the load balancers",
        Wave::Tags => "tags and rules",
        Wave::Clusters => "the clusters",
        Wave::Protection => "deletion protection",
    }
}

/// A step in words.
pub fn says(step: &Step) -> String {
    match step {
        Step::Unprotect { load_balancer } => format!("take deletion protection off {}", short(load_balancer)),
        Step::DeleteLoadBalancer { load_balancer } => {
            format!("delete load balancer {}", short(load_balancer))
        }
        Step::DeleteTargetGroup { target_group } => format!("delete target group {}", short(target_group)),
        Step::AwaitRelease { .. } => "wait for AWS to release their network interfaces".to_owned(),
        Step::RevokeRules {
            security_group,
            rules,
            ..
        } => format!("revoke {} of security group {security_group}", rules.join(", ")),
        Step::DeleteSecurityGroup { security_group } => format!("delete security group {security_group}"),
    }
}

/// What of an ARN tells it from others.
fn short(arn: &str) -> &str {
    let tail = arn.rsplit_once(':').map_or(arn, |(_, tail)| tail);
    tail.split_once('/').map_or(tail, |(_, name)| name)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well formed")
}

#[cfg(test)]
mod tests;
