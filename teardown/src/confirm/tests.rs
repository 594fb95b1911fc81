//! Only the VPC's id is a yes.

use super::*;

#[test]
fn only_the_id_is_a_yes() {
    assert_eq!(judge("vpc-1\n", "vpc-1"), Answer::Yes);
    assert_eq!(judge(" vpc-1 \r\n", "vpc-1"), Answer::Yes);
    for line in ["", "\n", "y\n", "yes\n", "vpc-12\n", "vpc-\n", "VPC-1\n"] {
        assert_eq!(judge(line, "vpc-1"), Answer::No, "{line:?}");
    }
}
