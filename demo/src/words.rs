//! The sentences of one act: what its plan promises, what its apply said, what its check found true.
//!
//! Never measures: it puts values into words.

use crate::act::{Act, BROKEN, End, Version};
use crate::plan::{Promise, Traffic};
use crate::screen;
use serde_json::Value;

/// The plan, in the resources' own sentences.
pub fn show(promise: &Promise) {
    screen::labelled("plan", &format!("web: {}", promise.service));
    screen::labelled(
        "",
        &format!("office: {}", promise.office.as_deref().unwrap_or("no change")),
    );
    let color = |name: &str, percent: fn(&Traffic) -> u64| {
        let (before, after) = (
            promise.before.as_ref().map(percent),
            promise.after.as_ref().map(percent),
        );
        let after_text = after.map_or_else(|| "unknown".to_owned(), |after| format!("{after}%"));
        match before {
            Some(before) if Some(before) != after => {
                format!("{} {before}% → {after_text}", screen::color(name))
            }
            Some(_) => format!("{} stays at {after_text}", screen::color(name)),
            None => format!("{} {after_text}", screen::color(name)),
        }
    };
    screen::labelled(
        "traffic",
        &format!(
            "{}, {}",
            color("blue", |it| it.blue),
            color("green", |it| it.green)
        ),
    );
}

/// What the checked state says, in a few words.
pub fn told(act: &Act, service: &Value) -> String {
    match act.end {
        End::Green => service["phase"].as_str().unwrap_or_default().to_owned(),
        End::Red => format!("{BROKEN} failed, {} serves", act.public.color),
    }
}

pub fn named(version: Version) -> String {
    format!("{} {}", screen::color(version.color), version.version)
}

/// What Terraform says went wrong, without the warnings before it.
pub fn error_of(text: &str) -> &str {
    text.find("Error: ").map_or(text, |at| &text[at..]).trim()
}
