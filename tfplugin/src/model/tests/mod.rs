//! What a model promises: the schema of its definition, and values that come back as they were.

mod duration;
mod filling;
mod lossless;
mod reading;
mod schema;
mod strategy;

use crate::{Attr, Dynamic, List, Map, Number, Set};

crate::model! {
    /// Everything a model can hold, in every nesting.
    pub(crate) struct Zoo {
        /// Its name.
        ///
        /// Two paragraphs.
        pub name: Attr<String> => required().requires_replace(),
        pub open: Attr<bool> => optional(),
        pub area: Attr<Number> => optional(),
        pub r#type: Attr<String> => optional().computed(),
        pub any: Attr<Dynamic> => optional(),
        pub words: List<String> => optional(),
        pub colors: Set<String> => optional(),
        pub tags: Map<String> => computed(),
        pub grid: List<Vec<Attr<Number>>> => optional(),
        pub by_day: Map<Vec<Attr<bool>>> => optional(),
        pub pair: Attr<(Attr<String>, Attr<Number>)> => optional(),
        pub lot: List<(Attr<bool>, Attr<Vec<Attr<Dynamic>>>)> => optional(),
        pub gate: Attr<Gate> => optional(),
        /// In a row.
        pub gates: List<Gate> => optional(),
        pub spare: Set<Gate> => optional(),
        pub named: Map<Gate> => optional().computed(),
        pub rows: List<Vec<Attr<Gate>>> => optional(),
        pub cage: List<Cage> => block().items(1, 3),
        pub pen: Set<Cage> => block(),
        pub house: Map<Cage> => block(),
        pub office: Attr<Cage> => block(),
        pub kiosk: Attr<Cage> => group().description("Sells ice."),
    } => at_version(3).deprecated("Use a park.");

    /// A way in.
    pub(crate) struct Gate {
        pub wide: Attr<Number> => required(),
        pub keys: Set<String> => optional().sensitive(),
        pub lock: Attr<Lock> => optional(),
        pub bolts: Map<Lock> => optional(),
    }

    pub(crate) struct Lock {
        pub code: Attr<String> => optional(),
        pub spares: List<Lock2> => optional(),
    }

    pub(crate) struct Lock2 {
        pub code: Attr<Dynamic> => optional(),
    }

    /// Where animals are.
    pub(crate) struct Cage {
        pub animal: Attr<String> => required(),
        pub gates: List<Gate> => optional(),
        pub toy: List<Toy> => block(),
        pub lamp: Attr<Toy> => group(),
        pub light: Map<Toy> => block(),
    } => deprecated("Let them go.");

    pub(crate) struct Toy {
        pub color: Attr<String> => optional(),
    }

    pub(crate) struct Narrow {
        pub small: Attr<u8> => optional(),
        pub signed: Attr<i64> => optional(),
        pub float: Attr<f64> => optional(),
        pub ports: Set<u16> => optional(),
        pub levels: Map<i32> => optional(),
        pub steps: List<Step> => optional(),
    }

    pub(crate) struct Step {
        pub weight: Attr<u32> => required(),
        pub size: Attr<u64> => optional(),
    }
}
