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
        let handler = function.clone();
        let result = task::run(&self.activity, async move { handler.handler.call(arguments) })
            .await
            .map_err(|panic| FunctionError::new(panic.in_function()))??;
        function.definition.returns.conform(result).map_err(|mismatch| {
            FunctionError::new(format!(
                "the result does not have its declared type, a bug in the provider: {mismatch}"
            ))
        })
    }
}

impl RegisteredFunction {
    /// The type of each of `count` arguments.
    pub(crate) fn argument_types(&self, count: usize) -> Result<Vec<Type>, FunctionError> {
        let fixed = &self.definition.parameters;
        let wrong = count < fixed.len() || (count > fixed.len() && self.definition.variadic.is_none());
        if wrong {
            let text = format!("{} arguments are required, {count} were given", fixed.len());
            return Err(FunctionError::new(text));
        }
        let rest = self.definition.variadic.iter().cycle().take(count - fixed.len());
        Ok(fixed
            .iter()
            .chain(rest)
            .map(|Parameter { ty, .. }| ty.clone())
            .collect())
    }
}
