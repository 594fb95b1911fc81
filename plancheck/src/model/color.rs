//! Colors and phases. A pair of colors is never without one of them.

use std::fmt;
use std::ops::{Index, IndexMut};

/// One of the two halves of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    Blue,
    Green,
}

impl Color {
    pub const BOTH: [Color; 2] = [Color::Blue, Color::Green];

    pub fn parse(name: &str) -> Option<Color> {
        Color::BOTH.into_iter().find(|color| color.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Color::Blue => "blue",
            Color::Green => "green",
        }
    }

    pub fn other(self) -> Color {
        match self {
            Color::Blue => Color::Green,
            Color::Green => Color::Blue,
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value per color.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerColor<T> {
    pub blue: T,
    pub green: T,
}

impl<T> PerColor<T> {
    /// # Errors
    /// The first error of `make`.
    pub fn try_from_fn<E>(mut make: impl FnMut(Color) -> Result<T, E>) -> Result<Self, E> {
        Ok(PerColor {
            blue: make(Color::Blue)?,
            green: make(Color::Green)?,
        })
    }
}

impl<T> Index<Color> for PerColor<T> {
    type Output = T;
    fn index(&self, color: Color) -> &T {
        match color {
            Color::Blue => &self.blue,
            Color::Green => &self.green,
        }
    }
}

impl<T> IndexMut<Color> for PerColor<T> {
    fn index_mut(&mut self, color: Color) -> &mut T {
        match color {
            Color::Blue => &mut self.blue,
            Color::Green => &mut self.green,
        }
    }
}

/// How far a release has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Stable,
    Warm,
    Canary,
    Promoted,
}

impl Phase {
    pub fn parse(name: &str) -> Option<Phase> {
        [Phase::Stable, Phase::Warm, Phase::Canary, Phase::Promoted]
            .into_iter()
            .find(|phase| phase.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Phase::Stable => "stable",
            Phase::Warm => "warm",
            Phase::Canary => "canary",
            Phase::Promoted => "promoted",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
