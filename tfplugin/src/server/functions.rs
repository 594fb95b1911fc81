//! Provider functions: pure, and run in a process that was never configured.

use std::sync::Arc;

use super::{RegisteredFunction, Server, task};
use crate::function::{FunctionError, Parameter};
use crate::ty::Type;
use crate::value::Value;

impl Server {
    /// The function of that name.
    pub(crate) fn function(&self, name: &str) -> Result<&Arc<RegisteredFunction>, FunctionError> {
        let unknown = || FunctionError::new(format!("this provider has no function named {name}"));
        self.functions.get(name).ok_or_else(unknown)
    }

    /// Calls it with arguments of the declared types.
    pub(crate) async fn call_function(
        &self,
        function: &Arc<RegisteredFunction>,
        arguments: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        // Terraform sees to these two itself; other hosts may not.
        for (at, (argument, parameter)) in arguments.iter().zip(function.parameters()).enumerate() {
            if argument.is_null() && !parameter.allow_null {
                let text = format!("{} must not be null", parameter.name);
                return Err(FunctionError::argument(at, text));
            }
        }
        let mut taken = arguments.iter().zip(function.parameters());
        if taken.any(|(argument, parameter)| !argument.is_wholly_known() && !parameter.allow_unknown) {
            return Ok(Value::Unknown);
        }
        let (handler, count) = (function.clone(), arguments.len());
        let all_known = arguments.iter().all(Value::is_wholly_known);
        let result = task::run(&self.activity, async move { handler.handler.call(arguments) })
            .await
            .map_err(|panic| FunctionError::new(panic.in_function()))?;
        // Terraform would look for an argument that is not there.
        let result = result.map_err(|error| FunctionError {
            argument: error.argument.filter(|at| *at < count),
            ..error
        })?;
        let result = function.definition.returns.conform(result).map_err(|mismatch| {
            FunctionError::new(format!(
                "the result does not have its declared type, a bug in the provider: {mismatch}"
            ))
        })?;
        if all_known && !result.is_wholly_known() {
            return Err(FunctionError::new(
                "the result is unknown, a bug in the provider: of known arguments a function makes a known result",
            ));
        }
        Ok(result)
    }
}

impl RegisteredFunction {
    /// The type of each of `count` arguments.
    pub(crate) fn argument_types(&self, count: usize) -> Result<Vec<Type>, FunctionError> {
        let fixed = &self.definition.parameters;
        let wrong = count < fixed.len() || (count > fixed.len() && self.definition.variadic.is_none());
        if wrong {
            let least = if self.definition.variadic.is_some() {
                " or more"
            } else {
                ""
            };
            let text = format!(
                "{}{least} arguments are required, {count} were given",
                fixed.len()
            );
            return Err(FunctionError::new(text));
        }
        let types = self.parameters().map(|Parameter { ty, .. }| ty.clone());
        Ok(types.take(count).collect())
    }

    /// The parameter of each argument, the variadic one for ever.
    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        let Self { definition, .. } = self;
        definition
            .parameters
            .iter()
            .chain(definition.variadic.iter().cycle())
    }
}
