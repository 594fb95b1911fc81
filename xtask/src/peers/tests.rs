//! Which Terraform is good enough.

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
