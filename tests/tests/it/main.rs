//! The acceptance tests, as one binary: real Terraform, the real provider, the sandbox as AWS.
//!
//! Never looks inside the provider: what it may know is what an operator and AWS can see.

// `cfg(test)` tells clippy that these are tests, functions beside them included.
#[cfg(test)]
mod audience;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod canary_import;
#[cfg(test)]
mod converge;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod cycle;
#[cfg(test)]
mod default_action;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod economy;
#[cfg(test)]
mod ecs;
#[cfg(test)]
mod eight_at_once;
#[cfg(test)]
mod eks;
#[cfg(test)]
mod example;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod floors;
#[cfg(test)]
mod guides;
#[cfg(test)]
mod hand;
#[cfg(test)]
mod import;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod kitchen;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod modules;
#[cfg(test)]
mod moves;
#[cfg(test)]
mod packaging;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod place;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod priorities;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod resize;
#[cfg(test)]
mod second_first;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod several;
#[cfg(test)]
mod shared_listener;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod stickiness;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod two_runs;
#[cfg(test)]
mod usual_script;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod workflows;
