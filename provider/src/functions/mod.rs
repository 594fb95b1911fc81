//! Provider functions: what the flags ask for, without asking AWS. Pure, so that `check` blocks, `validation` and
//! `precondition` can use the very rules that plan decides by. Never says what is true; that is the data source's.

use rollout::{Color, Cycle, Flags, Intent, PerColor, Phase, TrafficSplit, desired};
use tfplugin::{Function, FunctionDefinition, FunctionError, Parameter, Type, Value};

/// `provider::bluegreen::phase`.
pub struct PhaseFunction;

/// `provider::bluegreen::traffic`.
pub struct TrafficFunction;

const FLAGS: [(&str, &str); 3] = [
    ("enable_canary", "As in `bluegreen_service`: run the candidate."),
    (
        "activate_canary",
        "As in `bluegreen_service`: let the canary audience reach the candidate.",
    ),
    (
        "promote_to_all",
        "As in `bluegreen_service`: send everybody to the candidate.",
    ),
];

impl Function for PhaseFunction {
    fn name(&self) -> &str {
        "phase"
    }

    fn definition(&self) -> FunctionDefinition {
        let parameters = FLAGS.map(|(name, says)| Parameter::new(name, Type::Bool).description(says));
        parameters.into_iter().fold(
            FunctionDefinition::new(Type::String)
                .summary("The phase that three promotion flags ask for.")
                .description(
                    "The phase that three promotion flags ask for: `stable`, `warm`, `canary` or `promoted`. It is computed from the \
                     arguments alone, by the rule that `bluegreen_service` plans by; what is true is in \
                     `bluegreen_service.<name>.phase` and in the data source `bluegreen_service`.\n\n\
                     | `enable_canary` | `activate_canary` | `promote_to_all` | result |\n\
                     |---|---|---|---|\n\
                     | false | false | false | `stable` |\n\
                     | true | false | false | `warm` |\n\
                     | true | true | false | `canary` |\n\
                     | true | false | true | `promoted` |\n\n\
                     Every other combination is an error that names the flag to change, so `can(provider::bluegreen::phase(…))` tells \
                     whether flags contradict each other.",
                ),
            FunctionDefinition::parameter,
        )
    }

    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let flag = |index: usize| {
            args.get(index)
                .and_then(Value::as_bool)
                .ok_or_else(|| FunctionError::argument(index, "true or false is required"))
        };
        let flags = Flags {
            enable_canary: flag(0)?,
            activate_canary: flag(1)?,
            promote_to_all: flag(2)?,
        };
        flags
            .phase()
            .map(|phase| phase.name().into())
            .map_err(|contradiction| {
                let at = if flags.activate_canary { 1 } else { 2 };
                FunctionError::argument(at, contradiction.to_string())
            })
    }
}

impl Function for TrafficFunction {
    fn name(&self) -> &str {
        "traffic"
    }

    fn definition(&self) -> FunctionDefinition {
        let shares = Type::object([("stable", Type::Number), ("candidate", Type::Number)]);
        FunctionDefinition::new(shares)
            .summary("Percent of the public that a phase sends to stable and to the candidate.")
            .description(
                "Percent of the public that a phase sends to stable and to the candidate: an object with the numbers `stable` and \
                 `candidate`, which sum to 100. Requests that canary rules match are not part of it: those always reach the candidate.\n\n\
                 Stable is the color a release cycle starts from, not the color that serves: `promoted` is `{ stable = 0, candidate = 100 }`.",
            )
            .parameter(
                Parameter::new("phase", Type::String)
                    .description("`stable`, `warm`, `canary` or `promoted`, for example the result of the function `phase`."),
            )
            .parameter(
                Parameter::new("canary_weight", Type::Number).allow_null().description(
                    "The candidate's percent during the canary, a whole number from 0 to 99; null is 0, the default of \
                     `bluegreen_service`. In other phases it has no effect.",
                ),
            )
    }

    fn call(&self, args: Vec<Value>) -> Result<Value, FunctionError> {
        let name = args.first().and_then(Value::as_str).unwrap_or_default();
        let phase = Phase::parse(name).ok_or_else(|| {
            let text = format!("{name:?} is no phase: stable, warm, canary and promoted are");
            FunctionError::argument(0, text)
        })?;
        let split = split(phase, weight(args.get(1).unwrap_or(&Value::Null))?);
        let percent = |color: Color| Value::from(i64::from(split.share(color)));
        Ok(Value::object([
            ("stable", percent(STABLE)),
            ("candidate", percent(STABLE.other())),
        ]))
    }
}

/// Which color is stable does not matter here: the answer is in terms of stable and candidate.
const STABLE: Color = Color::Blue;

/// What plan aims at in this phase.
fn split(phase: Phase, canary_weight: u8) -> TrafficSplit {
    let cycle = Cycle {
        stable: STABLE,
        held: PerColor::default(),
        failed: None,
    };
    let intent = Intent {
        phase,
        cycle,
        new_cycle: false,
        deploy: None,
    };
    desired(&intent, canary_weight, TrafficSplit::all_to(STABLE), None).split
}

fn weight(value: &Value) -> Result<u8, FunctionError> {
    match value.as_f64() {
        None => Ok(0),
        Some(percent) if percent.fract() == 0.0 && (0.0..=99.0).contains(&percent) => Ok(percent as u8),
        Some(percent) => Err(FunctionError::argument(
            1,
            format!(
                "{percent} is not a whole percentage from 0 to 99; 100 is what the phase promoted is for"
            ),
        )),
    }
}

#[cfg(test)]
mod tests;
