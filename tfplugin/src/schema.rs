//! Schemas: which attributes and blocks exist, and who may set them.
//!
//! Only describes; holding values against a schema is the server's work.

mod attribute;
mod block;
mod configurable;
#[cfg(test)]
mod tests;

pub use attribute::{Attribute, AttributeKind, Nesting};
pub use block::{Block, BlockNesting};

use crate::ty::Type;
use crate::validate::Rule;
use crate::value::Value;

/// The schema of a provider, resource or data source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub(crate) version: u64,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) rules: Vec<Rule>,
    /// Why the model it belongs to could not read its values; told when the schema is loaded.
    pub(crate) fault: Option<String>,
}

impl Schema {
    /// An empty schema. Raise `version` when stored state needs [`upgrade`](crate::DynResource::upgrade).
    pub fn new(version: u64) -> Self {
        Schema {
            version,
            ..Schema::default()
        }
    }

    /// The same schema as a later version; see [`new`](Self::new).
    #[must_use]
    pub fn at_version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// Describes the whole, in Markdown.
    #[must_use]
    pub fn description(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// Marks the whole as deprecated, saying what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds a block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// A rule across the attributes and blocks at the root. See [`validate`](crate::validate).
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The rules across the attributes and blocks at the root.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Why it is deprecated, if it is.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecated.as_deref()
    }

    /// The version stored with every object.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The description, in Markdown.
    pub fn description_text(&self) -> &str {
        &self.description
    }

    /// The attributes in the order they were added.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The blocks in the order they were added.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// What a configuration should say of `state`: without what only the provider sets, what is deprecated, and
    /// sensitive or write-only values.
    pub fn configurable(&self, state: &Value) -> Value {
        configurable::configurable(self, state)
    }

    /// The object type of a value of this schema.
    pub fn ty(&self) -> Type {
        object_type(&self.attributes, &self.blocks)
    }
}

/// The type of an object with these members.
pub(crate) fn object_type(attributes: &[Attribute], blocks: &[Block]) -> Type {
    let attributes = attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), attribute.ty()));
    Type::Object(
        attributes
            .chain(blocks.iter().map(|block| (block.name.clone(), block.ty())))
            .collect(),
    )
}
