//! The acceptance tests, as one binary: real Terraform, the real provider, the sandbox as AWS.
//!
//! Never looks inside the provider: what it may know is what an operator and AWS can see.

// `cfg(test)` tells clippy that these are tests, functions beside them included.
#[cfg(test)]
mod cycle;
#[cfg(test)]
mod example;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tidy;
