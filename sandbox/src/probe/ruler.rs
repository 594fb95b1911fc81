//! How far an axis goes, and where its marks are.
//!
//! Draws nothing.

/// What nearly no rate exceeds. A machine that stalls makes up for it in one burst, which must not flatten all else.
pub fn usual(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = sorted.len() * 19 / 20;
    sorted.get(rank).copied().unwrap_or(0.0)
}

/// A round step, and the first multiple of it that is not below `most`. A quarter of the axis is `finest` at least.
pub fn scale(most: f64, finest: f64) -> (f64, f64) {
    let rough = (most / 4.0).max(finest);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| rough <= *step)
        .unwrap_or(rough);
    (step, (most / step).ceil().max(1.0) * step)
}
