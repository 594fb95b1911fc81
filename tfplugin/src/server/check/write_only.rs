//! Write-only values where Terraform can't keep them out of its state: said at the value, not found out after it was
//! stored. Pure; never shows a value.

use super::plan::elements;
use super::{Holds, Members};
use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::server::Shape;
use crate::value::Value;

/// An error for each write-only value that `config` sets. What is not known yet may turn out to be null.
pub(crate) fn no_write_only_values(name: &str, shape: &Shape, config: &Value) -> Diagnostics {
    let members = Members {
        attributes: &shape.schema.attributes,
        blocks: &shape.schema.blocks,
    };
    let mut found = Vec::new();
    look(members, config, &Path::default(), &mut found);
    found.into_iter().map(|path| refused(name, path)).collect()
}

fn look(members: Members<'_>, config: &Value, path: &Path, found: &mut Vec<Path>) {
    if config.as_map().is_none() {
        return;
    }
    for attribute in members.attributes {
        let (config, path) = (config.get(&attribute.name), path.clone().field(&attribute.name));
        if attribute.write_only {
            found.extend((!config.is_null() && !config.is_unknown()).then_some(path));
        } else if let Some((holds, members)) = Members::nested(attribute) {
            below(holds, members, config, &path, found);
        }
    }
    for block in members.blocks {
        let (config, path) = (config.get(&block.name), path.clone().field(&block.name));
        below(
            block.nesting.into(),
            Members::of_block(block),
            config,
            &path,
            found,
        );
    }
}

fn below(holds: Holds, members: Members<'_>, config: &Value, path: &Path, found: &mut Vec<Path>) {
    for (config, path) in elements(holds, config, path) {
        look(members, config, &path, found);
    }
}

fn refused(name: &str, path: Path) -> Diagnostic {
    Diagnostic::error(
        format!("{name}.{path} needs Terraform 1.11"),
        format!(
            "{name}.{path} is write-only: the provider is given it and Terraform stores it nowhere, which this \
             version can't do. Use Terraform 1.11 or later, or leave the attribute out."
        ),
    )
    .at(path)
}
