//! The data source `bluegreen_service`: what AWS says of a service now, for configurations that do not own it and
//! for `check` blocks. Changes nothing and takes nothing from Terraform's state.

mod schema;
mod truth;
mod vpc_blockers;

pub use vpc_blockers::VpcBlockers;

use crate::config::Shared;
use crate::executor::granted;
use crate::model::string;
use tfplugin::{
    Diagnostics, DynDataSource, Path, ReadDataRequest, ReadDataResponse, Schema, Value, async_trait,
};

/// The data source type.
pub struct ServiceData {
    pub shared: Shared,
}

#[async_trait]
impl DynDataSource for ServiceData {
    fn type_name(&self) -> &str {
        "bluegreen_service"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        let group = |color: &str| config.get(&format!("{color}_target_group_arn"));
        for (color, other) in [("blue", "green"), ("green", "blue")] {
            if group(color).is_null() && !group(other).is_null() {
                let detail = format!(
                    "{other}_target_group_arn is set and {color}_target_group_arn is not. AWS does not record which target group is \
                     which color, so name both, or neither to read what is known per target group only."
                );
                let at = Path::root(format!("{color}_target_group_arn"));
                diags.error_at(at, "One color without the other", detail);
            }
        }
        if string(group("blue")).is_some() && group("blue") == group("green") {
            let detail = "blue_target_group_arn and green_target_group_arn are the same group. Give each color its own.";
            let at = Path::root("green_target_group_arn");
            diags.error_at(at, "One target group for two colors", detail);
        }
    }

    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        let mut response = ReadDataResponse::failed(Diagnostics::new());
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        match granted(&req.stop, truth::look(&clients.elbv2, &req.config)).await {
            Ok(Ok(state)) => response.state = Some(state),
            Ok(Err(missing)) => response.diagnostics.error(missing.summary, missing.detail),
            Err(_) => response
                .diagnostics
                .error("Stopped", "AWS gave no answer after the operator's stop."),
        }
        response
    }
}

#[cfg(test)]
mod tests;
