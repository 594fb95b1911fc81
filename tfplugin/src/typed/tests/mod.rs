//! The typed layer does what the erased one does, and says what does not fit.

mod fitting;
mod functions;
mod kept;
mod kinds;
mod resource;
mod shop;
