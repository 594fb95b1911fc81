//! What a `bluegreen_canary_rule` configuration is told: rules about the configuration alone, errors while validating.

use super::audience::{Audience, KINDS};
use super::cookies;
use crate::model::{limits, number};
use tfplugin::{Diagnostics, Path, Value};

const LONGEST_VALUE: usize = 128;

pub fn check(config: &Value, diags: &mut Diagnostics) {
    let at = config.get("priority");
    if !at.is_unknown() && !number(at).is_some_and(|priority| (1..=50_000).contains(&priority)) {
        diags.error_at(
            Path::root("priority"),
            "No such priority",
            "A listener rule's priority is a whole number from 1 to 50000.",
        );
        return;
    }
    if KINDS.iter().all(|kind| config.get(kind).is_null()) {
        let detail = format!(
            "Without a condition of its own a canary rule would match every request of the service. Set at least one of {}, or use canary_weight of the service.",
            KINDS.join(", ")
        );
        diags.error_at(Path::root("source_ips"), "A canary for everybody", detail);
        return;
    }
    limits::check(config, &|field| Path::root(field), diags);
    lengths_of_cookies(config.get("cookies"), diags);
    if config.get("behind_proxy").as_bool() == Some(true) && !config.get("source_ips").is_null() {
        let detail = "behind_proxy says that CloudFront or another proxy connects to the load balancer, and source_ips compares the address that connects: the proxy's, the same for everybody. Match a header instead. Best is a secret one that the edge sets for those who may see the candidate:\n\n  headers = { \"x-canary\" = [var.canary_secret] }\n\nCloudFront can also hand on the viewer's address, if its origin request policy adds the header (text, so a pattern and not a range):\n\n  headers = { \"cloudfront-viewer-address\" = [\"192.0.2.7:*\"] }";
        diags.error_at(
            Path::root("source_ips"),
            "The address would be the proxy's",
            detail,
        );
    }
    if diags.has_errors() {
        return;
    }
    // What even a service without conditions of its own would have no room for can be told before the service is known.
    let mut alone = config.clone();
    if !config.get("route").is_wholly_known() {
        alone.set("route", Value::object([("active", false.into())]));
    }
    Audience::new(&alone, diags);
}

/// A pattern of the whole header is longer than the cookie.
fn lengths_of_cookies(cookies: &Value, diags: &mut Diagnostics) {
    for (name, values) in cookies.as_map().into_iter().flatten() {
        for (index, value) in values.as_list().unwrap_or_default().iter().enumerate() {
            let Some(value) = value.as_str() else { continue };
            let long = name.len() + value.len() + cookies::AROUND;
            if LONGEST_VALUE < long {
                let detail = format!(
                    "The pattern that finds this cookie among others has {long} characters; AWS allows {LONGEST_VALUE}. Name and value may have {} together; end the value with * to match its beginning.",
                    LONGEST_VALUE - cookies::AROUND
                );
                let path = Path::root("cookies").key(name).index(index);
                diags.error_at(path, "Too long for a cookie", detail);
            }
        }
    }
}

/// What a plan says besides: nothing is wrong, but something should be known.
pub fn warn(config: &Value, diags: &mut Diagnostics) {
    let headers = config.get("headers").as_map().into_iter().flatten();
    for (name, _) in headers.filter(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-for")) {
        let detail = "Every client may send this header, and the load balancer appends to what it got, so anybody can reach the candidate by it. Prefer a secret header that the edge sets, or CloudFront-Viewer-Address.";
        let path = Path::root("headers").key(name);
        diags.warning_at(path, "X-Forwarded-For can be forged", detail);
    }
}
