//! `kitchen_dish`: attributes of every type and with every flag, nested in every way.

use std::time::Duration;

use tfplugin::validate::{
    between, conflicting, each, items, keys, length, matches, members, one_of, required_with,
};
use tfplugin::{Attr, Dynamic, List, Map, Modifier, Modify, Number, Operation, Set, Timeouts, Value};

use crate::shelf::{Goods, decide};

tfplugin::model! {
    /// Something to eat.
    pub struct Dish {
        /// What it is called.
        pub name: Attr<String> => required().requires_replace().validate(matches("lower-case letters, digits and dashes", plain)),
        /// Never changes.
        pub id: Attr<String> => computed().keep(),
        /// Counts the changes.
        pub revision: Attr<i64> => computed(),
        /// For how many.
        pub portions: Attr<Number> => default(2).validate(between(1..=500))
            .requires_replace_if("it outgrows the pot", outgrows),
        /// Of any precision.
        pub weight: Attr<Number> => optional(),
        /// Guessed when left out.
        pub vegan: Attr<bool> => optional().computed().keep(),
        /// How hot.
        pub spice: Attr<String> => default("mild").validate(one_of(["mild", "hot", "brutal"])),
        /// Known before it is cooked.
        pub minutes: Attr<i64> => optional().computed().modify(Modifier::new("guessed: a quarter of an hour", guessed)),
        /// Upper and lower case mean the same.
        pub motto: Attr<String> => optional().normalize("only the case differs", same_but_for_case),
        pub tags: Map<String> => optional().validate(keys(length(1..=8))),
        pub steps: List<String> => optional().validate(each(length(1..))),
        pub allergens: Set<String> => optional().validate(items(..=3)),
        /// Country and altitude.
        pub origin: Attr<(Attr<String>, Attr<Number>)> => optional(),
        /// Rows of whatever.
        pub grid: List<Vec<Attr<Number>>> => optional(),
        /// Anything at all.
        pub extra: Attr<Dynamic> => optional(),
        pub secret_ingredient: Attr<String> => optional().sensitive(),
        pub course: Attr<String> => optional().deprecated("Use `tags` instead."),
        pub nutrition: Attr<Nutrition> => optional(),
        pub toppings: List<Topping> => optional(),
        pub sauces: Set<Sauce> => optional(),
        pub prices: Map<Price> => optional(),
        pub timeouts: Attr<Timeouts> => timeouts([Operation::Create, Operation::Update]),
    } => rule(conflicting(["vegan", "secret_ingredient"]))
        .rule(required_with("grid", ["origin"]))
        .rule(members(["portions", "weight"], "A portion weighs something", |both| {
            both[1].as_f64().is_none_or(|weight| weight > 0.0)
        }));

    pub struct Nutrition {
        pub calories: Attr<Number> => required(),
        pub label: Attr<String> => computed(),
    }

    pub struct Topping {
        pub name: Attr<String> => required(),
        pub grams: Attr<Number> => default(10),
    }

    pub struct Sauce {
        pub name: Attr<String> => required(),
        pub hot: Attr<bool> => default(false),
        pub herbs: Set<String> => optional().validate(items(..=2)),
    }

    pub struct Price {
        pub amount: Attr<Number> => required().validate(between(0..)),
        pub currency: Attr<String> => default("EUR"),
        /// As it stands on the menu.
        pub text: Attr<String> => computed(),
    }
}

impl Goods for Dish {
    const TYPE: &'static str = "kitchen_dish";

    fn name(&self) -> String {
        self.name.known_or_default()
    }

    fn patience(&self, doing: &str) -> Option<Duration> {
        let timeouts = self.timeouts.known()?;
        Some(match doing {
            "create" => timeouts.create(Duration::MAX),
            _ => timeouts.update(Duration::MAX),
        })
    }

    fn complete(&mut self, before: Option<&Self>) {
        let name = self.name();
        decide(&mut self.id, format!("dish/{name}"));
        decide(
            &mut self.revision,
            before.map_or(0, |before| before.revision.known_or_default()) + 1,
        );
        decide(&mut self.vegan, name != "steak");
        if let Attr::Known(nutrition) = &mut self.nutrition {
            let label = format!("{} kcal", text(&nutrition.calories));
            decide(&mut nutrition.label, label);
        }
        for price in self
            .prices
            .known_mut()
            .into_iter()
            .flatten()
            .filter_map(|(_, price)| price.known_mut())
        {
            let label = format!("{} {}", text(&price.amount), price.currency.known_or_default());
            decide(&mut price.text, label);
        }
    }
}

fn text(number: &Attr<Number>) -> String {
    number.known().map(ToString::to_string).unwrap_or_default()
}

fn plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn guessed(seen: &Modify<'_>) -> Option<Value> {
    (seen.planned.is_unknown() && seen.config.is_null()).then(|| 15.into())
}

fn outgrows(_: &Value, planned: &Value) -> bool {
    planned.as_f64().is_some_and(|portions| portions > 50.0)
}

fn same_but_for_case(old: &Value, new: &Value) -> bool {
    let lower = |value: &Value| value.as_str().map(str::to_lowercase);
    lower(old) == lower(new)
}
