//! What a field can't hold is named with its path and rule, never with the value.

use super::{Narrow, Zoo};
use crate::{Attr, List, Map, Model, Number, Value, choice, model};

fn refusal<M: Model>(value: Value) -> String {
    match M::from_value(&value) {
        Ok(_) => panic!("it was read"),
        Err(mismatch) => mismatch.to_string(),
    }
}

fn number(text: &str) -> Value {
    text.parse::<Number>().expect("a number").into()
}

#[test]
fn a_number_that_does_not_fit_is_refused_where_it_stands() {
    let narrow = |name: &'static str, value: Value| refusal::<Narrow>(Value::object([(name, value)]));
    assert_eq!(
        narrow("small", 256i64.into()),
        "small: a whole number from 0 to 255 is required"
    );
    assert_eq!(
        narrow("signed", number("0.5")),
        "signed: a whole number from -9223372036854775808 to 9223372036854775807 is required"
    );
    assert_eq!(
        narrow("float", number("0.333333333333333333333333333")),
        "float: a number of at most 15 significant digits is required, this has more than a float can hold"
    );
    assert_eq!(
        narrow("levels", Value::object([("a b", number("3e10"))])),
        "levels[\"a b\"]: a whole number from -2147483648 to 2147483647 is required"
    );
    let step = Value::object([("weight", (-1i64).into())]);
    assert_eq!(
        narrow("steps", Value::list([Value::Null, step])),
        "steps[1].weight: a whole number from 0 to 4294967295 is required"
    );
    assert_eq!(
        narrow("ports", Value::list([80i64, 70000])),
        "ports: a whole number from 0 to 65535 is required",
        "a set's elements have no name"
    );
}

#[test]
fn a_number_that_fits_is_read_in_any_spelling() {
    for spelled in [number("5"), number("5.0"), number("5e0"), 5.0.into()] {
        let model = Narrow::from_value(&Value::object([("small", spelled)])).expect("five");
        assert_eq!(model.small, Attr::Known(5));
    }
}

#[test]
fn another_kind_of_value_is_named_as_what_it_is() {
    let zoo = |name: &'static str, value: Value| refusal::<Zoo>(Value::object([(name, value)]));
    assert_eq!(
        zoo("name", true.into()),
        "name: a text is required, this is a bool"
    );
    assert_eq!(
        zoo("words", "secret".into()),
        "words: a list is required, this is a string"
    );
    assert_eq!(
        zoo("gate", Value::list([1i64])),
        "gate: an object is required, this is a list"
    );
    assert_eq!(
        zoo("pair", Value::list(["a"])),
        "pair: a tuple of 2 is required, this is a list"
    );
    let cage = Value::object([("toy", Value::list([Value::object([("color", 1i64.into())])]))]);
    assert_eq!(
        zoo("house", Value::object([("lion", cage)])),
        "house[\"lion\"].toy[0].color: a text is required, this is a number"
    );
    assert_eq!(
        zoo("nmae", Value::Null),
        "(root): the model has no field named \"nmae\""
    );
    assert_eq!(
        refusal::<Zoo>(Value::Null),
        "(root): an object is required, this is null"
    );
}

choice! {
    enum Mood {
        Calm = "calm",
        Wild = "wild",
    }
}

model! {
    struct Pet {
        mood: Attr<Mood> => default("calm"),
        moods: List<Mood> => optional(),
        ages: Map<u8> => optional(),
    }

    struct Nothing {}
}

#[test]
fn a_choice_reads_its_texts_and_no_other() {
    let value = Value::object([
        ("mood", "wild".into()),
        ("moods", Value::list(["calm"])),
        ("ages", Value::Null),
    ]);
    let pet = Pet::from_value(&value).expect("both are moods");
    assert_eq!(
        (pet.mood, pet.moods.each().next()),
        (Attr::Known(Mood::Wild), Some(&Mood::Calm))
    );
    assert_eq!(pet.into_value(), value);
    let refused = refusal::<Pet>(Value::object([("moods", Value::list(["calm", "sad"]))]));
    assert_eq!(refused, "moods[1]: must be \"calm\" or \"wild\"");
}

#[test]
fn known_elements_are_reached_in_one_step() {
    let pet = Pet {
        ages: [("a", 1), ("b", 2)].into(),
        moods: List::Known(vec![Attr::Unknown, Mood::Calm.into()]),
        ..Pet::default()
    };
    assert_eq!(pet.ages.each().collect::<Vec<_>>(), [("a", &1), ("b", &2)]);
    assert_eq!(pet.moods.each().count(), 1);
    assert_eq!(Pet::default().ages.each().count(), 0);
    assert_eq!((pet.mood.is_null(), pet.moods.is_known()), (true, true));
}

#[test]
fn a_model_without_fields_is_an_empty_object() {
    assert_eq!(Nothing::from_value(&Nothing {}.into_value()), Ok(Nothing {}));
    assert_eq!(<()>::from_value(&().into_value()), Ok(()));
    assert!(<()>::from_value(&Value::object([("a", Value::Null)])).is_err());
}
