//! One side of a `bluegreen_canary_rule`: whom it lets see the candidate. Decides nothing.

use crate::view::{Known, Shape, View};
use serde_json::Value;

/// A canary rule before or after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Canary {
    pub service: Known<String>,
    pub listener: Known<String>,
    /// Of the service's own rule.
    pub service_priority: Known<u32>,
    /// The service's own conditions, which every rule carries as well.
    pub within: Known<Value>,
    pub active: Known<bool>,
    pub source_ips: Known<Vec<String>>,
    pub path_patterns: Known<Vec<String>>,
    pub headers: Known<Value>,
    pub cookies: Known<Value>,
    pub query_strings: Known<Value>,
    pub priority: Known<u32>,
    pub priorities: Known<Value>,
    pub change: Known<String>,
}

const WITHIN: [&str; 6] = [
    "host_headers",
    "path_patterns",
    "headers",
    "query_strings",
    "http_methods",
    "source_ips",
];

impl Canary {
    /// # Errors
    /// If an attribute is missing or is not what it should be.
    pub fn read(view: View<'_>) -> Result<Canary, Shape> {
        let route = view.at("route")?;
        Ok(Canary {
            service: route.text("service")?,
            listener: route.text("listener_arn")?,
            service_priority: route.count("priority")?,
            within: within(route)?,
            active: view.flag("active")?,
            source_ips: view.texts("source_ips")?,
            path_patterns: view.texts("path_patterns")?,
            headers: view.whole("headers")?,
            cookies: view.whole("cookies")?,
            query_strings: view.whole("query_strings")?,
            priority: view.count("priority")?,
            priorities: view.whole("priorities")?,
            change: view.text("change")?,
        })
    }

    /// The priorities that it takes, as far as they are known.
    pub fn takes(&self) -> Vec<u64> {
        let list = self.priorities.value().and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_u64).collect()
    }
}

fn within(route: View<'_>) -> Result<Known<Value>, Shape> {
    let mut conditions = Vec::new();
    for name in WITHIN {
        match route.whole(name)? {
            Known::Unknown => return Ok(Known::Unknown),
            Known::Null => conditions.push(Value::Null),
            Known::Is(value) => conditions.push(value),
        }
    }
    Ok(Known::Is(Value::Array(conditions)))
}
