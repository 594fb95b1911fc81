//! `kitchen_recipe`, the data source: what the folder says of a dish.

use tfplugin::{
    Attribute, Diagnostic, DynDataSource, Path, ReadDataRequest, ReadDataResponse, Schema, Type, Value,
    async_trait,
};

use crate::store::Store;

pub struct Recipe(pub Store);

#[async_trait]
impl DynDataSource for Recipe {
    fn type_name(&self) -> &str {
        "kitchen_recipe"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute(Attribute::string("dish").required().description("Whose."))
            .attribute(Attribute::string("language").default("en"))
            .attribute(Attribute::list("steps", Type::String).computed())
            .attribute(Attribute::string("secret_ingredient").computed().sensitive())
            .attribute(
                Attribute::object_list(
                    "toppings",
                    vec![
                        Attribute::string("name").computed(),
                        Attribute::number("grams").computed(),
                    ],
                )
                .computed(),
            )
    }
    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        let mut state = req.config;
        let name = state.get("dish").as_str().unwrap_or_default().to_owned();
        self.0.note(&format!("read recipe {name}"));
        let missing = || {
            let error = Diagnostic::error(
                "there is no such dish",
                format!("Nobody has cooked {name:?} yet."),
            );
            error.at(Path::root("dish"))
        };
        match self
            .0
            .load("dish", &name)
            .and_then(|found| found.ok_or_else(missing))
        {
            Ok(dish) => {
                for part in ["steps", "secret_ingredient", "toppings"] {
                    state.set(part, crate::json::from_json(&dish[part], &Value::Null));
                }
                if state.get("language").is_null() {
                    state.set("language", "en".into());
                }
                ReadDataResponse::new(state)
            }
            Err(error) => ReadDataResponse {
                diagnostics: error.into(),
                ..ReadDataResponse::new(Value::Null)
            },
        }
    }
}
