//! `bluegreen-sandbox probe` as a program: what it finds, what it says, and how it ends.
//!
//! Never looks into the program: only at its output, its files and its exit code.

// `cfg(test)` tells clippy that these are tests, functions beside them included.
#[cfg(test)]
mod runs;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
