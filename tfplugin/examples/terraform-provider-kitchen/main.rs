//! The kitchen sink: a provider that uses everything the framework offers, and keeps what it makes as files.
//!
//! Every object is one JSON file below `folder`, so that tests can change, remove and list objects behind
//! Terraform's back; `folder/journal.log` says what was called. Not an example to begin with: that is `note`.

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

use std::process::ExitCode;

use tfplugin::{
    Attribute, ConfigureRequest, Diagnostics, DynDataSource, DynProvider, DynResource, Function, Schema,
    async_trait,
};

use crate::dish::Dish;
use crate::label::{Label, Tag};
use crate::menu::Menu;
use crate::safe::Safe;
use crate::shelf::Shelf;
use crate::store::Store;

struct Kitchen(Store);

#[async_trait]
impl DynProvider for Kitchen {
    fn type_name(&self) -> &str {
        "kitchen"
    }
    fn version(&self) -> &str {
        "0.1.0"
    }
    fn address(&self) -> String {
        "example.test/tfplugin/kitchen".to_owned()
    }
    fn schema(&self) -> Schema {
        let folder = Attribute::string("folder").required();
        Schema::new(0).attribute(folder.description("Where objects and the journal are kept."))
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        let store = || self.0.clone();
        vec![
            Box::new(cook::Cook(store())),
            Box::new(Shelf::<Dish>::new(store())),
            Box::new(Shelf::<Menu>::new(store())),
            Box::new(Shelf::<Safe>::new(store())),
            Box::new(Shelf::<Label>::new(store())),
            Box::new(Shelf::<Tag>::new(store())),
        ]
    }
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![Box::new(recipe::Recipe(self.0.clone()))]
    }
    fn functions(&self) -> Vec<Box<dyn Function>> {
        functions::all()
    }
    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        // Unknown while another resource still has to make it: then only the calls that need it fail.
        self.0.open(req.config.get("folder").as_str());
        Diagnostics::new()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Kitchen(Store::default())).await
}
