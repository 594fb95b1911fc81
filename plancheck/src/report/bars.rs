//! Traffic as a bar of ten cells.

/// Cells of a bar.
const CELLS: u32 = 10;

/// `█████░░░░░  50 %`. Whoever has a share has a cell, and who has not all of it lacks one.
pub fn bar(percent: Option<u32>) -> String {
    let Some(percent) = percent else {
        return "?".repeat(CELLS as usize) + "   ?";
    };
    let rounded = (percent.min(100) * CELLS + 50) / 100;
    let full = match percent {
        0 => 0,
        100.. => CELLS,
        _ => rounded.clamp(1, CELLS - 1),
    };
    let (full, empty) = (full as usize, (CELLS - full) as usize);
    format!("{}{} {percent:>3} %", "█".repeat(full), "░".repeat(empty))
}

#[test]
fn a_small_share_shows_and_a_large_one_is_not_all() {
    for (percent, cells) in [(0, 0), (1, 1), (10, 1), (50, 5), (99, 9), (100, 10)] {
        assert_eq!(bar(Some(percent)).matches('█').count(), cells, "{percent}");
    }
    assert!(bar(None).starts_with('?'));
}
