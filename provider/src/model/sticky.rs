//! `alb.stickiness`: how long a client stays with the color it met first. Knows nothing of when that is in force.

use super::parse_duration;
use tfplugin::{Diagnostics, Path, Value};

/// AWS's range for target group stickiness: a second to a week.
const SECONDS: std::ops::RangeInclusive<u64> = 1..=604_800;

/// Checks the duration. True if it is not known yet.
pub fn check(alb: &Value, at: Path, diags: &mut Diagnostics) -> bool {
    let value = alb.get("stickiness").get("duration");
    let Some(text) = value.as_str() else {
        return value.is_unknown();
    };
    let valid = parse_duration(text)
        .is_some_and(|duration| duration.subsec_nanos() == 0 && SECONDS.contains(&duration.as_secs()));
    if !valid {
        let at = at.field("duration");
        let detail = format!(
            "{at} is {text:?}; AWS keeps a client with its target group for whole seconds, from \"1s\" to \"7d\"."
        );
        diags.error_at(at, "No such stickiness", detail);
    }
    false
}

/// Seconds, of a checked configuration or a state.
pub fn stickiness(alb: &Value) -> Option<u32> {
    let duration = parse_duration(alb.get("stickiness").get("duration").as_str()?)?;
    u32::try_from(duration.as_secs()).ok()
}
