//! `kitchen_dish`: attributes of every type and with every flag, nested in every way.

use tfplugin::{Attr, Dynamic, List, Map, Number, Set};

use crate::shelf::{Goods, decide};

tfplugin::model! {
    /// Something to eat.
    pub struct Dish {
        /// What it is called.
        pub name: Attr<String> => required().requires_replace(),
        /// Never changes.
        pub id: Attr<String> => computed(),
        /// Counts the changes.
        pub revision: Attr<i64> => computed(),
        /// For how many.
        pub portions: Attr<Number> => default(2),
        /// Of any precision.
        pub weight: Attr<Number> => optional(),
        /// Guessed when left out.
        pub vegan: Attr<bool> => optional().computed(),
        /// How hot.
        pub spice: Attr<String> => default("mild"),
        pub tags: Map<String> => optional(),
        pub steps: List<String> => optional(),
        pub allergens: Set<String> => optional(),
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
    }

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
        pub herbs: Set<String> => optional(),
    }

    pub struct Price {
        pub amount: Attr<Number> => required(),
        pub currency: Attr<String> => default("EUR"),
        /// As it stands on the menu.
        pub text: Attr<String> => computed(),
    }
}

impl Goods for Dish {
    const TYPE: &'static str = "kitchen_dish";

    fn name(&self) -> String {
        self.name.or_default()
    }

    fn keep(&mut self, before: &Self) {
        self.id = before.id.clone();
    }

    fn complete(&mut self, before: Option<&Self>) {
        let name = self.name();
        decide(&mut self.id, format!("dish/{name}"));
        decide(
            &mut self.revision,
            before.map_or(0, |before| before.revision.or_default()) + 1,
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
            let label = format!("{} {}", text(&price.amount), price.currency.or_default());
            decide(&mut price.text, label);
        }
    }
}

fn text(number: &Attr<Number>) -> String {
    number.known().map(ToString::to_string).unwrap_or_default()
}
