//! The rules of each kind of thing a provider offers: names, prefixes, what may stand where.

use super::{Faults, is_name};
use crate::diag::Diagnostics;
use crate::function::FunctionDefinition;
use crate::path::Path;
use crate::schema::Schema;

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

/// Checks the schema of the provider block.
pub(crate) fn check_provider(name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: format!("provider {name}"),
        found: Diagnostics::new(),
    };
    faults.no_write_only(&schema.attributes, &schema.blocks, &Path::default());
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
    faults.schema(schema);
    faults.found
}

/// Checks the schema of a resource type or data source.
pub(crate) fn check_type(provider: &str, name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: name.to_owned(),
        found: Diagnostics::new(),
    };
    if name != provider && !name.starts_with(&format!("{provider}_")) {
        faults.add(
            &Path::default(),
            format!("the type name must start with \"{provider}_\""),
        );
    }
    faults.reserved(schema, &RESERVED_IN_RESOURCES);
    faults.schema(schema);
    faults.found
}

/// Checks the schema of a type that is no managed resource.
pub(crate) fn check_read_only(provider: &str, name: &str, schema: &Schema) -> Diagnostics {
    let mut faults = Faults {
        on: name.to_owned(),
        found: check_type(provider, name, schema),
    };
    faults.no_write_only(&schema.attributes, &schema.blocks, &Path::default());
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
