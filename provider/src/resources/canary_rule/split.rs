//! Conditions in rules that AWS accepts: as few as there can be, each with a part of every kind's values, and together
//! every combination once. Knows nothing of priorities.

use crate::adapters::alb::{Condition, Conditions, Pair};
use crate::model::limits::{VALUES_PER_RULE, WILDCARDS_PER_RULE};

/// AWS's pages give 3 values per condition in one place and 5 in another: the stricter holds.
pub const VALUES_PER_CONDITION: usize = 3;
/// A load balancer's default quota of rules: more could not be made at all.
pub const MOST_RULES: usize = 100;

/// Why there is no such set of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsplittable {
    /// The service's own conditions leave too few values for one of each kind.
    NoRoom {
        taken: usize,
        kinds: usize,
    },
    /// Even one value of each kind is too many wildcards.
    Wildcards {
        found: usize,
    },
    TooMany {
        rules: usize,
    },
}

/// `fixed` stands in every rule, of `kinds` a part.
pub fn split(fixed: &[Condition], kinds: &[Condition]) -> Result<Vec<Conditions>, Unsplittable> {
    let taken = Conditions(fixed.to_vec()).values();
    let room = VALUES_PER_RULE.saturating_sub(taken);
    if room < kinds.len() {
        return Err(Unsplittable::NoRoom {
            taken,
            kinds: kinds.len(),
        });
    }
    let mut sizes: Vec<(usize, Vec<usize>)> = part_sizes(kinds.len(), room)
        .into_iter()
        .map(|sizes| (rules(kinds, &sizes), sizes))
        .collect();
    // Fewest rules first; among equals the one that gives the first kinds more room, so that it is always the same.
    sizes.sort_by(|(few, one), (many, other)| few.cmp(many).then_with(|| other.cmp(one)));
    let mut least = usize::MAX;
    for (count, sizes) in &sizes {
        if MOST_RULES < *count {
            return Err(match least {
                usize::MAX => Unsplittable::TooMany { rules: *count },
                found => Unsplittable::Wildcards { found },
            });
        }
        let all = combined(fixed, kinds, sizes);
        let most = all.iter().map(Conditions::wildcards).max().unwrap_or(0);
        if most <= WILDCARDS_PER_RULE {
            return Ok(all);
        }
        least = least.min(most);
    }
    Err(Unsplittable::Wildcards { found: least })
}

/// Every way to give `kinds` conditions 1 to 3 values each without exceeding `room`.
fn part_sizes(kinds: usize, room: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..kinds {
        all = all
            .iter()
            .flat_map(|sizes: &Vec<usize>| {
                (1..=VALUES_PER_CONDITION).map(|size| {
                    let mut sizes = sizes.clone();
                    sizes.push(size);
                    sizes
                })
            })
            .collect();
    }
    all.retain(|sizes| sizes.iter().sum::<usize>() <= room);
    all
}

fn rules(kinds: &[Condition], sizes: &[usize]) -> usize {
    let parts = kinds
        .iter()
        .zip(sizes)
        .map(|(kind, size)| kind.values().len().div_ceil(*size));
    parts.fold(1, usize::saturating_mul)
}

fn combined(fixed: &[Condition], kinds: &[Condition], sizes: &[usize]) -> Vec<Conditions> {
    let mut all = vec![fixed.to_vec()];
    for (kind, size) in kinds.iter().zip(sizes) {
        let parts = parts(kind, *size);
        all = all
            .iter()
            .flat_map(|conditions| {
                parts.iter().map(|part| {
                    let mut conditions = conditions.clone();
                    conditions.push(part.clone());
                    conditions
                })
            })
            .collect();
    }
    all.into_iter().map(Conditions).collect()
}

fn parts(kind: &Condition, size: usize) -> Vec<Condition> {
    let texts = |values: &[String], make: &dyn Fn(Vec<String>) -> Condition| -> Vec<Condition> {
        values.chunks(size).map(|part| make(part.to_vec())).collect()
    };
    match kind {
        Condition::Host(values) => texts(values, &Condition::Host),
        Condition::Path(values) => texts(values, &Condition::Path),
        Condition::Method(values) => texts(values, &Condition::Method),
        Condition::SourceIp(values) => texts(values, &Condition::SourceIp),
        Condition::Header { name, values } => texts(values, &|values| Condition::Header {
            name: name.clone(),
            values,
        }),
        Condition::Query(pairs) => pairs
            .chunks(size)
            .map(|part: &[Pair]| Condition::Query(part.to_vec()))
            .collect(),
        Condition::Other(_) => vec![kind.clone()],
    }
}
