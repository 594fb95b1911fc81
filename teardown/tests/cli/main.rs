//! The built program against a local AWS: exit codes, both streams, files, a terminal, its death and AWS's failures.
//!
//! Looks at nothing inside the program.
#![allow(
    clippy::unwrap_used,
    reason = "what a test did not expect fails it, in its helpers too"
)]

mod endings;
mod faults;
mod golden;
mod left;
mod place;
mod recording;
mod terminal;

// The same judge as for the forms themselves: what it does not know it refuses.
#[path = "../../src/report/json/schema.rs"]
mod schema;
