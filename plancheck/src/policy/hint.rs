//! "Did you mean": the known name nearest to one that is not.

/// A hint for a message of the form ``unknown field `x`, expected one of `a`, `b` ``; empty if nothing is near.
pub fn nearest(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let Some(wrong) = names.next().filter(|_| message.starts_with("unknown ")) else {
        return String::new();
    };
    let near = names.map(|name| (distance(wrong, name), name)).min();
    match near {
        Some((away, name)) if away <= wrong.len().max(3) / 3 => format!("\ndid you mean `{name}`?"),
        _ => String::new(),
    }
}

/// Letters to change, add or leave out.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (down, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = down + 1;
        for (across, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[across + 1];
            row[across + 1] = changed.min(diagonal + 1).min(row[across] + 1);
        }
    }
    row[other.len()]
}

#[test]
fn the_nearest_name_is_offered() {
    let message = |wrong: &str| format!("unknown field `{wrong}`, expected one of `phase-order`, `drift`");
    assert_eq!(nearest(&message("phase_order")), "\ndid you mean `phase-order`?");
    assert_eq!(nearest(&message("drit")), "\ndid you mean `drift`?");
    assert_eq!(nearest(&message("whatever")), "");
    assert_eq!(nearest("invalid type"), "");
}
