//! The smoke check of a `rollout` block, checked and typed. Asks nobody.

use super::{number, parse_duration, string};
use std::collections::BTreeMap;
use std::time::Duration;
use tfplugin::{Diagnostics, Path, Value};

/// Requests per step where the block says nothing: enough to meet every node of a small load balancer.
const COUNT: u32 = 5;
/// So many would be a load test.
const MOST: u32 = 1000;
/// Nobody visits a page that takes longer.
const LONGEST: Duration = Duration::from_secs(300);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmokeCheck {
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub status: u16,
    pub count: u32,
    pub timeout: Duration,
}

impl SmokeCheck {
    /// `None` without a block, or if something is wrong or not known yet.
    pub fn parse(block: &Value, diags: &mut Diagnostics) -> Option<SmokeCheck> {
        if block.is_null() || !block.is_wholly_known() {
            return None;
        }
        let mut wrong = |field: &str, summary: &str, detail: String| {
            diags.error_at(Path::root("rollout").field("smoke").field(field), summary, detail);
        };
        let url = string(block.get("url")).unwrap_or_default();
        let rest = ["http://", "https://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !plain || rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            wrong(
                "url",
                "Not an address",
                format!("url is {url:?}; write it as visitors do, like \"https://shop.example.com/health\"."),
            );
        }
        let given = |field: &str| !block.get(field).is_null();
        let status = number(block.get("status")).and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (100..=599).contains(status));
        if given("status") && status.is_none() {
            wrong(
                "status",
                "Not an HTTP status",
                "status is a whole number from 100 to 599.".to_owned(),
            );
        }
        let count = number(block.get("count")).filter(|count| (1..=MOST).contains(count));
        if given("count") && count.is_none() {
            wrong(
                "count",
                "Not a number of requests",
                format!("count is a whole number from 1 to {MOST}."),
            );
        }
        let timeout = block.get("timeout").as_str().map(parse_duration);
        if timeout.is_some_and(|given| given.is_none_or(|given| given.is_zero() || LONGEST < given)) {
            wrong(
                "timeout",
                "Not a duration",
                "timeout is above zero and 5m at most; write it like \"5s\".".to_owned(),
            );
        }
        let headers = block.get("headers").as_map().into_iter().flatten();
        let headers: BTreeMap<String, String> = headers
            .filter_map(|(name, value)| Some((name.clone(), string(value)?)))
            .collect();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let sendable = |(name, value): &(&String, &String)| {
            !name.is_empty() && name.bytes().all(token) && !value.chars().any(char::is_control)
        };
        if let Some((name, _)) = headers.iter().find(|header| !sendable(header)) {
            wrong(
                "headers",
                "Not a header",
                format!(
                    "{name:?} can't be sent: a name has letters, digits and hyphens, a value has no line breaks."
                ),
            );
        }
        Some(SmokeCheck {
            url,
            headers,
            status: status.unwrap_or(200),
            count: count.unwrap_or(COUNT),
            timeout: timeout.flatten().unwrap_or(Duration::from_secs(5)),
        })
    }

    /// For a plan's sentence.
    pub fn sentence(&self) -> String {
        format!(
            "smoke check before and after each move: {} × GET {} answers {}",
            self.count, self.url, self.status
        )
    }
}
