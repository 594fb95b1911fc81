//! What crosses the wire as messages of its own: paths keep every step, schemas every type.

mod answers;

use proptest::prelude::*;

use super::encode;
use crate::r#gen::tfplugin6 as pb;
use crate::path::{Path, PathStep};
use crate::schema::{Attribute, Schema};
use crate::ty::Type;

fn steps() -> impl Strategy<Value = Vec<PathStep>> {
    let step = prop_oneof![
        "\\PC{0,8}".prop_map(PathStep::Attribute),
        any::<u32>().prop_map(|index| PathStep::Index(index as usize)),
        "\\PC{0,8}".prop_map(PathStep::Key),
    ];
    prop::collection::vec(step, 0..8)
}

/// Reads a path as a host does.
fn received(path: pb::AttributePath) -> Option<Path> {
    use pb::attribute_path::step::Selector;
    path.steps.into_iter().try_fold(Path::default(), |path, step| {
        Some(match step.selector? {
            Selector::AttributeName(name) => path.field(name),
            Selector::ElementKeyString(key) => path.key(key),
            Selector::ElementKeyInt(index) => path.index(usize::try_from(index).ok()?),
        })
    })
}

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(Type::Bool),
        Just(Type::Dynamic)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::btree_map("\\PC{0,6}", inner.clone(), 0..4).prop_map(Type::Object),
            prop::collection::vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

proptest! {
    #[test]
    fn a_path_keeps_every_step(steps in steps()) {
        let path = steps.into_iter().fold(Path::default(), |path, step| match step {
            PathStep::Attribute(name) => path.field(name),
            PathStep::Index(index) => path.index(index),
            PathStep::Key(key) => path.key(key),
        });
        prop_assert_eq!(received(encode::attribute_path(&path)), Some(path));
    }

    #[test]
    fn a_schema_keeps_every_type(types in prop::collection::vec(types(), 1..5)) {
        let attributes = types.iter().enumerate();
        let attributes = attributes.map(|(at, ty)| Attribute::new(format!("a{at}"), ty.clone()).optional());
        let sent = encode::schema(&attributes.fold(Schema::new(0), Schema::attribute));
        let block = sent.block.expect("always there");
        for (attribute, ty) in block.attributes.iter().zip(types) {
            let json = serde_json::from_slice(&attribute.r#type).expect("JSON");
            prop_assert_eq!(Type::from_json(&json), Some(ty));
        }
    }
}
