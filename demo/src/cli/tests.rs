//! What the command line takes and refuses.

use super::{Cli, time};
use clap::{CommandFactory, Parser};
use std::time::Duration;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn a_time_needs_a_unit_and_is_not_nothing() {
    assert_eq!(time("50ms"), Ok(Duration::from_millis(50)));
    assert_eq!(time("2s"), Ok(Duration::from_secs(2)));
    for wrong in ["50", "ms", "0ms", "-1s", "1m", ""] {
        assert!(time(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_rate_of_nothing_is_refused() {
    assert!(Cli::try_parse_from(["demo", "--rate", "0"]).is_err());
}
