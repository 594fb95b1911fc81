//! The schema section of a page: who sets what, and what stands inside what. Names are sorted within their group, so
//! that a reader finds them; the schema's own order is for programs.

use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::ty::Type;
use std::collections::BTreeMap;

const WRITE_ONLY: &str = "[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)";

/// Who sets a member. The order is the order on the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

impl Group {
    fn title(self) -> &'static str {
        match self {
            Group::Required => "Required",
            Group::Optional => "Optional",
            Group::ReadOnly => "Read-Only",
        }
    }
}

/// What has a section of its own further down.
enum Inner<'a> {
    Members(&'a [Attribute], &'a [Block]),
    /// Of an attribute that only the provider sets: whatever its attributes say, so it is with them.
    ReadOnly(&'a [Attribute]),
    /// Of a plain object type, which is set as a whole by whoever sets the attribute.
    Fields(Group, &'a BTreeMap<String, Type>),
}

struct Nested<'a> {
    anchor: String,
    path: Vec<String>,
    inner: Inner<'a>,
}

/// One line of a group.
struct Line<'a> {
    group: Group,
    name: &'a str,
    text: String,
    nested: Option<Nested<'a>>,
}

pub(super) fn section(schema: &Schema) -> String {
    members("## Schema".to_owned(), &[], schema)
}

/// What a module can say to the provider, apart from any configuration of it.
pub(super) fn meta_section(provider: &str, schema: &Schema) -> String {
    let intro = format!(
        "## Module Metadata\n\nA module can say this in a `provider_meta \"{provider}\"` block of its `terraform` block."
    );
    let intro = match schema.description.trim() {
        "" => intro,
        description => format!("{intro} {description}"),
    };
    // Of its own, so that no anchor stands twice on the page.
    members(intro, &["provider_meta".to_owned()], schema)
}

fn members(mut text: String, path: &[String], schema: &Schema) -> String {
    let nested = groups(
        &mut text,
        path,
        Inner::Members(&schema.attributes, &schema.blocks),
    );
    for nested in nested {
        nested_section(&mut text, nested);
    }
    text
}

fn nested_section(text: &mut String, nested: Nested<'_>) {
    text.push_str(&format!(
        "\n\n<a id=\"{}\"></a>\n### Nested Schema for `{}`",
        nested.anchor,
        nested.path.join(".")
    ));
    for deeper in groups(text, &nested.path, nested.inner) {
        nested_section(text, deeper);
    }
}

/// Writes the groups and returns what they refer to.
fn groups<'a>(text: &mut String, path: &[String], inner: Inner<'a>) -> Vec<Nested<'a>> {
    let mut lines: Vec<Line<'a>> = match inner {
        Inner::Members(attributes, blocks) => {
            let attributes = attributes
                .iter()
                .map(|attribute| attribute_line(attribute, path, None));
            attributes
                .chain(blocks.iter().map(|block| block_line(block, path)))
                .collect()
        }
        Inner::ReadOnly(attributes) => attributes
            .iter()
            .map(|attribute| attribute_line(attribute, path, Some(Group::ReadOnly)))
            .collect(),
        Inner::Fields(group, fields) => fields
            .iter()
            .map(|(name, ty)| field_line(group, name, ty, path))
            .collect(),
    };
    lines.sort_by(|a, b| (a.group, a.name).cmp(&(b.group, b.name)));
    let mut last = None;
    let mut nested = Vec::new();
    for line in lines {
        if last != Some(line.group) {
            let title = line.group.title();
            text.push_str(&if path.is_empty() {
                format!("\n\n### {title}\n")
            } else {
                format!("\n\n{title}:\n")
            });
            last = Some(line.group);
        }
        text.push('\n');
        text.push_str(&line.text);
        nested.extend(line.nested);
    }
    nested
}

