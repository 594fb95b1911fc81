//! A schema Terraform would refuse is named before it does.

use super::fake::lines;
use crate::function::{FunctionDefinition, Parameter};
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::Shape;
use crate::server::schema::{Kind, check_function, check_meta, check_provider, check_type};
use crate::ty::Type;
use crate::validate;
use crate::value::Value;

#[test]
fn each_broken_rule_is_named() {
    let with = |attribute: Attribute| Schema::new(0).attribute(attribute);
    let block = |nesting, min, max| Schema::new(0).block(Block::new("b", nesting).items(min, max));
    let cases = [
        (
            with(Attribute::string("count").required()),
            "count: the name is reserved",
        ),
        (
            with(Attribute::string("Name").required()),
            "Name: the name must be made of",
        ),
        (with(Attribute::string("a")), "a: must be required, optional"),
        (
            with(Attribute::string("a").required().computed()),
            "a: must be required, optional",
        ),
        (
            with(Attribute::string("a").required()).attribute(Attribute::bool("a").required()),
            "a: the name stands twice",
        ),
        (
            with(Attribute::number("a").default("many")),
            "a: the default does not fit",
        ),
        (
            with(Attribute::string("a").computed().write_only()),
            "a: a write-only attribute",
        ),
        (
            with(Attribute::set("a", Type::Dynamic).optional()),
            "a: a list, set or map can't hold dynamic",
        ),
        (
            with(Attribute::object_set("a", vec![Attribute::string("k").optional().write_only()]).optional()),
            "a.k: a set can't hold write-only",
        ),
        (
            with(Attribute::object("a", vec![Attribute::string("k")]).optional()),
            "a.k: must be required, optional",
        ),
        (
            with(Attribute::map("a", Type::Tuple(vec![Type::Dynamic])).optional()),
            "a: a list, set or map can't hold dynamic",
        ),
        (
            with(Attribute::object_list("a", vec![Attribute::new("d", Type::Dynamic).optional()]).optional()),
            "a.d: a list, set or map can't hold dynamic",
        ),
        (
            Schema::new(0).block(
                Block::new("b", BlockNesting::Map).block(
                    Block::new("c", BlockNesting::Single)
                        .attribute(Attribute::new("d", Type::Dynamic).optional()),
                ),
            ),
            "b.c.d: a list, set or map can't hold dynamic",
        ),
        (
            Schema::new(0).block(
                Block::new("b", BlockNesting::Set).block(
                    Block::new("c", BlockNesting::Single)
                        .attribute(Attribute::string("k").optional().write_only()),
                ),
            ),
            "b.c.k: a set can't hold write-only",
        ),
        (
            with(
                Attribute::object_set(
                    "a",
                    vec![Attribute::string("k").optional().normalize("always", |_, _| true)],
                )
                .optional(),
            ),
            "a.k: inside a set there is no prior value",
        ),
        (
            with(Attribute::string("a").required().optional()),
            "a: must be required, optional",
        ),
        (
            with(
                Attribute::string("a")
                    .default("long")
                    .validate(validate::length(..3)),
            ),
            "a: the default must be less than 3 characters",
        ),
        (
            with(Attribute::string("a").default(Value::Unknown)),
            "a: a default is known",
        ),
        (
            with(Attribute::string("a").optional().keep()),
            "a: only a computed attribute can be kept",
        ),
        (
            with(Attribute::string("a").computed().validate(validate::length(..3))),
            "a: what can't be configured needs no validation",
        ),
        (
            with(Attribute::string("a").optional()).rule(validate::exactly_one_of(["a", "c"])),
            "a rule names \"c\"",
        ),
        (
            with(
                Attribute::string("a")
                    .optional()
                    .rule(validate::exactly_one_of(["a"])),
            ),
            "a: rules across attributes need",
        ),
        (
            with(Attribute::string("b").optional()).block(Block::new("b", BlockNesting::List)),
            "b: the name stands twice",
        ),
        (
            Schema::new(0).block(Block::new("for_each", BlockNesting::List)),
            "for_each: the name is reserved",
        ),
        (Schema::new(u64::MAX), "the version must fit"),
        (block(BlockNesting::Single, 2, 2), "b: 2 to 2 items"),
        (block(BlockNesting::Group, 0, 1), "b: 0 to 1 items"),
        (block(BlockNesting::Set, 3, 2), "b: 3 to 2 items"),
        (block(BlockNesting::Single, 0, 2), "b: 0 to 2 items"),
        (block(BlockNesting::Map, 1, 1), "b: 1 to 1 items"),
        (block(BlockNesting::List, 3, 2), "b: 3 to 2 items"),
    ];
    for (schema, rule) in cases {
        let found = lines(&check_type(Kind::Resource, "fake", "fake_thing", &schema));
        assert!(found.len() == 1 && found[0].contains(rule), "{rule}: {found:?}");
    }
}

