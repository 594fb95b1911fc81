//! The echo provider under an allocator that counts, so that tests can ask how much it holds and how much it took.
//!
//! Resident memory would say less: what an allocator keeps for later depends on how requests happened to meet.

#[allow(dead_code, reason = "its own `main` is not used")]
#[path = "terraform-provider-echo.rs"]
mod echo;

use std::process::ExitCode;

use peak_alloc::PeakAlloc;
use tfplugin::*;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

struct Counted;

#[async_trait]
impl DynProvider for Counted {
    fn type_name(&self) -> &str {
        echo::Echo.type_name()
    }
    fn version(&self) -> &str {
        echo::Echo.version()
    }
    fn schema(&self) -> Schema {
        echo::Echo.schema()
    }
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        echo::Echo.resources()
    }
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![Box::new(Memory)]
    }
    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        echo::Echo.configure(req).await
    }
}

/// Bytes allocated now, and at most since the last time it was read.
struct Memory;

#[async_trait]
impl DynDataSource for Memory {
    fn type_name(&self) -> &str {
        "echo_memory"
    }
    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute(Attribute::number("live").computed())
            .attribute(Attribute::number("peak").computed())
    }
    async fn read(&self, _: ReadDataRequest) -> ReadDataResponse {
        let bytes = |count: usize| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
        let state = Value::object([
            ("live", bytes(MEMORY.current_usage())),
            ("peak", bytes(MEMORY.peak_usage())),
        ]);
        MEMORY.reset_peak_usage();
        ReadDataResponse::new(state)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tfplugin::run(Counted).await
}
