//! The rules Terraform checks when it loads a schema, told before it does, and the form blocks take in values.
//!
//! A violated rule fails every command, so each message names the type and the attribute.

mod fill;
mod kinds;
mod rules;

pub(crate) use fill::fill_blocks;
pub(crate) use kinds::{
    Kind, Managed, check_function, check_identity, check_identity_source, check_list, check_meta,
    check_provider, check_type,
};

use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::Schema;

/// What is found wrong with one type, function or block.
struct Faults {
    /// What the faults are of, as messages name it.
    on: String,
    found: Diagnostics,
}

impl Faults {
    fn add(&mut self, path: &Path, rule: String) {
        let of = match path.steps() {
            [] => String::new(),
            _ => format!("{path}: "),
        };
        let detail = format!("{of}{rule}. This is a bug in the provider.");
        self.found
            .push(Diagnostic::error(format!("{}: invalid schema", self.on), detail));
    }

    fn schema(&mut self, schema: &Schema) {
        if let Some(fault) = &schema.fault {
            self.add(&Path::default(), fault.clone());
        }
        if i64::try_from(schema.version).is_err() {
            self.add(&Path::default(), "the version must fit 63 bits".into());
        }
        let root = Path::default();
        self.rules(&schema.rules, &schema.attributes, &schema.blocks, &root);
        self.level(&schema.attributes, &schema.blocks, &root);
    }

    fn reserved(&mut self, schema: &Schema, reserved: &[&str]) {
        let attributes = schema.attributes.iter().map(|attribute| &attribute.name);
        for name in attributes.chain(schema.blocks.iter().map(|block| &block.name)) {
            if reserved.contains(&name.as_str()) {
                self.add(&Path::root(name), "the name is reserved by Terraform".into());
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
