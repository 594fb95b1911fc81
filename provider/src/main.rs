//! The plugin process that Terraform starts. Everything it does is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match tfplugin::serve(provider::Bluegreen::default()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the last word of a process that can't serve")]
            {
                eprintln!("{error}");
            }
            ExitCode::FAILURE
        }
    }
}
