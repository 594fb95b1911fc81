//! What each request means, without a wire.

mod apply;
pub(super) mod checks;
mod deprecated;
mod fake;
mod modifiers;
mod plan;
mod read;
mod replace;
mod schemas;
mod stop;
