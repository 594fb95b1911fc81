//! What was asked of AWS, counted from the sandbox's event log.
//!
//! Never guesses: a call that failed was made all the same.

use serde_json::Value;
use std::collections::BTreeMap;

/// The calls of a stretch of the log.
#[derive(Debug, Default)]
pub struct Calls {
    pub by_action: BTreeMap<String, usize>,
    /// When changing calls arrived, in seconds.
    changing: Vec<f64>,
}

impl Calls {
    /// From `seq` on.
    pub fn since(events: &[Value], seq: u64) -> Self {
        let mut calls = Self::default();
        let later = |event: &&Value| event["seq"].as_u64().is_some_and(|it| seq <= it);
        for event in events
            .iter()
            .filter(later)
            .filter(|event| event["event"] == "call")
        {
            let action = event["action"].as_str().unwrap_or_default();
            *calls.by_action.entry(action.to_owned()).or_default() += 1;
            if event["mutating"] == true {
                calls
                    .changing
                    .extend(event["at_ms"].as_f64().map(|at| at / 1000.0));
            }
        }
        calls.changing.sort_by(f64::total_cmp);
        calls
    }

    pub fn all(&self) -> usize {
        self.by_action.values().sum()
    }

    pub fn changing(&self) -> usize {
        self.changing.len()
    }

    /// Changing calls per second, from the first to the last; NaN for fewer than two.
    pub fn changing_per_second(&self) -> f64 {
        match (self.changing.first(), self.changing.last()) {
            (Some(first), Some(last)) if first < last => (self.changing.len() - 1) as f64 / (last - first),
            _ => f64::NAN,
        }
    }

    /// The most within any one second.
    pub fn busiest_second(&self) -> usize {
        let within = |at: &f64| {
            self.changing
                .iter()
                .filter(|it| at <= it && **it < at + 1.0)
                .count()
        };
        self.changing.iter().map(within).max().unwrap_or(0)
    }

    /// `DescribeRules 10, DescribeTags 25`.
    pub fn listed(&self) -> String {
        let named = self
            .by_action
            .iter()
            .map(|(action, count)| format!("{action} {count}"));
        named.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::Calls;
    use serde_json::json;

    #[test]
    fn calls_are_counted_by_action_and_changes_by_time() {
        let call = |seq: u64, action: &str, mutating: bool, at_ms: f64| json!({ "event": "call", "seq": seq, "action": action, "mutating": mutating, "at_ms": at_ms });
        let events = [
            call(1, "ModifyRule", true, 0.0),
            json!({ "event": "task", "seq": 2, "at_ms": 1.0 }),
            call(3, "DescribeRules", false, 5.0),
            call(4, "ModifyRule", true, 1000.0),
            call(5, "ModifyRule", true, 1400.0),
            call(6, "AddTags", true, 3000.0),
        ];
        let calls = Calls::since(&events, 3);
        assert_eq!((calls.all(), calls.changing(), calls.busiest_second()), (4, 3, 2));
        assert_eq!(calls.changing_per_second(), 1.0);
        assert_eq!(calls.listed(), "AddTags 1, DescribeRules 1, ModifyRule 2");
    }

    #[test]
    fn one_change_has_no_rate() {
        assert!(Calls::default().changing_per_second().is_nan());
        assert_eq!(Calls::default().busiest_second(), 0);
    }
}
