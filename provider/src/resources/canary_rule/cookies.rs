//! A cookie as values of the `cookie` header. ALB has no condition on cookies, only patterns on the whole header, which
//! clients write as `a=1; b=2`.
//!
//! What patterns can't say: letter case makes no difference; a `*` in a value does not stop at the next cookie; a
//! client that separates cookies by anything but `; ` is not recognised, nor is one that sends more than one such
//! header unless the cookie comes first or last in its own.

use crate::adapters::alb::Condition;

/// What surrounds a cookie in the longest pattern: `*; ` before it and `;*` after it, and the `=`.
pub const AROUND: usize = 6;

/// The condition that a cookie of this name has one of these values.
pub fn condition(name: &str, values: &[String]) -> Condition {
    Condition::Header {
        name: "cookie".into(),
        values: values.iter().flat_map(|value| patterns(name, value)).collect(),
    }
}

/// In an order that spreads the wildcards evenly, however many of them go into one rule.
fn patterns(name: &str, value: &str) -> Vec<String> {
    let cookie = format!("{name}={value}");
    if value.ends_with('*') {
        // The star already takes whatever follows.
        return vec![format!("*; {cookie}"), cookie];
    }
    vec![
        format!("{cookie};*"),
        format!("*; {cookie}"),
        cookie.clone(),
        format!("*; {cookie};*"),
    ]
}
