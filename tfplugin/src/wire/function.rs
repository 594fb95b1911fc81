//! Calls of provider functions.

use super::{decode, encode};
use crate::function::FunctionError;
use crate::r#gen::tfplugin6 as pb;
use crate::server::Server;

pub(super) async fn call(
    server: &Server,
    request: pb::call_function::Request,
) -> pb::call_function::Response {
    let (result, error) = match answer(server, request).await {
        Ok(result) => (Some(result), None),
        Err(error) => (None, Some(encode::function_error(error))),
    };
    pb::call_function::Response { result, error }
}

async fn answer(
    server: &Server,
    request: pb::call_function::Request,
) -> Result<pb::DynamicValue, FunctionError> {
    let function = server.function(&request.name)?;
    let types = function.argument_types(request.arguments.len())?;
    let arguments = request
        .arguments
        .into_iter()
        .zip(&types)
        .enumerate()
        .map(|(at, (wire, ty))| {
            decode::argument(wire, ty).map_err(|mismatch| FunctionError::argument(at, mismatch.to_string()))
        });
    let result = server
        .call_function(function, arguments.collect::<Result<_, _>>()?)
        .await?;
    encode::value(&result, &function.definition.returns)
        .map_err(|mismatch| FunctionError::new(mismatch.to_string()))
}
