//! What is unknown is filled from what is surely the same thing, and from nothing else.

use crate::{Attr, Dynamic, List, Map, Model, Set, Value};

crate::model! {
    struct Chest {
        pub id: Attr<String> => computed(),
        pub toys: List<Toy> => optional(),
        pub bag: Set<Toy> => optional(),
        pub shelf: Map<Toy> => optional(),
        pub first: Attr<Toy> => optional(),
        pub words: List<String> => optional(),
        pub colors: Set<String> => optional(),
        pub any: Attr<Dynamic> => optional(),
    }

    struct Toy {
        pub name: Attr<String> => required(),
        pub serial: Attr<String> => computed(),
    }
}

fn toy(name: &str, serial: &str) -> Toy {
    Toy {
        name: name.into(),
        serial: serial.into(),
    }
}

/// One whose serial is not known yet.
fn new(name: &str) -> Toy {
    Toy {
        serial: Attr::Unknown,
        ..toy(name, "")
    }
}

#[test]
fn an_element_of_a_list_is_never_filled_from_another() {
    let prior = Chest {
        toys: [toy("ball", "sn-ball"), toy("bone", "sn-bone")].into(),
        ..Chest::default()
    };
    let shifted = Chest {
        toys: [new("bone")].into(),
        ..Chest::default()
    };
    assert_eq!(
        shifted.clone().fill(prior.clone()),
        shifted,
        "the ball was removed"
    );
    let grown = Chest {
        toys: [new("ball"), new("stick")].into(),
        ..Chest::default()
    };
    assert_eq!(
        grown.fill(prior).toys,
        [toy("ball", "sn-ball"), new("stick")].into()
    );
}

#[test]
fn an_element_of_a_set_is_filled_from_the_one_that_agrees() {
    let found = Chest {
        bag: [
            toy("ball", "1"),
            toy("bone", "2"),
            toy("twin", "3"),
            toy("twin", "4"),
        ]
        .into(),
        ..Chest::default()
    };
    let bag = |toys: Vec<Toy>| Chest {
        bag: toys.into_iter().collect(),
        ..Chest::default()
    };
    let filled = bag(vec![new("bone"), new("stick")]).fill(found.clone());
    assert_eq!(filled, bag(vec![toy("bone", "2"), new("stick")]));
    let doubtful = bag(vec![new("twin")]);
    assert_eq!(
        doubtful.clone().fill(found.clone()),
        doubtful,
        "either could be meant"
    );
    let both = bag(vec![new("twin"), new("twin")]).fill(found);
    assert_eq!(both, bag(vec![toy("twin", "3"), toy("twin", "4")]));
}

#[test]
fn what_is_planned_of_a_set_is_never_given_up() {
    let colors = |colors: Vec<Attr<&str>>| Chest {
        colors: colors.into_iter().map(|color| color.map(str::to_owned)).collect(),
        ..Chest::default()
    };
    let known = |name| Attr::Known(name);
    let planned = colors(vec![Attr::Unknown, known("red")]);
    let found = colors(vec![known("blue"), known("red")]);
    assert_eq!(planned.clone().fill(found.clone()), found);
    let elsewhere = colors(vec![known("blue"), known("green")]);
    assert_eq!(planned.clone().fill(elsewhere), planned, "it does not say which");
}

#[test]
fn single_objects_and_keys_are_filled_whatever_else_changed() {
    let planned = Chest {
        id: Attr::Unknown,
        shelf: [("a", new("new name")), ("b", new("b"))].into(),
        first: new("new name").into(),
        words: List::Known(vec!["x".into(), Attr::Unknown]),
        ..Chest::default()
    };
    let found = Chest {
        id: "7".into(),
        shelf: [("a", toy("old name", "1")), ("c", toy("b", "2"))].into(),
        first: toy("old name", "3").into(),
        words: ["X", "y"].into(),
        ..Chest::default()
    };
    let filled = planned.fill(found);
    assert_eq!(filled.id.as_deref(), Some("7"));
    assert_eq!(
        filled.shelf,
        [("a", toy("new name", "1")), ("b", new("b"))].into()
    );
    assert_eq!(filled.first, toy("new name", "3").into());
    assert_eq!(filled.words, ["x", "y"].into(), "what is all unknown agrees");
}

#[test]
fn a_dynamic_value_is_filled_only_where_its_known_parts_agree() {
    let any = |size: i64, id: Value| {
        let value = Value::object([("size", size.into()), ("id", id)]);
        Chest::from_value(&Value::object([("any", value)])).expect("a box")
    };
    let planned = any(1, Value::Unknown);
    let found = any(1, "i".into());
    assert_eq!(planned.clone().fill(found.clone()), found);
    assert_eq!(planned.clone().fill(any(2, "i".into())), planned);
}
