//! `kitchen_safe`: what nobody may see. The combination is write-only: the safe has it, Terraform forgets it.

use tfplugin::Attr;

use crate::shelf::{Goods, decide};

tfplugin::model! {
    /// Somewhere to lock things away.
    pub struct Safe {
        pub name: Attr<String> => required().requires_replace(),
        /// Never in plan or state.
        pub combination: Attr<String> => optional().write_only(),
        /// Raise it to change the combination.
        pub combination_version: Attr<i64> => optional(),
        pub hint: Attr<String> => optional().sensitive(),
        pub inside: Attr<Inside> => optional(),
        pub recovery: Attr<String> => computed().sensitive(),
    }

    pub struct Inside {
        pub what: Attr<String> => optional(),
        pub code: Attr<String> => optional().sensitive(),
        pub note: Attr<String> => optional().write_only(),
    }
}

impl Goods for Safe {
    const TYPE: &'static str = "kitchen_safe";

    fn name(&self) -> String {
        self.name.known_or_default()
    }

    fn complete(&mut self, before: Option<&Self>) {
        let before = before.map_or(0, |before| before.combination_version.known_or_default());
        let now = self.combination_version.known_or_default();
        decide(&mut self.recovery, format!("after {before} comes {now}"));
    }

    fn secret(&self) -> Option<String> {
        self.combination.known().cloned()
    }
}
