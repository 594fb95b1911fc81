//! How often each kind of thing happened: a run in which one of them hardly occurs proves nothing.

use std::ops::AddAssign;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub worlds: u64,
    /// Those with something to delete.
    pub executed: u64,
    pub calls: u64,
    pub deleted: u64,
    pub revoked: u64,
    pub throttled: u64,
    pub failed: u64,
    pub lost: u64,
    /// Refused for good, nonsense, or empty.
    pub broken: u64,
    pub deaths: u64,
    pub drifts: u64,
    /// Changes between the last look and the deletion, which nothing can see.
    pub raced: u64,
    pub born: u64,
    pub recreated: u64,
    /// Runs that ended because a controller lives.
    pub stopped: u64,
    pub revived: u64,
    /// Worlds in which everything that was left had to go, and went.
    pub whole: u64,
    /// Those of them in which the destroy then passes.
    pub solved: u64,
    pub clean: u64,
    pub unclean: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.worlds += other.worlds;
        self.executed += other.executed;
        self.calls += other.calls;
        self.deleted += other.deleted;
        self.revoked += other.revoked;
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.lost += other.lost;
        self.broken += other.broken;
        self.deaths += other.deaths;
        self.drifts += other.drifts;
        self.raced += other.raced;
        self.born += other.born;
        self.recreated += other.recreated;
        self.stopped += other.stopped;
        self.revived += other.revived;
        self.whole += other.whole;
        self.solved += other.solved;
        self.clean += other.clean;
        self.unclean += other.unclean;
    }
}
