//! Security groups that name each other in circles, and those that stay naming those that go.

use super::World;
use teardown::inventory::{Direction, Reference};

impl World {
    /// Up to two circles of two to six of the groups that controllers made, whoever's they are.
    pub(super) fn rings(&mut self) {
        let fronts = self.lots.iter().filter_map(|lot| lot.group.clone());
        let left = self.leftovers.iter().map(|(id, _)| id.clone());
        let mut all: Vec<String> = fronts
            .chain(left)
            .chain(self.backends.values().cloned())
            .collect();
        for _ in 0..self.dice.below(3) {
            if all.len() < 2 {
                return;
            }
            for at in 1..all.len() {
                let other = self.dice.below(at + 1);
                all.swap(at, other);
            }
            let size = 2 + self.dice.below(all.len().min(6) - 1);
            for at in 0..size {
                let direction = match self.dice.one_in(3) {
                    true => Direction::Egress,
                    false => Direction::Ingress,
                };
                self.rule(&all[at], direction, &all[(at + 1) % size]);
            }
        }
    }

    fn rule(&mut self, owner: &str, direction: Direction, peer: &str) {
        let rule = format!("sgr-{:04}", self.number());
        let mut groups = self.inventory.security_groups.items.iter_mut();
        if let Some(group) = groups.find(|it| it.id == owner) {
            let peer = peer.to_owned();
            group.references.push(Reference {
                rule,
                direction,
                peer,
            });
        }
    }
}
