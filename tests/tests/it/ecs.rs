//! The example `ecs-flags` from nothing to nothing: its four modules by the real AWS provider, two services on one load
//! balancer, every stage of a release of one of them, and what somebody else may do meanwhile.
//!
//! Never repeats the configuration: it is the example's and the modules'. IAM and CloudWatch's logs are answered by
//! moto, all else by the sandbox.

mod place;
mod release;
