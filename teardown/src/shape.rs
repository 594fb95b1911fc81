//! The names that controllers give, recomputed from what the tags say.
//!
//! A name never proves anything alone: anybody can choose one. Sources: cloud-provider-aws (`a` and the Service's
//! UID) and aws-load-balancer-controller (`k8s-…` and a SHA-256).

use sha2::{Digest, Sha256};

const HASH: usize = 10;

/// `a` and the first 31 hex digits of a version 4 UUID: what the cloud controller names a load balancer.
pub fn is_uid_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    bytes.len() == 32
        && bytes[0] == b'a'
        && bytes[1..].iter().all(hex)
        && bytes[13] == b'4'
        && matches!(bytes[17], b'8' | b'9' | b'a' | b'b')
}

/// Whether a name is one that the load balancer controller could have given at all.
pub fn is_hash_name(name: &str) -> bool {
    name.strip_prefix("k8s-").and_then(split_hash).is_some()
}

/// What the load balancer controller names the load balancer of an Ingress or of an explicit group.
pub fn of_ingress(cluster: &str, stack: &str, scheme: &str) -> String {
    format!("{}{}", readable(stack), digest(&[cluster, stack, scheme]))
}

/// What it names the front-end security group of an Ingress or of an explicit group.
pub fn of_ingress_group(cluster: &str, stack: &str) -> String {
    format!("{}{}", readable(stack), digest(&[cluster, stack]))
}

/// What it names the security group that all load balancers of a cluster share.
pub fn of_backend_group(cluster: &str) -> String {
    let readable: String = plain(cluster).take(232).collect();
    format!("k8s-traffic-{readable}-{}", digest(&[cluster]))
}

/// Whether a name is that of what all load balancers of a cluster share, but for the hash.
pub fn is_of_backend(name: &str, cluster: &str) -> bool {
    let readable: String = plain(cluster).take(232).collect();
    name.strip_prefix(&format!("k8s-traffic-{readable}-"))
        .is_some_and(is_hash)
}

/// Whether a name begins as the controller makes it for this stack and ends in a hash; for names whose hash takes in
/// a UID that AWS does not know.
pub fn is_of_stack(name: &str, stack: &str) -> bool {
    name.strip_prefix(&readable(stack)).is_some_and(is_hash)
}

/// Whether a name begins as the controller makes it for any object of this namespace.
pub fn is_of_namespace(name: &str, namespace: &str) -> bool {
    let namespace: String = plain(namespace).take(8).collect();
    let rest = name.strip_prefix(&format!("k8s-{namespace}-"));
    rest.and_then(split_hash).is_some()
}

/// `k8s-<namespace>-<name>-`, or `k8s-<group>-`.
fn readable(stack: &str) -> String {
    match stack.split_once('/') {
        Some((namespace, name)) => {
            let (namespace, name): (String, String) =
                (plain(namespace).take(8).collect(), plain(name).take(8).collect());
            format!("k8s-{namespace}-{name}-")
        }
        None => format!("k8s-{}-", plain(stack).take(17).collect::<String>()),
    }
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_alphanumeric)
}

fn split_hash(rest: &str) -> Option<&str> {
    let (readable, hash) = rest.rsplit_once('-')?;
    is_hash(hash).then_some(readable)
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The first ten hex digits of the SHA-256 over the parts, one after the other.
fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .take(HASH / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
