//! A plan that was cut off is never judged, wherever it was cut; one that was changed anywhere is judged or refused, and
//! nothing panics on the way to any output.

use crate::plans::{json as json_of, now, text, verdict_of};
use plancheck::document::ReadError;
use plancheck::policy::Policy;
use plancheck::report::Format;
use proptest::prelude::*;
use serde_json::{Value, json};

fn cut(plan: &str, at: usize) -> Result<(), String> {
    let mut at = at;
    while !plan.is_char_boundary(at) {
        at -= 1;
    }
    let cut_off = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(ReadError::Truncated { .. }));
    match verdict_of(&plan[..at], &Policy::default(), &[], now()) {
        Err(error) if cut_off(&error) => Ok(()),
        other => Err(format!("cut at {at}: {other:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_plan_cut_anywhere_has_no_verdict(at in 0..1_000_000_usize) {
        let plan = text("promote");
        let end = plan.trim_end().len();
        prop_assert_eq!(cut(&plan, at % end), Ok(()));
    }
}

/// Every leaf and every object of a value, as JSON pointers.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            pointers(
                value,
                &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                into,
            );
        }),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), into));
        }
        _ => {}
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9/:.*|<&\"`]{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["*", "0.0.0.0/0", "::/0", 7])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn whatever_stands_anywhere_in_a_plan_nothing_panics(
        plan in prop::sample::select(vec!["promote", "unknown", "canary-overlap", "groups-replaced", "guarded-destroy", "import"]),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), anything()), 1..4),
    ) {
        let mut plan = json_of(plan);
        for (index, value) in changes {
            let mut places = Vec::new();
            pointers(&plan["resource_changes"], "/resource_changes", &mut places);
            let place: &String = index.get(&places);
            let place = plan.pointer_mut(place).unwrap();
            *place = value;
        }
        if let Ok(verdict) = verdict_of(&plan.to_string(), &Policy::default(), &["x"], now()) {
            for format in [Format::Text, Format::Markdown, Format::Json, Format::Sarif, Format::Junit] {
                prop_assert!(format.write(&verdict).ends_with('\n'));
            }
        }
    }
}
