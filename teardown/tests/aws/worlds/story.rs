//! What kind of thing happens in a world.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// AWS throttles, fails and loses answers now and then.
    Trouble,
    /// The same, and the process dies up to three times.
    Death,
    /// People change things from the plan on.
    Drift,
    /// Controllers make load balancers, also those that were thought dead; clusters come back.
    Controllers,
    /// All of it, and AWS refuses and answers nonsense.
    All,
}

impl Story {
    pub fn of(seed: u64) -> Story {
        match (seed / 4) % 5 {
            0 => Story::Trouble,
            1 => Story::Death,
            2 => Story::Drift,
            3 => Story::Controllers,
            _ => Story::All,
        }
    }

    /// Trouble befalls one call in so many; 0 for none.
    pub fn odds(self) -> usize {
        match self {
            Story::Trouble | Story::Death => 10,
            Story::Drift | Story::Controllers => 25,
            Story::All => 12,
        }
    }

    /// Whether there is trouble that does not pass.
    pub fn breaks(self) -> bool {
        self == Story::All
    }

    pub fn kills(self) -> bool {
        matches!(self, Story::Death | Story::All)
    }

    pub fn drifts(self) -> bool {
        matches!(self, Story::Drift | Story::All)
    }

    pub fn has_controllers(self) -> bool {
        matches!(self, Story::Controllers | Story::All)
    }

    /// Whether the end is known from the beginning.
    pub fn is_told(self) -> bool {
        matches!(self, Story::Trouble | Story::Death)
    }
}
