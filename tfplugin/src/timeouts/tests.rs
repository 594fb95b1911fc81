//! Durations, and where they are found.

use std::time::Duration;

use super::{Operation, Timeouts};
use crate::model;
use crate::model::{Attr, Model};
use crate::schema::{Attribute, Block, Schema};
use crate::validate;
use crate::value::Value;

#[test]
fn what_is_not_set_or_not_known_is_the_default() {
    let minute = Duration::from_secs(60);
    let timeouts = Timeouts::of(&Value::object([(
        "timeouts",
        Value::object([
            ("create", "2m".into()),
            ("update", Value::Unknown),
            ("delete", "0s".into()),
        ]),
    )]));
    assert_eq!(timeouts.create(minute), 2 * minute);
    assert_eq!(timeouts.update(minute), minute);
    assert_eq!(timeouts.delete(minute), minute);
    assert_eq!(timeouts.read(minute), minute);
    assert_eq!(Timeouts::of(&Value::Null), Timeouts::default());
}

model! {
    struct Slow {
        timeouts: Attr<Timeouts> => timeouts([Operation::Create, Operation::Delete]),
    }

    struct Older {
        timeouts: Attr<Timeouts> => timeouts_block([Operation::Create]),
    }
}

#[test]
fn a_model_has_the_timeouts_it_names_and_keeps_their_texts() {
    let operations = [Operation::Create, Operation::Delete];
    assert_eq!(
        Slow::schema(),
        Schema::new(0).attribute(Attribute::timeouts(operations))
    );
    let older = Schema::new(0).block(Block::timeouts([Operation::Create]));
    assert_eq!(Older::schema(), older);

    let value = Value::object([(
        "timeouts",
        Value::object([("create", "90m".into()), ("delete", Value::Unknown)]),
    )]);
    let slow = Slow::from_value(&value).expect("it fits");
    let minute = Duration::from_secs(60);
    assert_eq!(slow.timeouts.known_or_default().create(minute), 90 * minute);
    assert_eq!(slow.timeouts.known_or_default().delete(minute), minute);
    assert_eq!(slow.into_value(), value);
}

#[test]
fn no_duration_is_refused_as_attribute_and_as_block() {
    let config = Value::object([("timeouts", Value::object([("create", "soon".into())]))]);
    let operations = [Operation::Create, Operation::Delete];
    for schema in [
        Schema::new(0).attribute(Attribute::timeouts(operations)),
        Schema::new(0).block(Block::timeouts(operations)),
    ] {
        let config = schema.ty().conform(config.clone()).expect("fits");
        let found = validate::run(&schema, &config);
        let told: Vec<_> = found.iter().map(|found| found.detail.as_str()).collect();
        assert_eq!(
            told,
            ["timeouts.create must be a duration such as \"30s\", \"5m\" or \"1h30m\", not \"soon\"."]
        );
    }
}
