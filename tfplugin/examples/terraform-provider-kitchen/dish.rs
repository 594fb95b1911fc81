//! `kitchen_dish`: attributes of every type and with every flag, nested in every way.

use tfplugin::{Attribute, Schema, Type, Value};

use crate::shelf::{Shelf, each, fill};
use crate::store::Store;

pub fn dish(store: Store) -> Shelf {
    Shelf {
        fixed: &["id"],
        ..Shelf::new(store, "kitchen_dish", schema, complete)
    }
}

fn schema() -> Schema {
    let origin = Type::object([("country", Type::String), ("altitude", Type::Number)]);
    Schema::new(0)
        .description("Something to eat.")
        .attribute(
            Attribute::string("name")
                .required()
                .requires_replace()
                .description("What it is called."),
        )
        .attribute(Attribute::string("id").computed().description("Never changes."))
        .attribute(
            Attribute::number("revision")
                .computed()
                .description("Counts the changes."),
        )
        .attribute(
            Attribute::number("portions")
                .default(2)
                .description("For how many."),
        )
        .attribute(
            Attribute::number("weight")
                .optional()
                .description("Of any precision."),
        )
        .attribute(
            Attribute::bool("vegan")
                .optional_computed()
                .description("Guessed when left out."),
        )
        .attribute(Attribute::string("spice").default("mild").description("How hot."))
        .attribute(Attribute::map("tags", Type::String).optional())
        .attribute(Attribute::list("steps", Type::String).optional())
        .attribute(Attribute::set("allergens", Type::String).optional())
        .attribute(Attribute::new("origin", origin).optional())
        .attribute(Attribute::new("extra", Type::Dynamic).optional())
        .attribute(Attribute::string("secret_ingredient").optional().sensitive())
        .attribute(
            Attribute::string("course")
                .optional()
                .deprecated("Use `tags` instead."),
        )
        .attribute(
            Attribute::object(
                "nutrition",
                vec![
                    Attribute::number("calories").required(),
                    Attribute::string("label").computed(),
                ],
            )
            .optional(),
        )
        .attribute(
            Attribute::object_list(
                "toppings",
                vec![
                    Attribute::string("name").required(),
                    Attribute::number("grams").default(10),
                ],
            )
            .optional(),
        )
        .attribute(
            Attribute::object_set(
                "sauces",
                vec![
                    Attribute::string("name").required(),
                    Attribute::bool("hot").default(false),
                    Attribute::set("herbs", Type::String).optional(),
                ],
            )
            .optional(),
        )
        .attribute(
            Attribute::object_map(
                "prices",
                vec![
                    Attribute::number("amount").required(),
                    Attribute::string("currency").default("EUR"),
                    Attribute::string("text").computed(),
                ],
            )
            .optional(),
        )
}

/// What only the kitchen knows.
fn complete(state: &mut Value, prior: Option<&Value>) {
    let name = state.get("name").as_str().unwrap_or_default().to_owned();
    fill(state, "id", format!("dish/{name}"));
    let revision = prior
        .and_then(|prior| prior.get("revision").as_i64())
        .unwrap_or_default();
    fill(state, "revision", revision + 1);
    fill(state, "vegan", name != "steak");
    let mut nutrition = state.get("nutrition").clone();
    if !nutrition.is_null() {
        let calories = nutrition.get("calories").as_i64().unwrap_or_default();
        fill(&mut nutrition, "label", format!("{calories} kcal"));
        state.set("nutrition", nutrition);
    }
    each(state, "prices", |price| {
        let amount = price
            .get("amount")
            .as_number()
            .map(ToString::to_string)
            .unwrap_or_default();
        let currency = price.get("currency").as_str().unwrap_or_default().to_owned();
        fill(price, "text", format!("{amount} {currency}"));
    });
}
