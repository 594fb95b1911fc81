//! `kitchen_menu`: nested blocks in every way, one inside another.

use tfplugin::{Attribute, Block, BlockNesting, Schema, Value};

use crate::shelf::{Shelf, each, fill};
use crate::store::Store;

pub fn menu(store: Store) -> Shelf {
    Shelf::new(store, "kitchen_menu", schema, complete)
}

fn schema() -> Schema {
    let wine = Block::new("wine", BlockNesting::Set)
        .attribute(Attribute::string("grape").required())
        .attribute(Attribute::number("year").optional());
    Schema::new(0)
        .description("What is served, in order.")
        .attribute(Attribute::string("name").required().requires_replace())
        .attribute(
            Attribute::number("courses")
                .computed()
                .description("How many there are."),
        )
        .block(
            Block::new("cover", BlockNesting::Single)
                .attribute(Attribute::string("title").required())
                .attribute(Attribute::string("color").default("white")),
        )
        .block(
            Block::new("layout", BlockNesting::Group)
                .attribute(Attribute::number("columns").default(1))
                .attribute(Attribute::string("font").optional()),
        )
        .block(
            Block::new("course", BlockNesting::List)
                .items(1, 4)
                .attribute(Attribute::string("dish").required())
                .attribute(Attribute::number("position").computed())
                .block(wine),
        )
        .block(
            Block::new("guest", BlockNesting::Set)
                .attribute(Attribute::string("name").required())
                .attribute(Attribute::bool("hungry").default(true))
                .attribute(Attribute::string("seat").optional_computed()),
        )
        .block(Block::new("table", BlockNesting::Map).attribute(Attribute::number("seats").required()))
        .block(
            Block::new("footer", BlockNesting::List)
                .deprecated("Nobody reads it; use `cover`.")
                .attribute(Attribute::string("text").optional()),
        )
}

fn complete(state: &mut Value, _: Option<&Value>) {
    let mut courses = state.get("course").clone();
    if let Value::List(courses) = &mut courses {
        for (position, course) in (1..).zip(courses.iter_mut()) {
            fill(course, "position", position);
        }
        fill(state, "courses", courses.len() as u64);
    }
    state.set("course", courses);
    each(state, "guest", |guest| {
        let name = guest.get("name").as_str().unwrap_or_default().to_owned();
        fill(guest, "seat", format!("near {name}"));
    });
}
