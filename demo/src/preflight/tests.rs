//! Which sentences meet whom.

use super::{major_minor, taken};
use anyhow::Error;
use std::io::{Error as IoError, ErrorKind};

#[test]
fn versions_are_compared_as_numbers() {
    assert!(major_minor("1.11.4") > major_minor("1.8.0"));
    assert_eq!(major_minor("1.9.0-beta1"), Some((1, 9)));
    assert_eq!(major_minor("soon"), None);
}

#[test]
fn a_port_taken_in_between_gets_the_same_sentence() {
    let address = ([127, 0, 0, 1], 4566).into();
    let late = Error::new(IoError::from(ErrorKind::AddrInUse)).context("starting the sandbox");
    assert!(
        taken(late, address)
            .to_string()
            .starts_with("port 4566 of 127.0.0.1 is taken")
    );
    let other = Error::msg("something else");
    assert_eq!(taken(other, address).to_string(), "something else");
}
