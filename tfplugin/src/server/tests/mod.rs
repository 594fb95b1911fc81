//! What each request means, without a wire.

mod actions;
mod apply;
pub(super) mod checks;
mod data;
mod deprecated;
mod ephemeral;
mod fake;
mod functions;
mod half_known;
mod identity;
mod identity_source;
mod kinds;
mod lists;
mod modifiers;
mod offers;
mod plan;
mod read;
mod replace;
mod schemas;
mod stop;
mod streams;
