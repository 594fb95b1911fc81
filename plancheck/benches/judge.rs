//! How long a plan with 1,000 services takes, from bytes to verdict, and how much memory. Calls nobody.
fn main() {}
