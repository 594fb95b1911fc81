//! Ranges of addresses: how wide, and whether two meet. Reads what AWS takes, and nothing else.

use std::net::IpAddr;

/// A range, as first and last address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    family: Family,
    first: u128,
    last: u128,
}

/// Of which kind its addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

impl Family {
    fn bits(self) -> u32 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }
}

impl Range {
    /// `192.0.2.0/24`, `2001:db8::/32`. Bits beyond the prefix are ignored, as AWS does.
    pub fn parse(text: &str) -> Option<Range> {
        let (address, length) = text.trim().split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (family, bits) = match address.parse().ok()? {
            IpAddr::V4(address) => (Family::V4, u128::from(u32::from(address))),
            IpAddr::V6(address) => (Family::V6, u128::from(address)),
        };
        let free = family.bits().checked_sub(length)?;
        let host = u128::MAX.checked_shr(128 - free).unwrap_or(0);
        Some(Range {
            family,
            first: bits & !host,
            last: bits | host,
        })
    }

    pub fn meets(&self, other: &Range) -> bool {
        self.family == other.family && self.first <= other.last && other.first <= self.last
    }
}

/// Whether the ranges of one family together are wider than a single range with this prefix's length.
pub fn wider_than(ranges: &[Range], family: Family, length: u8) -> bool {
    let Some(free) = family.bits().checked_sub(u32::from(length)) else {
        return false;
    };
    // One less than the number of addresses, which for ::/0 does not fit.
    let most = u128::MAX.checked_shr(128 - free).unwrap_or(0);
    let mut own: Vec<&Range> = ranges.iter().filter(|range| range.family == family).collect();
    own.sort_by_key(|range| range.first);
    let mut wide: u128 = 0;
    let mut reached: Option<u128> = None;
    for range in own {
        let from = match reached {
            Some(reached) if range.last <= reached => continue,
            Some(reached) if range.first <= reached => reached + 1,
            _ => range.first,
        };
        wide = wide.saturating_add(range.last - from).saturating_add(1);
        reached = Some(range.last);
    }
    most < wide.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> Vec<Range> {
        texts.iter().map(|text| Range::parse(text).unwrap()).collect()
    }

    #[test]
    fn ranges_meet_where_they_share_an_address() {
        for (one, other, expected) in [
            ("10.0.0.0/8", "10.255.255.255/32", true),
            ("10.0.0.0/8", "11.0.0.0/8", false),
            ("0.0.0.0/0", "::/0", false),
            ("2001:db8::/32", "2001:db8:1::/48", true),
            ("192.0.2.128/25", "192.0.2.0/25", false),
        ] {
            let (one, other) = (Range::parse(one).unwrap(), Range::parse(other).unwrap());
            assert_eq!(one.meets(&other), expected, "{one:?} {other:?}");
            assert_eq!(other.meets(&one), expected);
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "::/129", "x/8", "10.0.0.0/-1"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn halves_of_everything_are_everything() {
        assert!(wider_than(&ranges(&["0.0.0.0/1", "128.0.0.0/1"]), Family::V4, 8));
        assert!(wider_than(&ranges(&["0.0.0.0/0"]), Family::V4, 8));
        assert!(wider_than(&ranges(&["::/0"]), Family::V6, 32));
        assert!(!wider_than(
            &ranges(&["10.0.0.0/8", "10.1.0.0/16"]),
            Family::V4,
            8
        ));
        assert!(wider_than(&ranges(&["10.0.0.0/8", "11.0.0.0/8"]), Family::V4, 8));
        assert!(!wider_than(&ranges(&["0.0.0.0/0"]), Family::V6, 32));
        assert!(!wider_than(&ranges(&["0.0.0.0/0"]), Family::V4, 0));
    }
}
