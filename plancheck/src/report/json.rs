//! The verdict for programs. Described by `schema/verdict.schema.json`; within a schema version members are only added.

use crate::model::{Color, PerColor};
use crate::verdict::{Judged, Row, Side, Verdict, Weight};
use serde_json::{Value, json};

/// The schema of this output.
pub const SCHEMA: &str = include_str!("../../schema/verdict.schema.json");
/// What `schema_version` says.
pub const SCHEMA_VERSION: &str = "1";

pub fn write(verdict: &Verdict) -> String {
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "verdict": if verdict.refused { "refused" } else { "allowed" },
        "plan": {
            "format_version": verdict.format_version,
            "terraform_version": verdict.terraform_version,
            "changing_resources": verdict.changing,
        },
        "findings": verdict.findings.iter().map(finding).collect::<Vec<_>>(),
        "services": verdict.services.iter().map(service).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn finding(judged: &Judged) -> Value {
    let finding = &judged.finding;
    let (level, label) = match &judged.weight {
        Weight::Error => ("error", None),
        Weight::Warning => ("warning", None),
        Weight::Waived(label) => ("waived", Some(label)),
    };
    json!({
        "rule": finding.rule.id(),
        "level": level,
        "waived_by": label,
        "address": finding.address,
        "message": finding.message,
        "mend": finding.rule.doc().mend,
    })
}

fn service(row: &Row) -> Value {
    json!({
        "address": row.address,
        "movement": row.movement.name(),
        "change": row.change,
        "before": row.before.as_ref().map(side),
        "after": row.after.as_ref().map(side),
    })
}

fn side(side: &Side) -> Value {
    json!({
        "phase": side.phase,
        "release": side.release,
        "live_color": side.live,
        "traffic_percent": colors(&side.traffic),
        "tasks": colors(&side.capacity),
        "rules": side.rules,
    })
}

fn colors<T: serde::Serialize>(values: &PerColor<T>) -> Value {
    json!({ "blue": values[Color::Blue], "green": values[Color::Green] })
}
