//! The functions say what the flags ask for, in the words of the resource.

use super::{PhaseFunction, TrafficFunction};
use rollout::{Flags, Phase};
use tfplugin::{Function, FunctionError, Value};

fn phase(flags: [bool; 3]) -> Result<Value, FunctionError> {
    PhaseFunction.call(flags.map(Value::from).to_vec())
}

fn traffic(phase: &str, weight: Value) -> Result<(i64, i64), FunctionError> {
    let shares = TrafficFunction.call(vec![phase.into(), weight])?;
    let percent = |name: &str| shares.get(name).as_i64().unwrap();
    Ok((percent("stable"), percent("candidate")))
}

#[test]
fn every_combination_is_a_phase_or_an_error_at_the_flag_to_change() {
    for bits in 0..8 {
        let flags = [bits & 4 != 0, bits & 2 != 0, bits & 1 != 0];
        let [enable_canary, activate_canary, promote_to_all] = flags;
        let asked = Flags {
            enable_canary,
            activate_canary,
            promote_to_all,
        };
        match asked.phase() {
            Ok(wanted) => assert_eq!(phase(flags), Ok(wanted.name().into())),
            Err(contradiction) => {
                let error = phase(flags).unwrap_err();
                let at = error.argument.unwrap();
                let named = PhaseFunction.definition().parameters[at].name.clone();
                assert!(flags[at], "{named} is false, so it is not the flag to change");
                assert!(error.text.contains(&named), "{named}: {error}");
                assert_eq!(error.text, contradiction.to_string());
            }
        }
    }
}

#[test]
fn a_weight_counts_in_the_canary_only() {
    for (name, shares) in [
        ("stable", (100, 0)),
        ("warm", (100, 0)),
        ("canary", (75, 25)),
        ("promoted", (0, 100)),
    ] {
        assert!(Phase::parse(name).is_some());
        assert_eq!(traffic(name, 25.into()), Ok(shares), "{name}");
    }
    assert_eq!(traffic("canary", Value::Null), Ok((100, 0)));
}

#[test]
fn a_wrong_argument_is_named_with_its_rule() {
    let error = traffic("blue", 0.into()).unwrap_err();
    assert_eq!(error.argument, Some(0));
    assert!(error.text.contains("\"blue\" is no phase"), "{error}");
    for wrong in [Value::from(100), Value::from(-1), Value::from(0.5)] {
        let error = traffic("canary", wrong).unwrap_err();
        assert_eq!(error.argument, Some(1));
        assert!(error.text.contains("from 0 to 99"), "{error}");
    }
}
