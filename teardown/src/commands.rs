//! One module per command: plain values in, an exit out.
//!
//! No command parses arguments or ends the process.

pub mod apply;
pub mod audit;
pub mod look;
pub mod plan;
pub mod scan;
pub mod shell;
pub mod why;
