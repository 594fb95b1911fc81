//! What a provider offers, asked once and held against Terraform's rules. Contacts nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identity::Identity;
use super::leases::Leases;
use super::stop::Stop;
use super::{Activity, Registered, RegisteredFunction, Server, Shape, schema};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::DynProvider;
use crate::resource::DynResource;
use crate::schema::Schema;
use schema::{Kind, Managed};

impl Server {
    pub(crate) fn new(provider: impl DynProvider) -> Server {
        let provider: Arc<dyn DynProvider> = Arc::new(provider);
        let mut register = Register {
            provider: provider.type_name().to_owned(),
            faults: Diagnostics::new(),
        };
        let shape = Shape::new(provider.schema());
        register
            .faults
            .extend(schema::check_provider(&register.provider, &shape.schema));
        let meta = provider.meta_schema().map(Shape::new);
        if let Some(meta) = &meta {
            register
                .faults
                .extend(schema::check_meta(&register.provider, &meta.schema));
        }
        let resources = register.all(Kind::Resource, provider.resources(), |handler| {
            (handler.type_name().to_owned(), handler.schema())
        });
        let identities = register.identities(&resources);
        let data_sources = register.all(Kind::DataSource, provider.data_sources(), |handler| {
            (handler.type_name().to_owned(), handler.schema())
        });
        let ephemeral = register.all(Kind::Ephemeral, provider.ephemeral_resources(), |handler| {
            (handler.type_name().to_owned(), handler.schema())
        });
        let lists = register.all(Kind::List, provider.list_resources(), |handler| {
            (handler.type_name().to_owned(), handler.schema())
        });
        for name in lists.keys() {
            let managed = match (resources.contains_key(name), identities.contains_key(name)) {
                (false, _) => Managed::Not,
                (true, false) => Managed::Unidentified,
                (true, true) => Managed::Identified,
            };
            register.faults.extend(schema::check_list(name, managed));
        }
        let actions = register.all(Kind::Action, provider.actions(), |handler| {
            (handler.type_name().to_owned(), handler.schema())
        });
        let functions = register.functions(&*provider);
        Server {
            provider,
            schema: Arc::new(shape),
            meta,
            resources,
            identities,
            data_sources,
            ephemeral,
            lists,
            actions,
            functions,
            activity: Activity::new(),
            faults: each_once(register.faults),
            referee: None,
            leases: Leases::default(),
            stop: Stop::new(),
        }
    }
}

struct Register {
    provider: String,
    faults: Diagnostics,
}

impl Register {
    fn all<T: ?Sized>(
        &mut self,
        kind: Kind,
        handlers: Vec<Box<T>>,
        about: fn(&T) -> (String, Schema),
    ) -> BTreeMap<String, Arc<Registered<T>>> {
        let mut all = BTreeMap::new();
        for handler in handlers {
            let (name, schema) = about(&handler);
            let shape = Shape::new(schema);
            self.faults
                .extend(schema::check_type(kind, &self.provider, &name, &shape.schema));
            let entry = Arc::new(Registered {
                name: name.clone(),
                shape,
                handler,
            });
            if all.insert(name.clone(), entry).is_some() {
                self.twice(&name, kind.noun());
            }
        }
        all
    }

    fn identities(
        &mut self,
        resources: &BTreeMap<String, Arc<Registered<dyn DynResource>>>,
    ) -> BTreeMap<String, Arc<Identity>> {
        let mut all = BTreeMap::new();
        for (name, resource) in resources {
            if let Some(identity) = resource.handler.identity() {
                self.faults.extend(schema::check_identity(name, &identity));
                let source = schema::check_identity_source(name, &identity, &resource.shape.schema);
                self.faults.extend(source);
                all.insert(name.clone(), Arc::new(Identity::new(identity)));
            }
        }
        all
    }

    fn functions(&mut self, provider: &dyn DynProvider) -> BTreeMap<String, Arc<RegisteredFunction>> {
        let mut all = BTreeMap::new();
        for handler in provider.functions() {
            let (name, definition) = (handler.name().to_owned(), handler.definition());
            self.faults.extend(schema::check_function(&name, &definition));
            let entry = Arc::new(RegisteredFunction { definition, handler });
            if all.insert(name.clone(), entry).is_some() {
                self.twice(&name, "function");
            }
        }
        all
    }

    fn twice(&mut self, name: &str, noun: &str) {
        self.faults.error(
            format!("{name} is declared twice"),
            format!("Every {noun} has one implementation. This is a bug in the provider."),
        );
    }
}

/// What is declared twice, or is wrong at several depths, is told once.
fn each_once(faults: Diagnostics) -> Diagnostics {
    let mut told: Vec<Diagnostic> = Vec::new();
    for fault in faults {
        if !told.contains(&fault) {
            told.push(fault);
        }
    }
    told.into_iter().collect()
}
