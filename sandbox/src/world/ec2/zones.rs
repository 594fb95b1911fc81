//! Availability Zones: every Region has three here.
//!
//! Names and ids only; a subnet says in which zone it lies.

/// The letters behind the Region's name.
pub const ZONES: [char; 3] = ['a', 'b', 'c'];

/// `euc1-az1` for `eu-central-1a`. AWS maps names to ids per account; here the letters are in order.
pub fn zone_id(zone: &str) -> String {
    let (region, letter) = zone.split_at(zone.len().saturating_sub(1));
    let index = ZONES.iter().position(|it| letter.starts_with(*it)).unwrap_or(0);
    let mut short = region.to_owned();
    for word in ["north", "south", "east", "west", "central"] {
        short = short.replace(word, &word[..1]);
    }
    format!("{}-az{}", short.replace('-', ""), index + 1)
}
