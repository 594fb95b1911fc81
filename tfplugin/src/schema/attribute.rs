//! Attributes: what they hold and who sets them.
//!
//! A builder takes any combination; what Terraform would refuse is found when the schema is loaded.

use super::object_type;
use crate::modify::Modifiers;
use crate::ty::Type;
use crate::validate::{Rule, Validator};
use crate::value::Value;

/// One attribute. Built by kind, then by who sets it: `Attribute::string("name").required()`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: AttributeKind,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) requires_replace: bool,
    pub(crate) modifiers: Modifiers,
    pub(crate) validators: Vec<Validator>,
    /// Across the attributes inside; only of a nested attribute.
    pub(crate) rules: Vec<Rule>,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeKind {
    /// A value of a type.
    Plain(Type),
    /// Objects whose fields are attributes with flags of their own.
    Nested(Nesting, Vec<Attribute>),
}

/// How the objects of a nested attribute are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects.
    Map,
}

impl Attribute {
    /// An attribute of any type.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Attribute::of(name.into(), AttributeKind::Plain(ty))
    }

    /// Text.
    pub fn string(name: impl Into<String>) -> Self {
        Attribute::new(name, Type::String)
    }

    /// True or false.
    pub fn bool(name: impl Into<String>) -> Self {
        Attribute::new(name, Type::Bool)
    }

    /// A number.
    pub fn number(name: impl Into<String>) -> Self {
        Attribute::new(name, Type::Number)
    }

    /// A list of `element`.
    pub fn list(name: impl Into<String>, element: Type) -> Self {
        Attribute::new(name, Type::list(element))
    }

    /// A set of `element`.
    pub fn set(name: impl Into<String>, element: Type) -> Self {
        Attribute::new(name, Type::set(element))
    }

    /// A map of `element`.
    pub fn map(name: impl Into<String>, element: Type) -> Self {
        Attribute::new(name, Type::map(element))
    }

    /// One object with attributes of its own.
    pub fn object(name: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Attribute::of(name.into(), AttributeKind::Nested(Nesting::Single, attributes))
    }

    /// A list of objects with attributes of their own.
    pub fn object_list(name: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Attribute::of(name.into(), AttributeKind::Nested(Nesting::List, attributes))
    }

    /// A set of objects with attributes of their own.
    pub fn object_set(name: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Attribute::of(name.into(), AttributeKind::Nested(Nesting::Set, attributes))
    }

    /// A map of objects with attributes of their own.
    pub fn object_map(name: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Attribute::of(name.into(), AttributeKind::Nested(Nesting::Map, attributes))
    }

    /// The configuration must set it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The configuration may set it; what it leaves out is null.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The provider sets it.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// The configuration may set it; what it leaves out the provider sets.
    #[must_use]
    pub fn optional_computed(self) -> Self {
        self.optional().computed()
    }

    /// What it is when the configuration leaves it out; makes it optional and computed.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self.optional_computed()
    }

    /// Hidden in plans and output. State still holds it in the clear.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Present in the configuration only: never in plan or state. Needs Terraform 1.11.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Marks it deprecated, saying what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// Describes it, in Markdown.
    #[must_use]
    pub fn description(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// A change of it replaces the object.
    #[must_use]
    pub fn requires_replace(mut self) -> Self {
        self.requires_replace = true;
        self
    }

    /// What a configured value must be; several hold together. See [`validate`](crate::validate).
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// A rule across the attributes inside, for each object of a nested attribute.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// What a configured value must be.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The rules across the attributes inside.
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

    /// What it holds.
    pub fn kind(&self) -> &AttributeKind {
        &self.kind
    }

    /// Its description, in Markdown.
    pub fn description_text(&self) -> &str {
        &self.description
    }

    /// Whether the configuration must set it.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether the configuration may set it.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether the provider may set it.
    pub fn is_computed(&self) -> bool {
        self.computed
    }

    /// Whether it is hidden in output.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether it stands in the configuration only.
    pub fn is_write_only(&self) -> bool {
        self.write_only
    }

    /// Its default, if it has one.
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// Whether a change of it replaces the object.
    pub fn replaces(&self) -> bool {
        self.requires_replace
    }

    /// Its type; a nested attribute's is made of its attributes.
    pub fn ty(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.clone(),
            AttributeKind::Nested(nesting, attributes) => {
                let object = object_type(attributes, &[]);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::list(object),
                    Nesting::Set => Type::set(object),
                    Nesting::Map => Type::map(object),
                }
            }
        }
    }

    pub(crate) fn of(name: String, kind: AttributeKind) -> Self {
        Attribute {
            name,
            kind,
            description: String::new(),
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            requires_replace: false,
            modifiers: Modifiers::default(),
            validators: Vec::new(),
            rules: Vec::new(),
        }
    }
}
