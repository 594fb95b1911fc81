//! The laws, checked over everything that fits, and the golden table of every flag row.
mod held;
mod laws;
mod story;
