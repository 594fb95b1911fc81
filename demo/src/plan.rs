//! What a saved plan says it will do, in the words of the resources themselves.
//!
//! Never interprets: the sentences and the numbers are those that `terraform show -json` prints.

use crate::example::{OFFICE_RULE, SERVICE};
use anyhow::{Context, Result};
use serde_json::Value;

/// Percent of the public per color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    pub blue: u64,
    pub green: u64,
}

/// One plan, as far as it is shown.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Of the service.
    pub service: String,
    /// Of the office's canary rule; `None` if the plan leaves it alone.
    pub office: Option<String>,
    /// `None` where there was none.
    pub before: Option<Traffic>,
    pub after: Option<Traffic>,
}

impl Promise {
    pub fn read(plan: &Value) -> Result<Self> {
        let service = change(plan, SERVICE).context("the plan does not name the service")?;
        let office =
            change(plan, OFFICE_RULE).filter(|office| office["actions"] != serde_json::json!(["no-op"]));
        Ok(Self {
            service: sentence(service).context("the plan has no sentence for the service")?,
            office: office.and_then(sentence),
            before: Traffic::read(&service["before"]["traffic"]),
            after: Traffic::read(&service["after"]["traffic"]),
        })
    }

    /// The color that the public leaves.
    pub fn loser(&self) -> Option<&'static str> {
        let (before, after) = (self.before?, self.after?);
        match () {
            () if 0 < before.blue && after.blue == 0 => Some("blue"),
            () if 0 < before.green && after.green == 0 => Some("green"),
            () => None,
        }
    }
}

impl Traffic {
    /// Of a service's `traffic`.
    pub fn read(traffic: &Value) -> Option<Self> {
        let percent = |color: &str| traffic[color].as_u64();
        Some(Self {
            blue: percent("blue")?,
            green: percent("green")?,
        })
    }

    /// Everybody on one color.
    pub fn all(color: &str) -> Self {
        let percent = |name: &str| if name == color { 100 } else { 0 };
        Self {
            blue: percent("blue"),
            green: percent("green"),
        }
    }
}

fn change<'a>(plan: &'a Value, address: &str) -> Option<&'a Value> {
    let changes = plan["resource_changes"].as_array()?;
    let own = changes.iter().find(|change| change["address"] == address)?;
    Some(&own["change"])
}

fn sentence(change: &Value) -> Option<String> {
    change["after"]["change"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
