//! Patterns with `*` and `?` as ALB matches them, and whether one condition says no less than another. Matches no
//! request: that is ALB's work.

use super::conditions::{Condition, Conditions, Pair};

impl Conditions {
    /// Every request that `narrow` matches is matched by these too. A yes is certain.
    pub fn cover(&self, narrow: &Conditions) -> bool {
        self.0
            .iter()
            .all(|wide| narrow.0.iter().any(|narrow| wide.covers(narrow)))
    }
}

impl Condition {
    fn covers(&self, narrow: &Condition) -> bool {
        match (self, narrow) {
            (Condition::Host(wide), Condition::Host(narrow)) => {
                all(wide, narrow, |w, n| covers_in_any_case(w, n))
            }
            (Condition::Path(wide), Condition::Path(narrow)) => all(wide, narrow, |w, n| covers(w, n)),
            (Condition::Method(wide), Condition::Method(narrow)) => all(wide, narrow, |w, n| w == n),
            (
                Condition::Header { name, values },
                Condition::Header {
                    name: other,
                    values: narrow,
                },
            ) => name.eq_ignore_ascii_case(other) && all(values, narrow, |w, n| covers_in_any_case(w, n)),
            (Condition::Query(wide), Condition::Query(narrow)) => all(wide, narrow, |wide: &Pair, narrow| {
                let key = wide.key.as_deref().is_none_or(|key| {
                    let other = narrow.key.as_deref();
                    other.is_some_and(|other| key.eq_ignore_ascii_case(other))
                });
                key && covers_in_any_case(&wide.value, &narrow.value)
            }),
            (Condition::SourceIp(wide), Condition::SourceIp(narrow)) => {
                all(wide, narrow, |w, n| contains(w, n))
            }
            _ => false,
        }
    }
}

/// Each of `narrow` lies within one of `wide`.
fn all<T>(wide: &[T], narrow: &[T], covers: impl Fn(&T, &T) -> bool) -> bool {
    narrow
        .iter()
        .all(|narrow| wide.iter().any(|wide| covers(wide, narrow)))
}

fn covers_in_any_case(wide: &str, narrow: &str) -> bool {
    covers(&wide.to_ascii_lowercase(), &narrow.to_ascii_lowercase())
}

/// Is every address of `narrow` in `wide`?
pub fn contains(wide: &str, narrow: &str) -> bool {
    match (wide.parse(), narrow.parse()) {
        (Ok::<ipnet::IpNet, _>(wide), Ok::<ipnet::IpNet, _>(narrow)) => wide.contains(&narrow),
        _ => wide == narrow,
    }
}

/// Is everything that `narrow` matches matched by `wide`? A yes is certain; spellings such as `?*` and `*?` may get
/// a no.
pub fn covers(wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (wide.as_bytes(), narrow.as_bytes());
    // row[n]: does wide so far cover the first n of narrow?
    let mut row = vec![false; narrow.len() + 1];
    row[0] = true;
    for &w in wide {
        let mut next = vec![false; narrow.len() + 1];
        next[0] = w == b'*' && row[0];
        for (index, &n) in narrow.iter().enumerate() {
            next[index + 1] = match w {
                b'*' => row[index + 1] || next[index],
                b'?' => row[index] && n != b'*',
                w => row[index] && w == n,
            };
        }
        row = next;
    }
    row[narrow.len()]
}

/// Is there anything that both match?
pub fn overlap(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut row = vec![false; right.len() + 1];
    row[0] = true;
    for (index, &r) in right.iter().enumerate() {
        row[index + 1] = r == b'*' && row[index];
    }
    for &l in left {
        let mut next = vec![false; right.len() + 1];
        next[0] = l == b'*' && row[0];
        for (index, &r) in right.iter().enumerate() {
            next[index + 1] = if l == b'*' || r == b'*' {
                row[index + 1] || next[index]
            } else {
                row[index] && (l == r || l == b'?' || r == b'?')
            };
        }
        row = next;
    }
    row[right.len()]
}
