//! The rules of each kind of thing a provider offers: names, prefixes, what may stand where.

use super::{Faults, is_name};
use crate::diag::Diagnostics;
use crate::function::FunctionDefinition;
use crate::identity::{IdentitySchema, Source};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, Schema};
use crate::ty::Type;

const RESERVED_IN_RESOURCES: [&str; 7] = [
    "count",
    "for_each",
    "provider",
    "lifecycle",
    "depends_on",
    "connection",
    "provisioner",
];
const RESERVED_IN_PROVIDER: [&str; 9] = [
    "alias",
    "version",
    "count",
    "for_each",
    "depends_on",
    "source",
    "lifecycle",
    "locals",
    "_",
];

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Resource,
    DataSource,
    Ephemeral,
    List,
    Action,
    /// The provider block.
    Provider,
    /// What a module says to the provider.
    Meta,
}

impl Kind {
    /// Whether only the configuration speaks: nothing comes back from the provider, so a default would be lost too.
    fn only_asks(self) -> bool {
        matches!(self, Kind::List | Kind::Action | Kind::Provider | Kind::Meta)
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Kind::Resource => "resource type",
            Kind::DataSource => "data source",
            Kind::Ephemeral => "ephemeral resource type",
            Kind::List => "list resource",
            Kind::Action => "action",
            Kind::Provider => "provider block",
            Kind::Meta => "provider_meta block",
        }
    }

    /// The name in messages: one name may be of several kinds.
    fn named(self, name: &str) -> String {
        match self {
            _ if name.is_empty() => format!("{} without a name", self.noun()),
            Kind::Resource => name.to_owned(),
            _ => format!("{name} ({})", self.noun()),
        }
    }
}

impl Faults {
    /// What one kind has no use for.
    fn of_kind(&mut self, kind: Kind, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            if attribute.computed && kind.only_asks() {
                let rule = format!("nothing is computed in the schema of a {}", kind.noun());
                self.add(&path, rule);
            } else if attribute.default.is_some() && kind != Kind::Resource {
                self.add(&path, "only a managed resource type has defaults".into());
            }
            if let AttributeKind::Nested(_, nested) = &attribute.kind {
                self.of_kind(kind, nested, &[], &path);
            }
        }
        for block in blocks {
            let path = path.clone().field(&block.name);
            self.of_kind(kind, &block.attributes, &block.blocks, &path);
        }
    }
}

/// Checks the schema of the provider block.
pub(crate) fn check_provider(name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: format!("provider {name}"),
        found: Diagnostics::new(),
    };
    faults.no_write_only(&schema.attributes, &schema.blocks, &Path::default());
    faults.of_kind(
        Kind::Provider,
        &schema.attributes,
        &schema.blocks,
        &Path::default(),
    );
    faults.reserved(schema, &RESERVED_IN_PROVIDER);
    faults.schema(schema);
    faults.found
}

/// Checks the schema of `provider_meta` blocks.
pub(crate) fn check_meta(name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: format!("provider_meta of {name}"),
        found: Diagnostics::new(),
    };
    faults.no_write_only(&schema.attributes, &schema.blocks, &Path::default());
    faults.of_kind(Kind::Meta, &schema.attributes, &schema.blocks, &Path::default());
    faults.schema(schema);
    faults.found
}

/// Checks the schema of a type of any kind.
pub(crate) fn check_type(kind: Kind, provider: &str, name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: kind.named(name),
        found: Diagnostics::new(),
    };
    if !name.is_empty() && name != provider && !name.starts_with(&format!("{provider}_")) {
        faults.add(
            &Path::default(),
            format!("the type name must start with \"{provider}_\""),
        );
    }
    if name.is_empty() {
        faults.add(&Path::default(), "type_name() is empty".into());
    } else if !is_name(name) {
        faults.add(&Path::default(), "the name must be made of a-z, 0-9 and _".into());
    }
    // What a search or an action is given stands in a block of its own, where no name is taken.
    if !matches!(kind, Kind::List | Kind::Action) {
        faults.reserved(schema, &RESERVED_IN_RESOURCES);
    }
    faults.schema(schema);
    if kind != Kind::Resource {
        faults.no_write_only(&schema.attributes, &schema.blocks, &Path::default());
    }
    faults.of_kind(kind, &schema.attributes, &schema.blocks, &Path::default());
    faults.found
}

/// The managed resource type of the name of a list resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Managed {
    Not,
    Unidentified,
    Identified,
}

/// Checks that what is listed can be.
pub(crate) fn check_list(name: &str, managed: Managed) -> Diagnostics {
    let mut faults = Faults {
        on: Kind::List.named(name),
        found: Diagnostics::new(),
    };
    let rule = match managed {
        Managed::Identified => return faults.found,
        Managed::Not => "only a managed resource type can be listed, and the provider has none of that name",
        Managed::Unidentified => {
            "what is listed is told apart by identity, and the resource type has none: implement identity()"
        }
    };
    faults.add(&Path::default(), rule.into());
    faults.found
}

/// Checks an identity.
pub(crate) fn check_identity(name: &str, identity: &IdentitySchema) -> Diagnostics {
    let mut faults = Faults {
        on: format!("identity of {name}"),
        found: Diagnostics::new(),
    };
    if identity.attributes.is_empty() {
        faults.add(&Path::default(), "an identity needs attributes".into());
    }
    for (at, attribute) in identity.attributes.iter().enumerate() {
        let path = Path::root(&attribute.name);
        if !is_name(&attribute.name) {
            faults.add(&path, "the name must be made of a-z, 0-9 and _".into());
        }
        if identity.attributes[..at]
            .iter()
            .any(|other| other.name == attribute.name)
        {
            faults.add(&path, "the name stands twice".into());
        }
        let element = match &attribute.ty {
            Type::List(element) => element,
            ty => ty,
        };
        if !matches!(element, Type::String | Type::Number | Type::Bool) {
            let rule = "an identity is made of text, numbers, bools and lists of these";
            faults.add(&path, rule.into());
        }
    }
    faults.found
}

/// Checks that what is to be taken from the state for an identity stands there.
pub(crate) fn check_identity_source(name: &str, identity: &IdentitySchema, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: format!("identity of {name}"),
        found: Diagnostics::new(),
    };
    if identity.source == Source::Provider {
        return faults.found;
    }
    let otherwise = "an identity made of anything but the state needs derived() and an identity_of";
    for part in &identity.attributes {
        let held = schema
            .attributes
            .iter()
            .find(|attribute| attribute.name == part.name);
        let problem = match held.map(Attribute::ty) {
            None => "the resource type has no attribute of this name".to_owned(),
            Some(ty) if ty != part.ty => {
                format!("it is a {} here and a {ty} in the resource type", part.ty)
            }
            Some(_) => continue,
        };
        faults.add(&Path::root(&part.name), format!("{problem}; {otherwise}"));
    }
    faults.found
}

/// Checks a function's names.
pub(crate) fn check_function(name: &str, definition: &FunctionDefinition) -> Diagnostics {
    let mut faults = Faults {
        on: format!("function {name}"),
        found: Diagnostics::new(),
    };
    let names: Vec<&str> = definition
        .parameters
        .iter()
        .chain(&definition.variadic)
        .map(|parameter| parameter.name.as_str())
        .collect();
    for (at, parameter) in names.iter().enumerate() {
        if !is_name(parameter) || names[..at].contains(parameter) {
            faults.add(
                &Path::root(*parameter),
                "parameters need names that are valid and differ".into(),
            );
        }
    }
    if !is_name(name) {
        faults.add(&Path::default(), "the name must be made of a-z, 0-9 and _".into());
    }
    faults.found
}
