//! How live traffic divides between the colors. Shares cannot fail to sum to 100.

use crate::color::Color;
use std::fmt;

/// Percent of requests sent to each color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrafficSplit {
    // Only green is stored: a second field could disagree with the first.
    green: u8,
}

impl TrafficSplit {
    pub fn all_to(color: Color) -> TrafficSplit {
        match color {
            Color::Blue => TrafficSplit { green: 0 },
            Color::Green => TrafficSplit { green: 100 },
        }
    }

    /// Sends `percent` to `color` and the rest to the other; `None` above 100.
    pub fn giving(color: Color, percent: u8) -> Option<TrafficSplit> {
        let rest = 100u8.checked_sub(percent)?;
        Some(TrafficSplit {
            green: if color == Color::Green { percent } else { rest },
        })
    }

    /// Converts a load balancer's relative weights; `None` if both are 0 (nobody is served).
    ///
    /// Rounds to whole percent, but never rounds a color that gets requests down to a share of 0:
    /// "does this color see traffic" must survive the conversion exactly.
    pub fn from_weights(blue: u32, green: u32) -> Option<TrafficSplit> {
        let (blue, green) = (u64::from(blue), u64::from(green));
        let sum = blue + green;
        if sum == 0 {
            return None;
        }
        let rounded = (green * 100 + sum / 2) / sum;
        let green = match (blue, green) {
            (0, _) => 100,
            (_, 0) => 0,
            _ => rounded.clamp(1, 99),
        };
        Some(TrafficSplit {
            green: u8::try_from(green).unwrap_or(100),
        })
    }

    pub fn share(self, color: Color) -> u8 {
        match color {
            Color::Blue => 100 - self.green,
            Color::Green => self.green,
        }
    }

    /// The color that serves everything, if one does.
    pub fn live(self) -> Option<Color> {
        Color::BOTH.into_iter().find(|&color| self.share(color) == 100)
    }
}

impl fmt::Display for TrafficSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "blue {}%, green {}%",
            self.share(Color::Blue),
            self.share(Color::Green)
        )
    }
}
