//! Nested blocks: the older way to nest, which repeats and can't be computed as a whole.

use super::{Attribute, object_type};
use crate::ty::Type;
use crate::validate::{Rule, Validator};

/// A nested block. New schemas should prefer nested attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub(crate) name: String,
    pub(crate) nesting: BlockNesting,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) min_items: u64,
    pub(crate) max_items: u64,
    pub(crate) validators: Vec<Validator>,
    pub(crate) rules: Vec<Rule>,
}

/// How often a block may stand and what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most one; null when absent.
    Single,
    /// At most one; an object of nulls when absent.
    Group,
    /// Any number, in order; an empty list when absent.
    List,
    /// Any number, unordered; an empty set when absent.
    Set,
    /// Any number, by label; an empty map when absent.
    Map,
}

impl Block {
    /// An empty block type.
    pub fn new(name: impl Into<String>, nesting: BlockNesting) -> Self {
        Block {
            name: name.into(),
            nesting,
            description: String::new(),
            deprecated: None,
            attributes: Vec::new(),
            blocks: Vec::new(),
            min_items: 0,
            max_items: 0,
            validators: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// Describes it, in Markdown.
    #[must_use]
    pub fn description(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// Marks it deprecated, saying what to use instead.
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

    /// Adds a block inside.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// How many there must and may be; 0 as `max` is no limit.
    #[must_use]
    pub fn items(mut self, min: u64, max: u64) -> Self {
        (self.min_items, self.max_items) = (min, max);
        self
    }

    /// What the blocks of this kind must be as a whole, such as the labels of a map.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// A rule across the attributes and blocks inside, for each block.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// How often it may stand and what it makes.
    pub fn nesting(&self) -> BlockNesting {
        self.nesting
    }

    /// The attributes inside.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The blocks inside.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// What the blocks of this kind must be as a whole.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The rules across the attributes and blocks inside.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Why it is deprecated, if it is.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecated.as_deref()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn ty(&self) -> Type {
        let object = object_type(&self.attributes, &self.blocks);
        match self.nesting {
            BlockNesting::Single | BlockNesting::Group => object,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }
}