#[test]
fn what_terraform_takes_is_no_fault() {
    let any = || Attribute::new("any", Type::Dynamic).optional();
    let group = || Block::new("group", BlockNesting::Group).attribute(any());
    let schema = Schema::new(7)
        .deprecated("use another")
        .attribute(any().deprecated("use more"))
        .attribute(Attribute::new("pair", Type::Tuple(vec![Type::Dynamic, Type::Bool])).optional())
        .attribute(Attribute::object("one", vec![any()]).optional())
        .attribute(
            Attribute::object_list("keys", vec![Attribute::string("k").optional().write_only()]).optional(),
        )
        .attribute(
            Attribute::string("size")
                .default("s")
                .validate(validate::one_of(["s", "m"])),
        )
        .block(group().block(Block::new("inner", BlockNesting::Single).attribute(any())))
        .block(Block::new("must", BlockNesting::Single).items(1, 1))
        .block(Block::new("some", BlockNesting::List).items(2, 0))
        .block(Block::new("few", BlockNesting::Set).items(0, 3))
        .rule(validate::conflicting(["one", "few"]));
    assert_eq!(
        lines(&check_type(Kind::Resource, "fake", "fake_thing", &schema)),
        [""; 0]
    );
    let told = lines(&check_type(Kind::Ephemeral, "fake", "fake_thing", &schema));
    assert!(
        told.len() == 2
            && told[0].contains("keys.k: only a managed resource")
            && told[1].contains("size: only a managed resource type has defaults"),
        "{told:?}"
    );
}

#[test]
fn a_type_carries_the_name_of_its_provider() {
    assert_eq!(
        check_type(Kind::Resource, "fake", "other_thing", &Schema::new(0)).len(),
        1
    );
    assert_eq!(
        check_type(Kind::Resource, "fake", "fake_thing", &Schema::new(0)).len(),
        0
    );
    assert_eq!(
        check_provider(
            "fake",
            &Schema::new(0).attribute(Attribute::string("version").optional())
        )
        .len(),
        1
    );
}

#[test]
fn nothing_is_computed_where_nothing_comes_back() {
    let schema = Schema::new(0).attribute(Attribute::string("region").default("north"));
    let faults = [
        check_provider("fake", &schema),
        check_meta("fake", &schema),
        check_type(Kind::List, "fake", "fake_thing", &schema),
        check_type(Kind::Action, "fake", "fake_thing", &schema),
    ];
    for faults in faults {
        assert_eq!(faults.len(), 1, "{faults:?}");
    }
}

#[test]
fn parameters_of_a_function_differ() {
    let twice = FunctionDefinition::new(Type::Bool)
        .parameter(Parameter::new("a", Type::Bool))
        .variadic(Parameter::new("a", Type::Bool));
    assert_eq!(check_function("f", &twice).len(), 1);
}

#[test]
fn absent_blocks_have_the_form_their_kind_has() {
    let inner = |nesting| Block::new("in", nesting).attribute(Attribute::bool("on").optional());
    let cases = [
        (BlockNesting::Single, Value::Null),
        (BlockNesting::Group, Value::object([("on", Value::Null)])),
        (BlockNesting::List, Value::List(Vec::new())),
        (BlockNesting::Set, Value::List(Vec::new())),
        (BlockNesting::Map, Value::object::<String>([])),
    ];
    for (nesting, expected) in cases {
        let shape = Shape::new(Schema::new(0).block(inner(nesting)));
        let filled = shape.conform(Value::object::<String>([])).expect("fits");
        assert_eq!(filled, Value::object([("in", expected.clone())]), "{nesting:?}");
        let outer = Block::new("out", BlockNesting::List).block(inner(nesting));
        let shape = Shape::new(Schema::new(0).block(outer));
        let value = Value::object([("out", Value::list([Value::object::<String>([])]))]);
        let deep = Value::object([("out", Value::list([Value::object([("in", expected)])]))]);
        assert_eq!(shape.conform(value), Ok(deep), "{nesting:?} inside a block");
    }
}

