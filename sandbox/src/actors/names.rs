//! The names that controllers give to what they make, as their sources compute them.
//!
//! Written from the sources of cloud-provider-aws and of the AWS Load Balancer Controller; asks nobody.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// `a`, then the Service's UID without hyphens, 32 characters in all.
pub fn of_cloud_controller(uid: &str) -> String {
    let name = format!("a{}", uid.replace('-', ""));
    name.chars().take(32).collect()
}

/// `k8s-elb-<load balancer>`: the group of one classic load balancer.
pub fn classic_group(balancer: &str) -> String {
    format!("k8s-elb-{balancer}")
}

/// `k8s-<namespace>-<name>-<hash>`: at most eight, eight and ten characters, nothing but letters and digits.
pub fn in_three(namespace: &str, name: &str, hash: &str) -> String {
    format!("k8s-{}-{}-{}", cut(namespace, 8), cut(name, 8), cut(hash, 10))
}

/// `k8s-<group>-<hash>`, of an Ingress group that was named.
pub fn in_two(group: &str, hash: &str) -> String {
    format!("k8s-{}-{}", cut(group, 17), cut(hash, 10))
}

/// `k8s-traffic-<cluster>-<hash of the cluster>`: what all load balancers of a cluster share.
pub fn backend_group(cluster: &str) -> String {
    format!(
        "k8s-traffic-{}-{}",
        cut(cluster, 232),
        cut(&sha256(&[cluster]), 10)
    )
}

/// SHA-256 over the parts, one behind the other, in hex.
pub fn sha256(parts: &[&str]) -> String {
    hex(&Sha256::digest(parts.concat()))
}

/// SHA-1 over the parts, one behind the other, in hex.
pub fn sha1(parts: &[&str]) -> String {
    hex(&Sha1::digest(parts.concat()))
}

/// A UID as the API server gives one: random in its digits, a version 4 by its shape.
pub fn uid(cluster: &str, namespace: &str, name: &str, nth: u64) -> String {
    let hash = sha256(&[cluster, "/", namespace, "/", name, "/", &nth.to_string()]);
    format!(
        "{}-{}-4{}-a{}-{}",
        &hash[..8],
        &hash[8..12],
        &hash[12..15],
        &hash[15..18],
        &hash[18..30]
    )
}

fn cut(text: &str, most: usize) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(most)
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
