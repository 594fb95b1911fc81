//! Paging: a marker is an offset in disguise, and only what was given out is taken back.
//!
//! Holds no state: a marker stays valid as long as the list does not change, which is all AWS promises.

use super::args::Args;
use crate::world::{Refusal, Ruled};

/// Makes a number of an offset that nobody would take for one.
const DISGUISE: u64 = 0x9e37_79b9_7f4a_7c15;

/// ELBv2: `PageSize` 1–400 and `Marker`; returns the page and `NextMarker`.
pub fn by_marker<T>(args: &Args<'_>, items: Vec<T>) -> Ruled<(Vec<T>, Option<String>)> {
    let size = match args.integer("PageSize")? {
        None => 400,
        Some(size @ 1..=400) => usize::try_from(size).unwrap_or(400),
        Some(other) => {
            return Err(Refusal::validation(format!(
                "Page size '{other}' must be between 1 and 400"
            )));
        }
    };
    let bad = || Refusal::validation("Marker is not valid");
    cut(items, args.text("Marker")?, size).ok_or_else(bad)
}

/// ECS: `maxResults` 1–100 and `nextToken`; `usual` is the page's size where the caller names none.
pub fn by_token<T>(args: &Args<'_>, items: Vec<T>, usual: usize) -> Ruled<(Vec<T>, Option<String>)> {
    let refused = |message: &str| Refusal::parameter(message);
    let size = size(args, "maxResults", usual)
        .ok_or_else(|| refused("maxResults must be an integer between 1 and 100"))?;
    cut(items, args.text("nextToken")?, size).ok_or_else(|| refused("Invalid token"))
}

/// Application Auto Scaling: `MaxResults` 1–50 and `NextToken`.
pub fn by_capital_token<T>(args: &Args<'_>, items: Vec<T>) -> Ruled<(Vec<T>, Option<String>)> {
    let size = size(args, "MaxResults", 50)
        .filter(|size| *size <= 50)
        .ok_or_else(|| Refusal::new("ValidationException", "MaxResults must be between 1 and 50"))?;
    let bad = || Refusal::new("InvalidNextTokenException", "The next token is not valid");
    cut(items, args.text("NextToken")?, size).ok_or_else(bad)
}

/// EC2: `MaxResults` 5 to `most` and `NextToken`; without a size everything to `most` is one page.
pub fn by_next_token<T>(args: &Args<'_>, items: Vec<T>, most: u32) -> Ruled<(Vec<T>, Option<String>)> {
    let size = match args.integer("MaxResults")? {
        None => i64::from(most),
        Some(size) if (5..=i64::from(most)).contains(&size) => size,
        Some(other) => {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!(
                    "Value ( {other} ) for parameter maxResults is invalid. Expecting a value between 5 and {most}."
                ),
            ));
        }
    };
    let bad = || Refusal::new("InvalidParameterValue", "Unable to parse pagination token");
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    cut(items, args.text("NextToken")?, size).ok_or_else(bad)
}

fn size(args: &Args<'_>, name: &str, usual: usize) -> Option<usize> {
    match args.integer(name).ok()? {
        None => Some(usual),
        Some(size @ 1..=100) => usize::try_from(size).ok(),
        Some(_) => None,
    }
}

fn cut<T>(mut items: Vec<T>, marker: Option<&str>, size: usize) -> Option<(Vec<T>, Option<String>)> {
    let start: usize = match marker {
        None => 0,
        Some(marker) => offset(marker)?,
    };
    let end = start.checked_add(size)?;
    let next = (end < items.len()).then(|| disguised(end));
    items.truncate(end);
    Some((items.split_off(start.min(items.len())), next))
}

fn disguised(offset: usize) -> String {
    let offset = offset as u64;
    format!(
        "{:016x}{:016x}",
        (offset ^ DISGUISE).rotate_left(23),
        check(offset)
    )
}

fn offset(marker: &str) -> Option<usize> {
    let (number, sum) = marker.split_at_checked(16)?;
    let offset = u64::from_str_radix(number, 16).ok()?.rotate_right(23) ^ DISGUISE;
    (u64::from_str_radix(sum, 16).ok()? == check(offset)).then_some(usize::try_from(offset).ok()?)
}

fn check(offset: u64) -> u64 {
    let mixed = offset.wrapping_add(1).wrapping_mul(DISGUISE);
    mixed ^ (mixed >> 29)
}
