//! The rules Terraform checks when it loads a schema, told before it does, and the form blocks take in values.
//!
//! A violated rule fails every command, so each message names the type and the attribute.

use crate::diag::{Diagnostic, Diagnostics};
use crate::function::FunctionDefinition;
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::ty::Type;
use crate::value::Value;

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
    faults.reserved(schema, &RESERVED_IN_PROVIDER);
    faults.level(&schema.attributes, &schema.blocks, &Path::default());
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
    faults.level(&schema.attributes, &schema.blocks, &Path::default());
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

/// Null collections of blocks become empty ones and absent groups objects of nulls, at every depth.
pub(crate) fn fill_blocks(blocks: &[Block], value: Value) -> Value {
    let Value::Map(mut fields) = value else {
        return value;
    };
    for block in blocks {
        let Some(slot) = fields.get_mut(&block.name) else {
            continue;
        };
        let held = std::mem::take(slot);
        let fill = |element: Value| fill_blocks(&block.blocks, element);
        *slot = match (block.nesting, held) {
            (BlockNesting::List | BlockNesting::Set, Value::Null) => Value::List(Vec::new()),
            (BlockNesting::Map, Value::Null) => Value::object::<String>([]),
            (BlockNesting::Group, Value::Null) => fill(absent_group(block)),
            (BlockNesting::List | BlockNesting::Set, Value::List(elements)) => {
                Value::List(elements.into_iter().map(fill).collect())
            }
            (BlockNesting::Map, Value::Map(elements)) => Value::Map(
                elements
                    .into_iter()
                    .map(|(label, element)| (label, fill(element)))
                    .collect(),
            ),
            (_, element) => fill(element),
        };
    }
    Value::Map(fields)
}

fn absent_group(block: &Block) -> Value {
    let names = block.attributes.iter().map(|attribute| &attribute.name);
    Value::object(
        names
            .chain(block.blocks.iter().map(|block| &block.name))
            .map(|name| (name, Value::Null)),
    )
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Object(fields) => fields.values().any(has_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::String | Type::Number | Type::Bool => false,
    }
}

struct Faults {
    on: String,
    found: Diagnostics,
}

impl Faults {
    fn add(&mut self, path: &Path, rule: String) {
        let detail = format!("{path}: {rule}. This is a bug in the provider.");
        self.found
            .push(Diagnostic::error(format!("{}: invalid schema", self.on), detail));
    }

    fn reserved(&mut self, schema: &Schema, reserved: &[&str]) {
        let attributes = schema.attributes.iter().map(|attribute| &attribute.name);
        for name in attributes.chain(schema.blocks.iter().map(|block| &block.name)) {
            if reserved.contains(&name.as_str()) {
                self.add(&Path::root(name), "the name is reserved by Terraform".into());
            }
        }
    }

    fn level(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        let mut names: Vec<&str> = Vec::new();
        let all = attributes
            .iter()
            .map(|attribute| &attribute.name)
            .chain(blocks.iter().map(|block| &block.name));
        for name in all {
            let path = path.clone().field(name);
            if !is_name(name) {
                self.add(&path, "the name must be made of a-z, 0-9 and _".into());
            }
            if names.contains(&name.as_str()) {
                self.add(&path, "the name stands twice".into());
            }
            names.push(name);
        }
        for attribute in attributes {
            self.attribute(attribute, &path.clone().field(&attribute.name));
        }
        for block in blocks {
            self.block(block, &path.clone().field(&block.name));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: &Path) {
        let Attribute {
            required,
            optional,
            computed,
            write_only,
            ..
        } = *attribute;
        if required && (optional || computed) || !(required || optional || computed) {
            self.add(
                path,
                "must be required, optional, computed, or optional and computed".into(),
            );
        }
        if write_only && (computed || attribute.default.is_some()) {
            self.add(
                path,
                "a write-only attribute can't be computed or have a default".into(),
            );
        }
        if let Some(default) = &attribute.default
            && let Err(mismatch) = attribute.ty().conform(default.clone())
        {
            self.add(path, format!("the default does not fit the type: {mismatch}"));
        }
        let AttributeKind::Nested(nesting, nested) = &attribute.kind else {
            if let AttributeKind::Plain(Type::Set(element)) = &attribute.kind
                && has_dynamic(element)
            {
                self.add(path, "a set can't hold dynamic values".into());
            }
            return;
        };
        if *nesting == Nesting::Set {
            self.inside_set(nested, &[], path);
        }
        self.level(nested, &[], path);
    }

    fn block(&mut self, block: &Block, path: &Path) {
        let Block {
            min_items: min,
            max_items: max,
            ..
        } = *block;
        let fits = match block.nesting {
            BlockNesting::Single => min == max && max <= 1,
            BlockNesting::Group | BlockNesting::Map => min == 0 && max == 0,
            BlockNesting::List | BlockNesting::Set => max == 0 || min <= max,
        };
        if !fits {
            self.add(
                path,
                format!("{min} to {max} items do not fit this kind of block"),
            );
        }
        if block.nesting == BlockNesting::Set {
            self.inside_set(&block.attributes, &block.blocks, path);
        }
        self.level(&block.attributes, &block.blocks, path);
    }

    fn inside_set(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            if attribute.write_only {
                self.add(&path, "a set can't hold write-only attributes".into());
            }
            match &attribute.kind {
                AttributeKind::Plain(ty) if has_dynamic(ty) => {
                    self.add(&path, "a set can't hold dynamic values".into());
                }
                AttributeKind::Plain(_) => {}
                AttributeKind::Nested(_, nested) => self.inside_set(nested, &[], &path),
            }
        }
        for block in blocks {
            self.inside_set(&block.attributes, &block.blocks, &path.clone().field(&block.name));
        }
    }
}
