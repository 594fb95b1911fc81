//! A plan that was cut off is never judged, wherever it was cut.

use crate::plans::{now, text, verdict_of};
use plancheck::document::ReadError;
use plancheck::policy::Policy;
use proptest::prelude::*;

fn cut(plan: &str, at: usize) -> Result<(), String> {
    let mut at = at;
    while !plan.is_char_boundary(at) {
        at -= 1;
    }
    let cut_off = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(ReadError::Truncated { .. }));
    match verdict_of(&plan[..at], &Policy::default(), &[], now()) {
        Err(error) if cut_off(&error) => Ok(()),
        other => Err(format!("cut at {at}: {other:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_plan_cut_anywhere_has_no_verdict(at in 0..1_000_000_usize) {
        let plan = text("promote");
        let end = plan.trim_end().len();
        prop_assert_eq!(cut(&plan, at % end), Ok(()));
    }
}
