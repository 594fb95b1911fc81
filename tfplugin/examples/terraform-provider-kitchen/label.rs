//! `kitchen_label` in its third version, with upgrades from both before; and `kitchen_tag`, which it replaces.

use serde_json::{Value as Json, json};
use tfplugin::{Attribute, Diagnostic, Schema, Type};

use crate::shelf::Shelf;
use crate::store::Store;

pub fn label(store: Store) -> Shelf {
    Shelf {
        upgrade,
        ..Shelf::new(store, "kitchen_label", schema, |_, _| ())
    }
}

pub fn tag(store: Store) -> Shelf {
    let schema = || {
        Schema::new(0)
            .deprecated("Use `kitchen_label` instead.")
            .attribute(Attribute::string("name").required().requires_replace())
            .attribute(Attribute::string("text").optional())
    };
    Shelf::new(store, "kitchen_tag", schema, |_, _| ())
}

fn schema() -> Schema {
    Schema::new(2)
        .attribute(Attribute::string("name").required().requires_replace())
        .attribute(
            Attribute::number("size")
                .default(1)
                .description("Version 1 had it as text."),
        )
        .attribute(
            Attribute::set("colors", Type::String)
                .optional()
                .description("Version 0 had one `color`."),
        )
}

/// Version 0 had `color`; version 1 had `size` as text.
fn upgrade(version: i64, mut raw: Json) -> Result<Json, Diagnostic> {
    if version < 1 {
        let color = raw["color"].take();
        raw["colors"] = if color.is_null() {
            Json::Null
        } else {
            json!([color])
        };
    }
    let size = raw["size"].as_str().and_then(|size| size.parse::<i64>().ok());
    let size = size.ok_or_else(|| {
        Diagnostic::error(
            "the size of a label is no number",
            format!("The state says {}. Import the label again.", raw["size"]),
        )
    })?;
    raw["size"] = size.into();
    Ok(raw)
}
