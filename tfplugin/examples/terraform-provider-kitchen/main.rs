//! The kitchen sink: a provider that uses everything the framework offers, and keeps what it makes as files.
//!
//! Every object is one JSON file below `folder`, so that tests can change, remove and list objects behind
//! Terraform's back; `folder/journal.log` says what was called. Not an example to begin with: that is `note`.

mod bell;
mod cook;
mod dish;
mod functions;
mod json;
mod label;
mod menu;
mod recipe;
mod safe;
mod shelf;
mod store;
mod token;

use std::process::ExitCode;

use tfplugin::*;

use crate::dish::Dish;
use crate::label::{Label, Labels, Tag};
use crate::menu::Menu;
use crate::safe::Safe;
use crate::shelf::{Meta, Shelf};
use crate::store::Store;

struct Kitchen(Store);

model! {
    /// A kitchen.
    pub struct Config {
        /// Where objects and the journal are kept.
        pub folder: Attr<String> => required(),
        pub stove: Attr<String> => optional().deprecated("It is always on."),
    }
}

#[async_trait]
impl Provider for Kitchen {
    type Config = Config;

    fn type_name(&self) -> &str {
        "kitchen"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn address(&self) -> String {
        "example.test/tfplugin/kitchen".to_owned()
    }
    fn meta_schema(&self) -> Option<Schema> {
        Some(Meta::schema())
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        let store = || self.0.clone();
        vec![
            Box::new(cook::Cook(store())),
            resource(Shelf::<Dish>::new(store())),
            resource(Shelf::<Menu>::new(store())),
            resource(Shelf::<Safe>::new(store())),
            resource(Shelf::<Label>::new(store())),
            resource(Shelf::<Tag>::new(store())),
        ]
    }
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![data_source(recipe::Recipe(self.0.clone()))]
    }
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        vec![ephemeral_resource(token::Tokens(self.0.clone()))]
    }
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        vec![list_resource(Labels(self.0.clone()))]
    }
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        vec![action(bell::Bell(self.0.clone()))]
    }
    fn functions(&self) -> Vec<Box<dyn Function>> {
        functions::all()
    }
    async fn validate(&self, config: &Config, diags: &mut Diagnostics) {
        if config.folder.as_deref() == Some("") {
            let folder = Path::root("folder");
            diags.error_at(folder, "a kitchen needs a folder", "Name one: \"\" is no place.");
        }
    }
    async fn configure(&self, req: ConfigureRequest<Config>) -> Diagnostics {
        // Unknown while another resource still has to make it: then only the calls that need it fail.
        self.0.open(req.config.folder.as_deref());
        Diagnostics::new()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Kitchen(Store::default())).await
}
