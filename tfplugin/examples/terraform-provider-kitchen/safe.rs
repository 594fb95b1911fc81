//! `kitchen_safe`: what nobody may see. The combination is write-only: the safe has it, Terraform forgets it.

use tfplugin::{Attribute, Schema, Value};

use crate::shelf::{Shelf, fill};
use crate::store::Store;

pub fn safe(store: Store) -> Shelf {
    Shelf {
        secret: Some("combination"),
        ..Shelf::new(store, "kitchen_safe", schema, complete)
    }
}

fn schema() -> Schema {
    Schema::new(0)
        .description("Somewhere to lock things away.")
        .attribute(Attribute::string("name").required().requires_replace())
        .attribute(
            Attribute::string("combination")
                .optional()
                .write_only()
                .description("Never in plan or state."),
        )
        .attribute(
            Attribute::number("combination_version")
                .optional()
                .description("Raise it to change the combination."),
        )
        .attribute(Attribute::string("hint").optional().sensitive())
        .attribute(
            Attribute::object(
                "inside",
                vec![
                    Attribute::string("what").optional(),
                    Attribute::string("code").optional().sensitive(),
                    Attribute::string("note").optional().write_only(),
                ],
            )
            .optional(),
        )
        .attribute(Attribute::string("recovery").computed().sensitive())
}

fn complete(state: &mut Value, prior: Option<&Value>) {
    let version = state.get("combination_version").as_i64().unwrap_or_default();
    let before = prior.map_or(0, |prior| {
        prior.get("combination_version").as_i64().unwrap_or_default()
    });
    fill(state, "recovery", format!("after {before} comes {version}"));
}
