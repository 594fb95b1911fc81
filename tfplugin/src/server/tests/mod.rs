//! What each request means, without a wire.

mod apply;
mod checks;
mod deprecated;
mod fake;
mod plan;
mod read;
mod replace;
mod schemas;
mod stop;
