//! What requests and answers say of themselves in a log or a panic: their names, since all else may hold a secret.

/// Implements `Debug` for types that must not show what they hold.
macro_rules! opaque {
    ($($name:ident$(<$model:ident>)?),+) => {
        $(
            /// Shows nothing of what it holds, which may be secret.
            impl$(<$model>)? std::fmt::Debug for $name$(<$model>)? {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(stringify!($name)).finish_non_exhaustive()
                }
            }
        )+
    };
}

pub(crate) use opaque;
