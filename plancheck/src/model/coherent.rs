//! Whether what a plan says of a service can be true together. The provider always plans so; a plan that does not was
//! made by something else, and is not judged.

use super::{Changed, Color, Phase, Service};
use crate::movement::Movement;
use crate::view::{Known, Shape};

/// # Errors
/// [`Shape::Incoherent`] with the attribute that does not fit.
pub fn coherent(service: &Changed<Service>) -> Result<(), Shape> {
    let Some(after) = &service.after else {
        return Ok(());
    };
    if let Some(before) = &service.before
        && before.phase == Known::Null
        && (before.live != Known::Null
            || before.stable != Known::Null
            || before.share(live_of(after)).is_some())
    {
        let what = "`phase` = null before, beside what is recorded of a release,".to_owned();
        return Err(Shape::Incoherent { what });
    }
    match service.movement {
        // Values of before stand in for what apply will refuse, and an import is about to be understood.
        Movement::Refused | Movement::Unknown | Movement::TakeOver | Movement::Forget => return Ok(()),
        _ => {}
    }
    let known = (&after.phase, &after.live, &after.stable);
    let (&Known::Is(phase), &Known::Is(live), &Known::Is(stable)) = known else {
        return Ok(());
    };
    let sum: Option<u32> = Color::BOTH.into_iter().map(|color| after.share(color)).sum();
    let expect = |fits: bool, what: String| match fits {
        true => Ok(()),
        false => Err(Shape::Incoherent { what }),
    };
    expect(
        sum == Some(100),
        "`traffic`, which does not sum to 100,".to_owned(),
    )?;
    expect(
        after.share(live.other()) <= after.share(live),
        format!("`live_color` = {live}"),
    )?;
    let everybody = match phase {
        Phase::Promoted => Some(stable.other()),
        Phase::Stable | Phase::Warm => Some(stable),
        Phase::Canary => None,
    };
    if let Some(color) = everybody {
        let fits = after.share(color) == Some(100) && live == color;
        expect(
            fits,
            format!("`phase` = {phase}, in which {color} serves everybody,"),
        )?;
    }
    if let Some(asked) = asked(after) {
        expect(
            asked == phase,
            format!("`phase` = {phase} under flags that ask for {asked}"),
        )?;
    }
    staffed(after, phase, live)
}

fn live_of(service: &Service) -> Color {
    service.live.value().copied().unwrap_or(Color::Blue)
}

/// The phase that the flags name.
fn asked(after: &Service) -> Option<Phase> {
    match (
        &after.enable_canary,
        &after.activate_canary,
        &after.promote_to_all,
    ) {
        (Known::Is(false), Known::Is(false), Known::Is(false)) => Some(Phase::Stable),
        (Known::Is(true), Known::Is(false), Known::Is(false)) => Some(Phase::Warm),
        (Known::Is(true), Known::Is(true), Known::Is(false)) => Some(Phase::Canary),
        (Known::Is(true), Known::Is(false), Known::Is(true)) => Some(Phase::Promoted),
        _ => None,
    }
}

/// Who serves, or is about to, runs as many tasks as were asked for.
fn staffed(after: &Service, phase: Phase, live: Color) -> Result<(), Shape> {
    let Some(Known::Is(least)) = after.ecs.as_ref().map(|ecs| &ecs.desired_count) else {
        return Ok(());
    };
    for color in Color::BOTH {
        let runs = color == live || matches!(phase, Phase::Warm | Phase::Canary);
        match after.capacity[color] {
            Known::Is(tasks) if runs && tasks < *least => {
                return Err(Shape::Incoherent {
                    what: format!("`capacity.{color}` = {tasks} below desired_count = {least}"),
                });
            }
            _ => {}
        }
    }
    Ok(())
}
