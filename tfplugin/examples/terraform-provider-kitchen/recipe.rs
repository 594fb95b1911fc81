//! `kitchen_recipe`, the data source: what the folder says of a dish.

use serde_json::json;
use tfplugin::*;

use crate::shelf::recognise;
use crate::store::Store;

pub struct Recipe(pub Store);

model! {
    /// How a dish is made.
    pub struct HowTo {
        /// Whose.
        pub dish: Attr<String> => required(),
        pub language: Attr<String> => optional().computed(),
        pub steps: List<String> => computed(),
        pub secret_ingredient: Attr<String> => computed().sensitive(),
        pub toppings: List<Part> => computed(),
    }

    pub struct Part {
        pub name: Attr<String> => computed(),
        pub grams: Attr<Number> => computed(),
    }
}

#[async_trait]
impl DataSource for Recipe {
    type Model = HowTo;

    fn type_name(&self) -> &str {
        "kitchen_recipe"
    }

    async fn read(&self, req: ReadDataRequest<HowTo>) -> ReadDataResponse<HowTo> {
        let name = req.config.dish.known_or_default();
        self.0.note(&format!("look up recipe {name}"));
        assert!(name != "unreadable", "the page is torn");
        let missing = || {
            let error = Diagnostic::error(
                "there is no such dish",
                format!("Nobody has cooked {name:?} yet."),
            );
            error.at(Path::root("dish"))
        };
        let found = self
            .0
            .load("dish", &name)
            .and_then(|found| found.ok_or_else(missing));
        let how = found.and_then(|mut dish| {
            dish["dish"] = json!(name);
            dish["language"] = json!(req.config.language.known().map_or("en", String::as_str));
            recognise(&dish, &req.config)
        });
        match how {
            Ok(how) => ReadDataResponse::new(how),
            Err(error) => ReadDataResponse::failed(error),
        }
    }
}