#[test]
fn a_rule_that_never_speaks_or_always_does_is_a_fault() {
    use std::ops::Bound;
    use validate::{between, custom, each, items, keys, length, matches, one_of};
    let text = || Attribute::string("a").optional();
    let number = || Attribute::number("a").optional();
    let list = |of| Attribute::list("a", of).optional();
    let words = || Attribute::map("a", Type::String).optional();
    let wrong = [
        (
            text().validate(between(1..=2)),
            "\"must be between 1 and 2\" is for numbers, and the type is string",
        ),
        (
            text().validate(each(length(1..))),
            "is for the elements of lists, sets and maps, and the type is string",
        ),
        (
            text().validate(one_of([1, 2])),
            "\"must be one of 1, 2\" names a value that can't be here, as the type is string",
        ),
        (text().validate(one_of([""; 0])), "can't be kept by any value"),
        (text().validate(length(3..3)), "can't be kept by any value"),
        (text().validate(length(..0)), "can't be kept by any value"),
        (
            number().validate(between(2.5..=1.0)),
            "can't be kept by any value",
        ),
        (
            number().validate(length(1..)),
            "is for text, and the type is number",
        ),
        (
            number().validate(matches("lower case", |_| true)),
            "\"must be lower case\" is for text",
        ),
        (
            list(Type::Number).validate(each(length(1..))),
            "is for text, and the type is number",
        ),
        (
            list(Type::String).validate(keys(length(1..))),
            "is for the keys of maps, and the type is list of string",
        ),
        (
            list(Type::String).validate(length(1..)),
            "is for text, and the type is list of string",
        ),
        (
            words().validate(keys(between(1..))),
            "is for numbers, and the type is string",
        ),
        (
            words().validate(items((Bound::Included(3), Bound::Included(2)))),
            "can't be kept by any value",
        ),
        (
            text().default("x").validate(between(1..)),
            "is for numbers, and the type is string",
        ),
        (
            Attribute::object("a", vec![text()])
                .optional()
                .validate(items(1..)),
            "is for lists, sets and maps",
        ),
    ];
    let found = |schema: &Schema| lines(&check_type(Kind::Resource, "fake", "fake_thing", schema));
    for (attribute, rule) in wrong {
        let told = found(&Schema::new(0).attribute(attribute));
        let named = told.iter().all(|told| told.contains("| a: the rule \"must be "));
        assert!(
            told.len() == 1 && named && told[0].contains(rule),
            "{rule}: {told:?}"
        );
    }
    let block = |rule| Schema::new(0).block(Block::new("b", BlockNesting::List).validate(rule));
    assert_eq!(found(&block(length(1..))).len(), 1);
    assert_eq!(found(&block(items(1..))), [""; 0]);
    let deep = Attribute::object_list("a", vec![Attribute::bool("b").optional().validate(between(0..))]);
    assert!(found(&Schema::new(0).attribute(deep.optional()))[0].contains("| a.b: the rule"));
    let right = [
        text()
            .validate(length(2..=2))
            .validate(one_of(["a"]))
            .validate(custom("x", |_| true)),
        number().validate(between(..0)).validate(one_of([0.5])),
        list(Type::String)
            .validate(each(length(1..)))
            .validate(items(..1)),
        words()
            .validate(keys(matches("x", |_| true)))
            .validate(each(one_of(["x"]))),
        Attribute::new("a", Type::Dynamic)
            .optional()
            .validate(length(1..))
            .validate(one_of([1])),
    ];
    for attribute in right {
        assert_eq!(found(&Schema::new(0).attribute(attribute)), [""; 0]);
    }
}

#[test]
fn a_type_without_a_name_is_named_once() {
    let said = lines(&check_type(Kind::Action, "fake", "", &Schema::new(0)));
    assert_eq!(
        said,
        ["action without a name: invalid schema | type_name() is empty. This is a bug in the provider."]
    );
}

#[test]
fn each_fault_is_told_once() {
    let inner = Attribute::object_set("b", vec![Attribute::string("c").optional().write_only()]);
    let mut resource = super::fake::Thing::new();
    resource.schema = Schema::new(0).attribute(Attribute::object_set("a", vec![inner.optional()]).optional());
    let said = lines(&resource.serve().faults);
    assert_eq!(
        said,
        [
            "fake_thing: invalid schema | a.b.c: a set can't hold write-only attributes. This is a bug in the provider."
        ]
    );
}
