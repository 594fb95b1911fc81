//! The plugin process that Terraform starts. Everything it does is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(provider::Bluegreen::default()).await
}
