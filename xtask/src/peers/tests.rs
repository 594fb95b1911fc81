//! Which Terraform is good enough, and that Python peers are pinned.

use super::python::{AWS_CLI, MOTO, ZIZMOR};
use super::recent_enough;

#[test]
fn terraform_counts_from_1_11_on() {
    for good in ["1.11.0", "1.11.4", "1.15.5", "1.16.0-beta1", "2.0.0"] {
        assert!(recent_enough(good), "{good}");
    }
    for bad in ["1.10.5", "0.12.31", "", "nonsense"] {
        assert!(!recent_enough(bad), "{bad}");
    }
}

#[test]
fn every_python_package_is_pinned_to_one_version() {
    for peer in [AWS_CLI, MOTO, ZIZMOR] {
        assert!(
            peer.version().contains("=="),
            "{} is not in its own list",
            peer.name
        );
        for line in peer.packages.lines() {
            let (name, version) = line.split_once("==").unwrap_or_default();
            let plain = |text: &str| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            };
            assert!(plain(name) && plain(version), "{line}");
        }
    }
}
