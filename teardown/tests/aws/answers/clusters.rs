//! EKS: whether it knows a cluster. JSON, and the name in the path.

use super::{Answer, ok, refusal};
use crate::cloud::Cloud;

pub fn answer(cloud: &Cloud, path: &str) -> Answer {
    let name = path.rsplit('/').next().unwrap_or_default();
    match cloud.clusters.get(name).map(String::as_str) {
        Some("DENIED") => refusal("", 403, "AccessDeniedException"),
        Some(status) => ok(serde_json::json!({ "cluster": { "name": name, "status": status } }).to_string()),
        None => refusal("", 404, "ResourceNotFoundException"),
    }
}
