//! Steps in words, for diagnostics and for the progress file. Decides nothing.

use rollout::{Bake, Step};

/// A step as a gerund.
pub fn describe(step: &Step) -> String {
    match step {
        Step::CloseCanary { color } => format!("removing the canary rules onto {color}"),
        Step::Deploy { color, version } => format!("deploying {version} to {color}"),
        Step::Scale { color, from, to } => format!("scaling {color} {from} → {to}"),
        Step::AwaitHealthy { color, at_least } => {
            format!("waiting for {at_least} healthy targets of {color}")
        }
        Step::Smoke { color } => format!("asking the smoke check before traffic moves onto {color}"),
        Step::KeepUp { color, of, .. } => format!("making sure that {color} keeps up with {of}"),
        Step::Shift { to, .. } => format!("moving traffic to {to}"),
        Step::Hold { at, bake, .. } => match bake {
            Bake::For(bake) if bake.is_zero() => format!("proving {at}"),
            Bake::For(bake) => format!("holding {at} for {}", humantime::format_duration(*bake)),
            Bake::UntilChecksTell => format!("holding {at} until health checks would tell"),
        },
        Step::Drain { color, .. } => format!("draining {color}"),
    }
}

/// A step's name in the progress file: part of its format, so never reworded.
pub fn name(step: &Step) -> &'static str {
    match step {
        Step::CloseCanary { .. } => "close_canary",
        Step::Deploy { .. } => "deploy",
        Step::Scale { .. } => "scale",
        Step::AwaitHealthy { .. } => "await_healthy",
        Step::Smoke { .. } => "smoke",
        Step::KeepUp { .. } => "keep_up",
        Step::Shift { .. } => "shift",
        Step::Hold { .. } => "hold",
        Step::Drain { .. } => "drain",
    }
}
