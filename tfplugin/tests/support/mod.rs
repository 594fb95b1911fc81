//! A host for tests: starts the example provider as Terraform does and speaks to it through generated clients.

pub mod bytes;
pub mod host;
pub mod msgpack;

/// Generated from `proto/` by `tests/gen.rs`.
#[allow(dead_code, clippy::all, clippy::pedantic, unused_qualifications)]
pub mod generated {
    pub mod tfplugin6 {
        include!("gen/tfplugin6.rs");
    }
    pub mod plugin {
        include!("gen/plugin.rs");
    }
}