fn attribute_line<'a>(attribute: &'a Attribute, path: &[String], within: Option<Group>) -> Line<'a> {
    let group = if let Some(group) = within {
        group
    } else if attribute.required {
        Group::Required
    } else if attribute.optional {
        Group::Optional
    } else {
        Group::ReadOnly
    };
    let (mut kind, nested) = match &attribute.kind {
        AttributeKind::Plain(ty) => {
            let fields = object_fields(ty).map(|fields| Inner::Fields(group, fields));
            (
                ty_name(ty),
                fields.map(|inner| nested("nestedobjatt", path, &attribute.name, inner)),
            )
        }
        AttributeKind::Nested(nesting, attributes) => {
            let kind = match nesting {
                Nesting::Single => "Attributes",
                Nesting::List => "Attributes List",
                Nesting::Set => "Attributes Set",
                Nesting::Map => "Attributes Map",
            };
            let inner = if group == Group::ReadOnly {
                Inner::ReadOnly(attributes)
            } else {
                Inner::Members(attributes, &[])
            };
            (
                kind.to_owned(),
                Some(nested("nestedatt", path, &attribute.name, inner)),
            )
        }
    };
    for (holds, mark) in [
        (attribute.sensitive, "Sensitive"),
        (attribute.deprecated.is_some(), "Deprecated"),
        (attribute.write_only, WRITE_ONLY),
    ] {
        if holds {
            kind.push_str(", ");
            kind.push_str(mark);
        }
    }
    line(
        group,
        &attribute.name,
        &kind,
        &attribute.description,
        attribute.deprecated.as_deref(),
        nested,
    )
}

fn block_line<'a>(block: &'a Block, path: &[String]) -> Line<'a> {
    let mut kind = match block.nesting {
        BlockNesting::Single | BlockNesting::Group => "Block",
        BlockNesting::List => "Block List",
        BlockNesting::Set => "Block Set",
        BlockNesting::Map => "Block Map",
    }
    .to_owned();
    if matches!(block.nesting, BlockNesting::List | BlockNesting::Set) {
        for (count, mark) in [(block.min_items, "Min"), (block.max_items, "Max")] {
            if 0 < count {
                kind.push_str(&format!(", {mark}: {count}"));
            }
        }
    }
    if block.deprecated.is_some() {
        kind.push_str(", Deprecated");
    }
    let group = if 0 < block.min_items {
        Group::Required
    } else {
        Group::Optional
    };
    let inner = Inner::Members(&block.attributes, &block.blocks);
    let nested = Some(nested("nestedblock", path, &block.name, inner));
    let deprecated = block.deprecated.as_deref();
    line(group, &block.name, &kind, &block.description, deprecated, nested)
}

fn field_line<'a>(group: Group, name: &'a str, ty: &'a Type, path: &[String]) -> Line<'a> {
    let inner = object_fields(ty).map(|fields| Inner::Fields(group, fields));
    let nested = inner.map(|inner| nested("nestedobjatt", path, name, inner));
    line(group, name, &ty_name(ty), "", None, nested)
}

fn line<'a>(
    group: Group,
    name: &'a str,
    kind: &str,
    description: &str,
    deprecated: Option<&str>,
    nested: Option<Nested<'a>>,
) -> Line<'a> {
    let reference = nested
        .as_ref()
        .map(|nested| format!("(see [below for nested schema](#{}))", nested.anchor));
    let parts = [
        description,
        deprecated.unwrap_or_default(),
        reference.as_deref().unwrap_or_default(),
    ];
    let text = item(name, kind, &parts);
    Line {
        group,
        name,
        text,
        nested,
    }
}

/// One item of a list. Further lines of a description are indented, or they would end the list.
pub(super) fn item(name: &str, kind: &str, parts: &[&str]) -> String {
    let mut text = format!("- `{name}` ({kind})");
    for part in parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
    {
        text.push(' ');
        text.push_str(part);
    }
    let lines: Vec<&str> = text.lines().collect();
    lines.join("\n  ").replace("\n  \n", "\n\n")
}

fn nested<'a>(kind: &str, path: &[String], name: &str, inner: Inner<'a>) -> Nested<'a> {
    let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
    Nested {
        anchor: format!("{kind}--{}", path.join("--")),
        path,
        inner,
    }
}

/// The fields of an object, or of the objects in a collection.
fn object_fields(ty: &Type) -> Option<&BTreeMap<String, Type>> {
    match ty {
        Type::Object(fields) => Some(fields),
        Type::List(element) | Type::Set(element) | Type::Map(element) => object_fields(element),
        Type::String | Type::Number | Type::Bool | Type::Dynamic | Type::Tuple(_) => None,
    }
}

/// As the registry spells types.
pub(super) fn ty_name(ty: &Type) -> String {
    match ty {
        Type::String => "String".into(),
        Type::Number => "Number".into(),
        Type::Bool => "Boolean".into(),
        Type::Dynamic => "Dynamic".into(),
        Type::List(element) => format!("List of {}", ty_name(element)),
        Type::Set(element) => format!("Set of {}", ty_name(element)),
        Type::Map(element) => format!("Map of {}", ty_name(element)),
        Type::Object(_) => "Object".into(),
        Type::Tuple(_) => "Tuple".into(),
    }
}
