//! What each kind may have in its schema, what can be listed, and what an identity is made of.

use super::fake::lines;
use crate::identity::IdentitySchema;
use crate::schema::{Attribute, Schema};
use crate::server::schema::{Kind, Managed, check_identity, check_list, check_type};
use crate::ty::Type;

#[test]
fn each_kind_is_held_against_its_own_rules() {
    let with = |attribute: Attribute| Schema::new(0).attribute(attribute);
    let cases = [
        (
            Kind::Action,
            with(Attribute::string("a").computed()),
            "a: nothing is computed in the schema of a action",
        ),
        (
            Kind::List,
            with(Attribute::object("o", vec![Attribute::bool("a").computed()]).optional()),
            "o.a: nothing is computed",
        ),
        (
            Kind::List,
            with(Attribute::string("a").optional().write_only()),
            "only a managed resource can have",
        ),
        (
            Kind::Ephemeral,
            with(Attribute::string("count").optional()),
            "count: the name is reserved",
        ),
        (
            Kind::DataSource,
            with(Attribute::string("a").default("b")),
            "only a managed resource type has defaults",
        ),
    ];
    for (kind, schema, rule) in cases {
        let found = lines(&check_type(kind, "fake", "fake_thing", &schema));
        assert!(found.len() == 1 && found[0].contains(rule), "{rule}: {found:?}");
    }
    for kind in [Kind::List, Kind::Action] {
        let schema = with(Attribute::string("count").optional());
        assert_eq!(lines(&check_type(kind, "fake", "fake_thing", &schema)), [""; 0]);
    }
}

#[test]
fn only_what_is_managed_and_told_apart_is_listed() {
    assert!(lines(&check_list("fake_thing", Managed::Not))[0].contains("the provider has none of that name"));
    assert!(lines(&check_list("fake_thing", Managed::Unidentified))[0].contains("implement identity()"));
    assert_eq!(check_list("fake_thing", Managed::Identified).len(), 0);
}

#[test]
fn an_identity_is_made_of_plain_values() {
    let list = || IdentitySchema::new(0).required("a", Type::list(Type::Number));
    assert_eq!(lines(&check_identity("fake_thing", &list())), [""; 0]);
    let wrong = [
        (IdentitySchema::new(0), "needs attributes"),
        (list().optional("a", Type::Bool), "the name stands twice"),
        (list().optional("B", Type::Bool), "B: the name must be made of"),
        (
            list().required("m", Type::map(Type::String)),
            "m: an identity is made of",
        ),
        (
            list().required("l", Type::list(Type::list(Type::Bool))),
            "l: an identity is made of",
        ),
        (list().required("d", Type::Dynamic), "d: an identity is made of"),
    ];
    for (identity, rule) in wrong {
        let found = lines(&check_identity("fake_thing", &identity));
        assert!(found.len() == 1 && found[0].contains(rule), "{rule}: {found:?}");
    }
}
