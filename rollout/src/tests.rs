//! The laws, checked over everything that fits, and the golden table of every flag row.
mod laws;
mod story;
