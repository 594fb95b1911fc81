//! What a provider function is to the framework: a pure function of its arguments.
//!
//! Terraform records results and fails a run when one differs, so there is no configuration and no clock here.

use crate::ty::Type;
use crate::value::Value;

/// A provider function, `provider::<name>::<function>(…)`.
pub trait Function: Send + Sync {
    /// Its name, without prefix.
    fn name(&self) -> &str;

    /// Its parameters and result.
    fn definition(&self) -> FunctionDefinition;

    /// Computes the result; variadic arguments follow the others.
    ///
    /// # Errors
    /// The text shown to the operator, with the argument it is about.
    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError>;
}

/// Parameters and result of a function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionDefinition {
    /// In order.
    pub parameters: Vec<Parameter>,
    /// Takes any number of further arguments.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
    /// One line.
    pub summary: String,
    /// Markdown.
    pub description: String,
    /// What to use instead, if it is deprecated. Shown from Terraform 1.15 on.
    pub deprecated: Option<String>,
}

/// One parameter of a function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name, for messages.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Markdown.
    pub description: String,
    /// Whether null may be passed; otherwise Terraform refuses it.
    pub allow_null: bool,
    /// Whether unknowns may be passed; otherwise Terraform skips the call and the result is unknown.
    pub allow_unknown: bool,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
#[non_exhaustive]
pub struct FunctionError {
    /// What is wrong.
    pub text: String,
    /// The argument it is about, from 0.
    pub argument: Option<usize>,
}

impl FunctionDefinition {
    /// A function without parameters.
    pub fn new(returns: Type) -> Self {
        FunctionDefinition {
            parameters: Vec::new(),
            variadic: None,
            returns,
            summary: String::new(),
            description: String::new(),
            deprecated: None,
        }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// Sets the parameter that takes any number of further arguments.
    #[must_use]
    pub fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// Sets the one-line summary.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// Marks it deprecated, saying what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// Sets the description, in Markdown.
    #[must_use]
    pub fn description(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }
}

impl Parameter {
    /// A parameter that takes neither null nor unknown.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Parameter {
            name: name.into(),
            ty,
            description: String::new(),
            allow_null: false,
            allow_unknown: false,
        }
    }

    /// Describes it, in Markdown.
    #[must_use]
    pub fn description(mut self, markdown: impl Into<String>) -> Self {
        self.description = markdown.into();
        self
    }

    /// Lets null through.
    #[must_use]
    pub fn allow_null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Lets unknowns through.
    #[must_use]
    pub fn allow_unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }
}

impl FunctionError {
    /// An error about no argument in particular.
    pub fn new(text: impl Into<String>) -> Self {
        FunctionError {
            text: text.into(),
            argument: None,
        }
    }

    /// An error about one argument, from 0.
    pub fn argument(argument: usize, text: impl Into<String>) -> Self {
        FunctionError {
            text: text.into(),
            argument: Some(argument),
        }
    }
}
