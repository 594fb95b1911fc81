//! One side of a `bluegreen_vpc_guard`: which VPC and which clusters it stands before. Decides nothing.

use crate::view::{Known, Shape, View};

/// A guard before or after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guard {
    pub vpc: Known<String>,
    pub clusters: Known<Vec<String>>,
}

impl Guard {
    /// # Errors
    /// If an attribute is missing or is not what it should be.
    pub fn read(view: View<'_>) -> Result<Guard, Shape> {
        Ok(Guard {
            vpc: view.text("vpc_id")?,
            clusters: view.texts("cluster_names")?,
        })
    }
}
