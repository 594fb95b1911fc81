//! What cargo is told when this program starts it.

use super::Program;

#[test]
fn cargo_is_not_told_which_package_started_it() {
    let program = Program::cargo();
    let untold: Vec<_> = program
        .command
        .get_envs()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name.to_string_lossy())
        .collect();
    // Set for this test by the cargo that runs it.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
        assert!(std::env::var_os(name).is_some(), "{name} is not set");
        assert!(untold.iter().any(|it| it == name), "{name} is passed on");
    }
}
