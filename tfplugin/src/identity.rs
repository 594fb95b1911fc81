//! What tells one object from all others, for good: the attributes of a resource identity.
//!
//! Needs Terraform 1.12; older ones never ask. Only describes: values are held against it by the server.

use crate::ty::Type;
use crate::value::Value;

/// The identity of a resource type: facts that never change while the object exists, such as region and name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentitySchema {
    pub(crate) version: u64,
    pub(crate) attributes: Vec<IdentityAttribute>,
    pub(crate) source: Source,
}

/// Where an identity comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The attributes of the state that have the same names.
    #[default]
    State,
    /// The provider's own `identity_of`.
    Provider,
}

/// One attribute of an identity. Text, a number, a bool, or a list of these.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityAttribute {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) description: String,
    pub(crate) import: ForImport,
}

/// Whether an import by identity must name the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForImport {
    /// It must.
    Required,
    /// It may; left out it is null, and the provider finds it.
    Optional,
}

impl IdentitySchema {
    /// An identity without attributes. Raise `version` when stored identities need
    /// [`upgrade_identity`](crate::DynResource::upgrade_identity).
    pub fn new(version: u64) -> Self {
        IdentitySchema {
            version,
            attributes: Vec::new(),
            source: Source::State,
        }
    }

    /// Says that the resource implements [`identity_of`](crate::DynResource::identity_of), and that the attributes need
    /// not be those of the state. Without it each must stand in the resource's schema, by the same name and type.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.source = Source::Provider;
        self
    }

    /// Adds an attribute that an import must name.
    #[must_use]
    pub fn required(self, name: impl Into<String>, ty: Type) -> Self {
        self.attribute(IdentityAttribute::required(name, ty))
    }

    /// Adds an attribute that an import may leave out.
    #[must_use]
    pub fn optional(self, name: impl Into<String>, ty: Type) -> Self {
        self.attribute(IdentityAttribute::optional(name, ty))
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: IdentityAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// The version stored with every identity.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The attributes in the order they were added.
    pub fn attributes(&self) -> &[IdentityAttribute] {
        &self.attributes
    }

    /// The object type of an identity.
    pub fn ty(&self) -> Type {
        Type::object(
            self.attributes
                .iter()
                .map(|attribute| (attribute.name.as_str(), attribute.ty.clone())),
        )
    }

    /// The identity made of the attributes of `state` that have the same names; null for no object.
    pub fn taken_from(&self, state: &Value) -> Value {
        if state.is_null() {
            return Value::Null;
        }
        Value::object(
            self.attributes
                .iter()
                .map(|attribute| (attribute.name.as_str(), state.get(&attribute.name).clone())),
        )
    }
}

impl IdentityAttribute {
    /// An attribute that an import must name.
    pub fn required(name: impl Into<String>, ty: Type) -> Self {
        IdentityAttribute {
            name: name.into(),
            ty,
            description: String::new(),
            import: ForImport::Required,
        }
    }

    /// An attribute that an import may leave out.
    pub fn optional(name: impl Into<String>, ty: Type) -> Self {
        IdentityAttribute {
            import: ForImport::Optional,
            ..IdentityAttribute::required(name, ty)
        }
    }

    /// Describes it, in plain text.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Whether an import must name it.
    pub fn import(&self) -> ForImport {
        self.import
    }

    /// Its description.
    pub fn description_text(&self) -> &str {
        &self.description
    }
}
