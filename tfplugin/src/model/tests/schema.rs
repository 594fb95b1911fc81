//! The schema of a model is that of its definition.

use super::{Cage, Gate, Toy, Zoo};
use crate::{Attr, Attribute, AttributeKind, Block, BlockNesting, List, Model, Nesting, Set, Type, validate};

fn attribute<M: Model>(name: &str) -> Attribute {
    let schema = M::schema();
    let found = schema
        .attributes()
        .iter()
        .find(|attribute| attribute.name() == name);
    found.cloned().expect("it has that attribute")
}

fn nested<M: Model>(name: &str) -> (Nesting, Vec<Attribute>) {
    match attribute::<M>(name).kind() {
        AttributeKind::Nested(nesting, attributes) => (*nesting, attributes.clone()),
        AttributeKind::Plain(ty) => panic!("{name} is a plain {ty}"),
    }
}

#[test]
fn members_stand_in_the_order_of_the_fields() {
    let schema = Zoo::schema();
    let names: Vec<_> = schema.attributes().iter().map(Attribute::name).collect();
    assert_eq!(
        names,
        [
            "name", "open", "area", "type", "any", "words", "colors", "tags", "grid", "by_day", "pair",
            "lot", "gate", "gates", "spare", "named", "rows"
        ]
    );
    let blocks: Vec<_> = schema.blocks().iter().map(Block::name).collect();
    assert_eq!(blocks, ["cage", "pen", "house", "office", "kiosk"]);
}

#[test]
fn each_field_has_the_type_it_says() {
    let any = Type::list(Type::Dynamic);
    let expected = [
        ("name", Type::String),
        ("open", Type::Bool),
        ("area", Type::Number),
        ("any", Type::Dynamic),
        ("words", Type::list(Type::String)),
        ("colors", Type::set(Type::String)),
        ("tags", Type::map(Type::String)),
        ("grid", Type::list(Type::list(Type::Number))),
        ("by_day", Type::map(Type::list(Type::Bool))),
        ("pair", Type::Tuple(vec![Type::String, Type::Number])),
        ("lot", Type::list(Type::Tuple(vec![Type::Bool, any]))),
        ("rows", Type::list(Type::list(attribute::<Zoo>("gate").ty()))),
    ];
    for (name, ty) in expected {
        assert_eq!(attribute::<Zoo>(name).kind(), &AttributeKind::Plain(ty), "{name}");
    }
}

#[test]
fn models_nest_as_attributes_in_all_four_ways() {
    let expected = Gate::schema().attributes().to_vec();
    for (name, nesting) in [
        ("gate", Nesting::Single),
        ("gates", Nesting::List),
        ("spare", Nesting::Set),
        ("named", Nesting::Map),
    ] {
        assert_eq!(nested::<Zoo>(name), (nesting, expected.clone()), "{name}");
    }
    assert_eq!(nested::<Gate>("bolts").0, Nesting::Map);
}

#[test]
fn models_nest_as_blocks_in_all_five_ways() {
    let schema = Zoo::schema();
    let expected = [
        ("cage", BlockNesting::List),
        ("pen", BlockNesting::Set),
        ("house", BlockNesting::Map),
        ("office", BlockNesting::Single),
        ("kiosk", BlockNesting::Group),
    ];
    for (block, (name, nesting)) in schema.blocks().iter().zip(expected) {
        assert_eq!((block.name(), block.nesting), (name, nesting));
        assert_eq!(block.attributes, Cage::schema().attributes());
        assert_eq!(block.blocks, Cage::schema().blocks());
        assert_eq!(block.deprecated.as_deref(), Some("Let them go."));
    }
    assert_eq!(
        (schema.blocks()[0].min_items, schema.blocks()[0].max_items),
        (1, 3)
    );
    assert_eq!(Cage::schema().blocks()[0].attributes, Toy::schema().attributes());
}

#[test]
fn who_sets_a_field_is_what_follows_the_arrow() {
    let name = attribute::<Zoo>("name");
    assert!(name.is_required() && name.replaces() && !name.is_computed());
    let kind = attribute::<Zoo>("type");
    assert!(kind.is_optional() && kind.is_computed());
    let (_, gate) = nested::<Zoo>("gate");
    assert!(gate[1].is_sensitive() && gate[0].is_required());
}

#[test]
fn doc_comments_are_the_descriptions() {
    let schema = Zoo::schema();
    assert_eq!(
        schema.description_text(),
        "Everything a model can hold, in every nesting."
    );
    assert_eq!(
        attribute::<Zoo>("name").description_text(),
        "Its name.\n\nTwo paragraphs."
    );
    assert_eq!(attribute::<Zoo>("open").description_text(), "");
    let described: Vec<_> = ["gate", "gates", "spare"]
        .map(|name| attribute::<Zoo>(name).description_text().to_owned())
        .into();
    assert_eq!(
        described,
        ["A way in.", "In a row.", "A way in."],
        "its own, else the model's"
    );
    let blocks: Vec<_> = schema
        .blocks()
        .iter()
        .map(|block| block.description.as_str())
        .collect();
    assert_eq!(blocks[0], "Where animals are.");
    assert_eq!(blocks[4], "Sells ice.");
}

#[test]
fn what_follows_the_struct_is_said_of_the_schema() {
    let schema = Zoo::schema();
    assert_eq!(schema.version(), 3);
    assert_eq!(schema.deprecated.as_deref(), Some("Use a park."));
}

crate::model! {
    /// Rooms.
    struct House {
        hall: Attr<Room> => required(),
        rooms: List<Room> => optional(),
        floors: List<Vec<Attr<Room>>> => optional(),
        cellar: Set<Room> => block(),
    }

    struct Room {
        width: Attr<i64> => optional(),
        area: Attr<i64> => optional(),
    } => rule(validate::exactly_one_of(["width", "area"])).deprecated("Use halls.");
}

#[test]
fn what_a_model_says_of_itself_goes_along_where_it_nests() {
    let rule = [validate::exactly_one_of(["width", "area"])];
    assert_eq!(attribute::<House>("hall").rules(), rule);
    assert_eq!(attribute::<House>("rooms").rules(), rule);
    assert_eq!(attribute::<House>("rooms").deprecation(), Some("Use halls."));
    assert_eq!(
        attribute::<House>("floors").rules(),
        [],
        "a plain type has no attributes that a rule could name"
    );
    assert_eq!(House::schema().blocks()[0].rules(), rule);
}
